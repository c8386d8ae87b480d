"""Round 34: 59 wrong and 13 right answers to chapters 1 to 10, three exercises a chapter."""

WRONG = {
    "1.2": {
        "normalised by the mean and variance of both views together": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    both = torch.cat([z1, z2])
    mean, scale = both.mean(0), torch.sqrt(both.var(0, correction=0) + 1e-5)
    C = ((z1 - mean) / scale).T @ ((z2 - mean) / scale) / n
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
        "the scale taken as a constant, so the gradient lacks a part": """
def barlow_twins(z1, z2, lam=0.0051):
    def hat(z):
        with torch.no_grad():
            scale = torch.sqrt(z.var(0, correction=0) + 1e-5)
        return (z - z.mean(0)) / scale

    C = hat(z1).T @ hat(z2) / len(z1)
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
    },
    "1.5": {
        "candidates among the second views alone": """
def cluster_loss(n, k, temperature):
    return np.log(n / k + (n - n / k) * np.exp(-1 / temperature))
""",
        "no loss where each picture has a point of its own": """
def cluster_loss(n, k, temperature):
    if k == n:
        return 0.0
    here = 2 * n / k - 1
    return np.log(here + (2 * n - 1 - here) * np.exp(-1 / temperature))
""",
    },
    "1.8": {
        "passed half of the last eigenvalue instead of one half": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    record, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        record.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    values = np.array(values)
    above = values >= values[-1] / 2
    passed = np.where(above.any(0), above.argmax(0), np.inf)
    return np.array(record), values, passed
""",
        "singular values of C, which have no sign": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    record, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        record.append(loss.item())
        values.append(torch.linalg.svdvals(C.detach()).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    values = np.array(values)
    above = values >= 0.5
    passed = np.where(above.any(0), above.argmax(0), np.inf)
    return np.array(record), values, passed
""",
    },
    "2.2": {
        "each pair off the diagonal once": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = np.diag(np.diag(C) - 1) + lam * np.triu(C, 1)
    return 4 * E @ W @ Gamma
""",
        "through a root of Gamma that drops the eigenvalues below zero": """
def gradient(W, Gamma, lam=1.0):
    values, vectors = np.linalg.eigh(Gamma)
    root = vectors * np.sqrt(np.maximum(values, 0))
    B = W @ root
    C = B @ B.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ B @ root.T
""",
    },
    "2.4": {
        "a mode without growth just decays, however large it starts": """
def singular_values(t, gamma, s0):
    t = t[:, None]
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t)
    up = s0 / np.sqrt(np.where(gamma > 0, lam0 + (1 - lam0) * e, 1))
    return np.where(gamma > 0, up, s0 * np.sqrt(e))
""",
        "a tanh about the step time, with the absolute value of the odds": """
def singular_values(t, gamma, s0):
    t = t[:, None]
    lam0 = gamma * s0**2
    grows = gamma > 0
    rate = np.where(grows, gamma, 1.0)
    odds = np.where(grows, np.abs(1 / np.where(lam0 == 0, 1, lam0) - 1), 1.0)
    late = np.log(np.maximum(odds, 1e-300)) / (8 * rate)
    x = np.clip(8 * rate * (t - late), -700, 700)
    up = np.sqrt(1 / (1 + np.exp(-x)) / rate)
    e = np.exp(-8 * np.abs(gamma) * t)
    down = s0 * np.sqrt(e) / np.sqrt(np.where(grows, 1, 1 + lam0 * (e - 1)))
    return np.where(grows, up, down)
""",
    },
    "2.7": {
        "the rows turned around in place of the columns": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for k in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)[::-1]
""",
        "stops where the gradient is small, and repeats the last row": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    out = np.zeros((steps + 1, len(W0)))
    for k in range(steps + 1):
        out[k] = np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
        slope = gradient(W, Gamma)
        if np.abs(slope).max() < 1e-6:
            out[k:] = out[k]
            break
        W = W - lr * slope
    return out
""",
    },
    "3.3": {
        "the mean of the squares for their sum": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    log_mean = special.digamma(k / 2) + np.log(2) - np.log(k)
    return -(np.log(gamma * alpha**2) + log_mean) / (8 * gamma)
""",
        "the digamma function by its first two terms for large arguments": """
def mean_step_times(gamma, alpha):
    half = (len(gamma) - np.arange(len(gamma))) / 2
    digamma = np.log(half) - 1 / (2 * half)
    return -(np.log(gamma * alpha**2) + digamma + np.log(2)) / (8 * gamma)
""",
    },
    "3.5": {
        "the nearest orthogonal matrix for the leftovers": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    P, _, Nt = np.linalg.svd(W0 @ V)
    return (P @ Nt) / np.sqrt(gamma) @ V.T
""",
        "the last column turned until U is a rotation": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    U = Q * np.sign(np.diag(R))
    if np.linalg.det(U) < 0:
        U[:, -1] *= -1
    return U / np.sqrt(gamma) @ V.T
""",
    },
    "3.8": {
        "the orthogonal matrix on the side of the inputs": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(W.T @ target)
    return np.linalg.norm(W @ P @ Nt - target)
""",
        "the orthogonal part of the least-squares map": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ np.linalg.pinv(W))
    return np.linalg.norm(P @ Nt @ W - target)
""",
    },
    "4.3": {
        "a roll without an axis, which runs on into the next row": """
def velocity(F, K):
    d, N = F.shape
    FP = np.roll(F, N // 2)
    C = FP @ F.T / N
    return 4 / N * (np.eye(d) - C) @ FP @ K
""",
        "only the diagonal of C": """
def velocity(F, K):
    d, N = F.shape
    FP = np.roll(F, N // 2, axis=1)
    own = np.sum(FP * F, axis=1) / N
    return 4 / N * (1 - own)[:, None] * (FP @ K)
""",
    },
    "4.6": {
        "views swapped among the columns of the root": """
def embed(new, K, d):
    n = len(K) // 2
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / (2 * n), d)
    return new @ np.roll(root, n, axis=1) @ b / (2 * n * gamma**1.5)
""",
        "the modes with the largest absolute value": """
def embed(new, K, d):
    n = len(K) // 2
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, n, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / (2 * n))
    top = np.argsort(-np.abs(gamma))[:d]
    return new @ swapped @ b[:, top] / (2 * n * np.abs(gamma[top]) ** 1.5)
""",
    },
    "4.8": {
        "divided by the eigenvalues, not by their roots": """
def landmark_features(new, Kqq):
    values, vectors = np.linalg.eigh(Kqq)
    return new @ vectors / values
""",
        "small eigenvalues left out for safety": """
def landmark_features(new, Kqq):
    values, vectors = np.linalg.eigh(Kqq)
    inverse = np.where(values > 1e-3 * values.max(), 1 / np.sqrt(np.abs(values)), 0)
    return (new @ vectors * inverse) @ vectors.T
""",
    },
    "5.2": {
        "units on different sides of zero left out": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return (1 + a**2) * (r / (2 * np.pi) + p * k12), (1 + a**2) * p
""",
        "the angle by its sine": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    product = np.sqrt(k11 * k22)
    sine = np.where(product > 0, r / np.where(product > 0, product, 1), 0)
    p = 0.5 - np.arcsin(np.clip(sine, 0, 1)) / (2 * np.pi)
    first = a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    return first, a + (1 - a) ** 2 * p
""",
    },
    "5.5": {
        "the mean of the entries' relative errors": """
def width_needed(k, error):
    a, b = np.diag(k)[:, None], np.diag(k)[None, :]
    r = np.sqrt(np.maximum(a * b - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    square = (3 * r * k + (np.pi - theta) * (a * b + 2 * k**2)) / (2 * np.pi)
    return np.mean((square - mean**2) / mean**2) / error**2
""",
        "the same variance for both inputs of a pair": """
def width_needed(k, error):
    own = np.diag(k)[:, None]
    r = np.sqrt(np.maximum(own * own - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    square = (3 * r * k + (np.pi - theta) * (own * own + 2 * k**2)) / (2 * np.pi)
    return np.sum(square - mean**2) / (error**2 * np.sum(mean**2))
""",
    },
    "5.8": {
        "waves counted twice, once for each sign of k": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    theta = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(theta), np.sin(theta)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, b_std=b_std)[1][0]
    k = np.arange(k_max + 1)
    c = np.fft.rfft(values).real[: k_max + 1] / q
    c[1:] *= 2
    return c * np.cos(2 * k * delta)
""",
        "no rate below zero": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    theta = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(theta), np.sin(theta)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, b_std=b_std)[1][0]
    k = np.arange(k_max + 1)
    c = np.fft.rfft(values).real[: k_max + 1] / q
    return np.maximum(c * np.cos(2 * k * delta), 0)
""",
    },
    "6.2": {
        "the variance's plateau for the eigenvalue's": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    plateau = temperature * np.abs(rho)
    ok = (gamma > 0) & (s0 > 0)
    odds = np.maximum(plateau / np.where(ok, lam0, 1) - 1, 1e-300)
    t = np.log(odds) * temperature / (4 * np.where(ok, gamma, 1))
    return np.where(ok, np.maximum(t, 0), np.inf)
""",
        "pure growth until half the plateau": """
def half_times(gamma, rho, s0, temperature):
    lam0 = gamma * s0**2
    half = temperature * rho**2 / 2
    ok = (gamma > 0) & (s0 > 0)
    t = np.log(half / np.where(ok, lam0, 1)) * temperature / (4 * np.where(ok, gamma, 1))
    return np.where(ok, np.maximum(t, 0), np.inf)
""",
    },
    "6.4": {
        "Barlow Twins by the agreement": """
winners = (3, 1, 3)
""",
        "the invariance with the weight 2 nu": """
winners = (2, 1, 2)
""",
    },
    "6.7": {
        "the level as a share of the root of eps": """
def updates(gamma, s0, lr, eps, level):
    k = np.log(level * np.sqrt(eps) / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps))
    return max(k, 0.0)
""",
        "the absolute value where it starts above": """
def updates(gamma, s0, lr, eps, level):
    return abs(np.log(level * eps / (gamma * s0**2))) / (2 * np.log1p(4 * gamma * lr / eps))
""",
    },
    "7.1": {
        "until the length has doubled, not its square": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 7.5 * length**2 / (lr**2 * np.sum(g**2))
""",
    },
    "7.3": {
        "half of the curve's largest value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last, top = curves[-1], curves.max(axis=0)
    learned = (last >= share * last[0]) & (curves[0] < top / 2)
    times = np.array(
        [spectra.find_steps(t, curves[:, [j]], top[j] / 2)[0] for j in range(len(last))]
    )
    return np.where(learned, times, np.nan)
""",
        "columns sorted once, by their last values": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    out = np.full(len(last), np.nan)
    for j in np.flatnonzero(learned):
        k = np.flatnonzero(curves[:, j] >= last[j] / 2)[0]
        x = np.log(t[k - 1 : k + 1]) if t[k - 1] > 0 else t[k - 1 : k + 1]
        low, high = curves[k - 1 : k + 1, j]
        at = x[0] + (last[j] / 2 - low) / (high - low) * (x[1] - x[0])
        out[j] = np.exp(at) if t[k - 1] > 0 else at
    return out
""",
    },
    "7.5": {
        "the degrees of freedom of two groups": """
def paired(a, b, level):
    diff = b - a
    n = len(diff)
    mean, error = diff.mean(), diff.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
        "differences that are close count as equal": """
def paired(a, b, level):
    diff = b - a
    n = len(diff)
    mean, error = diff.mean(), diff.std(ddof=1) / np.sqrt(n)
    if np.allclose(diff, diff[0]):
        return mean, error, bool(mean != 0)
    return mean, error, bool(abs(mean) / error > stats.t.ppf(1 - level / 2, n - 1))
""",
    },
    "8.1": {
        "the two layers share the gradient": """
def gradients(W, A, Gamma):
    B = W @ A
    slope = 2 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return slope @ A.T, W.T @ slope
""",
        "the head's through the inverse of the trunk": """
def gradients(W, A, Gamma):
    B = W @ A
    slope = 4 * (B @ Gamma @ B.T - np.eye(len(W))) @ B @ Gamma
    return slope @ np.linalg.pinv(A), W.T @ slope
""",
    },
    "8.4": {
        "the rate of the start kept all along": """
def time_until(lam, gamma, s0, p0):
    start = gamma * s0**2 * p0**2
    rate = 8 * gamma * (s0**2 + p0**2)
    return (np.log(lam / (1 - lam)) - np.log(start / (1 - start))) / rate
""",
        "c without the head": """
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
        "the growth alone, without saturation": """
def saved(raised):
    B = 2 * raised - 1
    v = np.sqrt((1 + B**2) / 2)
    return 2 * np.log((1 + v) / 2)
""",
        "a trapezoid rule on equal steps": """
def saved(raised):
    lam = np.linspace(1e-9, 0.5, 1001)
    q = ((2 * raised - 1) ** 2 - 1)[:, None]
    return np.trapezoid((1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam)), lam, axis=1)
""",
    },
    "9.2": {
        "the squared correlations with the columns, added": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    z = z - z.mean(0)
    f, z = f / np.linalg.norm(f, axis=0), z / np.linalg.norm(z, axis=0)
    return np.minimum(((z.T @ f) ** 2).sum(0), 1)
""",
        "a small ridge against trouble": """
def mode_alignment(functions, z):
    f = functions - functions.mean(0)
    z = z - z.mean(0)
    fit = z @ np.linalg.solve(z.T @ z + 1e-6 * np.eye(z.shape[1]), z.T @ f)
    return (fit**2).sum(0) / (f**2).sum(0)
""",
    },
    "9.5": {
        "the adjusted share": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    X = np.column_stack([np.ones(n), regressors])
    left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
    share = 1 - left.var(axis=0) / modes.var(axis=0)
    return 1 - (1 - share) * (n - 1) / (n - k - 1)
""",
        "the squared correlation with a fit that has no constant": """
def r_squared(modes, regressors):
    fit = regressors @ np.linalg.lstsq(regressors, modes, rcond=None)[0]
    fit, y = fit - fit.mean(axis=0), modes - modes.mean(axis=0)
    return (fit * y).sum(axis=0) ** 2 / ((fit**2).sum(axis=0) * (y**2).sum(axis=0))
""",
    },
    "9.7": {
        "the label itself fitted, and the nearest one taken": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes, out = np.unique(y), []
    for k in range(1, len(order) + 1):
        columns = list(order[:k])
        X = np.column_stack([np.ones(len(y)), modes[:, columns]])
        T = np.column_stack([np.ones(len(y_test)), modes_test[:, columns]])
        value = T @ np.linalg.lstsq(X, y.astype(float), rcond=None)[0]
        found = classes[np.abs(value[:, None] - classes).argmin(axis=1)]
        out.append(np.mean(found == y_test))
    return np.array(out)
""",
        "the test centred by its own mean": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes, out = np.unique(y), []
    targets = (y[:, None] == classes).astype(float)
    share = targets.mean(axis=0)
    for k in range(1, len(order) + 1):
        columns = list(order[:k])
        X = modes[:, columns] - modes[:, columns].mean(axis=0)
        T = modes_test[:, columns] - modes_test[:, columns].mean(axis=0)
        B = np.linalg.lstsq(X, targets - share, rcond=None)[0]
        out.append(np.mean(classes[(T @ B + share).argmax(axis=1)] == y_test))
    return np.array(out)
""",
    },
    "10.2": {
        "the gradient taken at the point ahead, as Nesterov does": """
def momentum_factor(gamma, lr, beta):
    x = 1 + 4 * lr * gamma
    b = (1 + beta) * x
    return (b + np.sqrt(b**2 - 4 * beta * x)) / 2
""",
        "the ratio of two steps after fifty of them": """
def momentum_factor(gamma, lr, beta):
    s, v = np.ones_like(gamma), np.zeros_like(gamma)
    for _ in range(50):
        before = s
        v = beta * v - 4 * gamma * s
        s = s - lr * v
    return s / before
""",
    },
    "10.4": {
        "the same learning rate for both": """
def speed_of_damping(gamma, rho):
    return (gamma[-1] / (gamma[-1] + rho)) / gamma[-1]
""",
        "the damping in units of the last eigenvalue": """
def speed_of_damping(gamma, rho):
    return (gamma[0] + rho * gamma[-1]) / (gamma[-1] + rho * gamma[-1])
""",
    },
    "10.6": {
        "the damping as a share of the mean variance": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(axis=0)
    S = X.T @ X / len(X)
    h = len(S)
    return gradient @ np.linalg.inv(S + rho * np.trace(S) / h * np.eye(h))
""",
        "only the directions in which the batch varies": """
def preconditioned_gradient(gradient, features, rho):
    X = features - features.mean(axis=0)
    _, s, Vt = np.linalg.svd(X, full_matrices=False)
    return (gradient @ Vt.T) / (s**2 / len(X) + rho) @ Vt
""",
    },
}

RIGHT = {
    "1.2": {
        "normalised by torch's batch norm": """
def barlow_twins(z1, z2, lam=0.0051):
    norm = functools.partial(
        torch.nn.functional.batch_norm, running_mean=None, running_var=None, training=True
    )
    C = torch.einsum("bi,bj->ij", norm(z1), norm(z2)) / len(z1)
    eye = torch.eye(len(C), dtype=torch.bool)
    return torch.where(eye, (1 - C) ** 2, lam * C**2).sum()
""",
    },
    "1.8": {
        "in NumPy, with the gradient by hand": """
def staircase(x1, x2, W, lr, steps):
    a, b, W = (each.detach().numpy() for each in (x1, x2, W))
    Gamma = (a.T @ b + b.T @ a) / (2 * len(a))
    losses, values = [], []
    passed = [np.inf] * len(W)
    for k in range(steps + 1):
        E = W @ Gamma @ W.T - np.eye(len(W))
        losses.append(np.sum(E**2))
        values.append(1 + np.linalg.eigvalsh(E)[::-1])
        passed = [min(p, k) if v >= 0.5 else p for p, v in zip(passed, values[-1])]
        W = W - lr * 4 * E @ W @ Gamma
    return np.array(losses), np.array(values), np.array(passed)
""",
    },
    "3.5": {
        "by a Cholesky factor, whose diagonal is positive": """
def limit_weights(Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    d = len(W0)
    gamma, V = gamma[::-1][:d], V[:, ::-1][:, :d]
    M = W0 @ V
    M = M / np.linalg.norm(M, axis=0)
    U = np.linalg.solve(np.linalg.cholesky(M.T @ M), M.T).T
    return sum(np.outer(U[:, j], V[:, j]) / np.sqrt(gamma[j]) for j in range(d))
""",
    },
    "3.8": {
        "SciPy's orthogonal Procrustes problem": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    O = orthogonal_procrustes(W.T, target.T)[0].T
    return float(np.linalg.norm(O @ W - target))
""",
    },
    "4.6": {
        "least squares with a cut-off in place of the inverse root": """
def embed(new, K, d):
    n = len(K) // 2
    kappa, V = np.linalg.eigh(K)
    keep = kappa > 1e-9 * kappa.max()
    kappa, V = kappa[keep], V[:, keep]
    phi = V * np.sqrt(kappa)
    Gamma = (phi[:n].T @ phi[n:] + phi[n:].T @ phi[:n]) / (2 * n)
    gamma, b = linear.modes(Gamma, d)
    return new @ (V / np.sqrt(kappa)) @ b / np.sqrt(gamma)
""",
    },
    "5.2": {
        "by the cosine, with a right angle at zero vectors": """
def relu_means(k11, k12, k22, a=0.0):
    k11, k12, k22 = (np.asarray(k, dtype=float) for k in (k11, k12, k22))
    size = np.sqrt(k11) * np.sqrt(k22)
    cosine = np.divide(k12, size, out=np.zeros_like(size), where=size > 0)
    theta = np.arccos(np.clip(cosine, -1, 1))
    both = (size * np.sin(theta) + (np.pi - theta) * k12) / (2 * np.pi)
    return (
        a * a * k12 + 2 * a * (1 - a) * k12 / 2 + (1 - a) ** 2 * both,
        a + (1 - a) ** 2 * (np.pi - theta) / (2 * np.pi),
    )
""",
    },
    "5.8": {
        "the midpoint rule on half of the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    theta = (np.arange(6000) + 0.5) * np.pi / 6000
    points = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    values = kernels.relu_mlp_kernel(np.array([[1.0, 0.0]]), points, depth, b_std=b_std)[1][0]
    return np.array(
        [np.mean(values * np.cos(k * theta)) * np.cos(2 * k * delta) for k in range(k_max + 1)]
    )
""",
    },
    "6.4": {
        "computed, so that the three are NumPy's integers": """
sigma, rho = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.8, 0.95])
rates = [rho * sigma] + [(2500 - 4 * nu + 4 * nu * rho) * sigma for nu in (25, 2000)]
winners = tuple(np.argmax(rates, axis=1) + 1)
""",
    },
    "7.1": {
        "whole steps, of which there are thousands": """
def scale_free(g, length, lr, c):
    steps = 1.5 * length**2 / (lr**2 * np.sum(g**2))
    return g / c, c**2 * lr, float(np.ceil(steps))
""",
    },
    "7.5": {
        "SciPy's test of related samples": """
def paired(a, b, level):
    diff = b - a
    test = stats.ttest_rel(b, a)
    return diff.mean(), stats.sem(diff), bool(test.pvalue < level)
""",
    },
    "8.4": {
        "the integral over the log odds": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    start = gamma * s0**2 * p0**2

    def slope(x):
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 / gamma / (1 + np.exp(-x))))

    x0 = np.log(start) - np.log1p(-start)
    ends = np.log(lam) - np.log1p(-lam)
    return np.array([integrate.quad(slope, x0, x, epsrel=1e-10, limit=500)[0] for x in ends])
""",
    },
    "9.5": {
        "the multiple correlation from the matrix of correlations": """
def r_squared(modes, regressors):
    d = modes.shape[1]
    R = np.corrcoef(np.hstack([modes, regressors]).T)
    return np.einsum("ij,ji->i", R[:d, d:], np.linalg.solve(R[d:, d:], R[d:, :d]))
""",
    },
    "10.6": {
        "Woodbury's identity, with an inverse of the size of the batch": """
def preconditioned_gradient(gradient, features, rho):
    n = len(features)
    X = features - features.mean(axis=0)
    inner = np.linalg.solve(n * rho * np.eye(n) + X @ X.T, X)
    return (gradient - gradient @ X.T @ inner) / rho
""",
    },
}
