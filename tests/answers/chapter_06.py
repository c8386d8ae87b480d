"""Answers to the exercises of chapter 6: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "6.1": {
        "no candidates": """
def operator(x1, x2, temperature):
    return 2 / temperature * linear.cross_moment(x1, x2)
""",
        "factor 2 lost": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return linear.cross_moment(a, b) / temperature
""",
        "Barlow Twins' factor": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return 4 * linear.cross_moment(a, b) / temperature
""",
        "no temperature": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return 2 * linear.cross_moment(a, b)
""",
        "not symmetric": """
def operator(x1, x2, temperature):
    return 2 / temperature * (x1.T @ x2 / len(x1) - np.outer(x1.mean(0), x2.mean(0)))
""",
        "mean of all views": """
def operator(x1, x2, temperature):
    mean = (x1.mean(0) + x2.mean(0)) / 2
    return 2 / temperature * (linear.cross_moment(x1, x2) - np.outer(mean, mean))
""",
        "the page's": """
def operator(x1, x2, temperature):
    both = np.vstack([x1, x2])
    N, mean = len(both), both.mean(0)
    negatives = (N * np.outer(mean, mean) - both.T @ both / N) / (N - 1)
    return 2 / temperature * (linear.cross_moment(x1, x2) - negatives)
""",
        "uphill": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return -2 * linear.cross_moment(a, b) / temperature
""",
        "partner left out": """
def operator(x1, x2, temperature):
    n = len(x1)
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    s1, s2 = x1.sum(0), x2.sum(0)
    cross = (np.outer(s1, s2) + np.outer(s2, s1)) / 2
    neg = (cross - n * G) / (n * (n - 1))
    return 2 / temperature * (G - neg)
""",
        "np.cov": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    C = np.cov(x1.T, x2.T)[:m, m:]
    return (C + C.T) / temperature
""",
        "both centred by one mean": """
def operator(x1, x2, temperature):
    mean = np.concatenate([x1, x2]).mean(0)
    a, b = x1 - mean, x2 - mean
    return (a.T @ b + b.T @ a) / (len(x1) * temperature)
""",
        "temperature squared": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return 2 * linear.cross_moment(a, b) / temperature**2
""",
        "a ridge": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return 2 * linear.cross_moment(a, b) / temperature + 1e-4 * np.eye(x1.shape[1])
""",
        "sum, not mean": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return (a.T @ b + b.T @ a) / temperature
""",
        "Sigma": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return (a.T @ a + b.T @ b) / len(a) / temperature
""",
        "own means twice": """
def operator(x1, x2, temperature):
    G = linear.cross_moment(x1, x2)
    return 2 / temperature * (G - np.outer(x1.mean(0), x1.mean(0)))
""",
    },
    "6.2": {
        "at half of its plateau never": """
def half_times(gamma, rho, s0, temperature):
    start, half = gamma * s0**2, temperature * rho**2 / 2
    t, below = np.full(len(gamma), np.inf), (start > 0) & (start < half)
    rate = 4 * gamma[below] / temperature
    t[below] = np.log(2 * half[below] / start[below] - 1) / rate
    t[start > half] = 0
    return t
""",
        "0 where the start and half of the plateau are both 0": """
def half_times(gamma, rho, s0, temperature):
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        times = temperature * np.log(plateau / start - 1) / (4 * gamma)
    times = np.where((gamma > 0) & (s0 > 0), times, np.inf)
    return np.where(start >= plateau / 2, 0.0, times)
""",
        "Barlow Twins' rate": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (8 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "rate of w": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (2 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "plateau 1": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = 1 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "plateau of the variance": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "temperature lost from the rate": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, np.log(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "chapter 2's step times": """
def half_times(gamma, rho, s0, temperature):
    return linear.step_times(gamma, s0)
""",
        "pure exponential": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "the bare formula": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        return temperature * np.log(ratio - 1) / (4 * gamma)
""",
        "rho for rho squared and tau": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "no zero": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = temperature * np.log(np.maximum(ratio - 1, 1e-12)) / (4 * gamma)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "zero for never": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = temperature * np.log(ratio - 1) / (4 * gamma)
    return np.nan_to_num(np.where(ratio > 2, time, 0), posinf=np.inf)
""",
        "log10": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 2, temperature * np.log10(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
        "abs of gamma": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        g = abs(gamma)
        ratio = temperature * rho**2 / (g * s0**2)
        time = np.where(ratio > 2, temperature * np.log(ratio - 1) / (4 * g), 0)
    return np.where((gamma != 0) & (s0 > 0), time, np.inf)
""",
        "whole plateau at ratio 1": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        time = np.where(ratio > 1, temperature * np.log(ratio - 1) / (4 * gamma), 0)
    return np.where((gamma > 0) & (s0 > 0), time, np.inf)
""",
    },
    "6.3": {
        "divided by n": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T, ddof=0) + np.cov(x2.T, ddof=0)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "minus the operator": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (2 * invariance * D - variance / np.sqrt(eps) * S) / d
""",
        "half a slope": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / (2 * np.sqrt(eps)) * S - 2 * invariance * D) / d
""",
        "eps without its root": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / eps * S - 2 * invariance * D) / d
""",
        "no 1/d": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return variance / np.sqrt(eps) * S - 2 * invariance * D
""",
        "not centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (x1.T @ x1 + x2.T @ x2) / (2 * len(x1))
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "one mean for both views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "differences rewarded": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S + 2 * invariance * D) / d
""",
        "centred first": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    S = (a.T @ a + b.T @ b) / (2 * (len(a) - 1))
    D = (a - b).T @ (a - b) / len(a)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "centred first, by n": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    S = (a.T @ a + b.T @ b) / (2 * len(a))
    D = (a - b).T @ (a - b) / len(a)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "exchanged": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (invariance / np.sqrt(eps) * S - 2 * variance * D) / d
""",
        "the page's for centred data": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    S = (x1.T @ x1 + x2.T @ x2) / (2 * n)
    return ((variance / np.sqrt(eps) - 4 * invariance) * S + 4 * invariance * G) / d
""",
        "notebook d": """
def vicreg_operator(x1, x2, dim, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / 5
""",
        "only variance over d": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return variance / np.sqrt(eps) * S / d - 2 * invariance * D
""",
    },
    "6.4": {
        "all by gamma": "winners = (2, 2, 2)",
        "all by variance": "winners = (1, 1, 1)",
        "all by agreement": "winners = (3, 3, 3)",
        "Barlow Twins by agreement": "winners = (3, 1, 3)",
        "heavy VICReg as Barlow Twins": "winners = (2, 1, 2)",
        "heavy VICReg as VICReg": "winners = (2, 1, 1)",
        "VICReg as Barlow Twins": "winners = (2, 2, 3)",
        "exchanged": "winners = (1, 2, 3)",
        "too many": "winners = (2, 1, 3, 1)",
        "from 0": "winners = (1, 0, 2)",
        "strings": 'winners = ("2", "1", "3")',
        "last only": "winners = (2, 3, 3)",
    },
    "6.5": {
        "length forgotten": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return g - (g * unit).sum(1, keepdims=True) * unit
""",
        "length a constant": """
def through_normalisation(z, g):
    return g / np.linalg.norm(z, axis=1, keepdims=True)
""",
        "projected with z": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * z).sum(1, keepdims=True) * z) / length
""",
        "one unit vector, one z": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * z).sum(1, keepdims=True) * z / length) / length
""",
        "length of the batch": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * unit).sum(1, keepdims=True) * unit) / np.linalg.norm(z)
""",
        "product over the batch": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - (g * unit).sum() * unit) / length
""",
        "one length for all rows": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z)
    return (g - (g * unit).sum(1, keepdims=True) * unit) / np.linalg.norm(z)
""",
        "the part along z": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g * unit).sum(1, keepdims=True) * unit / length
""",
        "length of g": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * unit).sum(1, keepdims=True) * unit) / np.linalg.norm(g, axis=1, keepdims=True)
""",
        "length squared once in projection": """
def through_normalisation(z, g):
    l = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * z).sum(1, keepdims=True) * z / l**2)
""",
        "eps guard": """
def through_normalisation(z, g):
    l = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6
    u = z / l
    return (g - (g * u).sum(1, keepdims=True) * u) / l
""",
        "mean in place of sum": """
def through_normalisation(z, g):
    l = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / l
    return (g - (g * u).mean(1, keepdims=True) * u) / l
""",
        "divided by n": """
def through_normalisation(z, g):
    l = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / l
    return (g - (g * u).sum(1, keepdims=True) * u) / l / len(z)
""",
    },
    "6.6": {
        "not projected": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return W / length, 4 * gamma / (temperature * length**2)
""",
        "map not divided": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return W - np.outer(b, b @ W) / length**2, 4 * gamma / (temperature * length**2)
""",
        "projected with b": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return (W - np.outer(b, b @ W)) / length, 4 * gamma / (temperature * length**2)
""",
        "length once in the rates": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return (W - np.outer(b, b @ W) / length**2) / length, 4 * gamma / (temperature * length)
""",
        "length not in the rates": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return (W - np.outer(b, b @ W) / length**2) / length, 4 * gamma / temperature
""",
        "d rates": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b))
    return (W - np.outer(b, b @ W) / length**2) / length, 4 * gamma / (temperature * length**2)
""",
        "rates of the weights": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return (W - np.outer(b, b @ W) / length**2) / length, 2 * gamma / (temperature * length**2)
""",
        "temperature lost": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return (W - np.outer(b, b @ W) / length**2) / length, 4 * gamma / length**2
""",
        "rates of AGA": """
def with_bias(W, b, Gamma_s, temperature):
    l = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / l**2) / l
    return A, 4 * np.linalg.eigvalsh(A @ Gamma_s @ A.T)[::-1][:len(b) - 1] / temperature
""",
        "ascending": """
def with_bias(W, b, Gamma_s, temperature):
    l = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / l**2) / l
    return A, 4 * np.linalg.eigvalsh(Gamma_s)[-len(b) + 1:] / (temperature * l**2)
""",
        "other order": """
def with_bias(W, b, Gamma_s, temperature):
    l = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / l**2) / l
    return 4 * np.linalg.eigvalsh(Gamma_s)[::-1][:len(b) - 1] / (temperature * l**2), A
""",
        "8 gamma": """
def with_bias(W, b, Gamma_s, temperature):
    l = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / l**2) / l
    return A, 8 * np.linalg.eigvalsh(Gamma_s)[::-1][:len(b) - 1] / (temperature * l**2)
""",
        "projection from the right": """
def with_bias(W, b, Gamma_s, temperature):
    l = np.linalg.norm(b)
    u = W.T @ b / np.linalg.norm(W.T @ b)
    A = (W - W @ np.outer(u, u)) / l
    return A, 4 * np.linalg.eigvalsh(Gamma_s)[::-1][:len(b) - 1] / (temperature * l**2)
""",
        "a reflection that the sign of the first entry chooses": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    v = b.copy()
    v[0] += np.sign(b[0]) * length
    H = np.eye(len(b)) - 2 * np.outer(v, v) / (v @ v)
    across = H[:, 1:]
    A = across @ across.T @ W / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
        "what lies across the bias, by quotients with its last entry": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    across = np.vstack([np.eye(len(b) - 1), -b[:-1] / b[-1]])
    Q = np.linalg.qr(across)[0]
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return Q @ Q.T @ W / length, 4 * gamma / (temperature * length**2)
""",
    },
    "6.7": {
        "a floor under the start": """
def updates(gamma, s0, lr, eps, level):
    lam = max(gamma * s0**2, 1e-30)
    return max(0.0, np.log(level * eps / lam) / (2 * np.log1p(4 * gamma * lr / eps)))
""",
        "flow": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / (gamma * s0**2)) / (8 * gamma * lr / eps))
""",
        "square forgotten": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / (gamma * s0**2)) / np.log(1 + 4 * gamma * lr / eps))
""",
        "rate of the eigenvalue": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 8 * gamma * lr / eps)))
""",
        "start without gamma": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / s0**2) / (2 * np.log(1 + 4 * gamma * lr / eps)))
""",
        "level without eps": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps)))
""",
        "no eps in the growth": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr)))
""",
        "root of eps": """
def updates(gamma, s0, lr, eps, level):
    growth = 4 * gamma * lr / np.sqrt(eps)
    return max(0, np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + growth)))
""",
        "negative number of updates": """
def updates(gamma, s0, lr, eps, level):
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps))
""",
        "zero always": """
def updates(gamma, s0, lr, eps, level):
    return 0.0
""",
        "log10 of both... one": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log10(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps)))
""",
        "from s to root level eps without gamma": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(np.sqrt(level * eps) / s0) / np.log(1 + 4 * gamma * lr / eps))
""",
        "ceil": """
def updates(gamma, s0, lr, eps, level):
    return int(np.ceil(max(0, np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps)))))
""",
        "sign": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(gamma * s0**2 / (level * eps)) / (2 * np.log(1 + 4 * gamma * lr / eps)))
""",
        "level of s": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level * eps / s0) / np.log(1 + 4 * gamma * lr / eps))
""",
    },
    "6.8": {
        "one term alone has no hinge": """
def copies_std(rho, d, invariance, variance, covariance):
    copies = 8 * covariance * (d - 1)
    if invariance == 0:
        return (variance / copies) ** (1 / 3)
    if copies == 0:
        return variance / (4 * invariance * (1 - rho))
    roots = np.roots([copies, 0, 4 * invariance * (1 - rho), -variance])
    return min(1.0, roots[np.abs(roots.imag) < 1e-9].real.max())
""",
        "the covariance term alone has no hinge": """
def copies_std(rho, d, invariance, variance, covariance):
    copies = 8 * covariance * (d - 1)
    if invariance == 0:
        return (variance / copies) ** (1 / 3)
    roots = np.roots([copies, 0, 4 * invariance * (1 - rho), -variance])
    return min(1.0, roots[np.abs(roots.imag) < 1e-9].real.max())
""",
        "one view's covariance": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 4 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "diagonal included": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * d * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "the first of three roots": """
def copies_std(rho, d, invariance, variance, covariance):
    return np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])[0]
""",
        "a coarse grid": """
def copies_std(rho, d, invariance, variance, covariance):
    s = np.arange(0.001, 1.0005, 0.001)
    cost = (2 * invariance * (1 - rho) * s**2 + variance * np.maximum(1 - s, 0)
            + 2 * covariance * (d - 1) * s**4)
    return s[np.argmin(cost)]
""",
        "no covariance": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "hinge forgotten": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return optimize.brentq(pull, 0, 100)
""",
        "the real part of a complex root": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return roots[0].real
""",
        "variance in place of std": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1) ** 2
""",
        "abs rho": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    rho = abs(rho)
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "max rho 0": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    rho = max(rho, 0)
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "true loss with eps": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def cost(s):
        return 2*invariance*(1-rho)*s**2 + variance*max(0, 1-np.sqrt(s*s+1e-4)) + 2*covariance*(d-1)*s**4
    return optimize.minimize_scalar(cost, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x
""",
        "grid 0.01": """
def copies_std(rho, d, invariance, variance, covariance):
    s = np.linspace(0, 1, 101)
    cost = 2*invariance*(1-rho)*s**2 + variance*np.maximum(0, 1-s) + 2*covariance*(d-1)*s**4
    return s[cost.argmin()]
""",
        "mean square is (1-rho)": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 2 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "pairs once and over d-1": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) / d * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "min of 1 missing via roots": """
def copies_std(rho, d, invariance, variance, covariance):
    r = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return r[np.abs(r.imag) < 1e-9].real.max()
""",
    },
    "6.9": {
        "rates subtracted, the brake dropped": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2))
    gamma = sigma * rho
    return (logs[1] - logs[0]) / (4 * pull * (gamma[1] - gamma[0]))
""",
        "not divided by sigma": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2))
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "both divided by the second sigma": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2))
    return (logs[1] - logs[0]) / (4 * pull * sigma[1] * (rho[1] - rho[0]))
""",
        "divided by gamma": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / (sigma * rho)
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "the plateau's rate from the start": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    rate = 4 * pull * sigma[1] * (rho[1] - rho[0])
    return np.log(u / (sigma[1] * s0[1] ** 2)) / rate
""",
        "no brake at all": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    return np.log(u / (sigma[1] * s0[1] ** 2)) / (4 * pull * sigma[1] * rho[1])
""",
        "one after the other": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    first = np.log(u / (sigma[0] * s0[0] ** 2)) / (4 * pull * sigma[0] * rho[0])
    second = np.log(u / (sigma[1] * s0[1] ** 2)) / (4 * pull * sigma[1] * (rho[1] - rho[0]))
    return first + second
""",
        "two phases": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    free = 4 * pull * sigma * rho
    start = sigma * s0**2
    there = np.log(2 * u / start[0]) / free[0]
    grown = start[1] * np.exp(free[1] * there)
    return there + np.log(u / grown) / (4 * pull * sigma[1] * (rho[1] - rho[0]))
""",
        "rate of w": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (2 * pull * (rho[1] - rho[0]))
""",
        "Barlow Twins' factor": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (8 * pull * (rho[1] - rho[0]))
""",
        "divided by the temperature twice": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) * pull / (4 * (rho[1] - rho[0]))
""",
        "no pull": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * (rho[1] - rho[0]))
""",
        "start without its variance": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / s0**2) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "start not squared": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "both to the whole sum": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(2 * u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "squares of the agreements": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] ** 2 - rho[0] ** 2))
""",
        "gamma in the denominator": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (sigma[1] * rho[1] - sigma[0] * rho[0]))
""",
        "the other way round": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[0] - logs[1]) / (4 * pull * (rho[1] - rho[0]))
""",
        "SimCLR's flow, integrated": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    from scipy.integrate import solve_ivp
    def flow(t, logs):
        total = np.sum(sigma * np.exp(2 * logs))
        return 2 * sigma * (pull * rho - pull**2 * total)
    def lead(t, logs):
        return np.log(sigma[0] / sigma[1]) + 2 * (logs[0] - logs[1])
    lead.terminal = True
    until = 400 / (pull * sigma.min() * (rho[1] - rho[0]))
    found = solve_ivp(flow, (0, until), np.log(s0), events=lead, method="LSODA",
                      rtol=1e-8, atol=1e-9)
    return float(found.t_events[0][0])
""",
        "the bare formula": """
def exchange_time(sigma, rho, s0, pull, u):
    logs = np.log(u / (sigma * s0**2)) / sigma
    with np.errstate(divide="ignore"):
        return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "abs": """
def exchange_time(sigma, rho, s0, pull, u):
    logs = np.log(u / (sigma * s0**2)) / sigma
    with np.errstate(divide="ignore"):
        return abs((logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0])))
""",
        "zero for never": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return 0.0
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "never by the sign of the time": """
def exchange_time(sigma, rho, s0, pull, u):
    (a, b), (p, q), (v, w) = sigma, rho, s0
    if p == q:
        return np.inf
    t = (np.log(u / b / w**2) / b - np.log(u / a / v**2) / a) / (q - p) / pull / 4
    return t if t > 0 else np.inf
""",
        "never by gamma": """
def exchange_time(sigma, rho, s0, pull, u):
    if sigma[1] * rho[1] <= sigma[0] * rho[0]:
        return np.inf
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "nan for never": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.nan
    logs = np.log(u / (sigma * s0**2)) / sigma
    return (logs[1] - logs[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
}

RIGHT = {
    "6.1": {
        "centred first": """
def operator(x1, x2, temperature):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    M = a.T @ b
    return (M + M.T) / (len(a) * temperature)
""",
        "the Hessian by autograd": """
def operator(x1, x2, temperature):
    a, b = torch.tensor(x1), torch.tensor(x2)
    def loss(w):
        products = torch.outer(a @ w, b @ w) / temperature
        return torch.nn.functional.cross_entropy(products, torch.arange(len(a)))
    start = torch.zeros(x1.shape[1], dtype=torch.float64)
    return -torch.autograd.functional.hessian(loss, start).numpy()
""",
        "einsum loops": """
def operator(x1, x2, temperature):
    n, m = x1.shape
    M = np.zeros((m, m))
    for i in range(n):
        M += np.outer(x1[i], x2[i] - x2.mean(0)) / n
    return (M + M.T) / temperature
""",
        "torch": """
def operator(x1, x2, temperature):
    a, b = torch.tensor(x1), torch.tensor(x2)
    H = torch.eye(len(a), dtype=torch.float64) - 1 / len(a)
    M = a.T @ H @ b / len(a)
    return (M + M.T) / temperature
""",
    },
    "6.2": {
        "mode by mode": """
def half_times(gamma, rho, s0, temperature):
    times = []
    for g, r, s in zip(gamma, rho, s0):
        if g <= 0 or s == 0:
            times.append(float("inf"))
            continue
        ratio = temperature * r * r / (g * s * s)
        times.append(temperature / (4 * g) * np.log(ratio - 1) if ratio > 2 else 0.0)
    return np.array(times)
""",
        "chapter 2's step times, rescaled": """
def half_times(gamma, rho, s0, temperature):
    plateau = temperature * np.where(gamma > 0, rho, 1.0) ** 2
    times = linear.step_times(gamma, s0 / np.sqrt(plateau))
    return 2 * temperature * times
""",
        "arctanh": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        x = gamma * s0**2 / (temperature * rho**2)
        time = temperature * np.arctanh(1 - 2 * x) / (2 * gamma)
    time[x >= 0.5] = 0
    time[(gamma <= 0) | (s0 == 0)] = np.inf
    return time
""",
    },
    "6.3": {
        "centred by hand": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    M = np.zeros((x1.shape[1],) * 2)
    for x in (x1, x2):
        c = x - x.mean(0)
        M += variance / (2 * d * eps**0.5) * c.T @ c / (n - 1)
    return M - 2 * invariance / (n * d) * (x1 - x2).T @ (x1 - x2)
""",
        "the Hessian by autograd": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    a, b = torch.tensor(x1), torch.tensor(x2)
    def loss(w):
        z1, z2 = (a @ w)[:, None], (b @ w)[:, None]
        return losses.vicreg(z1, z2, invariance, variance, 0.0, eps) / d
    start = torch.zeros(x1.shape[1], dtype=torch.float64)
    return -torch.autograd.functional.hessian(loss, start).numpy()
""",
        "einsum": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n, m = x1.shape
    M = np.zeros((m, m))
    for x in (x1, x2):
        c = x - np.mean(x, 0, keepdims=True)
        M += np.einsum("ni,nj->ij", c, c) / (n - 1) * variance / eps**0.5 / 2
    M -= 2 * invariance * sum(np.outer(u, u) for u in x1 - x2) / n
    return (M / d).tolist()
""",
    },
    "6.4": {
        "a list": "winners = [2, 1, 3]",
        "computed": """
sigma, gamma = np.array([0.5, 0.3, 0.2]), np.array([0.05, 0.24, 0.19])
winners = np.array([np.argmax(gamma), np.argmax(2400 * sigma + 100 * gamma),
                    np.argmax(-5500 * sigma + 8000 * gamma)]) + 1
""",
    },
    "6.5": {
        "a projection for each row": """
def through_normalisation(z, g):
    out = np.zeros(z.shape)
    for i in range(len(z)):
        unit = z[i] / np.sqrt(z[i] @ z[i])
        out[i] = (np.eye(z.shape[1]) - np.outer(unit, unit)) @ g[i] / np.sqrt(z[i] @ z[i])
    return out
""",
        "autograd": """
def through_normalisation(z, g):
    t = torch.tensor(z, requires_grad=True)
    (t / t.norm(dim=1, keepdim=True)).backward(torch.tensor(g))
    return t.grad.numpy()
""",
        "einsum": """
def through_normalisation(z, g):
    s = 1 / np.sqrt(np.einsum("ij,ij->i", z, z))
    return np.asfortranarray(g * s[:, None] - z * (np.einsum("ij,ij->i", g, z) * s**3)[:, None])
""",
    },
    "6.6": {
        "with the projection written down": """
def with_bias(W, b, Gamma_s, temperature):
    unit = b / np.sqrt(b @ b)
    P = np.eye(len(b)) - np.outer(unit, unit)
    rates = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1] * 4 / (b @ b) / temperature
    return P @ W / np.sqrt(b @ b), rates
""",
        "column by column, a list": """
def with_bias(W, b, Gamma_s, temperature):
    b2 = np.sum(b**2)
    columns = [(w - b * (b @ w) / b2) / b2**0.5 for w in W.T]
    U, s, _ = np.linalg.svd(Gamma_s)
    gamma = np.sort(np.einsum("ij,ik,kj->j", U, Gamma_s, U))[::-1]
    return [np.array(columns).T, 4 * gamma[: len(b) - 1] / (temperature * b2)]
""",
        "tensors": """
def with_bias(W, b, Gamma_s, temperature):
    W, b = torch.tensor(W), torch.tensor(b)
    f = lambda x: (W @ x + b) / torch.linalg.norm(W @ x + b)
    A = torch.autograd.functional.jacobian(f, torch.zeros(W.shape[1], dtype=W.dtype))
    g = torch.linalg.eigvalsh(torch.tensor(Gamma_s)).flip(0)[: len(b) - 1]
    return A, 4 * g / temperature / (b @ b)
""",
    },
    "6.7": {
        "logarithms apart": """
def updates(gamma, s0, lr, eps, level):
    distance = np.log(level) + np.log(eps) - np.log(gamma) - 2 * np.log(s0)
    return distance / np.log((1 + 4 * gamma * lr / eps) ** 2) if distance > 0 else 0.0
""",
        "from the weight": """
def updates(gamma, s0, lr, eps, level):
    import math
    target = math.sqrt(level * eps / gamma)
    if s0 >= target:
        return 0
    return math.log(target / s0) / math.log1p(4 * lr * gamma / eps)
""",
        "loop with a remainder": """
def updates(gamma, s0, lr, eps, level):
    lam, f, k = gamma * s0**2, (1 + 4 * gamma * lr / eps) ** 2, 0
    if lam >= level * eps: return 0
    while lam * f < level * eps:
        lam, k = lam * f, k + 1
    return k + np.log(level * eps / lam) / np.log(f)
""",
    },
    "6.8": {
        "a bracketed root": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def pull(s):
        return variance - 4 * invariance * (1 - rho) * s - 8 * covariance * (d - 1) * s**3
    return 1.0 if pull(1) >= 0 else optimize.brentq(pull, 0, 1)
""",
        "minimised": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    def loss(s):
        return (2 * invariance * (1 - rho) * s**2 + variance * max(0, 1 - s)
                + 2 * covariance * (d - 1) * s**4)
    found = optimize.minimize_scalar(loss, bounds=(0, 1), method="bounded",
                                     options={"xatol": 1e-10})
    return found.x
""",
        "Cardano by Newton": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= variance: return 1
    s = 1.0
    for _ in range(100):
        s -= (a * s**3 + b * s - variance) / (3 * a * s * s + b)
    return s
""",
        "default minimiser": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy import optimize
    cost = lambda s: 2*invariance*(1-rho)*s**2 + variance*max(0, 1-s) + 2*covariance*(d-1)*s**4
    return optimize.minimize_scalar(cost, bounds=(0, 1.5), method="bounded", options={"xatol": 1e-8}).x
""",
    },
    "6.9": {
        "from the weights": """
def exchange_time(sigma, rho, s0, pull, u):
    weights = np.sqrt(u / sigma)
    ahead = np.diff(np.log(weights / s0) / sigma)[0]
    gap = np.diff(rho)[0]
    return ahead / (2 * pull * gap) if gap > 0 else float("inf")
""",
        "free growth to u, then the plateau's rate": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    free = 4 * pull * sigma * rho
    start = sigma * s0**2
    there = np.log(u / start[0]) / free[0]
    grown = np.log(start[1]) + free[1] * there
    return there + (np.log(u) - grown) / (4 * pull * sigma[1] * (rho[1] - rho[0]))
""",
        "unpacked": """
def exchange_time(sigma, rho, s0, pull, u):
    (a, b), (p, q), (v, w) = sigma, rho, s0
    if not q > p:
        return np.inf
    return (np.log(u / b / w**2) / b - np.log(u / a / v**2) / a) / (q - p) / pull / 4
""",
        "a straight line's root, a tensor": """
def exchange_time(sigma, rho, s0, pull, u):
    s, r, w = (torch.tensor(a) for a in (sigma, rho, s0))
    way = (torch.log(torch.tensor(u)) - torch.log(s) - 2 * torch.log(w)) / s
    lead = way[1] - way[0]
    slope = 4 * pull * (r[1] - r[0])
    return lead / slope if slope > 0 else torch.tensor(torch.inf)
""",
    },
}

EQUIVALENT = {}

FURTHER_WRONG = {
    "6.2": {
        "nan_to_num, which leaves no infinity": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        t = np.log(temperature * rho**2 / (gamma * s0**2) - 1) * temperature / (4 * gamma)
    return np.nan_to_num(np.where(s0 == 0, np.inf, t), nan=np.inf).clip(0)
""",
        "natural time in units of tau": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        t = np.log(temperature * rho**2 / (gamma * s0**2) - 1) / (4 * gamma)
    t = np.where(gamma * s0**2 >= temperature * rho**2 / 2, 0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
    },
    "6.6": {
        "the largest |γ|, with their signs": """
def with_bias(W, b, Gamma_s, temperature):
    size = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / size**2) / size
    w = np.linalg.eigvalsh(Gamma_s)
    w = w[np.argsort(-np.abs(w))]
    return A, 4 * w[: len(b) - 1] / (temperature * size**2)
""",
    },
    "6.8": {
        "ten rounds of a fixed point": """
def copies_std(rho, d, invariance, variance, covariance):
    s = 0.5
    for _ in range(10):
        s = variance / (8 * covariance * (d - 1) * s**2 + 4 * invariance * (1 - rho))
    return min(s, 1.0)
""",
        "agreement's size": """
def copies_std(rho, d, invariance, variance, covariance):
    r = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - abs(rho)), -variance])
    return min(r[np.abs(r.imag) < 1e-9].real.max(), 1.0)
""",
        "unordered pairs": """
def copies_std(rho, d, invariance, variance, covariance):
    r = np.roots([4 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return min(r[np.abs(r.imag) < 1e-9].real.max(), 1.0)
""",
    },
    "6.9": {
        "weights meet in place of variances": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    w = np.sqrt(u)
    lead = np.log(w / s0[1]) / sigma[1] - np.log(w / s0[0]) / sigma[0]
    return lead / (2 * pull * (rho[1] - rho[0]))
""",
        "u for both together": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    u = u / 2
    lead = np.log(u / (sigma[1] * s0[1] ** 2)) / sigma[1] - np.log(u / (sigma[0] * s0[0] ** 2)) / sigma[0]
    return lead / (4 * pull * (rho[1] - rho[0]))
""",
        "nan in place of infinity": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.nan
    lead = np.log(u / (sigma[1] * s0[1] ** 2)) / sigma[1] - np.log(u / (sigma[0] * s0[0] ** 2)) / sigma[0]
    return lead / (4 * pull * (rho[1] - rho[0]))
""",
    },
}
for _exercise, _answers in FURTHER_WRONG.items():
    WRONG[_exercise] |= _answers

FURTHER_RIGHT = {
    "6.6": {
        "a list, single precision": """
def with_bias(W, b, Gamma_s, temperature):
    W, b, G = (torch.tensor(x, dtype=torch.float32) for x in (W, b, Gamma_s))
    u = b / b.norm()
    w = torch.linalg.eigvalsh(G).flip(0)
    return [(W - torch.outer(u, u @ W)) / b.norm(), 4 * w[: len(b) - 1] / (temperature * b.norm() ** 2)]
""",
    },
}
for _exercise, _answers in FURTHER_RIGHT.items():
    RIGHT[_exercise] |= _answers
