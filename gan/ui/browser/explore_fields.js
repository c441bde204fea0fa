// What the controls of Explore are made of: a slider with its number, small pictures, folded groups, what is kept between visits.
atelier.fields = (() => {
  const { make } = atelier.wire;
  const CRISP = 16; // pixels: smaller pictures show their squares, larger ones are drawn smoothly when small

  function slider({ id, label, title = "", low, high, step, rest, own = null }, told) {
    // label: its word, or `own`: the field in which one names it; told: {slide(text), settle()}
    const head = own ?? make("label", { for: id, title }, label);
    const range = make("input", { type: "range", id, min: low, max: high, step, value: rest });
    const number = make("input", { type: "number", id: `${id}-number`, class: "explore-number", min: low, max: high, step, value: rest });
    const name = (word) => { range.setAttribute("aria-label", word); number.setAttribute("aria-label", word); };
    name(label);
    range.addEventListener("input", () => { number.value = range.value; told.slide(range.value); });
    range.addEventListener("change", told.settle);
    range.addEventListener("dblclick", () => { told.slide(String(rest)); told.settle(); });
    number.addEventListener("input", () => {
      const { badInput, rangeOverflow, rangeUnderflow } = number.validity; // half-typed numbers wait
      if (number.value !== "" && !badInput && !rangeOverflow && !rangeUnderflow) { range.value = number.value; told.slide(number.value); }
    });
    number.addEventListener("change", () => { told.slide(number.value); told.settle(); });
    const set = (value) => {
      if (Number(range.value) !== value) range.value = value;
      if (number.value === "" || Number(number.value) !== value) number.value = value;
    };
    return { box: make("div", { class: "explore-slider" }, head, number, range), set, name, range, number };
  }

  function thumb(model, images, canvas = make("canvas")) {
    // a small picture; without images an empty one, so that nothing moves when it comes
    canvas.className = model && Math.max(...model.shape) <= CRISP && model.kind === "pictures" ? "explore-thumb crisp" : "explore-thumb";
    canvas.setAttribute("aria-hidden", "true");
    if (images) atelier.painting.picture(canvas, model, images); else Object.assign(canvas, { width: 1, height: 1 });
    return canvas;
  }

  function tile(label, go, attributes = {}) {
    // a small picture that is a button
    return make("button", { type: "button", class: "explore-tile", "aria-label": label, title: label, onclick: go, ...attributes }, thumb(null, null));
  }

  function group(name, title, help, open, ...children) {
    const hint = help ? [make("p", { class: "explore-hint" }, help)] : [];
    return make("details", { class: "explore-group", "data-group": name, open }, make("summary", {}, title), ...hint, ...children);
  }

  function options(select, pairs, chosen) {
    select.replaceChildren(...pairs.map(([value, word]) => make("option", { value, selected: value === chosen }, word)));
    select.value = chosen;
  }

  // ---- what the browser keeps -------------------------------------------------------------------------------------

  function kept(key, fallback) {
    try { return JSON.parse(localStorage.getItem(key)) ?? fallback; } catch { return fallback; }
  }

  function keep(key, value) {
    // whether there was room
    try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
  }

  return { slider, thumb, tile, group, options, kept, keep };
})();
