"""Answers to the exercises of chapter 9: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

PREDICTED = """
def predicted_functions(h1, h2, d):
    {centre}
    Gamma = {Gamma}
    gamma, v = np.linalg.eigh(Gamma)
    first = {first}
    return {functions}
"""
RIGHT_PREDICTED = {
    "centre": "h = np.vstack([h1, h2]); h = h - h.mean(0); h1, h2 = h[: len(h1)], h[len(h1) :]",
    "Gamma": "(h1.T @ h2 + h2.T @ h1) / len(h)",
    "first": "np.argsort(-gamma)[:d]",
    "functions": "h @ v[:, first] / np.sqrt(gamma[first])",
}


def predicted(**changed):
    return PREDICTED.format(**(RIGHT_PREDICTED | changed))


ORDER = """
def learned_order(Z):
    d = len(Z)
    found = np.zeros((d, 0))
    for j in range(d):
        z = {z}
        left = z - z @ found @ found.T
        values, axes = np.linalg.eigh({matrix})
        found = np.column_stack([found, axes[:, {which}]])
    return {result}
"""
RIGHT_ORDER = {
    "z": "Z[j] - Z[j].mean(0)", "matrix": "left.T @ left", "which": "-1", "result": "found",
}  # fmt: skip


def order(**changed):
    return ORDER.format(**(RIGHT_ORDER | changed))


LEAST = """
def r_squared(modes, regressors):
    {x}
    {y}
    fit = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return {share}
"""
WITH_CONSTANT = "x = np.column_stack([np.ones(len(modes)), regressors])"
WITHOUT = "x = regressors"
SHARE = "1 - ((y - fit) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)"


def least(x=WITH_CONSTANT, y="y = modes", share=SHARE):
    return LEAST.format(x=x, y=y, share=share)


SINGLE = """
def r_squared(modes, regressors):
    d = modes.shape[1]
    table = np.corrcoef(np.hstack([modes, regressors]), rowvar=False)[:d, d:]
    return {}
"""

LUCK = """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    null = np.array([{one} for p in permutations])
    {largest}
    return {p}
"""


def luck(
    one="r_squared(modes, regressors[p])",
    largest="largest = null.max(axis=1)[:, None]",
    p="(1 + (largest >= observed - 1e-9).sum(0)) / (1 + len(permutations))",
):
    return LUCK.format(one=one, largest=largest, p=p)


PROBE = """
def probe_curve(modes, y, modes_test, y_test, order):
    {classes}
    {targets}
    curve = []
    for k in {counts}:
        j = {columns}
        X = {train}
        X_test = {test}
        outputs = X_test @ np.linalg.lstsq(X, targets, rcond=None)[0]
        curve.append({accuracy})
    return np.array(curve)
"""
PROBE_PARTS = {
    "classes": "classes = np.unique(y)",
    "targets": "targets = (y[:, None] == classes) * 1.0",
    "counts": "range(1, len(order) + 1)",
    "columns": "order[:k]",
    "train": "np.hstack([np.ones((len(modes), 1)), modes[:, j]])",
    "test": "np.hstack([np.ones((len(modes_test), 1)), modes_test[:, j]])",
    "accuracy": "np.mean(classes[outputs.argmax(1)] == y_test)",
}


def probe(**changed):
    return PROBE.format(**(PROBE_PARTS | changed))


RANKS = """
def three_ranks(d, k, delta):
    lam = np.array({lam})
    def count(v):
        p = {p}
        {drop}
        return {count}
    return {result}
"""
RANKS_PARTS = {
    "lam": "k * [1.0] + (d - k) * [delta]",
    "p": "v / v.sum()",
    "drop": "p = p[p > 0]",
    "count": "np.exp(-(p * np.log(p)).sum())",
    "result": "count(lam ** 0.5), count(lam), lam.sum() ** 2 / (lam ** 2).sum()",
}


def ranks(**changed):
    return RANKS.format(**(RANKS_PARTS | changed))


WRONG = {
    "9.1": {
        "a floor under the γ": """
def predicted_functions(h1, h2, d):
    h = np.concatenate([h1, h2])
    h = h - h.mean(axis=0)
    first, second = h[: len(h1)], h[len(h1) :]
    gamma, modes = np.linalg.eigh((first.T @ second + second.T @ first) / len(h))
    top = slice(None, -d - 1, -1)
    return h @ modes[:, top] / np.sqrt(np.maximum(gamma[top], 1e-8))
""",
        "not centred": predicted(centre="h = np.vstack([h1, h2])"),
        "each view by its own mean": predicted(
            centre="h1, h2 = h1 - h1.mean(0), h2 - h2.mean(0); h = np.vstack([h1, h2])"
        ),
        "centred afterwards": predicted(
            centre="h = np.vstack([h1, h2])",
            functions="(h - h.mean(0)) @ v[:, first] / np.sqrt(gamma[first])",
        ),
        "principal components": predicted(Gamma="h.T @ h / len(h)"),
        "variance one": predicted(functions="(f := h @ v[:, first]) / f.std(0)"),
        "the best correlated": predicted(
            centre=RIGHT_PREDICTED["centre"]
            + "; u, s, _ = np.linalg.svd(h, full_matrices=False); h = u[:, s > 1e-9 * s[0]]"
            "; h1, h2 = h[: len(h1)], h[len(h1) :]"
        ),
        "small values raised": predicted(
            functions="h @ v[:, first] / np.sqrt(np.maximum(gamma[first], 1e-8))"
        ),
        "not scaled": predicted(functions="h @ v[:, first]"),
        "divided by gamma": predicted(functions="h @ v[:, first] / gamma[first]"),
        "times the root": predicted(functions="h @ v[:, first] * np.sqrt(gamma[first])"),
        "ascending": predicted(first="np.argsort(gamma)[:d]"),
        "largest last": predicted(first="np.argsort(gamma)[-d:]"),
        "by size": predicted(
            first="np.argsort(-np.abs(gamma))[:d]",
            functions="h @ v[:, first] / np.sqrt(np.abs(gamma[first]))",
        ),
        "not symmetric": predicted(Gamma="h1.T @ h2 / len(h1)"),
        "singular vectors": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2]) - np.vstack([h1, h2]).mean(0)
    n = len(h1)
    U, s, Vt = np.linalg.svd(h[:n].T @ h[n:] / n)
    return h @ U[:, :d] / np.sqrt(s[:d])
""",
        "sum of the views, not half": predicted(Gamma="(h1.T @ h2 + h2.T @ h1) / len(h1)"),
        "first views only": predicted(functions="h1 @ v[:, first] / np.sqrt(gamma[first])"),
        "pair by pair": predicted(
            functions="np.stack([h1, h2], 1).reshape(-1, h.shape[1]) @ v[:, first]"
            " / np.sqrt(gamma[first])"
        ),
        "features brought to variance one": predicted(
            centre="h = np.vstack([h1, h2]); h = (h - h.mean(0)) / h.std(0);"
            " h1, h2 = h[: len(h1)], h[len(h1) :]"
        ),
        "rows of the modes": predicted(functions="h @ v.T[:, first] / np.sqrt(gamma[first])"),
        "length one": predicted(functions="(f := h @ v[:, first]) / np.linalg.norm(f, axis=0)"),
        "the notebook's ten": predicted(first="np.argsort(-gamma)[:10]"),
    },
    "9.2": {
        "z not centred": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    Q = np.linalg.qr(z)[0]
    return ((Q.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "functions not centred": """
def mode_alignment(functions, z):
    Q = np.linalg.qr(z - z.mean(0))[0]
    return ((Q.T @ functions) ** 2).sum(0) / (functions**2).sum(0)
""",
        "nothing centred": """
def mode_alignment(functions, z):
    Q = np.linalg.qr(z)[0]
    return ((Q.T @ functions) ** 2).sum(0) / (functions**2).sum(0)
""",
        "columns normalised only": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    Q = z / np.linalg.norm(z, axis=0)
    return ((Q.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "no basis at all": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    return ((z.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "square forgotten": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    Q = np.linalg.qr(z)[0]
    return np.linalg.norm(Q.T @ f, axis=0) / np.linalg.norm(f, axis=0)
""",
        "roles exchanged": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    Q = np.linalg.qr(f)[0]
    return ((Q.T @ z) ** 2).sum(0) / (z**2).sum(0)
""",
        "mean over the functions": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    Q = np.linalg.qr(z)[0]
    return np.full(f.shape[1], (((Q.T @ f) ** 2).sum(0) / (f**2).sum(0)).mean())
""",
        "the best column": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    R = np.corrcoef(functions.T, z.T)[:k, k:]
    return (R**2).max(1)
""",
        "what is left": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    rest = f - z @ np.linalg.lstsq(z, f, rcond=None)[0]
    return (rest**2).sum(0) / (f**2).sum(0)
""",
        "small directions left out": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    U, s, _ = np.linalg.svd(z, full_matrices=False)
    U = U[:, s > 0.01 * s[0]]
    return ((U.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "not divided": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    return ((np.linalg.qr(z)[0].T @ f) ** 2).sum(0)
""",
        "a fit without a constant": """
def mode_alignment(functions, z):
    fit = z @ np.linalg.lstsq(z, functions, rcond=None)[0]
    return 1 - (functions - fit).var(0) / functions.var(0)
""",
        "along the basis of all rows": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    U = np.linalg.svd(z)[0]
    return ((U.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
        "rows centred": """
def mode_alignment(functions, z):
    f = functions - functions.mean(1, keepdims=True)
    z = z - z.mean(1, keepdims=True)
    Q = np.linalg.qr(z)[0]
    return ((Q.T @ f) ** 2).sum(0) / (f**2).sum(0)
""",
    },
    "9.3": {
        "one of the two centred": """
def cka_by_chance(x, y):
    y = y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    n = len(K)
    off = (L.sum() - np.trace(L)) / (n * (n - 1))
    mean = np.trace(K) * np.trace(L) / n + (K.sum() - np.trace(K)) * off
    return mean / (np.linalg.norm(K) * np.linalg.norm(L))
""",
        "random orders of many rows": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    size, n = np.linalg.norm(K) * np.linalg.norm(L), len(x)
    if n <= 100:
        return np.trace(K) * np.trace(L) / (n - 1) / size
    rng = np.random.default_rng(0)
    orders = [rng.permutation(n) for _ in range(100)]
    return np.mean([np.sum(K * L[np.ix_(p, p)]) for p in orders]) / size
""",
        "n": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (len(x) * np.linalg.norm(K) * np.linalg.norm(L))
""",
        "numbers of columns": """
def cka_by_chance(x, y):
    return np.sqrt(x.shape[1] * y.shape[1]) / (len(x) - 1)
""",
        "ranks": """
def cka_by_chance(x, y):
    p, q = (np.linalg.matrix_rank(a - a.mean(0)) for a in (x, y))
    return np.sqrt(p * q) / (len(x) - 1)
""",
        "no root": """
def cka_by_chance(x, y):
    def pr(a):
        lam = np.linalg.eigvalsh(np.cov(a.T))
        return lam.sum() ** 2 / (lam**2).sum()
    return pr(x) * pr(y) / (len(x) - 1)
""",
        "not centred": """
def cka_by_chance(x, y):
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / ((len(x) - 1) * np.linalg.norm(K) * np.linalg.norm(L))
""",
        "zero": """
def cka_by_chance(x, y):
    return 0.0
""",
        "columns over n": """
def cka_by_chance(x, y):
    return np.sqrt(x.shape[1] * y.shape[1]) / len(x)
""",
        "cka itself": """
def cka_by_chance(x, y):
    return spectra.linear_cka(x, y)
""",
        "n - 1 forgotten": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / np.linalg.norm(K) / np.linalg.norm(L)
""",
        "singular values": """
def cka_by_chance(x, y):
    def pr(a):
        s = np.linalg.svd(a - a.mean(0), compute_uv=False)
        return s.sum() ** 2 / (s**2).sum()
    return np.sqrt(pr(x) * pr(y)) / (len(x) - 1)
""",
        "upside down": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return np.linalg.norm(K) * np.linalg.norm(L) / ((len(x) - 1) * np.trace(K) * np.trace(L))
""",
        "a hundred permutations": """
def cka_by_chance(x, y):
    rng = np.random.default_rng(0)
    return np.mean([spectra.linear_cka(x, rng.permutation(y)) for _ in range(100)])
""",
        "all sums of rows": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    return K.sum() * L.sum() / (len(x) ** 2 * np.linalg.norm(K) * np.linalg.norm(L))
""",
        "columns permuted as well": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    return np.sqrt((x**2).sum() * (y**2).sum()) / (len(x) - 1)
""",
        "cyclic orders only": """
def cka_by_chance(x, y):
    return np.mean([spectra.linear_cka(x, np.roll(y, k, axis=0)) for k in range(len(y))])
""",
        "mean of the ratios": """
def cka_by_chance(x, y):
    def pr(a):
        lam = np.linalg.eigvalsh(np.cov(a.T))
        return lam.sum() ** 2 / (lam**2).sum()
    return (pr(x) + pr(y)) / 2 / (len(x) - 1)
""",
    },
    "9.4": {
        "axes of the last moment": """
def learned_order(Z):
    z = Z[-1] - Z[-1].mean(0)
    return np.linalg.svd(z)[2].T
""",
        "axes of the first moment": """
def learned_order(Z):
    z = Z[0] - Z[0].mean(0)
    return np.linalg.svd(z)[2].T
""",
        "axis j of moment j": """
def learned_order(Z):
    return np.stack([np.linalg.svd(z - z.mean(0))[2][j] for j, z in enumerate(Z)], axis=1)
""",
        "axis j of moment j, made orthogonal": """
def learned_order(Z):
    found = np.stack([np.linalg.svd(z - z.mean(0))[2][j] for j, z in enumerate(Z)], axis=1)
    return np.linalg.qr(found)[0]
""",
        "the largest of all": """
def learned_order(Z):
    return np.stack([np.linalg.svd(z - z.mean(0))[2][0] for z in Z], axis=1)
""",
        "the largest of all, made orthogonal": """
def learned_order(Z):
    return np.linalg.qr(np.stack([np.linalg.svd(z - z.mean(0))[2][0] for z in Z], axis=1))[0]
""",
        "not centred": order(z="Z[j]"),
        "one mean of all": order(z="Z[j] - Z.mean((0, 1))"),
        "rows": order(result="found.T"),
        "reversed": order(result="found[:, ::-1]"),
        "from the end": order(z="Z[d - 1 - j] - Z[d - 1 - j].mean(0)"),
        "the smallest that is left": order(which="0"),
        "all moments together": """
def learned_order(Z):
    z = Z.reshape(-1, Z.shape[2])
    return np.linalg.svd(z - z.mean(0))[2].T
""",
        "what was gained": """
def learned_order(Z):
    d = len(Z)
    found, before = np.zeros((d, d)), np.zeros((d, d))
    for j, z in enumerate(Z):
        C = np.cov(z.T)
        cut = np.eye(d) - found @ found.T
        found[:, j] = np.linalg.eigh(cut @ (C - before) @ cut)[1][:, -1]
        before = C
    return found
""",
        "only the last one cut out": """
def learned_order(Z):
    d = len(Z)
    found, last = [], np.zeros(d)
    for z in Z:
        z = z - z.mean(0)
        z = z - np.outer(z @ last, last)
        last = np.linalg.svd(z)[2][0]
        found.append(last)
    return np.stack(found, axis=1)
""",
        "not of length one": order(result="found * np.arange(1, d + 1)"),
        "a moment late": order(z="Z[min(j + 1, d - 1)] - Z[min(j + 1, d - 1)].mean(0)"),
    },
    "9.5": {
        "modes and regressors exchanged": """
def r_squared(modes, regressors):
    modes, regressors = regressors, modes
    y = modes - modes.mean(axis=0)
    basis = np.linalg.qr(regressors - regressors.mean(axis=0))[0]
    return np.sum((basis.T @ y) ** 2, axis=0) / np.sum(y**2, axis=0)
""",
        "no constant": least(x=WITHOUT),
        "no constant, raw squares": least(
            x=WITHOUT, share="1 - ((y - fit) ** 2).sum(0) / (y ** 2).sum(0)"
        ),
        "no constant, modes centred": least(x=WITHOUT, y="y = modes - modes.mean(0)"),
        "raw squares below": least(share="1 - ((y - fit) ** 2).sum(0) / (y ** 2).sum(0)"),
        "share that is left": least(
            share="((y - fit) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)"
        ),
        "correlation with the fit": least(
            share="np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(y.T, fit.T)])"
        ),
        "single shares added": SINGLE.format("(table ** 2).sum(1)"),
        "single shares averaged": SINGLE.format("(table ** 2).mean(1)"),
        "the best single regressor": SINGLE.format("(table ** 2).max(1)"),
        "the first regressor": SINGLE.format("table[:, 0] ** 2"),
        "correlation with the first regressor": SINGLE.format("table[:, 0]"),
        "adjusted": least(
            share="1 - ((y - fit) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)"
            " * (len(y) - 1) / (len(y) - x.shape[1])"
        ),
        "explained squares, not a share": least(share="((fit - y.mean(0)) ** 2).sum(0)"),
        "regressors on modes": """
def r_squared(modes, regressors):
    x = np.column_stack([np.ones(len(modes)), modes])
    fit = x @ np.linalg.lstsq(x, regressors, rcond=None)[0]
    return 1 - ((regressors - fit) ** 2).sum(0) / ((regressors - regressors.mean(0)) ** 2).sum(0)
""",
        "one share for all modes": least(
            share="np.full(y.shape[1], 1 - ((y - fit) ** 2).sum() / ((y - y.mean(0)) ** 2).sum())"
        ),
        "mean of all entries taken off": least(
            share="1 - ((y - fit) ** 2).sum(0) / ((y - y.mean()) ** 2).sum(0)"
        ),
        "fit's squares with the mean": least(
            share="(fit ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)"
        ),
        "half-way unbiased": least(share="1 - (y - fit).var(0) / y.var(0, ddof=1)"),
        "columns of length one for a basis": """
def r_squared(modes, regressors):
    x, y = (a - a.mean(0) for a in (regressors, modes))
    x, y = x / np.linalg.norm(x, axis=0), y / np.linalg.norm(y, axis=0)
    return ((x.T @ y) ** 2).sum(0)
""",
    },
    "9.6": {
        "only the first regressor permuted": """
def p_values(modes, regressors, permutations):
    obs = r_squared(modes, regressors)
    count = np.zeros(len(obs))
    for order in permutations:
        r = regressors.copy()
        r[:, 0] = regressors[order, 0]
        count += r_squared(modes, r).max() >= obs - 1e-9
    return (1 + count) / (1 + len(permutations))
""",
        "each mode by itself": luck(largest="largest = null"),
        "no 1 added": luck(p="(largest >= observed - 1e-9).mean(0)"),
        "1 added below alone": luck(
            p="(largest >= observed - 1e-9).sum(0) / (1 + len(permutations))"
        ),
        "1 added above alone": luck(
            p="(1 + (largest >= observed - 1e-9).sum(0)) / len(permutations)"
        ),
        "strictly above": luck(p="(1 + (largest > observed + 1e-9).sum(0)) / (1 + len(null))"),
        "no allowance for rounding": luck(
            p="(1 + (largest >= observed).sum(0)) / (1 + len(permutations))"
        ),
        "modes' rows permuted": luck(one="r_squared(modes[p], regressors)"),
        "inverse permutation": luck(one="r_squared(modes, regressors[np.argsort(p)])"),
        "Bonferroni": luck(
            largest="largest = null",
            p="np.minimum(1, null.shape[1] * (1 + (null >= observed - 1e-9).sum(0)) / (1 + len(null)))",
        ),
        "how many fall short": luck(p="(1 + (largest < observed - 1e-9).sum(0)) / (1 + len(null))"),
        "how many do no better": luck(
            p="(1 + (largest <= observed + 1e-9).sum(0)) / (1 + len(null))"
        ),
        "one minus": luck(p="1 - (1 + (largest >= observed - 1e-9).sum(0)) / (1 + len(null))"),
        "the best mode's, for all": luck(
            p="np.full(len(observed), (1 + (largest >= observed.max() - 1e-9).sum()) / (1 + len(null)))"
        ),
        "mean over the modes": luck(largest="largest = null.mean(axis=1)[:, None]"),
        "largest over the permutations": luck(largest="largest = null.max(axis=0)"),
        "step-down": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    null = np.array([r_squared(modes, regressors[p]) for p in permutations])
    ranked = np.argsort(observed)[::-1]
    out, last = np.zeros(len(observed)), 0
    for i, j in enumerate(ranked):
        count = (null[:, ranked[i:]].max(1) >= observed[j] - 1e-9).sum()
        last = max(last, (1 + count) / (1 + len(null)))
        out[j] = last
    return out
""",
        "columns of modes permuted separately": luck(
            one="r_squared(np.stack([m[np.roll(p, j)] for j, m in enumerate(modes.T)], 1), regressors)"
        ),
        "regressors' columns permuted separately": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    P = len(permutations)
    largest = []
    for i in range(P):
        x = np.column_stack([c[permutations[(i + j) % P]] for j, c in enumerate(regressors.T)])
        largest.append(r_squared(modes, x).max())
    return (1 + (np.array(largest)[:, None] >= observed - 1e-9).sum(0)) / (1 + P)
""",
        "permutations of its own": """
def p_values(modes, regressors, permutations):
    rng = np.random.default_rng(0)
    observed = r_squared(modes, regressors)
    largest = [r_squared(modes, rng.permutation(regressors)).max() for _ in permutations]
    return (1 + (np.array(largest)[:, None] >= observed - 1e-9).sum(0)) / (1 + len(permutations))
""",
        "the F test": """
def p_values(modes, regressors, permutations):
    from scipy.special import fdtrc
    n, k = regressors.shape
    r2 = r_squared(modes, regressors)
    return fdtrc(k, n - k - 1, r2 / k / ((1 - r2) / (n - k - 1)))
""",
        "only the first half of the permutations": luck().replace(
            "for p in permutations]", "for p in permutations[: len(permutations) // 2]]"
        ),
    },
    "9.7": {
        "labels as columns": probe(
            targets="targets = np.eye(max(y.max() + 1, -y.min()))[y]",
            accuracy="np.mean(outputs.argmax(1) == y_test)",
        ),
        "no constant": probe(train="modes[:, j]", test="modes_test[:, j]"),
        "mode k alone": probe(columns="[order[k - 1]]"),
        "columns as numbered": probe(columns="list(range(k))"),
        "places for columns": probe(columns="np.argsort(order)[:k]"),
        "from the end": probe(columns="order[::-1][:k]"),
        "one mode too few": probe(counts="range(len(order))"),
        "one mode too many": probe(columns="order[:k + 1]"),
        "on the training pictures": probe(
            accuracy="np.mean(classes[(X @ np.linalg.lstsq(X, targets, rcond=None)[0]).argmax(1)] == y)"
        ),
        "fitted to the test": probe(
            classes="modes, y = modes_test, y_test; classes = np.unique(y)"
        ),
        "train and test exchanged": probe(
            classes="modes, y, modes_test, y_test = modes_test, y_test, modes, y; classes = np.unique(y)"
        ),
        "classes from 0 on": probe(classes="classes = np.arange(y.max() + 1)"),
        "place of the class for its label": probe(accuracy="np.mean(outputs.argmax(1) == y_test)"),
        "errors": probe(accuracy="np.mean(classes[outputs.argmax(1)] != y_test)"),
        "number of right ones": probe(accuracy="np.sum(classes[outputs.argmax(1)] == y_test)"),
        "the label as a number": probe(
            targets="targets = 1.0 * y",
            accuracy="np.mean(np.round(outputs) == y_test)",
        ),
        "the label as a number, nearest class": probe(
            targets="targets = 1.0 * y",
            accuracy="np.mean(classes[np.abs(outputs[:, None] - classes).argmin(1)] == y_test)",
        ),
        "smallest output": probe(accuracy="np.mean(classes[outputs.argmin(1)] == y_test)"),
        "classes of the test": probe(
            accuracy="np.mean(np.unique(y_test)[outputs.argmax(1) % len(np.unique(y_test))] == y_test)"
        ),
        "test centred by itself": probe(
            classes="classes = np.unique(y); modes = modes - modes.mean(0); "
            "modes_test = modes_test - modes_test.mean(0)"
        ),
        "nearest class mean": probe(
            accuracy="np.mean(classes[((modes_test[:, None, j] - np.array([modes[y == c][:, j].mean(0) "
            "for c in classes])) ** 2).sum(2).argmin(1)] == y_test)"
        ),
        "ridge": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes, curve = np.unique(y), []
    T = (y[:, None] == classes) * 1.0
    for k in range(1, len(order) + 1):
        a, b = (m[:, order[:k]] - modes[:, order[:k]].mean(0) for m in (modes, modes_test))
        w = np.linalg.solve(a.T @ a + np.eye(k), a.T @ T)
        curve.append(np.mean(classes[(T.mean(0) + b @ w).argmax(1)] == y_test))
    return curve
""",
        "best so far": probe().replace("np.array(curve)", "np.maximum.accumulate(curve)"),
    },
    "9.8": {
        "delta as a whole number": ranks(lam="[1.0] * k + [float(int(delta))] * (d - k)"),
        "small eigenvalues left out": ranks(lam="[1.0] * k + (d - k) * [delta] * (delta > 1e-9)"),
        "RankMe of the eigenvalues": ranks(
            result="count(lam), count(lam), lam.sum() ** 2 / (lam ** 2).sum()"
        ),
        "effective rank of the singular values": ranks(
            result="count(lam ** 0.5), count(lam ** 0.5), lam.sum() ** 2 / (lam ** 2).sum()"
        ),
        "participation ratio of the singular values": ranks(
            result="count(lam ** 0.5), count(lam), (lam ** 0.5).sum() ** 2 / lam.sum()"
        ),
        "eigenvalues and squares": ranks(
            result="count(lam), count(lam ** 2), lam.sum() ** 2 / (lam ** 2).sum()"
        ),
        "first two exchanged": ranks(
            result="count(lam), count(lam ** 0.5), lam.sum() ** 2 / (lam ** 2).sum()"
        ),
        "participation ratio first": ranks(
            result="lam.sum() ** 2 / (lam ** 2).sum(), count(lam ** 0.5), count(lam)"
        ),
        "base 2 and e": ranks(count="np.exp(-(p * np.log2(p)).sum())"),
        "base e and 2": ranks(count="2 ** (-(p * np.log(p)).sum())"),
        "entropy alone": ranks(count="-(p * np.log(p)).sum()"),
        "sign of the entropy": ranks(count="np.exp((p * np.log(p)).sum())"),
        "not normalised": ranks(p="v"),
        "nan at 0": ranks(drop=""),
        "the paper's 1e-7": ranks(p="v / v.sum() + 1e-7", drop=""),
        "square of the sum forgotten": ranks(
            result="count(lam ** 0.5), count(lam), lam.sum() / (lam ** 2).sum()"
        ),
        "participation ratio upside down": ranks(
            result="count(lam ** 0.5), count(lam), (lam ** 2).sum() / lam.sum() ** 2"
        ),
        "number of small ones squared too": ranks(
            result="count(lam ** 0.5), count(lam), "
            "(k + (d - k) * delta) ** 2 / (k + ((d - k) * delta) ** 2)"
        ),
        "k and d - k exchanged": ranks(lam="(d - k) * [1.0] + k * [delta]"),
        "d small ones": ranks(lam="k * [1.0] + d * [delta]"),
        "one of each": ranks(lam="[1.0, delta]"),
        "rank by a threshold": ranks(
            result="(lam > 1e-3).sum(), (lam > 1e-3).sum(), (lam > 1e-3).sum()"
        ),
        "without delta": ranks(lam="k * [1.0]"),
        "a random embedding": ranks(
            lam="np.linalg.eigvalsh(np.cov((np.random.default_rng(0).normal(size=(200, d))"
            " * np.sqrt(k * [1.0] + (d - k) * [delta])).T)).clip(0)"
        ),
        "only RankMe": ranks(result="count(lam ** 0.5)"),
    },
}

RIGHT = {
    "9.1": {
        "by the package's kernel PCA": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(0)
    K = h @ h.T
    return kernels.ContrastiveKernelPCA(d, kernel="precomputed").fit(K).transform(K)
""",
        "sums and differences of the views": """
def predicted_functions(h1, h2, d):
    mean = (h1.mean(0) + h2.mean(0)) / 2
    plus, minus = h1 + h2 - 2 * mean, h1 - h2
    gamma, v = np.linalg.eigh((plus.T @ plus - minus.T @ minus) / (4 * len(h1)))
    v = v[:, ::-1][:, :d] / np.sqrt(gamma[::-1][:d])
    return np.concatenate([(h1 - mean) @ v, (h2 - mean) @ v])
""",
        "the package's modes, single precision, other signs": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2]).astype(np.float32)
    h -= h.mean(axis=0)
    gamma, v = linear.modes(linear.cross_moment(h[: len(h1)], h[len(h1) :]), d)
    return np.asfortranarray(-(h @ v / np.sqrt(gamma)).astype(np.float32))
""",
        "column by column, as lists": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - np.ones((len(h), 1)) * h.mean(0)
    n = len(h1)
    C = h[:n].T @ h[n:] / n
    values, vectors = np.linalg.eig((C + C.T) / 2)
    order = sorted(range(len(values)), key=lambda j: -values[j].real)[:d]
    return [[float(row @ vectors[:, j].real) / values[j].real ** 0.5 for j in order] for row in h]
""",
    },
    "9.2": {
        "a regression's R²": """
def mode_alignment(functions, z):
    table = np.column_stack([np.ones(len(z)), z])
    fit = table @ np.linalg.lstsq(table, functions, rcond=None)[0]
    return fit.var(0) / functions.var(0)
""",
        "by a singular value decomposition": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    U = np.linalg.svd(z - z.mean(0), full_matrices=False)[0]
    return np.linalg.norm(U.T @ f, axis=0) ** 2 / np.linalg.norm(f, axis=0) ** 2
""",
        "the package's, as a list": """
def mode_alignment(functions, z):
    return list(spectra.mode_alignment(functions, z))
""",
        "Gram and Schmidt, single precision": """
def mode_alignment(functions, z):
    f = (functions - functions.mean(0)).astype(np.float32)
    share = np.zeros(f.shape[1], dtype=np.float32)
    basis = []
    for column in (z - z.mean(0)).T.astype(np.float32):
        for _ in range(2):
            column = column / np.linalg.norm(column)
            for q in basis:
                column = column - (q @ column) * q
        basis.append(column / np.linalg.norm(column))
        share += (basis[-1] @ f) ** 2
    return share / (f**2).sum(0)
""",
        "the projector": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    z = z / np.linalg.norm(z, axis=0)
    P = z @ np.linalg.pinv(z)
    return np.array([g @ P @ g / (g @ g) for g in f.T])
""",
    },
    "9.3": {
        "participation ratios": """
def cka_by_chance(x, y):
    def pr(a):
        lam = np.linalg.eigvalsh(np.cov(a.T))
        return lam.sum() ** 2 / (lam**2).sum()
    return np.sqrt(pr(x) * pr(y)) / (len(x) - 1)
""",
        "the package's participation ratios, as a tensor": """
def cka_by_chance(x, y):
    import torch
    ratios = [spectra.participation_ratio(spectra.covariance_eigenvalues(a)) for a in (x, y)]
    return torch.tensor(np.sqrt(ratios[0] * ratios[1]) / (len(x) - 1), dtype=torch.float64)
""",
        "means of the diagonal and of what is off it": """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    n = len(K)
    off = (L.sum() - np.trace(L)) / (n * (n - 1))
    mean = np.trace(K) * np.trace(L) / n + (K.sum() - np.trace(K)) * off
    return mean / np.sqrt((K**2).sum() * (L**2).sum())
""",
        "Gram matrices, single precision": """
def cka_by_chance(x, y):
    x, y = ((a - a.mean(0)).astype(np.float32) for a in (x, y))
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / (np.linalg.norm(K) * np.linalg.norm(L)) / (len(x) - 1)
""",
    },
    "9.4": {
        "deflated data": order(),
        "deflated data, other signs, single precision": order(
            z="(Z[j] - Z[j].mean(0)).astype(np.float32)", result="np.asfortranarray(-found)"
        ),
        "as nested lists": order(result="found.tolist()"),
        "in what is left": """
def learned_order(Z):
    d = len(Z)
    left, found = np.eye(d), []
    for z in Z:
        values, axes = np.linalg.eigh(np.cov((z @ left).T).reshape(left.shape[1], -1))
        found.append(left @ axes[:, -1])
        left = left @ axes[:, :-1]
    return np.array(found).T
""",
        "power iteration": """
def learned_order(Z):
    found = np.zeros((len(Z), len(Z)))
    for j, z in enumerate(Z):
        P = np.eye(len(Z)) - found @ found.T
        M = P @ np.cov(z.T) @ P
        v = P @ np.cos(np.arange(len(Z)) + 1.0)
        for _ in range(30):
            M = M @ M
            M = M / np.linalg.norm(M)
        v = M[:, np.argmax(np.diag(M))]
        found[:, j] = v / np.linalg.norm(v)
    return found
""",
    },
    "9.5": {
        "a basis of the centred regressors": """
def r_squared(modes, regressors):
    y = modes - modes.mean(0)
    Q = np.linalg.qr(regressors - regressors.mean(0))[0]
    return ((Q.T @ y) ** 2).sum(0) / (y ** 2).sum(0)
""",
        "correlations alone, as a list": """
def r_squared(modes, regressors):
    d = modes.shape[1]
    table = np.corrcoef(np.column_stack([modes, regressors]), rowvar=False)
    r, R = table[:d, d:], table[d:, d:]
    return [float(row @ np.linalg.solve(R, row)) for row in r]
""",
        "SciPy, mode by mode": """
def r_squared(modes, regressors):
    from scipy.linalg import lstsq
    x = np.insert(regressors, 0, 1, axis=1)
    return np.array([1 - np.var(y - x @ lstsq(x, y)[0]) / np.var(y) for y in modes.T])
""",
        "the package's": """
def r_squared(modes, regressors):
    return meaning.explained(modes, regressors)
""",
        "single precision, Fortran order": """
def r_squared(modes, regressors):
    y = np.asfortranarray(modes - modes.mean(0), dtype=np.float32)
    x = np.asfortranarray((regressors - regressors.mean(0)) / regressors.std(0), dtype=np.float32)
    fit = x @ np.linalg.solve(x.T @ x, x.T @ y)
    return (fit ** 2).sum(0) / (y ** 2).sum(0)
""",
        "squared correlation with the fit": """
def r_squared(modes, regressors):
    x = np.column_stack([regressors, np.ones(len(regressors))])
    fit = x @ np.linalg.pinv(x) @ modes
    return np.array([np.corrcoef(a, b)[0, 1] ** 2 for a, b in zip(modes.T, fit.T)])
""",
    },
    "9.6": {
        "a loop, of shares that are rounded": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors).round(8)
    count = np.ones(len(observed))
    for p in permutations:
        count += r_squared(modes, regressors[p]).max().round(8) >= observed
    return count / (1 + len(permutations))
""",
        "one product for all permutations": """
def p_values(modes, regressors, permutations):
    y = modes - modes.mean(0)
    y = y / np.linalg.norm(y, axis=0)
    Q = np.linalg.qr(regressors - regressors.mean(0))[0]
    observed = ((Q.T @ y) ** 2).sum(0)
    largest = (np.einsum("pnk,nd->pkd", Q[permutations], y) ** 2).sum(1).max(1)
    return (1 + (largest[:, None] > observed - 1e-9).sum(0)) / (1 + len(largest))
""",
        "ranks in a sorted list, as a list": """
def p_values(modes, regressors, permutations):
    import bisect
    largest = sorted(max(r_squared(modes, regressors[list(p)])) for p in permutations)
    P = len(largest)
    return [(1 + P - bisect.bisect_left(largest, r - 1e-9)) / (1 + P)
            for r in r_squared(modes, regressors)]
""",
        "modes' rows by the inverse, in single precision": """
def p_values(modes, regressors, permutations):
    modes, regressors = np.float32(modes), np.float32((regressors - regressors.mean(0)) / regressors.std(0))
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes[np.argsort(p)], regressors).max() for p in permutations])
    return np.float32((1 + (largest[:, None] >= observed - 1e-5).sum(0)) / (1 + len(permutations)))
""",
    },
    "9.7": {
        "targets of 1 and -1": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = sorted(set(y))
    targets = np.array([[1 if label == c else -1 for c in classes] for label in y])
    curve = []
    for k in range(len(order)):
        j = list(order)[: k + 1]
        x, x_test = (np.insert(m[:, j], 0, 1, axis=1) for m in (modes, modes_test))
        output = x_test @ np.linalg.lstsq(x, targets, rcond=None)[0]
        curve.append(sum(classes[i] == label for i, label in zip(output.argmax(1), y_test)) / len(y_test))
    return curve
""",
        "normal equations with centred modes, Fortran order": """
def probe_curve(modes, y, modes_test, y_test, order):
    mean, size = modes.mean(0), modes.std(0)
    a, b = (np.asfortranarray(((m - mean) / size)[:, order]) for m in (modes, modes_test))
    classes, place = np.unique(y, return_inverse=True)
    onehot = np.eye(len(classes))[place]
    share = onehot.mean(0)
    out = np.zeros(len(order))
    for k in range(1, len(order) + 1):
        w = np.linalg.solve(a[:, :k].T @ a[:, :k], a[:, :k].T @ (onehot - share))
        out[k - 1] = (classes[np.argmax(share + b[:, :k] @ w, axis=1)] == y_test).mean()
    return out
""",
        "pseudo-inverse in single precision": """
def probe_curve(modes, y, modes_test, y_test, order):
    mean, size = modes.mean(0), modes.std(0)
    a, b = (np.float32((m - mean) / size)[:, order] for m in (modes, modes_test))
    classes = np.unique(y)
    T = np.float32(y[:, None] == classes)
    out = []
    for k in range(1, a.shape[1] + 1):
        x, x_test = (np.c_[m[:, :k], np.ones(len(m), np.float32)] for m in (a, b))
        guess = classes[(x_test @ (np.linalg.pinv(x) @ T)).argmax(1)]
        out.append(np.float32((guess == y_test).mean()))
    return np.array(out)
""",
        "torch": """
def probe_curve(modes, y, modes_test, y_test, order):
    import torch
    classes = torch.unique(torch.tensor(y))
    T = (torch.tensor(y)[:, None] == classes).double()
    a, b = (torch.tensor(m[:, order]) for m in (modes, modes_test))
    ones = lambda m: torch.ones(len(m), 1, dtype=torch.float64)
    out = []
    for k in range(1, a.shape[1] + 1):
        w = torch.linalg.lstsq(torch.cat([ones(a), a[:, :k]], 1), T).solution
        guess = classes[(torch.cat([ones(b), b[:, :k]], 1) @ w).argmax(1)]
        out.append((guess == torch.tensor(y_test)).double().mean())
    return torch.stack(out)
""",
    },
    "9.8": {
        "closed forms": """
def three_ranks(d, k, delta):
    def count(x):
        total = k + (d - k) * x
        return total if x == 0 else total * x ** (-(d - k) * x / total)
    return count(delta ** 0.5), count(delta), (k + (d - k) * delta) ** 2 / (k + (d - k) * delta ** 2)
""",
        "an embedding and the package": """
def three_ranks(d, k, delta):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(5 * d, d))
    z = np.linalg.qr(z - z.mean(0))[0] * np.sqrt(np.array(k * [1.0] + (d - k) * [delta]))
    lam = spectra.covariance_eigenvalues(z)
    return spectra.rankme(z), spectra.effective_rank(lam), spectra.participation_ratio(lam)
""",
        "scipy's entropy, as an array": """
def three_ranks(d, k, delta):
    from scipy.special import entr
    lam = np.array([1.0] * k + [delta] * (d - k))
    count = lambda v: np.exp(entr(v / v.sum()).sum())
    return np.array([count(lam ** 0.5), count(lam), lam.sum() ** 2 / (lam @ lam)])
""",
        "base 2 throughout, in single precision": """
def three_ranks(d, k, delta):
    lam = np.float32([1.0] * k + [delta] * (d - k))
    def count(v):
        p = v / v.sum()
        return np.exp2(-np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0).sum())
    return [count(np.sqrt(lam)), count(lam), 1 / ((lam / lam.sum()) ** 2).sum()]
""",
    },
}

EQUIVALENT = {
    "9.1": {"result negated"},  # the sign of a column is free
    # One matrix of products has the trace and the norm of the other.
    "9.3": {"x @ x.T  →  x.T @ x", "y @ y.T  →  y.T @ y"},
    "9.4": {"result negated"},
}
