// How the feeds did.

import { byId, foreign, make, replace } from "./dom.js";
import { count, instant } from "./words.js";

const STATUS = { ok: ["good", "Ok"], unchanged: ["", "Unchanged"], failed: ["bad", "Failed"], gone: ["bad", "Gone"], never: ["warn", "Never read"], overrun: ["warn", "Overrun"], silent: ["warn", "Silent"] };

export function drawFeeds(panel, edition) {
  const worst = (feed) => ({ bad: 0, warn: 1 })[STATUS[feed.status]?.[0]] ?? 2;
  const feeds = [...edition.feeds].sort((one, other) => worst(one) - worst(other));
  const troubled = feeds.filter((feed) => worst(feed) < 2).length;
  const badge = byId("count-feeds");
  badge.textContent = troubled || feeds.length;
  badge.dataset.level = troubled ? "warn" : "";
  badge.title = troubled ? `${troubled} in trouble` : "";
  replace(
    panel,
    make("p.lead", {}, `${count(feeds.length, "feed")}${troubled ? `, ${troubled} in trouble` : ", all well"}.`),
    make("ul.feeds", {}, ...feeds.map((feed) => {
      const [kind, label] = STATUS[feed.status] ?? ["", feed.status];
      return make(
        "li",
        {},
        make(`span.badge${kind ? "." + kind : ""}`, {}, label),
        make("span.name", {}, foreign(feed.name)),
        make("span.by", {}, `${count(feed.entries, "entry", "entries")}, ${feed.shown} shown`),
        (feed.reason || feed.advice) && make("span.reason", {}, foreign([feed.reason, feed.advice].filter(Boolean).join("; ")), feed.since && ` · since ${instant(feed.since, edition.timezone)}`),
      );
    })),
  );
}
