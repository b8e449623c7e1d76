"use strict";
// Looks through the stories of all editions, in the browser alone. Titles and summaries are only ever set as text.
(() => {
  const stories = (window.digest || []).flat();
  const field = document.getElementById("words"), found = document.getElementById("found"), editions = document.getElementById("editions");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const index = stories.map((story) => plain([story.title, story.summary, story.topic, ...story.sources].join("\n")));
  const add = (parent, name, text, href) => {
    const element = document.createElement(name);
    if (href && /^https?:|^\d{4}-\d\d-\d\d\.html$/.test(href)) element.href = href;
    element.dir = "auto";
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const show = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const hits = words.length ? stories.filter((_, place) => words.every((word) => index[place].includes(word))) : [];
    editions.hidden = words.length > 0;
    found.hidden = !editions.hidden;
    found.replaceChildren();
    for (const story of hits.slice(0, 200)) {
      const article = add(found, "article", "");
      add(add(article, "h3", ""), "a", story.title, story.url || story.day + ".html").rel = "noreferrer";
      if (story.summary) add(article, "p", story.summary);
      const meta = add(article, "p", story.sources.join(", ") + " · ");
      meta.className = "meta";
      add(meta, "a", story.day, story.day + ".html");
    }
    if (words.length && !hits.length) add(found, "p", found.dataset.none);
  };
  field.parentElement.hidden = false;
  field.addEventListener("input", show);
  show();
})();
