"""Round 16: 111 wrong and 29 right answers to chapter 8, from its notebook and page alone."""

WRONG = {
    "8.1": {
        "G is 2 (C − I) B Γ, as for a C in which B stands once": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 2 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return G @ A.T, W.T @ G
""",
        "the two gradients in the opposite order": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return W.T @ G, G @ A.T
""",
        "C without its Γ: the embedding's weights are taken for orthonormal": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ B.T - np.eye(len(W))) @ B @ Gamma
    return G @ A.T, W.T @ G
""",
        "the trunk's gradient is that of the product, without the head": """
def gradients(W, A, Gamma):
    B = W @ A
    C = B @ Gamma @ B.T
    G = 4 * (C - np.eye(len(C))) @ B @ Gamma
    return G @ A.T, G
""",
        "Γ is forgotten in the trunk's gradient only": """
def gradients(W, A, Gamma):
    F = A @ Gamma @ A.T
    E = W @ F @ W.T - np.eye(W.shape[0])
    return 4 * E @ W @ F, 4 * W.T @ E @ W @ A
""",
        "both are the way to go, downhill, and not the gradient": """
def gradients(W, A, Gamma):
    Z = W @ A
    G = 4 * (np.eye(len(W)) - Z @ Gamma @ Z.T) @ Z @ Gamma
    return G @ A.T, W.T @ G
""",
        "the diagonal of C alone is drawn to 1": """
def gradients(W, A, Gamma):
    B = W @ A
    C = B @ Gamma @ B.T
    G = 4 * np.diag(np.diag(C) - 1) @ B @ Gamma
    return G @ A.T, W.T @ G
""",
        "the trunk's gradient is taken at a head that one step has moved": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    for_head = G @ A.T
    return for_head, (W - 0.05 * for_head).T @ G
""",
        "the loss's root: ‖C − I‖ itself, not its square": """
def gradients(W, A, Gamma):
    B = W @ A
    E = B @ Gamma @ B.T - np.eye(len(W))
    G = 2 * E @ B @ Gamma / np.linalg.norm(E)
    return G @ A.T, W.T @ G
""",
        "the mean over the d² entries of C − I": """
def gradients(W, A, Gamma):
    B = W @ A
    E = B @ Gamma @ B.T - np.eye(len(W))
    G = 4 * E @ B @ Gamma / E.size
    return G @ A.T, W.T @ G
""",
        "the trunk's error is 1 for each feature, not for each output": """
def gradients(W, A, Gamma):
    F = A @ Gamma @ A.T
    E = W @ F @ W.T - np.eye(len(W))
    M = W.T @ W
    return 4 * E @ W @ F, 4 * (M @ A @ Gamma @ A.T @ M @ A @ Gamma - A @ Gamma)
""",
    },
    "8.2": {
        "head's start taken to be small and left out": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
        "what the head gained the trunk lost": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W0.T @ W0 - W.T @ W
""",
        "the gain of the head is (W − W0)ᵀ (W − W0)": """
def trunk_square(W, W0, A0):
    D = W - W0
    return A0 @ A0.T + D.T @ D
""",
        "the trunk stays at its start": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T
""",
        "W Wᵀ of the head, put in the first d rows and columns": """
def trunk_square(W, W0, A0):
    d = len(W)
    out = A0 @ A0.T
    out[:d, :d] += W @ W.T - W0 @ W0.T
    return out
""",
        "only the sums of the squares are kept, spread over all features": """
def trunk_square(W, W0, A0):
    start = A0 @ A0.T
    gain = np.sum(W**2) - np.sum(W0**2)
    return start * (1 + gain / np.trace(start))
""",
        "only the diagonal follows the head: the squares, without the products": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + np.diag(np.sum(W**2, axis=0) - np.sum(W0**2, axis=0))
""",
        "the inputs' side: A0ᵀ A0": """
def trunk_square(W, W0, A0):
    return A0.T @ A0 + W.T @ W - W0.T @ W0
""",
        "half of what the head gained": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + (W.T @ W - W0.T @ W0) / 2
""",
        "the head's gain to first order in W − W0": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W0.T @ (W - W0) + (W - W0).T @ W0
""",
        "the gains' eigenvalues added to the start's, in order of size": """
def trunk_square(W, W0, A0):
    values, vectors = np.linalg.eigh(A0 @ A0.T)
    gain = np.linalg.eigvalsh(W.T @ W - W0.T @ W0)
    return vectors @ np.diag(values + gain) @ vectors.T
""",
    },
    "8.3": {
        "the sizes themselves: p over s + p": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    p, s = np.sqrt((u + p0**2) / 2), np.sqrt((u - p0**2) / 2)
    return p / (s + p)
""",
        "s² over the sum: the layer that moves is taken for the one that is read": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u - p0**2) / (2 * u)
""",
        "trunk held at p0 in λ and in the rate": """
def head_share(lam, gamma, p0):
    s2 = np.asarray(lam) / (gamma * p0**2)
    return p0**2 / (s2 + p0**2)
""",
        "p0 is not squared in the conserved difference": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**2 + 4 * lam / gamma)
    return (u + p0) / (2 * u)
""",
        "head's rate over the trunk's, not over both": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u + p0**2) / (u - p0**2)
""",
        "the 4 under the root is lost": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + lam / gamma)
    return (u + p0**2) / (2 * u)
""",
        "the rate's factor 1 − λ is left in": """
def head_share(lam, gamma, p0):
    lam = np.asarray(lam)
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (1 - lam) * (u + p0**2) / (2 * u)
""",
        "the share at λ = 1 for all": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 / gamma)
    return np.full(len(lam), (u + p0**2) / (2 * u))
""",
        "γ forgotten: s² p² = λ": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * np.asarray(lam))
    return (u + p0**2) / (2 * u)
""",
        "p² + s² is conserved, s² = p0² − p²": """
def head_share(lam, gamma, p0):
    root = np.sqrt(np.maximum(p0**4 - 4 * np.asarray(lam) / gamma, 0))
    return (p0**2 + root) / (2 * p0**2)
""",
        "the answer sorts its values": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * np.sort(lam) / gamma)
    return (u + p0**2) / (2 * u)
""",
    },
    "8.4": {
        "rate of the start kept to the end": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    return (np.log(lam / (1 - lam)) - np.log(start / (1 - start))) / (8 * gamma * p0**2)
""",
        "b² = c² + 4γ": """
def time_until(lam, gamma, s0, p0):
    c, b = abs(p0**2 - s0**2), np.sqrt((p0**2 - s0**2) ** 2 + 4 * gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / np.abs(b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "c = p0² without the head's start": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "u − c as it stands, a difference that cancels": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    def F(u):
        return np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(s0**2 + p0**2)) / (8 * gamma)
""",
        "time runs from 0 at u = c: F(u0) is not taken off": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b) / (8 * gamma)
""",
        "F with 1/γ² in front and the γ/4 of the fractions forgotten": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (2 * gamma**2)
""",
        "log10 in place of the natural logarithm": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log10(4 * lam / gamma / (u + c) ** 2) / c + np.log10((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "u at the end all the way: the rate of a learned mode": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    u = np.sqrt((p0**2 - s0**2) ** 2 + 4 * lam / gamma)
    return (np.log(lam / (1 - lam)) - np.log(start / (1 - start))) / (8 * gamma * u)
""",
        "u starts at p0², the head's square not added": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def tail(u):
        return np.log((b + u) / (b - u)) / b
    lam = np.asarray(lam)
    u, u0 = np.sqrt(c**2 + 4 * lam / gamma), p0**2
    first = lam / (u + c) ** 2 / (gamma * (s0 * p0) ** 2 / (u0 + c) ** 2)
    return (np.log(first) / c + tail(u) - tail(u0)) / (8 * gamma)
""",
        "c and b exchanged in front of the logarithms": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / b + np.log((b + u) / (b - u)) / c
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "the wait alone: the second logarithm is dropped": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    def F(lam):
        u = np.sqrt(c**2 + 4 * np.asarray(lam) / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "4γ in front, for a loss with half the slope": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (4 * gamma)
""",
        "head and trunk alike, c = 0": """
def time_until(lam, gamma, s0, p0):
    def slowness(x):
        lam = np.exp(x)
        return 1 / (8 * gamma * 2 * np.sqrt(lam / gamma) * (1 - lam))
    start = np.log(gamma * s0**2 * p0**2)
    return np.array([integrate.quad(slowness, start, np.log(each))[0] for each in lam])
""",
    },
    "8.5": {
        "the root of the quadratic with a minus": """
def raise_of(gamma, p0):
    return 0.5 * (1 - np.sqrt(1 + 4 / (gamma * p0**4)))
""",
        "p0² in place of its square": """
def raise_of(gamma, p0):
    return 0.5 * (1 + np.sqrt(1 + 4 / (gamma * p0**2)))
""",
        "p at the end over p at the start, not squared": """
def raise_of(gamma, p0):
    return np.sqrt(0.5 * (1 + np.sqrt(1 + 4 / (gamma * p0**4))))
""",
        "x itself, p² at the end, without the start": """
def raise_of(gamma, p0):
    return 0.5 * (p0**2 + np.sqrt(p0**4 + 4 / gamma))
""",
        "s² at the end over p0²: what was gained": """
def raise_of(gamma, p0):
    return 0.5 * (np.sqrt(1 + 4 / (gamma * p0**4)) - 1)
""",
        "head and trunk end equal, s = p": """
def raise_of(gamma, p0):
    return 1 / (np.sqrt(gamma) * p0**2)
""",
        "the rate of both layers, u, over the start's": """
def raise_of(gamma, p0):
    return np.sqrt(1 + 4 / (gamma * p0**4))
""",
        "the eigenvalue at the end, γ p²": """
def raise_of(gamma, p0):
    return gamma * (p0**2 + np.sqrt(p0**4 + 4 / gamma)) / 2
""",
        "γ forgotten: x (x − p0²) = 1": """
def raise_of(gamma, p0):
    return 0.5 * (1 + np.sqrt(1 + 4 / p0**4)) * np.ones_like(gamma)
""",
        "γ squared under the root": """
def raise_of(gamma, p0):
    return 0.5 * (1 + np.sqrt(1 + 4 / (gamma**2 * p0**4)))
""",
        "the sizes gain alike: p − p0 = s": """
def raise_of(gamma, p0):
    p = (p0 + np.sqrt(p0**2 + 4 / np.sqrt(gamma))) / 2
    return (p / p0) ** 2
""",
        "sorted, the largest raise last": """
def raise_of(gamma, p0):
    return np.sort(0.5 * (1 + np.sqrt(1 + 4 / (gamma * p0**4))))
""",
    },
    "8.6": {
        "B = 2R + 1": """
def saved(raised):
    B = 2 * np.asarray(raised) + 1
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
""",
        "v is the mean of the two squares without its root": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = (1 + B**2) / 2
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
""",
        "v is the mean of 1 and B": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = (1 + B) / 2
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
""",
        "q = 2R − 1, the root forgotten": """
def saved(raised):
    out = []
    for R in raised:
        q = 2 * R - 2
        f = lambda x: (1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x))
        out.append(integrate.quad(f, 0, 0.5)[0])
    return np.array(out)
""",
        "integrated up to λ = 0.99, a mode that is learned": """
def saved(raised):
    out = []
    for R in raised:
        q = (2 * R - 1) ** 2 - 1
        f = lambda x: (1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x))
        out.append(integrate.quad(f, 0, 0.99)[0])
    return np.array(out)
""",
        "the whole rate at the end is taken from the start on: 1 − 1/B of a wait from 1e-4": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    return (1 - 1 / B) * np.log(1e8)
""",
        "log R, the growth of the features": """
def saved(raised):
    return np.log(np.asarray(raised))
""",
        "the last fraction's sign: + 2/B": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) + 2 / B * np.log((B + v) / (B + 1))
""",
        "NaN at R = 1: the logarithms of B − 1 apart": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = np.sqrt((1 + B**2) / 2)
    return (2 * np.log((1 + v) / 2) + (1 - 1 / B) * (np.log(B - 1) - np.log(B - v)) - (1 + 1 / B) * np.log((B + v) / (B + 1)))
""",
        "the factor of the step times is meant: S = 1 − 1/R": """
def saved(raised):
    return 1 - 1 / np.asarray(raised)
""",
        "2 log R, the limit of large raises": """
def saved(raised):
    return 2 * np.log(raised)
""",
        "B = R": """
def saved(raised):
    B = np.asarray(raised)
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
""",
        "q is R² − 1": """
def saved(raised):
    def one(R):
        q = R**2 - 1
        return integrate.quad(lambda x: (1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x)), 0, 0.5)[0]
    return np.array([one(R) for R in raised])
""",
        "dλ/λ alone, the 1 − λ left out of the integral": """
def saved(raised):
    def one(R):
        q = (2 * R - 1) ** 2 - 1
        return integrate.quad(lambda x: (1 - 1 / np.sqrt(1 + q * x)) / x, 0, 0.5)[0]
    return np.array([one(R) for R in raised])
""",
        "rates subtracted in place of times: √(1 + qλ) − 1": """
def saved(raised):
    def one(R):
        q = (2 * R - 1) ** 2 - 1
        return integrate.quad(lambda x: (np.sqrt(1 + q * x) - 1) / (x * (1 - x)), 0, 0.5)[0]
    return np.array([one(R) for R in raised])
""",
        "log 2 lost from the second term": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) - 2 / B * np.log((B + v) / (B + 1))
""",
        "a sum of 1000 points from λ = 1e-3 on": """
def saved(raised):
    x = np.linspace(1e-3, 0.5, 1000)
    q = (2 * np.asarray(raised)[:, None] - 1) ** 2 - 1
    return np.trapezoid((1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x)), x, axis=1)
""",
    },
    "8.7": {
        "L layers below the head: the power L": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q * (1 + q) ** layers - 1, 0, 1 / gamma)
    return (1 + q) ** layers
""",
        "the raise of one layer": """
def deep_raise(layers, gamma):
    return 1 + optimize.brentq(lambda q: gamma * q * (1 + q) ** (layers - 1) - 1, 0, 1 / gamma)
""",
        "the head counted among the features": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q * (1 + q) ** (layers - 1) - 1, 0, 1 / gamma)
    return q * (1 + q) ** (layers - 1)
""",
        "raise of two layers to the power L − 1": """
def deep_raise(layers, gamma):
    return (0.5 * (1 + np.sqrt(1 + 4 / gamma))) ** (layers - 1)
""",
        "each of L layers ends at γ^(−1/L), all alike": """
def deep_raise(layers, gamma):
    return gamma ** (-(layers - 1) / layers)
""",
        "the sizes gain alike, not their squares": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q**2 * (1 + q) ** (2 * layers - 2) - 1, 0, 1 + gamma**-0.5)
    return (1 + q) ** (2 * layers - 2)
""",
        "with γ a square root: λ = √γ times the product": """
def deep_raise(layers, gamma):
    root = gamma**0.5
    q = optimize.brentq(lambda q: root * q * (1 + q) ** (layers - 1) - 1, 0, 1 / root)
    return (1 + q) ** (layers - 1)
""",
        "all layers end alike, and none falls below 1": """
def deep_raise(layers, gamma):
    return gamma ** (-(layers - 1) / layers) if gamma < 1 else 1.0
""",
        "the raise of the product, not of its square": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q * (1 + q) ** (layers - 1) - 1, 0, 1 / gamma)
    return (1 + q) ** ((layers - 1) / 2)
""",
        "bracket 0 to 1, as if γ were 1 or above": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q * (1 + q) ** (layers - 1) - 1, 0, 1)
    return (1 + q) ** (layers - 1)
""",
        "two layers, whatever `layers` is": """
def deep_raise(layers, gamma):
    return (1 + np.sqrt(1 + 4 / gamma)) / 2
""",
        "each layer is given an equal share of the two-layer gain": """
def deep_raise(layers, gamma):
    gain = (np.sqrt(1 + 4 / gamma) - 1) / 2
    return (1 + gain / (layers - 1)) ** (layers - 1)
""",
        "the features at ½, at the step": """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: gamma * q * (1 + q) ** (layers - 1) - 0.5, 0, 1 / gamma)
    return (1 + q) ** (layers - 1)
""",
    },
    "8.8": {
        "first-order perturbation: vᵀ C v with v held, each view sent through by itself": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z1, z2 = model(x1), model(x2)
    mean = (z1.mean(dim=0) + z2.mean(dim=0)) / 2
    z1, z2 = z1 - mean, z2 - mean
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    values, vectors = np.linalg.eigh(C.detach().numpy())
    lam, gamma = [], []
    for j in reversed(range(len(values))):
        v = torch.tensor(vectors[:, j])
        slopes = torch.autograd.grad(v @ C @ v, weights, retain_graph=True)
        lam.append(values[j])
        gamma.append(sum(float((g * g).sum()) for g in slopes) / (4 * values[j]))
    return np.array(lam), np.array(gamma)
""",
        "views centred each by itself, on its own mean": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z1, z2 = model(x1), model(x2)
    z1, z2 = z1 - z1.mean(dim=0), z2 - z2.mean(dim=0)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "one of the two orders of C": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = z1.T @ z2 / len(x1)
    lam = torch.linalg.eigvalsh(C).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "gradient of the loss in place of each eigenvalue's": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    loss = ((lam - 1) ** 2).sum()
    square = sum((g**2).sum() for g in torch.autograd.grad(loss, weights))
    lam = lam.detach()
    return lam, square / (4 * lam)
""",
        "the eigenvalues as eigvalsh gives them, smallest first": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1)))
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "eigenvalues turned over, rates not": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1)))
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam.flip(0), torch.stack(squares) / (4 * lam)
""",
        "backward adds each mode's gradient to those before": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    model.zero_grad()
    squares = []
    for each in lam:
        each.backward(retain_graph=True)
        squares.append(sum((w.grad**2).sum() for w in weights))
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the head's weights alone, the last tensor": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad][-1:]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "frozen weights count as well: requires_grad is switched on for the pass and back": """
def own_rates(model, x1, x2):
    weights = list(model.parameters())
    were = [w.requires_grad for w in weights]
    for w in weights:
        w.requires_grad_(True)
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    for w, was in zip(weights, were):
        w.requires_grad_(was)
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "layer by layer over model.modules(): shared and nested weights twice": """
def own_rates(model, x1, x2):
    weights = [w for part in model.modules() for w in part.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the gradient of log λ, squared, over 4: divided by λ twice": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l.log(), weights, retain_graph=True)) for l in lam]
    return lam.detach(), torch.stack(squares) / 4
""",
        "the square of the sum of the tensors' norms": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum(g.norm() for g in torch.autograd.grad(l, weights, retain_graph=True)) ** 2 for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "not centred": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z1, z2 = model(x1), model(x2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "divided by n, not by 2n": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / len(x1)).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the rate of one singular value: over λ, without the 4": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / lam
""",
        "the whole right side: 2 Σ (1 − λ_k) ∇λ_j · ∇λ_k over 8 λ_j (1 − λ_j)": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    rows = torch.stack([torch.cat([g.flatten() for g in torch.autograd.grad(l, weights, retain_graph=True)]) for l in lam])
    lam = lam.detach()
    flow = 2 * (rows @ rows.T) @ (1 - lam)
    return lam, flow / (8 * lam * (1 - lam))
""",
        "singular values of one order in place of eigenvalues of both": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.svdvals(z1.T @ z2 / len(x1))
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "covariance of all 2n embeddings": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(dim=0)
    lam = torch.linalg.eigvalsh(z.T @ z / len(z)).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the graph is left on: no detach": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the mean of the squares of all entries": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [torch.cat([g.flatten() for g in torch.autograd.grad(l, weights, retain_graph=True)]).square().mean() for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the largest singular value of each gradient, torch.linalg.norm(g, 2)": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum(torch.linalg.norm(g, 2) ** 2 for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "biases left out: only the weights that are matrices": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad and w.ndim > 1]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    squares = [sum((g**2).sum() for g in torch.autograd.grad(l, weights, retain_graph=True)) for l in lam]
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "a step of SGD taken on the way": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    grads = [torch.autograd.grad(l, weights, retain_graph=True) for l in lam]
    squares = [sum((g**2).sum() for g in row) for row in grads]
    with torch.no_grad():
        for w, g in zip(weights, grads[0]):
            w -= 1e-6 * g
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
    },
}

RIGHT = {
    "8.1": {
        "differentiated by PyTorch": """
def gradients(W, A, Gamma):
    W, A = (torch.tensor(M, dtype=torch.float64, requires_grad=True) for M in (W, A))
    B = W @ A
    C = B @ torch.tensor(Gamma, dtype=torch.float64) @ B.T
    loss = ((C - torch.eye(len(W), dtype=torch.float64)) ** 2).sum()
    return tuple(g.numpy() for g in torch.autograd.grad(loss, [W, A]))
""",
        "entry by entry with einsum, in a list": """
def gradients(W, A, Gamma):
    F = np.einsum("ai,ij,bj->ab", A, Gamma, A)
    E = np.einsum("da,ab,eb->de", W, F, W) - np.identity(len(W))
    head = 4 * np.einsum("de,ea,ab->db", E, W, F)
    trunk = 4 * np.einsum("da,de,eb,bi,ij->aj", W, E, W, A, Gamma)
    return [head, trunk]
""",
        "complex steps, one weight at a time": """
def gradients(W, A, Gamma):
    def loss(W, A):
        E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
        return np.sum(E * E)
    out = [np.zeros(W.shape), np.zeros(A.shape)]
    for k, M in enumerate((W, A)):
        for place in np.ndindex(M.shape):
            moved = M.astype(complex)
            moved[place] += 1e-30j
            out[k][place] = loss(*((moved, A) if k == 0 else (W, moved))).imag / 1e-30
    return tuple(out)
""",
    },
    "8.2": {
        "entry by entry in two loops": """
def trunk_square(W, W0, A0):
    h = len(A0)
    out = np.empty((h, h))
    for a in range(h):
        for b in range(h):
            out[a, b] = A0[a] @ A0[b] + W[:, a] @ W[:, b] - W0[:, a] @ W0[:, b]
    return out
""",
        "the difference of two squares as a product, made symmetric": """
def trunk_square(W, W0, A0):
    half = (W - W0).T @ (W + W0)
    return np.dot(A0, A0.T) + (half + half.T) / 2
""",
        "by PyTorch, with an outer product a row": """
def trunk_square(W, W0, A0):
    out = torch.tensor(A0) @ torch.tensor(A0).T
    for new, old in zip(torch.tensor(W), torch.tensor(W0)):
        out = out + torch.outer(new, new) - torch.outer(old, old)
    return out
""",
    },
    "8.3": {
        "p² by brentq from its quadratic, one λ after the other": """
def head_share(lam, gamma, p0):
    out = []
    for each in lam:
        top = p0**2 + each / (gamma * p0**2) + 1
        x = optimize.brentq(lambda x: gamma * x * (x - p0**2) - each, p0**2, top, xtol=1e-15)
        out.append(x / (2 * x - p0**2))
    return out
""",
        "the cosine of half an angle": """
def head_share(lam, gamma, p0):
    angle = np.arctan(2 * np.sqrt(np.asarray(lam) / gamma) / p0**2)
    return np.cos(angle / 2) ** 2
""",
        "a small head followed by solve_ivp in log λ": """
def head_share(lam, gamma, p0):
    def slopes(x, y):
        s2, p2 = np.exp(y)
        return [p2 / (s2 + p2), s2 / (s2 + p2)]
    order = np.argsort(lam)
    first = min(np.min(lam) * 1e-3, 1e-8 * gamma * p0**4)
    start = [np.log(first / (gamma * p0**2)), 2 * np.log(p0)]
    path = integrate.solve_ivp(slopes, [np.log(first), np.log(np.max(lam)) + 1e-12], start, t_eval=np.log(np.asarray(lam)[order]), rtol=1e-11, atol=1e-13)
    s2, p2 = np.exp(path.y)
    out = np.empty(len(lam))
    out[order] = p2 / (s2 + p2)
    return out
""",
    },
    "8.4": {
        "integrated over log λ by quad": """
def time_until(lam, gamma, s0, p0):
    c2, start = (p0**2 - s0**2) ** 2, gamma * s0**2 * p0**2
    def slowness(x):
        each = np.exp(x)
        return 1 / (8 * gamma * np.sqrt(c2 + 4 * each / gamma) * (1 - each))
    return [integrate.quad(slowness, np.log(start), np.log(each), epsabs=1e-12, limit=200)[0] for each in lam]
""",
        "inverse hyperbolic functions in place of logarithms": """
def time_until(lam, gamma, s0, p0):
    big, small = max(s0, p0) ** 2, min(s0, p0) ** 2
    c, b = big - small, np.sqrt((big - small) ** 2 + 4 / gamma)
    u, u0 = np.sqrt(c**2 + 4 * np.asarray(lam) / gamma), big + small
    first = 2 * (np.arcsinh(c / np.sqrt(4 * small * big)) - np.arcsinh(c / np.sqrt(4 * np.asarray(lam) / gamma))) / c
    return (first + 2 * (np.arctanh(u / b) - np.arctanh(u0 / b)) / b) / (8 * gamma)
""",
        "c with its sign, in the stable form": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "an ODE for the time over the logit of λ": """
def time_until(lam, gamma, s0, p0):
    lam = np.asarray(lam, dtype=float)
    start = gamma * (s0 * p0) ** 2
    logit = lambda x: np.log(x / (1 - x))
    order = np.argsort(lam)
    def slope(y, t):
        return 1 / (8 * gamma * np.hypot(p0**2 - s0**2, 2 * np.sqrt(1 / (gamma * (1 + np.exp(-y))))))
    path = integrate.odeint(slope, 0.0, np.r_[logit(start), logit(lam[order])], tfirst=True, rtol=1e-11, atol=1e-11, mxstep=10000)
    out = np.empty(len(lam))
    out[order] = path[1:, 0]
    return out
""",
    },
    "8.5": {
        "np.roots, the larger one, one mode at a time": """
def raise_of(gamma, p0):
    return [max(np.roots([g, -g * p**2, -1.0]).real) / p**2 for g, p in zip(gamma, p0)]
""",
        "fixed point x = p0² + 1/γx, damped, in a list": """
def raise_of(gamma, p0):
    out = []
    for g, p in zip(gamma, p0):
        x = p**2 + g**-0.5
        for _ in range(200):
            x = (x * x + 1 / g) / (2 * x - p**2)
        out.append(float(x / p**2))
    return out
""",
        "by inverse hyperbolic sine": """
def raise_of(gamma, p0):
    y = np.arcsinh(2 / (np.sqrt(gamma) * p0**2))
    return (1 + np.cosh(y)) / 2
""",
    },
    "8.6": {
        "60 nodes of Gauss-Legendre in x": """
def saved(raised):
    B = 2 * np.asarray(raised, dtype=float)[:, None] - 1
    v = np.sqrt((1 + B**2) / 2)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x = 1 + (v - 1) * (nodes + 1) / 2
    return ((v - 1) / 2 * weights * 2 * (B**2 - 1) / np.where(B > 1, (x + 1) * (B - x) * (B + x), 1)).sum(axis=1)
""",
        "the difference of two step times at a tiny head, by quad over the logit": """
def saved(raised):
    out = []
    for R in raised:
        q = (2 * R - 1) ** 2 - 1
        def gain(y):
            return 1 - 1 / np.sqrt(1 + q / (1 + np.exp(-y)))
        out.append(integrate.quad(gain, -60, 0, epsabs=1e-12, limit=400)[0])
    return np.array(out)
""",
        "the clock of 8.4 at a tiny head, against chapter 2's": """
def saved(raised):
    out = []
    for R in raised:
        if R == 1:
            out.append(0.0)
            continue
        q = 4 * R * (R - 1)
        gamma = 4 / q
        s0 = 1e-9 if gamma > 1e-4 else 1e-12
        frozen = -np.log(gamma * s0**2)
        out.append(frozen - 8 * gamma * time_until(np.array([0.5]), gamma, s0, 1.0)[0])
    return np.array(out)
""",
        "quad with the singular end left to its nodes": """
def saved(raised):
    def one(R):
        q = 4 * R * (R - 1)
        root = lambda x: np.sqrt(1 + q * x)
        f = lambda x: q / (root(x) * (1 + root(x)) * (1 - x))
        return integrate.quad(f, 0, 0.5, points=[min(0.4, 1 / (q + 3))], limit=500)[0]
    return [one(float(R)) for R in raised]
""",
    },
    "8.7": {
        "the raise itself is the unknown, bisected": """
def deep_raise(layers, gamma):
    low, high = 1.0, (1 + 1 / gamma) ** (layers - 1)
    for _ in range(200):
        middle = (low + high) / 2
        if gamma * middle * (middle ** (1 / (layers - 1)) - 1) < 1:
            low = middle
        else:
            high = middle
    return middle
""",
        "the real positive root of the polynomial": """
def deep_raise(layers, gamma):
    polynomial = gamma * np.poly1d([1, 0]) * np.poly1d([1, 1]) ** (layers - 1) - 1
    roots = polynomial.roots
    q = min(roots, key=lambda z: abs(z.imag) - (1e6 if z.real > 0 and abs(z.imag) < 1e-9 else 0)).real
    return (1 + q) ** (layers - 1)
""",
        "the flow itself, integrated until λ is 1": """
def deep_raise(layers, gamma):
    def slopes(x, y):
        squares = np.exp(y)
        inverse = 1 / squares
        return inverse / inverse.sum()
    first = 1e-14 * gamma
    start = np.r_[np.log(first / gamma), np.zeros(layers - 1)]
    path = integrate.solve_ivp(slopes, [np.log(first), 0], start, method="Radau", rtol=1e-9, atol=1e-11)
    return np.exp(path.y[1:, -1].sum())
""",
        "Newton's method on the logarithm": """
def deep_raise(layers, gamma):
    x = -np.log(gamma)
    for _ in range(100):
        q = np.exp(x)
        x -= (np.log(gamma) + x + (layers - 1) * np.log1p(q)) / (1 + (layers - 1) * q / (1 + q))
    return float((1 + np.exp(x)) ** (layers - 1))
""",
    },
    "8.8": {
        "by torch.func, the Jacobian of all eigenvalues at once": """
def own_rates(model, x1, x2):
    trained = {k: w.detach() for k, w in model.named_parameters() if w.requires_grad}
    def spectrum(trained):
        z = torch.func.functional_call(model, trained, (torch.cat([x1, x2]),))
        z1, z2 = (z - z.mean(dim=0)).chunk(2)
        return torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    jacobian = torch.func.jacrev(spectrum)(trained)
    lam = spectrum(trained).detach()
    return lam, sum(J.flatten(1).square().sum(dim=1) for J in jacobian.values()).detach() / (4 * lam)
""",
        "backward into .grad of a deep copy": """
def own_rates(model, x1, x2):
    import copy
    twin = copy.deepcopy(model)
    lam, gamma = [], []
    for j in range(1, twin(x1[:1]).shape[1] + 1):
        twin.zero_grad(set_to_none=True)
        z = twin(torch.cat([x1, x2]))
        z1, z2 = (z - z.mean(dim=0)).chunk(2)
        value = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1)))[-j]
        value.backward()
        lam.append(value.detach())
        gamma.append(sum((w.grad**2).sum() for w in twin.parameters() if w.grad is not None) / (4 * value.detach()))
    return torch.stack(lam), torch.stack(gamma)
""",
        "backward into the model's own .grad, cleared each time": """
def own_rates(model, x1, x2):
    lam, gamma = [], []
    z = model(torch.cat((x1, x2)))
    z = z - z.mean(0, keepdim=True)
    n = x1.shape[0]
    C = z[:n].T @ z[n:] / n
    C = 0.5 * (C + C.T)
    for value in reversed(torch.linalg.eigvalsh(C)):
        model.zero_grad()
        value.backward(retain_graph=True)
        norm = sum(torch.sum(w.grad * w.grad).item() for w in model.parameters() if w.requires_grad and w.grad is not None)
        lam.append(value.item())
        gamma.append(norm / 4 / value.item())
    return lam, gamma
""",
        "the change of variables √λ: ‖∇√λ‖²": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    def root(*weights):
        names = [k for k, w in model.named_parameters() if w.requires_grad]
        z = torch.func.functional_call(model, dict(zip(names, weights)), torch.cat([x1, x2]))
        z1, z2 = (z - z.mean(0)).chunk(2)
        return torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / len(z)).flip(0).sqrt()
    J = torch.autograd.functional.jacobian(root, tuple(weights))
    lam = root(*weights).detach() ** 2
    return lam.numpy(), sum((j**2).flatten(1).sum(1) for j in J).detach().numpy()
""",
        "all gradients in one batched pass": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.flip(torch.linalg.eigh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1)))[0], dims=[0])
    J = torch.autograd.grad(lam, weights, torch.eye(len(lam), dtype=lam.dtype), is_grads_batched=True)
    lam = lam.detach()
    return lam, torch.cat([g.flatten(1) for g in J], dim=1).square().sum(1) / (4 * lam)
""",
    },
}
