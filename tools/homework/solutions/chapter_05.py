"""Solutions of chapter 5's variants, as the notebook would have them."""

_MOVE = """
def other_move(gamma, s0, m, N, a):
    weights = N * (m + len(gamma))
    return {}
"""

SOLUTIONS = {
    "5.2v0": """
def other_means(k11, k12, k22, a):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    product = 2 * r / np.pi + (1 - 2 * theta / np.pi) * k12
    return product + a**2 * k12, 1 - 2 * theta / np.pi + a**2
""",
    "5.2v1": """
def other_means(k11, k12, k22, a):
    apart = np.exp(-(a**2) * (k11 + k22 - 2 * k12) / 2)
    together = np.exp(-(a**2) * (k11 + k22 + 2 * k12) / 2)
    return (apart - together) / 2, a**2 * (apart + together) / 2
""",
    "5.2v2": """
def other_means(k11, k12, k22, a):
    return k11 * k22 + 2 * k12**2 + a**2 * k12, 4 * k12 + a**2
""",
    "5.2v3": """
def other_means(k11, k12, k22, a):
    determinant = (1 + a * k11) * (1 + a * k22) - a**2 * k12**2
    return determinant**-0.5, a**2 * k12 * determinant**-1.5
""",
    "5.9v0": _MOVE.format("np.sqrt(np.sum((np.sqrt(a / gamma) - s0) ** 2) / weights)"),
    "5.9v1": """
def other_move(gamma, s0, m, N, a):
    start = gamma * s0**2
    now = 1 / (1 + (1 / start - 1) * np.exp(-8 * gamma * a))
    return np.sqrt(np.sum((np.sqrt(now / gamma) - s0) ** 2) / (N * (m + len(gamma))))
""",
    "5.9v2": _MOVE.format("np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / weights) / a"),
    "5.9v3": _MOVE.format("np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (a * weights))"),
}
