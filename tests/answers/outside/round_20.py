"""Round 20: 62 wrong and 17 right answers, from the blank notebooks alone.

One of 6.9 was written as a wrong one: where the agreements are equal it divides by 0. But there
direction 1 can only be the first if its way is the shorter one, and then ∞ comes out. One of 8.4
is left out: it loses its digits at a trunk of 1e-9 alone, of which the exercise does not speak.
"""

WRONG = {
    "1.4": {
        "the anchor's own similarity set to -10 before the division by the temperature": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T).masked_fill(torch.eye(2 * n, dtype=torch.bool), -10.0)
    partner = torch.arange(2 * n).roll(n)
    return torch.nn.functional.cross_entropy(s / temperature, partner)
""",
        "the lengths detached: right value, another gradient": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / z.detach().norm(dim=1, keepdim=True)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(2 * n).roll(n))
""",
    },
    "1.6": {
        "both views centred on their joint mean": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    mean = torch.cat([z1, z2]).mean(0)
    variance, covariance = 0.0, 0.0
    for z in (z1 - mean, z2 - mean):
        K = z.T @ z / (n - 1)
        diagonal = torch.diagonal(K)
        variance = variance + torch.relu(1 - (diagonal + eps).sqrt()).mean() / 2
        covariance = covariance + ((K**2).sum() - (diagonal**2).sum()) / d
    return invariance, variance, covariance
""",
        "eps added to the root, not under it": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    variance, covariance = 0.0, 0.0
    for z in (z1, z2):
        z = z - z.mean(0)
        K = z.T @ z / (n - 1)
        variance = variance + torch.relu(1 - (torch.diagonal(K).sqrt() + eps)).mean() / 2
        covariance = covariance + (K - torch.diag(torch.diagonal(K))).square().sum() / d
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
    },
    "1.7": {
        "shares below a thousandth count as dead": """
def spectrum(z):
    z = z - z.mean(axis=0)
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = values / values.sum()
    p = p[p > 1e-3]
    return values, np.exp(-np.sum(p * np.log(p)))
""",
        "one mean of all entries subtracted": """
def spectrum(z):
    z = z - z.mean()
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = values / values.sum()
    p = p[p > 0]
    return values, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "the first step counted as the number of records below one half": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    record, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        record.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_(True)
    values = np.array(values)
    first = (values < 0.5).sum(axis=0).astype(float)
    first[first == steps + 1] = np.inf
    return np.array(record), values, first
""",
        "passed when above one half, not when at it": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    record, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        record.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_(True)
    values = np.array(values)
    above = values > 0.5
    first = np.where(above.any(axis=0), above.argmax(axis=0), np.inf)
    return np.array(record), values, first
""",
    },
    "2.2": {
        "a weight of 0 taken for none given": """
def gradient(W, Gamma, lam=1.0):
    lam = lam or 1.0
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W @ Gamma
""",
        "slopes of the loss by forward differences of 1e-6": """
def gradient(W, Gamma, lam=1.0):
    def loss(W):
        C = W @ Gamma @ W.T
        on = np.diag(C)
        return np.sum((on - 1) ** 2) + lam * (np.sum(C**2) - np.sum(on**2))

    slope, here = np.zeros(W.shape), loss(W)
    for place in np.ndindex(*W.shape):
        moved = np.array(W, dtype=float)
        moved[place] += 1e-6
        slope[place] = (loss(moved) - here) / 1e-6
    return slope
""",
    },
    "2.4": {
        "modes that die decay as a plain exponential": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t)
    under = np.where(gamma > 0, lam + (1 - lam) * e, 1.0)
    return s0 * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(under)
""",
        "a mode that starts above 1 stays where it is": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    lam = np.minimum(gamma * s0**2, 1)
    e = np.exp(-8 * np.abs(gamma) * t)
    under = np.where(gamma > 0, lam + (1 - lam) * e, 1 + lam * (e - 1))
    return s0 * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(under)
""",
    },
    "2.5": {
        "0 where the start is above one half, whatever the level": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(lam >= 0.5, 0, np.where(lam > 0, t, np.inf))
""",
        "whatever is no number never passes": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(np.isnan(t) | (gamma <= 0), np.inf, np.maximum(t, 0))
""",
    },
    "2.7": {
        "singular values of C in place of its eigenvalues": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for k in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "a gradient of its own in place of the one given": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for k in range(steps + 1):
        C = W @ Gamma @ W.T
        rows.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(C))) @ W @ Gamma
    return np.array(rows)
""",
    },
    "3.1": {
        "the exponents lowered by the largest of the absolute values": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = squares * np.exp(8 * np.outer(t, gamma - np.abs(gamma).max()))
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "divided by what the growing modes have alone": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = squares * np.exp(8 * np.outer(t, gamma - gamma[0]))
    return grown / grown[:, gamma > 0].sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "the parts along the earlier columns themselves taken off": """
def starts(products):
    P = np.asarray(products)
    along = np.triu(P**2 / np.diag(P)[:, None], 1)
    return np.sqrt(np.diag(P) - along.sum(axis=0))
""",
        "a jitter of 1e-12 for safety": """
def starts(products):
    products = products + 1e-12 * np.eye(len(products))
    return np.diag(np.linalg.cholesky(products))
""",
    },
    "3.6": {
        "only the pair with the smallest ratio asked": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    j = np.argmin(r[1:] / r[:-1])
    a, b = r[j], r[j + 1]
    log = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-log / 2)
""",
        "the length of the later step used for both": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    log = (np.log(9) * 2 * b - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-log.max() / 2)
""",
    },
    "3.7": {
        "the largest absolute value decides": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-12, 1)
    return x / (4 * np.abs(gamma).max())
""",
        "the root looked for from 0.001 on": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-3, 1)
    return x / (4 * np.max(gamma))
""",
    },
    "4.2": {
        "centres the caller's kernel in place": """
def kernel_pca(K, d):
    K -= K.mean(axis=0)
    K -= K.mean(axis=1, keepdims=True)
    values, V = np.linalg.eigh(K)
    return V[:, ::-1][:, :d] * np.sqrt(values[::-1][:d])
""",
        "the uncentred kernel projected on the directions": """
def kernel_pca(K, d):
    Kc = K - K.mean(axis=0) - K.mean(axis=1, keepdims=True) + K.mean()
    values, V = np.linalg.eigh(Kc)
    values, V = values[::-1][:d], V[:, ::-1][:, :d]
    return K @ V / np.sqrt(values)
""",
    },
    "4.4": {
        "eigenvalues below a millionth of the largest cut off": """
def contrastive(K):
    values, V = np.linalg.eigh(K)
    values = np.where(values > 1e-6 * values[-1], values, 0)
    root = V * np.sqrt(values) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "the root by Cholesky, with a little jitter": """
def contrastive(K):
    L = np.linalg.cholesky(K + 1e-10 * np.trace(K) * np.eye(len(K)))
    return L.T @ np.roll(L, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.6": {
        "the pairs counted from the new views": """
def embed(new, K, d):
    n = len(new) // 2
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ np.roll(root @ b, len(K) // 2, axis=0) / (2 * n * gamma**1.5)
""",
        "the inverse root of K + 1e-6": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    values = np.maximum(values, 0)
    root = V * np.sqrt(values) @ V.T
    inverse = V / np.sqrt(values + 1e-6) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ inverse @ b / np.sqrt(gamma)
""",
    },
    "4.8": {
        "SciPy's upper triangle taken for a lower one": """
def landmark_features(new, Kqq):
    from scipy import linalg

    R = linalg.cholesky(Kqq)
    return linalg.solve_triangular(R, new.T).T
""",
        "a jitter of 1e-6 for safety": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq + 1e-6 * np.eye(len(Kqq)))
    return np.linalg.solve(R, new.T).T
""",
    },
    "5.3": {
        "the squares of the first layer used in all": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    k11, k22 = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K))
    for _ in range(depth):
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
        "the gradient by the biases of later layers left out": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k11, k22 = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K))
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = W_std**2 * product + W_std**2 * both_on * Theta
    return K, Theta
""",
    },
    "5.7": {
        "the seed added to the start of mode 1": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma, s0)[0]
    t = np.linspace(0, 5 * tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    inside = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(inside, t)
    return linear.step_times(gamma[1:], s0[:1] + seed)[0]
""",
        "a grid of times up to 100, whatever the rates": """
def seeded_step(gamma, s0, coupling):
    t = np.linspace(0, 100, 100_001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    inside = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(inside, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
    },
    "5.8": {
        "both ends of the circle counted": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, 2 * np.pi, 4001)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, b_std=b_std)[1][0]
    k = np.arange(k_max + 1)
    return (values * np.cos(np.outer(k, angle))).mean(axis=1) * np.cos(2 * k * delta)
""",
        "128 points are a circle": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(128) / 128
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(circle[:1], circle, depth, b_std=b_std)[1][0]
    k = np.arange(k_max + 1)
    return (values * np.cos(np.outer(k, angle))).mean(axis=1) * np.cos(2 * k * delta)
""",
    },
    "5.9": {
        "the start left out as small": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma) / (N * m + len(gamma) * N))
""",
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma - s0**2) / (N * m + len(gamma) * N))
""",
    },
    "6.2": {
        "a mode with γ = 0 forgotten": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        t = np.log(ratio - 1) * temperature / (4 * gamma)
    t = np.where(ratio <= 2, 0, t)
    return np.where(gamma < 0, np.inf, t)
""",
        "0 only where the start is at the whole plateau": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        t = np.log(ratio - 1) * temperature / (4 * gamma)
    t = np.where(ratio <= 1, 0, t)
    return np.where((gamma <= 0) | (s0 == 0), np.inf, t)
""",
    },
    "6.5": {
        "lengths below 1e-8 raised to it": """
def through_normalisation(z, g):
    length = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-8)
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
        "divided by the mean length of the rows": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length.mean()
""",
    },
    "6.8": {
        "without a cubic term no cap at 1": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a == 0:
        return variance / b
    if a + b < variance:
        return 1.0
    roots = np.roots([a, 0, b, -variance])
    return roots[np.argmin(np.abs(roots.imag))].real
""",
        "a negative agreement counted as none": """
def copies_std(rho, d, invariance, variance, covariance):
    rho = max(rho, 0)
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b < variance:
        return 1.0
    roots = np.roots([a, 0, b, -variance])
    return roots[np.argmin(np.abs(roots.imag))].real
""",
    },
    "6.9": {
        "u taken for the sum of the two": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    leads = np.log(u / 2 / (sigma * s0**2)) / sigma
    return (leads[1] - leads[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.2": {
        "gradients longer than 1 clipped": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    model.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
    return loss.item()
""",
        "biases and batch-norm's own parameters left as they are": """
def train_step(model, x1, x2, lr):
    weights = [p for p in model.parameters() if p.ndim > 1]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    slopes = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for parameter, slope in zip(weights, slopes, strict=True):
            parameter -= lr * slope
    return loss.item()
""",
    },
    "7.3": {
        "whole curves in the order of their last values": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
        "linear in t between two records": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = []
    for curve in curves.T:
        half = curve[-1] / 2
        if curve[-1] < share * curves[-1, 0] or curve[0] >= half:
            times.append(np.nan)
            continue
        k = np.argmax(curve >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        times.append(t[k - 1] + part * (t[k] - t[k - 1]))
    return np.array(times)
""",
    },
    "7.6": {
        "a finished run handed back without its model": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"]
        if len(losses) == steps:
            return np.array(losses)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save({"losses": losses, "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(), "generator": generator.get_state()}, path)
    return np.array(losses)
""",
        "the parameters saved, the running statistics not": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"]
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        weights = {name: p.detach() for name, p in model.named_parameters()}
        torch.save({"losses": losses, "model": weights,
                    "optimizer": optimizer.state_dict(), "generator": generator.get_state()}, path)
    return np.array(losses)
""",
    },
    "7.8": {
        "the other view's rows as they come, not centred": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return processes * 2 / n * z2[own] @ E, processes * 2 / n * z1[own] @ E
""",
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    a, b = z1 - z1.mean(axis=0), z2 - z2.mean(axis=0)
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return processes * 2 / n * b[own] @ E, processes * 2 / n * a[own] @ E
""",
    },
    "8.4": {
        "the times in order, not those of the values": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam, u):
        small = np.log(4 * lam / gamma / (u + c) ** 2) / c
        return small + np.log((b + u) / (b - u)) / b

    lam = np.sort(lam)
    u = np.sqrt(c**2 + 4 * lam / gamma)
    return (F(lam, u) - F(gamma * s0**2 * p0**2, s0**2 + p0**2)) / (8 * gamma)
""",
    },
    "8.6": {
        "a form that is no number at a raise of 1": """
def saved(raised):
    B = 2 * np.asarray(raised) - 1
    v = np.sqrt((1 + B**2) / 2)
    return (2 * np.log((1 + v) / 2) - (1 - 1 / B) * np.log((B - v) / (B - 1))
            - (1 + 1 / B) * np.log((B + v) / (B + 1)))
""",
        "the root of 1 + q taken for the raise": """
def saved(raised):
    B = np.asarray(raised)
    v = np.sqrt((1 + B**2) / 2)
    return (2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2)
            - 2 / B * np.log((B + v) / (B + 1)))
""",
    },
    "8.7": {
        "the root looked for between 0 and 1": """
def deep_raise(layers, gamma):
    x = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1)
    return (1 + x) ** (layers - 1)
""",
        "a fixed point iterated from 0": """
def deep_raise(layers, gamma):
    x = 0.0
    for _ in range(200):
        x = 1 / (gamma * (1 + x) ** (layers - 1))
    return (1 + x) ** (layers - 1)
""",
    },
    "8.8": {
        "the lengths of the gradients added before squaring": """
def own_rates(model, x1, x2):
    weights = [p for p in model.parameters() if p.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(z1))).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum(slope.norm() for slope in slopes) ** 2 / (4 * value.detach()))
    return lam.detach(), torch.stack(rates)
""",
        "frozen weights counted too": """
def own_rates(model, x1, x2):
    for p in model.parameters():
        p.requires_grad_(True)
    weights = list(model.parameters())
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(z1))).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((slope**2).sum() for slope in slopes) / (4 * value.detach()))
    return lam.detach(), torch.stack(rates)
""",
    },
}

RIGHT = {
    "1.2": {
        "einsum, and a mask over the entries": """
def barlow_twins(z1, z2, lam=0.0051):
    whitened = []
    for z in (z1, z2):
        var, mean = torch.var_mean(z, dim=0, correction=0)
        whitened.append((z - mean) * torch.rsqrt(var + 1e-5))
    C = torch.einsum("bi,bj->ij", *whitened) / z1.shape[0]
    same = torch.eye(len(C), dtype=torch.bool)
    return (C[same] - 1).square().sum() + lam * C[~same].square().sum()
""",
    },
    "1.5": {
        "the logarithms of both crowds added": """
def cluster_loss(n, k, temperature):
    own, others = 2 * n / k - 1, 2 * n - 2 * n / k
    if others == 0:
        return np.log(own)
    return np.logaddexp(np.log(own), np.log(others) - 1 / temperature)
""",
    },
    "2.1": {
        "by the squares of sum and difference": """
def cross_moment(x1, x2):
    plus, minus = x1 + x2, x1 - x2
    return (plus.T @ plus - minus.T @ minus) / (4 * len(x1))
""",
    },
    "2.3": {
        "the slope of the loss by torch": """
def ds_dt(s, gamma):
    import torch

    s = torch.tensor(np.asarray(s, dtype=float), requires_grad=True)
    gamma = torch.tensor(np.asarray(gamma, dtype=float))
    ((1 - gamma * s**2) ** 2).sum().backward()
    return -s.grad.numpy()
""",
    },
    "3.3": {
        "digamma by its recursion": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    psi = {1: -np.euler_gamma - 2 * np.log(2), 2: -np.euler_gamma}
    for k in range(3, d + 1):
        psi[k] = psi[k - 2] + 2 / (k - 2)
    means = [psi[d - j] + np.log(2 * g * alpha**2) for j, g in enumerate(gamma)]
    return -np.array(means) / (8 * np.asarray(gamma))
""",
    },
    "3.8": {
        "the polar factor": """
def distance(W, target):
    from scipy.linalg import polar

    O, _ = polar(target @ W.T)
    return np.linalg.norm(O @ W - target)
""",
    },
    "4.1": {
        "SciPy's table of distances": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-0.5 * cdist(np.asarray(x1) / b, np.asarray(x2) / b, "sqeuclidean"))
""",
    },
    "4.7": {
        "a spherical Bessel function": """
def circle_gamma(c, delta):
    from scipy.special import spherical_jn

    return np.asarray(c) * spherical_jn(0, delta * np.arange(len(c))) ** 2
""",
    },
    "5.1": {
        "one tensor of all derivatives, contracted": """
def tangent_kernel(f, theta, X):
    J = []
    for p in range(len(theta)):
        up, down = np.array(theta, dtype=float), np.array(theta, dtype=float)
        up[p] += 1e-5
        down[p] -= 1e-5
        J.append((f(up, X) - f(down, X)) / (up[p] - down[p]))
    return np.einsum("pia,pja->ij", J, J) / np.shape(J)[2]
""",
    },
    "5.5": {
        "entry by entry, without arrays": """
def width_needed(k, error):
    import math

    above = below = 0.0
    for i in range(len(k)):
        for j in range(len(k)):
            k11, k12, k22 = k[i][i], k[i][j], k[j][j]
            r = math.sqrt(max(k11 * k22 - k12 * k12, 0))
            turn = math.pi - math.atan2(r, k12)
            mean = (r + turn * k12) / (2 * math.pi)
            square = (3 * r * k12 + turn * (k11 * k22 + 2 * k12 * k12)) / (2 * math.pi)
            above += square - mean * mean
            below += mean * mean
    return above / (error * error * below)
""",
    },
    "6.3": {
        "with the matrix that centres": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    n = len(x1)
    H = (np.eye(n) - 1 / n) / (n - 1)
    S = (x1.T @ H @ x1 + x2.T @ H @ x2) / 2
    D = np.einsum("ia,ib->ab", x1 - x2, x1 - x2) / n
    return (variance * eps**-0.5 * S - 2 * invariance * D) / d
""",
    },
    "6.7": {
        "all logarithms taken apart": """
def updates(gamma, s0, lr, eps, level):
    import math

    way = math.log(level) + math.log(eps) - math.log(gamma) - 2 * math.log(s0)
    return max(way / (2 * math.log1p(4 * gamma * lr / eps)), 0.0)
""",
    },
    "6.9": {
        "equal agreements left to a division by 0": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] < rho[0]:
        return np.inf
    leads = np.log(u / (sigma * s0**2)) / sigma
    return (leads[1] - leads[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.5": {
        "SciPy's own test of pairs": """
def paired(a, b, level):
    difference = np.subtract(b, a)
    pvalue = stats.ttest_rel(b, a).pvalue
    return difference.mean(), stats.sem(difference), bool(pvalue < level)
""",
    },
    "7.7": {
        "layer by layer, with plain numbers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    total = waits = 0.0
    for i, o, k, before, after in layers:
        flop = 2.0 * k * k * i * o * after * after
        moved = 2.0 * (i * before * before + o * after * after)
        seconds = 6.0 * pictures * max(flop / peak, moved / bandwidth)
        total += seconds
        if moved / bandwidth > flop / peak:
            waits += seconds
    return total, waits / total
""",
    },
    "8.2": {
        "one product of a stack with an imaginary part": """
def trunk_square(W, W0, A0):
    stack = np.concatenate([W, A0.T, 1j * W0])
    return (stack.T @ stack).real
""",
    },
    "8.5": {
        "the root as the length of a triangle's side": """
def raise_of(gamma, p0):
    return (1 + np.hypot(1, 2 / (np.sqrt(gamma) * np.square(p0)))) / 2
""",
    },
}
