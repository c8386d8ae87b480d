"""Round 24: 83 wrong and 20 right answers to chapters 1 to 9, from the blank notebooks alone."""

WRONG = {
    "1.2": {
        "the off-diagonal sum over i < j only": """
def barlow_twins(z1, z2, lam=0.0051):
    n = z1.shape[0]
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / n
    return ((1 - torch.diag(c)) ** 2).sum() + lam * (torch.triu(c, 1) ** 2).sum()
""",
        "the mean and variance of both views together": """
def barlow_twins(z1, z2, lam=0.0051):
    n = z1.shape[0]
    z = torch.cat([z1, z2])
    mean, std = z.mean(0), torch.sqrt(z.var(0, correction=0) + 1e-5)
    c = ((z1 - mean) / std).T @ ((z2 - mean) / std) / n
    on = torch.diagonal(c)
    return ((1 - on) ** 2).sum() + lam * ((c**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "pairs within a group counted once": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * k * g * (g - 1) / 2
""",
        "the price of one group": """
def copies_loss(d, k, lam):
    g = d // k
    return lam * g * (g - 1)
""",
    },
    "1.4": {
        "only the anchors of view 1, against all others": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return torch.nn.functional.cross_entropy(s[:n], torch.arange(n, 2 * n))
""",
        "the diagonal set to 0 and not to minus infinity": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = z @ z.T / temperature
    s = s * (1 - torch.eye(2 * n))
    return torch.nn.functional.cross_entropy(s, (torch.arange(2 * n) + n) % (2 * n))
""",
    },
    "1.5": {
        "n/k candidates at the own point, one view each": """
def cluster_loss(n, k, temperature):
    own = n / k
    other = 2 * n - 1 - own
    return np.log(own + other * np.exp(-1 / temperature))
""",
    },
    "1.6": {
        "the variance term with the standard deviation of both views stacked": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    z = torch.cat([z1, z2])
    variance = torch.relu(1 - torch.sqrt(z.var(0) + eps)).mean()
    covariance = 0
    for z in (z1, z2):
        k = torch.cov(z.T)
        covariance = covariance + ((k**2).sum() - (torch.diag(k) ** 2).sum()) / d
    return invariance, variance, covariance
""",
        "the hinge on the variance and not on its root": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance = covariance = 0
    for z in (z1, z2):
        k = torch.cov(z.T)
        on = torch.diag(k)
        variance = variance + torch.relu(1 - (on + eps)).mean() / 2
        covariance = covariance + ((k**2).sum() - (on**2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "what is not positive left out of the eigenvalues too": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    e = e[e > 0]
    p = e / e.sum()
    return e, np.exp(-np.sum(p * np.log(p)))
""",
        "the logarithm to base 2 with the exponential to base e": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = e[e > 0] / e.sum()
    return e, np.exp(-np.sum(p * np.log2(p)))
""",
        "a small number under the logarithm, 1e-2": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = np.maximum(e, 0) / e.sum()
    return e, np.exp(-np.sum(p * np.log(p + 1e-2)))
""",
    },
    "1.8": {
        "the first step strictly above a half counted from the second record": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    n, d = len(x1), len(W)
    losses, eig = [], []
    for k in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d)) ** 2).sum()
        losses.append(loss.item())
        eig.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    eig = np.array(eig)
    up = eig[1:] >= 0.5
    first = np.where(up.any(0), up.argmax(0).astype(float), np.inf)
    return np.array(losses), eig, first
""",
        "the last step at which it is below a half": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    n, d = len(x1), len(W)
    losses, eig = [], []
    for k in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d)) ** 2).sum()
        losses.append(loss.item())
        eig.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    eig = np.array(eig)
    below = (eig < 0.5).sum(0)
    first = np.where(below == steps + 1, np.inf, below - 1)
    return np.array(losses), eig, first
""",
    },
    "2.1": {
        "half of the sum of the two views' own moments": """
def cross_moment(x1, x2):
    n = len(x1)
    return (x1.T @ x1 + x2.T @ x2) / (2 * n)
""",
    },
    "2.2": {
        "the weight squared, as in lam times C inside the square": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    d = len(C)
    off = C - np.diag(np.diag(C))
    E = np.diag(np.diag(C) - 1) + lam**2 * off
    return 4 * E @ W @ Gamma
""",
        "the weight on all of E": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * (C - np.eye(len(C)))
    return 4 * E @ W @ Gamma
""",
    },
    "2.3": {
        "one s too few, γ²s² in the bracket": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - gamma**2 * s**2)
""",
    },
    "2.4": {
        "the absolute value of gamma throughout": """
def singular_values(t, gamma, s0):
    g = np.abs(gamma)
    lam = g * s0**2
    e = np.exp(-8 * np.outer(t, g))
    return s0 / np.sqrt(lam + (1 - lam) * e)
""",
        "the root forgotten": """
def singular_values(t, gamma, s0):
    lam = gamma * s0**2
    e = np.exp(-8 * np.outer(t, np.abs(gamma)))
    up = s0 / (lam + (1 - lam) * e)
    down = s0 * e / (1 + lam * (e - 1))
    return np.where(gamma > 0, up, down)
""",
    },
    "2.5": {
        "the level of s in place of that of λ": """
def step_times(gamma, s0, level=0.5):
    out = np.full(len(gamma), np.inf)
    for j, (g, s) in enumerate(zip(gamma, s0)):
        lam = g * s * s
        if lam >= level:
            out[j] = 0
        elif g > 0:
            q = level**2
            out[j] = max(0.0, np.log((1 / lam - 1) / (1 / q - 1)) / (8 * g))
    return out
""",
        "a floor of 1e-12 under λ(0)": """
def step_times(gamma, s0, level=0.5):
    lam = np.clip(gamma * s0**2, 1e-12, level)
    t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * np.where(gamma > 0, gamma, 1))
    return np.where(gamma > 0, t, np.inf)
""",
    },
    "2.7": {
        "the eigenvalues of W Wᵀ": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = []
    for k in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "the singular values of C, so that all are positive": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = [np.linalg.svd(W @ Gamma @ W.T)[1]]
    for k in range(steps):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.svd(W @ Gamma @ W.T)[1])
    return np.array(rows)
""",
    },
    "2.8": {
        "the largest by absolute value, from an SVD": """
def final_weights(Gamma, d):
    u, s, vt = np.linalg.svd(Gamma)
    return vt[:d] / np.sqrt(s[:d, None])
""",
    },
    "3.1": {
        "the rate 4 in the exponent of the square": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    c = np.sum((W0 @ V) ** 2, axis=0)
    e = np.exp(4 * np.outer(t, g - g[0])) * c
    return e / e.sum(axis=1, keepdims=True)
""",
        "the largest exponent over time and not over modes": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    c = np.sum((W0 @ V) ** 2, axis=0)
    a = 8 * np.outer(t, g)
    e = np.exp(a - a.max(axis=0)) * c
    return e / e.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "a floor of 1e-16 under the squares": """
def starts(products):
    P = np.array(products, float)
    out = np.zeros(len(P))
    for j in range(len(P)):
        out[j] = np.sqrt(max(P[j, j], 1e-16))
        if P[j, j] > 0:
            P = P - np.outer(P[:, j], P[j]) / P[j, j]
    return out
""",
        "only the part along the mode before is taken away": """
def starts(products):
    P = np.asarray(products)
    out = [np.sqrt(P[0, 0])]
    for j in range(1, len(P)):
        out.append(np.sqrt(P[j, j] - P[j - 1, j] ** 2 / P[j - 1, j - 1]))
    return np.array(out)
""",
    },
    "3.3": {
        "ψ(k) in place of ψ(k/2)": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + special.digamma(k) + np.log(2)) / (8 * gamma)
""",
        "the degrees of freedom in rising order": """
def mean_step_times(gamma, alpha):
    k = np.arange(1, len(gamma) + 1)
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
    },
    "3.5": {
        "γ^½ in place of γ^-½": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    Q, R = np.linalg.qr(W0 @ V)
    U = Q * np.sign(np.diag(R))
    return U @ np.diag(np.sqrt(g)) @ V.T
""",
        "the polar factor of W0 V": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    P, s, Nt = np.linalg.svd(W0 @ V)
    return (P @ Nt) / np.sqrt(g) @ V.T
""",
    },
    "3.6": {
        "the mean of ℓ over the pairs": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    l = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-np.mean(l) / 2)
""",
        "the pair with the nearest γ": """
def largest_start(gamma):
    gamma = np.asarray(gamma)
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = 1 / gamma[j], 1 / gamma[j + 1]
    l = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l / 2)
""",
    },
    "3.7": {
        "the largest gamma by absolute value": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
    },
    "3.8": {
        "rotations alone, the determinant made positive": """
def distance(W, target):
    P, s, Nt = np.linalg.svd(target @ W.T)
    D = np.eye(len(P))
    D[-1, -1] = np.linalg.det(P @ Nt)
    return np.linalg.norm(P @ D @ Nt @ W - target)
""",
        "the nuclear norm once and not twice": """
def distance(W, target):
    s = np.linalg.svd(target @ W.T, compute_uv=False)
    return np.sqrt(max(0, np.sum(W**2) + np.sum(target**2) - s.sum()))
""",
    },
    "4.1": {
        "a floor of 1e-3 under the squared distances": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 1e-3) / (2 * b**2))
""",
        "the absolute value where rounding makes a square negative, and r in place of r²": """
def gaussian(x1, x2, b):
    r = np.sqrt(np.abs((x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T))
    return np.exp(-r / (2 * b**2))
""",
    },
    "4.2": {
        "rows centred and columns not": """
def kernel_pca(K, d):
    Kc = K - K.mean(axis=1, keepdims=True)
    e, v = np.linalg.eigh((Kc + Kc.T) / 2)
    return v[:, ::-1][:, :d] * np.sqrt(np.maximum(e[::-1][:d], 0))
""",
    },
    "4.3": {
        "C from the first views alone": """
def velocity(F, K):
    n = F.shape[1] // 2
    a, b = F[:, :n], F[:, n:]
    C = a @ b.T / n
    FP = np.hstack([b, a])
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ FP @ K
""",
        "views taken as alternating": """
def velocity(F, K):
    N = F.shape[1]
    FP = np.empty_like(F)
    FP[:, ::2], FP[:, 1::2] = F[:, 1::2], F[:, ::2]
    C = FP @ F.T / N
    return 4 / N * (np.eye(len(F)) - C) @ FP @ K
""",
    },
    "4.4": {
        "the Cholesky factor with a jitter as the root": """
def contrastive(K):
    R = np.linalg.cholesky(K + 1e-10 * np.eye(len(K)))
    return R.T @ np.roll(R, len(K) // 2, axis=0) / len(K)
""",
        "P by reversing the order of the views": """
def contrastive(K):
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    return root @ root[::-1] / len(K)
""",
    },
    "4.6": {
        "γ^½ in place of γ^(3/2)": """
def embed(new, K, d):
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    n2 = len(K)
    g, b = linear.modes(root @ np.roll(root, n2 // 2, axis=0) / n2, d)
    return new @ np.roll(root, n2 // 2, axis=0) @ b / (n2 * g**0.5)
""",
    },
    "4.7": {
        "the agreement of one view with the picture": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta / np.pi)
""",
        "np.sinc without dividing by π": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta) ** 2
""",
    },
    "4.8": {
        "a floor of 1e-2 under the eigenvalues": """
def landmark_features(new, Kqq):
    e, v = np.linalg.eigh(Kqq)
    return new @ v / np.sqrt(np.maximum(e, 1e-2))
""",
    },
    "5.1": {
        "forward differences with a large step": """
def tangent_kernel(f, theta, X):
    f0 = f(theta, X)
    out = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = 1e-2
        J = (f(theta + e, X) - f0) / 1e-2
        out += J @ J.T
    return out / f0.shape[1]
""",
        "the product of the summed outputs": """
def tangent_kernel(f, theta, X):
    out = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = 1e-5
        J = ((f(theta + e, X) - f(theta - e, X)) / 2e-5).sum(axis=1)
        out += np.outer(J, J)
    return out / f(theta, X).shape[1]
""",
    },
    "5.2": {
        "the mixed part a(1 − a)·E[u relu(v)] counted once": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    both = r / (2 * np.pi) + p * k12
    return a**2 * k12 + a * (1 - a) * k12 / 2 + (1 - a) ** 2 * both, a + (1 - a) ** 2 * p
""",
        "the angle by arccos of a clipped ratio, and no zero vectors": """
def relu_means(k11, k12, k22, a=0.0):
    c = np.clip(k12 / np.sqrt(k11 * k22), -1, 1)
    th = np.arccos(c)
    p = 0.5 - th / (2 * np.pi)
    r = np.sqrt(k11 * k22) * np.sin(th)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p
""",
    },
    "5.3": {
        "one dense layer too many": """
def wide_kernels(X, depth, W_std, b_std):
    K = X @ X.T / X.shape[1]
    T = np.zeros_like(K)
    for _ in range(depth + 1):
        K = W_std**2 * K + b_std**2
        T = K + W_std**2 * T
        q = np.diag(K)
        K, D = relu_means(*np.broadcast_arrays(q[:, None], K, q[None]))
        T = D * T
    K = W_std**2 * K + b_std**2
    return K, K + W_std**2 * T
""",
        "the bias's own gradient left out of Θ": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    T = K - b_std**2
    for _ in range(depth):
        q = np.diag(K)
        k, D = relu_means(*np.broadcast_arrays(q[:, None], K, q[None]))
        K = W_std**2 * k + b_std**2
        T = K - b_std**2 + W_std**2 * D * T
    return K, T
""",
    },
    "5.4": {
        "the lengths of the columns, no leftovers": """
def network_start(F0, K):
    e, v = np.linalg.eigh(K)
    root = v * np.sqrt(np.maximum(e, 0)) @ v.T
    n2, d = F0.shape
    swapped = np.roll(root, n2 // 2, axis=0)
    g, b = linear.modes(root @ swapped / n2, d)
    return np.linalg.norm(F0.T @ swapped @ b / (n2 * g), axis=0)
""",
    },
    "5.5": {
        "error not squared": """
def width_needed(k, error):
    q = np.diag(k)
    k11, k12, k22 = np.broadcast_arrays(q[:, None], k, q[None])
    m = relu_means(k11, k12, k22)[0]
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    m4 = (3 * r * k12 + (np.pi - th) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.sum(m4 - m**2) / (error * np.sum(m**2))
""",
        "the mean over entries of the ratio": """
def width_needed(k, error):
    q = np.diag(k)
    k11, k12, k22 = np.broadcast_arrays(q[:, None], k, q[None])
    m = relu_means(k11, k12, k22)[0]
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    th = np.arctan2(r, k12)
    m4 = (3 * r * k12 + (np.pi - th) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.mean((m4 - m**2) / m**2) / error**2
""",
    },
    "5.7": {
        "the integral without the brake of mode 1": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma, s0)[0]
    t = np.linspace(0, 5 * tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(s1 * np.exp(-4 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
    },
    "5.8": {
        "cos kδ in place of cos 2kδ": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    th = 2 * np.pi * np.arange(q) / q
    X = np.stack([np.cos(th), np.sin(th)], axis=1)
    values = kernels.relu_mlp_kernel(X[:1], X, depth, np.sqrt(2), b_std)[1][0]
    k = np.arange(k_max + 1)
    return np.fft.rfft(values).real[: k_max + 1] / q * np.cos(k * delta)
""",
    },
    "5.9": {
        "the weights of one layer counted": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (N * m))
""",
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    M = N * m + len(gamma) * N
    return np.sqrt(np.sum(1 / gamma - s0**2) / M)
""",
    },
    "6.1": {
        "the joint mean of both views": """
def operator(x1, x2, temperature):
    n = len(x1)
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    m = (x1.mean(0) + x2.mean(0)) / 2
    return 2 / temperature * (G - np.outer(m, m))
""",
    },
    "6.2": {
        "the plateau τρ": """
def half_times(gamma, rho, s0, temperature):
    out = np.full(len(gamma), np.inf)
    for j in range(len(gamma)):
        lam = gamma[j] * s0[j] ** 2
        top = temperature * rho[j]
        if gamma[j] > 0 and s0[j] > 0:
            out[j] = max(0.0, np.log(max(top / lam - 1, 1)) / (4 * gamma[j] / temperature))
    return out
""",
    },
    "6.3": {
        "a pooled covariance of both views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / n
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.5": {
        "one length for all rows": """
def through_normalisation(z, g):
    u = z / np.linalg.norm(z, axis=1, keepdims=True)
    return (g - np.sum(g * u, axis=1, keepdims=True) * u) / np.linalg.norm(z)
""",
    },
    "6.6": {
        "one length of b too many in the rates": """
def with_bias(W, b, Gamma_s, temperature):
    n = np.linalg.norm(b)
    u = b / n
    A = (W - np.outer(u, u @ W)) / n
    g = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * g / (temperature * n**3)
""",
    },
    "6.7": {
        "half an update's factor, 1 + 2γη/ε": """
def updates(gamma, s0, lr, eps, level):
    ratio = level * eps / (gamma * s0**2)
    return max(0.0, np.log(ratio) / (2 * np.log1p(2 * gamma * lr / eps)))
""",
    },
    "6.8": {
        "the hinge's mean over two views counted twice": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b, m = 8 * covariance * (d - 1), 4 * invariance * (1 - rho), 2 * variance
    if a + b <= m:
        return 1.0
    roots = np.roots([a, 0, b, -m])
    return float(roots[np.isreal(roots)].real.max())
""",
    },
    "6.9": {
        "σ of the two directions exchanged in the logarithms": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(u / (sigma[0] * s0[1] ** 2)) / sigma[1] - np.log(u / (sigma[1] * s0[0] ** 2)) / sigma[0]
    return lead / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "the number of steps until the length has doubled": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 15 * length**2 / (2 * lr**2 * np.sum(g**2))
""",
        "the gradient of the same size all along": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, length**2 / (lr**2 * np.sum(g**2))
""",
    },
    "7.2": {
        "each view centred on its own mean": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    n = len(z1)
    z1, z2 = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
    },
    "7.3": {
        "the share of the largest eigenvalue ever": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    times = np.array([spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))])
    learned = (last >= share * curves.max()) & (curves[0] < last / 2)
    return np.where(learned, times, np.nan)
""",
    },
    "7.5": {
        "the two ways as independent samples": """
def paired(a, b, level):
    n = len(a)
    mean = np.mean(b) - np.mean(a)
    error = np.sqrt(np.var(a, ddof=1) / n + np.var(b, ddof=1) / n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, n - 1) * error)
""",
    },
    "7.7": {
        "the weight gradient not counted: two passes": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    flop = 2 * k**2 * i * o * b**2 / peak
    moved = 2 * (i * a**2 + o * b**2) / bandwidth
    each = np.maximum(flop, moved)
    return 4 * pictures * each.sum(), each[moved > flop].sum() / each.sum()
""",
        "the share of layers, not of time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    flop = 2 * k**2 * i * o * b**2 / peak
    moved = 2 * (i * a**2 + o * b**2) / bandwidth
    return 6 * pictures * np.maximum(flop, moved).sum(), np.mean(moved > flop)
""",
    },
    "8.3": {
        "the share of the trunk": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u - p0**2) / (2 * u)
""",
    },
    "8.5": {
        "the raise of p and not of its square": """
def raise_of(gamma, p0):
    return np.sqrt(0.5 * (1 + np.sqrt(1 + 4 / (gamma * p0**4))))
""",
    },
    "8.7": {
        "the raise of a single layer": """
def deep_raise(layers, gamma):
    x = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1 / gamma)
    return 1 + x
""",
    },
    "9.3": {
        "divided by n": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) * np.linalg.norm(K) * np.linalg.norm(L))
""",
    },
    "9.5": {
        "R² adjusted for the number of columns": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    x = np.column_stack([np.ones(n), regressors])
    left = modes - x @ np.linalg.lstsq(x, modes, rcond=None)[0]
    r2 = 1 - (left**2).sum(0) / ((modes - modes.mean(0)) ** 2).sum(0)
    return 1 - (1 - r2) * (n - 1) / (n - k - 1)
""",
    },
    "9.8": {
        "the participation ratio of the singular values": """
def three_ranks(d, k, delta):
    def rank(p):
        p = p[p > 0] / p.sum()
        return np.exp(-np.sum(p * np.log(p)))
    lam = np.r_[np.ones(k), np.full(d - k, delta)]
    s = np.sqrt(lam)
    return rank(s), rank(lam), s.sum() ** 2 / (s**2).sum()
""",
    },
}

RIGHT = {
    "1.2": {
        "einsum over the batch, the diagonal by a mask": """
def barlow_twins(z1, z2, lam=0.0051):
    def hat(z):
        return (z - z.mean(0)) * (z.var(0, unbiased=False) + 1e-5).rsqrt()
    c = torch.einsum("bi,bj->ij", hat(z1), hat(z2)) / z1.size(0)
    eye = torch.eye(c.size(0), dtype=c.dtype)
    return ((c - eye) ** 2 * (eye + lam * (1 - eye))).sum()
""",
    },
    "1.4": {
        "distances in place of products: s = 1 − r²/2": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1 / z1.norm(dim=1, keepdim=True), z2 / z2.norm(dim=1, keepdim=True)])
    s = 1 - ((z[:, None] - z[None]) ** 2).sum(-1) / 2
    total = 0
    for a in range(2 * n):
        others = torch.cat([s[a, :a], s[a, a + 1:]]) / temperature
        total = total + torch.logsumexp(others, 0) - s[a, (a + n) % (2 * n)] / temperature
    return total / (2 * n)
""",
    },
    "1.7": {
        "singular values of the centred embedding, the entropy by scipy's entr": """
def spectrum(z):
    from scipy.special import entr
    s = np.linalg.svd((z - z.mean(axis=0)) / np.sqrt(len(z)), compute_uv=False)
    e = s**2
    return list(e), float(np.exp(entr(e / e.sum()).sum()))
""",
    },
    "2.2": {
        "by torch's automatic differentiation": """
def gradient(W, Gamma, lam=1.0):
    import torch
    w = torch.tensor(np.asarray(W, dtype=float), requires_grad=True)
    C = w @ torch.tensor(np.asarray(Gamma, dtype=float)) @ w.T
    on = torch.diagonal(C)
    loss = ((on - 1) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
    loss.backward()
    return w.grad
""",
    },
    "2.5": {
        "by brentq on the logit": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit
    out = []
    for g, s in zip(gamma, s0):
        lam = g * s**2
        if lam >= level:
            out.append(0.0)
        elif lam <= 0:
            out.append(float("inf"))
        else:
            out.append((logit(level) - (np.log(lam) - np.log1p(-lam))) / (8 * g))
    return tuple(out)
""",
    },
    "2.8": {
        "Fortran order, turned by a random rotation": """
def final_weights(Gamma, d):
    from scipy.linalg import eigh
    m = len(Gamma)
    g, v = eigh(Gamma, subset_by_index=[m - d, m - 1])
    turn = np.linalg.qr(np.random.default_rng().normal(size=(d, d)))[0]
    return np.asfortranarray(turn @ (v / np.sqrt(g)).T)
""",
    },
    "3.2": {
        "Gaussian elimination in place, on a scaled copy": """
def starts(products):
    scale = np.sqrt(np.diag(products))
    P = products / np.outer(scale, scale)
    d = len(P)
    for j in range(d):
        P[j + 1:] -= np.outer(P[j + 1:, j] / P[j, j], P[j])
    return scale * np.sqrt(np.diag(P))
""",
    },
    "3.5": {
        "Gram and Schmidt with a loop": """
def limit_weights(Gamma, W0):
    e, v = np.linalg.eigh(Gamma)
    out = np.zeros(W0.shape)
    taken = []
    for j in range(len(W0)):
        g, mode = e[-1 - j], v[:, -1 - j]
        left = W0 @ mode
        for _ in range(2):
            for u in taken:
                left = left - u * (u @ left)
        u = left / np.linalg.norm(left)
        taken.append(u)
        out += np.outer(u, mode) / np.sqrt(g)
    return out
""",
    },
    "3.7": {
        "by Lambert's W": """
def largest_rate(gamma, late):
    from scipy.special import lambertw
    a = 1 / (1 + late)
    x = np.real(-lambertw(-a * np.exp(-a), -1)) / a - 1
    return x / (4 * max(gamma))
""",
    },
    "4.1": {
        "scipy's cdist": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist
    return np.exp(-0.5 * cdist(x1 / b, x2 / b, "sqeuclidean"))
""",
    },
    "4.8": {
        "least squares on the transposed Cholesky factor": """
def landmark_features(new, Kqq):
    from scipy.linalg import solve_triangular
    R = np.linalg.cholesky(Kqq)
    return np.asfortranarray(solve_triangular(R, new.T, lower=True).T)
""",
    },
    "5.1": {
        "the five-point rule": """
def tangent_kernel(f, theta, X):
    h, J = 1e-3, []
    for p in range(len(theta)):
        def at(c, p=p):
            moved = np.array(theta, dtype=float)
            moved[p] += c * h
            return f(moved, X)
        J.append((8 * (at(1) - at(-1)) - at(2) + at(-2)) / (12 * h))
    J = np.array(J)
    return np.einsum("pna,pka->nk", J, J) / J.shape[-1]
""",
    },
    "5.7": {
        "the two equations by an integrator, the linear one for mode 2": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    def rate(t):
        e = np.exp(-8 * g1 * t)
        lam0 = g1 * s0[0] ** 2
        s1 = s0[0] / np.sqrt(lam0 + (1 - lam0) * e)
        return s1 * (1 - g1 * s1**2) * np.exp(-4 * g2 * t)
    tau1 = linear.step_times(np.array([g1]), np.array([s0[0]]))[0]
    seed = sum(integrate.quad(rate, a, b, epsabs=0, epsrel=1e-10)[0] for a, b in ((0, tau1), (tau1, 6 * tau1)))
    lam = g2 * (s0[1] + 4 * coupling * seed) ** 2
    return np.log(1 / lam - 1) / (8 * g2) if lam < 0.5 else 0.0
""",
    },
    "6.2": {
        "in units of the plateau": """
def half_times(gamma, rho, s0, temperature):
    gamma, rho, s0 = map(np.asarray, (gamma, rho, s0))
    with np.errstate(all="ignore"):
        x = gamma * s0**2 / (temperature * rho**2)
        t = np.log((1 - x) / x) * temperature / (4 * gamma)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, np.where(x >= 0.5, 0.0, t)).tolist()
""",
    },
    "6.8": {
        "the cubic by Cardano's hyperbolic sine": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= variance:
        return 1
    if a == 0:
        return variance / b
    if b == 0:
        return (variance / a) ** (1 / 3)
    p, q = b / a, variance / a
    k = 2 * np.sqrt(p / 3)
    return k * np.sinh(np.arcsinh(3 * q / (p * k)) / 3)
""",
    },
    "7.3": {
        "the crossing by hand": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    found = []
    for curve in curves.T:
        half = curve[-1] / 2
        if curve[-1] < share * curves[-1, 0] or curve[0] >= half:
            found.append(np.nan)
            continue
        i = int(np.flatnonzero(curve >= half)[0])
        w = (half - curve[i - 1]) / (curve[i] - curve[i - 1])
        a, b = t[i - 1], t[i]
        found.append(a + w * (b - a) if a == 0 else a * (b / a) ** w)
    return found
""",
    },
    "7.5": {
        "scipy's paired test": """
def paired(a, b, level):
    test = stats.ttest_rel(b, a)
    gap = np.subtract(b, a)
    return gap.mean(), stats.sem(gap), test.pvalue < level
""",
    },
    "8.4": {
        "by quadrature in the logarithm of λ": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import quad
    c2 = (p0**2 - s0**2) ** 2
    start = gamma * s0**2 * p0**2
    def rate(y):
        l = np.exp(y)
        return 1 / (8 * gamma * np.sqrt(c2 + 4 * l / gamma) * (1 - l))
    return np.array([quad(rate, np.log(start), np.log(l), epsabs=0, epsrel=1e-11, limit=400)[0] for l in lam])
""",
    },
    "9.3": {
        "by the columns' moments, float32 norms avoided": """
def cka_by_chance(x, y):
    def parts(a):
        s = np.linalg.svd(a - a.mean(axis=0), compute_uv=False) ** 2
        return s.sum(), np.sqrt((s**2).sum())
    (tx, nx), (ty, ny) = parts(x), parts(y)
    return tx / nx * ty / ny / (len(x) - 1)
""",
    },
    "9.6": {
        "through the hat matrix of each permutation": """
def p_values(modes, regressors, permutations):
    x = np.linalg.qr(regressors - regressors.mean(axis=0))[0]
    y = modes - modes.mean(axis=0)
    y = y / np.linalg.norm(y, axis=0)
    seen = ((x.T @ y) ** 2).sum(axis=0)
    top = np.array([((x[p].T @ y) ** 2).sum(axis=0).max() for p in permutations])
    return [(1 + np.count_nonzero(top > r - 1e-9)) / (1 + len(top)) for r in seen]
""",
    },
}
