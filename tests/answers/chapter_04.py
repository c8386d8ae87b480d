"""Answers to the exercises of chapter 4: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "4.1": {
        "without the 2": """
def gaussian(x1, x2, b):
    squared = ((x1[:, None] - x2) ** 2).sum(2)
    return np.exp(-squared / b**2)
""",
        "scikit-learn's gamma": """
def gaussian(x1, x2, b):
    squared = ((x1[:, None] - x2) ** 2).sum(2)
    return np.exp(-b * squared)
""",
        "bandwidth not squared": """
def gaussian(x1, x2, b):
    squared = ((x1[:, None] - x2) ** 2).sum(2)
    return np.exp(-squared / (2 * b))
""",
        "distance not squared": """
def gaussian(x1, x2, b):
    distance = np.linalg.norm(x1[:, None] - x2, axis=2)
    return np.exp(-distance / (2 * b**2))
""",
        "Laplace": """
def gaussian(x1, x2, b):
    return np.exp(-np.linalg.norm(x1[:, None] - x2, axis=2) / b)
""",
        "a density": """
def gaussian(x1, x2, b):
    squared = ((x1[:, None] - x2) ** 2).sum(2)
    return np.exp(-squared / (2 * b**2)) / np.sqrt(2 * np.pi * b**2)
""",
        "product once": """
def gaussian(x1, x2, b):
    squared = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - x1 @ x2.T
    return np.exp(-squared / (2 * b**2))
""",
        "sum of absolute differences": """
def gaussian(x1, x2, b):
    return np.exp(-np.abs(x1[:, None] - x2).sum(2) ** 2 / (2 * b**2))
""",
    },
    "4.2": {
        "bare eigenvectors": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    return np.linalg.eigh(centred)[1][:, ::-1][:, :d]
""",
        "eigenvalues, no root": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred)
    return V[:, ::-1][:, :d] * w[::-1][:d]
""",
        "divided by the root": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred)
    return V[:, ::-1][:, :d] / np.sqrt(w[::-1][:d])
""",
        "not centred": """
def kernel_pca(K, d):
    w, V = np.linalg.eigh(K)
    return V[:, ::-1][:, :d] * np.sqrt(w[::-1][:d])
""",
        "smallest variance": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred)
    return V[:, :d] * np.sqrt(np.abs(w[:d]))
""",
        "ascending order": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred)
    return V[:, -d:] * np.sqrt(np.abs(w[-d:]))
""",
        "variances": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred / len(K))
    return V[:, ::-1][:, :d] * np.sqrt(w[::-1][:d])
""",
        "whitened": """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    return np.linalg.eigh(centred)[1][:, ::-1][:, :d] * np.sqrt(len(K))
""",
    },
    "4.3": {
        "each pair in one order": """
def velocity(F, K):
    n = len(K) // 2
    C = F[:, :n] @ F[:, n:].T / n
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F, n, axis=1) @ K
""",
        "flow of the coordinates": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    return 4 / N * (np.eye(len(F)) - F @ swapped.T / N) @ swapped
""",
        "own embedding": """
def velocity(F, K):
    N = len(K)
    C = F @ np.roll(F, N // 2, axis=1).T / N
    return 4 / N * (np.eye(len(F)) - C) @ F @ K
""",
        "covariance": """
def velocity(F, K):
    N = len(K)
    return 4 / N * (np.eye(len(F)) - F @ F.T / N) @ np.roll(F, N // 2, axis=1) @ K
""",
        "uphill": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    return 4 / N * (F @ swapped.T / N - np.eye(len(F))) @ swapped @ K
""",
        "factor 2": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    return 2 / N * (np.eye(len(F)) - F @ swapped.T / N) @ swapped @ K
""",
        "divided by n": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    return 8 / N * (np.eye(len(F)) - F @ swapped.T / N) @ swapped @ K
""",
        "C twice too large": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    return 4 / N * (np.eye(len(F)) - 2 * F @ swapped.T / N) @ swapped @ K
""",
        "C of one order": """
def velocity(F, K):
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    C = 2 * F[:, : N // 2] @ F[:, N // 2 :].T / N
    return 4 / N * (np.eye(len(F)) - C) @ swapped @ K
""",
    },
    "4.4": {
        "PK": """
def contrastive(K):
    return np.roll(K, len(K) // 2, axis=0) / len(K)
""",
        "KPK": """
def contrastive(K):
    return K @ np.roll(K, len(K) // 2, axis=0) / len(K)
""",
        "no swap": """
def contrastive(K):
    return K / len(K)
""",
        "divided by n": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / (len(K) / 2)
""",
        "root of each entry": """
def contrastive(K):
    root = np.sqrt(K)
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "NaN at duplicates": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(w) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "Cholesky": """
def contrastive(K):
    L = np.linalg.cholesky(K)
    return L.T @ np.roll(L, len(K) // 2, axis=0) / len(K)
""",
        "half of a root": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.abs(w))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "as if all were different": "ending = (10, 10, 2)",
        "every view grows": "ending = (14, 0, 0)",
        "zeros counted as negative": "ending = (7, 13, 5)",
        "zeros counted as positive": "ending = (13, 7, 0)",
        "loss of ten pairs": "ending = (7, 7, 2)",
        "loss zero": "ending = (7, 7, 0)",
        "loss of what is learned": "ending = (7, 7, 7)",
        "pairs with copies dropped": "ending = (4, 4, 8)",
    },
    "4.6": {
        "power 1": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ np.roll(root @ B, len(K) // 2, axis=0) / (len(K) * gamma)
""",
        "power one half": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ np.roll(root @ B, len(K) // 2, axis=0) / (len(K) * np.sqrt(gamma))
""",
        "2n lost": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ np.roll(root @ B, len(K) // 2, axis=0) / gamma**1.5
""",
        "swap lost": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ root @ B / (len(K) * gamma**1.5)
""",
        "root for inverse root": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ root @ B / np.sqrt(gamma)
""",
        "no inverse root at all": """
def embed(new, K, d):
    gamma, B = linear.modes(contrastive(K), d)
    return new @ B / np.sqrt(gamma)
""",
        "plain kernel PCA": """
def embed(new, K, d):
    w, V = linear.modes(K, d)
    return new @ V / np.sqrt(w)
""",
        "the naive inverse": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    inverse = V / np.sqrt(np.abs(w)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    return new @ inverse @ B / np.sqrt(gamma)
""",
    },
    "4.7": {
        "the page's": """
def circle_gamma(c, delta):
    return c * np.cos(2 * np.arange(len(c)) * delta)
""",
        "largest turn": """
def circle_gamma(c, delta):
    return c * np.cos(np.arange(len(c)) * delta) ** 2
""",
        "one view turned": """
def circle_gamma(c, delta):
    return c * np.sinc(np.arange(len(c)) * delta / np.pi)
""",
        "sinc's own pi": """
def circle_gamma(c, delta):
    return c * np.sinc(np.arange(len(c)) * delta) ** 2
""",
        "difference taken as uniform": """
def circle_gamma(c, delta):
    return c * np.sinc(2 * np.arange(len(c)) * delta / np.pi)
""",
        "agreement alone": """
def circle_gamma(c, delta):
    return np.sinc(np.arange(len(c)) * delta / np.pi) ** 2
""",
        "zero over zero": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * (np.sin(k * delta) / (k * delta)) ** 2
""",
        "counted from one": """
def circle_gamma(c, delta):
    return c * np.sinc((np.arange(len(c)) + 1) * delta / np.pi) ** 2
""",
    },
    "4.8": {
        "turned to the eigenvectors alone": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    return new @ V
""",
        "kernel values": """
def landmark_features(new, Kqq):
    return new + 0
""",
        "the whole inverse": """
def landmark_features(new, Kqq):
    return np.linalg.solve(Kqq, new.T).T
""",
        "root, not inverse root": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    return new @ (V * np.sqrt(w) @ V.T)
""",
        "factor, not its inverse": """
def landmark_features(new, Kqq):
    return new @ np.linalg.cholesky(Kqq)
""",
        "factor turned round": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
        "lengths only": """
def landmark_features(new, Kqq):
    return new / np.sqrt(np.diag(Kqq))
""",
        "divided by the root of q": """
def landmark_features(new, Kqq):
    return new / np.sqrt(len(Kqq))
""",
    },
}

PCA = """
def kernel_pca(K, d):
    centred = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    w, V = np.linalg.eigh(centred)
    w, V = w[::-1][:d], V[:, ::-1][:, :d]
    return {}
"""

FLOW = """
def velocity(F, K):
    N = len(K)
    swapped = {}
    C = F @ swapped.T / N
    return {}
"""
PARTNERS, GRADIENT = "np.roll(F, N // 2, axis=1)", "4 / N * (np.eye(len(F)) - C) @ swapped @ K"

ROOT = """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    return {}
"""

MODES = """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    N = len(K)
    gamma, B = np.linalg.eigh(root @ np.roll(root, N // 2, axis=0) / {})
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    swapped = np.roll(root @ B, N // 2, axis=0)
    return {}
"""

WAVES = """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return {}
"""

LANDMARKS = """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    R = np.linalg.cholesky(Kqq)
    return {}
"""

MORE_WRONG = {
    "4.1": {
        "blocks on the diagonal only": """
def gaussian(x1, x2, b):
    kernel = np.zeros((len(x1), len(x2)))
    for i in range(0, max(kernel.shape), 50):
        a, c = x1[i : i + 50], x2[i : i + 50]
        squared = (a**2).sum(1)[:, None] + (c**2).sum(1) - 2 * a @ c.T
        kernel[i : i + 50, i : i + 50] = np.exp(-np.maximum(squared, 0) / (2 * b**2))
    return kernel
""",
        "no maximum": """
def gaussian(x1, x2, b):
    squared = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-squared / (2 * b**2))
""",
        "(2b)²": """
def gaussian(x1, x2, b):
    return np.exp(-((x1[:, None] - x2) ** 2).sum(2) / (2 * b) ** 2)
""",
        "views centred": """
def gaussian(x1, x2, b):
    x1, x2 = x1 - x1.mean(0), x2 - x2.mean(0)
    return np.exp(-((x1[:, None] - x2) ** 2).sum(2) / (2 * b**2))
""",
    },
    "4.2": {
        "divided by √(N − 1)": PCA.format("V * np.sqrt(w / (len(K) - 1))"),
        "divided by d": PCA.format("V * np.sqrt(w) / d"),
        "fourth root": PCA.format("V * w**0.25"),
        "PCA of the kernel's rows": """
def kernel_pca(K, d):
    U, S, _ = np.linalg.svd(K - K.mean(0))
    return U[:, :d] * S[:d]
""",
    },
    "4.3": {
        "rows moved": FLOW.format("np.roll(F, N // 2, axis=0)", GRADIENT),
        "views reversed": FLOW.format("F[:, ::-1]", GRADIENT),
        "1 − C": FLOW.format(PARTNERS, "4 / N * (1 - C) @ swapped @ K"),
        "diagonal of C only": FLOW.format(
            PARTNERS, "4 / N * (np.eye(len(F)) - np.diag(np.diag(C))) @ swapped @ K"
        ),
    },
    "4.4": {
        "moved by one": ROOT.format("root @ np.roll(root, 1, axis=0) / len(K)"),
        "not divided": ROOT.format("root @ np.roll(root, len(K) // 2, axis=0)"),
        "absolute values": ROOT.format("abs(root @ np.roll(root, len(K) // 2, axis=0)) / len(K)"),
        "mean of PK and KP": """
def contrastive(K):
    half = np.roll(K, len(K) // 2, axis=0) / len(K)
    return (half + half.T) / 2
""",
    },
    "4.5": {
        "all twenty": "ending = (20, 0, 12)",
        "half of the pairs": "ending = (5, 5, 7)",
        "loss of one mode too many": "ending = (7, 7, 4)",
        "two numbers": "ending = (7, 7)",
    },
    "4.6": {
        "power 2": MODES.format("N", "new @ swapped / (N * gamma**2)"),
        "divided by the number of new views": MODES.format(
            "N", "new @ swapped / (len(new) * gamma**1.5)"
        ),
        "K_Γ divided by n": MODES.format("(N // 2)", "new @ swapped / (N * gamma**1.5)"),
        "a ridge": MODES.format(
            "N", "new @ np.linalg.inv(root + 1e-8 * np.eye(N)) @ B / np.sqrt(gamma)"
        ),
    },
    "4.7": {
        "half of delta": WAVES.format("c * np.sinc(k * delta / 2 / np.pi) ** 2"),
        "sorted": WAVES.format("np.sort(c * np.sinc(k * delta / np.pi) ** 2)[::-1]"),
        "c squared": WAVES.format("c**2 * np.sinc(k * delta / np.pi) ** 2"),
        "not divided by kδ": WAVES.format("c * np.sin(k * delta) ** 2"),
    },
    "4.8": {
        "twice": LANDMARKS.format("2 * np.linalg.solve(R, new.T).T"),
        "a ridge": LANDMARKS.format(
            "np.linalg.solve(np.linalg.cholesky(Kqq + 1e-3 * np.eye(len(Kqq))), new.T).T"
        ),
        "not turned": LANDMARKS.format("new / np.sqrt(w)"),
        "rows of V": LANDMARKS.format("new @ V.T / np.sqrt(w)"),
    },
}
for _exercise, _answers in MORE_WRONG.items():
    WRONG[_exercise] |= _answers

RIGHT = {
    "4.1": {
        "SciPy's distances": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist
    return np.exp(-cdist(x1, x2, "sqeuclidean") / (2 * b * b))
""",
        "row by row, single precision": """
def gaussian(x1, x2, b):
    rows = [np.exp(-((x2 - row) ** 2).sum(1) / 2 / b**2) for row in x1]
    return np.array(rows, dtype=np.float32)
""",
    },
    "4.2": {
        "by a singular value decomposition, signs turned": """
def kernel_pca(K, d):
    H = np.eye(len(K)) - 1 / len(K)
    P, S, _ = np.linalg.svd(H @ K @ H)
    return -P[:, :d] @ np.diag(np.sqrt(S[:d]))
""",
        "scikit-learn": """
def kernel_pca(K, d):
    from sklearn.decomposition import KernelPCA
    return KernelPCA(d, kernel="precomputed", eigen_solver="dense").fit_transform(K)
""",
    },
    "4.3": {
        "pair by pair": """
def velocity(F, K):
    n = len(K) // 2
    C = np.zeros((len(F), len(F)))
    for i in range(n):
        C += np.outer(F[:, i], F[:, n + i]) + np.outer(F[:, n + i], F[:, i])
    residual = np.eye(len(F)) - C / (2 * n)
    return 2 / n * residual @ np.hstack([F[:, n:], F[:, :n]]) @ K
""",
        "with P written down": """
def velocity(F, K):
    n = len(K) // 2
    P = np.kron(np.array([[0, 1], [1, 0]]), np.eye(n))
    return -4 * (F @ P @ F.T / (2 * n) - np.eye(F.shape[0])) @ F @ P @ K / (2 * n)
""",
    },
    "4.4": {
        "singular value decomposition": """
def contrastive(K):
    n = len(K) // 2
    U, s, _ = np.linalg.svd(K)
    root = U @ np.diag(np.sqrt(s)) @ U.T
    half = root[:, :n] @ root[n:]
    return (half + half.T) / (2 * n)
""",
        "roots of absolute values": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = (V * np.abs(w) ** 0.5) @ V.T
    P = np.roll(np.eye(len(K)), len(K) // 2, axis=0)
    return root @ P @ root / len(K)
""",
    },
    "4.5": {
        "a list": "ending = [7, 7, 5]",
        "read off a run": "ending = np.array([7.0, 7.0, 5.0002])",
    },
    "4.6": {
        "pseudo-inverse": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    kept = w > 1e-10 * w[-1]
    inverse = V[:, kept] / np.sqrt(w[kept]) @ V[:, kept].T
    gamma, B = np.linalg.eigh(contrastive(K))
    return -(new @ inverse @ B[:, ::-1][:, :d]) / np.sqrt(gamma[::-1][:d])
""",
        "eigenvectors of PK, normalised by C": """
def embed(new, K, d):
    n = len(K) // 2
    P = np.roll(np.eye(2 * n), n, axis=0)
    gamma, R = np.linalg.eig(P @ K / (2 * n))
    order = np.argsort(-gamma.real)[:d]
    A = R[:, order].real
    F = K @ A
    C = np.diag(F.T @ P @ F) / (2 * n)
    return new @ A / np.sqrt(C)
""",
    },
    "4.7": {
        "a mean over a grid": """
def circle_gamma(c, delta):
    u = (np.arange(4000) + 0.5) / 4000 * 2 * delta - delta
    return np.array([ck * np.cos(k * u).mean() ** 2 for k, ck in enumerate(c)])
""",
        "the triangle distribution": """
def circle_gamma(c, delta):
    k = np.arange(1, len(c))
    tail = c[1:] * (1 - np.cos(2 * k * delta)) / (2 * (k * delta) ** 2)
    return np.append(c[0], tail)
""",
    },
    "4.8": {
        "symmetric inverse root": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    return new @ (V / np.sqrt(w) @ V.T)
""",
        "principal axes of the landmarks": """
def landmark_features(new, Kqq):
    U, s, _ = np.linalg.svd(Kqq)
    return -(new @ U) / s**0.5
""",
    },
}

MORE_RIGHT = {
    "4.1": {
        "einsum": """
def gaussian(x1, x2, b):
    apart = x1[:, None] - x2
    return np.exp(-0.5 * np.einsum("ijm,ijm->ij", apart, apart) / b**2)
""",
    },
    "4.2": {
        "a centring matrix, single precision": """
def kernel_pca(K, d):
    K = K.astype(np.float32)
    H = (np.eye(len(K)) - 1 / len(K)).astype(np.float32)
    w, V = np.linalg.eigh(np.einsum("ij,jk,kl->il", H, K, H))
    first = np.argsort(-w)[:d]
    return V[:, first] * np.sqrt(w[first])
""",
    },
    "4.3": {
        "view by view": """
def velocity(F, K):
    d, N = F.shape
    a, b = F[:, : N // 2], F[:, N // 2 :]
    C = (a @ b.T + b @ a.T) / N
    pulled = np.concatenate([b, a], axis=1)
    return np.array([4 / N * (pulled @ k - C @ (pulled @ k)) for k in K]).T
""",
    },
    "4.4": {
        "half by half": """
def contrastive(K):
    w, V = np.linalg.eigh((K + K.T) / 2)
    root = np.einsum("ij,j,kj->ik", V, np.clip(w, 0, None) ** 0.5, V)
    n = len(K) // 2
    return (root[:, :n] @ root[n:] + root[:, n:] @ root[:n]) / (2 * n)
""",
    },
    "4.6": {
        "features of the kernel, then chapter 2": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    kept = w > 1e-9 * w[-1]
    phi, n = V[:, kept] * np.sqrt(w[kept]), len(K) // 2
    moment = (phi[:n].T @ phi[n:] + phi[n:].T @ phi[:n]) / (2 * n)
    gamma, B = np.linalg.eigh(moment)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ (V[:, kept] / np.sqrt(w[kept])) @ B / np.sqrt(gamma)
""",
        "single precision": MODES.format(
            "N", "(new @ swapped / (N * gamma**1.5)).astype(np.float32)"
        ),
    },
    "4.7": {
        "a spherical Bessel function": """
def circle_gamma(c, delta):
    from scipy.special import spherical_jn
    return np.array([c[k] * spherical_jn(0, k * delta) ** 2 for k in range(len(c))])
""",
    },
    "4.8": {
        "turned at random": LANDMARKS.format(
            "new @ (V / np.sqrt(w)) @ np.linalg.qr(np.cos(np.outer(w, 1 + np.arange(len(w)))))[0]"
        ),
    },
}
for _exercise, _answers in MORE_RIGHT.items():
    RIGHT[_exercise] |= _answers

# Signs are free: of a principal axis, of a mode, of a feature.
EQUIVALENT = {exercise: {"result negated"} for exercise in ("4.2", "4.6", "4.8")}
# The mean of all, times a matrix of ones, has an eigenvector of its own; with the wrong sign its
# eigenvalue is negative and never among the first d.
EQUIVALENT["4.2"].add("K - row - row[:, None] + row.mean()  →  K - row - row[:, None] - row.mean()")

FURTHER_WRONG = {
    "4.2": {
        "centred rows only, as a product": """
def kernel_pca(K, d):
    H = np.eye(len(K)) - 1 / len(K)
    w, V = np.linalg.eigh((H @ K + K @ H) / 2)
    return V[:, ::-1][:, :d] * np.sqrt(np.maximum(w[::-1][:d], 0))
""",
        "raw kernel times whitened directions": """
def kernel_pca(K, d):
    H = np.eye(len(K)) - 1 / len(K)
    w, V = np.linalg.eigh(H @ K @ H)
    V = V[:, ::-1][:, :d]
    return K @ V / np.sqrt(w[::-1][:d])
""",
        "columns centred with N - 1": """
def kernel_pca(K, d):
    H = np.eye(len(K)) - 1 / (len(K) - 1)
    w, V = np.linalg.eigh(H @ K @ H)
    return V[:, ::-1][:, :d] * np.sqrt(np.maximum(w[::-1][:d], 0))
""",
    },
    "4.3": {
        "gradient in A taken for that in W": """
def velocity(F, K):
    N = F.shape[1]
    FP = np.roll(F, N // 2, axis=1)
    C = F @ FP.T / N
    return 4 / N * (np.eye(len(F)) - C) @ FP @ K @ K
""",
        "C without its mean over pairs": """
def velocity(F, K):
    N = F.shape[1]
    FP = np.roll(F, N // 2, axis=1)
    return 4 / N * (np.eye(len(F)) - F @ FP.T) @ FP @ K
""",
    },
    "4.4": {
        "swap on both sides": """
def contrastive(K):
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    s = np.roll(root, len(K) // 2, axis=0)
    return s @ s.T / len(K)
""",
        "iteration of Newton for the root, five steps": """
def contrastive(K):
    root = np.eye(len(K)) * np.sqrt(np.trace(K) / len(K))
    for _ in range(5):
        root = (root + K @ np.linalg.pinv(root)) / 2
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "loss of all dimensions at first": "ending = (7, 7, 12.0)",
        "fourteen positive": "ending = (14, 0, 0.0)",
        "two of each pair": "ending = (14, 14, 5.0)",
    },
    "4.6": {
        "embedding divided by its length, view by view": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    f = new @ np.roll(root, len(K) // 2, axis=0) @ b / (len(K) * gamma**1.5)
    return f / np.linalg.norm(f, axis=1, keepdims=True)
""",
        "new kernel centred by its rows": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    new = new - new.mean(axis=1, keepdims=True)
    return new @ np.roll(root, len(K) // 2, axis=0) @ b / (len(K) * gamma**1.5)
""",
        "modes of P K": """
def embed(new, K, d):
    n = len(K) // 2
    w, a = np.linalg.eig(np.roll(K, n, axis=0))
    order = np.argsort(-w.real)[:d]
    w, a = w.real[order] / (2 * n), a.real[:, order]
    return new @ a / np.sqrt(w)
""",
        "columns brought to mean square 1 on the new views": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    f = new @ np.roll(root, len(K) // 2, axis=0) @ b
    return f / np.sqrt(np.mean(f**2, axis=0))
""",
    },
    "4.8": {
        "ridge": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq + 1e-2 * np.eye(len(Kqq)))
    return new @ V / np.sqrt(w)
""",
        "normalised rows": """
def landmark_features(new, Kqq):
    f = np.linalg.solve(np.linalg.cholesky(Kqq), new.T).T
    return f / np.linalg.norm(f, axis=1, keepdims=True)
""",
    },
}
for _exercise, _answers in FURTHER_WRONG.items():
    WRONG[_exercise] |= _answers

FURTHER_RIGHT = {
    "4.1": {
        "single precision tensor": """
def gaussian(x1, x2, b):
    import torch
    a, c = torch.tensor(x1), torch.tensor(x2)
    return torch.exp(-torch.cdist(a, c) ** 2 / (2 * b**2)).clamp(max=1).float()
""",
    },
    "4.6": {
        "pseudo-inverse of the root": """
def embed(new, K, d):
    gamma, b = linear.modes(contrastive(K), d)
    w, V = np.linalg.eigh(K)
    kept = w > 1e-10 * w[-1]
    return new @ (V[:, kept] / np.sqrt(w[kept])) @ V[:, kept].T @ b / np.sqrt(gamma)
""",
    },
    "4.8": {
        "turned to the eigenvectors, and not back": """
def landmark_features(new, Kqq):
    w, V = np.linalg.eigh(Kqq)
    return new @ V / np.sqrt(w)
""",
    },
}
for _exercise, _answers in FURTHER_RIGHT.items():
    RIGHT[_exercise] |= _answers
