"""Answers to the exercises of chapter 8: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "8.1": {
        "factor 2 in both": """
def gradients(W, A, Gamma):
    C = W @ A @ Gamma @ A.T @ W.T
    E = C - np.eye(len(W))
    return 2 * E @ W @ A @ Gamma @ A.T, 2 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk's last Gamma forgotten": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A
""",
        "the features' moment without Gamma": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * E @ W @ A @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk is held": """
def gradients(W, A, Gamma):
    M = A @ Gamma @ A.T
    return 4 * (W @ M @ W.T - np.eye(len(W))) @ W @ M, np.zeros_like(A)
""",
        "the trunk first": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * W.T @ E @ W @ A @ Gamma, 4 * E @ W @ A @ Gamma @ A.T
""",
        "back through the pseudo-inverse": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return G @ A.T, np.linalg.pinv(W) @ G
""",
        "1 taken from every entry": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - 1
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "steps for gradients": """
def gradients(W, A, Gamma):
    E = np.eye(len(W)) - W @ A @ Gamma @ A.T @ W.T
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk's gradient at a head that has moved": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    to_head = 4 * E @ W @ A @ Gamma @ A.T
    W = W - 0.1 * to_head
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return to_head, 4 * W.T @ E @ W @ A @ Gamma
""",
        "gradient of the product alone": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return G, G
""",
    },
    "8.2": {
        "the head's start forgotten": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
        "the sum conserved": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W0.T @ W0 - W.T @ W
""",
        "the square of the difference": """
def trunk_square(W, W0, A0):
    D = W - W0
    return A0 @ A0.T + D.T @ D
""",
        "the trunk is held": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T
""",
        "balanced layers": """
def trunk_square(W, W0, A0):
    return W.T @ W
""",
        "the trunk's start forgotten": """
def trunk_square(W, W0, A0):
    return W.T @ W - W0.T @ W0
""",
        "only the norms": """
def trunk_square(W, W0, A0):
    M = A0 @ A0.T
    gain = np.sum(W**2) - np.sum(W0**2)
    return M * (1 + gain / np.trace(M))
""",
        "twice the gain": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + 2 * (W.T @ W - W0.T @ W0)
""",
        "in the space of the inputs": """
def trunk_square(W, W0, A0):
    P = W @ A0
    P0 = W0 @ A0
    return A0.T @ A0 + P.T @ P - P0.T @ P0
""",
        "shared out over the diagonal": """
def trunk_square(W, W0, A0):
    gain = np.sum(W**2) - np.sum(W0**2)
    return A0 @ A0.T + gain / A0.shape[0] * np.eye(A0.shape[0])
""",
    },
    "8.3": {
        "the trunk's share": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u - p0**2) / (2 * u)
""",
        "the trunk is held": """
def head_share(lam, gamma, p0):
    s2 = lam / (gamma * p0**2)
    return p0**2 / (p0**2 + s2)
""",
        "the trunk's square at the start over the sum now": """
def head_share(lam, gamma, p0):
    return p0**2 / np.sqrt(p0**4 + 4 * lam / gamma)
""",
        "the conserved difference squared once too little": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**2 + 4 * lam / gamma)
    return (u + p0**2) / (2 * u)
""",
        "the 4 lost": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + lam / gamma)
    return (u + p0**2) / (2 * u)
""",
        "no squares in the share": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    p, s = np.sqrt((u + p0**2) / 2), np.sqrt((u - p0**2) / 2)
    return p / (p + s)
""",
        "the head's part over the trunk's": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u + p0**2) / (u - p0**2)
""",
        "lambda for s²p²": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam)
    return (u + p0**2) / (2 * u)
""",
        "the end at all times": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 / gamma)
    return np.full(len(lam), (u + p0**2) / (2 * u))
""",
        "the share of the growth so far": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    start = 1e-6 * p0
    head = np.log((u - p0**2) / 2 / start**2)
    trunk = np.log((u + p0**2) / 2 / p0**2)
    return head / (head + trunk)
""",
    },
    "8.4": {
        "the trunk is held": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * p0**2)
""",
        "the rate of the start": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * (s0**2 + p0**2))
""",
        "the rate of the end": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    u = np.sqrt((p0**2 - s0**2)**2 + 4 * lam / gamma)
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * u)
""",
        "4 gamma for 8 gamma": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u, l: np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 * gamma / 4 / (1 - l)) / b
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u, lam) - F(s0**2 + p0**2, gamma * s0**2 * p0**2)) / (4 * gamma)
""",
        "no start subtracted": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b) / (8 * gamma)
""",
        "the head's start left out of u and c": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)
    def F(l):
        u = np.sqrt(c**2 + 4 * l / gamma)
        return np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 / (4 / gamma * (1 - l))) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "a difference that loses its digits": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "no fractions in front of the logarithms": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) + np.log((b + u) / (b - u))
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "the growth alone": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    F = lambda u: np.log((u - c) / (u + c)) / c
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "the sum conserved": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 + s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda l, u: np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 / (4 / gamma * (1 - l))) / b
    l0 = gamma * s0**2 * p0**2
    return (F(lam, np.sqrt(c**2 + 4 * lam / gamma)) - F(l0, np.sqrt(c**2 + 4 * l0 / gamma))) / (8 * gamma)
""",
        "a head that starts at nothing": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(c)) / (8 * gamma)
""",
        "both logarithms over c": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: (np.log((u - c) / (u + c)) + np.log((b + u) / (b - u))) / c
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
    },
}

RIGHT = {
    "8.1": {
        "chapter 2's gradient of the features, and a transposed trace": """
def gradients(W, A, Gamma):
    M = A @ Gamma @ A.T
    E = W @ M @ W.T - np.eye(len(W))
    to_trunk = (4 * Gamma @ A.T @ W.T @ E @ W).T
    return 4 * E @ W @ M, to_trunk
""",
        "by torch, as a list of tensors": """
def gradients(W, A, Gamma):
    import torch
    w, a = torch.tensor(W, requires_grad=True), torch.tensor(A, requires_grad=True)
    C = w @ a @ torch.tensor(Gamma) @ a.T @ w.T
    return list(torch.autograd.grad(((C - torch.eye(len(W), dtype=C.dtype)) ** 2).sum(), (w, a)))
""",
        "index by index, in single precision": """
def gradients(W, A, Gamma):
    W, A, G = (x.astype(np.float32) for x in (W, A, Gamma))
    sums = lambda indices, *of: np.einsum(indices, *of, optimize=True)
    E = sums("ah,hi,ij,kj,bk->ab", W, A, G, A, W) - np.eye(len(W), dtype=np.float32)
    return (sums("ab,bh,hi,ij,kj->ak", 4 * E, W, A, G, A),
            sums("ak,ab,bh,hi,ij->kj", W, 4 * E, W, A, G))
""",
    },
    "8.2": {
        "the conserved matrix first": """
def trunk_square(W, W0, A0):
    conserved = np.einsum("ai,aj->ij", W0, W0) - np.inner(A0, A0)
    return np.einsum("ai,aj->ij", W, W) - conserved
""",
        "one stacked product, in single precision": """
def trunk_square(W, W0, A0):
    left = np.hstack([A0, W.T, -W0.T]).astype(np.float32)
    right = np.vstack([A0.T, W, W0]).astype(np.float32)
    return left @ right
""",
        "entry by entry, as lists": """
def trunk_square(W, W0, A0):
    h = len(A0)
    return [[sum(A0[i] * A0[j]) + sum(W[:, i] * W[:, j]) - sum(W0[:, i] * W0[:, j]) for j in range(h)] for i in range(h)]
""",
    },
    "8.3": {
        "the quadratic equation for s²": """
def head_share(lam, gamma, p0):
    s2 = (-p0**2 + np.sqrt(p0**4 + 4 * lam / gamma)) / 2
    return (p0**2 + s2) / (p0**2 + 2 * s2)
""",
        "by a root finder, as a list": """
def head_share(lam, gamma, p0):
    from scipy.optimize import brentq
    out = []
    for x in lam:
        s2 = brentq(lambda q: gamma * q * (p0**2 + q) - x, 0, 1 / (gamma * p0**2) + 1, xtol=1e-14)
        out.append((p0**2 + s2) / (p0**2 + 2 * s2))
    return out
""",
        "hyperbolic functions, in single precision": """
def head_share(lam, gamma, p0):
    x = np.arcsinh(2 * np.sqrt(lam / gamma) / p0**2)
    return (np.cosh(x / 2) ** 2 / np.cosh(x)).astype(np.float32)
""",
    },
    "8.4": {
        "quadrature in the logarithm of s²": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import quad
    def speed(x):
        s2 = np.exp(x)
        p2 = p0**2 - s0**2 + s2
        return 1 / (8 * gamma * p2 * (1 - gamma * s2 * p2))
    c = p0**2 - s0**2
    ends = np.log(2 * lam / gamma / (np.sqrt(c**2 + 4 * lam / gamma) + c))
    return np.array([quad(speed, 2 * np.log(s0), x, epsabs=0, epsrel=1e-10, limit=500)[0] for x in ends])
""",
        "inverse hyperbolic tangents, in s² and p² themselves": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    u, u0 = np.sqrt(c**2 + 4 * lam / gamma), p0**2 + s0**2
    s2 = 2 * lam / gamma / (u + abs(c))
    s02 = min(s0, p0)**2
    grow = (np.log(s2 / s02) - np.log((s2 + abs(c)) / (s02 + abs(c)))) / abs(c)
    return (grow + 2 * (np.arctanh(u / b) - np.arctanh(u0 / b)) / b) / (8 * gamma)
""",
        "the two equations integrated over log λ": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import solve_ivp
    def slow(x, y):
        s2, p2 = np.exp(2 * y[0]), np.exp(2 * y[1])
        u = s2 + p2
        return [p2 / u / 2, s2 / u / 2, 1 / (8 * gamma * u * (1 - gamma * s2 * p2))]
    x0 = np.log(gamma * s0**2 * p0**2)
    x = np.log(np.sort(lam))
    run = solve_ivp(slow, (x0, x[-1]), [np.log(s0), np.log(p0), 0], t_eval=x, method="DOP853", rtol=1e-10, atol=1e-12)
    t = np.empty(len(lam))
    t[np.argsort(lam)] = run.y[2]
    return t
""",
    },
}

EQUIVALENT: dict[str, set[str]] = {}
