"""Round 22, chapters 5 to 9: 53 wrong and 11 right answers, from the blank notebooks alone."""

WRONG = {
    "5.1": {
        "a parameter that is zero is not moved": """
def tangent_kernel(f, theta, X):
    total = 0
    for p in np.flatnonzero(theta):
        h = 1e-5 * abs(theta[p])
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        J = (f(up, X) - f(down, X)) / (2 * h)
        total = total + J @ J.T
    return total / f(theta, X).shape[1]
""",
        "one-sided differences with a step of a thousandth": """
def tangent_kernel(f, theta, X):
    base, h = f(theta, X), 1e-3
    J = np.array([(f(theta + h * e, X) - base) / h for e in np.eye(len(theta))])
    return np.einsum("pia,pja->ij", J, J) / base.shape[1]
""",
    },
    "5.2": {
        "counts one of the two mixed quadrants in the mean of the slopes": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    slopes = p + a**2 * p + a * (0.5 - p)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), slopes
""",
        "leaves out the quadrants in which one is on and the other off": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return (1 + a**2) * (r / (2 * np.pi) + p * k12), (1 + a**2) * p
""",
    },
    "5.3": {
        "the diagonal of the first layer is used in all layers": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta, k = K, np.diag(K)
    k11, k22 = np.broadcast_arrays(k[:, None], k[None, :])
    for _ in range(depth):
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + W_std**2 * p * Theta
    return K, Theta
""",
        "a factor 2 in the hidden layers, whatever W_std is": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k = np.diag(K)
        k11, k22 = np.broadcast_arrays(k[:, None], k[None, :])
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + 2 * p * Theta
    return K, Theta
""",
    },
    "5.4": {
        "the swap stands behind the root of the kernel": """
def network_start(F0, K):
    n = len(K) // 2
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = np.linalg.eigh(root @ np.roll(root, n, axis=0) / (2 * n))
    d = F0.shape[1]
    gamma, b = gamma[::-1][:d], b[:, ::-1][:, :d]
    columns = F0.T @ root @ np.roll(b, n, axis=0) / (2 * n * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
        "modes in the order of the sizes of their eigenvalues, negative ones among them": """
def network_start(F0, K):
    n = len(K) // 2
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = np.linalg.eigh(root @ np.roll(root, n, axis=0) / (2 * n))
    first = np.argsort(-np.abs(gamma))[: F0.shape[1]]
    columns = F0.T @ np.roll(root, n, axis=0) @ b[:, first] / (2 * n * gamma[first])
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
    },
    "5.5": {
        "the mean over entries of the squared relative error of each": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    mean = (r + (np.pi - theta) * k12) / (2 * np.pi)
    square = (3 * r * k12 + (np.pi - theta) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.mean((square - mean**2) / mean**2) / error**2
""",
    },
    "5.7": {
        "the seed collected up to the half-time of mode 1 only": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
        "mode 1 grows without a brake until its half-time": """
def seeded_step(gamma, s0, coupling):
    tau = np.log(1 / (gamma[0] * s0[0] ** 2) - 1) / (8 * gamma[0])
    apart = gamma[0] - gamma[1]
    seed = coupling * s0[0] * np.expm1(4 * apart * tau) / apart
    return np.log(1 / (gamma[1] * (s0[1] + seed) ** 2) - 1) / (8 * gamma[1])
""",
    },
    "5.8": {
        "the grid of angles ends at a whole turn, so that angle 0 counts twice": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, 2 * np.pi, 4000)
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)[1][0]
    k = np.arange(k_max + 1)
    return np.cos(np.outer(k, angle)) @ values / len(angle) * np.cos(2 * k * delta)
""",
        "negative rates set to zero": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(8192) / 8192
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)[1][0]
    k = np.arange(k_max + 1)
    c = np.fft.rfft(values).real[: k_max + 1] / len(angle)
    return np.maximum(c * np.cos(2 * k * delta), 0)
""",
    },
    "5.9": {
        "the squared length at the end less the squared length at the start": """
def weight_move(gamma, s0, m, N):
    gone = np.sum(1 / gamma) - np.sum(s0**2)
    return np.sqrt(abs(gone) / (N * m + len(gamma) * N))
""",
    },
    "6.1": {
        "both views centred on one mean of all": """
def operator(x1, x2, temperature):
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    product = (x1 - mean).T @ (x2 - mean) / len(x1)
    return (product + product.T) / temperature
""",
        "the partner left out of the sum below": """
def operator(x1, x2, temperature):
    n = len(x1)
    partner = x1.T @ x2 / n
    everyone = np.outer(x1.sum(axis=0), x2.sum(axis=0))
    others = (everyone - n * partner) / (n * (n - 1))
    M = partner - others
    return (M + M.T) / temperature
""",
    },
    "6.2": {
        "the time at which the weight is half of what it will be": """
def half_times(gamma, rho, s0, temperature):
    plateau = temperature * rho**2
    start = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    grows = (gamma > 0) & (s0 > 0)
    ratio = np.where(grows, start / plateau, 0.5)
    time = np.log(np.maximum((1 / ratio - 1) / 3, 1)) * temperature / (4 * gamma)
    out[grows] = np.where(ratio >= 0.25, 0.0, time)[grows]
    return out
""",
    },
    "6.3": {
        "one covariance of all 2n views together": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    difference = x1 - x2
    D = difference.T @ difference / len(x1)
    S = np.cov(np.vstack([x1, x2]).T)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.5": {
        "1e-8 added to the lengths, against a division by zero": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-8
    unit = z / length
    return (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / length
""",
    },
    "6.6": {
        "the largest eigenvalue is left out, as if the bias had taken its place": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][1 : len(b)]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.7": {
        "one update multiplies λ by 1 + 8γη/ε": """
def updates(gamma, s0, lr, eps, level):
    needed = np.log(level * eps / (gamma * s0**2))
    return max(0.0, needed / np.log1p(8 * gamma * lr / eps))
""",
    },
    "6.8": {
        "the hinge on the variance in place of the standard deviation": """
def copies_std(rho, d, invariance, variance, covariance):
    pull = 2 * invariance * (1 - rho)
    if pull >= variance:
        return 0.0
    if covariance * (d - 1) == 0:
        return 1.0
    return min(1.0, np.sqrt((variance - pull) / (4 * covariance * (d - 1))))
""",
    },
    "6.9": {
        "the climb of direction 2 alone, without what direction 1 had before": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    climb = np.log(u / (sigma[1] * s0[1] ** 2))
    return climb / (4 * pull * sigma[1] * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "the steps until the length itself has doubled": """
def scale_free(g, length, lr, c):
    ratio = length**2 / np.sum(g**2)
    return g / c, c**2 * lr, 15 * ratio / (2 * lr**2)
""",
    },
    "7.2": {
        "gradients clipped to a length of 1 before the step": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
    return loss.item()
""",
    },
    "7.3": {
        "curves put in order once, by their last values": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    last = curves[-1]
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    learned = (last >= share * last[0]) & (curves[0] < last / 2)
    return np.where(learned, times, np.nan)
""",
        "interpolates in log(1 + t), so that t = 0 does no harm": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    clock, out = np.log1p(t), np.full(curves.shape[1], np.nan)
    for j, curve in enumerate(curves.T):
        half = curve[-1] / 2
        if curve[-1] >= share * curves[-1, 0] and curve[0] < half:
            k = np.argmax(curve >= half)
            part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
            out[j] = np.expm1(clock[k - 1] + part * (clock[k] - clock[k - 1]))
    return out
""",
    },
    "7.5": {
        "2n − 2 degrees of freedom, as for two separate samples": """
def paired(a, b, level):
    difference = b - a
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
    },
    "7.6": {
        "the losses kept in a tensor of single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    done = torch.zeros(0)
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        done = saved["losses"]
    for _ in range(len(done), steps):
        done = torch.cat([done, torch.tensor([one_step(model, optimizer, generator)])])
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": done}, path)
    return done.numpy()
""",
        "a finished run returns its losses and does not load the model": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_so_far = []
    if path.exists():
        saved = torch.load(path)
        losses_so_far = saved["losses"]
        if len(losses_so_far) >= steps:
            return np.array(losses_so_far)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses_so_far) < steps:
        losses_so_far.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": losses_so_far}, path)
    return np.array(losses_so_far)
""",
    },
    "7.7": {
        "the weights counted among the bytes": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    compute = 2 * k**2 * i * o * after**2 / peak
    memory = 2 * (i * before**2 + o * after**2 + k**2 * i * o) / bandwidth
    time = np.maximum(compute, memory)
    return 6 * pictures * time.sum(), time[memory > compute].sum() / time.sum()
""",
        "the first layer without the pass for the gradient of its input": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    passes = np.where(np.arange(len(i)) == 0, 2, 3)
    compute = passes * 2 * k**2 * i * o * after**2 / peak
    memory = passes * 2 * (i * before**2 + o * after**2) / bandwidth
    time = np.maximum(compute, memory)
    return 2 * pictures * time.sum(), time[memory > compute].sum() / time.sum()
""",
    },
    "7.8": {
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    a, b = z1 - z1.mean(axis=0), z2 - z2.mean(axis=0)
    force = (a.T @ b + b.T @ a) / (2 * n) - np.eye(z1.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return processes * 2 / n * b[own] @ force, processes * 2 / n * a[own] @ force
""",
    },
    "8.1": {
        "1 taken from every entry of C in place of the identity": """
def gradients(W, A, Gamma):
    B = W @ A
    slope = 4 * (B @ Gamma @ B.T - 1) @ B @ Gamma
    return slope @ A.T, W.T @ slope
""",
    },
    "8.2": {
        "the square of the change of the head in place of the change of its square": """
def trunk_square(W, W0, A0):
    change = W - W0
    return A0 @ A0.T + change.T @ change
""",
    },
    "8.3": {
        "finds the head's size as if the trunk were still at its start": """
def head_share(lam, gamma, p0):
    s2 = lam / (gamma * p0**2)
    return p0**2 / (p0**2 + s2)
""",
    },
    "8.4": {
        "c without the start of the head": """
def time_until(lam, gamma, s0, p0):
    c = p0**2
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam):
        u = np.sqrt(c**2 + 4 * lam / gamma)
        return np.log(4 * lam / gamma / (u + c) ** 2) / c + np.log((b + u) / (b - u)) / b

    return (F(lam) - F(gamma * s0**2 * p0**2)) / (8 * gamma)
""",
    },
    "8.5": {
        "head and trunk equal at the end": """
def raise_of(gamma, p0):
    return np.maximum(1, 1 / (np.sqrt(gamma) * p0**2))
""",
    },
    "8.6": {
        "R in place of the root of 1 + q": """
def saved(raised):
    B = np.asarray(raised, dtype=float)
    v = np.sqrt((1 + B**2) / 2)
    logs = (1 - 1 / B) * np.log(2) - 2 / B * np.log((B + v) / (B + 1))
    return 2 * np.log((1 + v) / 2) + logs
""",
    },
    "8.7": {
        "the raise of two layers to the power of the layers below the head": """
def deep_raise(layers, gamma):
    return ((1 + np.sqrt(1 + 4 / gamma)) / 2) ** (layers - 1)
""",
        "the root sought between 0 and 1, where it need not lie": """
def deep_raise(layers, gamma):
    s2 = optimize.brentq(lambda x: gamma * x * (1 + x) ** (layers - 1) - 1, 0, 1)
    return (1 + s2) ** (layers - 1)
""",
    },
    "8.8": {
        "the lengths of the tensors' gradients added up before the square": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    lam = torch.linalg.eigvalsh((z1.T @ z2 + z2.T @ z1) / (2 * len(z1))).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum(slope.norm() for slope in slopes) ** 2 / (4 * value))
    return lam.detach(), torch.stack(rates).detach()
""",
    },
    "9.1": {
        "features divided by their standard deviations first": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    spread = h.std(axis=0)
    h = h / np.where(spread > 0, spread, 1)
    a, b = np.split(h, 2)
    gamma, v = np.linalg.eigh((a.T @ b + b.T @ a) / (2 * len(a)))
    return h @ v[:, : -d - 1 : -1] / np.sqrt(gamma[: -d - 1 : -1])
""",
    },
    "9.2": {
        "directions below a thousandth of the largest left out of the span": """
def mode_alignment(functions, z):
    f, z = functions - functions.mean(axis=0), z - z.mean(axis=0)
    U, sizes, _ = np.linalg.svd(z, full_matrices=False)
    U = U[:, sizes > 1e-3 * sizes[0]]
    return np.sum((U.T @ f) ** 2, axis=0) / np.sum(f**2, axis=0)
""",
    },
    "9.3": {
        "the mean over 2000 random orders": """
def cka_by_chance(x, y):
    rng = np.random.default_rng(0)
    orders = (rng.permutation(len(y)) for _ in range(2000))
    return np.mean([spectra.linear_cka(x, y[order]) for order in orders])
""",
        "the numbers of columns in place of the spread of the spectra": """
def cka_by_chance(x, y):
    return np.sqrt(x.shape[1] * y.shape[1]) / (len(x) - 1)
""",
    },
    "9.4": {
        "the first axis of each whole embedding, made orthogonal afterwards": """
def learned_order(Z):
    axes = []
    for z in Z:
        axes.append(np.linalg.svd(z - z.mean(axis=0), full_matrices=False)[2][0])
    return np.linalg.qr(np.array(axes).T)[0]
""",
    },
    "9.5": {
        "the adjusted R², which counts degrees of freedom": """
def r_squared(modes, regressors):
    n, k = regressors.shape
    X = np.column_stack([np.ones(n), regressors])
    left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
    ratio = np.sum(left**2, axis=0) / np.sum((modes - modes.mean(axis=0)) ** 2, axis=0)
    return 1 - ratio * (n - 1) / (n - k - 1)
""",
    },
    "9.6": {
        "the rows of the modes handed out in place of those of the regressors": """
def p_values(modes, regressors, permutations):
    X = np.column_stack([np.ones(len(modes)), regressors])

    def explained(modes):
        left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
        centred = modes - modes.mean(axis=0)
        return 1 - np.sum(left**2, axis=0) / np.sum(centred**2, axis=0)

    largest = np.array([explained(modes[rows]).max() for rows in permutations])
    reached = largest[:, None] >= explained(modes) - 1e-9
    return (1 + reached.sum(axis=0)) / (1 + len(permutations))
""",
        "permutations that leave all rows in place are not counted": """
def p_values(modes, regressors, permutations):
    def explained(x):
        X = np.column_stack([np.ones(len(modes)), x])
        left = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
        centred = modes - modes.mean(axis=0)
        return 1 - np.sum(left**2, axis=0) / np.sum(centred**2, axis=0)

    moved = [rows for rows in permutations if not np.array_equal(rows, np.arange(len(modes)))]
    largest = np.array([explained(regressors[rows]).max() for rows in moved])
    reached = largest[:, None] >= explained(regressors) - 1e-9
    return (1 + reached.sum(axis=0)) / (1 + len(moved))
""",
    },
    "9.7": {
        "the first k columns of the test, whatever the order": """
def probe_curve(modes, y, modes_test, y_test, order):
    classes, out = np.unique(y), []
    targets = 1.0 * (y[:, None] == classes)
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(modes)), modes[:, order[:k]]])
        B = np.linalg.lstsq(X, targets, rcond=None)[0]
        test = np.column_stack([np.ones(len(modes_test)), modes_test[:, :k]])
        out.append(np.mean(classes[np.argmax(test @ B, axis=1)] == y_test))
    return np.array(out)
""",
        "rows of an identity as targets, in which negative labels count from the end": """
def probe_curve(modes, y, modes_test, y_test, order):
    order, out = np.asarray(order), []
    targets = np.eye(max(y.max() + 1, -y.min()))[y]
    for k in range(1, len(order) + 1):
        X = np.column_stack([np.ones(len(modes)), modes[:, order[:k]]])
        B = np.linalg.lstsq(X, targets, rcond=None)[0]
        test = np.column_stack([np.ones(len(modes_test)), modes_test[:, order[:k]]])
        out.append(np.mean(np.argmax(test @ B, axis=1) == y_test))
    return np.array(out)
""",
    },
    "9.8": {
        "the entropy in bits, under an exponential": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def spread(values):
        p = values / values.sum()
        p = p[p > 0]
        return np.exp(-np.sum(p * np.log2(p)))

    return spread(np.sqrt(lam)), spread(lam), lam.sum() ** 2 / np.sum(lam**2)
""",
    },
}

RIGHT = {
    "5.2": {
        "a correlation that is 0 for a zero vector, and the arc cosine": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    rho = np.clip(np.divide(k12, size, out=np.zeros_like(size), where=size > 0), -1, 1)
    rest = np.pi - np.arccos(rho)
    first = a * k12 + (1 - a) ** 2 * size * (np.sqrt(1 - rho**2) + rest * rho) / (2 * np.pi)
    return first, a + (1 - a) ** 2 * rest / (2 * np.pi)
""",
    },
    "6.1": {
        "each view centred on its own mean": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    product = np.cov(x1.T, x2.T, bias=True)[:m, m:]
    return (product + product.T) / temperature
""",
    },
    "6.5": {
        "PyTorch's normalize and its gradient, for rows of 1e-12 or more": """
def through_normalisation(z, g):
    z = torch.tensor(z, requires_grad=True)
    unit = torch.nn.functional.normalize(z, dim=1)
    unit.backward(torch.tensor(g))
    return z.grad.numpy()
""",
    },
    "6.8": {
        "the loss handed to a minimiser, the hinge included": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy.optimize import minimize_scalar

    def loss(s):
        pull = 2 * invariance * (1 - rho) * s**2 + 2 * covariance * (d - 1) * s**4
        return pull + variance * max(0.0, 1 - s)

    best = minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-12}).x
    return 1.0 if loss(1.0) <= loss(best) else best
""",
    },
    "7.2": {
        "the joint mean taken as a constant, whose gradient adds up to nothing": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.detach().mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = (C**2).sum() - 2 * torch.trace(C) + len(C)
    weights = list(model.parameters())
    for weight, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.data.sub_(lr * slope)
    return loss.item()
""",
    },
    "7.5": {
        "SciPy's paired test, and its p-value against the level": """
def paired(a, b, level):
    return (b - a).mean(), stats.sem(b - a), bool(stats.ttest_rel(b, a).pvalue < level)
""",
    },
    "8.4": {
        "an integral over the logit of λ": """
def time_until(lam, gamma, s0, p0):
    c = (p0 - s0) * (p0 + s0)
    start = gamma * s0**2 * p0**2
    first = np.log(start) - np.log1p(-start)

    def pace(x):
        return 1 / (8 * gamma * np.sqrt(c**2 + 4 / gamma / (1 + np.exp(-x))))

    out = []
    for value in lam:
        corners = np.linspace(first, np.log(value) - np.log1p(-value), 30)
        pieces = zip(corners, corners[1:], strict=False)
        out.append(sum(integrate.quad(pace, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in pieces))
    return np.array(out)
""",
    },
    "8.8": {
        "the eigenvectors held, and only C moved between them": """
def own_rates(model, x1, x2):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    lam, v = np.linalg.eigh(C.detach().numpy())
    weights, rates = [w for w in model.parameters() if w.requires_grad], []
    for column in torch.tensor(v[:, ::-1].copy()).T:
        slopes = torch.autograd.grad(column @ C @ column, weights, retain_graph=True)
        rates.append(sum((slope**2).sum().item() for slope in slopes))
    return lam[::-1], np.array(rates) / (4 * lam[::-1])
""",
    },
    "9.3": {
        "the participation ratios of the two spectra": """
def cka_by_chance(x, y):
    def ratio(table):
        return spectra.participation_ratio(spectra.covariance_eigenvalues(table))

    return np.sqrt(ratio(x) * ratio(y)) / (len(x) - 1)
""",
    },
    "9.7": {
        "targets of plus and minus one, and the regression by a pseudoinverse": """
def probe_curve(modes, y, modes_test, y_test, order):
    labels = sorted(set(np.asarray(y).tolist()))
    targets = np.where(np.equal.outer(y, labels), 1.0, -1.0)
    out = np.zeros(len(order))
    for k in range(len(order)):
        columns = list(order)[: k + 1]
        middle = modes[:, columns].mean(axis=0)
        B = np.linalg.pinv(modes[:, columns] - middle) @ targets
        outputs = (modes_test[:, columns] - middle) @ B + targets.mean(axis=0)
        out[k] = sum(labels[j] == t for j, t in zip(outputs.argmax(axis=1), y_test, strict=True))
    return out / len(y_test)
""",
    },
    "9.8": {
        "the logarithms of the shares by scipy's entropy": """
def three_ranks(d, k, delta):
    from scipy import stats

    lam = np.repeat([1.0, delta], [k, d - k])
    entropies = [stats.entropy(np.sqrt(lam)), stats.entropy(lam)]
    return *np.exp(entropies), 1 / np.sum((lam / lam.sum()) ** 2)
""",
    },
}
