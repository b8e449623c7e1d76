// What the rule check found, worst first, each with a way to its place in the mail and in the source.

import { byId, foreign, make, replace } from "./dom.js";
import { count } from "./words.js";

export function drawCheck(panel, edition, asked) {
  const all = edition.findings.map((one, index) => ({ ...one, index }));
  const of = (level) => all.filter((one) => one.level === level);
  const [bad, warnings, good] = [of("FAIL"), of("WARN"), of("PASS")];
  const badge = byId("count-check");
  badge.textContent = bad.length + warnings.length || "✓";
  badge.dataset.level = bad.length ? "bad" : warnings.length ? "warn" : "good";
  badge.title = `${bad.length} broken, ${warnings.length} to look at`;
  replace(
    panel,
    make("p.lead", {}, verdict(bad.length, warnings.length, good.length)),
    make("ol.findings", {}, ...[...bad, ...warnings].map((one) => row(one, asked))),
    good.length > 0 && make("details.kept", {}, make("summary", {}, `${count(good.length, "rule")} kept`), make("ol.findings", {}, ...good.map((one) => row(one, asked)))),
  );
}

function verdict(bad, warnings, good) {
  if (!bad && !warnings) return good ? `All ${good} rules that need no outside tool are kept.` : "The rules found nothing to say.";
  const parts = [];
  if (bad) parts.push(`${count(bad, "rule")} broken`);
  if (warnings) parts.push(`${warnings} to look at`);
  return `${parts.join(", ")}. The numbers stand for the rules of mail that many clients and readers depend on.`;
}

function row({ id, level, text, where, index }, asked) {
  const kind = { FAIL: ["bad", "Broken"], WARN: ["warn", "Look"], PASS: ["good", "Kept"] }[level] ?? ["", level];
  return make(
    "li.finding",
    { id: `finding-${index}`, tabindex: "-1" },
    make(`span.badge.${kind[0]}`, {}, kind[1]),
    make("code", {}, id),
    make("span.text", {}, foreign(text)),
    where && make("pre.where", {}, foreign(where.slice(0, 300))),
    where && make("span.actions", {},
      make("button", { type: "button", "aria-label": `${id}: show in the mail`, onclick: () => asked.show(index) }, "Show in the mail"),
      make("button", { type: "button", "aria-label": `${id}: show in the source`, onclick: () => asked.source(index) }, "Show in the source")),
  );
}
