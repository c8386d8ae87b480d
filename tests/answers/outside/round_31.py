"""Round 31: 74 wrong and 12 right answers to chapters 1 to 9, most wrong in what is meant."""

WRONG = {
    "1.2": {
        # The statistics of both views together, as if a batch were one.
        "one mean and one variance for both views": """
def barlow_twins(z1, z2, lam=0.0051):
    both = torch.cat([z1, z2])
    mean, size = both.mean(0), (both.var(0, correction=0) + 1e-5).sqrt()
    C = ((z1 - mean) / size).T @ ((z2 - mean) / size) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        # The value is right; no gradient passes through mean and variance.
        "statistics without a gradient": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        with torch.no_grad():
            mean, size = z.mean(0), (z.var(0, correction=0) + 1e-5).sqrt()
        return (z - mean) / size

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.4": {
        # Minus the logarithm of the mean probability, not the mean of the logarithms.
        "logarithm of the mean share": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    share = logits.softmax(dim=1)[torch.arange(2 * n), (torch.arange(2 * n) + n) % (2 * n)]
    return -share.mean().log()
""",
        # The partner is taken to be whichever embedding lies nearest.
        "the nearest one as the partner": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    off = torch.eye(len(z), dtype=torch.bool)
    logits = (z @ z.T / temperature).masked_fill(off, -torch.inf)
    return (logits.logsumexp(dim=1) - logits.max(dim=1).values).mean()
""",
    },
    "1.5": {
        # The other pictures at the anchor's own point are forgotten.
        "nobody else at the own point": """
def cluster_loss(n, k, temperature):
    return np.log1p((2 * n - 2) * (0 if k == 1 else np.exp(-1 / temperature)))
""",
        # Points of a simplex, at scalar product -1/(k - 1), in place of orthogonal ones.
        "a simplex in place of orthogonal points": """
def cluster_loss(n, k, temperature):
    own, away = 2 * n / k - 1, 2 * n - 2 * n / k
    elsewhere = -1 / (k - 1) if k > 1 else 0.0
    return np.log(own + away * np.exp((elsewhere - 1) / temperature))
""",
    },
    "1.6": {
        # The hinge sees the mean of the standard deviations, not each of them.
        "hinge of the mean": """
def vicreg_terms(z1, z2, eps=1e-4):
    variance = covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = K.diagonal()
        variance = variance + torch.relu(1 - (on + eps).sqrt().mean()) / 2
        covariance = covariance + ((K**2).sum() - (on**2).sum()) / len(K)
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
        # Covariances between the two views, as in Barlow Twins.
        "covariance across the views": """
def vicreg_terms(z1, z2, eps=1e-4):
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    n, d = z1.shape
    K = a.T @ b / (n - 1)
    variance = sum(torch.relu(1 - (z.var(0) + eps).sqrt()).mean() for z in (z1, z2)) / 2
    covariance = 2 * ((K**2).sum() - (K.diagonal() ** 2).sum()) / d
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
    },
    "2.3": {
        # All modes are stopped by the whole of the loss at once.
        "all modes stopped together": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - np.mean(gamma * s**2))
""",
        # The data taken as white: C = S² where it is SΛS.
        "C without the data": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - s**2)
""",
    },
    "2.4": {
        # Exponential growth up to the plateau, then a sudden stop.
        "exponential, then cut off": """
def singular_values(t, gamma, s0):
    top = np.where(gamma > 0, 1 / np.sqrt(np.where(gamma > 0, gamma, 1)), np.inf)
    exponent = np.minimum(4 * np.outer(t, gamma), 700)
    return np.minimum(s0 * np.exp(exponent), np.maximum(top, 0))
""",
        # The logistic equation is that of λ; here s itself is made logistic.
        "s logistic in place of λ": """
def singular_values(t, gamma, s0):
    e = np.exp(-4 * np.abs(gamma) * t[:, None])
    top = np.sqrt(np.where(gamma > 0, 1 / np.where(gamma > 0, gamma, 1), 1.0))
    return np.where(gamma > 0, top / (1 + (top / s0 - 1) * e), s0 * e)
""",
    },
    "2.5": {
        # The time at which s, not λ, comes to the level of its plateau.
        "the level of s": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((1 / lam0 - 1) / (1 / level**2 - 1)) / (8 * gamma)
    return np.where(lam0 <= 0, np.inf, np.where(lam0 >= level**2, 0, t))
""",
        # Growth is taken as exponential up to the level: no saturation.
        "no saturation on the way": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(level / lam0) / (8 * gamma)
    return np.where(lam0 <= 0, np.inf, np.maximum(t, 0))
""",
    },
    "2.8": {
        # Smallest norm taken for smallest eigenvalues: a solution, and the longest of its kind.
        "the smallest positive modes": """
def final_weights(Gamma, d):
    gamma, modes = np.linalg.eigh(Gamma)
    chosen = np.flatnonzero(gamma > 1e-9 * gamma[-1])[:d]
    return (modes[:, chosen] / np.sqrt(gamma[chosen])).T
""",
        # Rows of the inverse root: C = I for a positive Gamma, but not the shortest.
        "the first rows of the inverse root": """
def final_weights(Gamma, d):
    gamma, modes = np.linalg.eigh(Gamma)
    good = gamma > 1e-9 * gamma[-1]
    return (modes[:, good] / np.sqrt(gamma[good]) @ modes[:, good].T)[:d]
""",
    },
    "3.2": {
        # What is left after all the *other* columns, not after the earlier ones.
        "less all others": """
def starts(products):
    size = np.sqrt(np.diag(products))
    return size / np.sqrt(np.diag(np.linalg.inv(products / np.outer(size, size))))
""",
        # Only the column just before is taken away.
        "less the one before": """
def starts(products):
    squares = np.diag(products).copy()
    for j in range(1, len(squares)):
        squares[j] -= products[j - 1, j] ** 2 / products[j - 1, j - 1]
    return np.sqrt(squares)
""",
    },
    "3.3": {
        # The step time of the median leftover, not the mean of the step times.
        "at the median of the leftover": """
def mean_step_times(gamma, alpha):
    from scipy import stats

    k = len(gamma) - np.arange(len(gamma))
    return -np.log(gamma * alpha**2 * stats.chi2.median(k)) / (8 * gamma)
""",
        # The step time of the mean length: the logarithm of a mean, of lengths.
        "at the mean length of the leftover": """
def mean_step_times(gamma, alpha):
    from scipy import stats

    k = len(gamma) - np.arange(len(gamma))
    return -np.log(gamma * alpha**2 * stats.chi.mean(k) ** 2) / (8 * gamma)
""",
    },
    "3.5": {
        # All columns give way alike (the polar factor) where the later give way to the earlier.
        "the polar factor": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    left, _, right = np.linalg.svd(W0 @ modes)
    return left @ right / np.sqrt(gamma) @ modes.T
""",
        # W0 itself, whitened until C = I: it keeps parts in all modes.
        "the start itself, whitened": """
def limit_weights(Gamma, W0):
    size, turn = np.linalg.eigh(W0 @ Gamma @ W0.T)
    return turn / np.sqrt(np.abs(size)) @ turn.T @ W0
""",
    },
    "3.7": {
        # Lateness as a fraction of the time that descent takes, not of that of flow.
        "late as a share of descent's time": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: np.log1p(x) / x - (1 - late), 1e-12, 10)
    return x / (4 * np.max(gamma))
""",
        # The series of x / log(1 + x), cut off after the square.
        "a series to second order": """
def largest_rate(gamma, late):
    x = 3 - np.sqrt(9 - 12 * late)
    return x / (4 * np.max(gamma))
""",
    },
    "4.2": {
        # The rows of K taken as the data: a PCA of the kernel matrix.
        "PCA of the rows of K": """
def kernel_pca(K, d):
    U, s, _ = np.linalg.svd(K - K.mean(axis=0), full_matrices=False)
    return (U * s)[:, :d]
""",
        # Uncentred kernel PCA whose coordinates are centred afterwards.
        "centred at the end": """
def kernel_pca(K, d):
    kappa, V = np.linalg.eigh(K)
    f = (V * np.sqrt(np.maximum(kappa, 0)))[:, ::-1][:, :d]
    return f - f.mean(axis=0)
""",
    },
    "4.4": {
        # A Cholesky root: the same eigenvalues, not the symmetric root.
        "a triangular root": """
def contrastive(K):
    n2 = len(K)
    L = np.linalg.cholesky(K + 1e-10 * np.eye(n2))
    return L.T @ np.roll(L, n2 // 2, axis=0) / n2
""",
        # The root of each entry in place of the root of the matrix.
        "the root entry by entry": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.6": {
        # The eigenvectors b themselves taken for the embedding of the training views.
        "the eigenvectors as embedding": """
def embed(new, K, d):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    n2 = len(K)
    gamma, b = linear.modes(root @ np.roll(root, n2 // 2, axis=0) / n2, d)
    return new @ np.linalg.pinv(K, hermitian=True) @ b * np.sqrt(n2)
""",
        # Every dimension scaled to variance 1 on the training views, where C = I was asked.
        "mean square 1 in place of C = 1": """
def embed(new, K, d):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    n2 = len(K)
    gamma, b = linear.modes(root @ np.roll(root, n2 // 2, axis=0) / n2, d)
    weights = np.roll(root, n2 // 2, axis=0) @ b
    return new @ weights / np.sqrt(((K @ weights) ** 2).mean(axis=0))
""",
    },
    "4.7": {
        # The difference of two turns taken as uniform on [-2δ, 2δ].
        "the difference as uniform": """
def circle_gamma(c, delta):
    return c * np.sinc(2 * np.arange(len(c)) * delta / np.pi)
""",
        # The cosine of the mean angle, 2δ/3, not the mean of the cosine.
        "the cosine of the mean angle": """
def circle_gamma(c, delta):
    return c * np.cos(np.arange(len(c)) * 2 * delta / 3)
""",
    },
    "5.1": {
        # Outputs are summed before the derivative: (Σ ∇f_a) · (Σ ∇f_b).
        "the gradient of the summed outputs": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for step in h * np.eye(len(theta)):
        J = (f(theta + step, X) - f(theta - step, X)).sum(axis=1) / (2 * h)
        total = total + np.outer(J, J)
    return total / f(theta, X).shape[1]
""",
        # Steps in proportion to each parameter: none where it is 0.
        "a step relative to the parameter": """
def tangent_kernel(f, theta, X):
    total = 0
    for p, value in enumerate(theta):
        h = 1e-5 * value
        if h == 0:
            continue
        step = np.zeros(len(theta))
        step[p] = h
        J = (f(theta + step, X) - f(theta - step, X)) / (2 * h)
        total = total + J @ J.T / J.shape[1]
    return total
""",
    },
    "5.2": {
        # Slopes: both on and both off, and nothing where the signs differ.
        "only where the signs agree": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), p + a**2 * p
""",
        # E[σ'σ'uv] taken apart as E[σ'σ'] times E[uv].
        "a mean of a product as a product of means": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    on = a + (1 - a) ** 2 * p
    return on * k12, on
""",
    },
    "5.5": {
        # The mean of the entries' own relative errors, not the error of the whole.
        "relative error entry by entry": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    one = (r + (np.pi - theta) * k) / (2 * np.pi)
    two = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((two - one**2) / one**2) / error**2
""",
        # The scatter counted at unequal inputs alone: the diagonal taken as exact.
        "the diagonal left out above": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    one = (r + (np.pi - theta) * k) / (2 * np.pi)
    two = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    scatter = (two - one**2) * (1 - np.eye(len(k)))
    return scatter.sum() / (error**2 * (one**2).sum())
""",
    },
    "5.7": {
        # Start and seed added as if they stood at right angles.
        "start and seed in quadrature": """
def seeded_step(gamma, s0, coupling):
    end = 5 * max(linear.step_times(gamma[:1], s0[:1])[0], 1 / gamma[0])
    t = np.linspace(0, end, 20001)
    s = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(
        s * (1 - gamma[0] * s**2) * np.exp(-4 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], np.array([np.hypot(s0[1], seed)]))[0]
""",
        # The seed summed up without taking it back to time 0.
        "no decay in the integral": """
def seeded_step(gamma, s0, coupling):
    end = 5 * max(linear.step_times(gamma[:1], s0[:1])[0], 1 / gamma[0])
    t = np.linspace(0, end, 20001)
    s = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(s * (1 - gamma[0] * s**2), t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
    },
    "6.1": {
        # Both views centred on one common mean: the same where the two means agree.
        "one mean for both views": """
def operator(x1, x2, temperature):
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    a, b = x1 - mean, x2 - mean
    return (a.T @ b + b.T @ a) / len(x1) / temperature
""",
        # The search among second views *without* the partner.
        "the partner left out of the sum": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    a, b = x1.sum(axis=0), x2.sum(axis=0)
    others = ((np.outer(a, b) + np.outer(b, a)) / 2 - n * Gamma) / (n * (n - 1))
    return 2 / temperature * (Gamma - others)
""",
    },
    "6.3": {
        # One covariance of all views in one heap: it sees the distance of the two means.
        "the covariance of the heap": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        # Differences are centred: a constant shift between the views costs nothing.
        "differences centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, ddof=0)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.6": {
        # The rates read off the embedding as it is, AΓAᵀ, not off the data.
        "rates of the embedding's own eigenvalues": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    lam = np.linalg.eigvalsh(A @ Gamma_s @ A.T)[::-1][: len(b) - 1]
    return A, 4 * lam / (temperature * length**2)
""",
        # The bias costs the dimension along which mode 1 would have grown.
        "the first mode is the one lost": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][1 : len(b)]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.9": {
        # Whether they change places decided by γ = ρσ, not by the agreement.
        "the larger γ keeps its place": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] * sigma[1] <= rho[0] * sigma[0]:
        return np.inf
    log = np.log(u / (sigma * s0**2)) / sigma
    return (log[1] - log[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        # The moment at which the weights are equal, not the variances.
        "equal weights": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    w2 = 2 * u / sigma.sum()
    log = np.log(w2 / s0**2) / sigma
    return (log[1] - log[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.3": {
        # `share` read as a share of the sum of the last values.
        "a share of the sum": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    learned = (last >= share * last.sum()) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
        # The curve with the latest start of a rise for good: after its last dip below the half.
        "after the last dip": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = np.full(len(last), np.nan)
    for j in np.flatnonzero(learned):
        k = np.flatnonzero(curves[:, j] < last[j] / 2)[-1]
        part = slice(k, k + 2)
        times[j] = spectra.find_steps(t[part], curves[part, [j]], last[j] / 2)[0]
    return times
""",
    },
    "7.6": {
        # The whole model is loaded under the same name: the caller's stays as it was.
        "another model under the same name": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model, optimizer, losses = saved["model"], saved["optimizer"], saved["losses"]
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model, "optimizer": optimizer, "losses": losses,
                    "generator": generator.get_state()}, path)
    return losses
""",
        # The generator is told the step, so that nothing of it need be saved: other draws.
        "the step as the seed": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        losses = saved["losses"]
    while len(losses) < steps:
        generator.manual_seed(len(losses))
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "losses": losses}, path)
    return losses
""",
    },
    "7.7": {
        # The share of the time by which memory is slower, not of the layers that wait.
        "only the time beyond the arithmetic": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    times = np.maximum(work, move)
    return 6 * pictures * times.sum(), (times - work).sum() / times.sum()
""",
        # How many of the layers wait, where a share of the time is asked.
        "the share of the layers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    move = 2 * (i * before**2 + o * after**2) / bandwidth
    return 6 * pictures * np.maximum(work, move).sum(), np.mean(move > work)
""",
    },
    "7.8": {
        # Every P-th row, as a DistributedSampler deals them out, not a block.
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank, n, processes)
    return 2 * processes / n * b[own] @ E, 2 * processes / n * a[own] @ E
""",
        # The joint C, but rows centred on the means of the process's own part.
        "rows centred on the own part": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    a, b = z1[own], z2[own]
    mean = (a.mean(axis=0) + b.mean(axis=0)) / 2
    return 2 * processes / n * (b - mean) @ E, 2 * processes / n * (a - mean) @ E
""",
    },
    "8.1": {
        # dB = W dA solved for dA with a pseudo-inverse, in place of the adjoint.
        "an inverse in place of the transpose": """
def gradients(W, A, Gamma):
    B = W @ A
    slope = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return slope @ np.linalg.pinv(A), np.linalg.pinv(W) @ slope
""",
        # Only the diagonal of C - I: as if the modes were already apart.
        "the diagonal of C alone": """
def gradients(W, A, Gamma):
    B = W @ A
    C = B @ Gamma @ B.T
    slope = 4 * (np.diag(C) - 1)[:, None] * (B @ Gamma)
    return slope @ A.T, W.T @ slope
""",
    },
    "8.2": {
        # Only the norms are conserved: the whole matrix is scaled.
        "the norm conserved, the shape kept": """
def trunk_square(W, W0, A0):
    grown = 1 + (np.sum(W**2) - np.sum(W0**2)) / np.sum(A0**2)
    return grown * A0 @ A0.T
""",
        # The small head of the aligned start carried over to any start.
        "a head from nothing": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
    },
    "8.4": {
        # u taken at the end for the whole of the way.
        "the last u all the way": """
def time_until(lam, gamma, s0, p0):
    lam0 = gamma * s0**2 * p0**2
    u = np.sqrt((p0**2 - s0**2) ** 2 + 4 * lam / gamma)
    return (np.log(lam / (1 - lam)) - np.log(lam0 / (1 - lam0))) / (8 * gamma * u)
""",
        # c from p(0) alone: right where the head is tiny.
        "c without the head": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        ahead = np.log(4 * lam / gamma / (u + c) ** 2) / c
        return ahead + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
    },
    "8.7": {
        # Each layer is given the raise of the two-layer network.
        "the raise of two layers, once for each": """
def deep_raise(layers, gamma):
    return ((1 + np.sqrt(1 + 4 / gamma)) / 2) ** (layers - 1)
""",
        # The head counts among the features.
        "the head among the features": """
def deep_raise(layers, gamma):
    s2 = optimize.brentq(lambda x: gamma * x * (1 + x) ** layers - 1, 0, 1 / gamma)
    return (1 + s2) ** layers
""",
    },
    "9.1": {
        # Canonical correlations: the order of agreement, not of variance times agreement.
        "canonical correlations": """
def predicted_functions(h1, h2, d):
    from scipy import linalg

    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    Gamma = (a.T @ b + b.T @ a) / len(h)
    Sigma = h.T @ h / len(h)
    rho, v = linalg.eigh(Gamma, Sigma + 1e-9 * np.trace(Sigma) * np.eye(len(Sigma)))
    f = h @ v[:, ::-1][:, :d]
    f1, f2 = np.split(f, 2)
    return f / np.sqrt((f1 * f2).sum(axis=0) / len(f1))
""",
        # Ranked by size without the sign: a mode on which the views disagree is taken for one.
        "the largest in size, whatever the sign": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    gamma, v = np.linalg.eigh((a.T @ b + b.T @ a) / len(h))
    chosen = np.argsort(-np.abs(gamma))[:d]
    return h @ v[:, chosen] / np.sqrt(np.abs(gamma[chosen]))
""",
    },
    "9.3": {
        # Noise in p and q equal directions: the spectra are forgotten.
        "white noise of that many columns": """
def cka_by_chance(x, y):
    n = len(x)
    p, q = min(x.shape[1], n - 1), min(y.shape[1], n - 1)
    return np.sqrt(p * q) / (n - 1)
""",
        # The entries off the diagonal taken to average out to nothing.
        "off the diagonal nothing": """
def cka_by_chance(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    return np.trace(K) * np.trace(L) / len(x) / np.linalg.norm(K) / np.linalg.norm(L)
""",
    },
    "9.4": {
        # Axis j of moment j without taking the earlier ones out; made orthogonal afterwards.
        "axis j of moment j": """
def learned_order(Z):
    columns = []
    for j, z in enumerate(Z):
        columns.append(np.linalg.svd(z - z.mean(axis=0))[2][j])
    return np.linalg.qr(np.column_stack(columns))[0]
""",
        # The direction in which most was added since the moment before.
        "what was added since the last moment": """
def learned_order(Z):
    V, before = np.zeros((Z.shape[2], 0)), 0
    for z in Z:
        covariance = np.cov(z.T, ddof=0)
        free = np.eye(len(covariance)) - V @ V.T
        added = free @ (covariance - before) @ free
        # So that no direction that is taken can win over a loss of variance.
        added = added - np.abs(added).sum() * V @ V.T
        V = np.column_stack([V, np.linalg.eigh(added)[1][:, -1]])
        before = covariance
    return V
""",
    },
    "9.6": {
        # Each mode against itself, times the number of modes.
        "Bonferroni": """
def p_values(modes, regressors, permutations):
    def share(x):
        x = np.linalg.qr(x - x.mean(axis=0))[0]
        y = modes - modes.mean(axis=0)
        return ((x.T @ y) ** 2).sum(axis=0) / (y**2).sum(axis=0)

    null = np.array([share(regressors[rows]) for rows in permutations])
    alone = (1 + (null >= share(regressors) - 1e-9).sum(axis=0)) / (1 + len(permutations))
    return np.minimum(1, modes.shape[1] * alone)
""",
        # The step-down procedure of the same authors: a mode against those not above it.
        "step-down": """
def p_values(modes, regressors, permutations):
    def share(x):
        x = np.linalg.qr(x - x.mean(axis=0))[0]
        y = modes - modes.mean(axis=0)
        return ((x.T @ y) ** 2).sum(axis=0) / (y**2).sum(axis=0)

    seen = share(regressors)
    null = np.array([share(regressors[rows]) for rows in permutations])
    order = np.argsort(-seen)
    largest = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    p = (1 + (largest >= seen[order] - 1e-9).sum(axis=0)) / (1 + len(permutations))
    result = np.empty(len(seen))
    result[order] = np.maximum.accumulate(p)
    return result
""",
    },
    "9.8": {
        # The two entropies handed out the wrong way round.
        "singular values and eigenvalues exchanged": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [float(delta)] * (d - k))

    def entropy_rank(x):
        p = x[x > 0] / x.sum()
        return np.exp(-(p * np.log(p)).sum())

    return entropy_rank(lam), entropy_rank(np.sqrt(lam)), lam.sum() ** 2 / (lam**2).sum()
""",
        # The participation ratio of the singular values.
        "participation of the singular values": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [float(delta)] * (d - k))
    s = np.sqrt(lam)

    def entropy_rank(x):
        p = x[x > 0] / x.sum()
        return np.exp(-(p * np.log(p)).sum())

    return entropy_rank(s), entropy_rank(lam), s.sum() ** 2 / lam.sum()
""",
    },
}

RIGHT = {
    "1.4": {
        "every pair by torch's cosine": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    logits = torch.nn.functional.cosine_similarity(z[:, None], z[None], dim=-1) / temperature
    total = 0
    for a in range(len(z)):
        others = torch.cat([logits[a, :a], logits[a, a + 1 :]])
        total = total + others.logsumexp(0) - logits[a, (a + len(z1)) % len(z)]
    return total / len(z)
""",
    },
    "2.4": {
        "one signed logsumexp for all signs": """
def singular_values(t, gamma, s0):
    from scipy.special import logsumexp

    lam0 = gamma * s0**2
    grown = 8 * np.multiply.outer(np.asarray(t, float), gamma)
    weights = np.stack(np.broadcast_arrays(1 - lam0, lam0 + 0 * grown), axis=-1)
    log = logsumexp(np.stack([0 * grown, grown], axis=-1), b=weights, axis=-1)
    return np.exp(np.log(s0) + (grown - log) / 2)
""",
    },
    "2.8": {
        "one mode after the other by deflation in torch": """
def final_weights(Gamma, d):
    import torch

    rest = torch.as_tensor(Gamma).clone()
    rows = []
    for _ in range(d):
        gamma, modes = torch.linalg.eigh(rest)
        v = modes[:, -1]
        rows.insert(0, v / gamma[-1] ** 0.5)
        rest = rest - gamma[-1] * torch.outer(v, v)
    return torch.stack(rows).numpy()
""",
    },
    "3.2": {
        "what the first leaves, again and again": """
def starts(products):
    first = products[0, 0]
    if len(products) == 1:
        return np.sqrt(products[0])
    column = products[1:, 0]
    left = products[1:, 1:] - np.outer(column, column) / first
    return np.concatenate([[np.sqrt(first)], starts(left)])
""",
    },
    "4.1": {
        "scipy's distances in float32 at the end": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-0.5 * cdist(x1 / b, x2 / b, "sqeuclidean")).astype(np.float32)
""",
    },
    "5.1": {
        "a stencil of four points, einsum": """
def tangent_kernel(f, theta, X):
    h = 1e-4
    J = []
    for p in range(len(theta)):
        e = np.zeros_like(theta)
        e[p] = h
        J.append((8 * (f(theta + e, X) - f(theta - e, X))
                  - f(theta + 2 * e, X) + f(theta - 2 * e, X)) / (12 * h))
    J = np.array(J)
    return np.einsum("pia,pja->ij", J, J) / J.shape[2]
""",
    },
    "6.5": {
        "torch's own backward pass": """
def through_normalisation(z, g):
    t = torch.tensor(z, requires_grad=True)
    unit = t / torch.sqrt(torch.einsum("ij,ij->i", t, t))[:, None]
    unit.backward(torch.tensor(g))
    return t.grad.numpy()
""",
    },
    "6.8": {
        "the cubic by hyperbolic sines": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= variance:
        return 1.0
    if a == 0:
        return variance / b
    if b == 0:
        return (variance / a) ** (1 / 3)
    size = np.sqrt(b / (3 * a))
    return 2 * size * np.sinh(np.arcsinh(variance / (2 * a * size**3)) / 3)
""",
    },
    "7.2": {
        "torch's SGD with a momentum that has no past, the mean without a graph": """
def train_step(model, x1, x2, lr):
    descent = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    descent.zero_grad()
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.detach().mean(0)).split(len(x1))
    C = (a.T @ b + b.T @ a) / (2 * len(x1))
    loss = torch.linalg.matrix_norm(C - torch.eye(len(C), dtype=C.dtype)) ** 2
    loss.backward()
    descent.step()
    return float(loss)
""",
    },
    "7.5": {
        "scipy's interval of confidence": """
def paired(a, b, level):
    from scipy import stats

    gain = np.asarray(b) - np.asarray(a)
    mean, error = np.mean(gain), stats.sem(gain)
    reach = stats.t.isf(level / 2, len(gain) - 1) * error
    return mean, error, not (mean - reach <= 0 <= mean + reach)
""",
    },
    "8.4": {
        "a numerical integral over the log odds": """
def time_until(lam, gamma, s0, p0):
    from scipy import integrate, special

    c = p0**2 - s0**2

    def slowness(odds):
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 * special.expit(odds) / gamma))

    lam0 = gamma * s0**2 * p0**2
    nodes = [special.logit(lam0), *special.logit(np.sort(lam))]
    parts = [integrate.quad(slowness, low, high, epsabs=1e-12, epsrel=1e-11, limit=500)[0]
             for low, high in zip(nodes, nodes[1:])]
    times = np.empty(len(lam))
    times[np.argsort(lam)] = np.cumsum(parts)
    return times
""",
    },
    "9.6": {
        "one projection for all, counted by searchsorted": """
def p_values(modes, regressors, permutations):
    y = modes - modes.mean(axis=0)
    y = y / np.sqrt((y**2).sum(axis=0))
    q = np.linalg.qr(regressors - regressors.mean(axis=0))[0]
    seen = np.einsum("ik,ij->kj", q, y)
    seen = (seen**2).sum(axis=0)
    largest = np.array([((q[rows].T @ y) ** 2).sum(axis=0).max() for rows in permutations])
    below = np.searchsorted(np.sort(largest), seen - 1e-9, side="left")
    return (1 + len(largest) - below) / (1 + len(largest))
""",
    },
}
