// Bookmarks of Explore: kept in the browser, named, put in order, taken along as a file.
atelier.bookmarks = (() => {
  const { make, put } = atelier.wire;
  const { kept, keep } = atelier.fields;
  const KEY = "atelier-bookmarks", MOST = 200, NAME_LENGTH = 60;
  const FILE = "gan-atelier-bookmarks.json", LARGEST = 8e6; // bytes of a file that is read
  const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/=]{1,60000}$/;

  function checked(list) {
    // bookmarks out of a file or out of the browser's memory; throws a Trouble of the views
    const { views } = atelier;
    if (!Array.isArray(list) || list.length > MOST) throw new views.Trouble(views.say("trouble_bookmarks", { most: MOST }));
    return list.map((one) => {
      const view = views.checked(one?.view, null), { name = "", picture = "" } = one;
      const fits = view.model && typeof name === "string" && typeof picture === "string" && (picture === "" || PICTURE.test(picture));
      if (!fits) throw new views.Trouble(views.say("trouble_bookmarks", { most: MOST }));
      return { view, name: name.slice(0, NAME_LENGTH), picture };
    });
  }

  function stored() {
    try { return checked(kept(KEY, [])); } catch { return []; }
  }

  function build(place, page) {
    const { say } = page;
    const row = make("ol", { class: "explore-shelf", "data-testid": "explore-bookmarks" });
    const empty = make("p", { class: "explore-hint" }, say("bookmarks_none"));
    const file = make("input", { type: "file", accept: "application/json,.json", hidden: true, id: "explore-import-file",
      onchange: () => read(file.files[0]) });
    const out = make("button", { type: "button", id: "explore-export", onclick: save }, say("export"));
    place.replaceChildren(
      make("div", { class: "explore-kepthead" }, make("h2", {}, say("bookmarks")), empty,
        make("span", {}, out, make("button", { type: "button", id: "explore-import", onclick: () => file.click() }, say("import")), file)),
      row,
    );

    function write(list) {
      if (!keep(KEY, list)) return page.trouble(new Error(say("trouble_full")));
      draw(list);
      return true;
    }

    function add(view, name, picture) {
      const list = stored();
      if (list.length >= MOST) return page.trouble(new Error(say("trouble_bookmarks", { most: MOST })));
      if (write([...list, { view, name: name.slice(0, NAME_LENGTH), picture }])) atelier.note(say("bookmarked"));
      row.scrollLeft = row.scrollWidth;
    }

    function card({ view, name, picture }, i, count) {
      const change = (edit) => { const list = stored(); edit(list); write(list); };
      const swap = (other, which) => {
        change((list) => { [list[i], list[other]] = [list[other], list[i]]; });
        const moved = row.children[other]?.querySelector(`.explore-${which}`);
        (moved?.disabled ? row.children[other].querySelector("input") : moved)?.focus();
      };
      const field = make("input", { type: "text", value: name, maxlength: NAME_LENGTH, "aria-label": say("bookmark_name", { n: i + 1 }), autocomplete: "off",
        onchange: () => change((list) => { list[i].name = field.value.trim(); }) });
      const tool = (which, sign, word, act, off) =>
        make("button", { type: "button", class: `explore-${which}`, "aria-label": word, title: word, disabled: off, onclick: act }, sign);
      return make("li", {},
        make("button", { type: "button", class: "explore-tile", "aria-label": say("bookmark_open", { name: name || i + 1 }), title: name,
          onclick: () => page.visit(view) }, picture ? make("img", { src: picture, alt: "", class: "explore-thumb" }) : make("span", {}, "?")),
        field,
        make("div", { class: "explore-cardtools" },
          tool("earlier", "‹", say("earlier", { name }), () => swap(i - 1, "earlier"), i === 0),
          tool("later", "›", say("later", { name }), () => swap(i + 1, "later"), i === count - 1),
          tool("delete", "×", say("delete", { name }), () => {
            change((list) => { list.splice(i, 1); });
            (row.children[Math.min(i, count - 2)]?.querySelector("button") ?? out).focus();
          })));
    }

    function draw(list = stored()) {
      row.replaceChildren(...list.map((one, i) => card(one, i, list.length)));
      row.hidden = !list.length;
      out.disabled = !list.length;
      put(empty, say(list.length ? "bookmarks_info" : "bookmarks_none"));
    }

    function save() {
      const text = JSON.stringify({ "gan-atelier": 1, bookmarks: stored() }, null, 1);
      atelier.wire.saveBlob(new Blob([text], { type: "application/json" }), FILE);
    }

    async function read(chosen) {
      if (!chosen) return;
      file.value = "";
      atelier.views.say = say;
      try {
        if (chosen.size > LARGEST) throw new SyntaxError();
        const content = JSON.parse(await chosen.text());
        const found = checked(content?.bookmarks), list = stored();
        if (list.length + found.length > MOST) throw new Error(say("trouble_bookmarks", { most: MOST }));
        if (write([...list, ...found])) atelier.note(say("imported", { n: found.length }));
      } catch (error) {
        page.trouble(error instanceof SyntaxError ? new Error(say("trouble_file", { name: chosen.name })) : error);
      }
    }

    draw();
    window.addEventListener("storage", (event) => { if (event.key === KEY) draw(); }); // another window of the same browser
    return { add };
  }

  return { build, checked, stored, KEY };
})();
