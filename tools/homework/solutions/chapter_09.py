"""Solutions of chapter 9's variants, as the notebook would have them."""

RANKS = """

    def count(values):
        p = values[values > 0] / values.sum()
        return np.exp(-np.sum(p * np.log(p)))

    return count(np.sqrt(lam)), count(lam), lam.sum() ** 2 / np.sum(lam**2)
"""

SOLUTIONS = {
    "9.6v0": """
def other_p_values(modes, regressors, permutations, a):
    observed = r_squared(modes, regressors)
    null = np.array([r_squared(modes, regressors[rows]) for rows in permutations])
    luck = np.sort(null, axis=1)[:, -a]
    return (1 + np.sum(luck[:, None] >= observed - 1e-9, axis=0)) / (1 + len(permutations))
""",
    "9.6v1": """
def other_p_values(modes, regressors, permutations, second):
    observed = r_squared(modes, regressors)
    null = np.array([
        [r_squared(modes, table[rows]).max() for table in (regressors, second)]
        for rows in permutations
    ])
    luck = null.max(axis=1)
    return (1 + np.sum(luck[:, None] >= observed - 1e-9, axis=0)) / (1 + len(permutations))
""",
    "9.6v2": """
def other_p_values(modes, regressors, permutations, a):
    modes = modes[:, :a]
    observed = r_squared(modes, regressors)
    luck = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    return (1 + np.sum(luck[:, None] >= observed - 1e-9, axis=0)) / (1 + len(permutations))
""",
    "9.8v0": """
def other_ranks(d, k, delta, a):
    lam = np.repeat([1.0, a, delta], [k, 1, d - k - 1])""" + RANKS,
    "9.8v1": """
def other_ranks(d, k, delta, a):
    lam = np.repeat([a, delta], [k, d - k])""" + RANKS,
    "9.8v2": """
def other_ranks(d, k, delta, a):
    lam = np.append(a ** np.arange(k), np.full(d - k, delta))""" + RANKS,
}  # fmt: skip
