"""What the theory of the linear model says about a network before it is trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from .. import _validate, linear
from .._surroundings import own_settings
from ..runs import Run
from ._config import OWN, TrainConfig, check
from ._model import build, outputs
from ._objective import centred
from ._own import gather_own
from ._pictures import Pictures


class Prediction(NamedTuple):
    """gamma, s0 (d,): of the modes of the untrained trunk's features, in order of gamma.

    step_times (d,): sorted; they compare with ``spectra.find_steps(run.t, run.cross_eigenvalues)``.
    """

    gamma: np.ndarray
    s0: np.ndarray
    step_times: np.ndarray


@own_settings()
def predict(
    config: TrainConfig, pictures: object = None, trunk: nn.Module | None = None
) -> Prediction:
    """Step times of the theory's Barlow Twins loss, from the network as it starts.

    The features of the trunk take the place of the pictures: Γ is their cross-moment over the
    probe's pairs, centred, and the head's first weights give s_j(0). Exact for a frozen trunk that
    trains on these very pairs, in the limit of small weights and steps. With fresh views a frozen
    trunk is later: from few pairs the later γ come out too large, and batches are noisy. A trunk
    that is trained climbs earlier.

    Args:
        config: the settings.
        pictures, trunk: in place of the configuration's, as in ``train``.

    Raises:
        TypeError: ``config`` is no TrainConfig, ``pictures`` are none, ``trunk`` is no module.
        ValueError: the head has hidden layers, or more dimensions than the trunk has features.
    """
    check(config)
    config, own = gather_own(config, pictures, trunk, None, None, needs_loss=False)
    pictures = Pictures(config, torch.device("cpu"), own)
    model = build(config, pictures.channels, own).train()
    if len(model.head) > 1:
        raise ValueError(
            f"network_options has the projector {config.network_options['projector']}; the theory "
            "is that of a linear head."
        )
    hidden, _ = outputs(model, pictures.probe())
    Gamma = linear.cross_moment(*centred(*np.split(hidden, 2)))
    gamma, modes = linear.modes(Gamma, config.d)
    W0 = model.head[-1].weight.detach().double().numpy()
    s0 = linear.effective_init(W0, modes)
    return Prediction(gamma, s0, np.sort(linear.step_times(gamma, s0)))


def predict_recorded(run: Run) -> Prediction:
    """The same from a recorded run, of which neither pictures nor first weights are at hand.

    γ is that of the first record; s0 is what a random head has in the root mean square
    (``linear.typical_init``).

    Raises:
        TypeError: ``run`` is no Run.
        ValueError: the run records no hidden features, as those of the linear model.
    """
    if not isinstance(run, Run):
        raise TypeError(f"run is {_validate.kind(run)}; it must be a Run, as data.load_run gives.")
    if run.hidden_cross_eigenvalues is None:
        raise ValueError("run records no hidden features; it must be that of a network.")
    config = TrainConfig.from_dict(run.meta["config"])
    if config.network == OWN:
        raise ValueError("run is of a network of your own: predict(config, trunk=...) takes it.")
    gamma = run.hidden_cross_eigenvalues[0, : config.d].astype(float)
    hidden = build(config, channels=1).hidden
    s0 = linear.typical_init(config.d, config.init_scale / np.sqrt(hidden))
    return Prediction(gamma, s0, np.sort(linear.step_times(gamma, s0)))
