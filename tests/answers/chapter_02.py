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
        "inner products for outer ones": """
def cross_moment(x1, x2):
    total = 0
    for i in range(len(x1)):
        total += x1[i] @ x2[i].T + x2[i] @ x1[i].T
    return total / (2 * len(x1))
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
        "only the last pair": """
def cross_moment(x1, x2):
    for i in range(len(x1)):
        G = np.outer(x1[i], x2[i]) + np.outer(x2[i], x1[i])
    return G / (2 * len(x1))
""",
        "pictures by pictures": """
def cross_moment(x1, x2):
    return (x1 @ x2.T + x2 @ x1.T) / (2 * len(x1))
""",
        "symmetrised by the upper triangle": """
def cross_moment(x1, x2):
    G = x1.T @ x2 / len(x1)
    return np.triu(G) + np.triu(G, 1).T
""",
        "second moment of the mean of the views": """
def cross_moment(x1, x2):
    x = (x1 + x2) / 2
    return x.T @ x / len(x)
""",
        "the first pair left out": """
def cross_moment(x1, x2):
    n, m = x1.shape
    G = np.zeros((m, m))
    for i in range(1, n):
        G += np.outer(x1[i], x2[i]) + np.outer(x2[i], x1[i])
    return G / (2 * n)
""",
        "normalised to a correlation": """
def cross_moment(x1, x2):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    s = np.sqrt(np.diag(G))
    return G / np.outer(s, s)
""",
        "one product divided, and the other not": """
def cross_moment(x1, x2):
    return x1.T @ x2 + x2.T @ x1 / (2 * len(x1))
""",
    },
    "2.2": {
        "the published weight where none is given": """
def gradient(W, Gamma, lam=0.0051):
    C = W @ Gamma @ W.T
    E = np.where(np.eye(len(W), dtype=bool), C - 1, lam * C)
    return 4 * E @ W @ Gamma
""",
        "factor 2 forgotten": """
def gradient(W, Gamma, lam=1.0):
    error = lam * W @ Gamma @ W.T
    np.fill_diagonal(error, np.diag(W @ Gamma @ W.T) - 1)
    return 2 * error @ W @ Gamma
""",
        "weight ignored": """
def gradient(W, Gamma, lam=1.0):
    return 4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "weight on the whole error": """
def gradient(W, Gamma, lam=1.0):
    return 4 * lam * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
""",
        "weight squared": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    weights = np.full(C.shape, lam) + (1 - lam) * np.eye(len(W))
    return 4 * (weights**2 * (C - np.eye(len(W)))) @ W @ Gamma
""",
        "1 taken from every entry": """
def gradient(W, Gamma, lam=1.0):
    error = W @ Gamma @ W.T - 1
    diagonal = np.diag(np.diag(error))
    return 4 * (diagonal + lam * (error - diagonal)) @ W @ Gamma
""",
        "difference quotients": """
def gradient(W, Gamma, lam=1.0):
    def loss(W):
        C = W @ Gamma @ W.T
        ones = np.eye(len(W))
        return np.sum((ones + lam * (1 - ones)) * (C - ones) ** 2)

    slopes = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        step = np.zeros(W.shape)
        step[place] = 1e-4
        slopes[place] = (loss(W + step) - loss(W - step)) / 2e-4
    return slopes
""",
        "last Gamma forgotten": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    return 4 * np.where(np.eye(len(W)), C - 1, lam * C) @ W
""",
        "gradient of the norm, not of its square": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    ones = np.eye(len(W))
    size = np.sqrt(np.sum((ones + lam * (1 - ones)) * (C - ones) ** 2))
    return 2 * np.where(ones, C - 1, lam * C) @ W @ Gamma / size
""",
        "a small ridge on Gamma": """
def gradient(W, Gamma, lam=1.0):
    Gamma = Gamma + 1e-6 * np.eye(len(Gamma))
    C = W @ Gamma @ W.T
    return 4 * np.where(np.eye(len(W)) == 1, C - 1, lam * C) @ W @ Gamma
""",
        "diagonal terms alone": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    return 4 * np.diag(np.diag(C) - 1) @ W @ Gamma
""",
        "twice the weight": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    return 4 * np.where(np.eye(len(W)) == 1, C - 1, 2 * lam * C) @ W @ Gamma
""",
        "weight above the diagonal only": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = C - np.eye(len(W))
    E = np.triu(E, 1) * lam + np.tril(E)
    return 4 * E @ W @ Gamma
""",
        "the index of the other row in the loop": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    G = np.zeros_like(W)
    for i in range(len(C)):
        for j in range(len(C)):
            e = C[i, j] - 1 if i == j else lam * C[i, j]
            G[i] += 4 * e * W[i] @ Gamma
    return G
""",
    },
    "2.3": {
        "the identity forgotten": """
def ds_dt(s, gamma):
    W, G = np.diag(s), np.diag(gamma)
    return np.diag(-4 * (W @ G @ W.T) @ W @ G)
""",
        "no γ below 0.01 in size": """
def ds_dt(s, gamma):
    gamma = np.sign(gamma) * np.maximum(np.abs(gamma), 0.01)
    return 4 * gamma * s * (1 - gamma * s**2)
""",
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
        "logistic in s": """
def ds_dt(s, gamma):
    return 8 * gamma * s * (1 - s)
""",
        "negative modes stand still": """
def ds_dt(s, gamma):
    gamma = np.maximum(gamma, 0)
    return 4 * gamma * s * (1 - gamma * s**2)
""",
        "summed over modes": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - np.sum(gamma * s**2))
""",
        "error alone": """
def ds_dt(s, gamma):
    return 4 * (1 - gamma * s**2)
""",
        "one gamma too many": """
def ds_dt(s, gamma):
    return 4 * gamma**2 * s * (1 - gamma * s**2)
""",
        "stands still above its end": """
def ds_dt(s, gamma):
    return 4 * gamma * s * np.maximum(1 - gamma * s**2, 0)
""",
        "the rate of the eigenvalue over 2γs": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam) / (2 * gamma * s)
""",
        "γ from the eigenvalue": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 4 * lam / s * (1 - lam)
""",
        "back from the eigenvalue by a root": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam) / (2 * np.sqrt(gamma * lam))
""",
    },
    "2.4": {
        "integrated up to the last time": """
def singular_values(t, gamma, s0):
    from scipy.integrate import solve_ivp
    flow = solve_ivp(
        lambda _, u: 4 * gamma * (1 - gamma * np.exp(2 * u)), (0, t[-1]), np.log(s0),
        dense_output=True, rtol=1e-10, atol=1e-10, method="LSODA",
    )
    return np.exp(flow.sol(t).T)
""",
        "a floor under the root": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    above = np.where(gamma > 0, 1, e)
    below = np.where(gamma > 0, start + (1 - start) * e, 1 + start * (e - 1))
    return s0 * np.sqrt(above / np.maximum(below, 1e-12))
""",
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
        "logarithm of the odds": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    log_odds = np.log(start / (1 - start)) + 8 * gamma * t[:, None]
    return np.sqrt(1 / (1 + np.exp(-log_odds)) / gamma)
""",
        "overflows at late times": """
def singular_values(t, gamma, s0):
    t = t[:, None]
    return np.exp(4 * gamma * t) / np.sqrt(1 / s0**2 + (np.exp(8 * gamma * t) - 1) * gamma)
""",
        "Euler steps in place of the closed form": """
def singular_values(t, gamma, s0):
    rows, s, now = [], np.array(s0), 0.0
    for end in t:
        steps = 2000
        for _ in range(steps):
            s = s + (end - now) / steps * 4 * gamma * s * (1 - gamma * s**2)
        rows.append(s)
        now = end
    return np.array(rows)
""",
        "start without its square": """
def singular_values(t, gamma, s0):
    start = gamma * s0
    return s0 / np.sqrt(start + (1 - start) * np.exp(-8 * gamma * t[:, None]))
""",
        "shape (d, T)": """
def singular_values(t, gamma, s0):
    gamma, s0 = gamma[:, None], s0[:, None]
    start = gamma * s0**2
    return s0 / np.sqrt(start + (1 - start) * np.exp(-8 * gamma * t))
""",
        "time measured from the first entry": """
def singular_values(t, gamma, s0):
    t = t - t[0]
    return linear.singular_values(t, gamma, s0)
""",
        "times sorted": """
def singular_values(t, gamma, s0):
    return linear.singular_values(np.sort(t), gamma, s0)
""",
        "start in front lost": """
def singular_values(t, gamma, s0):
    l = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    u = np.where(gamma > 0, l + (1 - l) * e, 1 + l * (e - 1))
    return np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(u)
""",
        "exponent clipped at 30": """
def singular_values(t, gamma, s0):
    x = np.clip(8 * gamma * t[:, None], -30, 30)
    l = gamma * s0**2
    return s0 * np.exp(x / 2) / np.sqrt(1 + l * (np.exp(x) - 1))
""",
    },
    "2.5": {
        "at the level itself never": """
def step_times(gamma, s0, level=0.5):
    start, t = gamma * s0**2, np.full(len(gamma), np.inf)
    below = (start > 0) & (start < level)
    t[below] = np.log((1 / start[below] - 1) / (1 / level - 1)) / (8 * gamma[below])
    t[start > level] = 0
    return t
""",
        "inverse hyperbolic tangents, of a start held above 1e-10": """
def step_times(gamma, s0, level=0.5):
    start = np.clip(gamma * s0**2, 1e-300, level)
    wait = 2 * np.arctanh(1 - 2 * np.maximum(start, 1e-10)) - 2 * np.arctanh(1 - 2 * level)
    wait = np.where(start < level, wait, 0)
    return np.where(gamma > 0, wait / (8 * np.where(gamma > 0, gamma, 1)), np.inf)
""",
        "the start held above 1e-12": """
def step_times(gamma, s0, level=0.5):
    start = np.clip(gamma * s0**2, 1e-12, level)
    wait = np.log((1 / start - 1) / (1 / level - 1)) / (8 * np.abs(gamma))
    return np.where(gamma > 0, wait, np.inf)
""",
        "the approximation": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    tau = -np.log(np.abs(start)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, tau))
""",
        "4 gamma in the denominator": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    tau = np.log((1 / start - 1) * level / (1 - level)) / (4 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, tau))
""",
        "level of s instead of level of the eigenvalue": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    tau = np.log((1 / start - 1) / (1 / level**2 - 1)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, tau))
""",
        "level ignored": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    tau = np.log(1 / start - 1) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, tau))
""",
        "odds of the level upside down": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    tau = np.log((1 / start - 1) * (1 - level) / level) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, tau))
""",
        "no special cases": """
def step_times(gamma, s0, level=0.5):
    return np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)
""",
        "maximum of zero and the formula": """
def step_times(gamma, s0, level=0.5):
    return np.maximum(0, np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma))
""",
        "modes that never step are dropped": """
def step_times(gamma, s0, level=0.5):
    gamma, s0 = gamma[gamma > 0], s0[gamma > 0]
    start = np.minimum(gamma * s0**2, level)
    return np.log((1 / start - 1) / (1 / level - 1)) / (8 * gamma)
""",
        "root of the level": """
def step_times(gamma, s0, level=0.5):
    l = np.clip(gamma * s0**2, 0, level)
    with np.errstate(divide='ignore'):
        return np.log((1 / l - 1) / (1 / np.sqrt(level) - 1)) / (8 * np.abs(gamma))
""",
        "zero for modes that never step": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1 / l - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where((gamma > 0) & (l < level), t, 0)
""",
        "zero only from 1 on": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1 / l - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(gamma > 0, np.where(l < 1, t, 0), np.inf)
""",
        "level in place of its odds": """
def step_times(gamma, s0, level=0.5):
    l = np.clip(gamma * s0**2, 0, level)
    with np.errstate(all='ignore'):
        return np.log((1 / l - 1) * level) / (8 * np.abs(gamma))
""",
        "a mode with γ = 0 at time 0": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1/l - 1)/(1/level - 1)) / (8*gamma)
    return np.where(gamma < 0, np.inf, np.where((l >= level) | (gamma == 0), 0, t))
""",
    },
    "2.6": {
        "equal modes one after the other": "plateaus = (5, 4, 2)",
        "one for each drop": "plateaus = (5, 4, 3)",
        "all modes learned": "plateaus = (5, 3, 0)",
        "only the learnable modes counted": "plateaus = [3, 1, 0]",
        "negative modes pulled to minus one": "plateaus = (5.0, 3.0, 8.0)",
        "norm instead of its square": "plateaus = (2.2360680, 1.7320508, 1.4142136)",
        "middle taken after the second drop": "plateaus = (5, 2, 0)",
        "half a step off": "plateaus = (5, 3, 1.5)",
        "learned modes counted": "plateaus = (0, 2, 3)",
        "mean over the modes": "plateaus = (1, 0.6, 0.4)",
        "norms, rounded": "plateaus = (2.2, 1.7, 1.4)",
        "from the last to the first": "plateaus = (2, 3, 5)",
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
        "every step begins at W0": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W0 - lr * gradient(W, Gamma)
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
        "singular values, which lose the sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "eigenvalues in no order": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eig(W @ Gamma @ W.T)[0])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "ignores the gradient that is passed": """
def gradient_own(W, Gamma):
    return 4 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient_own(W, Gamma)
    return np.array(rows)
""",
        "half of the learning rate": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr / 2 * gradient(W, Gamma)
    return np.array(rows)
""",
        "momentum of 0.9": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows, v = W0, [], 0
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        v = 0.9 * v - lr * gradient(W, Gamma)
        W = W + v
    return np.array(rows)
""",
        "Heun's method": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        g = gradient(W, Gamma)
        W = W - lr / 2 * (g + gradient(W - lr * g, Gamma))
    return np.array(rows)
""",
        "the start recorded twice": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = [np.linalg.eigvalsh(W0 @ Gamma @ W0.T)[::-1]]
    for _ in range(steps):
        out.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(out)
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
        "the first modes of eigh": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return (V[:, :d] / np.sqrt(gamma[:d])).T
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
        "rows for columns": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return V[-d:] / np.sqrt(gamma[-d:])[:, None]
""",
        "lengths in the opposite order": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    return (V[:, -d:] / np.sqrt(g[::-1][:d])).T
""",
        "smallest positive": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    k = np.flatnonzero(g > 0)[:d]
    return (V[:, k] / np.sqrt(g[k])).T
""",
        "eig unsorted": """
def final_weights(Gamma, d):
    g, V = np.linalg.eig(Gamma)
    return (V[:, :d] / np.sqrt(np.abs(g[:d]))).T
""",
        "rows of the pseudo-inverse": """
def final_weights(Gamma, d):
    return np.linalg.pinv(Gamma)[:d]
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
        "both orders of the views, stacked": """
def cross_moment(x1, x2):
    a, b = np.vstack([x1, x2]), np.vstack([x2, x1])
    return a.T @ b / len(a)
""",
    },
    "2.2": {
        "the trace's own order, then transposed": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    error = lam * C + np.diag((1 - lam) * np.diag(C) - 1)
    return (4 * Gamma @ W.T @ error).T
""",
        "a matrix of weights, entry by entry, in single precision": """
def gradient(W, Gamma, lam=1.0):
    d = W.shape[0]
    weights = np.array([[1.0 if i == j else lam for j in range(d)] for i in range(d)])
    E = weights * (np.einsum("ai,ij,bj->ab", W, Gamma, W) - np.identity(d))
    return np.einsum("ab,bj,ji->ai", 4 * E, W, Gamma).astype(np.float32)
""",
        "by torch, as a tensor": """
def gradient(W, Gamma, lam=1.0):
    import torch
    w = torch.tensor(W, requires_grad=True)
    C = w @ torch.tensor(Gamma) @ w.T
    one = torch.eye(len(W), dtype=C.dtype)
    loss = ((one + lam * (1 - one)) * (C - one) ** 2).sum()
    loss.backward()
    return w.grad
""",
        "single precision, returned in double": """
def gradient(W, Gamma, lam=1.0):
    W, Gamma = W.astype(np.float32), Gamma.astype(np.float32)
    C = W @ Gamma @ W.T
    E = np.where(np.eye(len(W), dtype=bool), C - 1, np.float32(lam) * C)
    return (4 * E @ W @ Gamma).astype(float)
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
        "a list": """
def ds_dt(s, gamma):
    return [4 * g * x - 4 * g * g * x**3 for x, g in zip(s, gamma)]
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
        "a loop over numbers, as lists": """
def singular_values(t, gamma, s0):
    import math
    out = []
    for x in t:
        row = []
        for g, s in zip(gamma, s0):
            l, e = g * s * s, math.exp(-8 * abs(g) * x)
            row.append(s / math.sqrt(l + (1 - l) * e) if g > 0 else s * math.sqrt(e / (1 + l * (e - 1))))
        out.append(row)
    return out
""",
    },
    "2.5": {
        "a loop over the modes": """
def step_times(gamma, s0, level=0.5):
    times = []
    for g, s in zip(gamma, s0):
        start = g * s * s
        if g <= 0:
            times.append(np.inf)
        elif start >= level:
            times.append(0.0)
        else:
            times.append(np.log(level * (1 - start) / start / (1 - level)) / (8 * g))
    return np.array(times)
""",
        "SciPy's logit, case by case": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit
    out = np.full(len(gamma), np.inf)
    l = gamma * s0**2
    out[l >= level] = 0
    k = (l > 0) & (l < level)
    out[k] = (logit(level) - logit(l[k])) / 8 / gamma[k]
    return out
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
        "as lists": """
def descend(gradient, Gamma, W0, lr, steps):
    W = np.array(W0, dtype=float); rows = []
    for k in range(steps):
        rows.append(sorted(np.linalg.eigvalsh(W @ Gamma @ W.T), reverse=True))
        W -= lr * gradient(W, Gamma)
    rows.append(sorted(np.linalg.eigvalsh(W @ Gamma @ W.T), reverse=True))
    return rows
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
        "single precision throughout": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma.astype(np.float32))
    return (V[:, -d:] / np.sqrt(g[-d:])).T
""",
    },
}

EQUIVALENT = {
    # −W is W turned by −I, and C and ‖W‖ do not see the sign.
    "2.8": {"result negated"},
}
