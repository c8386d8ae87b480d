/*
 * How the search orders and shows what it finds. Sphinx takes this file into its search script.
 * Chapters come first, those before others that have all the words in one section; a hit shows this
 * section and leads there. The sections' texts are window.searchTexts, see tools/site/search_texts.py.
 */
const sectionSearch = {
  /** The words of the question, without their endings as Sphinx's index has them. */
  words() {
    const query = new URLSearchParams(location.search).get("q") ?? "";
    const stemmer = new Stemmer();
    return splitQuery(query.toLowerCase()).map((word) => stemmer.stemWord(word));
  },

  /** The section of a page that has most of the words, and has them most often. */
  best(page, words) {
    let best = { anchor: "", text: "", found: 0, times: 0 };
    for (const [anchor, text] of window.searchTexts[page] ?? []) {
      const counts = words.map((word) => text.toLowerCase().split(word).length - 1);
      const found = counts.filter(Boolean).length;
      const times = counts.reduce((sum, count) => sum + count, 0);
      if (found > best.found || (found === best.found && times > best.times)) {
        best = { anchor, text, found, times };
      }
    }
    return best;
  },
};

var Scorer = {
  score: ([page, , , , score]) => {
    const chapter = page.match(/^book\/(\d\d)_/);
    if (chapter) {
      const words = sectionSearch.words();
      const whole = sectionSearch.best(page, words).found === words.length;
      return score + (whole ? 60 : 40) - Number(chapter[1]) / 10; // what is alike as they are read
    }
    // The glossary comes next: an entry whose name is the question itself counts 100 elsewhere.
    return /^book\/glossary/.test(page) ? Math.min(score, 20) + 10 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("#search-results");
  if (!list) return;
  const LENGTH = 240;
  const words = sectionSearch.words();

  const explain = (item) => {
    const link = item.querySelector("a");
    const page = new URL(link.href).pathname.match(/(book|notebooks)\/[^/]+(?=\.html$)/)?.[0];
    const { anchor, text } = sectionSearch.best(page, words);
    if (!anchor) return;
    if (!link.hash) link.hash = anchor;
    const lower = text.toLowerCase();
    const at = Math.min(...words.map((word) => lower.indexOf(word)).filter((place) => place >= 0));
    // Whole words, at both ends and where the question's words, which have lost their endings, are.
    const start = at > LENGTH / 2 ? text.indexOf(" ", at - LENGTH / 2) + 1 : 0;
    const end = text.lastIndexOf(" ", start + LENGTH);
    const short = text.length > start + LENGTH && end > at;
    const summary = item.appendChild(document.createElement("p"));
    summary.classList.add("context");
    summary.textContent =
      (start ? "\u2026" : "") + text.slice(start, short ? end : undefined).trim() + (short ? "\u2026" : "");
    const found = summary.textContent.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const marked = new Set(found.filter((word) => words.some((stem) => word.startsWith(stem))));
    [...marked].sort((a, b) => b.length - a.length) // "effect" must not take a part of "effective"
      .forEach((word) => _highlightText(summary, word, "highlighted"));
  };

  list.querySelectorAll("li").forEach(explain);
  new MutationObserver((changes) =>
    changes.flatMap((change) => [...change.addedNodes])
      .filter((node) => node.localName === "li").forEach(explain),
  ).observe(list, { childList: true, subtree: true });
});
