"""Round 1: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "variance 1 is taken to keep all eight alive": """
eigenvalues_left = 8
""",
        "a direction and its negative counted as two": """
eigenvalues_left = 2
""",
    },
    "1.2": {
        "variance with n - 1 by default": """
def barlow_twins(z1, z2, lam=0.0051):
    n = z1.shape[0]
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0) + 1e-5)
    C = a.T @ b / n
    diagonal = torch.diagonal(C)
    return ((1 - diagonal) ** 2).sum() + lam * ((C**2).sum() - (diagonal**2).sum())
""",
        "mean and variance cut out of the graph, so the gradient is wrong": """
def barlow_twins(z1, z2, lam=0.0051):
    def normalise(z):
        with torch.no_grad():
            mean = z.mean(0)
            std = torch.sqrt(z.var(0, correction=0) + 1e-5)
        return (z - mean) / std

    C = normalise(z1).T @ normalise(z2) / len(z1)
    on = ((1 - C.diagonal()) ** 2).sum()
    off = (C**2).sum() - (C.diagonal() ** 2).sum()
    return on + lam * off
""",
    },
    "1.3": {
        "each pair counted once": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * k * g * (g - 1) / 2
""",
        "number of groups and size of a group swapped": """
def copies_loss(d, k, lam):
    groups = d // k
    return lam * groups * k * (k - 1)
""",
    },
    "1.6": {
        "variance term added over the views in place of averaged": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance = 0
    covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        k = torch.diagonal(K)
        variance = variance + torch.relu(1 - torch.sqrt(k + eps)).mean()
        covariance = covariance + ((K**2).sum() - (k**2).sum()) / d
    return invariance, variance, covariance
""",
        "hinge applied after the mean over the dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = torch.nn.functional.mse_loss(z1, z2)
    std1 = torch.sqrt(z1.var(0) + eps)
    std2 = torch.sqrt(z2.var(0) + eps)
    variance = (torch.relu(1 - std1.mean()) + torch.relu(1 - std2.mean())) / 2
    covariance = 0
    for z in (z1, z2):
        c = z - z.mean(0)
        K = c.T @ c / (n - 1)
        off = K - torch.diag(torch.diag(K))
        covariance = covariance + (off**2).sum() / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "np.cov divides by n - 1": """
def spectrum(z):
    eigenvalues = np.linalg.eigvalsh(np.cov(z.T))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
        "guard drops every share below one per cent": """
def spectrum(z):
    c = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = eigenvalues / eigenvalues.sum()
    p = p[p > 0.01]
    return eigenvalues, np.exp(-(p * np.log(p)).sum())
""",
    },
    "2.2": {
        "factor 2 in place of 4": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 2 * E @ W @ Gamma
""",
        "weight multiplies the diagonal of C as well": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C - np.eye(len(C))
    return 4 * E @ W @ Gamma
""",
    },
    "2.3": {
        "gamma forgotten in the bracket": """
def ds_dt(s, gamma):
    return -4 * (s**2 - 1) * s * gamma
""",
        "root of gamma squared, right for positive gamma only": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 4 * np.sqrt(gamma**2) * s * (1 - lam)
""",
    },
    "2.4": {
        "growing exponential overflows at late times": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    grow = np.exp(8 * t[:, None] * gamma)
    return s0 * np.sqrt(grow / (1 - lam0 + lam0 * grow))
""",
        "starts above 1 are clipped to 1": """
def singular_values(t, gamma, s0):
    lam0 = np.minimum(gamma * s0**2, 1.0)
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    positive = gamma > 0
    top = np.where(positive, s0, s0 * np.sqrt(e))
    under = np.where(positive, lam0 + (1 - lam0) * e, 1 + lam0 * (e - 1))
    return top / np.sqrt(under)
""",
    },
    "2.5": {
        "starts above the level get a negative time": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    times = np.full(len(gamma), np.inf)
    for j in range(len(gamma)):
        if gamma[j] > 0 and lam0[j] < 1:
            times[j] = np.log((1 / lam0[j] - 1) / (1 / level - 1)) / (8 * gamma[j])
        elif gamma[j] > 0:
            times[j] = 0.0
    return times
""",
        "odds of the level upside down, right at one half only": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    times = np.full(len(gamma), np.inf)
    up = gamma > 0
    odds = np.maximum((1 / lam0[up] - 1) * (1 / level - 1), 1.0)
    times[up] = np.where(lam0[up] >= level, 0.0, np.log(odds) / (8 * gamma[up]))
    return times
""",
    },
    "3.1": {
        "ascending order of eigh kept": """
def shares(t, Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    size = np.sum((W0 @ V) ** 2, axis=0)
    grown = size * np.exp(8 * (gamma - gamma.max()) * np.asarray(t)[:, None])
    return grown / grown.sum(axis=1, keepdims=True)
""",
        "lengths of the columns in place of their squares": """
def shares(t, Gamma, W0):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[::-1], V[:, ::-1]
    length = np.linalg.norm(W0 @ V, axis=0)
    grown = length * np.exp(4 * (gamma - gamma[0]) * np.asarray(t)[:, None])
    return grown / grown.sum(axis=1, keepdims=True)
""",
    },
    "3.4": {
        "order of gamma alone, column of mode 2 taken as free": """
ending = (2, 0.0, 6)
""",
        "the mode that was passed over still costs 1": """
ending = (3, 1.0, 12)
""",
    },
    "4.2": {
        "eigenvectors times eigenvalues without the root": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1, keepdims=True) + K.mean()
    values, vectors = np.linalg.eigh(centred)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return vectors * values
""",
        "centres the kernel in place and spoils the input": """
def kernel_pca(K, d):
    K -= K.mean(axis=0)
    K -= K.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(K)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return vectors * np.sqrt(np.maximum(values, 0))
""",
    },
    "4.3": {
        "divided by n in place of 2n": """
def velocity(F, K):
    d, n = F.shape[0], F.shape[1] // 2
    FP = np.roll(F, n, axis=1)
    C = FP @ F.T / n
    return 4 / n * (np.eye(d) - C) @ FP @ K
""",
        "np.roll without an axis rolls the flattened array": """
def velocity(F, K):
    d, many = F.shape
    FP = np.roll(F, many // 2)
    C = F @ FP.T / many
    return 4 / many * (np.eye(d) - C) @ FP @ K
""",
    },
    "4.4": {
        "root of each entry in place of the matrix root": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "Cholesky factor with jitter in place of the symmetric root": """
def contrastive(K):
    N = len(K)
    L = np.linalg.cholesky(K + 1e-10 * np.eye(N))
    return L.T @ np.roll(L, N // 2, axis=0) / N
""",
    },
    "4.5": {
        "copies counted as pairs of their own": """
ending = (10, 10, 2.0)
""",
        "zero eigenvalues counted as negative": """
ending = (7, 13, 5.0)
""",
    },
    "4.6": {
        "gamma in place of its power three halves": """
def embed(new, K, d):
    N = len(K)
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ swapped @ B / (N * gamma)
""",
        "ridge of a thousandth to tame the inverse": """
def embed(new, K, d):
    N = len(K)
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    K_gamma = root @ np.roll(root, N // 2, axis=0) / N
    gamma, B = np.linalg.eigh((K_gamma + K_gamma.T) / 2)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ np.linalg.solve(K + 1e-3 * np.eye(N), root @ B) / np.sqrt(gamma)
""",
    },
    "4.7": {
        "np.sinc without dividing by pi": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(k * delta) ** 2
""",
        "angle between the views taken as uniform up to twice delta": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "5.1": {
        "summed over the outputs without dividing by d": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    total = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        total += J @ J.T
    return total
""",
        "step so small that rounding eats the digits": """
def tangent_kernel(f, theta, X):
    h = 1e-14
    n, d = f(theta, X).shape
    total = np.zeros((n, n))
    for p in range(theta.size):
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        J = (f(up, X) - f(down, X)) / (2 * h)
        total += J @ J.T / d
    return total
""",
    },
    "5.3": {
        "old K in the update of Theta": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k11, k22 = np.diag(K)[:, None], np.diag(K)[None, :]
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        both_on = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        product = r / (2 * np.pi) + both_on * K
        Theta = K + W_std**2 * both_on * Theta
        K = W_std**2 * product + b_std**2
    return K, Theta
""",
        "diagonal taken once before the loop": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * (X @ X.T) / X.shape[1] + b_std**2
    Theta = K.copy()
    variance = np.diag(K).copy()
    big = np.outer(variance, variance)
    for _ in range(depth):
        r = np.sqrt(np.maximum(big - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta = K + W_std**2 * p * Theta
    return K, Theta
""",
    },
    "5.4": {
        "lengths of the columns in place of what is left of them": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    columns = F0.T @ swapped @ B / (N * gamma)
    return np.linalg.norm(columns, axis=0)
""",
        "modes sorted by the size of gamma, negative ones among them": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(kappa, 0)) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    first = np.argsort(-np.abs(gamma))[:d]
    gamma, B = gamma[first], B[:, first]
    columns = F0.T @ swapped @ B / (N * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
    },
    "5.6": {
        "factor without the root": """
blocks = (0.5, 64, 0)
""",
        "share as first sum over first sum plus the whole": """
blocks = (1 / 3, 8, 0)
""",
    },
    "5.8": {
        "cosine of k delta in place of 2 k delta": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    angle = 2 * np.pi * np.arange(q) / q
    K = np.cos(angle) + b_std**2  # W_std**2 / m is 1
    top = 1 + b_std**2
    Theta = K
    for _ in range(depth):
        r = np.sqrt(np.maximum(top**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        top = top + b_std**2
        Theta = K + 2 * p * Theta
    c = np.fft.rfft(Theta).real[: k_max + 1] / q
    return c * np.cos(np.arange(k_max + 1) * delta)
""",
        "linspace counts the angle 0 twice": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 3000
    angle = np.linspace(0, 2 * np.pi, q)
    K = np.cos(angle) + b_std**2
    top = 1 + b_std**2
    Theta = K
    for _ in range(depth):
        r = np.sqrt(np.maximum(top**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        top = top + b_std**2
        Theta = K + 2 * p * Theta
    c = np.array([np.mean(Theta * np.cos(k * angle)) for k in range(k_max + 1)])
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "6.1": {
        "factor 2 from the derivative lost": """
def operator(x1, x2, temperature):
    n = len(x1)
    a, b = x1.mean(axis=0), x2.mean(axis=0)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    return (Gamma - (np.outer(a, b) + np.outer(b, a)) / 2) / temperature
""",
        "both views centred on their joint mean": """
def operator(x1, x2, temperature):
    n = len(x1)
    mean = (x1.mean(axis=0) + x2.mean(axis=0)) / 2
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
    },
    "6.5": {
        "norm of the whole matrix in place of each row": """
def through_normalisation(z, g):
    length = np.linalg.norm(z)
    unit = z / length
    return (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / length
""",
        "small number added to the length": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6
    unit = z / length
    return (g - np.sum(g * unit, axis=1, keepdims=True) * unit) / length
""",
    },
    "6.8": {
        "covariance of one view only": """
def copies_std(rho, d, invariance, variance, covariance):
    a = 4 * covariance * (d - 1)
    b = 4 * invariance * (1 - rho)
    if a + b <= variance:
        return 1.0
    roots = np.roots([a, 0, b, -variance])
    return float(roots[np.abs(roots.imag) < 1e-9].real.max())
""",
        "hinge forgotten, so the root may lie above 1": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return float(real[real > 0][0])
""",
    },
    "7.2": {
        "old gradients not cleared": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
        "each view centred on its own mean": """
def train_step(model, x1, x2, lr):
    model.zero_grad()
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    z1, z2 = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(C.shape[0], dtype=C.dtype)) ** 2).sum()
    parameters = list(model.parameters())
    slopes = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for p, slope in zip(parameters, slopes):
            p -= lr * slope
    return loss.item()
""",
    },
    "7.3": {
        "rows not sorted": """
def read_steps(t, eigenvalues, share):
    last = eigenvalues[-1]
    learned = (last >= share * last[0]) & (eigenvalues[0] < last / 2)
    times = np.array([
        spectra.find_steps(t, eigenvalues[:, [j]], last[j] / 2)[0]
        for j in range(eigenvalues.shape[1])
    ])
    return np.where(learned, times, np.nan)
""",
        "half of the peak in place of half of the last value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    first, last, peak = curves[0], curves[-1], curves.max(axis=0)
    learned = (last >= share * last[0]) & (first < last / 2)
    times = np.array([
        spectra.find_steps(t, curves[:, [j]], peak[j] / 2)[0] for j in range(len(last))
    ])
    return np.where(learned, times, np.nan)
""",
    },
    "7.4": {
        "iterations and time mixed up": """
predictions = (1.0, 0.5, np.log(100**2) / 8, "no", "same")
""",
        "delay from s in place of its square": """
predictions = (2.0, 1.0, np.log(100) / 8, "no", "same")
""",
    },
    "7.7": {
        "second view of each picture forgotten": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * b**2 / peak
    memory = 2 * (i * a**2 + o * b**2) / bandwidth
    times = 3 * pictures * np.maximum(compute, memory)
    return times.sum(), times[memory > compute].sum() / times.sum()
""",
        "share of the layers in place of the time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.array(layers, dtype=float).T
    compute = 2 * k**2 * i * o * b**2 / peak
    memory = 2 * (i * a**2 + o * b**2) / bandwidth
    seconds = 6 * pictures * np.maximum(compute, memory).sum()
    return seconds, np.mean(memory > compute)
""",
    },
    "7.8": {
        "average not undone by the number of processes": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    E = 2 / n * (C - np.eye(d))
    return (b @ E)[own], (a @ E)[own]
""",
        "nothing centred, since the hint says that it changes nothing": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
    E = 2 * processes / n * (C - np.eye(d))
    q = n // processes
    own = slice(rank * q, (rank + 1) * q)
    return z2[own] @ E, z1[own] @ E
""",
    },
}

RIGHT = {
    "1.1": {
        "rank of eight copies, as a NumPy number": """
eigenvalues_left = np.linalg.matrix_rank(np.ones((8, 8)))
""",
    },
    "2.3": {
        "autograd of the diagonal loss in float32": """
def ds_dt(s, gamma):
    import torch

    s = torch.tensor(np.asarray(s), dtype=torch.float32, requires_grad=True)
    gamma = torch.tensor(np.asarray(gamma), dtype=torch.float32)
    loss = ((gamma * s * s - 1) ** 2).sum()
    (slope,) = torch.autograd.grad(loss, s)
    return (-slope).numpy()
""",
    },
    "2.4": {
        "linear equation of one over s squared, in long double": """
def singular_values(t, gamma, s0):
    # u = 1/s^2 obeys du/dt = 8 gamma (gamma - u)
    t = np.asarray(t, dtype=np.longdouble)
    gamma = np.asarray(gamma, dtype=np.longdouble)
    u0 = np.asarray(s0, dtype=np.longdouble) ** -2
    out = np.empty((len(t), len(gamma)))
    with np.errstate(over="ignore", under="ignore"):
        for i, now in enumerate(t):
            for j, (g, u) in enumerate(zip(gamma, u0)):
                # two terms that are never negative, whatever the sign of g
                value = u * np.exp(-8 * g * now) - g * np.expm1(-8 * g * now)
                out[i, j] = float(1 / np.sqrt(value))
    return out
""",
    },
    "3.4": {
        "Gram-Schmidt in the order of gamma, mode by mode": """
def _ending():
    rates = (0.5, 0.25, 0.1)
    columns = [np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    basis, learned = [], []
    for number, column in enumerate(columns, start=1):
        for q in basis:
            column = column - (q @ column) * q
        if np.linalg.norm(column) > 0:
            basis.append(column / np.linalg.norm(column))
            learned.append(number)
    return learned[1], float(2 - len(learned)), round(sum(1 / rates[j - 1] for j in learned))


ending = _ending()
""",
    },
    "4.5": {
        "counted on a Gaussian kernel of random pairs with copies": """
def _count():
    pairs = np.random.default_rng(3).normal(size=(2, 7, 4))
    chosen = [0, 1, 2, 3, 4, 5, 6, 0, 1, 2]
    x = np.concatenate([pairs[0][chosen], pairs[1][chosen]])
    square = ((x[:, None] - x[None]) ** 2).sum(-1)
    kappa, V = np.linalg.eigh(np.exp(-square / 2))
    root = (V * np.sqrt(np.clip(kappa, 0, None))) @ V.T
    signs = np.linalg.eigvalsh(root @ np.roll(root, 10, axis=0) / 20)
    up, down = int((signs > 1e-7).sum()), int((signs < -1e-7).sum())
    return up, down, 12 - min(12, up)


ending = _count()
""",
    },
    "4.7": {
        "square of the spherical Bessel function of order 0, list by list": """
def circle_gamma(c, delta):
    from scipy.special import spherical_jn

    return np.array([ck * spherical_jn(0, k * delta) ** 2 for k, ck in enumerate(c)])
""",
    },
    "5.3": {
        "recursion over the depth for each pair in plain floats": """
def wide_kernels(X, depth, W_std, b_std):
    import math

    rows = [[float(value) for value in row] for row in X]
    w, b = float(W_std) ** 2, float(b_std) ** 2

    def pair(x, y, layer):
        \"\"\"k(x, x), k(x, y), k(y, y) and the tangent kernel after a dense layer.\"\"\"
        if layer == 0:
            xx, xy, yy = (
                w * sum(p * q for p, q in zip(u, v)) / len(u) + b
                for u, v in ((x, x), (x, y), (y, y))
            )
            return xx, xy, yy, xy
        xx, xy, yy, theta = pair(x, y, layer - 1)
        r = math.sqrt(max(xx * yy - xy * xy, 0.0))
        on = 0.5 - math.atan2(r, xy) / (2 * math.pi)
        new = w * (r / (2 * math.pi) + on * xy) + b
        return w * xx / 2 + b, new, w * yy / 2 + b, new + w * on * theta

    n = len(rows)
    K, Theta = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            _, k, _, theta = pair(rows[i], rows[j], depth)
            K[i, j] = K[j, i] = k
            Theta[i, j] = Theta[j, i] = theta
    return K, Theta
""",
    },
    "5.4": {
        "modified Gram-Schmidt in loops, root from einsum": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    root = np.einsum("ik,k,jk->ij", V, np.sqrt(np.where(kappa > 0, kappa, 0)), V)
    swapped = np.vstack([root[N // 2 :], root[: N // 2]])
    K_gamma = root @ swapped / N
    gamma, B = np.linalg.eigh((K_gamma + K_gamma.T) / 2)
    order = np.argsort(gamma)[::-1][:d]
    left = [F0.T @ (swapped @ B[:, j]) / (N * gamma[j]) for j in order]
    s = []
    for j in range(d):
        s.append(float(np.sqrt(left[j] @ left[j])))
        q = left[j] / s[-1] if s[-1] > 0 else 0 * left[j]
        for _ in range(2):  # twice is enough
            for k in range(j + 1, d):
                left[k] = left[k] - (q @ left[k]) * q
    return np.array(s)
""",
    },
    "6.5": {
        "vector-Jacobian product by torch": """
def through_normalisation(z, g):
    z = torch.tensor(np.asarray(z), dtype=torch.float64)
    g = torch.tensor(np.asarray(g), dtype=torch.float64)

    def unit(rows):
        return rows / torch.linalg.vector_norm(rows, dim=1, keepdim=True)

    return torch.autograd.functional.vjp(unit, z, g)[1].numpy()
""",
    },
    "6.8": {
        "bisection by hand on the derivative": """
def copies_std(rho, d, invariance, variance, covariance):
    slope = lambda s: 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance
    low, high = 0.0, 1.0
    if slope(high) <= 0:
        return high
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return middle
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
""",
    },
    "7.7": {
        "an object with a call method that keeps two sums": """
class _Epoch:
    passes, views, width = 3, 2, 2

    def layer(self, inputs, outputs, kernel, size_in, size_out):
        products = inputs * outputs * (kernel * size_out) ** 2
        numbers = inputs * size_in**2 + outputs * size_out**2
        return 2 * products, self.width * numbers

    def __call__(self, layers, pictures, peak, bandwidth):
        seconds = {True: 0.0, False: 0.0}
        for row in layers:
            flop, moved = self.layer(*(int(number) for number in row))
            compute, memory = flop / peak, moved / bandwidth
            seconds[bool(memory > compute)] += max(compute, memory)
        total = seconds[True] + seconds[False]
        return self.passes * self.views * pictures * total, seconds[True] / total


shortest_epoch = _Epoch()
""",
    },
    "7.8": {
        "autograd of P times the joint loss, rows cut out": """
def contribution(z1, z2, rank, processes):
    a = torch.tensor(np.asarray(z1), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(np.asarray(z2), dtype=torch.float64, requires_grad=True)
    centre = torch.cat([a, b]).mean(0)
    u, v = a - centre, b - centre
    half = torch.einsum("ni,nj->ij", u, v) / (2 * len(u))
    loss = (half + half.T - torch.eye(u.shape[1], dtype=torch.float64)).square().sum()
    slopes = torch.autograd.grad(processes * loss, (a, b))
    return tuple(slope.chunk(processes)[rank].numpy() for slope in slopes)
""",
    },
}
