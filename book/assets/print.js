/*
 * On paper nothing is dark, and hints, answers and boxes open. The code of figures stays on the site.
 * Afterwards all is as it was.
 */
(() => {
  "use strict";

  let undo = [];

  window.addEventListener("beforeprint", () => {
    const root = document.documentElement;
    const theme = root.dataset.theme;
    root.dataset.theme = "light";
    undo.push(() => (root.dataset.theme = theme));
    document.querySelectorAll("details:not([open], .hide)").forEach((box) => {
      box.open = true;
      undo.push(() => (box.open = false));
    });
    document.querySelectorAll("img[loading=lazy]").forEach((picture) => (picture.loading = "eager"));
  });

  window.addEventListener("afterprint", () => {
    undo.forEach((step) => step());
    undo = [];
  });
})();
