"""Make the recorded runs that the package carries: `make runs`, or some of them by name.

`python -m tools.make_runs NAME ...`. Runs on photographs need CIFAR-10, one of them Tiny ImageNet:
in $STEPWISE_DATA, or by download. Each run takes minutes. Without names all but those that need a
GPU, for which there is `python -m tools.runs.gpu`.
"""

from __future__ import annotations

import argparse
import time
from functools import partial

from benchmarks import gpu
from tools.runs import (
    faster,
    faster_linear,
    fourth_loss,
    fourth_loss_linear,
    gamma_of_batches,
    head_on_batches,
    learned,
    learned_early,
    learned_film,
    open_problems,
    own_kernel,
    scale,
    training,
    trunk_directions,
    waiting,
    width,
)
from tools.runs.kernel_dynamics import kernel_dynamics_digits
from tools.runs.kernel_probe import kernel_probe_cifar10
from tools.runs.linear import linear_cifar10
from tools.runs.origin import HOME

RUNS = {
    **{run.__name__: run for run in (linear_cifar10, kernel_probe_cifar10, kernel_dynamics_digits)},
    **width.RUNS,
    **scale.RUNS,
    **training.RUNS,
    **trunk_directions.RUNS,
    **gamma_of_batches.RUNS,
    **waiting.RUNS,
    **own_kernel.RUNS,
    **learned.RUNS,
    **learned_film.RUNS,
    **learned_early.RUNS,
    **head_on_batches.RUNS,
    **faster_linear.RUNS,
    **faster.RUNS,
    **fourth_loss_linear.RUNS,
    **fourth_loss.RUNS,
    **open_problems.RUNS,
    "gpu_speed": partial(gpu.record, HOME),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}")
    names = parser.parse_args().names
    if not names:
        names = [name for name in RUNS if name not in (*training.GPU, "gpu_speed")]
        print("left out, since tools.runs.gpu makes them on a GPU:", *(set(RUNS) - set(names)))
    unknown = [name for name in names if name not in RUNS]
    if unknown:
        parser.error(f"no run is called {unknown[0]!r}; there are {', '.join(RUNS)}")
    for name in names:
        start = time.perf_counter()
        RUNS[name]()
        print(f"{name}: {(time.perf_counter() - start) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
