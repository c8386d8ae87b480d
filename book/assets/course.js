/*
 * A formula wider than its column scrolls in its own frame. Whoever reads with the keyboard must be
 * able to get there, so such a formula becomes a stop of the tab key, and no other does.
 */
(() => {
  "use strict";

  const mark = () =>
    document.querySelectorAll(".katex-display").forEach((formula) => {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    });

  window.addEventListener("load", async () => {
    await document.fonts.ready;
    mark();
    let waiting;
    window.addEventListener("resize", () => {
      clearTimeout(waiting);
      waiting = setTimeout(mark, 200);
    });
  });
})();
