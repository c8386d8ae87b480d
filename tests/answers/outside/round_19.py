"""Round 19: 56 wrong and 16 right answers to chapter 9, from the blank notebook alone."""

WRONG = {
    "9.1": {
        "sorted by size, so that a large negative value counts as learned": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(0)
    a, b = np.split(h, 2)
    U, s, _ = np.linalg.svd((a.T @ b + b.T @ a) / len(h))
    return h @ U[:, :d] / np.sqrt(s[:d])
""",
        "everything centred on the first views' mean": """
def predicted_functions(h1, h2, d):
    mean = h1.mean(0)
    a, b = h1 - mean, h2 - mean
    values, V = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    values, V = values[::-1][:d], V[:, ::-1][:, :d]
    return np.vstack([a, b]) @ V / np.sqrt(values)
""",
        "vectors turned round, values not": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = h[: len(h1)], h[len(h1) :]
    values, V = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(h1)))
    return h @ V[:, ::-1][:, :d] / np.sqrt(values[-d:])
""",
        "values below one hundred-millionth raised, whatever the features' unit": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    values, V = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    values, V = values[::-1][:d], V[:, ::-1][:, :d]
    return h @ V / np.sqrt(np.maximum(values, 1e-8))
""",
        "whitened first: the best correlated directions, not the fastest": """
def predicted_functions(h1, h2, d):
    from scipy.linalg import eigh

    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    Gamma = (a.T @ b + b.T @ a) / len(h)
    values, V = eigh(Gamma, h.T @ h / len(h))
    f = h @ V[:, ::-1][:, :d]
    return f / np.sqrt(values[::-1][:d])
""",
        "each function scaled to variance 1": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    n = len(h1)
    Gamma = (h[:n].T @ h[n:] + h[n:].T @ h[:n]) / (2 * n)
    V = np.linalg.eigh(Gamma)[1][:, ::-1][:, :d]
    f = h @ V
    return f / f.std(axis=0)
""",
        "one half of the cross-moment, of which eigh reads a triangle": """
def predicted_functions(h1, h2, d):
    mean = (h1.mean(0) + h2.mean(0)) / 2
    a, b = h1 - mean, h2 - mean
    values, V = np.linalg.eigh(a.T @ b / len(a))
    order = np.argsort(values)[::-1][:d]
    return np.concatenate([a, b]) @ V[:, order] / np.sqrt(values[order])
""",
    },
    "9.2": {
        "singular values below one ten-thousandth of the largest are dropped": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    U, s, _ = np.linalg.svd(z - z.mean(0), full_matrices=False)
    Q = U[:, s > 1e-4 * s[0]]
    return ((Q.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "squared correlations with the columns, added": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    corr = np.corrcoef(functions.T, z.T)[:k, k:]
    return (corr**2).sum(axis=1)
""",
        "over the variance of all functions together": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    Q, _ = np.linalg.qr(z - z.mean(0))
    return ((Q.T @ f) ** 2).sum(axis=0) / np.linalg.norm(f) ** 2
""",
        "variances with the degrees of freedom of a regression": """
def mode_alignment(functions, z):
    n, d = z.shape
    X = np.column_stack([np.ones(n), z])
    Q, _ = np.linalg.qr(X)
    left = functions - Q @ (Q.T @ functions)
    return 1 - (left**2).sum(0) / (n - d - 1) / functions.var(axis=0, ddof=1)
""",
        "the constant is a column of the basis and counts for the function": """
def mode_alignment(functions, z):
    X = np.column_stack([np.ones(len(z)), z])
    Q, _ = np.linalg.qr(X)
    return ((Q.T @ functions) ** 2).sum(0) / (functions**2).sum(0)
""",
        "a little ridge against small columns": """
def mode_alignment(functions, z):
    f, x = functions - functions.mean(0), z - z.mean(0)
    G = x.T @ x + 1e-8 * np.eye(z.shape[1])
    fit = x @ np.linalg.solve(G, x.T @ f)
    return (fit**2).sum(0) / (f**2).sum(0)
""",
        "only the notebook's ten functions": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    Q = np.linalg.qr(z - z.mean(0))[0]
    return np.array([np.sum((Q.T @ f[:, j]) ** 2) / np.sum(f[:, j] ** 2) for j in range(min(d, z.shape[1]))])
""",
    },
    "9.3": {
        "two hundred random orders instead of all": """
def cka_by_chance(x, y):
    rng = np.random.default_rng(0)
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    inner = []
    for _ in range(200):
        p = rng.permutation(len(y))
        inner.append((K * L[np.ix_(p, p)]).sum())
    return np.mean(inner) / np.linalg.norm(K) / np.linalg.norm(L)
""",
        "the n turns round the circle instead of all orders": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    return np.mean([spectra.linear_cka(x, np.roll(y, s, axis=0)) for s in range(len(y))])
""",
        "the entries off the diagonal taken to add up to nothing": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / len(x) / np.linalg.norm(K) / np.linalg.norm(L)
""",
        "Gram matrices centred from one side": """
def cka_by_chance(x, y):
    K, L = x @ x.T, y @ y.T
    K, L = K - K.mean(axis=1, keepdims=True), L - L.mean(axis=1, keepdims=True)
    return np.trace(K) * np.trace(L) / np.linalg.norm(K) / np.linalg.norm(L) / (len(x) - 1)
""",
        "one mean for the whole table": """
def cka_by_chance(x, y):
    x, y = x - x.mean(), y - y.mean()
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) - 1) / np.linalg.norm(K) / np.linalg.norm(L)
""",
        "the largest eigenvalue as the norm": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) - 1) / (np.linalg.norm(K, 2) * np.linalg.norm(L, 2))
""",
        "as if all directions were equally large": """
def cka_by_chance(x, y):
    n = len(x)
    p = np.linalg.matrix_rank(x - x.mean(0))
    q = np.linalg.matrix_rank(y - y.mean(0))
    return np.sqrt(p * q) / (n - 1)
""",
    },
    "9.4": {
        "each moment's own first axis, put at right angles to those before": """
def learned_order(Z):
    V = []
    for z in Z:
        v = np.linalg.svd(z - z.mean(0), full_matrices=False)[2][0]
        for u in V:
            v = v - (v @ u) * u
        V.append(v / np.linalg.norm(v))
    return np.array(V).T
""",
        "axis j of moment j": """
def learned_order(Z):
    V = []
    for j, z in enumerate(Z):
        V.append(np.linalg.svd(z - z.mean(0), full_matrices=False)[2][j])
    return np.linalg.qr(np.array(V).T)[0]
""",
        "largest mean square, for nothing is centred": """
def learned_order(Z):
    d = Z.shape[2]
    V = np.zeros((d, d))
    for j, z in enumerate(Z):
        left = z - z @ V @ V.T
        V[:, j] = np.linalg.eigh(left.T @ left)[1][:, -1]
    return V
""",
        "only the last direction is taken out": """
def learned_order(Z):
    V = []
    for z in Z:
        left = z - z.mean(0)
        if V:
            left = left - np.outer(left @ V[-1], V[-1])
        V.append(np.linalg.svd(left, full_matrices=False)[2][0])
    return np.column_stack(V)
""",
        "axis j of what is left, though j have been taken out": """
def learned_order(Z):
    d = Z.shape[-1]
    V = np.zeros((d, 0))
    for j, z in enumerate(Z):
        left = z - z @ V @ V.T
        V = np.column_stack([V, np.linalg.eigh(np.cov(left.T))[1][:, d - 1 - j]])
    return V
""",
        "eig's first column taken for the largest": """
def learned_order(Z):
    d = Z.shape[-1]
    V = np.zeros((d, d))
    for j in range(d):
        left = Z[j] - Z[j].mean(axis=0)
        left = left - left @ V @ V.T
        V[:, j] = np.real(np.linalg.eig(left.T @ left)[1][:, 0])
    return V
""",
        "of the end, sorted by when each axis had most": """
def learned_order(Z):
    end = Z[-1] - Z[-1].mean(0)
    axes = np.linalg.eigh(end.T @ end)[1]
    grown = np.array([((z - z.mean(0)) @ axes).var(axis=0) for z in Z])
    return axes[:, np.argsort(grown.sum(axis=0))[::-1]]
""",
    },
    "9.5": {
        "fitted through the origin, then the squared correlation": """
def r_squared(modes, regressors):
    fit = regressors @ np.linalg.lstsq(regressors, modes, rcond=None)[0]
    return np.array([np.corrcoef(a, b)[0, 1] ** 2 for a, b in zip(fit.T, modes.T)])
""",
        "R² of each column, added": """
def r_squared(modes, regressors):
    d = modes.shape[1]
    c = np.corrcoef(modes, regressors, rowvar=False)[:d, d:]
    return (c**2).sum(axis=1)
""",
        "singular values below one thousandth fall under rcond": """
def r_squared(modes, regressors):
    X = np.column_stack([np.ones(len(regressors)), regressors])
    B = np.linalg.lstsq(X, modes, rcond=1e-3)[0]
    left = modes - X @ B
    return 1 - left.var(axis=0) / modes.var(axis=0)
""",
        "the left over variance with ddof, the mode's without": """
def r_squared(modes, regressors):
    X = np.column_stack([np.ones(len(regressors)), regressors])
    left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
    return 1 - left.var(axis=0, ddof=1) / np.var(modes, axis=0)
""",
        "over the sum of squares, the mean not taken off": """
def r_squared(modes, regressors):
    X = np.column_stack([np.ones(len(regressors)), regressors])
    B, *_ = np.linalg.lstsq(X, modes, rcond=None)
    return 1 - ((modes - X @ B) ** 2).sum(0) / (modes**2).sum(0)
""",
        "a ridge of one, as sklearn's Ridge has it": """
def r_squared(modes, regressors):
    from sklearn.linear_model import Ridge

    fit = Ridge().fit(regressors, modes).predict(regressors).reshape(modes.shape)
    return 1 - ((modes - fit) ** 2).sum(0) / ((modes - modes.mean(0)) ** 2).sum(0)
""",
        "sklearn's score, one mean for all modes": """
def r_squared(modes, regressors):
    from sklearn.linear_model import LinearRegression

    score = LinearRegression().fit(regressors, modes).score(regressors, modes)
    return np.full(modes.shape[1], score)
""",
    },
    "9.6": {
        "each permutation of what the last one left": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    count = np.zeros(len(observed))
    for rows in permutations:
        regressors = regressors[rows]
        count += r_squared(modes, regressors).max() >= observed - 1e-9
    return (1 + count) / (1 + len(permutations))
""",
        "the modes are permuted, which is the inverse order": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    best = np.array([r_squared(modes[rows], regressors).max() for rows in permutations])
    return (1 + (best[:, None] >= observed - 1e-9).sum(0)) / (1 + len(permutations))
""",
        "a permutation that occurs twice counts once": """
def p_values(modes, regressors, permutations):
    permutations = np.unique(permutations, axis=0)
    observed = r_squared(modes, regressors)
    best = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    return (1 + (best[:, None] >= observed - 1e-9).sum(0)) / (1 + len(permutations))
""",
        "step-down: modes that are explained better leave the maximum": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    null = np.array([r_squared(modes, regressors[rows]) for rows in permutations])
    p, before = np.empty(len(observed)), 0
    order = np.argsort(observed)[::-1]
    for place, j in enumerate(order):
        best = null[:, order[place:]].max(axis=1)
        p[j] = max(before, (1 + (best >= observed[j] - 1e-9).sum()) / (1 + len(null)))
        before = p[j]
    return p
""",
        "the largest of the other modes": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    null = np.array([r_squared(modes, regressors[rows]) for rows in permutations])
    p = []
    for j, share in enumerate(observed):
        best = np.delete(null, j, axis=1).max(axis=1)
        p.append((1 + np.sum(best >= share - 1e-9)) / (1 + len(permutations)))
    return np.array(p)
""",
        "no allowance for rounding": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    best = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    return (1 + (best[:, None] >= observed).sum(0)) / (1 + len(permutations))
""",
        "looked up in a list that is not sorted": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    best = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    below = np.searchsorted(best, observed - 1e-9)
    return (1 + len(best) - below) / (1 + len(best))
""",
    },
    "9.7": {
        "the test is centred on its own mean": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T = (y[:, None] == classes) * 1.0
    x, x_test = modes - modes.mean(0), modes_test - modes_test.mean(0)
    curve = []
    for k in range(1, len(order) + 1):
        cols = list(order[:k])
        B = np.linalg.lstsq(x[:, cols], T - T.mean(0), rcond=None)[0]
        out = x_test[:, cols] @ B + T.mean(0)
        curve.append(np.mean(classes[out.argmax(1)] == y_test))
    return np.array(curve)
""",
        "rows of the unit matrix by label: a negative label is counted from the end": """
def probe_curve(modes, y, modes_test, y_test, order):
    T = np.eye(y.max() + 1)[y]
    accuracy = []
    for k in range(1, modes.shape[1] + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, order[:k]]])
        X_test = np.column_stack([np.ones(len(y_test)), modes_test[:, order[:k]]])
        B = np.linalg.lstsq(X, T, rcond=None)[0]
        accuracy.append(np.mean((X_test @ B).argmax(axis=1) == y_test))
    return np.array(accuracy)
""",
        "the classes of the test": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y_test)
    T = (y[:, None] == classes).astype(float)
    result = []
    for k in range(1, len(order) + 1):
        X = np.insert(modes[:, list(order[:k])], 0, 1, axis=1)
        X_test = np.insert(modes_test[:, list(order[:k])], 0, 1, axis=1)
        out = X_test @ np.linalg.lstsq(X, T, rcond=None)[0]
        result.append((classes[out.argmax(1)] == y_test).mean())
    return np.array(result)
""",
        "the label itself is fitted, and the nearest one taken": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    result = []
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, list(order[:k])]])
        X_test = np.column_stack([np.ones(len(y_test)), modes_test[:, list(order[:k])]])
        out = X_test @ np.linalg.lstsq(X, y.astype(float), rcond=None)[0]
        nearest = classes[np.abs(out[:, None] - classes).argmin(axis=1)]
        result.append((nearest == y_test).mean())
    return np.array(result)
""",
        "the mean over the classes of the share that is right": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    result = []
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, list(order[:k])]])
        X_test = np.column_stack([np.ones(len(y_test)), modes_test[:, list(order[:k])]])
        found = classes[(X_test @ np.linalg.lstsq(X, T, rcond=None)[0]).argmax(1)]
        result.append(np.mean([(found[y_test == c] == c).mean() for c in np.unique(y_test)]))
    return np.array(result)
""",
        "order says the rank of each column": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.argsort(order)
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    result = []
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(y)), modes[:, order[:k]]])
        X_test = np.column_stack([np.ones(len(y_test)), modes_test[:, order[:k]]])
        found = classes[(X_test @ np.linalg.lstsq(X, T, rcond=None)[0]).argmax(1)]
        result.append((found == y_test).mean())
    return np.array(result)
""",
        "fitted to as many pictures as are tested": """
def probe_curve(modes, y, modes_test, y_test, order):
    m = len(modes_test)
    classes = np.unique(y[:m])
    T = 1.0 * (y[:m, None] == classes)
    result = []
    for k in range(1, len(order) + 1):
        cols = list(order)[:k]
        X = np.column_stack([np.ones(len(T)), modes[:m, cols]])
        X_test = np.column_stack([np.ones(m), modes_test[:, cols]])
        found = classes[(X_test @ np.linalg.lstsq(X, T, rcond=None)[0]).argmax(1)]
        result.append((found == y_test).mean())
    return np.array(result)
""",
    },
    "9.8": {
        "the table of whole numbers cuts delta to 0": """
def three_ranks(d, k, delta):
    lam = np.array([1] * d)
    lam[k:] = delta
    out = []
    for values in (np.sqrt(lam), lam):
        p = values / values.sum()
        p = p[p > 0]
        out.append(np.exp(-(p * np.log(p)).sum()))
    return out[0], out[1], lam.sum() ** 2 / (lam**2).sum()
""",
        "one ten-millionth inside the logarithm, as in the paper": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        return np.exp(-(p * np.log(p + 1e-7)).sum())

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "eigenvalues below one thousand-millionth are left out": """
def three_ranks(d, k, delta):
    lam = np.concatenate([np.ones(k), np.full(d - k, float(delta))])
    lam = lam[lam > 1e-9]

    def spread(values):
        p = values / values.sum()
        return np.exp(-np.sum(p * np.log(p)))

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "the participation ratio of the singular values": """
def three_ranks(d, k, delta):
    lam = np.concatenate([np.ones(k), np.full(d - k, float(delta))])
    s = np.sqrt(lam)

    def spread(values):
        p = values[values > 0] / values.sum()
        return np.exp(-np.sum(p * np.log(p)))

    return spread(s), spread(lam), s.sum() ** 2 / (s**2).sum()
""",
        "divided by the sum after the logarithm": """
def three_ranks(d, k, delta):
    def spread(x):
        s = k + (d - k) * x
        return np.exp(-(d - k) * x * np.log(x) / s) if x > 0 else 1.0

    s = k + (d - k) * delta
    return spread(delta**0.5), spread(delta), s**2 / (k + (d - k) * delta**2)
""",
        "one value too many is waiting": """
def three_ranks(d, k, delta):
    lam = np.array([1.0 if j < k else delta for j in range(1, d + 1)])
    lam = lam[lam > 0]

    def spread(values):
        p = values / values.sum()
        return np.exp(-np.sum(p * np.log(p)))

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
        "the limit of small delta": """
def three_ranks(d, k, delta):
    wait = d - k
    root = np.sqrt(delta)
    rank_me = k + wait * root * (1 - np.log(root)) if delta > 0 else float(k)
    effective = k + wait * delta * (1 - np.log(delta)) if delta > 0 else float(k)
    return rank_me, effective, k + 2 * wait * delta
""",
    },
}

RIGHT = {
    "9.1": {
        "from sums and differences of the pairs, with scipy's largest values": """
def predicted_functions(h1, h2, d):
    from scipy.linalg import eigh

    n, p = h1.shape
    mean = np.concatenate([h1, h2]).mean(axis=0)
    plus, minus = h1 + h2 - 2 * mean, h1 - h2
    Gamma = (plus.T @ plus - minus.T @ minus) / (4 * n)
    values, V = eigh(Gamma, subset_by_index=[p - d, p - 1])
    values, V = np.flip(values), np.fliplr(V)
    return np.concatenate([(plus + minus) / 2 @ V, (plus - minus) / 2 @ V]) / values**0.5
""",
        "by torch, with the pairs swapped by roll": """
def predicted_functions(h1, h2, d):
    import torch

    h = torch.cat([torch.tensor(h1, dtype=torch.float64), torch.tensor(h2, dtype=torch.float64)])
    h = h - h.mean(0, keepdim=True)
    Gamma = torch.einsum("ia,ib->ab", h, h.roll(len(h1), 0)) / len(h)
    values, V = torch.linalg.eigh((Gamma + Gamma.T) / 2)
    f = torch.einsum("ia,aj->ij", h, V.flip(1)[:, :d])
    return (f / values.flip(0)[:d].sqrt()).numpy()
""",
    },
    "9.2": {
        "what each column explains of what is left, one after the other": """
def mode_alignment(functions, z):
    f = functions - functions.mean(axis=0)
    total = (f * f).sum(axis=0)
    basis = []
    for column in z.T:
        q = column - column.mean()
        q = q / np.linalg.norm(q)
        for _ in range(2):
            for b in basis:
                q = q - (b @ q) * b
            q = q / np.linalg.norm(q)
        basis.append(q)
        f = f - np.outer(q, q @ f)
    return 1 - (f * f).sum(axis=0) / total
""",
        "by torch's least squares on standardised columns, as a list": """
def mode_alignment(functions, z):
    import torch

    f, x = torch.as_tensor(functions).double(), torch.as_tensor(z).double()
    f, x = f - f.mean(0), x - x.mean(0)
    x = x / x.norm(dim=0)
    fit = x @ torch.linalg.lstsq(x, f).solution
    return (fit.square().sum(0) / f.square().sum(0)).tolist()
""",
    },
    "9.3": {
        "place by place from the hint, nothing cancelled": """
def cka_by_chance(x, y):
    n = len(x)
    H = np.eye(n) - 1 / n
    K, L = H @ x @ x.T @ H, H @ y @ y.T @ H
    off = ~np.eye(n, dtype=bool)
    inner = K.trace() * L.trace() / n + K[off].sum() * L[off].sum() / (n * (n - 1))
    return float(inner / np.sqrt(np.vdot(K, K) * np.vdot(L, L)))
""",
        "from the squares of the singular values": """
def cka_by_chance(x, y):
    from scipy.linalg import svdvals

    result = 1 / (len(x) - 1)
    for table in (x, y):
        s = svdvals(table - table.mean(axis=0)) ** 2
        result *= s.sum() / np.hypot.reduce(s)
    return result
""",
    },
    "9.4": {
        "in coordinates of the orthogonal complement": """
def learned_order(Z):
    from scipy.linalg import null_space

    d = Z.shape[2]
    V = np.empty((d, 0))
    for z in Z:
        rest = null_space(V.T) if V.shape[1] else np.eye(d)
        inside = (z - z.mean(axis=0)) @ rest
        axis = np.linalg.svd(inside, full_matrices=False)[2][0]
        V = np.hstack([V, (rest @ axis)[:, None]])
    return V
""",
        "a basis that is turned, moment by moment": """
def learned_order(Z):
    import torch

    basis = torch.eye(Z.shape[2], dtype=torch.float64)
    for j, z in enumerate(torch.as_tensor(np.array(Z))):
        rest = basis[:, j:]
        values, turn = torch.linalg.eigh(torch.cov((z @ rest).T).reshape(rest.shape[1], -1))
        basis[:, j:] = rest @ turn.flip(1)
    return basis.numpy()
""",
    },
    "9.5": {
        "sklearn's regression on scaled columns and its score, mode by mode": """
def r_squared(modes, regressors):
    from sklearn.linear_model import LinearRegression
    from sklearn.preprocessing import StandardScaler

    x = StandardScaler().fit_transform(regressors)
    return [LinearRegression().fit(x, m).score(x, m) for m in np.transpose(modes)]
""",
        "from the correlations alone": """
def r_squared(modes, regressors):
    k = regressors.shape[1]
    corr = np.corrcoef(np.hstack([regressors, modes]), rowvar=False)
    inner, cross = corr[:k, :k], corr[:k, k:]
    return np.einsum("ij,ij->j", cross, np.linalg.solve(inner, cross))
""",
    },
    "9.6": {
        "one basis, permuted; counted in a sorted list": """
def p_values(modes, regressors, permutations):
    f = modes - modes.mean(axis=0)
    f = f / np.sqrt((f**2).sum(axis=0))
    Q = np.linalg.qr(regressors - regressors.mean(axis=0))[0]
    best = [np.square(Q[rows].T @ f).sum(axis=0).max() for rows in permutations]
    observed = np.square(Q.T @ f).sum(axis=0)
    reached = len(best) - np.searchsorted(np.sort(best), observed - 1e-9, side="left")
    return (1 + reached) / (1 + len(best))
""",
        "all permutations in one product, with projectors": """
def p_values(modes, regressors, permutations):
    n = len(modes)
    x = np.c_[np.ones(n), regressors]
    P = x @ np.linalg.pinv(x) - 1 / n
    f = (modes - modes.mean(0)) / modes.std(0) / n**0.5
    orders = np.vstack([np.arange(n), permutations])
    shares = np.array([np.einsum("ij,ia,ja->a", P[np.ix_(o, o)], f, f, optimize=True) for o in orders])
    return np.mean(shares.max(axis=1, keepdims=True) - shares[0] >= -1e-9, axis=0)
""",
    },
    "9.7": {
        "sklearn's regression on targets of plus and minus one": """
def probe_curve(modes, y, modes_test, y_test, order):
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classes = sorted(set(np.asarray(y).tolist()))
    T = np.array([[1 if label == c else -1 for c in classes] for label in y])
    curve = []
    for k in range(len(order)):
        used = [int(j) for j in order][: k + 1]
        fit = make_pipeline(StandardScaler(), LinearRegression()).fit(modes[:, used], T)
        out = fit.predict(modes_test[:, used])
        found = [classes[place] for place in np.argmax(out, axis=1)]
        curve.append(sum(a == b for a, b in zip(found, y_test)) / len(y_test))
    return curve
""",
        "from the means of the classes, as a discriminant": """
def probe_curve(modes, y, modes_test, y_test, order):
    order = np.asarray(order)
    x, x_test = modes[:, order] - modes.mean(0)[order], modes_test[:, order] - modes.mean(0)[order]
    classes, place, count = np.unique(y, return_inverse=True, return_counts=True)
    sums = np.zeros((len(classes), x.shape[1]))
    np.add.at(sums, place.ravel(), x)
    scatter = x.T @ x
    curve = np.empty(len(order))
    for k in range(1, len(order) + 1):
        slope = np.linalg.solve(scatter[:k, :k], sums[:, :k].T)
        out = x_test[:, :k] @ slope + count / len(y)
        curve[k - 1] = (classes.take(out.argmax(1)) == y_test).mean()
    return curve
""",
    },
    "9.8": {
        "as products of powers, in exact sums": """
def three_ranks(d, k, delta):
    import math

    def spread(values):
        total = math.fsum(values)
        return math.prod((v / total) ** (-v / total) for v in values if v > 0)

    lam = [1.0] * int(k) + [float(delta)] * int(d - k)
    squares = math.fsum(v * v for v in lam)
    return spread([math.sqrt(v) for v in lam]), spread(lam), math.fsum(lam) ** 2 / squares
""",
        "from a matrix that has the spectrum, by scipy's entropy": """
def three_ranks(d, k, delta):
    from scipy.stats import entropy

    s = np.linalg.svd(np.diag([1.0] * k + [np.sqrt(delta)] * (d - k)), compute_uv=False)
    p = s**2 / (s @ s)
    return np.exp(entropy(s)), np.exp(entropy(p)), 1 / (p @ p)
""",
    },
}
