// Elements out of plain values. Text goes in as text nodes only; there is no way from here to markup.

/** An element: `make("p.note", {title: "…"}, "text", child, …)`. `on…` attributes take functions; false and null are left out. */
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false && child !== ""));
  return element;
}

/** Text that somebody else wrote: isolated, so that its direction disturbs nothing around it. */
export const foreign = (text) => make("bdi", {}, text);

/** A link that opens in a tab of its own and tells the other side nothing; plain text where there is no address. */
export const link = (text, url) =>
  url ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, foreign(text)) : foreign(text);

/** A bar of `share` (0 to 1) in a colour class. */
export function bar(share, kind = "") {
  const fill = make(`span.fill${kind ? "." + kind : ""}`);
  fill.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
  return make("span.meter", { "aria-hidden": "true" }, fill);
}

export const byId = (id) => document.getElementById(id);

export function replace(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child != null && child !== false && child !== ""));
}
