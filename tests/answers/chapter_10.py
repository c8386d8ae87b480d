"""Answers to the exercises of chapter 10: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual.
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


WRONG = {
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
}

RIGHT = {
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
}
