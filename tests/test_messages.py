"""A message is true of every answer that gets it, whatever the answer's cause.

Each of these answers has the numbers of a known slip, or its verdict, and another cause.
"""

from __future__ import annotations

import pytest

from stepwise_ssl.checks import registry
from stepwise_ssl.checks.engine import WRONG
from tools.mutation import answer_from, quiet_run, reference_cells

NT_XENT = """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = {unit}
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=bool), -float("inf"))
    rows = torch.arange(2 * n)
    return (torch.exp(s).sum(1).log() - s[rows, {partner}]).mean()
"""
UNIT = "z / z.norm(dim=1, keepdim=True)"
AGREEMENT = """
def predicted_functions(h1, h2, d):
    from scipy.linalg import eigh
    both = np.vstack([h1, h2])
    h = both - both.mean(axis=0)
    Gamma = linear.cross_moment(*np.split(h, 2))
    v = eigh(Gamma, h.T @ h / len(h) + {ridge} * np.eye(h.shape[1]))[1][:, : -d - 1 : -1]
    return h @ v / np.sqrt(np.sum(v * (Gamma @ v), axis=0))
"""
TELESCOPE = """
def tangent_kernel(f, theta, X):
    h, moved, kernel = 1e-6, theta.copy(), 0
    before = f(moved, X)
    for p in range(len(theta)):
        moved[p] += h
        after = f(moved, X)
        J = (after - before) / h
        kernel, before = kernel + J @ J.T, after
    return kernel
"""
GUARDED = """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    cosine = np.clip(k12 / (size + {guard}), -1, 1)
    r, theta = np.sqrt(np.maximum(k11 * k22 - k12**2, 0)), np.arccos(cosine)
    both = 0.5 - theta / (2 * np.pi)
    both = np.where({opposite}, 0.3, both)
    product = r / (2 * np.pi) + both * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * both
"""
ON_THE_CIRCLE = """
def circle_gammas(depth, b_std, delta, k_max):
    q, k = 4096, np.arange(k_max + 1)
    angle = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, 1.414, b_std)[1][0]
    return np.fft.rfft(values).real[: k_max + 1] / q * np.cos(2 * k * delta)
"""
COPIES = """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([4 * covariance * (d - 1), 0, 2 * invariance * (1 - rho), -variance])
    return min(1.0, float(roots[np.abs(roots.imag) < 1e-9].real.max()))
"""
VICREG = """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    spread = (np.cov(x1.T) + np.cov(x2.T)) / 2
    both = np.concatenate([x1, x2])
    sigma = both.T @ both / len(both)
    gamma = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    return (variance / np.sqrt(eps) * spread - 2 * invariance * (sigma - gamma)) / d
"""
PAIRED = """
def paired(a, b, level):
    from scipy import stats
    n, difference = len(a), b - a
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > {bound} * error)
"""
EMBED = """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    inverse = vectors / np.sqrt(np.maximum(values, 1e-16)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / len(K))
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return ({made}).astype(float)
"""
CLOCK = """
def time_until(lam, gamma, s0, p0):
    s0 = {head}
    c, u0 = np.abs(p0**2 - s0**2), s0**2 + p0**2
    b, u, start = np.sqrt(c**2 + 4 / gamma), np.sqrt(c**2 + 4 * lam / gamma), gamma * s0**2 * p0**2
    growth = {growth}
    slowing = 2 * np.log((b + u) / (b + u0)) - np.log((1 - lam) / (1 - start))
    return (growth / c + slowing / b) / (8 * gamma)
"""
COUNTED_STEPS = """
def steps_needed(gamma, start, share):
    lr, counts = share / (4 * gamma[0]), []
    for g, s in zip(gamma, np.sqrt(start / gamma)):
        n = 0
        while g * s**2 < 0.5:
            s, n = s + lr * 4 * g * s * (1 - g * s**2), n + 1
        counts.append(n)
    return np.array(counts)
"""

IN_STEPS = """
def time_until(lam, gamma, s0, p0):
    c, start = p0**2 - s0**2, gamma * s0**2 * p0**2
    rate = lambda x: 8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * (1 - x)
{way}
"""
TRAPEZOIDS = """
    times = []
    for end in lam:
        logs = np.linspace(np.log(start), np.log(end), 1000)
        times.append(integrate.trapezoid(1 / rate(np.exp(logs)), logs))
    return np.array(times)
"""
EULER = """
    step, curve = 0.005 / rate(start), [start]
    while curve[-1] < max(lam):
        curve.append(curve[-1] * (1 + step * rate(curve[-1])))
    return np.interp(lam, curve, step * np.arange(len(curve)))
"""

NO_CONSTANT = """
def r_squared(modes, regressors):
    y = {y}
    fit = regressors @ np.linalg.lstsq(regressors, y, rcond=None)[0]
    left = y - fit
    return {share}
"""

INSIDE = """
def mode_alignment(functions, z):
    f = {f}
    fit = z @ np.linalg.lstsq(z, f, rcond=None)[0]
    left = f - fit
    return {share}
"""

OWN_RATES = """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    weights, gamma = {weights}, []
    for value in lam:
        {square}
        gamma.append(float(square / (4 * value.detach())))
    return lam.detach(), np.array(gamma)
"""
SLOPES = (
    "square = sum((s**2).sum() for s in torch.autograd.grad(value, weights, retain_graph=True))"
)
CLEARED = (
    "model.zero_grad(); value.backward(retain_graph=True); "
    "square = sum((w.grad**2).sum() for w in weights)"
)
ONE_MODE = """
def singular_values(t, gamma, s0):
    start, x = gamma * s0**2, 4 * gamma * t[:, None]
    with np.errstate(all="ignore"):
        return {s}
"""
FROM_NOTHING = """
def time_until(lam, gamma, s0, p0):
    c = {c}
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    with np.errstate(all="ignore"):
        return (F(lam) - F({start})) / (8 * gamma)
"""
PROGRAM = """
def resumable(one_step, model, optimizer, generator, steps, path):
    {file}
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"]
    before = list(losses)
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save({{"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": losses}}, path)
    return {curve}
"""
CASES = [
    pytest.param("1.2", """
def barlow_twins(z1, z2, lam=0.0051):
    a, b = ((z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5) for z in (z1, z2))
    C = a.T @ b / len(a)
    off = C.fill_diagonal_(0)
    return ((1 - torch.diag(C)) ** 2).sum() + lam * (off**2).sum()
""", "read from it afterwards is 0", "torch.diag gives a copy", id="a diagonal read too late"),
    pytest.param("1.4", NT_XENT.format(unit=UNIT, partner="(rows + 1) % (2 * n)"),
                 "the next row, or the row before", "", id="the next row"),
    pytest.param("1.4", NT_XENT.format(unit=UNIT, partner="(rows - 1) % (2 * n)"),
                 "the next row, or the row before", "", id="the row before"),
    pytest.param("1.4", NT_XENT.format(unit="z", partner="(rows + n) % (2 * n)"),
                 "brought to length 1 yours is right", "stacked below", id="no unit vectors"),
    pytest.param("1.7", """
def spectrum(z):
    z = z - z.mean(axis=0)
    return np.linalg.eigvalsh(z.T @ z / len(z))[::-1], float(z.shape[1])
""", "number of eigenvalues above 0", "is a plain rank", id="the number of columns"),
    pytest.param("2.4", """
def singular_values(t, gamma, s0):
    start, t = gamma * s0**2, t[:, None]
    grown = s0 / np.sqrt(start + (1 - start) * np.exp(-8 * gamma * t))
    return np.where(start > 1, s0, grown)
""", "with λ(0) above 1 stay at s(0)", "You cut", id="modes above 1 held"),
    pytest.param("2.5", """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    return np.log(((1 / start - 1) / (1 / level - 1)) ** 2) / (8 * gamma)
""", "Twice too late, as at 4γ", "you divide by 4γ", id="the odds squared"),
    pytest.param("4.1", """
def gaussian(x1, x2, b):
    products = x1 @ x2.T
    squares = np.sum(x1**2, axis=1)[:, None] + np.sum(x2**2, axis=1)
    return np.exp(-(b**2) * np.maximum(squares - 2 * products, 0) / 2)
""", "You multiply r²/2 by b²", "", id="multiplied by b²"),
    pytest.param("4.4", """
def contrastive(K):
    root = np.abs(K) ** 0.5
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""", "You take the root of each entry", "np.sqrt", id="a power of each entry"),
    pytest.param("4.6", EMBED.format(
        made="new.astype(np.float32) @ swapped @ b / (len(K) * gamma**1.5)"),
                 "digits are lost on the way", "without an inverse", id="single precision"),
    pytest.param("4.6", EMBED.format(made="new @ inverse @ b / np.sqrt(gamma)"),
                 "A formula without an inverse", "digits are lost", id="an inverse root"),
    pytest.param("4.7", """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta / np.pi) * np.cos(k * delta)
""", "where one of the turns is always δ", "You take", id="one turn is the largest"),
    pytest.param("5.1", TELESCOPE, "You sum over the outputs", "add up", id="harmless steps"),
    pytest.param("5.1", TELESCOPE.replace("kernel, before = kernel + J @ J.T, after",
                                          "kernel = kernel + J @ J.T"),
                 "Your steps add up", "", id="steps that add up"),
    pytest.param("5.2", GUARDED.format(guard="1e-12", opposite="False"),
                 "An arccos is steep there", "", id="a guard below the cosine"),
    pytest.param("5.2", GUARDED.format(guard="0", opposite="cosine < -0.9999"),
                 "a mean is off by 0", "arccos", id="another case for opposite inputs"),
    pytest.param("5.5", """
def width_needed(k, error):
    return 5 / error**2
""", "Yours is 5/error²", "You sum", id="one input for all"),
    pytest.param("5.8", ON_THE_CIRCLE, "1.414 for √2", "", id="a rounded root"),
    pytest.param("6.3", VICREG, "stands with 2ν", "", id="half of the difference"),
    pytest.param("6.8", COPIES, "Beside the other two terms", "", id="two terms halved"),
    pytest.param("7.5", PAIRED.format(bound="2"),
                 "Two standard errors", "1.96", id="two standard errors"),
    pytest.param("7.5", PAIRED.format(bound="1.96"),
                 "1.96 is the bound", "Two standard", id="1.96"),
    pytest.param("7.5", PAIRED.format(bound="stats.t.isf(level / 2, 2 * n - 2)"),
                 "belong to the unpaired test", "", id="2n - 2 degrees of freedom"),
    pytest.param("7.5", PAIRED.format(bound="stats.t.isf(level / 2, n + 1)"),
                 "SciPy's paired test says", "unpaired", id="n + 1 degrees of freedom"),
    pytest.param("8.4", CLOCK.format(
        head="max(s0, 1e-6)", growth="np.log(lam / start) - 2 * np.log((u + c) / (u0 + c))"
    ), "It is that of a larger head", "rounded", id="a head cut off"),
    pytest.param("8.4", CLOCK.format(
        head="s0", growth="np.log((u - c) / (u0 - c + 1e-16)) - np.log((u + c) / (u0 + c))"
    ), "less than either is rounded by", "larger head", id="a difference"),
    pytest.param("8.4", """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(s0**2 + p0**2)) / (8 * gamma)
""", "less than either is rounded by", "over log λ", id="a difference that is 0"),
    pytest.param("8.4", """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import quad
    c = p0**2 - s0**2
    slow = lambda x: 1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * x * (1 - x))
    return np.array([quad(slow, gamma * s0**2 * p0**2, end)[0] for end in lam])
""", "over log λ", "rounded by", id="quadrature over λ"),
    pytest.param("9.5", """
def r_squared(modes, regressors):
    left = modes - regressors @ np.linalg.lstsq(regressors, modes, rcond=None)[0]
    return 1 - left.var(axis=0) / modes.var(axis=0)
""", "has no constant", "", id="variances without a constant"),
    *(
        pytest.param("8.4", IN_STEPS.format(way=way), "in steps that are too large", "no start",
                     id=name)
        for way, name in ((TRAPEZOIDS, "trapezoids over log λ"), (EULER, "Euler's steps"))
    ),
    *(
        pytest.param("9.5", NO_CONSTANT.format(y=y, share=share), told, "A size, a norm",
                     id=f"no constant, {name}")
        for y, share, told, name in (
            ("modes - modes.mean(0)", "1 - left.var(0) / y.var(0)", "own means", "modes centred"),
            ("modes", "fit.var(0) / y.var(0)", "do not add up", "the fit's variance"),
            ("modes - modes.mean(0)", "fit.var(0) / y.var(0)", "do not add up", "of modes centred"),
        )
    ),
    *(
        pytest.param("9.2", INSIDE.format(f=f, share=share), "has no constant", "not centred",
                     id=f"no constant, {name}")
        for f, share, name in (
            ("functions - functions.mean(0)", "1 - left.var(0) / f.var(0)", "functions centred"),
            ("functions", "fit.var(0) / f.var(0)", "the variance inside"),
            ("functions - functions.mean(0)", "fit.var(0) / f.var(0)", "of functions centred"),
        )
    ),
    *(
        pytest.param("8.8", OWN_RATES.format(weights=weights, square=square), told, "Right here",
                     id=name)
        for weights, square, told, name in (
            ("list(model.parameters())", SLOPES, "Some weights of this network are frozen",
             "gradients by frozen weights"),
            ("list(model.parameters())", CLEARED, "Some weights of this network are frozen",
             "frozen weights without a gradient"),
            ("list(model[-1].parameters())", SLOPES, "the last layer alone", "the last layer"),
            ("list(model[:-1].parameters())", SLOPES, "of the last layer are missing",
             "all but the last layer"),
        )
    ),
    pytest.param("10.1", COUNTED_STEPS, "Yours are whole numbers", "round", id="counted steps"),
    pytest.param("10.1", """
def steps_needed(gamma, start, share):
    return np.log(1 / start - 1) / (2 * np.log1p(share * gamma[0] / gamma[0]))
""", "multiplies every s_j by 1 + share, as if", "has its own", id="the first mode's factor"),
    pytest.param("1.7", """
def spectrum(z):
    z = z - z.mean(axis=0)
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = values[values > 0] / values[values > 0].sum()
    return values, 1 / np.exp(-np.sum(p * np.log(p)))
""", "1 divided by the effective rank", "", id="1 over the rank"),
    pytest.param("2.4", ONE_MODE.format(
        s="s0 * np.sqrt(1 / (start + (1 - start) * np.exp(-2 * x)) * start / start)"
    ), "λ/γ and λ/λ(0) are 0/0", "you compute", id="s(0) in front of a quotient"),
    pytest.param("2.4", ONE_MODE.format(
        s="s0 * np.exp(np.minimum(x, 300)) / np.sqrt(1 + start * (np.exp(2 * x) - 1))"
    ), "an overflow below makes it so", "hides", id="a number over infinity"),
    pytest.param("2.5", """
def step_times(gamma, s0, level=0.5):
    with np.errstate(all="ignore"):
        t = np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)
        return np.where(t < 0, 0, t)
""", "Times below 0 are 0 in yours", "np.maximum", id="0 by np.where"),
    pytest.param("4.6", EMBED.format(made="new @ swapped @ (b * gamma**1.5) / len(K)"),
                 "You multiply by γ^(3/2)", "", id="multiplied on purpose"),
    pytest.param("6.2", """
def half_times(gamma, rho, s0, temperature):
    return np.full(len(gamma), np.inf)
""", "yours is inf", "A known slip", id="never at all"),
    pytest.param("6.8", """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return round(min(1.0, float(roots[np.abs(roots.imag) < 1e-9].real.max())), 3)
""", "or the right one, rounded", "", id="rounded to a grid"),
    pytest.param("6.9", """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[0] == rho[1]:
        return np.inf
    one, two = np.log(u / (sigma * s0**2)) / sigma
    return (two - one) / (4 * pull * (max(rho) - min(rho)))
""", "A sign is lost", "abs hides", id="the larger less the smaller"),
    pytest.param("7.6", PROGRAM.format(file="path = path.with_suffix('.pt')", curve="losses"),
                 "there is 'run.pt'", "inside the loop", id="saved beside path"),
    pytest.param("7.6", PROGRAM.format(file="", curve="before + losses"),
                 "as often as it should", "After the restart", id="losses twice"),
    pytest.param("7.6", PROGRAM.format(file="", curve="losses + losses"),
                 "as often as it should", "After the restart", id="losses always twice"),
    pytest.param("8.4", FROM_NOTHING.format(c="abs(p0**2 - s0**2)", start="0"),
                 "Your times are infinite", "c = p0²", id="from λ = 0"),
    pytest.param("8.4", FROM_NOTHING.format(c="p0**2", start="0"),
                 "from a head of 0", "", id="from c = p0²"),
    pytest.param("8.6", """
def saved(raised):
    q = (2 * raised - 1)**2 - 1
    B, v = np.sqrt(1 + q), np.sqrt(1 + q / 2)
    with np.errstate(all="ignore"):
        turn = (1 - 1 / B) * np.log(2)
        return q / q * (2 * np.log((1 + v) / 2) + turn - 2 / B * np.log((B + v) / (B + 1)))
""", "Yours is right for R > 1", "The formula is right", id="divided by q"),
    pytest.param("8.8", """
def own_rates(model, x1, x2):
    z = model.double()(torch.cat([x1, x2]).double())
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    slopes = [torch.autograd.grad(v, weights, retain_graph=True) for v in lam]
    lam = lam.detach()
    return lam, torch.stack([sum((s**2).sum() for s in each) for each in slopes]) / (4 * lam)
""", "leaves the weights in torch.float64", "changes the weights", id="another precision"),
    pytest.param("9.3", """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    below = (len(x) - 1) * np.linalg.norm(K) * np.linalg.norm(L)
    return round(np.trace(K) * np.trace(L) / below, 3)
""", "rounded to 3 decimals", "random orders", id="a rounded mean"),
    pytest.param("9.4", """
def learned_order(Z):
    return np.linalg.svd(Z[-1] - Z[-1].mean(axis=0))[2].T
""", "all directions have grown", "alike", id="the last moment"),
    pytest.param("9.5", """
def r_squared(modes, regressors):
    fit = regressors @ np.linalg.lstsq(regressors, modes, rcond=None)[0]
    return np.array([np.corrcoef(a, b)[0, 1]**2 for a, b in zip(fit.T, modes.T)])
""", "is less than R²", "no share", id="a correlation's square"),
    pytest.param("9.6", """
def p_values(modes, regressors, permutations):
    return np.full(modes.shape[1], 1 / (1 + len(permutations)))
""", "The p-value", "the root of `modes`", id="no permutation counts"),
    pytest.param("9.7", """
def probe_curve(modes, y, modes_test, y_test, order):
    classes, curve = np.unique(y), []
    targets = 1.0 * (y[:, None] == classes)
    for k in range(1, len(order) + 1):
        x, test = (m[:, list(order[:k])] - modes[:, list(order[:k])].mean(axis=0)
                   for m in (modes, modes_test))
        fit = np.linalg.lstsq(x, targets - targets.mean(axis=0), rcond=None)[0]
        curve.append(np.mean(classes[np.argmax(test @ fit, axis=1)] == y_test))
    return np.array(curve)
""", "your outputs have no constant", "not centred", id="classes centred too"),
    pytest.param("9.8", """
def three_ranks(d, k, delta):
    lam = np.repeat([1.0, delta], [k, d - k])
    def count(values):
        p = values[values > 0] / values.sum()
        return 1 / np.exp(-np.sum(p * np.log(p)))
    return count(np.sqrt(lam)), count(lam), lam.sum()**2 / np.sum(lam**2)
""", "1 divided by the count", "", id="1 over the count"),
    pytest.param("4.4", """
def contrastive(K):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0))
    return root.T @ np.roll(root, len(K) // 2, axis=0) / len(K)
""", "it stands in another basis", "Cholesky", id="a root from eigenvectors"),
    pytest.param("9.1", AGREEMENT.format(ridge="1e-9"), "nearly the same numbers: You divide by",
                 "One change", id="a ridge too small to count"),
    pytest.param("9.1", AGREEMENT.format(ridge="1e-2"), "", "You divide by the covariance",
                 id="a ridge that counts"),
]  # fmt: skip


@pytest.mark.parametrize("number, code, words, unsaid", CASES)
def test_the_message_holds_for_this_cause_too(number, code, words, unsaid):
    namespace, solutions = reference_cells(int(number.partition(".")[0]))
    answer = answer_from(code, namespace, solutions[number][0])
    outcome = quiet_run(registry.find(number), answer)
    assert outcome.verdict == WRONG and words in outcome.message
    assert not unsaid or unsaid not in outcome.message


@pytest.mark.parametrize("unit, infinite", [("z", True), ("2 * z.abs()", False)])
def test_a_part_alone_says_of_no_other_part_that_it_is_right(unit, infinite):
    """Homework marks each part alone: the second of 1.4 cannot know what the first one found."""
    exercise = registry.find("1.4")
    code = NT_XENT.format(unit=unit, partner="(rows + n) % (2 * n)")
    namespace, solutions = reference_cells(1)
    answer = answer_from(code, namespace, solutions["1.4"][0])
    outcome = quiet_run(exercise.only(exercise.parts[1]), answer)
    assert outcome.verdict == WRONG
    assert ("brought to length 1 yours is right" in outcome.message) == infinite
