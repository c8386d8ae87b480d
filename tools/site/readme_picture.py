"""Draw the README's staircase, book/assets/staircase.png, from a recorded run of ResNet-18.

Run it as `python -m tools.site.readme_picture` after a change of `plots.staircase` or of the run.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from stepwise_ssl import data, linear, plots, training

PICTURE = Path(__file__).resolve().parents[2] / "book" / "assets" / "staircase.png"
LIMIT = 60_000  # bytes: the README must open fast
WIDTH = 1200  # pixels: sharp at the width of a README on a dense screen


def staircase() -> plt.Figure:
    """The figure: a ResNet-18 trained on a GPU, the linear model's formula over it."""
    run = data.load_run("gpu_resnet18_barlow_twins")
    gamma, s0, predicted = training.predict_recorded(run)
    shown = run.t >= predicted.min() / 3
    t = np.geomspace(run.t[shown][0], run.t[-1], 400)
    return plots.staircase(
        run.t[shown], run.cross_eigenvalues[shown], run.loss[shown], theory_t=t,
        theory_eigenvalues=-np.sort(-linear.embedding_eigenvalues(t, gamma, s0), axis=1),
        theory_loss=linear.loss(t, gamma, s0), step_times=predicted,
    )  # fmt: skip


def small_png(figure: plt.Figure) -> bytes:
    """The figure on white, as a PNG of 128 colours."""
    buffer = io.BytesIO()
    dpi = WIDTH / figure.get_size_inches()[0]
    figure.savefig(buffer, dpi=dpi, facecolor="white")
    image = Image.open(buffer).convert("RGB").quantize(128)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> int:
    plots.set_style()
    png = small_png(staircase())
    if len(png) > LIMIT:
        print(f"the picture has {len(png)} bytes, more than {LIMIT}", file=sys.stderr)
        return 1
    PICTURE.write_bytes(png)
    print(f"{PICTURE.relative_to(Path.cwd())}: {len(png)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
