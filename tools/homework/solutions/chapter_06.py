"""Solutions of chapter 6's variants, as the notebook would have them."""

_HALF = """
def other_half_times(gamma, rho, s0, tau):
{flow}
    with np.errstate(divide="ignore", invalid="ignore"):
        share = gamma * s0**2 / plateau
        time = {time}
    time = np.where(share < 0.5, time, 0)
    return np.where({comes} & (s0 > 0), time, np.inf)
"""

SOLUTIONS = {
    "6.1v0": """
def other_operator(x1, x2, temperature):
    n = len(x1)
    means = np.outer(x1.mean(axis=0), x2.mean(axis=0))
    same = linear.cross_moment(x1, x2)
    others = (n * (means + means.T) / 2 - same) / (n - 1)
    return 2 / temperature * (same - others)
""",
    "6.1v1": """
def other_operator(x1, x2, temperature):
    n = len(x1)
    mean = x1.mean(axis=0)
    others = (n * np.outer(mean, mean) - x1.T @ x1 / n) / (n - 1)
    return 2 / temperature * (linear.cross_moment(x1, x2) - others)
""",
    "6.1v2": """
def other_operator(x1, x2, temperature):
    means = np.outer(x1.mean(axis=0), x2.mean(axis=0))
    pairs = 2 * linear.cross_moment(x1, x2)
    return (pairs - len(x1) * (means + means.T) / 2) / temperature
""",
    "6.2v0": _HALF.format(
        flow="    plateau = tau * np.abs(rho) ** 1.5",
        time="tau * np.log((1 / share**2 - 1) / 3) / (8 * gamma)",
        comes="(gamma > 0)",
    ),
    "6.2v1": _HALF.format(
        flow="    plateau = rho**2 / (rho**2 + 1 / tau)",
        time="np.log(1 / share - 1) / (8 * gamma)",
        comes="(gamma > 0)",
    ),
    "6.2v2": _HALF.format(
        flow="    reward = 1 - tau * (1 - rho)\n    plateau = rho * reward",
        time="np.log(1 / share - 1) * rho / (4 * gamma * reward)",
        comes="(reward > 0)",
    ),
    "6.5v0": """
def through_other(z, g):
    total = np.sum(np.abs(z), axis=1, keepdims=True)
    along = np.sum(g * z, axis=1, keepdims=True) / total
    return (g - along * np.sign(z)) / total
""",
    "6.5v1": """
def through_other(z, g):
    y = z - z.mean(axis=1, keepdims=True)
    length = np.linalg.norm(y, axis=1, keepdims=True)
    unit = y / length
    back = (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / length
    return back - back.mean(axis=1, keepdims=True)
""",
    "6.5v2": """
def through_other(z, g):
    spread = z.std(axis=0)
    unit = (z - z.mean(axis=0)) / spread
    return (g - g.mean(axis=0) - np.mean(g * unit, axis=0) * unit) / spread
""",
    "6.5v3": """
def through_other(z, g):
    root = np.sqrt(1 + np.sum(z**2, axis=1, keepdims=True))
    unit = z / root
    return (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / root
""",
}
