/*
 * What a reader has read, predicted, answered and solved, kept in this browser under one key and sent
 * nowhere. Predictions are predict.js's, which keeps them here.
 * A chapter counts as read when the "In short" of its first page has been on the screen. A quiz keeps the
 * first choice of each question, on a chapter's second page under that page's name. Exercises come by a
 * line that a notebook's last cell prints.
 */
(() => {
  "use strict";

  const KEY = "stepwise-progress";
  const EMPTY = { version: 1, last: null, read: [], quiz: {}, predictions: {}, exercises: {} };
  const here = location.pathname.match(/(book|notebooks|solutions)\/(\d\d)_[^/]*\.html$/);

  const valid = (value) =>
    value?.version === 1 && Array.isArray(value.read) && value.read.every((n) => /^\d+$/.test(n)) &&
    [value.quiz, value.exercises].every((part) => part && typeof part === "object");

  // A browser may keep nothing, as for files or in a private window: then a visit is all there is.
  let kept = structuredClone(EMPTY);
  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      if (valid(found)) kept = { ...structuredClone(EMPTY), ...found };
    } catch { /* nothing is kept */ }
  };
  const save = () => {
    try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* nothing is kept */ }
  };

  function onChapter(number) {
    // A second page has no notebook of its own, and leads back to the first one.
    const links = [...document.querySelectorAll("ul.notebook-links a")];
    const second = links.some((a) => a.textContent.trim() === "Read the chapter");
    const quiz = second ? location.pathname.match(/([^/]*)\.html$/)[1] : number;
    const end = document.getElementById("in-short");
    if (end && !second && !kept.read.includes(number)) {
      new IntersectionObserver((seen, watch) => {
        if (!seen.some((entry) => entry.isIntersecting)) return;
        load();
        if (!kept.read.includes(number)) kept.read.push(number);
        save();
        watch.disconnect();
      }).observe(end);
    }
    document.querySelectorAll(".admonition.quiz").forEach((question, k) => {
      const choices = [...question.querySelectorAll("details.quiz-choice")];
      const before = kept.quiz[quiz]?.[k + 1];
      if (before !== undefined && choices[before.choice]) choices[before.choice].open = true;
      choices.forEach((choice, c) =>
        // Not "toggle": paper opens all choices, and nobody has chosen then.
        choice.querySelector("summary").addEventListener("click", () => {
          load();
          const answers = (kept.quiz[quiz] ??= {});
          answers[k + 1] ??= { choice: c, right: choice.classList.contains("quiz-right") };
          answers.of = document.querySelectorAll(".admonition.quiz").length;
          save();
        }));
    });
  }

  function rememberPlace() {
    const heads = [...document.querySelectorAll("article section[id] > :is(h1, h2)")];
    let waiting;
    addEventListener("scroll", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const head = heads.filter((h) => h.getBoundingClientRect().top < 120).pop() ?? heads[0];
        if (!head) return;
        const [folder, page] = location.pathname.split("/").slice(-2);
        const words = (h) => h.cloneNode(true);
        const text = words(head);
        text.querySelectorAll(".headerlink, .katex").forEach((e) => e.remove());
        load();
        kept.last = {
          page: `${folder}/${page}`, place: head.parentElement.id, words: text.textContent.trim(),
          title: document.title.split(" \u2014 ")[0],
        };
        save();
      }, 400);
    }, { passive: true });
  }

  function summary(number) {
    const parts = [];
    if (kept.read.includes(number)) parts.push("read");
    const quizzes = Object.keys(kept.quiz).filter((key) => key.split("_")[0] === number)
      .map((key) => kept.quiz[key]);
    const of = quizzes.reduce((sum, answers) => sum + (answers.of ?? 0), 0);
    const right = quizzes.flatMap(Object.values).filter((a) => a.right).length;
    if (of) parts.push(`quiz ${right} of ${of}`);
    const solved = kept.exercises[number];
    if (solved) parts.push(`exercises ${solved.right.length} of ${solved.of}`);
    return parts.join(" \u00b7 ");
  }

  function take(text) {
    const lines = [...text.matchAll(/stepwise (\d+) of (\d+): ([\d. ]+|none)/g)];
    for (const [, , of, list] of lines) {
      const numbers = list.match(/\d+\.\d+/g) ?? [];
      for (const number of new Set(numbers.map((n) => n.split(".")[0].padStart(2, "0")))) {
        const now = numbers.filter((n) => n.split(".")[0].padStart(2, "0") === number);
        const right = new Set([...(kept.exercises[number]?.right ?? []), ...now]);
        kept.exercises[number] = { right: [...right].sort(), of: Number(of) };
      }
    }
    return lines.length;
  }

  function onHome(box) {
    const say = (words) => { box.querySelector("[role=status]").textContent = words; };
    const draw = () => {
      document.querySelectorAll("#map table tbody tr").forEach((row) => {
        const cells = row.querySelectorAll("td");
        const number = cells[0].textContent.trim().padStart(2, "0");
        row.querySelector(".done")?.remove();
        const words = summary(number);
        if (!words) return;
        const done = document.createElement("span");
        done.className = "done";
        done.textContent = words;
        cells[1].append(done);
      });
      const go = box.querySelector(".continue");
      go.hidden = !kept.last;
      if (kept.last) {
        const link = go.querySelector("a");
        link.href = `../${kept.last.page}#${kept.last.place}`;
        link.textContent = kept.last.words === kept.last.title ? kept.last.title : `${kept.last.title}: ${kept.last.words}`;
      }
    };
    const changed = (words) => { save(); draw(); say(words); };

    box.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = box.querySelector("textarea");
      const text = field.value.trim();
      if (!text) return say("Paste the line of a notebook, or a file that you saved here before.");
      let file = null;
      try { file = JSON.parse(text); } catch { /* then it is a notebook's line */ }
      if (valid(file)) {
        kept = { ...structuredClone(EMPTY), ...file };
        field.value = "";
        return changed("Taken over. What was here before is replaced.");
      }
      const lines = take(text);
      if (!lines) return say("That is neither a notebook's last line, which begins with \u201cstepwise\u201d, nor a saved file.");
      field.value = "";
      changed("Kept.");
    });
    box.querySelector("[data-do=save]").addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
      link.download = "stepwise-progress.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      say("Saved as stepwise-progress.json. Its text, pasted above, brings all back on another device.");
    });
    box.querySelector("[data-do=erase]").addEventListener("click", () => {
      if (!confirm("Erase what this browser has kept of your progress?")) return;
      kept = structuredClone(EMPTY);
      try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
      draw();
      say("Erased.");
    });
    box.hidden = false;
    draw();
  }

  load();
  window.stepwiseProgress = { now: () => (load(), kept), save };
  const box = document.getElementById("your-progress-box");
  if (here?.[1] === "book") onChapter(here[2]);
  if (here) rememberPlace();
  if (box) onHome(box);
})();
