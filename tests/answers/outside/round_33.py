"""Round 33: 72 wrong and 16 right answers to chapters 1 to 9, four exercises a chapter."""

WRONG = {
    "1.3": {
        "the number of groups for their size": """
def copies_loss(d, k, lam):
    return lam * d * (k - 1)
""",
        "all pairs, divided by the groups": """
def copies_loss(d, k, lam):
    return lam * d * (d - 1) / k
""",
    },
    "1.4": {
        "minus the log of the mean probability": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    p = torch.softmax(s, dim=1)[torch.arange(2 * n), partner]
    return -p.mean().log()
""",
        "partners as if the views were interleaved": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = torch.arange(2 * n) ^ 1
    return torch.nn.functional.cross_entropy(s, partner)
""",
    },
    "1.6": {
        "the variance of both views stacked": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    spread = torch.cat([z1, z2]).var(dim=0)
    variance = torch.relu(1 - torch.sqrt(spread + eps)).mean()
    covariance = 0
    for z in (z1, z2):
        c = torch.cov(z.T)
        covariance = covariance + ((c**2).sum() - (c.diagonal() ** 2).sum()) / d
    return invariance, variance, covariance
""",
        "covariances about one mean of all entries": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    variance = sum(torch.relu(1 - torch.sqrt(z.var(dim=0) + eps)).mean() / 2 for z in (z1, z2))
    covariance = 0
    for z in (z1, z2):
        z = z - z.mean()
        c = z.T @ z / (n - 1)
        covariance = covariance + ((c**2).sum() - (c.diagonal() ** 2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.8": {
        "the steps counted that are below one half": """
def staircase(x1, x2, W, lr, steps):
    n, W = len(x1), W.clone()
    G = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    losses, values = [], []
    for step in range(steps + 1):
        C = W @ G @ W.T
        E = C - torch.eye(len(C), dtype=C.dtype)
        losses.append((E**2).sum().item())
        values.append(torch.linalg.eigvalsh(C).flip(0).numpy())
        W = W - lr * 4 * E @ W @ G
    values = np.array(values)
    return np.array(losses), values, (values < 0.5).sum(axis=0).astype(float)
""",
        "one order of the views in place of the two": """
def staircase(x1, x2, W, lr, steps):
    n, W = len(x1), W.clone()
    G = x1.T @ x2 / n
    losses, values = [], []
    for step in range(steps + 1):
        C = W @ G @ W.T
        E = C - torch.eye(len(C), dtype=C.dtype)
        losses.append((E**2).sum().item())
        values.append(np.sort(torch.linalg.eigvals(C).real.numpy())[::-1])
        W = W - lr * 2 * (E @ W @ G.T + E.T @ W @ G)
    values = np.array(values)
    passed = values >= 0.5
    first = np.where(passed.any(axis=0), passed.argmax(axis=0), np.inf)
    return np.array(losses), values, first
""",
    },
    "2.2": {
        "the weight in loss and in slope": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    weight = np.full(C.shape, lam)
    np.fill_diagonal(weight, 1.0)
    return 4 * (weight**2 * (C - np.eye(len(C)))) @ W @ Gamma
""",
        "C without Gamma": """
def gradient(W, Gamma, lam=1.0):
    C = W @ W.T
    weight = np.full(C.shape, lam)
    np.fill_diagonal(weight, 1.0)
    return 4 * (weight * (C - np.eye(len(C)))) @ W @ Gamma
""",
    },
    "2.4": {
        "negative modes stand still": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    g = np.where(gamma > 0, gamma, 0.0)
    lam0 = g * s0**2
    return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * g * t))
""",
        "a start above 1 cut to 1": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam0 = np.minimum(gamma * s0**2, 1.0)
    with np.errstate(over="ignore"):
        return s0 / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma * t))
""",
    },
    "2.6": {
        "only the modes that can be learned": """
plateaus = (3.0, 1.0, 0.0)
""",
        "what has been gained": """
plateaus = (0.0, 2.0, 3.0)
""",
    },
    "2.7": {
        "singular values of C": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = []
    for step in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "the wrong axis turned round": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)]
    for step in range(steps):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
    return np.array(rows)[::-1]
""",
    },
    "3.2": {
        "projections on columns that overlap": """
def starts(products):
    d = len(products)
    left = np.empty(d)
    for j in range(d):
        left[j] = products[j, j] - sum(products[i, j] ** 2 / products[i, i] for i in range(j))
    return np.sqrt(np.maximum(left, 0))
""",
        "what all the others leave": """
def starts(products):
    scale = np.sqrt(np.diag(products))
    unit = products / np.outer(scale, scale)
    return scale / np.sqrt(np.diag(np.linalg.inv(unit)))
""",
    },
    "3.4": {
        "the norm without its square": """
ending = (3, 0.0, 5)
""",
        "a step for each mode that is left": """
ending = (3, 1.0, 12)
""",
    },
    "3.6": {
        "the pair with the smallest difference": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = gamma[j], gamma[j + 1]
    log_square = ((np.log(a) - np.log(9)) / a - (np.log(b) + np.log(9)) / b) / (1 / b - 1 / a)
    return np.exp(log_square / 2)
""",
        "the whole of each step on either side": """
def largest_start(gamma):
    a, b = gamma[:-1], gamma[1:]
    log_square = ((np.log(a) - np.log(81)) / a - (np.log(b) + np.log(81)) / b) / (1 / b - 1 / a)
    return np.exp(log_square.min() / 2)
""",
    },
    "3.8": {
        "turned on the side of the inputs": """
def distance(W, target):
    U, _, Vt = np.linalg.svd(W.T @ target)
    return np.linalg.norm(W @ U @ Vt - target)
""",
        "the turn that takes the target to W": """
def distance(W, target):
    U, _, Vt = np.linalg.svd(target @ W.T)
    return np.linalg.norm((U @ Vt).T @ W - target)
""",
    },
    "4.2": {
        "axes centred, projected views not": """
def kernel_pca(K, d):
    N = len(K)
    J = np.eye(N) - 1 / N
    values, vectors = np.linalg.eigh(J @ K @ J)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return K @ vectors / np.sqrt(values)
""",
        "the mean of all products in place of the rows'": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K - K.mean())
    order = np.argsort(values)[::-1][:d]
    return vectors[:, order] * np.sqrt(values[order])
""",
    },
    "4.3": {
        "partners by turning the order round": """
def velocity(F, K):
    d, N = F.shape
    swapped = F[:, ::-1]
    C = (F @ swapped.T + swapped @ F.T) / (2 * N)
    return -4 / N * (C - np.eye(d)) @ swapped @ K
""",
        "the kernel before the swap": """
def velocity(F, K):
    d, N = F.shape
    n = N // 2
    C = F @ np.roll(F, n, axis=1).T / N
    return -4 / N * (C - np.eye(d)) @ np.roll(F @ K, n, axis=1)
""",
    },
    "4.5": {
        "all that is not positive is negative": """
ending = (7, 13, 5.0)
""",
        "one pair gives two steps": """
ending = (14, 0, 0.0)
""",
    },
    "4.7": {
        "the angle between the views taken as uniform": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "the average of the page's cosine": """
def circle_gamma(c, delta):
    angles = (np.arange(2000) + 0.5) / 2000 * delta
    return c * np.cos(2 * np.outer(np.arange(len(c)), angles)).mean(axis=1) ** 2
""",
    },
    "5.3": {
        "the biases' own gradient forgotten": """
def wide_kernels(X, depth, W_std, b_std):
    inner = X @ X.T / X.shape[1]
    K = W_std**2 * inner + b_std**2
    T = W_std**2 * inner
    for _ in range(depth):
        size = np.sqrt(np.outer(np.diag(K), np.diag(K)))
        cos = np.clip(K / np.where(size > 0, size, 1), -1, 1)
        angle = np.arccos(cos)
        E = size * (np.sqrt(1 - cos**2) + (np.pi - angle) * cos) / (2 * np.pi)
        T = W_std**2 * E + W_std**2 * (np.pi - angle) / (2 * np.pi) * T
        K = W_std**2 * E + b_std**2
    return K, T
""",
        "the sizes of the first layer in all": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    T = K.copy()
    size = np.sqrt(np.outer(np.diag(K), np.diag(K)))
    for _ in range(depth):
        cos = np.clip(K / np.where(size > 0, size, 1), -1, 1)
        angle = np.arccos(cos)
        E = size * (np.sqrt(1 - cos**2) + (np.pi - angle) * cos) / (2 * np.pi)
        K = W_std**2 * E + b_std**2
        T = K + W_std**2 * (np.pi - angle) / (2 * np.pi) * T
    return K, T
""",
    },
    "5.4": {
        "leftovers of the rows": """
def network_start(F0, K):
    N, d = F0.shape
    n = N // 2
    values, vectors = np.linalg.eigh(K)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    G = root @ np.roll(root, n, axis=0) / N
    gamma, b = np.linalg.eigh((G + G.T) / 2)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (N * gamma)
    return np.abs(np.diag(np.linalg.qr(columns.T)[1]))
""",
        "the embeddings centred first": """
def network_start(F0, K):
    N, d = F0.shape
    n = N // 2
    F0 = F0 - F0.mean(axis=0)
    values, vectors = np.linalg.eigh(K)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    G = root @ np.roll(root, n, axis=0) / N
    gamma, b = np.linalg.eigh((G + G.T) / 2)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (N * gamma)
    return np.abs(np.diag(np.linalg.qr(columns)[1]))
""",
    },
    "5.6": {
        "two parts of the kernel for the last layer": """
blocks = (2 / 3, 8, 0)
""",
        "as one over the width, and what is left by the first layer": """
blocks = (0.5, 64, 0.5)
""",
    },
    "5.9": {
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    return np.sqrt(np.sum(np.abs(1 / gamma - s0**2)) / (N * (m + d)))
""",
        "lengths added, and not their squares": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    moves = np.abs(1 / np.sqrt(gamma) - s0)
    return np.sum(moves) / np.sqrt(N * (m + d))
""",
    },
    "6.3": {
        "one covariance of all views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    apart = x1 - x2
    S = np.cov(np.vstack([x1, x2]).T)
    return variance / (d * np.sqrt(eps)) * S - 2 * invariance / (n * d) * apart.T @ apart
""",
        "the differences centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(x1.T) + np.cov(x2.T)
    D = np.cov((x1 - x2).T, ddof=0)
    return variance / (2 * d * np.sqrt(eps)) * S - 2 * invariance / d * D
""",
    },
    "6.4": {
        "the invariance term always decides": """
winners = (2, 3, 3)
""",
        "the larger weight changes nothing": """
winners = (2, 1, 1)
""",
    },
    "6.5": {
        "one length for the whole matrix": """
def through_normalisation(z, g):
    length = np.linalg.norm(z)
    u = z / length
    return (g - u * np.sum(u * g, axis=1, keepdims=True)) / length
""",
        "products down the columns": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    u = z / length
    return (g - u * np.sum(u * g, axis=0, keepdims=True)) / length
""",
    },
    "6.8": {
        "nothing stops at 1": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9 * (1 + np.abs(roots.real))].real
    return real[real > 0].min()
""",
        "the diagonal among the pairs": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * d, 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9 * (1 + np.abs(roots.real))].real
    return min(real[real > 0].min(), 1.0)
""",
    },
    "7.3": {
        "first values held against curve 1": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for y in curves.T:
        if y[-1] < share * curves[-1, 0] or y[0] >= curves[-1, 0] / 2:
            out.append(np.nan)
            continue
        half = y[-1] / 2
        k = int(np.argmax(y >= half))
        if k == 0:
            out.append(t[0])
            continue
        part = (half - y[k - 1]) / (y[k] - y[k - 1])
        if t[k - 1] == 0:
            out.append(part * t[k])
        else:
            out.append(t[k - 1] * (t[k] / t[k - 1]) ** part)
    return np.array(out)
""",
        "half of the way up from the first value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for y in curves.T:
        if y[-1] < share * curves[-1, 0] or y[0] >= y[-1] / 2:
            out.append(np.nan)
            continue
        half = (y[0] + y[-1]) / 2
        k = int(np.argmax(y >= half))
        part = (half - y[k - 1]) / (y[k] - y[k - 1])
        if t[k - 1] == 0:
            out.append(part * t[k])
        else:
            out.append(t[k - 1] * (t[k] / t[k - 1]) ** part)
    return np.array(out)
""",
    },
    "7.4": {
        "steps come at iterations": """
predictions = (1, 0.5, np.log(100) / 4, "no", "same")
""",
        "the logarithm of 100 once": """
predictions = (2, 1, np.log(100) / 8, "no", "same")
""",
    },
    "7.5": {
        "one side alone": """
def paired(a, b, level):
    difference = b - a
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level, n - 1) * error)
""",
        "the freedom of two samples": """
def paired(a, b, level):
    difference = b - a
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
    },
    "7.8": {
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    mine = slice(rank, None, processes)
    return processes * 2 / n * (b @ E)[mine], processes * 2 / n * (a @ E)[mine]
""",
        "centred on the mean of its own rows": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    size = n // processes
    mine = slice(rank * size, (rank + 1) * size)
    own = (z1[mine].mean(0) + z2[mine].mean(0)) / 2
    first, second = (z2[mine] - own) @ E, (z1[mine] - own) @ E
    return processes * 2 / n * first, processes * 2 / n * second
""",
    },
    "8.2": {
        "the square of the move": """
def trunk_square(W, W0, A0):
    move = W - W0
    return A0 @ A0.T + move.T @ move
""",
        "the head's start taken as nothing": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
    },
    "8.3": {
        "p(0) where its square belongs": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**2 + 4 * lam / gamma)
    return (1 + p0 / u) / 2
""",
        "shares of the weights, not of the squares": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    p, s = np.sqrt((u + p0**2) / 2), np.sqrt((u - p0**2) / 2)
    return p / (p + s)
""",
    },
    "8.6": {
        "q from R squared": """
def saved(raised):
    x, w = np.polynomial.legendre.leggauss(200)
    lam, w = (x + 1) / 4, w / 4
    q = np.asarray(raised)[:, None] ** 2 - 1
    return np.sum(w * (1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam)), axis=1)
""",
        "growth as if nothing saturated": """
def saved(raised):
    x, w = np.polynomial.legendre.leggauss(200)
    lam, w = (x + 1) / 4, w / 4
    R = np.asarray(raised)[:, None]
    q = 4 * R * (R - 1)
    return np.sum(w * (1 - 1 / np.sqrt(1 + q * lam)) / lam, axis=1)
""",
    },
    "8.7": {
        "one layer too many below the head": """
def deep_raise(layers, gamma):
    low, high = 0.0, 1 / gamma
    for _ in range(200):
        x = (low + high) / 2
        if gamma * x * (1 + x) ** layers < 1:
            low = x
        else:
            high = x
    return (1 + x) ** layers
""",
        "one layer's own raise": """
def deep_raise(layers, gamma):
    low, high = 0.0, 1 / gamma
    for _ in range(200):
        x = (low + high) / 2
        if gamma * x * (1 + x) ** (layers - 1) < 1:
            low = x
        else:
            high = x
    return 1 + x
""",
    },
    "9.2": {
        "the squared correlations added": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    r = np.corrcoef(functions.T, z.T)[:k, k:]
    return np.minimum((r**2).sum(axis=1), 1)
""",
        "small columns cut off": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(0), z - z.mean(0)
    U, s, _ = np.linalg.svd(z, full_matrices=False)
    U = U[:, s > 1e-3 * s[0]]
    return ((U.T @ f) ** 2).sum(axis=0) / (f**2).sum(axis=0)
""",
    },
    "9.4": {
        "the j-th axis of moment j": """
def learned_order(Z):
    d = Z.shape[2]
    found = [np.linalg.svd(z - z.mean(0), full_matrices=False)[2][j] for j, z in enumerate(Z)]
    return np.linalg.qr(np.array(found).T)[0]
""",
        "first axes, made orthogonal afterwards": """
def learned_order(Z):
    found = [np.linalg.svd(z - z.mean(0), full_matrices=False)[2][0] for z in Z]
    return np.linalg.qr(np.array(found).T)[0]
""",
    },
    "9.6": {
        "the order read backwards": """
def p_values(modes, regressors, permutations):
    def fit(x):
        x = x - x.mean(0)
        q = np.linalg.qr(x)[0]
        m = modes - modes.mean(0)
        return ((q.T @ m) ** 2).sum(0) / (m**2).sum(0)

    seen = fit(regressors)
    best = np.array([fit(regressors[np.argsort(p)]).max() for p in permutations])
    counts = (best[:, None] >= seen - 1e-9).sum(axis=0)
    return (1 + counts) / (1 + len(permutations))
""",
        "only what is larger by more than rounding": """
def p_values(modes, regressors, permutations):
    def fit(x):
        x = x - x.mean(0)
        q = np.linalg.qr(x)[0]
        m = modes - modes.mean(0)
        return ((q.T @ m) ** 2).sum(0) / (m**2).sum(0)

    seen = fit(regressors)
    best = np.array([fit(regressors[p]).max() for p in permutations])
    counts = (best[:, None] > seen + 1e-9).sum(axis=0)
    return (1 + counts) / (1 + len(permutations))
""",
    },
    "9.8": {
        "the participation ratio of singular values": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    root = np.sqrt(lam)
    return spread(root), spread(lam), root.sum() ** 2 / lam.sum()
""",
        "eigenvalues squared where roots belong": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log(p)))

    return spread(lam**2), spread(lam), lam.sum() ** 2 / (lam**2).sum()
""",
    },
}

RIGHT = {
    "1.5": {
        "one anchor, its others one by one": """
def cluster_loss(n, k, temperature):
    from scipy.special import logsumexp

    same = 2 * n // k - 1
    others = [1 / temperature] * same + [0.0] * (2 * n - 1 - same)
    return float(logsumexp(others)) - 1 / temperature
""",
    },
    "1.7": {
        "a product of powers": """
def spectrum(z):
    values = np.linalg.svd(z - z.mean(axis=0), compute_uv=False) ** 2 / len(z)
    p = values / values.sum()
    return values, float(1 / np.prod(p**p))
""",
    },
    "2.5": {
        "differences of logits, in a list": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit

    out = []
    for g, s in zip(gamma.tolist(), s0.tolist()):
        start = g * s * s
        if start >= level:
            out.append(0)
        elif g <= 0:
            out.append(float("inf"))
        else:
            out.append((logit(level) - logit(start)) / 8 / g)
    return out
""",
    },
    "2.8": {
        "by deflation, a mode at a time": """
def final_weights(Gamma, d):
    G, rows = Gamma.copy(), []
    for _ in range(d):
        value, vector = (x[..., -1] for x in np.linalg.eigh(G))
        rows.append(-vector / np.sqrt(value))
        G = G - 10 * np.abs(Gamma).sum() * np.outer(vector, vector)
    return np.stack(rows[::-1])
""",
    },
    "3.3": {
        "digamma by its recurrence": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    psi = {1: -np.euler_gamma - 2 * np.log(2), 2: -np.euler_gamma}
    for k in range(3, d + 1):
        psi[k] = psi[k - 2] + 2 / (k - 2)
    return [
        -(np.log(2 * g) + 2 * np.log(alpha) + psi[d - j]) / (8 * g)
        for j, g in enumerate(gamma)
    ]
""",
    },
    "3.7": {
        "Lambert's W": """
def largest_rate(gamma, late):
    from scipy.special import lambertw

    c = 1 / (1 + late)
    y = -lambertw(-c * np.exp(-c), k=-1).real - c
    return y / c / (4 * max(gamma))
""",
    },
    "4.6": {
        "the rank alone, and einsum": """
def embed(new, K, d):
    N = len(K)
    n = N // 2
    values, vectors = np.linalg.eigh(K)
    keep = values > 1e-12 * values[-1]
    B = vectors[:, keep] * np.sqrt(values[keep])
    G = np.einsum("ai,aj->ij", B, np.roll(B, n, axis=0)) / N
    gamma, b = np.linalg.eigh((G + G.T) / 2)
    gamma, b = gamma[-1 : -d - 1 : -1], b[:, -1 : -d - 1 : -1]
    return np.einsum("qa,aj,j->qj", new, np.roll(B, n, axis=0) @ b, 1 / (N * gamma**1.5))
""",
    },
    "4.2": {
        "the mean of all products left out, which the constant alone sees": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1)[:, None]
    values, vectors = np.linalg.eigh(centred)
    order = np.argsort(values)[::-1][:d]
    return vectors[:, order] * np.sqrt(values[order])
""",
    },
    "5.8": {
        "a cosine transform over half the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    from scipy.fft import dct

    M = 8192
    theta = np.pi * np.arange(M + 1) / M
    X = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    row = kernels.relu_mlp_kernel(X[:1], X, depth, b_std=b_std)[1].ravel()
    c = dct(row, type=1)[: k_max + 1] / (2 * M)
    return c * np.real(np.exp(2j * delta * np.arange(k_max + 1)))
""",
    },
    "6.7": {
        "the logarithm in another base": """
def updates(gamma, s0, lr, eps, level):
    import math

    goal = 0.5 * (math.log2(level) + math.log2(eps) - math.log2(gamma)) - math.log2(s0)
    return max(goal, 0.0) / math.log2(1 + 4 * gamma * lr / eps)
""",
    },
    "6.9": {
        "two straight lines that meet": """
def exchange_time(sigma, rho, s0, pull, u):
    import math

    lead = [math.log(u / s / w / w) / s / 2 for s, w in zip(sigma, s0)]
    slope = 2 * pull * (rho[1] - rho[0])
    return math.inf if slope <= 0 else max((lead[1] - lead[0]) / slope, 0.0)
""",
    },
    "7.3": {
        "curves that begin above their half left out by the place of it": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for y in curves.T:
        if y[-1] < share * curves[-1, 0] or y[0] >= curves[-1, 0] / 2:
            out.append(np.nan)
            continue
        half = y[-1] / 2
        k = int(np.argmax(y >= half))
        if k == 0:
            out.append(np.nan)
            continue
        part = (half - y[k - 1]) / (y[k] - y[k - 1])
        if t[k - 1] == 0:
            out.append(part * t[k])
        else:
            out.append(t[k - 1] * (t[k] / t[k - 1]) ** part)
    return np.array(out)
""",
    },
    "7.7": {
        "matrices and dot products": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    both = 6 * pictures * np.stack(
        [2 * i * o * k * k * b * b / peak, 2 * (i * a * a + o * b * b) / bandwidth]
    )
    slower = both.argmax(axis=0)
    longest = np.take_along_axis(both, slower[None], 0)[0]
    return longest.sum(), longest @ slower / longest.sum()
""",
    },
    "8.5": {
        "a quadratic equation for each mode": """
def raise_of(gamma, p0):
    return np.array([max(np.roots([1, -1, -1 / (g * p**4)])) for g, p in zip(gamma, p0)])
""",
    },
    "9.3": {
        "traces of small matrices": """
def cka_by_chance(x, y):
    def spread(a):
        a = np.asarray(a) - np.mean(a, axis=0)
        s = np.linalg.svd(a, compute_uv=False) ** 2
        return s.sum() / np.hypot.reduce(s)

    return spread(x) * spread(y) / (len(x) - 1)
""",
    },
    "9.7": {
        "one hot by broadcasting, all sizes by lstsq": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = sorted(set(np.asarray(y).tolist()))
    target = np.equal.outer(y, classes).astype(float)
    curve = []
    for k in range(1, len(order) + 1):
        columns = list(order)[:k]
        design = np.c_[modes[:, columns], np.ones(len(modes))]
        weights = np.linalg.lstsq(design, target, rcond=None)[0]
        output = np.c_[modes_test[:, columns], np.ones(len(modes_test))] @ weights
        guess = np.take(classes, output.argmax(1))
        curve.append(np.count_nonzero(guess == y_test) / len(y_test))
    return curve
""",
    },
}
