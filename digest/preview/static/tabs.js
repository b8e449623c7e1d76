// Tabs as the ARIA authoring practices describe them: arrows move and select, Home and End go to the ends.

/** Wires a tablist whose tabs are `tab-NAME` and control `panel-NAME`. Gives `select(name)`. */
export function tabs(list, changed) {
  const all = [...list.querySelectorAll('[role="tab"]')];
  const name = (tab) => tab.id.replace("tab-", "");

  function select(wanted, focus = false) {
    for (const tab of all) {
      const on = name(tab) === wanted;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
      if (on && focus) tab.focus();
    }
    changed(wanted);
  }

  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) select(name(tab));
  });
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    select(name(all[(to + all.length) % all.length]), true);
  });
  return { select };
}
