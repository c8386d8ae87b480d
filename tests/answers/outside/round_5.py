"""Round 5: 64 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.3": {
        "each pair of copies counted once": """
def copies_loss(d, k, lam):
    g = d // k
    return lam * k * g * (g - 1) / 2
""",
        "charges the entries between groups instead of those within": """
def copies_loss(d, k, lam):
    g = d / k
    inside = k * g**2
    return lam * (d**2 - inside)
""",
    },
    "1.4": {
        "diagonal set to zero before the softmax, so the anchor stays in with weight one": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    logits = logits * (1 - torch.eye(2 * n, dtype=z.dtype))
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "only the first views are anchors": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z[:n] @ z.T / temperature
    rows = torch.arange(n)
    mask = torch.zeros_like(logits, dtype=torch.bool)
    mask[rows, rows] = True
    logits = logits.masked_fill(mask, -torch.inf)
    return torch.nn.functional.cross_entropy(logits, rows + n)
""",
    },
    "1.5": {
        "counts pictures where views should be counted": """
def cluster_loss(n, k, temperature):
    same = n / k - 1
    other = n - n / k
    return np.log(same + other * np.exp(-1 / temperature))
""",
        "orthogonal points taken to contribute nothing": """
def cluster_loss(n, k, temperature):
    same = 2 * n / k - 1
    top = np.exp(1 / temperature)
    return -np.log(top / (same * top))
""",
    },
    "1.6": {
        "covariance term averaged over the views": """
def vicreg_terms(z1, z2, eps=1e-4):
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        diagonal = torch.diagonal(K)
        variance = variance + torch.relu(1 - torch.sqrt(diagonal + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (diagonal**2).sum()) / len(K) / 2
    return invariance, variance, covariance
""",
        "hinge taken of the mean standard deviation": """
def vicreg_terms(z1, z2, eps=1e-4):
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        diagonal = torch.diagonal(K)
        std = torch.sqrt(diagonal + eps)
        variance = variance + torch.relu(1 - std.mean()) / 2
        covariance = covariance + ((K**2).sum() - (diagonal**2).sum()) / len(K)
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "entropy in bits, exponential with base e": """
def spectrum(z):
    z = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log2(p)))
""",
        "shares of the singular values instead of the eigenvalues": """
def spectrum(z):
    z = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    singular = np.sqrt(np.maximum(eigenvalues, 0))
    p = singular / singular.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "2.1": {
        "first product only, not symmetrised": """
def cross_moment(x1, x2):
    return x1.T @ x2 / len(x1)
""",
        "means of the views subtracted": """
def cross_moment(x1, x2):
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    a, b = x1 - mean, x2 - mean
    return (a.T @ b + b.T @ a) / (2 * len(x1))
""",
    },
    "2.4": {
        "rate 4 gamma in the place of 8 gamma": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam = gamma * s0**2
    e = np.exp(-4 * np.abs(gamma) * t)
    up = gamma > 0
    top = np.where(up, s0, s0 * np.sqrt(e))
    root = np.where(up, lam + (1 - lam) * e, 1 + lam * (e - 1))
    return top / np.sqrt(root)
""",
        "lambda divided by gamma, and zero put where gamma is zero": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t)
    growing = np.where(gamma > 0, lam0 / np.where(gamma > 0, lam0 + (1 - lam0) * e, 1), 0)
    falling = np.where(gamma < 0, lam0 * e / np.where(gamma < 0, 1 + lam0 * (e - 1), 1), 0)
    lam = growing + falling
    safe = np.where(gamma == 0, 1, gamma)
    return np.sqrt(lam / safe)
""",
    },
    "2.7": {
        "time reversed instead of the order of the eigenvalues": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)]
    for _ in range(steps):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
    return np.array(rows)[::-1]
""",
        "singular values of C, which lose the sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    out = np.zeros((steps + 1, len(W0)))
    for k in range(steps + 1):
        out[k] = np.linalg.svd(W @ Gamma @ W.T, compute_uv=False)
        W = W - lr * gradient(W, Gamma)
    return out
""",
    },
    "2.8": {
        "modes divided by gamma, not by its root": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[::-1][:d], V[:, ::-1][:, :d]
    return (V / gamma).T
""",
        "takes the smallest positive eigenvalues, which solves the task with the longest weights": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    positive = gamma > 1e-12
    gamma, V = gamma[positive][:d], V[:, positive][:, :d]
    return V.T / np.sqrt(gamma)[:, None]
""",
    },
    "3.1": {
        "modes left in ascending order": """
def shares(t, Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    start = np.sum((W0 @ V) ** 2, axis=0)
    grown = np.exp(8 * (gamma - gamma.max()) * np.asarray(t)[:, None]) * start
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "exponents clipped at 300 against overflow": """
def shares(t, Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[::-1], V[:, ::-1]
    start = np.sum((W0 @ V) ** 2, axis=0)
    exponent = np.clip(8 * np.outer(t, gamma), -300, 300)
    grown = np.exp(exponent) * start
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "squares of the starts returned": """
def starts(products):
    return np.diag(np.linalg.cholesky(products)) ** 2
""",
        "jitter of 1e-12 added before the Cholesky decomposition": """
def starts(products):
    safe = products + 1e-12 * np.eye(len(products))
    return np.diag(np.linalg.cholesky(safe))
""",
    },
    "3.3": {
        "all d coordinates left to every mode": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    log_s2 = np.log(alpha**2) + special.digamma(d / 2) + np.log(2)
    return -(np.log(gamma) + log_s2) / (8 * gamma)
""",
        "digamma of k in place of k half": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + special.digamma(k) + np.log(2)) / (8 * gamma)
""",
    },
    "3.7": {
        "first mode taken for the fastest": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-12, 1)
    return x / (4 * gamma[0])
""",
        "largest absolute value of gamma decides": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - (1 + late), 1e-12, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
    },
    "3.8": {
        "third result of the SVD transposed once more": """
def distance(W, target):
    P, _, N = np.linalg.svd(target @ W.T)
    O = P @ N.T
    return np.linalg.norm(O @ W - target)
""",
        "rotations only, reflections excluded": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    flip = np.ones(len(W))
    flip[-1] = np.sign(np.linalg.det(P @ Nt))
    O = P @ np.diag(flip) @ Nt
    return np.linalg.norm(O @ W - target)
""",
    },
    "4.2": {
        "eigenvectors times eigenvalues, not their roots": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1, keepdims=True) + K.mean()
    values, vectors = np.linalg.eigh(centred)
    return vectors[:, ::-1][:, :d] * values[::-1][:d]
""",
        "coordinates of the uncentred kernel, centred afterwards": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    coordinates = vectors * np.sqrt(np.maximum(values, 0))
    return coordinates - coordinates.mean(axis=0)
""",
    },
    "4.3": {
        "sign of the flow, C minus I": """
def velocity(F, K):
    n2 = F.shape[1]
    FP = np.roll(F, n2 // 2, axis=1)
    C = FP @ F.T / n2
    return 4 / n2 * (C - np.eye(len(F))) @ FP @ K
""",
        "number of pairs read from the notebook": """
def velocity(F, K):
    FP = np.roll(F, n, axis=1)
    C = F @ FP.T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ FP @ K
""",
    },
    "4.6": {
        "division by gamma, not by its power 3/2": """
def embed(new, K, d):
    half = len(K) // 2
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, half, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / len(K))
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return new @ swapped @ b / (len(K) * gamma)
""",
        "columns of the root swapped in place of its rows": """
def embed(new, K, d):
    half = len(K) // 2
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    P_root = np.roll(root, half, axis=1)
    K_gamma = P_root @ root / len(K)
    gamma, b = np.linalg.eigh((K_gamma + K_gamma.T) / 2)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return new @ P_root @ b / (len(K) * gamma**1.5)
""",
    },
    "4.7": {
        "np.sinc without the division by pi": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta) ** 2
""",
        "angle between the views taken as uniform up to 2 delta": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "4.8": {
        "inverse in the place of the inverse root": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(Kqq)
""",
        "Cholesky factor transposed before the solve": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R.T, new.T).T
""",
    },
    "5.1": {
        "central difference divided by h instead of 2h": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    total = 0
    for p in range(len(theta)):
        step = np.zeros(len(theta))
        step[p] = h
        J = (f(theta + step, X) - f(theta - step, X)) / h
        total = total + J @ J.T
    return total / J.shape[1]
""",
        "outputs summed before the product of the gradients": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    d = f(theta, X).shape[1]
    J = np.empty((len(X), len(theta)))
    for p in range(len(theta)):
        up, down = np.array(theta, dtype=float), np.array(theta, dtype=float)
        up[p] += h
        down[p] -= h
        J[:, p] = (f(up, X).sum(axis=1) - f(down, X).sum(axis=1)) / (2 * h)
    return J @ J.T / d
""",
    },
    "5.2": {
        "arccos of an unguarded quotient": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    theta = np.arccos(k12 / size)
    p = 0.5 - theta / (2 * np.pi)
    product = a * k12 + (1 - a) ** 2 * (size * np.sin(theta) / (2 * np.pi) + p * k12)
    return product, a + (1 - a) ** 2 * p
""",
        "mixed terms of identity and ReLU left out": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    p = 0.5 - theta / (2 * np.pi)
    relu = r / (2 * np.pi) + p * k12
    return a**2 * k12 + (1 - a) ** 2 * relu, a**2 + (1 - a) ** 2 * p
""",
    },
    "5.5": {
        "error not squared": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.sum(fourth - mean**2) / (error * np.sum(mean**2))
""",
        "mean of the ratios of entries, not the ratio of the sums": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((fourth - mean**2) / mean**2) / error**2
""",
    },
    "5.7": {
        "discount with the rate of lambda, 8 gamma": """
def seeded_step(gamma, s0, coupling):
    lam1 = gamma[0] * s0[0] ** 2
    tau1 = max(np.log(1 / lam1 - 1) / (8 * gamma[0]), 1 / gamma[0])
    t = np.linspace(0, 5 * tau1, 200_001)
    s1 = s0[0] / np.sqrt(lam1 + (1 - lam1) * np.exp(-8 * gamma[0] * t))
    rate = 4 * coupling * s1 * (1 - gamma[0] * s1**2) * np.exp(-8 * gamma[1] * t)
    start = s0[1] + integrate.trapezoid(rate, t)
    return np.log(1 / (gamma[1] * start**2) - 1) / (8 * gamma[1])
""",
        "integral stopped at the step time of mode 1": """
def seeded_step(gamma, s0, coupling):
    lam1 = gamma[0] * s0[0] ** 2
    tau1 = np.log(1 / lam1 - 1) / (8 * gamma[0])
    t = np.linspace(0, tau1, 100_001)
    s1 = s0[0] / np.sqrt(lam1 + (1 - lam1) * np.exp(-8 * gamma[0] * t))
    rate = 4 * coupling * s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    start = s0[1] + integrate.trapezoid(rate, t)
    return np.log(1 / (gamma[1] * start**2) - 1) / (8 * gamma[1])
""",
    },
    "6.2": {
        "plateau of the variance u in place of that of lambda": """
def half_times(gamma, rho, s0, temperature):
    times = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    lam = gamma[grows] * s0[grows] ** 2
    plateau = temperature * rho[grows]
    odds = np.maximum(plateau / lam - 1, 1)
    times[grows] = np.log(odds) * temperature / (4 * gamma[grows])
    return times
""",
        "negative time, or nan, where it starts above half its plateau": """
def half_times(gamma, rho, s0, temperature):
    times = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    lam = gamma[grows] * s0[grows] ** 2
    plateau = temperature * rho[grows] ** 2
    times[grows] = np.log(plateau / lam - 1) * temperature / (4 * gamma[grows])
    return times
""",
    },
    "6.6": {
        "rates over the length of the bias, not its square": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length)
""",
        "projector with the bias itself, right for a unit bias only": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (np.eye(len(b)) - np.outer(b, b)) @ W / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.7": {
        "rate of flow, no logarithm of the factor": """
def updates(gamma, s0, lr, eps, level):
    k = np.log(level * eps / (gamma * s0**2)) / (2 * 4 * gamma * lr / eps)
    return max(k, 0.0)
""",
        "negative number of updates where it starts above the level": """
def updates(gamma, s0, lr, eps, level):
    ratio = level * eps / (gamma * s0**2)
    return np.log(ratio) / (2 * np.log1p(4 * gamma * lr / eps))
""",
    },
    "6.8": {
        "covariances of one view only": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([4 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    real = real[real > 0]
    return min(real[0], 1.0) if len(real) else 1.0
""",
        "root of the cubic kept where it lies above 1": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return real[real > 0][0]
""",
    },
    "7.3": {
        "np.interp with the axes exchanged, linear in t": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = np.array([np.interp(last[j] / 2, curves[:, j], t) for j in range(len(last))])
    return np.where(learned, times, np.nan)
""",
        "half of the largest value of a curve, not of its last one": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = np.full(curves.shape[1], np.nan)
    for j, curve in enumerate(curves.T):
        half = curve.max() / 2
        if curve[-1] < share * curves[-1, 0] or curve[0] >= half:
            continue
        i = np.argmax(curve >= half)
        part = (half - curve[i - 1]) / (curve[i] - curve[i - 1])
        if t[i - 1] > 0:
            times[j] = t[i - 1] * (t[i] / t[i - 1]) ** part
        else:
            times[j] = t[i - 1] + part * (t[i] - t[i - 1])
    return times
""",
    },
    "7.4": {
        "iterations and time exchanged for half the learning rate": """
predictions = (1, 0.5, np.log(100**2) / 8, "no", "same")
""",
        "logarithm with base 10": """
predictions = (2, 1, np.log10(100**2) / 8, "no", "same")
""",
    },
    "7.5": {
        "quantile of a one-sided test": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    error = difference.std(ddof=1) / np.sqrt(n)
    bound = stats.t.ppf(1 - level, n - 1)
    return difference.mean(), error, bool(abs(difference.mean()) > bound * error)
""",
        "two independent groups instead of pairs": """
def paired(a, b, level):
    a, b = np.asarray(a), np.asarray(b)
    mean = b.mean() - a.mean()
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    return mean, error, bool(stats.ttest_ind(a, b).pvalue < level)
""",
    },
    "7.6": {
        "state of the generator not saved": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        losses = saved["losses"]
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "losses": losses}, path)
    return np.array(losses)
""",
        "parameters saved without the running statistics of batch-norm": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        with torch.no_grad():
            for p, old in zip(model.parameters(), saved["parameters"]):
                p.copy_(old)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses = saved["losses"]
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save({"parameters": [p.detach().clone() for p in model.parameters()],
                    "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": losses}, path)
    return np.array(losses)
""",
    },
    "7.8": {
        "own view in the place of the other one": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    factor = 2 * processes / n
    return factor * a[own] @ E, factor * b[own] @ E
""",
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    a, b = z1 - z1.mean(axis=0), z2 - z2.mean(axis=0)
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    factor = 2 * processes / n
    return factor * b[own] @ E, factor * a[own] @ E
""",
    },
}

RIGHT = {
    "1.3": {
        "counts the groups with a Counter": """
def copies_loss(d, k, lam):
    from collections import Counter

    sizes = Counter(i % k for i in range(d)).values()
    return sum(lam * g * (g - 1) for g in sizes)
""",
    },
    "1.4": {
        "diagonal cut out by a mask and a reshape, partners paid in one mean": """
def nt_xent(z1, z2, temperature=0.5):
    u, v = (z / z.norm(dim=1, keepdim=True).clamp_min(1e-12) for z in (z1, z2))
    rows = torch.cat([u, v])
    size = len(rows)
    s = torch.einsum("ai,bi->ab", rows, rows) / temperature
    others = s[~torch.eye(size, dtype=torch.bool)].reshape(size, size - 1)
    agreement = torch.einsum("ni,ni->", u, v) / (len(u) * temperature)
    return torch.logsumexp(others, dim=1).mean() - agreement
""",
    },
    "1.7": {
        "singular values of the centred data and the entropy of scipy": """
def spectrum(z):
    from scipy.stats import entropy

    n, d = z.shape
    s = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)
    eigenvalues = np.zeros(d)
    eigenvalues[: len(s)] = s**2 / n
    return eigenvalues, float(np.exp(entropy(eigenvalues)))
""",
    },
    "2.4": {
        "a scalar function with expm1, vectorised": """
def singular_values(t, gamma, s0):
    import math

    def one(t, gamma, s0):
        lam, x = gamma * s0 * s0, -8 * abs(gamma) * t
        if gamma > 0:
            return s0 / math.sqrt(math.exp(x) - lam * math.expm1(x))
        return s0 * math.exp(x / 2) / math.sqrt(1 + lam * math.expm1(x))

    every = np.vectorize(one, otypes=[float])
    return every(np.reshape(t, (-1, 1)), np.asarray(gamma)[None], np.asarray(s0)[None])
""",
    },
    "2.7": {
        "itertools.accumulate over the weights": """
def descend(gradient, Gamma, W0, lr, steps):
    from itertools import accumulate

    path = accumulate(range(steps), lambda W, _: W - lr * gradient(W, Gamma), initial=W0)
    return np.stack([-np.sort(-np.linalg.eigvalsh(W @ Gamma @ W.T)) for W in path])
""",
    },
    "2.8": {
        "subset of eigenvectors from scipy, turned by a cosine transform": """
def final_weights(Gamma, d):
    from scipy.fft import dct
    from scipy.linalg import eigh

    m = len(Gamma)
    gamma, V = eigh(Gamma, subset_by_index=[m - d, m - 1])
    U = dct(np.eye(d), norm="ortho", axis=0)
    return np.einsum("aj,j,ij->ai", U, gamma**-0.5, V)
""",
    },
    "3.2": {
        "recursion by Schur complements": """
def starts(products):
    def leftovers(P):
        if len(P) == 0:
            return []
        rest = P[1:, 1:] - np.outer(P[1:, 0], P[0, 1:]) / P[0, 0]
        return [P[0, 0] ** 0.5, *leftovers(rest)]

    return np.array(leftovers(np.asarray(products, dtype=float)))
""",
    },
    "3.8": {
        "orthogonal factor of the polar decomposition": """
def distance(W, target):
    from scipy.linalg import polar

    O, _ = polar(target @ W.T)
    return float(np.sqrt(((O @ W - target) ** 2).sum()))
""",
    },
    "4.2": {
        "classical scaling of the squared distances": """
def kernel_pca(K, d):
    from scipy.linalg import eigh

    N = len(K)
    squared = np.add.outer(np.diag(K), np.diag(K)) - 2 * K
    J = np.eye(N) - 1 / N
    B = -J @ squared @ J / 2
    values, vectors = eigh((B + B.T) / 2, subset_by_index=[N - d, N - 1])
    return np.fliplr(vectors * np.sqrt(np.clip(values, 0, None)))
""",
    },
    "4.6": {
        "a factor of K that is no symmetric root, columns of the new values swapped": """
def embed(new, K, d):
    N = len(K)
    swap = (np.arange(N) + N // 2) % N
    values, vectors = np.linalg.eigh(K)
    L = vectors * np.sqrt(np.clip(values, 0, None))
    G = L.T @ L[swap] / N
    gamma, v = np.linalg.eigh((G + G.T) / 2)
    top = np.argsort(-gamma)[:d]
    return new[:, swap] @ (L @ v[:, top]) / (N * gamma[top] ** 1.5)
""",
    },
    "4.8": {
        "triangular solve in torch": """
def landmark_features(new, Kqq):
    import torch

    R = torch.linalg.cholesky(torch.tensor(np.asarray(Kqq, dtype=float)))
    values = torch.tensor(np.asarray(new, dtype=float).T.copy())
    return torch.linalg.solve_triangular(R, values, upper=False).T.numpy()
""",
    },
    "6.6": {
        "projector as the Jacobian of the normalisation, by autograd": """
def with_bias(W, b, Gamma_s, temperature):
    start = torch.tensor(np.asarray(b, dtype=float))
    J = torch.autograd.functional.jacobian(lambda x: x / x.norm(), start).numpy()
    gamma = sorted(np.linalg.eigvalsh(Gamma_s), reverse=True)[: len(b) - 1]
    return J @ W, np.array([4 * g / (temperature * np.dot(b, b)) for g in gamma])
""",
    },
}
