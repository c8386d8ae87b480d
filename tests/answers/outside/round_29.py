"""Round 29: 44 wrong and 12 right answers to chapters 1 to 5, from slips of axis and order."""

WRONG = {
    "1.2": {
        # Mean and variance are taken over the stack of both views, not of each view.
        "one normalisation for both views": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    z = torch.cat([z1, z2])
    z = (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()
    C = z[:n].T @ z[n:] / n
    on = C.diagonal()
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        # The diagonal pays 1 - C², not (1 - C)².
        "the square inside the bracket": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = C.diagonal()
    return (1 - on**2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.4": {
        # The stack interleaves the views, but the partner is looked for n rows further.
        "interleaved views, partner n rows on": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.stack([z1, z2], dim=1).reshape(2 * n, -1)
    z = torch.nn.functional.normalize(z, dim=1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    partner = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s, partner)
""",
        # The partner of row i is row 2n - 1 - i: right for no pair but by chance.
        "the partners in reverse order": """
def nt_xent(z1, z2, temperature=0.5):
    n = len(z1)
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(2 * n).flip(0))
""",
    },
    "1.6": {
        # max(0, ·) of the mean: a dimension above 1 makes up for one below.
        "the hinge after the mean": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = K.diagonal()
        variance = variance + torch.relu((1 - (on + eps).sqrt()).mean()) / 2
        covariance = covariance + ((K**2).sum() - (on**2).sum()) / d
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
        # eps stands beside the standard deviation, not under the root.
        "eps outside the root": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = K.diagonal()
        variance = variance + torch.relu(1 - (z.std(0) + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (on**2).sum()) / d
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
    },
    "1.8": {
        # The step goes down the mean of the squares, d² times too slowly; the sum is recorded.
        "descends the mean, records the sum": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    losses_, spectra_ = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        off = (C - eye) ** 2
        losses_.append(off.sum().item())
        spectra_.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(off.mean(), W)
        W = (W - lr * slope).detach().requires_grad_()
    spectra_ = np.array(spectra_)
    above = spectra_ >= 0.5
    first = np.where(above.any(axis=0), above.argmax(axis=0), np.inf)
    return np.array(losses_), spectra_, first
""",
        # searchsorted wants a rising column; one that falls back below ½ is answered wrongly.
        "the crossing by searchsorted": """
def staircase(x1, x2, W, lr, steps):
    W = W.detach().clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    losses_, spectra_ = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        losses_.append(loss.item())
        spectra_.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (slope,) = torch.autograd.grad(loss, W)
        W = (W - lr * slope).detach().requires_grad_()
    spectra_ = np.array(spectra_)
    first = np.array([float(np.searchsorted(column, 0.5)) for column in spectra_.T])
    first[first == steps + 1] = np.inf
    return np.array(losses_), spectra_, first
""",
    },
    "2.2": {
        # The weight stands inside the square: lam² in place of lam.
        "the weight inside the square": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = np.where(np.eye(len(C), dtype=bool), C - 1, lam**2 * C)
    return 4 * E @ W @ Gamma
""",
        # Each pair i ≠ j counts once: off the diagonal a factor of 2 is lost.
        "each pair of dimensions once": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    off = C - np.diag(np.diag(C))
    E = 4 * np.diag(np.diag(C) - 1) + 2 * lam * off
    return E @ W @ Gamma
""",
    },
    "2.4": {
        # At gamma = 0 the quotient 0/0 is replaced by 0; s stays at s0 there.
        "0/0 becomes 0": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        growth = np.exp(-8 * gamma * t[:, None])
        lam = lam0 / (lam0 + (1 - lam0) * growth)
        return np.nan_to_num(np.sqrt(lam / gamma))
""",
        # For gamma < 0 the plain exponential: the denominator is left out.
        "a negative mode decays as an exponential": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    under = np.where(gamma > 0, lam0 + (1 - lam0) * e, 1.0)
    return s0 * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(under)
""",
    },
    "2.5": {
        # λ grows as an exponential up to the level: the factor 1 - λ is left out.
        "exponential up to the level": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log(level / lam0) / (8 * gamma)
    return np.where(gamma > 0, np.maximum(t, 0), np.inf)
""",
        # A mode with gamma <= 0 comes out as 0, not as inf.
        "what is no number is 0": """
def step_times(gamma, s0, level=0.5):
    lam0 = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam0 - 1) / (1 / level - 1)) / (8 * gamma)
    return np.maximum(np.nan_to_num(t, nan=0.0, posinf=np.inf), 0)
""",
    },
    "2.7": {
        # [::-1] turns around the steps, not the eigenvalues of a row.
        "the record turned around in time": """
def descend(gradient, Gamma, W0, lr, steps):
    W, record = W0, []
    for _ in range(steps + 1):
        record.append(W @ Gamma @ W.T)
        W = W - lr * gradient(W, Gamma)
    return np.linalg.eigvalsh(np.array(record))[::-1]
""",
        # Largest first by size: a negative eigenvalue comes too early.
        "in the order of the absolute value": """
def descend(gradient, Gamma, W0, lr, steps):
    W, record = W0, []
    for _ in range(steps + 1):
        values = np.linalg.eigvalsh(W @ Gamma @ W.T)
        record.append(values[np.argsort(-np.abs(values))])
        W = W - lr * gradient(W, Gamma)
    return np.array(record)
""",
    },
    "3.1": {
        # The shares are made of lengths, not of their squares.
        "lengths in place of squares": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    length = np.linalg.norm(W0 @ modes, axis=0)
    size = np.exp(4 * (gamma - gamma[0]) * t[:, None]) * length
    return size / size.sum(axis=1, keepdims=True)
""",
        # The largest |gamma| is taken out: with a large negative one all terms underflow to 0/0.
        "the largest |gamma| taken out": """
def shares(t, Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(Gamma))
    squares = ((W0 @ modes) ** 2).sum(axis=0)
    size = np.exp(8 * (gamma - np.abs(gamma).max()) * t[:, None]) * squares
    return size / size.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        # What all other columns leave, later ones too.
        "what all others leave": """
def starts(products):
    return 1 / np.sqrt(np.diag(np.linalg.inv(products)))
""",
        # Only the part along the column just before is taken away.
        "only the mode before": """
def starts(products):
    left = np.diag(products).copy()
    for j in range(1, len(products)):
        left[j] -= products[j, j - 1] ** 2 / products[j - 1, j - 1]
    return np.sqrt(left)
""",
    },
    "3.5": {
        # The signs multiply rows of Q, not its columns.
        "the signs on the rows": """
def limit_weights(Gamma, W0):
    gamma, modes = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ modes)
    U = Q * np.sign(np.diag(R))[:, None]
    return U / np.sqrt(gamma) @ modes.T
""",
        # The nearest orthogonal matrix in place of the leftovers in order.
        "the polar factor": """
def limit_weights(Gamma, W0):
    from scipy.linalg import polar

    gamma, modes = linear.modes(Gamma, len(W0))
    U = polar(W0 @ modes)[0]
    return U / np.sqrt(gamma) @ modes.T
""",
    },
    "3.7": {
        # Lateness as a share of the descent's own time, not of the flow's.
        "late as a share of the descent's time": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: 1 - np.log1p(x) / x - late, 1e-12, 50)
    return x / (4 * np.max(gamma))
""",
        # The mode with the largest |gamma| decides, even if it does not grow.
        "the largest |gamma| decides": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-12, 50)
    return x / (4 * np.max(np.abs(gamma)))
""",
    },
    "4.1": {
        # /2*b**2 multiplies by b².
        "divided by 2, times b²": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-cdist(x1, x2, "sqeuclidean") / 2 * b**2)
""",
        # rbf_kernel's gamma is 1 / 2b², not b.
        "scikit-learn's gamma taken for b": """
def gaussian(x1, x2, b):
    from sklearn.metrics.pairwise import rbf_kernel

    return rbf_kernel(x1, x2, gamma=b)
""",
    },
    "4.2": {
        # Without keepdims both means are subtracted along the rows; K is no longer symmetric.
        "both means along the rows": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1) + K.mean()
    values, vectors = np.linalg.eigh(centred)
    return vectors[:, ::-1][:, :d] * np.sqrt(values[::-1][:d])
""",
        # The vectors are turned around, their eigenvalues are not.
        "the eigenvalues in rising order": """
def kernel_pca(K, d):
    centred = K - K.mean(axis=0) - K.mean(axis=1)[:, None] + K.mean()
    values, vectors = np.linalg.eigh(centred)
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[-d:], 0))
""",
    },
    "4.3": {
        # F K P in place of F P K: the swap comes after the kernel.
        "swapped after the kernel": """
def velocity(F, K):
    d, N = F.shape
    C = F @ np.roll(F, N // 2, axis=1).T / N
    return 4 / N * (np.eye(d) - C) @ np.roll(F @ K, N // 2, axis=1)
""",
        # Columns 2i and 2i + 1 are swapped, as if a pair stood side by side.
        "neighbouring columns taken for pairs": """
def velocity(F, K):
    d, N = F.shape
    swapped = F[:, np.arange(N) ^ 1]
    C = F @ swapped.T / N
    return 4 / N * (np.eye(d) - C) @ swapped @ K
""",
    },
    "4.6": {
        # K^(1/2) P in place of P K^(1/2): the columns of the root are swapped.
        "the columns of the root swapped": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    n = len(K) // 2
    gamma, b = linear.modes(root @ np.roll(root, n, axis=0) / len(K), d)
    return new @ np.roll(root, n, axis=1) @ b / (len(K) * gamma**1.5)
""",
        # Each column is scaled to mean square 1 over the new views, not to C = I.
        "mean square 1 over the new views": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / len(K), d)
    f = new @ swapped @ b
    return f / np.sqrt((f**2).mean(axis=0))
""",
    },
    "4.7": {
        # The angle between the views taken as uniform in [-2 delta, 2 delta].
        "a uniform angle between the views": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        # The cosine of the mean angle, 2 delta / 3, in place of the mean of the cosine.
        "the cosine of the mean angle": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.cos(k * 2 * delta / 3)
""",
    },
    "5.1": {
        # The outputs are added before the product of the gradients.
        "the gradient of the sum of the outputs": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        g = J.sum(axis=1)
        total = total + np.outer(g, g)
    return total / J.shape[1]
""",
        # A central difference divided by h, not by 2h: four times too large.
        "the central difference over h": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / h
        total = total + J @ J.T
    return total / J.shape[1]
""",
    },
    "5.2": {
        # Multiplied out without the two mixed terms, a (1 - a) k12 and a (1 - a).
        "the mixed terms forgotten": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = r / (2 * np.pi) + p * k12
    return a**2 * k12 + (1 - a) ** 2 * product, a**2 + (1 - a) ** 2 * p
""",
        # r / 2π lacks its factor (1 - a)².
        "r without (1 - a)²": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    both = a + (1 - a) ** 2 * p
    return k12 * both + r / (2 * np.pi), both
""",
    },
    "5.3": {
        # k11 and k22 stay those of the first layer.
        "the variances of the first layer": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    k11, k22 = np.diag(K)[:, None], np.diag(K)[None]
    for _ in range(depth):
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        both_on = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + both_on * K) + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
        # The column of variances stands in for the row as well.
        "one column for both variances": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k11 = k22 = np.diag(K)[:, None]
        r = np.sqrt(np.maximum(k11 * k22 - K**2, 0))
        both_on = 0.5 - np.arctan2(r, K) / (2 * np.pi)
        K = W_std**2 * (r / (2 * np.pi) + both_on * K) + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
    },
    "5.4": {
        # Divided by n gamma, not by 2n gamma: twice too large.
        "n in place of 2n": """
def network_start(F0, K):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    n = len(K) // 2
    swapped = np.roll(root, n, axis=0)
    gamma, b = linear.modes(root @ swapped / (2 * n), F0.shape[1])
    columns = F0.T @ swapped @ b / (n * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
        # QR of the transpose: the rows are made orthogonal, one dimension after the other.
        "QR of the transpose": """
def network_start(F0, K):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / len(K), F0.shape[1])
    columns = F0.T @ swapped @ b / (len(K) * gamma)
    return np.abs(np.diag(np.linalg.qr(columns.T, mode="r")))
""",
    },
    "5.7": {
        # The seed lacks its factor 4.
        "the seed without its 4": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    rate = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = coupling * integrate.trapezoid(rate, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
        # The integral stops at the step of mode 1, where the integrand is large.
        "the integral up to the step of mode 1": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    rate = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(rate, t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
    },
}

RIGHT = {
    "1.2": {
        "torch's batch norm": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return torch.nn.functional.batch_norm(z, None, None, training=True)

    C = torch.einsum("bi,bj->ij", unit(z1), unit(z2)) / len(z1)
    target = torch.eye(len(C), dtype=C.dtype)
    weight = lam + (1 - lam) * target
    return (weight * (C - target) ** 2).sum()
""",
    },
    "1.4": {
        "the anchor cut out of each row": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    N = len(z)
    s = z @ z.T / temperature
    others = s.flatten()[1:].view(N - 1, N + 1)[:, :-1].reshape(N, N - 1)
    partner = torch.diagonal(torch.roll(s, N // 2, dims=0))
    return (torch.logsumexp(others, dim=1) - partner).mean()
""",
    },
    "1.6": {
        "products of the pictures, not of the dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    both = torch.stack([z1, z2])
    both = both - both.mean(dim=1, keepdim=True)
    on = (both**2).sum(dim=1) / (n - 1)
    gram = both @ both.transpose(1, 2) / (n - 1)
    covariance = ((gram**2).sum() - (on**2).sum()) / d
    variance = (1 - (on + eps).sqrt()).clamp(min=0).mean()
    return torch.nn.functional.mse_loss(z1, z2), variance, covariance
""",
    },
    "2.2": {
        "torch differentiates": """
def gradient(W, Gamma, lam=1.0):
    import torch

    w = torch.tensor(np.asarray(W, dtype=float), requires_grad=True)
    C = w @ torch.tensor(np.asarray(Gamma, dtype=float)) @ w.T
    on = C.diagonal()
    loss = ((on - 1) ** 2).sum() + lam * (C - torch.diag(on)).pow(2).sum()
    loss.backward()
    return w.grad.numpy()
""",
    },
    "2.4": {
        "one formula, and an infinite denominator": """
def singular_values(t, gamma, s0):
    lam0 = gamma * s0**2
    with np.errstate(over="ignore"):
        growth = np.exp(-8 * np.multiply.outer(t, gamma))
        return s0 / np.sqrt(lam0 + (1 - lam0) * growth)
""",
    },
    "3.2": {
        "one column at a time, by recursion": """
def starts(products):
    def left(P):
        if len(P) == 0:
            return []
        rest = P[1:, 1:] - np.outer(P[1:, 0], P[0, 1:]) / P[0, 0]
        return [np.sqrt(P[0, 0]), *left(rest)]

    return np.array(left(np.asarray(products, dtype=float)))
""",
    },
    "3.5": {
        "Gram and Schmidt by hand": """
def limit_weights(Gamma, W0):
    values, vectors = np.linalg.eigh(Gamma)
    W, used = np.zeros(W0.shape), []
    for value, mode in list(zip(values, vectors.T))[::-1][: len(W0)]:
        column = W0 @ mode
        column = column / np.linalg.norm(column)
        for _ in range(2):
            for u in used:
                column = column - (u @ column) * u
        column = column / np.linalg.norm(column)
        used.append(column)
        W += np.outer(column, mode) / value**0.5
    return W
""",
    },
    "3.7": {
        "Lambert's W": """
def largest_rate(gamma, late):
    c = 1 + late
    y = -c * special.lambertw(-np.exp(-1 / c) / c, k=-1).real
    return (y - 1) / (4 * max(gamma))
""",
    },
    "4.1": {
        "cdist of scaled rows": """
def gaussian(x1, x2, b):
    from scipy.spatial.distance import cdist

    return np.exp(-cdist(x1 / b, x2 / b, "sqeuclidean") / 2)
""",
    },
    "4.7": {
        "Gauss and Legendre": """
def circle_gamma(c, delta):
    nodes, weights = np.polynomial.legendre.leggauss(400)
    k = np.arange(len(c))
    mean = np.cos(np.outer(k, delta * nodes)) @ weights / 2
    return c * mean**2
""",
    },
    "5.1": {
        "all derivatives first, one einsum": """
def tangent_kernel(f, theta, X):
    steps = 1e-5 * np.eye(len(theta))
    J = np.array([f(theta + e, X) - f(theta - e, X) for e in steps]) / 2e-5
    return np.einsum("pia,pja->ij", J, J) / J.shape[-1]
""",
    },
    "5.7": {
        "quad, in two pieces": """
def seeded_step(gamma, s0, coupling):
    (fast, slow), (a, b) = gamma, s0

    def rate(t):
        lam0 = fast * a**2
        e = np.exp(-8 * fast * t)
        under = lam0 + (1 - lam0) * e
        return a / np.sqrt(under) * (1 - lam0) * e / under * np.exp(-4 * slow * t)

    middle = max(np.log(1 / (fast * a**2)) / (8 * fast), 0)
    ends = [0, middle / 2, middle, middle + 1 / fast, middle + 5 / fast]
    seed = sum(integrate.quad(rate, *pair)[0] for pair in zip(ends[:-1], ends[1:]))
    return linear.step_times(gamma[1:], np.array([b + 4 * coupling * seed]))[0]
""",
    },
}
