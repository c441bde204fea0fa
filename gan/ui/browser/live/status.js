// The sentences about a live run: what it does, how far it is, and who else takes part.

import { trainingWord } from "../core/live_words.js";
import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { ownAddress } from "../page/links.js";
import { mediumOf } from "./media.js";
import { seenFrame } from "./stages.js";

/** @typedef {import("./view.js").View} View */

const SAY_EVERY = 5000; // milliseconds; screen readers hear of progress this often, of a change at once

/** What the run does at the moment. */
function sentence({ say, shown, failed }, answer) {
  if (failed) return say("failed_here");
  const { frame, scene, past } = shown, { fair } = frame.lanes[0].figures, { ending } = mediumOf(scene);
  const { stage } = seenFrame(shown);
  if (past) return say("past", { steps: grouped(past.steps), now: grouped(frame.steps) });
  if (stage) {
    return say("slow_now", { n: stage.index + 1, who: say(stage.who === "d" ? "critic_learns" : "forger_learns") });
  }
  const values = {
    steps: grouped(frame.steps),
    batch: scene.batch,
    budget: Math.round(answer.budget),
    place: answer.place,
    found: fair != null && scene.total ? say(`found${ending}`, { fair, total: scene.total }) : "",
  };
  const does = answer.state === "running"
    ? answer.state + trainingWord(frame.doctor?.[0]?.name, frame.lanes[0].figures.fake)
    : answer.state;
  const name = say.has(does + ending) ? does + ending : does;
  const trouble = answer.trouble && !["diverged", "failed"].includes(answer.state)
    ? ` ⚠ ${say.host(answer.trouble)}`
    : "";
  return say(name, values).trim() + trouble;
}

/**
 * Writes what the run does, and tells screen readers of its progress now and then.
 * @param {View} view
 */
export function speak(view, answer) {
  const { find, say, shown } = view, status = find(".live-status"), text = sentence(view, answer);
  put(status, text);
  status.classList.toggle("live-trouble", text.includes("⚠"));
  const now = performance.now();
  if (shown.state === "running" && now - view.spoken > SAY_EVERY) {
    view.spoken = now;
    const progress = say("progress", { steps: grouped(shown.frame.steps) });
    put(find(".live-progress"), `${progress} ${view.doctor.spoken()}`);
  }
}

/**
 * Samples shown, steps a second, seconds left.
 * @param {View} view
 */
export function writePace({ find, say, shown }, answer) {
  const { frame } = shown, cells = find(".live-pace").children;
  const values = [grouped(frame.nimg), shown.state === "running" ? grouped(frame.rate) : "–", String(answer.left)];
  ["nimg", "rate", "left"].forEach((name, i) => {
    if (!cells[i]) find(".live-pace").append(make("div", {}, make("dd"), make("dt", {}, say(name))));
    put(cells[i].firstChild, values[i]);
  });
}

/** Who watches, or what one can watch while the run waits for its turn; nothing where there is nothing to say. */
function company({ say, shown }, answer) {
  if (shown.role !== "owner") return [say("watcher")];
  const others = answer.state === "queued" ? answer.shared ?? [] : [];
  if (others.length) return [say("watch_lead"), ...others.flatMap((watch, i) => [" ", watchLink(say, watch, i + 1)])];
  return answer.watchers ? [say("watched", { n: answer.watchers })] : [];
}

function watchLink(say, watch, n) {
  return make("a", { href: ownAddress(new URLSearchParams({ tab: "live", watch })) }, say("watch_one", { n }));
}

/** @param {View} view */
export function writeBanner(view, answer) {
  const box = view.find(".live-banner"), parts = company(view, answer);
  const text = parts.map((part) => part.href ?? part).join("");
  if (view.banner === text) return; // what stays is not read out again
  view.banner = text;
  box.replaceChildren(...parts);
  box.hidden = !text;
}
