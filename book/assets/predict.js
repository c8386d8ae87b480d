/*
 * Predict, then look. A box of class "predict" asks for a guess, and the rest of its section, with the
 * figure and what is said of it, waits until the reader has chosen, or asks to see it. The choice is
 * kept with the progress. Without scripts and on paper all is open.
 */
(() => {
  "use strict";

  const progress = window.stepwiseProgress; // progress.js stands before this script
  const page = location.pathname.split("/").pop();

  // What comes after the box: to the end of its section, or to the next box, which waits as well.
  const answerOf = (box) => {
    const parts = [];
    for (let next = box.nextElementSibling; next; next = next.nextElementSibling) {
      if (next.tagName === "SECTION") break;
      parts.push(next);
      if (next.matches(".predict")) break;
    }
    return parts;
  };

  document.querySelectorAll(".admonition.predict").forEach((box, number) => {
    const list = box.querySelector("ul");
    const items = [...list.children];
    const answer = answerOf(box);
    const right = items.findIndex((item) => item.querySelector(".right"));
    const say = document.createElement("p");
    say.setAttribute("role", "status");
    const place = `${page}#${number}`;

    const open = (choice) => {
      answer.forEach((part) => part.classList.remove("waits"));
      buttons.forEach((button, k) => {
        button.setAttribute("aria-disabled", "true"); // a disabled one would lose the focus
        button.classList.toggle("chosen", k === choice);
        button.classList.toggle("is-right", k === right);
      });
      if (document.activeElement === show) buttons[Math.max(right, 0)].focus({ preventScroll: true });
      show.remove();
      const words = (k) => items[k].textContent.trim();
      if (choice === null) say.textContent = right < 0 ? "" : `It is: ${words(right)}.`;
      else if (right < 0) say.textContent = "Now compare.";
      else if (choice === right) say.textContent = "Your guess is right. Look for it below.";
      else say.textContent = `You said: ${words(choice)}. It is: ${words(right)}. Look for it below.`;
    };
    const commit = (choice) => {
      if (place in progress.now().predictions) return;
      progress.now().predictions[place] = choice;
      progress.save();
      open(choice);
    };

    const buttons = items.map((item, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener("click", () => commit(k));
      return button;
    });
    const show = document.createElement("button");
    show.type = "button";
    show.className = "show-me";
    show.textContent = "Go on without a guess";
    show.addEventListener("click", () => commit(null));
    box.append(show, say);

    answer.forEach((part) => part.classList.add("waits"));
    const kept = progress.now().predictions;
    if (place in kept) open(kept[place]);
    addEventListener("beforeprint", () => answer.forEach((part) => part.classList.remove("waits")));
  });

  // A link into what waits opens it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    target?.closest(".waits")?.classList.remove("waits");
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
