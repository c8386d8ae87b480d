"""What chapter 1 says of its losses and their collapses holds, by the page's own rules."""

import functools
import re

import numpy as np
import pytest
import torch

from stepwise_ssl import data, losses, spectra, views
from tools.notebooks import ROOT

N, D, OFFICIAL, SEEDS = 1000, 8, 0.0051, range(3)
# Half as many steps as the notebook takes, each twice as long: the time of a test, the same end.
LIKE_THE_NOTEBOOK = {"steps": 500, "lr": 0.02}


@functools.cache
def digits():
    return views.make_pairs(data.load_images("digits"), n=N, seed=0)


def trained(loss, seed, steps, lr):
    """The weights after Adam, from the random start of the page and of the notebook."""
    x1, x2 = map(torch.tensor, digits())
    start = np.random.default_rng(seed).standard_normal((D, 64)) / 8
    W = torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([W], lr=lr)
    for _ in range(steps):
        adam.zero_grad()
        loss(x1 @ W.T, x2 @ W.T).backward()
        adam.step()
    return W.detach().numpy()


def embeddings(W):
    return np.concatenate(digits()) @ W.T


@functools.cache
def rank(weight, seed):
    loss = functools.partial(losses.barlow_twins, lam=weight)
    z = embeddings(trained(loss, seed, steps=400, lr=0.05))
    return spectra.effective_rank(spectra.covariance_eigenvalues(z / z.std(0)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_official_weight_holds_fewer_than_three_of_eight_apart(seed):
    """At 0.0051 fewer than three of eight directions are in use, about 2.5."""
    assert abs(rank(OFFICIAL, seed) - 2.5) < 0.2


def test_a_weight_of_a_tenth_holds_nearly_eight_apart():
    """It reaches nearly 8 from 0.1 on, one run a point."""
    assert all(rank(weight, seed=0) > 7.5 for weight in (0.1, 1.0))


def test_copies_of_the_best_direction_are_cheaper():
    """All eight, uncorrelated, cost more than eight copies of the first at the official weight."""
    x1, x2 = digits()
    both = np.concatenate([x1, x2])
    within, across = both.T @ both / (2 * N), (x1.T @ x2 + x2.T @ x1) / (2 * N)
    root = np.linalg.inv(np.linalg.cholesky(within))
    best = (np.linalg.eigh(root @ across @ root.T)[1][:, ::-1].T @ root)[:D]
    spread, copied = (
        losses.barlow_twins(*(torch.tensor(x @ W.T) for x in (x1, x2)), lam=OFFICIAL).item()
        for W in (best, np.tile(best[0], (D, 1)))
    )
    assert copied < 0.8 * spread


@pytest.mark.parametrize("seed", range(4))
def test_three_groups_at_the_official_weight(seed):
    """At 0.0051 the eigenvalues come close to 4, 3 and 1: eight dimensions in three groups."""
    z = embeddings(trained(losses.barlow_twins, seed, **LIKE_THE_NOTEBOOK))
    found = spectra.covariance_eigenvalues(z / z.std(0))
    assert np.allclose(found[:3], [4, 3, 1], atol=0.3)
    assert found[3:].max() < 0.1


def gradient(loss):
    x1, x2 = (torch.tensor(3 * x[:256]) for x in digits())
    start = np.random.default_rng(0).standard_normal((D, 64)) / 8
    W = torch.tensor(start, requires_grad=True)
    loss(x1 @ W.T, x2 @ W.T).backward()
    return W.grad.flatten().numpy()


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_what_is_a_factor_on_the_loss_and_what_is_not():
    """A factor on the whole loss leaves the gradient's direction.

    A lower temperature and a doubled variance term turn it.
    """
    barlow, simclr, vicreg = losses.barlow_twins, losses.nt_xent, losses.vicreg
    whole = gradient(barlow), gradient(lambda a, b: 0.025 * barlow(a, b))
    assert cosine(*whole) > 1 - 1e-12
    low = gradient(functools.partial(simclr, temperature=0.1))
    assert cosine(gradient(functools.partial(simclr, temperature=0.5)), low) < 0.995
    doubled = gradient(functools.partial(vicreg, variance=50.0))
    assert cosine(gradient(vicreg), doubled) < 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_doubled_variance_term_keeps_the_five_directions(seed):
    """Eight dimensions trained by VICReg end in the same five directions at either weight."""
    bases = []
    for variance in (25.0, 50.0):
        loss = functools.partial(losses.vicreg, variance=variance)
        z = embeddings(trained(loss, seed, **LIKE_THE_NOTEBOOK))
        eigenvalues = spectra.covariance_eigenvalues(z)
        assert eigenvalues[4] > 20 * eigenvalues[5]  # five are in use
        bases.append(np.linalg.svd(z - z.mean(0), full_matrices=False)[0][:, :5])
    assert np.linalg.norm(bases[0].T @ bases[1]) ** 2 / 5 > 0.98


def test_the_page_has_the_minutes_of_its_notebook():
    """30 minutes for this page, 115 for the notebook."""
    page = (ROOT / "book/01_two_views.md").read_text()
    source = (ROOT / "solutions/01_two_views.py").read_text()
    minutes = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source, re.M)
    assert f"{sum(map(int, minutes))} for the notebook" in page
