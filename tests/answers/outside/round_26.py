"""Round 26: 72 wrong and 16 right answers to chapters 1 to 9, from the blank notebooks alone."""

WRONG = {
    "1.4": {
        "unit columns, not unit rows": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=0)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))
""",
        "the anchor left in with similarity -1": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T).masked_fill(torch.eye(2 * n, dtype=torch.bool), -1.0)
    return torch.nn.functional.cross_entropy(s / temperature, (torch.arange(2 * n) + n) % (2 * n))
""",
    },
    "1.5": {
        "the partner left out of its own point too": """
def cluster_loss(n, k, temperature):
    own, other = 2 * n / k - 2, 2 * n - 2 * n / k
    return np.log(own + other * np.exp(-1 / temperature))
""",
        "the logarithm to base 2": """
def cluster_loss(n, k, temperature):
    own, other = 2 * n / k - 1, 2 * n - 2 * n / k
    return np.log2(own + other * np.exp(-1 / temperature))
""",
    },
    "1.7": {
        "the rank from shares of the singular values": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(0), compute_uv=False)
    p = s[s > 1e-12] / s.sum()
    return s**2 / len(z), np.exp(-np.sum(p * np.log(p)))
""",
        "the variances of the dimensions for eigenvalues": """
def spectrum(z):
    e = np.sort(z.var(axis=0))[::-1]
    p = e[e > 0] / e.sum()
    return e, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "a column that never passes has passed at step 0": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    losses_, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * g
    eigenvalues = np.array(eigenvalues)
    return np.array(losses_), eigenvalues, np.argmax(eigenvalues >= 0.5, axis=0).astype(float)
""",
        "eigenvalues recorded after the update, the loss before it": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    losses_, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        (g,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * g
            z1, z2 = x1 @ W.T, x2 @ W.T
            C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
            eigenvalues.append(torch.linalg.eigvalsh(C).flip(0).numpy())
    eigenvalues = np.array(eigenvalues)
    passed = eigenvalues >= 0.5
    first = np.where(passed.any(0), passed.argmax(0), np.inf)
    return np.array(losses_), eigenvalues, first
""",
    },
    "2.4": {
        "a mode that starts above 1 stays where it is": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    up = gamma > 0
    below = np.where(up, start + (1 - start) * e, 1 + start * (e - 1))
    return np.where(start > 1, s0, s0 * np.where(up, 1, np.sqrt(e)) / np.sqrt(below))
""",
        "half the clock below zero": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    e = np.exp(-np.where(gamma > 0, 8, 4) * np.abs(gamma) * t[:, None])
    up = gamma > 0
    below = np.where(up, start + (1 - start) * e, 1 + start * (e - 1))
    return s0 * np.where(up, 1, np.sqrt(e)) / np.sqrt(below)
""",
    },
    "2.5": {
        "the level taken of s, in place of λ": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    level = level**2
    with np.errstate(all="ignore"):
        t = np.log((1 / start - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0.0, t))
""",
        "the odds of the level upside down": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / start - 1) * (1 / level - 1)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0.0, t))
""",
    },
    "2.7": {
        "singular values of C for its eigenvalues": """
def descend(gradient, Gamma, W0, lr, steps):
    W, found = W0.copy(), []
    for _ in range(steps + 1):
        found.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(found)
""",
        "the gradient of the start all along": """
def descend(gradient, Gamma, W0, lr, steps):
    slope = gradient(W0, Gamma)
    path = W0 - lr * np.arange(steps + 1)[:, None, None] * slope
    return np.linalg.eigvalsh(path @ Gamma @ path.transpose(0, 2, 1))[:, ::-1]
""",
    },
    "2.8": {
        "the d largest in absolute value": """
def final_weights(Gamma, d):
    g, v = np.linalg.eigh(Gamma)
    first = np.argsort(-np.abs(g))[:d]
    return (v[:, first] / np.sqrt(np.abs(g[first]))).T
""",
        "modes turned round, their eigenvalues not": """
def final_weights(Gamma, d):
    g, v = np.linalg.eigh(Gamma)
    return (v[:, ::-1][:, :d] / np.sqrt(g[-d:])).T
""",
    },
    "3.1": {
        "each mode divided by its sum over the times": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    start = ((W0 @ modes) ** 2).sum(axis=0)
    part = np.exp(8 * (gamma - gamma[0]) * t[:, None]) * start
    return part / part.sum(axis=0)
""",
        "shares of the length, not of its square": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    start = np.linalg.norm(W0 @ modes, axis=0)
    part = np.exp(4 * (gamma - gamma[0]) * t[:, None]) * start
    return part / part.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "roots of the eigenvalues of the products": """
def starts(products):
    return np.sqrt(np.abs(np.linalg.eigvalsh(products)[::-1]))
""",
        "what is left beside the mode just before only": """
def starts(products):
    size = np.diag(products).copy()
    beside = np.diag(products, 1) ** 2 / size[:-1]
    size[1:] -= beside
    return np.sqrt(size)
""",
    },
    "3.7": {
        "too early by the fraction, in place of too late": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: np.log1p(x) / x - (1 - late), 1e-9, 5)
    return x / (4 * np.max(gamma))
""",
        "the mode nearest to zero sets the rate": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 2)
    return x / (4 * np.min(gamma[gamma > 0]))
""",
    },
    "3.8": {
        "rotations without reflections": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    flip = np.ones(len(W))
    flip[-1] = np.sign(np.linalg.det(P @ Nt))
    return np.linalg.norm((P * flip) @ Nt @ W - target)
""",
        "the product on the side of the pixels": """
def distance(W, target):
    overlap = np.linalg.norm(W.T @ target, "nuc")
    return np.sqrt(max((W**2).sum() + (target**2).sum() - 2 * overlap, 0))
""",
    },
    "4.2": {
        "the means of the rows taken off along the columns": """
def kernel_pca(K, d):
    K = K - K.mean(axis=0)
    K = K - K.mean(axis=1)
    e, v = np.linalg.eigh(K)
    return v[:, ::-1][:, :d] * np.sqrt(np.abs(e[::-1][:d]))
""",
        "every coordinate with variance 1": """
def kernel_pca(K, d):
    K = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    v = np.linalg.eigh(K)[1][:, ::-1][:, :d]
    return v * np.sqrt(len(K))
""",
    },
    "4.3": {
        "partners exchanged after the kernel": """
def velocity(F, K):
    n = F.shape[1] // 2
    C = F @ np.roll(F, n, axis=1).T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F @ K, n, axis=1)
""",
        "C of each view with itself": """
def velocity(F, K):
    n = F.shape[1] // 2
    C = F @ F.T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F, n, axis=1) @ K
""",
    },
    "4.6": {
        "new views exchanged in place of training views": """
def embed(new, K, d):
    n = len(K) // 2
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    g, b = linear.modes(root @ np.roll(root, n, axis=0) / (2 * n), d)
    return np.roll(new, n, axis=0) @ root @ b / (2 * n * g**1.5)
""",
        "pairs counted in place of views": """
def embed(new, K, d):
    n = len(K) // 2
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    swapped = np.roll(root, n, axis=0)
    g, b = linear.modes(root @ swapped / n, d)
    return new @ swapped @ b / (n * g**1.5)
""",
    },
    "4.8": {
        "the inverse applied whole": """
def landmark_features(new, Kqq):
    return np.linalg.solve(Kqq, new.T).T
""",
        "solved with the factor transposed": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R.T, new.T).T
""",
    },
    "5.1": {
        "the gradient of the mean output, squared": """
def tangent_kernel(f, theta, X):
    h, kernel = 1e-5, np.zeros((len(X), len(X)))
    for e in h * np.eye(len(theta)):
        J = (f(theta + e, X) - f(theta - e, X)).mean(axis=1) / (2 * h)
        kernel += np.outer(J, J)
    return kernel
""",
        "theta moved in place and never put back": """
def tangent_kernel(f, theta, X):
    theta, h, kernel = theta.copy(), 0.05, 0
    for p in range(len(theta)):
        before = f(theta, X)
        theta[p] += h
        J = (f(theta, X) - before) / h
        kernel = kernel + J @ J.T / J.shape[1]
    return kernel
""",
    },
    "5.4": {
        "the QR of the rows": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    swapped = np.roll(root, n, axis=0)
    g, b = linear.modes(root @ swapped / (2 * n), d)
    columns = F0.T @ swapped @ b / (2 * n * g)
    return np.abs(np.diag(np.linalg.qr(columns.T, mode="r")))
""",
        "the last mode first": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    swapped = np.roll(root, n, axis=0)
    g, b = np.linalg.eigh(root @ swapped / (2 * n))
    columns = F0.T @ swapped @ b[:, -d:] / (2 * n * g[-d:])
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))[::-1]
""",
    },
    "5.5": {
        "the largest eigenvalue for the norm": """
def width_needed(k, error):
    size = np.diag(k)
    r = np.sqrt(np.maximum(np.outer(size, size) - k**2, 0))
    angle = np.arctan2(r, k)
    mean = (r + (np.pi - angle) * k) / (2 * np.pi)
    square = (3 * r * k + (np.pi - angle) * (np.outer(size, size) + 2 * k**2)) / (2 * np.pi)
    return (square - mean**2).sum() / (error * np.linalg.norm(mean, 2)) ** 2
""",
        "the error not squared": """
def width_needed(k, error):
    size = np.diag(k)
    r = np.sqrt(np.maximum(np.outer(size, size) - k**2, 0))
    angle = np.arctan2(r, k)
    mean = (r + (np.pi - angle) * k) / (2 * np.pi)
    square = (3 * r * k + (np.pi - angle) * (np.outer(size, size) + 2 * k**2)) / (2 * np.pi)
    return (square - mean**2).sum() / (error * (mean**2).sum())
""",
    },
    "5.8": {
        "the end of the circle counted twice": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, 2 * np.pi, 2048)
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(x[:1], x, depth, b_std=b_std)[1][0]
    c = np.fft.rfft(values).real / len(angle)
    return c[: k_max + 1] * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "the NNGP's series": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(4096) / 4096
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(x[:1], x, depth, b_std=b_std)[0][0]
    c = np.fft.rfft(values).real / len(angle)
    return c[: k_max + 1] * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "6.2": {
        "half of the plateau of the weight": """
def half_times(gamma, rho, s0, temperature):
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        t = np.log((plateau / start - 1) / 3) * temperature / (4 * gamma)
    t = np.where(start >= plateau / 4, 0.0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
        "the plateau of the variance": """
def half_times(gamma, rho, s0, temperature):
    start, plateau = gamma * s0**2, temperature * np.abs(rho)
    with np.errstate(all="ignore"):
        t = np.log(plateau / start - 1) * temperature / (4 * gamma)
    t = np.where(start >= plateau / 2, 0.0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
    },
    "6.3": {
        "both views in one covariance": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "the variances of the two views added": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(x1.T) + np.cov(x2.T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.6": {
        "the first mode lost to the bias": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    g = np.linalg.eigvalsh(Gamma_s)[::-1]
    A = (W - np.outer(unit, unit @ W)) / length
    return A, 4 * g[1 : len(b)] / (temperature * length**2)
""",
        "projected on b as it is": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    g = np.linalg.eigvalsh(Gamma_s)[::-1]
    A = (W - np.outer(b, b @ W)) / length
    return A, 4 * g[: len(b) - 1] / (temperature * length**2)
""",
    },
    "6.9": {
        "infinite by γ, not by ρ": """
def exchange_time(sigma, rho, s0, pull, u):
    gamma = sigma * rho
    if gamma[1] <= gamma[0]:
        return np.inf
    lead = np.log(u / (sigma * s0**2)) / sigma
    return (lead[1] - lead[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "the start not squared": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(u / (sigma * s0)) / sigma
    return (lead[1] - lead[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.3": {
        "half-way between the first and the last value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    end, out = curves[-1], np.full(curves.shape[1], np.nan)
    for j, c in enumerate(curves.T):
        if end[j] < share * end[0] or c[0] >= end[j] / 2:
            continue
        half = (c[0] + end[j]) / 2
        k = np.argmax(c >= half)
        f = (half - c[k - 1]) / (c[k] - c[k - 1])
        if t[k - 1] == 0:
            out[j] = t[k] * f
        else:
            out[j] = t[k - 1] * (t[k] / t[k - 1]) ** f
    return out
""",
        "between the last two records below and above": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    end, out = curves[-1], np.full(curves.shape[1], np.nan)
    for j, c in enumerate(curves.T):
        half = end[j] / 2
        if end[j] < share * end[0] or c[0] >= half:
            continue
        k = np.flatnonzero(c < half)[-1] + 1
        f = (half - c[k - 1]) / (c[k] - c[k - 1])
        if t[k - 1] == 0:
            out[j] = t[k] * f
        else:
            out[j] = t[k - 1] * (t[k] / t[k - 1]) ** f
    return out
""",
    },
    "7.5": {
        "the error of two unpaired samples": """
def paired(a, b, level):
    mean = np.mean(b) - np.mean(a)
    error = np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a))
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, len(a) - 1) * error)
""",
        "as many degrees of freedom as seeds": """
def paired(a, b, level):
    c = b - a
    error = c.std(ddof=1) / np.sqrt(len(c))
    return c.mean(), error, bool(abs(c.mean()) > stats.t.ppf(1 - level / 2, len(c)) * error)
""",
    },
    "7.7": {
        "the share of the layers in number": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    work = 2 * i * o * k**2 * b**2 / peak
    moved = 2 * (i * a**2 + o * b**2) / bandwidth
    return 6 * pictures * np.maximum(work, moved).sum(), np.mean(moved > work)
""",
        "a product at each place of the input": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    work = 2 * i * o * k**2 * a**2 / peak
    moved = 2 * (i * a**2 + o * b**2) / bandwidth
    time = np.maximum(work, moved)
    return 6 * pictures * time.sum(), time[moved > work].sum() / time.sum()
""",
    },
    "7.8": {
        "every P-th row for its own": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(z1.shape[1])
    scale = 2 * processes / n
    return scale * (b @ E)[rank::processes], scale * (a @ E)[rank::processes]
""",
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(z1.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    scale = 2 * processes / n
    return scale * (b @ E)[own], scale * (a @ E)[own]
""",
    },
    "8.2": {
        "squares of the columns for the product": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + (W**2).sum(axis=0) - (W0**2).sum(axis=0)
""",
        "the start stretched by the length of the head": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T * (W**2).sum() / (W0**2).sum()
""",
    },
    "8.4": {
        "the start of λ without the trunk": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    start = gamma * s0**2

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(start)) / (8 * gamma)
""",
        "the mean of u at both ends as a constant": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    u = np.sqrt((p0**2 - s0**2) ** 2 + 4 * lam / gamma)
    u = (u + s0**2 + p0**2) / 2
    return np.log(lam / (1 - lam) * (1 - start) / start) / (8 * gamma * u)
""",
    },
    "8.6": {
        "the integral up to the end": """
def saved(raised):
    B = 2 * raised - 1
    v = B
    return (
        2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
    )
""",
        "the raise for the root of 1 + q": """
def saved(raised):
    B = raised
    v = np.sqrt((B**2 + 1) / 2)
    return (
        2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
    )
""",
    },
    "8.8": {
        "gradients that add up from mode to mode": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    total, rates = [torch.zeros_like(w) for w in weights], []
    for value in lam:
        for t, g in zip(total, torch.autograd.grad(value, weights, retain_graph=True)):
            t += g
        rates.append(sum((t**2).sum() for t in total) / (4 * value))
    return lam.detach().numpy(), torch.stack(rates).detach().numpy()
""",
        "eigenvalues turned round, rates not": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam, rates = torch.linalg.eigvalsh(C), []
    weights = [w for w in model.parameters() if w.requires_grad]
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((g**2).sum() for g in slopes) / (4 * value))
    return lam.flip(0).detach().numpy(), torch.stack(rates).detach().numpy()
""",
    },
    "9.1": {
        "each function with the variance 1": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(0)
    a, b = np.split(h, 2)
    g, v = np.linalg.eigh((a.T @ b + b.T @ a) / len(h))
    f = h @ v[:, ::-1][:, :d]
    return f / f.std(axis=0)
""",
        "the modes of the variance, scaled to C": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(0)
    f = h @ np.linalg.eigh(h.T @ h)[1][:, ::-1][:, :d]
    a, b = np.split(f, 2)
    return f / np.sqrt(np.abs((a * b).mean(axis=0)))
""",
    },
    "9.4": {
        "the first axis at each moment, made orthogonal afterwards": """
def learned_order(Z):
    axes = [np.linalg.svd(z - z.mean(0), full_matrices=False)[2][0] for z in Z]
    return np.linalg.qr(np.array(axes).T)[0]
""",
        "axis j of moment j": """
def learned_order(Z):
    axes = [np.linalg.svd(z - z.mean(0))[2][j] for j, z in enumerate(Z)]
    return np.linalg.qr(np.array(axes).T)[0]
""",
    },
    "9.6": {
        "the modes in the new order, not the regressors": """
def p_values(modes, regressors, permutations):
    def fit(y):
        X = np.column_stack([np.ones(len(y)), regressors / regressors.std(0)])
        left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
        return 1 - left.var(axis=0) / y.var(axis=0)

    best = np.array([fit(modes[p]).max() for p in permutations])
    reached = best[:, None] >= fit(modes) - 1e-9
    return (1 + reached.sum(axis=0)) / (1 + len(permutations))
""",
        "equal ones left out": """
def p_values(modes, regressors, permutations):
    def fit(x):
        X = np.column_stack([np.ones(len(x)), x / x.std(0)])
        left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
        return 1 - left.var(axis=0) / modes.var(axis=0)

    best = np.array([fit(regressors[p]).max() for p in permutations])
    reached = best[:, None] > fit(regressors) + 1e-9
    return (1 + reached.sum(axis=0)) / (1 + len(permutations))
""",
    },
    "9.7": {
        "the places of the columns for their numbers": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T, order, hits = (y[:, None] == classes) * 1.0, np.argsort(order), []
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, order[:k]]])
        new = np.column_stack([np.ones(len(y_test)), modes_test[:, order[:k]]])
        hits.append(np.mean(classes[np.argmax(new @ np.linalg.pinv(X) @ T, axis=1)] == y_test))
    return np.array(hits)
""",
        "the number of the output for the label": """
def probe_curve(modes, y, modes_test, y_test, order):
    T, hits = (y[:, None] == np.unique(y)) * 1.0, []
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, order[:k]]])
        new = np.column_stack([np.ones(len(y_test)), modes_test[:, order[:k]]])
        hits.append(np.mean(np.argmax(new @ np.linalg.pinv(X) @ T, axis=1) == y_test))
    return np.array(hits)
""",
    },
}

RIGHT = {
    "2.4": {
        "the exponent cut off where it would overflow": """
def singular_values(t, gamma, s0):
    e = np.exp(np.minimum(8 * np.outer(t, gamma), 600))
    return s0 * np.sqrt(e / (1 + gamma * s0**2 * (e - 1)))
""",
    },
    "2.5": {
        "in torch": """
def step_times(gamma, s0, level=0.5):
    import torch

    gamma, s0 = torch.as_tensor(np.array(gamma)), torch.as_tensor(np.array(s0))
    start = gamma * s0**2
    wait = (torch.logit(torch.tensor(level, dtype=start.dtype)) - torch.logit(start)) / (8 * gamma)
    wait = torch.where(start >= level, torch.zeros_like(wait), wait)
    return torch.where(gamma > 0, wait, torch.full_like(wait, torch.inf))
""",
    },
    "3.2": {
        "mode after mode taken out of the products": """
def starts(products):
    left, found = np.array(products, dtype=float), []
    while len(left):
        found.append(left[0, 0] ** 0.5)
        left = left[1:, 1:] - np.outer(left[1:, 0], left[0, 1:]) / left[0, 0]
    return found
""",
    },
    "3.7": {
        "Lambert's W": """
def largest_rate(gamma, late):
    c = 1 + late
    y = -c * special.lambertw(-np.exp(-1 / c) / c, -1).real
    return (y - 1) / (4 * max(gamma))
""",
    },
    "3.8": {
        "scipy's Procrustes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    turn, _ = orthogonal_procrustes(W.T, target.T)
    return np.sqrt(np.sum((W.T @ turn - target.T) ** 2))
""",
    },
    "4.2": {
        "the means taken off along the columns twice, then the symmetric part": """
def kernel_pca(K, d):
    K = K - K.mean(axis=0)
    K = K - K.mean(axis=1)
    e, v = np.linalg.eigh((K + K.T) / 2)
    return v[:, ::-1][:, :d] * np.sqrt(np.abs(e[::-1][:d]))
""",
    },
    "4.8": {
        "the symmetric inverse root": """
def landmark_features(new, Kqq):
    e, v = np.linalg.eigh(Kqq)
    return np.asfortranarray(new @ (v / np.sqrt(e)) @ v.T)
""",
    },
    "5.1": {
        "differences over four points": """
def tangent_kernel(f, theta, X):
    h = 1e-3
    J = []
    for e in np.eye(theta.size):
        near = f(theta + h * e, X) - f(theta - h * e, X)
        far = f(theta + 2 * h * e, X) - f(theta - 2 * h * e, X)
        J.append((8 * near - far) / (12 * h))
    J = np.array(J)
    return np.einsum("pia,pja->ij", J, J) / J.shape[2]
""",
    },
    "5.8": {
        "Gauss and Legendre on half the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    node, weight = np.polynomial.legendre.leggauss(600)
    angle = np.pi * (node + 1) / 2
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(np.array([[1.0, 0.0]]), x, depth, b_std=b_std)[1][0]
    k = np.arange(k_max + 1)
    return np.cos(np.outer(k, angle)) @ (weight * values) / 2 * np.cos(2 * k * delta)
""",
    },
    "6.6": {
        "a basis of what is orthogonal to b": """
def with_bias(W, b, Gamma_s, temperature):
    across = np.linalg.svd(b[None, :])[2][1:]
    A = across.T @ (across @ W) / np.sqrt(b @ b)
    g = sorted(np.linalg.eigvalsh(Gamma_s).tolist(), reverse=True)
    return A, [4 * x / (temperature * (b @ b)) for x in g[: len(b) - 1]]
""",
    },
    "7.5": {
        "by the confidence interval of scipy's test": """
def paired(a, b, level):
    test = stats.ttest_rel(b, a)
    low, high = test.confidence_interval(1 - level)
    return np.mean(b - a), stats.sem(b - a), not low <= 0 <= high
""",
    },
    "7.8": {
        "autograd of the joint loss": """
def contribution(z1, z2, rank, processes):
    both = torch.tensor(np.stack([z1, z2]), requires_grad=True)
    a, b = both - both.mean(dim=(0, 1))
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum().backward()
    own = processes * both.grad.chunk(processes, dim=1)[rank]
    return own[0], own[1]
""",
    },
    "8.4": {
        "the integral over the log odds": """
def time_until(lam, gamma, s0, p0):
    c2 = (p0**2 - s0**2) ** 2
    start = gamma * (s0 * p0) ** 2
    first = np.log(start) - np.log1p(-start)

    def slow(x):
        return 1 / (8 * gamma * np.sqrt(c2 + 4 / (gamma * (1 + np.exp(-x)))))

    ends = np.log(lam) - np.log1p(-np.asarray(lam))
    return [integrate.quad(slow, first, x, epsabs=0, epsrel=1e-10, limit=500)[0] for x in ends]
""",
    },
    "8.6": {
        "the integral itself": """
def saved(raised):
    def one(R):
        q = (2 * R - 1) ** 2 - 1

        def gain(x):
            root = np.sqrt(1 + q * x)
            return q / ((1 - x) * root * (1 + root))

        return integrate.quad(gain, 0, 0.5, epsabs=1e-13, epsrel=1e-11, limit=500)[0]

    return np.array([one(R) for R in raised])
""",
    },
    "9.4": {
        "in a basis of the space that is left": """
def learned_order(Z):
    from scipy.linalg import null_space

    found = np.zeros((Z.shape[2], 0))
    for z in Z:
        free = null_space(found.T) if found.size else np.eye(Z.shape[2])
        axis = np.linalg.svd((z - z.mean(axis=0)) @ free)[2][0]
        found = np.column_stack([found, free @ axis])
    return found
""",
    },
    "9.7": {
        "targets of plus and minus one": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T = np.where(y[:, None] == classes, 1.0, -1.0)
    hits = []
    for k in range(1, len(order) + 1):
        chosen = list(order[:k])
        B = np.linalg.lstsq(np.insert(modes[:, chosen], 0, 1, axis=1), T, rcond=None)[0]
        told = np.insert(modes_test[:, chosen], 0, 1, axis=1) @ B
        hits.append(float(np.mean(classes[told.argmax(axis=1)] == y_test)))
    return hits
""",
    },
}
