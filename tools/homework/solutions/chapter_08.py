"""Solutions of chapter 8's variants, as the notebook would have them."""

SOLUTIONS = {
    "8.3v0": """
def other_share(lam, gamma, p0, a):
    u = np.sqrt(p0**4 + 4 * a * lam / gamma)  # p² + a s²
    return (u + p0**2) / (2 * u)
""",
    "8.3v1": """
def other_share(lam, gamma, p0, a):
    c = p0**2 * (1 - a**2)
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (u + c) / (2 * u)
""",
    "8.3v2": """
def other_share(lam, gamma, p0, a):
    u = np.sqrt(p0**4 + 4 * a**2 * lam / gamma)
    return (u + p0**2) / (2 * u)
""",
    "8.5v0": """
def other_raise(gamma, p0, a):
    return (1 + np.sqrt(1 + 4 * a / (gamma * p0**4))) / 2
""",
    "8.5v1": """
def other_raise(gamma, p0, a):
    c = 1 - a**2
    return (c + np.sqrt(c**2 + 4 / (gamma * p0**4))) / 2
""",
    "8.5v2": """
def other_raise(gamma, p0, a):
    return (1 + np.sqrt(1 + 4 * a**2 / (gamma * p0**4))) / 2
""",
}
