// The column of a class: the step's text, the question with its votes, and what follows once they are shown.
import { inGroups, LETTERS, shares } from "../core/classroom.js";
import { choiceOf } from "../core/lesson.js";
import { make, put } from "../page/elements.js";
import { free, heading, ownAct, ways, why } from "./column.js";
import { buildPanels } from "./panels.js";
import { prose } from "./prose.js";
import { stepNow } from "./tab.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */
/** @typedef {import("./column.js").ColumnActs} ColumnActs */

/**
 * Writes the step that is shown.
 * @param {LearnTab} tab
 * @param {ColumnActs & { vote: (answer: number) => void }} told
 */
export function writeClassColumn(tab, told) {
  const { find, progress, classroom } = tab, isTeacher = classroom.role === "teacher";
  const isRevealed = choiceOf(progress, stepNow(tab).name) != null;
  find(".learn-step").replaceChildren(
    ...heading(tab),
    votes(tab, isRevealed, told),
    make("p", { class: "class-said", role: "status", "data-testid": "class-said" }),
    ...(isRevealed ? [answer(tab)] : []),
    ...buildPanels(tab, "question", told),
    ...(isRevealed ? [why(tab), ownAct(tab, told)] : []),
    ...(isRevealed && isTeacher ? [free(tab, told)] : []),
    ...(isTeacher ? [ways(tab, told)] : []),
  );
  writeClassState(tab);
}

/** The question: a follower chooses among its answers; behind each stands its bar when the votes are shown. */
function votes({ say, classroom, ...tab }, isRevealed, told) {
  const { name, right } = stepNow(tab), { role, state } = classroom, bars = isRevealed ? state?.bars : null;
  const parts = bars && shares(bars);
  const answers = LETTERS.map((letter, i) =>
    make(
      role === "follower" ? "label" : "div",
      { class: `class-answer ${bars && i === right ? "class-is-right" : ""}` },
      ...(role === "follower" ? [radio(i, state, isRevealed, told)] : []),
      make("b", {}, bars && i === right ? `${letter} ✓` : letter),
      make("span", {}, say(`${name}_answer_${i}`)),
      ...(bars
        ? [
          bar(parts[i]),
          make("span", { class: "class-share" }, say("class_votes", { count: bars[i], share: parts[i] })),
        ]
        : []),
    )
  );
  return make(
    "fieldset",
    { class: "class-question", "data-testid": "class-votes", "data-bars": bars?.join(",") ?? "" },
    make("legend", {}, say(`${name}_question`)),
    ...answers,
  );
}

function radio(i, state, isRevealed, told) {
  return make("input", {
    type: "radio",
    name: "class-answer",
    id: `class-answer-${i}`,
    checked: state?.mine === i,
    disabled: isRevealed,
    onchange: () => told.vote(i),
  });
}

const bar = (share) =>
  make("span", { class: "class-bar", "aria-hidden": "true" }, make("i", { style: `width: ${share}%` }));

/** What is right, and what is to be said of it; to a follower, of the own vote. */
function answer(tab) {
  const { say, classroom: { role, state } } = tab, { name, right } = stepNow(tab);
  const mine = role === "follower" ? state?.mine ?? null : null, isRight = mine === right;
  const head = mine == null ? say("class_answer", { letter: LETTERS[right] }) : say(isRight ? "right" : "wrong");
  return make(
    "div",
    { class: `learn-verdict ${mine == null || isRight ? "" : "learn-wrong"}`, "data-testid": "learn-verdict" },
    make(
      "p",
      {},
      make("b", {}, `${mine == null || isRight ? "✓" : "✗"} ${head} `),
      ...prose(say, `${name}_verdict_${mine ?? right}`, "verdict"),
    ),
  );
}

/**
 * Writes what changes while a step stays: who is there, who has voted, what goes wrong.
 * @param {LearnTab} tab
 */
export function writeClassState(tab) {
  const { find, say, classroom } = tab, { role, state } = classroom;
  put(find(".class-said"), saying(tab));
  if (role !== "teacher" || !state) return;
  put(find("#class-count"), say("class_count", { count: state.followers }));
  put(find("#class-code"), inGroups(state.code));
  find("#class-reveal").disabled = state.bars !== null;
}

/** The sentence below the question. */
function saying(tab) {
  const { say, classroom: { state, isEnded } } = tab;
  return state?.watch && !isEnded ? `${ownSaying(tab)} ${say("class_live")}` : ownSaying(tab);
}

function ownSaying({ say, classroom, ...tab }) {
  const { role, state, trouble, isLost, isEnded } = classroom;
  if (isEnded) return say("class_ended");
  if (trouble) return say.host(trouble);
  if (isLost || !state) return isLost ? say("class_lost") : "";
  if (state.away && role === "follower") return say("class_away");
  if (state.bars) {
    const bars = state.bars.map((count, i) => say("class_bar", { letter: LETTERS[i], count })).join(", ");
    return say("class_bars", { bars, right: LETTERS[stepNow(tab).right] });
  }
  if (role === "teacher") {
    return say("class_voted", { voted: state.voted, count: Math.max(state.followers, state.voted) });
  }
  const { mine } = state;
  return mine == null ? say("class_vote") : say("class_mine", { letter: LETTERS[mine] });
}
