// Before a run branches off its past: what goes is told, and asked for.

import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";

/**
 * The dialog; `ask` opens it.
 * @param {Element} section that it stands in
 * @param {import("../core/words.js").Say} say
 * @param {(moment: number) => unknown} branch one wants to
 */
export function buildBranching(section, say, branch) {
  let wanted = 0;
  const title = make("h2", { id: "live-branch-title" }), lead = make("p");
  const button = (id, key, look, onclick) => make("button", { type: "button", id, class: look, onclick }, say(key));
  const yes = button("live-branch-yes", "branch", "live-main", () => {
    dialog.close();
    branch(wanted);
  });
  const no = button("live-branch-no", "pad_cancel", "", () => dialog.close());
  const dialog = make(
    "dialog",
    { class: "live-dialog", "aria-labelledby": title.id },
    title,
    lead,
    make("div", { class: "live-remedy" }, yes, no),
  );
  section.append(dialog);
  /**
   * @param {number} moment of the past
   * @param {number} at its step
   * @param {number} now the run's step
   */
  const ask = (moment, at, now) => {
    wanted = moment;
    put(title, say("branch_title", { at: grouped(at) }));
    put(lead, say("branch_lead", { at: grouped(at), now: grouped(now), gone: grouped(now - at) }));
    dialog.showModal();
    yes.focus();
  };
  return { ask };
}
