"""Answers to the exercises of chapter 8: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

RAISE = """
def raise_of(gamma, p0):
    root = np.sqrt(1 + 4 / (gamma * p0**4))
    return {}
"""

SAVED = """
def saved(raised):
    B = {B}
    v = np.sqrt((1 + B**2) / 2)
    return {S}
"""
B = "2 * raised - 1"
CLOSED = "2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))"

BY_QUADRATURE = """
def saved(raised):
    out = []
    for R in raised:
        q = {q}
        f = lambda lam: {f}
        out.append(integrate.quad(f, 0, 0.5, epsabs=1e-12, epsrel=1e-10, limit=500)[0])
    return np.array(out)
"""
Q_OF_R = "(2 * R - 1) ** 2 - 1"
CLOCKS = "(1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam))"

DEEP = """
def deep_raise(layers, gamma):
    q = optimize.brentq(lambda q: {equation}, 0, {high})
    return {result}
"""
LEARNED = "gamma * q * (1 + q) ** (layers - 1) - 1"
PRODUCT = "(1 + q) ** (layers - 1)"

OWN = """
def own_rates(model, x1, x2):
    {embed}
    C = {C}
    lam, vectors = torch.linalg.eigh(C)
    {order}
    weights = {weights}
    gamma = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        {length}
        gamma.append({rate})
    return lam.detach().numpy(), np.array([float(g) for g in gamma])
"""
RIGHT_PARTS = {
    "embed": "z1, z2 = (z := model(torch.cat([x1, x2]))).sub(z.mean(0)).chunk(2)",
    "C": "(z1.T @ z2 + z2.T @ z1) / (2 * len(x1))",
    "order": "lam = lam.flip(0)",
    "weights": "[w for w in model.parameters() if w.requires_grad]",
    "length": "square = sum((s**2).sum() for s in slopes)",
    "rate": "square / (4 * value.detach())",
}


def own(**changed):
    return OWN.format(**(RIGHT_PARTS | changed))


BACKWARD = """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    {first}
    gamma = []
    for value in lam:
        {clear}
        value.backward({retain})
        square = sum((w.grad**2).sum() for w in model.parameters() if w.grad is not None)
        gamma.append(float(square / (4 * value.detach())))
    return lam.detach().numpy(), np.array(gamma)
"""

WRONG = {
    "8.1": {
        "factor 2 in both": """
def gradients(W, A, Gamma):
    C = W @ A @ Gamma @ A.T @ W.T
    E = C - np.eye(len(W))
    return 2 * E @ W @ A @ Gamma @ A.T, 2 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk's last Gamma forgotten": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A
""",
        "the features' moment without Gamma": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * E @ W @ A @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk is held": """
def gradients(W, A, Gamma):
    M = A @ Gamma @ A.T
    return 4 * (W @ M @ W.T - np.eye(len(W))) @ W @ M, np.zeros_like(A)
""",
        "the trunk first": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return 4 * W.T @ E @ W @ A @ Gamma, 4 * E @ W @ A @ Gamma @ A.T
""",
        "back through the pseudo-inverse": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return G @ A.T, np.linalg.pinv(W) @ G
""",
        "1 taken from every entry": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - 1
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "steps for gradients": """
def gradients(W, A, Gamma):
    E = np.eye(len(W)) - W @ A @ Gamma @ A.T @ W.T
    return 4 * E @ W @ A @ Gamma @ A.T, 4 * W.T @ E @ W @ A @ Gamma
""",
        "the trunk's gradient at a head that has moved": """
def gradients(W, A, Gamma):
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    to_head = 4 * E @ W @ A @ Gamma @ A.T
    W = W - 0.1 * to_head
    E = W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))
    return to_head, 4 * W.T @ E @ W @ A @ Gamma
""",
        "gradient of the product alone": """
def gradients(W, A, Gamma):
    B = W @ A
    G = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return G, G
""",
    },
    "8.2": {
        "the head's start forgotten": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
        "the sum conserved": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W0.T @ W0 - W.T @ W
""",
        "the square of the difference": """
def trunk_square(W, W0, A0):
    D = W - W0
    return A0 @ A0.T + D.T @ D
""",
        "the trunk is held": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T
""",
        "balanced layers": """
def trunk_square(W, W0, A0):
    return W.T @ W
""",
        "the trunk's start forgotten": """
def trunk_square(W, W0, A0):
    return W.T @ W - W0.T @ W0
""",
        "only the norms": """
def trunk_square(W, W0, A0):
    M = A0 @ A0.T
    gain = np.sum(W**2) - np.sum(W0**2)
    return M * (1 + gain / np.trace(M))
""",
        "twice the gain": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + 2 * (W.T @ W - W0.T @ W0)
""",
        "in the space of the inputs": """
def trunk_square(W, W0, A0):
    P = W @ A0
    P0 = W0 @ A0
    return A0.T @ A0 + P.T @ P - P0.T @ P0
""",
        "shared out over the diagonal": """
def trunk_square(W, W0, A0):
    gain = np.sum(W**2) - np.sum(W0**2)
    return A0 @ A0.T + gain / A0.shape[0] * np.eye(A0.shape[0])
""",
    },
    "8.3": {
        "0/0 at the end": """
def head_share(lam, gamma, p0):
    p2 = (np.sqrt(p0**4 + 4 * lam / gamma) + p0**2) / 2
    head, trunk = 8 * gamma * p2 * (1 - lam), 8 * lam / p2 * (1 - lam)
    return head / (head + trunk)
""",
        "nothing at the end": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return np.where(lam < 1, (1 + p0**2 / u) / 2, 0.0)
""",
        "the share to first order": """
def head_share(lam, gamma, p0):
    return 1 - lam / (gamma * p0**4)
""",
        "p² with the trunk's square as it was": """
def head_share(lam, gamma, p0):
    p2 = p0**2 + lam / (gamma * p0**2)
    s2 = lam / (gamma * p2)
    return p2 / (s2 + p2)
""",
        "s² with the trunk's square as it was": """
def head_share(lam, gamma, p0):
    s2 = lam / (gamma * p0**2)
    p2 = p0**2 + s2
    return p2 / (s2 + p2)
""",
        "the trunk's share": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u - p0**2) / (2 * u)
""",
        "the trunk is held": """
def head_share(lam, gamma, p0):
    s2 = lam / (gamma * p0**2)
    return p0**2 / (p0**2 + s2)
""",
        "the trunk's square at the start over the sum now": """
def head_share(lam, gamma, p0):
    return p0**2 / np.sqrt(p0**4 + 4 * lam / gamma)
""",
        "the conserved difference squared once too little": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**2 + 4 * lam / gamma)
    return (u + p0**2) / (2 * u)
""",
        "the 4 lost": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + lam / gamma)
    return (u + p0**2) / (2 * u)
""",
        "no squares in the share": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    p, s = np.sqrt((u + p0**2) / 2), np.sqrt((u - p0**2) / 2)
    return p / (p + s)
""",
        "the head's part over the trunk's": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u + p0**2) / (u - p0**2)
""",
        "lambda for s²p²": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam)
    return (u + p0**2) / (2 * u)
""",
        "the end at all times": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 / gamma)
    return np.full(len(lam), (u + p0**2) / (2 * u))
""",
        "the share of the growth so far": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    start = 1e-6 * p0
    head = np.log((u - p0**2) / 2 / start**2)
    trunk = np.log((u + p0**2) / 2 / p0**2)
    return head / (head + trunk)
""",
    },
    "8.4": {
        "layers that are nearly alike taken for alike": """
def time_until(lam, gamma, s0, p0):
    c, start = abs(p0**2 - s0**2), gamma * s0**2 * p0**2
    if c < 3e-3:
        F = lambda x: -np.sqrt(gamma / x) + np.sqrt(gamma) * np.arctanh(np.sqrt(x))
        return (F(lam) - F(start)) / (8 * gamma)
    b = np.sqrt(c**2 + 4 / gamma)
    u, u0 = np.sqrt(c**2 + 4 * lam / gamma), s0**2 + p0**2
    growth = np.log(lam / start) - 2 * np.log((u + c) / (u0 + c))
    slowing = 2 * np.log((b + u) / (b + u0)) - np.log((1 - lam) / (1 - start))
    return (growth / c + slowing / b) / (8 * gamma)
""",
        "λ no nearer to 1 than 1e-4": """
def time_until(lam, gamma, s0, p0):
    lam = np.minimum(lam, 1 - 1e-4)
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "solve_ivp with its own tolerance": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import solve_ivp
    start = np.log(gamma * s0**2 * p0**2)
    c = p0**2 - s0**2
    f = lambda x, t: 1 / (8 * gamma * np.sqrt(c**2 + 4 * np.exp(x) / gamma) * (1 - np.exp(x)))
    return np.array([solve_ivp(f, (start, np.log(x)), [0.0]).y[0, -1] for x in lam])
""",
        "the trunk is held": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * p0**2)
""",
        "the rate of the start": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * (s0**2 + p0**2))
""",
        "the rate of the end": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    u = np.sqrt((p0**2 - s0**2)**2 + 4 * lam / gamma)
    return np.log((1 / start - 1) / (1 / lam - 1)) / (8 * gamma * u)
""",
        "4 gamma for 8 gamma": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u, l: np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 * gamma / 4 / (1 - l)) / b
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u, lam) - F(s0**2 + p0**2, gamma * s0**2 * p0**2)) / (4 * gamma)
""",
        "no start subtracted": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b) / (8 * gamma)
""",
        "the head's start left out of u and c": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)
    def F(l):
        u = np.sqrt(c**2 + 4 * l / gamma)
        return np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 / (4 / gamma * (1 - l))) / b
    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "a difference that loses its digits": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "no fractions in front of the logarithms": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) + np.log((b + u) / (b - u))
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "the growth alone": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    F = lambda u: np.log((u - c) / (u + c)) / c
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
        "the sum conserved": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 + s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda l, u: np.log(4 * l / gamma / (u + c)**2) / c + np.log((b + u)**2 / (4 / gamma * (1 - l))) / b
    l0 = gamma * s0**2 * p0**2
    return (F(lam, np.sqrt(c**2 + 4 * lam / gamma)) - F(l0, np.sqrt(c**2 + 4 * l0 / gamma))) / (8 * gamma)
""",
        "a head that starts at nothing": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(c)) / (8 * gamma)
""",
        "the head left out of u0 alone": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: np.log((u - c) / (u + c)) / c + np.log((b + u) / (b - u)) / b
    return (F(np.sqrt(c**2 + 4 * lam / gamma)) - F(p0**2)) / (8 * gamma)
""",
        "both logarithms over c": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    F = lambda u: (np.log((u - c) / (u + c)) + np.log((b + u) / (b - u))) / c
    u0, u = s0**2 + p0**2, np.sqrt(c**2 + 4 * lam / gamma)
    return (F(u) - F(u0)) / (8 * gamma)
""",
    },
    "8.5": {
        "u over its start": RAISE.format("root"),
        "the head's part": RAISE.format("(root - 1) / 2"),
        "half forgotten": RAISE.format("1 + root"),
        "the raise of p": RAISE.format("np.sqrt((1 + root) / 2)"),
        "the eigenvalue at the end": RAISE.format("gamma * p0**2 * (1 + root) / 2"),
        "the head of a frozen trunk": RAISE.format("1 + 1 / (gamma * p0**4)"),
        "head and trunk end alike": RAISE.format("1 / (np.sqrt(gamma) * p0**2)"),
        "p0 squared only": RAISE.format("(1 + np.sqrt(1 + 4 / (gamma * p0**2))) / 2"),
        "trunk of size one": RAISE.format("(1 + np.sqrt(1 + 4 / gamma)) / 2"),
        "four forgotten": RAISE.format("(1 + np.sqrt(1 + 1 / (gamma * p0**4))) / 2"),
        "no root": RAISE.format("(1 + root**2) / 2"),
        "p squared at the end": RAISE.format("p0**2 * (1 + root) / 2"),
        "learned at one half": RAISE.format("(1 + np.sqrt(1 + 2 / (gamma * p0**4))) / 2"),
        "sorted": RAISE.format("np.sort((1 + root) / 2)"),
        "the other root": RAISE.format("(1 - root) / 2"),
        "bracket around the fraction": RAISE.format("(1 + np.sqrt((1 + 4) / (gamma * p0**4))) / 2"),
        "largest mode": RAISE.format("np.full(len(gamma), ((1 + root) / 2).max())"),
        "a flow that is stopped early": """
def raise_of(gamma, p0):
    out = []
    for g, p in zip(gamma, p0):
        t = 1.05 * deep_linear.step_times([g], [1e-6], [p])[0]
        f = lambda _, y: 4 * g * y[0] * y[1] * (1 - g * (y[0] * y[1]) ** 2) * y[::-1]
        y = integrate.solve_ivp(f, (0, t), [1e-6, p], rtol=1e-8, atol=1e-12).y[:, -1]
        out.append((y[1] / p) ** 2)
    return np.array(out)
""",
    },
    "8.6": {
        "R for q": """
def saved(raised):
    q = raised
    B = np.sqrt(1 + q); v = np.sqrt(1 + q / 2)
    return 2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
""",
        "large raise": SAVED.format(B=B, S="2 * np.log(raised)"),
        "logarithm": SAVED.format(B=B, S="np.log(raised)"),
        "rates subtracted": BY_QUADRATURE.format(
            q=Q_OF_R, f="(np.sqrt(1 + q * lam) - 1) / (lam * (1 - lam))"
        ),
        "no saturation": BY_QUADRATURE.format(q=Q_OF_R, f="(1 - 1 / np.sqrt(1 + q * lam)) / lam"),
        "evenly over lambda": BY_QUADRATURE.format(q=Q_OF_R, f="1 - 1 / np.sqrt(1 + q * lam)"),
        "no root": BY_QUADRATURE.format(q=Q_OF_R, f="(1 - 1 / (1 + q * lam)) / (lam * (1 - lam))"),
        "R for 2R - 1": SAVED.format(B="raised", S=CLOSED),
        "q without the four": BY_QUADRATURE.format(q="R * (R - 1)", f=CLOCKS),
        "one not taken off": BY_QUADRATURE.format(q="(2 * R - 1) ** 2", f=CLOCKS),
        "not squared": BY_QUADRATURE.format(q="2 * R - 2", f=CLOCKS),
        "later by as much": SAVED.format(B=B, S=f"-({CLOSED})"),
        "in units of 1/φ": SAVED.format(B=B, S=f"({CLOSED}) / 8"),
        "not a number at R = 1": SAVED.format(
            B=B,
            S="2 * np.log((v + 1) / 2) + (1 - 1 / B) * np.log((B - 1) / (B - v))"
            " - (1 + 1 / B) * np.log((B + v) / (B + 1))",
        ),
        "third fraction forgotten": SAVED.format(
            B=B, S=f"{CLOSED} + (1 + 1 / B) * np.log((B + v) / (B + 1))"
        ),
        "from a hundredth of a half": BY_QUADRATURE.format(q=Q_OF_R, f=CLOCKS).replace(
            "f, 0, 0.5", "f, 0.005, 0.5"
        ),
        "to the end of learning": BY_QUADRATURE.format(q=Q_OF_R, f=CLOCKS).replace(
            "f, 0, 0.5", "f, 0, 0.99"
        ),
        "v without a half": SAVED.format(B=B, S=CLOSED).replace("(1 + B**2) / 2", "1 + B**2"),
        "features that are there from the start": SAVED.format(
            B=B, S="(1 - 1 / raised) * np.log(1e8)"
        ),
    },
    "8.7": {
        "the head's square": DEEP.format(equation=LEARNED, high="1 / gamma", result="q"),
        "one layer": DEEP.format(equation=LEARNED, high="1 / gamma", result="1 + q"),
        "head counted with the features": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="(1 + q) ** layers"
        ),
        "one layer too many": DEEP.format(
            equation="gamma * q * (1 + q) ** layers - 1", high="1 / gamma", result="(1 + q)**layers"
        ),
        "too many in the equation": DEEP.format(
            equation="gamma * q * (1 + q) ** layers - 1", high="1 / gamma", result=PRODUCT
        ),
        "singular values": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="(1 + q) ** ((layers - 1) / 2)"
        ),
        "eigenvalue at the end": DEEP.format(
            equation=LEARNED, high="1 / gamma", result=f"gamma * {PRODUCT}"
        ),
        "layers added": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="1 + (layers - 1) * q"
        ),
        "two layers": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="(1 + np.sqrt(1 + 4 / gamma)) / 2"
        ),
        "two layers, to a power": DEEP.format(
            equation=LEARNED,
            high="1 / gamma",
            result="((1 + np.sqrt(1 + 4 / gamma)) / 2) ** (layers - 1)",
        ),
        "head of a frozen trunk": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="(1 + 1 / gamma) ** (layers - 1)"
        ),
        "all layers alike": DEEP.format(
            equation=LEARNED, high="1 / gamma", result="gamma ** (-(layers - 1) / layers)"
        ),
        "learned at one half": DEEP.format(
            equation="gamma * q * (1 + q) ** (layers - 1) - 0.5", high="1 / gamma", result=PRODUCT
        ),
    },
    "8.8": {
        "not divided by 4": own(rate="square / value.detach()"),
        "rate of the logarithm": own(rate="square / value.detach() ** 2"),
        "length not squared": own(rate="square.sqrt() / (4 * value.detach())"),
        "smallest first": own(order=""),
        "not centred": own(embed="z1, z2 = model(x1), model(x2)"),
        "two means": own(
            embed="z1, z2 = (z - z.mean(0) for z in model(torch.cat([x1, x2])).chunk(2))"
        ),
        "C not halved": own(C="(z1.T @ z2 + z2.T @ z1) / len(x1)"),
        "one order, eigenvalues of any matrix": own(C="z1.T @ z2 / len(x1)").replace(
            "lam, vectors = torch.linalg.eigh(C)",
            "lam = torch.linalg.eigvals(C).real.sort().values",
        ),
        "covariance": own(C="torch.cov(torch.cat([z1, z2]).T)"),
        "gradients not cleared": BACKWARD.format(first="", clear="", retain="retain_graph=True"),
        "graph freed": BACKWARD.format(
            first="", clear="for w in model.parameters(): w.grad = None", retain=""
        ),
        "frozen weights too": own(
            weights="[w.requires_grad_(True) for w in model.parameters()]",
            embed="[w.requires_grad_(True) for w in model.parameters()]; " + RIGHT_PARTS["embed"],
        ),
        "matrices only": own(
            weights="[w for w in model.parameters() if w.requires_grad and w.ndim > 1]"
        ),
        "last layer only": own(
            weights="[w for w in model.parameters() if w.requires_grad][-1:]",
            length="square = sum((s**2).sum() for s in slopes)",
        ),
        "first layer only": own(weights="[w for w in model.parameters() if w.requires_grad][:1]"),
        "mean over the weights": own(
            length="square = torch.cat([s.ravel() for s in slopes]).square().mean()"
        ),
        "entries added first": own(length="square = sum(s.sum() for s in slopes) ** 2"),
        "absolute values": own(length="square = sum(s.abs().sum() for s in slopes)"),
        "gamma in another order": own().replace("for g in gamma]", "for g in gamma[::-1]]"),
        "another mode's eigenvalue": own(
            order="small, lam = lam.detach(), lam.flip(0)",
            rate="square / (4 * small[len(gamma)])",
        ),
        "every module's weights": own(
            weights="[w for part in model.modules() for w in part.parameters() if w.requires_grad]"
        ),
        "weights of the layers, shared ones twice": own(
            weights="[w for part in model for w in part.parameters() if w.requires_grad]"
        ),
        "a step on the way": own(
            order="lam = lam.flip(0); [w.data.mul_(1.001) for w in model.parameters()]"
        ),
        "one backward pass for all": own(
            order="lam = lam.flip(0)",
            length="slopes = torch.autograd.grad(lam.sum(), weights, retain_graph=True); "
            "square = sum((s**2).sum() for s in slopes)",
        ),
        "gradient of the loss": own(
            length="slopes = torch.autograd.grad(((lam - 1) ** 2).sum(), weights, "
            "retain_graph=True); square = sum((s**2).sum() for s in slopes)",
        ),
        "only lam": own().replace("lam.detach().numpy(), np", "np"),
        "graph left": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    grads = [torch.autograd.grad(v, weights, retain_graph=True) for v in lam]
    return lam, torch.stack([sum((g**2).sum() for g in row) for row in grads]) / (4 * lam)
""",
        "one view after the other": """
def own_rates(model, x1, x2):
    z = torch.cat([model(x1), model(x2)])
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    grads = [torch.autograd.grad(v, weights, retain_graph=True) for v in lam]
    lam = lam.detach()
    return lam, torch.stack([sum((g**2).sum() for g in row) for row in grads]) / (4 * lam)
""",
    },
}

RIGHT = {
    "8.1": {
        "chapter 2's gradient of the features, and a transposed trace": """
def gradients(W, A, Gamma):
    M = A @ Gamma @ A.T
    E = W @ M @ W.T - np.eye(len(W))
    to_trunk = (4 * Gamma @ A.T @ W.T @ E @ W).T
    return 4 * E @ W @ M, to_trunk
""",
        "by torch, as a list of tensors": """
def gradients(W, A, Gamma):
    import torch
    w, a = torch.tensor(W, requires_grad=True), torch.tensor(A, requires_grad=True)
    C = w @ a @ torch.tensor(Gamma) @ a.T @ w.T
    return list(torch.autograd.grad(((C - torch.eye(len(W), dtype=C.dtype)) ** 2).sum(), (w, a)))
""",
        "index by index, in single precision": """
def gradients(W, A, Gamma):
    W, A, G = (x.astype(np.float32) for x in (W, A, Gamma))
    sums = lambda indices, *of: np.einsum(indices, *of, optimize=True)
    E = sums("ah,hi,ij,kj,bk->ab", W, A, G, A, W) - np.eye(len(W), dtype=np.float32)
    return (sums("ab,bh,hi,ij,kj->ak", 4 * E, W, A, G, A),
            sums("ak,ab,bh,hi,ij->kj", W, 4 * E, W, A, G))
""",
    },
    "8.2": {
        "the conserved matrix first": """
def trunk_square(W, W0, A0):
    conserved = np.einsum("ai,aj->ij", W0, W0) - np.inner(A0, A0)
    return np.einsum("ai,aj->ij", W, W) - conserved
""",
        "one stacked product, in single precision": """
def trunk_square(W, W0, A0):
    left = np.hstack([A0, W.T, -W0.T]).astype(np.float32)
    right = np.vstack([A0.T, W, W0]).astype(np.float32)
    return left @ right
""",
        "entry by entry, as lists": """
def trunk_square(W, W0, A0):
    h = len(A0)
    return [[sum(A0[i] * A0[j]) + sum(W[:, i] * W[:, j]) - sum(W0[:, i] * W0[:, j]) for j in range(h)] for i in range(h)]
""",
    },
    "8.3": {
        "the quadratic equation for s²": """
def head_share(lam, gamma, p0):
    s2 = (-p0**2 + np.sqrt(p0**4 + 4 * lam / gamma)) / 2
    return (p0**2 + s2) / (p0**2 + 2 * s2)
""",
        "by a root finder, as a list": """
def head_share(lam, gamma, p0):
    from scipy.optimize import brentq
    out = []
    for x in lam:
        s2 = brentq(lambda q: gamma * q * (p0**2 + q) - x, 0, 1 / (gamma * p0**2) + 1, xtol=1e-14)
        out.append((p0**2 + s2) / (p0**2 + 2 * s2))
    return out
""",
        "hyperbolic functions, in single precision": """
def head_share(lam, gamma, p0):
    x = np.arcsinh(2 * np.sqrt(lam / gamma) / p0**2)
    return (np.cosh(x / 2) ** 2 / np.cosh(x)).astype(np.float32)
""",
    },
    "8.4": {
        "quadrature in the logarithm of s²": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import quad
    def speed(x):
        s2 = np.exp(x)
        p2 = p0**2 - s0**2 + s2
        return 1 / (8 * gamma * p2 * (1 - gamma * s2 * p2))
    c = p0**2 - s0**2
    ends = np.log(2 * lam / gamma / (np.sqrt(c**2 + 4 * lam / gamma) + c))
    return np.array([quad(speed, 2 * np.log(s0), x, epsabs=0, epsrel=1e-10, limit=500)[0] for x in ends])
""",
        "inverse hyperbolic tangents, in s² and p² themselves": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    b = np.sqrt(c**2 + 4 / gamma)
    u, u0 = np.sqrt(c**2 + 4 * lam / gamma), p0**2 + s0**2
    s2 = 2 * lam / gamma / (u + abs(c))
    s02 = min(s0, p0)**2
    grow = (np.log(s2 / s02) - np.log((s2 + abs(c)) / (s02 + abs(c)))) / abs(c)
    return (grow + 2 * (np.arctanh(u / b) - np.arctanh(u0 / b)) / b) / (8 * gamma)
""",
        "the two equations integrated over log λ": """
def time_until(lam, gamma, s0, p0):
    from scipy.integrate import solve_ivp
    def slow(x, y):
        s2, p2 = np.exp(2 * y[0]), np.exp(2 * y[1])
        u = s2 + p2
        return [p2 / u / 2, s2 / u / 2, 1 / (8 * gamma * u * (1 - gamma * s2 * p2))]
    x0 = np.log(gamma * s0**2 * p0**2)
    x = np.log(np.sort(lam))
    run = solve_ivp(slow, (x0, x[-1]), [np.log(s0), np.log(p0), 0], t_eval=x, method="DOP853", rtol=1e-10, atol=1e-12)
    t = np.empty(len(lam))
    t[np.argsort(lam)] = run.y[2]
    return t
""",
    },
    "8.5": {
        "a root found numerically": """
def raise_of(gamma, p0):
    out = []
    for g, p in zip(gamma, p0):
        x = optimize.brentq(lambda x: g * x * (x - p**2) - 1, p**2, p**2 + 1 / (g * p**2))
        out.append(x / p**2)
    return out
""",
        "the quadratic by np.roots": """
def raise_of(gamma, p0):
    return np.array([np.roots([g, -g * p**2, -1]).max() / p**2 for g, p in zip(gamma, p0)])
""",
        "through u and b, single precision": """
def raise_of(gamma, p0):
    c = p0**2
    b = np.hypot(c, 2 / np.sqrt(gamma))
    return ((c + b) / (2 * c)).astype(np.float32)
""",
        "the flow, long enough": """
def raise_of(gamma, p0):
    out = []
    for g, p in zip(gamma, p0):
        f = lambda _, y: 4 * g * y[0] * y[1] * (1 - g * (y[0] * y[1]) ** 2) * y[::-1]
        t = 30 / (8 * g * p**2)
        s = 1e-4 * p
        t = 2 * deep_linear.step_times([g], [s], [p])[0] + t
        y = integrate.solve_ivp(f, (0, t), [s, p], method="LSODA", rtol=1e-10, atol=1e-13).y[:, -1]
        out.append(((y[1] ** 2 - y[0] ** 2 + s**2) + y[0] ** 2) / p**2)
    return np.array(out)
""",
        "the package's": """
def raise_of(gamma, p0):
    return deep_linear.feature_raise(gamma, p0)
""",
    },
    "8.6": {
        "quadrature": BY_QUADRATURE.format(q=Q_OF_R, f=CLOCKS),
        "trapezoids over the logarithm": """
def saved(raised):
    q = (2 * np.asarray(raised)[:, None] - 1) ** 2 - 1
    u = np.linspace(-45, np.log(0.5), 200_001)
    lam = np.exp(u)
    return integrate.trapezoid((1 - 1 / np.sqrt(1 + q * lam)) / (1 - lam), u, axis=1)
""",
        "closed form, with a case for 1": """
def saved(raised):
    out = []
    for R in raised:
        if R == 1:
            out.append(0.0)
            continue
        B = 2 * R - 1
        v = np.sqrt((1 + B * B) / 2)
        out.append(2 * np.log((v + 1) / 2) + (1 - 1 / B) * np.log((B - 1) / (B - v))
                   - (1 + 1 / B) * np.log((B + v) / (B + 1)))
    return out
""",
        "a difference of two step times": """
def saved(raised):
    out = []
    for R in raised:
        if R < 1 + 1e-9:
            out.append(0.0)
            continue
        g = 1 / (R * (R - 1))
        s = [1e-9]
        out.append(8 * g * (linear.step_times([g], s) - deep_linear.step_times([g], s, [1.0]))[0])
    return np.array(out)
""",
        "the package's": """
def saved(raised):
    return deep_linear.time_saved(raised)
""",
    },
    "8.7": {
        "Newton's method": """
def deep_raise(layers, gamma):
    q = 1 / gamma
    for _ in range(200):
        f = np.log(gamma * q) + (layers - 1) * np.log1p(q)
        q = q * np.exp(-f / (1 + (layers - 1) * q / (1 + q)))
    return 1 / (gamma * q)
""",
        "a polynomial's root": """
def deep_raise(layers, gamma):
    p = np.poly1d([1.0])
    for _ in range(layers - 1):
        p = p * np.poly1d([1.0, 1.0])
    p = gamma * p * np.poly1d([1.0, 0.0]) - 1
    q = max(r.real for r in p.roots if abs(r.imag) < 1e-9)
    return np.float64((1 + q) ** (layers - 1))
""",
        "bisection": """
def deep_raise(layers, gamma):
    low, high = 0.0, 1 / gamma
    for _ in range(200):
        q = (low + high) / 2
        if gamma * q * (1 + q) ** (layers - 1) < 1:
            low = q
        else:
            high = q
    return torch.tensor((1 + q) ** (layers - 1), dtype=torch.float64)
""",
        "all layers integrated": """
def deep_raise(layers, gamma):
    def flow(_, log_a):
        lam = gamma * np.exp(2 * log_a.sum())
        return 4 * lam * (1 - lam) * np.exp(-2 * log_a)
    start = np.zeros(layers)
    start[0] = np.log(1e-5)
    end = 60 / (8 * gamma)
    run = integrate.solve_ivp(flow, (0, end), start, method="LSODA", rtol=1e-9, atol=1e-11)
    return np.exp(2 * run.y[1:, -1].sum())
""",
    },
    "8.8": {
        "eigenvectors held fixed": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam, U = torch.linalg.eigh(C.detach())
    weights = [w for w in model.parameters() if w.requires_grad]
    gamma = []
    for k in range(len(lam) - 1, -1, -1):
        u = U[:, k]
        g = torch.autograd.grad(u @ C @ u, weights, retain_graph=True)
        gamma.append(sum((x * x).sum().item() for x in g) / (4 * lam[k].item()))
    return [float(x) for x in lam.flip(0)], gamma
""",
        "backward, cleared, tensors": BACKWARD.format(
            first="model.zero_grad()",
            clear="for w in model.parameters(): w.grad = None",
            retain="retain_graph=True",
        ).replace("lam.detach().numpy(), np.array(gamma)", "lam.detach(), torch.tensor(gamma)"),
        "one Jacobian": """
def own_rates(model, x1, x2):
    trained = {name: w.detach() for name, w in model.named_parameters() if w.requires_grad}
    def spectrum(weights):
        z = torch.func.functional_call(model, weights, (torch.cat([x1, x2]),))
        z = z - z.mean(0)
        n = len(x1)
        C = z[:n].T @ z[n:] / n
        return torch.linalg.eigvalsh((C + C.T) / 2).flip(0)
    lam = spectrum(trained)
    J = torch.func.jacrev(spectrum)(trained)
    square = sum((j.flatten(1) ** 2).sum(1) for j in J.values())
    return lam.detach().numpy(), (square / 4 / lam).detach().numpy()
""",
        "half of the squared slope of the root": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    n = len(x1)
    z = z - z.mean(0, keepdim=True)
    swapped = torch.cat([z[n:], z[:n]])
    root = torch.linalg.eigvalsh(z.T @ swapped / (2 * n)).sqrt()
    weights = [w for w in model.parameters() if w.requires_grad]
    gamma = []
    for s in root:
        gamma.append(sum(g.square().sum() for g in torch.autograd.grad(s, weights, retain_graph=True)))
    return (root**2).detach().flip(0), torch.stack(gamma).flip(0)
""",
    },
}

EQUIVALENT = {
    # The upper end of the search: the root lies below both.
    "8.7": {"1.0  →  2.0"},
}
