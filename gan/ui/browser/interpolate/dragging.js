// Tiles of a list that are dragged to another place, by a mouse or a finger.

const SLACK = 6; // pixels that a hand may tremble before it drags
const EDGE = 16; // pixels at the ends of a row that scroll it under a drag, and how far

/**
 * Lets the tiles (`li` with their `data-index`) of a list be dragged.
 * @param {HTMLElement} list
 * @param {{ press: (index: number) => void, move: (from: number, to: number) => void }} told `press`: a tile was
 *   pressed and let go; `move`: it was dragged to another's place. The list itself is as it was before.
 * @returns {{ forget: () => void }} to be called where the tiles are laid anew
 */
export function dragTiles(list, told) {
  const drag = { list, told, held: null };
  const isHeld = (event) => event.pointerId === drag.held?.pointer;
  list.addEventListener("pointerdown", (event) => {
    const tile = event.target.closest("li");
    if (tile && event.button === 0) drag.held = heldTile(tile, event);
  });
  window.addEventListener("pointermove", (event) => { // of the window: a fast hand leaves the row at once
    if (!isHeld(event)) return;
    if (event.buttons) pull(drag, event);
    else drop(drag, event); // released where nobody saw it
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => {
      if (isHeld(event)) drop(drag, event);
    });
  }
  list.addEventListener("lostpointercapture", (event) => {
    if (event.target === list) drop(drag, event); // not a tile's, which a finger has first
  });
  return {
    forget() {
      drag.held = null;
    },
  };
}

const heldTile = (tile, { clientX, clientY, pointerId }) => ({
  tile,
  from: Number(tile.dataset.index),
  x: clientX,
  y: clientY,
  pointer: pointerId,
  moving: false,
});

/** Moves the tile that is held under the hand, and into the place that is nearest. */
function pull({ list, held }, { clientX, clientY, pointerId }) {
  const { tile } = held;
  if (!held.moving) {
    if (Math.hypot(clientX - held.x, clientY - held.y) < SLACK) return;
    const box = tile.getBoundingClientRect();
    const row = getComputedStyle(list).flexWrap === "nowrap";
    Object.assign(held, { moving: true, dx: held.x - box.left, dy: held.y - box.top, row });
    list.setPointerCapture(pointerId);
    tile.classList.add("film-dragged");
  }
  tile.style.translate = "none";
  const edges = list.getBoundingClientRect();
  if (held.row && clientX < edges.left + EDGE) list.scrollLeft -= EDGE;
  if (held.row && clientX > edges.right - EDGE) list.scrollLeft += EDGE;
  const tiles = [...list.children], place = nearest(tiles, clientX, clientY);
  if (place !== tile) list.insertBefore(tile, tiles.indexOf(place) > tiles.indexOf(tile) ? place.nextSibling : place);
  const box = tile.getBoundingClientRect();
  tile.style.translate = `${clientX - held.dx - box.left}px ${held.row ? 0 : clientY - held.dy - box.top}px`;
}

function nearest(tiles, x, y) {
  const away = (tile) => {
    const box = tile.getBoundingClientRect();
    return Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2);
  };
  return tiles.reduce((a, b) => (away(b) < away(a) ? b : a));
}

/** Lets go of the tile that is held, if any is; what the event is says whether it counts. */
function drop(drag, event) {
  const { list, told, held } = drag;
  if (!held) return;
  drag.held = null;
  const { tile, from, moving } = held;
  if (!moving) {
    if (event.type === "pointerup") told.press(from);
    return;
  }
  const to = [...list.children].indexOf(tile);
  tile.classList.remove("film-dragged");
  tile.style.translate = "";
  const tiles = [...list.children].sort((a, b) => a.dataset.index - b.dataset.index);
  list.replaceChildren(...tiles); // who hears of the move says what stands where
  if (event.type === "pointerup") told.move(from, to);
}
