"""Answers to the exercises of chapter 10: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

STEPS = """
def steps_needed(gamma, start, share):
    eta = {eta}
    return {growth} / ({step})
"""
RIGHT_STEPS = {
    "eta": "share / (4 * gamma[0])",
    "growth": "np.log((1 - start) / start)",
    "step": "2 * np.log1p(4 * eta * gamma)",
}


def steps(**changed):
    return STEPS.format(**(RIGHT_STEPS | changed))


FACTOR = """
def momentum_factor(gamma, lr, beta):
    x = 4 * lr * gamma
    b = {b}
    return {root}
"""
RIGHT_FACTOR = {"b": "1 + beta + x", "root": "(b + np.sqrt(b * b - 4 * beta)) / 2"}


def factor(**changed):
    return FACTOR.format(**(RIGHT_FACTOR | changed))


ENDING = """
def final_weights(Gamma, P, d):
    p, Q = np.linalg.eigh(P)
    root = {root}
    gamma, V = np.linalg.eigh({moment})
    first = {first}
    primed = {primed}
    return {back}
"""
RIGHT_ENDING = {
    "root": "Q @ np.diag(p**0.5) @ Q.T",
    "moment": "root @ Gamma @ root",
    "first": "np.argsort(-gamma)[:d]",
    "primed": "V[:, first].T / np.sqrt(gamma[first])[:, None]",
    "back": "primed @ root",
}


def ending(**changed):
    return ENDING.format(**(RIGHT_ENDING | changed))


GAIN = """
def speed_of_damping(gamma, rho):
    return {}
"""


END = """
def end_of_one(gamma, w0, rho):
    rates = {rates}
    part = {part}
    far = abs(np.log(part.sum())) / (4 * rates.min())
    T = brentq(lambda T: logsumexp({grows} * rates * T, b=part), {low}, far)
    return {end}
"""
END_PARTS = {
    "rates": "gamma / (gamma + rho)",
    "part": "gamma * w0**2",
    "grows": "8",
    "low": "-far",
    "end": "w0 * np.exp(4 * rates * T)",
}


def end(**changed):
    return END.format(**(END_PARTS | changed))


HEAD = """
def preconditioned_gradient(gradient, features, rho):
    n, h = features.shape
    X = {X}
    Sigma = {Sigma}
    M = {M}
    return {result}
"""
HEAD_PARTS = {
    "X": "features - features.mean(0)",
    "Sigma": "X.T @ X / n",
    "M": "Sigma + rho * np.eye(h)",
    "result": "gradient @ np.linalg.inv(M)",
}


def head(**changed):
    return HEAD.format(**(HEAD_PARTS | changed))


MUON = """
def muon_steps(gamma, s0, lr):
    steps = np.full(len(gamma), {never})
    up = {up}
    g, s = gamma[up], s0[up]
    steps[up] = {steps}
    return steps
"""
MUON_PARTS = {
    "never": "np.inf",
    "up": "gamma > 0",
    "steps": "np.maximum((2 * g) ** -0.5 - s, 0) / lr",
}


def muon(**changed):
    return MUON.format(**(MUON_PARTS | changed))


SPECTRAL = """
def spectral_end(Gamma, Sigma, d):
    value, vectors = np.linalg.eigh(Sigma)
    root = vectors / np.sqrt(value) @ vectors.T
    rho = {rho}
    return {heights}
"""
SPECTRAL_PARTS = {
    "rho": "np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d]",
    "heights": "np.maximum(rho, 0) ** 2",
}


def spectral(**changed):
    return SPECTRAL.format(**(SPECTRAL_PARTS | changed))


WRONG = {
    "10.1": {
        "the time of flow over the learning rate": steps(step="8 * eta * gamma"),
        "the factor of s, not of λ": steps(step="np.log(1 + 4 * eta * gamma)"),
        "twice the exponent in place of the square": steps(step="np.log(1 + 8 * eta * gamma)"),
        "the growth of λ to 1": steps(growth="np.log(1 / start)"),
        "the growth of λ to ½": steps(growth="np.log(0.5 / start)"),
        "every mode at its own limit": steps(eta="share / (4 * gamma)"),
        "the first mode's factor for all": steps(
            step="2 * np.log(1 + 4 * eta * gamma[0]) * np.ones_like(gamma)"
        ),
        "the limit of the last mode": steps(eta="share / (4 * gamma[-1])"),
        "logarithms to base 10 and e": steps(growth="np.log10(1 / start - 1)"),
        "share taken for the learning rate": steps(eta="share"),
        "share left out": steps(eta="1 / (4 * gamma[0])"),
        "start taken for s": steps(growth="np.log(1 / (gamma * start**2) - 1)"),
        "the 4 of the limit left out": steps(eta="share / gamma[0]"),
        "whole steps": """
def steps_needed(gamma, start, share):
    growth = np.log(1 / start - 1)
    return np.ceil(growth / (2 * np.log1p(share * gamma / gamma[0])))
""",
        "a step shrinks": steps(step="2 * np.log(1 - 4 * eta * gamma)"),
        "the time and not the steps": steps(step="2 * np.log1p(4 * eta * gamma) / eta"),
    },
    "10.2": {
        "the learning rate over 1 − β": factor(root="1 + x / (1 - beta)"),
        "the factor over 1 − β": factor(root="(1 + x) / (1 - beta)"),
        "the smaller root": factor(root="(b - np.sqrt(b * b - 4 * beta)) / 2"),
        "the gradient counts 1 − β times": factor(b="1 + beta + (1 - beta) * x"),
        "no square root": factor(root="(b + b * b - 4 * beta) / 2"),
        "not halved": factor(root="b + np.sqrt(b * b - 4 * beta)"),
        "the factor of λ": factor(root="((b + np.sqrt(b * b - 4 * beta)) / 2) ** 2"),
        "the limit of fast modes": factor(root="1 + np.sqrt(x)"),
        "what stood before is not taken away": factor(root="b"),
        "descent without momentum": factor(root="1 + x"),
        "β forgotten beside z": factor(b="1 + x"),
        "the sign of the constant": factor(root="(b + np.sqrt(b * b + 4 * beta)) / 2"),
        "Nesterov's": factor(
            b="(1 + x) * (1 + beta)", root="(b + np.sqrt(b * b - 4 * beta * (1 + x))) / 2"
        ),
        "the gradient without its 4": factor(b="1 + beta + x / 4"),
        "the sign of the gradient": factor(b="1 + beta - x"),
        "the absolute value of a discriminant below 0": factor(
            b="1 + beta - x", root="(b + np.sqrt(np.abs(b * b - 4 * beta))) / 2"
        ),
        "ten steps from rest": """
def momentum_factor(gamma, lr, beta):
    s, v = np.ones_like(gamma), np.zeros_like(gamma)
    for _ in range(10):
        before = s
        v = beta * v - 4 * gamma * s
        s = s - lr * v
    return s / before
""",
    },
    "10.3": {
        "the shortest weights": ending(moment="Gamma", back="primed"),
        "not mapped back": ending(back="primed"),
        "mapped back the other way": ending(back="primed @ np.linalg.inv(root)"),
        "P for its root": ending(root="P"),
        "mapped back by P": ending(back="primed @ P"),
        "the root of each entry": ending(root="np.sqrt(np.abs(P))"),
        "the inverse of P": ending(root="Q @ np.diag(p**-0.5) @ Q.T"),
        "the shortest weights times the root": ending(moment="Gamma"),
        "unit eigenvectors of PΓ": """
def final_weights(Gamma, P, d):
    gamma, U = np.linalg.eig(P @ Gamma)
    first = np.argsort(-gamma.real)[:d]
    return (U[:, first].real / np.sqrt(gamma[first].real)).T
""",
        "the half of PΓ that eigh reads": ending(moment="P @ Gamma"),
        "Cholesky's factor the wrong way round": ending(
            root="np.linalg.cholesky(P)", moment="root @ Gamma @ root.T"
        ),
        "by size": ending(
            first="np.argsort(-np.abs(gamma))[:d]",
            primed="V[:, first].T / np.sqrt(np.abs(gamma[first]))[:, None]",
        ),
        "by size, with a root of what is below 0": ending(first="np.argsort(-np.abs(gamma))[:d]"),
        "the smallest, with roots of what is below 0": ending(first="np.arange(d)"),
        "the smallest": ending(
            first="np.argsort(gamma)[:d]",
            primed="V[:, first].T / np.sqrt(np.abs(gamma[first]))[:, None]",
        ),
        "rows of length one": ending(primed="V[:, first].T"),
        "times the root of γ'": ending(primed="V[:, first].T * np.sqrt(gamma[first])[:, None]"),
        "divided by γ'": ending(primed="V[:, first].T / gamma[first][:, None]"),
        "rows of the eigenvectors": ending(primed="V[first] / np.sqrt(gamma[first])[:, None]"),
        "the eigenvalues of Γ": ending(
            primed="V[:, first].T / np.sqrt(np.linalg.eigvalsh(Gamma)[::-1][:d])[:, None]"
        ),
        "transposed": ending(back="(primed @ root).T"),
    },
    "10.4": {
        "the last mode's rates alone": GAIN.format("1 / (gamma[-1] + rho)"),
        "the first mode's rates alone": GAIN.format("gamma[0] + rho"),
        "upside down": GAIN.format("(gamma[-1] + rho) / (gamma[0] + rho)"),
        "what is left to wait": GAIN.format(
            "gamma[0] * (gamma[-1] + rho) / (gamma[-1] * (gamma[0] + rho))"
        ),
        "without damping": GAIN.format("gamma[0] / gamma[-1]"),
        "the half": GAIN.format("gamma[0] / (2 * gamma[-1])"),
        "ρ at the last mode alone": GAIN.format("gamma[0] / (gamma[-1] + rho)"),
        "ρ at the first mode alone": GAIN.format("(gamma[0] + rho) / gamma[-1]"),
        "the root's": GAIN.format("np.sqrt((gamma[0] + rho) / (gamma[-1] + rho))"),
        "one for each mode": GAIN.format("(gamma[0] + rho) / (gamma + rho)"),
        "a difference": GAIN.format("gamma[0] / gamma[-1] - (gamma[0] + rho) / (gamma[-1] + rho)"),
        "the mean over the modes": GAIN.format("np.mean((gamma[0] + rho) / (gamma + rho))"),
        "ρ subtracted": GAIN.format("(gamma[0] - rho) / (gamma[-1] - rho)"),
        "at the notebook's share": GAIN.format(
            "np.log1p(0.4 * gamma[-1] / (gamma[-1] + rho) * (gamma[0] + rho) / gamma[0])"
            " / np.log1p(0.4 * gamma[-1] / gamma[0])"
        ),
    },
    "10.5": {
        "the rates of plain descent": end(rates="gamma"),
        "the eigenvalues of P as rates": end(rates="1 / (gamma + rho)"),
        "the root of P": end(rates="gamma / np.sqrt(gamma + rho)"),
        "multiplied by the damped gamma": end(rates="gamma * (gamma + rho)"),
        "whitened for every rho": """
def end_of_one(gamma, w0, rho):
    return w0 / np.sqrt(np.sum(gamma * w0**2))
""",
        "the largest mode alone": """
def end_of_one(gamma, w0, rho):
    w = np.zeros(len(gamma))
    seen = np.where(w0 == 0, 0, gamma)
    w[seen.argmax()] = np.sign(w0[seen.argmax()]) / np.sqrt(seen.max())
    return w
""",
        "length one": end(part="w0**2"),
        "until one half": end(part="2 * gamma * w0**2"),
        "the exponent of lambda for the weights too": end(end="w0 * np.exp(8 * rates * T)"),
        "the exponent of the weights for lambda too": end(grows="4"),
        "signs lost": end(end="np.abs(w0) * np.exp(4 * rates * T)"),
        "the parts of lambda": end(end="gamma * (w0 * np.exp(4 * rates * T)) ** 2"),
        "not mapped back": end(end="w0 * np.exp(4 * rates * T) * np.sqrt(gamma + rho)"),
        "the time of the largest mode": """
def end_of_one(gamma, w0, rho):
    rates = gamma / (gamma + rho)
    k = np.argmax(np.where(w0 == 0, 0, gamma))
    T = np.log(1 / (gamma[k] * w0[k] ** 2)) / (8 * rates[k])
    return w0 * np.exp(4 * rates * T)
""",
        "the time of the largest mode, then divided": """
def end_of_one(gamma, w0, rho):
    rates = gamma / (gamma + rho)
    k = np.argmax(np.where(w0 == 0, 0, gamma))
    T = np.log(1 / (gamma[k] * w0[k] ** 2)) / (8 * rates[k])
    w = w0 * np.exp(4 * rates * T)
    return w / np.sqrt(np.sum(gamma * w**2))
""",
        "a large start stays": """
def end_of_one(gamma, w0, rho):
    part, rates = gamma * w0**2, gamma / (gamma + rho)
    if part.sum() >= 1:
        return w0
    T = brentq(lambda T: logsumexp(8 * rates * T, b=part), 0, -np.log(part.sum()) / rates.min())
    return w0 * np.exp(4 * rates * T)
""",
        "gamma sorted, and the start not": end(
            rates="np.sort(gamma)[::-1] / (np.sort(gamma)[::-1] + rho)",
            part="np.sort(gamma)[::-1] * w0**2",
        ),
        "one step, brought to length": """
def end_of_one(gamma, w0, rho):
    w = w0 * gamma / (gamma + rho)
    return w / np.sqrt(np.sum(gamma * w**2))
""",
        "integrated for a fixed time": """
def end_of_one(gamma, w0, rho):
    w, rates = w0.copy(), gamma / (gamma + rho)
    for _ in range(100):
        w = w + 0.01 * 4 * (1 - np.sum(gamma * w**2)) * rates * w
    return w
""",
        "T between -200 and 200": """
def end_of_one(gamma, w0, rho):
    part, rates = gamma * w0**2, gamma / (gamma + rho)
    low, high = -200.0, 200.0
    for _ in range(100):
        T = (low + high) / 2
        low, high = (T, high) if logsumexp(8 * rates * T, b=part) < 0 else (low, T)
    return w0 * np.exp(4 * rates * T)
""",
        "T is 1 whatever the start": """
def end_of_one(gamma, w0, rho):
    return w0 * np.exp(4 * gamma / (gamma + rho))
""",
    },
    "10.6": {
        "not centred": head(X="features"),
        "n - 1": head(Sigma="np.cov(features.T)"),
        "rows centred": head(X="features - features.mean(1, keepdims=True)"),
        "a sum over the batch": head(Sigma="X.T @ X"),
        "rho added to every entry": head(M="Sigma + rho"),
        "entries inverted one by one": head(result="gradient @ (1 / M)"),
        "not centred, n - 1": head(X="features", Sigma="X.T @ X / (n - 1)"),
        "rho divided by n": head(M="(X.T @ X + rho * np.eye(h)) / n"),
        "eigenvalues cut off at rho": """
def preconditioned_gradient(gradient, features, rho):
    size, v = np.linalg.eigh(np.cov(features.T, bias=True))
    return gradient @ v / np.maximum(size, rho) @ v.T
""",
        "eigenvectors as rows": """
def preconditioned_gradient(gradient, features, rho):
    size, v = np.linalg.eigh(np.cov(features.T, bias=True))
    return gradient @ v.T / (size + rho) @ v
""",
        "from the left": head(result="np.linalg.solve(M, gradient)"),
        "no rho": head(result="gradient @ np.linalg.pinv(Sigma)"),
        "rho after the inverse": head(
            result="gradient @ (np.linalg.pinv(Sigma) + rho * np.eye(h))"
        ),
        "the diagonal alone": head(result="gradient / (X.var(0) + rho)"),
        "an inverse root": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(0)
    size, v = np.linalg.eigh(X.T @ X / len(X) + rho * np.eye(X.shape[1]))
    return gradient @ v / np.sqrt(size) @ v.T
""",
        "multiplied": head(result="gradient @ M"),
        "of the gradient": head(Sigma="gradient.T @ gradient"),
        "divided by rho alone": head(result="gradient / rho"),
        "with the length of the gradient": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(0)
    step = gradient @ np.linalg.inv(X.T @ X / len(X) + rho * np.eye(X.shape[1]))
    return step * np.linalg.norm(gradient) / np.linalg.norm(step)
""",
        "correlations": head(Sigma="np.corrcoef(features.T)"),
    },
    "10.7": {
        "at one half never": """
def muon_steps(gamma, s0, lr):
    start, steps = gamma * s0**2, np.full(len(gamma), np.inf)
    below = (gamma > 0) & (start < 0.5)
    steps[below] = ((2 * gamma[below]) ** -0.5 - s0[below]) / lr
    steps[start > 0.5] = 0
    return steps
""",
        "above 1 never": """
def muon_steps(gamma, s0, lr):
    with np.errstate(all="ignore"):
        steps = np.maximum((2 * gamma) ** -0.5 - s0, 0) / lr
    return np.where((gamma > 0) & (gamma * s0**2 < 1.2), steps, np.inf)
""",
        "until lambda is 1": muon(steps="np.maximum(g ** -0.5 - s, 0) / lr"),
        "lambda as gamma times s": muon(steps="np.maximum(1 / (2 * g) - s, 0) / lr"),
        "the start forgotten": muon(steps="(2 * g) ** -0.5 / lr"),
        "negative for a large start": muon(steps="((2 * g) ** -0.5 - s) / lr"),
        "the way back counted": muon(steps="np.abs((2 * g) ** -0.5 - s) / lr"),
        "the gradient's factor kept": muon(
            steps="np.maximum((2 * g) ** -0.5 - s, 0) / (4 * g * lr)"
        ),
        "the clock of descent": muon(
            steps="np.maximum(np.log(1 / (g * s**2) - 1), 0) / (2 * np.log(1 + 4 * lr * g))"
        ),
        "the clock of flow": muon(steps="np.maximum(np.log(1 / (g * s**2) - 1), 0) / (8 * lr * g)"),
        "the learning rate forgotten": muon(steps="np.maximum((2 * g) ** -0.5 - s, 0)"),
        "lambda on a line": muon(steps="np.maximum(0.5 - g * s**2, 0) / lr"),
        "a difference of squares": muon(steps="np.sqrt(np.maximum(1 / (2 * g) - s**2, 0)) / lr"),
        "whole steps": muon(steps="np.ceil(np.maximum((2 * g) ** -0.5 - s, 0) / lr)"),
        "the absolute value of gamma": """
def muon_steps(gamma, s0, lr):
    return np.maximum((2 * np.abs(gamma)) ** -0.5 - s0, 0) / lr
""",
        "zero where it is never": muon(never="0.0"),
        "nan where it is never": """
def muon_steps(gamma, s0, lr):
    return np.maximum((2 * gamma) ** -0.5 - s0, 0) / lr
""",
        "the first mode for all": muon(steps="np.maximum((2 * g.max()) ** -0.5 - s, 0) / lr"),
    },
    "10.8": {
        "as Barlow Twins": spectral(heights="np.ones(d)"),
        "of W Sigma W^T": spectral(heights="np.maximum(rho, 0)"),
        "a negative agreement squared": spectral(heights="rho**2"),
        "the largest in size": spectral(
            rho="np.linalg.eigvalsh(root @ Gamma @ root)",
            heights="np.sort(rho[np.argsort(-abs(rho))[:d]] ** 2)[::-1]",
        ),
        "along the modes of Gamma": """
def spectral_end(Gamma, Sigma, d):
    gamma, v = np.linalg.eigh(Gamma)
    gamma, v = gamma[::-1][:d], v[:, ::-1][:, :d]
    return np.maximum(gamma / np.diag(v.T @ Sigma @ v), 0) ** 2
""",
        "the eigenvalues of Gamma": spectral(
            rho="np.linalg.eigvalsh(Gamma)[::-1][:d]",
        ),
        "smallest first": spectral(heights="np.sort(np.maximum(rho, 0) ** 2)"),
        "half of the slope": spectral(heights="(np.maximum(rho, 0) / 2) ** 2"),
    },
}

RIGHT = {
    "10.1": {
        "through the package's time of flow": """
def steps_needed(gamma, start, share):
    t = linear.step_times(gamma, np.sqrt(start / gamma))
    x = share * gamma / gamma.max()
    return t * 4 * gamma / np.log1p(x)
""",
        "base 2, in single precision": """
def steps_needed(gamma, start, share):
    g, lam = np.float32(gamma), np.float32(start)
    return np.log2((1 - lam) / lam) / 2 / np.log2(1 + np.float32(share) * g / g[0])
""",
        "the odds multiplied in a loop, as a list": """
def steps_needed(gamma, start, share):
    counts = []
    for g, lam in zip(gamma, start):
        odds, n = lam / (1 - lam), 0
        step = (1 + share * g / max(gamma)) ** 2
        while odds * step < 1:
            odds, n = odds * step, n + 1
        counts.append(n - np.log(odds) / np.log(step))
    return counts
""",
    },
    "10.2": {
        "numpy's roots": """
def momentum_factor(gamma, lr, beta):
    return [max(np.roots([1, -(1 + beta + 4 * lr * g), beta]).real) for g in gamma]
""",
        "the largest eigenvalue of a step": """
def momentum_factor(gamma, lr, beta):
    factors = np.empty(len(gamma))
    for j, g in enumerate(gamma):
        step = np.array([[1 + 4 * lr * g, -lr * beta], [-4 * g, beta]])
        factors[j] = np.abs(np.linalg.eigvals(step)).max()
    return factors
""",
        "the smaller root, which the product of both turns over": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 4 * lr * gamma
    inverse = 2 / (b + np.sqrt(b**2 - 4 * beta))
    return 1 / inverse
""",
        "a thousand steps": """
def momentum_factor(gamma, lr, beta):
    ratio = np.ones_like(gamma)  # s before over s after
    for _ in range(1000):
        z = 1 + beta + 4 * lr * gamma - beta * ratio
        ratio = 1 / z
    return z
""",
        "single precision": """
def momentum_factor(gamma, lr, beta):
    b = np.float32(1 + beta) + np.float32(4 * lr) * gamma.astype(np.float32)
    return (b + np.sqrt(b * b - np.float32(4 * beta))) / np.float32(2)
""",
    },
    "10.3": {
        "Cholesky's factor": """
def final_weights(Gamma, P, d):
    L = np.linalg.cholesky(P)
    gamma, V = np.linalg.eigh(L.T @ Gamma @ L)
    return np.diag(gamma[::-1][:d] ** -0.5) @ V[:, ::-1][:, :d].T @ L.T
""",
        "a generalised eigenproblem": """
def final_weights(Gamma, P, d):
    from scipy.linalg import eigh
    gamma, v = eigh(Gamma, np.linalg.inv(P))
    return -v[:, -d:].T / np.sqrt(gamma[-d:, None])
""",
        "eigenvectors of PΓ, each brought to C = 1": """
def final_weights(Gamma, P, d):
    gamma, U = np.linalg.eig(P @ Gamma)
    U = U[:, np.argsort(-gamma.real)[:d]].real
    return (U / np.sqrt(np.sum(U * (Gamma @ U), axis=0))).T
""",
        "the package's modes, turned by a rotation": """
def final_weights(Gamma, P, d):
    root = optim.inverse_power(np.linalg.inv(P), power=0.5)
    moment = root @ Gamma @ root
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(d, d)))[0]
    return turn @ linear.final_weights((moment + moment.T) / 2, d) @ root
""",
        "the package's prediction from a tiny start": """
def final_weights(Gamma, P, d):
    W = linear.random_init(d, len(P), 1e-150)
    return optim.final_weights(Gamma, W, P)
""",
    },
    "10.4": {
        "the formula's other form": GAIN.format("1 + (gamma[0] - gamma[-1]) / (gamma[-1] + rho)"),
        "rates of matrices": """
def speed_of_damping(gamma, rho):
    Gamma = np.diag(gamma)
    rates = optim.growth_rates(Gamma, len(gamma), optim.inverse_power(Gamma, rho=rho))
    return gamma[0] / gamma[-1] * rates[-1] / rates[0]
""",
        "steps at a share near nothing": """
def speed_of_damping(gamma, rho):
    rates = gamma / (gamma + rho)
    steps = [1 / np.log1p(1e-9 * r[-1] / r[0]) for r in (gamma, rates)]
    return steps[0] / steps[1]
""",
        "single precision, in an array without axes": """
def speed_of_damping(gamma, rho):
    g = gamma.astype(np.float32) + np.float32(rho)
    return np.array(g.max() / g.min())
""",
    },
    "10.5": {
        "Newton's method in the log": """
def end_of_one(gamma, w0, rho):
    r = gamma / (gamma + rho)
    on = w0 != 0
    logs, T = np.log(gamma[on]) + 2 * np.log(np.abs(w0[on])), 0.0
    for _ in range(100):
        terms = logs + 8 * r[on] * T
        part = np.exp(terms - terms.max())
        T -= (terms.max() + np.log(part.sum())) * part.sum() / (8 * r[on] @ part)
    return w0 * np.exp(4 * r * T)
""",
        "by bisection, as a list": """
def end_of_one(gamma, w0, rho):
    import math
    rates = [g / (g + rho) for g in gamma]
    low, high = -1e7, 1e7
    for _ in range(200):
        T = (low + high) / 2
        terms = [math.log(g * w * w) + 8 * r * T for g, w, r in zip(gamma, w0, rates) if w]
        low, high = (T, high) if max(terms) < 0 and sum(map(math.exp, terms)) < 1 else (low, T)
    return [float(w * math.exp(4 * r * T)) for w, r in zip(w0, rates)]
""",
        "the flow integrated in the clock T": """
def end_of_one(gamma, w0, rho):
    from scipy.integrate import solve_ivp
    rates = gamma / (gamma + rho)
    sign = 1.0 if np.sum(gamma * w0**2) < 1 else -1.0
    there = lambda T, w: np.sum(gamma * w**2) - 1
    there.terminal = True
    run = solve_ivp(lambda T, w: sign * 4 * rates * w, (0, 1e5), w0, "DOP853", rtol=1e-12,
                    atol=1e-16, events=there)
    return run.y_events[0][0]
""",
        "descent itself, at growing and shrinking rates": """
def end_of_one(gamma, w0, rho):
    rates = gamma / (gamma + rho)
    log_w = np.zeros(len(gamma))
    for _ in range(20000):
        lam = np.sum(gamma * (w0 * np.exp(log_w)) ** 2)
        if abs(lam - 1) < 1e-13:
            break
        # In the log the step may be of any length: only the direction, the rates, counts.
        log_w = log_w - 0.2 * np.log(lam) * rates / rates.max() / 2
    return w0 * np.exp(log_w)
""",
    },
    "10.6": {
        "solve, on the transpose": """
def preconditioned_gradient(gradient, features, rho):
    Sigma = np.cov(features, rowvar=False, bias=True)
    return np.linalg.solve(Sigma + np.diag(np.full(len(Sigma), rho)), gradient.T).T
""",
        "by singular values of the features": """
def preconditioned_gradient(gradient, features, rho):
    X = (features - features.mean(axis=0)) / np.sqrt(len(features))
    _, s, right = np.linalg.svd(X, full_matrices=True)
    size = np.zeros(X.shape[1])
    size[: len(s)] = s**2
    return gradient @ right.T / (size + rho) @ right
""",
        "moments about zero, less the mean's": """
def preconditioned_gradient(gradient, features, rho):
    n, h = features.shape
    mean = np.ones(n) @ features / n
    Sigma = sum(np.outer(x, x) for x in features) / n - np.outer(mean, mean)
    return (gradient @ np.linalg.inv(Sigma / rho + np.eye(h)) / rho).tolist()
""",
        "torch": """
def preconditioned_gradient(gradient, features, rho):
    X = torch.tensor(features)
    Sigma = torch.cov(X.T, correction=0)
    return torch.linalg.solve(Sigma + rho * torch.eye(X.shape[1]), torch.tensor(gradient), left=False)
""",
        "single precision": """
def preconditioned_gradient(gradient, features, rho):
    X = (features - features.mean(0)).astype(np.float32)
    M = X.T @ X / np.float32(len(X)) + np.float32(rho) * np.eye(X.shape[1], dtype=np.float32)
    return gradient.astype(np.float32) @ np.linalg.inv(M)
""",
    },
    "10.7": {
        "mode by mode, as a list": """
def muon_steps(gamma, s0, lr):
    steps = []
    for g, s in zip(gamma, s0):
        if g <= 0:
            steps.append(float("inf"))
        elif g * s * s >= 0.5:
            steps.append(0)
        else:
            steps.append(((0.5 / g) ** 0.5 - s) / lr)
    return steps
""",
        "a division by zero that is meant": """
def muon_steps(gamma, s0, lr):
    with np.errstate(divide="ignore"):
        goal = 1 / np.sqrt(2 * np.clip(gamma, 0, None))
    return np.clip((goal - s0) / lr, 0, np.inf)
""",
        "the package's count, less the start's": """
def muon_steps(gamma, s0, lr):
    return np.maximum(optim.muon_step_counts(gamma, lr) - s0 / lr, 0)
""",
        "in single precision, torch": """
def muon_steps(gamma, s0, lr):
    g, s = torch.tensor(gamma, dtype=torch.float32), torch.tensor(s0, dtype=torch.float32)
    far = (torch.rsqrt(2 * g.clamp(min=0)) - s) / lr
    return far.clamp(min=0)
""",
        "steps taken one by one, the last in part": """
def muon_steps(gamma, s0, lr):
    out = []
    for g, s in zip(gamma, s0):
        n = 0
        if g <= 0:
            out.append(np.inf)
            continue
        while g * (s + lr) ** 2 < 0.5:
            s, n = s + lr, n + 1
        out.append(n + max(0.0, (np.sqrt(0.5 / g) - s) / lr))
    return np.array(out)
""",
    },
    "10.8": {
        "a generalised eigenproblem": """
def spectral_end(Gamma, Sigma, d):
    import scipy.linalg
    rho = scipy.linalg.eigh(Gamma, Sigma, eigvals_only=True)
    return np.clip(rho[: -d - 1 : -1], 0, None) ** 2
""",
        "an eigenproblem that is not symmetric": """
def spectral_end(Gamma, Sigma, d):
    rho = sorted(np.linalg.eigvals(np.linalg.inv(Sigma) @ Gamma).real, reverse=True)[:d]
    return [r * max(r, 0.0) for r in rho]
""",
        "descent in the whitened inputs": """
def spectral_end(Gamma, Sigma, d):
    root = np.linalg.inv(np.linalg.cholesky(Sigma))
    K = root @ Gamma @ root.T
    V = 0.3 * np.random.default_rng(0).normal(size=(d, len(K)))
    for _ in range(20000):
        V = V + 0.05 * (V @ K - V @ V.T @ V)
    return np.linalg.eigvalsh(V @ K @ V.T)[::-1]
""",
    },
}

EQUIVALENT = {
    "10.3": {"result negated"},  # a rotation
}
