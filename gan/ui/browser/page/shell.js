// What the whole page shares: the switches of language and theme, links, saving, notes.
window.atelier = (() => {
  const THEME = "atelier-theme";
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };

  const language = () => {
    const next = (navigator.language || "en").toLowerCase().startsWith("zh") ? "en" : "zh-CN";
    document.cookie = `atelier-language=${next}; path=/; max-age=31536000; SameSite=Lax`;
    store("atelier-language", next); // a page opened from a disk has no cookies
    const url = new URL(location.href);
    if (url.searchParams.has("lang")) url.searchParams.set("lang", next);
    location.assign(url);
    if (url.href === location.href) location.reload();
  };

  const dark = (on) => {
    document.body.classList.toggle("dark", on);
    document.documentElement.style.colorScheme = on ? "dark" : "light";
  };
  const theme = () => {
    const on = !document.body.classList.contains("dark");
    dark(on);
    store(THEME, on ? "dark" : "light");
  };

  // A note at the foot of the page: something done, or the sentence that answers a mistake.
  const note = (text, trouble = false) => {
    let box = document.getElementById("atelier-note");
    if (!box) {
      box = document.createElement("div");
      box.id = "atelier-note";
      box.onclick = () => box.classList.remove("seen"); // plain ones let a click through
      (document.querySelector(".contain") ?? document.body).append(box); // inside, for gradio's fonts and media rules
    }
    box.setAttribute("role", trouble ? "alert" : "status");
    box.classList.toggle("trouble", trouble);
    box.textContent = (trouble ? "⚠ " : "") + text;
    box.classList.add("seen");
    clearTimeout(note.timer);
    note.timer = setTimeout(() => box.classList.remove("seen"), trouble ? 8000 : 2000);
  };

  const words = (key) => 
    document.querySelector(`[data-word="${key}"] [lang="${document.documentElement.lang}"]`)?.textContent ?? "";

  const address = (query) => `${location.href.split(/[?#]/)[0]}?${query}`;
  // The element whose data-query says what a tab shows gives the link.
  const copyLink = (id) => copy(address(document.querySelector(`#${id} [data-query]`).dataset.query));
  const copy = async (link) => {
    try {
      await navigator.clipboard.writeText(link);
      note(words("copied"));
    } catch {
      prompt(words("copy"), link); // no right to the clipboard: show it to be copied by hand
    }
  };

  const save = (file) => {
    const link = document.createElement("a");
    link.href = file.href ?? file.url;
    link.download = file.name ?? file.orig_name;
    document.body.append(link);
    link.click();
    link.remove();
  };

  // ---- the address bar: it names the tab that is shown and what it shows, so a reload and Back keep both ---------------

  const EVERY = 1000; // milliseconds between two changes of the address while one tab is shown
  const FIRST = "explore", TABS = [FIRST, "interpolate", ...(window.atelierSite ? [] : ["live"])];
  const tabOf = (search) => TABS.find((tab) => tab === new URLSearchParams(search).get("tab")) ?? FIRST;
  const ofPage = ([key]) => key === "lang" || key === "engine" || key.startsWith("__"); // the others belong to a tab
  const own = new URLSearchParams([...new URLSearchParams(location.search)].filter(ofPage)).toString();
  const searchOf = (query) => `?${query}${own && `&${own}`}`;
  const newest = {}; // by tab: the search of its address
  let tabShown = tabOf(location.search), arrived = tabShown === FIRST, changed = 0, waiting = 0;
  newest[tabShown] = location.search; // the live tab's stays as the page was opened

  function write(way) {
    clearTimeout(waiting);
    waiting = 0;
    const search = newest[tabShown] ??= searchOf(`tab=${tabShown}`);
    if (way === "replaceState" && search === location.search) return;
    changed = performance.now();
    try {
      history[way](way === "pushState" ? null : history.state, "", location.href.split(/[?#]/)[0] + search);
    } catch { /* a frame may forbid it, a browser limits how often */ }
  }

  function here(tab, query) {
    // what a tab shows now, as the query of a link
    newest[tab] = searchOf(query);
    if (tab === tabShown && !waiting) waiting = setTimeout(write, Math.max(0, changed + EVERY - performance.now()), "replaceState");
  }

  function follow() {
    const tab = /^tab-(.+)-button$/.exec(document.querySelector("#tabs [role=tab][aria-selected=true]")?.id ?? "")?.[1];
    if (!tab) return;
    arrived ||= tab !== FIRST; // gradio shows its first tab until it has read the link
    if (tab === tabShown || !arrived) return;
    if (waiting) write("replaceState");
    tabShown = tab;
    write("pushState");
  }

  new MutationObserver(follow).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
  window.addEventListener("popstate", () => {
    const tab = tabOf(location.search);
    newest[tab] ??= location.search; // of before a reload: the tab is about to read it
    if (tab !== tabShown) {
      tabShown = tab;
      document.getElementById(`tab-${tab}-button`)?.click();
    }
    write("replaceState"); // tabs keep what they show
  });

  const smooth = (on) => document.body.classList.toggle("smooth", on);

  document.addEventListener("click", (event) => {
    const act = event.target.closest?.("[data-act]")?.dataset.act;
    if (act === "language") language();
    if (act === "theme") theme();
  });

  document.body.style.background = "var(--body-background-fill)"; // follows the switch, not the system alone
  document.documentElement.lang = (navigator.language || "en").startsWith("zh") ? "zh-CN" : "en";
  const wanted = new URLSearchParams(location.search).get("__theme") || stored(THEME);
  if (wanted) dark(wanted === "dark");

  return { save, copyLink, copy, address, here, smooth, note };
})();
