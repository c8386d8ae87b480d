"""What a finger misses on a phone: targets of less than 44 pixels.

Links within a text are let off, as WCAG 2.5.5 lets them off: their height is that of the line.
"""

from __future__ import annotations

from playwright.sync_api import Page

LEAST = 44  # CSS pixels

SMALL = """(least) => {
  const found = [];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true });
  const block = (e) => {
    while (getComputedStyle(e).display.startsWith("inline")) e = e.parentElement;
    return e;
  };
  const inText = (e) => {
    if (e.localName !== "a" || getComputedStyle(e).display !== "inline") return false;
    const rest = block(e).cloneNode(true);
    rest.querySelectorAll("a, button").forEach((other) => other.remove());
    return /\\w/.test(rest.textContent);
  };
  const measure = (within) => {
    for (const e of within.querySelectorAll("a[href], button, summary, input, select, textarea")) {
      const target = e.closest("label") ?? e; // a touch of its label is one of the input
      if (!shown(target) || inText(e)) continue;
      const { width, height } = target.getBoundingClientRect();
      if (width >= least - 0.01 && height >= least - 0.01) continue;
      const name = e.textContent.trim() || e.ariaLabel || e.outerHTML;
      found.push(`${e.localName} ${width} x ${height}: ${name.slice(0, 60)}`);
    }
  };
  measure(document);
  for (const opener of document.querySelectorAll(".sidebar-toggle, .search-button")) {
    if (!shown(opener)) continue;
    opener.click();
    const dialog = document.querySelector("dialog[open]");
    if (dialog) measure(dialog);
    dialog ? dialog.close() : opener.click(); // on a wide page a button shows and hides in place
  }
  document.querySelectorAll(".dropdown-menu").forEach((menu) => {
    menu.classList.add("show");
    measure(menu);
    menu.classList.remove("show");
  });
  return found;
}"""


def small_targets(page: Page) -> list[str]:
    """The targets of an open page, as wide as a phone, that a finger would miss, one a line."""
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    found = page.evaluate(SMALL, LEAST)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    touch.detach()
    return found
