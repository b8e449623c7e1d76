// The parts of the message as text: the plain twin, the HTML source, the whole message with its headers.

import { foreign, make, replace } from "./dom.js";
import { bytes, count } from "./words.js";

const COLUMNS = 78; // how wide a plain text may be (RFC 5322's advice)

const drawn = new WeakMap(); // view -> what stands in it

async function fetched(view, path, edition, day) {
  const address = `${path}?${new URLSearchParams({ day, build: edition.build })}`;
  if (drawn.get(view) === address) return null;
  drawn.set(view, address);
  const text = await fetch(address).then((answer) => answer.text()).catch(() => null);
  if (drawn.get(view) !== address) return null; // something newer is being drawn
  if (text === null) drawn.delete(view);
  return text;
}

export async function drawText(view, edition, day) {
  const text = await fetched(view, "/edition.txt", edition, day);
  if (text === null) return;
  const wide = text.split("\n").filter((line) => [...line].length > COLUMNS && !/https?:\/\//.test(line)).length;
  replace(
    view,
    make("p.hint", {}, `${bytes(edition.size.text)}, ${count(text.split("\n").length, "line")}; the rule stands at ${COLUMNS} columns. `, wide > 0 && make("strong.warn", {}, `${count(wide, "line")} wider.`)),
    make("div.sheet", { tabindex: "0", role: "region", "aria-label": "Plain text" }, make("pre.plain", { dir: "auto" }, text)),
  );
}

export async function drawSource(view, edition, day) {
  const text = await fetched(view, "/source.txt", edition, day);
  if (text === null) return;
  replace(
    view,
    make("p.hint", {}, `${bytes(edition.size.html)}, ${count(text.split("\n").length, "line")}: as it arrives.`),
    make("div.sheet", { tabindex: "0", role: "region", "aria-label": "HTML source" }, make("ol.source", {}, ...text.split("\n").map((line) => make("li", {}, ...coloured(line))))),
  );
}

export async function drawMessage(view, edition, day) {
  const text = await fetched(view, "/message.txt", edition, day);
  if (text === null) return;
  replace(
    view,
    make("p.hint", {}, `${bytes(edition.size.message)} as sent. `, make("a", { href: `/message.eml?${new URLSearchParams({ day })}`, download: true }, "Save as .eml")),
    make("dl.headers", {}, ...edition.headers.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, foreign(value))])),
    make("div.sheet", { tabindex: "0", role: "region", "aria-label": "Message source" }, make("pre.plain.wire", {}, text)),
  );
}

/** Scrolls to the line of the source where `where` begins, once it is drawn. */
export async function showInSource(view, where) {
  for (let tries = 0; tries < 100 && !view.querySelector(".source"); tries += 1) await new Promise((done) => setTimeout(done, 30));
  // The piece as it stands; with its ampersands as the source writes them; or as much of its beginning as is found.
  const first = where.split("\n")[0];
  const pieces = [first, first.replaceAll("&", "&amp;"), first.slice(0, 60), /^<\w+( [^\s=]+="[^"]*")?/.exec(first)?.[0]];
  const lines = [...view.querySelectorAll(".source li")];
  const line = pieces.filter(Boolean).flatMap((piece) => lines.find((item) => item.textContent.includes(piece)) ?? [])[0];
  if (!line) return;
  view.querySelectorAll("li.found").forEach((item) => item.classList.remove("found"));
  line.classList.add("found");
  line.scrollIntoView({ block: "center" });
}

// Tags, their attributes' values and comments in colours of their own: enough to find one's way.
function coloured(line) {
  const pieces = [];
  let rest = 0;
  for (const found of line.matchAll(/<!--.*?-->|<\/?[a-z!][^<>]*>?/gi)) {
    pieces.push(line.slice(rest, found.index));
    rest = found.index + found[0].length;
    if (found[0].startsWith("<!--")) pieces.push(make("span.comment", {}, found[0]));
    else pieces.push(make("span.tag", {}, ...found[0].split(/("[^"]*")/).map((piece, at) => (at % 2 ? make("span.value", {}, piece) : piece))));
  }
  pieces.push(line.slice(rest));
  return pieces.filter((piece) => piece !== "").length ? pieces : [" "];
}
