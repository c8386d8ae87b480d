"""Training networks with the three losses, and watching their dimensions being learned.

``train(recipe("digits-vicreg"))`` takes less than a minute on two CPU cores and returns a ``Run``
with the staircase in it. The command ``stepwise-train`` does the same from a shell, and under
``torchrun`` on several GPUs or machines.

Read ``_train.py`` first: it is the whole of training, with a file for each of its parts.
"""

from __future__ import annotations

from ..runs import Run
from ._config import TrainConfig
from ._divergence import Diverged
from ._embed import embed
from ._own import Moment
from ._predict import Prediction, predict, predict_recorded
from ._recipes import RECIPES, recipe
from ._store import load_model
from ._train import train

__all__ = [
    "RECIPES", "Diverged", "Moment", "Prediction", "Run", "TrainConfig", "embed", "load_model",
    "predict", "predict_recorded", "recipe", "train",
]  # fmt: skip
