// The line that a mailbox shows before the mail is opened, and what is to be known about the way it is shown now.

import { byId, foreign, make, replace } from "./dom.js";
import { count } from "./words.js";

export function drawInbox(edition) {
  const from = header(edition, "From");
  const name = from.replace(/\s*<[^>]*>\s*$/, "").replace(/^"|"$/g, "") || from;
  replace(
    byId("inbox"),
    make("span.face", { "aria-hidden": "true" }, [...name][0] ?? "?"),
    make(
      "div.lines",
      {},
      make("div.from", {}, foreign(name)),
      make("div.subject", {}, foreign(edition.subject)),
      edition.preheader && make("div.snippet", {}, foreign(edition.preheader)),
    ),
    make("span.long", { title: "Characters of the subject; most mailboxes show about 60, a phone about 40" }, count([...edition.subject].length, "character")),
  );
}

export function drawHint({ scheme, images, style, remote }) {
  const hints = [];
  if (style === "off" && scheme === "dark") hints.push("Without its style sheet a mail has no dark rules: apps that strip it choose colours of their own.");
  if (images === "embedded" && remote) hints.push(`${count(remote, "remote image")} not loaded: nobody learns that you looked.`);
  if (images === "remote") hints.push("Remote images are loaded from their publishers, who can see it.");
  const hint = byId("hint");
  hint.hidden = !hints.length;
  hint.textContent = hints.join(" ");
}

const header = (edition, name) => edition.headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1] ?? "";
