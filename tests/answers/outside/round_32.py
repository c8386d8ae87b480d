"""Round 32: 202 wrong and 28 right answers to chapters 1 to 9."""

WRONG = {
    "1.1": {
        "one is lost to the constraint": "eigenvalues_left = 7",
        "a share in place of a count": "eigenvalues_left = 1 / 8",
    },
    "1.2": {
        "the norm off the diagonal, not squared": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * (C - torch.diag(on)).norm()
""",
        "the mean of both views, each its own variance": """
def barlow_twins(z1, z2, lam=0.0051):
    mean = torch.cat([z1, z2]).mean(0)

    def unit(z):
        return (z - mean) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        "standard deviations taken for constants": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        with torch.no_grad():
            scale = (z.var(0, correction=0) + 1e-5).sqrt()
        return (z - z.mean(0)) / scale

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "pairs of different groups": """
def copies_loss(d, k, lam):
    return lam * (d * d - k * (d // k) ** 2)
""",
        "the price of one group": """
def copies_loss(d, k, lam):
    size = d // k
    return lam * size * (size - 1)
""",
    },
    "1.4": {
        "the anchor masked by a similarity of zero": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n = len(z1)
    s = (z @ z.T).masked_fill(torch.eye(2 * n, dtype=torch.bool), 0.0) / temperature
    partner = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return torch.logsumexp(s, dim=1).mean() - s[torch.arange(2 * n), partner].mean()
""",
        "the temperature in each vector": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / (temperature * z.norm(dim=1, keepdim=True))
    n = len(z1)
    s = (z @ z.T).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return torch.nn.functional.cross_entropy(s, partner)
""",
        "the temperature under the others alone": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n = len(z1)
    s = z @ z.T
    own = torch.eye(2 * n, dtype=torch.bool)
    partner = own.roll(n, dims=1)
    all_others = torch.logsumexp((s / temperature).masked_fill(own, -torch.inf), dim=1)
    return (all_others - s[partner]).mean()
""",
    },
    "1.5": {
        "the other points left out": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1) if 2 * n > k else 0.0
""",
        "orthogonal taken as opposite": """
def cluster_loss(n, k, temperature):
    same, other = np.exp(1 / temperature), np.exp(-1 / temperature)
    return np.log((2 * n / k - 1) * same + (2 * n - 2 * n / k) * other) - 1 / temperature
""",
    },
    "1.6": {
        "the hinge after the mean over dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        variance = variance + torch.relu(1 - (z.var(0) + eps).sqrt().mean()) / 2
        C = torch.cov(z.T)
        covariance = covariance + ((C**2).sum() - (C.diagonal() ** 2).sum()) / d
    return invariance, variance, covariance
""",
        "the covariances of the two views pooled": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    variance = sum(torch.relu(1 - (z.var(0) + eps).sqrt()).mean() for z in (z1, z2)) / 2
    C = (torch.cov(z1.T) + torch.cov(z2.T)) / 2
    covariance = 2 * ((C**2).sum() - (C.diagonal() ** 2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "singular values without squares": """
def spectrum(z):
    s = np.linalg.svd((z - z.mean(0)) / np.sqrt(len(z)), compute_uv=False)
    p = s / s.sum()
    p = p[p > 0]
    return s, np.exp(-np.sum(p * np.log(p)))
""",
        "bits, and then e": """
def spectrum(z):
    c = z - z.mean(0)
    lam = np.linalg.eigvalsh(c.T @ c / len(z))[::-1].clip(0)
    p = lam / lam.sum()
    p = p[p > 0]
    return lam, np.exp(-np.sum(p * np.log2(p)))
""",
        "shares below one per cent not counted": """
def spectrum(z):
    c = z - z.mean(0)
    lam = np.linalg.eigvalsh(c.T @ c / len(z))[::-1].clip(0)
    p = lam / lam.sum()
    p = p[p > 0.01]
    return lam, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "never, if the last one is below one half": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for step in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C))) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(np.linalg.eigvalsh(C.detach().numpy())[::-1])
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    eigenvalues = np.array(eigenvalues)
    first = np.where(eigenvalues[-1] >= 0.5, (eigenvalues >= 0.5).argmax(axis=0), np.inf)
    return np.array(losses), eigenvalues, first
""",
        "gradients pile up": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for step in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C))) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(np.linalg.eigvalsh(C.detach().numpy())[::-1])
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
    eigenvalues = np.array(eigenvalues)
    past = eigenvalues >= 0.5
    first = np.where(past.any(axis=0), past.argmax(axis=0), np.inf)
    return np.array(losses), eigenvalues, first
""",
        "the loss after the step, the eigenvalues before it": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone()
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    one = torch.eye(len(W), dtype=W.dtype)
    losses, eigenvalues = [], []
    for step in range(steps + 1):
        C = W @ G @ W.T
        eigenvalues.append(np.linalg.eigvalsh(C.numpy())[::-1])
        W = W - lr * 4 * (C - one) @ W @ G
        losses.append(((W @ G @ W.T - one) ** 2).sum().item())
    eigenvalues = np.array(eigenvalues)
    past = eigenvalues >= 0.5
    return np.array(losses), eigenvalues, np.where(past.any(0), past.argmax(0), np.inf)
""",
    },
    "2.1": {
        "the diagonal taken off as from a triangle": """
def cross_moment(x1, x2):
    G = x1.T @ x2 / (2 * len(x1))
    return G + G.T - np.diag(np.diag(G))
""",
        "divided by the pixels": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / (2 * x1.shape[1])
""",
    },
    "2.2": {
        "each pair counted once": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    on = np.diag(np.diag(C))
    return 4 * (on - np.eye(len(C))) @ W @ Gamma + 2 * lam * (C - on) @ W @ Gamma
""",
        "the weight on the diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    on = np.diag(np.diag(C))
    return 4 * (lam * (on - np.eye(len(C))) + C - on) @ W @ Gamma
""",
    },
    "2.3": {
        "no way down from above 1": """
def ds_dt(s, gamma):
    return 4 * gamma * s * np.maximum(1 - gamma * s**2, 0)
""",
        "all modes share one brake": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - np.sum(gamma * s**2))
""",
        "γ² in the cubic term forgotten": """
def ds_dt(s, gamma):
    return 4 * gamma * s - 4 * gamma * s**3
""",
    },
    "2.4": {
        "the exponent kept below 50": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    x = np.clip(8 * np.asarray(t)[:, None] * gamma, -50, 50)
    return s0 * np.exp(x / 2) / np.sqrt(1 + lam0 * (np.exp(x) - 1))
""",
        "a zero where γ is zero": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam0 = gamma * s0**2
    decay = np.exp(-8 * np.abs(gamma) * t)
    up = lam0 / (lam0 + (1 - lam0) * decay)
    down = lam0 * decay / (1 + lam0 * (decay - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.sqrt(np.where(gamma > 0, up, down) / gamma)
    return np.nan_to_num(s)
""",
        "no λ below 0": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam0 = np.maximum(gamma * s0**2, 0)
    growing = s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * np.maximum(gamma, 0) * t))
    return growing * np.exp(4 * np.minimum(gamma, 0) * t)
""",
    },
    "2.5": {
        "λ0 for the odds of the start": """
def step_times(gamma, s0, level=0.5):
    gamma, lam0 = np.asarray(gamma, float), gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(level / (1 - level) / lam0) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(lam0 >= level, 0, t))
""",
        "s0 and not λ0 against the level": """
def step_times(gamma, s0, level=0.5):
    gamma, lam0 = np.asarray(gamma, float), gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(level / (1 - level) * (1 - lam0) / lam0) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(s0 >= level, 0, t))
""",
        "times after the first step": """
def step_times(gamma, s0, level=0.5):
    gamma, lam0 = np.asarray(gamma, float), gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(level / (1 - level) * (1 - lam0) / lam0) / (8 * gamma)
    t = np.where(gamma <= 0, np.inf, np.where(lam0 >= level, 0, t))
    return t - t.min()
""",
    },
    "2.6": {
        "modes that do not grow left out": "plateaus = (3.0, 1.0, 0.0)",
        "shares of the start": "plateaus = (1.0, 0.6, 0.4)",
    },
    "2.7": {
        "its own gradient in place of the argument": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        C = W @ Gamma @ W.T
        rows.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(C))) @ W @ Gamma
    return np.array(rows)
""",
        "largest size first": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        lam = np.linalg.eigvalsh(W @ Gamma @ W.T)
        rows.append(lam[np.argsort(-abs(lam))])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "W0 divided by its norm": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0 / np.linalg.norm(W0), []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "a step back where the loss grows": """
def descend(gradient, Gamma, W0, lr, steps):
    def loss(W):
        return np.sum((W @ Gamma @ W.T - np.eye(len(W))) ** 2)

    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        new = W - lr * gradient(W, Gamma)
        if loss(new) <= loss(W):
            W = new
    return np.array(rows)
""",
    },
    "2.8": {
        "times the root": """
def final_weights(Gamma, d):
    g, v = np.linalg.eigh(Gamma)
    return (v[:, ::-1][:, :d] * np.sqrt(g[::-1][:d])).T
""",
        "modes of the largest |γ|": """
def final_weights(Gamma, d):
    g, v = np.linalg.eigh(Gamma)
    order = np.argsort(-np.abs(g))[:d]
    return (v[:, order] / np.sqrt(np.abs(g[order]))).T
""",
        "all positive modes mixed": """
def final_weights(Gamma, d):
    g, v = np.linalg.eigh(Gamma)
    g, v = g[g > 1e-12], v[:, g > 1e-12]
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(len(g), d)))[0]
    return q.T @ (v / np.sqrt(g)).T
""",
    },
    "3.1": {
        "shares over time": """
def shares(t, Gamma, W0):
    g, v = np.linalg.eigh(Gamma)
    g, v = g[::-1], v[:, ::-1]
    with np.errstate(divide="ignore"):
        logs = np.log(np.sum((W0 @ v) ** 2, axis=0)) + 8 * np.asarray(t)[:, None] * g
    e = np.exp(logs - logs.max(axis=0))
    return e / e.sum(axis=0)
""",
        "modes ordered by size": """
def shares(t, Gamma, W0):
    g, v = np.linalg.eigh(Gamma)
    order = np.argsort(-np.abs(g))
    g, v = g[order], v[:, order]
    with np.errstate(divide="ignore"):
        logs = np.log(np.sum((W0 @ v) ** 2, axis=0)) + 8 * np.asarray(t)[:, None] * g
    e = np.exp(logs - logs.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "only the neighbour taken away": """
def starts(products):
    G = np.array(products, float)
    left = np.diag(G).copy()
    left[1:] -= np.diag(G, 1) ** 2 / np.diag(G)[:-1]
    return np.sqrt(left)
""",
        "squares of the leftovers": """
def starts(products):
    scale = np.sqrt(np.diag(products))
    L = np.linalg.cholesky(products / np.outer(scale, scale))
    return (np.diag(L) * scale) ** 2
""",
        "each column against column 1": """
def starts(products):
    G = np.array(products, float)
    left = np.diag(G) - G[0] ** 2 / G[0, 0]
    left[0] = G[0, 0]
    return np.sqrt(np.maximum(left, 0))
""",
        "the last columns first": """
def starts(products):
    scale = np.sqrt(np.diag(products))
    G = products / np.outer(scale, scale)
    L = np.linalg.cholesky(G[::-1, ::-1])
    return np.diag(L)[::-1] * scale
""",
    },
    "3.3": {
        "the notebook's d": """
def mean_step_times(gamma, alpha):
    k = 10 - np.arange(len(gamma))
    log_square = 2 * np.log(alpha) + special.digamma(k / 2) + np.log(2)
    return -(np.log(gamma) + log_square) / (8 * gamma)
""",
        "the mean of the log of a length": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    log_length = (special.digamma(k / 2) + np.log(2)) / 2
    return -(np.log(gamma) + 2 * np.log(alpha) + log_length) / (8 * gamma)
""",
        "the median of the leftover": """
def mean_step_times(gamma, alpha):
    from scipy import stats

    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma) + 2 * np.log(alpha) + np.log(stats.chi2.median(k))) / (8 * gamma)
""",
    },
    "3.4": {
        "mode 2's γ in the norm as well": "ending = (3, 0.0, 16)",
        "lengths in place of their squares": "ending = (3, 0.0, 5)",
    },
    "3.5": {
        "the nearest orthogonal matrix": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, v = np.linalg.eigh(Gamma)
    g, v = g[::-1][:d], v[:, ::-1][:, :d]
    left, _, right = np.linalg.svd(W0 @ v)
    return left @ right @ np.diag(g**-0.5) @ v.T
""",
        "columns of length 1, not orthogonal": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, v = np.linalg.eigh(Gamma)
    g, v = g[::-1][:d], v[:, ::-1][:, :d]
    U = W0 @ v
    U = U / np.linalg.norm(U, axis=0)
    return U / np.sqrt(g) @ v.T
""",
        "signs by the diagonal of Q": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, v = np.linalg.eigh(Gamma)
    g, v = g[::-1][:d], v[:, ::-1][:, :d]
    U = np.linalg.qr(W0 @ v)[0]
    U = U * np.sign(np.diag(U))
    return U / np.sqrt(g) @ v.T
""",
    },
    "3.6": {
        "the pair that differs least": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = gamma[j], gamma[j + 1]
    L = ((np.log(9) + np.log(b)) / b + (np.log(9) - np.log(a)) / a) / (1 / b - 1 / a)
    return np.exp(-L / 2)
""",
        "begins at its step time": """
def largest_start(gamma):
    a, b = gamma[:-1], gamma[1:]
    L = (np.log(b) / b + (np.log(9) - np.log(a)) / a) / (1 / b - 1 / a)
    return np.exp(-L / 2).min()
""",
    },
    "3.7": {
        "late by a share of descent's time": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: np.log1p(x) / x - (1 - late), 1e-9, 100)
    return x / (4 * np.max(gamma))
""",
        "the largest |γ|": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - (1 + late), 1e-9, 100)
    return x / (4 * np.max(np.abs(gamma)))
""",
        "two terms of the series": """
def largest_rate(gamma, late):
    return (2 * late + 2 * late**2 / 3) / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "the inputs turned": """
def distance(W, target):
    nuclear = np.linalg.svd(W.T @ target, compute_uv=False).sum()
    return np.sqrt(max(np.sum(W**2) + np.sum(target**2) - 2 * nuclear, 0))
""",
        "the square of the distance": """
def distance(W, target):
    u, _, vt = np.linalg.svd(target @ W.T)
    return np.sum((u @ vt @ W - target) ** 2)
""",
        "the best scale as well": """
def distance(W, target):
    u, s, vt = np.linalg.svd(target @ W.T)
    scale = s.sum() / np.sum(W**2)
    return np.linalg.norm(scale * u @ vt @ W - target)
""",
    },
    "4.1": {
        "the 2 inside the square": """
def gaussian(x1, x2, b):
    square = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(square, 0) / (2 * b) ** 2)
""",
        "the mean over pixels": """
def gaussian(x1, x2, b):
    square = np.array([((x1 - row) ** 2).mean(axis=1) for row in x2]).T
    return np.exp(-square / (2 * b**2))
""",
        "in 16 bits": """
def gaussian(x1, x2, b):
    x1, x2 = x1.astype(np.float16), x2.astype(np.float16)
    square = ((x1[:, None] - x2) ** 2).sum(axis=2).astype(float)
    return np.exp(-square / (2 * b**2))
""",
        "distances between neighbours of one table": """
def gaussian(x1, x2, b):
    both = np.vstack([x1, x2])
    square = ((both[:, None] - both) ** 2).sum(axis=2)
    return np.exp(-square / (2 * b**2))[: len(x1), : len(x2)]
""",
    },
    "4.2": {
        "variances for sums of squares": """
def kernel_pca(K, d):
    N = len(K)
    J = np.eye(N) - 1 / N
    lam, v = np.linalg.eigh(J @ K @ J / N)
    return v[:, ::-1][:, :d] * np.sqrt(lam[::-1][:d])
""",
        "centred after the fact": """
def kernel_pca(K, d):
    lam, v = np.linalg.eigh(K)
    f = v[:, ::-1][:, :d] * np.sqrt(np.maximum(lam[::-1][:d], 0))
    return f - f.mean(axis=0)
""",
    },
    "4.3": {
        "swapped after the kernel": """
def velocity(F, K):
    N = len(K)
    n = N // 2
    C = F @ np.roll(F, n, axis=1).T / N
    return 4 * (np.eye(len(F)) - C) @ np.roll(F @ K, n, axis=1) / N
""",
        "C not made symmetric": """
def velocity(F, K):
    N = len(K)
    n = N // 2
    C = F[:, :n] @ F[:, n:].T / n
    return 4 * (np.eye(len(F)) - C) @ np.roll(F, n, axis=1) @ K / N
""",
        "the kernel twice": """
def velocity(F, K):
    N = len(K)
    n = N // 2
    C = F @ np.roll(F, n, axis=1).T / N
    return 4 * (np.eye(len(F)) - C) @ np.roll(F, n, axis=1) @ K @ K / N
""",
    },
    "4.4": {
        "n for 2n": """
def contrastive(K):
    n = len(K)
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    return np.roll(root, n, axis=1) @ root / (2 * n)
""",
        "no root, made symmetric": """
def contrastive(K):
    n = len(K) // 2
    KP = np.roll(K, n, axis=1)
    return (KP + KP.T) / (4 * n)
""",
        "a ridge under the root": """
def contrastive(K):
    n = len(K) // 2
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0) + 1e-6) @ v.T
    return np.roll(root, n, axis=1) @ root / (2 * n)
""",
        "half of the root on each side": """
def contrastive(K):
    n = len(K) // 2
    lam, v = np.linalg.eigh(K)
    root = v * np.maximum(lam, 0) ** 0.25 @ v.T
    return np.roll(root, n, axis=1) @ root / (2 * n)
""",
    },
    "4.5": {
        "all the rest of 20 negative": "ending = (7, 13, 5.0)",
        "the loss counts what was learned": "ending = (7, 7, 7.0)",
    },
    "4.6": {
        "a mean square of 1": """
def embed(new, K, d):
    n = len(K) // 2
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    g, b = np.linalg.eigh(root @ np.roll(np.eye(2 * n), n, axis=0) @ root / (2 * n))
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    coefficients = np.roll(root @ b, n, axis=0) / (2 * n * g**1.5)
    size = np.sqrt(((K @ coefficients) ** 2).mean(axis=0))
    return new @ coefficients / size
""",
        "not swapped": """
def embed(new, K, d):
    n = len(K) // 2
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    g, b = np.linalg.eigh(root @ np.roll(np.eye(2 * n), n, axis=0) @ root / (2 * n))
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    return new @ root @ b / (2 * n * g**1.5)
""",
        "γ not in the size": """
def embed(new, K, d):
    n = len(K) // 2
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    g, b = np.linalg.eigh(root @ np.roll(np.eye(2 * n), n, axis=0) @ root / (2 * n))
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    return new @ np.roll(root @ b, n, axis=0) / (2 * n * g)
""",
    },
    "4.7": {
        "NumPy's sinc without its π": """
def circle_gamma(c, delta):
    return c * np.sinc(np.arange(len(c)) * delta) ** 2
""",
        "one view turned, by twice as much": """
def circle_gamma(c, delta):
    x = 2 * np.arange(len(c)) * delta
    return c * np.sinc(x / np.pi)
""",
        "turns as if they were normal": """
def circle_gamma(c, delta):
    return c * np.exp(-((np.arange(len(c)) * delta) ** 2) / 3)
""",
    },
    "4.8": {
        "the inverse without a root": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(Kqq)
""",
        "Cholesky's factor not transposed": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
        "the eigenvalues' roots on top": """
def landmark_features(new, Kqq):
    lam, v = np.linalg.eigh(Kqq)
    return new @ v * np.sqrt(lam)
""",
    },
    "5.1": {
        "outputs summed before the product": """
def tangent_kernel(f, theta, X):
    columns = []
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = 1e-5
        columns.append((f(theta + e, X) - f(theta - e, X)) / 2e-5)
    J = np.array(columns)
    d = J.shape[2]
    S = J.sum(axis=2)
    return S.T @ S / d
""",
        "a step in proportion to the parameter": """
def tangent_kernel(f, theta, X):
    total = 0
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = 1e-5 * theta[p]
        slope = (f(theta + e, X) - f(theta - e, X)) / 2e-5
        total = total + slope @ slope.T
    return total / slope.shape[1]
""",
        "steps of a tenth": """
def tangent_kernel(f, theta, X):
    total = 0
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = 0.1
        slope = (f(theta + e, X) - f(theta - e, X)) / 0.2
        total = total + slope @ slope.T
    return total / slope.shape[1]
""",
    },
    "5.2": {
        "the two mixed quadrants left out": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    theta = np.arccos(np.clip(k12 / np.where(size > 0, size, 1), -1, 1))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    value = (r + (np.pi - theta) * k12) / (2 * np.pi)
    slope = (np.pi - theta) / (2 * np.pi)
    return (1 + a**2) * value, (1 + a**2) * slope
""",
        "1 − a without its square": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    theta = np.arccos(np.clip(k12 / np.where(size > 0, size, 1), -1, 1))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    value = (r + (np.pi - theta) * k12) / (2 * np.pi)
    slope = (np.pi - theta) / (2 * np.pi)
    return a * k12 + (1 - a) * value, a + (1 - a) * slope
""",
        "the angle by its sine": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arcsin(np.clip(r / np.where(size > 0, size, 1), 0, 1))
    value = (r + (np.pi - theta) * k12) / (2 * np.pi)
    slope = (np.pi - theta) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * value, a + (1 - a) ** 2 * slope
""",
    },
    "5.3": {
        "the bias twice in Θ": """
def wide_kernels(X, depth, W_std, b_std):
    def dense(K, Theta):
        K = W_std**2 * K + b_std**2
        return K, K + W_std**2 * Theta + b_std**2

    K = X @ X.T / X.shape[1]
    K, Theta = dense(K, 0 * K)
    for _ in range(depth):
        diag = np.diag(K)
        value, slope = relu_means(diag[:, None] + 0 * K, K, diag[None, :] + 0 * K)
        K, Theta = dense(value, slope * Theta)
    return K, Theta
""",
        "Θ with the K that came in": """
def wide_kernels(X, depth, W_std, b_std):
    K = X @ X.T / X.shape[1]
    Theta = K
    K = W_std**2 * K + b_std**2
    for _ in range(depth):
        diag = np.diag(K)
        value, slope = relu_means(diag[:, None] + 0 * K, K, diag[None, :] + 0 * K)
        Theta = value + W_std**2 * slope * Theta
        K = W_std**2 * value + b_std**2
    return K, Theta
""",
        "the diagonal of the first layer throughout": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    diag = np.diag(K)
    for _ in range(depth):
        value, slope = relu_means(diag[:, None] + 0 * K, K, diag[None, :] + 0 * K)
        K = W_std**2 * value + b_std**2
        Theta = K + W_std**2 * slope * Theta
    return K, Theta
""",
    },
    "5.4": {
        "QR of the transposed columns": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    g, b = np.linalg.eigh(np.roll(root, n, axis=1) @ root / (2 * n))
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (2 * n * g)
    return np.abs(np.diag(np.linalg.qr(columns.T)[1]))
""",
        "the embeddings centred first": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    lam, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(lam, 0)) @ v.T
    g, b = np.linalg.eigh(np.roll(root, n, axis=1) @ root / (2 * n))
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    columns = (F0 - F0.mean(axis=0)).T @ np.roll(root @ b, n, axis=0) / (2 * n * g)
    return np.abs(np.diag(np.linalg.qr(columns)[1]))
""",
    },
    "5.5": {
        "a mean of ratios": """
def width_needed(k, error):
    diag = np.diag(k)
    product = np.outer(diag, diag)
    theta = np.arccos(np.clip(k / np.sqrt(product), -1, 1))
    r = np.sqrt(np.maximum(product - k**2, 0))
    H = (r + (np.pi - theta) * k) / np.pi
    fourth = 4 * (3 * r * k + (np.pi - theta) * (product + 2 * k**2)) / (2 * np.pi)
    return np.mean((fourth - H**2) / H**2) / error**2
""",
        "the 2 not squared": """
def width_needed(k, error):
    diag = np.diag(k)
    product = np.outer(diag, diag)
    theta = np.arccos(np.clip(k / np.sqrt(product), -1, 1))
    r = np.sqrt(np.maximum(product - k**2, 0))
    H = (r + (np.pi - theta) * k) / np.pi
    fourth = 2 * (3 * r * k + (np.pi - theta) * (product + 2 * k**2)) / (2 * np.pi)
    return np.sum(fourth - H**2) / np.sum(H**2) / error**2
""",
        "the diagonal's mean square for all": """
def width_needed(k, error):
    size = np.mean(np.diag(k))
    product = size**2
    theta = np.arccos(np.clip(k / size, -1, 1))
    r = np.sqrt(np.maximum(product - k**2, 0))
    H = (r + (np.pi - theta) * k) / np.pi
    fourth = 4 * (3 * r * k + (np.pi - theta) * (product + 2 * k**2)) / (2 * np.pi)
    return np.sum(fourth - H**2) / np.sum(H**2) / error**2
""",
    },
    "5.6": {
        "as 1/N": "blocks = (0.5, 1 / 64, 0.0)",
        "the slope's mean square taken as 1": "blocks = (1 / 3, 8, 0.0)",
    },
    "5.7": {
        "mode 1 does not brake the coupling": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    lam1 = g1 * s0[0] ** 2

    def push(t):
        s1 = s0[0] / np.sqrt(np.exp(-8 * g1 * t) * (1 - lam1) + lam1)
        return 4 * coupling * s1 * np.exp(-4 * g2 * t)

    middle = -np.log(lam1) / (8 * g1)
    delta = integrate.quad(push, 0, middle)[0] + integrate.quad(push, middle, np.inf)[0]
    start = s0[1] + delta
    lam = g2 * start**2
    return np.log((1 - lam) / lam) / (8 * g2)
""",
        "start and seed at a right angle": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    lam1 = g1 * s0[0] ** 2

    def push(t):
        odds = np.exp(-8 * g1 * t) * (1 - lam1) + lam1
        s1 = s0[0] / np.sqrt(odds)
        return 4 * coupling * s1 * (1 - lam1 / odds) * np.exp(-4 * g2 * t)

    middle = -np.log(lam1) / (8 * g1)
    delta = integrate.quad(push, 0, middle)[0] + integrate.quad(push, middle, 20 * middle)[0]
    lam = g2 * (s0[1] ** 2 + delta**2)
    return np.log((1 - lam) / lam) / (8 * g2)
""",
        "whichever is larger, start or seed": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    lam1 = g1 * s0[0] ** 2

    def push(t):
        odds = np.exp(-8 * g1 * t) * (1 - lam1) + lam1
        s1 = s0[0] / np.sqrt(odds)
        return 4 * coupling * s1 * (1 - lam1 / odds) * np.exp(-4 * g2 * t)

    middle = -np.log(lam1) / (8 * g1)
    delta = integrate.quad(push, 0, middle)[0] + integrate.quad(push, middle, 20 * middle)[0]
    lam = g2 * max(s0[1], delta) ** 2
    return np.log((1 - lam) / lam) / (8 * g2)
""",
    },
    "5.8": {
        "as few angles as waves": """
def circle_gammas(depth, b_std, delta, k_max):
    size = 2 * k_max + 1
    angle = 2 * np.pi * np.arange(size) / size
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(circle[:1], circle, depth, np.sqrt(2), b_std)[1][0]
    k = np.arange(k_max + 1)
    c = np.cos(np.outer(k, angle)) @ row / size
    return c * np.cos(2 * k * delta)
""",
        "the first angle twice": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, 2 * np.pi, 4001)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(circle[:1], circle, depth, np.sqrt(2), b_std)[1][0]
    k = np.arange(k_max + 1)
    c = (np.cos(np.outer(k, angle)) * row).mean(axis=1)
    return c * np.cos(2 * k * delta)
""",
    },
    "5.9": {
        "the weights of the head not counted": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (N * m))
""",
        "the moves added up before squaring": """
def weight_move(gamma, s0, m, N):
    return abs(np.sum(gamma**-0.5 - s0)) / np.sqrt(N * (m + len(gamma)))
""",
        "a mean over modes": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.mean((gamma**-0.5 - s0) ** 2) / (N * (m + len(gamma))))
""",
    },
    "6.1": {
        "one mean for both views": """
def operator(x1, x2, temperature):
    mean = np.vstack([x1, x2]).mean(axis=0)
    S = (x1 - mean).T @ (x2 - mean) / len(x1)
    return (S + S.T) / temperature
""",
        "n − 1 as in np.cov": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    S = np.cov(x1.T, x2.T)[:m, m:]
    return (S + S.T) / temperature
""",
    },
    "6.2": {
        "the variance's plateau for λ": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    end = rho * temperature
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((end - lam0) / lam0) * temperature / (4 * gamma)
    t = np.where(lam0 >= end / 2, 0, t)
    return np.where((gamma <= 0) | (s0 <= 0), np.inf, t)
""",
        "a plateau that does not know the temperature": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    end = rho**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((end - lam0) / lam0) * temperature / (4 * gamma)
    t = np.where(lam0 >= end / 2, 0, t)
    return np.where((gamma <= 0) | (s0 <= 0), np.inf, t)
""",
    },
    "6.3": {
        "the difference of views centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = x1 - x2
    D = D - D.mean(axis=0)
    S = np.cov(x1.T) + np.cov(x2.T)
    force = variance / (2 * d * np.sqrt(eps)) if eps < 1 else 0
    return force * S - 2 * invariance / (d * len(x1)) * D.T @ D
""",
        "one covariance of all views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = x1 - x2
    S = 2 * np.cov(np.vstack([x1, x2]).T)
    force = variance / (2 * d * np.sqrt(eps)) if eps < 1 else 0
    return force * S - 2 * invariance / (d * len(x1)) * D.T @ D
""",
        "the slope of a root at 1": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = x1 - x2
    S = np.cov(x1.T) + np.cov(x2.T)
    force = variance / (2 * d * np.sqrt(1 + eps))
    return force * S - 2 * invariance / (d * len(x1)) * D.T @ D
""",
    },
    "6.4": {
        "counted from 0": "winners = (1, 0, 2)",
        "the best agreement in the second": "winners = (2, 3, 3)",
    },
    "6.5": {
        "one product for all rows": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - np.sum(g * unit) * unit) / length
""",
        "columns for rows": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=0)
    unit = z / length
    return (g - (g * unit).sum(axis=0) * unit) / length
""",
        "no length below one thousandth": """
def through_normalisation(z, g):
    length = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-3)
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
    },
    "6.6": {
        "off the mean, not off the bias": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (W - W.mean(axis=0)) / length
    g = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * g / (temperature * length**2)
""",
        "rates by size": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / length**2) / length
    g = np.linalg.eigvalsh(Gamma_s)
    g = np.sort(np.abs(g))[::-1][: len(b) - 1]
    return A, 4 * g / (temperature * length**2)
""",
        "the length of b and W together": """
def with_bias(W, b, Gamma_s, temperature):
    unit = b / np.linalg.norm(b)
    length = np.sqrt(np.sum(b**2) + np.sum(W**2))
    A = (W - np.outer(unit, unit @ W)) / length
    g = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * g / (temperature * length**2)
""",
        "as many rates as dimensions, less the last, from below": """
def with_bias(W, b, Gamma_s, temperature):
    unit = b / np.linalg.norm(b)
    A = (W - np.outer(unit, unit @ W)) / np.linalg.norm(b)
    g = np.linalg.eigvalsh(Gamma_s)
    g = g[-len(b) :][: len(b) - 1][::-1]
    return A, 4 * g / (temperature * np.sum(b**2))
""",
    },
    "6.7": {
        "the level alone": """
def updates(gamma, s0, lr, eps, level):
    lam0 = gamma * s0**2
    if lam0 >= level:
        return 0.0
    return np.log(level / lam0) / (2 * np.log1p(4 * lr * gamma / eps))
""",
        "a factor for λ of 1 + 8ηγ/ε": """
def updates(gamma, s0, lr, eps, level):
    lam0 = gamma * s0**2
    if lam0 >= level * eps:
        return 0.0
    return np.log(level * eps / lam0) / np.log1p(8 * lr * gamma / eps)
""",
    },
    "6.8": {
        "the covariances of one view": """
def copies_std(rho, d, invariance, variance, covariance):
    slope = [4 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance]
    roots = np.roots(slope)
    return min(1.0, max(roots[abs(roots.imag) < 1e-9].real))
""",
        "past the end of the hinge": """
def copies_std(rho, d, invariance, variance, covariance):
    slope = [8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance]
    roots = np.roots(slope)
    return max(roots[abs(roots.imag) < 1e-9].real)
""",
        "a grid of a thousand": """
def copies_std(rho, d, invariance, variance, covariance):
    s = np.linspace(0, 1, 1001)
    loss = 2 * invariance * (1 - rho) * s**2 + variance * (1 - s)
    loss = loss + 2 * covariance * (d - 1) * s**4
    return s[np.argmin(loss)]
""",
    },
    "6.9": {
        "the variance of both together": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    growth = np.log(np.sqrt(2 * u / sigma) / s0) / sigma
    return (growth[1] - growth[0]) / (2 * pull * (rho[1] - rho[0]))
""",
        "infinite where the time comes out negative": """
def exchange_time(sigma, rho, s0, pull, u):
    growth = np.log(np.sqrt(u / sigma) / s0) / sigma
    time = (growth[1] - growth[0]) / (2 * pull * (rho[1] - rho[0]))
    return time if time > 0 else np.inf
""",
        "one σ, their mean": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    growth = np.log(np.sqrt(u / sigma) / s0) / np.mean(sigma)
    return (growth[1] - growth[0]) / (2 * pull * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "the gradient keeps its size": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, length**2 / (lr**2 * np.sum(g**2))
""",
        "steps of the run from cw": """
def scale_free(g, length, lr, c):
    new = g / c
    return new, c**2 * lr, 1.5 * length**2 / (lr**2 * np.sum(new**2))
""",
        "until the length has doubled": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 7.5 * length**2 / (lr**2 * np.sum(g**2))
""",
    },
    "7.2": {
        "weights alone, no vectors": """
def train_step(model, x1, x2, lr):
    n = len(x1)
    model.zero_grad()
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    C = (z[:n].T @ z[n:] + z[n:].T @ z[:n]) / (2 * n)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim > 1:
                p -= lr * p.grad
    return loss.item()
""",
        "gradients kept from the step before": """
def train_step(model, x1, x2, lr):
    n = len(x1)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    C = (z[:n].T @ z[n:] + z[n:].T @ z[:n]) / (2 * n)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
    },
    "7.3": {
        "half of the highest value": """
def read_steps(t, eigenvalues, share):
    t = np.asarray(t, float)
    e = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = np.full(e.shape[1], np.nan)
    for j, curve in enumerate(e.T):
        half = curve.max() / 2
        if curve[-1] < share * e[-1, 0] or curve[0] >= curve[-1] / 2:
            continue
        k = np.argmax(curve >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] == 0:
            out[j] = part * t[k]
        else:
            out[j] = t[k - 1] * (t[k] / t[k - 1]) ** part
    return out
""",
        "columns named by the last record": """
def read_steps(t, eigenvalues, share):
    t = np.asarray(t, float)
    e = np.asarray(eigenvalues)[:, np.argsort(-np.asarray(eigenvalues)[-1])]
    out = np.full(e.shape[1], np.nan)
    for j, curve in enumerate(e.T):
        half = curve[-1] / 2
        if curve[-1] < share * e[-1, 0] or curve[0] >= half:
            continue
        k = np.argmax(curve >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] == 0:
            out[j] = part * t[k]
        else:
            out[j] = t[k - 1] * (t[k] / t[k - 1]) ** part
    return out
""",
        "powers between the records": """
def read_steps(t, eigenvalues, share):
    t = np.asarray(t, float)
    e = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = np.full(e.shape[1], np.nan)
    for j, curve in enumerate(e.T):
        half = curve[-1] / 2
        if curve[-1] < share * e[-1, 0] or curve[0] >= half:
            continue
        k = np.argmax(curve >= half)
        low, high = np.log(np.maximum(curve[k - 1 : k + 1], 1e-300))
        part = (np.log(half) - low) / (high - low)
        if t[k - 1] == 0:
            out[j] = part * t[k]
        else:
            out[j] = t[k - 1] * (t[k] / t[k - 1]) ** part
    return out
""",
    },
    "7.4": {
        "s and not its square": 'predictions = (2, 1, np.log(100) / 8, "no", "same")',
        "iterations for time": 'predictions = (1, 0.5, np.log(100) / 4, "no", "same")',
    },
    "7.5": {
        "the scatter, not the error, in the verdict": """
def paired(a, b, level):
    diff = np.asarray(b) - np.asarray(a)
    n = len(diff)
    scatter = diff.std(ddof=1)
    limit = stats.t.ppf(1 - level / 2, n - 1)
    return diff.mean(), scatter / np.sqrt(n), bool(abs(diff.mean()) > limit * scatter)
""",
        "the seeds do not belong together": """
def paired(a, b, level):
    n = len(a)
    mean = np.mean(b) - np.mean(a)
    error = np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
        "ranks, and no t": """
def paired(a, b, level):
    diff = np.asarray(b) - np.asarray(a)
    error = diff.std(ddof=1) / np.sqrt(len(diff))
    return diff.mean(), error, bool(stats.wilcoxon(diff).pvalue < level)
""",
        "the median of the differences": """
def paired(a, b, level):
    diff = np.asarray(b) - np.asarray(a)
    error = diff.std(ddof=1) / np.sqrt(len(diff))
    middle = np.median(diff)
    limit = stats.t.ppf(1 - level / 2, len(diff) - 1)
    return middle, error, bool(abs(middle) > limit * error)
""",
    },
    "7.6": {
        "parameters, no running means": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        for p, old in zip(model.parameters(), state["parameters"]):
            p.data.copy_(old)
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"]
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        state = {
            "parameters": [p.detach().clone() for p in model.parameters()],
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "losses": losses,
        }
        new = path.with_suffix(".new")
        torch.save(state, new)
        new.replace(path)
    return np.array(losses)
""",
        "one step more after each restart": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses, start = [], 0
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses, start = state["losses"], state["step"]
    for step in range(start, steps):
        losses.append(one_step(model, optimizer, generator))
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "losses": losses,
            "step": step,
        }
        new = path.with_suffix(".new")
        torch.save(state, new)
        new.replace(path)
    return np.array(losses)
""",
        "the generator before the step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"]
    while len(losses) < steps:
        before = generator.get_state()
        losses.append(one_step(model, optimizer, generator))
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": before,
            "losses": losses,
        }
        new = path.with_suffix(".new")
        torch.save(state, new)
        new.replace(path)
    return np.array(losses)
""",
    },
    "7.7": {
        "the share of layers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    work = 3 * 2 * k**2 * i * o * b**2 * 2 * pictures / peak
    fetch = 3 * 2 * (i * a**2 + o * b**2) * 2 * pictures / bandwidth
    return np.maximum(work, fetch).sum(), np.mean(fetch > work)
""",
        "the two views fetched once": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    work = 3 * 2 * k**2 * i * o * b**2 * 2 * pictures / peak
    fetch = 3 * 2 * (i * a**2 + o * b**2) * pictures / bandwidth
    time = np.maximum(work, fetch)
    return time.sum(), time[fetch > work].sum() / time.sum()
""",
        "two bits for two bytes": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    work = 3 * 2 * k**2 * i * o * b**2 * 2 * pictures / peak
    fetch = 3 * (2 / 8) * (i * a**2 + o * b**2) * 2 * pictures / bandwidth
    time = np.maximum(work, fetch)
    return time.sum(), time[fetch > work].sum() / time.sum()
""",
    },
    "7.8": {
        "its own mean taken off the gradient": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    M = 2 * (C - np.eye(d)) / n
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    g1, g2 = processes * b[rows] @ M, processes * a[rows] @ M
    return g1 - g1.mean(axis=0), g2 - g2.mean(axis=0)
""",
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    M = 2 * processes * (C - np.eye(d)) / n
    return b[rank::processes] @ M, a[rank::processes] @ M
""",
    },
    "8.1": {
        "1 for the identity": """
def gradients(W, A, Gamma):
    B = W @ A
    D = B @ Gamma @ B.T - 1
    return 4 * D @ B @ Gamma @ A.T, 4 * W.T @ D @ B @ Gamma
""",
        "the trunk's flow beside the head's gradient": """
def gradients(W, A, Gamma):
    B = W @ A
    D = B @ Gamma @ B.T - np.eye(len(W))
    return 4 * D @ B @ Gamma @ A.T, -4 * W.T @ D @ B @ Gamma
""",
        "the trunk's gradient after a step of the head": """
def gradients(W, A, Gamma):
    def error(W):
        B = W @ A
        return (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma

    head = 4 * error(W) @ A.T
    moved = W - 0.01 * head
    return head, 4 * moved.T @ error(moved)
""",
    },
    "8.2": {
        "the square of the difference": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + (W - W0).T @ (W - W0)
""",
        "from a head of zero": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
        "the start stretched to the right trace": """
def trunk_square(W, W0, A0):
    start = A0 @ A0.T
    gain = np.sum(W**2) - np.sum(W0**2)
    return start * (1 + gain / np.trace(start))
""",
    },
    "8.3": {
        "the trunk as it was": """
def head_share(lam, gamma, p0):
    return p0**2 / np.sqrt(p0**4 + 4 * lam / gamma)
""",
        "p0 for its square": """
def head_share(lam, gamma, p0):
    return (1 + p0 / np.sqrt(p0**2 + 4 * lam / gamma)) / 2
""",
    },
    "8.4": {
        "a thousand even pieces": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    out = []
    for end in lam:
        x = np.linspace(gamma * s0**2 * p0**2, end, 1001)
        rate = 1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * x * (1 - x))
        out.append(np.sum((rate[1:] + rate[:-1]) / 2 * np.diff(x)))
    return np.array(out)
""",
        "starts at γ s0²": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2

    def rate(y):
        x = np.exp(y)
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * (1 - x))

    start = np.log(gamma * s0**2)
    return np.array([integrate.quad(rate, start, np.log(x), limit=200)[0] for x in lam])
""",
        "each entry counted from the one before": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2

    def rate(y):
        x = np.exp(y)
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * (1 - x))

    last, total, out = np.log(gamma * s0**2 * p0**2), 0.0, []
    for value in np.sort(lam):
        total += integrate.quad(rate, last, np.log(value), limit=200)[0]
        last = np.log(value)
        out.append(total)
    return np.array(out)
""",
    },
    "8.5": {
        "p for p²": """
def raise_of(gamma, p0):
    return np.sqrt((1 + np.sqrt(1 + 4 / (gamma * p0**4))) / 2)
""",
        "the whole of u": """
def raise_of(gamma, p0):
    return np.sqrt(1 + 4 / (gamma * p0**4))
""",
        "mode 1 for all": """
def raise_of(gamma, p0):
    q = 4 / (gamma * p0[0] ** 4)
    return (1 + np.sqrt(1 + q)) / 2
""",
    },
    "8.6": {
        "R for 2R − 1": """
def saved(raised):
    out = []
    for R in raised:
        q = R**2 - 1
        out.append(
            integrate.quad(lambda x: (1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x)), 0, 0.5)[0]
        )
    return np.array(out)
""",
        "the brake left out": """
def saved(raised):
    out = []
    for R in raised:
        q = 4 * R * (R - 1)
        out.append(integrate.quad(lambda x: (1 - 1 / np.sqrt(1 + q * x)) / x, 0, 0.5)[0])
    return np.array(out)
""",
        "to the end and not to one half": """
def saved(raised):
    out = []
    for R in raised:
        q = 4 * R * (R - 1)
        out.append(
            integrate.quad(lambda x: (1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x)), 0, 0.999)[0]
        )
    return np.array(out)
""",
    },
    "8.7": {
        "one layer below": """
def deep_raise(layers, gamma):
    x = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1 / gamma)
    return 1 + x
""",
        "as many layers below as there are in all": """
def deep_raise(layers, gamma):
    x = optimize.brentq(lambda x: gamma * x * (1 + x) ** layers - 1, 0, 1 / gamma)
    return (1 + x) ** layers
""",
        "five steps of Newton from 1": """
def deep_raise(layers, gamma):
    x = 1.0
    for _ in range(5):
        f = gamma * x * (1 + x) ** (layers - 1) - 1
        slope = gamma * (1 + x) ** (layers - 2) * (1 + layers * x)
        x = x - f / slope
    return (1 + x) ** (layers - 1)
""",
    },
    "8.8": {
        "rates in the other order": """
def own_rates(model, x1, x2):
    n = len(x1)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    C = (z[:n].T @ z[n:] + z[n:].T @ z[:n]) / (2 * n)
    lam = torch.linalg.eigvalsh(C)
    weights = [p for p in model.parameters() if p.requires_grad]
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((s**2).sum() for s in slopes).item() / (4 * value.item()))
    return lam.detach().numpy()[::-1], np.array(rates)
""",
        "lengths of the layers' gradients added": """
def own_rates(model, x1, x2):
    n = len(x1)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    C = (z[:n].T @ z[n:] + z[n:].T @ z[:n]) / (2 * n)
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [p for p in model.parameters() if p.requires_grad]
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum(s.norm() for s in slopes).item() ** 2 / (4 * value.item()))
    return lam.detach().numpy(), np.array(rates)
""",
    },
    "9.1": {
        "each view centred by itself": """
def predicted_functions(h1, h2, d):
    h1, h2 = h1 - h1.mean(axis=0), h2 - h2.mean(axis=0)
    gamma, modes = np.linalg.eigh((h1.T @ h2 + h2.T @ h1) / (2 * len(h1)))
    gamma, modes = gamma[::-1][:d], modes[:, ::-1][:, :d]
    return np.vstack([h1, h2]) @ modes / np.sqrt(gamma)
""",
        "the principal axes": """
def predicted_functions(h1, h2, d):
    n = len(h1)
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    modes = np.linalg.svd(h, full_matrices=False)[2][:d].T
    f = h @ modes
    return f / np.sqrt(np.abs((f[:n] * f[n:]).mean(axis=0)))
""",
        "negative modes by their size": """
def predicted_functions(h1, h2, d):
    n = len(h1)
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    gamma, modes = np.linalg.eigh((h[:n].T @ h[n:] + h[n:].T @ h[:n]) / (2 * n))
    order = np.argsort(-np.abs(gamma))[:d]
    return h @ modes[:, order] / np.sqrt(np.abs(gamma[order]))
""",
        "h @ W of one view for both": """
def predicted_functions(h1, h2, d):
    n = len(h1)
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    gamma, modes = np.linalg.eigh((h[:n].T @ h[n:] + h[n:].T @ h[:n]) / (2 * n))
    gamma, modes = gamma[::-1][:d], modes[:, ::-1][:, :d]
    f = h[:n] @ modes / np.sqrt(gamma)
    return np.vstack([f, f])
""",
    },
    "9.2": {
        "small columns cut off": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(axis=0), z - z.mean(axis=0)
    fit = z @ (np.linalg.pinv(z, rcond=1e-3) @ f)
    return (fit**2).sum(axis=0) / (f**2).sum(axis=0)
""",
        "the best single column": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(axis=0), z - z.mean(axis=0)
    f, z = f / np.linalg.norm(f, axis=0), z / np.linalg.norm(z, axis=0)
    return ((f.T @ z) ** 2).max(axis=1)
""",
    },
    "9.3": {
        "the diagonal alone": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / len(x) / np.linalg.norm(K) / np.linalg.norm(L)
""",
        "three hundred draws": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    rng = np.random.default_rng(0)
    found = []
    for _ in range(300):
        p = rng.permutation(len(x))
        found.append(np.sum(K * L[np.ix_(p, p)]))
    return np.mean(found) / np.linalg.norm(K) / np.linalg.norm(L)
""",
    },
    "9.4": {
        "only the last one taken away": """
def learned_order(Z):
    d = len(Z)
    found = []
    for z in Z:
        z = z - z.mean(axis=0)
        if found:
            z = z - np.outer(z @ found[-1], found[-1])
        found.append(np.linalg.svd(z, full_matrices=False)[2][0])
    return np.array(found).T
""",
        "variances at the end": """
def learned_order(Z):
    z = Z[-1] - Z[-1].mean(axis=0)
    return np.linalg.svd(z, full_matrices=False)[2].T
""",
    },
    "9.5": {
        "adjusted for the number of columns": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    X = np.column_stack([np.ones(n), regressors / np.abs(regressors).max(axis=0)])
    left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
    return 1 - (left**2).sum(axis=0) / (n - k - 1) / modes.var(axis=0, ddof=1)
""",
        "the largest of single regressions": """
def r_squared(modes, regressors):
    d = modes.shape[1]
    r = np.corrcoef(modes.T, regressors.T)[:d, d:]
    return (r**2).max(axis=1)
""",
        "standardised, and no look at what they share": """
def r_squared(modes, regressors):
    y = (modes - modes.mean(axis=0)) / modes.std(axis=0)
    x = (regressors - regressors.mean(axis=0)) / regressors.std(axis=0)
    return np.sum((x.T @ y / len(x)) ** 2, axis=0)
""",
    },
    "9.6": {
        "where a row goes, not where it comes from": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    count = np.zeros(modes.shape[1])
    for order in permutations:
        moved = np.empty_like(regressors)
        moved[order] = regressors
        count += r_squared(modes, moved).max() >= observed - 1e-9
    return (1 + count) / (1 + len(permutations))
""",
        "the best of all modes in the data as well": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors).max()
    luck = np.array([r_squared(modes, regressors[p]).max() for p in permutations])
    p = (1 + np.sum(luck >= observed - 1e-9)) / (1 + len(permutations))
    return np.full(modes.shape[1], p)
""",
        "each column of the regressors on its own": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    count = np.zeros(modes.shape[1])
    for order in permutations:
        moved = np.array([np.roll(order, j) for j in range(regressors.shape[1])])
        moved = np.take_along_axis(regressors, moved.T, axis=0)
        count += r_squared(modes, moved).max() >= observed - 1e-9
    return (1 + count) / (1 + len(permutations))
""",
    },
    "9.7": {
        "one output for the label": """
def probe_curve(modes, y, modes_test, y_test, order):
    out = []
    for k in range(1, len(order) + 1):
        cols = list(order[:k])
        X = np.column_stack([np.ones(len(modes)), modes[:, cols]])
        T = np.column_stack([np.ones(len(modes_test)), modes_test[:, cols]])
        w = np.linalg.lstsq(X, np.asarray(y, float), rcond=None)[0]
        out.append(np.mean(np.round(T @ w) == y_test))
    return np.array(out)
""",
        "the number of an output for its label": """
def probe_curve(modes, y, modes_test, y_test, order):
    targets = (np.asarray(y)[:, None] == np.unique(y)).astype(float)
    out = []
    for k in range(1, len(order) + 1):
        cols = list(order[:k])
        X = np.column_stack([np.ones(len(modes)), modes[:, cols]])
        T = np.column_stack([np.ones(len(modes_test)), modes_test[:, cols]])
        w = np.linalg.lstsq(X, targets, rcond=None)[0]
        out.append(np.mean(np.argmax(T @ w, axis=1) == y_test))
    return np.array(out)
""",
        "the classes of the test": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y_test)
    targets = (np.asarray(y)[:, None] == classes).astype(float)
    out = []
    for k in range(1, len(order) + 1):
        cols = list(order[:k])
        X = np.column_stack([np.ones(len(modes)), modes[:, cols]])
        T = np.column_stack([np.ones(len(modes_test)), modes_test[:, cols]])
        w = np.linalg.lstsq(X, targets, rcond=None)[0]
        out.append(np.mean(classes[np.argmax(T @ w, axis=1)] == y_test))
    return np.array(out)
""",
    },
    "9.8": {
        "squares for roots in RankMe": """
def three_ranks(d, k, delta):
    def entropy_rank(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    lam = np.array([1.0] * k + [delta] * (d - k))
    return entropy_rank(lam**2), entropy_rank(lam), lam.sum() ** 2 / np.sum(lam**2)
""",
        "a sum without its square": """
def three_ranks(d, k, delta):
    def entropy_rank(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    lam = np.array([1.0] * k + [delta] * (d - k))
    return entropy_rank(lam**0.5), entropy_rank(lam), lam.sum() / np.sum(lam**2)
""",
        "δ for what waits in all": """
def three_ranks(d, k, delta):
    def entropy_rank(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    lam = np.array([1.0] * k + [delta / max(d - k, 1)] * (d - k))
    return entropy_rank(lam**0.5), entropy_rank(lam), lam.sum() ** 2 / np.sum(lam**2)
""",
    },
}

RIGHT = {
    "1.4": {
        "anchor by anchor": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    rows = list(torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1))
    paid = []
    for a, row in enumerate(rows):
        others = [b for b in range(2 * n) if b != a]
        s = torch.stack([(row * rows[b]).sum() / temperature for b in others])
        paid.append(torch.logsumexp(s, 0) - (row * rows[(a + n) % (2 * n)]).sum() / temperature)
    return torch.stack(paid).mean()
""",
    },
    "1.7": {
        "in torch, from singular values": """
def spectrum(z):
    t = torch.tensor(z, dtype=torch.float64)
    s = torch.linalg.svdvals(t - t.mean(0, keepdim=True))
    lam = s.square() / len(z)
    p = lam / lam.sum()
    return lam.numpy(), float(torch.special.entr(p).sum().exp())
""",
    },
    "1.8": {
        "with the gradient's formula": """
def staircase(x1, x2, W, lr, steps):
    a, b, w = (np.array(v.detach(), dtype=np.float64) for v in (x1, x2, W))
    G = (a.T @ b + b.T @ a) / (2 * len(a))
    losses, values, first = [], [], [np.inf] * len(w)
    for step in range(steps + 1):
        C = w @ G @ w.T
        lam = sorted(np.linalg.eigvalsh(C), reverse=True)
        first = [step if f == np.inf and v >= 0.5 else f for f, v in zip(first, lam)]
        losses.append(sum((v - 1) ** 2 for v in lam))
        values.append(lam)
        w = w + 4 * lr * (np.eye(len(w)) - C) @ w @ G
    return np.array(losses), np.array(values), np.array(first)
""",
    },
    "2.2": {
        "automatic differentiation": """
def gradient(W, Gamma, lam=1.0):
    import torch

    w = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    C = w @ torch.tensor(Gamma, dtype=torch.float64) @ w.T
    D = C - torch.eye(len(C), dtype=torch.float64)
    weights = lam + (1 - lam) * torch.eye(len(C), dtype=torch.float64)
    return torch.autograd.grad((weights * D**2).sum(), w)[0].numpy()
""",
    },
    "2.4": {
        "all in logarithms": """
def singular_values(t, gamma, s0):
    t = np.asarray(t, float)
    columns = []
    for g, s in zip(map(float, gamma), map(float, s0)):
        lam0, x = g * s * s, 8 * g * t
        if g <= 0:
            columns.append(s * np.exp(x / 2) / np.sqrt(1 + lam0 * np.expm1(x)))
        elif lam0 < 1:
            below = np.logaddexp(np.log1p(-lam0), np.log(lam0) + x)
            columns.append(np.exp(np.log(s) + (x - below) / 2))
        else:
            columns.append(s / np.sqrt(lam0 - (lam0 - 1) * np.exp(-x)))
    return np.stack(columns, axis=-1)
""",
    },
    "3.2": {
        "Schur complements, one after another": """
def starts(products):
    def lengths(G):
        if len(G) == 1:
            return [float(np.sqrt(G[0, 0]))]
        rest = G[1:, 1:] - np.outer(G[1:, 0], G[0, 1:]) / G[0, 0]
        return [float(np.sqrt(G[0, 0]))] + lengths(rest)

    return lengths(np.array(products, dtype=np.float64))
""",
    },
    "3.5": {
        "Cholesky in place of QR": """
def limit_weights(Gamma, W0):
    from scipy.linalg import solve_triangular

    d = len(W0)
    g, v = np.linalg.eigh(Gamma)
    v, g = v[:, -d:][:, ::-1], g[-d:][::-1]
    B = W0 @ v / np.linalg.norm(W0)
    for _ in range(2):  # twice, for the digits
        R = np.linalg.cholesky(B.T @ B).T
        B = solve_triangular(R, B.T, trans=1).T
    return np.einsum("ij,j,mj->im", B, g**-0.5, v)
""",
    },
    "3.8": {
        "scipy's Procrustes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    R, _ = orthogonal_procrustes(W.T, target.T)
    return float(np.linalg.norm(W.T @ R - target.T))
""",
    },
    "4.2": {
        "the SVD of centred features": """
def kernel_pca(K, d):
    lam, v = np.linalg.eigh(np.asarray(K, float))
    features = v * np.sqrt(lam.clip(0))
    u, s, _ = np.linalg.svd(features - features.mean(axis=0, keepdims=True))
    return np.einsum("ij,j->ij", u[:, :d], s[:d])
""",
    },
    "4.6": {
        "eigenvectors of PK, which is not symmetric": """
def embed(new, K, d):
    N = len(K)
    P = np.roll(np.eye(N), N // 2, axis=0)
    values, vectors = np.linalg.eig(P @ K / N)
    order = np.argsort(-values.real)[:d]
    a = vectors[:, order].real
    C = np.einsum("ij,ik,kl,lm,mj->j", a, K, P, K, a, optimize=True) / N
    return new @ (a / np.sqrt(C))
""",
    },
    "5.3": {
        "a recursion for each pair": """
def wide_kernels(X, depth, W_std, b_std):
    import math

    w, c, m = W_std**2, b_std**2, X.shape[1]

    def layer(l, i, j):
        if l == 0:
            k = w * float(np.dot(X[i], X[j])) / m + c
            return k, k
        k, theta = layer(l - 1, i, j)
        a, b = layer(l - 1, i, i)[0], layer(l - 1, j, j)[0]
        size = math.sqrt(a * b)
        cos = max(-1.0, min(1.0, k / size)) if size > 0 else 1.0
        angle = math.acos(cos) if i != j else 0.0
        value = size * (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / (2 * math.pi)
        new = w * value + c
        return new, new + w * theta * (math.pi - angle) / (2 * math.pi)

    n = len(X)
    both = [[layer(depth, i, j) for j in range(n)] for i in range(n)]
    return tuple(np.array(both).transpose(2, 0, 1))
""",
    },
    "5.7": {
        "the two equations, in logarithms, by steps": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = map(float, gamma)

    def slope(t, y):
        s1, s2 = np.exp(y)
        lam1, lam2 = g1 * s1**2, g2 * s2**2
        return [
            4 * g1 * (1 - lam1),
            4 * g2 * (1 - lam2) + 4 * coupling * s1 / s2 * (1 - lam1),
        ]

    def half(t, y):
        return y[1] + 0.5 * np.log(2 * g2)

    half.terminal = True
    end = 2 * np.log(1 / (g2 * s0[1] ** 2)) / (8 * g2)
    run = integrate.solve_ivp(
        slope, (0, end), np.log(s0), events=half, rtol=1e-9, atol=1e-11, method="LSODA"
    )
    return run.t_events[0][0]
""",
    },
    "5.8": {
        "a fast Fourier transform": """
def circle_gammas(depth, b_std, delta, k_max):
    size = 2**15
    angle = np.arange(size) * (2 * np.pi / size)
    points = np.exp(1j * angle)
    circle = np.stack([points.real, points.imag], axis=1)
    _, theta = kernels.relu_mlp_kernel(circle, circle[:1], depth, 2**0.5, b_std)
    c = np.fft.rfft(theta.ravel()).real[: k_max + 1] / size
    return [c[k] * (np.cos(k * delta) ** 2 - np.sin(k * delta) ** 2) for k in range(k_max + 1)]
""",
    },
    "6.1": {
        "the second derivative of the loss": """
def operator(x1, x2, temperature):
    a, b = torch.as_tensor(x1), torch.as_tensor(x2)

    def loss(w):
        s = torch.outer(a @ w, b @ w) / temperature
        return -(s.diagonal() - torch.logsumexp(s, dim=1)).mean()

    zero = torch.zeros(a.shape[1], dtype=a.dtype)
    return -torch.autograd.functional.hessian(loss, zero).numpy()
""",
    },
    "6.3": {
        "no case for a large ε": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = x1 - x2
    S = np.cov(x1.T) + np.cov(x2.T)
    return variance / (2 * d * np.sqrt(eps)) * S - 2 * invariance / (d * len(x1)) * D.T @ D
""",
    },
    "6.5": {
        "row by row with a Jacobian": """
def through_normalisation(z, g):
    rows = []
    for a, b in zip(np.asarray(z, float), np.asarray(g, float)):
        r = np.sqrt(a @ a)
        jacobian = np.eye(len(a)) / r - np.outer(a / r, a / r) / r
        rows.append(jacobian.T @ b)
    return np.vstack(rows)
""",
    },
    "6.8": {
        "by Cardano": """
def copies_std(rho, d, invariance, variance, covariance):
    import math

    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a == 0:
        return min(1.0, variance / b)
    p, q = b / a, -variance / a
    root = math.sqrt(q * q / 4 + p**3 / 27)
    u = math.cbrt(-q / 2 + root)
    return min(1.0, u - p / (3 * u))
""",
    },
    "7.3": {
        "lists and a running maximum": """
def read_steps(t, eigenvalues, share):
    rows = [sorted(map(float, row), reverse=True) for row in eigenvalues]
    found = []
    for curve in zip(*rows):
        half, before = curve[-1] / 2, None
        if curve[-1] < share * rows[-1][0] or curve[0] >= half:
            found.append(float("nan"))
            continue
        for now, value in zip(t, curve):
            if value >= half:
                break
            before = now, value
        part = (half - before[1]) / (value - before[1])
        start = float(before[0])
        found.append(part * now if start == 0 else float(start * (now / start) ** part))
    return found
""",
    },
    "7.6": {
        "written straight to its place": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"]
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "losses": losses,
        }
        torch.save(state, path)
    return np.array(losses)
""",
    },
    "7.7": {
        "layer by layer, with Python's fractions": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    from fractions import Fraction

    total = waiting = Fraction(0)
    for i, o, k, a, b in (map(int, row) for row in layers):
        for _ in ("forward", "inputs", "weights"):
            work = Fraction(2 * i * o * k * k * b * b * 2 * int(pictures)) / Fraction(peak)
            fetch = Fraction(2 * (i * a * a + o * b * b) * 2 * int(pictures)) / Fraction(bandwidth)
            total += max(work, fetch)
            waiting += fetch if fetch > work else 0
    return float(total), float(waiting / total)
""",
    },
    "7.8": {
        "autograd on copies": """
def contribution(z1, z2, rank, processes):
    a, b = (torch.tensor(z, requires_grad=True) for z in (z1, z2))
    mean = (a.mean(0) + b.mean(0)) / 2
    C = torch.einsum("ni,nj->ij", a - mean, b - mean) / len(z1)
    C = (C + C.T) / 2
    loss = torch.linalg.matrix_norm(C - torch.eye(len(C), dtype=C.dtype)) ** 2
    slopes = torch.autograd.grad(processes * loss, (a, b))
    return tuple(torch.chunk(s, processes)[rank] for s in slopes)
""",
    },
    "8.4": {
        "an ODE in the logarithm": """
def time_until(lam, gamma, s0, p0):
    lam = np.asarray(lam, float)
    c = p0**2 - s0**2

    def slope(y, t):
        x = 1 / (1 + np.exp(-y))
        return [1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma))]

    start = gamma * s0**2 * p0**2
    begin, ends = np.log(start / (1 - start)), np.log(lam / (1 - lam))
    order = np.argsort(ends)
    found = integrate.solve_ivp(
        slope, (begin, ends.max()), [0.0], t_eval=ends[order], rtol=1e-10, atol=1e-13
    )
    out = np.empty_like(lam)
    out[order] = found.y[0]
    return out
""",
    },
    "8.8": {
        "a Jacobian of all weights at once": """
def own_rates(model, x1, x2):
    n = len(x1)
    trained = {k: p.detach() for k, p in model.named_parameters() if p.requires_grad}

    def values(weights):
        z = torch.func.functional_call(model, weights, (torch.cat([x1, x2]),))
        a, b = (z - z.mean(0, keepdim=True)).split(n)
        return torch.linalg.eigvalsh((a.T @ b + b.T @ a) / (2 * n)).flip(0)

    lam = values(trained).detach()
    slopes = torch.func.jacrev(values)(trained).values()
    square = sum(s.detach().flatten(1).square().sum(1) for s in slopes)
    return lam, square / (4 * lam)
""",
    },
    "9.1": {
        "from products of views alone": """
def predicted_functions(h1, h2, d):
    n = len(h1)
    h = np.concatenate([h1, h2], axis=0)
    h = h - h.mean(axis=0, keepdims=True)
    u, s, _ = np.linalg.svd(h, full_matrices=False)
    f = u * s
    swapped = np.concatenate([f[n:], f[:n]])
    gamma, v = np.linalg.eigh(f.T @ swapped / (2 * n))
    return np.einsum("ij,jk,k->ik", f, v[:, : -d - 1 : -1], gamma[: -d - 1 : -1] ** -0.5)
""",
    },
    "9.2": {
        "a QR of columns of length 1": """
def mode_alignment(functions, z):
    z = z - z.mean(axis=0)
    q = np.linalg.qr(z / np.linalg.norm(z, axis=0))[0]
    out = []
    for f in functions.T:
        f = f - f.mean()
        out.append(sum(float(f @ column) ** 2 for column in q.T) / float(f @ f))
    return out
""",
    },
    "9.5": {
        "Gram and Schmidt on one table": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    table = np.column_stack([np.ones(n), regressors])
    q, _ = np.linalg.qr(table / np.linalg.norm(table, axis=0))
    total = modes - np.outer(q[:, 0], q[:, 0] @ modes)
    return np.einsum("ij->j", (q[:, 1:].T @ total) ** 2) / np.einsum("ij,ij->j", total, total)
""",
    },
    "9.7": {
        "scikit-learn's regression": """
def probe_curve(modes, y, modes_test, y_test, order):
    from sklearn.linear_model import LinearRegression

    classes, number = np.unique(y, return_inverse=True)
    targets = np.eye(len(classes))[number]
    order = [int(j) for j in order]
    found = []
    while order:
        fit = LinearRegression().fit(modes[:, order], targets)
        winner = fit.predict(modes_test[:, order]).argmax(axis=1)
        found.insert(0, float((classes[winner] == y_test).mean()))
        order.pop()
    return found
""",
    },
    "9.8": {
        "scipy's entropy": """
def three_ranks(d, k, delta):
    from scipy.stats import entropy

    values = [1.0] * k + [float(delta)] * (d - k)
    rankme = np.exp(entropy(np.sqrt(values)))
    return rankme, np.exp(entropy(values)), 1 / sum((v / sum(values)) ** 2 for v in values)
""",
    },
}
