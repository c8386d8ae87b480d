"""Round 14: 164 wrong and 38 right answers, from the blank notebooks alone."""

WRONG = {
    "1.1": {
        "two, one for each sign of w": "eigenvalues_left = 2",
    },
    "1.2": {
        "both views normalised with the mean and the variance of all 2n rows": """
def barlow_twins(z1, z2, lam=0.0051):
    z = torch.cat([z1, z2])
    mean, std = z.mean(0), (z.var(0, correction=0) + 1e-5).sqrt()
    C = ((z1 - mean) / std).T @ ((z2 - mean) / std) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
        "off the diagonal the square of the sum of a row, not the sum of squares": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    on = torch.diagonal(C)
    off = C - torch.diag(on)
    return ((1 - on) ** 2).sum() + lam * (off.sum(1) ** 2).sum()
""",
        "off the diagonal twice the upper half": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    return ((1 - torch.diagonal(C)) ** 2).sum() + 2 * lam * (torch.triu(C, 1) ** 2).sum()
""",
        "two faults: the diagonal not squared, and the weight on all entries": """
def barlow_twins(z1, z2, lam=0.0051):
    def unit(z):
        return (z - z.mean(0)) / (z.var(0, correction=0) + 1e-5).sqrt()

    C = unit(z1).T @ unit(z2) / len(z1)
    return (1 - torch.diagonal(C)).sum() + lam * (C**2).sum()
""",
    },
    "1.3": {
        "takes k in place of d off: the diagonal of the groups, not of the dimensions": """
def copies_loss(d, k, lam):
    return lam * (d * d / k - k)
""",
        "two faults: pairs not ordered, and of all dimensions": """
def copies_loss(d, k, lam):
    return lam * d * (d - 1) / 2 / k
""",
    },
    "1.4": {
        "the anchor's own logit is 0, not minus infinity": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = (z @ z.T / temperature) * (1 - torch.eye(len(z), dtype=z.dtype))
    partner = torch.arange(len(z)).roll(len(z1))
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "views stacked one below the other, partners as if they took turns": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    logits = (z @ z.T / temperature).fill_diagonal_(float("-inf"))
    partner = torch.arange(len(z)) ^ 1
    return torch.nn.functional.cross_entropy(logits, partner)
""",
        "two faults: summed over the anchors, candidates of the other view alone": """
def nt_xent(z1, z2, temperature=0.5):
    a, b = (torch.nn.functional.normalize(z, dim=1) for z in (z1, z2))
    s, y = a @ b.T / temperature, torch.arange(len(a))
    one = torch.nn.functional.cross_entropy(s, y, reduction="sum")
    return one + torch.nn.functional.cross_entropy(s.T, y, reduction="sum")
""",
        "similarities divided by the lengths once only": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    s = z @ z.T / z.norm(dim=1, keepdim=True) / temperature
    s = s.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    return torch.nn.functional.cross_entropy(s, (torch.arange(len(z)) + len(z1)) % len(z))
""",
    },
    "1.5": {
        "the anchor taken off twice: at its own point and among the others": """
def cluster_loss(n, k, temperature):
    own = 2 * n / k - 1
    others = 2 * n - 1 - 2 * n / k
    return np.log(own + others * np.exp(-1 / temperature))
""",
        "the partner stands beside the near ones once more": """
def cluster_loss(n, k, temperature):
    e = np.exp(1 / temperature)
    near, far = 2 * n / k - 2, 2 * n - 2 * n / k
    return -np.log(e / (near * e + far))
""",
        "similarity of opposite points elsewhere": """
def cluster_loss(n, k, temperature):
    near, far = 2 * n / k - 1, 2 * n - 2 * n / k
    return np.log(near + far * np.exp(-2 / temperature))
""",
    },
    "1.6": {
        "the hinge after the mean over the dimensions": """
def vicreg_terms(z1, z2, eps=1e-4):
    invariance = ((z1 - z2) ** 2).mean()
    variance, covariance = 0.0, 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = torch.diagonal(K)
        variance = variance + torch.relu(1 - (on + eps).sqrt().mean()) / 2
        covariance = covariance + ((K**2).sum() - (on**2).sum()) / len(K)
    return invariance, variance, covariance
""",
        "two faults: squares added over the dimensions, covariances of the two views averaged": """
def vicreg_terms(z1, z2, eps=1e-4):
    invariance = ((z1 - z2) ** 2).sum(dim=1).mean()
    variance, covariance = 0.0, 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = torch.diagonal(K)
        variance = variance + torch.relu(1 - (on + eps).sqrt()).mean() / 2
        covariance = covariance + ((K**2).sum() - (on**2).sum()) / len(K) / 2
    return invariance, variance, covariance
""",
        "the variance in place of its root in the hinge where it is above 1/4": """
def vicreg_terms(z1, z2, eps=1e-4):
    variance = covariance = 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        v = torch.diagonal(K) + eps
        variance = variance + torch.relu(1 - torch.where(v > 0.25, v, v.sqrt())).mean() / 2
        covariance = covariance + ((K**2).sum() - (torch.diagonal(K) ** 2).sum()) / len(K)
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
        "the covariance of view 1 with view 2": """
def vicreg_terms(z1, z2, eps=1e-4):
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    K = a.T @ b / (len(a) - 1)
    off = (K**2).sum() - (torch.diagonal(K) ** 2).sum()
    variance = sum(torch.relu(1 - (z.var(0) + eps).sqrt()).mean() for z in (z1, z2)) / 2
    return ((z1 - z2) ** 2).mean(), variance, 2 * off / len(K)
""",
    },
    "1.7": {
        "the entropy in bits under an exponential of e": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log2(p)))
""",
        "eigenvalues of the correlations": """
def spectrum(z):
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(z.T))[::-1]
    p = eigenvalues[eigenvalues > 1e-15] / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
        "the shares are of the roots": """
def spectrum(z):
    c = z - z.mean(0)
    lam = np.linalg.eigvalsh(c.T @ c / len(c))[::-1]
    p = np.sqrt(np.maximum(lam, 0)) / np.sqrt(np.maximum(lam, 0)).sum()
    p = p[p > 0]
    return lam, np.exp(-(p * np.log(p)).sum())
""",
        "shares of the largest in place of the sum": """
def spectrum(z):
    c = z - z.mean(0)
    lam = np.linalg.eigvalsh(c.T @ c / len(c))[::-1]
    p = lam[lam > 1e-12] / lam[0]
    return lam, np.exp(-(p * np.log(p)).sum())
""",
    },
    "1.8": {
        "a mode that stands above one half at step 0 is called infinite too": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone()
    losses_, values = [], []
    for _ in range(steps + 1):
        V = W.clone().requires_grad_(True)
        a, b = x1 @ V.T, x2 @ V.T
        C = (a.T @ b + b.T @ a) / (2 * len(x1))
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        values.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        W = W - lr * torch.autograd.grad(loss, V)[0]
    values = np.array(values)
    first = np.argmax(values >= 0.5, axis=0).astype(float)
    first[first == 0] = np.inf
    return np.array(losses_), values, first
""",
        "the two views' products are not averaged: C of view 1 with view 2 alone, lower triangle": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    losses_, values = [], []
    for _ in range(steps + 1):
        C = (x1 @ W.T).T @ (x2 @ W.T) / len(x1)
        loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
        losses_.append(loss.item())
        values.append(np.linalg.eigvalsh(C.detach().numpy())[::-1])
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    values = np.array(values)
    over = values >= 0.5
    return np.array(losses_), values, np.where(over.any(0), over.argmax(0), np.inf)
""",
        "the step of the first moment above one half for good": """
def staircase(x1, x2, W, lr, steps):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    eye, w, loss, eig = torch.eye(len(W), dtype=W.dtype), W.clone(), [], []
    for _ in range(steps + 1):
        C = w @ G @ w.T
        loss.append(float(((C - eye) ** 2).sum()))
        eig.append(np.linalg.eigvalsh(C.numpy())[::-1])
        w = w - 4 * lr * (C - eye) @ w @ G
    eig = np.array(eig)
    below = eig < 0.5
    last = steps + 1 - below[::-1].argmax(0)
    last = np.where(below.any(0), last, 0).astype(float)
    last[last > steps] = np.inf
    return np.array(loss), eig, last
""",
    },
    "2.1": {
        "divided by twice the number of pixels": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / (2 * x1.shape[1])
""",
        "the mean picture taken away from each view": """
def cross_moment(x1, x2):
    a, b = x1 - x1.mean(0), x2 - x2.mean(0)
    return (a.T @ b + b.T @ a) / (2 * len(a))
""",
        "two faults: the second product not transposed, and a minus": """
def cross_moment(x1, x2):
    return (x1.T @ x2 - x1.T @ x2) / (2 * len(x1))
""",
    },
    "2.2": {
        "the weight stands on the whole of C - I but for C's own diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * (C - np.eye(len(C))) + (1 - lam) * np.diag(np.diag(C))
    return 4 * E @ W @ Gamma
""",
        "the weight on the diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = C - np.eye(len(C))
    E[np.diag_indices(len(C))] *= lam
    return 4 * E @ W @ Gamma
""",
        "two faults: a factor of 2, and the identity outside the weight left off the diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C - np.eye(len(C))
    return 2 * E @ W @ Gamma
""",
    },
    "2.3": {
        "the plateau of s at 1": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - s**2)
""",
        "two faults: the sign and the factor": """
def ds_dt(s, gamma):
    return 2 * gamma * s * (gamma * s**2 - 1)
""",
        "the rate of the eigenvalue in place of s": """
def ds_dt(s, gamma):
    lam = gamma * s**2
    return 8 * gamma * lam * (1 - lam)
""",
    },
    "2.4": {
        "a mode with a negative eigenvalue stays where it starts": """
def singular_values(t, gamma, s0):
    gamma = np.maximum(gamma, 0)
    e = np.exp(-8 * gamma * np.asarray(t)[:, None])
    lam = gamma * s0**2
    return s0 / np.sqrt(lam + (1 - lam) * e)
""",
        "lambda(0) above 1 is put at 1": """
def singular_values(t, gamma, s0):
    lam = np.minimum(gamma * s0**2, 1)
    e = np.exp(-8 * np.abs(gamma) * np.asarray(t)[:, None])
    up = gamma > 0
    return s0 * np.where(up, 1, np.sqrt(e)) / np.sqrt(np.where(up, lam + (1 - lam) * e, 1 + lam * (e - 1)))
""",
        "negative modes with the formula of positive ones, mirrored": """
def singular_values(t, gamma, s0):
    g = np.abs(gamma)
    lam = g * s0**2
    e = np.exp(-8 * g * np.asarray(t)[:, None])
    return s0 / np.sqrt(lam + (1 - lam) * e)
""",
    },
    "2.5": {
        "0 for what starts above one half, at every level": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    out = np.full(len(gamma), np.inf)
    grows = (lam > 0) & (lam < 0.5)
    out[grows] = np.log((1 / lam[grows] - 1) / (1 / level - 1)) / (8 * gamma[grows])
    out[lam >= 0.5] = 0
    return out
""",
        "odds of the level turned over": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    out = np.where(lam > 0, 0.0, np.inf)
    ok = (lam > 0) & (lam < level)
    out[ok] = np.log((1 / lam[ok] - 1) * (1 / level - 1)) / (8 * gamma[ok])
    return out
""",
    },
    "2.6": {
        "as shares of the loss at the start": "plateaus = (1.0, 0.6, 0.4)",
        "negative modes are learned at minus one": "plateaus = (5.0, 3.0, 8.0)",
    },
    "2.7": {
        "recursion, which Python ends long before 14,000 steps": """
def descend(gradient, Gamma, W0, lr, steps):
    row = np.sort(np.linalg.eigvals(W0 @ Gamma @ W0.T).real)[::-1]
    if steps == 0:
        return row[None]
    return np.vstack([row, descend(gradient, Gamma, W0 - lr * gradient(W0, Gamma), lr, steps - 1)])
""",
        "singular values of C, so that a negative eigenvalue is shown as positive": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0, []
    for k in range(steps + 1):
        rows.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
""",
        "two faults: rows begin after the first step, and ascending": """
def descend(gradient, Gamma, W0, lr, steps):
    W, rows = W0.copy(), []
    for k in range(steps + 1):
        W = W - lr * gradient(W, Gamma)
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T))
    return np.array(rows)
""",
        "momentum of nine tenths": """
def descend(gradient, Gamma, W0, lr, steps):
    W, v, rows = W0.copy(), 0, []
    for k in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        v = 0.9 * v + gradient(W, Gamma)
        W = W - lr * v
    return np.array(rows)
""",
    },
    "2.8": {
        "the d smallest positive modes": """
def final_weights(Gamma, d):
    values, vectors = np.linalg.eigh(Gamma)
    chosen = np.flatnonzero(values > 1e-10)[:d]
    return (vectors[:, chosen] / np.sqrt(values[chosen])).T
""",
        "by the singular value decomposition": """
def final_weights(Gamma, d):
    U, S, Vt = np.linalg.svd(Gamma)
    return Vt[:d] / np.sqrt(S[:d, None])
""",
    },
    "3.1": {
        "divided by the sum over the times": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    grown = np.exp(8 * (g - g[0]) * np.asarray(t)[:, None]) * np.sum((W0 @ V) ** 2, axis=0)
    return grown / grown.sum(axis=0)
""",
        "the lengths in place of their squares, times the right exponential": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    x = np.exp(8 * np.outer(t, g - g[0])) * np.linalg.norm(W0 @ V, axis=0)
    return x / x.sum(axis=1, keepdims=True)
""",
    },
    "3.2": {
        "roots of the eigenvalues of the products": """
def starts(products):
    return np.sqrt(np.linalg.eigvalsh(products)[::-1])
""",
        "each column freed from the one before it alone": """
def starts(products):
    size = np.diag(products).copy()
    size[1:] -= np.diag(products, 1) ** 2 / np.diag(products)[:-1]
    return np.sqrt(size)
""",
        "ratios of determinants without the root, by logarithms": """
def starts(products):
    logs = [0] + [np.linalg.slogdet(products[:j, :j])[1] for j in range(1, len(products) + 1)]
    return np.exp(np.diff(logs))
""",
        "plain determinants": """
def starts(products):
    dets = [1] + [np.linalg.det(products[:j, :j]) for j in range(1, len(products) + 1)]
    return np.sqrt(np.array(dets[1:]) / np.array(dets[:-1]))
""",
    },
    "3.3": {
        "j squares in place of d - j + 1": """
def mean_step_times(gamma, alpha):
    k = 1 + np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "two faults: alpha not squared, and the log 2 off": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha) + special.digamma(k / 2)) / (8 * gamma)
""",
        "the log 2 outside the fraction": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2)) / (8 * gamma) + np.log(2)
""",
    },
    "3.4": {
        "the norm without its square": "ending = (3, 0.0, 3)",
        "one of two dimensions stays empty": "ending = (3, 1, 12)",
    },
    "3.5": {
        "the signs on the rows of Q": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    U = np.sign(np.diag(R))[:, None] * Q
    return U / np.sqrt(g) @ V.T
""",
        "the whole inverse in place of its root": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    return Q * np.sign(np.diag(R)) / g @ V.T
""",
        "the nearest orthogonal matrix in place of Gram and Schmidt": """
def limit_weights(Gamma, W0):
    g, V = linear.modes(Gamma, len(W0))
    P, _, Nt = np.linalg.svd(W0 @ V)
    return P @ Nt / np.sqrt(g) @ V.T
""",
    },
    "3.6": {
        "only the slowest pair": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)[-2:]
    ell = (np.log(9) * (r[0] + r[1]) - r[1] * np.log(r[1]) + r[0] * np.log(r[0])) / (r[1] - r[0])
    return np.exp(-ell / 2)
""",
        "alpha squared given back": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    return np.exp(-np.max((np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)))
""",
        "two faults: 0.9 means nine, 0.1 means a tenth": """
def largest_start(gamma):
    r = 1 / np.asarray(gamma)
    a, b = r[:-1], r[1:]
    ell = (np.log(9) * a + np.log(10) * b - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-np.max(ell) / 2)
""",
    },
    "3.7": {
        "the mode with the largest |gamma| decides": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.max(np.abs(gamma)))
""",
        "lateness of s, with the 8 of lambda": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (8 * np.max(gamma))
""",
        "the first order and one more": """
def largest_rate(gamma, late):
    return (2 * late + 2 * late**2 / 3) / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "rotations without reflections": """
def distance(W, target):
    P, _, Nt = np.linalg.svd(target @ W.T)
    turn = np.eye(len(W))
    turn[-1, -1] = np.sign(np.linalg.det(P @ Nt))
    return np.linalg.norm(P @ turn @ Nt @ W - target)
""",
        "squared": """
def distance(W, target):
    S = np.linalg.svd(target @ W.T, compute_uv=False)
    return np.sum(W**2) + np.sum(target**2) - 2 * np.sum(S)
""",
    },
    "4.1": {
        "the two squared along with the bandwidth": """
def gaussian(x1, x2, b):
    r2 = ((x1[:, None] - x2[None]) ** 2).sum(axis=2)
    return np.exp(-r2 / (2 * b) ** 2)
""",
        "squared distances averaged over the pixels": """
def gaussian(x1, x2, b):
    r2 = ((x1[:, None] - x2[None]) ** 2).mean(axis=2)
    return np.exp(-r2 / (2 * b**2))
""",
        "no guard against a negative distance": """
def gaussian(x1, x2, b):
    r2 = (x1**2).sum(1)[:, None] + (x2**2).sum(1) - 2 * x1 @ x2.T
    return np.exp(-r2 / (2 * b**2))
""",
    },
    "4.2": {
        "only the columns centred; eigh reads the lower half": """
def kernel_pca(K, d):
    values, vectors = np.linalg.eigh(K - K.mean(axis=0))
    return vectors[:, ::-1][:, :d] * np.sqrt(np.maximum(values[::-1][:d], 0))
""",
        "two faults: not centred, and the eigenvectors alone": """
def kernel_pca(K, d):
    return np.linalg.eigh(K)[1][:, ::-1][:, :d]
""",
        "coordinates divided by the root of their number": """
def kernel_pca(K, d):
    c = K - K.mean(0) - K.mean(1)[:, None] + K.mean()
    g, V = np.linalg.eigh(c)
    return V[:, ::-1][:, :d] * np.sqrt(np.maximum(g[::-1][:d], 0) / len(K))
""",
    },
    "4.3": {
        "swaps after the kernel": """
def velocity(F, K):
    n = F.shape[1] // 2
    C = F @ np.roll(F, n, axis=1).T / (2 * n)
    return 4 / (2 * n) * (np.eye(len(F)) - C) @ np.roll(F @ K, n, axis=1)
""",
        "the flow of A": """
def velocity(F, K):
    n = F.shape[1] // 2
    FP = np.roll(F, n, axis=1)
    return 4 / (2 * n) * (np.eye(len(F)) - F @ FP.T / (2 * n)) @ FP
""",
        "two faults: n in place of 2n in both": """
def velocity(F, K):
    n = F.shape[1] // 2
    FP = np.roll(F, n, axis=1)
    return 4 / n * (np.eye(len(F)) - F @ FP.T / n) @ FP @ K
""",
    },
    "4.4": {
        "the root entry by entry": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
        "Cholesky's factor with a little on the diagonal": """
def contrastive(K):
    L = np.linalg.cholesky(K + 1e-10 * np.eye(len(K)))
    return L.T @ np.roll(L, len(K) // 2, axis=0) / len(K)
""",
        "swaps neighbours": """
def contrastive(K):
    g, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(g, 0)) @ V.T
    return root @ root[np.arange(len(K)) ^ 1] / len(K)
""",
    },
    "4.5": {
        "the zeros counted as negative": "ending = (7, 13, 5.0)",
        "loss with all twelve but ten": "ending = (7, 7, 2)",
    },
    "4.6": {
        "swaps the modes, not the views": """
def embed(new, K, d):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    half = len(K) // 2
    g, b = linear.modes(root @ np.roll(root, half, axis=0) / len(K), d)
    return new @ np.roll(root @ b, d // 2, axis=1) / (len(K) * g**1.5)
""",
        "the pseudo-inverse root, cut off at a tenth": """
def embed(new, K, d):
    g, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(g, 0)) @ V.T
    keep = g > 0.1 * g[-1]
    inverse = V[:, keep] / np.sqrt(g[keep]) @ V[:, keep].T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ inverse @ b / np.sqrt(gamma)
""",
        "one over gamma": """
def embed(new, K, d):
    g, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(g, 0)) @ V.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / len(K), d)
    return new @ swapped @ b / (len(K) * gamma)
""",
    },
    "4.7": {
        "the angle between the views drawn evenly": """
def circle_gamma(c, delta):
    k = np.arange(len(c))
    return c * np.sinc(2 * k * delta / np.pi)
""",
        "the page's case of a fixed angle": """
def circle_gamma(c, delta):
    return c * np.cos(2 * np.arange(len(c)) * delta)
""",
        "one turn only": """
def circle_gamma(c, delta):
    k = np.arange(1, len(c))
    return np.append(c[0], c[1:] * np.sin(k * delta) / (k * delta))
""",
    },
    "4.8": {
        "the inverse triangle not transposed": """
def landmark_features(new, Kqq):
    return new @ np.linalg.inv(np.linalg.cholesky(Kqq))
""",
        "the symmetric root, not inverted": """
def landmark_features(new, Kqq):
    g, V = np.linalg.eigh(Kqq)
    return new @ (V * np.sqrt(g)) @ V.T
""",
    },
    "5.1": {
        "a parameter once moved stays moved": """
def tangent_kernel(f, theta, X):
    h, moved = 1e-5, theta.copy()
    base = f(theta, X)
    total = np.zeros((len(X), len(X)))
    for p in range(len(theta)):
        moved[p] += h
        J = (f(moved, X) - base) / h
        total += J @ J.T
    return total / base.shape[1]
""",
        "the mean over outputs of all, not of the same output": """
def tangent_kernel(f, theta, X):
    h, total = 1e-5, 0
    for p in range(len(theta)):
        e = np.zeros(len(theta)); e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)).mean(axis=1) / (2 * h)
        total = total + np.outer(J, J)
    return total
""",
        "a step of a tenth": """
def tangent_kernel(f, theta, X):
    h, total = 0.1, 0
    for p in range(len(theta)):
        e = np.zeros(len(theta)); e[p] = h
        J = (f(theta + e, X) - f(theta - e, X)) / (2 * h)
        total = total + J @ J.T
    return total / f(theta, X).shape[1]
""",
    },
    "5.2": {
        "the mixed terms of the product forgotten": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    both = r / (2 * np.pi) + p * k12
    return a**2 * k12 + (1 - a) ** 2 * both, a**2 + (1 - a) ** 2 * p
""",
        "arcsin of the correlation in p, without its sign at obtuse angles": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, np.abs(k12)) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p
""",
        "two faults: a squared in both identities": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return a**2 * k12 + (1 - a) * (r / (2 * np.pi) + p * k12), a**2 + (1 - a) * p
""",
    },
    "5.3": {
        "no biases in the kernel of the later layers": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        on = np.diag(K)
        product, both_on = relu_means(*np.broadcast_arrays(on[:, None], K, on[None]))
        K = W_std**2 * product + b_std**2
        Theta = W_std**2 * (product + both_on * Theta)
    return K, Theta
""",
        "one layer too many": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    T = K
    for _ in range(depth + 1):
        on = np.diag(K)
        product, both = relu_means(*np.broadcast_arrays(on[:, None], K, on[None]))
        K = W_std**2 * product + b_std**2
        T = K + W_std**2 * both * T
    return K, T
""",
        "two faults: biases not squared, and no division by m": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T + b_std
    T = K
    for _ in range(depth):
        on = np.diag(K)
        product, both = relu_means(*np.broadcast_arrays(on[:, None], K, on[None]))
        K = W_std**2 * product + b_std
        T = K + W_std**2 * both * T
    return K, T
""",
    },
    "5.4": {
        "divided by the root of gamma": """
def network_start(F0, K):
    values, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    half = len(K) // 2
    swapped = np.roll(root, half, axis=0)
    g, b = linear.modes(root @ swapped / len(K), F0.shape[1])
    columns = F0.T @ swapped @ b / (len(K) * np.sqrt(g))
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
""",
        "lengths of the columns": """
def network_start(F0, K):
    g, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(g, 0)) @ V.T
    swapped = np.roll(root, len(K) // 2, axis=0)
    gamma, b = linear.modes(root @ swapped / len(K), F0.shape[1])
    return np.linalg.norm(F0.T @ swapped @ b / (len(K) * gamma), axis=0)
""",
        "two faults: no swap, and signs left in": """
def network_start(F0, K):
    g, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(g, 0)) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), F0.shape[1])
    return np.diag(np.linalg.qr(F0.T @ root @ b / (len(K) * gamma), mode="r"))
""",
    },
    "5.5": {
        "only each input with itself": """
def width_needed(k, error):
    k11 = np.diag(k)
    mean = k11 / 2
    square = 3 * k11**2 / 2
    return np.sum(square - mean**2) / (error**2 * np.sum(mean**2))
""",
        "a mean of H twice: four in the numerator, one below": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    th = np.arctan2(r, k)
    m = r / (2 * np.pi) + (0.5 - th / (2 * np.pi)) * k
    s = (3 * r * k + (np.pi - th) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return 4 * np.sum(s - m**2) / (error**2 * np.sum(m**2))
""",
        "rounded up": """
def width_needed(k, error):
    k11, k22 = np.diag(k)[:, None], np.diag(k)[None]
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    th = np.arctan2(r, k)
    m = r / (2 * np.pi) + (0.5 - th / (2 * np.pi)) * k
    s = (3 * r * k + (np.pi - th) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.ceil(np.sum(s - m**2) / (error**2 * np.sum(m**2)))
""",
    },
    "5.6": {
        "counted in doublings": "blocks = (0.5, 6, 0)",
    },
    "5.7": {
        "the source without its brake, up to the step of mode 1": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, tau, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(s1 * np.exp(-4 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], s0[1:] + seed)[0]
""",
        "mode 1's own seed as well: its exponential in place of mode 2's": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * tau, 40001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    f = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[0] * t)
    return linear.step_times(gamma[1:], s0[1:] + 4 * coupling * integrate.trapezoid(f, t))[0]
""",
        "the seed in place of the start": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * tau, 40001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    f = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    return linear.step_times(gamma[1:], np.maximum(s0[1:], 4 * coupling * integrate.trapezoid(f, t)))[0]
""",
    },
    "5.8": {
        "the other of the two kernels": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 8192
    angle = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth, b_std=b_std)[0][0]
    c = np.fft.rfft(values).real[: k_max + 1] / q
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "coefficients of the cosine series, with the two": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(8192) / 8192
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth, b_std=b_std)[1][0]
    c = 2 * np.fft.rfft(values).real[: k_max + 1] / 8192
    c[0] /= 2
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
        "sixty-four angles": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = 2 * np.pi * np.arange(64) / 64
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    values = kernels.relu_mlp_kernel(points[:1], points, depth, b_std=b_std)[1][0]
    c = np.fft.rfft(values).real[: k_max + 1] / 64
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
    "5.9": {
        "the difference of the squares": """
def weight_move(gamma, s0, m, N):
    return np.sqrt(np.sum(1 / gamma - s0**2) / (N * m + len(gamma) * N))
""",
        "the biases counted among the weights": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / (N * (m + 1) + d * (N + 1)))
""",
    },
    "6.1": {
        "the product of the means as it stands, not symmetric": """
def operator(x1, x2, temperature):
    Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    return 2 / temperature * (Gamma - np.outer(x1.mean(axis=0), x2.mean(axis=0)))
""",
        "a literal one half in place of the temperature": """
def operator(x1, x2, temperature):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    a, b = x1.mean(0), x2.mean(0)
    return 2 / 0.5 * (G - (np.outer(a, b) + np.outer(b, a)) / 2)
""",
        "one mean of all views": """
def operator(x1, x2, temperature):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    m = (x1.mean(0) + x2.mean(0)) / 2
    return 2 / temperature * (G - np.outer(m, m))
""",
    },
    "6.2": {
        "the plateau of the variance for that of the eigenvalue": """
def half_times(gamma, rho, s0, temperature):
    out = np.full(len(gamma), np.inf)
    ok = (gamma > 0) & (s0 > 0)
    lam = gamma[ok] * s0[ok] ** 2
    top = temperature * rho[ok]
    time = np.log(np.maximum(top / lam - 1, 1)) / (4 * gamma[ok] / temperature)
    out[ok] = time
    return out
""",
        "two faults: the rate without the temperature, half of it at the plateau of Barlow Twins": """
def half_times(gamma, rho, s0, temperature):
    lam = gamma * s0**2
    with np.errstate(all="ignore"):
        t = np.log(1 / lam - 1) / (4 * gamma)
    return np.where(lam > 0, np.maximum(t, 0), np.inf)
""",
        "the agreement in place of gamma in the rate": """
def half_times(gamma, rho, s0, temperature):
    lam, top = gamma * s0**2, temperature * rho**2
    with np.errstate(all="ignore"):
        t = np.log(np.maximum(top / lam - 1, 1)) / (4 * rho / temperature)
    return np.where(lam > 0, t, np.inf)
""",
    },
    "6.3": {
        "one covariance of all views in place of one for each": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = np.cov(np.vstack([x1, x2]).T)
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "two faults: the root's half forgotten, and the differences centred": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = np.cov((x1 - x2).T, ddof=0)
    return (2 * variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
        "the dimensions of the data in place of those of the embedding": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / x1.shape[1]
""",
    },
    "6.4": {
        "Barlow Twins by agreement alone": "winners = (3, 1, 3)",
        "the order of the variances throughout": "winners = (1, 1, 1)",
    },
    "6.5": {
        "the part along z with z for its direction": """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True)
    return (g - np.sum(g * z, axis=1, keepdims=True) * z) / length
""",
        "two faults: the length over the whole batch, and not divided by it": """
def through_normalisation(z, g):
    u = z / np.linalg.norm(z)
    return g - np.sum(g * u, axis=1, keepdims=True) * u
""",
        "signs: the part along added": """
def through_normalisation(z, g):
    r = np.linalg.norm(z, axis=1, keepdims=True)
    return (g + np.sum(g * z, axis=1, keepdims=True) * z / r**2) / r
""",
    },
    "6.6": {
        "the rates without the first instead of without the last": """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    unit = b / length
    A = (W - np.outer(unit, unit @ W)) / length
    gamma = np.linalg.eigvalsh(Gamma_s)[::-1]
    return A, 4 * gamma[1 : len(b)] / (temperature * length**2)
""",
        "two faults: the projection from the right, and the rate of s": """
def with_bias(W, b, Gamma_s, temperature):
    r = np.linalg.norm(b)
    A = (np.eye(len(b)) - np.outer(b, b) / r**2) @ W / r
    return A, 2 * np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1] / (temperature * r**2)
""",
        "the length once in the rates": """
def with_bias(W, b, Gamma_s, temperature):
    r = np.linalg.norm(b)
    A = (np.eye(len(b)) - np.outer(b, b) / r**2) @ W / r
    return A, 4 * np.linalg.eigvalsh(Gamma_s)[::-1][: len(b) - 1] / (temperature * r)
""",
    },
    "6.7": {
        "a negative number where it starts above": """
def updates(gamma, s0, lr, eps, level):
    return np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps))
""",
        "the root of eps under the learning rate": """
def updates(gamma, s0, lr, eps, level):
    k = np.log(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / np.sqrt(eps)))
    return max(k, 0)
""",
        "the level not times eps, and continuous time": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log(level / (gamma * s0**2)) * eps / (8 * gamma * lr))
""",
    },
    "6.8": {
        "the cubic's root above 1 as well": """
def copies_std(rho, d, invariance, variance, covariance):
    roots = np.roots([8 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    return float(roots[np.abs(roots.imag) < 1e-9].real.max())
""",
        "pairs in one order, in one view": """
def copies_std(rho, d, invariance, variance, covariance):
    r = np.roots([2 * covariance * (d - 1), 0, 4 * invariance * (1 - rho), -variance])
    r = r[np.abs(r.imag) < 1e-9].real
    return float(min(r[r > 0].min(), 1))
""",
        "Cardano, as long as there is a covariance term": """
def copies_std(rho, d, invariance, variance, covariance):
    a = 8 * covariance * (d - 1) + 1e-3
    p, q = 4 * invariance * (1 - rho) / a, -variance / a
    D = np.sqrt((q / 2) ** 2 + (p / 3) ** 3)
    return float(min(1, np.cbrt(-q / 2 + D) + np.cbrt(-q / 2 - D)))
""",
    },
    "6.9": {
        "lengths in place of variances at the start": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    far = np.log(u / s0**2) / sigma
    return (far[1] - far[0]) / (4 * pull * (rho[1] - rho[0]))
""",
        "a finite time with the signs taken off": """
def exchange_time(sigma, rho, s0, pull, u):
    far = np.log(u / (sigma * s0**2)) / sigma
    return np.abs((far[1] - far[0]) / (4 * pull * (rho[1] - rho[0])))
""",
        "two faults: a factor of two, and the agreements weighted": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    far = np.log(u / (sigma * s0**2)) / sigma
    return (far[1] - far[0]) / (2 * pull * (sigma[1] * rho[1] - sigma[0] * rho[0]))
""",
    },
    "7.1": {
        "the ratio of the lengths without its square": """
def scale_free(g, length, lr, c):
    return g / c, lr * c**2, 1.5 * length / (lr * np.linalg.norm(g))
""",
        "two faults: the gradient times c, and the rate over c": """
def scale_free(g, length, lr, c):
    return c * g, lr / c, 1.5 * length**2 / (lr**2 * np.sum(g**2))
""",
        "the length, not its square, doubles": """
def scale_free(g, length, lr, c):
    return g / c, lr * c**2, 7.5 * length**2 / (lr**2 * np.sum(g**2))
""",
    },
    "7.2": {
        "returns the loss of a model in evaluation mode": """
def train_step(model, x1, x2, lr):
    def theirs():
        z = model(torch.cat([x1, x2]))
        a, b = (z - z.mean(0)).chunk(2)
        C = (a.T @ b + b.T @ a) / (2 * len(a))
        return ((C - torch.eye(len(C))) ** 2).sum()

    model.eval()
    with torch.no_grad():
        before = theirs().item()
    model.train()
    model.zero_grad()
    theirs().backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return before
""",
        "each view through the model by itself": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(x1), model(x2)
    mean = torch.cat([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    for p, g in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters()))):
        p.data -= lr * g
    return loss.item()
""",
        "only parameters with more than one axis": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    a, b = (z - z.mean(0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        if p.dim() > 1:
            p.data -= lr * p.grad
    return loss.item()
""",
    },
    "7.3": {
        "learned is what was once high enough": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    learned = (curves.max(axis=0) >= share * last[0]) & (curves[0] < last / 2)
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
        "curves followed by their last order": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    last = curves[-1]
    times = np.array([spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))])
    return np.where((last >= share * last[0]) & (curves[0] < last / 2), times, np.nan)
""",
        "the threshold is half of curve 1's last value": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    times = spectra.find_steps(t, curves, last[0] / 2)
    return np.where((last >= share * last[0]) & (curves[0] < last / 2), times, np.nan)
""",
    },
    "7.4": {
        "a logarithm of base ten": """
predictions = (2, 1, 0.5, "no", "same")
""",
        "everything doubles": """
predictions = (2, 2, 1.151, "no", "same")
""",
        "answers to 4 and 5 turned": """
predictions = (2, 1, 1.151, "same", "no")
""",
    },
    "7.5": {
        "2n - 2 degrees of freedom": """
def paired(a, b, level):
    d = b - a
    error = np.std(d, ddof=1) / np.sqrt(len(d))
    return d.mean(), error, bool(abs(d.mean()) > stats.t.ppf(1 - level / 2, 2 * len(d) - 2) * error)
""",
        "a minus b, and the error of the scatter": """
def paired(a, b, level):
    d = a - b
    s = d.std(ddof=1)
    return d.mean(), s, bool(abs(d.mean()) > stats.t.ppf(1 - level / 2, len(d) - 1) * s / len(d) ** 0.5)
""",
        "one side only": """
def paired(a, b, level):
    d = b - a
    e = d.std(ddof=1) / len(d) ** 0.5
    return d.mean(), e, bool(d.mean() > stats.t.ppf(1 - level / 2, len(d) - 1) * e)
""",
    },
    "7.6": {
        "the generator goes back to its seed": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses_ = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.manual_seed(saved["seed"])
        losses_ = saved["losses"]
    while len(losses_) < steps:
        losses_.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "seed": generator.initial_seed(), "losses": losses_}, path)
    return np.array(losses_)
""",
        "the momentum begins anew": """
def resumable(one_step, model, optimizer, generator, steps, path):
    done = []
    if path.exists():
        m, g, done = torch.load(path, weights_only=False)
        model.load_state_dict(m)
        generator.set_state(g)
    for _ in range(steps - len(done)):
        done.append(one_step(model, optimizer, generator))
        torch.save((model.state_dict(), generator.get_state(), done), path)
    return np.array(done)
""",
        "saves when half of the steps are done, and at the end": """
def resumable(one_step, model, optimizer, generator, steps, path):
    done = []
    if path.exists():
        m, o, g, done = torch.load(path, weights_only=False)
        model.load_state_dict(m)
        optimizer.load_state_dict(o)
        generator.set_state(g)
    for k in range(len(done), steps):
        done.append(one_step(model, optimizer, generator))
        if k % 2 == 1 or k == steps - 1:
            torch.save((model.state_dict(), optimizer.state_dict(), generator.get_state(), done), path)
    return np.array(done)
""",
    },
    "7.7": {
        "counts products at the size that comes in": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * a**2 / peak
    wait = 2 * (i * a**2 + o * b**2) / bandwidth
    slow = np.maximum(work, wait)
    return 6 * pictures * slow.sum(), slow[wait > work].sum() / slow.sum()
""",
        "two faults: one view, and bytes of the output alone": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    wait = 2 * o * b**2 / bandwidth
    slow = np.maximum(work, wait)
    return 3 * pictures * slow.sum(), slow[wait > work].sum() / slow.sum()
""",
        "the share of the layers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.array(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    wait = 2 * (i * a**2 + o * b**2) / bandwidth
    return 6 * pictures * np.maximum(work, wait).sum(), np.mean(wait > work)
""",
    },
    "7.8": {
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    mine = slice(rank, None, processes)
    return 2 * processes / n * b[mine] @ E, 2 * processes / n * a[mine] @ E
""",
        "the loss of its own rows": """
def contribution(z1, z2, rank, processes):
    h = len(z1) // processes
    a, b = (z[rank * h : (rank + 1) * h] for z in (z1, z2))
    m = (a.mean(0) + b.mean(0)) / 2
    a, b = a - m, b - m
    E = (a.T @ b + b.T @ a) / (2 * h) - np.eye(a.shape[1])
    return 2 / h * b @ E, 2 / h * a @ E
""",
        "two faults: the views' gradients exchanged, and P above and below": """
def contribution(z1, z2, rank, processes):
    n, h = len(z1), len(z1) // processes
    m = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - m, z2 - m
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    s = slice(rank * h, rank * h + h)
    return 2 / n * a[s] @ E, 2 / n * b[s] @ E
""",
    },
}

RIGHT = {
    "1.2": {
        "batch_norm of torch and an einsum": """
def barlow_twins(z1, z2, lam=0.0051):
    a, b = (torch.nn.functional.batch_norm(z, None, None, training=True, eps=1e-5) for z in (z1, z2))
    C = torch.einsum("ni,nj->ij", a, b) / z1.shape[0]
    eye = torch.eye(C.shape[0], dtype=C.dtype)
    return ((C - eye) ** 2 * (eye + lam * (1 - eye))).sum()
""",
    },
    "1.4": {
        "a loop over the anchors": """
def nt_xent(z1, z2, temperature=0.5):
    n, total = len(z1), 0
    z = [v / v.norm() for v in [*z1, *z2]]
    for a in range(2 * n):
        others = torch.stack([z[a] @ z[b] for b in range(2 * n) if b != a]) / temperature
        total = total + torch.logsumexp(others, 0) - z[a] @ z[(a + n) % (2 * n)] / temperature
    return total / (2 * n)
""",
    },
    "1.5": {
        "logarithms added": "cluster_loss = lambda n, k, temperature: float(np.logaddexp(np.log(2 * n / k - 1), (np.log(2 * n - 2 * n / k) if k > 1 else -np.inf) - 1 / temperature))",
    },
    "1.6": {
        "numbers by torch.var and two loops": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    inv = torch.nn.functional.mse_loss(z1, z2)
    var = torch.cat([torch.clamp(1 - torch.sqrt(torch.var(z, 0) + eps), min=0) for z in (z1, z2)]).mean()
    cov = 0
    for z in (z1 - z1.mean(0), z2 - z2.mean(0)):
        for i in range(d):
            for j in range(i):
                cov = cov + 2 * (torch.dot(z[:, i], z[:, j]) / (n - 1)) ** 2 / d
    return inv, var, cov
""",
    },
    "1.7": {
        "singular values of the centred rows and scipy's entropy": """
def spectrum(z):
    from scipy.stats import entropy

    s = np.linalg.svd(z - z.mean(0), compute_uv=False) ** 2 / z.shape[0]
    return s, float(np.exp(entropy(s)))
""",
    },
    "2.1": {
        "a sum of outer products": """
def cross_moment(x1, x2):
    return sum(np.outer(a, b) + np.outer(b, a) for a, b in zip(x1, x2)) / len(x1) / 2
""",
    },
    "2.2": {
        "einsum, with a matrix of weights": """
def gradient(W, Gamma, lam=1.0):
    weights = np.where(np.eye(len(W)) == 1, 1.0, lam)
    C = np.einsum("ai,ij,bj->ab", W, Gamma, W)
    return np.einsum("ab,bi,ij->aj", 4 * weights * (C - np.eye(len(W))), W, Gamma)
""",
    },
    "2.4": {
        "a class that goes entry by entry": """
class Flow:
    def one(self, t, g, s):
        import math

        lam, e = g * s * s, math.exp(-8 * abs(g) * t)
        if g > 0:
            return s / math.sqrt(lam + (1 - lam) * e)
        return s * math.exp(-4 * abs(g) * t) / math.sqrt(1 + lam * (e - 1))

    def __call__(self, t, gamma, s0):
        return np.array([[self.one(x, g, s) for g, s in zip(gamma, s0)] for x in t])


singular_values = Flow()
""",
    },
    "2.5": {
        "a list, one mode after the other": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit

    out = []
    for g, s in zip(gamma, s0):
        lam = g * s * s
        if lam <= 0:
            out.append(float("inf"))
        elif lam >= level:
            out.append(0)
        else:
            out.append((logit(level) - logit(lam)) / 8 / g)
    return out
""",
    },
    "2.8": {
        "scipy's eigh on a subset, turned by a random rotation": """
def final_weights(Gamma, d):
    from scipy import linalg, stats

    m = len(Gamma)
    g, V = linalg.eigh(Gamma, subset_by_index=(m - d, m - 1))
    U = np.linalg.qr(np.random.default_rng(5).normal(size=(d, d)))[0]
    return U @ np.diag(g**-0.5) @ V.T
""",
    },
    "3.1": {
        "scipy's softmax of logarithms": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    with np.errstate(divide="ignore"):
        logs = np.log(((W0 @ V) ** 2).sum(0))
    return special.softmax(8 * np.outer(t, g) + logs, axis=1)
""",
    },
    "3.2": {
        "a recursion over what is left": """
def starts(products):
    first = np.sqrt(products[0, 0])
    if len(products) == 1:
        return np.array([first])
    rest = products[1:, 1:] - np.outer(products[1:, 0], products[0, 1:]) / products[0, 0]
    return np.concatenate([[first], starts(rest)])
""",
    },
    "3.6": {
        "a search by halving": """
def largest_start(gamma):
    def separate(x):
        tau, half = -(np.log(gamma) + 2 * x) / (8 * gamma), np.log(9) / (8 * gamma)
        return np.all(tau[:-1] + half[:-1] <= tau[1:] - half[1:])

    low, high = -20000.0, 700.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if separate(middle) else (low, middle)
    return np.exp(low)
""",
    },
    "3.7": {
        "Lambert's W in place of a search": """
def largest_rate(gamma, late):
    c = 1 + late
    y = -c * special.lambertw(-np.exp(-1 / c) / c, -1).real
    return (y - 1) / 4 / max(gamma)
""",
    },
    "3.8": {
        "by the nuclear norm": """
def distance(W, target):
    square = np.sum(W**2) + np.sum(target**2) - 2 * np.linalg.norm(W @ target.T, "nuc")
    return max(square, 0) ** 0.5
""",
        "scipy's Procrustes": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes

    R, _ = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(W.T @ R - target.T)
""",
    },
    "4.1": {
        "scikit-learn's kernel": """
def gaussian(x1, x2, b):
    from sklearn.metrics.pairwise import rbf_kernel

    return rbf_kernel(x1, x2, gamma=0.5 / b**2)
""",
    },
    "4.2": {
        "scikit-learn's centring and scipy's eigh": """
def kernel_pca(K, d):
    from scipy import linalg
    from sklearn.preprocessing import KernelCenterer

    N = len(K)
    g, V = linalg.eigh(KernelCenterer().fit_transform(K), subset_by_index=(N - d, N - 1))
    return np.fliplr(V * np.sqrt(g.clip(0)))
""",
    },
    "4.3": {
        "the symmetric matrix of the swap written down": """
def velocity(F, K):
    N = F.shape[1]
    P = np.kron([[0, 1], [1, 0]], np.eye(N // 2))
    G = F @ P / N
    return 4 * (G - G @ F.T @ G) @ K
""",
    },
    "4.4": {
        "the root from a singular value decomposition": """
def contrastive(K):
    U, S, Vt = np.linalg.svd((K + K.T) / 2, hermitian=True)
    root = (U * np.sqrt(np.abs(S))) @ U.T
    top, low = np.split(root, 2)
    return (top.T @ low + low.T @ top) / len(K)
""",
    },
    "4.7": {
        "the mean by quadrature": """
def circle_gamma(c, delta):
    x, w = np.polynomial.legendre.leggauss(200)
    return np.array([ck * (w @ np.cos(k * delta * x) / 2) ** 2 for k, ck in enumerate(c)])
""",
    },
    "4.8": {
        "a fractional power of the matrix": """
def landmark_features(new, Kqq):
    from scipy.linalg import fractional_matrix_power

    return new @ np.real(fractional_matrix_power(Kqq, -0.5))
""",
    },
    "5.1": {
        "all differences at once by a list, then einsum": """
def tangent_kernel(f, theta, X):
    h = 1e-5
    J = np.array([(f(theta + h * e, X) - f(theta - h * e, X)) / (2 * h) for e in np.eye(len(theta))])
    return np.einsum("pia,pja->ij", J, J) / J.shape[2]
""",
    },
    "5.3": {
        "a recursion over the depth": """
def wide_kernels(X, depth, W_std, b_std):
    if depth == 0:
        K = W_std**2 * (X @ X.T) / X.shape[1] + b_std**2
        return K, K
    K, T = wide_kernels(X, depth - 1, W_std, b_std)
    s = np.sqrt(np.diag(K))
    product, both = relu_means(np.outer(s**2, np.ones(len(s))), K, np.outer(np.ones(len(s)), s**2))
    new = W_std**2 * product + b_std**2
    return new, new + W_std**2 * both * T
""",
    },
    "5.7": {
        "solve_ivp for the seed": """
def seeded_step(gamma, s0, coupling):
    tau = float(linear.step_times(gamma[:1], s0[:1])[0])

    def grow(t, y):
        s1 = linear.singular_values(np.array([t]), gamma[:1], s0[:1])[0, 0]
        return [4 * coupling * s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)]

    run = integrate.solve_ivp(grow, (0, 5 * tau), [0.0], rtol=1e-9, atol=1e-18, max_step=tau / 50)
    return float(linear.step_times(gamma[1:], s0[1:] + run.y[0, -1])[0])
""",
    },
    "5.8": {
        "Simpson's rule over half of the circle": """
def circle_gammas(depth, b_std, delta, k_max):
    angle = np.linspace(0, np.pi, 4001)
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    theta = kernels.relu_mlp_kernel(points[:1], points, depth, b_std=b_std)[1][0]
    return [integrate.simpson(theta * np.cos(k * angle), x=angle) / np.pi * np.cos(2 * k * delta)
            for k in range(k_max + 1)]
""",
    },
    "6.1": {
        "by autograd at zero": """
def operator(x1, x2, temperature):
    a, b = torch.tensor(x1), torch.tensor(x2)
    y = torch.arange(len(a))

    def loss(w):
        return torch.nn.functional.cross_entropy(torch.outer(a @ w, b @ w) / temperature, y)

    H = torch.autograd.functional.hessian(loss, torch.zeros(a.shape[1], dtype=a.dtype))
    return -H.numpy()
""",
    },
    "6.2": {
        "one number at a time, by np.vectorize": """
def half_times(gamma, rho, s0, temperature):
    def one(g, r, s):
        if g <= 0 or s == 0:
            return np.inf
        ratio = temperature * r**2 / (g * s**2)
        return 0.0 if ratio <= 2 else np.log(ratio - 1) * temperature / (4 * g)

    return np.vectorize(one, otypes=[float])(gamma, rho, s0)
""",
    },
    "6.5": {
        "autograd of the unit vectors": """
def through_normalisation(z, g):
    z = torch.tensor(z, requires_grad=True)
    (torch.nn.functional.normalize(z, dim=1, eps=0) * torch.tensor(g)).sum().backward()
    return z.grad.numpy()
""",
    },
    "6.7": {
        "a logarithm to the base of the factor": """
def updates(gamma, s0, lr, eps, level):
    import math

    factor = 1 + 4 * gamma * lr / eps
    return max(0.0, math.log(math.sqrt(level * eps / gamma) / s0, factor))
""",
    },
    "6.8": {
        "bisection on the slope": """
def copies_std(rho, d, invariance, variance, covariance):
    slope = lambda s: 8 * covariance * (d - 1) * s**3 + 4 * invariance * (1 - rho) * s - variance
    low, high = 0.0, 1.0
    for _ in range(100):
        mid = (low + high) / 2
        low, high = (mid, high) if slope(mid) < 0 else (low, mid)
    return high
""",
    },
    "7.1": {
        "torch numbers in": """
def scale_free(g, length, lr, c):
    g = np.asarray(g)
    cosine = lr * np.linalg.norm(g) / length
    return (g / c).tolist(), lr * c * c, 3 / (2 * cosine**2)
""",
    },
    "7.2": {
        "the mean without a gradient, and an optimizer": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0).detach()).chunk(2)
    C = torch.einsum("ni,nj->ij", z1, z2) / len(z1)
    loss = ((C / 2 + C.T / 2 - torch.eye(len(C))) ** 2).sum()
    sgd = torch.optim.SGD(model.parameters(), lr=lr)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
    return float(loss)
""",
    },
    "7.3": {
        "crossings by hand, in a loop": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    out = []
    for curve in curves.T:
        half = curve[-1] / 2
        if curve[-1] < share * curves[-1, 0] or curve[0] >= half:
            out.append(np.nan)
            continue
        k = next(i for i, v in enumerate(curve) if v >= half)
        w = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        if t[k - 1] == 0:
            out.append(w * t[k])
        else:
            out.append(t[k - 1] * (t[k] / t[k - 1]) ** w)
    return np.array(out)
""",
    },
    "7.5": {
        "scipy's test of one sample": """
def paired(a, b, level):
    d = np.subtract(b, a)
    return np.mean(d), stats.sem(d), stats.ttest_1samp(d, 0).pvalue < level
""",
    },
    "7.7": {
        "a plain loop": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    total = waiting = 0.0
    for i, o, k, a, b in [[float(x) for x in row] for row in layers]:
        work, wait = 2 * k * k * i * o * b * b / peak, 2 * (i * a * a + o * b * b) / bandwidth
        total += max(work, wait)
        waiting += wait if wait > work else 0
    return 6 * pictures * total, waiting / total
""",
    },
    "7.8": {
        "autograd through the joint loss": """
def contribution(z1, z2, rank, processes):
    a, b = (torch.tensor(np.asarray(z), dtype=torch.float64, requires_grad=True) for z in (z1, z2))
    mean = (a.mean(0) + b.mean(0)) / 2
    loss = losses.barlow_twins(a - mean, b - mean, lam=1.0, normalize=False)
    size = len(z1) // processes
    mine = slice(rank * size, (rank + 1) * size)
    return tuple(processes * g[mine].numpy() for g in torch.autograd.grad(loss, (a, b)))
""",
    },
}
