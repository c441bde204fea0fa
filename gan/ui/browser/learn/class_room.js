// A class on the Learn tab: the teacher's page leads, a follower's does what it is told and votes.
import { actOfKey, classQuery, codeOf, news } from "../core/classroom.js";
import { answered, goneTo, noProgress, stepQuery } from "../core/lesson.js";
import { make, put } from "../page/elements.js";
import { OPENED } from "../page/links.js";
import { writeClassState } from "./class_column.js";
import { closeInvite, openInvite } from "./class_invite.js";
import { beat, endClass, enterClass, keptClass, leaveClass, tell } from "./class_wire.js";
import { endFree, heard } from "./free.js";
import { act, closeRun, openRun } from "./free_run.js";
import { play, stop } from "./player.js";
import { stepNow } from "./tab.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

/**
 * What the tab does for a class.
 * @typedef {object} ClassPage
 * @property {() => void} enter open the step one is at
 * @property {() => void} write the column
 * @property {() => void} set the plane up for the step
 * @property {(at: number) => void} go to a step
 * @property {() => void} alone the tab is the visitor's own again
 */

const AGAIN = 2000; // milliseconds until a host that does not answer is asked once more
const TYPED = "input:not([type=range]):not([type=radio]), textarea, select";

/**
 * Puts *Teach* to work, and enters the class of the link, or the one that this window taught before a reload.
 * @param {LearnTab} tab
 * @param {ClassPage} page
 */
export function buildClass(tab, page) {
  const teach = tab.find("#learn-teach"), code = OPENED.get("tab") === "learn" ? codeOf(OPENED) : null;
  teach.closest("p").hidden = Boolean(globalThis.atelierSite);
  if (globalThis.atelierSite) return;
  teach.addEventListener("click", () => begin(tab, page, "teacher", ""));
  document.addEventListener("keydown", (event) => press(tab, page, event));
  document.addEventListener("visibilitychange", () => lookAgain(tab));
  window.addEventListener("pagehide", () => tab.classroom?.room && leaveClass(tab.classroom.room));
  window.addEventListener("pageshow", () => lookAgain(tab));
  if (code) begin(tab, page, "follower", code);
  else if (keptClass()) begin(tab, page, "teacher", "", true);
}

/** Where the address leads to: a follower's to the class, whatever is shown. */
export const addressOf = ({ classroom, progress }) =>
  classroom?.role === "follower" ? classQuery(classroom.code) : stepQuery(progress.at);

/** The tab is displayed again: a follower's page has not asked meanwhile. */
export const lookAgain = ({ classroom }) => classroom?.room && beat(classroom.room);

/** @param {LearnTab} tab */
function begin(tab, page, role, code, isBack = false) {
  if (tab.classroom) return;
  const at = role === "teacher" && !isBack ? tab.progress.at : 0;
  const classroom = { role, code, room: null, state: null, trouble: "", isLost: false, isEnded: false, shared: "" };
  Object.assign(tab, { classroom, progress: goneTo(noProgress(), at) });
  Object.assign(tab.section.dataset, { class: role, followers: "", voted: "" });
  buildDesk(tab, page);
  join(tab, page, classroom);
}

/** Enters the class, as soon as the host answers. */
async function join(tab, page, classroom) {
  const { role, code } = classroom, before = role === "teacher" ? keptClass() : null;
  const seen = () => role === "teacher" || (tab.displayed && document.visibilityState === "visible");
  const told = (answer) => {
    if (tab.classroom === classroom) hear(tab, page, answer);
  };
  try {
    classroom.room = await enterClass(role, code, { seen, told });
  } catch {
    const isFirst = !classroom.isLost;
    told({ lost: true });
    setTimeout(() => tab.classroom === classroom && join(tab, page, classroom), AGAIN);
    if (isFirst && tab.classroom === classroom) page.enter(); // its column says so; later tries leave it as it is
    return;
  }
  if (tab.classroom !== classroom) return;
  page.enter();
  if (role === "follower" && classroom.state?.watch) watch(tab, page, classroom.state.watch);
  tab.section.scrollIntoView({ block: "start" });
  if (role === "teacher" && classroom.state && classroom.room.id !== before) openInvite(tab, classroom.state.code);
}

/** What stands above both columns: for the teacher what steers the class, for a follower the way out. */
function buildDesk(tab, page) {
  const { find, say, classroom } = tab, desk = find(".class-desk");
  const button = (id, onclick, main = "") =>
    make("button", { type: "button", id: `class-${id}`, class: main, onclick }, say(`class_${id}`));
  desk.hidden = false;
  if (classroom.role === "follower") {
    desk.replaceChildren(make("span", {}, say("class_follow")), button("leave", () => quit(tab, page)));
    return;
  }
  desk.replaceChildren(
    make("b", { id: "class-code" }),
    make("span", { id: "class-count", "data-testid": "class-count" }),
    button("reveal", () => reveal(tab), "learn-main"),
    button("invite", () => classroom.state && openInvite(tab, classroom.state.code)),
    button("end", () => quit(tab, page)),
  );
}

/** The class is over for this page; a teacher's ends for everybody. */
async function quit(tab, page) {
  const { room, role, isEnded } = tab.classroom;
  tab.classroom = null;
  closeInvite(tab);
  Object.assign(tab.section.dataset, { class: "", followers: "", voted: "" });
  tab.find(".class-desk").hidden = true;
  if (room?.id && role === "follower") leaveClass(room, true);
  page.alone();
  if (room?.id && role === "teacher" && !isEnded) await endClass(room);
}

// ---- what the host says --------------------------------------------------------------------------------------------

/** @param {LearnTab} tab */
function hear(tab, page, { state = null, trouble = "", lost = false, ended = false }) {
  const { classroom } = tab;
  Object.assign(classroom, { trouble, isLost: lost, isEnded: classroom.isEnded || ended });
  if (ended) put(tab.find(classroom.role === "teacher" ? "#class-end" : "#class-leave"), tab.say("class_alone"));
  if (state) take(tab, page, state);
  if (tab.find(".class-said")) writeClassState(tab);
}

/** @param {LearnTab} tab */
function take(tab, page, state) {
  const { classroom, section } = tab, before = classroom.state, isNew = news(before, state);
  const isLed = classroom.role === "follower" || before === null;
  classroom.state = state;
  Object.assign(section.dataset, { followers: state.followers, voted: state.voted });
  if (isLed && isNew.step && (before || state.step !== 1)) {
    tab.progress = goneTo(tab.progress, state.step - 1);
    if (before) {
      page.enter();
      section.scrollIntoView({ block: "start" });
    }
  }
  if (isNew.revealed && state.step === tab.progress.at + 1) showVotes(tab, page, before !== null);
  const hasLost = state.watch && tab.free?.run?.id === null; // who was away for long must ask to watch once more
  if (before && classroom.role === "follower" && (isNew.watch || hasLost)) watch(tab, page, state.watch);
  if (classroom.role === "teacher") share(tab);
}

/** The bars appear, and the plane goes on to what happens. */
function showVotes(tab, page, isNow) {
  const step = stepNow(tab);
  tab.progress = answered(tab.progress, step.name, step.right);
  page.write();
  if (isNow && tab.recording && !tab.free) play(tab, step.after);
}

// ---- the plane that the class sees live ------------------------------------------------------------------------

/** Shows the teacher's run, or the recording again. */
async function watch(tab, page, id) {
  stop(tab);
  endFree(tab);
  const { layers, free: { layers: live } } = stepNow(tab);
  tab.layers = [...(id ? live : layers)];
  if (!id) {
    if (tab.recording) page.set();
    return;
  }
  const free = tab.free = { run: null, status: make("p"), inputs: {} };
  const isSeen = () => tab.displayed && document.visibilityState === "visible";
  const run = await openRun({ watch: id }, isSeen, (trouble) => {
    if (tab.free === free) heard(tab, trouble);
  });
  if (tab.free === free) free.run = run;
  else closeRun(run);
}

/** Lets the class watch the run that the teacher trains, as soon as there is one, and no longer than it is there. */
async function share(tab) {
  const { classroom, progress } = tab, run = tab.free?.run, id = run?.id ?? "";
  if (classroom.shared === id || !classroom.room) return;
  classroom.shared = id;
  const watched = id ? (await act(run, "share"))?.watch : "";
  if (watched == null) classroom.shared = ""; // another act was under way: once more when the host is asked next
  else if (tab.classroom === classroom) show(classroom, progress.at, watched);
}

// ---- what the teacher does -------------------------------------------------------------------------------------

const show = ({ room }, at, watch) => tell(room, "show", { step: at + 1, watch });

/**
 * A step has been opened: the class sees it too.
 * @param {LearnTab} tab
 */
export function lead({ classroom, progress }) {
  if (classroom.role !== "teacher" || !classroom.room?.id) return;
  classroom.shared = "";
  if (classroom.state?.step !== progress.at + 1 || classroom.state.watch) show(classroom, progress.at, "");
}

const reveal = ({ classroom: { room, state } }) => room?.id && state?.bars === null && tell(room, "reveal");

/** A follower votes for an answer. */
export const vote = ({ classroom: { room }, progress }, answer) =>
  room?.id && tell(room, "vote", { step: progress.at + 1, answer });

/** The keys of presenters' remotes. */
function press(tab, page, event) {
  const wanted = actOfKey(event.key);
  if (
    tab.classroom?.role !== "teacher" || !tab.displayed || !wanted || event.ctrlKey || event.altKey || event.metaKey
  ) return;
  if (event.target instanceof Element && event.target.matches(TYPED)) return;
  event.preventDefault();
  if (closeInvite(tab)) return; // it lay over the step that is shown
  if (wanted === "reveal") reveal(tab);
  else step(tab, page, wanted === "on" ? 1 : -1);
}

function step({ progress, steps }, page, way) {
  const at = progress.at + way;
  if (at >= 0 && at < steps.length) page.go(at);
}
