"""How fast `kernels.relu_mlp_kernel` is, how its time grows with depth, and a peer beside it.

The peer is neural-tangents, compiled, in an environment of its own: `python -m venv peer`, then
`peer/bin/pip install neural-tangents==0.6.5 jax==0.4.30 jaxlib==0.4.30 tf2jax==0.3.6 "numpy<2.1"`,
then `STEPWISE_PEER_PYTHON=peer/bin/python make bench`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.timing import target
from stepwise_ssl.kernels import relu_mlp_kernel

VIEWS, PIXELS, DEPTHS, ROUNDS = 1000, 64, (1, 2, 3, 4, 5), 7
PEER_VIEWS, PEER_DEPTH = 2000, 3

# Warm after its first call; then seconds for each line it gets, until there are no more.
PEER = """
import sys, time
import jax
jax.config.update("jax_enable_x64", True)
import numpy as np
from neural_tangents import stax
x1, x2, depth, out = np.load(sys.argv[1]), np.load(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
layers = [stax.Dense(1, W_std=2**0.5, b_std=0.0)]
for _ in range(depth):
    layers += [stax.Relu(), stax.Dense(1, W_std=2**0.5, b_std=0.0)]
kernel = jax.jit(lambda a, b: tuple(stax.serial(*layers)[2](a, b, ("nngp", "ntk"))))
x1, x2 = jax.numpy.asarray(x1), jax.numpy.asarray(x2)
np.save(out, np.stack(jax.block_until_ready(kernel(x1, x2))))
print("warm", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    jax.block_until_ready(kernel(x1, x2))
    print(time.perf_counter() - start, flush=True)
"""


def seconds(x1: np.ndarray, x2: np.ndarray, depth: int) -> float:
    start = time.perf_counter()
    relu_mlp_kernel(x1, x2, depth)
    return time.perf_counter() - start


def main() -> None:
    """Print entries a second (both kernels together count as one entry), the fit, and the peer."""
    by_depth()
    peer = os.environ.get("STEPWISE_PEER_PYTHON")
    if peer:
        beside_the_peer(peer)
    else:
        print("  no peer: STEPWISE_PEER_PYTHON names none (see benchmarks/relu_kernel.py)")


def by_depth() -> None:
    x = np.random.default_rng(0).normal(size=(VIEWS, PIXELS))
    seconds(x, x, 1)  # the first call warms the linear-algebra library up
    # Depth by depth within a round, so that other work on the machine slows all of them.
    rounds = [[seconds(x, x, depth) for depth in DEPTHS] for _ in range(ROUNDS)]
    medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
    print(f"relu_mlp_kernel, {VIEWS} views of {PIXELS} pixels, median of {ROUNDS}")
    for depth, median in zip(DEPTHS, medians, strict=True):
        print(
            f"  depth {depth}: {1000 * median:6.1f} ms, {VIEWS**2 / median / 1e6:5.1f} M entries/s"
        )
    layer, base = np.polyfit(DEPTHS, medians, 1)
    off = np.abs(np.polyval([layer, base], DEPTHS) / medians - 1).max()
    print(
        f"  fit: {1000 * base:.1f} ms + {1000 * layer:.1f} ms a layer, off by {off:.0%} at most; "
        f"{1e9 * layer / VIEWS**2:.0f} ns an entry and layer"
    )


def beside_the_peer(python: str) -> None:
    """Both in turn, on one set of views and on two; the least time of each."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, PEER_VIEWS, PIXELS))
    for name, other in (("equal views", x), ("two sets of views", y)):
        with tempfile.TemporaryDirectory() as folder, running(python, x, other, folder) as peer:
            want = np.load(Path(folder, "kernels.npy"))
            gap = np.abs(np.stack(relu_mlp_kernel(x, other, PEER_DEPTH)) - want).max()
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(seconds(x, other, PEER_DEPTH))
                theirs.append(float(ask(peer)))
        print(
            f"  {PEER_VIEWS} x {PEER_VIEWS}, depth {PEER_DEPTH}, {name}: ours {min(ours):.3f} s, "
            f"neural-tangents {min(theirs):.3f} s, least of {ROUNDS}; off by {gap:.1e} at most"
        )
        print("  " + target("ours / neural-tangents", min(ours) / min(theirs), most=1))


@contextmanager
def running(python: str, x1: np.ndarray, x2: np.ndarray, folder: str) -> Iterator[subprocess.Popen]:
    files = [str(Path(folder, name)) for name in ("x1.npy", "x2.npy", "kernels.npy")]
    for file, x in zip(files, (x1, x2), strict=False):
        np.save(file, x)
    command = [python, "-c", PEER, *files[:2], str(PEER_DEPTH), files[2]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    # It must not read this package's settings of paths.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as peer:
        if peer.stdout.readline().strip() != "warm":
            raise RuntimeError(f"STEPWISE_PEER_PYTHON is {python}, which has no neural-tangents.")
        yield peer
        peer.stdin.close()


def ask(peer: subprocess.Popen) -> str:
    peer.stdin.write("\n")
    peer.stdin.flush()
    return peer.stdout.readline()


if __name__ == "__main__":
    main()
