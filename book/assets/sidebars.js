/*
 * On a narrow page the theme shows its sidebars and its search as dialogs. A keyboard closes them with
 * Escape and a mouse beside them; a finger on a screen reader needs a button. A link to a place in the
 * page closes its dialog, which would stand before the place.
 */
(() => {
  "use strict";

  const closeButton = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "close-dialog";
    button.textContent = "Close";
    button.addEventListener("click", () => button.closest("dialog").close());
    return button;
  };

  for (const [side, name] of [["primary", "All pages"], ["secondary", "Contents of this page"]]) {
    const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
    const sidebar = document.getElementById(`pst-${side}-sidebar`);
    if (!dialog || !sidebar) continue;
    dialog.setAttribute("aria-label", name);
    sidebar.prepend(closeButton()); // the theme moves all that a sidebar holds to its dialog and back
    dialog.addEventListener("click", (event) => {
      if (event.target.closest('a[href^="#"]')) dialog.close();
    });
  }

  const search = document.getElementById("pst-search-dialog");
  search?.setAttribute("aria-label", "Search");
  search?.append(closeButton());
})();
