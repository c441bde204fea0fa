// What was done to a film, one step after another, and the way back.

const MOST = 300;
const TOGETHER = 700; // milliseconds between two moves of one slider that count as one step

export function buildUndo({ undo, redo }, told) {
  // told: {show(film, how) -> Promise, active()}
  let past = [], future = [], now = null, last = "", moved = 0;
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  function keep(film, how = "") {
    // a film is shown; how: "undo", "redo", "instead" of one that could not be, the name of the slider that moved,
    // or ""
    const time = performance.now(), goes = how !== "" && how === last && time - moved < TOGETHER;
    if (how === "undo") {
      past.pop();
      future.push(now);
    } else if (how === "redo") {
      future.pop();
      past.push(now);
    } else if (now && !same(now, film)) {
      if (how === "instead") { if (same(past.at(-1), film)) past.pop(); }
      else if (!goes) past = [...past, now].slice(-MOST);
      future = [];
    }
    [now, last, moved] = [film, how, time];
    undo.setAttribute("aria-disabled", String(!past.length));
    redo.setAttribute("aria-disabled", String(!future.length));
  }

  const back = () => {
    if (past.length) told.show(past.at(-1), "undo");
  };
  const forth = () => {
    if (future.length) told.show(future.at(-1), "redo");
  };
  undo.addEventListener("click", back);
  redo.addEventListener("click", forth);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !told.active()) return;
    const key = event.key.toLowerCase();
    if (!["z", "y"].includes(key) || event.target.closest?.("input[type=text], textarea")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) forth();
    else back();
  });
  return { keep };
}
