"""Solutions of chapter 10's variants, as the notebook would have them."""

SOLUTIONS = {
    "10.2v0": """
def other_factor(gamma, lr, beta):
    grown = 1 + 4 * lr * gamma
    b = grown * (1 + beta)
    return (b + np.sqrt(b**2 - 4 * beta * grown)) / 2
""",
    "10.2v1": """
def other_factor(gamma, lr, beta):
    return momentum_factor(gamma, (1 - beta) * lr, beta)
""",
    "10.2v2": """
def other_factor(gamma, lr, beta, a):
    return momentum_factor(gamma - a / 4, lr, beta)
""",
    "10.7v0": """
def other_steps(gamma, s0, lr, a):
    steps = np.full(len(gamma), np.inf)
    up = gamma > 0
    steps[up] = np.maximum(np.sqrt(a / (2 * gamma[up])) - s0[up], 0) / lr
    return steps
""",
    "10.7v1": """
def other_steps(gamma, s0, p0, lr):
    steps = np.full(len(gamma), np.inf)
    up = gamma > 0
    s, p, goal = s0[up], p0[up], (2 * gamma[up]) ** -0.5
    steps[up] = np.maximum(np.sqrt((s - p) ** 2 + 4 * goal) - s - p, 0) / (2 * lr)
    return steps
""",
    "10.7v2": """
def other_steps(gamma, s0, a):
    time = np.full(len(gamma), np.inf)
    up = np.flatnonzero(gamma > 0)
    way = np.maximum((2 * gamma[up]) ** -0.5 - s0[up], 0)
    left = 1 - 2 * way / a
    time[up[left >= 0]] = a * (1 - np.sqrt(left[left >= 0]))
    return time
""",
}
