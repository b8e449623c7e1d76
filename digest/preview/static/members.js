// A foreign document's members, read past whatever its elements are named (`<img name="documentElement">`).

const rootGetter = Object.getOwnPropertyDescriptor(Document.prototype, "documentElement").get;

export const rootOf = (inside) => rootGetter.call(inside);

export const elementsByTag = (inside, tag) => [...Document.prototype.getElementsByTagName.call(inside, tag)];

export const rectangle = (element) => Element.prototype.getBoundingClientRect.call(element);

/** The first element that `where`, an opening tag with its attributes (maybe cut off at its end), describes; or null. */
export function elementLike(inside, where) {
  const tag = /^<([a-z][a-z0-9]*)/i.exec(where)?.[1];
  if (!tag) return null;
  // What the frame changes on purpose is not compared: embedded pictures, and where a link opens.
  const wanted = [...where.matchAll(/\s([^\s="<>/]+)="([^"]*)("?)/g)].filter(([, name, value]) => name !== "target" && !/^(cid|data):/.test(value));
  const agrees = (element) =>
    wanted.every(([, name, value, closed]) => {
      const has = Element.prototype.getAttribute.call(element, name);
      return has !== null && (closed ? has === value : has.startsWith(value));
    });
  return elementsByTag(inside, tag).find(agrees) ?? null;
}
