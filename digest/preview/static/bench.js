// The edition in its frame, at the width of a device, with marks beside the places that something is to be said about.
//
// The frame runs no script (sandbox and policy both forbid it), so reading its document from here is safe. Its text is
// hostile all the same: elements can be named so that they hide a document's own members, hence `members.js`.

import { make, replace } from "./dom.js";
import { drawHint, drawInbox } from "./inbox.js";
import { elementLike, elementsByTag, rectangle, rootOf } from "./members.js";

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const GUTTER = 44; // pixels beside the frame for the marks
const MARK = 30; // pixels that a mark takes: two in one place stand one below the other

export class Bench {
  #place;
  #asked; // what to do when a mark is pressed
  #rig = make("div.rig");
  #marks = make("div.marks");
  #pointer = make("div.pointer", { hidden: true });
  #frame = null;
  #address = "";
  #ready = Promise.resolve();
  #edition = null;
  #width = 800;
  #stories = new Map();
  #findings = [];
  #grown = new ResizeObserver(() => this.#fit());

  constructor(place, asked) {
    this.#place = place;
    this.#asked = asked;
    place.append(this.#rig);
    this.#rig.append(this.#marks, this.#pointer);
    new ResizeObserver(() => this.#fit()).observe(place);
  }

  draw(edition, { width, scheme, images, style, day }) {
    this.#edition = edition;
    this.#width = Number(width);
    this.#rig.dataset.width = width;
    this.#rig.dataset.scheme = style === "off" ? "light" : scheme;
    drawInbox(edition);
    const address = `/edition.html?${new URLSearchParams({ day, scheme, images, style, build: edition.build })}`;
    if (address === this.#address) {
      this.#fit();
    } else {
      this.#address = address;
      this.#ready = this.#load(address, { scheme, images, style });
    }
  }

  /** Scroll to a story (by id) or a finding (by number) and ring it. */
  async point({ story, finding }) {
    await this.#ready;
    const element = story === undefined ? this.#findings[finding] : this.#stories.get(story);
    const box = element && this.#box(element);
    this.#pointer.hidden = !box;
    if (!box) return;
    Object.assign(this.#pointer.style, {
      top: `${box.top - 6}px`, left: `${box.left - 6}px`, width: `${box.width + 12}px`, height: `${box.height + 12}px`,
    });
    this.#pointer.getAnimations().forEach((animation) => animation.cancel());
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#pointer.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    this.#pointer.animate([{ opacity: 1 }, { opacity: 1, offset: 0.7 }, { opacity: 0.35 }], { duration: 2500, fill: "forwards" });
  }

  // The next frame is loaded unseen over the present one, so that a change never flashes and the page keeps its place.
  async #load(address, { scheme, images, style }) {
    const frame = make("iframe.next", { sandbox: SANDBOX, title: "The edition", src: address, referrerpolicy: "no-referrer" });
    frame.style.width = `${this.#width}px`;
    this.#rig.prepend(frame);
    await new Promise((done) => frame.addEventListener("load", done, { once: true }));
    if (address !== this.#address) {
      frame.remove(); // something else has been chosen meanwhile
      return;
    }
    this.#frame?.remove();
    this.#frame = frame;
    frame.classList.remove("next");
    this.#pointer.hidden = true;
    this.#find(frame.contentDocument);
    this.#fit();
    this.#grown.disconnect();
    this.#grown.observe(rootOf(frame.contentDocument));
    drawHint({ scheme, images, style, remote: remoteImages(frame.contentDocument) });
  }

  #find(inside) {
    const anchors = elementsByTag(inside, "a");
    this.#stories = new Map();
    for (const topic of this.#edition.topics) {
      for (const story of topic.stories) {
        const anchor = story.shown !== "cut" && anchorOf(anchors, story);
        if (anchor) this.#stories.set(story.id, anchor);
      }
    }
    this.#findings = this.#edition.findings.map((one) => (one.where ? elementLike(inside, one.where) : null));
  }

  #scale() {
    const room = this.#place.clientWidth - 2 * (this.#place.clientWidth > 700 ? GUTTER : 8);
    return Math.min(1, Math.max(0.2, room / this.#width));
  }

  #fit() {
    const frame = this.#frame;
    const inside = frame?.contentDocument;
    if (!inside || !this.#place.clientWidth) return;
    const scale = this.#scale();
    frame.style.width = `${this.#width}px`;
    frame.style.height = "1px"; // so that the document tells its own height, not the frame's
    const height = Math.max(rootOf(inside).scrollHeight, 200);
    frame.style.height = `${height}px`;
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    this.#rig.style.width = `${this.#width * scale}px`;
    this.#rig.style.height = `${height * scale}px`;
    this.#rig.dataset.scaled = scale < 1 ? `shown at ${Math.round(scale * 100)} %` : "";
    this.#mark();
  }

  #box(element) {
    const { top, left, width, height } = rectangle(element);
    if (!width || !height) return null; // not to be seen: the preheader, for one
    const scale = this.#scale();
    return { top: top * scale, left: left * scale, width: width * scale, height: height * scale };
  }

  // Marks are for the pointer: whoever uses a keyboard finds the same in the lists of the details.
  #mark() {
    const left = this.#findings.map((element, index) => ({ element, index })).filter(({ index }) => this.#edition.findings[index].level !== "PASS");
    const findings = left.map(({ element, index }) => {
      const { id, level, text } = this.#edition.findings[index];
      const title = `${id}: ${text}`;
      return [element, make(`button.mark.left.${level === "FAIL" ? "bad" : "warn"}`, { type: "button", tabindex: "-1", title, "aria-label": title, onclick: () => this.#asked.finding(index) }, "!")];
    });
    const stories = [...this.#stories].map(([id, element]) => [
      element,
      make("button.mark.right", { type: "button", tabindex: "-1", title: "Why is this here?", "aria-label": "Why is this here?", onclick: () => this.#asked.story(id) }, "?"),
    ]);
    replace(this.#marks, ...this.#stacked(findings), ...this.#stacked(stories));
  }

  #stacked(pairs) {
    const placed = pairs.map(([element, mark]) => [element && this.#box(element), mark]).filter(([box]) => box);
    placed.sort(([one], [other]) => one.top - other.top);
    let free = -Infinity;
    return placed.map(([box, mark]) => {
      const top = Math.max(box.top + Math.min(box.height, 28) / 2 - MARK / 2, free);
      mark.style.top = `${top}px`;
      free = top + MARK;
      return mark;
    });
  }
}

function anchorOf(anchors, story) {
  const start = plain(story.title).slice(0, 24);
  const same = anchors.filter((anchor) => anchor.href && sameAddress(anchor.href, story.url));
  return same.find((anchor) => plain(anchor.textContent).startsWith(start)) ?? same[0];
}

const plain = (text) => text.replace(/[\p{Cf}\s]+/gu, " ").trim();

function sameAddress(one, other) {
  try {
    return decodeURI(one) === decodeURI(new URL(other).href);
  } catch {
    return one === other;
  }
}

const remoteImages = (inside) => elementsByTag(inside, "img").filter((image) => /^https?:/i.test(image.getAttribute("src") ?? "")).length;
