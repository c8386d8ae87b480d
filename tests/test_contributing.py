"""The exercise that CONTRIBUTING.md shows: whole, short, and it says what is promised."""

import re
from pathlib import Path

import numpy as np

from stepwise_ssl.checks.engine import RIGHT, run

PAGE = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_the_example_works_and_has_forty_lines_at_most():
    scope: dict = {}
    exec(compile(CODE, "CONTRIBUTING.md", "exec"), scope)
    exercise = scope["MEAN_SQUARE"]
    assert run(exercise, lambda z: np.mean(z * z, axis=1)).verdict == RIGHT
    assert "multiplied by z.shape[1]" in run(exercise, lambda z: np.sum(z**2, axis=1)).message
    assert "You square the mean" in run(exercise, lambda z: np.mean(z, axis=1) ** 2).message
    assert sum(bool(line.strip()) for line in CODE.splitlines()) <= 40
