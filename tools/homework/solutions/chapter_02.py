"""Solutions of chapter 2's variants, as the notebook would have them."""

_GRADIENT = """
def other_gradient(W, Gamma, a):
    C = W @ Gamma @ W.T
    I = np.eye(len(W))
    E = {E}
    return 2 * E @ W @ Gamma
"""

_RATE = """
def other_rate(s, gamma, a):
    return {rate}
"""

SOLUTIONS = {
    "2.2v0": _GRADIENT.format(E="2 * (C - a * I)"),
    "2.2v1": _GRADIENT.format(E="np.where(I == 1, 2 * a * (C - 1), 2 * C)"),
    "2.2v2": _GRADIENT.format(E="np.where(I == 1, 2 * (C - 1), 4 * a * C**3)"),
    "2.2v3": _GRADIENT.format(E="2 * (C - I) - a * I"),
    "2.3v0": _RATE.format(rate="4 * gamma * s * (1 - gamma * s**2) - 2 * a * s"),
    "2.3v1": _RATE.format(
        rate="a * np.sum((1 - gamma * s**2) ** 2) ** (a - 1) * 4 * gamma * s * (1 - gamma * s**2)"
    ),
    "2.3v2": _RATE.format(rate="2 * a / s - 2 * gamma * s"),
}
