"""Round 38: 40 wrong and 10 right answers to chapters 1 to 10, two exercises a chapter."""

WRONG = {
    "1.6": {
        "the hinge of the mean of both views' deviations, not the mean of two hinges": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    K1, K2 = torch.cov(z1.T), torch.cov(z2.T)
    std = (torch.sqrt(K1.diagonal() + eps) + torch.sqrt(K2.diagonal() + eps)) / 2
    off = sum((K**2).sum() - (K.diagonal() ** 2).sum() for K in (K1, K2))
    return ((z1 - z2) ** 2).mean(), torch.relu(1 - std).mean(), off / d
""",
        "one covariance matrix of both views stacked, counted twice": """
def vicreg_terms(z1, z2, eps=1e-4):
    K = torch.cov(torch.cat([z1, z2]).T)
    hinge = torch.relu(1 - torch.sqrt(K.diagonal() + eps)).mean()
    off = 2 * ((K**2).sum() - (K.diagonal() ** 2).sum()) / len(K)
    return ((z1 - z2) ** 2).mean(), hinge, off
""",
    },
    "1.8": {
        "searchsorted for the crossing, as if the eigenvalues only rose": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    n, identity = len(x1), torch.eye(len(W), dtype=W.dtype)
    found, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - identity) ** 2).sum()
        found.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    values = np.array(values)
    first = np.array([np.searchsorted(column, 0.5) for column in values.T], dtype=float)
    first[first > steps] = np.inf
    return np.array(found), values, first
""",
        "the record after the last step is not asked for a crossing": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    n, identity = len(x1), torch.eye(len(W), dtype=W.dtype)
    found, values = [], []
    first = np.full(len(W), np.inf)
    for k in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - identity) ** 2).sum()
        found.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        if k == steps:
            break
        first[(values[-1] >= 0.5) & np.isinf(first)] = k
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    return np.array(found), np.array(values), first
""",
    },
    "2.5": {
        "a start of 1e-12 as a floor of the eigenvalue, for the logarithm": """
def step_times(gamma, s0, level=0.5):
    lam = np.clip(gamma * s0**2, 1e-12, level)
    rate = np.where(gamma > 0, gamma, 1.0)
    t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * rate)
    return np.where(gamma > 0, t, np.inf)
""",
        "rates below 1e-4 counted as 0": """
def step_times(gamma, s0, level=0.5):
    with np.errstate(all="ignore"):
        lam = gamma * s0**2
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.where(lam >= level, 0.0, t)
    return np.where(gamma > 1e-4, t, np.inf)
""",
    },
    "2.7": {
        "stops where allclose sees no movement, and repeats the last row": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for k in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        new = W - lr * gradient(W, Gamma)
        if np.allclose(new, W):
            rows += [rows[-1]] * (steps - k)
            break
        W = new
    return np.array(rows)
""",
        "the gradient written out in the loop, the function given is not called": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for _ in range(steps + 1):
        C = W @ Gamma @ W.T
        rows.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(C))) @ W @ Gamma
    return np.array(rows)
""",
    },
    "3.1": {
        "from one time to the next, where a share that has vanished cannot come back": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    share = np.sum((W0 @ modes) ** 2, axis=0)
    now, rows = 0.0, []
    for then in t:
        share = share * np.exp(8 * (gamma - gamma[0]) * (then - now))
        share = share / share.sum()
        now = then
        rows.append(share)
    return np.array(rows)
""",
        "modes of negative eigenvalue stand still": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    rate = np.maximum(gamma, 0)
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = squares * np.exp(8 * np.outer(t, rate - rate[0]))
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.8": {
        "the sum of the sizes of eigenvalues in place of singular values": """
def distance(W, target):
    trace = np.abs(np.linalg.eigvals(target @ W.T)).sum()
    return np.sqrt(np.sum(W**2) + np.sum(target**2) - 2 * trace)
""",
        "the best matrix first, then the orthogonal one nearest to it": """
def distance(W, target):
    best = target @ np.linalg.pinv(W)
    P, _, Nt = np.linalg.svd(best)
    return np.linalg.norm(P @ Nt @ W - target)
""",
    },
    "4.4": {
        "eigenvalues below 1e-5 of the largest taken for rounding": """
def contrastive(K):
    kappa, V = np.linalg.eigh(K)
    kappa = np.where(kappa > 1e-5 * kappa.max(), kappa, 0)
    root = V * np.sqrt(kappa) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "a hundred-thousandth on the diagonal against singular kernels": """
def contrastive(K):
    kappa, V = np.linalg.eigh(K + 1e-5 * np.eye(len(K)))
    root = V * np.sqrt(kappa) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.6": {
        "modes by the size of the eigenvalue, negative ones among them": """
def embed(new, K, d):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / len(K))
    order = np.argsort(-np.abs(gamma))[:d]
    gamma, b = np.abs(gamma[order]), b[:, order]
    return new @ swapped @ b / (len(K) * gamma**1.5)
""",
        "the inverse root, with eigenvalues below 1e-6 left out": """
def embed(new, K, d):
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    inverse = np.where(kappa > 1e-6, 1 / np.sqrt(np.maximum(kappa, 1e-6)), 0)
    return new @ (V * inverse @ V.T) @ b / np.sqrt(gamma)
""",
    },
    "5.2": {
        "the correlation with 1e-8 below, against a division by zero": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    theta = np.arccos(np.clip(k12 / (size + 1e-8), -1, 1))
    p = 0.5 - theta / (2 * np.pi)
    r = size * np.sin(theta)
    both = a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    return both, a + (1 - a) ** 2 * p
""",
        "a determinant below 1e-9 counts as parallel, whatever the lengths": """
def relu_means(k11, k12, k22, a=0.0):
    det = k11 * k22 - k12**2
    r = np.sqrt(np.where(det > 1e-9, det, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    both = a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    return both, a + (1 - a) ** 2 * p
""",
    },
    "5.9": {
        "a mode that starts above its end does not move": """
def weight_move(gamma, s0, m, N):
    move = np.maximum(1 / np.sqrt(gamma) - s0, 0)
    return np.sqrt(np.sum(move**2) / (N * (m + len(gamma))))
""",
        "the difference of the squared lengths, not the squared length of the difference": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(np.abs(1 / gamma - s0**2)) / (N * (m + len(gamma))))
""",
    },
    "6.2": {
        "what is no number never comes, a start above the whole plateau too": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        t = np.log(ratio - 1) * temperature / (4 * gamma)
    t = np.where(np.isnan(t) | (gamma <= 0), np.inf, t)
    return np.maximum(t, 0)
""",
        "half of the highest plateau for all modes": """
def half_times(gamma, rho, s0, temperature):
    top = temperature * np.max(rho**2)
    with np.errstate(all="ignore"):
        start = gamma * s0**2
        t = np.log(top / start - 1) * temperature / (4 * gamma)
    t = np.where(start >= top / 2, 0.0, t)
    return np.where((gamma > 0) & (s0 > 0), t, np.inf)
""",
    },
    "6.9": {
        "direction 2 catches up only if it grows faster near zero": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0] or (sigma * rho)[1] <= (sigma * rho)[0]:
        return np.inf
    part = np.log(u / (sigma * s0**2)) / sigma
    return (part[1] - part[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "the starts compared by their weights, not by their variances": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    part = np.log(u / s0**2) / sigma
    return (part[1] - part[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.5": {
        "the normal quantile from thirty seeds on": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    q = 1 - level / 2
    bound = stats.norm.ppf(q) if n >= 30 else stats.t.ppf(q, n - 1)
    return mean, error, bool(abs(mean) > bound * error)
""",
        "differences that allclose takes for equal have no scatter": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    if np.allclose(difference, mean):
        return mean, error, bool(mean != 0)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, n - 1) * error)
""",
    },
    "7.6": {
        "a file with all steps in it is read for its losses only": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"]
        if len(losses) == steps:
            return losses
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "losses": losses,
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
            },
            path,
        )
    return losses
""",
        "the losses so far in a tensor, which has single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"].tolist()
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "losses": torch.tensor(losses),
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
            },
            path,
        )
    return losses
""",
    },
    "8.4": {
        "the head left out of what is conserved, as if it always began at nothing": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(x):
        u = np.sqrt(c**2 + 4 * x / gamma)
        return np.log(4 * x / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "straight lines between two hundred times": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    low = gamma * s0**2 * p0**2
    y = np.linspace(np.log(low / (1 - low)), np.max(np.log(lam / (1 - lam))), 200)
    rate = 8 * gamma * np.sqrt(c**2 + 4 / (1 + np.exp(-y)) / gamma)
    t = integrate.cumulative_trapezoid(1 / rate, y, initial=0)
    return np.interp(np.log(lam / (1 - lam)), y, t)
""",
    },
    "8.7": {
        "a hundred rounds of putting the square into its own equation": """
def deep_raise(layers, gamma):
    square = 0.0
    for _ in range(100):
        square = 1 / (gamma * (1 + square) ** (layers - 1))
    return (1 + square) ** (layers - 1)
""",
        "the best of ten thousand candidates": """
def deep_raise(layers, gamma):
    square = np.linspace(0, 1 / gamma, 10_001)
    miss = np.abs(gamma * square * (1 + square) ** (layers - 1) - 1)
    return (1 + square[np.argmin(miss)]) ** (layers - 1)
""",
    },
    "9.4": {
        "the first axis of each moment as it is, made orthogonal to the earlier ones afterwards": """
def learned_order(Z):
    axes = []
    for z in Z:
        left = z - z.mean(axis=0)
        axes.append(np.linalg.eigh(left.T @ left)[1][:, -1])
    return np.linalg.qr(np.array(axes).T)[0]
""",
        "twenty rounds of the power iteration for each axis": """
def learned_order(Z):
    d = Z.shape[2]
    V = np.zeros((d, 0))
    for z in Z:
        left = z - z.mean(axis=0)
        left = left - left @ V @ V.T
        axis = np.ones(d)
        for _ in range(20):
            axis = left.T @ (left @ axis)
            axis = axis / np.linalg.norm(axis)
        V = np.column_stack([V, axis])
    return V
""",
    },
    "9.7": {
        "the mean of the accuracies of the classes, each counted alike": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    targets = (y[:, None] == classes).astype(float)
    curve = []
    for k in range(1, len(order) + 1):
        columns = list(order[:k])
        X = np.column_stack([np.ones(len(modes)), modes[:, columns]])
        T = np.column_stack([np.ones(len(modes_test)), modes_test[:, columns]])
        B = np.linalg.lstsq(X, targets, rcond=None)[0]
        right = classes[np.argmax(T @ B, axis=1)] == y_test
        curve.append(np.mean([right[y_test == c].mean() for c in np.unique(y_test)]))
    return np.array(curve)
""",
        "each new mode fitted to what the earlier ones have left, their fits kept": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    left = (y[:, None] == classes).astype(float)
    outputs = np.zeros((len(modes_test), len(classes)))
    curve = []
    for j in order:
        X = np.column_stack([np.ones(len(modes)), modes[:, j]])
        T = np.column_stack([np.ones(len(modes_test)), modes_test[:, j]])
        B = np.linalg.lstsq(X, left, rcond=None)[0]
        left = left - X @ B
        outputs = outputs + T @ B
        curve.append(np.mean(classes[np.argmax(outputs, axis=1)] == y_test))
    return np.array(curve)
""",
    },
    "10.5": {
        "a bisection from 0 upwards, where a start above 1 stays as it is": """
def end_of_one(gamma, w0, rho):
    rate = gamma / (gamma + rho)
    start = np.log(gamma * w0**2)
    low, high = 0.0, 2 * abs(logsumexp(start)) / (8 * rate.min())
    for _ in range(200):
        T = (low + high) / 2
        if logsumexp(start + 8 * rate * T) < 0:
            low = T
        else:
            high = T
    return w0 * np.exp(4 * rate * low)
""",
        "ten thousand steps of a thousandth": """
def end_of_one(gamma, w0, rho):
    w = np.array(w0, dtype=float)
    rate = gamma / (gamma + rho)
    for _ in range(10_000):
        w = w + 0.001 * 4 * (1 - np.sum(gamma * w**2)) * rate * w
    return w
""",
    },
    "10.8": {
        "Γ times the inverse of Σ, made symmetric by the mean with its transpose": """
def spectral_end(Gamma, Sigma, d):
    M = Gamma @ np.linalg.inv(Sigma)
    rho = np.linalg.eigvalsh((M + M.T) / 2)[::-1][:d]
    return np.maximum(rho, 0) ** 2
""",
        "what is given to Σ by the modes of Γ, one by one": """
def spectral_end(Gamma, Sigma, d):
    gamma, V = np.linalg.eigh(Gamma)
    rho = gamma / np.sum(V * (Sigma @ V), axis=0)
    return np.sort(np.maximum(rho, 0) ** 2)[::-1][:d]
""",
    },
}

RIGHT = {
    "1.6": {
        "einsum over the centred rows and a mask, both views in one tensor": """
def vicreg_terms(z1, z2, eps=1e-4):
    z = torch.stack([z1, z2])
    n, d = z1.shape
    z = z - z.mean(1, keepdim=True)
    K = torch.einsum("vni,vnj->vij", z, z) / (n - 1)
    mask = ~torch.eye(d, dtype=torch.bool)
    std = (torch.diagonal(K, dim1=1, dim2=2) + eps) ** 0.5
    hinge = (1 - std).clamp(min=0).mean()
    return torch.nn.functional.mse_loss(z1, z2), hinge, K[:, mask].pow(2).sum() / d
""",
    },
    "2.5": {
        "one mode after the other, logits of the special functions, a list": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit

    times = []
    for g, s in zip(gamma, s0, strict=True):
        start = g * s * s
        if start >= level:
            times.append(0.0)
        elif g <= 0:
            times.append(float("inf"))
        else:
            times.append((logit(level) - logit(start)) / (8 * g))
    return times
""",
    },
    "3.8": {
        "scipy's procrustes on the transposes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    R, _ = orthogonal_procrustes(W.T, target.T)
    return float(np.linalg.norm(W.T @ R - target.T))
""",
    },
    "4.4": {
        "the root from the singular value decomposition, and P as a matrix": """
def contrastive(K):
    U, kappa, _ = np.linalg.svd((K + K.T) / 2, hermitian=True)
    root = (U * kappa**0.5) @ U.T
    n = len(K) // 2
    P = np.kron([[0, 1], [1, 0]], np.eye(n))
    return root @ P @ root / (2 * n)
""",
    },
    "5.9": {
        "a class that is called, with sums of the math module": """
class Move:
    def __call__(self, gamma, s0, m, N):
        import math

        total = math.fsum((g**-0.5 - s) ** 2 for g, s in zip(gamma, s0, strict=True))
        return math.sqrt(total / (N * m + len(gamma) * N))


weight_move = Move()
""",
    },
    "6.9": {
        "the logarithms of both weights as lines in a clock of their own": """
def exchange_time(sigma, rho, s0, pull, u):
    if not rho[1] > rho[0]:
        return float("inf")
    climb = [0.5 * np.log(u / s) - np.log(w) for s, w in zip(sigma, s0, strict=True)]
    return (climb[1] / sigma[1] - climb[0] / sigma[0]) / (2 * pull * (rho[1] - rho[0]))
""",
    },
    "7.5": {
        "scipy's test of one sample, and a case for equal differences": """
def paired(a, b, level):
    d = [float(y) - float(x) for x, y in zip(a, b, strict=True)]
    mean = sum(d) / len(d)
    error = (sum((x - mean) ** 2 for x in d) / (len(d) - 1) / len(d)) ** 0.5
    if error < 1e-12 * max(abs(x) for x in (*a, *b, 1e-300)):
        return mean, error, abs(mean) > error
    p = 2 * stats.t.sf(abs(mean) / error, len(d) - 1)
    return mean, error, bool(p < level)
""",
    },
    "8.4": {
        "an integral over the logarithm of the odds, for one value after the other": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    low = gamma * s0**2 * p0**2

    def slowness(y):
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 / (1 + np.exp(-y)) / gamma))

    start = np.log(low) - np.log1p(-low)
    ends = np.log(lam) - np.log1p(-lam)
    return [integrate.quad(slowness, start, y, epsabs=0, epsrel=1e-10, limit=500)[0] for y in ends]
""",
    },
    "9.7": {
        "the pseudo-inverse, a generator, and the labels found by a dictionary": """
def probe_curve(modes, y, modes_test, y_test, order):
    names = dict(enumerate(sorted(set(np.asarray(y).tolist()))))
    targets = np.array([[float(label == name) for name in names.values()] for label in y])

    def accuracies():
        for k in range(1, len(order) + 1):
            chosen = np.asarray(order[:k])
            X = np.insert(modes[:, chosen], 0, 1.0, axis=1)
            T = np.insert(modes_test[:, chosen], 0, 1.0, axis=1)
            places = (T @ (np.linalg.pinv(X) @ targets)).argmax(1)
            hits = [names[int(p)] == label for p, label in zip(places, y_test, strict=True)]
            yield sum(hits) / len(hits)

    return list(accuracies())
""",
    },
    "10.8": {
        "scipy's eigenvalues of a pair of matrices": """
def spectral_end(Gamma, Sigma, d):
    from scipy.linalg import eigh

    rho = eigh(Gamma, Sigma, eigvals_only=True)[::-1][:d]
    return np.clip(rho, 0, None) ** 2
""",
    },
}
