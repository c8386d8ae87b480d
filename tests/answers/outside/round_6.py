"""Round 6: 58 wrong and 14 right answers, written from the blank notebooks and pages alone."""

# Two of the right ones were meant to be wrong: 1.7 asks for more rows than columns, and 7.2 leaves
# open when gradients are cleared.
WRONG = {
    "1.3": {
        "charges each superfluous copy once, not each pair": """
def copies_loss(d, k, lam):
    g = d // k
    return lam * k * (g - 1)
""",
        "takes k diagonal ones off the blocks instead of d": """
def copies_loss(d, k, lam):
    ones = k * (d / k) ** 2  # all entries of C that are not 0
    return lam * (ones - k)
""",
    },
    "1.4": {
        "partner of an interleaved stack, though the views are stacked": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    partner = torch.arange(len(z)) ^ 1
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "lengths taken as constants, so that only the gradient is wrong": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    with torch.no_grad():
        length = z.norm(dim=1, keepdim=True)
    z = z / length
    n = len(z1)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(logits, partner)
""",
    },
    "1.5": {
        "other points taken as opposite, not orthogonal": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    elsewhere = 2 * n - 1 - own
    return np.log(own + elsewhere * np.exp(-2 / temperature))
""",
        "mean over the candidates in place of their sum": """
def cluster_loss(n, k, temperature):
    similarity = np.zeros(2 * n - 1)
    similarity[: 2 * n // k - 1] = 1
    logits = similarity / temperature
    return np.log(np.mean(np.exp(logits - 1 / temperature)))
""",
    },
    "1.6": {
        "hinge after the mean over the dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T).reshape(d, d)
        std = torch.sqrt(torch.diagonal(K) + eps)
        variance = variance + torch.relu(1 - std.mean()) / 2
        covariance = covariance + ((K**2).sum() - (torch.diagonal(K) ** 2).sum()) / d
    return invariance, variance, covariance
""",
        "invariance of the centred views": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    z1 = z1 - z1.mean(0)
    z2 = z2 - z2.mean(0)
    invariance = torch.nn.functional.mse_loss(z1, z2)
    K1, K2 = z1.T @ z1 / (n - 1), z2.T @ z2 / (n - 1)
    v1, v2 = torch.diagonal(K1), torch.diagonal(K2)
    variance = (torch.relu(1 - (v1 + eps).sqrt()) + torch.relu(1 - (v2 + eps).sqrt())).mean() / 2
    covariance = ((K1**2).sum() - (v1**2).sum() + (K2**2).sum() - (v2**2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "absolute threshold for dead directions, so a tiny embedding is dead altogether": """
def spectrum(z):
    c = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    alive = eigenvalues[eigenvalues > 1e-12]
    p = alive / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "2.1": {
        "moment of the averaged views": """
def cross_moment(x1, x2):
    x = (x1 + x2) / 2
    return x.T @ x / len(x)
""",
        "upper triangle copied to the lower one in place of the symmetric part": """
def cross_moment(x1, x2):
    M = x1.T @ x2 / len(x1)
    return np.triu(M) + np.triu(M, 1).T  # symmetric
""",
    },
    "2.6": {
        "modes below zero left out of the loss": """
plateaus = (3.0, 1.0, 0.0)
""",
        "every s grows to 1, so lambda ends at gamma": """
plateaus = (5.0, 3.5, 3.3)
""",
    },
    "2.7": {
        "singular values of C, so that negative eigenvalues lose their sign": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    record = []
    for _ in range(steps + 1):
        record.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))  # largest first
        W = W - lr * gradient(W, Gamma)
    return np.array(record)
""",
        "stops when a step is small, which it is at a tiny start": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    result = np.zeros((steps + 1, len(W0)))
    result[0] = np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
    for k in range(1, steps + 1):
        step = lr * gradient(W, Gamma)
        if np.linalg.norm(step) < 1e-8:  # converged
            result[k:] = result[k - 1]
            break
        W = W - step
        result[k] = np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
    return result
""",
    },
    "3.4": {
        "modes numbered from 0": """
ending = (2, 0.0, 12)
""",
        "mode 2 still charged in the loss, although there are two dimensions only": """
ending = (3, 1.0, 12)
""",
    },
    "3.6": {
        "both waits with the rate of the earlier mode": """
def largest_start(gamma):
    r = 1 / gamma
    a, b = r[:-1], r[1:]
    ell = (2 * np.log(9) * a - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max() / 2)
""",
        "only the pair with the smallest gap between its gammas": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])  # the closest pair decides
    a, b = 1 / gamma[j], 1 / gamma[j + 1]
    ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell / 2)
""",
    },
    "3.7": {
        "largest absolute value, which may belong to a mode below zero": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-12, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
        "series to second order in place of the root": """
def largest_rate(gamma, late):
    # x / log(1 + x) = 1 + x/2 - x^2/12
    x = 3 - np.sqrt(9 - 12 * late)
    return x / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "turns the inputs instead of the embedding": """
def distance(W, target):
    U, _, Vt = np.linalg.svd(W.T @ target)
    return np.linalg.norm(W @ (U @ Vt) - target)
""",
        "both brought to triangular form and then compared": """
def distance(W, target):
    def canonical(M):  # the same for all rotations of M
        R = np.linalg.qr(M, mode="r")
        return np.sign(np.diag(R))[:, None] * R

    return np.linalg.norm(canonical(W) - canonical(target))
""",
    },
    "4.2": {
        "components without centring, coordinates centred afterwards": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    f = vectors * np.sqrt(np.maximum(values, 0))
    return f - f.mean(axis=0)
""",
        "centres the kernel of the caller in place": """
def kernel_pca(K, d):
    K -= K.mean(axis=0)
    K -= K.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(K)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return vectors * np.sqrt(np.maximum(values, 0))
""",
    },
    "4.3": {
        "the swap behind the kernel": """
def velocity(F, K):
    d, size = F.shape
    C = F @ np.roll(F, size // 2, axis=1).T / size
    return 4 / size * (np.eye(d) - C) @ np.roll(F @ K, size // 2, axis=1)
""",
        "reversed order taken for the swap of the views": """
def velocity(F, K):
    d, size = F.shape
    FP = F[:, ::-1]  # second views first
    C = FP @ F.T / size
    return 4 / size * (np.eye(d) - C) @ FP @ K
""",
    },
    "4.4": {
        "root pulled through the swap, then made symmetric": """
def contrastive(K):
    n = len(K) // 2
    PK = np.roll(K, n, axis=0)
    return (PK + PK.T) / (4 * n)
""",
        "root that is not symmetric: right eigenvalues in another basis": """
def contrastive(K):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0))  # root @ root.T is K
    return root.T @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "counts of the kernel itself, which has no negative eigenvalue": """
ending = (14, 0, 0.0)
""",
        "zeros counted among the negative ones": """
ending = (7, 13, 5.0)
""",
    },
    "4.6": {
        "normalised by the new views instead of the training pairs": """
def embed(new, K, d):
    size = len(K)
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, size // 2, axis=0)
    values, vectors = np.linalg.eigh(root @ swapped / size)
    b = vectors[:, ::-1][:, :d]
    f = new @ swapped @ b
    return f / np.sqrt(np.mean(f**2, axis=0))
""",
        "the modes with the largest absolute gamma": """
def embed(new, K, d):
    size = len(K)
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, size // 2, axis=0)
    values, vectors = np.linalg.eigh(root @ swapped / size)
    order = np.argsort(-np.abs(values))[:d]
    return new @ swapped @ vectors[:, order] / (size * np.abs(values[order]) ** 1.5)
""",
    },
    "5.2": {
        "product of the means of slopes and inputs": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    slopes = a + (1 - a) ** 2 * p
    return slopes * k12, slopes  # sigma(u) = sigma'(u) u
""",
        "cosine clipped a little inside of one": """
def relu_means(k11, k12, k22, a=0.0):
    norm = np.sqrt(k11 * k22)
    cosine = np.clip(k12 / np.maximum(norm, 1e-12), -1 + 1e-6, 1 - 1e-6)
    theta = np.arccos(cosine)
    p = 0.5 - theta / (2 * np.pi)
    product = norm * (np.sin(theta) / (2 * np.pi) + p * cosine)
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * p
""",
    },
    "5.3": {
        "bias in the first layer only": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        k = np.diag(K)
        product, both_on = relu_means(*np.broadcast_arrays(k[:, None], K, k[None, :]))
        K = W_std**2 * product
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
        "diagonal taken once, before the loop": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    k = np.diag(K).copy()
    k11, k22 = np.broadcast_arrays(k[:, None], k[None, :])
    for _ in range(depth):
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
    },
    "5.5": {
        "mean of the entries and their own relative errors": """
def width_needed(k, error):
    v = np.diag(k)
    k11, k22 = v[:, None], v[None, :]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    first = (r + (np.pi - theta) * k) / (2 * np.pi)
    second = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((second - first**2) / first**2) / error**2
""",
        "sums over the upper triangle, since the kernel is symmetric": """
def width_needed(k, error):
    i, j = np.triu_indices(len(k))
    k11, k12, k22 = k[i, i], k[i, j], k[j, j]
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    first = (r + (np.pi - theta) * k12) / (2 * np.pi)
    second = (3 * r * k12 + (np.pi - theta) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    return np.sum(second - first**2) / (error**2 * np.sum(first**2))
""",
    },
    "5.6": {
        "factor upside down": """
blocks = (0.5, 1 / 8, 0.0)
""",
        "share by the number of weights, with m = 64 and d = 5": """
blocks = (5 / (64 + 5), 8.0, 0.0)
""",
    },
    "5.7": {
        "seed and start added as squares": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    odds = g1 * s0[0] ** 2 / (1 - g1 * s0[0] ** 2)
    t = np.linspace(0, 5 * max(-np.log(odds), 1) / (8 * g1), 20001)
    lam = odds * np.exp(8 * g1 * t)
    lam = lam / (1 + lam)
    seed = 4 * coupling * integrate.trapezoid(np.sqrt(lam / g1) * (1 - lam) * np.exp(-4 * g2 * t), t)
    lam2 = g2 * (s0[1] ** 2 + seed**2)
    return max(np.log(1 / lam2 - 1), 0) / (8 * g2)
""",
        "integral up to time 25, the horizon of the notebook": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    odds = g1 * s0[0] ** 2 / (1 - g1 * s0[0] ** 2)
    t = np.linspace(0, 25, 20001)
    lam = odds * np.exp(8 * g1 * t)
    lam = lam / (1 + lam)
    seed = 4 * coupling * integrate.trapezoid(np.sqrt(lam / g1) * (1 - lam) * np.exp(-4 * g2 * t), t)
    lam2 = g2 * (s0[1] + seed) ** 2
    return max(np.log(1 / lam2 - 1), 0) / (8 * g2)
""",
    },
    "6.4": {
        "invariance weight without its factor of 4": """
winners = (2, 1, 2)
""",
        "largest absolute entry of the growth operator": """
sigma, gamma_three = np.array([0.5, 0.3, 0.2]), np.array([0.05, 0.24, 0.19])
operators = [gamma_three, 2400 * sigma + 100 * gamma_three, -5500 * sigma + 8000 * gamma_three]
winners = tuple(int(np.argmax(np.abs(m))) + 1 for m in operators)
""",
    },
    "6.5": {
        "guard added to the length": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6
    unit = z / length
    return (g - (g * unit).sum(axis=1, keepdims=True) * unit) / length
""",
        "takes out the directions of all rows, not of its own": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (g - g @ unit.T @ unit) / length
""",
    },
    "6.6": {
        "outer product of a bias that is no unit vector": """
def with_bias(W, b, Gamma_s, temperature):
    d = len(b)
    length = np.linalg.norm(b)
    A = (np.eye(d) - np.outer(b, b)) @ W / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: d - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
        "singular values in place of eigenvalues": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.svd(Gamma_s, compute_uv=False)[: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.8": {
        "half in front of the hinge forgotten": """
def copies_std(rho, d, invariance, variance, covariance):
    a, b = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if a + b <= 2 * variance:
        return 1.0
    roots = np.roots([a, 0, b, -2 * variance])
    roots = roots[np.abs(roots.imag) < 1e-9].real
    return float(roots[roots > 0][0])
""",
        "without a covariance term always 1, although invariance shrinks too": """
def copies_std(rho, d, invariance, variance, covariance):
    a = 8 * covariance * (d - 1)
    if a == 0:
        return 1.0  # nothing holds the copies down
    p, q = 4 * invariance * (1 - rho) / a, variance / a
    root = np.sqrt(q**2 / 4 + p**3 / 27)
    u = np.cbrt(q / 2 + root)
    s = u - p / (3 * u)
    return float(min(s, 1.0))
""",
    },
    "7.1": {
        "growth rate of the squared length held constant": """
def scale_free(g, length, lr, c):
    rate = lr**2 * np.sum(g**2) / length**2  # relative growth in one step
    return g / c, c**2 * lr, np.log(2) / rate
""",
        "steps counted from cw instead of w": """
def scale_free(g, length, lr, c):
    there = g / c
    steps = 3 * (c * length) ** 2 / (2 * lr**2 * np.sum(there**2))
    return there, c**2 * lr, steps
""",
    },
    "7.2": {
        "only matrices and kernels move, no biases and batch-norms": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    weights = [p for p in model.parameters() if p.ndim > 1]
    slopes = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for p, slope in zip(weights, slopes):
            p -= lr * slope
    return loss.item()
""",
    },
    "7.6": {
        "state of the global random numbers in place of the generator": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["random"])
        losses = saved["losses"]
    for _ in range(len(losses), steps):
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "random": torch.get_rng_state(), "losses": losses}, path)
    return np.array(losses)
""",
        "a finished run returns its losses and leaves the new model untouched": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"]
        if len(losses) >= steps:
            return np.array(losses)  # nothing left to do
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "losses": losses}, path)
    return np.array(losses)
""",
    },
    "7.7": {
        "two passes for the first layer, which needs no gradient of its input": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    flop = 2 * k**2 * i * o * after**2 / peak
    moved = 2 * (i * before**2 + o * after**2) / bandwidth
    passes = np.full(len(flop), 3.0)
    passes[0] = 2
    each = 2 * pictures * passes * np.maximum(flop, moved)
    return each.sum(), each[moved > flop].sum() / each.sum()
""",
        "waiting layers found by FLOP per number, not per byte": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    flop = 2 * k**2 * i * o * after**2
    numbers = i * before**2 + o * after**2
    each = 6 * pictures * np.maximum(flop / peak, 2 * numbers / bandwidth)
    waits = flop / numbers < peak / bandwidth  # left of the ridge
    return each.sum(), each[waits].sum() / each.sum()
""",
    },
}

RIGHT = {
    "1.4": {
        "diagonal removed by reshaping, partners by rows": """
def nt_xent(z1, z2, temperature=0.5):
    u1, u2 = (z / z.norm(dim=1, keepdim=True) for z in (z1, z2))
    u = torch.cat([u1, u2])
    size = len(u)
    logits = u @ u.T / temperature
    others = logits.flatten()[1:].view(size - 1, size + 1)[:, :-1].reshape(size, size - 1)
    agreement = (u1 * u2).sum(1) / temperature
    return torch.logsumexp(others, dim=1).mean() - agreement.mean()
""",
    },
    "1.6": {
        "covariances by the Gram matrix of the pictures": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    both = torch.stack([z1, z2])
    both = both - both.mean(dim=1, keepdim=True)
    var = (both**2).sum(dim=1) / (n - 1)
    gram = torch.einsum("vnd,vmd->vnm", both, both) / (n - 1)
    covariance = (gram.pow(2).sum() - var.pow(2).sum()) / d
    hinge = torch.clamp(1 - torch.sqrt(var + eps), min=0).mean()
    return torch.nn.functional.mse_loss(z1, z2), hinge, covariance
""",
    },
    "3.4": {
        "modes asked one by one, by Gram and Schmidt": """
rates = [0.5, 0.25, 0.1]
columns = [np.array([1e-6, 0]), np.array([1e-6, 0]), np.array([0, 1e-6])]
taken, learned = [], []
for number, column in enumerate(columns, start=1):
    left = column - sum(((q @ column) * q for q in taken), np.zeros(2))
    if np.linalg.norm(left) > 1e-12:
        taken.append(left / np.linalg.norm(left))
        learned.append(number)
ending = (learned[1], 2 - len(learned), round(sum(1 / rates[j - 1] for j in learned)))
""",
    },
    "3.8": {
        "Procrustes of scipy on the transposes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    R, _ = orthogonal_procrustes(W.T, target.T)
    return float(np.sqrt(((R.T @ W - target) ** 2).sum()))
""",
    },
    "4.2": {
        "classical scaling of the squared distances": """
def kernel_pca(K, d):
    N = len(K)
    squared = np.add.outer(np.diag(K), np.diag(K)) - 2 * K
    J = np.eye(N) - 1 / N
    B = -0.5 * J @ squared @ J
    values, vectors = np.linalg.eigh((B + B.T) / 2)
    order = np.argsort(-values)[:d]
    return vectors[:, order] * np.sqrt(np.clip(values[order], 0, None))
""",
    },
    "4.4": {
        "root as a sum of outer products, swap by halves": """
def contrastive(K):
    n = len(K) // 2
    root = np.zeros(K.shape)
    for value, v in zip(*(lambda e: (e[0], e[1].T))(np.linalg.eigh(K))):
        if value > 0:
            root += value**0.5 * np.outer(v, v)
    return (root[:, :n] @ root[n:] + root[:, n:] @ root[:n]) / (2 * n)
""",
    },
    "4.6": {
        "features of kernel PCA in place of the symmetric root": """
def embed(new, K, d):
    n = len(K) // 2
    kappa, V = np.linalg.eigh(K)
    L = V * np.sqrt(np.maximum(kappa, 0))  # K = L L^T, not symmetric
    PL = np.concatenate([L[n:], L[:n]])
    M = L.T @ PL / (2 * n)
    gamma, u = np.linalg.eigh((M + M.T) / 2)
    return np.column_stack(
        [new @ (PL @ u[:, -j]) / (2 * n * gamma[-j] ** 1.5) for j in range(1, d + 1)]
    )
""",
    },
    "5.2": {
        "sum over quadrants, angle of a complex number": """
def relu_means(k11, k12, k22, a=0.0):
    k11, k12, k22 = (np.asarray(k, dtype=float) for k in (k11, k12, k22))
    root = np.sqrt(np.clip(k11 * k22 - k12 * k12, 0, None))
    same = (np.pi - np.angle(k12 + 1j * root)) / (2 * np.pi)  # both above 0, or both below
    mixed = 0.5 - same
    above = root / (2 * np.pi) + same * k12
    product = above + a * a * above + 2 * a * (k12 / 2 - above)
    return product, same + a * a * same + 2 * a * mixed
""",
    },
    "5.3": {
        "recursion over the depth, in torch": """
def wide_kernels(X, depth, W_std, b_std):
    import torch

    def layer(left):
        if left == 0:
            x = torch.tensor(np.array(X, dtype=float))
            K = W_std**2 * (x @ x.T) / x.shape[1] + b_std**2
            return K, K
        K, Theta = layer(left - 1)
        size = torch.outer(K.diagonal(), K.diagonal())
        r = torch.sqrt(torch.clamp(size - K * K, min=0))
        r.fill_diagonal_(0)  # an input is parallel to itself
        on = 0.5 - torch.atan2(r, K) / (2 * torch.pi)
        new = W_std**2 * (r / (2 * torch.pi) + on * K) + b_std**2
        return new, new + W_std**2 * on * Theta

    return tuple(k.clone().numpy() for k in layer(depth))
""",
    },
    "5.6": {
        "a fraction and whole numbers": """
import fractions
import math

blocks = (fractions.Fraction(1, 2), math.isqrt(4096 // 64), 0)
""",
    },
    "6.4": {
        "winners sorted out of a dictionary": """
entries = {1: (0.5, 0.05), 2: (0.3, 0.24), 3: (0.2, 0.19)}
weights = [(0, 1), (2400, 100), (-5500, 8000)]
winners = tuple(
    sorted(entries, key=lambda j: a * entries[j][0] + b * entries[j][1], reverse=True)[0]
    for a, b in weights
)
""",
    },
    "6.6": {
        "projection by a basis of the space across the bias": """
def with_bias(W, b, Gamma_s, temperature):
    from scipy import linalg

    b = np.asarray(b, dtype=float)
    square = float(b @ b)
    across = linalg.null_space(b[None, :] / square**0.5)
    A = across @ (across.T @ W) / square**0.5
    gamma = np.sort(-linalg.eigvalsh(Gamma_s))[: across.shape[1]]
    return A, -4 * gamma / (temperature * square)
""",
    },
    "1.7": {
        "singular values, too few of them when n is below d": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(0), compute_uv=False)
    eigenvalues = s**2 / len(z)
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "7.2": {
        "gradients cleared after the step, not before": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    model.zero_grad()
    return loss.item()
""",
    },
}
