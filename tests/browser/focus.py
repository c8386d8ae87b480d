"""What a reader with a keyboard loses: a stop of the Tab key unseen, or out of its turn."""

from __future__ import annotations

from playwright.sync_api import Page

# Each stop of the Tab key below `within`, in order; of a group of radio buttons one is a stop.
STOPS = """(within) => [...within.querySelectorAll(
    "a[href], button, summary, input, select, textarea, iframe, [tabindex]")]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => e.type !== "radio" || e.checked)"""

LOST = f"""() => {{
  const stops = {STOPS};
  const found = [];
  const name = (e) =>
    `${{e.localName}}.${{[...e.classList].join(".")}} "${{e.textContent.trim().slice(0, 40)}}"`;

  // A ring at least 2 pixels wide that was not there before, in a colour that stands out.
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, alpha = 1], under) =>
    [r, g, b].map((value, k) => value * alpha + under[k] * (1 - alpha));
  const ground = (e) => {{
    const layers = [];
    for (; e; e = e.parentElement) layers.push(numbers(getComputedStyle(e).backgroundColor));
    return layers.reduceRight((under, layer) => over(layer, under), [255, 255, 255]);
  }};
  const luminance = (colour) => colour
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, k) => sum + [0.2126, 0.7152, 0.0722][k] * v, 0);
  const contrast = (a, b) => {{
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }};
  const ring = (e) => {{
    const style = getComputedStyle(e);
    const drawn = !["none", "auto"].includes(style.outlineStyle);
    return {{
      width: drawn ? parseFloat(style.outlineWidth) : 0,
      offset: parseFloat(style.outlineOffset),
      colour: numbers(style.outlineColor),
    }};
  }};

  // The sides of the ring that a frame cuts off, wherever the frame is scrolled to.
  const cut = (e, reach) => {{
    const box = e.getBoundingClientRect();
    let framed = false;
    for (let frame = e.parentElement; frame !== document.body; frame = frame.parentElement) {{
      const style = getComputedStyle(frame);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      framed = true;
      const edge = frame.getBoundingClientRect();
      const left = box.left - edge.left - frame.clientLeft + frame.scrollLeft;
      const top = box.top - edge.top - frame.clientTop + frame.scrollTop;
      const gaps = {{
        left, top,
        right: frame.scrollWidth - left - box.width, bottom: frame.scrollHeight - top - box.height,
      }};
      const sides = Object.keys(gaps).filter((side) => gaps[side] < reach - 1); // a part of a pixel
      if (sides.length) return `${{sides.join(" ")}} of its ring cut by ${{name(frame)}}`;
    }}
    const room = Math.min(box.left, document.documentElement.clientWidth - box.right);
    return !framed && room < reach - 1 ? "its ring goes beyond the screen" : "";
  }};

  const look = (within) => {{
    const all = stops(within);
    document.activeElement.blur();
    const before = all.map(ring);
    all.forEach((e, k) => {{
      e.focus({{ preventScroll: true }});
      if (document.activeElement !== e) return found.push(`${{name(e)}}: takes no focus`);
      const {{ width, offset, colour }} = ring(e);
      const under = ground(offset < 0 ? e : e.parentElement);
      if (width < 2 || before[k].width > 0) found.push(`${{name(e)}}: no ring`);
      else if (contrast(over(colour, under), under) < 3) found.push(`${{name(e)}}: a faint ring`);
      const sides = cut(e, width + offset);
      if (sides) found.push(`${{name(e)}}: ${{sides}}`);
      if (e.tabIndex > 0) found.push(`${{name(e)}}: before its turn`);
    }});
    // Reading order: no stop stands above the one before it, unless beside it.
    const boxes = all.map((e) => e.getBoundingClientRect());
    boxes.slice(1).forEach((box, k) => {{
      if (all[k].closest("article") && all[k + 1].closest("article") &&
          box.bottom < boxes[k].top && box.left < boxes[k].right)
        found.push(`${{name(all[k + 1])}}: above what comes before it`);
    }});
  }};

  look(document);
  for (const opener of document.querySelectorAll(".sidebar-toggle, .search-button")) {{
    if (!opener.checkVisibility()) continue;
    opener.click();
    const dialog = document.querySelector("dialog[open]");
    if (dialog) look(dialog);
    dialog ? dialog.close() : opener.click(); // on a wide page a button shows and hides in place
  }}
  document.activeElement.blur();
  return found;
}}"""


def lost_stops(page: Page) -> list[str]:
    """What is wrong with the stops of the Tab key on an open page, one a line."""
    page.keyboard.press("Tab")  # from now on the browser shows the focus
    return page.evaluate(LOST)
