"""Times and memory of tasks that are to be compared, measured side by side in one run."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import numpy as np

Task = Callable[[], object]


def medians(tasks: Mapping[str, Task], repeats: int) -> dict[str, float]:
    """Median seconds of each task.

    One after the other, repeated: whatever slows the machine for a while slows all of them. Run
    each task once beforehand (``with_peak_memory`` does), so that no first call is timed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - start)
    return {name: median(times) for name, times in seconds.items()}


def with_peak_memory(task: Task) -> tuple[object, int]:
    """A task's result, and the bytes that Python and NumPy allocate at its peak."""
    tracemalloc.start()
    try:
        return task(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The exponent p of seconds ∼ size^p, by least squares in logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def target(what: str, value: float, least: float | None = None, most: float | None = None) -> str:
    """A line that says whether a ratio is where it should be."""
    met = (least is None or value >= least) and (most is None or value <= most)
    wanted = f"≥ {least:g}" if least is not None else f"≤ {most:g}"
    return f"{what}: {value:.2f}, wanted {wanted}: {'ok' if met else 'missed'}"
