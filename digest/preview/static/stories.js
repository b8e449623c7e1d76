// Why each entry stands where it stands: the stories of the edition by topic, and what was left aside.

import { bar, byId, foreign, link, make, replace } from "./dom.js";
import { count, instant } from "./words.js";

const SHOWN = { top: "Top", full: "Told", headline: "Headline", cut: "Cut" };
const ASIDE = { cut: "Cut", duplicate: "Duplicate", filtered: "Filtered", old: "Old", shown: "Shown" };
const FILTERS = [
  ["all", "All"], ["top", "Top"], ["full", "Told"], ["headline", "Headlines"], ["cut", "Cut"],
  ["duplicate", "Duplicates"], ["filtered", "Filtered"], ["old", "Old"],
];
const AT_ONCE = 200; // rows of one list before a button asks for more
const ABOUT = { topic: "Topic", story: "Story", rank: "Rank", image: "Image" };

const chosen = { filter: "all", words: "" };

export function drawStories(panel, edition, asked) {
  const stories = edition.topics.flatMap((topic) => topic.stories);
  const told = stories.filter((story) => story.shown !== "cut").length;
  byId("count-stories").textContent = told;
  const list = make("div.list", { id: "story-list" });
  const open = new Set(openIds(panel));
  const redraw = () => drawList(list, edition, asked, open);
  replace(
    panel,
    make("p.lead", {}, summary(edition, stories, told)),
    ...edition.notices.map((notice) => make("p.notice", {}, foreign(notice))),
    make("div.search", {}, make("label.hidden", { for: "words" }, "Find in titles, sources and reasons"), searchBox(redraw)),
    filters(edition, stories, redraw),
    list,
    edition.quiet.length > 0 && make("p.quiet", {}, "Quiet today: ", ...edition.quiet.flatMap((name, at) => [at ? ", " : "", foreign(name)])),
  );
  redraw();
}

/** Opens one story's reasons and puts the focus there, whatever is filtered now. */
export function openStory(panel, id) {
  const find = () => panel.querySelector(`details[data-id="${CSS.escape(id)}"]`);
  if (!find()) {
    byId("words").value = "";
    byId("words").dispatchEvent(new Event("input"));
    const all = panel.querySelector('input[name="outcome"][value="all"]');
    all.checked = true;
    all.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const row = find();
  if (!row) return;
  row.open = true;
  row.querySelector("summary").focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
}

const openIds = (panel) => [...panel.querySelectorAll("details[open][data-id]")].map((row) => row.dataset.id);

function summary(edition, stories, told) {
  const cut = stories.length - told;
  const aside = edition.settled.length;
  const parts = [`${count(told, "story", "stories")} told`];
  if (cut) parts.push(`${cut} cut`);
  if (aside) parts.push(`${count(aside, "entry", "entries")} left aside`);
  const [start, end] = edition.window.map((moment) => instant(moment, edition.timezone));
  return `${parts.join(", ")}. Window: ${start} to ${end}.`;
}

function searchBox(redraw) {
  const box = make("input", { type: "search", id: "words", placeholder: "Find in titles, sources, reasons", value: chosen.words, autocomplete: "off" });
  box.addEventListener("input", () => {
    chosen.words = box.value;
    redraw();
  });
  return box;
}

function filters(edition, stories, redraw) {
  const numbers = { all: stories.length + edition.settled.length };
  for (const story of stories) numbers[story.shown] = (numbers[story.shown] ?? 0) + 1;
  for (const one of edition.settled) numbers[one.outcome] = (numbers[one.outcome] ?? 0) + 1;
  if (!numbers[chosen.filter]) chosen.filter = "all";
  const chips = FILTERS.filter(([name]) => numbers[name]).map(([name, label]) =>
    make("label", {}, make("input", { type: "radio", name: "outcome", value: name, checked: chosen.filter === name }), make("span", {}, label, " ", make("b", {}, numbers[name]))),
  );
  const group = make("fieldset.chips", {}, make("legend.hidden", {}, "What became of it"), ...chips);
  group.addEventListener("change", (event) => {
    chosen.filter = event.target.value;
    redraw();
  });
  return group;
}

function drawList(list, edition, asked, open) {
  const wanted = (shown, ...texts) => (chosen.filter === "all" || chosen.filter === shown) && holds(texts);
  const sections = edition.topics
    .map((topic) => [topic.name, topic.stories.filter((s) => wanted(s.shown, s.title, s.reason, topic.name, ...s.entries.flatMap((e) => [e.feed, e.title])))])
    .filter(([, stories]) => stories.length)
    .map(([name, stories]) => section(name, stories, (story) => storyRow(story, edition, asked, open.has(story.id))));
  const aside = edition.settled.filter((one) => wanted(one.outcome, one.title, one.reason, one.feed));
  if (aside.length) sections.push(section("Left aside", aside, (one) => asideRow(one, edition)));
  replace(list, ...(sections.length ? sections : [make("p.empty", {}, "Nothing matches.")]));
}

function holds(texts) {
  const words = chosen.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const text = texts.join("\n").toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function section(name, items, row) {
  const rows = make("div", {}, ...items.slice(0, AT_ONCE).map(row));
  const rest = items.slice(AT_ONCE);
  const more = rest.length > 0 && make("button.more", { type: "button", onclick: () => {
    rows.append(...rest.splice(0, AT_ONCE).map(row));
    if (rest.length) more.textContent = `${rest.length} more`;
    else more.remove();
  } }, `${rest.length} more`);
  return make("section.topic", {}, make("h2", {}, foreign(name), " ", make("small", {}, items.length)), rows, more);
}

function storyRow(story, edition, asked, open) {
  const body = make("div.body");
  const row = make(
    "details.story",
    { "data-id": story.id, open },
    make(
      "summary",
      {},
      make(`span.badge.${story.shown}`, {}, SHOWN[story.shown] ?? story.shown),
      make("span.name", {}, foreign(story.title)),
      make("span.by", {}, foreign(story.entries[0]?.feed ?? ""), story.entries.length > 1 && ` + ${story.entries.length - 1}`),
    ),
    body,
  );
  const fill = () => body.childElementCount || body.append(...reasons(story, edition, asked));
  if (open) fill();
  row.addEventListener("toggle", fill); // only what is opened is drawn: a big day has thousands
  return row;
}

function reasons(story, edition, asked) {
  const heaviest = Math.max(...story.evidence.map(([, , weight]) => Math.abs(weight)), 0.001);
  return [
    story.reason && make("p.reason", {}, foreign(story.reason)),
    story.continues && make("p.continues", {}, `Continues the story of ${story.continues[0]}: `, foreign(story.continues[1])),
    story.evidence.length > 0 && make(
      "table.evidence",
      {},
      make("caption.hidden", {}, "Evidence"),
      make("thead.hidden", {}, make("tr", {}, make("th", { scope: "col" }, "About"), make("th", { scope: "col" }, "Why"), make("th", { scope: "col" }, "Weight"))),
      make("tbody", {}, ...story.evidence.map(([about, text, weight]) => make(
        "tr",
        {},
        make("th", { scope: "row" }, ABOUT[about] ?? foreign(about)),
        make("td", {}, foreign(text)),
        make("td.weight", {}, weight ? [bar(Math.abs(weight) / heaviest, weight < 0 ? "bad" : ""), signed(weight)] : ""),
      ))),
    ),
    make("p.figures", {}, `Score ${story.score}`, story.probability < 1 && ` · topic at ${Math.round(story.probability * 100)} %`),
    make("ul.sources", {}, ...story.entries.map((entry, at) => make(
      "li",
      {},
      make("span.feed", {}, foreign(entry.feed)),
      entry.published && make("time", { datetime: entry.published }, instant(entry.published, edition.timezone, edition.day)),
      make("span.title", {}, link(entry.title, entry.url)),
      at === 0 && story.entries.length > 1 && make("span.chip", {}, "leads"),
    ))),
    story.shown !== "cut" && make("button", { type: "button", onclick: () => asked.show(story.id) }, "Show in the edition"),
  ].filter(Boolean);
}

const signed = (weight) => (weight > 0 ? "+" : "−") + Math.abs(weight).toFixed(2).replace(/\.?0+$/, "");

function asideRow(one, edition) {
  return make(
    "div.story.aside",
    {},
    make(`span.badge.${one.outcome}`, {}, ASIDE[one.outcome] ?? one.outcome),
    make("span.name", {}, link(one.title, one.url)),
    make("span.by", {}, foreign(one.feed), one.published && ` · ${instant(one.published, edition.timezone, edition.day)}`),
    make("span.reason", {}, foreign(one.reason)),
  );
}
