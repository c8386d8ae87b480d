"""Round 17: 64 wrong and 12 right answers, from the blank notebooks alone."""

WRONG = {
    "1.2": {
        "the second view normalised with the first view's statistics": """
def barlow_twins(z1, z2, lam=0.0051):
    mean, std = z1.mean(0), (z1.var(0, correction=0) + 1e-5).sqrt()
    C = ((z1 - mean) / std).T @ ((z2 - mean) / std) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "counts the entries between groups, not those within": """
def copies_loss(d, k, lam):
    return lam * (d * d - d * d / k)
""",
    },
    "1.4": {
        "only the first views are anchors": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits[:n], torch.arange(n) + n)
""",
        "the temperature left out at 0.1 by default": """
def nt_xent(z1, z2, temperature=0.1):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(logits, torch.arange(2 * n).roll(n))
""",
    },
    "1.5": {
        "elsewhere counts pictures, at the own point views": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    return np.log(own + (n - n / k) * np.exp(-1 / temperature))
""",
    },
    "1.6": {
        "the hinge of the mean standard deviation, not the mean of the hinges": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0.0, 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variance = variance + torch.relu(1 - (torch.diagonal(K) + eps).sqrt().mean()) / 2
        covariance = covariance + ((K**2).sum() - (torch.diagonal(K) ** 2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "directions below one millionth are left out, whatever the size of z": """
def spectrum(z):
    z = z - z.mean(0)
    values = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    p = values[values > 1e-6]
    p = p / p.sum()
    return values, np.exp(-(p * np.log(p)).sum())
""",
    },
    "1.8": {
        "first step 0 read as never": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    losses_, values = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (grad,) = torch.autograd.grad(loss, W)
        W = (W - lr * grad).detach().requires_grad_(True)
    values = np.array(values)
    first = np.argmax(values >= 0.5, axis=0).astype(float)
    first[first == 0] = np.inf
    return np.array(losses_), values, first
""",
    },
    "2.1": {
        "the diagonal counted once when the two halves are added": """
def cross_moment(x1, x2):
    half = x1.T @ x2 / (2 * len(x1))
    return half + half.T - np.diag(np.diag(half))
""",
    },
    "2.2": {
        "the weight stands on all of C before the identity is taken off": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    return 4 * (lam * C - np.eye(len(C))) @ W @ Gamma
""",
    },
    "2.3": {
        "modes with a negative eigenvalue stand still": """
def ds_dt(s, gamma):
    return np.where(gamma > 0, 4 * gamma * s * (1 - gamma * s**2), 0.0)
""",
    },
    "2.4": {
        "the exponent held between -20 and 20 against overflow": """
def singular_values(t, gamma, s0):
    start = gamma * s0**2
    e = np.exp(np.clip(-8 * np.outer(t, gamma), -20, 20))
    return s0 / np.sqrt(start + (1 - start) * e)
""",
    },
    "2.5": {
        "asks the start s, not its eigenvalue, whether it is past the level": """
def step_times(gamma, s0, level=0.5):
    start = gamma * s0**2
    with np.errstate(all="ignore"):
        times = np.log((1 / start - 1) / (1 / level - 1)) / (8 * gamma)
    times = np.where(gamma > 0, times, np.inf)
    return np.where(s0 >= level, 0.0, times)
""",
    },
    "2.6": {
        "only the modes that can be learned count": "plateaus = (3.0, 1.0, 0.0)",
    },
    "2.7": {
        "singular values of C in place of its eigenvalues": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for _ in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
    },
    "2.8": {
        "the first d rows of the symmetric inverse root": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    root = np.where(gamma > 0, 1 / np.sqrt(np.abs(gamma)), 0.0)
    return ((V * root) @ V.T)[:d]
""",
    },
    "3.1": {
        "the rows of the matrix of modes taken for the modes": """
def shares(t, Gamma, W0):
    gamma, V = linear.modes(Gamma, len(Gamma))
    start = ((W0 @ V.T) ** 2).sum(0)
    parts = start * np.exp(8 * np.outer(t, gamma - gamma[0]))
    return parts / parts.sum(1, keepdims=True)
""",
    },
    "3.2": {
        "takes away the part along the mode just before only": """
def starts(products):
    s2 = np.diag(products).copy()
    s2[1:] -= np.diag(products, 1) ** 2 / np.diag(products)[:-1]
    return np.sqrt(s2)
""",
    },
    "3.3": {
        "counts the coordinates that are used, not those that are left": """
def mean_step_times(gamma, alpha):
    k = np.arange(len(gamma)) + 1
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
    },
    "3.4": {
        "one of three modes must stay unlearned, so 1 is left": "ending = (3, 1.0, 12)",
    },
    "3.5": {
        "the signs that make the diagonal of U positive": """
def limit_weights(Gamma, W0):
    gamma, V = linear.modes(Gamma, len(W0))
    U, _ = np.linalg.qr(W0 @ V)
    U = U * np.sign(np.diag(U))
    return U / np.sqrt(gamma) @ V.T
""",
    },
    "3.6": {
        "asks only the two neighbours that lie closest": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = 1 / gamma[j], 1 / gamma[j + 1]
    need = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-need / 2)
""",
    },
    "3.7": {
        "searches above 0.01 only": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 0.01, 1)
    return x / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "the rotation stands on the right, among the inputs": """
def distance(W, target):
    P, _, N = np.linalg.svd(W.T @ target)
    return np.linalg.norm(W @ (P @ N) - target)
""",
    },
    "4.1": {
        "squared distances rounded to three digits against negative ones": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-np.abs(np.round(r2, 3)) / (2 * b**2))
""",
    },
    "4.2": {
        "both means subtracted as a row": """
def kernel_pca(K, d):
    K = K - K.mean(0) - K.mean(1) + K.mean()
    values, vectors = np.linalg.eigh(K)
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))
""",
    },
    "4.3": {
        "C without the swap": """
def velocity(F, K):
    n2 = F.shape[1]
    C = F @ F.T / n2
    swapped = np.roll(F, n2 // 2, axis=1)
    return 4 / n2 * (np.eye(len(F)) - C) @ swapped @ K
""",
    },
    "4.4": {
        "the swap in front of both roots": """
def contrastive(K):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    return np.roll(root @ root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.5": {
        "seven of each sign, yet ten pairs off the loss": "ending = (7, 7, 2)",
    },
    "4.6": {
        "swaps the new views, not the training views": """
def embed(new, K, d):
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    n = len(K) // 2
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / len(K), d)
    return np.roll(new, len(new) // 2, axis=0) @ root @ b / (len(K) * gamma**1.5)
""",
    },
    "4.7": {
        "the angle between the views taken as uniform from -2 delta to 2 delta": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
    },
    "4.8": {
        "a thousandth on the diagonal to be safe": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq + 1e-3 * np.eye(len(Kqq)))
    return np.linalg.solve(R, new.T).T
""",
    },
    "5.1": {
        "the outputs added up before the product": """
def tangent_kernel(f, theta, X):
    total, h = 0.0, 1e-5
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        total = total + np.outer(J.sum(1), J.sum(1)) / J.shape[1]
    return total
""",
    },
    "5.2": {
        "the angle as the arctangent of a quotient, which no obtuse angle has": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    with np.errstate(all="ignore"):
        theta = np.nan_to_num(np.arctan(r / k12))
    p = 0.5 - theta / (2 * np.pi)
    both = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), both
""",
        "a slope of 0.1 by default": """
def relu_means(k11, k12, k22, a=0.1):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    both = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), both
""",
    },
    "5.3": {
        "the diagonals of the first layer in all rounds": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    rows, columns = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K)[None])
    for _ in range(depth):
        product, both = relu_means(rows, K, columns)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both * Theta
    return K, Theta
""",
    },
    "5.4": {
        "the starts sorted by size, not by mode": """
def network_start(F0, K):
    n, d = len(K) // 2, F0.shape[1]
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / (2 * n), d)
    columns = F0.T @ np.roll(root, n, axis=0) @ b / (2 * n * gamma)
    R = np.linalg.qr(columns, mode="r")
    return np.sort(np.abs(np.diag(R)))[::-1]
""",
    },
    "5.5": {
        "the mean over the entries of the width that each one asks for": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    one = (r + (np.pi - theta) * k) / (2 * np.pi)
    two = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.mean((two - one**2) / one**2) / error**2
""",
    },
    "5.6": {
        "the factor by which they are multiplied, and a third for three parts": "blocks = (1 / 3, 8.0, 0.0)",
    },
    "5.7": {
        "the seed collected only up to the step of mode 1": """
def seeded_step(gamma, s0, coupling):
    end = linear.step_times(gamma, s0)[0]
    t = np.linspace(0, end, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    y = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(y, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
    },
    "5.8": {
        "sixty-four angles for a kernel with a kink": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 64
    theta = 2 * np.pi * np.arange(q) / q
    X = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    values = wide_kernels(X, depth, np.sqrt(2), b_std)[1][0]
    k = np.arange(k_max + 1)
    c = (values[:, None] * np.cos(np.outer(theta, k))).mean(0)
    return c * np.cos(2 * k * delta)
""",
    },
    "5.9": {
        "the moves of the modes added up, not their squares": """
def weight_move(gamma, s0, m, N):
    move = np.abs(1 / np.sqrt(gamma) - s0).sum()
    return move / np.sqrt(N * (m + len(gamma)))
""",
    },
    "6.1": {
        "one mean for the two views": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    mean = (x1.mean(0) + x2.mean(0)) / 2
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
    },
    "6.2": {
        "0 only for a start above the whole plateau": """
def half_times(gamma, rho, s0, temperature):
    start, end = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        times = np.log(end / start - 1) * temperature / (4 * gamma)
    times = np.where((gamma > 0) & (s0 > 0), times, np.inf)
    return np.where((gamma > 0) & (start >= end), 0.0, times)
""",
        "0 for a start of ½ or more, as if the plateau were 1": """
def half_times(gamma, rho, s0, temperature):
    start, end = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        times = np.log(end / start - 1) * temperature / (4 * gamma)
    times = np.where((gamma > 0) & (s0 > 0), np.maximum(np.nan_to_num(times), 0), np.inf)
    return np.where(start >= 0.5, 0.0, times)
""",
        "asks whether s squared, without gamma, is at half the plateau": """
def half_times(gamma, rho, s0, temperature):
    start, end = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        times = np.log(end / start - 1) * temperature / (4 * gamma)
    times = np.where((gamma > 0) & (s0 > 0), times, np.inf)
    return np.where((gamma > 0) & (s0**2 >= end / 2), 0.0, times)
""",
    },
    "6.3": {
        "the differences of the views centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, bias=True)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "directions counted from 0": "winners = (1, 0, 2)",
    },
    "6.5": {
        "divided by the lengths of the columns": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * unit).sum(1, keepdims=True) * unit) / np.linalg.norm(z, axis=0)
""",
    },
    "6.6": {
        "the direction that the bias takes is that of the largest eigenvalue": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.sort(np.linalg.eigvalsh(Gamma_s))[::-1]
    return A, 4 * gamma[1 : len(b)] / (temperature * length**2)
""",
    },
    "6.7": {
        "asks whether s squared, without gamma, is at the level": """
def updates(gamma, s0, lr, eps, level):
    if s0**2 >= level * eps:
        return 0.0
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log(1 + 4 * gamma * lr / eps))
""",
        "0 updates from half of the level on": """
def updates(gamma, s0, lr, eps, level):
    if gamma * s0**2 >= level * eps / 2:
        return 0.0
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))
""",
    },
    "6.8": {
        "the first of the three roots": """
def copies_std(rho, d, invariance, variance, covariance):
    cubic = [8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance]
    return min(1.0, abs(np.roots(cubic)[0].real))
""",
        "searches above 0.01 only": """
def copies_std(rho, d, invariance, variance, covariance):
    from scipy.optimize import brentq

    def excess(s):
        return 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance

    return 1.0 if excess(1) <= 0 else brentq(excess, 0.01, 1)
""",
    },
    "6.9": {
        "no exchange where gamma, not the agreement, is larger in direction 1": """
def exchange_time(sigma, rho, s0, pull, u):
    if sigma[1] * rho[1] <= sigma[0] * rho[0]:
        return np.inf
    way = np.log(np.sqrt(u / sigma) / s0) / sigma
    return (way[1] - way[0]) / (2 * pull * (rho[1] - rho[0]))
""",
        "infinite only if the variance of direction 2 is no larger either": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0] and sigma[1] <= sigma[0]:
        return np.inf
    way = np.log(np.sqrt(u / sigma) / s0) / sigma
    return (way[1] - way[0]) / (2 * pull * (rho[1] - rho[0]))
""",
    },
    "7.1": {
        "until the length, not its square, has doubled": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 15 * length**2 / (2 * lr**2 * (g @ g))
""",
    },
    "7.2": {
        "the gradient cut to length 1": """
def train_step(model, x1, x2, lr):
    model.zero_grad()
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
    },
    "7.3": {
        "the share taken of the largest value that curve 1 ever has": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    times = np.array(
        [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    )
    learned = (last >= share * curves[:, 0].max()) & (curves[0] < last / 2)
    return np.where(learned, times, np.nan)
""",
    },
    "7.4": {
        "k for the start, not for its square": 'predictions = (2, 1, np.log(100) / 8, "no", "worse")',
    },
    "7.5": {
        "the degree of freedom taken off twice in the error": """
def paired(a, b, level):
    n, difference = len(a), b - a
    mean = difference.mean()
    error = difference.std(ddof=1) / np.sqrt(n - 1)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, n - 1) * error)
""",
    },
    "7.6": {
        "the generator's state as it was before the step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses_ = saved["losses"]
    while len(losses_) < steps:
        state = generator.get_state()
        losses_.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": state,
                "losses": losses_,
            },
            path,
        )
    return np.array(losses_)
""",
    },
    "7.7": {
        "the share of the layers, not of the time": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    calculate = 6 * pictures * 2 * k**2 * i * o * b**2 / peak
    fetch = 6 * pictures * 2 * (i * a**2 + o * b**2) / bandwidth
    return np.maximum(calculate, fetch).sum(), np.mean(fetch > calculate)
""",
    },
    "7.8": {
        "the own rows centred on their own mean": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    E = C - (torch.eye(d, dtype=C.dtype) if isinstance(C, torch.Tensor) else np.eye(d))
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    a, b = z1[own], z2[own]
    mean = (a.mean(0) + b.mean(0)) / 2
    return 2 * processes / n * (b - mean) @ E, 2 * processes / n * (a - mean) @ E
""",
    },
}

RIGHT = {
    "1.4": {
        "anchor by anchor, as a difference of logarithms": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n, total = len(z1), 0
    for a in range(2 * n):
        s = z @ z[a] / temperature
        others = torch.cat([s[:a], s[a + 1 :]])
        total = total + torch.logsumexp(others, 0) - s[(a + n) % (2 * n)]
    return total / (2 * n)
""",
    },
    "1.7": {
        "singular values of the centred rows": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)
    values = s**2 / len(z)
    p = values / values.sum()
    p = p[p > 0]
    return values, float(np.prod(p**-p))
""",
    },
    "2.4": {
        "one formula for both signs, the exponent held below 600": """
def singular_values(t, gamma, s0):
    x = np.minimum(8 * np.outer(t, gamma), 600)
    return s0 * np.exp(x / 2) / np.sqrt(1 + gamma * s0**2 * np.expm1(x))
""",
    },
    "2.8": {
        "turned by a random orthogonal matrix from the left": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    U, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(d, d)))
    return U @ (V[:, -d:] / np.sqrt(gamma[-d:])).T
""",
    },
    "3.2": {
        "one Schur complement after another": """
def starts(products):
    P, s = np.array(products, dtype=float), []
    while len(P):
        s.append(np.sqrt(P[0, 0]))
        P = P[1:, 1:] - np.outer(P[1:, 0], P[0, 1:]) / P[0, 0]
    return np.array(s)
""",
    },
    "3.7": {
        "the root by the lower branch of Lambert's function": """
def largest_rate(gamma, late):
    q = 1 + late
    x = -q * special.lambertw(-np.exp(-1 / q) / q, -1).real - 1
    return x / (4 * max(gamma))
""",
    },
    "3.8": {
        "the procrustes of SciPy on the transposes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    O, _ = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(O.T @ W - target)
""",
    },
    "4.7": {
        "the mean of the cosine by Gauss's rule": """
def circle_gamma(c, delta):
    x, w = np.polynomial.legendre.leggauss(400)
    k = np.arange(len(c))[:, None]
    mean = (np.cos(k * delta * x) * w).sum(1) / 2
    return c * mean**2
""",
    },
    "4.8": {
        "the symmetric inverse root, turned by its eigenvectors": """
def landmark_features(new, Kqq):
    values, V = np.linalg.eigh(Kqq)
    return new @ V / np.sqrt(values)
""",
    },
    "6.5": {
        "by the projector of each row": """
def through_normalisation(z, g):
    out = np.empty_like(g)
    for i, (row, slope) in enumerate(zip(z, g)):
        out[i] = (np.eye(len(row)) - np.outer(row, row) / (row @ row)) @ slope
        out[i] /= np.sqrt(row @ row)
    return out
""",
    },
    "6.8": {
        "halves an interval until the slope changes sign": """
def copies_std(rho, d, invariance, variance, covariance):
    low, high = 0.0, 1.0
    for _ in range(200):
        s = (low + high) / 2
        slope = 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance
        low, high = (s, high) if slope < 0 else (low, s)
    return high
""",
    },
    "7.2": {
        "the mean taken off as a constant: the rows' gradients add up to zero": """
def train_step(model, x1, x2, lr):
    parameters = list(model.parameters())
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.detach().mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = (C - torch.eye(len(C), dtype=C.dtype)).square().sum()
    slopes = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes, strict=True):
            parameter.sub_(slope, alpha=lr)
    return loss.item()
""",
    },
}
