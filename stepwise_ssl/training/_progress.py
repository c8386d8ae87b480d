"""One line that says how far training is."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

from .._terminal import Steady
from ._config import TrainConfig
from ._logbook import Logbook


class Progress:
    """A bar with loss, modes learned, images a second and the time left.

    An image counts once though it is seen in two views. Loss and modes are those of the last
    record: a newer loss would make the device wait. Where nobody can read the line any more, say
    because the terminal was closed, training goes on without it.
    """

    def __init__(self, config: TrainConfig, title: str, start: int, shown: bool) -> None:
        self._batch, self._first, self._since = config.batch, start, time.perf_counter()
        self._bar = tqdm(
            total=config.steps, initial=start, desc=title,
            unit="step", disable=not shown or sys.stderr is None, file=Steady(sys.stderr),
            mininterval=0.5, dynamic_ncols=True,
        )  # fmt: skip

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def record(self, step: int, logbook: Logbook) -> None:
        """Show what has just been recorded."""
        self._bar.set_postfix_str(
            f"loss {logbook.loss:.3g}, {logbook.learned} modes learned, "
            f"{self.images_per_second(step):,.0f} images/s",
            refresh=False,
        )

    def step(self) -> None:
        """One step done."""
        self._bar.update()

    def images_per_second(self, step: int) -> float:
        """Since this process began, records included."""
        seconds = time.perf_counter() - self._since
        return (step - self._first) * self._batch / seconds
