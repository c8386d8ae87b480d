"""Round 25: 36 wrong and 12 right answers to chapter 10, from the blank notebook alone."""

WRONG = {
    "10.1": {
        "each mode at its own largest learning rate": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma)
    return np.log(1 / start - 1) / (2 * np.log(1 + 4 * lr * gamma))
""",
        "the learning rate of the last mode for all": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma[-1])
    return np.log(1 / start - 1) / (2 * np.log(1 + 4 * lr * gamma))
""",
        "the odds of the root of λ": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma[0])
    return np.log(1 / np.sqrt(start) - 1) / np.log(1 + 4 * lr * gamma)
""",
        "the base of the logarithm on one side only": """
def steps_needed(gamma, start, share):
    lr = share / (4 * gamma[0])
    return np.log2(1 / start - 1) / (2 * np.log(1 + 4 * lr * gamma))
""",
    },
    "10.2": {
        "the constant term with the wrong sign": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 4 * lr * gamma
    return (b + np.sqrt(b**2 + 4 * beta)) / 2
""",
        "the factor of λ": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 4 * lr * gamma
    return ((b + np.sqrt(b**2 - 4 * beta)) / 2) ** 2
""",
        "the pull of the end, 8γ, in place of 4γ": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 8 * lr * gamma
    return (b + np.sqrt(b**2 - 4 * beta)) / 2
""",
        "roots by numpy, the constant term forgotten": """
def momentum_factor(gamma, lr, beta):
    return np.array([np.roots([1, -(1 + beta + 4 * lr * g), 0]).max() for g in gamma])
""",
    },
    "10.3": {
        "W' itself, not taken back": """
def final_weights(Gamma, P, d):
    p, q = np.linalg.eigh(P)
    root = q * np.sqrt(p) @ q.T
    g, v = np.linalg.eigh(root @ Gamma @ root)
    return (v[:, ::-1][:, :d] / np.sqrt(g[::-1][:d])).T
""",
        "the modes of PΓ made symmetric by its mean with ΓP": """
def final_weights(Gamma, P, d):
    g, v = np.linalg.eigh((P @ Gamma + Gamma @ P) / 2)
    V = v[:, ::-1][:, :d]
    c, u = np.linalg.eigh(V.T @ Gamma @ V)
    return (u / np.sqrt(np.abs(c))).T @ V.T
""",
        "scaled by P's own norm, u'P^(−1)u = 1": """
def final_weights(Gamma, P, d):
    p, q = np.linalg.eigh(P)
    root = q * np.sqrt(p) @ q.T
    g, v = np.linalg.eigh(root @ Gamma @ root)
    return v[:, ::-1][:, :d].T @ root
""",
    },
    "10.4": {
        "the factor by which it is later": """
def speed_of_damping(gamma, rho):
    return (gamma[-1] + rho) / (gamma[0] + rho)
""",
        "ρ in units of the last mode": """
def speed_of_damping(gamma, rho):
    rho = rho * gamma[-1]
    return (gamma[0] + rho) / (gamma[-1] + rho)
""",
        "the mean of all rates for the largest": """
def speed_of_damping(gamma, rho):
    rates = gamma / (gamma + rho)
    return rates[-1] / rates.mean() / (gamma[-1] / gamma.mean())
""",
    },
    "10.5": {
        "the square forgotten in the condition": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    size = gamma * w0**2
    top = 2 * abs(np.log(size.sum())) / (4 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(4 * rate * T, b=size), -top, top)
    return w0 * np.exp(4 * rate * T)
""",
        "P alone as the rate": """
def end_of_one(gamma, w0, rho):
    rate = 1 / (gamma + rho)
    size = gamma * w0**2
    top = 2 * abs(np.log(size.sum())) / (8 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(8 * rate * T, b=size), -top, top)
    return w0 * np.exp(4 * rate * T)
""",
        "the start stretched": """
def end_of_one(gamma, w0, rho):
    return w0 / np.sqrt(np.sum(gamma * w0**2))
""",
        "weights of length 1": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    size = w0**2
    top = 2 * abs(np.log(size.sum())) / (8 * rate.min()) + 1e-9
    T = brentq(lambda T: logsumexp(8 * rate * T, b=size), -top, top)
    return w0 * np.exp(4 * rate * T)
""",
        "one mode only, the one that leads by rate": """
def end_of_one(gamma, w0, rho):
    j = np.argmax(gamma * (w0 != 0))
    w = np.zeros_like(w0)
    w[j] = np.sign(w0[j]) / np.sqrt(gamma[j])
    return w
""",
    },
    "10.6": {
        "ρ added to every entry": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=0)
    return gradient @ np.linalg.inv(x.T @ x / len(x) + rho)
""",
        "divided by n − 1": """
def preconditioned_gradient(gradient, features, rho):
    Sigma = np.cov(features.T)
    return gradient @ np.linalg.inv(Sigma + rho * np.eye(len(Sigma)))
""",
        "the mean of each row taken off": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=1, keepdims=True)
    return gradient @ np.linalg.inv(x.T @ x / len(x) + rho * np.eye(x.shape[1]))
""",
        "one mean for the whole table": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean()
    return gradient @ np.linalg.inv(x.T @ x / len(x) + rho * np.eye(x.shape[1]))
""",
        "the features centred in place": """
def preconditioned_gradient(gradient, features, rho):
    features -= features.mean(axis=0)
    Sigma = features.T @ features / len(features)
    Sigma[np.diag_indices_from(Sigma)] += rho
    return np.linalg.solve(Sigma, gradient.T).T
""",
    },
    "10.7": {
        "until λ is 1": """
def muon_steps(gamma, s0, lr):
    positive = gamma > 0
    n = np.full(len(gamma), np.inf)
    n[positive] = np.maximum(0, gamma[positive] ** -0.5 - s0[positive]) / lr
    return n
""",
        "s itself at the root of a half": """
def muon_steps(gamma, s0, lr):
    return np.where(gamma > 0, np.maximum(0, np.sqrt(0.5) - s0) / lr, np.inf)
""",
        "a mode with γ < 0 shrinks to 0 and is done": """
def muon_steps(gamma, s0, lr):
    n = s0 / lr
    positive = gamma > 0
    n[positive] = np.maximum(0, (2 * gamma[positive]) ** -0.5 - s0[positive]) / lr
    return n
""",
        "λ on a line of slope ηγ": """
def muon_steps(gamma, s0, lr):
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.maximum(0, 0.5 - gamma * s0**2) / (lr * gamma)
    return np.where(gamma > 0, n, np.inf)
""",
    },
    "10.8": {
        "singular values of K, which have no sign": """
def spectral_end(Gamma, Sigma, d):
    w, v = np.linalg.eigh(Sigma)
    root = v / np.sqrt(w) @ v.T
    return np.linalg.svd(root @ Gamma @ root, compute_uv=False)[:d] ** 2
""",
        "the agreement along the modes of Γ": """
def spectral_end(Gamma, Sigma, d):
    g, v = np.linalg.eigh(Gamma)
    g, v = np.maximum(g[::-1][:d], 0), v[:, ::-1][:, :d]
    return np.sort((g / np.sum(v * (Sigma @ v), axis=0)) ** 2)[::-1]
""",
        "the variances of the embedding, ρ and not its square": """
def spectral_end(Gamma, Sigma, d):
    w, v = np.linalg.eigh(Sigma)
    root = v / np.sqrt(w) @ v.T
    return np.maximum(np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d], 0)
""",
        "the top d of K squared, negative ones too": """
def spectral_end(Gamma, Sigma, d):
    w, v = np.linalg.eigh(Sigma)
    root = v / np.sqrt(w) @ v.T
    return np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d] ** 2
""",
        "the smallest first": """
def spectral_end(Gamma, Sigma, d):
    w, v = np.linalg.eigh(Sigma)
    root = v / np.sqrt(w) @ v.T
    return np.maximum(np.linalg.eigvalsh(root @ Gamma @ root)[-d:], 0) ** 2
""",
        "Σ^(−1)Γ made symmetric by its mean with the transpose": """
def spectral_end(Gamma, Sigma, d):
    K = np.linalg.solve(Sigma, Gamma)
    return np.maximum(np.linalg.eigvalsh((K + K.T) / 2)[::-1][:d], 0) ** 2
""",
        "eigvalsh of Σ^(−1)Γ, of which it reads one triangle": """
def spectral_end(Gamma, Sigma, d):
    return np.maximum(np.linalg.eigvalsh(np.linalg.inv(Sigma) @ Gamma)[::-1][:d], 0) ** 2
""",
        "descent that stops after 300 steps": """
def spectral_end(Gamma, Sigma, d):
    W = 0.01 * np.random.default_rng(0).normal(size=(d, len(Gamma)))
    for _ in range(300):
        W = W + 0.02 * 4 * (W @ Gamma - W @ Sigma @ W.T @ W @ Sigma)
    return np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
""",
    },
}

RIGHT = {
    "10.1": {
        "a list of logarithms to the base of one step's factor": """
def steps_needed(gamma, start, share):
    import math

    first = max(gamma)
    return [math.log((1 - l) / l, (1 + share * g / first) ** 2) for g, l in zip(gamma, start)]
""",
    },
    "10.2": {
        "the fixed point of z = 1 + β + 4ηγ − β/z": """
def momentum_factor(gamma, lr, beta):
    b = 1 + beta + 4 * lr * torch.as_tensor(gamma)
    z = b.clone()
    for _ in range(20000):
        z = b - beta / z
    return z
""",
    },
    "10.3": {
        "one generalised eigenproblem of Γ and P^(−1), Fortran order": """
def final_weights(Gamma, P, d):
    import scipy.linalg

    g, u = scipy.linalg.eigh(Gamma, np.linalg.inv(P))
    return np.asfortranarray((u[:, -d:] / np.sqrt(g[-d:])).T)
""",
    },
    "10.4": {
        "the matrices themselves, in torch": """
def speed_of_damping(gamma, rho):
    G = torch.diag(torch.as_tensor(gamma))
    rates = torch.linalg.eigvalsh(G @ torch.linalg.inv(G + rho * torch.eye(len(G), dtype=G.dtype)))
    return rates[0] / rates[-1] * gamma[0] / gamma[-1]
""",
    },
    "10.5": {
        "Newton on log λ, which is convex in T": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    there = np.flatnonzero(w0)
    logs = np.log(gamma[there]) + 2 * np.log(np.abs(w0[there]))
    T = 0.0
    for _ in range(1000):
        exponents = logs + 8 * rate[there] * T
        parts = np.exp(exponents - exponents.max())
        value = exponents.max() + np.log(parts.sum())
        step = value / (8 * (parts @ rate[there]) / parts.sum())
        T -= step
        if abs(step) < 1e-14 * (1 + abs(T)):
            break
    return w0 * np.exp(4 * rate * T)
""",
        "the flow in a clock that neither rushes nor tires": """
def end_of_one(gamma, w0, rho):
    from scipy.integrate import solve_ivp

    rate = gamma / (gamma + rho)
    slope = lambda t, w: -np.tanh(np.log(np.sum(gamma * w**2))) * rate * w
    for _ in range(3):
        w0 = solve_ivp(
            slope, (0, 40 / rate.min()), w0, method="LSODA", rtol=1e-11, atol=1e-30
        ).y[:, -1]
    return w0
""",
    },
    "10.6": {
        "least squares with ρ in rows of its own": """
def preconditioned_gradient(gradient, features, rho):
    x = features - features.mean(axis=0)
    n, h = x.shape
    rows = np.vstack([x / np.sqrt(n), np.sqrt(rho) * np.eye(h)])
    right = np.linalg.lstsq(rows.T, gradient.T, rcond=None)[0]
    return np.linalg.lstsq(rows, right, rcond=None)[0].T
""",
        "NumPy's own covariance with bias, as lists": """
def preconditioned_gradient(gradient, features, rho):
    Sigma = np.cov(features, rowvar=False, bias=True)
    return np.linalg.solve(Sigma + rho * np.eye(len(Sigma)), gradient.T).T.tolist()
""",
    },
    "10.7": {
        "where the line crosses, by a root finder": """
def muon_steps(gamma, s0, lr):
    n = []
    for g, s in zip(gamma, s0):
        miss = lambda k: g * (s + lr * k) ** 2 - 0.5
        if g <= 0:
            n.append(float("inf"))
        elif miss(0) >= 0:
            n.append(0)
        else:
            n.append(brentq(miss, 0, 2 / np.sqrt(g) / lr, xtol=1e-13))
    return n
""",
    },
    "10.8": {
        "eigenvalues of Σ^(−1)Γ, a list": """
def spectral_end(Gamma, Sigma, d):
    rho = np.sort(np.linalg.eigvals(np.linalg.solve(Sigma, Gamma)).real)[::-1][:d]
    return [float(r) ** 2 if r > 0 else 0 for r in rho]
""",
        "the generalised eigenproblem of Γ and Σ": """
def spectral_end(Gamma, Sigma, d):
    import scipy.linalg

    rho = scipy.linalg.eigh(Gamma, Sigma, eigvals_only=True)[::-1]
    return np.clip(rho[:d], 0, None) ** 2
""",
        "the loss itself, minimised by L-BFGS": """
def spectral_end(Gamma, Sigma, d):
    from scipy.optimize import minimize

    m, rng = len(Gamma), np.random.default_rng(0)

    def loss(w):
        W = w.reshape(d, m)
        moment = W @ Sigma @ W.T
        slope = 4 * (moment @ W @ Sigma - W @ Gamma)
        return np.sum(moment**2) - 2 * np.sum(W * (W @ Gamma)), slope.ravel()

    options = {"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9}
    ends = [
        minimize(loss, rng.normal(size=d * m), jac=True, method="L-BFGS-B", options=options)
        for _ in range(3)
    ]
    W = min(ends, key=lambda end: end.fun).x.reshape(d, m)
    return np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
""",
    },
}
