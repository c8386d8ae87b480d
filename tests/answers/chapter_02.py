"""Answers to the exercises of chapter 2: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "2.1": {
        "not symmetrised": """
def cross_moment(x1, x2):
    return x1.T @ x2 / len(x1)
""",
        "divided by n instead of 2n": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / len(x1)
""",
        "a sum, not an average": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / 2
""",
        "n - 1 as in a covariance": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / (2 * (len(x1) - 1))
""",
        "the moment of each view with itself": """
def cross_moment(x1, x2):
    z = np.vstack([x1, x2])
    return z.T @ z / len(z)
""",
        "centres each view": """
def cross_moment(x1, x2):
    x1, x2 = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    return (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
""",
        "centres on the common mean": """
def cross_moment(x1, x2):
    mean = np.vstack([x1, x2]).mean(axis=0)
    return ((x1 - mean).T @ (x2 - mean) + (x2 - mean).T @ (x1 - mean)) / (2 * len(x1))
""",
        "pictures by pictures": """
def cross_moment(x1, x2):
    return (x1 @ x2.T + x2 @ x1.T) / (2 * len(x1))
""",
    },
    "2.2": {
        "factor 2 forgotten": """
def gradient(W, Gamma):
    return 2 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "both factors forgotten": """
def gradient(W, Gamma):
    return (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "a factor 2 too many": """
def gradient(W, Gamma):
    return 8 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "minus the gradient": """
def gradient(W, Gamma):
    return -4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "last Gamma forgotten": """
def gradient(W, Gamma):
    return 4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W
""",
        "target forgotten": """
def gradient(W, Gamma):
    return 4 * (W @ Gamma @ W.T) @ W @ Gamma
""",
        "transposed": """
def gradient(W, Gamma):
    return 4 * Gamma @ W.T @ (W @ Gamma @ W.T - np.eye(len(W)))
""",
        "mean over the entries": """
def gradient(W, Gamma):
    C = W @ Gamma @ W.T
    return 4 * (C - np.eye(len(W))) @ W @ Gamma / C.size
""",
    },
    "2.3": {
        "factor 2 instead of 4": """
def ds_dt(s, gamma):
    return 2 * gamma * s * (1 - gamma * s**2)
""",
        "sign reversed": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (gamma * s**2 - 1)
""",
        "rate of the eigenvalue": """
def ds_dt(s, gamma):
    return 8 * gamma * s * (1 - gamma * s**2)
""",
        "equation of the eigenvalue": """
def ds_dt(s, gamma):
    eigenvalue = gamma * s**2
    return 8 * gamma * eigenvalue * (1 - eigenvalue)
""",
        "stops at one": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - s**2)
""",
        "outer gamma lost": """
def ds_dt(s, gamma):
    return 4 * s * (1 - gamma * s**2)
""",
        "square lost": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - gamma * s)
""",
        "factor s lost": """
def ds_dt(s, gamma):
    return 4 * gamma * (1 - gamma * s**2)
""",
    },
    "2.4": {
        "4 gamma in the exponent": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    return s0 / np.sqrt(start + (1 - start) * np.exp(-4 * gamma * t[:, None]))
""",
        "eigenvalues instead of singular values": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    return 1 / (1 + (1 / start - 1) * np.exp(-8 * gamma * t[:, None]))
""",
        "saturates at one": """
def singular_values(t, gamma, s0):
    return s0 / np.sqrt(s0**2 + (1 - s0**2) * np.exp(-8 * gamma * t[:, None]))
""",
        "never saturates": """
def singular_values(t, gamma, s0):
    return s0 * np.exp(4 * gamma * t[:, None])
""",
        "overflows at late times": """
def singular_values(t, gamma, s0):
    t = t[:, None]
    return np.exp(4 * gamma * t) / np.sqrt(1 / s0**2 + (np.exp(8 * gamma * t) - 1) * gamma)
""",
        "0/0 where gamma is zero": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    return np.sqrt(start / (start + (1 - start) * np.exp(-8 * gamma * t[:, None])) / gamma)
""",
        "negative modes left alone": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    s = s0 / np.sqrt(start + (1 - start) * np.exp(-8 * np.abs(gamma) * t[:, None]))
    return np.where(gamma > 0, s, s0)
""",
        "shape (d, T)": """
def singular_values(t, gamma, s0):
    gamma, s0 = gamma[:, None], s0[:, None]
    start = gamma * s0**2
    return s0 / np.sqrt(start + (1 - start) * np.exp(-8 * gamma * t))
""",
    },
    "2.5": {
        "the approximation": """
def step_times(gamma, s0):
    start = gamma * s0**2
    tau = -np.log(np.abs(start)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= 0.5, 0, tau))
""",
        "4 gamma in the denominator": """
def step_times(gamma, s0):
    start = gamma * s0**2
    tau = np.log(1 / start - 1) / (4 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= 0.5, 0, tau))
""",
        "half of s instead of half of the eigenvalue": """
def step_times(gamma, s0):
    start = gamma * s0**2
    tau = np.log((1 / start - 1) / 3) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= 0.5, 0, tau))
""",
        "gamma missing in the logarithm": """
def step_times(gamma, s0):
    tau = np.log(1 / s0**2 - 1) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(gamma * s0**2 >= 0.5, 0, tau))
""",
        "logarithm to base 10": """
def step_times(gamma, s0):
    start = gamma * s0**2
    tau = np.log10(1 / start - 1) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= 0.5, 0, tau))
""",
        "no special cases": """
def step_times(gamma, s0):
    return np.log(1 / (gamma * s0**2) - 1) / (8 * gamma)
""",
        "negative modes never thought of": """
def step_times(gamma, s0):
    start = gamma * s0**2
    return np.where(start >= 0.5, 0, np.log(1 / start - 1) / (8 * gamma))
""",
        "zero for negative modes": """
def step_times(gamma, s0):
    start = gamma * s0**2
    waits = (gamma > 0) & (start < 0.5)
    return np.where(waits, np.log(1 / start - 1) / (8 * gamma), 0)
""",
    },
    "2.6": {
        "equal modes one after the other": "plateaus = (5, 4, 2)",
        "one for each drop": "plateaus = (5, 4, 3)",
        "all modes learned": "plateaus = (5, 3, 0)",
        "only the learnable modes counted": "plateaus = [3, 1, 0]",
        "negative modes pulled to minus one": "plateaus = (5.0, 3.0, 10.0)",
        "norm instead of its square": "plateaus = (2.2360680, 1.7320508, 1.4142136)",
        "middle taken after the second drop": "plateaus = (5, 2, 0)",
        "half a step off": "plateaus = (5, 3, 1.5)",
    },
    "2.7": {
        "up the gradient": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W + lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "no learning rate": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        C = W @ Gamma @ W.T
        finite = np.isfinite(C).all()
        rows.append(np.linalg.eigvalsh(C)[::-1] if finite else np.full(len(W), np.nan))
        W = W - gradient(W, Gamma)
    return np.array(rows)
""",
        "steps, then records": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return np.array(rows)
""",
        "one row short": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "changes W0 in place": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W -= lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "gradient taken once": """
def descend(gradient, Gamma, W0, lr, steps):
    slope = gradient(W0, Gamma)
    path = [W0 - k * lr * slope for k in range(steps + 1)]
    return np.array([np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1] for W in path])
""",
        "eigenvalues of the weights": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "smallest first": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
    },
    "2.8": {
        "root instead of inverse root": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return (V[:, -d:] * np.sqrt(gamma[-d:])).T
""",
        "inverse instead of inverse root": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return (V[:, -d:] / gamma[-d:]).T
""",
        "not scaled": """
def final_weights(Gamma, d):
    return np.linalg.eigh(Gamma)[1][:, -d:].T
""",
        "smallest modes": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return (V[:, :d] / np.sqrt(np.abs(gamma[:d]))).T
""",
        "largest in size, as an SVD orders them": """
def final_weights(Gamma, d):
    U, size, _ = np.linalg.svd(Gamma)
    return (U[:, :d] / np.sqrt(size[:d])).T
""",
        "modes 2 to d + 1": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    keep = slice(len(gamma) - d - 1, len(gamma) - 1)
    return (V[:, keep] / np.sqrt(np.abs(gamma[keep]))).T
""",
        "a solution with a needless part": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    top, extra = V[:, -d:], V[:, [0]] / np.sqrt(-gamma[0])
    W = (top / np.sqrt(gamma[-d:])).T
    W[0] = np.sqrt(2) * W[0] + extra[:, 0]
    return W
""",
        "transposed": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return V[:, -d:] / np.sqrt(gamma[-d:])
""",
    },
}

RIGHT = {
    "2.1": {
        "a loop over the pairs": """
def cross_moment(x1, x2):
    total = sum(np.outer(a, b) + np.outer(b, a) for a, b in zip(x1, x2))
    return total / (2 * len(x1))
""",
        "polarisation, in single precision": """
def cross_moment(x1, x2):
    plus, minus = (x1 + x2).astype("float32"), (x1 - x2).astype("float32")
    return (plus.T @ plus - minus.T @ minus) / (4 * len(x1))
""",
    },
    "2.2": {
        "the trace's own order, then transposed": """
def gradient(W, Gamma):
    return (4 * Gamma @ W.T @ (W @ Gamma @ W.T - np.eye(len(W)))).T
""",
        "entry by entry": """
def gradient(W, Gamma):
    E = np.einsum("ai,ij,bj->ab", W, Gamma, W) - np.identity(W.shape[0])
    return np.einsum("ab,bj,ji->ai", 4 * E, W, Gamma)
""",
    },
    "2.3": {
        "multiplied out": """
def ds_dt(s, gamma):
    return 4 * gamma * s - 4 * gamma**2 * s**3
""",
        "through the gradient of the diagonal problem": """
def ds_dt(s, gamma):
    W, G = np.diag(s), np.diag(gamma)
    return np.diag(-4 * (W @ G @ W.T - np.eye(len(s))) @ W @ G)
""",
    },
    "2.4": {
        "one formula for both signs": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    with np.errstate(over="ignore"):
        return s0 / np.sqrt(start + (1 - start) * np.exp(-8 * gamma * np.asarray(t)[:, None]))
""",
        "mode by mode, in single precision": """
def singular_values(t, gamma, s0):
    out = np.empty((len(t), len(gamma)), dtype=np.float32)
    for j, (g, s) in enumerate(zip(gamma, s0)):
        start, e = g * s**2, np.exp(-8 * abs(g) * t)
        if g > 0:
            out[:, j] = s / np.sqrt(start + (1 - start) * e)
        else:
            out[:, j] = s * np.sqrt(e) / np.sqrt(1 + start * (e - 1))
    return out
""",
    },
    "2.5": {
        "a loop that returns a list": """
def step_times(gamma, s0):
    times = []
    for g, s in zip(gamma, s0):
        start = g * s * s
        if g <= 0:
            times.append(np.inf)
        else:
            times.append(max(0.0, np.log((1 - start) / start) / (8 * g)) if start < 1 else 0.0)
    return times
""",
        "clipped inside the logarithm": """
def step_times(gamma, s0):
    start = np.clip(gamma * s0**2, 1e-300, 0.5)
    wait = 2 * np.arctanh(1 - 2 * start)
    wait = np.where(start < 1e-10, -np.log(start), wait)
    return np.where(gamma > 0, wait / (8 * np.where(gamma > 0, gamma, 1)), np.inf)
""",
    },
    "2.6": {
        "integers in a list": "plateaus = [5, 3, 2]",
        "read off a curve": "plateaus = np.array([4.998, 3.01, 2.0])",
    },
    "2.7": {
        "array filled in advance, general eigenvalue solver": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    path = np.zeros((steps + 1, len(W)))
    for k in range(steps + 1):
        C = W @ Gamma @ W.T
        path[k] = np.sort(np.linalg.eigvals((C + C.T) / 2).real)[::-1]
        W -= lr * gradient(W, Gamma)
    return path
""",
        "all weights first, single precision at the end": """
def descend(gradient, Gamma, W0, lr, steps):
    path = [np.array(W0)]
    while len(path) <= steps:
        path.append(path[-1] - lr * gradient(path[-1], Gamma))
    W = np.stack(path)
    return np.linalg.eigvalsh(W @ Gamma @ W.transpose(0, 2, 1))[:, ::-1].astype(np.float32)
""",
    },
    "2.8": {
        "turned by a rotation, with signs flipped": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    Q = np.linalg.qr(np.arange(1.0, d * d + 1).reshape(d, d) + np.eye(d))[0]
    return -Q @ (V[:, -d:] / np.sqrt(gamma[-d:])).T
""",
        "whitening of the top modes by Cholesky": """
def final_weights(Gamma, d):
    top = np.linalg.eigh(Gamma)[1][:, -d:].T
    top = np.tril(np.ones((d, d))) @ top
    return np.linalg.inv(np.linalg.cholesky(top @ Gamma @ top.T)) @ top
""",
    },
}

EQUIVALENT = {
    # −W is W turned by −I, and C and ‖W‖ do not see the sign.
    "2.8": {"result negated"},
}
