"""Round 30: 51 wrong and 12 right answers to chapters 6 to 9, after each title what is off."""

WRONG = {
    "6.1": {
        # One mean of all views in place of the product of the two views' means.
        "one mean of all views, squared": """
def operator(x1, x2, temperature):
    mean = np.vstack([x1, x2]).mean(axis=0)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
        # np.cov divides by n - 1.
        "the cross block of np.cov": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    cross = np.cov(x1.T, x2.T)[:m, m:]
    return (cross + cross.T) / temperature
""",
    },
    "6.2": {
        # A mode that starts above its plateau has to get 0.
        "above its plateau a mode never passes the half": """
def half_times(gamma, rho, s0, temperature):
    level = temperature * rho**2
    start = gamma * s0**2
    times = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0) & (start < level)
    times[grows] = np.log(level[grows] / start[grows] - 1) * temperature / (4 * gamma[grows])
    return np.maximum(times, 0)
""",
        # np.isclose to 0 has an absolute tolerance of 1e-8, and starts may be smaller.
        "a start that np.isclose takes for 0": """
def half_times(gamma, rho, s0, temperature):
    with np.errstate(all="ignore"):
        ratio = temperature * rho**2 / (gamma * s0**2)
        times = np.log(np.maximum(ratio - 1, 1)) * temperature / (4 * gamma)
    return np.where((gamma <= 0) | np.isclose(s0, 0), np.inf, times)
""",
    },
    "6.3": {
        # The covariance of both views together has the difference of their means in it.
        "one covariance of all views": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        # The invariance term is a mean over n, with no mean taken off.
        "n - 1 in the invariance term, too": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / (len(x1) - 1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.6": {
        # Singular values have lost the sign: a large negative eigenvalue comes first.
        "rates from singular values": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.svd(Gamma_s, compute_uv=False)
    return A, 4 * gamma[: len(b) - 1] / (temperature * length**2)
""",
        # The bias takes a row of the embedding, no eigenvalue of Gamma_s.
        "the first eigenvalue left to the bias": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (np.eye(len(b)) - np.outer(unit, unit)) @ W / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1]
    return A, 4 * gamma[1 : len(b)] / (temperature * length**2)
""",
    },
    "6.7": {
        # An update squares the factor of s, it does not double its rate.
        "an update multiplies λ by 1 + 8γη/ε": """
def updates(gamma, s0, lr, eps, level):
    start = gamma * s0**2
    if start >= level * eps:
        return 0.0
    return np.log(level * eps / start) / np.log1p(8 * gamma * lr / eps)
""",
        # Whether λ has arrived is asked of s².
        "arrived when s0² has": """
def updates(gamma, s0, lr, eps, level):
    if s0**2 >= level * eps:
        return 0.0
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps))
""",
    },
    "6.8": {
        # The sum runs over ordered pairs.
        "each pair once": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([4 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return min(1.0, max(roots.real))
""",
        # Three steps of Newton's method are too few for a small root.
        "three steps of Newton's from 1": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    s = 1.0
    if a + b <= variance:
        return s
    for _ in range(3):
        s -= (a * s**3 + b * s - variance) / (3 * a * s**2 + b)
    return s
""",
    },
    "6.9": {
        # Direction 1 has its own start and needs time of its own.
        "direction 2 grows on a plateau from the start": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    return np.log(u / (sigma[1] * s0[1] ** 2)) / (4 * pull * sigma[1] * (rho[1] - rho[0]))
""",
        # Equal variances, not equal weights.
        "both weights come to the root of u": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    lead = np.log(u / s0**2) / sigma
    return (lead[1] - lead[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.2": {
        # Plain gradient descent clips nothing.
        "the gradient clipped to length 1": """
def train_step(model, x1, x2, lr):
    model.zero_grad()
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.mean(dim=0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        # Plain gradient descent has no weight decay.
        "a little weight decay": """
def train_step(model, x1, x2, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=1e-3)
    optimizer.zero_grad()
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.mean(dim=0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    optimizer.step()
    return loss.item()
""",
    },
    "7.3": {
        # Learned is asked of the last value; a curve may have been higher.
        "learned if it ever was large": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    learned = (curves.max(axis=0) >= share * last[0]) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
        # The half of the largest value, not of the last.
        "half of the highest value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last, top = curves[-1], curves.max(axis=0)
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], top[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
    },
    "7.5": {
        # std(ddof=1) has its n - 1 already; the mean scatters less by the root of n.
        "n - 1 a second time": """
def paired(a, b, level):
    difference = b - a
    n = len(difference)
    mean = difference.mean()
    error = difference.std(ddof=1) / np.sqrt(n - 1)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, n - 1) * error)
""",
        # The degrees of freedom of two samples: there are n differences only.
        "2n - 2 degrees of freedom": """
def paired(a, b, level):
    difference = b - a
    n = len(difference)
    mean = difference.mean()
    error = difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
    },
    "7.6": {
        # named_parameters() has no running statistics.
        "parameters without the running statistics": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses_ = saved["losses"]
    while len(losses_) < steps:
        losses_.append(one_step(model, optimizer, generator))
        torch.save({"model": dict(model.named_parameters()), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": losses_}, path)
    return np.array(losses_)
""",
        # A tensor of Python's numbers is float32 and has lost half of their bits.
        "losses kept as a tensor": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses_ = saved["losses"].tolist()
    for _ in range(len(losses_), steps):
        losses_.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": torch.tensor(losses_)}, path)
    return np.array(losses_)
""",
    },
    "7.7": {
        # The share counts all the time of a layer that waits, not its surplus over the arithmetic.
        "only the time beyond the arithmetic waits": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    total = np.maximum(work, fetch).sum()
    return 6 * pictures * total, np.maximum(fetch - work, 0).sum() / total
""",
        # A product for each pixel of the output; a stride makes fewer of them.
        "as many products as the input has pixels": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * before**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    longest = np.maximum(work, fetch)
    return 6 * pictures * longest.sum(), longest[fetch > work].sum() / longest.sum()
""",
    },
    "7.8": {
        # One joint mean of all 2n rows; the two views have means of their own here.
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    a, b = z1 - z1.mean(axis=0), z2 - z2.mean(axis=0)
    C = (a.T @ b + b.T @ a) / (2 * n)
    E = C - np.eye(len(C))
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return processes * 2 / n * b[own] @ E, processes * 2 / n * a[own] @ E
""",
        # C is that of the joint batch.
        "C of the own rows": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    a, b = z1[own] - mean, z2[own] - mean
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    E = C - np.eye(len(C))
    return 2 * processes / n * b @ E, 2 * processes / n * a @ E
""",
    },
    "8.2": {
        # The square of a difference in place of the difference of squares.
        "the square of the head's way": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + (W - W0).T @ (W - W0)
""",
        # A0 A0ᵀ is what was there; the head's own start is not small.
        "a head that starts at nothing": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
    },
    "8.3": {
        # The parts go as the squares.
        "p over s + p": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    p = np.sqrt((u + p0**2) / 2)
    s = np.sqrt((u - p0**2) / 2)
    return p / (s + p)
""",
        # The trunk does not stay: p² = p0² + s².
        "a trunk that stays at its start": """
def head_share(lam, gamma, p0):
    s2 = lam / (gamma * p0**2)
    return p0**2 / (p0**2 + s2)
""",
    },
    "8.4": {
        # With a head that is not tiny c is p0² - s0².
        "c without the head": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) ** 2
               / (4 * (1 - lam) / gamma)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
        # Close to a tiny start the integrand is a spike between two points of the rule.
        "a trapezoid rule over λ": """
def time_until(lam, gamma, s0, p0):
    c = p0**2 - s0**2
    start = gamma * s0**2 * p0**2
    times = []
    for end in lam:
        x = np.linspace(start, end, 20001)
        rate = 8 * gamma * np.sqrt(c**2 + 4 * x / gamma) * x * (1 - x)
        times.append(np.trapezoid(1 / rate, x))
    return np.array(times)
""",
    },
    "8.6": {
        # At λ = 1/2 it is the square that is half-way.
        "the root half-way between 1 and B": """
def saved(raised):
    B = 2 * raised - 1
    v = (1 + B) / 2
    return (2 * np.log((1 + v) / 2) + (1 - 1 / B) * np.log(2)
            - 2 / B * np.log((B + v) / (B + 1)))
""",
        # For a large raise nearly all of the integral lies in the first cells of the rule.
        "a hundred trapezoids": """
def saved(raised):
    lam = np.linspace(1e-9, 0.5, 101)
    q = (2 * raised[:, None] - 1) ** 2 - 1
    return np.trapezoid((1 - 1 / np.sqrt(1 + q * lam)) / (lam * (1 - lam)), lam, axis=1)
""",
        # At R = 1 it is 0/0. It was meant to be right.
        "Gauss and Legendre in log x": """
def saved(raised):
    B = 2 * np.asarray(raised, dtype=float)[:, None] - 1
    nodes, weights = np.polynomial.legendre.leggauss(120)
    end = np.log((1 + B**2) / 2) / 2
    x = np.exp(end * (nodes + 1) / 2)
    f = x * 2 * (B**2 - 1) / ((x + 1) * (B**2 - x**2))
    return (f * weights).sum(axis=1) * end[:, 0] / 2
""",
    },
    "8.7": {
        # The squares grow by the same amount, not the values.
        "all values grow by the same": """
def deep_raise(layers, gamma):
    def too_much(s):
        return gamma * s**2 * (1 + s) ** (2 * (layers - 1)) - 1

    s = optimize.brentq(too_much, 0, 1 + 1 / gamma)
    return (1 + s) ** (2 * (layers - 1))
""",
        # The head is counted among the layers.
        "the head on top of all layers": """
def deep_raise(layers, gamma):
    s2 = optimize.brentq(lambda x: gamma * x * (1 + x) ** layers - 1, 0, 1 / gamma)
    return (1 + s2) ** layers
""",
    },
    "8.8": {
        # The gradient of log λ, squared, is divided by λ once more.
        "the gradient of log λ": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((a.T @ b + b.T @ a) / (2 * len(a))).flip(0)
    rates = []
    for value in torch.log(lam):
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((g**2).sum() for g in slopes) / 4)
    return lam.detach(), torch.stack(rates).detach()
""",
        # The mean of all 2n rows is taken off, not one for each view.
        "each view centred on its own mean": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    a, b = model(torch.cat([x1, x2])).chunk(2)
    a, b = a - a.mean(dim=0), b - b.mean(dim=0)
    lam = torch.linalg.eigvalsh((a.T @ b + b.T @ a) / (2 * len(a))).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((g**2).sum() for g in slopes) / (4 * value))
    return lam.detach(), torch.stack(rates).detach()
""",
    },
    "9.1": {
        # Growth goes by γ; agreement, γ over variance, is another order with other directions.
        "directions of the largest agreement": """
def predicted_functions(h1, h2, d):
    from scipy.linalg import eigh

    both = np.vstack([h1, h2])
    h = both - both.mean(axis=0)
    a, b = np.split(h, 2)
    Gamma = (a.T @ b + b.T @ a) / len(h)
    Sigma = h.T @ h / len(h) + 1e-9 * np.eye(h.shape[1])
    v = eigh(Gamma, Sigma)[1][:, ::-1][:, :d]
    return h @ v / np.sqrt(np.sum(v * (Gamma @ v), axis=0))
""",
        # Singular values have no sign; a large negative γ is not learned.
        "singular vectors of Γ": """
def predicted_functions(h1, h2, d):
    both = np.vstack([h1, h2])
    h = both - both.mean(axis=0)
    a, b = np.split(h, 2)
    U, gamma, _ = np.linalg.svd((a.T @ b + b.T @ a) / len(h))
    return h @ U[:, :d] / np.sqrt(gamma[:d])
""",
    },
    "9.2": {
        # A column that waits is smaller than the ridge.
        "a small ridge": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(axis=0), z - z.mean(axis=0)
    fit = z @ np.linalg.solve(z.T @ z + 1e-6 * np.eye(z.shape[1]), z.T @ f)
    return (fit**2).sum(axis=0) / (f**2).sum(axis=0)
""",
        # A sum of columns can hold what no column does.
        "the best single column": """
def mode_alignment(functions, z):
    k = functions.shape[1]
    return (np.corrcoef(functions.T, z.T)[:k, k:] ** 2).max(axis=1)
""",
    },
    "9.3": {
        # Eigenvalues of K are the squares of the singular values of x.
        "singular values for eigenvalues": """
def cka_by_chance(x, y):
    a = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    b = np.linalg.svd(y - y.mean(axis=0), compute_uv=False)
    norms = np.sqrt((a**2).sum() * (b**2).sum())
    return a.sum() * b.sum() / (len(x) - 1) / norms
""",
        # Without an axis the mean is one number of the whole table.
        "mean without an axis": """
def cka_by_chance(x, y):
    x, y = x - x.mean(), y - y.mean()
    K, L = x @ x.T, y @ y.T
    mean = np.trace(K) * np.trace(L) / (len(K) - 1)
    return mean / (np.linalg.norm(K) * np.linalg.norm(L))
""",
    },
    "9.4": {
        # All columns so far have to go out, not the last one alone.
        "only the last direction is taken out": """
def learned_order(Z):
    V = []
    for z in Z:
        left = z - z.mean(axis=0)
        if V:
            left = left - np.outer(left @ V[-1], V[-1])
        V.append(np.linalg.svd(left, full_matrices=False)[2][0])
    return np.array(V).T
""",
        # eigh reads one triangle, and a projection from one side is not symmetric.
        "the covariance projected from one side": """
def learned_order(Z):
    d = Z.shape[2]
    P, V = np.eye(d), []
    for z in Z:
        v = np.linalg.eigh(P @ np.cov(z.T))[1][:, -1]
        v = P @ v / np.linalg.norm(P @ v)
        V.append(v)
        P = P - np.outer(v, v)
    return np.array(V).T
""",
    },
    "9.6": {
        # Rows of the modes handed out are the inverse of each permutation of the regressors.
        "the modes are permuted": """
def p_values(modes, regressors, permutations):
    def r_squared(y):
        X = np.column_stack([np.ones(len(y)), regressors])
        left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
        return 1 - (left**2).sum(axis=0) / ((y - y.mean(axis=0)) ** 2).sum(axis=0)

    largest = np.array([r_squared(modes[rows]).max() for rows in permutations])
    count = (largest[:, None] >= r_squared(modes) - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(permutations))
""",
        # A permutation that moves nothing counts like any other, above and below.
        "orders that move nothing are left out": """
def p_values(modes, regressors, permutations):
    def r_squared(x):
        X = np.column_stack([np.ones(len(x)), x])
        left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
        return 1 - (left**2).sum(axis=0) / ((modes - modes.mean(axis=0)) ** 2).sum(axis=0)

    moving = [rows for rows in permutations if (rows != np.arange(len(modes))).any()]
    largest = np.array([r_squared(regressors[rows]).max() for rows in moving])
    count = (largest.reshape(-1, 1) >= r_squared(regressors) - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(moving))
""",
    },
    "9.7": {
        # The places of the columns in the order, in place of the columns in it.
        "the order inverted": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    columns = np.argsort(order)
    right = []
    for k in range(1, modes.shape[1] + 1):
        X, X_test = (np.column_stack([np.ones(len(m)), m[:, columns[:k]]])
                     for m in (modes, modes_test))
        B = np.linalg.lstsq(X, T, rcond=None)[0]
        right.append(np.mean(classes[(X_test @ B).argmax(axis=1)] == y_test))
    return np.array(right)
""",
        # The test is to be measured from the mean that the fit was measured from.
        "both halves centred on means of their own": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes = np.unique(y)
    T = 1.0 * (y[:, None] == classes)
    right = []
    for k in range(1, modes.shape[1] + 1):
        x, x_test = (m[:, list(order[:k])] for m in (modes, modes_test))
        x, x_test = x - x.mean(axis=0), x_test - x_test.mean(axis=0)
        B = np.linalg.lstsq(x, T - T.mean(axis=0), rcond=None)[0]
        guess = (x_test @ B + T.mean(axis=0)).argmax(axis=1)
        right.append(np.mean(classes[guess] == y_test))
    return np.array(right)
""",
    },
}

RIGHT = {
    "6.1": {
        "less the Hessian of the loss at 0": """
def operator(x1, x2, temperature):
    a, b = torch.tensor(x1), torch.tensor(x2)

    def loss(w):
        table = torch.outer(a @ w, b @ w) / temperature
        return torch.nn.functional.cross_entropy(table, torch.arange(len(table)))

    zero = torch.zeros(a.shape[1], dtype=a.dtype)
    return -torch.autograd.functional.hessian(loss, zero).numpy()
""",
    },
    "6.2": {
        "scipy's logit": """
def half_times(gamma, rho, s0, temperature):
    from scipy.special import logit

    with np.errstate(all="ignore"):
        part = gamma * s0**2 / (temperature * rho**2)
        times = -logit(np.clip(part, 0, 0.5)) * temperature / (4 * gamma)
    return np.where(gamma > 0, times, np.inf)
""",
    },
    "6.3": {
        "less the Hessian of the package's loss at 0": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    a, b = torch.tensor(x1), torch.tensor(x2)
    rest = torch.zeros(d - 1, a.shape[1], dtype=a.dtype)

    def loss(w):
        W = torch.cat([w[None], rest])
        return losses.vicreg(a @ W.T, b @ W.T, invariance=invariance, variance=variance, eps=eps)

    zero = torch.zeros(a.shape[1], dtype=a.dtype)
    return -torch.autograd.functional.hessian(loss, zero).numpy()
""",
    },
    "6.8": {
        "the cubic by a hyperbolic sine": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= variance:
        return 1.0
    if a == 0:
        return variance / b
    p, q = b / a, variance / a
    if p == 0:
        return np.cbrt(q)
    return 2 * np.sqrt(p / 3) * np.sinh(np.arcsinh(1.5 * q / p * np.sqrt(3 / p)) / 3)
""",
    },
    "7.3": {
        "two loops and no package": """
def read_steps(t, eigenvalues, share):
    rows = [sorted(row, reverse=True) for row in np.asarray(eigenvalues).tolist()]
    top = rows[-1][0]
    steps = []
    for curve in zip(*rows):
        half = curve[-1] / 2
        if curve[-1] < share * top or curve[0] >= half:
            steps.append(float("nan"))
            continue
        k = next(k for k, value in enumerate(curve) if value >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] == 0:
            steps.append(part * t[k])
        else:
            steps.append(t[k - 1] * (t[k] / t[k - 1]) ** part)
    return np.array(steps)
""",
    },
    "7.5": {
        "scipy's confidence interval": """
def paired(a, b, level):
    difference = np.subtract(b, a)
    mean, error = difference.mean(), stats.sem(difference)
    if error == 0:
        return mean, error, bool(mean != 0)
    low, high = stats.t.interval(1 - level, len(difference) - 1, mean, error)
    return mean, error, bool(low > 0 or high < 0)
""",
    },
    "7.8": {
        "autograd of the joint loss": """
def contribution(z1, z2, rank, processes):
    z1, z2 = (torch.tensor(z, requires_grad=True) for z in (z1, z2))
    mean = torch.cat([z1, z2]).mean(dim=0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    slopes = torch.autograd.grad(processes * loss, (z1, z2))
    return tuple(np.split(slope.numpy(), processes)[rank] for slope in slopes)
""",
    },
    "8.3": {
        "a hyperbola's angle": """
def head_share(lam, gamma, p0):
    angle = np.arcsinh(2 * np.sqrt(lam / gamma) / p0**2)
    return (1 + 1 / np.cosh(angle)) / 2
""",
    },
    "8.6": {
        "Gauss and Legendre in log(1 + qλ)": """
def saved(raised):
    q = np.fmax((2 * np.asarray(raised, dtype=float)[:, None] - 1) ** 2 - 1, 1e-300)
    nodes, weights = np.polynomial.legendre.leggauss(120)
    end = np.log1p(q / 2)
    y = end * (nodes + 1) / 2
    root = np.exp(y / 2)
    f = root / ((1 + root) * (1 - np.expm1(y) / q))
    return (f * weights).sum(axis=1) * end[:, 0] / 2
""",
    },
    "8.8": {
        "eigenvectors held fast": """
def own_rates(model, x1, x2):
    weights = [w for w in model.parameters() if w.requires_grad]
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.mean(dim=0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    lam, V = torch.linalg.eigh(C.detach())
    rates = []
    for value, v in zip(lam, V.T):
        slopes = torch.autograd.grad(v @ C @ v, weights, retain_graph=True)
        rates.append(sum(float((g * g).sum()) for g in slopes) / (4 * float(value)))
    return lam.numpy()[::-1].copy(), np.array(rates[::-1])
""",
    },
    "9.2": {
        "scipy's angle between subspaces": """
def mode_alignment(functions, z):
    from scipy.linalg import subspace_angles

    centred = z - z.mean(axis=0)
    centred = centred / np.linalg.norm(centred, axis=0)
    f = functions - functions.mean(axis=0)
    return np.array([np.cos(subspace_angles(centred, column[:, None])[0]) ** 2 for column in f.T])
""",
    },
    "9.6": {
        "one basis, its rows handed out": """
def p_values(modes, regressors, permutations):
    x, y = regressors - regressors.mean(axis=0), modes - modes.mean(axis=0)
    Q = np.linalg.qr(x / np.linalg.norm(x, axis=0))[0]
    y = y / np.linalg.norm(y, axis=0)
    observed = ((Q.T @ y) ** 2).sum(axis=0)
    largest = np.array([((Q[rows].T @ y) ** 2).sum(axis=0).max() for rows in permutations])
    return (1 + np.array([(largest >= r - 1e-9).sum() for r in observed])) / (1 + len(largest))
""",
    },
}
