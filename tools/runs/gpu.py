"""Make every recorded run that needs a GPU, several at once: `python -m tools.runs.gpu`.

The benchmark comes first, alone. Then the runs start in the order of ``training.GPU``, each a
process of its own, so that one that fails takes none along. Needs CIFAR-10 and Tiny ImageNet.
``--rehearse`` does the same at a tiny size on a CPU, without downloads.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import gpu
from stepwise_ssl.training import TrainConfig
from tools.runs import training
from tools.runs.origin import HOME
from tools.runs.training import GPU

SPEED = "gpu_speed"


def tiny(config: TrainConfig) -> TrainConfig:
    """The same path at a size that a CPU does in seconds."""
    network = {"network": "small_resnet", "network_options": {}} if config.d < 100 else {}
    return config.replace(
        device="cpu", compile=None, data="patches", n=32, size=16, batch=8, steps=4, lr=1e-4,
        warmup=0, log_points=4, probe_pairs=8, keep_embeddings=min(4, config.keep_embeddings),
        evaluation_pictures=20, **network,
    )  # fmt: skip


def make(name: str, out: Path, rehearse: bool) -> None:
    """One run, here and now."""
    if name == SPEED:
        gpu.record(out, tiny if rehearse else None)
    else:
        training.record(name, out, tiny(GPU[name]) if rehearse else None)


def make_all(names: list[str], out: Path, minutes: float, at_once: int, rehearse: bool) -> int:
    """All of them, each in a process; the number of those that failed or were not started."""
    start = time.monotonic()
    end = start + 60 * minutes
    waiting = sorted(names, key=lambda name: name != SPEED)  # the benchmark first, alone
    running, failed = {}, []
    while waiting or running:
        room = 1 if SPEED in running else at_once
        while waiting and len(running) < room and time.monotonic() < end:
            name = waiting.pop(0)
            command = [sys.executable, "-m", "tools.runs.gpu", "--one", name, "--out", str(out)]
            log = (out / f"{name}.log").open("wb")
            running[name] = (
                subprocess.Popen(
                    command + ["--rehearse"] * rehearse, stdout=log, stderr=subprocess.STDOUT
                ),
                time.monotonic(),
            )
            if name == SPEED:
                break
        time.sleep(0.2)
        for name, (process, begun) in list(running.items()):
            late = time.monotonic() > end
            if late:
                process.kill()
                process.wait()
            if process.poll() is None:
                continue
            del running[name]
            said = "ok" if process.returncode == 0 else "out of time" if late else "FAILED"
            print(f"{name:<36}{time.monotonic() - begun:>6.0f} s  {said}", flush=True)
            log = out / f"{name}.log"
            if process.returncode:
                failed.append(name)
                print(log.read_text("utf-8", "replace")[-1500:], flush=True)
            elif name == SPEED:
                print(log.read_text("utf-8"), end="", flush=True)
            log.unlink()
        if time.monotonic() > end and waiting:
            print(f"not started: {', '.join(waiting)}")
            failed += waiting
            waiting = []
    print(
        f"{len(names) - len(failed)} of {len(names)} in {(time.monotonic() - start) / 60:.1f} min"
    )
    return len(failed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {SPEED}, {', '.join(GPU)}")
    parser.add_argument("--out", type=Path, default=HOME, help="folder for the runs")
    parser.add_argument("--minutes", type=float, default=25, help="stop after so many")
    parser.add_argument("--at-once", type=int, default=3, help="runs that share the GPU")
    parser.add_argument("--rehearse", action="store_true", help="tiny, on a CPU")
    parser.add_argument("--one", metavar="NAME", help="this one in this process")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    every = [SPEED, *GPU]
    unknown = [name for name in [*chosen.names, chosen.one] if name and name not in every]
    if unknown:
        parser.error(f"no run is called {unknown[0]!r}; there are {', '.join(every)}")
    if chosen.one:
        make(chosen.one, chosen.out, chosen.rehearse)
    else:
        names = chosen.names or every
        sys.exit(make_all(names, chosen.out, chosen.minutes, chosen.at_once, chosen.rehearse) > 0)


if __name__ == "__main__":
    main()
