// Bookmarks of Explore: kept in the browser, named, put in order, taken along as a file.

import { checkedView, sameView, viewQuery } from "../core/views.js";
import { Trouble } from "../core/trouble.js";
import { make, put } from "../page/elements.js";
import { saveBlob } from "../page/files.js";
import { note } from "../page/notes.js";
import { contextOf } from "../page/pictures.js";
import { forget, isPassing, keep, keepText, kept, keptText } from "../page/storage.js";

const KEY = "atelier-bookmarks", ASIDE = "atelier-bookmarks-damaged", MOST = 200, NAME_LENGTH = 60;
const FILE = "gan-atelier-bookmarks.json", LARGEST = 8e6; // bytes of a file that is read
const SMALL = 96; // pixels of a side whose picture is never longer than PICTURE lets it be, whatever it shows
const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/=]{1,60000}$/;

function checked(list) {
  // bookmarks out of a file or out of the browser's memory; throws a Trouble of the views
  if (!Array.isArray(list) || list.length > MOST) throw new Trouble("trouble_bookmarks", { most: MOST });
  return list.map((one) => {
    const view = checkedView(one?.view, null), { name = "", picture = "" } = one;
    const fits = view.model && typeof name === "string" && typeof picture === "string" &&
      (picture === "" || PICTURE.test(picture));
    if (!fits) throw new Trouble("trouble_bookmarks", { most: MOST });
    return { view, name: name.slice(0, NAME_LENGTH), picture };
  });
}

/**
 * The picture of a bookmark: that of a canvas, or a small one where that would be too long to be read again.
 * @param {HTMLCanvasElement} canvas
 */
function pictureOf(canvas) {
  const whole = canvas.toDataURL("image/png");
  if (PICTURE.test(whole)) return whole;
  const small = Object.assign(make("canvas"), { width: SMALL, height: SMALL });
  contextOf(small).drawImage(canvas, 0, 0, SMALL, SMALL);
  return small.toDataURL("image/png");
}

function stored() {
  try {
    return checked(kept(KEY, []));
  } catch {
    return [];
  }
}

function rescued() {
  // whether what is kept was damaged: then it lies untouched under a name of its own, and what can be read stays
  const text = keptText(KEY);
  if (text === null) return false; // nothing kept, or no memory at all, in a private window
  try {
    checked(JSON.parse(text) ?? []);
    return false;
  } catch { /* damaged */ }
  const list = kept(KEY, []), good = Array.isArray(list) ? list.slice(0, MOST).filter(readable) : [];
  let name = ASIDE;
  for (let n = 2; keptText(name) !== null; n++) name = `${ASIDE}-${n}`;
  forget(KEY); // makes room
  keepText(name, text);
  keep(KEY, good);
  return true;
}

const mark = ({ view, name, picture }) => JSON.stringify([viewQuery(view), name, picture]);
const readable = (one) => {
  try {
    return checked([one]).length;
  } catch {
    return false;
  }
};

export function buildBookmarks(place, page) {
  const { say } = page;
  const row = make("ol", { class: "explore-shelf", "data-testid": "explore-bookmarks" });
  const empty = make("p", { class: "explore-hint" }, say("bookmarks_none"));
  const file = make("input", {
    type: "file",
    accept: "application/json,.json",
    hidden: true,
    id: "explore-import-file",
    onchange: () => read(file.files[0]),
  });
  const into = make("button", { type: "button", id: "explore-import", onclick: () => file.click() }, say("import"));
  const out = make("button", { type: "button", id: "explore-export", onclick: save }, say("export"));
  place.replaceChildren(
    make(
      "div",
      { class: "explore-kepthead" },
      make("h2", {}, say("bookmarks")),
      empty,
      make("span", {}, out, into, file),
    ),
    row,
  );

  function write(list, laidOut = false) {
    keep(KEY, list);
    if (laidOut) hint(list);
    else draw(list);
    return true;
  }

  // What was done; where the browser forgets it, with the way to take it along.
  function noteKept(done) {
    if (!isPassing(KEY)) return note(done);
    const offer = make("button", { type: "button", id: "explore-export-now", onclick: save }, say("export"));
    note(`${done} · ${say("bookmarks_passing")}`, false, offer);
  }

  function add(view, name, canvas) {
    const list = stored(), picture = pictureOf(canvas);
    if (list.length >= MOST) return page.trouble(new Error(say("trouble_bookmarks", { most: MOST })));
    write([...list, { view, name: name.slice(0, NAME_LENGTH), picture }]);
    noteKept(say("bookmarked"));
    row.scrollLeft = row.scrollWidth;
  }

  function card({ view, name, picture }, i, count) {
    // Another window may have changed the list meanwhile: a card finds its bookmark by what it is, not by its number.
    let own = mark({ view, name, picture });
    const change = (edit, laidOut = false) => {
      const list = stored(), at = list.findIndex((one) => mark(one) === own);
      if (at < 0) return draw(list);
      edit(list, at);
      return write(list, laidOut);
    };
    const swap = (other, which) => {
      change((list, at) => {
        const to = at + other - i;
        if (to >= 0 && to < list.length) [list[at], list[to]] = [list[to], list[at]];
      });
      const moved = row.children[other]?.querySelector(`.explore-${which}`);
      (moved?.disabled ? row.children[other].querySelector("input") : moved)?.focus();
    };
    const field = make("input", {
      type: "text",
      value: name,
      maxlength: NAME_LENGTH,
      "aria-label": say("bookmark_name", { n: i + 1 }),
      autocomplete: "off",
      onchange: () => {
        const typed = field.value.trim();
        const done = change((list, at) => {
          list[at].name = typed;
        }, true); // the card stays, and with it the focus
        if (!done) return;
        own = mark({ view, name: typed, picture });
        call(typed);
      },
    });
    const tool = (which, sign, act, off) =>
      make("button", { type: "button", class: `explore-${which}`, disabled: off, onclick: act }, sign);
    const tools = {
      earlier: tool("earlier", "‹", () => swap(i - 1, "earlier"), i === 0),
      later: tool("later", "›", () => swap(i + 1, "later"), i === count - 1),
      delete: tool("delete", "×", () => {
        change((list, at) => {
          list.splice(at, 1);
        });
        (row.children[Math.min(i, count - 2)]?.querySelector("button") ?? into).focus();
      }),
    };
    const open = make(
      "button",
      { type: "button", class: "explore-tile", onclick: () => page.visit(view) },
      picture ? make("img", { src: picture, alt: "", class: "explore-thumb" }) : make("span", {}, "?"),
    );
    const call = (given) => {
      field.title = open.title = given;
      open.setAttribute("aria-label", say("bookmark_open", { name: given || i + 1 }));
      for (const [word, one] of Object.entries(tools)) {
        one.title = say(word, { name: given });
        one.setAttribute("aria-label", one.title);
      }
    };
    call(name);
    return make("li", {}, open, field, make("div", { class: "explore-cardtools" }, ...Object.values(tools)));
  }

  function draw(list = stored()) {
    row.replaceChildren(...list.map((one, i) => card(one, i, list.length)));
    row.hidden = !list.length;
    out.disabled = !list.length;
    hint(list);
  }

  function hint(list) {
    put(empty, say(!list.length ? "bookmarks_none" : isPassing(KEY) ? "bookmarks_passing" : "bookmarks_info"));
  }

  function save() {
    const text = JSON.stringify({ "gan-atelier": 1, bookmarks: stored() }, null, 1);
    saveBlob(new Blob([text], { type: "application/json" }), FILE);
  }

  async function read(chosen) {
    if (!chosen) return;
    file.value = "";
    try {
      if (chosen.size > LARGEST) throw new SyntaxError();
      const content = JSON.parse(await chosen.text());
      const found = checked(content?.bookmarks), list = stored(), old = list.length;
      for (const one of found) {
        if (!list.some(({ name, view }) => name === one.name && sameView(view, one.view))) list.push(one);
      }
      if (list.length > MOST) throw new Error(say("trouble_bookmarks", { most: MOST }));
      const n = list.length - old, of = found.length;
      write(list);
      noteKept(n || !of ? say("imported", { n, of }) : say("imported_none", { of }));
    } catch (error) {
      page.trouble(error instanceof SyntaxError ? new Error(say("trouble_file", { name: chosen.name })) : error);
    }
  }

  function look() {
    if (rescued()) page.trouble(new Error(say("trouble_damaged", { key: ASIDE })));
    draw();
  }

  look();
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) look();
  }); // another window of the same browser
  return { add };
}
