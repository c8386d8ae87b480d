"""What chapter 1 says of its losses and their collapses holds, by the page's own rules."""

import functools
import itertools
import re

import numpy as np
import pytest
import torch

from stepwise_ssl import data, linear, losses, spectra, views
from stepwise_ssl.checks import chapter_01
from stepwise_ssl.checks.chapter_01 import vicreg
from tools.notebooks import ROOT

N, D, OFFICIAL, SEEDS = 1000, 8, 0.0051, range(3)
# As the page trains: half as many steps as the notebook takes, each twice as long, to the same end.
LIKE_THE_PAGE = {"steps": 500, "lr": 0.02}


@functools.cache
def page():
    return (ROOT / "book/01_two_views.md").read_text(encoding="utf-8")


@functools.cache
def digits(seed=0):
    return views.make_pairs(data.load_images("digits"), n=N, seed=seed)


def trained(loss, seed, steps, lr, pairs=N, eps=1e-8):
    """The weights after Adam, from the random start of the page and of the notebook."""
    x1, x2 = (torch.tensor(x[:pairs]) for x in digits())
    start = np.random.default_rng(seed).standard_normal((D, 64)) / 8
    W = torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([W], lr=lr, eps=eps)
    for _ in range(steps):
        adam.zero_grad()
        loss(x1 @ W.T, x2 @ W.T).backward()
        adam.step()
    return W.detach().numpy()


@functools.cache
def barlow(weight, seed):
    """The weights that Barlow Twins ends at with this weight off the diagonal."""
    return trained(functools.partial(losses.barlow_twins, lam=weight), seed, **LIKE_THE_PAGE)


def embeddings(W):
    return np.concatenate(digits()) @ W.T


@pytest.mark.parametrize("seed", SEEDS)
def test_agreement_alone_lets_every_eigenvalue_fall(seed):
    """The weights decay along every direction as the formula says, and the variance goes to 0."""
    x1, x2 = digits(seed)
    both, apart = np.concatenate([x1, x2]), (x1 - x2).T @ (x1 - x2) / N
    rates, directions = np.linalg.eigh(apart)
    assert rates[0] > 0  # no direction of the weights is spared
    W = start = np.random.default_rng(seed).standard_normal((D, 64)) / 8
    lr, steps = 0.1, 3000
    found = [spectra.covariance_eigenvalues(both @ W.T)]
    for step in range(1, steps + 1):
        W = W - lr * 2 * W @ apart
        if step in (30, 300, steps):
            formula = start @ directions * np.exp(-2 * rates * lr * step) @ directions.T
            found.append(spectra.covariance_eigenvalues(both @ W.T))
            # A step multiplies by 1 - 2·lr·rate and not by the exponential: 1 % at most here.
            expected = spectra.covariance_eigenvalues(both @ formula.T)
            assert np.allclose(found[-1], expected, rtol=0.02)
            along, first = (np.linalg.norm(w @ directions, axis=0) for w in (W, start))
            assert (along < first).all()
            # Of the start, the same difference is 1 % at most.
            assert np.allclose(along / first, np.exp(-2 * rates * lr * step), atol=0.01)
    assert (np.diff(found, axis=0) < 0).all()
    assert (found[-1] < found[0] / 50).all()
    # The formula's limit is the point: all is below a billionth after ten times the longest decay.
    formula = start @ directions * np.exp(-2 * rates * 10 / rates[0]) @ directions.T
    assert spectra.covariance_eigenvalues(both @ formula.T)[0] < 1e-9 * found[0][0]


@pytest.mark.parametrize("seed", SEEDS)
def test_forced_to_variance_1_all_dimensions_become_one(seed):
    """Agreement of normalised dimensions: all eight find the direction that agrees best."""

    def apart(z1, z2):
        one, other = ((z - z.mean(0)) / (z.var(0, correction=0)) ** 0.5 for z in (z1, z2))
        return ((one - other) ** 2).sum(1).mean()

    z = embeddings(trained(apart, seed, **LIKE_THE_PAGE))
    found = spectra.covariance_eigenvalues(z / z.std(0))
    assert found[0] > 0.99 * D
    best = np.concatenate(digits()) @ best_directions(0)[0][0]
    assert np.abs(np.corrcoef(z.T, best)[-1, :-1]).min() > 0.99
    # "At variance 1": where the crops differ least in pixels, hardly anything varies or agrees.
    x1, x2 = digits()
    least = np.linalg.eigh((x1 - x2).T @ (x1 - x2))[1][:, 0]
    assert np.corrcoef(x1 @ least, x2 @ least)[0, 1] < 0.2


def test_the_diagonal_of_barlow_twins_sees_normalised_columns():
    """1 − C_ii is half the mean squared difference of the normalised columns.

    So a dimension that is stretched and shifted in one view alone agrees: the columns themselves
    may differ.
    """
    z1, z2 = np.random.default_rng(0).standard_normal((2, 50, 4))
    one, other = ((z - z.mean(0)) / z.std(0) for z in (z1, z2))
    apart = ((one - other) ** 2).mean(0) / 2
    agree = functools.partial(losses.barlow_twins, lam=0)
    # The loss has its 1e-5 beside each variance.
    assert agree(*map(torch.from_numpy, (z1, z2))).item() == pytest.approx(
        (apart**2).sum(), rel=1e-4
    )
    assert agree(torch.from_numpy(z1), torch.from_numpy(2 * z1 + 3)).item() < 1e-8


def test_a_hinge_on_the_variance_pushes_a_small_embedding_less():
    """The rates at which both hinges fall at a standard deviation of 0.05, as the check says."""
    root, variance = map(
        float, re.findall(r"rate (0\.\d\d), and yours at (0\.\d\d)", vicreg.SEES_VARIANCE)[0]
    )
    width = torch.tensor(0.05, dtype=torch.float64, requires_grad=True)
    for hinge, rate in ((1 - torch.sqrt(width**2 + 1e-4), root), (1 - width**2 - 1e-4, variance)):
        (slope,) = torch.autograd.grad(hinge, width)
        assert abs(-slope.item() - rate) < 0.005


def test_eight_copies_cost_less_than_one_constant_dimension():
    """What the check of exercise 1.3 says of eight copies at the official weight."""
    (right,) = (exercise.right for exercise in chapter_01.EXERCISES if exercise.id == "1.3")
    (price,) = re.findall(r"at lam = 0\.0051 eight copies cost (0\.\d\d) in all", right)
    column = torch.from_numpy(np.random.default_rng(0).standard_normal((50, 1)))
    copies, constant = column.repeat(1, D), torch.zeros(50, 1, dtype=torch.float64)
    assert losses.barlow_twins(copies, copies).item() == pytest.approx(float(price), abs=0.005)
    assert losses.barlow_twins(constant, constant).item() == 1


def test_the_nearest_wrong_partner_counts_more_at_a_lower_temperature():
    """On the page's random embedding it has a tenth of the weight of all the wrong ones at 0.1."""
    W = np.random.default_rng(0).standard_normal((D, 64)) / 8
    z = np.concatenate([x[:256] @ W.T for x in digits()])
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    similarity, rows = z @ z.T, np.arange(512)
    similarity[rows, rows] = similarity[rows, (rows + 256) % 512] = -np.inf
    weights = (np.exp(similarity / temp) for temp in (2.0, *TEMPERATURES, 0.05, 0.01))
    nearest = np.array([(weight.max(1) / weight.sum(1)) for weight in weights])
    assert (np.diff(nearest, axis=0) > 0).all()
    assert abs(nearest[3].mean() - 0.1) < 0.02  # the nearest, and not it alone


# What the page's table has.
FACTORS, LAMS, TEMPERATURES = (0.025, 2.0), (0.0051, 0.005), (1.0, 0.5, 0.1)


def vicreg_forms(dimensions):
    """The official code's weights, solo-learn's and the paper's, as weights of the first form."""
    invariances = 25.0, 25.0, 25.0 * dimensions
    return [
        {"invariance": invariance, "variance": variance}
        for invariance, variance in zip(invariances, (25.0, 50.0, 50.0), strict=True)
    ]


SHAPES = {
    "square": [[1, 1], [1, -1], [-1, 1], [-1, -1]],
    "line": [[1, 1], [1, 1], [-1, -1], [-1, -1]],
    "point": [[1, 1], [1, 1], [1, 1], [1, 1]],
}


def test_the_eigenvalues_tell_the_line_from_the_square():
    """Both have the variances 1 and 1; the eigenvalues are 2 and 0, and 1 and 1."""
    square, line = (np.array(SHAPES[name], dtype=float) for name in ("square", "line"))
    assert np.array_equal(square.var(0), [1, 1])
    assert np.array_equal(line.var(0), [1, 1])
    found = spectra.covariance_eigenvalues(square), spectra.covariance_eigenvalues(line)
    assert np.allclose(found, [[1, 1], [2, 0]], atol=1e-12)
    # The two shapes' effective ranks, and that of the shares between them, 0.9 and 0.1.
    ranks = [spectra.effective_rank(np.array(shares)) for shares in ([1, 1], [2, 0], [0.9, 0.1])]
    assert np.allclose(ranks, [2, 1, 1.38], atol=0.005)


def test_three_losses_price_the_three_shapes():
    """Each finds the square cheapest, then the line, and the point dearest.

    So at each weight and temperature of the table of codes, and with the paper's form of VICReg.
    """
    shapes = [torch.tensor(SHAPES[name]).double() for name in ("square", "line", "point")]
    for loss in [
        *(functools.partial(losses.barlow_twins, lam=lam) for lam in LAMS),
        *(functools.partial(losses.nt_xent, temperature=temp) for temp in TEMPERATURES),
        *(functools.partial(losses.vicreg, **weights) for weights in vicreg_forms(dimensions=2)),
    ]:
        square, line, point = (loss(z, z).item() for z in shapes)
        assert square < line < point
    # "A hundredth" is what the line costs under Barlow Twins.
    line = torch.tensor(SHAPES["line"]).double()
    assert abs(losses.barlow_twins(line, line).item() - 0.01) < 0.001


def rank(weight, seed):
    z = embeddings(barlow(weight, seed))
    return spectra.effective_rank(spectra.covariance_eigenvalues(z / z.std(0)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_official_weight_ends_at_an_effective_rank_below_three(seed):
    """At 0.0051 the effective rank is about 2.5: three directions, used unequally."""
    assert abs(rank(OFFICIAL, seed) - 2.5) < 0.2


def test_a_weight_of_a_tenth_holds_nearly_eight_apart():
    """It reaches nearly 8 from 0.1 on, one run a point."""
    assert all(rank(weight, seed=0) > 7.5 for weight in (0.1, 1.0))


def best_directions(seed):
    """All uncorrelated directions, best agreement first, variance 1 each; and the agreements."""
    x1, x2 = digits(seed)
    both = np.concatenate([x1, x2])
    within, across = both.T @ both / (2 * N), (x1.T @ x2 + x2.T @ x1) / (2 * N)
    root = np.linalg.inv(np.linalg.cholesky(within))
    agreements, vectors = np.linalg.eigh(root @ across @ root.T)
    return vectors[:, ::-1].T @ root, agreements[::-1]


def price(W, seed=0):
    pair = (torch.tensor(x) @ torch.tensor(W).T for x in digits(seed))
    return losses.barlow_twins(*pair, lam=OFFICIAL).item()


@pytest.mark.parametrize("seed", SEEDS)
def test_copies_of_the_best_direction_are_cheaper(seed):
    """All eight, uncorrelated, cost more than eight copies of the first at the official weight."""
    best, agreements = best_directions(seed)
    copied = price(np.tile(best[0], (D, 1)), seed)
    assert copied < 0.8 * price(best[:D], seed)
    # No other eight uncorrelated ones agree better on average, and equal shares are the cheapest.
    assert copied < 0.8 * D * (1 - agreements[:D].mean()) ** 2
    x1, x2 = digits(seed)

    def each(W):
        """The agreement that each would have if all paid alike, on the diagonal alone."""
        found = [np.corrcoef(x1 @ w, x2 @ w)[0, 1] for w in W]
        return 1 - np.sqrt(np.mean(np.subtract(1, found) ** 2))

    most = np.ceil(100 * np.mean([np.corrcoef(x1 @ w, x2 @ w)[0, 1] for w in best[:D]])) / 100
    even = functools.reduce(np.kron, [[[1, 1], [1, -1]]] * 3) / np.sqrt(D)  # equal mixtures
    assert each(best[:D]) < each(even @ best[:D]) <= most
    assert copied < 0.8 * price(even @ best[:D], seed) < 0.8 * price(best[:D], seed)
    rng = np.random.default_rng(seed)
    for among in (D, 10, 20, 64):  # uncorrelated mixtures of the best few, and of all
        for _ in range(50):
            turn = np.linalg.qr(rng.standard_normal((among, D)))[0].T
            assert each(turn @ best[:among]) <= most
    halves = price(np.repeat(best[:2], 4, axis=0), seed)
    assert halves < 0.8 * copied  # four of the first and four of the second are cheaper still
    if seed == 0:  # the page's views; training finds something in between
        assert price(barlow(OFFICIAL, 0)) < 0.99 * halves
    # At 512 dimensions this weight makes copies dearer than constants, which cost 1 each.
    assert price(np.tile(best[0], (512, 1)), seed) > 2 * 512


@pytest.mark.parametrize("seed", range(4))
def test_three_directions_at_the_official_weight(seed):
    """At 0.0051 the eigenvalues are about 4.1, 3.1 and 0.8: eight dimensions in three directions.

    They are no three groups of copies, whose correlations would be 0 or ±1.
    """
    z = embeddings(barlow(OFFICIAL, seed))
    found = spectra.covariance_eigenvalues(z / z.std(0))
    solution = (ROOT / "solutions/01_two_views.py").read_text(encoding="utf-8")
    (said,) = re.findall(r"three are left, about (\S+), (\S+) and (\S+): eight", solution)
    # One decimal is good to 0.05; the runs here are half as long as the notebook's.
    assert np.allclose(found[:3], [float(x) for x in said], atol=0.06)
    assert found[3:].max() < 0.1
    correlations = np.abs(np.corrcoef(z.T)[np.triu_indices(D, 1)])
    assert ((correlations > 0.2) & (correlations < 0.8)).sum() > 7  # of 28


def direction(loss, seed):
    """The gradient's direction on the random embedding of the page, or on another draw of it."""
    x1, x2 = (torch.tensor(3 * x[:256]) for x in digits(seed))
    start = np.random.default_rng(seed).standard_normal((D, 64)) / 8
    W = torch.tensor(start, requires_grad=True)
    loss(x1 @ W.T, x2 @ W.T).backward()
    return (W.grad / W.grad.norm()).flatten().numpy()


def turned(one, other, seed):
    """How far apart the two gradients' directions are: the angle, where it is small."""
    return np.linalg.norm(direction(one, seed) - direction(other, seed))


def normalised_together(z1, z2, lam=0.005):
    """Barlow Twins as lightly 1.5.19 had it: one mean and one variance for both views."""
    both = torch.cat([z1, z2])
    both = (both - both.mean(0)) / torch.sqrt(both.var(0, correction=0) + 1e-5)
    C = both[: len(z1)].T @ both[len(z1) :] / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())


THREE = (losses.barlow_twins, losses.nt_xent, losses.vicreg)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_a_factor_on_the_loss_and_what_is_not(seed):
    """A factor on the whole loss leaves the gradient's direction, with each loss and each factor.

    Another temperature turns it, and so does another weight of one term: between any two codes of
    the table, and the paper's form of VICReg. So does one normalisation for both views, which
    lightly had in version 1.5.19, as the page says beside the table.
    """
    for loss in THREE:
        for factor in FACTORS:
            assert turned(loss, lambda a, b: factor * loss(a, b), seed) < 1e-7  # noqa: B023
    for loss, arguments, least in [
        (losses.nt_xent, [{"temperature": temp} for temp in TEMPERATURES], 0.1),
        (losses.vicreg, vicreg_forms(D), 0.5),
        (losses.barlow_twins, [{"lam": lam} for lam in LAMS], 5e-5),  # a weight that differs by 2 %
    ]:
        for one, other in itertools.combinations(arguments, 2):
            forms = functools.partial(loss, **one), functools.partial(loss, **other)
            assert turned(*forms, seed) > least
    apart = functools.partial(losses.barlow_twins, lam=0.005)
    assert turned(apart, normalised_together, seed) > 0.01
    if seed == 0:  # the embedding of the table
        start = np.random.default_rng(0).standard_normal((D, 64)) / 8
        z1, z2 = (torch.tensor(3 * x[:256] @ start.T) for x in digits())
        assert abs(normalised_together(z1, z2) - 2.394) < 5e-4
        assert abs(apart(z1, z2) - 2.371) < 5e-4


@pytest.mark.parametrize("loss", THREE)
def test_adam_divides_a_factor_out(loss):
    """Each loss times a factor of the page trains the same weights with Adam.

    To rounding so, if the 1e-8 that Adam adds to what it divides by gets the factor too.
    """
    run = functools.partial(trained, steps=50, lr=0.05, pairs=100)
    for seed in range(2):
        plain = run(loss, seed)
        for factor in FACTORS:
            times = functools.partial(run, lambda a, b: factor * loss(a, b), seed)  # noqa: B023
            assert np.allclose(times(eps=factor * 1e-8), plain, rtol=0, atol=1e-6)
            # Small slopes feel the 1e-8, so entries of size 1 may differ by some hundredths.
            assert np.abs(times() - plain).max() < 0.05 * np.abs(plain).max()


def test_vicreg_keeps_five_directions_of_eight():
    """With its usual weights, from the notebook's start; and why, as the notebook has it."""
    z = embeddings(W := trained(losses.vicreg, 0, **LIKE_THE_PAGE))
    eigenvalues = spectra.covariance_eigenvalues(z)
    assert eigenvalues[4] > 20 * eigenvalues[5]  # five are in use
    # Eight uncorrelated directions save less in the other two terms than their agreement costs.
    five, eight = (
        [
            losses.vicreg(*(torch.tensor(x @ w.T) for x in digits()), *of).item()
            for of in np.diag([25.0, 25.0, 1.0])
        ]
        for w in (W, best_directions(0)[0][:D])
    )
    assert eight[0] - five[0] > 1.2 * sum(np.subtract(five[1:], eight[1:])) > 0


def staircase(seed, steps=2500, size=1e-8):
    """The page's small start, or another start on another draw of the views."""
    Gamma = linear.cross_moment(*digits(seed))
    W0 = size * np.random.default_rng(seed).standard_normal((6, 64))
    return Gamma, linear.gradient_descent(Gamma, W0, lr=0.1, steps=steps)


def between_steps(run):
    """At the moments half-way between two steps that are 1.2 times apart in time.

    The eigenvalue of the earlier and of the later step, and how far the loss is from its integer.
    """
    passed = spectra.find_steps(run.t, run.eigenvalues)
    apart = np.flatnonzero(passed[1:] / passed[:-1] >= 1.2)
    between = np.searchsorted(run.t, np.sqrt(passed[apart] * passed[apart + 1]))
    earlier, later = (run.eigenvalues[between, apart + k] for k in (0, 1))
    return earlier, later, np.abs(run.loss[between] - (5 - apart))


@pytest.mark.parametrize("seed", range(8))
def test_from_a_small_start_the_loss_rests_at_integers(seed):
    """The eigenvalues of C rise in turn; between two that are well apart the loss is an integer.

    At the size that the page's summary names. A start of 0.001 is small and not small enough.
    """
    (power,) = re.findall(r"^- From weights of size \$10\^\{(-\d+)\}\$ on the digits", page(), re.M)
    earlier, later, off = between_steps(staircase(seed, size=10.0 ** int(power))[1])
    assert len(off) >= 3
    assert earlier.min() > 0.9  # one has risen before the next one starts
    assert later.max() < 0.1
    assert off.max() < 0.1
    if seed == 0:  # the page's start
        assert "at the small start all are nearly 0" in page()
        first = staircase(seed)[1].eigenvalues[0]
        assert first[0] > 30 * first[-1]  # nearly 0, and not alike: what is alike is the weights
        assert first[0] < 1e-14
        run = staircase(seed)[1]  # how long on a logarithmic axis it stays at 5, 4, 3, 2, 1
        at = [run.t[np.abs(run.loss - level) < 0.05] for level in (5, 4, 3, 2, 1)]
        five, four, three, two, one = (np.log(t[-1] / t[0]) for t in at)
        assert five < three / 2 and three < 0.6 * min(four, two, one)
        earlier, later, off = between_steps(staircase(seed, size=1e-3)[1])
        assert earlier.min() < 0.9
        assert later.max() > 0.1
        assert off.max() > 0.2


@pytest.mark.parametrize("seed", range(8))
def test_what_comes_is_a_direction_and_no_dimension(seed):
    """After one eigenvalue has come, several dimensions vary; a turned start changes nothing."""
    Gamma, run = staircase(seed)
    passed = spectra.find_steps(run.t, run.eigenvalues)
    W = staircase(seed, steps=round(np.sqrt(passed[0] * passed[1]) / 0.1))[1].W
    C = W @ Gamma @ W.T
    eigenvalues = np.linalg.eigvalsh(C)
    assert eigenvalues[-1] > 0.9
    assert eigenvalues[-2] < 0.15
    alone = np.sort(np.diag(C))[::-1]
    assert alone[0] < 0.9 * eigenvalues[-1]
    if seed == 0:  # the page's start: three dimensions have come some way
        assert alone[2] > 0.05
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((6, 6)))[0]
    turned_C = (turn @ W) @ Gamma @ (turn @ W).T
    loss, turned_loss = (np.sum((c - np.eye(6)) ** 2) for c in (C, turned_C))
    assert turned_loss == pytest.approx(loss, rel=1e-12)


def test_the_numbers_of_the_quiz():
    """6.93 of question 2 and 4.94 of its feedback, the weights of 3, the ranks of question 4."""
    n = 512
    point = torch.ones(n, 2, dtype=torch.float64)
    across = torch.eye(2 * n, dtype=torch.float64)
    assert abs(losses.nt_xent(point, point).item() - 6.93) < 0.005
    assert abs(losses.nt_xent(across[:n], across[n:]).item() - np.log(2 * n - 1)) < 1e-9
    assert abs(losses.nt_xent(across[:n, :n], across[:n, :n]).item() - 4.94) < 0.005

    # One point: no temperature changes it.
    for temperature in (0.01, 0.05, 0.5, 2):
        assert losses.nt_xent(point, point, temperature).item() == pytest.approx(np.log(1023))

    z1, z2 = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 20, 3)) / 3)
    terms = [losses.vicreg(z1, z2, *weights) for weights in np.eye(3)]
    added = 25 * terms[0] + 25 * (2 * terms[1]) + terms[2]  # the two views' terms, not their mean
    assert torch.isclose(added, losses.vicreg(z1, z2, 25.0, 50.0, 1.0))

    white = np.linalg.qr(np.random.default_rng(0).standard_normal((40, 4)))[0]
    white = np.linalg.qr(white - white.mean(0))[0] * np.sqrt(40)
    eigenvalues = spectra.covariance_eigenvalues(white[:, [0, 0, 0, 0, 1, 1, 2, 2]])
    assert np.allclose(eigenvalues, [4, 2, 2, 0, 0, 0, 0, 0], atol=1e-9)
    assert abs(spectra.effective_rank(eigenvalues) - 2.83) < 0.005
    assert abs(np.log(spectra.effective_rank(eigenvalues)) - 1.04) < 0.005
    assert spectra.effective_rank(np.array([0.5, 0.25, 0.15, 0.1])) > 3  # four, and not equal


@pytest.mark.parametrize("name", ["01_two_views", "02_linear_model"])
def test_a_step_is_the_rise_of_an_eigenvalue_and_no_update(name):
    """The updates of gradient descent are iterations on the two pages, code cells apart.

    A step has a length and a height there, so it is more than the passage of ½.
    """
    text = (ROOT / f"book/{name}.md").read_text(encoding="utf-8")
    prose = re.sub(r"^```\{code-cell\}.*?^```$", "", text, flags=re.M | re.S)
    assert "the updates of gradient descent" in " ".join(prose.split())
    for said in (
        r"steps? of (gradient )?(descent|training|Adam)",
        r"(descent|training|Adam|small|optimi[sz]er)('s)? steps?",
        r"(number of|after \S+|\d{3,}) steps",
    ):
        assert not re.findall(rf"\b{said}\b", prose)
    assert "We call an eigenvalue's rise, and the fall of the loss with it, a *step*" in page()
    assert "passage a *step*" not in page()


def test_the_page_has_the_minutes_of_its_notebook():
    """28 minutes for this page, 115 for the notebook."""
    source = (ROOT / "solutions/01_two_views.py").read_text()
    minutes = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source, re.M)
    assert f"{sum(map(int, minutes))} for the notebook" in page()
