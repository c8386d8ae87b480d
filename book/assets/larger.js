/*
 * A figure opens larger over the page, by its link or by a touch of the picture itself. Escape and the
 * button close it, and the focus returns to where it was. Without scripts the link leads to the picture.
 */
(() => {
  "use strict";

  const links = document.querySelectorAll("a.larger");
  if (!links.length) return;

  const dialog = document.createElement("dialog");
  dialog.className = "larger-picture";
  dialog.innerHTML = '<form method="dialog"><button>Close</button></form><div class="frame" tabindex="0"></div>';
  document.querySelector(".bd-article").append(dialog);
  const frame = dialog.querySelector(".frame");
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside the picture
  });

  links.forEach((link) => {
    const before = link.previousElementSibling; // the picture, or what holds two drawings of it
    const picture = before.matches("img") ? before : before.querySelector("img");
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      const copy = new Image();
      copy.src = link.href;
      copy.alt = picture.alt;
      copy.className = picture.className;
      frame.replaceChildren(copy);
      frame.setAttribute("aria-label", link.textContent);
      dialog.setAttribute("aria-label", link.textContent);
      dialog.showModal();
    };
    link.addEventListener("click", open);
    picture.addEventListener("click", (event) => {
      link.focus({ preventScroll: true });
      open(event);
    });
  });
})();
