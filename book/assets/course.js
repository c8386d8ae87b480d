/*
 * A formula, a table or a line of code wider than its column scrolls in its own frame. Whoever reads
 * with the keyboard must be able to get there, so such a frame becomes a stop of the tab key, and no
 * other does. The style shows an edge on it, so that nobody takes what is seen for all there is.
 *
 * The theme does the same for some frames, a while after the window's size has changed. What opens,
 * turns or grows is seen here at once.
 */
(() => {
  "use strict";

  const FRAMES =
    ".katex-display, .bd-article pre, .bd-article .pst-scrollable-table-container, .cell_output > .output";

  const mark = (frame) => {
    // Of a formula's height nothing scrolls: KaTeX leaves room above and below that is empty.
    const higher = !frame.matches(".katex-display") && frame.scrollHeight > frame.clientHeight;
    const stop = frame.scrollWidth > frame.clientWidth || higher;
    frame.tabIndex = stop ? 0 : -1;
  };

  const sizes = new ResizeObserver((entries) => {
    // A part that has left the page has no frame any more.
    new Set(entries.map(({ target }) => target.closest(FRAMES))).forEach((frame) => frame && mark(frame));
  });

  document.querySelectorAll(FRAMES).forEach((frame) => {
    [frame, ...frame.children].forEach((part) => sizes.observe(part));
  });
})();
