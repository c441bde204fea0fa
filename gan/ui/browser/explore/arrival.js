// The first picture of Explore, begun while the page is still being laid out: engine, model and image of its link.
import { seedsClass } from "../core/classes.js";
import { withSeeds } from "../core/model.js";
import { Trouble } from "../core/trouble.js";
import { checkViewFits, PLAIN_VIEW, viewOfQuery } from "../core/views.js";
import { engine } from "../page/engine.js";
import { host } from "../page/host.js";
import { tabQuery } from "../page/links.js";
import { drawView } from "./scene.js";

let begun = null;

const isOwn = (query) => (query.get("tab") ?? "explore") === "explore";

// What the page opens with where its link asks for nothing: the host says what its first model is shown as.
function openingView(first) {
  const start = { ...PLAIN_VIEW, model: first };
  if (!host.opening) return start;
  const view = viewOfQuery(new URLSearchParams(host.opening), [first]);
  return view.model === first ? view : start;
}

// {view, error, opens, bare, classed}: what the page's link says, or the first picture of all, why, whether nothing was
// asked for, whether the link says no more of a model's picture than whose it is, and whether it means a class.
function linkedView(list) {
  const query = new URLSearchParams(location.search);
  const names = list.map(({ name }) => name), first = names.includes(host.first) ? host.first : names[0];
  const start = openingView(first);
  if (!isOwn(query)) return { view: start, opens: true };
  if (!query.get("model")) query.delete("model");
  if ([...new URLSearchParams(tabQuery(query)).keys()].every((key) => key === "tab")) {
    return { view: start, opens: true };
  }
  try {
    const view = viewOfQuery(query, [first, ...names.filter((name) => name !== first)]);
    const bare = !["seed", "own", "psi"].some((key) => query.has(key));
    return { view, bare, classed: !bare || query.has("c") };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { view: start, error };
  }
}

// The model of a view, and the view itself or, where they do not fit, the plain picture of its model and why.
async function fitting(view, bare, classed) {
  const model = await engine.model(view.model), { psi } = model;
  try {
    checkViewFits(model, view);
    const c = classed ? view.c : seedsClass(model, view);
    return { model, view: bare ? { ...view, psi, c } : view };
  } catch (error) {
    return { model, view: { ...PLAIN_VIEW, model: model.name, psi }, error };
  }
}

async function firstPicture() {
  const list = withSeeds(await host.models());
  const { view, error, opens = false, bare = false, classed = true } = linkedView(list);
  const found = await fitting(view, bare, classed);
  return { list, error, opens, ...found, images: await drawView(found.model, found.view) };
}

/**
 * The same promise for whoever asks, of {list, model, view, images, error, opens}: the models there are, the first
 * picture, what was wrong with its link, and whether that named no picture; another try after a failure.
 */
export function arrive() {
  begun ??= firstPicture().catch((error) => {
    begun = null;
    throw error;
  });
  return begun;
}

/** Begins where the page's link opens Explore. */
export function arriveEarly() {
  if (isOwn(new URLSearchParams(location.search))) arrive().catch(() => {});
}
