"""The losses against references written out here, value and gradient, in float64.

The references follow the published implementations in their own settings (the official code,
lightly, solo-learn) and share no line with the package: loops over anchors and entries,
exponentials without log-softmax, torch's batch-norm module. Tolerance 1e-12 where both sides are
float64 and differ only in the order of sums.
"""

import numpy as np
import pytest
import torch
from scipy.integrate import trapezoid

from stepwise_ssl import losses

LOSSES = {
    "barlow_twins": losses.barlow_twins,
    "barlow_twins, normalize=False": lambda z1, z2: losses.barlow_twins(
        z1, z2, lam=1.0, normalize=False
    ),
    "nt_xent": losses.nt_xent,
    "nt_xent, normalize=False": lambda z1, z2: losses.nt_xent(z1, z2, normalize=False),
    "vicreg": losses.vicreg,
    "spectral_contrastive": losses.spectral_contrastive,
    "lejepa": lambda z1, z2: losses.lejepa(z1, z2, directions(z1), weight=0.3),
}
each_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())


def directions(z, count=7):
    """As many for each d, of any length, always the same."""
    drawn = np.random.default_rng(3).normal(size=(z.shape[1], count))
    return torch.tensor(drawn, dtype=z.dtype)


def pair(n=12, d=5, scale=1.0, noise=0.4, seed=0, dtype=torch.float64):
    """Two correlated views (n, d) whose columns differ in mean and spread."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, d))
    spread, shift = rng.uniform(0.5, 1.6, size=d), rng.normal(size=d)
    views = [(shared + noise * rng.normal(size=(n, d))) * spread + shift for _ in range(2)]
    return [torch.tensor(scale * v, dtype=dtype, requires_grad=True) for v in views]


def value_and_gradient(loss, z1, z2):
    z1, z2 = (z.detach().clone().requires_grad_() for z in (z1, z2))
    value = loss(z1, z2)
    return value.item(), torch.stack(torch.autograd.grad(value, (z1, z2)))


# --- references --------------------------------------------------------------------------------


def barlow_with_module(z1, z2, lam, scale):
    """As the official code and solo-learn write it, with torch's batch-norm module."""
    n, d = z1.shape
    bn = torch.nn.BatchNorm1d(d, affine=False, dtype=z1.dtype)
    correlation = torch.einsum("bi,bj->ij", bn(z1), bn(z2)) / n
    total = 0.0
    for j in range(d):
        for k in range(d):
            entry = correlation[j, k]
            total = total + ((entry - 1) ** 2 if j == k else lam * entry**2)
    return scale * total


def nt_xent_by_exponentials(z1, z2, temperature, cosine):
    """One anchor at a time, positives and negatives apart, as solo-learn's masks do."""
    z = torch.cat([z1, z2])
    if cosine:
        z = torch.stack([row / row.square().sum().sqrt() for row in z])
    n = len(z1)
    total = 0.0
    for i in range(2 * n):
        weight = torch.exp((z * z[i]).sum(1) / temperature)
        others = [k for k in range(2 * n) if k != i]
        total = total - torch.log(weight[(i + n) % (2 * n)] / weight[others].sum())
    return total / (2 * n)


def vicreg_by_columns(z1, z2, weights, halve, eps=1e-4):
    """Column by column; halve=0.5 is the official code and lightly, 1.0 is solo-learn."""
    n, d = z1.shape
    agree = sum(((z1[i] - z2[i]) ** 2).sum() for i in range(n)) / (n * d)
    spread = repeat = 0.0
    for z in (z1, z2):
        columns = [z[:, j] - z[:, j].sum() / n for j in range(d)]
        for j in range(d):
            std = ((columns[j] @ columns[j]) / (n - 1) + eps) ** 0.5
            if std < 1:
                spread = spread + (1 - std) / d
            for k in range(d):
                if k != j:
                    repeat = repeat + (columns[j] @ columns[k] / (n - 1)) ** 2 / d
    return weights[0] * agree + weights[1] * halve * spread + weights[2] * repeat


def spectral_by_pairs(z1, z2):
    """Over all pairs of different pictures, as the definition has it."""
    n = len(z1)
    agree = sum(z1[i] @ z2[i] for i in range(n)) / n
    meet = sum((z1[i] @ z2[k]) ** 2 for i in range(n) for k in range(n) if k != i) / (n * (n - 1))
    return meet - 2 * agree


def lejepa_on_both_sides(z1, z2, weight, knots=17, reach=3.0):
    """The characteristic function as a complex number, at t of both signs, for each direction."""
    n, d = z1.shape
    t = torch.linspace(-reach, reach, 2 * knots - 1, dtype=torch.float64)
    shape = 0.0
    for z in (z1, z2):
        for a in directions(z1).T:
            p = z @ a / a.square().sum().sqrt()
            psi = torch.exp(1j * t[:, None] * p).sum(1) / n
            gap = (psi - torch.exp(-(t**2) / 2)).abs() ** 2
            shape = shape + n * torch.trapezoid(gap * torch.exp(-(t**2) / 2), t) / 14
    centre = (z1 + z2) / 2
    agree = sum(((z - centre) ** 2).sum() for z in (z1, z2)) / (2 * n * d)
    return (1 - weight) * agree + weight * shape


KNOWN = {
    "spectral contrastive": (losses.spectral_contrastive, spectral_by_pairs),
    "LeJEPA": (
        lambda a, b: losses.lejepa(a, b, directions(a), weight=0.05),
        lambda a, b: lejepa_on_both_sides(a, b, weight=0.05),
    ),
    "LeJEPA with the knots of the paper's listing": (
        lambda a, b: losses.lejepa(a, b, directions(a), weight=0.5, knots=9, reach=5.0),
        lambda a, b: lejepa_on_both_sides(a, b, weight=0.5, knots=9, reach=5.0),
    ),
    "Barlow Twins, official": (
        lambda a, b: losses.barlow_twins(a, b),
        lambda a, b: barlow_with_module(a, b, lam=0.0051, scale=1.0),
    ),
    "Barlow Twins, the paper's weight": (
        lambda a, b: losses.barlow_twins(a, b, lam=5e-3),
        lambda a, b: barlow_with_module(a, b, lam=5e-3, scale=1.0),
    ),
    "Barlow Twins, solo-learn": (
        lambda a, b: 0.025 * losses.barlow_twins(a, b, lam=5e-3),
        lambda a, b: barlow_with_module(a, b, lam=5e-3, scale=0.025),
    ),
    "NT-Xent, lightly": (
        lambda a, b: losses.nt_xent(a, b),
        lambda a, b: nt_xent_by_exponentials(a, b, temperature=0.5, cosine=True),
    ),
    "NT-Xent, solo-learn": (
        lambda a, b: losses.nt_xent(a, b, temperature=0.1),
        lambda a, b: nt_xent_by_exponentials(a, b, temperature=0.1, cosine=True),
    ),
    "NT-Xent, solo-learn's configurations": (
        lambda a, b: losses.nt_xent(a, b, temperature=0.2),
        lambda a, b: nt_xent_by_exponentials(a, b, temperature=0.2, cosine=True),
    ),
    "NT-Xent with dot products": (
        lambda a, b: losses.nt_xent(a, b, temperature=1.0, normalize=False),
        lambda a, b: nt_xent_by_exponentials(a, b, temperature=1.0, cosine=False),
    ),
    "VICReg, official and lightly": (
        lambda a, b: losses.vicreg(a, b),
        lambda a, b: vicreg_by_columns(a, b, (25.0, 25.0, 1.0), halve=0.5),
    ),
    "VICReg, solo-learn": (
        lambda a, b: losses.vicreg(a, b, variance=50.0),
        lambda a, b: vicreg_by_columns(a, b, (25.0, 25.0, 1.0), halve=1.0),
    ),
    "VICReg with other weights": (
        lambda a, b: losses.vicreg(a, b, 10.0, 25.0, 10.0, eps=0.01),
        lambda a, b: vicreg_by_columns(a, b, (10.0, 25.0, 10.0), halve=0.5, eps=0.01),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_value_and_gradient_equal_the_known_implementation(name, report):
    ours, known = KNOWN[name]
    errors = []
    for scale in (1.0, 0.1, 0.003):
        z1, z2 = pair(scale=scale)
        value, gradient = value_and_gradient(ours, z1, z2)
        expected, expected_gradient = value_and_gradient(known, z1, z2)
        difference = (gradient - expected_gradient).abs().max() / expected_gradient.abs().max()
        errors.append((abs(value / expected - 1), float(difference)))
    worst_value, worst_gradient = np.max(errors, axis=0)
    report(f"{name}: value to {worst_value:.1e}, gradient to {worst_gradient:.1e} (relative)")
    assert worst_value < 1e-12
    assert worst_gradient < 1e-12


@pytest.mark.parametrize("lam", [1.0, 0.3])
def test_theory_loss_in_numpy_loops(lam):
    """‖C − I‖² with C = (z1ᵀz2 + z2ᵀz1) / 2n, not centred; gradient by its own formula."""
    z1, z2 = pair(n=7, d=3)
    a, b = z1.detach().numpy(), z2.detach().numpy()
    n, d = a.shape
    C = np.zeros((d, d))
    for j in range(d):
        for k in range(d):
            C[j, k] = sum(a[i, j] * b[i, k] + b[i, j] * a[i, k] for i in range(n)) / (2 * n)
    weight = np.where(np.eye(d) == 1, 1.0, lam)
    residual = weight * (C - np.eye(d))

    value, gradient = value_and_gradient(
        lambda x, y: losses.barlow_twins(x, y, lam=lam, normalize=False), z1, z2
    )
    assert value == pytest.approx(np.sum(residual * (C - np.eye(d))), rel=1e-12)
    # d/dz1 of Σ w (C − I)² is 2 z2 [w(C − I)] / n, because C and w are symmetric.
    np.testing.assert_allclose(gradient[0], 2 * b @ residual / n, rtol=1e-11)
    np.testing.assert_allclose(gradient[1], 2 * a @ residual / n, rtol=1e-11)


@each_loss
def test_gradient_equals_central_differences(loss):
    """Independent of any autograd formula. The error of the difference is about h² = 1e-10."""
    z1, z2 = pair(n=5, d=3, scale=0.6)
    _, gradient = value_and_gradient(loss, z1, z2)
    h = 1e-5
    numeric = torch.zeros_like(gradient)
    base = torch.stack([z1.detach(), z2.detach()])
    for index in np.ndindex(*base.shape):
        up, down = base.clone(), base.clone()
        up[index] += h
        down[index] -= h
        numeric[index] = (loss(*up) - loss(*down)) / (2 * h)
    torch.testing.assert_close(
        gradient, numeric, rtol=1e-6, atol=1e-8 * float(gradient.abs().max())
    )


# --- properties --------------------------------------------------------------------------------


@each_loss
def test_order_of_the_views_and_of_the_pairs_does_not_matter(loss):
    z1, z2 = pair()
    order = torch.randperm(len(z1), generator=torch.Generator().manual_seed(3))
    value, gradient = value_and_gradient(loss, z1, z2)
    swapped, swapped_gradient = value_and_gradient(loss, z2, z1)
    assert swapped == pytest.approx(value, rel=1e-13)
    torch.testing.assert_close(swapped_gradient.flip(0), gradient, rtol=1e-10, atol=1e-13)
    assert loss(z1[order], z2[order]).item() == pytest.approx(value, rel=1e-12)


@each_loss
def test_inputs_stay_as_they_were(loss):
    z1, z2 = pair()
    before = [z.detach().clone() for z in (z1, z2)]
    loss(z1, z2).backward()
    assert all(torch.equal(z, old) for z, old in zip((z1, z2), before, strict=True))


def test_barlow_twins_does_not_see_shift_scale_or_common_sign_of_a_column():
    """Each view may be shifted and stretched on its own. With columns of std about 1 the 1e-5
    inside the batch-norm changes the result by less than 1e-4."""
    z1, z2 = pair(n=64)
    rng = np.random.default_rng(1)
    stretch1, stretch2, shift1, shift2 = torch.tensor(
        np.concatenate([rng.uniform(0.7, 5.0, size=(2, 5)), rng.normal(size=(2, 5))])
    )
    sign = torch.tensor([1.0, -1.0, 1.0, -1.0, -1.0], dtype=torch.float64)
    moved = losses.barlow_twins(sign * stretch1 * z1 + shift1, sign * stretch2 * z2 + shift2)
    assert moved.item() == pytest.approx(losses.barlow_twins(z1, z2).item(), rel=1e-4)


def test_barlow_twins_feels_its_eps_below_a_standard_deviation_of_3e_3():
    """Columns of variance exactly 1 and views 1 and 2 equal: scaled by a, C_jk becomes
    C_jk a² / (a² + 1e-5), so the loss is known in closed form."""
    z, _ = torch.linalg.qr(torch.randn(40, 6, generator=torch.Generator().manual_seed(0)).double())
    z = z - z.mean(0)
    z = z / z.std(0, correction=0)
    C = z.T @ z / 40
    measured, expected = [], []
    for a in (1.0, 0.1, 0.01, 0.001):
        shrunk = C * a**2 / (a**2 + 1e-5)
        off = shrunk.square().sum() - torch.diagonal(shrunk).square().sum()
        expected.append(float((torch.diagonal(shrunk) - 1).square().sum() + 0.0051 * off))
        measured.append(losses.barlow_twins(a * z, a * z).item())
    np.testing.assert_allclose(measured, expected, rtol=1e-9)
    # Nearly scale-free down to a = 0.1; at a = 0.001 each diagonal entry has fallen to 1/11.
    assert measured[1] - measured[0] < 1e-4
    assert measured[3] == pytest.approx(6 * (10 / 11) ** 2, rel=1e-3)


def test_theory_loss_counts_the_dimensions_that_are_missing():
    """Rank k with C a projection: the loss is d − k. Nothing at all: d."""
    for learned in range(5):
        z = torch.zeros(4, 4, dtype=torch.float64)
        z[:learned, :learned] = 2 * torch.eye(learned, dtype=torch.float64)  # zᵀz / 4 = I_learned
        value = losses.barlow_twins(z, z, lam=1.0, normalize=False).item()
        assert value == pytest.approx(4 - learned, abs=1e-14)


def test_theory_loss_accepts_a_single_pair():
    z = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    assert losses.barlow_twins(z, z, lam=1.0, normalize=False).item() == 1.0


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("n", [2, 3, 17])
def test_collapse_costs_nt_xent_the_log_of_the_number_of_candidates(n, normalize):
    z = torch.full((n, 4), 0.3, dtype=torch.float64, requires_grad=True)
    value, gradient = value_and_gradient(
        lambda a, b: losses.nt_xent(a, b, normalize=normalize), z, z
    )
    assert value == pytest.approx(np.log(2 * n - 1), rel=1e-13)
    assert gradient.abs().max() < 1e-14


def test_nt_xent_of_perfectly_separated_pairs():
    """n orthogonal pairs: −log of e^{1/T} / (e^{1/T} + 2n − 2)."""
    z = torch.eye(6, dtype=torch.float64)
    expected = -np.log(np.exp(2.0) / (np.exp(2.0) + 10))
    assert losses.nt_xent(z, z).item() == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("scale, temperature", [(30.0, 1.0), (1e4, 0.5)])
def test_nt_xent_where_exponentials_overflow(scale, temperature):
    """Similarities of ±1e3 to 1e9; the reference takes out the largest by hand. In the first two
    pairs the partners oppose each other, so the partner is the worst of all candidates."""
    z1, z2 = (z.detach().clone() for z in pair(scale=scale))
    z2[:2] = -z1[:2]
    z = torch.cat([z1, z2]).numpy()
    n = len(z1)
    total = 0.0
    for i in range(2 * n):
        others = [z[i] @ z[k] / temperature for k in range(2 * n) if k != i]
        partner = z[i] @ z[(i + n) % (2 * n)] / temperature
        total += max(others) + np.log(np.sum(np.exp(others - max(others)))) - partner
    value = losses.nt_xent(z1, z2, temperature=temperature, normalize=False).item()
    assert value == pytest.approx(total / (2 * n), rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e4])
def test_an_embedding_is_never_its_own_candidate(scale):
    """The corners of a tetrahedron: every other row is equally far, so the loss is log 3 however
    negative all similarities are. A row that competed with itself would win by far."""
    corners = torch.tensor([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]).double() * scale
    value = losses.nt_xent(corners[:2], corners[2:], normalize=False).item()
    assert value == pytest.approx(np.log(3), rel=1e-12)


def test_nt_xent_is_exactly_free_of_scale_and_its_gradient_is_not():
    z1, z2 = pair()
    value, gradient = value_and_gradient(losses.nt_xent, z1, z2)
    for scale in (1e-8, 1e-3, 1e4):
        scaled, scaled_gradient = value_and_gradient(losses.nt_xent, scale * z1, scale * z2)
        assert scaled == pytest.approx(value, rel=1e-12)
        torch.testing.assert_close(scaled_gradient * scale, gradient, rtol=1e-9, atol=1e-12)


def test_collapse_costs_vicreg_its_variance_weight():
    """All embeddings equal: the other two terms are 0, every std is √eps = 0.01."""
    z = torch.full((8, 3), 2.0, dtype=torch.float64, requires_grad=True)
    value, gradient = value_and_gradient(losses.vicreg, z, z)
    assert value == pytest.approx(25 * 0.99, rel=1e-13)
    assert torch.equal(gradient, torch.zeros_like(gradient))


def test_each_weight_of_vicreg_belongs_to_its_own_term():
    z1, z2 = pair(scale=0.5)
    terms = {}
    for name in ("invariance", "variance", "covariance"):
        only = {"invariance": 0.0, "variance": 0.0, "covariance": 0.0, name: 1.0}
        terms[name] = losses.vicreg(z1, z2, **only).item()
    assert min(terms.values()) > 1e-3
    assert losses.vicreg(z1, z2, 2.0, 3.0, 5.0).item() == pytest.approx(
        2 * terms["invariance"] + 3 * terms["variance"] + 5 * terms["covariance"], rel=1e-13
    )
    assert losses.vicreg(z1, z1, variance=0.0, covariance=0.0).item() == 0.0
    wide = torch.eye(4, dtype=torch.float64) * 10
    assert losses.vicreg(wide, wide, covariance=0.0).item() == 0.0  # every std above 1


def test_collapse_costs_the_spectral_contrastive_loss_nothing_and_orthogonal_pairs_pay():
    """Zero embeddings: 0. Pairs along axes of their own, of length r: −2r²."""
    assert losses.spectral_contrastive(torch.zeros(4, 3), torch.zeros(4, 3)) == 0
    z = 1.5 * torch.eye(5, dtype=torch.float64)
    assert losses.spectral_contrastive(z, z).item() == pytest.approx(-4.5, rel=1e-14)


def test_sigreg_of_gaussian_quantiles_is_the_closed_form():
    """p = Φ⁻¹ at evenly spaced shares, of variance v: √2π ((1+2v)^−½ − 2(2+v)^−½ + 3^−½) n.

    With 10,000 quantiles and knots up to 12 the characteristic function is right to 1e-4; the
    statistic at v = 1 is 0 up to that squared."""
    n = 10_000
    p = torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)[:, None]
    one = torch.ones(1, 1, dtype=torch.float64)
    for v in (0.01, 0.5, 1.0, 4.0):
        got = losses.sigreg(v**0.5 * p, one, knots=200, reach=12.0).item() / n
        terms = (1 + 2 * v) ** -0.5 - 2 * (2 + v) ** -0.5 + 3**-0.5
        assert got == pytest.approx(np.sqrt(2 * np.pi) * terms, abs=2e-4)


def test_sigreg_of_one_direction_sees_nothing_of_what_is_at_a_right_angle():
    z, _ = (part.detach() for part in pair())
    along = torch.eye(5, dtype=torch.float64)[:, [2]]
    moved = z.clone()
    moved[:, [0, 1, 3, 4]] *= 7
    assert losses.sigreg(moved, along).item() == losses.sigreg(z, along).item()
    assert losses.sigreg(2 * z, along).item() != losses.sigreg(z, along).item()


def test_lejepa_is_its_two_parts():
    z1, z2 = (part.detach() for part in pair())
    a = directions(z1)
    assert losses.lejepa(z1, z2, a, weight=0.0).item() == pytest.approx(
        ((z1 - z2) ** 2).mean().item() / 4, rel=1e-14
    )
    both = (losses.sigreg(z1, a) + losses.sigreg(z2, a)).item() / 2
    assert losses.lejepa(z1, z2, a, weight=1.0).item() == pytest.approx(both, rel=1e-14)


# --- a small embedding: each loss grows as the theory of small embeddings says ------------------


@pytest.fixture
def linear_model():
    """Pictures x1, x2 (n, m), centred on their mean, and a small map W (d, m)."""
    rng = np.random.default_rng(5)
    shared = rng.normal(size=(40, 6)) * np.array([2.0, 1.5, 1.0, 0.7, 0.5, 0.3])
    x1, x2 = (shared + 0.3 * rng.normal(size=shared.shape) for _ in range(2))
    mean = (x1.mean(0) + x2.mean(0)) / 2
    W = 1e-6 * rng.normal(size=(3, 6))
    return x1 - mean, x2 - mean, W


def descent(loss, x1, x2, W):
    """−dL/dW at W, by autograd."""
    W = torch.tensor(W, requires_grad=True)
    value = loss(torch.tensor(x1) @ W.T, torch.tensor(x2) @ W.T)
    return -torch.autograd.grad(value, W)[0].numpy()


def moments(x1, x2):
    """Γ and Σ, the cross-moment and the mean second moment of the two views."""
    n = len(x1)
    return (x1.T @ x2 + x2.T @ x1) / (2 * n), (x1.T @ x1 + x2.T @ x2) / (2 * n)


def test_barlow_twins_pulls_a_small_map_by_4_gamma(linear_model):
    x1, x2, W = linear_model
    gamma, _ = moments(x1, x2)
    got = descent(lambda a, b: losses.barlow_twins(a, b, lam=1.0, normalize=False), x1, x2, W)
    # The cubic term −4WΓWᵀWΓ is smaller by |W|² Γ, here 1e-11.
    np.testing.assert_allclose(got, 4 * W @ gamma, rtol=1e-8)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
@pytest.mark.parametrize("shift", [0.0, 0.8])
def test_nt_xent_with_dot_products_centres_by_itself(linear_model, shift, temperature):
    """dW/dt = (2/τ) W [Γ − 2n/(2n−1) x̄x̄ᵀ + Σ/(2n−1)], so an eigenvalue grows at twice that."""
    x1, x2, W = linear_model
    x1, x2 = x1 + shift, x2 + shift
    gamma, sigma = moments(x1, x2)
    two_n = 2 * len(x1)
    mean = (x1.mean(0) + x2.mean(0)) / 2
    operator = gamma - two_n / (two_n - 1) * np.outer(mean, mean) + sigma / (two_n - 1)
    got = descent(
        lambda a, b: losses.nt_xent(a, b, temperature=temperature, normalize=False), x1, x2, W
    )
    # Absolute part: softmax sums to 1 up to rounding, 1e-16 of terms of size |W|.
    np.testing.assert_allclose(got, 2 / temperature * W @ operator, rtol=1e-6, atol=1e-13)


def test_vicreg_pulls_a_small_map_by_the_covariance_of_the_views(linear_model):
    """dW/dt = W [(μ/√ε − 4ν) Σ + 4ν Γ] / d with variance weight μ and invariance weight ν, where
    the Σ that multiplies μ/√ε is the covariance of each view with n − 1, averaged."""
    x1, x2, W = linear_model
    gamma, sigma = moments(x1, x2)
    spread = (np.cov(x1.T) + np.cov(x2.T)) / 2
    mu, nu, eps, d = 25.0, 10.0, 0.01, len(W)
    operator = (mu / np.sqrt(eps) * spread - 4 * nu * sigma + 4 * nu * gamma) / d
    got = descent(lambda a, b: losses.vicreg(a, b, nu, mu, 10.0, eps=eps), x1, x2, W)
    np.testing.assert_allclose(got, W @ operator, rtol=1e-8)


@pytest.mark.parametrize("shift", [0.0, 0.8])
def test_the_spectral_contrastive_loss_pulls_as_barlow_twins_does_and_centres_nothing(
    linear_model, shift
):
    x1, x2, W = linear_model
    x1, x2 = x1 + shift, x2 + shift
    gamma, _ = moments(x1, x2)
    got = descent(losses.spectral_contrastive, x1, x2, W)
    # The cubic term is smaller by |W|² Σ, here 1e-11.
    np.testing.assert_allclose(got, 4 * W @ gamma, rtol=1e-8)


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_lejepa_pulls_a_small_map_by_the_second_moment_and_pushes_the_mean(linear_model, shift):
    """dW/dt = W [2λn (aΣ − b mean(x̄x̄ᵀ)) − (1−λ)(Σ − Γ)] / d for orthonormal bases as directions,
    a = ∫ t² (1 − φ) φ dt and b = ∫ t² φ dt by the loss's own knots, φ = e^{−t²/2}."""
    x1, x2, W = linear_model
    x1, x2 = x1 + shift, x2 + shift
    gamma, sigma = moments(x1, x2)
    t = np.linspace(-3, 3, 33)
    phi = np.exp(-(t**2) / 2)
    a, b = trapezoid(t**2 * (1 - phi) * phi, t), trapezoid(t**2 * phi, t)
    means = sum(np.outer(x.mean(0), x.mean(0)) for x in (x1, x2)) / 2
    n, d, weight = len(x1), len(W), 0.05
    operator = 2 * weight * n * (a * sigma - b * means) - (1 - weight) * (sigma - gamma)
    rng = np.random.default_rng(1)
    bases = np.hstack([np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2)])
    got = descent(lambda z1, z2: losses.lejepa(z1, z2, torch.tensor(bases)), x1, x2, W)
    # 1 − cos of an angle of 1e-6 has four digits left; they add up over the pictures.
    np.testing.assert_allclose(got, W @ operator / d, rtol=1e-6, atol=1e-6 * np.abs(got).max())


# --- numbers that are hard on floating point ----------------------------------------------------


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1.0, 1e4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@each_loss
def test_no_scale_gives_nan_in_value_or_gradient(loss, dtype, scale):
    z1, z2 = pair(n=32, d=8, scale=scale, dtype=dtype)
    value, gradient = value_and_gradient(loss, z1, z2)
    assert np.isfinite(value)
    assert torch.isfinite(gradient).all()
    assert gradient.abs().max() > 0
    assert gradient.dtype == dtype


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1.0, 1e4])
@each_loss
def test_float32_agrees_with_float64(loss, scale):
    """Values to 1e-4: float32 keeps 7 digits and the losses subtract numbers of equal size."""
    exact, _ = value_and_gradient(loss, *pair(n=32, d=8, scale=scale))
    single, _ = value_and_gradient(loss, *pair(n=32, d=8, scale=scale, dtype=torch.float32))
    assert single == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@each_loss
def test_rows_and_columns_of_zeros_give_finite_gradients(loss, dtype):
    z1, z2 = (z.detach().clone() for z in pair(n=8, d=4, dtype=dtype))
    z1[2] = z2[2] = 0
    z1[5] = 0
    z1[:, 1] = z2[:, 1] = 0
    for a, b in ((z1, z2), (torch.zeros_like(z1), torch.zeros_like(z2))):
        value, gradient = value_and_gradient(loss, a, b)
        assert np.isfinite(value)
        assert torch.isfinite(gradient).all()
        assert gradient.abs().max() < 1e3  # of order one, not 1/tiny


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@each_loss
def test_nan_and_infinity_come_out_as_a_loss_that_is_not_finite(loss, bad):
    z1, z2 = (z.detach().clone() for z in pair())
    z1[3, 1] = bad
    assert not torch.isfinite(loss(z1, z2))


@pytest.mark.parametrize(
    "loss",
    [
        losses.barlow_twins,
        losses.nt_xent,
        losses.vicreg,
        losses.spectral_contrastive,
        LOSSES["lejepa"],
    ],
)
def test_autocast_around_the_backward_pass_alone_changes_nothing(loss) -> None:
    z1, z2 = torch.randn(2, 8, 3, generator=torch.Generator().manual_seed(0))
    z1.requires_grad_()
    value = loss(z1, z2)
    wanted = torch.autograd.grad(value, z1, retain_graph=True)[0]
    hessian = torch.func.hessian(loss)(z1.detach(), z2)
    with torch.autocast("cpu", torch.bfloat16):
        found = torch.autograd.grad(value, z1)[0]
        again = torch.func.hessian(loss)(z1.detach(), z2)
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(again, hessian)


def test_what_is_out_of_the_range_of_the_embeddings_type_is_refused() -> None:
    z = torch.eye(3)
    with pytest.raises(ValueError, match=r"lam is 1e\+60, which is out of the range of"):
        losses.barlow_twins(z, z, lam=1e60)
    with pytest.raises(ValueError, match="temperature is 1e-45, which is out of the range"):
        losses.nt_xent(z, z, temperature=1e-45)
    assert losses.barlow_twins(z.double(), z.double(), lam=1e60).isfinite()
    with pytest.raises(TypeError, match="z2 is sparse"):
        losses.vicreg(z, z.to_sparse())
