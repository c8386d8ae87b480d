"""Round 9: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "all eight survive because each has variance 1": """
eigenvalues_left = 8
""",
        "two, one for each sign of the direction": """
eigenvalues_left = 2
""",
    },
    "1.3": {
        "unordered pairs, half of the entries": """
def copies_loss(d, k, lam):
    g = d // k
    return lam * k * g * (g - 1) / 2
""",
        "takes one diagonal entry a group away instead of all d": """
def copies_loss(d, k, lam):
    # k blocks of ones, each of size (d/k)^2, minus the originals
    ones = d**2 / k
    return lam * (ones - k)
""",
    },
    "1.4": {
        "diagonal set to 0 and not to minus infinity": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    sim = z @ z.T / temperature
    sim = sim * (1 - torch.eye(2 * n, dtype=z.dtype))
    target = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(sim, target)
""",
        "partner left out of the denominator too": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    rows = torch.arange(2 * n)
    partner = (rows + n) % (2 * n)
    good = logits[rows, partner]
    mask = torch.eye(2 * n, dtype=torch.bool)
    mask[rows, partner] = True
    others = logits.masked_fill(mask, float("-inf"))
    return (torch.logsumexp(others, dim=1) - good).mean()
""",
    },
    "1.6": {
        "eps added to the standard deviation": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    inv = ((z1 - z2) ** 2).mean()
    var, cov = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T).reshape(d, d)
        std = z.std(dim=0) + eps
        var = var + torch.relu(1 - std).mean() / 2
        cov = cov + ((K**2).sum() - (K.diagonal() ** 2).sum()) / d
    return inv, var, cov
""",
        "hinge of the mean instead of mean of the hinges": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    inv = torch.nn.functional.mse_loss(z1, z2)
    K1 = torch.cov(z1.T).reshape(d, d)
    K2 = torch.cov(z2.T).reshape(d, d)

    def var(K):
        return torch.relu(1 - torch.sqrt(K.diagonal() + eps).mean())

    def cov(K):
        return ((K**2).sum() - (K.diagonal() ** 2).sum()) / d

    return inv, (var(K1) + var(K2)) / 2, cov(K1) + cov(K2)
""",
    },
    "1.8": {
        "no copy, the start of the caller is trained": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    losses_, eigs = [], []
    for _ in range(steps + 1):
        V = W.detach().requires_grad_(True)
        z1, z2 = x1 @ V.T, x2 @ V.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        (g,) = torch.autograd.grad(loss, V)
        losses_.append(loss.item())
        eigs.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        W -= lr * g
    eigs = np.array(eigs)
    up = eigs >= 0.5
    first = np.where(up.any(0), up.argmax(0), np.inf)
    return np.array(losses_), eigs, first
""",
        "start not looked at, the first step is 1 at the earliest": """
def staircase(x1, x2, W, lr, steps):
    n, d = x1.shape[0], W.shape[0]
    V = W.clone().requires_grad_(True)
    eye = torch.eye(d, dtype=W.dtype)
    record, eigs = [], []
    for k in range(steps + 1):
        z1, z2 = x1 @ V.T, x2 @ V.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - eye) ** 2).sum()
        record.append(loss.item())
        eigs.append(torch.linalg.eigvalsh(C.detach()).numpy()[::-1])
        (g,) = torch.autograd.grad(loss, V)
        V = (V - lr * g).detach().requires_grad_(True)
    eigs = np.array(eigs)
    first = np.full(d, np.inf)
    for j in range(d):
        for k in range(1, steps + 1):
            if eigs[k, j] >= 0.5:
                first[j] = k
                break
    return np.array(record), eigs, first
""",
    },
    "2.1": {
        "covariance of all views instead of the cross-moment": """
def cross_moment(x1, x2):
    n = len(x1)
    return (x1.T @ x1 + x2.T @ x2) / (2 * n)
""",
        "one product only, not symmetric": """
def cross_moment(x1, x2):
    # the second term is the same sum with the views exchanged, so it doubles the first
    n = x1.shape[0]
    return 2 * np.einsum("ia,ib->ab", x1, x2) / (2 * n)
""",
    },
    "2.2": {
        "factor 2, W taken as if it stood once": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 2 * E @ W @ Gamma
""",
        "lam also weighs the diagonal of C": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C - np.eye(len(W))
    return 4 * E @ W @ Gamma
""",
    },
    "2.3": {
        "rate 8 of the eigenvalue, not 4 of s": """
def ds_dt(s, gamma):
    return 8 * gamma * s * (1 - gamma * s**2)
""",
        "second gamma lost in the cubic term": """
def ds_dt(s, gamma):
    return 4 * gamma * s - 4 * gamma * s**3
""",
    },
    "2.5": {
        "level ignored, always one half": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    times = np.full(len(gamma), np.inf)
    ok = lam > 0
    inside = ok & (lam < level)
    times[ok & ~inside] = 0.0
    times[inside] = np.log(1 / lam[inside] - 1) / (8 * gamma[inside])
    return times
""",
        "a start above 1 counts as never": """
def step_times(gamma, s0, level=0.5):
    gamma, s0 = np.asarray(gamma, float), np.asarray(s0, float)
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.maximum(t, 0)
    return np.where((lam > 0) & (lam < 1) & np.isfinite(t), t, np.inf)
""",
    },
    "2.6": {
        "everything is learned in the end": """
plateaus = (5.0, 3.0, 0.0)
""",
        "each drop is one mode": """
plateaus = (5.0, 4.0, 3.0)
""",
    },
    "2.7": {
        "in-place step on the weights of the caller": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0
    rows = [np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]]
    for _ in range(steps):
        W -= lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return np.array(rows)
""",
        "largest by size, negative ones sorted in between": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    out = np.empty((steps + 1, len(W)))
    for k in range(steps + 1):
        values = np.linalg.eigvalsh(W @ Gamma @ W.T)
        out[k] = values[np.argsort(-np.abs(values))]
        if k < steps:
            W = W - lr * gradient(W, Gamma)
    return out
""",
    },
    "4.1": {
        "precedence, multiplies by b squared": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1)[None, :] - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / 2 * b**2)
""",
        "negative squared distances by rounding stay": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1, keepdims=True) + (x2**2).sum(1) - 2 * (x1 @ x2.T)
    return np.exp(-r2 / (2 * b**2))
""",
    },
    "4.2": {
        "eigenvectors of length 1, roots forgotten": """
def kernel_pca(K, d):
    Kc = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    values, vectors = np.linalg.eigh(Kc)
    return vectors[:, ::-1][:, :d]
""",
        "centred on one side only": """
def kernel_pca(K, d):
    Kc = K - K.mean(axis=0)
    U, S, Vt = np.linalg.svd(Kc)
    return U[:, :d] * np.sqrt(S[:d])
""",
    },
    "4.3": {
        "prefactor 4 over n instead of 4 over 2n": """
def velocity(F, K):
    d, N = F.shape
    n = N // 2
    FP = np.roll(F, n, axis=1)
    C = FP @ F.T / N
    return 4 / n * (np.eye(d) - C) @ FP @ K
""",
        "roll without an axis, rows run into each other": """
def velocity(F, K):
    N = F.shape[1]
    FP = np.roll(F, N // 2)
    C = F @ FP.T / N
    C = (C + C.T) / 2
    return 4 / N * (np.eye(len(F)) - C) @ FP @ K
""",
    },
    "4.5": {
        "copies counted as new pairs": """
ending = (10, 10, 2)
""",
        "all modes that are not positive counted as negative": """
ending = (7, 13, 5)
""",
    },
    "4.7": {
        "sinc of numpy without dividing by pi": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta) ** 2
""",
        "difference of the turns taken as uniform up to twice delta": """
def circle_gamma(c, delta):
    # u - u' runs from -2 delta to 2 delta
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "5.2": {
        "angle by arccos of a quotient, zero vectors give nan": """
def relu_means(k11, k12, k22, a=0.0):
    root = np.sqrt(k11 * k22)
    cos = np.clip(k12 / root, -1, 1)
    theta = np.arccos(cos)
    p = 0.5 - theta / (2 * np.pi)
    r = root * np.sin(theta)
    both = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), both
""",
        "slopes where the two signs differ left out": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    p = 0.5 - theta / (2 * np.pi)
    product = a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12)
    # both on: probability p with slope 1; both off: the same with slope a
    slopes = p * (1 + a**2)
    return product, slopes
""",
    },
    "5.3": {
        "inputs not divided by m": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        q = np.diag(K)
        k11, k22 = q[:, None], q[None, :]
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + W_std**2 * p * Theta
    return K, Theta
""",
        "diagonal of the first layer kept for all layers": """
def wide_kernels(X, depth, W_std, b_std):
    m = X.shape[1]
    K = W_std**2 * X @ X.T / m + b_std**2
    Theta = K
    diag = np.diag(K).copy()
    k11, k22 = np.broadcast_arrays(diag[:, None], diag[None, :])
    for _ in range(depth):
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + W_std**2 * p * Theta
    return K, Theta
""",
    },
    "5.5": {
        "second moment taken for the variance": """
def width_needed(k, error):
    q = np.diag(k)
    kk = q[:, None] * q[None, :]
    r = np.sqrt(np.maximum(kk - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (kk + 2 * k**2)) / (2 * np.pi)
    return fourth.sum() / (error**2 * (mean**2).sum())
""",
        "mean of the relative errors of the entries": """
def width_needed(k, error):
    q = np.diag(k)
    kk = np.outer(q, q)
    r = np.sqrt(np.clip(kk - k**2, 0, None))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    fourth = (3 * r * k + (np.pi - theta) * (kk + 2 * k**2)) / (2 * np.pi)
    relative = (fourth - mean**2) / mean**2
    return relative.mean() / error**2
""",
    },
    "6.4": {
        "the third by Gamma too, as nu is large": """
winners = (2, 1, 2)
""",
        "Barlow Twins by agreement instead of Gamma": """
winners = (3, 1, 3)
""",
    },
    "6.5": {
        "not divided by the length": """
def through_normalisation(z, g):
    zhat = z / np.linalg.norm(z, axis=1, keepdims=True)
    return g - (g * zhat).sum(axis=1, keepdims=True) * zhat
""",
        "part along z with one normalisation too few": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    along = np.einsum("ij,ij->i", g, z)[:, None]
    return (g - along * z / length) / length
""",
    },
    "6.6": {
        "growth of the singular value, half of that of the eigenvalue": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    values = np.linalg.eigvalsh(Gamma_s)[::-1]
    return A, 2 * values[: len(b) - 1] / (temperature * length**2)
""",
        "singular values taken for eigenvalues": """
def with_bias(W, b, Gamma_s, temperature):
    d = len(b)
    unit = b / np.linalg.norm(b)
    A = (np.eye(d) - np.outer(unit, unit)) @ W / np.linalg.norm(b)
    values = np.linalg.svd(Gamma_s, compute_uv=False)[: d - 1]
    return A, 4 * values / (temperature * (b @ b))
""",
    },
    "6.7": {
        "negative when the start is above the level": """
def updates(gamma, s0, lr, eps, level):
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps))
""",
        "gradient flow instead of finite updates": """
def updates(gamma, s0, lr, eps, level):
    start = gamma * s0**2
    if start >= level * eps:
        return 0.0
    time = np.log(level * eps / start) * eps / (8 * gamma)
    return time / lr
""",
    },
    "6.8": {
        "covariance of one view only": """
def copies_std(rho, d, invariance, variance, covariance):
    cubic = 4 * covariance * (d - 1)
    linear_ = 4 * invariance * (1 - rho)
    if cubic + linear_ <= variance:
        return 1.0
    roots = np.roots([cubic, 0, linear_, -variance])
    return float(roots[np.abs(roots.imag) < 1e-9].real.max())
""",
        "root above 1 not cut off": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return float(roots.real.max())
""",
    },
    "7.1": {
        "learning rate times c instead of c squared": """
def scale_free(g, length, lr, c):
    norm2 = (g**2).sum()
    return g / c, c * lr, 3 * length**2 / (2 * lr**2 * norm2)
""",
        "gradient held constant while the weights grow": """
def scale_free(g, length, lr, c):
    # Pythagoras: every step adds lr^2 |g|^2 to |w|^2
    added = (lr * np.linalg.norm(g)) ** 2
    return g / c, c**2 * lr, length**2 / added
""",
    },
    "7.2": {
        "the views go through the network one after the other": """
def train_step(model, x1, x2, lr):
    n = len(x1)
    z1, z2 = model(x1), model(x2)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    z1, z2 = z1 - mean, z2 - mean
    C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
    loss = ((C - torch.eye(len(C), dtype=C.dtype, device=C.device)) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    return loss.item()
""",
        "old gradients not cleared": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = (C - torch.eye(C.shape[0], dtype=C.dtype, device=C.device)).square().sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p.sub_(lr * p.grad)
    return loss.item()
""",
    },
    "7.3": {
        "curves in the order of the record, not sorted": """
def read_steps(t, eigenvalues, share):
    last = eigenvalues[-1]
    learned = (last >= share * last.max()) & (eigenvalues[0] < last / 2)
    times = np.array([spectra.find_steps(t, eigenvalues[:, [j]], last[j] / 2)[0]
                      for j in range(eigenvalues.shape[1])])
    return np.where(learned, times, np.nan)
""",
        "interpolates in t and not in its logarithm": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = np.full(curves.shape[1], np.nan)
    for j, curve in enumerate(curves.T):
        half = curve[-1] / 2
        if curve[-1] < share * curves[-1, 0] or curve[0] >= half:
            continue
        k = int(np.argmax(curve >= half))
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        out[j] = t[k - 1] + part * (t[k] - t[k - 1])
    return out
""",
    },
    "7.5": {
        "std of numpy with its default ddof": """
def paired(a, b, level):
    diff = np.asarray(b) - np.asarray(a)
    n = len(diff)
    error = diff.std() / np.sqrt(n)
    bound = stats.t.ppf(1 - level / 2, n - 1) * error
    return diff.mean(), error, bool(abs(diff.mean()) > bound)
""",
        "verdict by the test for independent samples": """
def paired(a, b, level):
    diff = np.asarray(b) - np.asarray(a)
    mean, error = diff.mean(), stats.sem(diff)
    p = stats.ttest_ind(b, a).pvalue
    return mean, error, bool(p < level)
""",
    },
    "7.6": {
        "momentum of the optimizer forgotten": """
def resumable(one_step, model, optimizer, generator, steps, path):
    history = []
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        generator.set_state(state["generator"])
        history = state["losses"]
    for _ in range(len(history), steps):
        history.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "generator": generator.get_state(),
                    "losses": history}, path)
    return np.array(history)
""",
        "state of the generator taken at the start of the program": """
def resumable(one_step, model, optimizer, generator, steps, path):
    state = {"losses": [], "generator": generator.get_state()}
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
    while len(state["losses"]) < steps:
        state["losses"].append(one_step(model, optimizer, generator))
        state["model"] = model.state_dict()
        state["optimizer"] = optimizer.state_dict()
        torch.save(state, path)
    return np.array(state["losses"])
""",
    },
    "7.8": {
        "rows of the same view instead of the other one": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    k = n // processes
    own = slice(rank * k, (rank + 1) * k)
    return processes * 2 / n * a[own] @ E, processes * 2 / n * b[own] @ E
""",
        "each view centred on a mean of its own": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (a.T @ b + b.T @ a) / (2 * n)
    E = processes * 2 / n * (C - np.eye(d))
    k = n // processes
    own = slice(rank * k, (rank + 1) * k)
    return b[own] @ E, a[own] @ E
""",
    },
}

RIGHT = {
    "2.2": {
        "complex step, one weight at a time": """
def gradient(W, Gamma, lam=1.0):
    h = 1e-30
    d, m = np.shape(W)
    weights = np.where(np.eye(d) > 0, 1.0, lam)

    def loss(V):
        E = V @ Gamma @ V.T - np.eye(d)
        return (weights * E * E).sum()

    out = np.zeros((d, m))
    for a in range(d):
        for i in range(m):
            V = np.array(W, dtype=complex)
            V[a, i] += 1j * h
            out[a, i] = loss(V).imag / h
    return out
""",
    },
    "2.3": {
        "diagonal matrices multiplied as they stand": """
def ds_dt(s, gamma):
    S, L = np.diag(s), np.diag(gamma)
    dS = 4 * (np.eye(len(s)) - S @ L @ S) @ S @ L
    return np.einsum("jj->j", dS).copy()
""",
    },
    "2.7": {
        "itertools accumulate and the eigenvalues of minus C": """
import itertools


def descend(gradient, Gamma, W0, lr, steps):
    path = itertools.accumulate(
        range(steps), lambda W, _: W - lr * gradient(W, Gamma), initial=np.array(W0)
    )
    return np.stack([-np.linalg.eigvalsh(-(W @ Gamma @ W.T)) for W in path])
""",
    },
    "4.1": {
        "one coordinate at a time with subtract.outer": """
def gaussian(x1, x2, b):
    r2 = np.zeros((len(x1), len(x2)))
    for p, q in zip(np.transpose(x1), np.transpose(x2)):
        r2 += np.subtract.outer(p, q) ** 2
    return np.exp(-0.5 * r2 / b / b)
""",
    },
    "4.2": {
        "centring matrix and a singular value decomposition": """
def kernel_pca(K, d):
    N = len(K)
    H = np.eye(N) - np.full((N, N), 1 / N)
    U, S, _ = np.linalg.svd(H @ K @ H, hermitian=True)
    return (U @ np.diag(S**0.5))[:, :d]
""",
    },
    "4.3": {
        "slope of the loss by autograd, then the kernel": """
import torch


def velocity(F, K):
    f = torch.tensor(np.asarray(F, dtype=float), requires_grad=True)
    one, two = f.chunk(2, dim=1)
    C = (one @ two.T + two @ one.T) / f.shape[1]
    loss = (C - torch.eye(len(C), dtype=C.dtype)).pow(2).sum()
    loss.backward()
    return -f.grad.numpy() @ K
""",
    },
    "5.3": {
        "recursion over the depth": """
def wide_kernels(X, depth, W_std, b_std):
    if depth == 0:
        K = W_std**2 * np.einsum("ik,jk->ij", X, X) / X.shape[1] + b_std**2
        return K, K.copy()
    K, Theta = wide_kernels(X, depth - 1, W_std, b_std)
    q = np.diagonal(K)
    r = np.maximum(np.multiply.outer(q, q) - K * K, 0) ** 0.5
    on = (np.pi - np.angle(K + 1j * r)) / (2 * np.pi)
    new = W_std**2 * (r / (2 * np.pi) + on * K) + b_std**2
    return new, new + W_std**2 * on * Theta
""",
    },
    "5.5": {
        "two loops with the math module": """
import math


def width_needed(k, error):
    scatter, size = [], []
    for i in range(len(k)):
        for j in range(len(k)):
            x, y, c = float(k[i][i]), float(k[j][j]), float(k[i][j])
            r = math.sqrt(max(x * y - c * c, 0.0))
            rest = math.pi - math.atan2(r, c)
            mean = (r + rest * c) / (2 * math.pi)
            square = (3 * r * c + rest * (x * y + 2 * c * c)) / (2 * math.pi)
            scatter.append(square - mean**2)
            size.append(mean**2)
    return math.fsum(scatter) / math.fsum(size) / error**2
""",
    },
    "6.4": {
        "computed from the diagonals of M": """
variance_of = {1: 0.5, 2: 0.3, 3: 0.2}
agreement_of = {1: 0.1, 2: 0.8, 3: 0.95}


def vicreg_entry(j, nu, mu=25, eps=1e-4):
    return (mu / eps**0.5 - 4 * nu) * variance_of[j] + 4 * nu * variance_of[j] * agreement_of[j]


winners = (
    max(variance_of, key=lambda j: variance_of[j] * agreement_of[j]),
    max(variance_of, key=lambda j: vicreg_entry(j, 25)),
    max(variance_of, key=lambda j: vicreg_entry(j, 2000)),
)
""",
    },
    "6.7": {
        "decimal arithmetic with fifty digits": """
from decimal import Decimal, localcontext


def updates(gamma, s0, lr, eps, level):
    with localcontext() as context:
        context.prec = 50
        gamma, s0, lr, eps, level = (Decimal(float(v)) for v in (gamma, s0, lr, eps, level))
        ratio = level * eps / (gamma * s0 * s0)
        if ratio <= 1:
            return 0.0
        factor = 1 + 4 * gamma * lr / eps
        return float(ratio.ln() / (factor * factor).ln())
""",
    },
    "7.6": {
        "pickle to a neighbour file that then takes the name": """
import os
import pickle


def resumable(one_step, model, optimizer, generator, steps, path):
    parts = {"model": (model.state_dict, model.load_state_dict),
             "optimizer": (optimizer.state_dict, optimizer.load_state_dict),
             "generator": (generator.get_state, generator.set_state)}
    done = ()
    if os.path.exists(path):
        with open(path, "rb") as file:
            done, saved = pickle.load(file)
        for name, (_, put) in parts.items():
            put(saved[name])
    while len(done) < steps:
        done = (*done, one_step(model, optimizer, generator))
        beside = str(path) + ".new"
        with open(beside, "wb") as file:
            pickle.dump((done, {name: get() for name, (get, _) in parts.items()}), file)
        os.replace(beside, path)
    return np.fromiter(done, dtype=float)
""",
    },
    "7.8": {
        "autograd of the joint loss times the number of processes": """
def contribution(z1, z2, rank, processes):
    both = torch.tensor(np.stack([z1, z2]), dtype=torch.float64, requires_grad=True)
    a, b = both - both.mean(dim=(0, 1))
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = (C - torch.eye(len(C), dtype=C.dtype)).pow(2).sum()
    (slope,) = torch.autograd.grad(processes * loss, both)
    mine = np.array_split(slope.numpy(), processes, axis=1)[rank]
    return mine[0], mine[1]
""",
    },
}
