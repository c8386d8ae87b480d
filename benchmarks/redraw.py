"""What one move of a slider costs a reader's browser, for every explorer. Needs a Chromium."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.timing import target
from stepwise_ssl import widgets
from tests.browser.conftest import FLAGS, browser_program
from tests.browser.explorers import pages

FRAME = 16  # ms; 60 frames a second leave 16.7. No GPU paints here: a reader's machine is faster
# Name, what makes it, sliders to drag, limit in ms. The kernel plane may take two frames: two
# eigenproblems of 48 × 48 and a map of 4784 cells.
EXPLORERS: tuple[tuple[str, Callable, tuple[str, ...], float], ...] = (
    ("staircase", partial(widgets.staircase, d=10), ("t", "alpha"), FRAME),
    ("staircase", partial(widgets.staircase, d=40), ("t", "alpha"), FRAME),
    ("three_losses", widgets.three_losses, ("alpha", "invariance"), FRAME),
    ("network_circle", partial(widgets.network_circle, depth=10), ("depth", "turn"), FRAME),
    ("two_layers", partial(widgets.two_layers, d=8), ("p0", "s0"), FRAME),
    ("climbing", widgets.climbing, ("damping", "alpha", "momentum"), FRAME),
    ("mode_pictures", widgets.mode_pictures, ("kernel_mode", "iteration", "mode"), FRAME),
    ("kernel_plane", partial(widgets.kernel_plane, kernel="rbf"),
     ("mode", "augmentation", "bandwidth"), 30),
    ("kernel_plane", partial(widgets.kernel_plane, kernel="laplace"),
     ("mode", "augmentation", "bandwidth"), 30),
    ("embedding_space", partial(widgets.embedding_space, sets=["digits"]), ("iteration",), FRAME),
)  # fmt: skip
MOVES = 15
# The work that one move of a slider costs the page's thread. Three callbacks of one animation
# frame: ours, the widget's drawing, ours; a message posted in the last arrives after the browser
# has done styles, layout and painting.
DRAG = """
async (control) => {
  const slider = document.querySelector(`input[data-control=${control}]`);
  const [min, max] = [Number(slider.min), Number(slider.max)];
  const move = (k) => new Promise((done) => {
    let begun;
    requestAnimationFrame(() => { begun = performance.now(); });
    slider.value = min + (max - min) * (0.5 + 0.4 * Math.sin(k / 8));
    slider.dispatchEvent(new Event("input"));
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now() - begun);
      port2.postMessage(null);
    });
  });
  const spent = [];
  for (let k = 0; k < MOVES; k++) spent.push(await move(k));
  return spent;
}
""".replace("MOVES", str(MOVES))


def redraw_time(page: Page, control: str, rounds: int = 3) -> tuple[float, float]:
    """Milliseconds a redraw while one drags: the page's thread alone, and by the clock (median).

    The quietest of the rounds, because other work on the machine only adds.
    """
    browser_says = page.context.new_cdp_session(page)
    browser_says.send("Performance.enable")

    def thread_seconds() -> float:
        metrics = browser_says.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime")

    def one_round() -> tuple[float, float]:
        begun = thread_seconds()
        clock = statistics.median(page.evaluate(DRAG, control))
        return 1000 * (thread_seconds() - begun) / MOVES, clock

    return min(one_round() for _ in range(rounds))


def main() -> None:
    program = browser_program()
    if program is None:
        print("no Chromium found: redraws are not measured")
        return
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, make, controls, limit in EXPLORERS:
            with pages(browser, Path(folder), name, make) as show:
                page = show()
                for control in controls:
                    thread, clock = redraw_time(page, control)
                    what = f"  {name}, dragging {control}: {clock:.1f} ms by the clock, of the "
                    print(target(what + "page's thread", thread, most=limit))
        browser.close()
