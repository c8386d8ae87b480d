"""Round 12: 102 wrong and 34 right answers, from the blank notebooks of chapters 4 to 7 alone."""

WRONG = {
    "4.1": {
        "distance averaged over the pixels": """
def gaussian(x1, x2, b):
    off = x1[:, None, :] - x2[None, :, :]
    return np.exp(-(off**2).mean(axis=2) / (2 * b**2))
""",
        "a distance that is squared already is squared again": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    r = cdist(x1, x2, "sqeuclidean")
    return np.exp(-(r**2) / (2 * b**2))
""",
        "rows brought to length 1 first": """
def gaussian(x1, x2, b):
    x1 = x1 / np.linalg.norm(x1, axis=1, keepdims=True)
    x2 = x2 / np.linalg.norm(x2, axis=1, keepdims=True)
    return np.exp(-np.maximum(2 - 2 * x1 @ x2.T, 0) / (2 * b**2))
""",
    },
    "4.2": {
        "centred with a matrix of ones that is not divided by N": """
def kernel_pca(K, d):
    ones = np.ones_like(K)
    Kc = K - ones @ K - K @ ones + ones @ K @ ones
    w, V = np.linalg.eigh(Kc)
    w, V = w[::-1][:d], V[:, ::-1][:, :d]
    return V * np.sqrt(np.maximum(w, 0))
""",
        "singular vectors times singular values of the centred kernel": """
def kernel_pca(K, d):
    H = np.eye(len(K)) - 1 / len(K)
    U, s, _ = np.linalg.svd(H @ K @ H)
    return U[:, :d] * s[:d]
""",
        "centred kernel brought to a diagonal of 1": """
def kernel_pca(K, d):
    Kc = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    size = np.sqrt(np.diag(Kc))
    Kc = Kc / np.outer(size, size)
    w, V = np.linalg.eigh(Kc)
    return (V * np.sqrt(np.maximum(w, 0)))[:, ::-1][:, :d]
""",
    },
    "4.3": {
        "views swapped by reversing the columns": """
def velocity(F, K):
    N = F.shape[1]
    FP = F[:, ::-1]
    C = F @ FP.T / N
    return 4 / N * (np.eye(len(F)) - C) @ FP @ K
""",
        "swap in C, none before the kernel": """
def velocity(F, K):
    N = F.shape[1]
    C = F @ np.roll(F, N // 2, axis=1).T / N
    return 4 / N * (np.eye(len(F)) - C) @ F @ K
""",
        "the flow of A, which lacks a kernel": """
def velocity(F, K):
    N = F.shape[1]
    FP = np.roll(F, N // 2, axis=1)
    C = F @ FP.T / N
    return 4 / N * (np.eye(len(F)) - C) @ FP
""",
    },
    "4.4": {
        "root of each entry": """
def contrastive(K):
    root = np.sqrt(np.abs(K))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "partners next to each other": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.clip(w, 0, None)) @ V.T
    order = np.arange(len(K)).reshape(-1, 2)[:, ::-1].ravel()
    return root @ root[order] / len(K)
""",
        "eigenvalues below 1e-3 of the largest thrown away": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    w = np.where(w > 1e-3 * w.max(), w, 0)
    root = V * np.sqrt(w) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "copies counted": "ending = (10, 10, 2.0)",
        "all that is not positive is negative": "ending = (7, 13, 5.0)",
        "every nonzero eigenvalue lowers the loss": "ending = (7, 7, 0.0)",
    },
    "4.6": {
        "the power of γ is 1, as if b were scaled already": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    return new @ np.roll(root, len(K) // 2, axis=0) @ b / (len(K) * gamma)
""",
        "columns brought to standard deviation 1 on the training views": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    part = np.roll(root, len(K) // 2, axis=0) @ b
    return new @ part / (K @ part).std(axis=0)
""",
        "inverse root with a ridge": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    inverse = V / np.sqrt(np.maximum(w, 0) + 1e-2) @ V.T
    return new @ inverse @ b / np.sqrt(gamma)
""",
    },
    "4.7": {
        "angle between the views taken as uniform up to 2δ": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "turns taken as normal with the same variance": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.exp(-(k**2) * delta**2 / 3)
""",
        "turns drawn from 0 to δ": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta / 2 / np.pi) ** 2
""",
    },
    "4.8": {
        "columns divided by the root of the diagonal": """
def landmark_features(new, Kqq):
    return new / np.sqrt(np.diag(Kqq))
""",
        "Cholesky factor solved with its transpose": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R.T, new.T).T
""",
        "eigenvectors divided by eigenvalues and not their roots": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    return new @ V / w
""",
    },
    "5.1": {
        "parameter moved and never put back": """
def tangent_kernel(f, theta, X):
    theta, h = theta.copy(), 1e-2
    start, total = f(theta, X), 0
    for p in range(len(theta)):
        theta[p] += h
        now = f(theta, X)
        J = (now - start) / h
        total = total + J @ J.T
        start = now
    return total / start.shape[1]
""",
        "random directions in place of all parameters": """
def tangent_kernel(f, theta, X):
    rng, h, total = np.random.default_rng(0), 1e-5, 0
    for _ in range(100):
        v = rng.normal(size=theta.shape)
        J = (f(theta + h * v, X) - f(theta - h * v, X)) / (2 * h)
        total = total + J @ J.T / 100
    return total / J.shape[1]
""",
        "outputs added before the product": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for p in range(len(theta)):
        e = np.zeros_like(theta)
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        g = J.mean(axis=1)
        total = total + np.outer(g, g)
    return total
""",
    },
    "5.2": {
        "quadrants of mixed sign left out": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return (1 + a**2) * (r / (2 * np.pi) + p * k12), (1 + a**2) * p
""",
        "slope below zero is −a": """
def relu_means(k11, k12, k22, a=0.0):
    a = -a
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p
""",
        "half the cross term: a/2 for the mean of slopes": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    J = r / (2 * np.pi) + p * k12
    product = a**2 * k12 + a * (1 - a) * k12 + (1 - a) ** 2 * J
    slopes = a**2 + a * (1 - a) / 2 + (1 - a) ** 2 * p
    return product, slopes
""",
    },
    "5.3": {
        "variances of the inputs kept through all layers": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    q = np.diag(K)
    k11, k22 = (np.broadcast_to(v, K.shape) for v in (q[:, None], q[None, :]))
    for _ in range(depth):
        product, on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
        "bias missing in the hidden layers": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        product, on = relu_means(*np.broadcast_arrays(q[:, None], K, q[None, :]))
        K = W_std**2 * product
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
        "matrix product in place of the entry by entry one": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        product, on = relu_means(*np.broadcast_arrays(q[:, None], K, q[None, :]))
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * on @ Theta
    return K, Theta
""",
    },
    "5.4": {
        "lengths of the columns": """
def network_start(F0, K):
    d, N = F0.shape[1], len(K)
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    columns = F0.T @ np.roll(root, N // 2, axis=0) @ b / (N * gamma)
    return np.linalg.norm(columns, axis=0)
""",
        "QR of the transposed matrix": """
def network_start(F0, K):
    d, N = F0.shape[1], len(K)
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    columns = F0.T @ np.roll(root, N // 2, axis=0) @ b / (N * gamma)
    return np.abs(np.diag(np.linalg.qr(columns.T, mode="r")))
""",
        "inverse kernel in place of the inverse root": """
def network_start(F0, K):
    d = F0.shape[1]
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    columns = F0.T @ np.linalg.pinv(K, rcond=1e-10) @ b
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
    },
    "5.5": {
        "largest entry in place of the norm": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    angle = np.arctan2(r, k12)
    fourth = (3 * r * k12 + (np.pi - angle) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    mean = relu_means(k11, k12, k22)[0]
    return np.max((fourth - mean**2) / mean**2) / error**2
""",
        "second moment taken for the variance": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    angle = np.arctan2(r, k12)
    fourth = (3 * r * k12 + (np.pi - angle) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    mean = relu_means(k11, k12, k22)[0]
    return np.sum(fourth) / (error**2 * np.sum(mean**2))
""",
        "each pair of inputs counted once": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    angle = np.arctan2(r, k12)
    fourth = (3 * r * k12 + (np.pi - angle) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    mean = relu_means(k11, k12, k22)[0]
    upper = np.triu_indices(len(k))
    return np.sum((fourth - mean**2)[upper]) / (error**2 * np.sum(mean[upper] ** 2))
""",
    },
    "5.6": {
        "shares of three layers": "blocks = (1 / 3, 8.0, 0.0)",
        "factor from large to small": "blocks = (0.5, 1 / 8, 0.0)",
        "last layer alone keeps half of the blocks": "blocks = (0.5, 8.0, 0.5)",
    },
    "5.7": {
        "mode 1 never saturates and the integral ends at its step": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    rate = 4 * (gamma[0] - gamma[1])
    seed = 4 * coupling * s0[0] * np.expm1(rate * max(tau, 0.0)) / rate
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
        "seed decays with the rate of mode 1": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * max(tau, 1.0), 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    inner = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[0] * t)
    seed = 4 * coupling * integrate.trapezoid(inner, t)
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
        "the seed replaces the start": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * max(tau, 1.0), 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    inner = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(inner, t)
    start = seed if coupling > 0 else s0[1]
    return linear.step_times(gamma[1:], np.array([start]))[0]
""",
    },
    "5.8": {
        "both sides of the spectrum counted": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)[1][0]
    c = 2 * np.fft.rfft(row).real[: k_max + 1] / q
    c[0] /= 2
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "views turned at random up to δ": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)[1][0]
    c = np.fft.rfft(row).real[: k_max + 1] / q
    return c * np.sinc(np.arange(k_max + 1) * delta / np.pi) ** 2
""",
        "sixty angles, too few for the kink": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 60
    angle = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)[1][0]
    c = np.fft.rfft(row).real[: k_max + 1] / q
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "5.9": {
        "difference of the squares": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma - s0**2) / (N * (m + len(gamma))))
""",
        "weights of the first layer alone": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (N * m))
""",
        "one weight a unit in each layer": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (m * N + N + d))
""",
    },
    "6.1": {
        "mean of both views together": """
def operator(x1, x2, temperature):
    n = len(x1)
    mean = np.vstack([x1, x2]).mean(axis=0)
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    return 2 / temperature * (G - np.outer(mean, mean))
""",
        "partner left out of the sum": """
def operator(x1, x2, temperature):
    n = len(x1)
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    a, b = x1.sum(axis=0), x2.sum(axis=0)
    others = ((np.outer(a, b) + np.outer(b, a)) / 2 - n * G) / (n * (n - 1))
    return 2 / temperature * (G - others)
""",
        "not symmetric": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    return 2 / temperature * a.T @ b / len(x1)
""",
    },
    "6.2": {
        "half of the variance's plateau": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        t = temperature * np.log(temperature * rho / lam0 - 1) / (4 * gamma)
    t = np.where(lam0 >= temperature * rho / 2, 0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
        "negative times for modes that start above": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        ratio = np.maximum(temperature * rho**2 / lam0 - 1, 1e-12)
        t = temperature * np.log(ratio) / (4 * gamma)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
        "time at which w is at half its plateau": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    top = temperature * rho**2
    with np.errstate(all="ignore"):
        t = temperature * (np.log(top / lam0 - 1) - np.log(3)) / (4 * gamma)
    t = np.where(lam0 >= top / 4, 0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
    },
    "6.3": {
        "covariance of the views stacked": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "second moments, not centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    S = (x1.T @ x1 + x2.T @ x2) / (2 * (n - 1))
    D = (x1 - x2).T @ (x1 - x2) / n
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "variance term doubled, for the two views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    S = np.cov(x1.T) + np.cov(x2.T)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "counted from 0": "winners = (1, 0, 2)",
        "the variance wins everywhere but in the last": "winners = (1, 1, 3)",
        "directions by name": 'winners = ("second", "first", "third")',
    },
    "6.5": {
        "projection with z in place of its direction": """
def through_normalisation(z, g):
    size = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * z).sum(axis=1, keepdims=True) * z) / size
""",
        "divided by the root of the length": """
def through_normalisation(z, g):
    size = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / size
    return (g - (g * u).sum(axis=1, keepdims=True) * u) / np.sqrt(size)
""",
        "the gradient's own direction removed": """
def through_normalisation(z, g):
    size = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / size
    h = g / np.linalg.norm(g, axis=1, keepdims=True)
    return (u - (u * h).sum(axis=1, keepdims=True) * h) / size
""",
    },
    "6.6": {
        "the kernel of Γ_s by size of its eigenvalues": """
def with_bias(W, b, Gamma_s, temperature):
    size = np.linalg.norm(b)
    u = b / size
    A = (W - np.outer(u, u @ W)) / size
    s = np.linalg.svd(Gamma_s, compute_uv=False)
    return A, 4 * s[: len(b) - 1] / (temperature * size**2)
""",
        "the first direction is lost to the bias": """
def with_bias(W, b, Gamma_s, temperature):
    size = np.linalg.norm(b)
    u = b / size
    A = (W - np.outer(u, u @ W)) / size
    w = np.linalg.eigvalsh(Gamma_s)[::-1]
    return A, 4 * w[1 : len(b)] / (temperature * size**2)
""",
        "rate at which a weight grows": """
def with_bias(W, b, Gamma_s, temperature):
    size = np.linalg.norm(b)
    u = b / size
    A = (W - np.outer(u, u @ W)) / size
    w = np.linalg.eigvalsh(Gamma_s)[::-1]
    return A, 2 * w[: len(b) - 1] / (temperature * size**2)
""",
    },
    "6.7": {
        "counted one by one": """
def updates(gamma, s0, lr, eps, level):
    k, s = 0, s0
    while gamma * s**2 < level * eps:
        s, k = s * (1 + 4 * gamma * lr / eps), k + 1
    return k
""",
        "grows by the factor without the 1": """
def updates(gamma, s0, lr, eps, level):
    ratio = level * eps / (gamma * s0**2)
    return max(np.log(ratio), 0) / abs(2 * np.log(4 * gamma * lr / eps))
""",
        "eps where the root of eps stands": """
def updates(gamma, s0, lr, eps, level):
    ratio = level * eps / (gamma * s0**2)
    return max(np.log(ratio), 0) / (2 * np.log1p(4 * gamma * lr / np.sqrt(eps)))
""",
    },
    "6.8": {
        "root of the cubic, with no end at 1": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return real[real > 0][0]
""",
        "a grid of a thousand values": """
def copies_std(rho, d, invariance, variance, covariance):
    s = np.linspace(0.001, 1, 1000)
    loss = (
        2 * invariance * (1 - rho) * s**2 + variance * (1 - s) + 2 * covariance * (d - 1) * s**4
    )
    return s[np.argmin(loss)]
""",
        "covariances of copies taken as s": """
def copies_std(rho, d, invariance, variance, covariance):
    s = variance / (4 * invariance * (1 - rho) + 4 * covariance * (d - 1))
    return min(s, 1.0)
""",
    },
    "6.9": {
        "sigma left out of the logarithms": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(u / s0[1] ** 2) / sigma[1] - np.log(u / s0[0] ** 2) / sigma[0]
    return lead / (4 * pull * (rho[1] - rho[0]))
""",
        "infinite where direction 2 has the smaller γ": """
def exchange_time(sigma, rho, s0, pull, u):
    if sigma[1] * rho[1] <= sigma[0] * rho[0]:
        return np.inf
    lead = (
        np.log(u / (sigma[1] * s0[1] ** 2)) / sigma[1]
        - np.log(u / (sigma[0] * s0[0] ** 2)) / sigma[0]
    )
    return lead / (4 * pull * (rho[1] - rho[0]))
""",
        "when the two grow equally, with no brake": """
def exchange_time(sigma, rho, s0, pull, u):
    g = sigma * rho
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(sigma[0] * s0[0] ** 2) - np.log(sigma[1] * s0[1] ** 2)
    return lead / (4 * pull * (g[1] - g[0]))
""",
    },
    "7.1": {
        "‖w‖² grows by the same amount in each step": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, length**2 / (lr**2 * np.sum(g**2))
""",
        "until the length has doubled": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 15 * length**2 / (2 * lr**2 * np.sum(g**2))
""",
        "learning rate c·η": """
def scale_free(g, length, lr, c):
    return g / c, c * lr, 3 * length**2 / (2 * lr**2 * np.sum(g**2))
""",
    },
    "7.2": {
        "gradient cut off at a norm of 1": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
        "weight decay by habit": """
def train_step(model, x1, x2, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=1e-3)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
""",
        "kernels of convolutions and the last layer only": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim > 1:
                p -= lr * p.grad
    return loss.item()
""",
    },
    "7.3": {
        "half of the largest value of each curve": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for c in curves.T:
        half = c.max() / 2
        learned = c[-1] >= share * curves[-1, 0] and c[0] < half
        out.append(spectra.find_steps(t, c[:, None], half)[0] if learned else np.nan)
    return np.array(out)
""",
        "the first record above, no interpolation": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    end = curves[-1]
    first = np.argmax(curves >= end / 2, axis=0)
    learned = (end >= share * end[0]) & (curves[0] < end / 2)
    return np.where(learned, t[first], np.nan)
""",
        "the last crossing": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for c in curves.T:
        half = c[-1] / 2
        if c[-1] < share * curves[-1, 0] or c[0] >= half:
            out.append(np.nan)
            continue
        i = np.nonzero(c < half)[0][-1]
        w = (half - c[i]) / (c[i + 1] - c[i])
        if t[i] > 0:
            out.append(np.exp(np.log(t[i]) + w * (np.log(t[i + 1]) - np.log(t[i]))))
        else:
            out.append(t[i] + w * (t[i + 1] - t[i]))
    return np.array(out)
""",
    },
    "7.4": {
        "iterations and time exchanged": """
predictions = (1.0, 2.0, np.log(100**2) / 8, "no", "same")
""",
        "λ taken as proportional to the start": """
predictions = (2.0, 1.0, np.log(100) / 8, "no", "same")
""",
        "a staircase from any start, and better features": """
predictions = (2.0, 1.0, np.log(100**2) / 8, "yes", "better")
""",
    },
    "7.5": {
        "samples that are not paired": """
def paired(a, b, level):
    mean = b.mean() - a.mean()
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return mean, error, bool(stats.ttest_ind(b, a).pvalue < level)
""",
        "one-sided quantile": """
def paired(a, b, level):
    x = b - a
    error = x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), error, bool(abs(x.mean()) > stats.t.ppf(1 - level, len(x) - 1) * error)
""",
        "only an increase counts as real": """
def paired(a, b, level):
    x = b - a
    error = x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), error, bool(x.mean() > stats.t.ppf(1 - level / 2, len(x) - 1) * error)
""",
    },
    "7.6": {
        "the global random state in place of the generator's": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_so_far = []
    if path.exists():
        state = torch.load(path, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        losses_so_far = state["losses"]
    while len(losses_so_far) < steps:
        losses_so_far.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "rng": torch.get_rng_state(), "losses": losses_so_far}, path)
    return np.array(losses_so_far)
""",
        "losses kept in single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    done, record = 0, torch.zeros(steps)
    if path.exists():
        state = torch.load(path, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["rng"])
        done, record = state["done"], state["record"]
    for k in range(done, steps):
        record[k] = one_step(model, optimizer, generator)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "rng": generator.get_state(), "done": k + 1, "record": record}, path)
    return record.numpy()
""",
        "the step that was saved is made once more": """
def resumable(one_step, model, optimizer, generator, steps, path):
    start, record = 0, np.zeros(steps)
    if path.exists():
        state = torch.load(path, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["rng"])
        start, record = state["step"], state["record"]
    for k in range(start, steps):
        record[k] = one_step(model, optimizer, generator)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "rng": generator.get_state(), "step": k, "record": record}, path)
    return record
""",
    },
    "7.7": {
        "the two times added": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 2 * (i * a**2 + o * b**2) / bandwidth
    total = work + move
    return 6 * pictures * total.sum(), total[move > work].sum() / total.sum()
""",
        "share of the layers and not of the time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 2 * (i * a**2 + o * b**2) / bandwidth
    return 6 * pictures * np.maximum(work, move).sum(), np.mean(move > work)
""",
        "weights read from memory as well": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 2 * (i * a**2 + o * b**2 + k**2 * i * o) / bandwidth
    total = np.maximum(work, move)
    return 6 * pictures * total.sum(), total[move > work].sum() / total.sum()
""",
    },
    "7.8": {
        "own rows of the other view alone make C": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = (z1 - mean)[rows], (z2 - mean)[rows]
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    return 2 / len(a) * b @ (C - np.eye(d)), 2 / len(a) * a @ (C - np.eye(d))
""",
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (a.T @ b + b.T @ a) / (2 * n)
    g = 2 * processes / n * (C - np.eye(d))
    return (b @ g)[rows], (a @ g)[rows]
""",
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    g = 2 * processes / n * (C - np.eye(d))
    return (b @ g)[rank::processes], (a @ g)[rank::processes]
""",
    },
}

RIGHT = {
    "4.1": {
        "product of the kernels of all pixels": """
def gaussian(x1, x2, b):
    K = np.ones((len(x1), len(x2)))
    for p in range(x1.shape[1]):
        K *= np.exp(-0.5 * (np.subtract.outer(x1[:, p], x2[:, p]) / b) ** 2)
    return K
""",
    },
    "4.2": {
        "scikit-learn's own, as a tensor": """
def kernel_pca(K, d):
    import torch
    from sklearn.decomposition import KernelPCA

    return torch.tensor(KernelPCA(d, kernel="precomputed").fit_transform(K))
""",
    },
    "4.3": {
        "through blocks and sums over pairs, in einsum": """
def velocity(F, K):
    first, second = np.hsplit(F, 2)
    n = first.shape[1]
    S = np.einsum("ai,bi->ab", first, second)
    C = (S + S.T) / (2 * n)
    left = np.einsum("ab,bi->ai", np.eye(len(F)) - C, np.hstack([second, first]))
    return 2 / n * np.einsum("ai,ij->aj", left, K)
""",
    },
    "4.4": {
        "root by singular vectors": """
def contrastive(K):
    U, s, _ = np.linalg.svd(K, hermitian=True)
    root = np.einsum("ik,k,jk->ij", U, np.sqrt(s), U)
    n = len(K) // 2
    return (root[:, :n] @ root[n:] + root[:, n:] @ root[:n]) / (2 * n)
""",
    },
    "4.5": {
        "numbers of three kinds": "ending = (np.int64(7), 7.0, np.float32(5))",
    },
    "4.6": {
        "eigenvectors of P K, which is not symmetric": """
def embed(new, K, d):
    n = len(K) // 2
    w, a = np.linalg.eig(np.roll(K, n, axis=0))
    order = np.argsort(-w.real)[:d]
    w, a = w.real[order] / (2 * n), a.real[:, order]
    a = a / np.sqrt(np.einsum("ij,ij->j", a, K @ a))
    return new @ a / np.sqrt(w)
""",
    },
    "4.7": {
        "characteristic function by quadrature": """
def circle_gamma(c, delta):
    x, w = np.polynomial.legendre.leggauss(200)
    return [ck * (w @ np.cos(k * delta * x) / 2) ** 2 for k, ck in enumerate(c)]
""",
    },
    "4.8": {
        "Cholesky factor of the inverse": """
def landmark_features(new, Kqq):
    inverse = np.linalg.inv(Kqq)
    return new @ np.linalg.cholesky((inverse + inverse.T) / 2)
""",
    },
    "5.1": {
        "all differences in one Jacobian, fourth order": """
def tangent_kernel(f, theta, X):
    h, J = 1e-4, []
    for e in np.eye(len(theta)) * h:
        near, far = f(theta + e, X) - f(theta - e, X), f(theta + 2 * e, X) - f(theta - 2 * e, X)
        J.append((8 * near - far) / (12 * h))
    J = np.array(J)
    return np.einsum("pia,pja->ij", J, J) / J.shape[2]
""",
    },
    "5.2": {
        "quadrant by quadrant": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    same, mixed = (np.pi - theta) / (2 * np.pi), theta / (2 * np.pi)
    up, across = r / (2 * np.pi) + same * k12, r / (2 * np.pi) - mixed * k12
    return (1 + a * a) * up - 2 * a * across, (1 + a * a) * same + 2 * a * mixed
""",
    },
    "5.3": {
        "pair by pair": """
def wide_kernels(X, depth, W_std, b_std):
    import math

    n, m = X.shape
    K = [[W_std**2 * float(X[i] @ X[j]) / m + b_std**2 for j in range(n)] for i in range(n)]
    T = [row[:] for row in K]
    for _ in range(depth):
        new_K, new_T = [], []
        for i in range(n):
            new_K.append([])
            new_T.append([])
            for j in range(n):
                r = math.sqrt(max(K[i][i] * K[j][j] - K[i][j] ** 2, 0.0))
                p = 0.5 - math.atan2(r, K[i][j]) / (2 * math.pi)
                k = W_std**2 * (r / (2 * math.pi) + p * K[i][j]) + b_std**2
                new_K[i].append(k)
                new_T[i].append(k + W_std**2 * p * T[i][j])
        K, T = new_K, new_T
    return np.array(K), np.array(T)
""",
    },
    "5.4": {
        "Gram and Schmidt, one column after the other": """
def network_start(F0, K):
    d, N = F0.shape[1], len(K)
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    U, s, _ = np.linalg.svd(K, hermitian=True)
    b = np.roll(U * np.sqrt(s) @ U.T, N // 2, axis=0) @ b
    found, basis = [], []
    for column in (F0.T @ b / (N * gamma)).T:
        for _ in range(2):
            for e in basis:
                column = column - (e @ column) * e
        found.append(np.sqrt(column @ column))
        basis.append(column / found[-1])
    return found
""",
    },
    "5.5": {
        "entry by entry": """
def width_needed(k, error):
    import math

    top = bottom = 0.0
    for i in range(len(k)):
        for j in range(len(k)):
            r = math.sqrt(max(k[i, i] * k[j, j] - k[i, j] ** 2, 0))
            left = math.pi - math.atan2(r, k[i, j])
            mean = (r + left * k[i, j]) / (2 * math.pi)
            fourth = 3 * r * k[i, j] + left * (k[i, i] * k[j, j] + 2 * k[i, j] ** 2)
            top += fourth / (2 * math.pi) - mean**2
            bottom += mean**2
    return top / bottom / error**2
""",
    },
    "5.6": {
        "a fraction among them": """
from fractions import Fraction

blocks = (Fraction(1, 2), 8, 0)
""",
    },
    "5.7": {
        "an integral over λ in place of t": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = map(float, gamma)
    l0 = g1 * s0[0] ** 2
    power = g2 / (2 * g1)

    def inner(x):  # x is the log of λ/(1 − λ)
        lam = 1 / (1 + np.exp(-x))
        return np.sqrt(lam / g1) * (1 - lam) * np.exp(-power * (x - x0)) / (8 * g1)

    x0 = np.log(l0 / (1 - l0))
    seed = 4 * coupling * integrate.quad(inner, x0, x0 + 200, limit=2000, points=[0.0])[0]
    lam = g2 * (s0[1] + seed) ** 2
    return np.log(1 / lam - 1) / (8 * g2)
""",
    },
    "5.8": {
        "cosine transform of half the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    from scipy.fft import dct

    q = 4097
    angle = np.pi * np.arange(q) / (q - 1)
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    row = kernels.relu_mlp_kernel(points[:1], points, depth, b_std=b_std)[1][0]
    c = dct(row, type=1) / (2 * (q - 1))
    return [c[k] * np.cos(2 * k * delta) for k in range(k_max + 1)]
""",
    },
    "5.9": {
        "hypot of all moves": """
def weight_move(gamma, s0, m, N):
    import math

    moves = (1 / math.sqrt(g) - s for g, s in zip(gamma, s0))
    return math.hypot(*moves) / math.sqrt(N * (m + len(gamma)))
""",
    },
    "6.1": {
        "one half of the Hessian by autograd": """
def operator(x1, x2, temperature):
    t1, t2 = torch.as_tensor(x1).double(), torch.as_tensor(x2).double()

    def loss(w):
        a, b = t1 @ w, t2 @ w
        s = a[:, None] * b[None, :] / temperature
        return -(torch.diagonal(s) - torch.logsumexp(s, dim=1)).mean()

    zero = torch.zeros(t1.shape[1], dtype=torch.float64)
    return -torch.autograd.functional.hessian(loss, zero).numpy()
""",
    },
    "6.2": {
        "mode by mode, a list": """
def half_times(gamma, rho, s0, temperature):
    import math

    out = []
    for g, r, s in zip(gamma, rho, s0):
        if g <= 0 or s == 0:
            out.append(math.inf)
        else:
            ratio = temperature * r**2 / (g * s * s)
            out.append(0.0 if ratio <= 2 else temperature / (4 * g) * math.log(ratio - 1))
    return out
""",
    },
    "6.3": {
        "the gradient of the course's loss at a tiny start": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    t1, t2 = torch.tensor(x1), torch.tensor(x2)
    tiny, rows = 1e-12, []
    for j in range(x1.shape[1]):
        W = torch.zeros(d, x1.shape[1], dtype=torch.float64)
        W[:, j] = tiny
        W.requires_grad_()
        loss = losses.vicreg(
            t1 @ W.T, t2 @ W.T, invariance=invariance, variance=variance, covariance=0.0, eps=eps
        )
        rows.append(-torch.autograd.grad(loss, W)[0][0] / tiny)
    return torch.stack(rows)
""",
    },
    "6.4": {
        "an array": "winners = np.array([2, 1, 3])",
    },
    "6.5": {
        "a Jacobian for each row": """
def through_normalisation(z, g):
    rows = []
    for v, h in zip(z, g):
        size = np.sqrt(v @ v)
        rows.append((np.eye(len(v)) / size - np.outer(v, v) / size**3) @ h)
    return rows
""",
    },
    "6.6": {
        "projector from the null space of b": """
def with_bias(W, b, Gamma_s, temperature):
    from scipy.linalg import eigh, null_space

    across, d, m = null_space(b[None, :]), len(b), len(Gamma_s)
    top = eigh(Gamma_s, eigvals_only=True, subset_by_index=[m - d + 1, m - 1])
    return across @ (across.T @ W) / np.sqrt(b @ b), np.flip(top) * 4 / temperature / (b @ b)
""",
    },
    "6.7": {
        "from logarithms one by one": """
def updates(gamma, s0, lr, eps, level):
    import math

    lead = math.log(level) + math.log(eps) - math.log(gamma) - 2 * math.log(s0)
    return 0 if lead <= 0 else lead / math.log1p(4 * gamma * lr / eps) / 2
""",
    },
    "6.8": {
        "the slope's zero by bisection": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy.optimize import brentq

    def slope(s):
        return 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance

    return 1.0 if slope(1.0) <= 0 else brentq(slope, 0.0, 1.0, xtol=1e-15)
""",
    },
    "6.9": {
        "logs of weights against their ends": """
def exchange_time(sigma, rho, s0, pull, u):
    (a, b), (p, q), (s, r) = sigma.tolist(), rho.tolist(), s0.tolist()
    if not q > p:
        return float("inf")
    climb = [np.log(np.sqrt(u / v) / w) / v for v, w in ((a, s), (b, r))]
    return (climb[1] - climb[0]) / (2 * pull * (q - p))
""",
    },
    "7.1": {
        "a list of plain numbers": """
def scale_free(g, length, lr, c):
    square = sum(float(x) ** 2 for x in g)
    return [x / c for x in g], lr * c * c, 1.5 * (length / lr) ** 2 / square
""",
    },
    "7.2": {
        "a functional call, and gradients of its parameters": """
def train_step(model, x1, x2, lr):
    parameters = dict(model.named_parameters())
    z = torch.func.functional_call(model, parameters, (torch.cat([x1, x2]),))
    z1, z2 = (z - z.mean(0)).split(len(x1))
    S = torch.einsum("ia,ib->ab", z1, z2)
    C = (S + S.T) / (2 * len(x1))
    loss = (C - torch.eye(C.shape[0])).square().sum()
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    for p, g in zip(parameters.values(), gradients):
        p.data.sub_(g, alpha=lr)
    return float(loss.detach())
""",
    },
    "7.3": {
        "curve by curve, in plain Python": """
def read_steps(t, eigenvalues, share):
    import math

    curves = list(zip(*[sorted(map(float, row), reverse=True) for row in eigenvalues]))
    out = []
    for c in curves:
        half = c[-1] / 2
        if c[-1] < share * curves[0][-1] or not c[0] < half:
            out.append(math.nan)
            continue
        k = next(i for i, value in enumerate(c) if value >= half)
        w = (half - c[k - 1]) / (c[k] - c[k - 1])
        if t[k - 1] == 0:
            out.append(float(t[k]) * w)
        else:
            out.append(float(t[k - 1]) * float(t[k] / t[k - 1]) ** w)
    return out
""",
    },
    "7.4": {
        "a list, with other words for the number": """
predictions = [2, 1, np.log(10) / 2, "no", "same"]
""",
    },
    "7.5": {
        "SciPy's test of one sample": """
def paired(a, b, level):
    x = np.subtract(b, a)
    test = stats.ttest_1samp(x, 0.0)
    return np.mean(x), stats.sem(x), test.pvalue < level
""",
    },
    "7.6": {
        "pickled bytes, put in place at once": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import os
    import pickle

    done = []
    if path.exists():
        weights, momentum, draws, done = pickle.loads(path.read_bytes())
        model.load_state_dict(weights)
        optimizer.load_state_dict(momentum)
        generator.set_state(draws)
    for _ in range(steps - len(done)):
        done.append(one_step(model, optimizer, generator))
        state = model.state_dict(), optimizer.state_dict(), generator.get_state(), done
        beside = path.with_suffix(".new")
        beside.write_bytes(pickle.dumps(state))
        os.replace(beside, path)
    return done
""",
    },
    "7.7": {
        "layer by layer, in plain Python": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    total = waiting = 0.0
    for i, o, k, a, b in np.asarray(layers).tolist():
        work = 6 * pictures * 2 * k * k * i * o * b * b / peak
        move = 6 * pictures * 2 * (i * a * a + o * b * b) / bandwidth
        total += max(work, move)
        waiting += move if move > work else 0.0
    return total, waiting / total
""",
    },
    "7.8": {
        "autograd on the joint loss": """
def contribution(z1, z2, rank, processes):
    a, b = (torch.tensor(np.asarray(z), requires_grad=True) for z in (z1, z2))
    mean = torch.cat([a, b]).mean(0)
    u, v = a - mean, b - mean
    C = (u.T @ v + v.T @ u) / (2 * len(a))
    loss = (C - torch.eye(C.shape[0], dtype=C.dtype)).square().sum() * processes
    return tuple(g.chunk(processes)[rank] for g in torch.autograd.grad(loss, [a, b]))
""",
    },
}
