"""Round 4: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "every dimension with variance 1 counted as a surviving direction": """
eigenvalues_left = 8
""",
        "w and minus w counted as two directions": """
eigenvalues_left = 2
""",
    },
    "1.3": {
        "each pair of copies counted once, not in both orders": """
def copies_loss(d, k, lam):
    size = d / k
    return lam * k * size * (size - 1) / 2
""",
        "all pairs of dimensions less the pairs of groups": """
def copies_loss(d, k, lam):
    return lam * (d * (d - 1) - k * (k - 1))
""",
    },
    "1.5": {
        "the anchor is taken from the far points, not from its own": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k
    far = 2 * n - own - 1
    return np.log(own + far * np.exp(-1 / temperature))
""",
        "points of a simplex in place of orthogonal points": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    far = 2 * n - 2 * n / k
    similarity = -1 / (k - 1) if k > 1 else 0.0
    return np.log(own + far * np.exp((similarity - 1) / temperature))
""",
    },
    "1.6": {
        "K minus torch.diag(K) subtracts the variances from every row": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    variance = covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variance = variance + torch.relu(1 - torch.sqrt(torch.diag(K) + eps)).mean() / 2
        off = K - torch.diag(K)
        covariance = covariance + (off**2).sum() / d
    return invariance, variance, covariance
""",
        "hinge of the mean standard deviation, not the mean of the hinges": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = torch.nn.functional.mse_loss(z1, z2)
    std = [torch.sqrt(z.var(0) + eps) for z in (z1, z2)]
    variance = sum(torch.relu(1 - s.mean()) for s in std) / 2
    covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        covariance = covariance + ((K**2).sum() - (torch.diag(K) ** 2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.8": {
        "the start W is moved in place": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    W = W.detach().requires_grad_(True)
    losses, eigenvalues = [], []
    for k in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(np.linalg.eigvalsh(C.detach().numpy())[::-1])
        (slope,) = torch.autograd.grad(loss, W)
        if k < steps:
            with torch.no_grad():
                W -= lr * slope
    eigenvalues = np.array(eigenvalues)
    there = eigenvalues >= 0.5
    passed = np.where(there.any(0), there.argmax(0), np.inf)
    return np.array(losses), eigenvalues, passed
""",
        "first step taken as the number of records below one half": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    W = W.detach().clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(np.linalg.eigvalsh(C.detach().numpy())[::-1])
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_(True)
    eigenvalues = np.array(eigenvalues)
    passed = (eigenvalues < 0.5).sum(axis=0).astype(float)
    passed[passed == steps + 1] = np.inf
    return np.array(losses), eigenvalues, passed
""",
    },
    "2.1": {
        "second moment of all views, each with itself": """
def cross_moment(x1, x2):
    both = np.vstack([x1, x2])
    return both.T @ both / len(both)
""",
        "made symmetric by mirroring the upper triangle, not by averaging": """
def cross_moment(x1, x2):
    product = x1.T @ x2 / len(x1)
    return np.triu(product) + np.triu(product, 1).T
""",
    },
    "2.2": {
        "sign of the diagonal turned round": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, 1 - np.diag(C))
    return 4 * E @ W @ Gamma
""",
        "diagonal weighted before the one is subtracted": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C - np.eye(len(W))
    return 4 * E @ W @ Gamma
""",
    },
    "2.6": {
        "the two equal modes taken for one drop of one": """
plateaus = (5.0, 4.0, 3.0)
""",
        "norm of C minus I, not squared": """
plateaus = (2.2, 1.7, 1.4)
""",
    },
    "2.8": {
        "SVD sorts by the absolute value of the eigenvalues": """
def final_weights(Gamma, d):
    _, size, Vt = np.linalg.svd(Gamma)
    return Vt[:d] / np.sqrt(size[:d, None])
""",
        "the smallest positive eigenvalues in place of the largest": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    positive = values > 1e-12
    values, vectors = values[positive][:d], vectors[:, positive][:, :d]
    return (vectors / np.sqrt(values)).T
""",
    },
    "3.1": {
        "lengths in place of squared lengths of the start": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    start = np.linalg.norm(W0 @ modes, axis=0)
    grown = start * np.exp(8 * np.outer(t, gamma - gamma[0]))
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "common factor from the largest eigenvalue by absolute value, all underflow late": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    start = np.sum((W0 @ modes) ** 2, axis=0)
    grown = start * np.exp(8 * np.outer(t, gamma - np.abs(gamma).max()))
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.3": {
        "digamma of k, not of half of k": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k) + np.log(2)) / (8 * gamma)
""",
        "number of dimensions read from the notebook d": """
def mean_step_times(gamma, alpha):
    k = d - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
    },
    "3.5": {
        "sign taken from the diagonal of Q, not of R": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    Q, _ = np.linalg.qr(W0 @ modes)
    U = Q * np.sign(np.diag(Q))
    return U / np.sqrt(gamma) @ modes.T
""",
        "nearest orthogonal matrix in place of Gram-Schmidt in order": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    P, _, Nt = np.linalg.svd(W0 @ modes)
    U = P @ Nt
    return U @ np.diag(gamma**-0.5) @ modes.T
""",
    },
    "3.6": {
        "alpha is exp of minus ell, the half forgotten": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max())
""",
        "only the pair with the smallest gap is asked": """
def largest_start(gamma):
    gamma = np.asarray(gamma)
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = 1 / gamma[j], 1 / gamma[j + 1]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell / 2)
""",
    },
    "3.8": {
        "rotations only, a reflection is turned back": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    if np.linalg.det(P @ Nt) < 0:
        P = P.copy()
        P[:, -1] *= -1
    return np.linalg.norm(P @ Nt @ W - target)
""",
        "scipy Procrustes multiplies from the right and rotates the pixels": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    R, _ = orthogonal_procrustes(W, target)
    return np.linalg.norm(W @ R - target)
""",
    },
    "4.1": {
        "distance not squared in the exponent": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-cdist(x1, x2) / (2 * b**2))
""",
        "diagonal set to zero distance as if both inputs were the same": """
def gaussian(x1, x2, b):
    squares = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    squares = np.maximum(squares, 0)
    np.fill_diagonal(squares, 0)
    return np.exp(-squares / (2 * b**2))
""",
    },
    "4.5": {
        "copies counted as pairs of their own": """
ending = (10, 10, 2.0)
""",
        "all that is not positive counted as negative": """
ending = (7, 13, 5.0)
""",
    },
    "4.6": {
        "number of pairs read from the notebook n": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / (2 * n), d)
    return new @ swapped @ b / (2 * n * gamma**1.5)
""",
        "inverse root made safe by a ridge": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K + 1e-3 * np.eye(len(K)))
    root = vectors * np.sqrt(values) @ vectors.T
    inverse_root = vectors / np.sqrt(values) @ vectors.T
    K_Gamma = root @ np.roll(root, len(K) // 2, axis=0) / len(K)
    gamma, b = linear.modes(K_Gamma, d)
    return new @ inverse_root @ b / np.sqrt(gamma)
""",
    },
    "4.7": {
        "nan of the wave without periods replaced by zero": """
def circle_gamma(c, delta):
    x = np.arange(len(c)) * delta
    with np.errstate(invalid="ignore"):
        agreement = (np.sin(x) / x) ** 2
    return np.nan_to_num(c * agreement)
""",
        "difference of the two turns taken as uniform": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "5.3": {
        "tangent kernel gets the K of before the dense layer": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        r = np.sqrt(np.maximum(np.outer(q, q) - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        Theta = K + W_std**2 * p * Theta
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
    return K, Theta
""",
        "variances taken once before the loop": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    k11, k22 = np.diag(K)[:, None], np.diag(K)[None, :]
    for _ in range(depth):
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + W_std**2 * p * Theta
    return K, Theta
""",
    },
    "5.6": {
        "ratio of the widths without the root": """
blocks = (0.5, 64, 0)
""",
        "weight variance of two left out of the carried tangent kernel": """
blocks = (2 / 3, 8, 0)
""",
    },
    "5.8": {
        "coefficients of the waves doubled as amplitudes": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    theta = 2 * np.pi * np.arange(q) / q
    K = np.cos(theta) + b_std**2
    size, Theta = 1 + b_std**2, np.cos(theta) + b_std**2
    for _ in range(depth):
        r = np.sqrt(np.maximum(size**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + 2 * p * Theta
        size = size + b_std**2
    c = np.fft.rfft(Theta).real[: k_max + 1] / q
    c[1:] *= 2
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "linspace with both ends counts the angle zero twice": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4000
    theta = np.linspace(0, 2 * np.pi, q)
    K = np.cos(theta) + b_std**2
    size, Theta = 1 + b_std**2, np.cos(theta) + b_std**2
    for _ in range(depth):
        r = np.sqrt(np.maximum(size**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + 2 * p * Theta
        size = size + b_std**2
    k = np.arange(k_max + 1)
    c = np.array([np.mean(Theta * np.cos(j * theta)) for j in k])
    return c * np.cos(2 * k * delta)
""",
    },
    "6.1": {
        "np.cov divides by n minus 1": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    cross = np.cov(x1.T, x2.T)[:m, m:]
    return (cross + cross.T) / temperature
""",
        "one mean of all views in place of the two means": """
def operator(x1, x2, temperature):
    n = len(x1)
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
    },
    "6.3": {
        "mean over the d columns forgotten": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return variance / np.sqrt(eps) * S - 2 * invariance * D
""",
        "one covariance of both views stacked": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    difference = x1 - x2
    D = difference.T @ difference / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "Barlow Twins asked for variance": """
winners = (1, 1, 3)
""",
        "invariance taken to favour the largest cross-moment": """
winners = (2, 1, 2)
""",
    },
    "6.5": {
        "projection along z with only one division by its length": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    along = (g * z).sum(axis=1, keepdims=True) * z / length
    return (g - along) / length
""",
        "guard added to the length spoils tiny embeddings": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-8
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
    },
    "6.6": {
        "rates of the singular values, not of the eigenvalues": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 2 * gamma / (temperature * length**2)
""",
        "first mode left out as if the bias had taken it": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][1 : len(b)]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "7.2": {
        "C not made symmetric": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = z1.T @ z2 / len(z1)
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
        "each view centred on its own mean": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    z1, z2 = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    parameters = list(model.parameters())
    slopes = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for p, slope in zip(parameters, slopes):
            p -= lr * slope
    return loss.item()
""",
    },
    "7.3": {
        "columns put in order once by their last values": """
def read_steps(t, eigenvalues, share):
    eigenvalues = np.asarray(eigenvalues)
    curves = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = np.array([spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))])
    return np.where(learned, times, np.nan)
""",
        "half of the largest value, not of the last": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last, top = curves[-1], curves.max(axis=0)
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], top[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
    },
    "7.6": {
        "saves once in a finally clause, not after each step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"]
    try:
        while len(losses) < steps:
            losses.append(one_step(model, optimizer, generator))
    finally:
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": losses,
            },
            path,
        )
    return np.array(losses)
""",
        "parameters saved without the running statistics": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = list(state["losses"])
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "model": {name: p.detach() for name, p in model.named_parameters()},
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": losses,
            },
            path,
        )
    return np.array(losses)
""",
    },
    "7.7": {
        "share of the layers, not of their seconds": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    seconds = 6 * pictures * np.maximum(work, fetch).sum()
    return seconds, np.mean(fetch > work)
""",
        "products counted at the size of the input": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * before**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    least = np.maximum(work, fetch)
    return 6 * pictures * least.sum(), least[fetch > work].sum() / least.sum()
""",
    },
}

RIGHT = {
    "2.1": {
        "polarisation, sums and differences of the views": """
def cross_moment(x1, x2):
    plus, minus = np.add(x1, x2), np.subtract(x1, x2)
    return (plus.T @ plus - minus.T @ minus) / (4 * len(plus))
""",
    },
    "2.2": {
        "torch differentiates the loss": """
def gradient(W, Gamma, lam=1.0):
    import torch

    G = torch.tensor(np.asarray(Gamma, dtype=float))

    def loss(w):
        C = w @ G @ w.T
        square = C**2
        own = torch.diagonal(C)
        return ((own - 1) ** 2).sum() + lam * (square.sum() - (own**2).sum())

    w = torch.tensor(np.asarray(W, dtype=float), requires_grad=True)
    return torch.autograd.grad(loss(w), w)[0].numpy()
""",
    },
    "2.6": {
        "a named tuple of whole numbers": """
from collections import namedtuple

plateaus = namedtuple("Levels", "start middle end")(5, 5 - 2, 5 - 2 - 1)
""",
    },
    "3.6": {
        "a minimum over neighbours in plain Python, multiplied out": """
def largest_start(gamma):
    from itertools import pairwise
    from math import exp, log

    def allowed(g, h):
        return exp(-(log(9) * (g + h) + g * log(h) - h * log(g)) / (2 * (g - h)))

    return min(allowed(float(g), float(h)) for g, h in pairwise(gamma))
""",
    },
    "4.5": {
        "counted from a set of the different pairs": """
ending = (lambda pairs: (len(pairs), len(pairs), 12 - len(pairs)))({0, 1, 2, 3, 4, 5, 6, 0, 1, 2})
""",
    },
    "4.7": {
        "spherical Bessel function of order zero": """
def circle_gamma(c, delta):
    from scipy.special import spherical_jn

    return np.asarray(c) * spherical_jn(0, float(delta) * np.arange(len(c))) ** 2
""",
    },
    "5.6": {
        "float32 numbers from an array": """
blocks = tuple(np.array([1, 16, 0], dtype=np.float32) / 2)
""",
    },
    "5.8": {
        "adaptive quadrature of a recursion for one angle": """
def circle_gammas(depth, b_std, delta, k_max):
    from math import atan2, cos, pi, sqrt

    bias = float(b_std) ** 2

    def tangent(theta):
        size, K = 1 + bias, cos(theta) + bias
        Theta = K
        for _ in range(depth):
            r = sqrt(max((size - K) * (size + K), 0.0))
            on = 1 - atan2(r, K) / pi
            K = r / pi + on * K + bias
            Theta = K + on * Theta
            size += bias
        return Theta

    def coefficient(k):
        return integrate.quad(tangent, 0, pi, weight="cos", wvar=k, limit=200)[0] / pi

    return np.array([coefficient(k) * cos(2 * k * delta) for k in range(k_max + 1)])
""",
    },
    "6.4": {
        "argmax of the three operators": """
winners = tuple(
    1 + int((a * np.array([0.5, 0.3, 0.2]) + b * np.array([0.05, 0.24, 0.19])).argmax())
    for a, b in ((0, 4), (2500 - 4 * 25, 4 * 25), (2500 - 4 * 2000, 4 * 2000))
)
""",
    },
    "6.6": {
        "Jacobian of the normalisation at the bias": """
def with_bias(W, b, Gamma_s, temperature):
    bias = torch.tensor(np.asarray(b, dtype=float))
    turn = torch.autograd.functional.jacobian(lambda z: z / z.norm(), bias).numpy()
    growth = np.sort(np.linalg.eigvalsh(Gamma_s))[::-1][: len(bias) - 1]
    return turn @ W, 4 * growth / (temperature * float(bias @ bias))
""",
    },
    "7.2": {
        "gradient of the embeddings by formula, sent back through the model": """
def train_step(model, x1, x2, lr):
    parameters = [p for p in model.parameters() if p.requires_grad]
    z = model(torch.cat((x1, x2), dim=0))
    n = len(z) // 2
    with torch.no_grad():
        a, b = torch.split(z - z.mean(dim=0, keepdim=True), n)
        gap = (a.T @ b + b.T @ a) / (2 * n)
        gap.diagonal().sub_(1)
        outgoing = torch.cat((b @ gap, a @ gap)) * (2 / n)
        before = float(torch.linalg.matrix_norm(gap) ** 2)
    slopes = torch.autograd.grad(z, parameters, grad_outputs=outgoing, allow_unused=True)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes):
            if slope is not None:
                parameter.sub_(slope, alpha=lr)
    return before
""",
    },
    "7.7": {
        "a loop with exact fractions": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    from fractions import Fraction

    total = waiting = Fraction(0)
    for row in layers:
        i, o, k, before, after = (Fraction(float(number)) for number in row)
        work = 2 * k * k * i * o * after * after / Fraction(float(peak))
        fetch = 2 * (i * before * before + o * after * after) / Fraction(float(bandwidth))
        if fetch > work:
            waiting += fetch
        total += max(work, fetch)
    return float(6 * Fraction(float(pictures)) * total), float(waiting / total)
""",
    },
}
