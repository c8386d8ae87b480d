/*
 * On a narrow page the theme shows its sidebars and its search as dialogs. A keyboard closes them with
 * Escape and a mouse beside them; a finger on a screen reader needs a button. The focus returns to what
 * opened the dialog, which the theme has made forget it. A link to a place in the page closes its dialog,
 * which would stand before the place, and the focus goes on from there. The list of all pages opens where
 * this page stands in it, and its button stays in sight.
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

  const furnish = (dialog, name, opener) => {
    let gone = false; // to a place in the page
    dialog.setAttribute("aria-label", name);
    dialog.addEventListener("click", (event) => {
      gone = event.target.closest('a[href^="#"]') !== null;
      if (gone) dialog.close();
    });
    dialog.addEventListener("close", () => {
      if (!gone) document.querySelector(opener)?.focus();
      gone = false;
    });
  };

  for (const [side, name] of [["primary", "All pages"], ["secondary", "Contents of this page"]]) {
    const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
    const sidebar = document.getElementById(`pst-${side}-sidebar`);
    if (!dialog || !sidebar) continue;
    furnish(dialog, name, `.${side}-toggle`);
    new MutationObserver(() => {
      if (dialog.open) dialog.querySelector("nav a.current")?.scrollIntoView({ block: "center", behavior: "instant" });
    }).observe(dialog, { attributeFilter: ["open"] });
    sidebar.prepend(closeButton()); // the theme moves all that a sidebar holds to its dialog and back
  }

  const search = document.getElementById("pst-search-dialog");
  if (search) {
    furnish(search, "Search", ".bd-header-article .search-button");
    search.append(closeButton());
  }
})();
