"""How long pairs of views take."""

from __future__ import annotations

from benchmarks.timing import medians, target
from stepwise_ssl import data, views


def main() -> None:
    digits, patches = data.load_images("digits"), data.load_images("patches", n=500)
    tasks = {
        f"{len(digits)} digits": lambda: views.make_pairs(digits),
        f"{len(patches)} pictures of 32x32x3": lambda: views.make_pairs(patches),
    }
    limits = dict(zip(tasks, (30, 300), strict=True))  # three times what a quiet machine takes
    for name, seconds in medians(tasks, repeats=5).items():
        print(target(f"  make_pairs, {name}, ms", 1000 * seconds, most=limits[name]))
