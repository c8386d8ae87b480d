"""What a trained network makes of pictures."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from .. import data
from .._surroundings import own_settings
from ..data import Images
from ._model import whole_outputs
from ._own import as_images
from ._pictures import whole
from ._store import load_trained


@own_settings()
def embed(
    folder: str | Path,
    pictures: Images | ArrayLike | str | Path,
    trunk: nn.Module | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Features and embeddings of pictures by the newest checkpoint of a run.

    The pictures are taken whole, resized to the run's ``size`` and standardised by the mean and the
    standard deviation of the pixels that it was trained on; batch-norm uses its running statistics.

    Args:
        folder: what ``train`` got as ``out``.
        pictures: a folder, an array (n, h, w, c) of uint8, or ``data.Images``, with as many
            channels as in training.
        trunk: a module like the one that ``train`` got, if it got one.

    Returns:
        features (n, h) and embeddings (n, d), float64, in the order of the pictures.

    Raises:
        TypeError, ValueError, OSError: as ``load_model``; pictures that are none, or with another
            number of channels.
    """
    trained = load_trained(folder, trunk)
    size = trained.config.size
    if isinstance(pictures, (str, os.PathLike)):
        images = data.load_folder(pictures, size)
    else:
        images = as_images(pictures)
    channels = len(trained.mean)
    if images.x.shape[-1] != channels:
        raise ValueError(
            f"pictures has {images.x.shape[-1]} channel(s); the run was trained on {channels}."
        )
    mean, std = (m.view(-1, 1, 1) for m in (trained.mean, trained.std))
    x = (whole(images, size, torch.device("cpu"), mean.dtype) - mean) / std
    return whole_outputs(trained.model, x)
