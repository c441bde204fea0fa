// Two levers of Explore that only some models have: the class that is drawn, and the layers that follow the directions.

import { classLabel, className, classWord } from "../core/classes.js";
import { classOf } from "../core/latents.js";
import { make, put } from "../page/elements.js";
import { options } from "../page/fields.js";

const BUTTONS = 12, LETTERS = 30; // classes, and letters of their names, that buttons have room for

// ---- the class ------------------------------------------------------------------------------------------------------

// The letters of the longest name: buttons are all as wide.
const longest = (classes) => Math.max(...classes.map((name) => classLabel(name).length));

export function classChoice(page) {
  const { say } = page;
  const choose = (c) => page.change((view) => ({ ...view, c }));
  const buttons = make("div", { class: "segments" });
  const select = make("select", {
    id: "explore-class",
    "aria-label": say("class"),
    onchange: () => choose(Number(select.value)),
  });
  const box = make(
    "div",
    {
      class: "explore-line explore-class",
      hidden: true,
      role: "group",
      "aria-label": say("class"),
      "aria-describedby": "explore-class-hint",
    },
    make("strong", { "aria-hidden": "true" }, say("class")),
    buttons,
    select,
    make("p", { class: "explore-hint", id: "explore-class-hint" }),
  );
  const hint = box.lastChild;
  let inputs = [], laid = "";

  function open({ classes }) {
    const text = JSON.stringify(classes);
    box.hidden = !classes.length;
    if (text === laid) return; // what the eye rests on stays
    laid = text;
    const few = classes.length <= BUTTONS && classes.length * longest(classes) <= LETTERS;
    inputs = few
      ? classes.map((name, c) =>
        make("input", {
          type: "radio",
          name: "explore-class",
          value: c,
          id: `explore-class-${c}`,
          "aria-label": say.named(name),
          onchange: () => choose(c),
        })
      )
      : [];
    buttons.replaceChildren(
      ...inputs.map((input, c) =>
        make(
          "label",
          { title: say.named(classes[c]) },
          input,
          make("span", { "aria-hidden": "true" }, classWord(classes[c], say)),
        )
      ),
    );
    buttons.hidden = !few;
    select.hidden = few;
    options(select, few ? [] : classes.map((name, c) => [String(c), say.named(name)]), "0");
  }

  function set(view) {
    const { model } = page, own = Boolean(view.own), c = classOf(model, view);
    inputs.forEach((input, i) => {
      Object.assign(input, { checked: i === c, disabled: own });
    });
    if (!select.hidden) select.value = String(c);
    select.disabled = own;
    put(hint, say(own ? "class_own" : "class_info", { name: say.named(className(model, { c })) }));
  }

  return { box, open, set };
}

// ---- the layers -----------------------------------------------------------------------------------------------------

export function layerRange(page) {
  const { say } = page;
  let last = 0;
  const send = (first, end) =>
    page.change((view) => ({ ...view, layers: first === 0 && end === last ? null : [first, end] }));
  const from = make("select", {
    id: "explore-layer-first",
    "aria-label": say("layer_first"),
    onchange: () => send(Number(from.value), Math.max(Number(from.value), Number(to.value))),
  });
  const to = make("select", {
    id: "explore-layer-last",
    "aria-label": say("layer_last"),
    onchange: () => send(Math.min(Number(from.value), Number(to.value)), Number(to.value)),
  });
  const steps = make("div", { class: "explore-steps" });
  const box = make(
    "div",
    {
      class: "explore-line explore-layers",
      hidden: true,
      role: "group",
      "aria-label": say("layers"),
      "aria-describedby": "explore-layers-hint",
    },
    make("strong", { "aria-hidden": "true" }, say("layers")),
    make("div", { class: "explore-span" }, from, make("span", { "aria-hidden": "true" }, "–"), to),
    make(
      "div",
      { class: "explore-ladder", "aria-hidden": "true" },
      make("span", {}, say("coarse")),
      steps,
      make("span", {}, say("fine")),
    ),
    make("p", { class: "explore-hint", id: "explore-layers-hint" }, say("layers_info")),
  );

  function open({ layered, plan }) {
    box.hidden = !layered;
    if (!layered) return;
    last = plan.length - 1;
    const pairs = plan.map(({ shape }, i) => [String(i), say("layer_n", { n: i + 1, side: shape[1] })]);
    for (const select of [from, to]) options(select, pairs, "0");
    steps.replaceChildren(...plan.map(() => make("i")));
  }

  function set({ layers }) {
    const [first, end] = layers ?? [0, last];
    from.value = String(first);
    to.value = String(end);
    [...steps.children].forEach((step, i) => step.classList.toggle("explore-on", i >= first && i <= end));
    box.classList.toggle("explore-part", Boolean(layers));
  }

  return { box, open, set };
}
