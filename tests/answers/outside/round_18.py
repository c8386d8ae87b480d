"""Round 18: 62 wrong and 17 right answers, from the blank notebooks alone."""

WRONG = {
    "1.2": {
        "the diagonal is a view of C, and C's diagonal is then set to zero": """
def barlow_twins(z1, z2, lam=0.0051):
    def normalise(z):
        return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5)
    C = normalise(z1).T @ normalise(z2) / len(z1)
    on = C.diagonal()
    off = C.fill_diagonal_(0)
    return ((1 - on) ** 2).sum() + lam * (off**2).sum()
""",
        "the statistics are detached, so no gradient flows through them": """
def barlow_twins(z1, z2, lam=0.0051):
    def normalise(z):
        with torch.no_grad():
            mean, std = z.mean(0), torch.sqrt(z.var(0, correction=0) + 1e-5)
        return (z - mean) / std
    C = normalise(z1).T @ normalise(z2) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.4": {
        "views interleaved in the stack, partners n rows further": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.stack([z1, z2], dim=1).reshape(2 * n, -1)
    z = torch.nn.functional.normalize(z, dim=1)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))
""",
        "a thousandth added to every length": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / (z.norm(dim=1, keepdim=True) + 1e-3)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n))
""",
    },
    "1.7": {
        "dead directions are left out of the returned eigenvalues too": """
def spectrum(z):
    z = z - z.mean(0)
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    values = values[values > 0]
    p = values / values.sum()
    return values, np.exp(-np.sum(p * np.log(p)))
""",
        "centres the caller's array": """
def spectrum(z):
    z -= z.mean(0)
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = values[values > 0] / values[values > 0].sum()
    return values, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "counts the records below one half": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_(True)
    losses, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C))) ** 2).sum()
        losses.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    values = np.array(values)
    passed = (values < 0.5).sum(axis=0).astype(float)
    passed[passed == steps + 1] = np.inf
    return np.array(losses), values, passed
""",
        "a column that starts above one half counts as never": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_(True)
    losses, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C))) ** 2).sum()
        losses.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    values = np.array(values)
    first = np.argmax(values >= 0.5, axis=0)
    return np.array(losses), values, np.where(first == 0, np.inf, first)
""",
    },
    "2.2": {
        "central differences with a fixed step": """
def gradient(W, Gamma, lam=1.0):
    def loss(W):
        C = W @ Gamma @ W.T
        on = np.diag(C)
        return np.sum((on - 1) ** 2) + lam * (np.sum(C**2) - np.sum(on**2))
    G, h = np.zeros_like(W, dtype=float), 1e-5
    for a in range(W.shape[0]):
        for i in range(W.shape[1]):
            E = np.zeros_like(G)
            E[a, i] = h
            G[a, i] = (loss(W + E) - loss(W - E)) / (2 * h)
    return G
""",
        "each pair off the diagonal counted once": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam / 2 * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W @ Gamma
""",
    },
    "2.4": {
        "a mode below zero decays without its denominator": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    start = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t)
    grows = s0 / np.sqrt(np.where(gamma > 0, start + (1 - start) * e, 1.0))
    return np.where(gamma > 0, grows, s0 * np.exp(-4 * np.abs(gamma) * t))
""",
        "e in place of its root for the modes below zero": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    start = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t)
    above = np.where(gamma > 0, s0, s0 * e)
    below = np.where(gamma > 0, start + (1 - start) * e, 1 + start * (e - 1))
    return above / np.sqrt(below)
""",
    },
    "2.5": {
        "nan_to_num for the modes that start above makes inf a number": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / start - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.where(gamma > 0, t, np.inf)
    return np.maximum(np.nan_to_num(t), 0)
""",
        "the form of a small start": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log(level / (1 - level) / start) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(start >= level, 0, t))
""",
    },
    "2.7": {
        "singular values of C, which have no sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "turns the order of the steps, not of the eigenvalues": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)[::-1]
""",
    },
    "3.1": {
        "one common factor for all times": """
def shares(t, Gamma, W0):
    gamma, V = linear.modes(Gamma, len(Gamma))
    exponent = 8 * np.outer(t, gamma)
    grown = np.exp(exponent - exponent.max()) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "modes below zero are kept as they are": """
def shares(t, Gamma, W0):
    gamma, V = linear.modes(Gamma, len(Gamma))
    rate = np.maximum(gamma, 0)
    grown = np.exp(8 * np.outer(t, rate - rate[0])) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "a jitter on the diagonal, as for a covariance": """
def starts(products):
    return np.diag(np.linalg.cholesky(products + 1e-12 * np.eye(len(products))))
""",
        "the root of R from a QR of the products": """
def starts(products):
    R = np.linalg.qr(products, mode="r")
    return np.sqrt(np.abs(np.diag(R)))
""",
    },
    "3.6": {
        "the whole width of a step on each side": """
def largest_start(gamma):
    r = 1 / gamma
    near, far = r[:-1], r[1:]
    ell = np.log(81) * (near + far) - far * np.log(far) + near * np.log(near)
    return np.exp(-np.max(ell / (far - near)) / 2)
""",
        "only the pair with the closest ratio": """
def largest_start(gamma):
    j = np.argmax(gamma[1:] / gamma[:-1])
    near, far = 1 / gamma[j], 1 / gamma[j + 1]
    ell = np.log(9) * (near + far) - far * np.log(far) + near * np.log(near)
    return np.exp(-ell / (far - near) / 2)
""",
    },
    "3.7": {
        "the largest |gamma| decides": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
        "a series to the second order in place of the logarithm": """
def largest_rate(gamma, late):
    x = 3 * (1 - np.sqrt(1 - 4 * late / 3))  # late = x/2 - x**2/12
    return x / (4 * np.max(gamma))
""",
    },
    "4.1": {
        "divides the caller's views by the bandwidth": """
def gaussian(x1, x2, b):
    x1 /= b
    x2 /= b
    squares = np.sum(x1**2, 1)[:, None] + np.sum(x2**2, 1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(squares, 0) / 2)
""",
        "divides by two, then multiplies by the bandwidth's square": """
def gaussian(x1, x2, b):
    squares = np.sum(x1**2, 1)[:, None] + np.sum(x2**2, 1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(squares, 0) / 2 * b**2)
""",
    },
    "4.2": {
        "centres the caller's kernel": """
def kernel_pca(K, d):
    K -= K.mean(axis=0)
    K -= K.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(K)
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))
""",
    },
    "4.6": {
        "views in reverse order in place of P": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ root[::-1] @ b / (len(K) * gamma**1.5)
""",
        "scaled by what the new views say, not the training pairs": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    f = new @ np.roll(root, len(K) // 2, axis=0) @ b
    return f / np.sqrt(np.abs(np.mean(f * np.roll(f, len(f) // 2, axis=0), axis=0)))
""",
    },
    "4.8": {
        "the inverse of the Cholesky factor, not transposed": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
        "a jitter of 1e-4, so that the Cholesky decomposition never fails": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq + 1e-4 * np.eye(len(Kqq)))
    return np.linalg.solve(R, new.T).T
""",
    },
    "5.1": {
        "a step in proportion to the parameter": """
def tangent_kernel(f, theta, X):
    total = 0
    for p in range(len(theta)):
        h = 1e-5 * theta[p]
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        total = total + J @ J.T
    return total / J.shape[1]
""",
        "the moved parameters are no copy": """
def tangent_kernel(f, theta, X):
    base, h = f(theta, X), 1e-6
    n, d = base.shape
    total = np.zeros((n, n))
    for p in range(len(theta)):
        moved = theta
        moved[p] += h
        J = (f(moved, X) - base) / h
        total += J @ J.T
    return total / d
""",
    },
    "5.3": {
        "the diagonal of the first layer's K in all rounds": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta, diagonal = K, np.diag(K)
    k11, k22 = np.broadcast_arrays(diagonal[:, None], diagonal[None, :])
    for _ in range(depth):
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
        "the bias counted once more in Theta": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        diagonal = np.diag(K)
        k11, k22 = np.broadcast_arrays(diagonal[:, None], diagonal[None, :])
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta + b_std**2
    return K, Theta
""",
    },
    "5.5": {
        "the arctangent of the quotient": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan(r / k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.sum(fourth - mean**2) / (error**2 * np.sum(mean**2))
""",
        "the mean of relative variances, entry by entry": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((fourth - mean**2) / mean**2) / error**2
""",
    },
    "5.9": {
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma - s0**2) / (N * m + len(gamma) * N))
""",
        "the notebook's d in the number of weights": """
d = 5

def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (N * m + d * N))
""",
    },
    "6.2": {
        "the variance's plateau for the eigenvalue's": """
def half_times(gamma, rho, s0, temperature):
    a = 4 * gamma / temperature
    start, plateau = gamma * s0**2, temperature * np.abs(rho)
    with np.errstate(all="ignore"):
        t = np.log(plateau / np.minimum(start, plateau / 2) - 1) / a
    return np.where((gamma > 0) & (s0 > 0), t, np.inf)
""",
        "no number for a mode that starts above its plateau": """
def half_times(gamma, rho, s0, temperature):
    a = 4 * gamma / temperature
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        t = np.maximum(np.log(plateau / start - 1) / a, 0)
    return np.where((gamma > 0) & (s0 > 0), t, np.inf)
""",
    },
    "6.3": {
        "the covariance of the differences": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, bias=True)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "n - 1 under the differences as well": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / (len(x1) - 1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.6": {
        "only the part along b is divided by the length": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = W - np.outer(unit, unit @ W) / length
    gamma, _ = linear.modes(Gamma_s, len(b) - 1)
    return A, 4 * gamma / (temperature * length**2)
""",
        "the notebook's d in the number of rates": """
d = 5

def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma, _ = linear.modes(Gamma_s, d - 1)
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.8": {
        "Cardano's formula, which divides by the covariance weight": """
def copies_std(rho, d, invariance, variance, covariance):
    a = 8 * covariance * (d - 1)
    p, q = 4 * invariance * (1 - rho) / a, -variance / a
    root = np.sqrt(q**2 / 4 + p**3 / 27)
    return min(1.0, np.cbrt(-q / 2 + root) + np.cbrt(-q / 2 - root))
""",
        "a pair of columns counted once": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([4 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return min(1.0, real[real > 0].min())
""",
    },
    "7.1": {
        "the length doubles, not its square": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 7.5 * length**2 / (lr**2 * np.sum(g**2))
""",
        "the number of steps from cw": """
def scale_free(g, length, lr, c):
    there = g / c
    return there, c**2 * lr, 1.5 * (c * length) ** 2 / (lr**2 * np.sum(there**2))
""",
    },
    "7.3": {
        "the start of each curve against half of curve 1's end": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, curves[:, [j]], curves[-1, j] / 2)[0]
             for j in range(curves.shape[1])]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1, 0] / 2)
    return np.where(learned, times, np.nan)
""",
        "np.interp the other way round, as if curves only rose": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    with np.errstate(divide="ignore"):
        times = [np.exp(np.interp(c[-1] / 2, c, np.log(t))) for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
    },
    "7.5": {
        "the bound of a one-sided test": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    bound = stats.t.ppf(1 - level, len(difference) - 1)
    return difference.mean(), error, bool(abs(difference.mean()) > bound * error)
""",
        "n degrees of freedom": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    bound = stats.t.ppf(1 - level / 2, len(difference))
    return difference.mean(), error, bool(abs(difference.mean()) > bound * error)
""",
    },
    "7.7": {
        "the share of the layers, not of the time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * after**2 / peak
    memory = 2 * (i * before**2 + o * after**2) / bandwidth
    slower = np.maximum(compute, memory)
    return 6 * pictures * slower.sum(), np.mean(memory > compute)
""",
        "the size of the input in the FLOP": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * before**2 / peak
    memory = 2 * (i * before**2 + o * after**2) / bandwidth
    slower = np.maximum(compute, memory)
    return 6 * pictures * slower.sum(), slower[memory > compute].sum() / slower.sum()
""",
    },
    "8.2": {
        "the square of the difference": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + (W - W0).T @ (W - W0)
""",
        "the head at the start counts as nothing": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
    },
    "8.4": {
        "an even grid over the eigenvalue": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    x = np.linspace(gamma * s0**2 * p0**2, np.asarray(lam), 20_001)
    slowness = 1 / (8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * x * (1 - x))
    return integrate.trapezoid(slowness, x, axis=0)
""",
    },
    "8.6": {
        "1 + q taken for 2R - 1": """
def saved(raised):
    B = np.sqrt(2 * raised - 1)
    v = np.sqrt((1 + B**2) / 2)
    return (2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2)
            - 2 / B * np.log((B + v) / (B + 1)))
""",
        "a grid that begins at a hundredth, to avoid dividing by zero": """
def saved(raised):
    x = np.linspace(0.01, 0.5, 5000)
    q = (2 * np.asarray(raised)[:, None] - 1) ** 2 - 1
    return integrate.trapezoid((1 - 1 / np.sqrt(1 + q * x)) / (x * (1 - x)), x, axis=1)
""",
    },
    "8.8": {
        "the eigenvalues are turned and the rates are not": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1)))
    squares = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        squares.append(sum((g**2).sum() for g in slopes))
    rates = torch.stack(squares) / (4 * lam)
    return lam.flip(0).detach(), rates.detach()
""",
        "the square of the summed norms": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        norm = sum(g.norm() for g in slopes)
        rates.append(norm**2 / (4 * value))
    return lam.detach(), torch.stack(rates).detach()
""",
    },
}

RIGHT = {
    "1.3": {
        "the matrix drawn, its entries added up": """
def copies_loss(d, k, lam):
    C = np.kron(np.eye(k), np.ones((d // k, d // k)))
    return lam * (C**2).sum() - lam * np.trace(C**2) + ((1 - np.diag(C)) ** 2).sum()
""",
    },
    "1.6": {
        "covariances from the differences of all pairs of rows": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    var, cov = [], []
    for z in (z1, z2):
        gaps = z[:, None] - z[None]
        K = torch.einsum("abi,abj->ij", gaps, gaps) / (2 * n * (n - 1))
        var.append(torch.clamp(1 - (K.diagonal() + eps).sqrt(), min=0))
        cov.append(sum(K[i, j] ** 2 for i in range(d) for j in range(d) if i != j) / d)
    return torch.nn.functional.mse_loss(z1, z2), torch.cat(var).mean(), cov[0] + cov[1]
""",
    },
    "2.1": {
        "by polarisation": """
def cross_moment(x1, x2):
    both = x1 + x2
    return (both.T @ both - x1.T @ x1 - x2.T @ x2) / (2 * len(x1))
""",
    },
    "2.3": {
        "minus the slope of the loss, by torch, as a list": """
def ds_dt(s, gamma):
    import torch
    s = torch.tensor(np.array(s, dtype=float), requires_grad=True)
    loss = ((1 - torch.tensor(np.array(gamma, dtype=float)) * s**2) ** 2).sum()
    return (-torch.autograd.grad(loss, s)[0]).tolist()
""",
    },
    "3.3": {
        "the mean of the logarithm integrated": """
def mean_step_times(gamma, alpha):
    from scipy import integrate, stats
    out = []
    for j, g in enumerate(gamma):
        k = len(gamma) - j
        logs = integrate.quad(
            lambda y: y * np.exp(y) * stats.chi2.pdf(np.exp(y), k), -60, 8, limit=400,
            epsabs=1e-11, points=[-20, 0, 2],
        )[0]
        out.append(-(np.log(g * alpha**2) + logs) / (8 * g))
    return out
""",
    },
    "3.8": {
        "scipy's Procrustes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes
    R, _ = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(W.T @ R - target.T)
""",
    },
    "4.2": {
        "roots without a guard, since each direction has a variance": """
def kernel_pca(K, d):
    N = len(K)
    H = np.eye(N) - 1 / N
    values, vectors = np.linalg.eigh(H @ K @ H)
    order = np.argsort(values)[::-1][:d]
    return vectors[:, order] * np.sqrt(values[order])
""",
    },
    "4.4": {
        "the root from a singular value decomposition, pairs by einsum": """
def contrastive(K):
    U, S, _ = np.linalg.svd(K)
    root = np.einsum("ia,a,ja->ij", U, np.sqrt(S), U)
    n = len(K) // 2
    a, b = root[:n], root[n:]
    return (np.einsum("ka,kb->ab", a, b) + np.einsum("ka,kb->ab", b, a)) / (2 * n)
""",
    },
    "4.7": {
        "the mean over both turns by quadrature": """
def circle_gamma(c, delta):
    x, w = np.polynomial.legendre.leggauss(300)
    apart = delta * (x[:, None] - x[None, :])
    weight = np.outer(w, w) / 4
    return [ck * np.sum(weight * np.cos(k * apart)) for k, ck in enumerate(c)]
""",
    },
    "5.2": {
        "the arccosine, cut, and a right angle for zero vectors": """
def relu_means(k11, k12, k22, a=0.0):
    length = np.sqrt(k11 * k22)
    cosine = np.clip(np.where(length > 0, k12 / np.where(length > 0, length, 1), 0), -1, 1)
    theta = np.arccos(cosine)
    on = (np.pi - theta) / (2 * np.pi)
    relu = length * (np.sin(theta) / (2 * np.pi) + cosine * on)
    return a * k12 + (1 - a) ** 2 * relu, a + (1 - a) ** 2 * on
""",
    },
    "5.4": {
        "ratios of determinants of the products": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    values, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.clip(values, 0, None))) @ V.T
    swapped = np.vstack([root[n:], root[:n]])
    gamma, b = linear.modes(root @ swapped / (2 * n), d)
    columns = F0.T @ swapped @ b / (2 * n * gamma)
    G = columns.T @ columns
    logs = [0.0] + [np.linalg.slogdet(G[:j, :j])[1] for j in range(1, d + 1)]
    return np.exp(np.diff(logs) / 2)
""",
    },
    "5.8": {
        "Gauss and Legendre on half of the circle, where the kernel is smooth": """
def circle_gammas(depth, b_std, delta, k_max):
    x, w = np.polynomial.legendre.leggauss(400)
    angle, weight = np.pi * (x + 1) / 2, w / 2
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    Theta = kernels.relu_mlp_kernel(np.array([[1.0, 0.0]]), points, depth, 2**0.5, b_std)[1][0]
    k = np.arange(k_max + 1)
    return np.cos(np.outer(k, angle)) @ (weight * Theta) * np.cos(2 * k * delta)
""",
    },
    "6.1": {
        "minus the Hessian of the loss at zero, by torch": """
def operator(x1, x2, temperature):
    a, b = torch.tensor(x1), torch.tensor(x2)
    def loss(w):
        return torch.nn.functional.cross_entropy(
            torch.outer(a @ w, b @ w) / temperature, torch.arange(len(a))
        )
    return -torch.autograd.functional.hessian(loss, torch.zeros(a.shape[1], dtype=a.dtype))
""",
    },
    "6.5": {
        "backpropagated by torch in single precision": """
def through_normalisation(z, g):
    z = torch.tensor(z, dtype=torch.float32, requires_grad=True)
    unit = z / z.norm(dim=1, keepdim=True)
    unit.backward(torch.tensor(g, dtype=torch.float32))
    return z.grad
""",
    },
    "7.8": {
        "the joint loss differentiated by torch": """
def contribution(z1, z2, rank, processes):
    a, b = (torch.tensor(np.array(z), dtype=torch.float64, requires_grad=True) for z in (z1, z2))
    mean = torch.cat([a, b]).mean(0)
    C = ((a - mean).T @ (b - mean) + (b - mean).T @ (a - mean)) / (2 * len(a))
    slopes = torch.autograd.grad(((C - torch.eye(len(C))) ** 2).sum(), (a, b))
    return tuple(processes * s.chunk(processes)[rank] for s in slopes)
""",
    },
    "8.3": {
        "a quadratic for the trunk's square, root by root": """
def head_share(lam, gamma, p0):
    out = []
    for x in lam:
        p2 = max(np.roots([1, -(p0**2), -x / gamma]).real)
        s2 = x / gamma / p2
        out.append(p2 / (p2 + s2))
    return out
""",
    },
    "8.7": {
        "bisection for the raise itself": """
def deep_raise(layers, gamma):
    low, high = 0.0, 1 / gamma
    for _ in range(200):
        middle = (low + high) / 2
        if gamma * middle * (1 + middle) ** (layers - 1) < 1:
            low = middle
        else:
            high = middle
    return (1 + low) ** (layers - 1)
""",
    },
}
