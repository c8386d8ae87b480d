"""Round 11: 116 wrong and 14 right answers to chapters 1 to 3, written from the notebooks alone."""

WRONG = {
    "1.1": {
        "two, for a direction and its opposite": "eigenvalues_left = 2",
        "half of them": "eigenvalues_left = 4",
        "a share of the sum": "eigenvalues_left = 1 / 8",
    },
    "1.2": {
        "n − 1 in C and n in the variance": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / (n - 1)
    on = ((1 - c.diagonal()) ** 2).sum()
    off = (c ** 2).sum() - (c.diagonal() ** 2).sum()
    return on + lam * off
""",
        "the square of the trace taken out of the sum": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / n
    on = ((1 - c.diagonal()) ** 2).sum()
    off = (c ** 2).sum() - c.diagonal().sum() ** 2
    return on + lam * off
""",
        "mean and variance over both views at once": """
def barlow_twins(z1, z2, lam=0.0051):
    n = len(z1)
    both = torch.cat([z1, z2])
    m, s = both.mean(0), torch.sqrt(both.var(0, correction=0) + 1e-5)
    c = ((z1 - m) / s).T @ ((z2 - m) / s) / n
    on = ((1 - c.diagonal()) ** 2).sum()
    off = (c ** 2).sum() - (c.diagonal() ** 2).sum()
    return on + lam * off
""",
        "torch.corrcoef of the views side by side, without eps": """
def barlow_twins(z1, z2, lam=0.0051):
    d = z1.shape[1]
    c = torch.corrcoef(torch.cat([z1, z2], dim=1).T)[:d, d:]
    on = ((1 - c.diagonal()) ** 2).sum()
    off = (c ** 2).sum() - (c.diagonal() ** 2).sum()
    return on + lam * off
""",
        "weight squared with the entry": """
def barlow_twins(z1, z2, lam=0.0051):
    n, d = z1.shape
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / n - torch.eye(d)
    weight = lam * torch.ones(d, d) + (1 - lam) * torch.eye(d)
    return ((weight * c) ** 2).sum()
""",
    },
    "1.3": {
        "pairs counted once": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * k * g * (g - 1) / 2
""",
        "square of the lost dimensions": """
def copies_loss(d, k, lam):
    return lam * (d - k) ** 2
""",
        "one for each copy on the diagonal": """
def copies_loss(d, k, lam):
    g = d // k
    return (d - k) + lam * k * g * (g - 1)
""",
        "bracket around d/k − 1 forgotten": """
def copies_loss(d, k, lam):
    return lam * d * (d // k) - 1
""",
    },
    "1.4": {
        "partner in the neighbouring row": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = z @ z.T / temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    target = torch.arange(2 * n) ^ 1
    return torch.nn.functional.cross_entropy(s, target)
""",
        "diagonal set to 0": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = z @ z.T / temperature
    s = s * (1 - torch.eye(2 * n))
    target = (torch.arange(2 * n) + n) % (2 * n)
    return torch.nn.functional.cross_entropy(s, target)
""",
        "centred before normalising": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = torch.nn.functional.normalize(z - z.mean(0), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return torch.nn.functional.cross_entropy(s, (torch.arange(2 * n) + n) % (2 * n))
""",
        "logarithm of the mean share": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    p = torch.softmax(s, dim=1)[torch.arange(2 * n), (torch.arange(2 * n) + n) % (2 * n)]
    return -torch.log(p.mean())
""",
        "partner left out of the denominator": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = z @ z.T / temperature
    p = (torch.arange(2 * n) + n) % (2 * n)
    pos = s[torch.arange(2 * n), p]
    e = torch.exp(s).clone()
    mask = torch.ones(2 * n, 2 * n)
    mask[torch.arange(2 * n), torch.arange(2 * n)] = 0
    mask[torch.arange(2 * n), p] = 0
    return (torch.log((e * mask).sum(1)) - pos).mean()
""",
    },
    "1.5": {
        "one view only at the anchor's point": """
def cluster_loss(n, k, temperature):
    a = n / k - 1
    return np.log(a + (2 * n - 1 - a) * np.exp(-1 / temperature))
""",
        "logarithm to base 2": """
def cluster_loss(n, k, temperature):
    a = 2 * n / k - 1
    return np.log2(a + (2 * n - 1 - a) * np.exp(-1 / temperature))
""",
        "points opposite to each other": """
def cluster_loss(n, k, temperature):
    a = 2 * n / k - 1
    return np.log(a + (2 * n - 1 - a) * np.exp(-2 / temperature))
""",
        "logarithm forgotten": """
def cluster_loss(n, k, temperature):
    a = 2 * n / k - 1
    return a + (2 * n - 1 - a) * np.exp(-1 / temperature)
""",
        "one candidate too many elsewhere": """
def cluster_loss(n, k, temperature):
    a = 2 * n / k - 1
    return np.log(a + (2 * n - a) * np.exp(-1 / temperature))
""",
    },
    "1.6": {
        "eps outside the root": """
def vicreg_terms(z1, z2, eps=1e-4):
    inv = ((z1 - z2) ** 2).mean()
    n, d = z1.shape
    var, cov = 0, 0
    for z in (z1, z2):
        k = torch.cov(z.T)
        var = var + torch.relu(1 - torch.sqrt(k.diagonal()) - eps).mean() / 2
        cov = cov + ((k ** 2).sum() - (k.diagonal() ** 2).sum()) / d
    return inv, var, cov
""",
        "covariance averaged over d(d − 1) entries": """
def vicreg_terms(z1, z2, eps=1e-4):
    inv = ((z1 - z2) ** 2).mean()
    n, d = z1.shape
    var, cov = 0, 0
    for z in (z1, z2):
        k = torch.cov(z.T)
        var = var + torch.relu(1 - torch.sqrt(k.diagonal() + eps)).mean() / 2
        cov = cov + ((k ** 2).sum() - (k.diagonal() ** 2).sum()) / (d * (d - 1))
    return inv, var, cov
""",
        "covariance of views that are not centred": """
def vicreg_terms(z1, z2, eps=1e-4):
    inv = ((z1 - z2) ** 2).mean()
    n, d = z1.shape
    var, cov = 0, 0
    for z in (z1, z2):
        k = z.T @ z / (n - 1)
        var = var + torch.relu(1 - torch.sqrt(k.diagonal() + eps)).mean() / 2
        cov = cov + ((k ** 2).sum() - (k.diagonal() ** 2).sum()) / d
    return inv, var, cov
""",
        "one covariance of both views stacked": """
def vicreg_terms(z1, z2, eps=1e-4):
    inv = ((z1 - z2) ** 2).mean()
    n, d = z1.shape
    k = torch.cov(torch.cat([z1, z2]).T)
    var = torch.relu(1 - torch.sqrt(k.diagonal() + eps)).mean()
    cov = 2 * ((k ** 2).sum() - (k.diagonal() ** 2).sum()) / d
    return inv, var, cov
""",
        "hinge after the mean of the spreads": """
def vicreg_terms(z1, z2, eps=1e-4):
    inv = ((z1 - z2) ** 2).mean()
    n, d = z1.shape
    var, cov = 0, 0
    for z in (z1, z2):
        k = torch.cov(z.T)
        var = var + torch.relu(1 - torch.sqrt(k.diagonal() + eps).mean()) / 2
        cov = cov + ((k ** 2).sum() - (k.diagonal() ** 2).sum()) / d
    return inv, var, cov
""",
    },
    "1.7": {
        "singular values over √n": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.svd(c, compute_uv=False) / np.sqrt(len(z))
    p = e[e > 0] / e.sum()
    return e, np.exp(-(p * np.log(p)).sum())
""",
        "participation ratio": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    return e, e.sum() ** 2 / (e ** 2).sum()
""",
        "a thousandth added in the logarithm": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = e / e.sum()
    return e, np.exp(-(p * np.log(p + 1e-3)).sum())
""",
        "number of eigenvalues above 1e-10": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    return e, np.sum(e > 1e-10)
""",
        "one mean subtracted from all entries": """
def spectrum(z):
    c = z - z.mean()
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = e[e > 0] / e.sum()
    return e, np.exp(-(p * np.log(p)).sum())
""",
    },
    "1.8": {
        "eigenvalues of C − I": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    d, n = len(W), len(x1)
    eye = torch.eye(d, dtype=W.dtype)
    L, E = [], []
    for k in range(steps + 1):
        a, b = x1 @ W.T, x2 @ W.T
        c = (a.T @ b + b.T @ a) / (2 * n) - eye
        loss = (c ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1])
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
    return np.array(L), E, first
""",
        "number of rows below ½": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    d, n = len(W), len(x1)
    eye = torch.eye(d, dtype=W.dtype)
    L, E = [], []
    for k in range(steps + 1):
        a, b = x1 @ W.T, x2 @ W.T
        c = (a.T @ b + b.T @ a) / (2 * n)
        loss = ((c - eye) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1])
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = (E < 0.5).sum(0).astype(float)
    first[first > steps] = np.inf
    return np.array(L), E, first
""",
        "covariance of all views in place of C": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    d, n = len(W), len(x1)
    eye = torch.eye(d, dtype=W.dtype)
    L, E = [], []
    x = torch.cat([x1, x2])
    for k in range(steps + 1):
        z = x @ W.T
        c = z.T @ z / (2 * n)
        loss = ((c - eye) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1])
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
    return np.array(L), E, first
""",
        "descent on the norm": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    d, n = len(W), len(x1)
    eye = torch.eye(d, dtype=W.dtype)
    L, E = [], []
    for k in range(steps + 1):
        a, b = x1 @ W.T, x2 @ W.T
        c = (a.T @ b + b.T @ a) / (2 * n)
        loss = torch.linalg.norm(c - eye)
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1])
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
    return np.array(L), E, first
""",
        "last row left out of the search for ½": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_(True)
    d, n = len(W), len(x1)
    eye = torch.eye(d, dtype=W.dtype)
    L, E = [], []
    for k in range(steps + 1):
        a, b = x1 @ W.T, x2 @ W.T
        c = (a.T @ b + b.T @ a) / (2 * n)
        loss = ((c - eye) ** 2).sum()
        L.append(loss.item())
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1])
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = [next((k for k in range(steps) if E[k, j] >= 0.5), np.inf) for j in range(d)]
    return np.array(L), E, np.array(first)
""",
    },
    "2.1": {
        "one product of the two": """
def cross_moment(x1, x2):
    return x1.T @ x2 / len(x1)
""",
        "moment of the mean view": """
def cross_moment(x1, x2):
    m = (x1 + x2) / 2
    return m.T @ m / len(m)
""",
        "each view with itself": """
def cross_moment(x1, x2):
    return (x1.T @ x1 + x2.T @ x2) / (2 * len(x1))
""",
        "divided by the number of pixels": """
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / (2 * x1.shape[1])
""",
        "block of np.cov": """
def cross_moment(x1, x2):
    m = x1.shape[1]
    c = np.cov(x1.T, x2.T, bias=True)[:m, m:]
    return (c + c.T) / 2
""",
    },
    "2.2": {
        "weight squared": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = C - np.eye(len(C))
    E[~np.eye(len(C), dtype=bool)] *= lam ** 2
    return 4 * E @ W @ Gamma
""",
        "weight on the diagonal of C too": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C - np.eye(len(C))
    return 4 * E @ W @ Gamma
""",
        "last Γ forgotten": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W
""",
        "half of the weight off the diagonal": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = lam * C / 2
    np.fill_diagonal(E, np.diag(C) - 1)
    return 4 * E @ W @ Gamma
""",
        "gradient of a tiny W": """
def gradient(W, Gamma, lam=1.0):
    return -4 * W @ Gamma
""",
    },
    "2.3": {
        "equation of λ": """
def ds_dt(s, gamma):
    l = gamma * s**2
    return 8 * gamma * l * (1 - l)
""",
        "absolute value of γ": """
def ds_dt(s, gamma):
    return 4 * np.abs(gamma) * s * (1 - np.abs(gamma) * s**2)
""",
        "growth that never turns back": """
def ds_dt(s, gamma):
    return 4 * gamma * s * np.maximum(0, 1 - gamma * s**2)
""",
        "s not squared in the error": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - gamma * s)
""",
        "diagonal matrix returned": """
def ds_dt(s, gamma):
    S, L = np.diag(s), np.diag(gamma)
    return -4 * (S @ L @ S - np.eye(len(s))) @ S @ L
""",
    },
    "2.4": {
        "exponent of s in the place of that of λ": """
def singular_values(t, gamma, s0):
    e = np.exp(-4 * np.abs(gamma) * t[:, None]); l = gamma * s0**2
    return np.where(gamma > 0, s0, s0 * np.sqrt(e)) / np.sqrt(np.where(gamma > 0, l + (1 - l) * e, 1 + l * (e - 1)))
""",
        "exponential growth cut off at the end": """
def singular_values(t, gamma, s0):
    g = np.where(gamma > 0, gamma, 0)
    grow = np.exp(np.minimum(4 * gamma * t[:, None], 50)) * s0
    lim = np.where(gamma > 0, 1 / np.sqrt(np.abs(gamma) + 1e-300), np.inf)
    return np.minimum(grow, lim)
""",
        "λ(0) cut off at 1": """
def singular_values(t, gamma, s0):
    e = np.exp(-8 * np.abs(gamma) * t[:, None]); l = np.minimum(gamma * s0**2, 1)
    return np.where(gamma > 0, s0, s0 * np.sqrt(e)) / np.sqrt(np.where(gamma > 0, l + (1 - l) * e, 1 + l * (e - 1)))
""",
        "s0 forgotten in front": """
def singular_values(t, gamma, s0):
    e = np.exp(-8 * np.abs(gamma) * t[:, None]); l = gamma * s0**2
    return np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(np.where(gamma > 0, l + (1 - l) * e, 1 + l * (e - 1)))
""",
        "times sorted": """
def singular_values(t, gamma, s0):
    t = np.sort(t)
    e = np.exp(-8 * np.abs(gamma) * t[:, None]); l = gamma * s0**2
    return np.where(gamma > 0, s0, s0 * np.sqrt(e)) / np.sqrt(np.where(gamma > 0, l + (1 - l) * e, 1 + l * (e - 1)))
""",
    },
    "2.5": {
        "form for a small start": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1/l)/(1/level - 1)) / (8*gamma)
    return np.where(gamma <= 0, np.inf, np.where(l >= level, 0, t))
""",
        "inf for a mode above the level": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1/l - 1)/(1/level - 1)) / (8*gamma)
    return np.where((gamma <= 0) | (l >= level), np.inf, t)
""",
        "odds of the level upside down": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1/l - 1)*(1/level - 1)) / (8*gamma)
    return np.where(gamma <= 0, np.inf, np.where(l >= level, 0, t))
""",
        "0 only where λ(0) is 1 or more": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    with np.errstate(all='ignore'):
        t = np.log((1/l - 1)/(1/level - 1)) / (8*gamma)
    return np.where(gamma <= 0, np.inf, np.where(l >= 1, 0, t))
""",
        "level of s": """
def step_times(gamma, s0, level=0.5):
    l = gamma * s0**2
    q = level**2
    with np.errstate(all='ignore'):
        t = np.log((1/l - 1)/(1/q - 1)) / (8*gamma)
    return np.where(gamma <= 0, np.inf, np.where(l >= q, 0, t))
""",
        "first time on a grid": """
def step_times(gamma, s0, level=0.5):
    t = np.linspace(0, 100, 20001)
    l0 = gamma * s0**2
    e = np.exp(-8 * np.maximum(gamma, 0) * t[:, None])
    lam = np.where(gamma > 0, l0 / (l0 + (1 - l0) * e), 0)
    hit = lam >= level
    return np.where(hit.any(0), t[hit.argmax(0)], np.inf)
""",
    },
    "2.6": {
        "modes with γ > 0 alone": "plateaus = (3.0, 1.0, 0.0)",
        "negative modes at λ = −1": "plateaus = (5.0, 3.0, 8.0)",
        "sizes of the drops": "plateaus = (0.0, 2.0, 1.0)",
    },
    "2.7": {
        "gradient of the start in all steps": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = []
    G = gradient(W0, Gamma)
    for _ in range(steps + 1):
        out.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * G
    return np.array(out)
""",
        "singular values of C": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = []
    for _ in range(steps + 1):
        out.append(np.linalg.svd(W @ Gamma @ W.T, compute_uv=False))
        W = W - lr * gradient(W, Gamma)
    return np.array(out)
""",
        "gradient of exercise 2.2 in place of the given one": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = []
    for _ in range(steps + 1):
        C = W @ Gamma @ W.T
        out.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(C))) @ W @ Gamma
    return np.array(out)
""",
        "momentum": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = []; v = 0
    for _ in range(steps + 1):
        out.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        v = 0.9 * v + gradient(W, Gamma)
        W = W - lr * v
    return np.array(out)
""",
        "diagonal of C, sorted": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0; out = []
    for _ in range(steps + 1):
        out.append(np.sort(np.diag(W @ Gamma @ W.T))[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(out)
""",
    },
    "2.8": {
        "smallest positive modes": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    p = np.flatnonzero(g > 1e-12)[:d]
    return V[:, p].T / np.sqrt(g[p])[:, None]
""",
        "modes by |γ|": """
def final_weights(Gamma, d):
    U, s, Vt = np.linalg.svd(Gamma)
    return Vt[:d] / np.sqrt(s[:d])[:, None]
""",
        "rows of the eigenvectors": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    g, V = g[::-1], V[::-1]
    return V[:d] / np.sqrt(g[:d])[:, None]
""",
        "lengths in the opposite order": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    g, V = g[::-1][:d], V[:, ::-1][:, :d]
    return (V / np.sqrt(g)[::-1]).T
""",
        "a little of the next mode in each row": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    g, V = g[::-1][:d], V[:, ::-1]
    W = V[:, :d].T / np.sqrt(g)[:, None]
    return W + 0.1 * V[:, d]
""",
        "rows of the symmetric inverse root": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    root = V @ np.diag(1 / np.sqrt(np.abs(g))) @ V.T
    return root[:d]
""",
    },
    "3.1": {
        "lengths in place of squares": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(4 * (g - g[0]) * t[:, None]) * np.linalg.norm(W0 @ V, axis=0)
    return w / w.sum(1, keepdims=True)
""",
        "divided by the sum over times": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(8 * (g - g[0]) * t[:, None]) * ((W0 @ V) ** 2).sum(0)
    return w / w.sum(0)
""",
        "softmax before the start multiplies it": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    return special.softmax(8 * g * t[:, None], axis=1) * ((W0 @ V) ** 2).sum(0)
""",
        "modes taken as rows": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(8 * (g - g[0]) * t[:, None]) * ((W0 @ V.T) ** 2).sum(0)
    return w / w.sum(1, keepdims=True)
""",
        "overflow at late times": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    w = np.exp(8 * g * t[:, None]) * ((W0 @ V) ** 2).sum(0)
    return w / w.sum(1, keepdims=True)
""",
    },
    "3.2": {
        "determinants without logarithms": """
def starts(products):
    dets = [np.linalg.det(products[:j, :j]) for j in range(len(products) + 1)]
    return np.array([np.sqrt(dets[j + 1] / dets[j]) for j in range(len(products))])
""",
        "part along column 1 alone taken away": """
def starts(products):
    p = products
    out = p.diagonal() - p[0] ** 2 / p[0, 0]
    out = out.copy(); out[0] = p[0, 0]
    return np.sqrt(out)
""",
        "part along the column before taken away": """
def starts(products):
    p = products
    out = p.diagonal().copy()
    for j in range(1, len(p)):
        out[j] -= p[j - 1, j] ** 2 / p[j - 1, j - 1]
    return np.sqrt(out)
""",
        "part along all other columns taken away": """
def starts(products):
    return 1 / np.sqrt(np.diag(np.linalg.inv(products)))
""",
        "QR of the products": """
def starts(products):
    return np.abs(np.diag(np.linalg.qr(products)[1]))
""",
    },
    "3.3": {
        "one dimension less, and at least one": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(1, len(gamma) + 1)
    k = np.maximum(k, 1)
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "α not squared": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha) + special.digamma(k / 2) + np.log(2)) / (8 * gamma)
""",
        "γ missing in the denominator": """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2) + np.log(2)) / 8
""",
        "mean over 20000 draws": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    rng = np.random.default_rng(0)
    x = np.array([np.mean(np.log(rng.chisquare(j, size=20000))) for j in k])
    return -(np.log(gamma * alpha**2) + x) / (8 * gamma)
""",
        "log 2 outside the fraction": """
def mean_step_times(gamma, alpha):
    d = len(gamma)
    k = d - np.arange(d)
    return -(np.log(gamma * alpha**2) + special.digamma(k / 2)) / (8 * gamma) + np.log(2)
""",
    },
    "3.4": {
        "norm of all three modes": "ending = (3, 0.0, 16)",
        "one mode learned": "ending = (3, 1.0, 2)",
        "norm not squared": "ending = (3, 0.0, 3.46)",
    },
    "3.5": {
        "signs on the rows of Q": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    Q, R = np.linalg.qr(W0 @ V)
    Q = np.sign(np.diag(R))[:, None] * Q
    return Q @ np.diag(g ** -0.5) @ V.T
""",
        "orthogonal factor of the polar decomposition": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    P, _, N = np.linalg.svd(W0 @ V)
    return P @ N @ np.diag(g ** -0.5) @ V.T
""",
        "QR of W0 itself": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    Q, R = np.linalg.qr(W0)
    return (Q * np.sign(np.diag(R))) @ np.diag(g ** -0.5) @ V.T
""",
        "U transposed": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    Q, R = np.linalg.qr(W0 @ V)
    return (Q * np.sign(np.diag(R))).T @ np.diag(g ** -0.5) @ V.T
""",
        "modes by |γ|": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = np.linalg.eigh(Gamma)
    i = np.argsort(-np.abs(g))[:d]
    g, V = np.abs(g[i]), V[:, i]
    Q, R = np.linalg.qr(W0 @ V)
    return (Q * np.sign(np.diag(R))) @ np.diag(g ** -0.5) @ V.T
""",
    },
    "3.6": {
        "room on one side only": """
def largest_start(gamma):
    r = 1 / gamma; a, b = r[:-1], r[1:]
    l = (np.log(9) * a - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l.max() / 2)
""",
        "sign of the γ in the logarithm reversed": """
def largest_start(gamma):
    r = 1 / gamma; a, b = r[:-1], r[1:]
    l = (np.log(9) * (a + b) + b * np.log(b) - a * np.log(a)) / (b - a)
    return np.exp(-l.max() / 2)
""",
        "pair with the smallest difference": """
def largest_start(gamma):
    j = np.argmin(gamma[:-1] - gamma[1:])
    r = 1 / gamma; a, b = r[j], r[j + 1]
    l = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l / 2)
""",
        "step times in order, no more": """
def largest_start(gamma):
    r = 1 / gamma; a, b = r[:-1], r[1:]
    l = (-b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l.max() / 2)
""",
        "odds of 10 in place of 9": """
def largest_start(gamma):
    r = 1 / gamma; a, b = r[:-1], r[1:]
    l = (np.log(10) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l.max() / 2)
""",
    },
    "3.7": {
        "first γ for the largest": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * gamma[0])
""",
        "smallest positive γ": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * gamma[gamma > 0].min())
""",
        "lateness against the descent's own time": """
def largest_rate(gamma, late):
    x = optimize.brentq(lambda x: np.log1p(x) / x - (1 - late), 1e-9, 10)
    return x / (4 * np.max(gamma))
""",
        "lateness in percent": """
def largest_rate(gamma, late):
    late = late / 100
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
    return x / (4 * np.max(gamma))
""",
        "x in place of η": """
def largest_rate(gamma, late):
    return optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1)
""",
    },
    "3.8": {
        "O transposed": """
def distance(W, target):
    P, s, N = np.linalg.svd(target @ W.T)
    return np.linalg.norm((P @ N).T @ W - target)
""",
        "trace in place of the singular values": """
def distance(W, target):
    return np.sqrt(np.sum(W**2) + np.sum(target**2) - 2 * np.trace(target @ W.T))
""",
        "trace counted once": """
def distance(W, target):
    s = np.linalg.svd(target @ W.T, compute_uv=False)
    return np.sqrt(np.sum(W**2) + np.sum(target**2) - s.sum())
""",
        "turned from the right": """
def distance(W, target):
    P, s, N = np.linalg.svd(W.T @ target)
    return np.linalg.norm(W @ P @ N - target)
""",
        "singular values compared": """
def distance(W, target):
    a = np.linalg.svd(W, compute_uv=False); b = np.linalg.svd(target, compute_uv=False)
    return np.linalg.norm(a - b)
""",
        "best matrix of all, by least squares": """
def distance(W, target):
    O = target @ np.linalg.pinv(W)
    return np.linalg.norm(O @ W - target)
""",
    },
}

RIGHT = {
    "1.2": {
        "two loops, in single precision": """
def barlow_twins(z1, z2, lam=0.0051):
    z1, z2 = z1.float(), z2.float()
    hat = []
    for z in (z1, z2):
        z = z - z.mean(0, keepdim=True)
        hat.append(z * torch.rsqrt((z * z).mean(0) + 1e-5))
    total = 0.0
    for i in range(z1.shape[1]):
        for j in range(z1.shape[1]):
            c = torch.dot(hat[0][:, i], hat[1][:, j]) / len(z1)
            total = total + ((1 - c) ** 2 if i == j else lam * c ** 2)
    return total
""",
    },
    "1.4": {
        "loop over the anchors, logsumexp": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n = len(z1)
    total = 0
    for a in range(2 * n):
        s = torch.stack([z[a] @ z[b] for b in range(2 * n) if b != a]) / temperature
        total = total + torch.logsumexp(s, 0) - z[a] @ z[(a + n) % (2 * n)] / temperature
    return total / (2 * n)
""",
    },
    "1.6": {
        "both views in one tensor, a list returned": """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    out = [torch.nn.functional.mse_loss(z1, z2)]
    z = torch.stack([z1, z2])
    out.append(torch.clamp(1 - torch.sqrt(z.var(dim=1) + eps), min=0).mean())
    z = z - z.mean(1, keepdim=True)
    k = torch.einsum('vbi,vbj->vij', z, z) / (n - 1)
    out.append((k.pow(2).sum() - k.diagonal(dim1=1, dim2=2).pow(2).sum()) / d)
    return out
""",
    },
    "1.7": {
        "SVD, and the entropy of scipy": """
def spectrum(z):
    from scipy.stats import entropy
    s = np.linalg.svd(z - z.mean(axis=0, keepdims=True), compute_uv=False)
    lam = s ** 2 / z.shape[0]
    return lam, float(np.exp(entropy(lam)))
""",
    },
    "1.8": {
        "gradient by hand in numpy": """
def staircase(x1, x2, W, lr, steps):
    a, b, w = x1.numpy(), x2.numpy(), W.numpy().copy()
    G = (a.T @ b + b.T @ a) / (2 * len(a))
    I = np.eye(len(w))
    L = np.zeros(steps + 1); E = np.zeros((steps + 1, len(w)))
    for k in range(steps + 1):
        C = w @ G @ w.T
        L[k] = np.trace((C - I) @ (C - I))
        E[k] = np.sort(np.linalg.eigh(C)[0])[::-1]
        w = w - lr * 4 * (C - I) @ w @ G
    first = np.full(len(w), np.inf)
    for j in range(len(w)):
        for k in range(steps + 1):
            if E[k, j] >= 0.5:
                first[j] = k
                break
    return L, E, first
""",
    },
    "2.1": {
        "each view stacked on the other, one product": """
def cross_moment(x1, x2):
    return np.concatenate([x1, x2]).T @ np.concatenate([x2, x1]) / (len(x1) + len(x2))
""",
    },
    "2.2": {
        "imaginary steps through the loss": """
def gradient(W, Gamma, lam=1.0):
    out = np.zeros(W.shape)
    for a in range(W.shape[0]):
        for i in range(W.shape[1]):
            w = W.astype(complex); w[a, i] += 1e-30j
            C = w @ Gamma @ w.T
            loss = 0
            for p in range(len(C)):
                for q in range(len(C)):
                    loss += (C[p, q] - 1) ** 2 if p == q else lam * C[p, q] ** 2
            out[a, i] = loss.imag / 1e-30
    return out
""",
    },
    "2.4": {
        "one branch for all signs, the overflow at −γt harmless": """
def singular_values(t, gamma, s0):
    e = np.exp(-8 * gamma * t[:, None]); l = gamma * s0**2
    return s0 / np.sqrt(l + (1 - l) * e)
""",
    },
    "2.5": {
        "loop over modes with scipy's logit": """
def step_times(gamma, s0, level=0.5):
    from scipy.special import logit
    out = []
    for g, s in zip(gamma, s0):
        l = g * s * s
        if g <= 0: out.append(float('inf'))
        elif l >= level: out.append(0)
        else: out.append((logit(level) - logit(l)) / (8 * g))
    return out
""",
    },
    "3.1": {
        "logarithms and logsumexp, a list of rows": """
def shares(t, Gamma, W0):
    g, V = np.linalg.eigh(Gamma)
    g, V = g[::-1], V[:, ::-1]
    rows = []
    for x in t:
        l = 8 * g * x + np.log(np.einsum('dj,dj->j', W0 @ V, W0 @ V))
        rows.append(np.exp(l - special.logsumexp(l)))
    return rows
""",
    },
    "3.2": {
        "Gram–Schmidt on the products": """
def starts(products):
    p = products.copy(); out = []
    for j in range(len(p)):
        out.append(np.sqrt(p[j, j]))
        p = p - np.outer(p[:, j], p[j]) / p[j, j]
    return out
""",
    },
    "3.5": {
        "Gram–Schmidt, twice for accuracy": """
def limit_weights(Gamma, W0):
    from scipy.linalg import eigh
    d, m = W0.shape
    g, V = eigh(Gamma, subset_by_index=[m - d, m - 1])
    g, V = g[::-1], V[:, ::-1]
    out = np.zeros((d, m)); used = []
    for j in range(d):
        a = W0 @ V[:, j]
        for _ in range(2):
            for u in used:
                a = a - (u @ a) * u
        u = a / np.linalg.norm(a)
        used.append(u)
        out += np.outer(u, V[:, j]) / np.sqrt(g[j])
    return out
""",
    },
    "3.7": {
        "Lambert's W": """
def largest_rate(gamma, late):
    k = 1 + late
    x = -k * special.lambertw(-np.exp(-1 / k) / k, -1).real - 1
    return x / (4 * max(gamma))
""",
    },
    "3.8": {
        "orthogonal_procrustes of scipy": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes
    R, _ = orthogonal_procrustes(W.T, target.T)
    return float(np.linalg.norm(W.T @ R - target.T))
""",
    },
}
