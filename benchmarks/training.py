"""A training step of the course beside the same step fed by a DataLoader, and its parts.

Both have the same network, batch and loss and do the same operations on the same pictures. The
peer does them as most training scripts do: one picture at a time, with Pillow, in a Dataset behind
a DataLoader, without worker processes and with as many as there are cores.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
import torch
from PIL import Image, ImageEnhance
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from stepwise_ssl import data
from stepwise_ssl.data import Images
from stepwise_ssl.training import TrainConfig, recipe, train
from stepwise_ssl.training._logbook import Logbook
from stepwise_ssl.training._model import build
from stepwise_ssl.training._objective import objective
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.views import Augment

OURS = "whole batch at once"
CPU = torch.device("cpu")


class OnePictureAtATime(Dataset):
    """Two random views of each picture, made with Pillow by the parameters of views.Augment."""

    def __init__(self, images: Images, augment: Augment, size: int) -> None:
        x = images.x[..., 0] if images.x.shape[-1] == 1 else images.x
        self.pictures = [Image.fromarray(picture) for picture in x]
        self.augment, self.size = augment, size

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self._view(self.pictures[i]), self._view(self.pictures[i])

    def _view(self, picture: Image.Image) -> Tensor:
        p = [value[0] for value in self.augment.parameters(self.augment.draw(1))]
        (top, left, height, width), flip, brightness, contrast, saturation, hue, grey = (
            value.tolist() for value in p[:7]
        )
        w, h = picture.size
        box = (left * w, top * h, (left + width) * w, (top + height) * h)
        picture = picture.resize((self.size, self.size), Image.Resampling.BILINEAR, box=box)
        if flip:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if brightness != 1:
            picture = ImageEnhance.Brightness(picture).enhance(brightness)
        if contrast != 1:
            picture = ImageEnhance.Contrast(picture).enhance(contrast)
        if picture.mode == "RGB":
            picture = self._colour(picture, saturation, hue, grey)
        pixels = np.asarray(picture, dtype=np.float32) / 255
        return torch.from_numpy(np.atleast_3d(pixels).transpose(2, 0, 1).copy())

    @staticmethod
    def _colour(picture: Image.Image, saturation: float, hue: float, grey: bool) -> Image.Image:
        if saturation != 1:
            picture = ImageEnhance.Color(picture).enhance(saturation)
        if hue:
            turned = np.array(picture.convert("HSV"))
            turned[..., 0] += np.uint8(round(hue * 255) % 256)
            picture = Image.fromarray(turned, "HSV").convert("RGB")
        return picture.convert("L").convert("RGB") if grey else picture


class Trainer:
    """One network, stepped with views from anywhere."""

    def __init__(self, config: TrainConfig, pictures: Pictures) -> None:
        self.pictures = pictures
        self.model = build(config, pictures.channels).train()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=config.lr)
        self.loss_of = objective(config)
        self.seconds = {"forward": 0.0, "backward and update": 0.0}

    def step(self, views: Tensor) -> None:
        """Forward, backward, update; the times add up in ``seconds``."""
        start = time.perf_counter()
        loss = self.loss_of(*self.model(views).chunk(2))
        middle = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.seconds["forward"] += middle - start
        self.seconds["backward and update"] += time.perf_counter() - middle


def ours(config: TrainConfig, pictures: Pictures) -> Callable[[int], None]:
    """``steps`` steps as ``train`` makes them."""
    trainer, done = Trainer(config, pictures), iter(range(10**9))

    def run(steps: int) -> None:
        for _ in range(steps):
            batch = pictures.batch(next(done), slice(0, config.batch))
            trainer.step(pictures.views(*batch))

    return run


def peer(config: TrainConfig, pictures: Pictures, workers: int) -> Callable[[int], None]:
    """The same number of steps, fed by a DataLoader."""
    trainer, batches = Trainer(config, pictures), loaded(config, workers)

    def run(steps: int) -> None:
        for _ in range(steps):
            views = (torch.cat(next(batches)) - pictures.mean) / pictures.std
            trainer.step(views.contiguous(memory_format=torch.channels_last))

    return run


def loaded(config: TrainConfig, workers: int) -> Iterator[list[Tensor]]:
    """Pairs of views from a DataLoader, without end."""
    images = data.load_images(config.data, config.split, config.n)
    loader = DataLoader(
        OnePictureAtATime(images, config.views(), config.size), config.batch, shuffle=True,
        drop_last=True, num_workers=workers, persistent_workers=workers > 0,
    )  # fmt: skip
    while True:
        yield from loader


def images_per_second(config: TrainConfig, steps: int, rounds: int) -> dict[str, float]:
    """Medians over rounds in which each way has its turn, so that a busy moment slows all."""
    pictures = Pictures(config, CPU)
    workers = os.cpu_count() or 1
    ways = {
        OURS: ours(config, pictures),
        "DataLoader, no workers": peer(config, pictures, 0),
        f"DataLoader, {workers} workers": peer(config, pictures, workers),
    }
    for run in ways.values():
        run(3)  # memory pools, worker processes
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.perf_counter()
            run(steps)
            seconds[name].append(time.perf_counter() - start)
    return {name: steps * config.batch / median(times) for name, times in seconds.items()}


def shares(config: TrainConfig, steps: int) -> dict[str, float]:
    """Seconds that each part of a whole run takes, from ``steps`` of its steps."""
    pictures = Pictures(config, CPU)
    trainer, logbook = Trainer(config, pictures), Logbook(config, pictures.probe())
    augmenting, recording = 0.0, []
    for step in range(steps):
        if step == 3:  # the first ones warm up
            augmenting, trainer.seconds = 0.0, dict.fromkeys(trainer.seconds, 0.0)
            recording.clear()
        start = time.perf_counter()
        views = pictures.views(*pictures.batch(step, slice(0, config.batch)))
        augmenting += time.perf_counter() - start
        trainer.step(views)
        if (
            step < 3 or step % 5 == 0
        ):  # between steps, as in a run, so that a busy moment slows both
            start = time.perf_counter()
            logbook.record(step, trainer.model)
            recording.append(time.perf_counter() - start)
    scale = config.steps / (steps - 3)
    parts = {"augmentation": augmenting, **trainer.seconds}
    seconds = {name: value * scale for name, value in parts.items()}
    return seconds | {"records": sum(recording) / len(recording) * len(logbook.due)}


def speed(config: TrainConfig, steps: int = 20, rounds: int = 5) -> None:
    """Print images a second, the ratio to the best peer, and the shares of a step."""
    print(f"{config.data}, {config.loss}, {config.network}, {config.size} px, batch {config.batch}")
    rates = images_per_second(config, steps, rounds)
    for name, rate in rates.items():
        print(f"  {name:<24}{rate:>9,.0f} images/s")
    best = max(rate for name, rate in rates.items() if name != OURS)
    print(f"  times the best peer: {rates[OURS] / best:.2f}, wanted ≥ 2")
    parts = shares(config, steps * rounds // 2)
    run = sum(parts.values())
    step = run - parts["records"]
    for name, value in parts.items():
        print(f"  {name:<24}{100 * value / run:>8.1f} % of a run")
    print(f"  augmentation is {100 * parts['augmentation'] / step:.1f} % of a step, wanted ≤ 15 %")
    print(f"  records are {100 * parts['records'] / run:.1f} % of a run, wanted ≤ 10 %")


def quality(seeds: tuple[int, ...] = (0, 1, 2)) -> None:
    """Train the command's first example to its end, and say what was learned in what time."""
    print("digits-vicreg, whole runs: linear probe, raw pixels, random features, seconds")
    for seed in seeds:
        run = train(recipe("digits-vicreg", seed=seed), progress=False)
        m = run.metrics
        print(
            f"  seed {seed}: {m['linear_probe']:.3f} {m['linear_probe_raw_pixels']:.3f} "
            f"{m['linear_probe_random_features']:.3f} {60 * run.meta['minutes']:.0f} s"
        )


def main() -> None:
    """Print all of it."""
    torch.set_num_threads(os.cpu_count() or 1)  # both sides may use every core
    speed(recipe("digits-vicreg"))
    # All colour operations, on pictures that come with scikit-learn.
    speed(recipe("cifar10-vicreg", data="patches", n=None))
    quality()


if __name__ == "__main__":
    main()
