// The page: what is chosen, what is known, and who draws what. Everything is read from the server; nothing is ever sent.

import { byId, foreign, make, replace } from "./dom.js";
import { longDay } from "./words.js";
import { Bench } from "./bench.js";
import { drawStories, openStory } from "./stories.js";
import { drawCheck } from "./check.js";
import { drawSize } from "./size.js";
import { drawFeeds } from "./feeds.js";
import { drawText, drawSource, drawMessage, showInSource } from "./texts.js";
import { tabs } from "./tabs.js";

const CHOICES = { view: "mail", width: "800", scheme: "light", images: "embedded", style: "on", panel: "stories", day: "" };
const PANELS = ["stories", "check", "size", "feeds"];

const chosen = { ...CHOICES };
let build = "";
let edition = null;
let latest = 0;

const bench = new Bench(byId("bench"), { finding: (index) => focusFinding(index), story: (id) => showStory(id) });

// ---------------------------------------------------------------- choices, kept in the address

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const name of Object.keys(CHOICES)) if (query.has(name)) chosen[name] = query.get(name);
  if (chosen.images === "remote") chosen.images = CHOICES.images; // asked for by hand each time, never by an address
  if (!matchMedia("(min-width: 700px)").matches && !query.has("width")) chosen.width = "360";
  if (!PANELS.includes(chosen.panel)) chosen.panel = CHOICES.panel;
  for (const name of ["view", "width", "scheme", "images", "style"]) {
    const input = document.querySelector(`input[name="${name}"][value="${CSS.escape(chosen[name])}"]`);
    if (input) input.checked = true;
    else chosen[name] = CHOICES[name];
  }
}

function writeAddress() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) {
    if (value !== CHOICES[name] && !(name === "images" && value === "remote")) query.set(name, value);
  }
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

function choose(name, value) {
  chosen[name] = value;
  writeAddress();
  draw();
}

// ---------------------------------------------------------------- what the server has

function listen() {
  const source = new EventSource("/events");
  source.onmessage = (event) => {
    const state = JSON.parse(event.data);
    tell(state);
    if (state.build !== build || (!edition && state.ready)) {
      build = state.build;
      load();
    }
  };
  source.onerror = () => status("lost", "Not connected: is digest preview still running?");
}

function tell({ building, error, seconds, ready }) {
  if (building) status("building", "Composing…");
  else if (error) status("error", "Waiting for the next save");
  else status("live", "Up to date", ` · built in ${seconds < 0.1 ? "under 0.1" : seconds.toFixed(1)} s`);
  if (!building) {
    complain(error, ready);
  }
}

function status(state, text, detail = "") {
  const place = byId("status");
  place.dataset.state = state;
  if (place.textContent !== text + detail) replace(place, text, detail && make("small", {}, detail));
}

function complain(error, ready) {
  const place = byId("error");
  place.hidden = !error;
  replace(
    place,
    make("strong", {}, ready ? "Not built: this is the edition as it was before" : "The edition cannot be built as things are"),
    ...error.split("\n").map((line) => make("code", {}, foreign(line))),
    make("span", {}, "Mend and save it: the page comes back by itself."),
  );
}

async function load() {
  const mine = ++latest;
  const answer = await fetch(`/preview.json?${new URLSearchParams({ day: chosen.day, build })}`).then((r) => r.json()).catch(() => null);
  if (mine !== latest || !answer) return; // a newer one is on its way, or the server has gone: we shall be told
  if (answer.title === undefined) {
    if (chosen.day) complain(answer.error, false);
    return;
  }
  edition = { ...answer, build };
  draw();
  editions();
}

async function editions() {
  const { editions: past } = await fetch("/editions.json").then((r) => r.json()).catch(() => ({ editions: [] }));
  const select = byId("day");
  replace(
    select,
    make("option", { value: "" }, "As it would be sent now"),
    ...past.map((one) => make("option", { value: one.day }, `${longDay(one.day)} · ${one.stories} stories`)),
  );
  select.value = chosen.day;
}

// ---------------------------------------------------------------- drawing

function draw() {
  if (!edition) return;
  document.title = `${edition.title} · preview`;
  replace(byId("title"), foreign(edition.title));
  replace(byId("window"), longDay(edition.day), edition.stored ? make("span.chip", {}, "as stored") : "");
  for (const view of ["mail", "text", "source", "message"]) byId(`view-${view}`).hidden = chosen.view !== view;
  byId("tools-mail").hidden = chosen.view !== "mail";
  if (chosen.view === "mail") bench.draw(edition, chosen);
  if (chosen.view === "text") drawText(byId("view-text"), edition, chosen.day);
  if (chosen.view === "source") drawSource(byId("view-source"), edition, chosen.day);
  if (chosen.view === "message") drawMessage(byId("view-message"), edition, chosen.day);
  drawPanels();
}

let drawn = null; // the panels depend on the edition alone: a choice of width must not close what the reader has opened

function drawPanels() {
  if (drawn === edition) return;
  drawn = edition;
  drawStories(byId("panel-stories"), edition, { show: showStoryInMail });
  drawCheck(byId("panel-check"), edition, { show: showFinding, source: showFindingInSource });
  drawSize(byId("panel-size"), edition);
  drawFeeds(byId("panel-feeds"), edition);
}

function select(name, value) {
  const input = document.querySelector(`input[name="${name}"][value="${value}"]`);
  input.checked = true;
  choose(name, value);
}

function pane(which) {
  document.body.dataset.pane = which;
  document.querySelector(`input[name="pane"][value="${which}"]`).checked = true;
}

function showStory(id) {
  pane("details");
  panel.select("stories");
  openStory(byId("panel-stories"), id);
}

function focusFinding(index) {
  pane("details");
  panel.select("check");
  byId(`finding-${index}`)?.focus();
}

async function showStoryInMail(id) {
  pane("edition");
  if (chosen.view !== "mail") select("view", "mail");
  await bench.point({ story: id });
}

async function showFinding(index) {
  pane("edition");
  if (chosen.view !== "mail") select("view", "mail");
  await bench.point({ finding: index });
}

function showFindingInSource(index) {
  pane("edition");
  select("view", "source");
  showInSource(byId("view-source"), edition.findings[index].where);
}

// ---------------------------------------------------------------- start

const panel = tabs(document.querySelector('[role="tablist"]'), (name) => {
  chosen.panel = name;
  writeAddress();
});
readAddress();
panel.select(chosen.panel);
byId("tools").addEventListener("change", (event) => choose(event.target.name, event.target.value));
byId("tools").addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".panes").addEventListener("change", (event) => pane(event.target.value));
byId("day").addEventListener("change", (event) => {
  chosen.day = event.target.value;
  writeAddress();
  complain("", true);
  load();
});
listen();
