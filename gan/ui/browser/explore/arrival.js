// The first picture of Explore, begun while the page is still being laid out: engine, model and image of the page's link.
atelier.arrival = (() => {
  const NEEDED = ["views", "latents", "host", "engine", "scene"]; // whichever of the page's scripts come after this one
  let begun = null;

  const own = (query) => (query.get("tab") ?? "explore") === "explore";

  function view(list) {
    // {view, error}: what the link says, or the first picture of all and why
    const { views, host } = atelier, query = new URLSearchParams(location.search);
    const names = list.map(({ name }) => name), first = names.includes(host.first) ? host.first : names[0];
    const start = { ...views.START, model: first };
    if (!own(query)) return { view: start };
    if (!query.get("model")) query.delete("model");
    try {
      return { view: views.fromQuery(query, [first, ...names.filter((name) => name !== first)]) };
    } catch (error) {
      if (!(error instanceof views.Trouble)) throw error;
      return { view: start, error };
    }
  }

  async function fitting(list, wanted) {
    // the model of a view, and the view itself or, where they do not fit, the plain picture of its model
    const { views, engine } = atelier;
    const model = await engine.model(wanted.model);
    try {
      views.fits(model, wanted);
      return { model, view: wanted };
    } catch (error) {
      return { model, view: { ...views.START, model: model.name }, error };
    }
  }

  async function arrive() {
    const list = await atelier.host.models();
    const { view: wanted, error } = view(list), found = await fitting(list, wanted);
    return { list, error, ...found, images: await atelier.scene.image(found.model, found.view) };
  }

  function begin() {
    // the same promise for whoever asks; another try after a failure
    begun ??= arrive().catch((error) => { begun = null; throw error; });
    return begun;
  }

  const early = () => { if (NEEDED.every((name) => atelier[name])) begin().catch(() => {}); else setTimeout(early, 1); };
  if (own(new URLSearchParams(location.search))) early();

  return { begin, fitting };
})();
