"""Round 7: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "collapse taken for complete, as in the run before": """
eigenvalues_left = 0
""",
        "three groups of copies remembered from a run of Barlow Twins": """
eigenvalues_left = 3
""",
    },
    "1.2": {
        "square of the trace in place of the sum of the squared diagonal": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    C = a.T @ b / n
    on = ((1 - torch.diagonal(C)) ** 2).sum()
    off = (C**2).sum() - torch.trace(C) ** 2
    return on + lam * off
""",
        "both views normalised with the mean and variance of the stack": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    both = torch.cat([z1, z2])
    both = (both - both.mean(0)) / torch.sqrt(both.var(0, correction=0) + 1e-5)
    C = both[:n].T @ both[n:] / n
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
    },
    "1.3": {
        "price of one group only, not of all k": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * g * (g - 1)
""",
        "copies compared with the first of their group only, right for groups of two": """
def copies_loss(d, k, lam):
    superfluous = d // k - 1
    return lam * k * 2 * superfluous
""",
    },
    "1.4": {
        "own similarity set to minus one, the least a cosine can be": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    s = z @ z.T
    s = torch.where(torch.eye(2 * n, dtype=torch.bool), -torch.ones_like(s), s)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s / temperature, partner)
""",
        "strangers only from the other view, as for pictures and texts": """
def nt_xent(z1, z2, temperature=0.5):
    a = torch.nn.functional.normalize(z1, dim=1)
    b = torch.nn.functional.normalize(z2, dim=1)
    logits = a @ b.T / temperature
    place = torch.arange(len(a))
    there = torch.nn.functional.cross_entropy(logits, place)
    back = torch.nn.functional.cross_entropy(logits.T, place)
    return (there + back) / 2
""",
    },
    "1.8": {
        "C - 1 takes one from every entry, not only from the diagonal": """
def staircase(x1, x2, W, lr, steps):
    n = len(x1)
    W = W.detach().clone().requires_grad_(True)
    losses_seen, spectrum = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - 1) ** 2).sum()
        losses_seen.append(loss.item())
        spectrum.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_(True)
    spectrum = np.array(spectrum)
    passed = spectrum >= 0.5
    first = np.where(passed.any(axis=0), passed.argmax(axis=0), np.inf)
    return np.array(losses_seen), spectrum, first
""",
        "step after the last record below one half, so the last crossing and not the first": """
def staircase(x1, x2, W, lr, steps):
    n = len(x1)
    eye = torch.eye(len(W), dtype=W.dtype)
    W = W.detach().clone().requires_grad_(True)
    losses_seen, spectrum = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - eye) ** 2).sum()
        losses_seen.append(loss.item())
        spectrum.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_(True)
    spectrum = np.array(spectrum)
    below = spectrum < 0.5
    last = np.where(below.any(axis=0), steps - below[::-1].argmax(axis=0), -1)
    first = np.where(last == steps, np.inf, last + 1.0)
    return np.array(losses_seen), spectrum, first
""",
    },
    "2.2": {
        "Gamma lost at the right end": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W
""",
        "weight put on the entry before it is squared, right for weight 0 and 1": """
def gradient(W, Gamma, lam=1.0):
    d = len(W)
    weight = np.where(np.eye(d) == 1, 1.0, lam)
    residual = weight * (W @ Gamma @ W.T - np.eye(d))
    return 4 * (weight * residual) @ W @ Gamma
""",
    },
    "2.3": {
        "rate of the eigenvalue in place of the rate of s": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam)
""",
        "matrix product of two vectors, so all modes share one bracket": """
def ds_dt(s, gamma):
    S_Lambda_S = s @ (gamma * s)
    return -4 * (S_Lambda_S - 1) * s * gamma
""",
    },
    "2.4": {
        "one minus the start taken as one, as for a tiny start": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    grows = gamma > 0
    under = np.where(grows, lam0 + e, 1 + lam0 * e)
    return s0 * np.where(grows, 1.0, np.sqrt(e)) / np.sqrt(under)
""",
        "modes that do not grow are left where they start": """
def singular_values(t, gamma, s0):
    g = np.maximum(gamma, 0)
    lam0 = g * s0**2
    e = np.exp(-8 * g * np.asarray(t)[:, None])
    return s0 / np.sqrt(np.where(g > 0, lam0 + (1 - lam0) * e, 1.0))
""",
    },
    "2.5": {
        "absolute value of gamma in the start too, so negative modes get a time": """
def step_times(gamma, s0, level=0.5):
    size = np.abs(gamma)
    with np.errstate(divide="ignore", invalid="ignore"):
        lam0 = np.minimum(size * s0**2, level)
        time = np.log((1 / lam0 - 1) / (1 / level - 1)) / (8 * size)
    return np.where(size > 0, time, np.inf)
""",
        "moment when s passes the level, not gamma s squared": """
def step_times(gamma, s0, level=0.5):
    q = gamma * level**2
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        time = np.log((1 / lam0 - 1) / (1 / q - 1)) / (8 * gamma)
    never = (gamma <= 0) | (q >= 1)
    return np.where(s0 >= level, 0.0, np.where(never, np.inf, time))
""",
    },
    "2.8": {
        "rows of the eigenvector matrix taken for the modes": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    values, vectors = values[::-1], vectors[::-1]
    return vectors[:d] / np.sqrt(values[:d])[:, None]
""",
        "first d rows of the symmetric whitening matrix": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    good = values > 1e-12
    V = vectors[:, good]
    whiten = V / np.sqrt(values[good]) @ V.T
    return whiten[:d]
""",
    },
    "3.1": {
        "normalised over the times and not over the modes": """
def shares(t, Gamma, W0):
    gamma, modes = np.linalg.eigh(Gamma)
    gamma, modes = gamma[::-1], modes[:, ::-1]
    size = np.sum((W0 @ modes) ** 2, axis=0)
    grown = size * np.exp(8 * (gamma - gamma[0]) * np.asarray(t)[:, None])
    return grown / grown.sum(axis=0)
""",
        "softmax of the rates, as if the start had equal parts in all modes": """
def shares(t, Gamma, W0):
    gamma = np.linalg.eigvalsh(Gamma)[::-1]
    exponent = 8 * np.outer(t, gamma)
    exponent = exponent - exponent.max(axis=1, keepdims=True)
    grown = np.exp(exponent)
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "roots of the eigenvalues of the products": """
def starts(products):
    values = np.linalg.eigvalsh(products)[::-1]
    return np.sqrt(np.maximum(values, 0))
""",
        "parts along the raw earlier columns taken away, right for two modes": """
def starts(products):
    d = len(products)
    left = np.diag(products).copy()
    for j in range(d):
        for i in range(j):
            left[j] -= products[i, j] ** 2 / products[i, i]
    return np.sqrt(np.abs(left))
""",
    },
    "3.3": {
        "alpha not squared": """
def mean_step_times(gamma, alpha):
    k = np.arange(len(gamma), 0, -1)
    return -(np.log(gamma * alpha) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "digamma by two terms of its series for large numbers": """
def mean_step_times(gamma, alpha):
    half = np.arange(len(gamma), 0, -1) / 2
    psi = np.log(half) - 1 / (2 * half)
    return -(np.log(gamma) + 2 * np.log(alpha) + psi + np.log(2)) / (8 * gamma)
""",
    },
    "3.5": {
        "QR of the start itself and not of its columns along the modes": """
def limit_weights(Gamma, W0):
    d = len(W0)
    values, vectors = np.linalg.eigh(Gamma)
    gamma, V = values[::-1][:d], vectors[:, ::-1][:, :d]
    Q, R = np.linalg.qr(W0)
    U = Q * np.sign(np.diag(R))
    return U / np.sqrt(gamma) @ V.T
""",
        "Gram-Schmidt begins with the slowest mode, the order of eigh": """
def limit_weights(Gamma, W0):
    d = len(W0)
    values, vectors = np.linalg.eigh(Gamma)
    gamma, V = values[-d:], vectors[:, -d:]
    Q, R = np.linalg.qr(W0 @ V)
    U = Q * np.sign(np.diag(R))
    return U @ np.diag(gamma**-0.5) @ V.T
""",
    },
    "4.1": {
        "divided by two and then multiplied by the square of b": """
def gaussian(x1, x2, b):
    r2 = np.sum(x1**2, axis=1)[:, None] + np.sum(x2**2, axis=1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / 2 * b**2)
""",
        "inputs scaled in place, twice if both are the same array": """
def gaussian(x1, x2, b):
    x1 /= b
    x2 /= b
    r2 = np.sum(x1**2, axis=1)[:, None] + np.sum(x2**2, axis=1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / 2)
""",
    },
    "4.7": {
        "waves counted from 1": """
def circle_gamma(c, delta):
    k = np.arange(1, len(c) + 1)
    return c * np.sinc(k * delta / np.pi) ** 2
""",
        "mean angle between the views put into the cosine of the page": """
def circle_gamma(c, delta):
    mean_angle = 2 * delta / 3
    return c * np.cos(np.arange(len(c)) * mean_angle)
""",
    },
    "4.8": {
        "eigenvalues multiplied as roots where they should divide": """
def landmark_features(new, Kqq):
    values, vectors = np.linalg.eigh(Kqq)
    return new @ vectors * np.sqrt(values)
""",
        "each view scaled to length 1 since a kernel has ones on its diagonal": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    phi = np.linalg.solve(R, new.T).T
    return phi / np.linalg.norm(phi, axis=1, keepdims=True)
""",
    },
    "5.1": {
        "down only to the start, yet divided by two steps": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    theta = np.array(theta, dtype=float)
    total = 0
    for p in range(len(theta)):
        theta[p] += h
        up = f(theta, X)
        theta[p] -= h
        down = f(theta, X)
        J = (up - down) / (2 * h)
        total = total + J @ J.T
    return total / J.shape[1]
""",
        "a thousand random directions in place of all parameters": """
def tangent_kernel(f, theta, X):
    rng = np.random.default_rng(0)
    h, draws, total = 1e-5, 1000, 0
    for _ in range(draws):
        e = rng.normal(size=len(theta))
        J = (f(theta + h * e, X) - f(theta - h * e, X)) / (2 * h)
        total = total + J @ J.T / J.shape[1]
    return total / draws
""",
    },
    "5.4": {
        "signs of the diagonal kept": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = np.linalg.eigh(root @ np.roll(root, n, axis=0) / (2 * n))
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (2 * n * gamma)
    return np.diag(np.linalg.qr(columns, mode="r"))
""",
        "number of views taken for the number of pairs, so that the roll goes once round": """
def network_start(F0, K):
    n, d = F0.shape
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = np.linalg.eigh(root @ np.roll(root, n, axis=0) / (2 * n))
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (2 * n * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
    },
    "5.7": {
        "factor 4 of the coupling lost": """
def seeded_step(gamma, s0, coupling):
    tau = np.log(1 / (gamma[0] * s0[0] ** 2) - 1) / (8 * gamma[0])
    t = np.linspace(0, 5 * tau, 20001)
    lam = 1 / (1 + (1 / (gamma[0] * s0[0] ** 2) - 1) * np.exp(-8 * gamma[0] * t))
    s1 = np.sqrt(lam / gamma[0])
    seed = coupling * integrate.trapezoid(s1 * (1 - lam) * np.exp(-4 * gamma[1] * t), t)
    start = gamma[1] * (s0[1] + seed) ** 2
    return np.log(1 / start - 1) / (8 * gamma[1])
""",
        "start and seed added in squares, as if they were at right angles": """
def seeded_step(gamma, s0, coupling):
    tau = np.log(1 / (gamma[0] * s0[0] ** 2) - 1) / (8 * gamma[0])
    t = np.linspace(0, 5 * tau, 20001)
    lam = 1 / (1 + (1 / (gamma[0] * s0[0] ** 2) - 1) * np.exp(-8 * gamma[0] * t))
    s1 = np.sqrt(lam / gamma[0])
    seed = 4 * coupling * integrate.trapezoid(s1 * (1 - lam) * np.exp(-4 * gamma[1] * t), t)
    start = gamma[1] * np.hypot(s0[1], seed) ** 2
    return np.log(1 / start - 1) / (8 * gamma[1])
""",
    },
    "5.8": {
        "bias not handed to the kernel": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth)[1][0]
    c = np.fft.rfft(values).real / q
    return c[: k_max + 1] * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "points on half of the circle, which doubles the periods": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = np.pi * np.arange(q) / q
    K = np.cos(angle) + b_std**2
    size = 1 + b_std**2
    Theta = K
    for _ in range(depth):
        r = np.sqrt(np.maximum(size**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + 2 * p * Theta
        size = size + b_std**2
    c = np.fft.rfft(Theta).real / q
    return c[: k_max + 1] * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "6.1": {
        "multiplied by the temperature": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    a, b = x1.mean(axis=0), x2.mean(axis=0)
    return 2 * temperature * (Gamma - (np.outer(a, b) + np.outer(b, a)) / 2)
""",
        "partner left out of the sum below": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    a, b = x1.sum(axis=0), x2.sum(axis=0)
    strangers = (np.outer(a, b) + np.outer(b, a)) / 2 - n * Gamma
    return 2 / temperature * (Gamma - strangers / (n * (n - 1)))
""",
    },
    "6.2": {
        "rate 8 gamma kept from chapter 2": """
def half_times(gamma, rho, s0, temperature):
    plateau = temperature * rho**2
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        time = np.log(plateau / lam0 - 1) / (8 * gamma)
    time = np.where(lam0 >= plateau / 2, 0.0, time)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, time)
""",
        "time at one half and not at half of the plateau": """
def half_times(gamma, rho, s0, temperature):
    plateau = temperature * rho**2
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        rise = (plateau / lam0 - 1) / (plateau / 0.5 - 1)
        time = np.log(rise) * temperature / (4 * gamma)
    time = np.where(plateau <= 0.5, np.inf, time)
    time = np.where(lam0 >= 0.5, 0.0, time)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, time)
""",
    },
    "6.3": {
        "epsilon without its root": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / eps * S - 2 * invariance * D) / d
""",
        "covariance of the differences, which forgets that the means differ": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1, rowvar=False) + np.cov(x2, rowvar=False)) / 2
    D = np.cov(x1 - x2, rowvar=False, bias=True)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.7": {
        "updates counted in a loop, so whole numbers": """
def updates(gamma, s0, lr, eps, level):
    s, k = s0, 0
    while gamma * s**2 < level * eps:
        s = s + 4 * gamma * lr / eps * s
        k += 1
    return k
""",
        "eigenvalue multiplied by one plus twice the rate, the square of the rate lost": """
def updates(gamma, s0, lr, eps, level):
    rise = level * eps / (gamma * s0**2)
    if rise <= 1:
        return 0.0
    return np.log(rise) / np.log(1 + 8 * gamma * lr / eps)
""",
    },
    "6.8": {
        "real part of the first root that np.roots names": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    if len(roots) == 0:
        return 1.0
    return float(min(1.0, abs(roots[0].real)))
""",
        "covariance of copies multiplied by the agreement of the views": """
def copies_std(rho, d, invariance, variance, covariance):
    cubic = 8 * covariance * (d - 1) * rho**2
    linear_part = 4 * invariance * (1 - rho)
    if cubic + linear_part <= variance:
        return 1.0
    roots = np.roots([cubic, 0, linear_part, -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return float(real[real > 0][0])
""",
    },
    "7.3": {
        "share of the sum of all last values, not of the first curve": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    times = np.array(
        [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(curves.shape[1])]
    )
    learned = (last >= share * last.sum()) & (curves[0] < last / 2)
    return np.where(learned, times, np.nan)
""",
        "last crossing of a curve that dips again, not the first": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-np.asarray(eigenvalues), axis=1)
    last = curves[-1]
    times = np.full(len(last), np.nan)
    for j, end in enumerate(last):
        y, half = curves[:, j], end / 2
        if end < share * last[0] or y[0] >= half:
            continue
        k = np.flatnonzero(y < half)[-1]
        part = (half - y[k]) / (y[k + 1] - y[k])
        if t[k] == 0:
            times[j] = part * t[k + 1]
        else:
            times[j] = t[k] * (t[k + 1] / t[k]) ** part
    return times
""",
    },
    "7.4": {
        "a staircase expected from every start": """
predictions = (2, 1, np.log(100**2) / 8, "yes", "same")
""",
        "whole wait of the tiny start and not what it adds": """
predictions = (2, 1, np.log(1 / 1e-4**2) / 8, "no", "same")
""",
    },
    "7.5": {
        "a negative mean is never called real": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean = difference.mean()
    error = difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(mean > stats.t.ppf(1 - level / 2, n - 1) * error)
""",
        "degrees of freedom of 2n numbers in place of n differences": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = np.mean(difference), np.std(difference, ddof=1) / np.sqrt(n)
    bound = stats.t.ppf(1 - level / 2, len(a) + len(b) - 2)
    return mean, error, bool(abs(mean) > bound * error)
""",
    },
    "7.8": {
        "every P-th row, as a sampler deals them out": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank, None, processes)
    return 2 * processes / n * b[own] @ E, 2 * processes / n * a[own] @ E
""",
        "own part of the gradient shifted so that its rows add up to zero": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    first = 2 * processes / n * b[own] @ E
    second = 2 * processes / n * a[own] @ E
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    return first - centre, second - centre
""",
    },
}

RIGHT = {
    "1.1": {
        "eigenvalues of a table of signs, counted by a generator": """
_signs = np.random.default_rng(3).choice([-1.0, 1.0], size=8)
_spectrum = np.linalg.eigvalsh(np.outer(_signs, _signs))
eigenvalues_left = sum(1 for value in _spectrum if value > 0.01 * _spectrum.sum())
""",
    },
    "1.2": {
        "layer norm of the transposed views, and a table of weights": """
def barlow_twins(z1, z2, lam=0.0051):
    n, d = z1.shape
    a, b = (torch.nn.functional.layer_norm(z.T, (n,), eps=1e-5) for z in (z1, z2))
    eye = torch.eye(d, dtype=z1.dtype)
    C = torch.einsum("in,jn->ij", a, b) / n
    return torch.sum((eye + lam * (1 - eye)) * (C - eye) ** 2)
""",
    },
    "1.8": {
        "a generator in NumPy with the gradient by formula": """
def _states(Gamma, W, lr):
    eye = np.eye(len(W))
    while True:
        WG = W @ Gamma
        C = WG @ W.T
        C = (C + C.T) / 2
        E = C - eye
        yield np.sum(E * E), -np.linalg.eigvalsh(-C)
        W = W - 4 * lr * E @ WG


def staircase(x1, x2, W, lr, steps):
    a, b, start = (v.detach().numpy().astype(float) for v in (x1, x2, W))
    Gamma = (a.T @ b + b.T @ a) / (2 * len(a))
    states = _states(Gamma, start, lr)
    losses_seen, spectrum = [], []
    for _ in range(steps + 1):
        loss, values = next(states)
        losses_seen.append(loss)
        spectrum.append(values)
    spectrum = np.array(spectrum)
    first = [next((k for k, v in enumerate(c) if v >= 0.5), np.inf) for c in spectrum.T]
    return np.array(losses_seen), spectrum, np.array(first, dtype=float)
""",
    },
    "2.4": {
        "number by number in decimals of forty digits": """
import decimal


def singular_values(t, gamma, s0):
    D = decimal.Decimal
    result = []
    with decimal.localcontext() as context:
        context.prec = 40
        for moment in np.asarray(t, dtype=float).tolist():
            row = []
            for g, s in zip(np.asarray(gamma, float).tolist(), np.asarray(s0, float).tolist()):
                g, s = D(g), D(s)
                start = g * s * s
                e = (-8 * abs(g) * D(moment)).exp()
                square = 1 / (start + (1 - start) * e) if g > 0 else e / (1 + start * (e - 1))
                row.append(float(s * square.sqrt()))
            result.append(row)
    return np.array(result)
""",
    },
    "3.3": {
        "mean logarithms of chi squared by recursion from one and two squares": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    mean_log = {1: -np.euler_gamma - np.log(2), 2: -np.euler_gamma + np.log(2)}
    for k in range(3, d + 1):
        mean_log[k] = mean_log[k - 2] + 2 / (k - 2)
    times = []
    for j, g in enumerate(gamma):
        times.append(-(np.log(g) + 2 * np.log(alpha) + mean_log[d - j]) / (8 * g))
    return np.array(times)
""",
    },
    "4.7": {
        "a product of sixty cosines, after Viete": """
def circle_gamma(c, delta):
    c = np.asarray(c, dtype=float)
    x = np.arange(len(c)) * delta
    agreement = np.ones(len(c))
    for _ in range(60):
        agreement = agreement * (1 + np.cos(x)) / 2
        x = x / 2
    return c * agreement
""",
    },
    "5.4": {
        "a factor without a symmetric root, and leftovers by least squares": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    swap = np.r_[n : 2 * n, 0:n]
    values, vectors = np.linalg.eigh(K)
    kept = values > 1e-14 * values[-1]
    L = vectors[:, kept] * np.sqrt(values[kept])
    gamma, u = np.linalg.eigh(L.T @ L[swap] / (2 * n))
    gamma, u = gamma[::-1][:d], u[:, ::-1][:, :d]
    columns = F0.T @ (L @ u)[swap] / (2 * n * gamma)
    lengths = np.linalg.norm(columns, axis=0)
    units = columns / lengths
    left = [lengths[0]]
    for j in range(1, d):
        earlier = units[:, :j]
        part = earlier @ np.linalg.lstsq(earlier, units[:, j], rcond=None)[0]
        left.append(lengths[j] * np.linalg.norm(units[:, j] - part))
    return np.array(left)
""",
    },
    "5.8": {
        "Gauss-Legendre quadrature over half of the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    node, weight = np.polynomial.legendre.leggauss(400 + 4 * k_max)
    angle, weight = np.pi * (node + 1) / 2, weight / 2
    K, size = np.cos(angle) + b_std**2, 1 + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        r = np.sqrt(np.maximum((size - K) * (size + K), 0))
        on = 1 - np.arctan2(r, K) / np.pi
        K = r / np.pi + on * K + b_std**2
        Theta = K + on * Theta
        size = size + b_std**2
    k = np.arange(k_max + 1)
    return np.einsum("i,i,ki->k", weight, Theta, np.cos(np.outer(k, angle))) * np.cos(2 * k * delta)
""",
    },
    "6.3": {
        "Hessian at zero of the part of one column, by torch": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    t1, t2 = (torch.as_tensor(x, dtype=torch.float64) for x in (x1, x2))

    def part(w):
        u, v = t1 @ w, t2 @ w
        spread = sum(torch.sqrt(z.var(correction=1) + eps) for z in (u, v))
        return (invariance * torch.mean((u - v) ** 2) - variance / 2 * spread) / d

    zero = torch.zeros(t1.shape[1], dtype=torch.float64)
    H = torch.autograd.functional.hessian(part, zero).numpy()
    return -(H + H.T) / 2
""",
    },
    "6.8": {
        "root of the cubic by hyperbolic sine": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= variance:
        return 1.0
    if a == 0:
        return variance / b
    if b == 0:
        return np.cbrt(variance / a)
    third = np.sqrt(b / (3 * a))
    return 2 * third * np.sinh(np.arcsinh(variance / (2 * a * third**3)) / 3)
""",
    },
    "7.3": {
        "lists, sorted and next, without find_steps": """
import math


def read_steps(t, eigenvalues, share):
    t = [float(v) for v in t]
    curves = list(zip(*(sorted(map(float, row), reverse=True) for row in eigenvalues)))
    found = []
    for y in curves:
        half = y[-1] / 2
        if not (y[-1] >= share * curves[0][-1] and y[0] < half):
            found.append(math.nan)
            continue
        k = next(i for i, value in enumerate(y) if value >= half)
        w = (half - y[k - 1]) / (y[k] - y[k - 1])
        if t[k - 1] == 0:
            found.append(w * t[k])
        else:
            found.append(math.exp((1 - w) * math.log(t[k - 1]) + w * math.log(t[k])))
    return np.array(found)
""",
    },
    "7.8": {
        "both views stacked, partners by a roll, blocks by array_split": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    stack = np.vstack([z1, z2])
    stack = stack - stack.mean(axis=0)
    partner = np.roll(stack, n, axis=0)
    E = np.einsum("ni,nj->ij", stack, partner) / (2 * n) - np.eye(d)
    slope = np.einsum("ni,ij->nj", partner, E) * (4 * processes / (2 * n))
    blocks = np.array_split(slope, 2 * processes)
    return blocks[rank], blocks[processes + rank]
""",
    },
}
