"""Round 28: 58 wrong and 14 right answers to chapters 1 to 9, most wrong in a corner alone."""

WRONG = {
    "1.2": {
        "ε as a floor of the variance": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / z.var(0, correction=0).clamp(min=1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        "the upper triangle, twice": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    return ((1 - C.diagonal()) ** 2).sum() + 2 * lam * (C.triu(1) ** 2).sum()
""",
    },
    "1.4": {
        "the anchor known by a similarity of 1": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    s = z @ z.T
    s = s.masked_fill(s > 1 - 1e-6, -torch.inf) / temperature
    n = len(z1)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s, partner)
""",
        "a small number beside the length": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / (z.norm(dim=1, keepdim=True) + 1e-6)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s, partner)
""",
    },
    "1.7": {
        "what is below 1e-6 is called dead": """
def spectrum(z):
    c = z - z.mean(axis=0)
    lam = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    alive = lam[lam > 1e-6]
    p = alive / alive.sum()
    return lam, np.exp(-(p * np.log(p)).sum())
""",
    },
    "1.8": {
        "the crossing by bisection in a column": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_()
    losses_, spectra_ = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(W), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        spectra_.append(torch.linalg.eigvalsh(C).flip(0).detach().numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_()
    lam = np.array(spectra_)
    first = np.array([np.searchsorted(column, 0.5) for column in lam.T], dtype=float)
    first[first > steps] = np.inf
    return np.array(losses_), lam, first
""",
        "singular values, which come sorted": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_()
    losses_, spectra_ = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(W), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        spectra_.append(torch.linalg.svdvals(C.detach()).numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_()
    lam = np.array(spectra_)
    passed = lam >= 0.5
    first = np.where(passed.any(axis=0), passed.argmax(axis=0), np.inf)
    return np.array(losses_), lam, first
""",
    },
    "2.4": {
        "from one time to the next": """
def singular_values(t, gamma, s0):
    rows, s, last = [], np.array(s0, dtype=float), 0.0
    for now in t:
        e = np.exp(-8 * abs(gamma) * (now - last))
        lam = gamma * s**2
        below = np.where(gamma > 0, lam + (1 - lam) * e, 1 + lam * (e - 1))
        s = s * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(below)
        rows.append(s)
        last = now
    return np.array(rows)
""",
        "λ never above 1": """
def singular_values(t, gamma, s0):
    t = t[:, None]
    lam = np.minimum(gamma * s0**2, 1)
    e = np.exp(-8 * np.abs(gamma) * t)
    below = np.where(gamma > 0, lam + (1 - lam) * e, 1 + lam * (e - 1))
    return s0 * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(below)
""",
    },
    "2.5": {
        "no number means never": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.where(np.isnan(t), np.inf, t)
    return np.maximum(t, 0)
""",
        "started where λ is ½, whatever the level": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(lam >= 0.5, 0, t))
""",
    },
    "2.7": {
        "stop when nothing moves any more": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]]
    for _ in range(steps):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        if np.abs(rows[-1] - rows[-2]).max() < 1e-10:
            break
    rows += [rows[-1]] * (steps + 1 - len(rows))
    return np.array(rows)
""",
        "the root of Gamma, negative modes cut off": """
def descend(gradient, Gamma, W0, lr, steps):
    values, vectors = np.linalg.eigh(Gamma)
    root = vectors * np.sqrt(np.maximum(values, 0))
    W, rows = W0.copy(), []
    for k in range(steps + 1):
        rows.append(np.linalg.svd(W @ root, compute_uv=False) ** 2)
        if k < steps:
            W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
    },
    "3.1": {
        "the largest |γ| taken out": """
def shares(t, Gamma, W0):
    gamma, V = linear.modes(Gamma, len(Gamma))
    size = ((W0 @ V) ** 2).sum(axis=0)
    grown = np.exp(8 * (gamma - np.abs(gamma).max()) * t[:, None]) * size
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "exponents capped at 700": """
def shares(t, Gamma, W0):
    gamma, V = linear.modes(Gamma, len(Gamma))
    size = ((W0 @ V) ** 2).sum(axis=0)
    grown = np.exp(np.minimum(8 * gamma * t[:, None], 700)) * size
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.7": {
        "the largest |γ|": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.abs(gamma).max())
""",
        "two terms of the series": """
def largest_rate(gamma, late):
    x = 3 - np.sqrt(9 - 12 * late)
    return x / (4 * np.max(gamma))
""",
    },
    "4.1": {
        "the diagonal set to 1": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(axis=1)[:, None] + (x2**2).sum(axis=1) - 2 * x1 @ x2.T
    K = np.exp(-np.maximum(r2, 0) / (2 * b**2))
    np.fill_diagonal(K, 1)
    return K
""",
        "no squared distance below 1e-10": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(axis=1)[:, None] + (x2**2).sum(axis=1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 1e-10) / (2 * b**2))
""",
    },
    "4.2": {
        "variances below 1e-8 are rounding": """
def kernel_pca(K, d):
    Kc = K - K.mean(axis=0) - K.mean(axis=1)[:, None] + K.mean()
    values, vectors = np.linalg.eigh(Kc)
    values = np.where(values > 1e-8, values, 0)
    return (vectors * np.sqrt(values))[:, ::-1][:, :d]
""",
        "one direction comes out flat": """
def kernel_pca(K, d):
    Kc = K - K.mean(axis=0) - K.mean(axis=1)[:, None] + K.mean()
    values, vectors = np.linalg.eigh(Kc)
    best = np.argsort(values)[::-1][:d]
    return np.squeeze(vectors[:, best] * np.sqrt(values[best]))
""",
    },
    "4.5": {
        "ten pairs are ten pairs": """
ending = (10, 10, 2)
""",
        "all the others are negative": """
ending = (7, 13, 5)
""",
    },
    "4.7": {
        "no negative agreement": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.maximum(np.sinc(k * delta / np.pi), 0) ** 2
""",
        "no turn is larger than π": """
def circle_gamma(c, delta):
    delta = min(delta, np.pi)
    k = np.arange(len(c))
    return c * np.sinc(k * delta / np.pi) ** 2
""",
    },
    "5.2": {
        "a small number under the cosine": """
def relu_means(k11, k12, k22, a=0.0):
    length = np.sqrt(k11 * k22)
    cosine = np.clip(k12 / (length + 1e-8), -1, 1)
    theta = np.arccos(cosine)
    p = 0.5 - theta / (2 * np.pi)
    r = length * np.sin(theta)
    slopes = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), slopes
""",
        "arctan, with no quadrant": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan(r / np.where(k12 == 0, 1e-300, k12))
    p = 0.5 - theta / (2 * np.pi)
    slopes = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), slopes
""",
    },
    "5.7": {
        "the seed only until the step of mode 1": """
def seeded_step(gamma, s0, coupling):
    first = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, first, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    flow = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(flow, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
        "start and seed at right angles": """
def seeded_step(gamma, s0, coupling):
    first = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * first, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    flow = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(flow, t)
    return linear.step_times(gamma[1:], np.hypot(s0[1:], seed))[0]
""",
    },
    "5.9": {
        "a mode that starts beyond its end does not move": """
def weight_move(gamma, s0, m, N):
    way = np.maximum(1 / np.sqrt(gamma) - s0, 0)
    return np.sqrt((way**2).sum() / (N * m + len(gamma) * N))
""",
        "the mean over the modes too": """
def weight_move(gamma, s0, m, N):
    way = 1 / np.sqrt(gamma) - s0
    return np.sqrt((way**2).mean() / (N * m + len(gamma) * N))
""",
    },
    "6.2": {
        "no plateau above 1": """
def half_times(gamma, rho, s0, temperature):
    top = np.minimum(temperature * rho**2, 1)
    lam = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    for j in range(len(gamma)):
        if lam[j] > 0:
            if lam[j] >= top[j] / 2:
                out[j] = 0
            else:
                out[j] = np.log(top[j] / lam[j] - 1) * temperature / (4 * gamma[j])
    return out
""",
        "0 only from the plateau on": """
def half_times(gamma, rho, s0, temperature):
    top = temperature * rho**2
    lam = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    for j in range(len(gamma)):
        if lam[j] > 0:
            if lam[j] >= top[j]:
                out[j] = 0
            else:
                out[j] = np.log(top[j] / lam[j] - 1) * temperature / (4 * gamma[j])
    return out
""",
    },
    "6.6": {
        "the projection of a unit bias": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.7": {
        "the way back counted as well": """
def updates(gamma, s0, lr, eps, level):
    return abs(np.log(level * eps / (gamma * s0**2))) / (2 * np.log1p(4 * gamma * lr / eps))
""",
        "λ multiplied by 1 + 8γη/ε": """
def updates(gamma, s0, lr, eps, level):
    k = np.log(level * eps / (gamma * s0**2)) / np.log1p(8 * gamma * lr / eps)
    return max(k, 0.0)
""",
    },
    "6.8": {
        "one copy costs nothing": """
def copies_std(rho, d, invariance, variance, covariance):
    if d == 1:
        return 1.0
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return min(1.0, roots.real.max())
""",
        "agreement never below 0": """
def copies_std(rho, d, invariance, variance, covariance):
    pull = 4 * invariance * (1 - max(rho, 0))
    roots = np.roots([8 * covariance * (d - 1), 0, pull, -variance])
    return min(1.0, roots.real.max())
""",
    },
    "7.3": {
        "log t from a tiny t in place of 0": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    clock = np.log(np.maximum(t, 1e-12))
    out = np.full(curves.shape[1], np.nan)
    for j, curve in enumerate(curves.T):
        half = curve[-1] / 2
        if curve[-1] >= share * curves[-1, 0] and curve[0] < half:
            i = np.argmax(curve >= half)
            part = (half - curve[i - 1]) / (curve[i] - curve[i - 1])
            out[j] = np.exp(clock[i - 1] + part * (clock[i] - clock[i - 1]))
    return out
""",
        "more than the share": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    learned = (last > share * last[0]) & (curves[0] < last / 2)
    times = np.array([spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))])
    return np.where(learned, times, np.nan)
""",
    },
    "7.5": {
        "without scatter no verdict": """
def paired(a, b, level):
    gap = np.asarray(b) - np.asarray(a)
    mean, error = gap.mean(), gap.std(ddof=1) / np.sqrt(len(gap))
    if error == 0:
        return mean, error, False
    return mean, error, bool(abs(mean) / error > stats.t.ppf(1 - level / 2, len(gap) - 1))
""",
        "only an increase is real": """
def paired(a, b, level):
    gap = np.asarray(b) - np.asarray(a)
    mean, error = gap.mean(), gap.std(ddof=1) / np.sqrt(len(gap))
    return mean, error, bool(mean > stats.t.ppf(1 - level / 2, len(gap) - 1) * error)
""",
    },
    "7.7": {
        "input and output of one size": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    inputs, outputs, kernel, _, size = np.asarray(layers, dtype=float).T
    work = 2 * kernel**2 * inputs * outputs * size**2 / peak
    moved = 2 * (inputs + outputs) * size**2 / bandwidth
    slow = np.maximum(work, moved)
    return 6 * pictures * slow.sum(), slow[moved > work].sum() / slow.sum()
""",
        "no gradient of the pictures in the first layer": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    inputs, outputs, kernel, size_in, size_out = np.asarray(layers, dtype=float).T
    work = 2 * kernel**2 * inputs * outputs * size_out**2 / peak
    moved = 2 * (inputs * size_in**2 + outputs * size_out**2) / bandwidth
    passes = np.full(len(work), 3)
    passes[0] = 2
    slow = passes * np.maximum(work, moved)
    return 2 * pictures * slow.sum(), slow[moved > work].sum() / slow.sum()
""",
    },
    "8.4": {
        "the conserved number without the head": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        "times of the sorted values": """
def time_until(lam, gamma, s0, p0):
    c = abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(np.sort(lam)) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
    },
    "8.6": {
        "a grid of 2000 points": """
def saved(raised):
    lam = np.linspace(1e-9, 0.5, 2001)
    q = (2 * np.asarray(raised)[:, None] - 1) ** 2 - 1
    return integrate.trapezoid((1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam)), lam, axis=1)
""",
        "q of a raise near 1": """
def saved(raised):
    B = np.sqrt(1 + 4 * (np.asarray(raised) - 1))
    v = np.sqrt((1 + B**2) / 2)
    return (2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2)
            - 2 / B * np.log((B + v) / (B + 1)))
""",
    },
    "8.7": {
        "the raise of one layer": """
def deep_raise(layers, gamma):
    s2 = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1 / gamma)
    return 1 + s2
""",
        "the root sought below 1": """
def deep_raise(layers, gamma):
    s2 = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1)
    return (1 + s2) ** (layers - 1)
""",
    },
    "9.4": {
        "at right angles to the last column only": """
def learned_order(Z):
    columns = []
    for z in Z:
        left = z - z.mean(axis=0)
        if columns:
            left = left - np.outer(left @ columns[-1], columns[-1])
        columns.append(np.linalg.eigh(left.T @ left)[1][:, -1])
    return np.stack(columns, axis=1)
""",
        "one mean for the whole film": """
def learned_order(Z):
    d = Z.shape[2]
    V = np.zeros((d, 0))
    for z in Z - Z.mean(axis=(0, 1)):
        left = z - z @ V @ V.T
        V = np.column_stack([V, np.linalg.eigh(left.T @ left)[1][:, -1]])
    return V
""",
    },
    "9.6": {
        "equal does not count": """
def p_values(modes, regressors, permutations):
    own = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    return (1 + (largest[:, None] > own + 1e-9).sum(axis=0)) / (1 + len(permutations))
""",
        "orders that change nothing dropped": """
def p_values(modes, regressors, permutations):
    still = np.arange(permutations.shape[1])
    permutations = [rows for rows in permutations if not np.array_equal(rows, still)]
    own = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    return (1 + (largest[:, None] >= own - 1e-9).sum(axis=0)) / (1 + len(permutations))
""",
    },
    "9.7": {
        "the classes of the test": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y_test)
    targets = (y[:, None] == classes).astype(float)
    out = []
    for k in range(1, len(order) + 1):
        used = list(order[:k])
        x = np.column_stack([np.ones(len(modes)), modes[:, used]])
        x_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, used]])
        B = np.linalg.lstsq(x, targets, rcond=None)[0]
        out.append(np.mean(classes[(x_test @ B).argmax(axis=1)] == y_test))
    return np.array(out)
""",
        "labels as places in a unit matrix": """
def probe_curve(modes, y, modes_test, y_test, order):
    targets = np.eye(max(y.max() + 1, len(np.unique(y))))[y]
    out = []
    for k in range(1, len(order) + 1):
        used = list(order[:k])
        x = np.column_stack([np.ones(len(modes)), modes[:, used]])
        x_test = np.column_stack([np.ones(len(modes_test)), modes_test[:, used]])
        B = np.linalg.lstsq(x, targets, rcond=None)[0]
        out.append(np.mean((x_test @ B).argmax(axis=1) == y_test))
    return np.array(out)
""",
    },
    "9.8": {
        "RankMe with the 1e-7 of its paper": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [float(delta)] * (d - k))
    s = np.sqrt(lam)
    p = s / s.sum() + 1e-7
    q = lam[lam > 0] / lam.sum()
    return (np.exp(-(p * np.log(p)).sum()), np.exp(-(q * np.log(q)).sum()),
            lam.sum() ** 2 / (lam**2).sum())
""",
        "the participation of singular values": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [float(delta)] * (d - k))
    s = np.sqrt(lam)
    p = s[s > 0] / s.sum()
    q = lam[lam > 0] / lam.sum()
    return (np.exp(-(p * np.log(p)).sum()), np.exp(-(q * np.log(q)).sum()),
            s.sum() ** 2 / (s**2).sum())
""",
    },
}

RIGHT = {
    "1.4": {
        "the anchor's column cut out of the table": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1, eps=0)
    n = len(z1)
    total = 0.0
    for a in range(2 * n):
        others = torch.cat([z[:a], z[a + 1 :]])
        total = total + torch.logsumexp(others @ z[a] / temperature, 0)
        total = total - z[a] @ z[(a + n) % (2 * n)] / temperature
    return total / (2 * n)
""",
    },
    "1.7": {
        "np.cov, which has no matrix for one dimension": """
def spectrum(z):
    lam = np.linalg.eigvalsh(np.cov(z.T, bias=True))[::-1]
    p = lam[lam > 0] / lam[lam > 0].sum()
    return lam, np.exp(-(p * np.log(p)).sum())
""",
        "by the singular values of the centred rows": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(axis=0, keepdims=True), compute_uv=False)
    lam = s**2 / z.shape[0]
    entropy = 0.0
    for share in lam / lam.sum():
        if share > 0:
            entropy -= share * np.log(share)
    return lam, np.exp(entropy)
""",
    },
    "2.4": {
        "the equation of 1/s², which is linear": """
def singular_values(t, gamma, s0):
    x = -8 * np.multiply.outer(t, gamma)
    with np.errstate(over="ignore"):
        inverse = np.exp(x) / s0**2 - gamma * np.expm1(x)
    return 1 / np.sqrt(inverse)
""",
    },
    "2.5": {
        "one mode after the other, by log odds": """
def step_times(gamma, s0, level=0.5):
    import math

    out = []
    for g, s in zip(gamma, s0, strict=True):
        lam = g * s * s
        if lam >= level:
            out.append(0.0)
        elif g <= 0:
            out.append(math.inf)
        else:
            def odds(x):
                return math.log(x) - math.log1p(-x)

            out.append((odds(level) - odds(lam)) / (8 * g))
    return np.array(out)
""",
    },
    "3.1": {
        "a softmax of logarithms": """
def shares(t, Gamma, W0):
    values, vectors = np.linalg.eigh(Gamma)
    with np.errstate(divide="ignore"):
        start = 2 * np.log(np.linalg.norm(W0 @ vectors[:, ::-1], axis=0))
    return special.softmax(8 * np.outer(t, values[::-1]) + start, axis=1)
""",
    },
    "4.1": {
        "SciPy's distances": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-0.5 * cdist(x1 / b, x2 / b, "sqeuclidean"))
""",
    },
    "5.2": {
        "half a sum and half an absolute value": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    turn = np.arctan2(k12, r) * 2 / np.pi
    turn = np.where((k12 == 0) & (r == 0), 1.0, turn)
    even, odd = ((1 - a) / 2) ** 2, ((1 + a) / 2) ** 2
    return odd * k12 + even * (2 * r / np.pi + turn * k12), odd + even * turn
""",
    },
    "6.6": {
        "the last d − 1, which for d = 1 are all": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[-(len(b) - 1) :][::-1]
    return A, 4 * gamma / (temperature * length**2)
""",
        "least squares takes the bias out": """
def with_bias(W, b, Gamma_s, temperature):
    part = np.linalg.lstsq(b[:, None], W, rcond=None)[0]
    A = (W - b[:, None] * part) / np.sqrt(b @ b)
    gamma = sorted(np.linalg.eigvalsh(Gamma_s), reverse=True)
    return A, np.array([4 * gamma[j] / (temperature * (b @ b)) for j in range(len(b) - 1)])
""",
    },
    "7.3": {
        "a walk along each curve": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-np.asarray(eigenvalues), axis=1)
    out = []
    for curve in curves.T:
        half, when = curve[-1] / 2, np.nan
        if curve[-1] >= share * curves[-1, 0] and curve[0] < half:
            i = next(i for i, value in enumerate(curve) if value >= half)
            part = (half - curve[i - 1]) / (curve[i] - curve[i - 1])
            if t[i - 1] == 0:
                when = part * t[i]
            else:
                when = t[i - 1] * (t[i] / t[i - 1]) ** part
        out.append(when)
    return np.array(out)
""",
    },
    "8.6": {
        "the integral over log λ": """
def saved(raised):
    out = []
    for R in raised:
        q = 4 * R * (R - 1)

        def rate(y, q=q):
            lam = np.exp(y)
            root = np.sqrt(1 + q * lam)
            return q * lam / (root * (1 + root)) / (1 - lam)

        knots = np.linspace(-60, np.log(0.5), 41)
        out.append(sum(integrate.quad(rate, *pair)[0] for pair in zip(knots[:-1], knots[1:])))
    return np.array(out)
""",
    },
    "9.4": {
        "in a basis of what is at right angles": """
def learned_order(Z):
    from scipy.linalg import null_space

    V = np.empty((Z.shape[2], 0))
    for z in Z:
        basis = null_space(V.T) if V.shape[1] else np.eye(Z.shape[2])
        inside = (z - z.mean(axis=0)) @ basis
        V = np.hstack([V, basis @ np.linalg.eigh(inside.T @ inside)[1][:, -1:]])
    return V
""",
    },
    "9.7": {
        "the pseudo-inverse of centred modes": """
def probe_curve(modes, y, modes_test, y_test, order):
    labels = sorted(set(y.tolist()))
    targets = np.array([[float(label == value) for label in labels] for value in y])
    mean, base = modes.mean(axis=0), targets.mean(axis=0)
    hits = []
    for k in range(len(order)):
        used = [int(j) for j in order[: k + 1]]
        B = np.linalg.pinv((modes - mean)[:, used]) @ (targets - base)
        outputs = (modes_test - mean)[:, used] @ B + base
        guess = [labels[place] for place in outputs.argmax(axis=1)]
        hits.append(sum(g == v for g, v in zip(guess, y_test)) / len(y_test))
    return np.array(hits)
""",
    },
}
