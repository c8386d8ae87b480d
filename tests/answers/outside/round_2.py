"""Round 2: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "every dimension keeps variance 1, so all eight stay": """
eigenvalues_left = 8
""",
        "w and minus w counted as two directions": """
eigenvalues_left = 2
""",
    },
    "1.2": {
        "epsilon added to the standard deviation, not to the variance": """
def barlow_twins(z1, z2, lam=0.0051):
    eps = 1e-5
    a = (z1 - z1.mean(0)) / (z1.std(0, correction=0) + eps)
    b = (z2 - z2.mean(0)) / (z2.std(0, correction=0) + eps)
    C = a.T @ b / len(z1)
    diagonal = torch.diagonal(C)
    on = ((1 - diagonal) ** 2).sum()
    off = (C**2).sum() - (diagonal**2).sum()
    return on + lam * off
""",
        "C made symmetric before it is squared": """
def barlow_twins(z1, z2, lam=0.0051):
    def normed(z):
        centred = z - z.mean(0)
        return centred / torch.sqrt(z.var(0, correction=0) + 1e-5)

    a, b = normed(z1), normed(z2)
    C = (a.T @ b + b.T @ a) / (2 * len(z1))
    diagonal = C.diag()
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
    },
    "1.3": {
        "each pair of copies counted once": """
def copies_loss(d, k, lam):
    g = d // k
    return lam * k * g * (g - 1) / 2
""",
        "one diagonal entry taken off for each group": """
def copies_loss(d, k, lam):
    # a block of g x g ones for each group, without its diagonal
    g = d // k
    return lam * k * (g**2 - 1)
""",
    },
    "1.5": {
        "points elsewhere taken as opposite, similarity minus one": """
def cluster_loss(n, k, temperature):
    same = 2 * n / k - 1
    other = 2 * n - 1 - same
    return np.log(same + other * np.exp(-2 / temperature))
""",
        "the partner is left out of the denominator": """
def cluster_loss(n, k, temperature):
    same = 2 * n / k - 2  # without the anchor and without its partner
    other = 2 * n - 2 * n / k
    top = np.exp(1 / temperature)
    return -np.log(top / (same * top + other))
""",
    },
    "1.6": {
        "covariance divided by d (d - 1), a mean over the entries": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0.0, 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        spread = K.diagonal()
        variance = variance + torch.relu(1 - torch.sqrt(spread + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (spread**2).sum()) / (d * (d - 1))
    return invariance, variance, covariance
""",
        "the hinge taken after the mean over dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = torch.nn.functional.mse_loss(z1, z2)
    variance = covariance = 0
    for z in (z1, z2):
        c = z - z.mean(0)
        K = c.T @ c / (n - 1)
        std = torch.sqrt(torch.diagonal(K) + eps)
        variance = variance + 0.5 * torch.relu((1 - std).mean())
        covariance = covariance + (K - torch.diag(torch.diagonal(K))).pow(2).sum() / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "np.cov with its default n - 1": """
def spectrum(z):
    values = np.linalg.eigvalsh(np.atleast_2d(np.cov(z.T)))[::-1]
    p = values[values > 0] / values[values > 0].sum()
    return values, np.exp(-np.sum(p * np.log(p)))
""",
        "participation ratio in place of the entropy": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    values = np.sort(np.linalg.eigvalsh(centred.T @ centred / len(z)))[::-1]
    # k equal eigenvalues give k
    return values, values.sum() ** 2 / np.sum(values**2)
""",
    },
    "2.7": {
        "the step comes before the record, so row 0 is not W0": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    record = []
    for _ in range(steps + 1):
        W = W - lr * gradient(W, Gamma)
        record.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return np.array(record)
""",
        "singular values of C, which lose the sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W = np.array(W0)
    out = np.empty((steps + 1, len(W)))
    for k in range(steps + 1):
        out[k] = np.linalg.svd(W @ Gamma @ W.T, compute_uv=False)  # already descending
        W = W - lr * gradient(W, Gamma)
    return out
""",
    },
    "3.1": {
        "exponent 4, the rate of the weights and not of their squares": """
def shares(t, Gamma, W0):
    values, vectors = np.linalg.eigh(Gamma)
    values, vectors = values[::-1], vectors[:, ::-1]
    start = np.sum((W0 @ vectors) ** 2, axis=0)
    grown = np.exp(4 * np.outer(t, values - values[0])) * start
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "exponents cut off at 700 against overflow": """
def shares(t, Gamma, W0):
    gamma, v = linear.modes(Gamma, len(Gamma))
    exponent = np.minimum(8 * np.asarray(t)[:, None] * gamma, 700)
    grown = np.exp(exponent) * np.linalg.norm(W0 @ v, axis=0) ** 2
    total = grown.sum(axis=1)
    return grown / total[:, None]
""",
    },
    "3.2": {
        "a jitter on the diagonal that is larger than the entries": """
def starts(products):
    L = np.linalg.cholesky(products + 1e-12 * np.eye(len(products)))
    return np.diag(L)
""",
        "what all other modes leave, not only the earlier ones": """
def starts(products):
    # the leftover of a column after projecting the others away
    scale = np.trace(products) / len(products)
    inverse = np.linalg.inv(products / scale)
    return np.sqrt(scale / np.diag(inverse))
""",
    },
    "3.3": {
        "degrees of freedom the wrong way round, k = j": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = np.arange(1, d + 1)
    mean_log = special.digamma(k / 2) + np.log(2)
    return -(np.log(gamma * alpha**2) + mean_log) / (8 * gamma)
""",
        "logarithm of the median of chi squared, not the mean of the logarithm": """
def mean_step_times(gamma, alpha):
    from scipy.stats import chi2

    gamma = np.asarray(gamma)
    k = len(gamma) - np.arange(len(gamma))
    typical = alpha**2 * chi2.median(k)
    return -np.log(gamma * typical) / (8 * gamma)
""",
    },
    "3.5": {
        "signs multiply the rows of Q and not its columns": """
def limit_weights(Gamma, W0):
    d = len(W0)
    values, vectors = np.linalg.eigh(Gamma)
    values, V = values[::-1][:d], vectors[:, ::-1][:, :d]
    Q, R = np.linalg.qr(W0 @ V)
    U = np.sign(np.diag(R))[:, None] * Q
    return U @ np.diag(values**-0.5) @ V.T
""",
        "nearest orthogonal matrix in place of Gram-Schmidt": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    P, _, Qt = np.linalg.svd(W0 @ V)
    U = P @ Qt  # the orthogonal matrix closest to the start
    return U / np.sqrt(gamma) @ V.T
""",
    },
    "3.6": {
        "alpha is exp(-l), the square forgotten": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max())
""",
        "only the pair with the smallest difference of gamma": """
def largest_start(gamma):
    gamma = np.asarray(gamma)
    j = np.argmin(gamma[:-1] - gamma[1:])  # the tightest pair decides
    r, q = 1 / gamma[j], 1 / gamma[j + 1]
    ell = (np.log(9) * (r + q) - q * np.log(q) + r * np.log(r)) / (q - r)
    return float(np.exp(-ell / 2))
""",
    },
    "4.1": {
        "distance not squared": """
def gaussian(x1, x2, b):
    square = (x1**2).sum(axis=1)[:, None] + (x2**2).sum(axis=1) - 2 * x1 @ x2.T
    r = np.sqrt(np.maximum(square, 0))
    return np.exp(-r / (2 * b**2))
""",
        "mean of the squared differences in place of their sum": """
def gaussian(x1, x2, b):
    difference = x1[:, None, :] - x2[None, :, :]
    return np.exp(-(difference**2).mean(axis=-1) / (2 * b**2))
""",
    },
    "4.2": {
        "eigenvectors times eigenvalues, without the root": """
def kernel_pca(K, d):
    N = len(K)
    H = np.eye(N) - np.ones((N, N)) / N
    values, vectors = np.linalg.eigh(H @ K @ H)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return vectors * values
""",
        "only the columns centred, not the rows": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0)
    values, vectors = np.linalg.eigh(centred)
    order = np.argsort(values)[::-1][:d]
    return vectors[:, order] * np.sqrt(np.maximum(values[order], 0))
""",
    },
    "4.3": {
        "number of columns taken for n": """
def velocity(F, K):
    d, n = F.shape
    FP = np.roll(F, n // 2, axis=1)
    C = F @ FP.T / (2 * n)
    return 4 / (2 * n) * (np.eye(d) - C) @ FP @ K
""",
        "columns swapped after the kernel and not before": """
def velocity(F, K):
    d, N = F.shape
    C = F @ np.roll(F, N // 2, axis=1).T / N
    drive = np.roll(F @ K, N // 2, axis=1)
    return 4 / N * (np.eye(d) - C) @ drive
""",
    },
    "4.4": {
        "root of each entry": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "np.roll without an axis rolls the flattened matrix": """
def contrastive(K):
    N = len(K)
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.clip(values, 0, None)) @ V.T
    return root @ np.roll(root, N // 2) / N
""",
    },
    "4.6": {
        "gamma to the half, as in the formula with the inverse root": """
def embed(new, K, d):
    N = len(K)
    values, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(values, 0))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / N)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return new @ swapped @ b / (N * np.sqrt(gamma))
""",
        "columns of the root swapped in place of its rows": """
def embed(new, K, d):
    N = len(K)
    values, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(values, 0))) @ V.T
    PR = np.roll(root, N // 2, axis=1)
    gamma, b = np.linalg.eigh(PR @ root / N)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    return new @ PR @ b / (N * gamma**1.5)
""",
    },
    "4.8": {
        "the inverse in place of its root": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(Kqq)
""",
        "transposed Cholesky factor solved": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R.T, new.T).T
""",
    },
    "5.1": {
        "central difference divided by h and not 2h": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    total = 0
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / h
        total = total + J @ J.T
    return total / J.shape[1]
""",
        "outputs added up before the product": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    d = f(theta, X).shape[1]
    J = np.empty((len(X), len(theta)))
    for p in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        J[:, p] = ((f(up, X) - f(down, X)) / (2 * h)).sum(axis=1)
    return J @ J.T / d
""",
    },
    "5.4": {
        "lengths of the columns in place of the leftovers": """
def network_start(F0, K):
    N, d = F0.shape
    values, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(values, 0))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / N)
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ swapped @ b / (N * gamma)
    return np.linalg.norm(columns, axis=0)
""",
        "modes in ascending order, so the most negative ones come first": """
def network_start(F0, K):
    N, d = F0.shape
    values, V = np.linalg.eigh(K)
    root = V @ np.diag(np.sqrt(np.clip(values, 0, None))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, b = np.linalg.eigh(root @ swapped / N)
    columns = F0.T @ swapped @ b[:, :d] / (N * gamma[:d])
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
    },
    "5.7": {
        "seed decays at 8 gamma, the rate of the eigenvalue": """
def seeded_step(gamma, s0, coupling):
    tau = np.log(1 / (gamma[0] * s0[0] ** 2) - 1) / (8 * gamma[0])
    t = np.linspace(0, 5 * tau, 20001)
    lam0 = gamma[0] * s0[0] ** 2
    s1 = s0[0] / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * gamma[0] * t))
    free = 1 - gamma[0] * s1**2
    seed = 4 * coupling * integrate.trapezoid(s1 * free * np.exp(-8 * gamma[1] * t), t)
    lam = gamma[1] * (s0[1] + seed) ** 2
    return np.log(1 / lam - 1) / (8 * gamma[1])
""",
        "integral ends at the step time of mode 1": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    lam0 = g1 * s0[0] ** 2
    tau = np.log(1 / lam0 - 1) / (8 * g1)  # then mode 1 is learned

    def inside(t):
        s1 = s0[0] / np.sqrt(lam0 + (1 - lam0) * np.exp(-8 * g1 * t))
        return s1 * (1 - g1 * s1**2) * np.exp(-4 * g2 * t)

    t = np.linspace(0, tau, 20001)
    start = s0[1] + 4 * coupling * integrate.trapezoid(inside(t), t)
    return float(np.log(1 / (g2 * start**2) - 1) / (8 * g2))
""",
    },
    "6.1": {
        "matrix not made symmetric": """
def operator(x1, x2, temperature):
    cross = x1.T @ x2 / len(x1)
    means = np.outer(x1.mean(axis=0), x2.mean(axis=0))
    return 2 / temperature * (cross - means)
""",
        "one mean of all views in place of two": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    mean = np.vstack([x1, x2]).mean(axis=0)
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
    },
    "6.2": {
        "plateau rho squared, right only at temperature 1": """
def half_times(gamma, rho, s0, temperature):
    plateau = rho**2
    start = gamma * s0**2
    rate = 4 * gamma / temperature
    times = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    ratio = np.maximum(plateau[grows] / start[grows] - 1, 1)
    times[grows] = np.log(ratio) / rate[grows]
    return times
""",
        "a start above half of the plateau gives a negative time": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        start = gamma * s0**2
        plateau = temperature * rho**2
        times = np.log(plateau / start - 1) * temperature / (4 * gamma)
    return np.where((gamma > 0) & (s0 > 0), times, np.inf)
""",
    },
    "6.3": {
        "invariance with factor 1 in place of 2": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - invariance * D) / d
""",
        "one covariance of both views stacked": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    difference = x1 - x2
    D = difference.T @ difference / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.5": {
        "norm of the columns": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=0, keepdims=True)
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
        "part along z taken with z itself, right only at length 1": """
def through_normalisation(z, g):
    length = np.sqrt((z**2).sum(axis=1, keepdims=True))
    along = np.sum(g * z, axis=1, keepdims=True)
    return (g - along * z / length) / length
""",
    },
    "7.1": {
        "learning rate times c and not c squared": """
def scale_free(g, length, lr, c):
    size = np.linalg.norm(g)
    return g / c, c * lr, 1.5 * length**2 / (lr * size) ** 2
""",
        "steps counted as if the gradient kept its size": """
def scale_free(g, length, lr, c):
    # g . w = 0: every step adds (lr |g|)^2 to the squared length
    added = lr**2 * np.sum(g**2)
    return g / c, c**2 * lr, length**2 / added
""",
    },
    "7.2": {
        "each view through the network by itself": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(x1), model(x2)
    mean = torch.cat([z1, z2]).mean(0)
    z1, z2 = z1 - mean, z2 - mean
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    return loss.item()
""",
        "old gradients never cleared": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = (C - torch.eye(C.shape[0], dtype=C.dtype, device=C.device)).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p.sub_(lr * p.grad)
    return loss.item()
""",
    },
    "7.4": {
        "half the rate, half the iterations": """
predictions = (0.5, 1, np.log(100**2) / 8, "no", "same")
""",
        "square of the start forgotten in k": """
predictions = (2, 1, np.log(100) / 8, "no", "same")
""",
    },
    "7.6": {
        "optimizer not saved, so the momentum is lost": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        generator.set_state(saved["generator"])
        losses = saved["losses"]
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "generator": generator.get_state(),
                    "losses": losses}, path)
    return np.array(losses)
""",
        "parameters saved without the running statistics": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        with torch.no_grad():
            for p, old in zip(model.parameters(), saved["weights"]):
                p.copy_(old)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses = saved["losses"]
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        state = {
            "weights": [p.detach() for p in model.parameters()],
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "losses": losses,
        }
        torch.save(state, path)
    return np.array(losses)
""",
    },
    "7.8": {
        "factor P forgotten, so the average is too small": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2 / n * (b @ E)[own], 2 / n * (a @ E)[own]
""",
        "mean and C of the own rows only": """
def contribution(z1, z2, rank, processes):
    part = len(z1) // processes
    own = slice(rank * part, (rank + 1) * part)
    mine1, mine2 = z1[own], z2[own]
    mean = (mine1.mean(axis=0) + mine2.mean(axis=0)) / 2
    a, b = mine1 - mean, mine2 - mean
    C = (a.T @ b + b.T @ a) / (2 * part)
    E = C - np.eye(len(C))
    # 2 / n times P is 2 / part
    return 2 / part * b @ E, 2 / part * a @ E
""",
    },
}

RIGHT = {
    "1.2": {
        "entries of C by turning the columns of view 2 round": """
def barlow_twins(z1, z2, lam=0.0051):
    normed = []
    for z in (z1, z2):
        variance, mean = torch.var_mean(z, dim=0, correction=0)
        normed.append((z - mean) * torch.rsqrt(variance + 1e-5))
    a, b = normed
    loss = (1 - (a * b).mean(0)).square().sum()
    for shift in range(1, a.shape[1]):
        entries = torch.einsum("ni,ni->i", a, b.roll(shift, dims=1)) / a.shape[0]
        loss = loss + lam * torch.dot(entries, entries)
    return loss
""",
    },
    "1.3": {
        "dimensions dealt into groups and the groups counted": """
def copies_loss(d, k, lam):
    sizes = np.bincount(np.arange(int(d)) % int(k))
    return lam * float(np.dot(sizes, sizes) - sizes.sum())
""",
    },
    "2.7": {
        "itertools.accumulate, and the descending order from minus C": """
def descend(gradient, Gamma, W0, lr, steps):
    from itertools import accumulate

    path = accumulate(range(steps), lambda W, _: W - lr * gradient(W, Gamma), initial=W0)
    return np.stack([-np.linalg.eigvalsh(-np.linalg.multi_dot([W, Gamma, W.T])) for W in path])
""",
    },
    "3.2": {
        "recursion: take the first mode out of the products of the others": """
def starts(products):
    P = np.array(products, dtype=float)
    if len(P) == 0:
        return np.empty(0)
    first, row = P[0, 0], P[0, 1:]
    left = P[1:, 1:] - np.outer(row / first, row)
    return np.concatenate([[first**0.5], starts(left)])
""",
    },
    "4.1": {
        "product of one-dimensional kernels, one for each pixel": """
def gaussian(x1, x2, b):
    out = np.ones((len(x1), len(x2)))
    for u, v in zip(np.transpose(x1), np.transpose(x2)):
        out *= np.exp(-0.5 * (np.subtract.outer(u, v) / b) ** 2)
    return out
""",
    },
    "4.2": {
        "features from the root of K, centred, and their SVD": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K)
    features = vectors * np.sqrt(np.clip(values, 0, None))
    features = features - features.mean(axis=0)
    U, S, _ = np.linalg.svd(features, full_matrices=False)
    return np.einsum("nj,j->nj", U[:, :d], S[:d])
""",
    },
    "4.4": {
        "einsum over pairs of eigenvectors, swap by a Kronecker product": """
def contrastive(K):
    from scipy import linalg

    size = len(K)
    kappa, V = linalg.eigh(K)
    root = np.array([k**0.5 if k > 0 else 0.0 for k in kappa])
    P = np.kron([[0, 1], [1, 0]], np.eye(size // 2))
    inner = np.einsum("i,ai,ab,bj,j->ij", root, V, P, V, root, optimize=True)
    return V @ inner @ V.T / size
""",
    },
    "5.1": {
        "difference of fourth order, whole Jacobian, one einsum": """
def tangent_kernel(f, theta, X):
    theta = np.asarray(theta, dtype=float)
    h = 1e-5
    stencil = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}

    def slope(p):
        moved = np.zeros_like(theta)
        moved[p] = h
        return sum(c * np.asarray(f(theta + s * moved, X)) for s, c in stencil.items()) / h

    J = np.stack([slope(p) for p in range(theta.size)], axis=-1)  # (n, d, M)
    return np.einsum("iap,jap->ij", J, J, optimize=True) / J.shape[1]
""",
    },
    "6.2": {
        "mode by mode with the math module, all in logarithms": """
def half_times(gamma, rho, s0, temperature):
    import math

    def one(g, r, s):
        if g <= 0 or s == 0:
            return math.inf
        log_x = math.log(g) + 2 * math.log(s) - math.log(temperature) - 2 * math.log(abs(r))
        if log_x >= -math.log(2):
            return 0.0
        return temperature * (math.log1p(-math.exp(log_x)) - log_x) / (4 * g)

    return np.fromiter(map(one, gamma, rho, s0), dtype=float)
""",
    },
    "7.1": {
        "named tuple, and the steps as an integral": """
def scale_free(g, length, lr, c):
    from collections import namedtuple

    from scipy.integrate import quad

    Answer = namedtuple("Answer", "gradient rate steps")
    # u = |w|^2 in units of its start: one step is du = (lr |g| / |w|)^2 / u
    doubling, _ = quad(lambda u: u, 1, 2)
    turn = lr * np.sqrt(np.dot(g, g)) / length
    return Answer(np.divide(g, c), lr * c * c, doubling / turn**2)
""",
    },
    "7.6": {
        "a class that writes bytes aside and then renames": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import io
    import os

    class Run:
        def __init__(self):
            self.losses = torch.zeros(0, dtype=torch.float64)
            if path.exists():
                kept = torch.load(io.BytesIO(path.read_bytes()), weights_only=False)
                self.losses = kept[0]
                model.load_state_dict(kept[1])
                optimizer.load_state_dict(kept[2])
                generator.set_state(kept[3])

        def __call__(self):
            loss = one_step(model, optimizer, generator)
            self.losses = torch.cat([self.losses, torch.tensor([loss], dtype=torch.float64)])
            buffer = io.BytesIO()
            parts = (self.losses, model.state_dict(), optimizer.state_dict(), generator.get_state())
            torch.save(parts, buffer)
            aside = path.with_name(path.name + ".new")
            aside.write_bytes(buffer.getvalue())
            os.replace(aside, path)

    run = Run()
    while len(run.losses) < steps:
        run()
    return run.losses.numpy()
""",
    },
    "7.8": {
        "autograd of the joint loss, own rows, times P": """
def contribution(z1, z2, rank, processes):
    def joint(z):
        a, b = (z - z.mean(dim=(0, 1))).unbind(0)
        C = (a.T @ b + b.T @ a) / (2 * len(a))
        return torch.square(C - torch.eye(len(C), dtype=C.dtype)).sum()

    both = torch.stack([torch.as_tensor(z1), torch.as_tensor(z2)]).double()
    slopes = processes * torch.func.grad(joint)(both)
    return tuple(s.chunk(processes)[rank].numpy() for s in slopes)
""",
    },
}
