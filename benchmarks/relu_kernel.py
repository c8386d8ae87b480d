"""How fast `kernels.relu_mlp_kernel` is, and how its time grows with depth."""

from __future__ import annotations

import statistics
import time

import numpy as np

from stepwise_ssl.kernels import relu_mlp_kernel

VIEWS, PIXELS, DEPTHS, ROUNDS = 1000, 64, (1, 2, 3, 4, 5), 7


def seconds(x: np.ndarray, depth: int) -> float:
    start = time.perf_counter()
    relu_mlp_kernel(x, x, depth)
    return time.perf_counter() - start


def main() -> None:
    """Print entries a second (both kernels together count as one entry) and the fit."""
    x = np.random.default_rng(0).normal(size=(VIEWS, PIXELS))
    seconds(x, 1)  # the first call warms the linear-algebra library up
    # Depth by depth within a round, so that other work on the machine slows all of them.
    rounds = [[seconds(x, depth) for depth in DEPTHS] for _ in range(ROUNDS)]
    medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
    print(f"relu_mlp_kernel, {VIEWS} views of {PIXELS} pixels, median of {ROUNDS}")
    for depth, median in zip(DEPTHS, medians, strict=True):
        print(
            f"  depth {depth}: {1000 * median:6.1f} ms, {VIEWS**2 / median / 1e6:5.1f} M entries/s"
        )
    layer, base = np.polyfit(DEPTHS, medians, 1)
    off = np.abs(np.polyval([layer, base], DEPTHS) / medians - 1).max()
    print(
        f"  fit: {1000 * base:.1f} ms + {1000 * layer:.1f} ms a layer, off by {off:.0%} at most; "
        f"{1e9 * layer / VIEWS**2:.0f} ns an entry and layer"
    )


if __name__ == "__main__":
    main()
