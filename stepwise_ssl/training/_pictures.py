"""The pictures on their device, and the views that a step trains on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .. import _validate, data
from ..data import Images
from ..views import Augment
from ._config import OWN, TrainConfig, is_folder
from ._own import NOTHING, Own, describe

# Streams of random numbers: each use has its own, so that none shifts another.
_ORDER, _VIEWS, _PROBE, _FIXED, _STEP = range(5)


def generator(*key: int) -> torch.Generator:
    """Random numbers on the CPU that depend on the key alone.

    With (seed, stream, step) as the key nothing of the past is needed to go on with a run.
    """
    return torch.Generator("cpu").manual_seed(_state(*key))


def step_seed(config: TrainConfig, step: int) -> int:
    """For what a caller's own trunk or loss draws in a step."""
    return _state(config.seed, _STEP, step)


def _state(*key: int) -> int:
    state = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0])
    return state >> 1  # PyTorch takes 63 bits


def to_device(x: Tensor, device: torch.device) -> Tensor:
    """A copy for which a GPU does not make the host wait."""
    if device.type == "cuda":
        return x.pin_memory().to(device, non_blocking=True)
    return x.to(device)


class Pictures:
    """All pictures as uint8 on the device, with views drawn for a whole batch at once.

    Attributes:
        x: (n, c, h, w) uint8.
        labels: (n,).
        name: the data set, or the variant of it that was found.
        told: what tells the caller's own parts of the run from others.
        mean, std: (c, 1, 1), of the pixels; views are standardised by them.
    """

    def __init__(self, config: TrainConfig, device: torch.device, own: Own = NOTHING) -> None:
        images = _load(config, own)
        _at_least_two(images)
        if config.batch > len(images):
            where = images.name if config.data == OWN else config.data
            where += "" if config.data == OWN or is_folder(config.data) else f"/{config.split}"
            raise ValueError(
                f"batch is {config.batch}; it must be between 2 and {len(images)}, the pictures "
                f"in {where}."
            )
        self.config, self.device, self.name = config, device, images.name
        self.told = describe(own, images, is_folder(config.data))
        self.dtype = torch.float64 if config.precision == "float64" else torch.float32
        self.augment = config.views()
        pixels = as_tensor(images, config.size)
        self.x = pixels.to(device)
        self.labels = images.y
        self.mean, self.std = (m.to(self.dtype).to(device) for m in _moments(pixels))
        self._fixed = self._draw(len(images), _FIXED) if config.fixed_views else None
        self._order = (-1, torch.empty(0))

    def __len__(self) -> int:
        return len(self.x)

    @property
    def channels(self) -> int:
        return self.x.shape[1]

    def batch(self, step: int, part: slice) -> tuple[Tensor, Tensor, Tensor]:
        """What one process needs for its part of a step's joint batch.

        Every process draws for the joint batch and takes its part, so a run does not depend on
        how many there are.

        Returns:
            pictures (b, c, h, w) uint8, and the draws of their two views, (b, 14) each.
        """
        index = to_device(self._index(step)[part], self.device)
        if self._fixed is not None:
            first, second = self._fixed[:, index]
        else:
            first, second = self._draw(self.config.batch, _VIEWS, step, part)
        return self.x[index], first, second

    def views(self, x: Tensor, *draws: Tensor) -> Tensor:
        """The views of x (b, c, h, w) under each table of draws, standardised, one after another:
        (views · b, c, size, size)."""
        view = self.augment.apply(x.repeat(len(draws), 1, 1, 1), torch.cat(draws))
        view = view.sub_(self.mean).mul_(1 / self.std)
        return view.contiguous(memory_format=torch.channels_last)

    def probe(self) -> Tensor:
        """The fixed pairs that records are made on: (2p, c, size, size), the first views first."""
        index = self.probe_index().to(self.device)
        fixed = self._fixed
        draws = self._draw(len(index), _PROBE, 1) if fixed is None else fixed[:, index]
        return self.views(self.x[index], *draws)

    def probe_index(self) -> Tensor:
        """Which pictures the pairs of the probe are views of, (p,)."""
        pairs = min(self.config.probe_pairs, len(self))
        seed = generator(self.config.seed, _PROBE)
        return torch.randperm(len(self), generator=seed)[:pairs]

    def labelled(self, split: str, n: int) -> Images | None:
        """Up to n pictures of a split with their classes, or None where there is no such part."""
        if self.config.data == OWN:
            return None
        if not is_folder(self.config.data):
            return data.at_most(self.config.data, split, n)
        folder = Path(self.config.data)
        if not (folder / "test").is_dir():
            return None
        images = data.load_folder(folder, self.config.size, split)
        if len(np.unique(images.y)) < 2:
            return None
        if images.x.shape[-1] != self.channels:
            raise ValueError(
                f"pictures has {images.x.shape[-1]} channel(s) in {split} and {self.channels} in "
                f"{self.config.split}; they must be all grey or all coloured."
            )
        return Images(images.x[:n], images.y[:n], images.name)

    def whole(self, images: Images) -> Tensor:
        """Labelled pictures as they are, resized and standardised: (n, c, size, size)."""
        view = whole(images, self.config.size, self.device, self.dtype)
        return (view - self.mean) / self.std

    def _index(self, step: int) -> Tensor:
        """The pictures of a step: a new order for each epoch, the rest that fills no batch left."""
        batches = len(self) // self.config.batch
        epoch, place = divmod(step, batches)
        if self._order[0] != epoch:
            seed = generator(self.config.seed, _ORDER, epoch)
            self._order = (epoch, torch.randperm(len(self), generator=seed))
        return self._order[1][place * self.config.batch : (place + 1) * self.config.batch]

    def _draw(self, n: int, stream: int, step: int = 0, part: slice = slice(None)) -> Tensor:
        """Draws for two views of each of n pictures, (2, n, 14), or a part of the n."""
        draws = self.augment.draw(2 * n, generator(self.config.seed, stream, step))
        draws = draws.view(2, n, -1)[:, part].to(self.dtype)
        return to_device(draws.contiguous(), self.device)


def _load(config: TrainConfig, own: Own) -> Images:
    if own.pictures is not None:
        images = own.pictures
    elif is_folder(config.data):
        split = config.split if (Path(config.data) / config.split).is_dir() else None
        images = data.load_folder(config.data, config.size, split)
    else:
        return data.load_images(config.data, config.split, config.n)
    _at_least_two(images)
    why = f"the pictures in {images.name}"
    n = len(images) if config.n is None else _validate.integer("n", config.n, 2, len(images), why)
    return Images(images.x[:n], images.y[:n], images.name)


def _at_least_two(images: Images) -> None:
    if len(images) < 2:
        raise ValueError(
            f"pictures has {len(images)} of them ({images.name}); at least 2 are needed."
        )


def whole(images: Images, size: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Pictures without random views: (n, c, size, size), from 0 to 1."""
    x = as_tensor(images, size).to(device)
    still = Augment(size=size, crop=(1, 1), flip=0, jitter=(0, 0, 0, 0), grey=0)
    return still.apply(x, still.draw(len(x), torch.Generator("cpu")).to(device, dtype))


def as_tensor(images: Images, size: int) -> Tensor:
    """(n, c, h, w) uint8; pictures larger than ``size`` are shrunk to it, by averaging."""
    # PyTorch takes no steps backwards, and warns of what it may not write to.
    x = (
        torch.from_numpy(np.require(images.x, requirements=["C", "W"]))
        .permute(0, 3, 1, 2)
        .contiguous()
    )
    if min(x.shape[2:]) <= size:
        return x
    # In pieces: as floats the whole set would take four times its memory.
    small = [F.interpolate(part.float(), size=(size, size), mode="area") for part in x.split(4096)]
    return torch.cat([part.round().to(torch.uint8) for part in small])


def _moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel of x (n, c, h, w) uint8, from 0 to 1."""
    # From counts of the 256 values: exact, and no copy of all pixels as floats.
    counts = torch.stack([x[:, c].flatten().bincount(minlength=256) for c in range(x.shape[1])])
    share = counts.double() / counts.sum(1, keepdim=True)
    value = torch.arange(256, dtype=torch.float64) / 255
    mean = share @ value
    std = torch.sqrt((share * (value - mean[:, None]) ** 2).sum(1))
    # A channel without variation stays at 0 after the mean is taken off.
    std = torch.where(std > 0, std, 1)
    return mean[:, None, None], std[:, None, None]
