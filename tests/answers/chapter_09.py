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


WRONG = {
    "9.1": {
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
}

EQUIVALENT = {
    "9.1": {"result negated"},  # the sign of a column is free
    # One matrix of products has the trace and the norm of the other.
    "9.3": {"x @ x.T  →  x.T @ x", "y @ y.T  →  y.T @ y"},
    "9.4": {"result negated"},
}
