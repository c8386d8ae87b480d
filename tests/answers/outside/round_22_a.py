"""Round 22, first part: 48 wrong and 13 right answers to chapters 1 to 4, from the blank notebooks."""

WRONG = {
    "1.2": {
        "normalised by the mean and the variance of both views together": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    both = torch.cat([z1, z2])
    both = (both - both.mean(0)) / torch.sqrt(both.var(0, correction=0) + 1e-5)
    C = both[:n].T @ both[n:] / n
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        "the epsilon is a floor of the variance": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0).clamp(min=1e-5))

    C = unit(z1).T @ unit(z2) / len(z1)
    off = C - torch.diag(torch.diag(C))
    return ((torch.diag(C) - 1) ** 2).sum() + lam * (off**2).sum()
""",
    },
    "1.3": {
        "charges the pairs of dimensions less the pairs of groups": """
def copies_loss(d, k, lam):
    return lam * (d * (d - 1) - k * (k - 1))
""",
    },
    "1.4": {
        "the anchor's own similarity is set to 0, so its exponential is 1": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = (z @ z.T) * (1 - torch.eye(2 * n, dtype=z.dtype)) / temperature
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "the partner is left out of the sum below": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    a = torch.arange(2 * n)
    partner = (a + n) % (2 * n)
    others = torch.ones(2 * n, 2 * n, dtype=torch.bool)
    others[a, a] = False
    others[a, partner] = False
    below = logits.masked_fill(~others, -torch.inf).logsumexp(1)
    return (below - logits[a, partner]).mean()
""",
    },
    "1.5": {
        "every other point counts once": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    return np.log(own + (k - 1) * np.exp(-1 / temperature))
""",
    },
    "1.6": {
        "the hinge is taken of the mean standard deviation": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T).reshape(d, d)
        variance = variance + torch.relu(1 - torch.sqrt(K.diagonal() + eps).mean()) / 2
        covariance = covariance + ((K**2).sum() - (K.diagonal() ** 2).sum()) / d
    return invariance, variance, covariance
""",
        "the covariance between the views in the last term": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    hinge = torch.relu(1 - torch.sqrt(torch.stack([z1.var(0), z2.var(0)]) + eps))
    K = a.T @ b / (n - 1)
    covariance = 2 * ((K**2).sum() - (K.diagonal() ** 2).sum()) / d
    return ((z1 - z2) ** 2).mean(), hinge.mean(), covariance
""",
    },
    "1.7": {
        "shares below a thousandth are left out of the entropy": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 1e-3]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
        "the shares are those of the standard deviations": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    s = np.linalg.svd(centred / np.sqrt(len(z)), compute_uv=False)
    p = s / s.sum()
    p = p[p > 0]
    return s**2, np.exp(-np.sum(p * np.log(p)))
""",
        "one mean of all entries is taken off": """
def spectrum(z):
    centred = z - z.mean()
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "counts the steps at which an eigenvalue is below one half": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    eye = torch.eye(len(W), dtype=W.dtype)
    losses, rows = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        losses.append(loss.item())
        rows.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    rows = np.array(rows)
    below = (rows < 0.5).sum(axis=0).astype(float)
    below[below == steps + 1] = np.inf
    return np.array(losses), rows, below
""",
        "descends on the matrix of one order of the views": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    eye = torch.eye(len(W), dtype=W.dtype)
    losses, rows = [], []
    for _ in range(steps + 1):
        C = (x1 @ W.T).T @ (x2 @ W.T) / len(x1)
        loss = ((C - eye) ** 2).sum()
        losses.append(loss.item())
        S = C.detach()
        rows.append(torch.linalg.eigvalsh((S + S.T) / 2).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    rows = np.array(rows)
    up = rows >= 0.5
    return np.array(losses), rows, np.where(up.any(axis=0), up.argmax(axis=0), np.inf)
""",
    },
    "2.1": {
        "the moment of the mean of the two views": """
def cross_moment(x1, x2):
    middle = (x1 + x2) / 2
    return middle.T @ middle / len(x1)
""",
    },
    "2.2": {
        "the weight inside the square": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam**2 * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W @ Gamma
""",
        "difference quotients, which drown in rounding at a tiny W": """
def gradient(W, Gamma, lam=1.0):
    def loss(W):
        C = W @ Gamma @ W.T
        on = np.diag(C)
        return np.sum((on - 1) ** 2) + lam * (np.sum(C**2) - np.sum(on**2))

    G, h = np.zeros(W.shape), 1e-5
    for place in np.ndindex(*W.shape):
        step = np.zeros(W.shape)
        step[place] = h
        G[place] = (loss(W + step) - loss(W - step)) / (2 * h)
    return G
""",
    },
    "2.3": {
        "modes with a negative eigenvalue stand still": """
def ds_dt(s, gamma):
    return np.where(gamma > 0, 4 * gamma * s * (1 - gamma * s**2), 0.0)
""",
    },
    "2.4": {
        "the number missing at an eigenvalue of zero is made a zero": """
def singular_values(t, gamma, s0):
    with np.errstate(all="ignore"):
        e = np.exp(-8 * np.abs(gamma) * t[:, None])
        start = gamma * s0**2
        grown = start / (start + (1 - start) * e)
        fallen = start * e / (1 + start * (e - 1))
        return np.nan_to_num(np.sqrt(np.where(gamma > 0, grown, fallen) / gamma))
""",
        "a start above the end is put at the end": """
def singular_values(t, gamma, s0):
    start = np.minimum(gamma * s0**2, 1)
    s0 = np.where(gamma * s0**2 > 1, 1 / np.sqrt(np.maximum(gamma, 1e-300)), s0)
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    above = np.where(gamma > 0, 1, e)
    below = np.where(gamma > 0, start + (1 - start) * e, 1 + start * (e - 1))
    return s0 * np.sqrt(above / below)
""",
    },
    "2.5": {
        "zero where it starts at one half, whatever the level": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    up = gamma > 0
    odds = level / (1 - level)
    out[up] = np.log(odds * (1 / start[up] - 1).clip(1e-300)) / (8 * gamma[up])
    out[start >= 0.5] = 0
    return out
""",
        "the small start's logarithm, with the odds of the level": """
def step_times(gamma, s0, level=0.5):
    out = np.full(len(gamma), np.inf)
    up = gamma > 0
    start = gamma[up] * s0[up] ** 2
    wait = np.log(level / (1 - level) / start) / (8 * gamma[up])
    out[up] = np.where(start >= level, 0, np.maximum(wait, 0))
    return out
""",
    },
    "2.6": {
        "the two equal modes as one": """
plateaus = (4.0, 3.0, 2.0)
""",
    },
    "2.7": {
        "the rows turned round instead of the columns": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)[::-1]
""",
        "each step takes the mean slope of its two ends": """
def descend(gradient, Gamma, W0, lr, steps):
    W = np.array(W0)
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]]
    for _ in range(steps):
        first = gradient(W, Gamma)
        second = gradient(W - lr * first, Gamma)
        W = W - lr * (first + second) / 2
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return np.array(rows)
""",
    },
    "2.8": {
        "the smallest of the positive eigenvalues": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    positive = np.flatnonzero(values > 1e-12)[:d]
    return (vectors[:, positive] / np.sqrt(values[positive])).T
""",
    },
    "3.1": {
        "exponents capped at 700 against overflow": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    size = np.sum((W0 @ modes) ** 2, axis=0)
    grown = size * np.exp(np.minimum(8 * np.outer(t, gamma), 700)) * 1e-20
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "modes in the order of the eigenvalues' sizes": """
def shares(t, Gamma, W0):
    gamma, modes = np.linalg.eigh(Gamma)
    order = np.argsort(-np.abs(gamma))
    gamma, modes = gamma[order], modes[:, order]
    exponent = 8 * np.outer(t, gamma)
    grown = np.sum((W0 @ modes) ** 2, axis=0) * np.exp(exponent - exponent.max(1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "a small number on the diagonal, so that Cholesky does not fail": """
def starts(products):
    return np.diag(np.linalg.cholesky(products + 1e-12 * np.eye(len(products))))
""",
        "takes away the part along the column before only": """
def starts(products):
    size = np.diag(products).copy()
    for j in range(1, len(size)):
        size[j] -= products[j - 1, j] ** 2 / products[j - 1, j - 1]
    return np.sqrt(size)
""",
    },
    "3.3": {
        "the digamma function of k in place of k/2": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k) + np.log(2)) / (8 * gamma)
""",
        "an average over 5000 drawn starts in place of the mean": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    squares = np.random.default_rng(0).chisquare(k, size=(5000, len(k)))
    return -np.mean(np.log(gamma * alpha**2 * squares), axis=0) / (8 * gamma)
""",
    },
    "3.4": {
        "the mode that is passed over leaves its one in the loss": """
ending = (3, 1, 12)
""",
    },
    "3.5": {
        "the signs put on the rows of Q": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ modes)
    U = np.sign(np.diag(R))[:, None] * Q
    return U / np.sqrt(gamma) @ modes.T
""",
    },
    "3.6": {
        "only the pair with the nearest ratio is asked": """
def largest_start(gamma):
    j = np.argmax(gamma[1:] / gamma[:-1])
    r, q = 1 / gamma[j], 1 / gamma[j + 1]
    wait = (np.log(9) * (r + q) - q * np.log(q) + r * np.log(r)) / (q - r)
    return np.exp(-wait / 2)
""",
        "only the pair with the smallest difference is asked": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    r, q = 1 / gamma[j], 1 / gamma[j + 1]
    wait = (np.log(9) * (r + q) - q * np.log(q) + r * np.log(r)) / (q - r)
    return np.exp(-wait / 2)
""",
    },
    "3.7": {
        "late as a share of the time of descent": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: 1 - np.log1p(x) / x - late, 1e-12, 10)
    return x / (4 * np.max(gamma))
""",
        "the series of the factor to its second order": """
def largest_rate(gamma, late):
    x = 3 - np.sqrt(9 - 12 * late)
    return x / (4 * np.max(gamma))
""",
        "the mean over the modes that grow": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x - (1 + late) * np.log1p(x), late, 2)
    return np.mean(x / (4 * gamma[gamma > 0]))
""",
    },
    "3.8": {
        "the distance of the singular values": """
def distance(W, target):
    a = np.linalg.svd(W, compute_uv=False)
    b = np.linalg.svd(target, compute_uv=False)
    return np.linalg.norm(a - b)
""",
    },
    "4.1": {
        "ones on the diagonal, whatever the rows": """
def gaussian(x1, x2, b):
    squares = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    K = np.exp(-np.maximum(squares, 0) / (2 * b**2))
    np.fill_diagonal(K, 1)
    return K
""",
    },
    "4.2": {
        "the coordinates are centred, the kernel is not": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K)
    f = vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))
    return f - f.mean(axis=0)
""",
    },
    "4.3": {
        "C of one order of the views": """
def velocity(F, K):
    n = F.shape[1] // 2
    C = F[:, :n] @ F[:, n:].T / n
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F, n, axis=1) @ K
""",
    },
    "4.4": {
        "directions with less than a thousandth of the largest are left out": """
def contrastive(K):
    values, V = np.linalg.eigh(K)
    keep = values > 1e-3 * values[-1]
    root = V[:, keep] * np.sqrt(values[keep]) @ V[:, keep].T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "whatever is not positive counted as negative": """
ending = (7, 13, 5)
""",
    },
    "4.6": {
        "the inverse root with a thousandth on its diagonal": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    n = len(K) // 2
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / (2 * n), d)
    return new @ np.linalg.solve(root + 1e-3 * np.eye(2 * n), b) / np.sqrt(gamma)
""",
        "the swap forgotten, gamma to the power that belongs to it": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    n = len(K) // 2
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / (2 * n), d)
    return new @ root @ b / (2 * n * gamma**1.5)
""",
    },
    "4.7": {
        "not a number at the constant, made a zero": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(c * (np.sin(k * delta) / (k * delta)) ** 2)
""",
    },
    "4.8": {
        "the Cholesky factor's inverse from the other side": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
    },
}

RIGHT = {
    "1.4": {
        "anchor by anchor, with weights and a logarithm": """
def nt_xent(z1, z2, temperature=0.5):
    n, total = len(z1), 0.0
    z = torch.cat([z1, z2])
    z = z / torch.sqrt((z * z).sum(1, keepdim=True))
    for a in range(2 * n):
        s = (torch.cat([z[:a], z[a + 1 :]]) @ z[a]) / temperature
        p = (a + n) % (2 * n)
        total = total + torch.logsumexp(s, 0) - (z[p] @ z[a]) / temperature
    return total / (2 * n)
""",
    },
    "1.7": {
        "singular values, and the entropy of scipy": """
def spectrum(z):
    from scipy import stats

    s = np.linalg.svd(z - z.mean(axis=0, keepdims=True), compute_uv=False)
    eigenvalues = s * s / z.shape[0]
    return eigenvalues, float(np.exp(stats.entropy(eigenvalues)))
""",
        "the perplexity as a product of powers": """
def spectrum(z):
    n, d = z.shape
    mean = z.sum(0) / n
    eigenvalues = np.sort(np.linalg.eigvalsh(z.T @ z / n - np.outer(mean, mean)))[::-1]
    p = np.clip(eigenvalues, 0, None) / np.clip(eigenvalues, 0, None).sum()
    return eigenvalues, np.prod(p**-p)
""",
    },
    "2.2": {
        "a complex step": """
def gradient(W, Gamma, lam=1.0):
    def loss(W):
        C = W @ Gamma @ W.T
        on = np.diag(C)
        off = C - np.diag(on)
        return np.sum((on - 1) ** 2) + lam * np.sum(off**2)

    G = np.zeros(W.shape)
    for place in np.ndindex(*W.shape):
        step = np.zeros(W.shape, complex)
        step[place] = 1e-30j
        G[place] = loss(W + step).imag / 1e-30
    return G
""",
    },
    "2.4": {
        "logistic functions of the odds, a case for each kind of start": """
def singular_values(t, gamma, s0):
    from scipy.special import expit, logit

    out = np.empty((len(t), len(gamma)))
    for j in range(len(gamma)):
        g, start, x = gamma[j], gamma[j] * s0[j] ** 2, 8 * gamma[j] * np.asarray(t, float)
        if g == 0 or start == 1:
            out[:, j] = s0[j]
        elif start > 1:
            out[:, j] = np.sqrt(-1 / np.expm1(-x - np.log(start / (start - 1))) / g)
        elif g > 0:
            out[:, j] = np.sqrt(expit(x + logit(start)) / g)
        else:
            odds = start / (1 - start) * np.exp(x)
            out[:, j] = np.sqrt(odds / (1 + odds) / g)
    return out
""",
    },
    "2.5": {
        "mode by mode, a difference of two logits": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit

    times = []
    for g, s in zip(gamma, s0):
        if g * s * s >= level:
            times.append(0.0)
        elif g <= 0:
            times.append(float("inf"))
        else:
            times.append((logit(level) - logit(g * s * s)) / (8 * g))
    return np.array(times)
""",
    },
    "3.2": {
        "the last diagonal entries of the inverses of the leading blocks": """
def starts(products):
    size = len(products)
    return np.array([np.linalg.inv(products[:j, :j])[-1, -1] ** -0.5 for j in range(1, size + 1)])
""",
    },
    "3.5": {
        "from the Cholesky factor of the products": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    A = W0 @ modes
    U = np.linalg.solve(np.linalg.cholesky(A.T @ A), A.T).T
    return (U * gamma**-0.5) @ modes.T
""",
    },
    "3.6": {
        "pair by pair, with a root finder": """
def largest_start(gamma):
    def room(log_alpha, a, b):
        wait = [-(np.log(g) + 2 * log_alpha) / (8 * g) for g in (a, b)]
        return wait[1] - np.log(9) / (8 * b) - wait[0] - np.log(9) / (8 * a)

    pairs = zip(gamma[:-1], gamma[1:])
    return np.exp(min(optimize.brentq(room, -1e7, 1e3, args=pair, xtol=1e-11) for pair in pairs))
""",
    },
    "3.7": {
        "Newton's method from above": """
def largest_rate(gamma, late):
    x = 1.0
    for _ in range(100):
        x = x - (x - (1 + late) * np.log1p(x)) / (1 - (1 + late) / (1 + x))
    return x / (4 * max(gamma))
""",
    },
    "3.8": {
        "scipy's orthogonal Procrustes, on the transposes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    turn, _ = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(W.T @ turn - target.T)
""",
    },
    "4.1": {
        "the size of a squared distance that rounding made negative": """
def gaussian(x1, x2, b):
    squares = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.abs(squares) / (2 * b**2))
""",
    },
    "4.6": {
        "the kernel values swapped, not the root": """
def embed(new, K, d):
    n = len(K) // 2
    values, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.where(values > 0, values, 0))) @ V.T
    gamma, b = linear.modes(root @ root[np.r_[n : 2 * n, 0:n]] / (2 * n), d)
    swapped = np.concatenate([new[:, n:], new[:, :n]], axis=1)
    return swapped @ root @ b * gamma**-1.5 / (2 * n)
""",
    },
}
