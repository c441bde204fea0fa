// The column of text: a step's sentences, the question with its three answers, and what follows from the answer.
import { ANSWERS, choiceOf } from "../core/lesson.js";
import { make, put } from "../page/elements.js";
import { buildAct } from "./acts.js";
import { buildCoda } from "./coda.js";
import { buildFree } from "./free.js";
import { buildPanels } from "./panels.js";
import { prose } from "./prose.js";
import { stepNow } from "./tab.js";

/**
 * What the column asks for.
 * @typedef {object} ColumnActs
 * @property {(at: number) => void} go to a step
 * @property {(choice: number) => void} answer
 * @property {() => void} again predict once more
 * @property {() => void} done the act has been done
 * @property {(latent: [number, number]) => void} latent
 * @property {() => void} closed the run is to be left
 */

/** @typedef {import("./tab.js").LearnTab} LearnTab */

/**
 * Writes the step one is at.
 * @param {LearnTab} tab
 * @param {ColumnActs} told
 */
export function writeColumn(tab, told) {
  const { find, progress } = tab, step = stepNow(tab);
  const choice = choiceOf(progress, step.name), answered = choice != null;
  find(".learn-step").replaceChildren(
    ...heading(tab),
    question(tab, choice, told),
    ...(answered ? [verdict(tab, choice, told)] : []),
    ...buildPanels(tab, "question", told),
    ...(answered ? [why(tab), ownAct(tab, told), free(tab, told)] : []),
    ...(answered && progress.at === tab.steps.length - 1 ? [buildCoda(tab.say, tab.coda)] : []),
    ways(tab, told),
  );
  writeSteps(tab, told);
}

/** Where one is, the step's title, and its first sentences. */
export function heading({ say, steps, progress }) {
  const { name } = stepNow({ steps, progress });
  return [
    make("p", { class: "learn-where" }, say("step_of", { n: progress.at + 1, count: steps.length })),
    make("h2", { id: "learn-title", tabindex: -1 }, say(`${name}_title`)),
    make("p", { class: "learn-lead" }, ...prose(say, `${name}_lead`, "lead")),
  ];
}

/** The row of steps: where one is, and where one has predicted. */
function writeSteps({ find, say, steps, progress }, told) {
  const list = find(".learn-steps ol");
  if (!list.children.length) {
    list.append(...steps.map((step, at) =>
      make(
        "li",
        {},
        make("button", {
          type: "button",
          id: `learn-go-${at + 1}`,
          title: say(`${step.name}_title`),
          onclick: () => told.go(at),
        }, String(at + 1)),
      )
    ));
  }
  [...list.querySelectorAll("button")].forEach((button, at) => {
    const done = choiceOf(progress, steps[at].name) != null;
    const name = say("step_go", { n: at + 1, title: say(`${steps[at].name}_title`) });
    button.setAttribute("aria-label", done ? `${name} (${say("step_done")})` : name);
    button.classList.toggle("learn-done", done);
    if (at === progress.at) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  });
}

// ---- the prediction ------------------------------------------------------------------------------------------------

function question(tab, choice, told) {
  const { say } = tab, { name } = stepNow(tab), answered = choice != null;
  const show = make(
    "button",
    { type: "submit", id: "learn-show", class: "learn-main", disabled: true },
    say("show_me"),
  );
  const answers = Array.from({ length: ANSWERS }, (_, i) =>
    make(
      "label",
      { class: answered && i === choice ? "learn-chosen" : "" },
      make("input", {
        type: "radio",
        name: "learn-answer",
        id: `learn-answer-${i}`,
        value: i,
        checked: i === choice,
        disabled: answered,
        onchange: () => (show.disabled = false),
      }),
      make("span", {}, say(`${name}_answer_${i}`)),
    ));
  const form = make(
    "form",
    { class: "learn-question", autocomplete: "off" },
    make("fieldset", {}, make("legend", {}, say(`${name}_question`)), ...answers),
    ...(answered ? [] : [show]),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    told.answer(Number(form.querySelector("input:checked").value));
  });
  return form;
}

function verdict(tab, choice, told) {
  const { say } = tab, { name, right } = stepNow(tab), isRight = choice === right;
  return make(
    "div",
    { class: `learn-verdict ${isRight ? "learn-right" : "learn-wrong"}`, "data-testid": "learn-verdict", tabindex: -1 },
    make(
      "p",
      {},
      make("b", {}, `${isRight ? "✓" : "✗"} ${say(isRight ? "right" : "wrong")} `),
      ...prose(say, `${name}_verdict_${choice}`, "verdict"),
    ),
    make("button", { type: "button", id: "learn-again", class: "learn-link", onclick: told.again }, say("again")),
  );
}

// ---- after it ------------------------------------------------------------------------------------------------------

const section = (say, name, ...children) =>
  make("section", { class: `learn-${name}` }, make("h3", {}, say(`${name}_head`)), ...children);

/** What happened, and why. */
export function why(tab) {
  return section(tab.say, "why", make("p", {}, ...prose(tab.say, `${stepNow(tab).name}_why`, "why")));
}

/** What one does oneself with the recording. */
export function ownAct(tab, told) {
  const { say } = tab, { name } = stepNow(tab), controls = buildAct(tab, { done: told.done });
  return section(
    say,
    "act",
    make("p", {}, ...prose(say, `${name}_act`, "act")),
    ...(controls.length ? [make("div", { class: "learn-buttons" }, ...controls)] : []),
    ...buildPanels(tab, "act", told),
    make("p", { class: "learn-done-act", role: "status" }),
  );
}

/** What is said once the act has been done, where there is more to say. */
export function writeDone(tab) {
  const { find, say } = tab, key = `${stepNow(tab).name}_act_done`;
  if (say.has(key)) put(find(".learn-done-act"), say(key));
}

/** Training for real. */
export function free(tab, told) {
  const { say } = tab;
  return section(say, "free", make("p", {}, say(`${stepNow(tab).name}_free`)), buildFree(tab, { closed: told.closed }));
}

/** To the step before, and to the next. */
export function ways({ say, steps, progress }, told) {
  const go = (id, word, at) =>
    make("button", {
      type: "button",
      id: `learn-${id}`,
      disabled: at < 0 || at >= steps.length,
      onclick: () => told.go(at),
    }, say(word));
  return make(
    "div",
    { class: "learn-ways" },
    go("back", "way_back", progress.at - 1),
    go("on", "way_on", progress.at + 1),
  );
}
