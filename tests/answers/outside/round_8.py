"""Round 8: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.5": {
        "decoupled form, the partner left out of the denominator": """
def cluster_loss(n, k, temperature):
    e = np.exp(-1 / temperature)
    own = 2 * n / k - 2
    elsewhere = 2 * n - 2 * n / k
    return np.log(own + elsewhere * e)
""",
        "low temperature limit, candidates elsewhere neglected": """
def cluster_loss(n, k, temperature):
    # the candidates elsewhere have the share exp(-1/temperature) each: nothing
    if k == 1:
        return np.log(2 * n - 1)
    return np.log(2 * n / k - 1)
""",
    },
    "2.4": {
        "size of gamma taken for lambda at the start": """
def singular_values(t, gamma, s0):
    t = np.asarray(t)[:, None]
    rate = np.abs(gamma)
    e = np.exp(-8 * rate * t)
    lam = rate * s0**2
    below = np.where(gamma > 0, lam + (1 - lam) * e, 1 + lam * (e - 1))
    above = np.where(gamma > 0, 1.0, np.sqrt(e))
    return s0 * above / np.sqrt(np.abs(below))
""",
        "exponent clipped at twenty against overflow": """
def singular_values(t, gamma, s0):
    lam = gamma * s0**2
    growth = np.exp(np.clip(8 * gamma * np.asarray(t)[:, None], -20, 20))
    return s0 * np.sqrt(growth / (1 - lam + lam * growth))
""",
    },
    "2.5": {
        "odds of the level multiplied where one divides, hidden at one half": """
def step_times(gamma, s0, level=0.5):
    lam = np.clip(gamma * s0**2, 0, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((1 / lam - 1) * (1 / level - 1)) / (8 * np.abs(gamma))
    return np.where(gamma <= 0, np.inf, np.where(lam >= level, 0.0, t))
""",
        "every nan turned into never, so a start above one never comes": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((1 / lam - 1) / (1 / level - 1)) / (8 * gamma)
    t = np.maximum(t, 0)
    return np.where(np.isnan(t) | (gamma <= 0), np.inf, t)
""",
    },
    "2.6": {
        "each of the twins counted as a drop of its own": """
plateaus = (5.0, 4.0, 2.0)
""",
        "gamma itself in place of lambda in the loss": """
gammas = np.array([0.5, 0.5, 0.1, -0.1, -0.2])
terms = (1 - gammas) ** 2
plateaus = (round(terms.sum(), 1), round(terms[2:].sum(), 1), round(terms[3:].sum(), 1))
""",
    },
    "2.8": {
        "the d smallest of the positive eigenvalues": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    good = values > 1e-12
    values, vectors = values[good][:d], vectors[:, good][:, :d]
    return (vectors / np.sqrt(values)).T
""",
        "all positive modes whitened, then mixed down to d": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    good = values > 1e-12
    white = (vectors[:, good] / np.sqrt(values[good])).T  # (p, m)
    p = len(white)
    U = np.linalg.qr(np.random.default_rng(0).normal(size=(p, p)))[0]
    return U[:d] @ white  # any orthogonal matrix from the left
""",
    },
    "3.1": {
        "divided by the squared norm of the start, not of the present": """
def shares(t, Gamma, W0):
    values, vectors = linear.modes(Gamma, len(Gamma))
    start = np.sum((W0 @ vectors) ** 2, axis=0)
    grown = np.exp(8 * (values - values[0]) * np.asarray(t)[:, None])
    return grown * start / np.sum(W0**2)
""",
        "shares of the embedding eigenvalues, weighted with gamma": """
def shares(t, Gamma, W0):
    values, vectors = linear.modes(Gamma, len(Gamma))
    start = np.abs(values) * np.sum((W0 @ vectors) ** 2, axis=0)
    part = np.exp(8 * (values - values[0]) * np.asarray(t)[:, None]) * start
    return part / part.sum(axis=1, keepdims=True)
""",
    },
    "3.4": {
        "mode counted from zero as argmax does": """
ending = (2, 0.0, 12)
""",
        "lengths added without the square": """
ending = (3, 0.0, round(0.5**-0.5 + 0.1**-0.5))
""",
    },
    "3.5": {
        "signs given to the rows of the frame": """
def limit_weights(Gamma, W0):
    values, vectors = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ vectors)
    U = np.sign(np.diag(R))[:, None] * Q
    return U @ (vectors / np.sqrt(values)).T
""",
        "nearest orthogonal matrix in place of one column after another": """
def limit_weights(Gamma, W0):
    values, vectors = linear.modes(Gamma, len(W0))
    P, _, Nt = np.linalg.svd(W0 @ vectors)
    return (P @ Nt) @ np.diag(values**-0.5) @ vectors.T
""",
    },
    "3.6": {
        "largest alpha of the pairs, so only the easiest pair is satisfied": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    need = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.max(np.exp(-need / 2))
""",
        "pair with the smallest gap of gamma taken to decide": """
def largest_start(gamma):
    gamma = np.asarray(gamma)
    j = np.argmin(gamma[:-1] - gamma[1:])
    a, b = 1 / gamma[j], 1 / gamma[j + 1]
    need = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-need / 2)
""",
    },
    "3.7": {
        "mode largest in size decides, even a negative one": """
def largest_rate(gamma, late):
    if late == 0:
        return 0.0
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-12, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
        "logarithm expanded to second order and inverted": """
def largest_rate(gamma, late):
    # x / log(1 + x) = 1 + x/2 - x^2/12, so x = 2 late + x^2/6
    x = 2 * late + 2 * late**2 / 3
    return x / (4 * np.max(gamma))
""",
    },
    "4.3": {
        "second views taken in reversed order": """
def velocity(F, K):
    size = F.shape[1]
    swapped = F[:, ::-1]
    C = F @ swapped.T / size
    return 4 / size * (np.eye(len(F)) - C) @ swapped @ K
""",
        "covariance in place of the cross-moment of the embedding": """
def velocity(F, K):
    size = F.shape[1]
    C = F @ F.T / size
    return 4 / size * (np.eye(len(F)) - C) @ np.roll(F, size // 2, axis=1) @ K
""",
    },
    "4.4": {
        "columns of the second root swapped, the swap at the end": """
def contrastive(K):
    values, vectors = np.linalg.eigh(K)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    product = root @ np.roll(root, len(K) // 2, axis=1) / len(K)
    return (product + product.T) / 2
""",
        "Cholesky factor with jitter, same eigenvalues but another matrix": """
def contrastive(K):
    L = np.linalg.cholesky(K + 1e-10 * np.eye(len(K)))
    return L.T @ np.roll(L, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.6": {
        "number of new views taken for the number of training views": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / len(K), d)
    return new @ swapped @ b / (len(new) * gamma**1.5)
""",
        "inverse root with a ridge of one hundredth": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K + 1e-2 * np.eye(len(K)))
    root = (vectors * np.sqrt(values)) @ vectors.T
    inverse = (vectors / np.sqrt(values)) @ vectors.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ inverse @ b / np.sqrt(gamma)
""",
    },
    "4.7": {
        "difference of the turns taken as uniform up to twice delta": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "periods counted from one": """
def circle_gamma(c, delta):
    k = np.arange(1, len(c) + 1)
    return c * (np.sin(k * delta) / (k * delta)) ** 2
""",
    },
    "4.8": {
        "root of the kernel entry by entry": """
def landmark_features(new, Kqq):
    root = Kqq**0.5
    return new @ np.linalg.inv(root)
""",
        "triangular factor of the kernel inverted on the wrong side": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return new @ np.linalg.inv(R)
""",
    },
    "5.2": {
        "cross terms of identity and ReLU dropped as if odd": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    relu = r / (2 * np.pi) + p * k12
    return a**2 * k12 + (1 - a) ** 2 * relu, a**2 + (1 - a) ** 2 * p
""",
        "arctan of the quotient, right for acute angles only": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = np.nan_to_num(np.arctan(r / k12))
    p = 0.5 - theta / (2 * np.pi)
    on = a + (1 - a) ** 2 * p
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), on
""",
    },
    "5.3": {
        "diagonal taken once before the loop, hidden without a bias": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    diagonal = np.diag(K).copy()
    k11, k22 = np.broadcast_arrays(diagonal[:, None], diagonal[None, :])
    for _ in range(depth):
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
        "matrix product where entries should be multiplied": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k11, k22, _ = np.broadcast_arrays(np.diag(K)[:, None], np.diag(K)[None, :], K)
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on @ Theta
    return K, Theta
""",
    },
    "5.6": {
        "mean square in place of root mean square": """
blocks = (0.5, 64, 0)
""",
        "half of the units that are off forgotten in the second sum": """
first = 2 * 0.5  # E[relu(u)^2] = k/2
second = 2 * 1.0  # E[V^2] = 1
blocks = (first / (first + second), np.sqrt(4096 / 64), 0.0)
""",
    },
    "5.7": {
        "seed added in squares as if the parts were independent": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    flow = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    delta = 4 * coupling * integrate.trapezoid(flow, t)
    start = np.sqrt(s0[1] ** 2 + delta**2)
    return linear.step_times(gamma[1:], np.array([start]))[0]
""",
        "mode 1 grown without saturation up to its step time": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    rate = 4 * (gamma[0] - gamma[1])
    delta = 4 * coupling * s0[0] * np.expm1(rate * tau) / rate
    return linear.step_times(gamma[1:], s0[1:] + delta)[0]
""",
    },
    "5.8": {
        "last angle of the grid is the first once more": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    angle = np.linspace(0, 2 * np.pi, q)
    K = np.cos(angle) + b_std**2
    Theta, top = K, 1 + b_std**2
    for _ in range(depth):
        r = np.sqrt(np.maximum(top**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta, top = K + 2 * p * Theta, top + b_std**2
    c = np.fft.rfft(Theta).real[: k_max + 1] / q
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "one-sided amplitudes, all waves but the constant doubled": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = 2 * np.pi * np.arange(q) / q
    K = np.cos(angle) + b_std**2
    Theta, top = K, 1 + b_std**2
    for _ in range(depth):
        r = np.sqrt(np.maximum(top**2 - K**2, 0))
        p = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = 2 * (r / (2 * np.pi) + p * K) + b_std**2
        Theta, top = K + 2 * p * Theta, top + b_std**2
    c = np.fft.rfft(Theta).real[: k_max + 1] / q
    c[1:] *= 2
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "6.1": {
        "one pooled mean for both views": """
def operator(x1, x2, temperature):
    n = len(x1)
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * n)
    mean = np.vstack([x1, x2]).mean(axis=0)
    return 2 / temperature * (Gamma - np.outer(mean, mean))
""",
        "library covariance of both views, which divides by n - 1": """
def operator(x1, x2, temperature):
    m = x1.shape[1]
    cross = np.cov(x1, x2, rowvar=False)[:m, m:]
    return (cross + cross.T) / temperature
""",
    },
    "6.2": {
        "plateau of the variance taken for that of the eigenvalue": """
def half_times(gamma, rho, s0, temperature):
    start, plateau = gamma * s0**2, temperature * rho
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(plateau / start - 1) * temperature / (4 * gamma)
    never = (gamma <= 0) | (s0 == 0)
    return np.where(never, np.inf, np.where(start >= plateau / 2, 0.0, t))
""",
        "temperature kept in the plateau but lost in the rate": """
def half_times(gamma, rho, s0, temperature):
    start, plateau = gamma * s0**2, temperature * rho**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log(plateau / start - 1) / (4 * gamma)
    never = (gamma <= 0) | (s0 == 0)
    return np.where(never, np.inf, np.where(start >= plateau / 2, 0.0, t))
""",
    },
    "6.3": {
        "differences centred by the library covariance": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "one covariance of both views stacked": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]), rowvar=False)
    difference = x1 - x2
    D = difference.T @ difference / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "Barlow Twins taken to see agreement alone": """
winners = (3, 1, 3)
""",
        "entry of M largest in size, a decaying direction": """
sigma = np.array([0.5, 0.3, 0.2])
Gamma_diagonal = sigma * np.array([0.1, 0.8, 0.95])
operators = [Gamma_diagonal] + [
    (2500 - 4 * nu) * sigma + 4 * nu * Gamma_diagonal for nu in (25, 2000)
]
winners = tuple(int(np.argmax(np.abs(M))) + 1 for M in operators)
""",
    },
    "6.6": {
        "projector made of the bias without dividing by its length": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (W - np.outer(b, b) @ W) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
        "first mode given away to the bias, rates of modes 2 to d": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][1 : len(b)]
    return A, 4 * gamma / (temperature * length**2)
""",
    },
    "6.7": {
        "guard compares the weight, not the eigenvalue": """
def updates(gamma, s0, lr, eps, level):
    if s0 >= level * eps:
        return 0.0
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))
""",
        "growth of one update taken for lambda instead of the weight": """
def updates(gamma, s0, lr, eps, level):
    lam = gamma * s0**2
    if lam >= level * eps:
        return 0.0
    return np.log(level * eps / lam) / np.log1p(8 * gamma * lr / eps)
""",
    },
    "6.8": {
        "agreement multiplied into the covariances of copies": """
def copies_std(rho, d, invariance, variance, covariance):
    cubic = [8 * covariance * (d - 1) * rho**2, 0, 4 * invariance * (1 - rho), -variance]
    roots = np.roots(cubic)
    real = roots[np.abs(roots.imag) < 1e-9].real
    s = real[real > 0].min()
    return min(s, 1.0)
""",
        "covariance term averaged over rows and columns": """
def copies_std(rho, d, invariance, variance, covariance):
    slope = lambda s: (
        8 * covariance * (d - 1) / d * s**3 + 4 * invariance * (1 - rho) * s - variance
    )
    if slope(1.0) <= 0:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(200):
        s = (low + high) / 2
        low, high = (s, high) if slope(s) < 0 else (low, s)
    return s
""",
    },
    "7.1": {
        "gradient divided in place before its norm is taken": """
def scale_free(g, length, lr, c):
    scaled = g
    scaled /= c
    steps = 1.5 * length**2 / (lr * np.linalg.norm(g)) ** 2
    return scaled, c**2 * lr, steps
""",
        "waits for the length to double instead of its square": """
def scale_free(g, length, lr, c):
    u, G2 = length**2, np.sum(g**2) * length**2
    end = (2 * length) ** 2
    return g / c, c**2 * lr, (end**2 - u**2) / (2 * lr**2 * G2)
""",
    },
    "7.4": {
        "lateness of the tiny start itself, not the difference of two starts": """
predictions = (2, 1, -np.log(0.0001**2) / 8, "no", "same")
""",
        "ratio of starts without the square": """
predictions = (2, 1, np.log(100) / 8, "no", "same")
""",
    },
    "7.6": {
        "losses kept in single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = torch.zeros(steps)
    done = 0
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        done = saved["done"]
        losses[:done] = saved["losses"][:done]
    for step in range(done, steps):
        losses[step] = one_step(model, optimizer, generator)
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "done": step + 1,
                "losses": losses,
            },
            path,
        )
    return losses.numpy().astype(float)
""",
        "parameters by name only, running statistics left behind": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        losses = saved["losses"]
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        torch.save(
            {
                "model": {name: p.detach() for name, p in model.named_parameters()},
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "losses": losses,
            },
            path,
        )
    return np.array(losses)
""",
    },
}

RIGHT = {
    "2.4": {
        "linear equation for one over s squared, mode by mode": """
def singular_values(t, gamma, s0):
    # y = 1/s^2 obeys dy/dt = -8 gamma y + 8 gamma^2, which is linear
    t = np.asarray(t, dtype=float)
    columns = []
    with np.errstate(over="ignore"):
        for g, s in zip(gamma, s0):
            y = s**-2.0 * np.exp(-8 * g * t) - g * np.expm1(-8 * g * t)
            columns.append(1 / np.sqrt(y))
    return np.stack(columns, axis=-1)
""",
    },
    "2.6": {
        "levels added up by a generator from signs": """
gammas = [0.5, 0.5, 0.1, -0.1, -0.2]
learned = (set(), {0.5}, {0.5, 0.1})
plateaus = tuple(float(sum(g not in done for g in gammas)) for done in learned)
""",
    },
    "2.8": {
        "torch eigenvectors and a random rotation in front": """
import torch


def final_weights(Gamma, d):
    values, vectors = torch.linalg.eigh(torch.tensor(np.asarray(Gamma), dtype=torch.float64))
    top = vectors[:, -d:] * values[-d:].rsqrt()
    U, _ = torch.linalg.qr(torch.randn(d, d, dtype=torch.float64))
    return (U @ top.T).numpy()
""",
    },
    "3.4": {
        "leftovers by Gram and Schmidt in a loop": """
gammas, columns = (0.5, 0.25, 0.1), np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
order = []
for mode in range(3):
    rest = columns[:, mode].copy()
    if np.linalg.norm(rest) < 1e-12 or len(order) == 2:
        continue
    order.append(mode)
    unit = rest / np.linalg.norm(rest)
    columns = columns - np.outer(unit, unit @ columns)
ending = (order[1] + 1, float(2 - len(order)), round(sum(1 / gammas[j] for j in order)))
""",
    },
    "4.4": {
        "cross-moment of the rows of the root": """
def contrastive(K):
    # the rows of the root are the views in an orthonormal basis: chapter 2 does the rest
    values, vectors = np.linalg.eigh(K)
    root = np.einsum("ia,a,ja->ij", vectors, values.clip(0) ** 0.5, vectors)
    first, second = np.split(root, 2)
    return linear.cross_moment(first, second)
""",
    },
    "4.7": {
        "spherical Bessel function of order zero": """
from scipy.special import spherical_jn


def circle_gamma(c, delta):
    return np.array([ck * spherical_jn(0, k * delta) ** 2 for k, ck in enumerate(c)])
""",
    },
    "4.8": {
        "landmarks eliminated one by one from the stacked kernel": """
def landmark_features(new, Kqq):
    q = len(Kqq)
    rest = np.vstack([Kqq, new]).astype(float)
    phi = np.empty((len(new), q))
    for j in range(q):
        column = rest[:, j] / np.sqrt(rest[j, j])
        phi[:, j] = column[q:]
        rest = rest - np.outer(column, column[:q])
    return phi
""",
    },
    "5.6": {
        "computed from the kernel of one hidden layer": """
k = 1.0
nngp = 2 * (k / 2)
tangent = nngp + 2 * 0.5 * k
blocks = (nngp / tangent, 2.0 ** (np.log2(4096 / 64) / 2), 0 * k)
""",
    },
    "6.1": {
        "differences of all pairs of pictures, no mean anywhere": """
def operator(x1, x2, temperature):
    # covariance as half the mean product of differences, over all shifts of the rows
    n, m = x1.shape
    total = np.zeros((m, m))
    for shift in range(1, n):
        a, b = x1 - np.roll(x1, shift, axis=0), x2 - np.roll(x2, shift, axis=0)
        total += a.T @ b
    cross = total / (2 * n**2)
    return (cross + cross.T) / temperature
""",
    },
    "6.6": {
        "Jacobian of the normalisation by autograd": """
def with_bias(W, b, Gamma_s, temperature):
    import torch

    at = torch.tensor(np.asarray(b), dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda z: z / z.norm(), at).numpy()
    every = sorted(np.linalg.eigvalsh(Gamma_s), reverse=True)
    rates = [4 * value / temperature / (b @ b) for value in every[: len(b) - 1]]
    return jacobian @ W, np.array(rates)
""",
    },
    "6.8": {
        "Newton from above on the convex slope": """
def copies_std(rho, d, invariance, variance, covariance):
    cube, line = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    s = 1.0
    if cube + line <= variance:
        return s
    while True:
        lower = s - (cube * s**3 + line * s - variance) / (3 * cube * s**2 + line)
        if not lower < s:
            return s
        s = lower
""",
    },
    "7.6": {
        "pickle, a second file and a rename": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import os
    import pickle

    losses = []
    if path.exists():
        weights, momenta, state, losses = pickle.loads(path.read_bytes())
        model.load_state_dict(weights)
        optimizer.load_state_dict(momenta)
        generator.set_state(state)
    for _ in range(len(losses), steps):
        losses.append(float(one_step(model, optimizer, generator)))
        everything = (model.state_dict(), optimizer.state_dict(), generator.get_state(), losses)
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(pickle.dumps(everything))
        os.replace(beside, path)
    return np.array(losses)
""",
    },
}
