"""A training step on a GPU: pictures a second, its share of the GPU's arithmetic, and a DataLoader.

``python -m benchmarks gpu`` prints a table; ``record`` also keeps it as the run ``gpu_speed``.
Without a GPU there is nothing to measure, and it says so.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.training import loaded
from stepwise_ssl.runs import Run
from stepwise_ssl.training import TrainConfig, recipe
from stepwise_ssl.training._model import build
from stepwise_ssl.training._observer import describe_machine
from stepwise_ssl.training._pictures import Pictures, to_device
from stepwise_ssl.training._step import make_step
from stepwise_ssl.training._team import join

EPOCH = 50_000  # pictures of CIFAR-10
_MATRIX = 8192  # rows and columns of the product that measures the peak
MEANING = {
    "images_per_second": "pictures, each seen in two views, a second",
    "epoch_seconds": "for 50,000 pictures",
    "tflops": "10^12 operations a second, forward counted once and backward twice",
    "share": "tflops over the measured peak",
    "gigabytes": "largest memory that PyTorch had in use",
}

Way = Callable[[int], None]


def settings() -> dict[str, TrainConfig]:
    """What is measured, by name."""
    resnet18 = recipe("cifar10-resnet18-barlow-twins", device="cuda", n=20_000)
    resnet50 = recipe("tinyimagenet-resnet50-stairs-barlow-twins", device="cuda", n=10_000)
    return {
        "ResNet-18, 32 px, batch 512": resnet18,
        "ResNet-18, 32 px, batch 512, compiled": resnet18.replace(compile="inductor"),
        "ResNet-18, 32 px, batch 512, float32": resnet18.replace(precision="float32"),
        "ResNet-50, 64 px, batch 256": resnet50,
    }


def step_maker(config: TrainConfig, pictures: Pictures, views: Callable) -> Callable:
    """A step of ``train`` whose views come from anywhere."""
    members = join(config)
    model = build(config, pictures.channels).to(members.device).train()
    optimizer = torch.optim.SGD(
        model.parameters(), config.lr, config.momentum, weight_decay=config.weight_decay
    )
    return make_step(config, members, model, optimizer, views)


def ours(config: TrainConfig, pictures: Pictures) -> Way:
    """Steps as ``train`` makes them."""
    step, done = step_maker(config, pictures, pictures.views), iter(range(10**9))

    def run(steps: int) -> None:
        for _ in range(steps):
            step(*pictures.batch(next(done), slice(0, config.batch)))

    return run


def peer(config: TrainConfig, pictures: Pictures, workers: int) -> Way:
    """The same steps, fed by a DataLoader whose workers make one view at a time."""

    def views(pair: Tensor) -> Tensor:
        x = (pair - pictures.mean) / pictures.std
        return x.contiguous(memory_format=torch.channels_last)

    step, batches = step_maker(config, pictures, views), loaded(config, workers)

    def run(steps: int) -> None:
        for _ in range(steps):
            step(to_device(torch.cat(next(batches)), pictures.device))

    return run


def rate(way: Way, batch: int, steps: int, rounds: int, device: torch.device) -> float:
    """Pictures a second: the median over rounds, after as many steps to warm up."""
    seconds = []
    for _ in range(rounds + 1):
        wait(device)
        start = time.perf_counter()
        way(steps)
        wait(device)
        seconds.append(time.perf_counter() - start)
    return batch * steps / median(seconds[1:])


def wait(device: torch.device) -> None:
    """Until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def operations(config: TrainConfig, channels: int = 3) -> float:
    """Floating-point operations a picture: two views, backward twice as much as forward."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        model = build(config.replace(device="cpu"), channels)
        model.to("meta")(torch.zeros(2, channels, config.size, config.size, device="meta"))
    return 3.0 * counter.get_total_flops()


def peak(device: torch.device, size: int = _MATRIX) -> float:
    """10¹² operations a second in a product of two random bf16 matrices."""
    a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))

    def way(steps: int) -> None:
        for _ in range(steps):
            a @ b

    return rate(way, 1, 10, 5, device) * 2 * size**3 / 1e12


def measure(
    configs: dict[str, TrainConfig], peer_of: str, steps: int = 40, rounds: int = 5,
    matrix: int = _MATRIX,
) -> dict:  # fmt: skip
    """Every setting, and the one named ``peer_of`` fed by a DataLoader too."""
    device = join(next(iter(configs.values()))).device
    speed = {"peak_tflops": peak(device, matrix), "ways": {}}
    for name, config in configs.items():
        pictures = Pictures(config, device)
        todo = {name: ours(config, pictures)}
        if name == peer_of:
            workers = max(1, (os.cpu_count() or 1) - 1)
            todo[f"{name}, DataLoader with {workers} workers"] = peer(config, pictures, workers)
        for title, way in todo.items():
            if device.type == "cuda":
                torch.cuda.reset_peak_memory_stats()
            few = steps if title == name else max(1, steps // 4)
            pace = rate(way, config.batch, few, rounds, device)
            tflops = pace * operations(config) / 1e12
            used = torch.cuda.max_memory_allocated() if device.type == "cuda" else 0
            speed["ways"][title] = {
                "images_per_second": pace, "epoch_seconds": EPOCH / pace, "tflops": tflops,
                "share": tflops / speed["peak_tflops"], "gigabytes": used / 1e9,
            }  # fmt: skip
            print(line(title, speed["ways"][title]), flush=True)
    return speed


def line(title: str, row: dict[str, float]) -> str:
    return (
        f"  {title:<62}{row['images_per_second']:>9,.0f} images/s "
        f"{row['epoch_seconds']:>7.2f} s an epoch {row['tflops']:>6.1f} TFLOP/s "
        f"({100 * row['share']:.0f} %) {row['gigabytes']:>5.1f} GB"
    )


def record(home: Path, shrink: Callable[[TrainConfig], TrainConfig] | None = None) -> None:
    """Measure, print, and keep the result as the run ``gpu_speed``; ``shrink`` for a rehearsal."""
    start = time.perf_counter()
    configs = settings()
    if shrink is None:
        speed = measure(configs, peer_of=next(iter(configs)))
    else:
        configs = {name: shrink(config) for name, config in configs.items()}
        speed = measure(configs, next(iter(configs)), steps=1, rounds=1, matrix=64)
    print(f"  product of two large bf16 matrices: {speed['peak_tflops']:.0f} TFLOP/s")
    config = next(iter(configs.values()))
    meta = {
        "chapter": 7, "loss": config.loss, "data": config.data, "network": config.network,
        "seed": config.seed, **describe_machine(join(config)),
        "minutes": round((time.perf_counter() - start) / 60, 2),
        "command": "python -m tools.make_runs gpu_speed",
        "config": {name: dataclasses.asdict(c) for name, c in configs.items()},
        "speed": speed, "meaning": MEANING,
    }  # fmt: skip
    # No training: there are no curves.
    Run(
        steps=np.zeros(1, int), t=np.zeros(1), loss=np.zeros(1), eigenvalues=np.zeros((1, 1)),
        meta=meta,
    ).save(home / "gpu_speed")  # fmt: skip


def main() -> None:
    """Print the table, where there is a GPU."""
    if not torch.cuda.is_available():
        print("  PyTorch sees no GPU here: nothing was measured")
        return
    configs = settings()
    measure(configs, peer_of=next(iter(configs)))


if __name__ == "__main__":
    main()
