"""Round 3: 60 wrong and 12 right answers, written from the blank notebooks and pages alone."""

WRONG = {
    "1.1": {
        "all eight variances are forced to be 1, so all eight eigenvalues are thought to stay": """
eigenvalues_left = 8
""",
        "copies with the sign plus and with the sign minus counted as two directions": """
eigenvalues_left = 2
""",
    },
    "1.4": {
        "partners taken as neighbours, as if the views were interleaved": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    logits = z @ z.T / temperature
    logits = logits.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    partner = torch.arange(len(z)) ^ 1
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "diagonal multiplied by 0, which leaves the anchor in with exp(0)": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = z @ z.T
    s = s * (1 - torch.eye(2 * n, dtype=s.dtype))
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s / temperature, partner)
""",
    },
    "1.6": {
        "covariance term as the mean of the d(d - 1) entries off the diagonal": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        std = torch.sqrt(torch.diag(K) + eps)
        variance = variance + torch.relu(1 - std).mean() / 2
        off = K - torch.diag(torch.diag(K))
        covariance = covariance + (off**2).sum() / (d * (d - 1))
    return invariance, variance, covariance
""",
        "eps added to the standard deviation, outside the root": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variance = variance + torch.relu(1 - (z.std(dim=0) + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (torch.diag(K) ** 2).sum()) / d
    return invariance, variance, covariance
""",
    },
    "1.7": {
        "np.cov with its default of n - 1": """
def spectrum(z):
    eigenvalues = np.linalg.eigvalsh(np.cov(z, rowvar=False))[::-1]
    positive = eigenvalues[eigenvalues > 0]
    p = positive / positive.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
        "shares of the singular values of the centred embedding, not of their squares": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    cov = centred.T @ centred / len(z)
    eigenvalues = np.linalg.eigvalsh(cov)[::-1]
    singular = np.sqrt(np.maximum(eigenvalues, 0))
    p = singular / singular.sum()
    p = p[p > 0]
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
    },
    "1.8": {
        "argmax answers 0 for an eigenvalue that never comes to one half": """
def staircase(x1, x2, W, lr, steps):
    n = len(x1)
    W = W.clone().requires_grad_(True)
    losses, eigenvalues = [], []
    for step in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (grad,) = torch.autograd.grad(loss, W)
        W = (W - lr * grad).detach().requires_grad_(True)
    eigenvalues = np.array(eigenvalues)
    first = (eigenvalues >= 0.5).argmax(axis=0).astype(float)
    return np.array(losses), eigenvalues, first
""",
        "detach taken for a copy, so that the start is changed in place": """
def staircase(x1, x2, W, lr, steps):
    n, d = len(x1), len(W)
    weights = W.detach().requires_grad_(True)
    losses, eigenvalues = np.zeros(steps + 1), np.zeros((steps + 1, d))
    for k in range(steps + 1):
        z1, z2 = x1 @ weights.T, x2 @ weights.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * n)
        loss = ((C - torch.eye(d, dtype=C.dtype)) ** 2).sum()
        losses[k] = loss.item()
        eigenvalues[k] = np.linalg.eigvalsh(C.detach().numpy())[::-1]
        if k < steps:
            (g,) = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                weights -= lr * g
    above = eigenvalues >= 0.5
    first = np.where(above.any(axis=0), above.argmax(axis=0), np.inf)
    return losses, eigenvalues, first
""",
    },
    "2.1": {
        "divides by n, not by 2n": """
def cross_moment(x1, x2):
    n = len(x1)
    return (x1.T @ x2 + x2.T @ x1) / n
""",
        "the mean of each view subtracted first": """
def cross_moment(x1, x2):
    a = x1 - x1.mean(axis=0)
    b = x2 - x2.mean(axis=0)
    return (a.T @ b + b.T @ a) / (2 * len(x1))
""",
    },
    "2.4": {
        "factor 2 lost in the exponent, so that the clock runs at half speed": """
def singular_values(t, gamma, s0):
    e = np.exp(-4 * np.abs(gamma) * t[:, None])
    lam0 = gamma * s0**2
    top = np.where(gamma > 0, s0, s0 * np.sqrt(e))
    bottom = np.where(gamma > 0, lam0 + (1 - lam0) * e, 1 + lam0 * (e - 1))
    return top / np.sqrt(bottom)
""",
        "s from the ratio of eigenvalues, which is 0/0 at gamma = 0": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        decay = np.exp(-8 * np.outer(t, gamma))
        lam = lam0 / (lam0 + (1 - lam0) * decay)
        return s0 * np.sqrt(lam / lam0)
""",
    },
    "2.5": {
        "negative times for modes that start above the level": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.log((1 / lam0 - 1) / (1 / level - 1)) / (8 * gamma)
    return np.where(gamma > 0, t, np.inf)
""",
        "small-start form, with 1/lambda(0) - 1 replaced by 1/lambda(0)": """
def step_times(gamma, s0, level=0.5):
    times = np.full(len(gamma), np.inf)
    up = gamma > 0
    lam0 = gamma[up] * s0[up] ** 2
    odds = level / (1 - level)
    times[up] = np.where(lam0 >= level, 0.0, np.maximum(np.log(odds / lam0), 0) / (8 * gamma[up]))
    return times
""",
    },
    "2.6": {
        "the two equal modes counted as one step of height one": """
plateaus = (5.0, 4.0, 3.0)
""",
        "modes of negative gamma left out of the loss, as they cannot be learned": """
plateaus = (3.0, 1.0, 0.0)
""",
    },
    "2.8": {
        "multiplies by the root of the eigenvalues in place of dividing": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    values, vectors = values[::-1][:d], vectors[:, ::-1][:, :d]
    return np.sqrt(values)[:, None] * vectors.T
""",
        "modes sorted by size with an SVD, negative ones among them": """
def final_weights(Gamma, d):
    U, s, Vt = np.linalg.svd(Gamma)
    return Vt[:d] / np.sqrt(s[:d])[:, None]
""",
    },
    "3.4": {
        "the start taken for a generic one, so that mode 2 is second": """
ending = (2, 0.0, 6)
""",
        "the mode that was passed over still charged in the loss": """
ending = (3, 1.0, 12)
""",
    },
    "3.6": {
        "the rise of the next mode from 0.1 to one half left out": """
def largest_start(gamma):
    r = 1 / gamma
    a, b = r[:-1], r[1:]
    ell = (np.log(9) * a - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-ell.max() / 2)
""",
        "the easiest pair decides, not the hardest": """
def largest_start(gamma):
    r = 1 / gamma
    best = 0.0
    for j in range(len(r) - 1):
        a, b = r[j], r[j + 1]
        ell = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
        best = max(best, np.exp(-ell / 2))
    return best
""",
    },
    "4.1": {
        "the bandwidth not squared": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1)[None, :] - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / (2 * b))
""",
        "squared lengths of x1 used for x2 too, right only for a set with itself": """
def gaussian(x1, x2, b):
    lengths = np.sum(x1**2, axis=1)
    r2 = lengths[:, None] + lengths[: len(x2)] - 2 * x1 @ x2.T
    return np.exp(-np.maximum(r2, 0) / (2 * b**2))
""",
    },
    "4.3": {
        "number of pairs read from the notebook, not from the argument": """
def velocity(F, K):
    swapped = np.roll(F, n, axis=1)
    C = F @ swapped.T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ swapped @ K
""",
        "views swapped after the kernel in place of before it": """
def velocity(F, K):
    N = F.shape[1]
    C = F @ np.roll(F, N // 2, axis=1).T / N
    return 4 / N * (np.eye(len(F)) - C) @ np.roll(F @ K, N // 2, axis=1)
""",
    },
    "4.5": {
        "copies counted as if they were new pairs": """
ending = (10, 10, 2.0)
""",
        "the zero eigenvalues of the copies counted as negative ones": """
ending = (7, 13, 5.0)
""",
    },
    "4.6": {
        "gamma to the power 1/2 in place of 3/2": """
def embed(new, K, d):
    N = len(K)
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ swapped @ B / (N * np.sqrt(gamma))
""",
        "the inverse root itself, which fails where the kernel is singular": """
def embed(new, K, d):
    N = len(K)
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(kappa)) @ V.T
    inverse_root = (V / np.sqrt(kappa)) @ V.T
    gamma, B = np.linalg.eigh(root @ np.roll(root, N // 2, axis=0) / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    return new @ inverse_root @ B / np.sqrt(gamma)
""",
    },
    "4.8": {
        "the inverse in place of its root": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(Kqq)
""",
        "triangular factor solved the wrong way round": """
def landmark_features(new, Kqq):
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R.T, new.T).T
""",
    },
    "5.1": {
        "sum over the outputs, not the mean": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    Theta = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        Theta += J @ J.T
    return Theta
""",
        "outputs added up before the product, which brings in pairs of different outputs": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    columns = []
    for p in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        columns.append((f(up, X) - f(down, X)).sum(axis=1) / (2 * h))
    J = np.array(columns).T
    d = f(theta, X).shape[1]
    return J @ J.T / d
""",
    },
    "5.3": {
        "the old K in the tangent kernel of a dense layer": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    for _ in range(depth):
        diag = np.diag(K)
        product, both_on = relu_means(*np.broadcast_arrays(diag[:, None], K, diag[None, :]))
        Theta = K + W_std**2 * both_on * Theta
        K = W_std**2 * product + b_std**2
    return K, Theta
""",
        "diagonal of K taken once, before the loop": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K.copy()
    diag = np.diag(K).copy()
    k11, k22 = np.broadcast_arrays(diag[:, None], diag[None, :])
    for _ in range(depth):
        product, both_on = relu_means(k11, K, k22)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
    },
    "5.4": {
        "lengths of the columns, not what the earlier modes leave": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    columns = F0.T @ swapped @ B / (N * gamma)
    return np.linalg.norm(columns, axis=0)
""",
        "the first d modes in ascending order, so that the last one is asked first": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    root = (V * np.sqrt(np.maximum(kappa, 0))) @ V.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[-d:], B[:, -d:]
    columns = F0.T @ swapped @ B / (N * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))[::-1]
""",
    },
    "5.6": {
        "the blocks shrink as 1/N, not as the root": """
blocks = (0.5, 64.0, 0.0)
""",
        "the sum of the hidden layer thought to die out with the width for a = b too": """
blocks = (1.0, 8.0, 0.0)
""",
    },
    "6.3": {
        "factor 2 of the invariance term lost": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - invariance * D) / d
""",
        "moment of the differences centred, right only where the two means agree": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, bias=True)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "directions counted from 0": """
winners = (1, 0, 2)
""",
        "invariance weight with 2 in place of 4, which changes the third answer": """
winners = (2, 1, 2)
""",
    },
    "6.5": {
        "not divided by the length": """
def through_normalisation(z, g):
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    return g - (g * unit).sum(axis=1, keepdims=True) * unit
""",
        "part along z taken with z in place of the unit vector": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - (g * z).sum(axis=1, keepdims=True) * z) / length
""",
    },
    "6.6": {
        "the part along the bias not taken away": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return W / length, 4 * gamma / (temperature * length**2)
""",
        "rates divided by the length of the bias only once": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1]
    return A, 4 * gamma / (temperature * length)
""",
    },
    "6.8": {
        "the hinge forgotten, so that the answer may be above 1": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    real = roots[np.abs(roots.imag) < 1e-9].real
    return float(real[real > 0][0])
""",
        "smallest loss on a coarse grid in place of the root": """
def copies_std(rho, d, invariance, variance, covariance):
    s = np.linspace(0.005, 1.0, 200)
    loss = (2 * invariance * (1 - rho) * s**2 + variance * np.maximum(0, 1 - s)
            + 2 * covariance * (d - 1) * s**4)
    return float(s[np.argmin(loss)])
""",
    },
    "7.1": {
        "learning rate scaled by c in place of its square": """
def scale_free(g, length, lr, c):
    steps = 3 * length**2 / (2 * lr**2 * np.sum(g**2))
    return g / c, c * lr, steps
""",
        "the gradient taken as constant while the weights grow": """
def scale_free(g, length, lr, c):
    steps = length**2 / (lr**2 * np.sum(g**2))
    return g / c, c**2 * lr, steps
""",
    },
    "7.3": {
        "rows not sorted, so that curves are mixed": """
def read_steps(t, eigenvalues, share):
    curves = np.asarray(eigenvalues)
    top = curves[-1].max()
    times = np.full(curves.shape[1], np.nan)
    for j, curve in enumerate(curves.T):
        half = curve[-1] / 2
        if curve[-1] < share * top or not curve[0] < half:
            continue
        k = int(np.argmax(curve >= half))
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] > 0:
            times[j] = t[k - 1] * (t[k] / t[k - 1]) ** part
        else:
            times[j] = t[k - 1] + part * (t[k] - t[k - 1])
    return times
""",
        "interpolates in t where log t is asked for": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    times = np.full(len(last), np.nan)
    for j in range(len(last)):
        half = last[j] / 2
        if last[j] >= share * last[0] and curves[0, j] < half:
            k = np.flatnonzero(curves[:, j] >= half)[0]
            times[j] = np.interp(half, curves[k - 1 : k + 1, j], t[k - 1 : k + 1])
    return times
""",
    },
    "7.4": {
        "eigenvalue of the start taken as proportional to the start, not to its square": """
predictions = (2.0, 1.0, np.log(100) / 8, "no", "same")
""",
        "the small start thought to give better features": """
predictions = (2.0, 1.0, np.log(100**2) / 8, "no", "worse")
""",
    },
    "7.8": {
        "not multiplied by the number of processes": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(z1.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2 / n * b[own] @ E, 2 / n * a[own] @ E
""",
        "each view centred on its own mean": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    a, b = z1 - z1.mean(axis=0), z2 - z2.mean(axis=0)
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(d)
    first, second = 2 * processes / n * b @ E, 2 * processes / n * a @ E
    size = n // processes
    return first[rank * size : (rank + 1) * size], second[rank * size : (rank + 1) * size]
""",
    },
}

RIGHT = {
    "1.1": {
        "computed as the rank of eight copies of either sign": """
eigenvalues_left = np.linalg.matrix_rank(np.outer([1, -1, 2, 3], [1, 1, -1, 1, -1, -1, 1, 1]))
""",
    },
    "1.7": {
        "singular values of the centred array, filled up with zeros, and scipy.special.entr": """
def spectrum(z):
    from scipy.special import entr

    n, d = z.shape
    singular = np.linalg.svd((z - z.mean(axis=0)) / n**0.5, compute_uv=False)
    eigenvalues = np.zeros(d)
    eigenvalues[: len(singular)] = singular**2
    return eigenvalues, np.exp(entr(eigenvalues / eigenvalues.sum()).sum())
""",
    },
    "2.1": {
        "recursion that halves the pictures": """
def cross_moment(x1, x2):
    n = len(x1)
    if n == 1:
        product = np.outer(x1[0], x2[0])
        return (product + product.T) / 2
    h = n // 2
    upper, lower = cross_moment(x1[:h], x2[:h]), cross_moment(x1[h:], x2[h:])
    return (h * upper + (n - h) * lower) / n
""",
    },
    "2.4": {
        "a nested list comprehension with math.expm1, number by number": """
def singular_values(t, gamma, s0):
    from math import exp, expm1, sqrt

    def one(time, g, s):
        decay, grown = exp(-8 * abs(g) * time), -expm1(-8 * abs(g) * time)
        lam = g * s * s
        if g > 0:
            return s / sqrt(decay + lam * grown)
        return s * exp(4 * g * time) / sqrt(1 - lam * grown)

    return np.array([[one(time, g, s) for g, s in zip(gamma, s0)] for time in t])
""",
    },
    "2.6": {
        "the three levels computed by counting, with a lambda": """
plateaus = (lambda g: tuple(float(len(g) - sum(x >= low for x in g)) for low in (np.inf, 0.5, 0.1)))(
    [0.5, 0.5, 0.1, -0.1, -0.2]
)
""",
    },
    "2.8": {
        "scipy.linalg.eigh for a subset, turned by a random orthogonal matrix": """
def final_weights(Gamma, d):
    import scipy.linalg

    m = len(Gamma)
    values, vectors = scipy.linalg.eigh(Gamma, subset_by_index=[m - d, m - 1])
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(d, d)))[0]
    return turn @ np.diag(values**-0.5) @ vectors.T
""",
    },
    "4.1": {
        "a product of one-dimensional Gaussians, one a coordinate": """
def gaussian(x1, x2, b):
    import functools

    def one(column):
        return np.exp(-((np.subtract.outer(x1[:, column], x2[:, column]) / b) ** 2) / 2)

    return functools.reduce(np.multiply, map(one, range(x1.shape[1])))
""",
    },
    "5.3": {
        "recursion in the depth, pair by pair, with the angle as the phase of a complex number": """
def wide_kernels(X, depth, W_std, b_std):
    import cmath
    import math

    w2, b2 = float(W_std) ** 2, float(b_std) ** 2

    def after(layers, a, c, e):
        \"\"\"k11, k12, k22 and the tangent kernel of one pair behind so many hidden layers.\"\"\"
        if layers == 0:
            return w2 * a + b2, w2 * c + b2, w2 * e + b2, w2 * c + b2
        a, c, e, theta = after(layers - 1, a, c, e)
        r = math.sqrt(max(a * e - c * c, 0.0))
        on = 0.5 - cmath.phase(complex(c, r)) / (2 * math.pi)
        c = w2 * (r / (2 * math.pi) + on * c) + b2
        return w2 * a / 2 + b2, c, w2 * e / 2 + b2, c + w2 * on * theta

    m = X.shape[1]
    pairs = [[after(depth, x @ x / m, x @ y / m, y @ y / m) for y in X] for x in X]
    table = np.array(pairs)
    return table[:, :, 1], table[:, :, 3]
""",
    },
    "5.4": {
        "a root that is not symmetric, and Gram-Schmidt twice over in place of QR": """
def network_start(F0, K):
    N, d = F0.shape
    kappa, V = np.linalg.eigh(K)
    L = V * np.sqrt(np.clip(kappa, 0, None))  # K = L L^T, any root will do
    PL = np.concatenate([L[N // 2 :], L[: N // 2]])
    gamma, c = np.linalg.eigh(L.T @ PL / N)
    used, starts = [], []
    for j in range(1, d + 1):
        left = F0.T @ (PL @ c[:, -j]) / (N * gamma[-j])
        for _ in range(2):
            for q in used:
                left = left - (q @ left) * q
        starts.append(np.sqrt(left @ left))
        used.append(left / starts[-1])
    return np.array(starts)
""",
    },
    "6.8": {
        "Cardano with the hyperbolic sine": """
def copies_std(rho, d, invariance, variance, covariance):
    import math

    cubic, linear_part = 8 * covariance * (d - 1), 4 * invariance * (1 - rho)
    if cubic + linear_part <= variance:
        return 1.0
    if cubic == 0:
        return variance / linear_part
    p, q = linear_part / cubic, variance / cubic  # s^3 + p s = q
    if p == 0:
        return math.exp(math.log(q) / 3)
    return 2 * math.sqrt(p / 3) * math.sinh(math.asinh(1.5 * q / p * math.sqrt(3 / p)) / 3)
""",
    },
    "7.1": {
        "a callable class that integrates the growth with scipy": """
class ScaleFree:
    def __call__(self, g, length, lr, c):
        from scipy.integrate import quad

        start = length**2
        growth = (lr * length) ** 2 * np.vdot(g, g)  # eta^2 G^2
        steps = quad(lambda u: u / growth, start, 2 * start)[0]
        return np.true_divide(g, c), lr * c * c, steps


scale_free = ScaleFree()
""",
    },
    "7.3": {
        "plain Python lists and next, without numpy but for the result": """
def read_steps(t, eigenvalues, share):
    import math

    t = [float(x) for x in t]
    rows = [sorted((float(x) for x in row), reverse=True) for row in eigenvalues]
    top = rows[-1][0]

    def step(curve):
        half = curve[-1] / 2
        if not (curve[-1] >= share * top and curve[0] < half):
            return math.nan
        k = next(i for i, value in enumerate(curve) if value >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] == 0:
            return part * t[k]
        return math.exp((1 - part) * math.log(t[k - 1]) + part * math.log(t[k]))

    return np.array([step(curve) for curve in zip(*rows)])
""",
    },
}
