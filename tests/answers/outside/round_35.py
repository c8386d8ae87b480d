"""Round 35: 57 wrong and 15 right answers to chapters 1 to 10, three exercises a chapter."""

WRONG = {
    "1.4": {
        "a millionth added to each length, so that a tiny embedding is not of length 1": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / (z.norm(dim=1, keepdim=True) + 1e-6)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "the anchor's similarity with itself lowered by 10, which is not enough when it is hot": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    similar = z @ z.T - 10 * torch.eye(2 * n, dtype=z.dtype)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(similar / temperature, partner)
""",
    },
    "1.6": {
        "the hinge behind the mean of the two views' deviations": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    covariances = [torch.cov(z.T) for z in (z1, z2)]
    deviations = [torch.sqrt(torch.diagonal(K) + eps) for K in covariances]
    invariance = ((z1 - z2) ** 2).mean()
    variance = torch.relu(1 - (deviations[0] + deviations[1]) / 2).mean()
    covariance = sum((K**2).sum() - (torch.diagonal(K) ** 2).sum() for K in covariances) / d
    return invariance, variance, covariance
""",
        "the covariance term divided by the d - 1 others": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    variance = covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variance = variance + torch.relu(1 - torch.sqrt(torch.diagonal(K) + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (torch.diagonal(K) ** 2).sum()) / (d - 1)
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
    },
    "1.8": {
        "counts the steps below one half, also those after the first crossing": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    W = W.detach().clone().requires_grad_()
    losses_, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    values = np.array(values)
    below = (values < 0.5).sum(axis=0)
    return np.array(losses_), values, np.where(below > steps, np.inf, below)
""",
        "singular values of C in place of its eigenvalues": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    W = W.detach().clone().requires_grad_()
    losses_, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        values.append(torch.linalg.svdvals(C.detach()).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    values = np.array(values)
    passed = values >= 0.5
    return np.array(losses_), values, np.where(passed.any(0), passed.argmax(0), np.inf)
""",
    },
    "2.4": {
        "a mode with a negative eigenvalue shrinks as a small one does, whatever its start": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    under = np.where(gamma > 0, lam0 + (1 - lam0) * e, 1.0)
    return np.where(gamma > 0, s0, s0 * np.sqrt(e)) / np.sqrt(under)
""",
        "an eigenvalue that starts above 1 taken for one that is there": """
def singular_values(t, gamma, s0):
    lam0 = np.minimum(gamma * s0**2, 1.0)
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    under = np.where(gamma > 0, lam0 + (1 - lam0) * e, 1 + lam0 * (e - 1))
    return np.where(gamma > 0, s0, s0 * np.sqrt(e)) / np.sqrt(under)
""",
    },
    "2.5": {
        "whatever is no number called never, a start above 1 too": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam0 - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.where(np.isnan(t), np.inf, t)
    return np.maximum(t, 0.0)
""",
        "starts compared with one half whatever the level": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam0 - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(gamma <= 0, np.inf, np.where(lam0 >= 0.5, 0.0, t))
""",
    },
    "2.7": {
        "a copy that is none: np.asarray, then steps in place": """
def descend(gradient, Gamma, W0, lr, steps):
    W = np.asarray(W0, dtype=float)
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]]
    for _ in range(steps):
        W -= lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return np.array(rows)
""",
        "the page's gradient written out, in place of the function that is given": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        C = W @ Gamma @ W.T
        rows.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(C))) @ W @ Gamma
    return np.array(rows)
""",
    },
    "3.1": {
        "exponents capped at 700 against the overflow": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = np.exp(np.minimum(8 * gamma * t[:, None], 700)) * squares
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "a small number on the diagonal, so that Cholesky does not fail": """
def starts(products):
    return np.diag(np.linalg.cholesky(products + 1e-17 * np.eye(len(products))))
""",
        "ratios of determinants, not of their logarithms": """
def starts(products):
    volumes = [1.0]
    for j in range(1, len(products) + 1):
        volumes.append(np.linalg.det(products[:j, :j]))
    volumes = np.array(volumes)
    return np.sqrt(volumes[1:] / volumes[:-1])
""",
    },
    "3.6": {
        "only the pair whose ratio is nearest to 1": """
def largest_start(gamma):
    j = np.argmax(gamma[1:] / gamma[:-1])
    r, s = 1 / gamma[j], 1 / gamma[j + 1]
    wait = (np.log(9) * (r + s) - s * np.log(s) + r * np.log(r)) / (s - r)
    return np.exp(-wait / 2)
""",
        "the next mode begins at one half": """
def largest_start(gamma):
    r = 1 / gamma
    wait = np.log(9) * r[:-1] - r[1:] * np.log(r[1:]) + r[:-1] * np.log(r[:-1])
    return np.exp(-np.max(wait / (r[1:] - r[:-1])) / 2)
""",
    },
    "4.1": {
        "ones on the diagonal, also between two different tables": """
def gaussian(x1, x2, b):
    squares = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    K = np.exp(-np.maximum(squares, 0) / (2 * b**2))
    np.fill_diagonal(K, 1.0)
    return K
""",
        "each table centred on its own mean": """
def gaussian(x1, x2, b):
    x1, x2 = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    squares = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(squares, 0) / (2 * b**2))
""",
    },
    "4.2": {
        "mean of all not added again, and an SVD that sorts by size": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1, keepdims=True)
    U, S, _ = np.linalg.svd(centred)
    return U[:, :d] * np.sqrt(S[:d])
""",
        "centres the caller's kernel in place": """
def kernel_pca(K, d):
    K -= K.mean(axis=0)
    K -= K.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(K)
    return vectors[:, ::-1][:, :d] * np.sqrt(values[::-1][:d])
""",
    },
    "4.6": {
        "the notebook's n for the swap": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    return new @ np.roll(root @ b, n, axis=0) / (len(K) * gamma**1.5)
""",
        "first and second views swapped before the root": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    swapped = np.roll(b, len(K) // 2, axis=0)
    return new @ root @ swapped / (len(K) * gamma**1.5)
""",
    },
    "5.1": {
        "steps relative to each parameter: none where it is 0": """
def tangent_kernel(f, theta, X):
    total = 0
    for p in range(len(theta)):
        h = 1e-5 * abs(theta[p])
        step = np.zeros(len(theta))
        step[p] = h
        J = (f(theta + step, X) - f(theta - step, X)) / (2 * h)
        total = total + J @ J.T
    return total / J.shape[1]
""",
        "moved parameters not put back": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for p in range(len(theta)):
        theta[p] += h
        above = f(theta, X)
        theta[p] -= 2 * h
        J = (above - f(theta, X)) / (2 * h)
        total = total + J @ J.T
    return total / J.shape[1]
""",
    },
    "5.2": {
        "the identity's part taken with the square of the slope": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = a**2 * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    return product, a + (1 - a) ** 2 * p
""",
        "a missing square in the mean of the slopes": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    return product, a + (1 - a) * p
""",
    },
    "5.4": {
        "n taken as the number of rows, which is 2n": """
def network_start(F0, K):
    n, d = F0.shape
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (2 * n * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
        "QR of the columns in ascending order, turned only afterwards": """
def network_start(F0, K):
    n, d = len(F0) // 2, F0.shape[1]
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    gamma, b = np.linalg.eigh(kernels.contrastive_kernel(K))
    gamma, b = gamma[-d:], b[:, -d:]
    columns = F0.T @ np.roll(root @ b, n, axis=0) / (2 * n * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))[::-1]
""",
    },
    "6.1": {
        "one mean of all views in place of the two": """
def operator(x1, x2, temperature):
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
        "not made symmetric": """
def operator(x1, x2, temperature):
    c1, c2 = x1 - x1.mean(axis=0), x2 - x2.mean(axis=0)
    return 2 / temperature * c1.T @ c2 / len(x1)
""",
    },
    "6.6": {
        "the bias taken off as if it had length 1": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (np.eye(len(b)) - np.outer(b, b)) @ W / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
        "the rate of A and not of the eigenvalue, which has it twice": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 2 * gamma / (temperature * length**2)
""",
    },
    "6.9": {
        "who keeps the place decided by variance times agreement": """
def exchange_time(sigma, rho, s0, pull, u):
    if sigma[1] * rho[1] <= sigma[0] * rho[0]:
        return np.inf
    far = np.log(u / (sigma * s0**2)) / sigma
    return (far[1] - far[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "the two logarithms not divided by the variances": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    far = np.log(u / (sigma * s0**2))
    return (far[1] - far[0]) / (4 * pull * (rho[1] - rho[0]))
""",
    },
    "7.2": {
        "a long gradient cut to length 1": """
def train_step(model, x1, x2, lr):
    model.zero_grad()
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
    },
    "7.5": {
        "a mean of 0 without scatter called real": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) >= stats.t.ppf(1 - level / 2, n - 1) * error)
""",
        "degrees of freedom of two separate samples": """
def paired(a, b, level):
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
    },
    "7.6": {
        "parameters saved, running statistics of batch-norm not": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path)
        with torch.no_grad():
            for p, old in zip(model.parameters(), saved["parameters"], strict=True):
                p.copy_(old)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses_ = saved["losses"]
    while len(losses_) < steps:
        losses_.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "parameters": [p.detach() for p in model.parameters()],
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": losses_,
            },
            path,
        )
    return np.array(losses_)
""",
        "losses saved in single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses_ = saved["losses"].tolist()
    while len(losses_) < steps:
        losses_.append(one_step(model, optimizer, generator))
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "losses": torch.tensor(losses_),
        }
        torch.save(state, path)
    return np.array(losses_)
""",
    },
    "8.2": {
        "the head's own start forgotten": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W.T @ W
""",
        "the sum of the squares kept in place of their difference": """
def trunk_square(W, W0, A0):
    return A0 @ A0.T + W0.T @ W0 - W.T @ W
""",
    },
    "8.3": {
        "one half at the end, where the rate is 0": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return np.where(lam == 1, 0.5, (u + p0**2) / (2 * u))
""",
        "the square of the start below the root, not its fourth power": """
def head_share(lam, gamma, p0):
    u = np.sqrt(p0**2 + 4 * lam / gamma)
    return (u + p0**2) / (2 * u)
""",
    },
    "8.7": {
        "an iteration to the fixed point that swings for small eigenvalues": """
def deep_raise(layers, gamma):
    square = 1.0
    for _ in range(1000):
        square = 1 / (gamma * (1 + square) ** (layers - 1))
    return (1 + square) ** (layers - 1)
""",
        "the head counted among the layers below it": """
def deep_raise(layers, gamma):
    def missing(square):
        return gamma * square * (1 + square) ** layers - 1

    square = optimize.brentq(missing, 0, 1 / gamma)
    return (1 + square) ** layers
""",
    },
    "9.1": {
        "the two views centred separately": """
def predicted_functions(h1, h2, d):
    c1, c2 = h1 - h1.mean(axis=0), h2 - h2.mean(axis=0)
    gamma, v = linear.modes((c1.T @ c2 + c2.T @ c1) / (2 * len(h1)), d)
    return np.vstack([c1, c2]) @ v / np.sqrt(gamma)
""",
        "variance 1 in place of a cross-moment of 1": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    c1, c2 = np.split(h, 2)
    _, v = linear.modes((c1.T @ c2 + c2.T @ c1) / len(h), d)
    f = h @ v
    return f / f.std(axis=0)
""",
    },
    "9.4": {
        "only the direction before taken out": """
def learned_order(Z):
    V = []
    for z in Z:
        left = z - z.mean(axis=0)
        if V:
            left = left - np.outer(left @ V[-1], V[-1])
        V.append(np.linalg.svd(left, full_matrices=False)[2][0])
    return np.array(V).T
""",
        "each moment's first axis, made orthogonal to the earlier ones afterwards": """
def learned_order(Z):
    V = np.zeros((Z.shape[2], 0))
    for z in Z:
        axis = np.linalg.svd(z - z.mean(axis=0), full_matrices=False)[2][0]
        axis = axis - V @ (V.T @ axis)
        V = np.column_stack([V, axis / np.linalg.norm(axis)])
    return V
""",
    },
    "9.6": {
        "modes permuted in place of the regressors": """
def p_values(modes, regressors, permutations):
    def explained(y):
        X = np.column_stack([np.ones(len(y)), regressors])
        rest = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
        return 1 - (rest**2).sum(axis=0) / ((y - y.mean(axis=0)) ** 2).sum(axis=0)

    largest = np.array([explained(modes[rows]).max() for rows in permutations])
    above = largest[:, None] >= explained(modes) - 1e-9
    return (1 + above.sum(axis=0)) / (1 + len(permutations))
""",
        "a mode held against the modes that are explained no better than itself": """
def p_values(modes, regressors, permutations):
    def explained(x):
        X = np.column_stack([np.ones(len(x)), x])
        rest = modes - X @ np.linalg.lstsq(X, modes, rcond=None)[0]
        return 1 - (rest**2).sum(axis=0) / ((modes - modes.mean(axis=0)) ** 2).sum(axis=0)

    observed = explained(regressors)
    null = np.array([explained(regressors[rows]) for rows in permutations])
    p, last = np.zeros(len(observed)), 0.0
    order = np.argsort(-observed)
    for place, j in enumerate(order):
        largest = null[:, order[place:]].max(axis=1)
        count = (largest >= observed[j] - 1e-9).sum()
        last = max(last, (1 + count) / (1 + len(permutations)))
        p[j] = last
    return p
""",
    },
    "10.3": {
        "Cholesky's factor from the wrong side": """
def final_weights(Gamma, P, d):
    L = np.linalg.cholesky(P)
    rates, v = linear.modes(L @ Gamma @ L.T, d)
    return (v / np.sqrt(rates)).T @ L
""",
        "an SVD, which takes modes with large negative eigenvalues too": """
def final_weights(Gamma, P, d):
    values, vectors = np.linalg.eigh(P)
    root = vectors * np.sqrt(values) @ vectors.T
    U, S, _ = np.linalg.svd(root @ Gamma @ root)
    return (U[:, :d] / np.sqrt(S[:d])).T @ root
""",
    },
    "10.5": {
        "weights from the parts, so that their signs are lost": """
def end_of_one(gamma, w0, rho):
    rates = gamma / (gamma + rho)
    parts = gamma * w0**2

    def log_lam(T):
        return logsumexp(8 * rates * T, b=parts)

    bound = 2 * abs(log_lam(0.0)) / (8 * rates.min()) + 1
    T = brentq(log_lam, -bound, bound)
    with np.errstate(divide="ignore"):
        return np.sqrt(np.exp(np.log(parts) + 8 * rates * T) / gamma)
""",
    },
    "10.7": {
        "nan made infinite by nan_to_num, which makes infinity finite": """
def muon_steps(gamma, s0, lr):
    with np.errstate(all="ignore"):
        steps = ((2 * gamma) ** -0.5 - s0) / lr
    return np.maximum(np.nan_to_num(steps, nan=np.inf), 0.0)
""",
        "the whole way from 0, whatever the start": """
def muon_steps(gamma, s0, lr):
    with np.errstate(all="ignore"):
        steps = (2 * gamma) ** -0.5 / lr
    steps = np.where(gamma > 0, steps, np.inf)
    return np.where(gamma * s0**2 >= 0.5, 0.0, steps)
""",
    },
}

RIGHT = {
    "1.4": {
        "an object that is called, anchor by anchor": """
class Anchors:
    def __call__(self, z1, z2, temperature=0.5):
        rows = [row / row.norm() for row in torch.cat([z1, z2])]
        n, paid = len(z1), 0.0
        for a, anchor in enumerate(rows):
            alike = torch.stack([anchor @ other for other in rows]) / temperature
            others = torch.cat([alike[:a], alike[a + 1 :]])
            paid = paid + torch.logsumexp(others, 0) - alike[(a + n) % (2 * n)]
        return paid / (2 * n)


nt_xent = Anchors()
""",
    },
    "2.4": {
        "one formula for all signs, its exponent held within what a float holds": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    e = np.exp(np.clip(-8 * np.outer(t, gamma), -700, 700))
    return s0 / np.sqrt(lam0 + (1 - lam0) * e)
""",
    },
    "2.7": {
        "states accumulated by itertools, eigenvalues of all of them at once": """
def descend(gradient, Gamma, W0, lr, steps):
    from itertools import accumulate

    def step(W, _):
        return W - lr * gradient(W, Gamma)

    path = np.array(list(accumulate(range(steps), step, initial=np.array(W0))))
    return np.linalg.eigvalsh(path @ Gamma @ path.transpose(0, 2, 1))[:, ::-1]
""",
    },
    "3.1": {
        "the largest eigenvalue taken off": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = np.sum((W0 @ modes) ** 2, axis=0)
    grown = np.exp(8 * (gamma - gamma[0]) * t[:, None]) * squares
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "a softmax of logarithms": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    with np.errstate(divide="ignore"):
        logs = np.log(np.sum((W0 @ modes) ** 2, axis=0))
    return special.softmax(8 * np.outer(t, gamma) + logs, axis=1)
""",
    },
    "3.2": {
        "pivots of an elimination without exchanges": """
def starts(products):
    left, squares = np.array(products, dtype=float), []
    while len(left):
        squares.append(left[0, 0])
        left = left[1:, 1:] - np.outer(left[1:, 0], left[0, 1:]) / left[0, 0]
    return np.sqrt(squares)
""",
    },
    "4.2": {
        "mean of all not added, which moves nothing but an eigenvalue below 0": """
def kernel_pca(K, d):
    nearly = K - K.mean(axis=0) - K.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(nearly)
    return vectors[:, ::-1][:, :d] * np.sqrt(values[::-1][:d])
""",
    },
    "5.2": {
        "a leaky unit as two ReLUs that look in opposite directions": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    apart = np.arctan2(r, k12) / (2 * np.pi)
    same, opposite = 0.5 - apart, apart
    along = r / (2 * np.pi) + same * k12
    across = r / (2 * np.pi) - opposite * k12
    product = (1 + a**2) * along - 2 * a * across
    return product, (1 + a**2) * same + 2 * a * opposite
""",
    },
    "7.2": {
        "gradients cleared after the step": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    model.zero_grad()
    return loss.item()
""",
        "gradient of the embeddings by hand, the rest by backward": """
def train_step(model, x1, x2, lr):
    model.zero_grad()
    z = model(torch.cat([x1, x2]))
    with torch.no_grad():
        a, b = (z - z.mean(dim=0)).chunk(2)
        E = (a.T @ b + b.T @ a) / len(z) - torch.eye(z.shape[1], dtype=z.dtype)
        by_hand = torch.cat([b @ E, a @ E]) * 2 / len(a)
    z.backward(by_hand)
    with torch.no_grad():
        for p in model.parameters():
            p.sub_(p.grad, alpha=lr)
    return float((E**2).sum())
""",
    },
    "7.5": {
        "the test of SciPy": """
def paired(a, b, level):
    difference = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    with np.errstate(all="ignore"):
        test = stats.ttest_1samp(difference, 0.0)
    return float(difference.mean()), float(stats.sem(difference)), bool(test.pvalue < level)
""",
    },
    "8.7": {
        "Newton's method for the logarithm of the growth": """
def deep_raise(layers, gamma):
    y = -np.log(gamma)
    for _ in range(100):
        value = np.log(gamma) + y + (layers - 1) * np.logaddexp(0, y)
        y = y - value / (1 + (layers - 1) / (1 + np.exp(-y)))
    return float(np.exp((layers - 1) * np.logaddexp(0, y)))
""",
    },
    "9.1": {
        "eigenvectors between the views, which are not symmetric": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    K = h @ h.T
    values, a = np.linalg.eig(np.roll(K, len(h1), axis=0) / len(h))
    f = K @ a[:, np.argsort(-values.real)[:d]].real
    first, second = np.split(f, 2)
    return f / np.sqrt(2 * (first * second).sum(axis=0) / len(h))
""",
    },
    "10.3": {
        "a generalised eigenproblem with the inverse of P": """
def final_weights(Gamma, P, d):
    from scipy.linalg import eigh

    values, v = eigh(Gamma, np.linalg.inv(P))
    return (v[:, ::-1][:, :d] / np.sqrt(values[::-1][:d])).T
""",
    },
    "10.5": {
        "the exponential of T at every mode": """
def end_of_one(gamma, w0, rho):
    rates = gamma / (gamma + rho)

    def log_lam(T):
        return logsumexp(8 * rates * T, b=gamma * w0**2)

    bound = 2 * abs(log_lam(0.0)) / (8 * rates.min()) + 1
    T = brentq(log_lam, -bound, bound)
    return w0 * np.exp(4 * rates * T)
""",
    },
}
