// The first picture of Explore, begun while the page is still being laid out: engine, model and image of its link.
import { Trouble } from "../core/trouble.js";
import { checkViewFits, PLAIN_VIEW, viewOfQuery } from "../core/views.js";
import { engine } from "../page/engine.js";
import { host } from "../page/host.js";
import { drawView } from "./scene.js";

let begun = null;

const isOwn = (query) => (query.get("tab") ?? "explore") === "explore";

// {view, error}: what the page's link says, or the first picture of all and why.
function linkedView(list) {
  const query = new URLSearchParams(location.search);
  const names = list.map(({ name }) => name), first = names.includes(host.first) ? host.first : names[0];
  const start = { ...PLAIN_VIEW, model: first };
  if (!isOwn(query)) return { view: start };
  if (!query.get("model")) query.delete("model");
  try {
    return { view: viewOfQuery(query, [first, ...names.filter((name) => name !== first)]) };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { view: start, error };
  }
}

// The model of a view, and the view itself or, where they do not fit, the plain picture of its model and why.
async function fitting(view) {
  const model = await engine.model(view.model);
  try {
    checkViewFits(model, view);
    return { model, view };
  } catch (error) {
    return { model, view: { ...PLAIN_VIEW, model: model.name }, error };
  }
}

async function firstPicture() {
  const list = await host.models();
  const { view, error } = linkedView(list), found = await fitting(view);
  return { list, error, ...found, images: await drawView(found.model, found.view) };
}

/**
 * The same promise for whoever asks, of {list, model, view, images, error}: the models there are, the first picture,
 * and what was wrong with its link; another try after a failure.
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
