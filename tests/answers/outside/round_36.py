"""Round 36: 60 wrong and 12 right answers to chapters 1 to 10, three exercises a chapter."""

WRONG = {
    "1.2": {
        "torch.diag of C is a vector, so the diagonal is taken off every row": """
def barlow_twins(z1, z2, lam=0.0051):
    def hat(z):
        return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5)

    C = hat(z1).T @ hat(z2) / len(z1)
    off = C - torch.diag(C)
    return ((1 - torch.diag(C)) ** 2).sum() + lam * (off**2).sum()
""",
        "epsilon as a floor of the variance, not added to it": """
def barlow_twins(z1, z2, lam=0.0051):
    def hat(z):
        return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0).clamp(min=1e-5))

    C = hat(z1).T @ hat(z2) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.7": {
        "what is below a fixed 1e-8 counts as no direction, however small all of them are": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    lam = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = lam[lam > 1e-8] / lam.sum()
    return lam, np.exp(-np.sum(p * np.log(p)))
""",
        "the mean of all entries taken off, not that of each column": """
def spectrum(z):
    centred = z - z.mean()
    lam = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = lam[lam > 0] / lam[lam > 0].sum()
    return lam, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "singular values of C for its eigenvalues, which loses their signs": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.svdvals(C.detach()).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    eigenvalues = np.array(eigenvalues)
    there = eigenvalues >= 0.5
    passed = np.where(there.any(axis=0), there.argmax(axis=0), np.inf)
    return np.array(losses), eigenvalues, passed
""",
        "never passed is what is below one half at the end": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        with torch.no_grad():
            W -= lr * slope
    eigenvalues = np.array(eigenvalues)
    there = eigenvalues >= 0.5
    passed = np.where(there[-1], there.argmax(axis=0), np.inf)
    return np.array(losses), eigenvalues, passed
""",
    },
    "2.1": {
        "made symmetric by mirroring the upper triangle of one product": """
def cross_moment(x1, x2):
    one_way = x1.T @ x2 / len(x1)
    return np.triu(one_way) + np.triu(one_way, 1).T
""",
        "the mean of all views taken off": """
def cross_moment(x1, x2):
    mean = np.vstack([x1, x2]).mean(axis=0)
    a, b = x1 - mean, x2 - mean
    return (a.T @ b + b.T @ a) / (2 * len(x1))
""",
    },
    "2.3": {
        "back from the eigenvalue by a root, which loses the sign of gamma": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam) / (2 * np.sqrt(gamma * lam))
""",
        "the rate of the eigenvalue over 2 gamma s, no number at s = 0": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam) / (2 * gamma * s)
""",
    },
    "2.8": {
        "the last rows of the eigenvectors in place of the last columns": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    return V[-d:] / np.sqrt(gamma[-d:])[:, None]
""",
        "the first positive ones of the ascending order, which are the smallest": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    positive = gamma > 0
    return (V[:, positive][:, :d] / np.sqrt(gamma[positive][:d])).T
""",
    },
    "3.3": {
        "the notebook's d = 10 in place of the number of modes given": """
def mean_step_times(gamma, alpha):
    k = 10 - np.arange(len(gamma))
    log_square = np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)
    return -log_square / (8 * gamma)
""",
        "the mean logarithm of a length, half of that of its square": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    log_length = 0.5 * (special.digamma(k / 2) + np.log(2))
    return -(np.log(gamma * alpha**2) + log_length) / (8 * gamma)
""",
    },
    "3.5": {
        "the signs put on the rows of Q": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    U = Q * np.sign(np.diag(R))[:, None]
    return U / np.sqrt(gamma) @ V.T
""",
        "the nearest orthogonal matrix, with no mode before another": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    left, _, right = np.linalg.svd(W0 @ V)
    return (left @ right) / np.sqrt(gamma) @ V.T
""",
    },
    "3.7": {
        "late as a share of descent's time in place of flow's": """
def largest_rate(gamma, late):
    def off(x):
        return x / np.log1p(x) - 1 / (1 - late)

    return optimize.brentq(off, 1e-12, 10) / (4 * np.max(gamma))
""",
        "the best of a grid of a thousand, not the root": """
def largest_rate(gamma, late):
    x = np.linspace(0.001, 1, 1000)
    allowed = x[x / np.log1p(x) <= 1 + late]
    return allowed.max() / (4 * np.max(gamma))
""",
    },
    "4.4": {
        "np.roll without an axis, which shifts the flattened root": """
def contrastive(K):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    return root @ np.roll(root, len(K) // 2) / len(K)
""",
        "what is below a fixed 1e-8 counts as rounding, however small the kernel": """
def contrastive(K):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.where(kappa > 1e-8, kappa, 0)) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.7": {
        "the angle between the views taken as uniform from -2 delta to 2 delta": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "the 0/0 of the constant wave made a 0": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    with np.errstate(invalid="ignore"):
        agreement = np.nan_to_num(np.sin(k * delta) / (k * delta)) ** 2
    return c * agreement
""",
    },
    "4.8": {
        "SciPy's Cholesky factor, which is the upper one, taken for the lower": """
import scipy.linalg

def landmark_features(new, Kqq):
    R = scipy.linalg.cholesky(Kqq)
    return np.linalg.solve(R, new.T).T
""",
        "a millionth on the diagonal, for safety": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq + 1e-6 * np.eye(len(Kqq)))
    return np.linalg.solve(R, new.T).T
""",
    },
    "5.3": {
        "the diagonal read once, before the loop": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    k11, k22 = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K))
    for _ in range(depth):
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        on = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + on * K) + b_std**2
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
        "no gradient by the biases of the first layer": """
def wide_kernels(X, depth, W_std, b_std):
    Theta = W_std**2 * X @ X.T / X.shape[1]
    K = Theta + b_std**2
    for _ in range(depth):
        k11, k22 = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K))
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        on = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + on * K) + b_std**2
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
    },
    "5.7": {
        "times up to 100, however long mode 1 waits": """
def seeded_step(gamma, s0, coupling):
    t = np.linspace(0, 100, 100_001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
        "the seed added to the start of mode 1": """
def seeded_step(gamma, s0, coupling):
    end = 5 * linear.step_times(gamma[:1], s0[:1])[0] + 1 / gamma[0]
    t = np.linspace(0, end, 100_001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma[1:], s0[:1] + seed)[0]
""",
    },
    "5.8": {
        "np.linspace counts the angle 0 a second time, as 2 pi": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, 2 * np.pi, 4096)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, 2**0.5, b_std)[1][0]
    c = np.fft.rfft(values).real / len(angle)
    k = np.arange(k_max + 1)
    return c[: k_max + 1] * np.cos(2 * k * delta)
""",
        "120 angles are too few for the kink": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(120) / 120
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, 2**0.5, b_std)[1][0]
    k = np.arange(k_max + 1)
    c = (values * np.cos(k[:, None] * angle)).mean(axis=1)
    return c * np.cos(2 * k * delta)
""",
    },
    "6.2": {
        "all that is no number made a 0, also for modes that never rise": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        start = gamma * s0**2
        times = np.log(temperature * rho**2 / start - 1) * temperature / (4 * gamma)
    return np.maximum(np.nan_to_num(times, nan=0.0, posinf=np.inf), 0)
""",
        "done at the start only from one half on, not from half its plateau": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        start = gamma * s0**2
        times = np.log(temperature * rho**2 / start - 1) * temperature / (4 * gamma)
    times = np.where((gamma > 0) & (s0 > 0), times, np.inf)
    return np.where(start >= 0.5, 0.0, times)
""",
    },
    "6.3": {
        "one covariance of all views about their common mean": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "the differences centred, which loses the distance of the two means": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, ddof=0)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.5": {
        "1e-8 added to the length, against a division by 0": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-8
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
        "the scalar products of all rows added up": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - np.sum(g * unit) * unit) / length
""",
    },
    "7.1": {
        "the third counted from cw, not from w": """
def scale_free(g, length, lr, c):
    start, slope = c * length, np.linalg.norm(g) / c
    return g / c, c**2 * lr, 1.5 * start**2 / (lr**2 * slope**2)
""",
        "the third with a gradient that does not shrink": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, length**2 / (lr**2 * np.sum(g**2))
""",
    },
    "7.3": {
        "more than the share in place of at least": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    found = [
        spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(curves.shape[1])
    ]
    learned = (last > share * last[0]) & (curves[0] < last / 2)
    return np.where(learned, found, np.nan)
""",
        "columns put in the order of the last record, for all times": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(eigenvalues[-1])[::-1]]
    last = curves[-1]
    found = [
        spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(curves.shape[1])
    ]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    return np.where(learned, found, np.nan)
""",
    },
    "7.7": {
        "products counted for the pictures that go in": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * before**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    each = np.maximum(compute, move)
    return 6 * pictures * each.sum(), each[move > compute].sum() / each.sum()
""",
        "the share is all of the memory's time, hidden or not": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * after**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    each = np.maximum(compute, move)
    return 6 * pictures * each.sum(), move.sum() / each.sum()
""",
    },
    "8.4": {
        "the eigenvalue at the start as gamma s0 squared, without the trunk": """
def time_until(lam, gamma, s0, p0):
    c = np.abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2)) / (8 * gamma)
""",
        "c without the head's start": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
    },
    "8.6": {
        "the integral from 1e-5 on, against the 0/0 at 0": """
def saved(raised):
    def one(R):
        q = (2 * R - 1) ** 2 - 1

        def rate(lam):
            return (1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam))

        return integrate.quad(rate, 1e-5, 0.5, limit=500)[0]

    return np.array([one(R) for R in raised])
""",
        "the middle between 1 and B for the x of one half": """
def saved(raised):
    B = 2 * np.asarray(raised, dtype=float) - 1
    v = (1 + B) / 2
    return (
        2 * np.log((1 + v) / 2)
        + (1 - 1 / B) * np.log(2)
        - 2 / B * np.log((B + v) / (B + 1))
    )
""",
    },
    "8.8": {
        "the two views sent through the model one after the other": """
def own_rates(model, x1, x2):
    z1, z2 = model(x1), model(x2)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    z1, z2 = z1 - mean, z2 - mean
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    weights = [p for p in model.parameters() if p.requires_grad]
    squares = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        squares.append(sum((slope**2).sum() for slope in slopes))
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
        "the gradient by the weights alone, without the biases": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(x1))).flip(0)
    weights = [
        p for name, p in model.named_parameters() if p.requires_grad and "bias" not in name
    ]
    squares = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        squares.append(sum((slope**2).sum() for slope in slopes))
    lam = lam.detach()
    return lam, torch.stack(squares) / (4 * lam)
""",
    },
    "9.2": {
        "squared correlations with the columns, added up": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    table = np.corrcoef(functions.T, z.T)[:k, k:]
    return np.minimum((table**2).sum(axis=1), 1)
""",
        "directions below a thousandth of the largest left out": """
def mode_alignment(functions, z):
    f = functions - functions.mean(axis=0)
    Q, s, _ = np.linalg.svd(z - z.mean(axis=0), full_matrices=False)
    Q = Q[:, s > 1e-3 * s[0]]
    return ((Q.T @ f) ** 2).sum(axis=0) / (f**2).sum(axis=0)
""",
    },
    "9.3": {
        "an estimate from a thousand random orders": """
def cka_by_chance(x, y):
    rng = np.random.default_rng(0)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    total = 0
    for _ in range(1000):
        order = rng.permutation(len(x))
        total += np.sum(K * L[np.ix_(order, order)])
    return total / 1000 / (np.linalg.norm(K) * np.linalg.norm(L))
""",
        "what the places on the diagonal give, without those off it": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    mean = np.trace(K) * np.trace(L) / len(x)
    return mean / (np.linalg.norm(K) * np.linalg.norm(L))
""",
    },
    "9.7": {
        "one-hot by rows of np.eye, for labels that are no places": """
def probe_curve(modes, y, modes_test, y_test, order):
    targets = np.eye(y.max() + 1)[y]
    curve = []
    for k in range(1, len(order) + 1):
        chosen = list(order[:k])
        X = np.column_stack([np.ones(len(modes)), modes[:, chosen]])
        X_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, chosen]])
        B = np.linalg.lstsq(X, targets, rcond=None)[0]
        curve.append(np.mean((X_test @ B).argmax(axis=1) == y_test))
    return np.array(curve)
""",
        "the order read as the rank of each column": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    targets = 1.0 * (y[:, None] == classes)
    ranked = np.argsort(order)
    curve = []
    for k in range(1, len(ranked) + 1):
        X = np.column_stack([np.ones(len(modes)), modes[:, ranked[:k]]])
        X_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, ranked[:k]]])
        B = np.linalg.lstsq(X, targets, rcond=None)[0]
        curve.append(np.mean(classes[(X_test @ B).argmax(axis=1)] == y_test))
    return np.array(curve)
""",
    },
    "10.1": {
        "the odds of the start taken as the start itself": """
def steps_needed(gamma, start, share):
    return np.log(1 / start) / (2 * np.log1p(share * gamma / gamma[0]))
""",
        "the growth of flow in place of that of a step": """
def steps_needed(gamma, start, share):
    return np.log(1 / start - 1) / (2 * share * gamma / gamma[0])
""",
    },
    "10.6": {
        "rho added to every entry": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(axis=0)
    Sigma = X.T @ X / len(X)
    return gradient @ np.linalg.inv(Sigma + rho)
""",
        "the mean of each view taken off, not that of each feature": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(axis=1, keepdims=True)
    Sigma = X.T @ X / len(X)
    return gradient @ np.linalg.inv(Sigma + rho * np.eye(len(Sigma)))
""",
    },
    "10.8": {
        "singular values of K, so that agreements below 0 count as well": """
def spectral_end(Gamma, Sigma, d):
    sigma, V = np.linalg.eigh(Sigma)
    inverse_root = V / np.sqrt(sigma) @ V.T
    return np.linalg.svd(inverse_root @ Gamma @ inverse_root, compute_uv=False)[:d] ** 2
""",
        "the agreements of the modes of Gamma": """
def spectral_end(Gamma, Sigma, d):
    gamma, V = linear.modes(Gamma, d)
    rho = gamma / np.sum(V * (Sigma @ V), axis=0)
    return np.sort(np.maximum(rho, 0) ** 2)[::-1]
""",
    },
}

RIGHT = {
    "1.2": {
        "batch-norm from torch, whose epsilon and variance are these": """
def barlow_twins(z1, z2, lam=0.0051):
    norm = functools.partial(
        torch.nn.functional.batch_norm, running_mean=None, running_var=None, training=True
    )
    C = norm(z1).T @ norm(z2) / len(z1)
    weights = torch.full_like(C, lam).fill_diagonal_(1)
    return (weights * (C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
""",
    },
    "2.1": {
        "from the sums and the differences of the views": """
def cross_moment(x1, x2):
    total, difference = x1 + x2, x1 - x2
    return (total.T @ total - difference.T @ difference) / (4 * len(x1))
""",
    },
    "3.5": {
        "by a Cholesky factor, whose diagonal is positive by itself": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    columns = W0 @ V
    columns = columns / np.linalg.norm(columns)
    L = np.linalg.cholesky(columns.T @ columns)
    U = np.linalg.solve(L, columns.T).T
    return (U / np.sqrt(gamma)) @ V.T
""",
    },
    "4.7": {
        "by a spherical Bessel function": """
from scipy.special import spherical_jn

def circle_gamma(c, delta):
    return np.array([ck * spherical_jn(0, k * delta) ** 2 for k, ck in enumerate(c)])
""",
    },
    "5.3": {
        "a class that is called, and calls itself for the layer below": """
class Wide:
    def __call__(self, X, depth, W_std, b_std):
        if depth == 0:
            K = W_std**2 * (X @ X.T) / X.shape[1] + b_std**2
            return K, K.copy()
        K, Theta = self(X, depth - 1, W_std, b_std)
        size = np.sqrt(np.outer(np.diag(K), np.diag(K)))
        cosine = np.clip(K / np.where(size > 0, size, 1), -1, 1)
        angle = np.arccos(cosine)
        means = size * (np.sin(angle) + (np.pi - angle) * cosine) / (2 * np.pi)
        K = W_std**2 * means + b_std**2
        return K, K + W_std**2 * (np.pi - angle) / (2 * np.pi) * Theta

wide_kernels = Wide()
""",
    },
    "5.8": {
        "the Fourier integrals by adaptive quadrature over half of the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    def kernel(angle):
        points = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
        return kernels.relu_mlp_kernel(points[:1], points[1:], depth, 2**0.5, b_std)[1][0, 0]

    gammas = []
    for k in range(k_max + 1):
        area = integrate.quad(kernel, 0, np.pi, weight="cos", wvar=k, limit=200)[0]
        gammas.append(area / np.pi * np.cos(2 * k * delta))
    return np.array(gammas)
""",
    },
    "6.5": {
        "PyTorch differentiates the normalisation": """
def through_normalisation(z, g):
    z = torch.tensor(np.asarray(z, dtype=float), requires_grad=True)
    unit = z / torch.linalg.vector_norm(z, dim=1, keepdim=True)
    unit.backward(torch.tensor(np.asarray(g, dtype=float)))
    return z.grad.numpy()
""",
    },
    "7.3": {
        "by hand, record for record": """
def read_steps(t, eigenvalues, share):
    curves = [sorted((float(value) for value in row), reverse=True) for row in eigenvalues]
    ends = curves[-1]
    times = []
    for j, end in enumerate(ends):
        goal, time = end / 2, float("nan")
        if end >= share * ends[0] and curves[0][j] < goal:
            k = next(k for k, row in enumerate(curves) if row[j] >= goal)
            part = (goal - curves[k - 1][j]) / (curves[k][j] - curves[k - 1][j])
            before, after = t[k - 1], t[k]
            if before > 0:
                time = before * (after / before) ** part
            else:
                time = part * after
        times.append(time)
    return np.array(times)
""",
    },
    "8.4": {
        "an integral over the logarithm of the odds": """
def time_until(lam, gamma, s0, p0):
    c2 = (p0**2 - s0**2) ** 2
    first = gamma * s0**2 * p0**2
    first = np.log(first / (1 - first))

    def slowness(x):
        return 1 / np.sqrt(c2 + 4 / gamma / (1 + np.exp(-x)))

    times = []
    for value in lam:
        last = np.log(value) - np.log1p(-value)
        parts = np.linspace(first, last, 41)
        area = sum(
            integrate.quad(slowness, low, high)[0]
            for low, high in zip(parts[:-1], parts[1:], strict=True)
        )
        times.append(area / (8 * gamma))
    return np.array(times)
""",
    },
    "8.8": {
        "eigenvectors first, then the gradient of v C v for each": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam, V = np.linalg.eigh(C.detach().numpy())
    weights = [p for p in model.parameters() if p.requires_grad]
    rates = []
    for value, v in zip(lam[::-1], V.T[::-1], strict=True):
        v = torch.tensor(v.copy())
        slopes = torch.autograd.grad(v @ C @ v, weights, retain_graph=True)
        rates.append(sum(float((slope**2).sum()) for slope in slopes) / (4 * value))
    return lam[::-1].copy(), np.array(rates)
""",
    },
    "9.3": {
        "from the singular values alone": """
def cka_by_chance(x, y):
    def spread(a):
        lam = np.linalg.svd(a - a.mean(axis=0), compute_uv=False) ** 2
        return lam.sum() / np.sqrt((lam**2).sum())

    return spread(x) * spread(y) / (len(x) - 1)
""",
    },
    "10.6": {
        "Woodbury's formula, with a matrix of views by views": """
def preconditioned_gradient(gradient, features, rho):
    n = len(features)
    X = features - features.mean(axis=0)
    small = n * rho * np.eye(n) + X @ X.T
    return (gradient - gradient @ X.T @ np.linalg.solve(small, X)) / rho
""",
    },
}
