"""Round 21: 40 wrong and 8 right answers to chapter 9, from the blank notebook alone."""

WRONG = {
    "9.1": {
        "each table of views centred on its own mean": """
def predicted_functions(h1, h2, d):
    a, b = h1 - h1.mean(axis=0), h2 - h2.mean(axis=0)
    gamma, v = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    gamma, v = gamma[::-1][:d], v[:, ::-1][:, :d]
    return np.vstack([a, b]) @ v / np.sqrt(gamma)
""",
        "the one-sided moment given to eigh, which reads its lower triangle": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    gamma, v = np.linalg.eigh(a.T @ b / len(a))
    gamma, v = gamma[::-1][:d], v[:, ::-1][:, :d]
    return h @ v / np.sqrt(gamma)
""",
        "the moment of uncentred features, the functions centred at the end": """
def predicted_functions(h1, h2, d):
    gamma, v = np.linalg.eigh((h1.T @ h2 + h2.T @ h1) / (2 * len(h1)))
    gamma, v = gamma[::-1][:d], v[:, ::-1][:, :d]
    f = np.vstack([h1, h2]) @ v / np.sqrt(gamma)
    return f - f.mean(axis=0)
""",
        "in the order of the eigenvalues' sizes, whatever their signs": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    gamma, v = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    order = np.argsort(-np.abs(gamma))[:d]
    return h @ v[:, order] / np.sqrt(np.abs(gamma[order]))
""",
        "ordered by the correlation of the two views, as in canonical correlations": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    variance, u = np.linalg.eigh(h.T @ h / len(h))
    keep = variance > 1e-10 * variance[-1]
    w = h @ (u[:, keep] / np.sqrt(variance[keep]))
    a, b = np.split(w, 2)
    rho, v = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    rho, v = rho[::-1][:d], v[:, ::-1][:, :d]
    return w @ v / np.sqrt(rho)
""",
    },
    "9.2": {
        "adds up the squared correlations with the columns": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    r = np.corrcoef(functions.T, z.T)[:k, k:]
    return np.minimum((r**2).sum(axis=1), 1)
""",
        "normal equations with a small ridge, so that they can be solved": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(axis=0), z - z.mean(axis=0)
    coefficients = np.linalg.solve(z.T @ z + 1e-6 * np.eye(z.shape[1]), z.T @ f)
    return ((z @ coefficients) ** 2).sum(axis=0) / (f**2).sum(axis=0)
""",
        "divided by the function's mean square, the mean with it": """
def mode_alignment(functions, z):
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    return ((q.T @ functions) ** 2).sum(axis=0) / (functions**2).sum(axis=0)
""",
        "corrected for the number of columns, as an adjusted R squared": """
def mode_alignment(functions, z):
    n, d = z.shape
    f = functions - functions.mean(axis=0)
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    share = ((q.T @ f) ** 2).sum(axis=0) / (f**2).sum(axis=0)
    return np.maximum(1 - (1 - share) * (n - 1) / (n - d - 1), 0)
""",
        "the constant is a column of the basis, and what it catches counts": """
def mode_alignment(functions, z):
    q, _ = np.linalg.qr(np.column_stack([np.ones(len(z)), z]))
    return ((q.T @ functions) ** 2).sum(axis=0) / (functions**2).sum(axis=0)
""",
    },
    "9.3": {
        "the mean over the n cyclic shifts of the rows only": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    products = [(K * np.roll(L, (s, s), axis=(0, 1))).sum() for s in range(len(x))]
    return np.mean(products) / (np.linalg.norm(K) * np.linalg.norm(L))
""",
        "the norm is the largest singular value": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    norms = np.linalg.norm(K, 2) * np.linalg.norm(L, 2)
    return np.trace(K) * np.trace(L) / (len(x) - 1) / norms
""",
        "columns standardised, not only centred": """
def cka_by_chance(x, y):
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    y = (y - y.mean(axis=0)) / y.std(axis=0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) - 1) / (np.linalg.norm(K) * np.linalg.norm(L))
""",
        "the diagonal's part alone, since off it the entries are taken to cancel": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / len(x) / (np.linalg.norm(K) * np.linalg.norm(L))
""",
        "x centred and y not": """
def cka_by_chance(x, y):
    x = x - x.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) - 1) / (np.linalg.norm(K) * np.linalg.norm(L))
""",
    },
    "9.4": {
        "deflates the covariance by v'Kv vv', as if v were its eigenvector": """
def learned_order(Z):
    V = []
    for z in Z:
        K = np.cov(z.T)
        for v in V:
            K = K - (v @ K @ v) * np.outer(v, v)
        V.append(np.linalg.eigh(K)[1][:, -1])
    return np.linalg.qr(np.array(V).T)[0]
""",
        "the direction that has grown most since the moment before": """
def learned_order(Z):
    d = Z.shape[2]
    V, before = np.zeros((d, 0)), np.zeros((d, d))
    for z in Z:
        K = np.cov(z.T)
        P = np.eye(d) - V @ V.T
        # What is taken out must not come last in its place.
        grown = P @ (K - before) @ P - 1e3 * np.trace(K) * V @ V.T
        V = np.column_stack([V, np.linalg.eigh(grown)[1][:, -1]])
        before = K
    return V
""",
        "only the last direction found is taken out, not all before it": """
def learned_order(Z):
    columns = []
    for z in Z:
        left = z - z.mean(axis=0)
        if columns:
            v = columns[-1]
            left = left - np.outer(left @ v, v)
        columns.append(np.linalg.svd(left, full_matrices=False)[2][0])
    return np.column_stack(columns)
""",
        "principal axis j at moment j, made orthogonal afterwards": """
def learned_order(Z):
    axes = [np.linalg.eigh(np.cov(z.T))[1][:, -1 - j] for j, z in enumerate(Z)]
    return np.linalg.qr(np.column_stack(axes))[0]
""",
        "centred on one mean of all moments": """
def learned_order(Z):
    Z = Z - Z.mean(axis=(0, 1))
    V = np.zeros((Z.shape[2], 0))
    for z in Z:
        left = z - z @ V @ V.T
        V = np.column_stack([V, np.linalg.svd(left, full_matrices=False)[2][0]])
    return V
""",
    },
    "9.5": {
        "the modes centred in place of a constant, the regressors not": """
def r_squared(modes, regressors):
    y = modes - modes.mean(axis=0)
    left = y - regressors @ np.linalg.lstsq(regressors, y, rcond=None)[0]
    return 1 - (left**2).sum(axis=0) / (y**2).sum(axis=0)
""",
        "one regressor after the other, each on what the last one left": """
def r_squared(modes, regressors):
    y = modes - modes.mean(axis=0)
    left = y
    for x in (regressors - regressors.mean(axis=0)).T:
        left = left - np.outer(x, x @ left) / (x @ x)
    return 1 - (left**2).sum(axis=0) / (y**2).sum(axis=0)
""",
        "standard deviations where variances should be": """
def r_squared(modes, regressors):
    x = np.column_stack([np.ones(len(modes)), regressors])
    left = modes - x @ np.linalg.lstsq(x, modes, rcond=None)[0]
    return 1 - left.std(axis=0) / modes.std(axis=0)
""",
        "the residual's variance over n - k - 1, the mode's over n - 1": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    x = np.column_stack([np.ones(n), regressors])
    left = modes - x @ np.linalg.lstsq(x, modes, rcond=None)[0]
    return 1 - (left**2).sum(axis=0) / (n - k - 1) / modes.var(axis=0, ddof=1)
""",
        "the best single regressor": """
def r_squared(modes, regressors):
    d = modes.shape[1]
    r = np.corrcoef(modes.T, regressors.T)[:d, d:]
    return (r**2).max(axis=1)
""",
    },
    "9.6": {
        "step-down: a mode against the best of those explained no better": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    null = np.array([r_squared(modes, regressors[rows]) for rows in permutations])
    p, last = np.empty(len(observed)), 0
    order = np.argsort(-observed)
    for place, j in enumerate(order):
        largest = null[:, order[place:]].max(axis=1)
        last = max(last, (1 + (largest >= observed[j] - 1e-9).sum()) / (1 + len(null)))
        p[j] = last
    return p
""",
        "row rows[i] gets regressor i: the inverse orders": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    largest = []
    for rows in permutations:
        moved = np.empty_like(regressors)
        moved[rows] = regressors
        largest.append(r_squared(modes, moved).max())
    count = (np.array(largest)[:, None] >= observed - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(permutations))
""",
        "an order that leaves all rows in place is not counted again": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    orders = [rows for rows in permutations if (rows != np.arange(len(rows))).any()]
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in orders])
    count = (largest[:, None] >= observed - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(orders))
""",
        "numpy's isclose for what counts as equal": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    table = largest[:, None]
    count = ((table > observed) | np.isclose(table, observed)).sum(axis=0)
    return (1 + count) / (1 + len(permutations))
""",
        "all modes of all permutations in one pool": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    pool = np.concatenate([r_squared(modes, regressors[rows]) for rows in permutations])
    return (1 + (pool[:, None] >= observed - 1e-9).sum(axis=0)) / (1 + len(pool))
""",
    },
    "9.7": {
        "one fit on all modes, of which the first k coefficients are used": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.asarray(order)
    classes = np.unique(y)
    x = np.column_stack([np.ones(len(modes)), modes[:, order]])
    B = np.linalg.lstsq(x, 1.0 * (y[:, None] == classes), rcond=None)[0]
    x_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, order]])
    guesses = [
        classes[(x_test[:, : k + 1] @ B[: k + 1]).argmax(axis=1)] for k in range(1, len(order) + 1)
    ]
    return np.array([np.mean(guess == y_test) for guess in guesses])
""",
        "modes centred on the fitted ones' mean in place of a constant": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.asarray(order)
    classes = np.unique(y)
    mean = modes.mean(axis=0)
    x, x_test = (modes - mean)[:, order], (modes_test - mean)[:, order]
    accuracy = []
    for k in range(1, len(order) + 1):
        B = np.linalg.lstsq(x[:, :k], 1.0 * (y[:, None] == classes), rcond=None)[0]
        accuracy.append(np.mean(classes[(x_test[:, :k] @ B).argmax(axis=1)] == y_test))
    return np.array(accuracy)
""",
        "the mean of the classes' accuracies, so that each class counts the same": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.asarray(order)
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    accuracy = []
    for k in range(1, len(order) + 1):
        x = np.column_stack([np.ones(len(modes)), modes[:, order[:k]]])
        x_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, order[:k]]])
        guess = classes[(x_test @ np.linalg.lstsq(x, T, rcond=None)[0]).argmax(axis=1)]
        accuracy.append(np.mean([np.mean(guess[y_test == c] == c) for c in np.unique(y_test)]))
    return np.array(accuracy)
""",
        "each set of modes standardised by itself": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.asarray(order)
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    a = (modes - modes.mean(axis=0)) / modes.std(axis=0)
    b = (modes_test - modes_test.mean(axis=0)) / modes_test.std(axis=0)
    accuracy = []
    for k in range(1, len(order) + 1):
        x = np.column_stack([np.ones(len(a)), a[:, order[:k]]])
        x_test = np.column_stack([np.ones(len(b)), b[:, order[:k]]])
        guess = classes[(x_test @ np.linalg.lstsq(x, T, rcond=None)[0]).argmax(axis=1)]
        accuracy.append(np.mean(guess == y_test))
    return np.array(accuracy)
""",
        "order read as each column's place": """
def probe_curve(modes, y, modes_test, y_test, order):
    places = np.asarray(order)
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    accuracy = []
    for k in range(1, len(places) + 1):
        seen = places < k
        x = np.column_stack([np.ones(len(modes)), modes[:, seen]])
        x_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, seen]])
        guess = classes[(x_test @ np.linalg.lstsq(x, T, rcond=None)[0]).argmax(axis=1)]
        accuracy.append(np.mean(guess == y_test))
    return np.array(accuracy)
""",
    },
    "9.8": {
        "1e-7 added to each share, as RankMe's paper does": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum() + 1e-7
        return np.exp(-np.sum(p * np.log(p)))

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "delta taken for a singular value, its square for the eigenvalue": """
def three_ranks(d, k, delta):
    s = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    lam = s**2
    return spread(s), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "the entropy of two groups, those in use and those that wait": """
def three_ranks(d, k, delta):
    def spread(x):
        total = k + (d - k) * x
        p = np.array([k / total, (d - k) * x / total])
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    s = k + (d - k) * delta
    return spread(delta**0.5), spread(delta), s**2 / (k + (d - k) * delta**2)
""",
        "shares below a millionth are left out as rounding": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 1e-6]
        return np.exp(-np.sum(p * np.log(p)))

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "the participation ratio of the singular values": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    s = np.sqrt(lam)
    return spread(s), spread(lam), s.sum() ** 2 / (s**2).sum()
""",
    },
}

RIGHT = {
    "9.1": {
        "from the sums and the differences of the two views": """
def predicted_functions(h1, h2, d):
    middle = (h1 + h2).mean(axis=0) / 2
    up, down = h1 + h2 - 2 * middle, h1 - h2
    gamma, v = np.linalg.eigh((up.T @ up - down.T @ down) / (4 * len(h1)))
    best = np.argsort(gamma)[: -d - 1 : -1]
    scaled = v[:, best] * gamma[best] ** -0.5
    return np.concatenate([(up + down) @ scaled, (up - down) @ scaled]) / 2
""",
    },
    "9.2": {
        "Gram and Schmidt by hand, twice over each column": """
def mode_alignment(functions, z):
    n = len(z)
    basis = [np.full(n, n**-0.5)]
    for column in z.T:
        v = column / np.linalg.norm(column)
        for _ in range(2):
            for q in basis:
                v = v - (q @ v) * q
            v = v / np.linalg.norm(v)
        basis.append(v)
    f = functions - functions.mean(0)
    return sum((q @ f) ** 2 for q in basis[1:]) / np.sum(f * f, axis=0)
""",
    },
    "9.3": {
        "the two participation ratios, from singular values": """
def cka_by_chance(x, y):
    root = 1.0
    for a in (x, y):
        lam = np.linalg.svd(a - a.mean(axis=0), compute_uv=False) ** 2
        root *= lam.sum() / np.linalg.norm(lam)
    return root / (len(x) - 1)
""",
    },
    "9.4": {
        "in a basis of what is left, one column shorter at each moment": """
def learned_order(Z):
    basis, found = np.eye(Z.shape[-1]), []
    for z in Z:
        _, turn = np.linalg.eigh(np.cov(z @ basis, rowvar=False).reshape(2 * (basis.shape[1],)))
        basis = basis @ turn
        found.append(basis[:, -1])
        basis = basis[:, :-1]
    return np.transpose(found)
""",
    },
    "9.5": {
        "the squared correlation of each mode with its own fit": """
def r_squared(modes, regressors):
    x = regressors - regressors.mean(axis=0)
    u = np.linalg.svd(x / np.linalg.norm(x, axis=0), full_matrices=False)[0]
    y = modes - modes.mean(axis=0)
    return np.linalg.norm(u.T @ (y / np.linalg.norm(y, axis=0)), axis=0) ** 2
""",
    },
    "9.6": {
        "the basis permuted in place of the regressors, then sorted and looked up": """
def p_values(modes, regressors, permutations):
    x = regressors - regressors.mean(axis=0)
    q = np.linalg.qr(x / np.linalg.norm(x, axis=0))[0]
    y = modes - modes.mean(axis=0)
    y = y / np.linalg.norm(y, axis=0)
    largest = np.sort([np.max(np.sum((q[rows].T @ y) ** 2, axis=0)) for rows in permutations])
    below = np.searchsorted(largest, np.sum((q.T @ y) ** 2, axis=0) - 1e-9, side="left")
    return (1 + len(largest) - below) / (1 + len(largest))
""",
    },
    "9.7": {
        "targets of plus and minus one, counted picture by picture": """
def probe_curve(modes, y, modes_test, y_test, order):
    labels = np.arange(min(y), max(y) + 1)
    labels = [label for label in labels if label in y]
    targets = np.array([[1 if label == own else -1 for label in labels] for own in y])
    out = []
    for k, _ in enumerate(order, start=1):
        chosen = list(order)[:k]
        mean = modes[:, chosen].mean(0)
        slopes = np.linalg.pinv(modes[:, chosen] - mean) @ targets
        scores = (modes_test[:, chosen] - mean) @ slopes + targets.mean(0)
        hits = [labels[int(np.argmax(row))] == own for row, own in zip(scores, y_test, strict=True)]
        out.append(sum(hits) / len(hits))
    return np.array(out)
""",
    },
    "9.8": {
        "the product of the shares to the power of minus themselves": """
def three_ranks(d, k, delta):
    def inverse_power(x):
        p = np.array([1.0, x]) / (k + (d - k) * x)
        return float(np.prod((p**-p) ** [k, d - k]))

    purity = (k + (d - k) * delta**2) / (k + (d - k) * delta) ** 2
    return inverse_power(delta**0.5), inverse_power(delta), 1 / purity
""",
    },
}
