// The tabs of a static page: the one that the link names, else the first; arrow keys go from tab to tab.
(() => {
  const tabs = [...document.querySelectorAll(".site-tabs [role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  function open(chosen) {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panel(tab).hidden = tab !== chosen;
    }
  }

  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(i + step + tabs.length) % tabs.length];
      open(next);
      next.focus();
    });
  }
  const asked = new URLSearchParams(location.search).get("tab");
  open(tabs.find((tab) => panel(tab).id === `tab-${asked}`) ?? tabs[0]);
})();
