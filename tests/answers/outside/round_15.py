"""Round 15: 95 wrong and 16 right answers, from the blank notebooks alone."""

WRONG = {
    "1.2": {
        "from the sum of all (C - I)**2 the squares of the diagonal of C are subtracted": """
def _norm(z):
    return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-05)


def barlow_twins(z1, z2, lam=0.0051):
    C = _norm(z1).T @ _norm(z2) / len(z1)
    E = C - torch.eye(len(C), dtype=C.dtype)
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((E**2).sum() - (diagonal**2).sum())
""",
        "mean and variance of both views pooled": """
def barlow_twins(z1, z2, lam=0.0051):
    both = torch.cat([z1, z2])
    mean = both.mean(0)
    sd = torch.sqrt(both.var(0, correction=0) + 1e-05)
    C = ((z1 - mean) / sd).T @ ((z2 - mean) / sd) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "entries between different groups counted instead of within": """
def copies_loss(d, k, lam):
    return lam * (d**2 - k * (d // k) ** 2)
""",
        "// takes the floor of lam times the count": """
def copies_loss(d, k, lam):
    return lam * d * (d - k) // k
""",
    },
    "1.4": {
        "partners are neighbours, though the views are stacked one below the other": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(len(z), dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)) ^ 1)
""",
        "the temperature divides the partner's similarity only": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    pos = (z * z.roll(n, 0)).sum(1)
    return (torch.logsumexp(s, 1) - pos / temperature).mean()
""",
    },
    "1.5": {
        "A + B = 2n: all others plus the anchor": """
def cluster_loss(n, k, temperature):
    A = 2 * n / k - 1
    B = 2 * n - A
    return np.log(A + B * np.exp(-1 / temperature))
""",
        "first order in 1/temperature": """
def cluster_loss(n, k, temperature):
    A = 2 * n / k - 1
    B = 2 * n - 1 - A
    return np.log(A + B) - B / (A + B) / temperature
""",
    },
    "1.6": {
        "the hinge is taken of the mean std": """
def vicreg_terms(z1, z2, eps=0.0001):
    inv = ((z1 - z2) ** 2).mean()
    var = 0
    cov = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = torch.diagonal(K)
        var = var + torch.relu(1 - torch.sqrt(on + eps).mean()) / 2
        cov = cov + ((K**2).sum() - (on**2).sum()) / len(K)
    return (inv, var, cov)
""",
        "square of the trace instead of the sum of squares of the diagonal": """
def vicreg_terms(z1, z2, eps=0.0001):
    inv = ((z1 - z2) ** 2).mean()
    var = 0
    cov = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = torch.diagonal(K)
        var = var + torch.relu(1 - torch.sqrt(on + eps)).mean() / 2
        cov = cov + ((K**2).sum() - torch.trace(K) ** 2) / len(K)
    return (inv, var, cov)
""",
    },
    "1.7": {
        "log2 in the entropy, exp outside": """
def spectrum(z):
    e = np.linalg.eigvalsh(np.cov(z.T, bias=True))[::-1]
    p = e[e > 0] / e[e > 0].sum()
    return (e, np.exp(-np.sum(p * np.log2(p))))
""",
        "svd is descending already, and is turned round": """
def spectrum(z):
    s = np.linalg.svd((z - z.mean(0)) / np.sqrt(len(z)), compute_uv=False) ** 2
    p = s[s > 0] / s.sum()
    return (s[::-1], np.exp(-np.sum(p * np.log(p))))
""",
        "shares below one per cent are left out of the entropy": """
def spectrum(z):
    e = np.linalg.eigvalsh(np.cov(z.T, bias=True))[::-1]
    p = e / e.sum()
    p = p[p > 0.01]
    return (e, np.exp(-np.sum(p * np.log(p))))
""",
    },
    "1.8": {
        "loss of the unsymmetrised C, symmetrised only for the eigenvalues": """
def _stairs(x1, x2, W, lr, steps, sym=True, cross="any", shift=0):
    W = W.clone().requires_grad_(True)
    L = []
    E = []
    for _ in range(steps + 1):
        z1, z2 = (x1 @ W.T, x2 @ W.T)
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1)) if sym else z1.T @ z2 / len(x1)
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(((C + C.T) / 2).detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    up = E >= 0.5
    seen = up.any(0) if cross == "any" else up[-1]
    return (np.array(L), E, np.where(seen, up.argmax(0) + shift, np.inf))


def staircase(x1, x2, W, lr, steps):
    return _stairs(x1, x2, W, lr, steps, sym=False)
""",
        "inf where the last record is below one half": """
def _stairs(x1, x2, W, lr, steps, sym=True, cross="any", shift=0):
    W = W.clone().requires_grad_(True)
    L = []
    E = []
    for _ in range(steps + 1):
        z1, z2 = (x1 @ W.T, x2 @ W.T)
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1)) if sym else z1.T @ z2 / len(x1)
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(((C + C.T) / 2).detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    up = E >= 0.5
    seen = up.any(0) if cross == "any" else up[-1]
    return (np.array(L), E, np.where(seen, up.argmax(0) + shift, np.inf))


def staircase(x1, x2, W, lr, steps):
    return _stairs(x1, x2, W, lr, steps, cross="last")
""",
        "steps counted from 1": """
def _stairs(x1, x2, W, lr, steps, sym=True, cross="any", shift=0):
    W = W.clone().requires_grad_(True)
    L = []
    E = []
    for _ in range(steps + 1):
        z1, z2 = (x1 @ W.T, x2 @ W.T)
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1)) if sym else z1.T @ z2 / len(x1)
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(((C + C.T) / 2).detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    up = E >= 0.5
    seen = up.any(0) if cross == "any" else up[-1]
    return (np.array(L), E, np.where(seen, up.argmax(0) + shift, np.inf))


def staircase(x1, x2, W, lr, steps):
    return _stairs(x1, x2, W, lr, steps, shift=1)
""",
    },
    "2.1": {
        "symmetrised by mirroring the lower triangle": """
def cross_moment(x1, x2):
    M = x1.T @ x2 / len(x1)
    return np.tril(M) + np.tril(M, -1).T
""",
    },
    "2.2": {
        "the weight multiplies all of C before 1 is taken from the diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    return 4 * (lam * C - np.eye(len(C))) @ W @ Gamma
""",
    },
    "2.3": {
        "lambda clipped to [0, 1]": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - np.clip(gamma * s**2, 0, 1))
""",
        "absolute value of gamma as the rate": """
def ds_dt(s, gamma):
    return 4 * np.abs(gamma) * s * (1 - gamma * s**2)
""",
    },
    "2.4": {
        "negative modes decay as plain exponentials": """
def singular_values(t, gamma, s0):
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    l0 = gamma * s0**2
    return np.where(
        gamma > 0, s0 / np.sqrt(np.where(gamma > 0, l0 + (1 - l0) * e, 1)), s0 * np.sqrt(e)
    )
""",
        "a mode that starts above 1 is left where it is": """
def singular_values(t, gamma, s0):
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    l0 = gamma * s0**2
    up = s0 / np.sqrt(np.where(gamma > 0, l0 + np.maximum(1 - l0, 0) * e, 1))
    up = np.where(l0 > 1, s0, up)
    down = s0 * np.sqrt(e) / np.sqrt(np.where(gamma > 0, 1, 1 + l0 * (e - 1)))
    return np.where(gamma > 0, up, down)
""",
    },
    "2.5": {
        "0 where the mode starts above one half, whatever the level": """
def step_times(gamma, s0, level=0.5):
    l0 = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    ok = (l0 > 0) & (l0 < 0.5)
    out[ok] = np.log((1 / l0[ok] - 1) / (1 / level - 1)) / (8 * gamma[ok])
    out[l0 >= 0.5] = 0
    return out
""",
        "the odds of the level upside down": """
def step_times(gamma, s0, level=0.5):
    l0 = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    ok = (l0 > 0) & (l0 < level)
    out[ok] = np.log((1 / l0[ok] - 1) / (level / (1 - level))) / (8 * gamma[ok])
    out[l0 >= level] = 0
    return np.maximum(out, 0)
""",
    },
    "2.7": {
        "the record is turned in time, not along the modes": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)[::-1]
""",
        "columns sorted over time": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.sort(np.array(rows), axis=0)[::-1]
""",
    },
    "2.8": {
        "rows of the matrix of eigenvectors": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    return V[-d:] / np.sqrt(g[-d:])[:, None]
""",
        "the smallest positive eigenvalues": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    k = np.flatnonzero(g > 1e-12)[:d]
    return (V[:, k] / np.sqrt(g[k])).T
""",
    },
    "3.1": {
        "the largest exponent over time, not over modes, is taken off": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    e = 8 * np.outer(t, g)
    q = np.exp(e - e.max(axis=0)) * np.sum((W0 @ V) ** 2, axis=0)
    return q / q.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "projections on the raw earlier columns are taken off": """
def starts(products):
    P = products
    d = len(P)
    return np.sqrt(
        [abs(P[j, j] - sum((P[i, j] ** 2 / P[i, i] for i in range(j)))) for j in range(d)]
    )
""",
        "1e-12 added to the diagonal": """
def starts(products):
    return np.diag(np.linalg.cholesky(products + 1e-12 * np.eye(len(products)))).copy()
""",
    },
    "3.3": {
        "psi(k)/2 instead of psi(k/2)": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + special.digamma(k) / 2 + np.log(2)) / (8 * gamma)
""",
    },
    "3.4": {
        "three modes counted in the loss": "ending = (3, 1.0, 12)",
    },
    "3.5": {
        "the signs of the diagonal of Q": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return Q * np.sign(np.diag(Q)) @ np.diag(g ** (-0.5)) @ V.T
""",
        "nearest orthogonal matrix instead of QR": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    P, _, N = np.linalg.svd(W0 @ V)
    return P @ N @ np.diag(g ** (-0.5)) @ V.T
""",
    },
    "3.6": {
        "the closest pair by ratio decides": """
def largest_start(gamma):
    j = np.argmax(gamma[1:] / gamma[:-1])
    r = 1 / gamma[j : j + 2]
    ell = (np.log(9) * r.sum() - r[1] * np.log(r[1]) + r[0] * np.log(r[0])) / (r[1] - r[0])
    return np.exp(-ell / 2)
""",
        "the closest pair by difference decides": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    r = 1 / gamma[j : j + 2]
    ell = (np.log(9) * r.sum() - r[1] * np.log(r[1]) + r[0] * np.log(r[0])) / (r[1] - r[0])
    return np.exp(-ell / 2)
""",
    },
    "3.7": {
        "the logarithm to third order": """
def largest_rate(gamma, late):
    return (3 - np.sqrt(9 - 12 * late)) / (4 * np.max(gamma))
""",
        "largest absolute value": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-09, 1)
    return x / (4 * np.abs(gamma).max())
""",
    },
    "3.8": {
        "rotations alone, no reflections": """
def distance(W, target):
    P, _, N = np.linalg.svd(target @ W.T)
    D = np.eye(len(P))
    D[-1, -1] = np.linalg.det(P @ N)
    return np.linalg.norm(P @ D @ N @ W - target)
""",
    },
    "4.1": {
        "the squared distance as a mean over the pixels": """
def gaussian(x1, x2, b):
    r2 = np.maximum((x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T, 0)
    return np.exp(-r2 / x1.shape[1] / (2 * b**2))
""",
    },
    "4.2": {
        "coordinates centred after an uncentred decomposition": """
def kernel_pca(K, d):
    k, V = np.linalg.eigh(K)
    f = V[:, ::-1][:, :d] * np.sqrt(k[::-1][:d])
    return f - f.mean(0)
""",
    },
    "4.3": {
        "C from each view with itself": """
def velocity(F, K):
    n2 = F.shape[1]
    C = F @ F.T / n2
    return 4 / n2 * (np.eye(len(F)) - C) @ np.roll(F, n2 // 2, axis=1) @ K
""",
        "the swap comes after the kernel": """
def velocity(F, K):
    n2 = F.shape[1]
    C = F @ np.roll(F, n2 // 2, axis=1).T / n2
    return 4 / n2 * (np.eye(len(F)) - C) @ np.roll(F @ K, n2 // 2, axis=1)
""",
    },
    "4.4": {
        "eigenvalues below a hundredth of the largest are dropped": """
def contrastive(K):
    k, V = np.linalg.eigh(K)
    k = np.where(k > 0.01 * k[-1], k, 0)
    root = V * np.sqrt(k) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "all that is not positive is negative": "ending = (7, 13, 5)",
    },
    "4.6": {
        "the root of each entry of K": """
def embed(new, K, d):
    k, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(k, 0)) @ V.T
    n = len(K) // 2
    g, b = linear.modes(root @ np.roll(root, n, axis=0) / len(K), d)
    return new @ np.roll(np.sqrt(np.maximum(K, 0)) @ b, n, axis=0) / (len(K) * g**1.5)
""",
        "the swap falls on the rows of new": """
def embed(new, K, d):
    k, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(k, 0)) @ V.T
    n = len(K) // 2
    g, b = linear.modes(root @ np.roll(root, n, axis=0) / len(K), d)
    return np.roll(new, len(new) // 2, axis=0) @ root @ b / (len(K) * g**1.5)
""",
    },
    "4.7": {
        "agreement to second order in k delta": """
def circle_gamma(c, delta):
    return c * (1 - (np.arange(len(c)) * delta) ** 2 / 3)
""",
    },
    "4.8": {
        "the inverse factor without its transpose": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
    },
    "5.1": {
        "gradient of the mean over the outputs": """
def tangent_kernel(f, theta, X):
    T = 0
    h = 1e-05
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)).mean(1) / (2 * h)
        T = T + np.outer(J, J)
    return T
""",
        "a step of 1e-13": """
def tangent_kernel(f, theta, X):
    T = 0
    h = 1e-13
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        T = T + J @ J.T
    return T / J.shape[1]
""",
    },
    "5.2": {
        "opposite signs count as both below zero": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def relu_means(k11, k12, k22, a=0.0):
    r, th, p = _parts(k11, k12, k22)
    return (a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), p + a**2 * (1 - p))
""",
        "arctan of a quotient, without the quadrant": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan(r / np.where(k12 == 0, 1e-300, k12))
    p = 0.5 - th / (2 * np.pi)
    return (a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p)
""",
    },
    "5.3": {
        "no bias in the first dense layer": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def _relu(k11, k12, k22):
    r, th, p = _parts(k11, k12, k22)
    return (r / (2 * np.pi) + p * k12, p)


def _wide(X, depth, w_, b_, first=True, more=0.0, rounds=0):
    K = w_**2 * X @ X.T / X.shape[1] + (b_**2 if first else 0)
    T = K
    for _ in range(depth + rounds):
        s = np.diag(K)
        prod, on = _relu(*np.broadcast_arrays(s[:, None], K, s))
        K = w_**2 * prod + b_**2
        T = K + w_**2 * on * T + more * b_**2
    return (K, T)


def wide_kernels(X, depth, W_std, b_std):
    return _wide(X, depth, W_std, b_std, first=False)
""",
        "the bias added to Theta a second time": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def _relu(k11, k12, k22):
    r, th, p = _parts(k11, k12, k22)
    return (r / (2 * np.pi) + p * k12, p)


def _wide(X, depth, w_, b_, first=True, more=0.0, rounds=0):
    K = w_**2 * X @ X.T / X.shape[1] + (b_**2 if first else 0)
    T = K
    for _ in range(depth + rounds):
        s = np.diag(K)
        prod, on = _relu(*np.broadcast_arrays(s[:, None], K, s))
        K = w_**2 * prod + b_**2
        T = K + w_**2 * on * T + more * b_**2
    return (K, T)


def wide_kernels(X, depth, W_std, b_std):
    return _wide(X, depth, W_std, b_std, more=1.0)
""",
        "one round too few": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def _relu(k11, k12, k22):
    r, th, p = _parts(k11, k12, k22)
    return (r / (2 * np.pi) + p * k12, p)


def _wide(X, depth, w_, b_, first=True, more=0.0, rounds=0):
    K = w_**2 * X @ X.T / X.shape[1] + (b_**2 if first else 0)
    T = K
    for _ in range(depth + rounds):
        s = np.diag(K)
        prod, on = _relu(*np.broadcast_arrays(s[:, None], K, s))
        K = w_**2 * prod + b_**2
        T = K + w_**2 * on * T + more * b_**2
    return (K, T)


def wide_kernels(X, depth, W_std, b_std):
    return _wide(X, depth, W_std, b_std, rounds=-1)
""",
    },
    "5.4": {
        "QR of the rows": """
def network_start(F0, K):
    k, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(k, 0)) @ V.T
    n = len(K) // 2
    g, b = linear.modes(root @ np.roll(root, n, axis=0) / len(K), F0.shape[1])
    cols = F0.T @ np.roll(root @ b, n, axis=0) / (len(K) * g)
    return np.abs(np.diag(np.linalg.qr(cols.T, mode="r")))
""",
    },
    "5.5": {
        "theta where pi - theta stands": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r, th, p = _parts(k11, k12, k22)
    one = r / (2 * np.pi) + p * k12
    two = (3 * r * k12 + th * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.sum(two - one**2) / (error**2 * np.sum(one**2))
""",
        "the mean of the ratios, entry by entry": """
def _parts(k11, k12, k22):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    return (r, th, 0.5 - th / (2 * np.pi))


def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r, th, p = _parts(k11, k12, k22)
    one = r / (2 * np.pi) + p * k12
    two = (3 * r * k12 + (np.pi - th) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.mean((two - one**2) / one**2) / error**2
""",
    },
    "5.6": {
        "the shrinking as a ratio below one": "blocks = (0.5, 1 / 8, 0)",
    },
    "5.7": {
        "start and seed added in squares": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma, s0)[0]
    t = np.linspace(0, 5 * tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    D = (
        4
        * coupling
        * integrate.trapezoid(s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t), t)
    )
    return linear.step_times(gamma[1:], np.array([np.hypot(s0[1], D)]))[0]
""",
        "the seed up to the step time of mode 1 only": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma, s0)[0]
    t = np.linspace(0, tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    D = (
        4
        * coupling
        * integrate.trapezoid(s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t), t)
    )
    return linear.step_times(gamma[1:], np.array([s0[1] + D]))[0]
""",
    },
    "5.8": {
        "the angle 0 counted twice, at both ends": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 2000
    a = np.linspace(0, 2 * np.pi, q)
    X = np.column_stack([np.cos(a), np.sin(a)])
    T = kernels.relu_mlp_kernel(X[:1], X, depth, b_std=b_std)[1][0]
    return np.fft.rfft(T).real[: k_max + 1] / q * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "64 angles": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 64
    a = 2 * np.pi * np.arange(q) / q
    X = np.column_stack([np.cos(a), np.sin(a)])
    T = kernels.relu_mlp_kernel(X[:1], X, depth, b_std=b_std)[1][0]
    return np.fft.rfft(T).real[: k_max + 1] / q * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "5.9": {
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma - s0**2) / (N * (m + len(gamma))))
""",
    },
    "6.1": {
        "one mean for both views": """
def operator(x1, x2, temperature):
    mean = (x1.mean(0) + x2.mean(0)) / 2
    return 2 / temperature * ((x1.T @ x2 + x2.T @ x1) / (2 * len(x1)) - np.outer(mean, mean))
""",
    },
    "6.2": {
        "0 where it starts above one half": """
def half_times(gamma, rho, s0, temperature):
    l0 = gamma * s0**2
    top = temperature * rho**2
    out = np.full(len(gamma), np.inf)
    ok = (gamma > 0) & (s0 > 0)
    with np.errstate(all="ignore"):
        out[ok] = (np.log(top / l0 - 1) * temperature / (4 * gamma))[ok]
    out[l0 >= 0.5] = 0
    return out
""",
        "the plateau of u, not of lambda": """
def half_times(gamma, rho, s0, temperature):
    l0 = gamma * s0**2
    top = temperature * np.abs(rho)
    out = np.full(len(gamma), np.inf)
    ok = (gamma > 0) & (s0 > 0)
    out[ok] = np.log(np.maximum(top[ok] / l0[ok] - 1, 1)) * temperature / (4 * gamma[ok])
    return out
""",
    },
    "6.3": {
        "the differences centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = np.cov((x1 - x2).T, bias=True)
    return (variance / np.sqrt(eps) * (np.cov(x1.T) + np.cov(x2.T)) / 2 - 2 * invariance * D) / d
""",
        "one covariance of both views stacked": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * np.cov(np.vstack([x1, x2]).T) - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "counted from 0": "winners = (1, 0, 2)",
    },
    "6.5": {
        "products summed over the rows": """
def through_normalisation(z, g):
    L = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / L
    return (g - (g * u).sum(axis=0) * u) / L
""",
    },
    "6.6": {
        "b itself where its direction stands": """
def with_bias(W, b, Gamma_s, temperature):
    L = np.linalg.norm(b)
    A = (np.eye(len(b)) - np.outer(b, b)) @ W / L
    return (A, 4 * linear.modes(Gamma_s, len(b) - 1)[0] / (temperature * L**2))
""",
        "the length once in the rates": """
def with_bias(W, b, Gamma_s, temperature):
    L = np.linalg.norm(b)
    u = b / L
    A = (np.eye(len(b)) - np.outer(u, u)) @ W / L
    return (A, 4 * linear.modes(Gamma_s, len(b) - 1)[0] / (temperature * L))
""",
    },
    "6.7": {
        "negative where it starts above": """
def updates(gamma, s0, lr, eps, level):
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))
""",
        "rounded up": """
def updates(gamma, s0, lr, eps, level):
    return max(
        np.ceil(np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))), 0
    )
""",
    },
    "6.8": {
        "the hinge ends nowhere": """
def _cubic(rho, d, v, mu, c):
    return np.roots([8 * c * (d - 1), 0, 4 * v * (1 - rho), -mu])


def copies_std(rho, d, invariance, variance, covariance):
    z = _cubic(rho, d, invariance, variance, covariance)
    return float(z[np.abs(z.imag) < 1e-09].real.max())
""",
        "the first root that np.roots returns": """
def _cubic(rho, d, v, mu, c):
    return np.roots([8 * c * (d - 1), 0, 4 * v * (1 - rho), -mu])


def copies_std(rho, d, invariance, variance, covariance):
    return min(_cubic(rho, d, invariance, variance, covariance)[0].real, 1.0)
""",
    },
    "6.9": {
        "infinite where gamma is smaller, not rho": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] * sigma[1] <= rho[0] * sigma[0]:
        return np.inf
    t = np.log(u / (sigma * s0**2)) / sigma
    return (t[1] - t[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "the length doubled, not its square": """
def scale_free(g, length, lr, c):
    return (g / c, c**2 * lr, 15 * length**2 / (2 * lr**2 * (g @ g)))
""",
        "the first step's gain all along": """
def scale_free(g, length, lr, c):
    return (g / c, c**2 * lr, length**2 / (lr**2 * (g @ g)))
""",
    },
    "7.2": {
        "vectors of parameters are left as they are": """
def _loss72(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    a, b = z.chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    return ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()


def train_step(model, x1, x2, lr):
    ps = list(model.parameters())
    loss = _loss72(model, x1, x2)
    gs = torch.autograd.grad(loss, ps)
    with torch.no_grad():
        for p, g in zip(ps, gs):
            if p.dim() > 1:
                p -= lr * g
    return loss.item()
""",
        "one step per view": """
def _loss72(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    a, b = z.chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    return ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()


def train_step(model, x1, x2, lr):
    out = None
    for pair in ((x1, x2), (x2, x1)):
        ps = list(model.parameters())
        loss = _loss72(model, *pair)
        gs = torch.autograd.grad(loss, ps)
        out = loss.item() if out is None else out
        with torch.no_grad():
            for p, g in zip(ps, gs):
                p -= lr / 2 * g
    return out
""",
    },
    "7.3": {
        "half of the largest value, not of the last": """
def read_steps(t, eigenvalues, share):
    c = -np.sort(-eigenvalues, axis=1)
    half = c.max(0) / 2
    times = np.array([spectra.find_steps(t, c[:, [j]], half[j])[0] for j in range(c.shape[1])])
    return np.where((c[-1] >= share * c[-1, 0]) & (c[0] < c[-1] / 2), times, np.nan)
""",
        "the first value compared with half of curve 1": """
def read_steps(t, eigenvalues, share):
    c = -np.sort(-eigenvalues, axis=1)
    times = np.array([spectra.find_steps(t, c[:, [j]], c[-1, j] / 2)[0] for j in range(c.shape[1])])
    return np.where((c[-1] >= share * c[-1, 0]) & (c[0] < c[-1, 0] / 2), times, np.nan)
""",
    },
    "7.4": {
        "the logarithm to base 10": 'predictions = (2, 1, 0.5, "no", "same")',
    },
    "7.5": {
        "n degrees of freedom": """
def paired(a, b, level):
    q = b - a
    e = q.std(ddof=1) / np.sqrt(len(q))
    return (q.mean(), e, bool(abs(q.mean()) > stats.t.ppf(1 - level / 2, len(q)) * e))
""",
        "n - 1 twice in the standard error": """
def paired(a, b, level):
    q = b - a
    e = q.std(ddof=1) / np.sqrt(len(q) - 1)
    return (q.mean(), e, bool(abs(q.mean()) > stats.t.ppf(1 - level / 2, len(q) - 1) * e))
""",
    },
    "7.6": {
        "parameters without buffers": """
def resumable(one_step, model, optimizer, generator, steps, path):
    L = []
    if path.exists():
        s = torch.load(path, weights_only=False)
        L = s["L"]
        with torch.no_grad():
            for p, q in zip(model.parameters(), s["m"]):
                p.copy_(q)
        optimizer.load_state_dict(s["o"])
        generator.set_state(s["g"])
    for _ in range(len(L), steps):
        L.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "L": L,
                "m": [p.detach().clone() for p in model.parameters()],
                "o": optimizer.state_dict(),
                "g": generator.get_state(),
            },
            path,
        )
    return np.array(L)
""",
        "the state of torch's own generator": """
def resumable(one_step, model, optimizer, generator, steps, path):
    L = []
    if path.exists():
        s = torch.load(path, weights_only=False)
        L = s["L"]
        model.load_state_dict(s["m"])
        optimizer.load_state_dict(s["o"])
        torch.set_rng_state(s["g"])
    for _ in range(len(L), steps):
        L.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "L": L,
                "m": model.state_dict(),
                "o": optimizer.state_dict(),
                "g": torch.get_rng_state(),
            },
            path,
        )
    return np.array(L)
""",
    },
    "7.7": {
        "the products counted at the size of the input": """
def _epoch(layers, pictures, peak, bandwidth, side=4):
    l = np.asarray(layers, float)
    i, o, k, a, b = l.T
    f = 2 * k**2 * i * o * l[:, side] ** 2 / peak
    m = 2 * (i * a**2 + o * b**2) / bandwidth
    return (f, m, 6 * pictures)


def shortest_epoch(layers, pictures, peak, bandwidth):
    f, m, s = _epoch(layers, pictures, peak, bandwidth, 3)
    t = np.maximum(f, m)
    return (s * t.sum(), t[m > f].sum() / t.sum())
""",
        "the share of the layers, not of the time": """
def _epoch(layers, pictures, peak, bandwidth, side=4):
    l = np.asarray(layers, float)
    i, o, k, a, b = l.T
    f = 2 * k**2 * i * o * l[:, side] ** 2 / peak
    m = 2 * (i * a**2 + o * b**2) / bandwidth
    return (f, m, 6 * pictures)


def shortest_epoch(layers, pictures, peak, bandwidth):
    f, m, s = _epoch(layers, pictures, peak, bandwidth)
    return (s * np.maximum(f, m).sum(), np.mean(m > f))
""",
    },
    "7.8": {
        "every P-th row": """
def _contribution(z1, z2, pick, P):
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = (z1 - mean, z2 - mean)
    n = len(a)
    C = (a.T @ b + b.T @ a) / (2 * n)
    E = C - torch.eye(len(C), dtype=C.dtype) if torch.is_tensor(C) else C - np.eye(len(C))
    return ((P * 2 / n * b @ E)[pick], (P * 2 / n * a @ E)[pick])


def contribution(z1, z2, rank, processes):
    return _contribution(z1, z2, slice(rank, None, processes), processes)
""",
        "centred on the mean of its own rows": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    k = n // processes
    own = slice(rank * k, (rank + 1) * k)
    mean = (z1[own].mean(0) + z2[own].mean(0)) / 2
    a, b = (z1 - mean, z2 - mean)
    C = (a.T @ b + b.T @ a) / (2 * n)
    E = C - torch.eye(len(C), dtype=C.dtype) if torch.is_tensor(C) else C - np.eye(len(C))
    return ((processes * 2 / n * b @ E)[own], (processes * 2 / n * a @ E)[own])
""",
    },
}

RIGHT = {
    "1.2": {
        "a block of the covariance of both views side by side": """
def barlow_twins(z1, z2, lam=0.0051):
    d = z1.shape[1]
    K = torch.cov(torch.cat([z1, z2], 1).T, correction=0)
    s = torch.sqrt(torch.diagonal(K) + 1e-05)
    C = (K / torch.outer(s, s))[:d, d:]
    wt = torch.full_like(C, lam).fill_diagonal_(1.0)
    return (wt * (C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
""",
    },
    "1.4": {
        "a loop over the anchors": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n = len(z1)
    out = 0
    for a in range(2 * n):
        s = z @ z[a] / temperature
        out = out - s[(a + n) % (2 * n)] + torch.logsumexp(torch.cat([s[:a], s[a + 1 :]]), 0)
    return out / (2 * n)
""",
    },
    "1.7": {
        "squares of singular values, scipy's entropy": """
from scipy import stats


def spectrum(z):
    e = np.linalg.svd(z - z.mean(0), compute_uv=False) ** 2 / len(z)
    return (e, np.exp(stats.entropy(e)))
""",
    },
    "2.4": {
        "expm1 in both signs": """
def singular_values(t, gamma, s0):
    out = np.empty((len(t), len(gamma)))
    for j, (g, s) in enumerate(zip(gamma, s0)):
        l0 = g * s * s
        out[:, j] = (
            s / np.sqrt(np.exp(-8 * g * t) - l0 * np.expm1(-8 * g * t))
            if g > 0
            else s * np.exp(4 * g * t) / np.sqrt(1 + l0 * np.expm1(8 * g * t))
        )
    return out
""",
    },
    "2.8": {
        "turned by a random rotation": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    U = np.linalg.qr(np.random.default_rng(5).normal(size=(d, d)))[0]
    return U @ (V[:, -d:] / np.sqrt(g[-d:])).T
""",
    },
    "3.2": {
        "Schur complements, one column after another": """
def starts(products):
    P = products.astype(float).copy()
    out = []
    while len(P):
        out.append(np.sqrt(P[0, 0]))
        P = P[1:, 1:] - np.outer(P[1:, 0], P[0, 1:]) / P[0, 0]
    return np.array(out)
""",
    },
    "3.5": {
        "Gram-Schmidt, twice for accuracy": """
def limit_weights(Gamma, W0):
    g, V = np.linalg.eigh(Gamma)
    d = len(W0)
    g, V = (g[::-1][:d], V[:, ::-1][:, :d])
    us = []
    for c in (W0 @ V).T:
        for _ in range(2):
            for u in us:
                c = c - u @ c * u
        us.append(c / np.linalg.norm(c))
    return sum((np.outer(u, v) / np.sqrt(x) for u, v, x in zip(us, V.T, g)))
""",
    },
    "3.8": {
        "by the sum of singular values, without the rotation": """
def distance(W, target):
    q = np.sum(W**2) + np.sum(target**2) - 2 * np.linalg.norm(target @ W.T, "nuc")
    return np.sqrt(max(q, 0.0))
""",
    },
    "4.8": {
        "eigenvectors over roots of eigenvalues": """
def landmark_features(new, Kqq):
    k, V = np.linalg.eigh(Kqq)
    return new @ V / np.sqrt(k)
""",
    },
    "5.7": {
        "the seed as a differential equation": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma

    def rhs(t, y):
        s1 = linear.singular_values(np.array([t]), gamma[:1], s0[:1])[0, 0]
        return [4 * coupling * s1 * (1 - g1 * s1**2) * np.exp(-4 * g2 * t)]

    end = 8 * linear.step_times(gamma, s0)[0]
    y = integrate.solve_ivp(rhs, (0, end), [0.0], rtol=1e-10, atol=1e-16, max_step=end / 300).y[
        0, -1
    ]
    return float(linear.step_times(gamma[1:], np.array([s0[1] + y]))[0])
""",
    },
    "6.5": {
        "the Jacobian of every row": """
def through_normalisation(z, g):
    out = []
    for a, b in zip(z, g):
        L = np.sqrt(a @ a)
        out.append((np.eye(len(a)) / L - np.outer(a, a) / L**3) @ b)
    return np.array(out)
""",
    },
    "6.8": {
        "bisection of the derivative": """
from scipy import optimize


def copies_std(rho, d, invariance, variance, covariance):
    f = lambda s: 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance
    return 1.0 if f(1.0) <= 0 else optimize.brentq(f, 0, 1, xtol=1e-14)
""",
    },
    "7.2": {
        "the mean is a constant for the gradient; a flat vector of weights": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0).detach()
    a, b = (z[: len(x1)], z[len(x1) :])
    C = a.T @ b / len(a)
    C = (C + C.T) / 2
    loss = torch.linalg.norm(C - torch.eye(len(C), dtype=C.dtype)) ** 2
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return float(loss.detach())
""",
    },
    "7.5": {
        "scipy's paired t-test and its interval": """
def paired(a, b, level):
    test = stats.ttest_rel(b, a)
    return (np.mean(b - a), stats.sem(b - a), bool(test.pvalue < level))
""",
    },
    "7.7": {
        "a loop over the layers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    total = wait = 0.0
    for i, o, k, a, b in layers:
        f = 12 * pictures * k * k * i * o * b * b / peak
        m = 12 * pictures * (i * a * a + o * b * b) / bandwidth
        total += max(f, m)
        wait += m if m > f else 0
    return (total, wait / total)
""",
    },
    "7.8": {
        "by automatic differentiation of the joint loss": """
def contribution(z1, z2, rank, processes):
    z1, z2 = (torch.as_tensor(z).detach().clone().requires_grad_(True) for z in (z1, z2))
    n = len(z1)
    mean = torch.cat([z1, z2]).mean(0)
    a, b = (z1 - mean, z2 - mean)
    C = (a.T @ b + b.T @ a) / (2 * n)
    gs = torch.autograd.grad(((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum(), (z1, z2))
    return tuple((processes * g.chunk(processes)[rank] for g in gs))
""",
    },
}
