// A foreign document's members, read past whatever its elements are named (`<img name="documentElement">`).

const rootGetter = Object.getOwnPropertyDescriptor(Document.prototype, "documentElement").get;

export const rootOf = (inside) => rootGetter.call(inside);

export const elementsByTag = (inside, tag) => [...Document.prototype.getElementsByTagName.call(inside, tag)];

export const rectangle = (element) => Element.prototype.getBoundingClientRect.call(element);

/** The element of `inside` that `where`, a piece of its `source`, begins in; null where there is none. */
export function elementAt(inside, source, where) {
  const at = source.indexOf(where);
  if (at < 0) return null;
  // What is no element must not be counted: comments (Outlook's tables among them) and style sheets.
  const before = source.slice(0, at + 1).replace(/<!--.*?-->|(<style\b[^>]*>).*?(?=<\/style)/gis, "$1");
  const opened = [...before.matchAll(/<([a-z][a-z0-9]*)\b/gi)];
  const tag = (/^<([a-z][a-z0-9]*)/i.exec(where)?.[1] ?? opened.at(-1)?.[1] ?? "").toLowerCase();
  if (!tag) return null;
  const earlier = opened.filter((found) => found[1].toLowerCase() === tag).length;
  const inWhere = where.startsWith("<"); // then `before` ends with its "<", and the tag itself is not among the opened
  return elementsByTag(inside, tag)[inWhere ? earlier : earlier - 1] ?? null;
}
