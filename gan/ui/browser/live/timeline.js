// The past of a live run: the scrub bar, branching, what can be taken home, and the links to hand on.

import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { copyLink } from "../page/links.js";

export function buildTimeline(places, say, told) {
  // places: {scrub, tools}
  // told: {look(moment | null), branch(moment, its step, the run's step), download(asked, name, button),
  //   open(tab, lane), link(), share()}
  const range = make("input", {
    type: "range",
    id: "live-scrub",
    min: 0,
    max: 0,
    step: 1,
    value: 0,
    "aria-label": say("time"),
  });
  const when = make("output", { for: "live-scrub" });
  const now = make("button", { type: "button", id: "live-now", onclick: () => look(null) }, say("now"));
  const branch = make(
    "button",
    { type: "button", id: "live-branch", onclick: () => told.branch(moment, stepsOf(), steps) },
    say("branch"),
  );
  places.scrub.append(range, when, now, branch);
  let list = [], moment = null, steps = 0, steers = true;

  const button = (id, key, act) =>
    make("button", {
      type: "button",
      id: `live-${id}`,
      title: say(`${key}_help`),
      onclick: (event) => act(event.currentTarget),
    }, say(key));
  places.tools.append(
    button("film-mp4", "film_mp4", (from) => told.download({ what: "film", suffix: ".mp4" }, "live.mp4", from)),
    button("film-gif", "film_gif", (from) => told.download({ what: "film", suffix: ".gif" }, "live.gif", from)),
    button("csv", "csv", (from) => told.download({ what: "curves" }, "live.csv", from)),
    button("model", "model", (from) => told.download({ what: "model", lane: lane() }, "live.safetensors", from)),
    button("explore", "explore", () => told.open("explore", lane())),
    button("interpolate", "interpolate", () => told.open("interpolate", lane())),
    button("link", "link", () => told.link()),
    button("share", "share", () => told.share()),
  );
  const which = make("select", { id: "live-which", hidden: true, "aria-label": say("which_lane") });
  places.tools.querySelector("#live-model").before(which);
  const lane = () => Number(which.value || 0);

  function look(number) {
    moment = number;
    told.look(number);
    show();
  }

  range.addEventListener("input", () => {
    const at = Number(range.value);
    look(at >= list.length ? null : list[at][0]);
  });

  function show() {
    const at = moment == null ? list.length : list.findIndex(([number]) => number === moment);
    range.max = list.length;
    range.value = at;
    const text = say("at_step", { steps: grouped(moment == null ? steps : list[at]?.[1]) });
    put(when, text);
    range.setAttribute("aria-valuetext", moment == null ? `${say("now")}, ${text}` : text);
    now.disabled = moment == null;
    branch.disabled = moment == null || !steers;
  }

  function set(moments, total) {
    // the list grows under the thumb: the moment that is looked at keeps its place
    steps = total;
    if (moments) list = moments.list;
    if (moment != null && !list.some(([number]) => number === moment)) look(null);
    else show();
  }

  function lanes(labels, owner) {
    steers = owner;
    which.hidden = labels.length < 2;
    which.replaceChildren(...labels.map((label, i) => make("option", { value: i }, `${"AB"[i]}: ${label}`)));
    for (const id of ["model", "explore", "interpolate", "share"]) {
      places.tools.querySelector(`#live-${id}`).hidden = !owner;
    }
    branch.hidden = !owner;
    show();
  }

  const stepsOf = () => list.find(([number]) => number === moment)?.[1] ?? null;

  return { set, lanes, back: () => look(null) };
}

export function buildLesson(section, say, groups, link) {
  // the dialog of a lesson's link: which controls it hides; link(hidden) is the address
  const address = make("input", { type: "text", readonly: true, id: "live-link-address", "aria-label": say("link") });
  const boxes = groups.map((name) =>
    make("input", { type: "checkbox", value: name, id: `live-hide-${name}`, onchange: write })
  );
  const copy = make("button", {
    type: "button",
    class: "live-main",
    id: "live-link-copy",
    onclick: () => {
      dialog.close();
      copyLink(address.value);
    },
  }, say("link_copy"));
  const shut = make("button", { type: "button", onclick: () => dialog.close() }, say("close"));
  const dialog = make(
    "dialog",
    { class: "live-dialog", "aria-labelledby": "live-link-title" },
    make("h2", { id: "live-link-title" }, say("link_title")),
    make("p", {}, say("link_lead")),
    make(
      "fieldset",
      {},
      make("legend", {}, say("link_hide")),
      ...boxes.map((box) => make("label", {}, box, say(`group_${box.value}`))),
    ),
    address,
    make("div", { class: "live-remedy" }, copy, shut),
  );
  section.append(dialog);
  function write() {
    address.value = link(boxes.filter((box) => box.checked).map((box) => box.value));
  }
  return {
    open(hidden) {
      for (const box of boxes) box.checked = hidden.includes(box.value);
      write();
      dialog.showModal();
      copy.focus();
    },
  };
}
