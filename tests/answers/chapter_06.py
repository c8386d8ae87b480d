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
    },
    "6.2": {
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
    },
    "6.7": {
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
    },
    "6.8": {
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
    },
}

EQUIVALENT = {}
