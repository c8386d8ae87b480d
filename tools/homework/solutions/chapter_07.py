"""Solutions of chapter 7's variants, as the notebook would have them."""

SOLUTIONS = {
    "7.5v0": """
def other_paired(a, b, level):
    n, p = len(a), len(b)
    va, vb = np.var(a, ddof=1) / n, np.var(b, ddof=1) / p
    freedom = (va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (p - 1))
    mean, error = np.mean(b) - np.mean(a), np.sqrt(va + vb)
    return mean, error, bool(abs(mean) > stats.t.isf(level / 2, freedom) * error)
""",
    "7.5v1": """
def other_paired(a, b, level):
    from itertools import product

    difference = b - a
    signs = np.array(list(product((-1, 1), repeat=len(a))))
    share = np.mean(np.abs(signs @ difference) >= abs(np.sum(difference)))
    return difference.mean(), share, bool(share <= level)
""",
    "7.5v2": """
def other_paired(a, b, level):
    logs = np.log(b / a)
    n = len(logs)
    mean, error = logs.mean(), logs.std(ddof=1) / np.sqrt(n)
    real = abs(mean) > stats.t.isf(level / 2, n - 1) * error
    return np.exp(mean), np.exp(error), bool(real)
""",
    "7.7v0": """
def other_epoch(layers, pictures, peak, bandwidth):
    seconds, waiting = 0.0, 0.0
    for inputs, outputs, kernel, size_in, size_out in layers:
        deep = 2 * kernel**2 * inputs * size_out**2 / peak
        deep_moved = 2 * inputs * (size_in**2 + size_out**2) / bandwidth
        point = 2 * inputs * outputs * size_out**2 / peak
        point_moved = 2 * (inputs + outputs) * size_out**2 / bandwidth
        for calculating, moving in ((deep, deep_moved), (point, point_moved)):
            slower = max(calculating, moving)
            seconds += 6 * pictures * slower
            waiting += 6 * pictures * slower * (moving > calculating)
    return seconds, waiting / seconds
""",
    "7.7v1": """
def other_epoch(layers, pictures, peak, bandwidth):
    seconds, waiting = 0.0, 0.0
    for place, (inputs, outputs, kernel, size_in, size_out) in enumerate(layers):
        passes = 3 if place == 0 else 4
        calculating = 2 * kernel**2 * inputs * outputs * size_out**2 / peak
        moving = 2 * (inputs * size_in**2 + outputs * size_out**2) / bandwidth
        slower = 2 * pictures * passes * max(calculating, moving)
        seconds += slower
        waiting += slower * (moving > calculating)
    return seconds, waiting / seconds
""",
    "7.7v2": """
def other_epoch(layers, pictures, peak, bandwidth):
    seconds, waiting = 0.0, 0.0
    for inputs, outputs, kernel, size_in, size_out in layers:
        calculating = 2 * kernel**2 * inputs * outputs * size_out**2 / peak
        moving = 2 * (inputs * size_in**2 + outputs * size_out**2) / bandwidth
        norm = 4 * outputs * size_out**2 / bandwidth
        slower = max(calculating, moving)
        seconds += 6 * pictures * (slower + norm)
        waiting += 6 * pictures * (slower * (moving > calculating) + norm)
    return seconds, waiting / seconds
""",
}
