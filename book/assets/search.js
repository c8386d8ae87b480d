/*
 * How the search orders and shows what it finds. Sphinx takes this file into its search script.
 * Chapters come first, a hit leads to the section that has the words, and formulas show once.
 */
var Scorer = {
  score: ([page, , , , score]) => {
    const chapter = page.match(/^book\/(\d\d)_/);
    if (chapter) return score + 40 - Number(chapter[1]) / 10; // what is alike as they are read
    return /^book\/glossary/.test(page) ? score + 10 : score;
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
  if (typeof Search === "undefined") return;
  const LENGTH = 240;

  const plain = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(".headerlink, .katex-mathml, script, style, ul.notebook-links, section")
      .forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  Search.makeSearchSummary = (html, keywords) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const words = [...keywords].map((word) => word.toLowerCase());
    const has = (text) => words.filter((word) => text.toLowerCase().includes(word)).length;
    // The first section with the most of the words.
    const best = [...page.querySelectorAll("article section[id]")]
      .map((section) => ({ id: section.id, text: plain(section) }))
      .reduce((first, other) => (has(other.text) > has(first.text) ? other : first), { text: "" });
    const summary = document.createElement("p");
    summary.classList.add("context");
    if (!has(best.text)) return summary;
    const at = Math.min(
      ...words.map((word) => best.text.toLowerCase().indexOf(word)).filter((place) => place >= 0),
    );
    const start = Math.max(0, at - LENGTH / 2);
    summary.textContent =
      (start ? "\u2026" : "") + best.text.slice(start, start + LENGTH).trim() + "\u2026";
    // The list has the summary in a moment, beside its link.
    setTimeout(() => {
      const link = summary.parentElement?.querySelector("a");
      if (link && !link.hash) link.hash = best.id;
    });
    return summary;
  };
});
