"""Round 10: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.2": {
        "gradient stopped at mean and deviation, the value is right": """
def barlow_twins(z1, z2, lam=0.0051):
    hats = []
    for z in (z1, z2):
        with torch.no_grad():
            mean = z.mean(0)
            std = torch.sqrt(z.var(0, correction=0) + 1e-5)
        hats.append((z - mean) / std)
    C = hats[0].T @ hats[1] / len(z1)
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
        "C made symmetric as in exercise 1.8": """
def barlow_twins(z1, z2, lam=0.0051):
    def norm(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    a, b = norm(z1), norm(z2)
    C = (a.T @ b + b.T @ a) / (2 * len(z1))
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "number of groups taken for the size of a group": """
def copies_loss(d, k, lam):
    return lam * d * (k - 1)
""",
        "one diagonal entry taken off for each group, not each dimension": """
def copies_loss(d, k, lam):
    g = d / k
    ones = k * g**2
    return lam * (ones - k)
""",
    },
    "1.4": {
        "only the first views are anchors": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits[:n], torch.arange(n) + n)
""",
        "anchor left out with a similarity of minus one": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    s = z @ z.T
    s = torch.where(torch.eye(2 * n, dtype=torch.bool), -torch.ones_like(s), s)
    target = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s / temperature, target)
""",
    },
    "1.5": {
        "the anchor counts among the candidates elsewhere": """
def cluster_loss(n, k, temperature):
    A = 2 * n / k - 1
    B = 2 * n - A
    return np.log(A + B * np.exp(-1 / temperature))
""",
        "points of a simplex in place of orthogonal ones": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    other = 2 * n - 2 * n / k
    s = -1 / (k - 1) if k > 1 else 0.0  # k unit vectors, as far apart as they can be
    return np.log(own + other * np.exp((s - 1) / temperature))
""",
    },
    "1.7": {
        "participation ratio in place of the entropy": """
def spectrum(z):
    centred = z - z.mean(0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = eigenvalues / eigenvalues.sum()
    return eigenvalues, 1 / np.sum(p**2)
""",
        "shares below one per cent left out": """
def spectrum(z):
    eigenvalues = np.linalg.eigvalsh(np.cov(z.T, bias=True))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0.01]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "W of the caller is changed in place": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    W.requires_grad_(True)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C).detach().flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    W.requires_grad_(False)
    eigenvalues = np.array(eigenvalues)
    above = eigenvalues >= 0.5
    passed = np.where(above.any(0), above.argmax(0), np.inf)
    return np.array(losses), eigenvalues, passed
""",
        "counts the steps below one half, right only for a rising curve": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    w = W.detach().clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ w.T, x2 @ w.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, w)
        w = (w - lr * slope).detach().requires_grad_(True)
    eigenvalues = np.array(eigenvalues)
    below = (eigenvalues < 0.5).sum(axis=0).astype(float)
    below[below == steps + 1] = np.inf
    return np.array(losses), eigenvalues, below
""",
    },
    "2.1": {
        "divided by the number of pixels, not of pictures": """
def cross_moment(x1, x2):
    n = x1.shape[1]
    return (x1.T @ x2 + x2.T @ x1) / (2 * n)
""",
        "upper triangle mirrored in place of the average of both": """
def cross_moment(x1, x2):
    half = np.triu(x1.T @ x2 / len(x1))
    return half + half.T - np.diag(np.diag(half))
""",
    },
    "2.3": {
        "plateau at s = 1 for every mode": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - s**2)
""",
        "negative eigenvalues set to zero": """
def ds_dt(s, gamma):
    gamma = np.maximum(gamma, 0)
    return -4 * (gamma * s**2 - 1) * s * gamma
""",
    },
    "2.4": {
        "returns the eigenvalue of the embedding, not s": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    up = lam0 / (lam0 + (1 - lam0) * e)
    down = lam0 * e / (1 + lam0 * (e - 1))
    return np.where(gamma > 0, up, down)
""",
        "start above the plateau pushed down to it, to keep the root real": """
def singular_values(t, gamma, s0):
    lam0 = np.minimum(gamma * s0**2, 1.0)
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    above = np.where(gamma > 0, s0, s0 * np.sqrt(e))
    below = np.where(gamma > 0, lam0 + (1 - lam0) * e, 1 + lam0 * (e - 1))
    return above / np.sqrt(below)
""",
    },
    "2.7": {
        "singular values, without their sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = []
    for k in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "a formula of its own in place of the gradient that was given": """
def descend(gradient, Gamma, W0, lr, steps):
    W = np.array(W0, dtype=float)
    out = np.empty((steps + 1, len(W)))
    for k in range(steps + 1):
        C = W @ Gamma @ W.T
        out[k] = np.linalg.eigvalsh(C)[::-1]
        W = W - lr * 4 * (C - np.eye(len(W))) @ W @ Gamma
    return out
""",
    },
    "2.8": {
        "divided by the eigenvalue, not by its root": """
def final_weights(Gamma, d):
    gamma, modes = np.linalg.eigh(Gamma)
    gamma, modes = gamma[::-1][:d], modes[:, ::-1][:, :d]
    return (modes / gamma).T
""",
        "the smallest positive modes, the longest weights": """
def final_weights(Gamma, d):
    gamma, modes = np.linalg.eigh(Gamma)
    positive = gamma > 1e-12
    gamma, modes = gamma[positive][:d], modes[:, positive][:, :d]
    return modes.T / np.sqrt(gamma)[:, None]
""",
    },
    "3.1": {
        "lengths at the start not squared": """
def shares(t, Gamma, W0):
    gamma, modes = np.linalg.eigh(Gamma)
    gamma, modes = gamma[::-1], modes[:, ::-1]
    size = np.linalg.norm(W0 @ modes, axis=0)
    grown = np.exp(8 * (gamma - gamma[0]) * np.asarray(t)[:, None]) * size
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "modes read from the rows of the matrix of eigenvectors": """
def shares(t, Gamma, W0):
    gamma, modes = np.linalg.eigh(Gamma)
    gamma, modes = gamma[::-1], modes[:, ::-1]
    start = np.array([np.sum((W0 @ v) ** 2) for v in modes])
    grown = start * np.exp(8 * np.outer(t, gamma - gamma.max()))
    return grown / grown.sum(axis=1)[:, None]
""",
    },
    "3.3": {
        "logarithm of the mean in place of the mean of the logarithm": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -np.log(gamma * alpha**2 * k) / (8 * gamma)
""",
        "coordinates counted upwards, mode 1 has one left": """
def mean_step_times(gamma, alpha):
    k = np.arange(1, len(gamma) + 1)
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
    },
    "3.6": {
        "returns the square of alpha": """
def largest_start(gamma):
    r = 1 / gamma
    a, b = r[:-1], r[1:]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max())
""",
        "the next mode begins at its step time": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    ells = []
    for a, b in zip(r[:-1], r[1:]):
        ells.append((np.log(9) * a - b * np.log(b) + a * np.log(a)) / (b - a))
    return np.exp(-max(ells) / 2)
""",
    },
    "3.8": {
        "rotations only, no reflections": """
def distance(W, target):
    P, S, Nt = np.linalg.svd(target @ W.T)
    flip = np.ones(len(S))
    flip[-1] = np.sign(np.linalg.det(P @ Nt))
    O = P * flip @ Nt
    return np.linalg.norm(O @ W - target)
""",
        "turned in pixel space by the procrustes of scipy": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    O, _ = orthogonal_procrustes(W, target)
    return np.linalg.norm(W @ O - target)
""",
    },
    "4.1": {
        "bandwidth not squared": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / (2 * b))
""",
        "squared distance of unit vectors for rows of any length": """
def gaussian(x1, x2, b):
    r2 = np.maximum(2 - 2 * x1 @ x2.T, 0)
    return np.exp(-r2 / (2 * b**2))
""",
    },
    "4.3": {
        "number of columns taken for the number of pairs": """
def velocity(F, K):
    d, n = F.shape
    FP = np.roll(F, n // 2, axis=1)
    C = FP @ F.T / (2 * n)
    return 4 / (2 * n) * (np.eye(d) - C) @ FP @ K
""",
        "swapped after the kernel and not before it": """
def velocity(F, K):
    n = F.shape[1] // 2
    C = np.roll(F, n, axis=1) @ F.T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F @ K, n, axis=1)
""",
    },
    "4.4": {
        "root taken entry by entry": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "P K over 2n, which has the same eigenvalues and is another matrix": """
def contrastive(K):
    n = len(K) // 2
    return np.roll(K, n, axis=0) / (2 * n)
""",
    },
    "4.7": {
        "pi of the sinc of numpy forgotten": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta) ** 2
""",
        "angle between the views drawn evenly from twice the interval": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "5.1": {
        "only the first output": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    K = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X))[:, 0] / (2 * h)
        K += np.outer(J, J)
    return K
""",
        "a step so small that rounding is all that is left": """
def tangent_kernel(f, theta, X):
    h = 1e-14
    base = f(theta, X)
    K = 0
    for p in range(len(theta)):
        moved = np.array(theta, dtype=float)
        moved[p] += h
        J = (f(moved, X) - base) / h
        K = K + J @ J.T
    return K / base.shape[1]
""",
    },
    "5.2": {
        "angle by the cosine, not a number for zero vectors": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    angle = np.arccos(np.clip(k12 / size, -1, 1))
    p = (np.pi - angle) / (2 * np.pi)
    product = size * np.sin(angle) / (2 * np.pi) + p * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * p
""",
        "mixed terms of identity and ReLU forgotten": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = r / (2 * np.pi) + p * k12
    return a**2 * k12 + (1 - a) ** 2 * product, a**2 + (1 - a) ** 2 * p
""",
    },
    "5.5": {
        "rounded up to whole units": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    rest = np.pi - np.arctan2(r, k)
    mean = (r + rest * k) / (2 * np.pi)
    fourth = (3 * r * k + rest * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return int(np.ceil((fourth - mean**2).sum() / (error**2 * (mean**2).sum())))
""",
        "mean of the ratios in place of the ratio of the sums": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    rest = np.pi - np.arctan2(r, k)
    mean = (r + rest * k) / (2 * np.pi)
    fourth = (3 * r * k + rest * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((fourth - mean**2) / mean**2) / error**2
""",
    },
    "5.9": {
        "every mode ends at s = 1": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum((1 - s0) ** 2) / (N * (m + len(gamma))))
""",
        "difference of squared lengths, not squared length of the difference": """
def weight_move(gamma, s0, m, N):
    M = N * m + len(gamma) * N
    return np.sqrt(np.abs(np.sum(1 / gamma) - np.sum(s0**2)) / M)
""",
    },
    "6.1": {
        "not symmetric: one order of the views only": """
def operator(x1, x2, temperature):
    n = len(x1)
    return 2 / temperature * (x1.T @ x2 / n - np.outer(x1.mean(0), x2.mean(0)))
""",
        "both views centred on their common mean": """
def operator(x1, x2, temperature):
    n = len(x1)
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    a, b = x1 - mean, x2 - mean
    return (a.T @ b + b.T @ a) / (n * temperature)
""",
    },
    "6.3": {
        "covariances divided by n": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T, bias=True) + np.cov(x2.T, bias=True)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "covariance of the differences, which loses their mean": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1, rowvar=False) + np.cov(x2, rowvar=False)) / 2
    D = np.cov((x1 - x2).T, ddof=0)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.5": {
        "part along z taken off without scaling z": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    along = np.sum(g * z, axis=1, keepdims=True)
    return (g - along * z) / length
""",
        "a guard in the length that a small embedding feels": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6
    unit = z / length
    return (g - (g * unit).sum(1, keepdims=True) * unit) / length
""",
    },
    "6.9": {
        "asks whether direction 2 grows faster, not whether it agrees better": """
def exchange_time(sigma, rho, s0, pull, u):
    if sigma[1] * rho[1] <= sigma[0] * rho[0]:
        return np.inf
    lead = np.log(u / (sigma * s0**2)) / sigma
    return (lead[1] - lead[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "logarithms not divided by the variance": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(u / (sigma * s0**2))
    return (lead[1] - lead[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "learning rate in proportion to c": """
def scale_free(g, length, lr, c):
    steps = 1.5 * length**2 / (lr**2 * np.sum(g**2))
    return g / c, c * lr, steps
""",
        "gradient as large at the end as at the start": """
def scale_free(g, length, lr, c):
    step = lr * np.linalg.norm(g)
    return g / c, c**2 * lr, (length / step) ** 2
""",
    },
    "7.3": {
        "interpolates in t, not in its logarithm": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    out = np.full(curves.shape[1], np.nan)
    for j in range(len(out)):
        half = last[j] / 2
        if last[j] < share * last[0] or curves[0, j] >= half:
            continue
        i = np.argmax(curves[:, j] >= half)
        y0, y1 = curves[i - 1, j], curves[i, j]
        out[j] = t[i - 1] + (half - y0) / (y1 - y0) * (t[i] - t[i - 1])
    return out
""",
        "curves that begin above their half count as learned at the first record": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    out = np.full(curves.shape[1], np.nan)
    for j in range(len(out)):
        half = last[j] / 2
        if last[j] < share * last[0]:
            continue
        i = int(np.argmax(curves[:, j] >= half))
        if i == 0:
            out[j] = t[0]
            continue
        y0, y1 = curves[i - 1, j], curves[i, j]
        part = (half - y0) / (y1 - y0)
        if t[i - 1] == 0:
            out[j] = part * t[i]
        else:
            out[j] = t[i - 1] * (t[i] / t[i - 1]) ** part
    return out
""",
    },
    "7.7": {
        "products counted on the pictures that come in": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * before**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    each = np.maximum(work, move)
    return 6 * pictures * each.sum(), each[move > work].sum() / each.sum()
""",
        "share of the layers that wait, not of the time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    return 6 * pictures * np.maximum(work, move).sum(), np.mean(move > work)
""",
    },
}

RIGHT = {
    "1.6": {
        "covariances one pair of columns at a time, in loops": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = torch.nn.functional.mse_loss(z1, z2)
    variance, covariance = 0 * invariance, 0 * invariance
    for z in (z1, z2):
        columns = [column - column.mean() for column in z.unbind(1)]
        for i, a in enumerate(columns):
            spread = torch.dot(a, a) / (n - 1)
            variance = variance + (1 - (spread + eps).sqrt()).clamp(min=0) / (2 * d)
            for b in columns[:i]:
                covariance = covariance + 2 * (torch.dot(a, b) / (n - 1)) ** 2 / d
    return invariance, variance, covariance
""",
    },
    "2.2": {
        "the full tensor of derivatives of C, contracted by einsum": """
def gradient(W, Gamma, lam=1.0):
    W = np.asarray(W, dtype=float)
    d, m = W.shape
    WG = np.einsum("ip,pq->iq", W, Gamma)
    C = np.einsum("iq,jq->ij", WG, W)
    same = np.eye(d)
    # dC_ij / dW_ak: W stands twice in C
    slope = np.einsum("ia,jk->ijak", same, WG) + np.einsum("ja,ik->ijak", same, WG)
    outer = 2 * (same * (C - 1) + (1 - same) * lam * C)
    return np.einsum("ij,ijak->ak", outer, slope)
""",
    },
    "2.5": {
        "one mode at a time with math, in logarithms": """
def step_times(gamma, s0, level=0.5):
    import math

    def one(rate, start):
        if rate <= 0:
            return math.inf
        log_lam = math.log(rate) + 2 * math.log(start)
        if log_lam >= math.log(level):
            return 0.0
        begin = log_lam - math.log1p(-math.exp(log_lam))
        end = math.log(level) - math.log1p(-level)
        return max(end - begin, 0.0) / (8 * rate)

    return np.array([one(float(g), float(s)) for g, s in zip(gamma, s0)])
""",
    },
    "3.2": {
        "elimination by recursion: first length, then the products of what is left": """
def starts(products):
    products = np.asarray(products, dtype=float)
    if len(products) == 0:
        return np.empty(0)
    first = products[0, 0]
    left = products[1:, 1:] - np.outer(products[1:, 0] / first, products[0, 1:])
    return np.concatenate([[np.sqrt(first)], starts(left)])
""",
    },
    "3.5": {
        "Gram-Schmidt by hand, each leftover cleaned twice": """
def limit_weights(Gamma, W0):
    import scipy.linalg

    W0 = np.asarray(W0, dtype=float)
    d, m = W0.shape
    gamma, modes = scipy.linalg.eigh(Gamma, subset_by_index=[m - d, m - 1])
    W0 = W0 / np.abs(W0).max()
    taken, out = [], np.zeros((d, m))
    for j in reversed(range(d)):
        left = W0 @ modes[:, j]
        for _ in range(2):
            for u in taken:
                left = left - (u @ left) * u
        taken.append(left / np.linalg.norm(left))
        out += np.outer(taken[-1], modes[:, j]) / gamma[j] ** 0.5
    return out
""",
    },
    "4.2": {
        "classical scaling of the squared distances in feature space": """
def kernel_pca(K, d):
    import scipy.linalg

    N = len(K)
    own = np.diag(K)
    D = own[:, None] + own[None, :] - 2 * K
    H = np.eye(N) - 1 / N
    B = -0.5 * H @ D @ H
    values, vectors = scipy.linalg.eigh((B + B.T) / 2, subset_by_index=[N - d, N - 1])
    return np.fliplr(vectors * np.sqrt(np.clip(values, 0, None)))
""",
    },
    "4.8": {
        "Gram-Schmidt in feature space, one landmark after another": """
def landmark_features(new, Kqq):
    q = len(Kqq)
    values = np.vstack([Kqq, new]).astype(float)  # landmarks first, then the views
    phi = np.zeros_like(values)
    for j in range(q):
        left = values[:, j] - phi[:, :j] @ phi[j, :j]
        phi[:, j] = left / np.sqrt(left[j])
    return phi[q:]
""",
    },
    "5.3": {
        "one pair of rows at a time with math, through the layers by recursion": """
def wide_kernels(X, depth, W_std, b_std):
    import math

    w2, b2 = W_std**2, b_std**2

    def on(a, k, b):
        r = math.sqrt(max(a * b - k * k, 0.0))
        p = 0.5 - math.atan2(r, k) / (2 * math.pi)
        return r / (2 * math.pi) + p * k, p

    def layers(a, k, b, theta, left):
        a, k, b = w2 * a + b2, w2 * k + b2, w2 * b + b2
        theta = k + w2 * theta
        if left == 0:
            return k, theta
        product, both_on = on(a, k, b)
        return layers(a / 2, product, b / 2, both_on * theta, left - 1)

    m = X.shape[1]
    G = (X @ X.T / m).tolist()
    n = len(G)
    K, T = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            K[i, j], T[i, j] = layers(G[i][i], G[i][j], G[j][j], 0.0, depth)
            K[j, i], T[j, i] = K[i, j], T[i, j]
    return K, T
""",
    },
    "5.9": {
        "distance of two points by math.dist": """
def weight_move(gamma, s0, m, N):
    import math

    end = [float(g) ** -0.5 for g in gamma]
    start = [float(s) for s in s0]
    return math.dist(start, end) / math.sqrt(N * (m + len(end)))
""",
    },
    "6.2": {
        "a lambda under np.vectorize, in logarithms": """
def half_times(gamma, rho, s0, temperature):
    def log_share(g, r, s):  # logarithm of the start over the plateau
        return np.log(g) + 2 * np.log(s) - np.log(temperature) - 2 * np.log(abs(r))

    def waits(x):
        return 0.0 if x >= np.log(0.5) else max(np.log1p(-np.exp(x)) - x, 0.0)

    one = lambda g, r, s: (
        temperature / (4 * g) * waits(log_share(g, r, s)) if g > 0 and s > 0 else np.inf
    )
    return np.vectorize(one, otypes=[float])(gamma, rho, s0)
""",
    },
    "6.9": {
        "a class with __call__, leads as scalar products with (-1, 1)": """
class Exchange:
    signs = np.array([-1.0, 1.0])

    def difference(self, pair):
        return float(self.signs @ np.asarray(pair, dtype=float))

    def __call__(self, sigma, rho, s0, pull, u):
        sigma, s0 = np.asarray(sigma, dtype=float), np.asarray(s0, dtype=float)
        agreement = self.difference(rho)
        if agreement <= 0:
            return float("inf")
        run = (np.log(u) - np.log(sigma) - 2 * np.log(s0)) / sigma
        return self.difference(run) / (4 * pull * agreement)


exchange_time = Exchange()
""",
    },
    "7.2": {
        "SGD of torch told to climb, on the loss with its sign changed": """
def train_step(model, x1, x2, lr):
    climber = torch.optim.SGD(model.parameters(), lr=lr, maximize=True)
    climber.zero_grad()
    z = model(torch.vstack((x1, x2)))
    z = z - z.mean(dim=0, keepdim=True)
    first, second = z.tensor_split(2)
    C = torch.einsum("ni,nj->ij", first, second) / len(first)
    C = (C + C.mT) / 2
    goal = -torch.linalg.matrix_norm(C - torch.eye(C.shape[0]).to(C)).square()
    goal.backward()
    climber.step()
    return -float(goal.detach())
""",
    },
}
