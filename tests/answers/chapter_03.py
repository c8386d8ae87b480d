"""Answers to the exercises of chapter 3: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "3.1": {
        "eigenvalues turned round, and eigenvectors not": """
def shares(t, Gamma, W0):
    every, V = np.linalg.eigh(Gamma)
    start = np.log(((W0 @ V) ** 2).sum(0))
    return special.softmax(8 * np.multiply.outer(t, every[::-1]) + start, axis=1)
""",
        "the rate of a length": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    grown = np.exp(4 * np.outer(t, every - every[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "lengths instead of squares": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    grown = np.exp(4 * np.outer(t, every - every[0])) * np.linalg.norm(W0 @ V, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "flow downhill": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    grown = np.exp(-8 * np.outer(t, every - every[-1])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "singular values": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    size = np.abs(every)
    grown = np.exp(8 * np.outer(t, size - size.max())) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "ascending modes": """
def shares(t, Gamma, W0):
    every, V = np.linalg.eigh(Gamma)
    grown = np.exp(8 * np.outer(t, every - every[-1])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "overflows at late times": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    grown = np.exp(8 * np.outer(t, every)) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "d modes of m": """
def shares(t, Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    grown = np.exp(8 * np.outer(t, top - top[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "one shift for all times": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    exponent = 8 * np.outer(t, every)
    grown = np.exp(exponent - exponent.max()) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "first row of the start only": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    x = np.exp(8 * np.outer(t, g - g[0])) * (W0[0] @ V) ** 2
    return x / x.sum(axis=1, keepdims=True)
""",
        "divided by mode 1": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    x = np.exp(8 * np.outer(t, g - g[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return x / x[:, :1]
""",
        "time measured from the first entry": """
def shares(t, Gamma, W0):
    t = t - t[0]
    g, V = linear.modes(Gamma, len(Gamma))
    x = np.exp(8 * np.outer(t, g - g[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return x / x.sum(axis=1, keepdims=True)
""",
        "time stopped at 10": """
def shares(t, Gamma, W0):
    t = np.minimum(t, 10)
    g, V = linear.modes(Gamma, len(Gamma))
    x = np.exp(8 * np.outer(t, g)) * np.sum((W0 @ V) ** 2, axis=0)
    return x / x.sum(axis=1, keepdims=True)
""",
        "divided by the largest of the time": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(8 * (g - g[0]) * t[:, None]) * ((W0 @ V) ** 2).sum(0)
    return w / w.max(1, keepdims=True)
""",
        "divided by the sum over everything": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(8 * (g - g[0]) * t[:, None]) * ((W0 @ V) ** 2).sum(0)
    return w / w.sum()
""",
    },
    "3.2": {
        "lengths, nothing taken away": """
def starts(products):
    return np.sqrt(np.diag(products))
""",
        "squares": """
def starts(products):
    return np.diag(np.linalg.cholesky(products)) ** 2
""",
        "distance from all other columns": """
def starts(products):
    return 1 / np.sqrt(np.diag(np.linalg.inv(products)))
""",
        "projections on columns that overlap": """
def starts(products):
    squares = np.diag(products).copy()
    for j in range(len(products)):
        for i in range(j):
            squares[j] -= products[i, j] ** 2 / products[i, i]
    return np.sqrt(np.maximum(squares, 0))
""",
        "QR of the products": """
def starts(products):
    return np.abs(np.diag(np.linalg.qr(products, mode="r")))
""",
        "volumes": """
def starts(products):
    return np.array([np.sqrt(np.linalg.det(products[:j, :j])) for j in range(1, len(products) + 1)])
""",
        "only the column before": """
def starts(products):
    squares = np.diag(products).copy()
    squares[1:] -= np.diag(products, 1) ** 2 / squares[:-1]
    return np.sqrt(squares)
""",
        "a constant on the diagonal": """
def starts(products):
    return np.diag(np.linalg.cholesky(products + 1e-12 * np.eye(len(products))))
""",
        "lengths of the columns of L": """
def starts(products):
    L = np.linalg.cholesky(products)
    return np.linalg.norm(L, axis=0)
""",
        "leftovers sorted": """
def starts(products):
    return np.sort(np.diag(np.linalg.cholesky(products)))[::-1]
""",
        "not below 1e-5": """
def starts(products):
    return np.maximum(np.diag(np.linalg.cholesky(products)), 1e-5)
""",
        "normalised to correlations": """
def starts(products):
    s = np.sqrt(np.diag(products))
    return np.diag(np.linalg.cholesky(products / np.outer(s, s)))
""",
    },
    "3.3": {
        "no γ below 0.01": """
def mean_step_times(gamma, alpha):
    gamma = np.maximum(gamma, 0.01)
    d = len(gamma)
    mean = special.digamma((d - np.arange(d)) / 2) + np.log(2)
    return -(np.log(gamma * alpha**2) + mean) / (8 * gamma)
""",
        "logarithm of the mean": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    return -np.log(gamma * alpha**2 * (d - np.arange(d))) / (8 * gamma)
""",
        "whole columns": """
def mean_step_times(gamma, alpha):
    return -np.log(gamma * alpha**2 * len(gamma)) / (8 * gamma)
""",
        "one entry": """
def mean_step_times(gamma, alpha):
    return -np.log(gamma * alpha**2) / (8 * gamma)
""",
        "log 2 forgotten": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2)) / (8 * gamma)
""",
        "all dimensions for every mode": """
def mean_step_times(gamma, alpha):
    mean_log = special.digamma(len(gamma) / 2) + np.log(2)
    return -(np.log(gamma * alpha**2) + mean_log) / (8 * gamma)
""",
        "dimensions counted upwards": """
def mean_step_times(gamma, alpha):
    k = np.arange(len(gamma)) + 1
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "off by one": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(1, len(gamma) + 1)
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "4 gamma": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (4 * gamma)
""",
        "four modes counted by hand": """
def mean_step_times(gamma, alpha):
    k = np.array([4, 3, 2, 1, 1, 1, 1, 1, 1, 1])[:len(gamma)]
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "log 2 subtracted": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) - np.log(2)) / (8 * gamma)
""",
        "mean of 3000 starts": """
def mean_step_times(gamma, alpha):
    d = len(gamma); rng = np.random.default_rng(0)
    R = np.linalg.qr(alpha * rng.normal(size=(3000, d, d)), mode="r")
    s = np.abs(np.diagonal(R, axis1=1, axis2=2))
    return np.mean(-np.log(gamma * s**2) / (8 * gamma), axis=0)
""",
        "gamma in front missing": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / 8
""",
        "mean over the modes": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + np.mean(special.digamma(k / 2)) + np.log(2)) / (8 * gamma)
""",
        "the median start": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + np.log(special.chdtri(k, 0.5))) / (8 * gamma)
""",
        "log Γ in place of ψ": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + special.gammaln(k / 2) + np.log(2)) / (8 * gamma)
""",
        "the last term alone divided": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2) / (8 * gamma)
""",
    },
    "3.4": {
        "one dimension empty, and the norm of modes 1 and 2": "ending = (2, 1, 6)",
        "the two largest win": "ending = (2, 0, 6)",
        "second dimension left empty": "ending = (3, 1, 2)",
        "modes counted from 0": "ending = (2, 0, 12)",
        "norm of modes 1 and 2": "ending = (3, 0, 6)",
        "norm of all three": "ending = (3, 0, 16)",
        "norm, not squared": "ending = (3, 0, 3.4641016)",
        "gamma instead of 1/gamma": "ending = (3, 0, 0.6)",
        "singular values end at one": "ending = (3, 0, 2)",
        "norm, not squared, rounded": "ending = (3, 0, 3)",
        "one term of the loss left": "ending = (3, 1, 12)",
        "first step in place of the second": "ending = (1, 0, 12)",
        "norm of modes 2 and 3": "ending = (3, 0, 14)",
    },
    "3.5": {
        "a sign with a tolerance": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return Q * np.where(np.diag(R) < -1e-6, -1, 1) / np.sqrt(top) @ V.T
""",
        "signs of qr": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    return np.linalg.qr(W0 @ V)[0] / np.sqrt(top) @ V.T
""",
        "no frame": """
def limit_weights(Gamma, W0):
    return linear.final_weights(Gamma, len(W0))
""",
        "nearest orthogonal matrix": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    P, _, Nt = np.linalg.svd(W0 @ V)
    return P @ Nt / np.sqrt(top) @ V.T
""",
        "frame transposed": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return (Q * np.sign(np.diag(R))).T / np.sqrt(top) @ V.T
""",
        "unit columns that are not orthogonal": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    A = W0 @ V
    return A / np.linalg.norm(A, axis=0) / np.sqrt(top) @ V.T
""",
        "root instead of inverse root": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return Q * np.sign(np.diag(R)) * np.sqrt(top) @ V.T
""",
        "frame of the pixels": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0)
    return Q * np.sign(np.diag(R)) / np.sqrt(top) @ V.T
""",
        "a run from a start that is not small enough": """
def limit_weights(Gamma, W0):
    return linear.gradient_flow(Gamma, 1e-3 * W0, [200.0]).W
""",
        "all signs reversed": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return -Q * np.sign(np.diag(R)) / np.sqrt(g) @ V.T
""",
        "a run from a start of 1e-8 times W0, whatever the size of W0": """
def limit_weights(Gamma, W0):
    return linear.gradient_flow(Gamma, 1e-8 * W0, [300.0]).W
""",
        "a run from 1e-8, small enough where no two neighbours are close": """
def limit_weights(Gamma, W0):
    return linear.gradient_flow(Gamma, 1e-8 * W0 / np.linalg.norm(W0), [300.0]).W
""",
        "a run from a start of 1e-4": """
def limit_weights(Gamma, W0):
    return linear.gradient_flow(Gamma, 1e-4 * W0, [400.0]).W
""",
        "R in place of Q": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return R / np.sqrt(g) @ V.T
""",
        "modes in ascending order": """
def limit_weights(Gamma, W0):
    g, V = np.linalg.eigh(Gamma)
    g, V = g[-len(W0):], V[:, -len(W0):]
    Q, R = np.linalg.qr(W0 @ V)
    return Q * np.sign(np.diag(R)) / np.sqrt(g) @ V.T
""",
    },
    "3.6": {
        "no γ below 0.01": """
def largest_start(gamma):
    gamma = np.maximum(gamma, 0.01)
    r = 1 / gamma
    room = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return float(np.exp(-np.max(room / np.diff(r)) / 2))
""",
        "whole widths": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(81) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return np.exp(-np.max(needed / np.diff(r)) / 2)
""",
        "only the earlier step has a width": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(9) * r[:-1] - np.diff(r * np.log(r))
    return np.exp(-np.max(needed / np.diff(r)) / 2)
""",
        "steps without width": """
def largest_start(gamma):
    r = 1 / gamma
    return np.exp(np.min(np.diff(r * np.log(r)) / np.diff(r)) / 2)
""",
        "gamma missing in the logarithm": """
def largest_start(gamma):
    r = 1 / gamma
    return np.exp(-np.max(np.log(9) * (r[1:] + r[:-1]) / np.diff(r)) / 2)
""",
        "alpha squared": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return np.exp(-np.max(needed / np.diff(r)))
""",
        "the easiest pair": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return np.exp(-np.min(needed / np.diff(r)) / 2)
""",
        "the first pair": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return np.exp(-needed[0] / (r[1] - r[0]) / 2)
""",
        "one start a pair": """
def largest_start(gamma):
    r = 1 / gamma
    needed = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    return np.exp(-needed / np.diff(r) / 2)
""",
        "the last pair": """
def largest_start(gamma):
    r = 1 / gamma
    ell = (np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))) / np.diff(r)
    return np.exp(-ell[-1] / 2)
""",
        "the first mode against the last": """
def largest_start(gamma):
    r = 1 / gamma[[0, -1]]
    ell = (np.log(9) * (r[1] + r[0]) - (r[1]*np.log(r[1]) - r[0]*np.log(r[0]))) / (r[1]-r[0])
    return np.exp(-ell / 2)
""",
        "ten to the power": """
def largest_start(gamma):
    r = 1 / gamma
    ell = (np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))) / np.diff(r)
    return 10 ** (-np.max(ell) / 2)
""",
        "sign of the gamma in the logarithm": """
def largest_start(gamma):
    r = 1 / gamma
    ell = (np.log(9) * (r[1:] + r[:-1]) + np.diff(r * np.log(r))) / np.diff(r)
    return np.exp(-np.max(ell) / 2)
""",
    },
    "3.7": {
        "first term of the series": """
def largest_rate(gamma, late):
    return late / (2 * np.max(gamma))
""",
        "factor 4 forgotten": """
def largest_rate(gamma, late):
    return optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1) / np.max(gamma)
""",
        "factor 8": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (8 * np.max(gamma))
""",
        "last gamma": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * gamma[-1])
""",
        "first gamma": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * gamma[0])
""",
        "largest absolute value": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.abs(gamma).max())
""",
        "late relative to descent": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: np.log1p(x) / x - 1 + late, 1e-9, 2)
    return x / (4 * np.max(gamma))
""",
        "a rate for each mode": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * gamma)
""",
        "one step of Newton's method": """
def largest_rate(gamma, late):
    x = 2 * late
    x = x - (x / np.log1p(x) - 1 - late) / 0.5
    return x / (4 * np.max(gamma))
""",
        "three terms": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x/2 - x**2/12 + x**3/24 - late, 0, 1)
    return x / (4 * np.max(gamma))
""",
        "median": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.median(gamma))
""",
        "late squared": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late**2, 1e-9, 1)
    return x / (4 * np.max(gamma))
""",
        "no number where γ is 0": """
def largest_rate(gamma, late):
    rates = gamma[gamma >= 0]

    def latest(lr):
        x = 4 * rates * lr
        return np.max(x / np.log1p(x)) - 1 - late

    return optimize.brentq(latest, 1e-9 / rates.max(), 1 / rates.max())
""",
        "the nearest of a thousand": """
def largest_rate(gamma, late):
    x = np.linspace(0.001, 1, 1000)
    return x[np.argmin(np.abs(x / np.log1p(x) - 1 - late))] / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "a floor under the squared distance": """
def distance(W, target):
    s = np.linalg.svd(target @ W.T, compute_uv=False)
    return float(np.sqrt(max(np.sum(W**2) + np.sum(target**2) - 2 * s.sum(), 1e-10)))
""",
        "no rotation": """
def distance(W, target):
    return np.linalg.norm(W - target)
""",
        "turned the wrong way": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(W @ target.T)
    return np.linalg.norm(P @ Nt @ W - target)
""",
        "no reflections": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    P[:, -1] *= np.sign(np.linalg.det(P @ Nt))
    return np.linalg.norm(P @ Nt @ W - target)
""",
        "squared": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    return np.sum((P @ Nt @ W - target) ** 2)
""",
        "products compared": """
def distance(W, target):
    return np.linalg.norm(W.T @ W - target.T @ target)
""",
        "pixels turned": """
def distance(W, target):
    cross = np.linalg.norm(W.T @ target, "nuc")
    return np.sqrt(max(0, np.sum(W**2) + np.sum(target**2) - 2 * cross))
""",
        "third result of svd transposed": """
def distance(W, target):
    P, _, N = np.linalg.svd(target @ W.T)
    return np.linalg.norm(P @ N.T @ W - target)
""",
        "any matrix in place of a rotation": """
def distance(W, target):
    best = target @ np.linalg.pinv(W)
    return np.linalg.norm(best @ W - target)
""",
        "sum of the absolute values": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    return np.abs(P @ Nt @ W - target).sum()
""",
        "relative to W": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    return np.linalg.norm(P @ Nt @ W - target) / np.linalg.norm(W)
""",
        "scaling allowed too": """
def distance(W, target):
    P, s, Nt = np.linalg.svd(target @ W.T)
    c = s.sum() / np.sum(W**2)
    return np.linalg.norm(c * P @ Nt @ W - target)
""",
        "rows permuted and not turned": """
def distance(W, target):
    from scipy.optimize import linear_sum_assignment
    D = ((W[:, None] - target[None]) ** 2).sum(-1)
    i, j = linear_sum_assignment(D)
    return np.sqrt(D[i, j].sum())
""",
        "root mean square": """
def distance(W, target):
    P, s, N = np.linalg.svd(target @ W.T)
    return np.sqrt(np.mean((P @ N @ W - target)**2))
""",
    },
}

RIGHT = {
    "3.1": {
        "a softmax of logarithms": """
def shares(t, Gamma, W0):
    every, V = np.linalg.eigh(Gamma)
    start = np.log(((W0 @ V[:, ::-1]) ** 2).sum(0))
    return special.softmax(8 * np.multiply.outer(t, every[::-1]) + start, axis=1)
""",
        "time by time, with V's signs flipped": """
def shares(t, Gamma, W0):
    every, V = linear.modes(Gamma, len(Gamma))
    out = np.zeros((len(t), len(every)))
    for k, now in enumerate(t):
        W = (W0 @ -V) / np.abs(W0).max() * np.exp(4 * now * (every - every.max()))
        out[k] = (W * W).sum(0) / (W * W).sum()
    return out
""",
        "SciPy's logsumexp": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    a = np.log(np.sum((W0 @ V)**2, axis=0)) + 8 * np.outer(t, g)
    return np.exp(a - special.logsumexp(a, axis=1, keepdims=True))
""",
    },
    "3.2": {
        "ratios of volumes": """
def starts(products):
    logs = [np.linalg.slogdet(products[:j, :j])[1] for j in range(1, len(products) + 1)]
    return np.exp(np.diff(logs, prepend=0) / 2)
""",
        "elimination": """
def starts(products):
    left = products.copy()
    for j in range(len(left)):
        left[j + 1 :] -= np.outer(left[j + 1 :, j] / left[j, j], left[j])
    return np.sqrt(np.diag(left))
""",
        "Schur complements": """
def starts(products):
    out = [np.sqrt(products[0, 0])]
    for j in range(1, len(products)):
        A, b = products[:j, :j], products[:j, j]
        out.append(np.sqrt(products[j, j] - b @ np.linalg.solve(A, b)))
    return np.array(out)
""",
    },
    "3.3": {
        "a loop": """
def mean_step_times(gamma, alpha):
    d, out = len(gamma), []
    for j in range(1, d + 1):
        log_s = np.log(alpha) + 0.5 * (special.psi((d - j + 1) / 2) + np.log(2))
        out.append(-(np.log(gamma[j - 1]) + 2 * log_s) / 8 / gamma[j - 1])
    return np.array(out)
""",
        "from the library's gamma distribution, single precision": """
def mean_step_times(gamma, alpha):
    k = np.arange(len(gamma), 0, -1)
    mean_log = special.polygamma(0, k / 2) + np.log(2 * gamma * alpha * alpha)
    return (-mean_log / (8 * gamma)).astype(np.float32)
""",
        "a list, dimensions counted down": """
def mean_step_times(gamma, alpha):
    return [-(np.log(g) + 2*np.log(alpha) + special.digamma(k/2) + np.log(2)) / 8 / g for g, k in zip(gamma, range(len(gamma), 0, -1))]
""",
    },
    "3.4": {
        "integers in a list": "ending = [3, 0, 12]",
        "read off a run": "ending = np.array([3, 1e-9, 12.0003])",
    },
    "3.5": {
        "Gram-Schmidt by hand": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    W = np.zeros(W0.shape)
    taken = []
    for g, v in zip(top, -V.T):
        left = W0 @ v
        for u in taken:
            left = left - (u @ left) * u
        taken.append(left / np.linalg.norm(left))
        W += np.outer(taken[-1], v) / np.sqrt(g)
    return W
""",
        "through the Cholesky factor of the products": """
def limit_weights(Gamma, W0):
    top, V = linear.modes(Gamma, len(W0))
    A = W0 @ V
    U = A @ np.linalg.inv(np.linalg.cholesky(A.T @ A)).T
    return (U @ np.diag(top**-0.5) @ V.T).astype(np.float32)
""",
        "torch's QR, as a tensor": """
def limit_weights(Gamma, W0):
    import torch
    g, V = linear.modes(Gamma, len(W0))
    Q, R = torch.linalg.qr(torch.tensor(W0 @ V))
    return (Q * torch.sign(torch.diagonal(R)) / torch.tensor(np.sqrt(g))) @ torch.tensor(np.ascontiguousarray(V.T))
""",
    },
    "3.6": {
        "a loop over pairs": """
def largest_start(gamma):
    worst = -np.inf
    for a, b in zip(gamma, gamma[1:]):
        ell = (np.log(9) * (1 / a + 1 / b) - np.log(a) / a + np.log(b) / b) / (1 / b - 1 / a)
        worst = max(worst, ell)
    return 1 / np.sqrt(np.exp(worst))
""",
        "exact step times and a search": """
def largest_start(gamma):
    half = np.log(9) / (8 * gamma)
    def room(log_alpha):
        tau = np.log(1 / (gamma * np.exp(2 * log_alpha)) - 1) / (8 * gamma)
        return np.min((tau - half)[1:] - (tau + half)[:-1])
    return np.exp(optimize.brentq(room, -60, -2))
""",
        "a root for each pair": """
def largest_start(gamma):
    best = np.inf
    for a, b in zip(gamma[:-1], gamma[1:]):
        f = lambda u: (-(np.log(b) + u) - np.log(9)) / (8*b) - (-(np.log(a) + u) + np.log(9)) / (8*a)
        best = min(best, optimize.brentq(f, -200, 10))
    return float(np.exp(best / 2))
""",
    },
    "3.7": {
        "Newton's method": """
def largest_rate(gamma, late):
    x = 2 * late
    for _ in range(50):
        x -= (x - (1 + late) * np.log(1 + x)) / (1 - (1 + late) / (1 + x))
    return np.array(x / 4 / max(gamma))
""",
        "Lambert's function": """
def largest_rate(gamma, late):
    c = 1 + late
    x = -c * special.lambertw(-np.exp(-1 / c) / c, -1).real - 1
    return float(x / (4 * np.sort(gamma)[-1]))
""",
        "a fixed point": """
def largest_rate(gamma, late):
    x = late
    for _ in range(20_000):
        x = (1 + late) * np.log1p(x)
    return x / 4 / gamma.max()
""",
    },
    "3.8": {
        "from the sizes and the singular values": """
def distance(W, target):
    cross = np.linalg.svd(W @ target.T, compute_uv=False).sum()
    return np.sqrt(max(0.0, np.sum(W**2) + np.sum(target**2) - 2 * cross))
""",
        "polar factor by an eigendecomposition": """
def distance(W, target):
    M = target @ W.T
    value, N = np.linalg.eigh(M.T @ M)
    O = M @ N / np.sqrt(value) @ N.T
    return np.float64(np.sqrt(((O @ W - target) ** 2).sum()))
""",
        "without a guard at distance zero": """
def distance(W, target):
    cross = np.linalg.norm(target @ W.T, "nuc")
    return np.sqrt(np.sum(W**2) + np.sum(target**2) - 2 * cross)
""",
        "SciPy's orthogonal_procrustes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes
    R, s = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(W.T @ R - target.T)
""",
    },
}

EQUIVALENT = {
    # Dividing by a sign is multiplying by it.
    "3.5": {"Q * np.sign(np.diag(R))  →  Q / np.sign(np.diag(R))"},
    # The upper end of the search: the root lies below both.
    "3.7": {"1.0  →  2.0"},
}
