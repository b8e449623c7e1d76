// What the edition weighs, against the size at which Gmail cuts it off, and where the bytes go.

import { bar, byId, foreign, make, replace } from "./dom.js";
import { bytes, number, percent } from "./words.js";

const KINDS = { Words: "words", Addresses: "addresses", "Inline styles": "inline", "Style sheets": "sheets", "Outlook only": "outlook", Markup: "markup" };

export function drawSize(panel, { size }) {
  const share = size.html / size.limit;
  const level = share > 1 ? "bad" : share > 0.9 ? "warn" : "good";
  const badge = byId("count-size");
  badge.textContent = percent(share);
  badge.dataset.level = level;
  const biggest = Math.max(...size.places.map(([, weight]) => weight), 1);
  replace(
    panel,
    make("p.total", {}, make("b", {}, number(size.html)), ` of ${bytes(size.limit)} · `, make(`strong.${level}`, {}, percent(share))),
    budget(size),
    make("p.lead", {}, share > 1 ? "Gmail will cut this edition off." : share > 0.9 ? "Close to where Gmail cuts a mail off." : "Gmail shows it whole."),
    make("h2", {}, "By what they are"),
    make("table.weights", {}, headings("Kind"), make("tbody", {}, ...size.kinds.map(([name, weight]) => make(
      "tr", {}, make("th", { scope: "row" }, make(`span.swatch.${KINDS[name] ?? "markup"}`, { "aria-hidden": "true" }), name),
      make("td", {}, number(weight)), make("td", {}, percent(weight / size.html)))))),
    make("h2", {}, "By where they stand"),
    make("table.weights", {}, headings("Part"), make("tbody", {}, ...size.places.map(([name, weight]) => make(
      "tr", {}, make("th", { scope: "row" }, foreign(name), bar(weight / biggest)), make("td", {}, number(weight)), make("td", {}, percent(weight / size.html)))))),
    make("h2", {}, "The whole message"),
    make("table.weights", {}, make("tbody", {}, ...[
      ["HTML", size.html], ["Plain text", size.text], ["Embedded pictures", size.pictures], ["As sent, encoded", size.message],
    ].map(([name, weight]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, bytes(weight)))))),
  );
}

function budget(size) {
  const whole = Math.max(size.limit, size.html);
  const segments = size.kinds.map(([name, weight]) => {
    const segment = make(`span.segment.${KINDS[name] ?? "markup"}`, { title: `${name}: ${bytes(weight)}` });
    segment.style.setProperty("--share", String(weight / whole));
    return segment;
  });
  const limit = make("span.limit");
  limit.style.setProperty("--share", String(size.limit / whole));
  const text = `${bytes(size.html)} of ${bytes(size.limit)}`;
  return make("div.budget", { role: "img", "aria-label": text }, ...segments, limit);
}

const headings = (first) => make("thead.hidden", {}, make("tr", {}, ...[first, "Bytes", "Share"].map((name) => make("th", { scope: "col" }, name))));
