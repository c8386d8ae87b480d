"""Round 23: 31 wrong and 9 right answers to chapter 10, from the blank notebook alone."""

WRONG = {
    "10.1": {
        "log(1/λ) in place of the log of the odds": """
def steps_needed(gamma, start, share):
    return np.log(1 / start) / (2 * np.log(1 + share * gamma / gamma[0]))
""",
        "the smallness log(½/λ) that a mode has to grow by": """
def steps_needed(gamma, start, share):
    return np.log(0.5 / start) / (2 * np.log(1 + share * gamma / gamma[0]))
""",
        "the factor of λ to first order, 1 + 8ηγ": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma[0])
    return np.log(1 / start - 1) / np.log(1 + 8 * lr * gamma)
""",
        "limit 1/(8γ), the reciprocal of the curvature": """
def steps_needed(gamma, start, share):
    lr = share / (8 * gamma.max())
    return np.log(1 / start - 1) / (2 * np.log1p(4 * lr * gamma))
""",
        "whole steps, rounded up": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma[0])
    return np.ceil(np.log(1 / start - 1) / (2 * np.log(1 + 4 * lr * gamma)))
""",
    },
    "10.2": {
        "the velocity as a mean of gradients, (1 − β)G": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 4 * lr * gamma * (1 - beta)
    return (b + np.sqrt(b**2 - 4 * beta)) / 2
""",
        "Nesterov's momentum, the gradient where the velocity leads": """
def momentum_factor(gamma, lr, beta):
    a = 1 + 4 * lr * gamma
    b = a * (1 + beta)
    return (b + np.sqrt(b**2 - 4 * a * beta)) / 2
""",
        "the long run of a constant gradient, 1 + 4ηγ/(1 − β)": """
def momentum_factor(gamma, lr, beta):
    return 1 + 4 * lr * gamma / (1 - beta)
""",
        "the ratio of two values after ten steps from rest": """
def momentum_factor(gamma, lr, beta):
    s, v = np.ones_like(gamma), np.zeros_like(gamma)
    for _ in range(10):
        old = s
        v = beta * v - 4 * gamma * s
        s = s - lr * v
    return s / old
""",
        "a velocity of ηG whose memory is multiplied by η again": """
def momentum_factor(gamma, lr, beta):
    z = []
    for g in gamma:
        step = np.array([[1 + 4 * lr * g, -lr * beta], [-4 * lr * g, beta]])
        z.append(np.abs(np.linalg.eigvals(step)).max())
    return np.array(z)
""",
    },
    "10.3": {
        "the rows of W' taken back by P^(−½)": """
def final_weights(Gamma, P, d):
    p, q = np.linalg.eigh(P)
    root = q * np.sqrt(p) @ q.T
    g, v = np.linalg.eigh(root @ Gamma @ root)
    g, v = g[::-1][:d], v[:, ::-1][:, :d]
    return (v / np.sqrt(g)).T @ np.linalg.inv(root)
""",
        "eigenvectors of ΓP where those of PΓ are needed": """
def final_weights(Gamma, P, d):
    g, x = np.linalg.eig(Gamma @ P)
    order = np.argsort(g.real)[::-1][:d]
    x = x[:, order].real
    size = np.sqrt(np.abs(np.sum(x * (Gamma @ x), axis=0)))
    return (x / size).T
""",
        "the first modes of Γ times P, whitened": """
def final_weights(Gamma, P, d):
    g, v = np.linalg.eigh(Gamma)
    W = v[:, ::-1][:, :d].T @ P
    c, u = np.linalg.eigh(W @ Gamma @ W.T)
    return (u / np.sqrt(np.abs(c))).T @ W
""",
        "the Cholesky factor on the wrong sides": """
def final_weights(Gamma, P, d):
    L = np.linalg.cholesky(P)
    g, v = np.linalg.eigh(L @ Gamma @ L.T)
    g, v = g[::-1][:d], v[:, ::-1][:, :d]
    return (v / np.sqrt(g)).T @ L
""",
        "the largest eigenvalues by size, negative ones too": """
def final_weights(Gamma, P, d):
    p, q = np.linalg.eigh(P)
    root = q * np.sqrt(p) @ q.T
    g, v = np.linalg.eigh(root @ Gamma @ root)
    order = np.argsort(-np.abs(g))[:d]
    return (v[:, order] / np.sqrt(np.abs(g[order]))).T @ root
""",
    },
    "10.4": {
        "how much the last mode's own rate is raised": """
def speed_of_damping(gamma, rho):
    return 1 / (gamma[-1] + rho)
""",
        "the first mode's new rate left at 1": """
def speed_of_damping(gamma, rho):
    return gamma[0] / (gamma[-1] + rho)
""",
        "P^(½) once and not on both sides": """
def speed_of_damping(gamma, rho):
    rates = gamma / np.sqrt(gamma + rho)
    return (rates[-1] / rates[0]) / (gamma[-1] / gamma[0])
""",
        "counted at c = 0.4 and not in the limit": """
def speed_of_damping(gamma, rho):
    rates = gamma / (gamma + rho)
    return np.log1p(0.4 * rates[-1] / rates[0]) / np.log1p(0.4 * gamma[-1] / gamma[0])
""",
    },
    "10.5": {
        "the exponent 8 of λ used for w as well": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    size = gamma * w0**2
    top = 2 * abs(np.log(size.sum())) / (8 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(8 * rate * T, b=size), -top, top)
    return w0 * np.exp(8 * rate * T)
""",
        "the rates γ' in λ as well": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    size = rate * w0**2
    top = 2 * abs(np.log(size.sum())) / (8 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(8 * rate * T, b=size), -top, top)
    return w0 * np.exp(4 * rate * T)
""",
        "a start that is too large left where it is": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    size = gamma * w0**2
    if size.sum() >= 1:
        return w0.copy()
    top = 2 * abs(np.log(size.sum())) / (8 * rate.min())
    T = brentq(lambda T: logsumexp(8 * rate * T, b=size), 0, top)
    return w0 * np.exp(4 * rate * T)
""",
        "signs of the start lost in a logarithm": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(w0))
    top = 2 * abs(np.log(np.sum(gamma * w0**2))) / (8 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(2 * logs + 8 * rate * T, b=gamma), -top, top)
    return np.exp(logs + 4 * rate * T)
""",
        "flowed until t = 10 only": """
def end_of_one(gamma, w0, rho):
    from scipy.integrate import solve_ivp

    rate = gamma / (gamma + rho)
    return solve_ivp(
        lambda t, w: 4 * (1 - np.sum(gamma * w**2)) * rate * w, (0, 10), w0, rtol=1e-9, atol=1e-14
    ).y[:, -1]
""",
    },
    "10.6": {
        "the covariance not divided by n": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=0)
    return gradient @ np.linalg.inv(x.T @ x + rho * np.eye(x.shape[1]))
""",
        "the diagonal of the covariance alone": """
def preconditioned_gradient(gradient, features, rho):
    return gradient / (features.var(axis=0) + rho)
""",
        "the correlations of the features": """
def preconditioned_gradient(gradient, features, rho):
    return gradient @ np.linalg.inv(np.corrcoef(features.T) + rho * np.eye(features.shape[1]))
""",
        "the step scaled back to the gradient's length": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=0)
    step = gradient @ np.linalg.inv(x.T @ x / len(x) + rho * np.eye(x.shape[1]))
    return step * np.linalg.norm(gradient) / np.linalg.norm(step)
""",
    },
    "10.7": {
        "whole steps, rounded up": """
def muon_steps(gamma, s0, lr):
    goal = np.full(len(gamma), np.inf)
    goal[gamma > 0] = 1 / np.sqrt(2 * gamma[gamma > 0])
    return np.ceil(np.maximum(0, goal - s0) / lr)
""",
        "λ and not s raised by η a step": """
def muon_steps(gamma, s0, lr):
    n = np.maximum(0, (0.5 - gamma * s0**2) / lr)
    return np.where(gamma > 0, n, np.inf)
""",
        "the distance to the goal from either side": """
def muon_steps(gamma, s0, lr):
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.abs((2 * gamma) ** -0.5 - s0) / lr
    return np.where(gamma > 0, n, np.inf)
""",
    },
}

RIGHT = {
    "10.1": {
        "a root finder on the odds, mode by mode": """
def steps_needed(gamma, start, share):
    from scipy.special import logit

    lr = share / (4 * np.max(gamma))

    def one(g, lam):
        gap = lambda n: logit(lam) + 2 * n * np.log1p(4 * lr * g)
        top = 1.0
        while gap(top) < 0:
            top *= 2
        return brentq(gap, 0, top, xtol=1e-13, rtol=1e-14)

    return [one(g, lam) for g, lam in zip(gamma, start)]
""",
    },
    "10.2": {
        "the spectral radius of the map of (s, v)": """
def momentum_factor(gamma, lr, beta):
    steps = np.empty((len(gamma), 2, 2))
    steps[:, 0, 0], steps[:, 0, 1] = 1 + 4 * lr * gamma, -lr * beta
    steps[:, 1, 0], steps[:, 1, 1] = -4 * gamma, beta
    return np.abs(np.linalg.eigvals(steps)).max(axis=1)
""",
    },
    "10.3": {
        "eigenvectors of PΓ, scaled so that C = I": """
def final_weights(Gamma, P, d):
    g, x = np.linalg.eig(P @ Gamma)
    order = np.argsort(g.real)[::-1][:d]
    x = x[:, order].real
    return (x / np.sqrt(np.sum(x * (Gamma @ x), axis=0))).T
""",
        "the Cholesky factor for the root, and the modes in ascending order": """
def final_weights(Gamma, P, d):
    L = np.linalg.cholesky(P)
    g, v = np.linalg.eigh(L.T @ Gamma @ L)
    return (v[:, -d:] / np.sqrt(g[-d:])).T @ L.T
""",
    },
    "10.4": {
        "two counts of exercise 10.1 at a share of a millionth": """
def speed_of_damping(gamma, rho):
    rates = gamma / (gamma + rho)
    c = 1e-6
    return np.log1p(c * rates[-1] / rates[0]) / np.log1p(c * gamma[-1] / gamma[0])
""",
    },
    "10.5": {
        "the flow in its own clock T, up to the event λ = 1": """
def end_of_one(gamma, w0, rho):
    from scipy.integrate import solve_ivp

    rate = gamma / (gamma + rho)
    sign = 1 if np.sum(gamma * w0**2) < 1 else -1
    there = lambda T, logs: logsumexp(2 * logs, b=gamma * w0**2)
    there.terminal = True
    far = 2 * abs(np.log(np.sum(gamma * w0**2))) / (8 * rate.min()) + 1e-9
    run = solve_ivp(
        lambda T, logs: 4 * sign * rate, (0, far), np.zeros(len(w0)), events=there,
        rtol=1e-10, atol=1e-12,
    )
    return w0 * np.exp(run.y[:, -1])
""",
    },
    "10.6": {
        "by the singular values of the centred batch": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=0)
    _, s, vt = np.linalg.svd(x, full_matrices=True)
    full = np.zeros(x.shape[1])
    full[: len(s)] = s**2 / len(x)
    return gradient @ (vt.T / (full + rho)) @ vt
""",
        "Woodbury, by the Gram matrix of the views": """
def preconditioned_gradient(gradient, features, rho):
    n = len(features)
    x = features - features.mean(axis=0)
    inner = np.linalg.solve(n * rho * np.eye(n) + x @ x.T, x @ gradient.T)
    return (gradient - inner.T @ x) / rho
""",
    },
    "10.7": {
        "Muon itself in whole steps, then along the last line": """
def muon_steps(gamma, s0, lr):
    n = []
    for g, s in zip(gamma, s0):
        if g <= 0:
            n.append(np.inf)
            continue
        count = 0.0
        while g * (s + lr) ** 2 < 0.5:
            s, count = s + lr, count + 1
        n.append(count + max(0.0, ((2 * g) ** -0.5 - s) / lr))
    return np.array(n)
""",
    },
}
