/*
 * A formula or a table wider than its column scrolls in its own frame. Whoever reads with the keyboard
 * must be able to get there, so such a frame becomes a stop of the tab key, and no other does. The
 * style shows an edge on it, so that nobody takes what is seen for all there is.
 */
(() => {
  "use strict";

  const FRAMES = ".katex-display, .bd-article .pst-scrollable-table-container, .cell_output .text_html";

  const mark = () =>
    document.querySelectorAll(FRAMES).forEach((frame) => {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
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
