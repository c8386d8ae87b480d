"""A network's own kernel, as the recorded runs of chapter 8 follow it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from stepwise_ssl import deep_linear, linear
from stepwise_ssl.networks import Encoder
from stepwise_ssl.training import recipe
from tools.runs.own_kernel import parts, watch


def _encoder(trunk: nn.Module, head: nn.Linear, hidden: int) -> Encoder:
    return Encoder(trunk.double(), nn.Sequential(head.double()), hidden)


def _pairs(n: int, m: int) -> torch.Tensor:
    """Both views of n pairs, (2n, m), centred; they agree in all directions to some degree."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, m)) * np.arange(1, m + 1)
    both = np.vstack([x, x + 0.3 * rng.normal(size=(n, m))])
    return torch.from_numpy(both - both.mean(0))


def test_in_two_aligned_layers_head_and_trunk_have_their_parts_of_the_kernel() -> None:
    x = _pairs(40, 4)
    Gamma = linear.cross_moment(*np.split(x.numpy(), 2))
    gamma, V = linear.modes(Gamma, 3)
    s, p = np.array([0.2, 0.1, 0.3]), 0.7
    frame = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 4)))[0]
    exact = {"bias": False, "dtype": torch.float64}
    trunk, head = nn.Linear(4, 6, **exact), nn.Linear(6, 3, **exact)
    with torch.no_grad():
        trunk.weight.copy_(torch.from_numpy(p * frame))
        head.weight.copy_(torch.from_numpy(np.diag(s) @ (frame @ V).T))
    found = parts(_encoder(trunk, head, 6), x)
    order = np.argsort(-gamma * s**2 * p**2)
    np.testing.assert_allclose(found["embedding"], (gamma * s**2 * p**2)[order], rtol=1e-12)
    np.testing.assert_allclose(found["head"], (gamma * p**2)[order], rtol=1e-10)
    np.testing.assert_allclose(found["trunk"], (gamma * s**2)[order], rtol=1e-10)
    np.testing.assert_allclose(found["others"], 0, atol=1e-12)


def test_a_short_step_on_the_pairs_moves_each_eigenvalue_as_the_parts_say() -> None:
    torch.manual_seed(3)
    x = _pairs(30, 5)
    trunk = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 6))
    model = _encoder(trunk, nn.Linear(6, 3, bias=False), 6)
    before = parts(model, x)
    z = model(x)
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    ((C - torch.eye(3)) ** 2).sum().backward()
    lr = 1e-6
    with torch.no_grad():
        for weight in model.parameters():
            weight -= lr * weight.grad
    values = before["embedding"]
    own = (before["head"] + before["trunk"]) * (1 - values)
    want = 8 * values * (np.sign(values) * own + before["others"])
    got = (parts(model, x)["embedding"] - values) / lr
    # The second order of a step of 1e-6.
    np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3 * np.abs(want).max())


@pytest.mark.parametrize("on_probe", [False, True])
def test_a_run_is_followed_from_its_start_to_its_end(on_probe) -> None:
    config = recipe(
        "digits-barlow-twins", device="cpu", n=40, batch=20, probe_pairs=20, steps=4, log_points=3
    )
    logbook, rows = watch(config, on_probe)
    assert rows["embedding"].shape == rows["others"].shape == (len(logbook.due), config.d)
    # In float32 the smallest of ten eigenvalues has few digits.
    recorded = logbook.run({}, {}).cross_eigenvalues
    np.testing.assert_allclose(rows["embedding"], recorded, atol=1e-4 * recorded[0, 0])


def test_deep_linears_rate_is_the_own_kernel() -> None:
    """8γ(s² + p²)λ(1 − λ), as a difference quotient of the closed form."""
    gamma, s0, p0 = np.array([0.7]), np.array([0.3]), 0.9
    step = 1e-6
    a, b = deep_linear.embedding_eigenvalues([0.0, step], gamma, s0, p0)[:, 0]
    rate = 8 * gamma * (s0**2 + p0**2) * a * (1 - a)
    assert (b - a) / step == pytest.approx(rate[0], rel=1e-5)
