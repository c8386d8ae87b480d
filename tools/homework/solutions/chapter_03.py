"""Solutions of chapter 3's variants, as the notebook would have them."""

_TIMES = """
def other_step_times(gamma, alpha):
    d = len(gamma)
    free = d - np.arange(d)
    log = {log}
    return -(np.log(gamma) + log) / (8 * gamma)
"""

SOLUTIONS = {
    "3.3v0": _TIMES.format(log="2 * np.log(alpha) + np.log(special.chdtri(free, 0.5))"),
    "3.3v1": _TIMES.format(
        log="2 * np.log(alpha) + special.digamma(free / 2) - special.digamma(d / 2)"
    ),
    "3.3v2": _TIMES.format(log="4 * np.log(alpha) + 2 * (special.digamma(free / 2) + np.log(2))"),
}
