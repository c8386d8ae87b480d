"""How good a representation is: a linear probe and nearest neighbours on labelled pictures."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..data import Images
from ..networks import Encoder
from ._config import TrainConfig
from ._model import build, features, settle_statistics
from ._own import Own
from ._pictures import Pictures

_NEIGHBOURS = 20


class Evaluation:
    """Accuracies on the test pictures of a classifier fitted to the training pictures.

    The pictures are taken whole, without random views.
    """

    def __init__(
        self, config: TrainConfig, train: Images, test: Images, pictures: Pictures, own: Own
    ) -> None:
        self.config, self.own = config, own
        self.channels = pictures.channels
        self.sets = [(pictures.whole(images), images.y) for images in (train, test)]

    def of(self, model: Encoder) -> dict[str, float]:
        """Accuracy on the hidden representation of a copy of the model."""
        # A copy without processes around it, since one of them evaluates alone.
        copy = build(self.config, self.channels, self.own).to(self.sets[0][0].device)
        copy.load_state_dict(model.state_dict())
        settle_statistics(copy, self.sets[0][0])
        train, test = ((features(copy, x), y) for x, y in self.sets)
        return {"linear_probe": linear_probe(*train, *test), "knn": knn(*train, *test)}

    def baselines(self) -> dict[str, float]:
        """The linear probe on raw pixels, and on the network as it was before training."""
        flat = [(x.flatten(1).cpu().double().numpy(), y) for x, y in self.sets]
        untrained = self.of(build(self.config, self.channels, self.own))
        return {
            "linear_probe_raw_pixels": linear_probe(*flat[0], *flat[1]),
            "linear_probe_random_features": untrained["linear_probe"],
        }


def evaluation(config: TrainConfig, pictures: Pictures, own: Own) -> Evaluation | None:
    """None where the pictures have no classes or no part to test on."""
    most = config.evaluation_pictures
    train, test = pictures.labelled("train", most), pictures.labelled("test", max(1, most // 2))
    if train is None or test is None:
        return None
    return Evaluation(config, train, test, pictures, own)


def linear_probe(x: np.ndarray, y: np.ndarray, x_test: np.ndarray, y_test: np.ndarray) -> float:
    """Accuracy of ridge regression on the classes, features (n, h) standardised."""
    probe = make_pipeline(StandardScaler(), RidgeClassifier(alpha=1.0))
    return float(probe.fit(x, y).score(x_test, y_test))


def knn(x: np.ndarray, y: np.ndarray, x_test: np.ndarray, y_test: np.ndarray) -> float:
    """Accuracy of a vote among the 20 nearest neighbours by cosine similarity."""
    vote = KNeighborsClassifier(min(_NEIGHBOURS, len(x)), metric="cosine", weights="distance")
    return float(vote.fit(x, y).score(x_test, y_test))
