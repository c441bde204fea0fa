// The tabs of a static page: the one that the link names, else the usual one; arrow keys go from tab to tab.

const FIRST = "explore";

const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function open(chosen, tabs) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    panelOf(tab).hidden = tab !== chosen;
  }
}

export function openTabs() {
  const tabs = [...document.querySelectorAll(".site-tabs [role=tab]")];
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => open(tab, tabs));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(i + step + tabs.length) % tabs.length];
      open(next, tabs);
      next.focus();
    });
  }
  const named = (name) => tabs.find((tab) => panelOf(tab).id === `tab-${name}`);
  open(named(new URLSearchParams(location.search).get("tab")) ?? named(FIRST), tabs);
}
