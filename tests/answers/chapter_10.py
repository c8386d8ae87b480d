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
}

EQUIVALENT = {
    "10.3": {"result negated"},  # a rotation
}
