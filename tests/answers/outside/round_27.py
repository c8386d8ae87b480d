"""Round 27: 60 wrong and 14 right answers to chapters 1 to 9, from the blank notebooks alone."""

WRONG = {
    "1.1": {
        "w and its mirror image are two directions": """
eigenvalues_left = 2
""",
        "one direction is lost to the shared mean": """
eigenvalues_left = 7
""",
    },
    "1.2": {
        "ε as a floor of the variance": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        z = z - z.mean(0)
        return z / (z**2).mean(0).clamp(min=1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        "the upper triangle stands for both": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5)

    C = unit(z1).T @ unit(z2) / len(z1)
    above = torch.triu(C, diagonal=1)
    return ((1 - torch.diag(C)) ** 2).sum() + 2 * lam * (above**2).sum()
""",
    },
    "1.4": {
        "the partner is left out below": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = z @ z.T / temperature
    partner = torch.arange(2 * n).roll(n)
    others = torch.ones_like(s, dtype=torch.bool)
    others[torch.arange(2 * n), torch.arange(2 * n)] = False
    others[torch.arange(2 * n), partner] = False
    below = torch.logsumexp(s.masked_fill(~others, -torch.inf), dim=1)
    return (below - s[torch.arange(2 * n), partner]).mean()
""",
        "the anchor gets the least cosine, −1": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = z @ z.T
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), -1.0)
    target = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s / temperature, target)
""",
    },
    "1.8": {
        "the steps below one half are counted": """
def staircase(x1, x2, W, lr, steps):
    losses, eigenvalues = [], []
    W = W.detach().clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    eigenvalues = np.array(eigenvalues)
    below = (eigenvalues < 0.5).sum(axis=0)
    first = np.where(below == steps + 1, np.inf, below)
    return np.array(losses), eigenvalues, first
""",
        "singular values for eigenvalues": """
def staircase(x1, x2, W, lr, steps):
    losses, values = [], []
    w = W.clone().requires_grad_()
    for _ in range(steps + 1):
        z1, z2 = x1 @ w.T, x2 @ w.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = torch.linalg.norm(C - torch.eye(len(C), dtype=C.dtype)) ** 2
        losses.append(loss.item())
        values.append(torch.linalg.svdvals(C).detach().numpy())
        (slope,) = torch.autograd.grad(loss, w)
        w = (w - lr * slope).detach().requires_grad_()
    values = np.array(values)
    over = values >= 0.5
    first = np.where(over.any(axis=0), over.argmax(axis=0), np.inf)
    return np.array(losses), values, first
""",
    },
    "2.4": {
        "exponents cut off at ±30": """
def singular_values(t, gamma, s0):
    lam = gamma * s0**2
    growth = np.exp(np.clip(8 * np.outer(t, gamma), -30, 30))
    return s0 * np.sqrt(growth / (1 + lam * (growth - 1)))
""",
        "a small γ counts as 0": """
def singular_values(t, gamma, s0):
    lam = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    up = s0 / np.sqrt(np.where(gamma > 0, lam + (1 - lam) * e, 1))
    down = s0 * np.sqrt(e / np.where(gamma < 0, 1 + lam * (e - 1), 1))
    return np.where(np.abs(gamma) < 1e-3, s0, np.where(gamma > 0, up, down))
""",
    },
    "2.5": {
        "s itself is held against the level": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.where(gamma > 0, t, np.inf)
    return np.where((gamma > 0) & (s0 >= level), 0.0, t)
""",
        "what is no number never passes": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log(level / (1 - level) * (1 - lam) / lam) / (8 * gamma)
    t = np.nan_to_num(t, nan=np.inf, posinf=np.inf, neginf=np.inf)
    t[gamma <= 0] = np.inf
    return np.maximum(t, 0)
""",
    },
    "2.6": {
        "the norm and not its square": """
plateaus = (2.2, 1.7, 1.4)
""",
        "modes that cannot grow cost nothing": """
plateaus = (3.0, 1.0, 0.0)
""",
    },
    "3.1": {
        "exponents cut off at 700": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = squares * np.exp(np.minimum(8 * np.outer(t, gamma), 700))
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "the largest |γ| taken out": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = ((W0 @ modes) ** 2).sum(axis=0)
    grown = squares * np.exp(8 * np.outer(t, gamma - np.abs(gamma).max()))
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "a little on the diagonal, to be safe": """
def starts(products):
    safe = products + 1e-12 * np.eye(len(products))
    return np.diag(np.linalg.cholesky(safe))
""",
        "what all other modes leave": """
def starts(products):
    return 1 / np.sqrt(np.diag(np.linalg.inv(products)))
""",
    },
    "3.4": {
        "the third mode is still to come": """
ending = (3, 1.0, 12)
""",
        "the norm and not its square": """
ending = (3, 0.0, 3)
""",
    },
    "3.6": {
        "only the pair with the ratio nearest to 1": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    j = np.argmin(r[1:] / r[:-1])
    a, b = r[j], r[j + 1]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell / 2)
""",
        "log λ in place of the log odds": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    after, before = np.log(0.9 / 0.5), np.log(0.5 / 0.1)
    ell = (after * a + before * b - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max() / 2)
""",
    },
    "4.2": {
        "coordinates centred at the end": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K)
    coordinates = vectors[:, ::-1][:, :d] * np.sqrt(values[::-1][:d])
    return coordinates - coordinates.mean(axis=0)
""",
        "PCA of the kernel's rows": """
def kernel_pca(K, d):
    rows = K - K.mean(axis=0)
    U, S, _ = np.linalg.svd(rows, full_matrices=False)
    return U[:, :d] * S[:d]
""",
    },
    "4.6": {
        "modes of the largest |γ|": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    b, gamma, _ = np.linalg.svd(root @ swapped / len(K))
    return new @ swapped @ b[:, :d] / (len(K) * gamma[:d] ** 1.5)
""",
        "scaled so that training views have mean square 1": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    _, b = linear.modes(root @ swapped / len(K), d)
    weights = swapped @ b
    return new @ weights / np.sqrt(((K @ weights) ** 2).mean(axis=0))
""",
    },
    "4.7": {
        "the angle between the views is uniform": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "the mean by eight Gauss points": """
def circle_gamma(c, delta):
    node, weight = np.polynomial.legendre.leggauss(8)
    k = np.arange(len(c))[:, None]
    mean = (np.cos(k * delta * node) * weight).sum(axis=1) / 2
    return c * mean**2
""",
    },
    "5.1": {
        "each parameter moved in proportion to itself": """
def tangent_kernel(f, theta, X):
    total = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        h = 1e-5 * theta[p]
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        J = (f(up, X) - f(down, X)) / (2 * h)
        total += J @ J.T
    return total / J.shape[1]
""",
        "the gradient of the sum of the outputs": """
def tangent_kernel(f, theta, X):
    h, columns = 1e-5, []
    for step in h * np.eye(len(theta)):
        columns.append((f(theta + step, X) - f(theta - step, X)).sum(axis=1) / (2 * h))
    J = np.array(columns).T
    return J @ J.T / f(theta, X).shape[1]
""",
    },
    "5.3": {
        "the share of units on from the layer's new K": """
def wide_kernels(X, depth, W_std, b_std):
    def means(K):
        a, b = np.diag(K)[:, None], np.diag(K)[None]
        r = np.sqrt(np.maximum(a * b - K**2, 0))
        share = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        return r / (2 * np.pi) + share * K, share

    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        K = W_std**2 * means(K)[0] + b_std**2
        Theta = K + W_std**2 * means(K)[1] * Theta
    return K, Theta
""",
        "no bias in the readout": """
def wide_kernels(X, depth, W_std, b_std):
    def means(K):
        a, b = np.diag(K)[:, None], np.diag(K)[None]
        r = np.sqrt(np.maximum(a * b - K**2, 0))
        share = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        return r / (2 * np.pi) + share * K, share

    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    for layer in range(depth):
        product, share = means(K)
        K = W_std**2 * product
        if layer < depth - 1:
            K = K + b_std**2
        Theta = K + W_std**2 * share * Theta
    return K, Theta
""",
    },
    "5.7": {
        "the integral up to the step of mode 1": """
def seeded_step(gamma, s0, coupling):
    end = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, end, 4001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
        "the later of the two step times": """
def seeded_step(gamma, s0, coupling):
    end = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * end, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma, np.array([s0[0], s0[1] + seed])).max()
""",
    },
    "6.2": {
        "0 only from the whole plateau on": """
def half_times(gamma, rho, s0, temperature):
    plateau = temperature * rho**2
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = temperature * np.log(plateau / lam - 1) / (4 * gamma)
    t = np.where((gamma > 0) & (s0 > 0), t, np.inf)
    return np.where(lam >= plateau, 0.0, t)
""",
        "times in the order in which they come": """
def half_times(gamma, rho, s0, temperature):
    times = []
    for g, r, s in zip(gamma, rho, s0):
        start, plateau = g * s**2, temperature * r**2
        if start <= 0:
            times.append(np.inf)
        elif start >= plateau / 2:
            times.append(0.0)
        else:
            times.append(np.log(plateau / start - 1) * temperature / (4 * g))
    return np.array(sorted(times))
""",
    },
    "6.3": {
        "n − 1 in the moment of the differences too": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = (x1 - x2).T @ (x1 - x2) / (len(x1) - 1)
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "the mean over dimensions in one term only": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    return variance / (d * np.sqrt(eps)) * S - 2 * invariance * D
""",
    },
    "6.4": {
        "Barlow Twins takes the best agreement": """
winners = (3, 1, 3)
""",
        "a large invariance is Barlow Twins again": """
winners = (2, 1, 2)
""",
    },
    "6.8": {
        "an agreement below 0 counts as 0": """
def copies_std(rho, d, invariance, variance, covariance):
    rho = max(rho, 0.0)
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return min(1.0, real[real > 0].min())
""",
        "the diagonal among the pairs": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * d, 0, 4 * invariance * (1 - rho), -variance])
    return min(1.0, max(roots.real))
""",
    },
    "7.3": {
        "the largest value ever in place of the last of curve 1": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-np.asarray(eigenvalues), axis=1)
    last, first = curves[-1], curves[0]
    times = np.array(
        [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    )
    return np.where((last >= share * curves.max()) & (first < last / 2), times, np.nan)
""",
        "the first value against half of curve 1": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last[0] / 2)
    times = np.full(len(last), np.nan)
    for j in np.flatnonzero(learned):
        times[j] = spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0]
    return times
""",
    },
    "7.6": {
        "the losses kept as a float32 tensor": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        losses = state["losses"].tolist()
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": torch.tensor(losses),
            },
            path,
        )
    return np.array(losses)
""",
        "a finished run only hands out its losses": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        state = torch.load(path, weights_only=False)
        losses = state["losses"]
        if len(losses) >= steps:
            return np.array(losses)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": losses,
            },
            path,
        )
    return np.array(losses)
""",
    },
    "7.7": {
        "a product for each number of the input": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * before**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    each = 6 * pictures * np.maximum(work, fetch)
    return each.sum(), each[fetch > work].sum() / each.sum()
""",
        "only the time in which nothing is calculated": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * after**2 / peak
    fetch = 2 * (i * before**2 + o * after**2) / bandwidth
    total = np.maximum(work, fetch).sum()
    return 6 * pictures * total, np.maximum(fetch - work, 0).sum() / total
""",
    },
    "8.2": {
        "each feature keeps its directions": """
def trunk_square(W, W0, A0):
    gained = (W**2).sum(axis=0) - (W0**2).sum(axis=0)
    return A0 @ A0.T + np.diag(gained)
""",
        "the square of what the head has gained": """
def trunk_square(W, W0, A0):
    gained = W - W0
    return A0 @ A0.T + gained.T @ gained
""",
    },
    "8.7": {
        "the start is forgotten and all layers end alike": """
def deep_raise(layers, gamma):
    return gamma ** (-(layers - 1) / layers)
""",
        "a root sought between 0 and 10": """
def deep_raise(layers, gamma):
    def excess(square):
        return gamma * square * (1 + square) ** (layers - 1) - 1

    square = optimize.brentq(excess, 0, 10, xtol=1e-14)
    return (1 + square) ** (layers - 1)
""",
    },
    "8.8": {
        "all weights made to have gradients": """
def own_rates(model, x1, x2):
    for p in model.parameters():
        p.requires_grad_(True)
    weights = list(model.parameters())
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        rates.append(sum((g**2).sum() for g in slopes) / (4 * value))
    return lam.detach(), torch.stack(rates).detach()
""",
        "lengths of the layers' gradients added": """
def own_rates(model, x1, x2):
    weights = [p for p in model.parameters() if p.requires_grad]
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    rates = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        length = sum(g.norm() for g in slopes)
        rates.append((length**2 / (4 * value)).item())
    return lam.detach().numpy(), np.array(rates)
""",
    },
    "9.4": {
        "axis j of moment j, made orthogonal at the end": """
def learned_order(Z):
    axes = []
    for j, z in enumerate(Z):
        z = z - z.mean(axis=0)
        axes.append(np.linalg.svd(z, full_matrices=False)[2][j])
    return np.linalg.qr(np.array(axes).T)[0]
""",
        "the mean over moments taken out": """
def learned_order(Z):
    Z = Z - Z.mean(axis=0)
    d = len(Z)
    V = np.zeros((d, 0))
    for z in Z:
        left = z - z @ V @ V.T
        V = np.column_stack([V, np.linalg.eigh(left.T @ left)[1][:, -1]])
    return V
""",
    },
    "9.6": {
        "the modes are handed out": """
def p_values(modes, regressors, permutations):
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes[rows], regressors).max() for rows in permutations])
    count = (largest[:, None] >= observed - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(permutations))
""",
        "each order counted once": """
def p_values(modes, regressors, permutations):
    orders = np.unique(permutations, axis=0)
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in orders])
    count = (largest[:, None] >= observed - 1e-9).sum(axis=0)
    return (1 + count) / (1 + len(orders))
""",
    },
    "9.7": {
        "labels as rows of an identity": """
def probe_curve(modes, y, modes_test, y_test, order):
    targets = np.eye(y.max() + 1)[y]
    scores = []
    for k in range(1, len(order) + 1):
        chosen = list(order[:k])
        x = np.column_stack([np.ones(len(y)), modes[:, chosen]])
        x_test = np.column_stack([np.ones(len(y_test)), modes_test[:, chosen]])
        B = np.linalg.lstsq(x, targets, rcond=None)[0]
        scores.append(np.mean((x_test @ B).argmax(axis=1) == y_test))
    return np.array(scores)
""",
        "scikit-learn's binarizer, which has one column for two classes": """
def probe_curve(modes, y, modes_test, y_test, order):
    from sklearn.linear_model import LinearRegression
    from sklearn.preprocessing import LabelBinarizer

    coder = LabelBinarizer()
    targets = coder.fit_transform(y)
    scores = []
    for k in range(1, len(order) + 1):
        fit = LinearRegression().fit(modes[:, order[:k]], targets)
        outputs = fit.predict(modes_test[:, order[:k]])
        scores.append((coder.classes_[outputs.argmax(axis=1)] == y_test).mean())
    return np.array(scores)
""",
    },
}

RIGHT = {
    "1.2": {
        "an entry of C at a time": """
def barlow_twins(z1, z2, lam=0.0051):
    def columns(z):
        return [(c - c.mean()) / (((c - c.mean()) ** 2).mean() + 1e-5) ** 0.5 for c in z.unbind(1)]

    total = 0
    for i, a in enumerate(columns(z1)):
        for j, b in enumerate(columns(z2)):
            c = (a * b).mean()
            total = total + ((1 - c) ** 2 if i == j else lam * c**2)
    return total
""",
    },
    "1.4": {
        "views of a picture stacked beside each other": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.stack([z1, z2], dim=1).flatten(0, 1)
    z = z / torch.linalg.vector_norm(z, dim=1, keepdim=True)
    total = 0
    for a in range(len(z)):
        s = torch.cat([z[:a], z[a + 1 :]]) @ z[a] / temperature
        partner = (z[a] * z[a ^ 1]).sum() / temperature
        total = total + torch.logsumexp(s, 0) - partner
    return total / len(z)
""",
    },
    "1.8": {
        "in NumPy, with the gradient by hand": """
def staircase(x1, x2, W, lr, steps):
    a, b = np.array(x1), np.array(x2)
    Gamma = (a.T @ b + b.T @ a) / (2 * len(a))
    w, eye = np.array(W), np.eye(len(W))
    losses, eigenvalues = [], []
    passed = [np.inf] * len(w)
    for k in range(steps + 1):
        C = w @ Gamma @ w.T
        losses.append(np.linalg.norm(C - eye) ** 2)
        lam = np.linalg.eigvalsh(C)[::-1]
        eigenvalues.append(lam)
        passed = [min(p, k) if v >= 0.5 else p for p, v in zip(passed, lam)]
        w = w - 4 * lr * (C - eye) @ w @ Gamma
    return np.array(losses), np.array(eigenvalues), np.array(passed)
""",
    },
    "2.4": {
        "one formula with a capped exponent": """
def singular_values(t, gamma, s0):
    grown = np.exp(np.minimum(8 * np.multiply.outer(t, gamma), 650))
    return s0 * (grown / (1 + gamma * s0**2 * (grown - 1))) ** 0.5
""",
    },
    "2.5": {
        "logits, a mode at a time": """
def step_times(gamma, s0, level=0.5):
    import math

    def one(g, s):
        lam = g * s * s
        if lam >= level:
            return 0
        if lam <= 0:
            return math.inf
        start = math.log(lam) - math.log1p(-lam)
        return (math.log(level) - math.log1p(-level) - start) / (8 * g)

    return np.array([one(float(g), float(s)) for g, s in zip(gamma, s0)])
""",
    },
    "3.2": {
        "elimination, by recursion": """
def starts(products):
    products = np.asarray(products)
    first = products[0, 0]
    if len(products) == 1:
        return np.array([first**0.5])
    left = products[1:, 1:] - np.outer(products[1:, 0], products[0, 1:]) / first
    return np.concatenate([[first**0.5], starts(left)])
""",
    },
    "4.6": {
        "eigenvectors of PK, without a root": """
def embed(new, K, d):
    size = len(K)
    values, vectors = np.linalg.eig(np.roll(K, size // 2, axis=0) / size)
    order = np.argsort(-values.real)[:d]
    gamma, a = values.real[order], vectors[:, order].real
    return new @ a / np.sqrt(gamma * np.einsum("ij,ik,kj->j", a, K, a))
""",
    },
    "5.7": {
        "the integral over the log odds of mode 1": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = (float(g) for g in gamma)
    lam = g1 * s0[0] ** 2
    start = np.log(lam / (1 - lam))
    x = np.linspace(start, 45, 200_001)
    on = 1 / (1 + np.exp(-x))
    off = 1 / (1 + np.exp(x))
    value = np.sqrt(on / g1) * off * np.exp(-g2 * (x - start) / (2 * g1)) / (8 * g1)
    seed = 4 * coupling * np.sum((value[1:] + value[:-1]) / 2) * (x[1] - x[0])
    lam2 = g2 * (s0[1] + seed) ** 2
    return max(0.0, np.log(1 / lam2 - 1) / (8 * g2)) if lam2 < 1 else 0.0
""",
    },
    "6.8": {
        "the loss itself made smallest": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy.optimize import minimize_scalar

    def cost(s):
        hinge = variance * max(0, 1 - s)
        return 2 * invariance * (1 - rho) * s**2 + hinge + 2 * covariance * (d - 1) * s**4

    found = minimize_scalar(cost, bounds=(0, 1), method="bounded", options={"xatol": 1e-12})
    return 1.0 if cost(1.0) <= found.fun else found.x
""",
    },
    "7.3": {
        "lists and a logarithm at a time": """
def read_steps(t, eigenvalues, share):
    from math import exp, log, nan

    rows = [sorted((float(v) for v in row), reverse=True) for row in eigenvalues]
    times = []
    for curve in zip(*rows):
        half = curve[-1] / 2
        if curve[-1] < share * rows[-1][0] or not curve[0] < half:
            times.append(nan)
            continue
        k = next(i for i, value in enumerate(curve) if value >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        early, late = float(t[k - 1]), float(t[k])
        if early == 0:
            times.append(part * late)
        else:
            times.append(exp(log(early) + part * (log(late) - log(early))))
    return np.array(times)
""",
    },
    "8.7": {
        "roots of a polynomial": """
def deep_raise(layers, gamma):
    below = np.poly1d([1.0, 1.0]) ** (layers - 1)
    roots = (gamma * np.poly1d([1.0, 0.0]) * below - 1).roots
    real = roots[np.abs(roots.imag) < 1e-6 * np.abs(roots)].real
    return below(real[real > 0].min())
""",
    },
    "9.4": {
        "in a basis of what is still free": """
def learned_order(Z):
    d = len(Z)
    free, found = np.eye(d), []
    for z in Z:
        covariance = np.atleast_2d(np.cov((z @ free).T))
        axes = np.linalg.eigh(covariance)[1]
        found.append(free @ axes[:, -1])
        free = free @ axes[:, :-1]
    return np.stack(found, axis=1)
""",
    },
    "9.6": {
        "projections, with a running count": """
def p_values(modes, regressors, permutations):
    y = modes - modes.mean(axis=0)
    y = y / np.linalg.norm(y, axis=0)
    x = regressors - regressors.mean(axis=0)
    Q = np.linalg.qr(x / np.linalg.norm(x, axis=0))[0]
    observed = ((Q.T @ y) ** 2).sum(axis=0)
    count = np.ones(len(observed))
    for rows in permutations:
        count += ((Q[rows].T @ y) ** 2).sum(axis=0).max() > observed - 1e-9
    return list(count / (1 + len(permutations)))
""",
    },
    "9.7": {
        "scikit-learn's regression on columns of zeros and ones": """
def probe_curve(modes, y, modes_test, y_test, order):
    from sklearn.linear_model import LinearRegression

    labels = sorted(set(np.asarray(y).tolist()))
    targets = np.array([[float(label == known) for known in labels] for label in y])
    curve = []
    for k in range(len(order)):
        columns = [int(c) for c in order[: k + 1]]
        model = LinearRegression().fit(modes[:, columns], targets)
        places = np.argmax(model.predict(modes_test[:, columns]), axis=1)
        guesses = [labels[place] for place in places]
        curve.append(sum(a == b for a, b in zip(guesses, y_test)) / len(y_test))
    return np.array(curve)
""",
    },
}
