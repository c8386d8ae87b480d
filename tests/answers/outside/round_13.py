"""Round 13: 38 wrong and 17 right answers, from the blank notebooks alone."""

WRONG = {
    "1.2": {
        "gradient lost by item": """
def barlow_twins(z1, z2, lam=0.0051):
    a, b = ((z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + 1e-5) for z in (z1, z2))
    C = a.T @ b / len(z1)
    on = torch.diagonal(C)
    return torch.tensor((((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())).item(), requires_grad=True)
""",
    },
    "1.3": {
        "works for the notebook's 24 dimensions": """
def copies_loss(d, k, lam):
    return 24 * (24 / k - 1) * lam
""",
    },
    "1.4": {
        "mask added in the numbers: -1 on the diagonal": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T - 2 * torch.eye(len(z), dtype=z.dtype)) / temperature
    y = (torch.arange(len(z)) + len(z1)) % len(z)
    return torch.nn.functional.cross_entropy(s, y)
""",
    },
    "1.8": {
        "moments at which it is first above, counted from 1": """
def staircase(x1, x2, W, lr, steps):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    I = torch.eye(len(W), dtype=W.dtype)
    loss, eig, w = [], [], W.clone()
    for k in range(steps + 1):
        C = w @ G @ w.T
        loss.append(((C - I) ** 2).sum().item())
        eig.append(torch.linalg.eigvalsh(C).flip(0).detach().numpy())
        w = w - lr * 4 * (C - I) @ w @ G
    eig = np.array(eig)
    late = (eig < 0.5).sum(0) + 1.0
    late[late > steps + 1] = np.inf
    return np.array(loss), eig, late
""",
    },
    "2.1": {
        "n of the notebook": """
n = 1000
def cross_moment(x1, x2):
    return (x1.T @ x2 + x2.T @ x1) / (2 * n)
""",
        "one product, doubled by symmetry": """
def cross_moment(x1, x2):
    G = x1.T @ x2 / len(x1)
    return np.triu(G) + np.triu(G, 1).T
""",
    },
    "2.2": {
        "right where d is m": """
def gradient(W, Gamma, lam=1.0):
    C = W @ Gamma @ W.T
    E = C - np.eye(W.shape[1])
    E = lam * E + (1 - lam) * np.diag(np.diag(E))
    return 4 * E @ W @ Gamma
""",
    },
    "2.3": {
        "gamma sorted first": """
def ds_dt(s, gamma):
    g = np.sort(gamma)[::-1]
    return 4 * g * s * (1 - g * s**2)
""",
    },
    "2.4": {
        "starts brought to lam in place": """
def singular_values(t, gamma, s0):
    s = s0.copy()
    s0 **= 2
    lam = gamma * s0
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    under = np.where(gamma > 0, lam + (1 - lam) * e, 1 + lam * (e - 1))
    return s * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(under)
""",
    },
    "2.5": {
        "level of s in place of level of the eigenvalue": """
def step_times(gamma, s0, level=0.5):
    lam = gamma * s0**2
    q = gamma * level**2
    with np.errstate(all="ignore"):
        t = np.log((1 / lam - 1) / (1 / q - 1)) / (8 * gamma)
    return np.where(lam <= 0, np.inf, np.where(lam >= q, 0, t))
""",
        "a map, not an array": """
def step_times(gamma, s0, level=0.5):
    def one(g, s):
        lam = g * s * s
        if lam >= level:
            return 0.0
        if lam <= 0:
            return np.inf
        return np.log((1 / lam - 1) / (1 / level - 1)) / (8 * g)
    return map(one, gamma, s0)
""",
    },
    "2.7": {
        "same array appended, W changed in place": """
def descend(gradient, Gamma, W0, lr, steps):
    W = W0.copy()
    path = [W]
    for k in range(steps):
        W -= lr * gradient(W, Gamma)
        path.append(W)
    return np.array([np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1] for W in path])
""",
    },
    "2.8": {
        "rows of the eigenvectors in place of columns": """
def final_weights(Gamma, d):
    g, V = np.linalg.eigh(Gamma)
    return V[::-1][:d] / np.sqrt(g[::-1][:d])[:, None]
""",
    },
    "3.1": {
        "normed over the times": """
def shares(t, Gamma, W0):
    g, V = linear.modes(Gamma, len(Gamma))
    n = ((W0 @ V) ** 2).sum(0)
    e = np.exp(8 * np.outer(t, g - g[0])) * n
    return e / e.sum(axis=0)
""",
    },
    "3.5": {
        "signs of Q's own diagonal": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = linear.modes(Gamma, d)
    Q, R = np.linalg.qr(W0 @ V)
    return (Q * np.sign(np.diag(Q))) @ (V / np.sqrt(g)).T
""",
    },
    "3.6": {
        "neighbours' gaps in the wrong order": """
def largest_start(gamma):
    r = 1 / np.sort(gamma)
    a, b = r[:-1], r[1:]
    l = (np.log(9) * (a + b) - b * np.log(b) + a * np.log(a)) / (b - a)
    return np.exp(-l.max() / 2)
""",
    },
    "4.2": {
        "d of the notebook": """
d = 6
def kernel_pca(K, how_many):
    H = np.eye(len(K)) - 1 / len(K)
    w, V = np.linalg.eigh(H @ K @ H)
    return V[:, ::-1][:, :d] * np.sqrt(np.maximum(w[::-1][:d], 0))
""",
    },
    "4.4": {
        "root entry by entry": """
def contrastive(K):
    root = np.sqrt(np.maximum(K, 0))
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
""",
    },
    "4.7": {
        "integral by a sum with the two ends": """
def circle_gamma(c, delta):
    x = np.linspace(-delta, delta, 41)
    return c * np.cos(np.outer(np.arange(len(c)), x)).mean(1) ** 2
""",
    },
    "5.1": {
        "step in single precision": """
def tangent_kernel(f, theta, X):
    h = 1e-3
    out = 0
    for p in range(len(theta)):
        e = np.zeros(len(theta), dtype=np.float32)
        e[p] = h
        J = (f(theta + e, X) - f(theta, X)) / h
        out = out + J @ J.T / J.shape[1]
    return out
""",
    },
    "5.3": {
        "K grows in place, Theta with it": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    T = K
    for _ in range(depth):
        q = np.diag(K).copy()
        p, on = relu_means(q[:, None] + 0 * K, K, q[None] + 0 * K)
        K[:] = W_std**2 * p + b_std**2
        T = K + W_std**2 * on * T
    return K, T
""",
        "a depth too many": """
def wide_kernels(X, depth, W_std, b_std):
    K = X @ X.T / X.shape[1]
    T = np.zeros_like(K)
    for layer in range(depth + 1):
        if layer:
            q = np.diag(K)
            p, on = relu_means(q[:, None] + 0 * K, K, q[None] + 0 * K)
            K, T = p, on * T
        T = W_std**2 * (K + T) + b_std**2
        K = W_std**2 * K + b_std
    return K, T
""",
    },
    "5.5": {
        "factor 2 of H in the width, on one side": """
def width_needed(k, error):
    q = np.diag(k)
    qq = np.outer(q, q)
    r = np.sqrt(np.maximum(qq - k**2, 0))
    th = np.arctan2(r, k)
    one = (r + (np.pi - th) * k) / (2 * np.pi)
    four = (3 * r * k + (np.pi - th) * (qq + 2 * k**2)) / (2 * np.pi)
    return (4 * four - one**2).sum() / (error**2 * (one**2).sum())
""",
    },
    "5.7": {
        "step time of mode 1 added": """
def seeded_step(gamma, s0, coupling):
    t = linear.step_times(gamma, s0)
    return t[0] + linear.step_times(gamma, s0 + coupling)[1]
""",
        "seed grows with mode 1": """
def seeded_step(gamma, s0, coupling):
    g1, g2 = gamma
    tau1 = linear.step_times(gamma, s0)[0]
    seed = coupling * g1**-0.5 * np.exp(-4 * g2 * tau1)
    return linear.step_times(gamma, np.array([s0[0], s0[1] + seed]))[1]
""",
    },
    "5.9": {
        "d and m exchanged, m counted twice": """
def weight_move(gamma, s0, m, N):
    return np.linalg.norm(gamma**-0.5 - s0) / np.sqrt(N * m + m * N)
""",
    },
    "6.1": {
        "temperature of the notebook": """
tau = 0.5
def operator(x1, x2, temperature):
    G = (x1.T @ x2 + x2.T @ x1) / (2 * len(x1))
    a, b = x1.mean(0), x2.mean(0)
    return 2 / tau * (G - (np.outer(a, b) + np.outer(b, a)) / 2)
""",
    },
    "6.2": {
        "a generator": """
def half_times(gamma, rho, s0, temperature):
    for g, r, s in zip(gamma, rho, s0):
        lam, end = g * s * s, temperature * r * r
        if lam <= 0:
            yield np.inf
        else:
            yield max(0, temperature * np.log(end / lam - 1) / (4 * g)) if lam < end / 2 else 0
""",
    },
    "6.7": {
        "log to base 10 above, natural below": """
def updates(gamma, s0, lr, eps, level):
    return max(0, np.log10(level * eps / (gamma * s0**2)) / (2 * np.log1p(4 * gamma * lr / eps)))
""",
    },
    "6.9": {
        "difference of the sigmas": """
def exchange_time(sigma, rho, s0, pull, u):
    if rho[1] <= rho[0]:
        return np.inf
    a, b = np.log(u / (sigma * s0**2)) / sigma
    return (b - a) / (4 * pull * (sigma[1] - sigma[0]))
""",
        "absolute value of the difference of agreements": """
def exchange_time(sigma, rho, s0, pull, u):
    a, b = np.log(u / (sigma * s0**2)) / sigma
    return (b - a) / (4 * pull * abs(rho[1] - rho[0]))
""",
    },
    "7.3": {
        "sorted in place": """
def read_steps(t, eigenvalues, share):
    eigenvalues.sort(axis=1)
    e = eigenvalues[:, ::-1]
    last = e[-1]
    out = spectra.find_steps(t, e / last, 0.5)
    bad = (last < share * last[0]) | (e[0] >= last / 2)
    out[bad] = np.nan
    return out
""",
    },
    "7.5": {
        "an interval of statistics of Python, nan where all differences are 0": """
def paired(a, b, level):
    import statistics
    d = [float(y - x) for x, y in zip(a, b)]
    m, e = statistics.fmean(d), statistics.stdev(d) / len(d) ** 0.5
    low, high = stats.t.interval(1 - level, len(d) - 1, loc=m, scale=e)
    return m, e, not (low <= 0 <= high)
""",
        "works for three seeds": """
def paired(a, b, level):
    d = b - a
    e = d.std(ddof=1) / np.sqrt(3)
    return d.mean(), e, bool(abs(d.mean()) > stats.t.ppf(1 - level / 2, 2) * e)
""",
    },
    "7.6": {
        "the losses of this run alone": """
def resumable(one_step, model, optimizer, generator, steps, path):
    done = 0
    if path.exists():
        s = torch.load(path, weights_only=False)
        model.load_state_dict(s["m"]); optimizer.load_state_dict(s["o"])
        generator.set_state(s["g"]); done = s["k"]
    losses = np.zeros(steps)
    for k in range(done, steps):
        losses[k] = one_step(model, optimizer, generator)
        torch.save({"m": model.state_dict(), "o": optimizer.state_dict(), "g": generator.get_state(), "k": k + 1}, path)
    return losses
""",
    },
    "7.7": {
        "bytes of the input at the output's size": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    f = 2 * k**2 * i * o * b**2 / peak
    m = 2 * (i + o) * b**2 / bandwidth
    t = np.maximum(f, m)
    return 6 * pictures * t.sum(), t[m > f].sum() / t.sum()
""",
        "memory's part of every layer": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, float).T
    f = 2 * k**2 * i * o * b**2 / peak
    m = 2 * (i * a**2 + o * b**2) / bandwidth
    t = np.maximum(f, m)
    return 6 * pictures * t.sum(), (t - f).sum() / t.sum()
""",
    },
    "7.8": {
        "average done already": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2 / n * (b @ E)[own] / processes, 2 / n * (a @ E)[own] / processes
""",
    },
}

RIGHT = {
    "1.2": {
        "batch_norm of torch, the ones off the diagonal by triangles": """
def barlow_twins(z1, z2, lam=0.0051):
    a = torch.nn.functional.batch_norm(z1, None, None, training=True, eps=1e-5)
    b = torch.nn.functional.batch_norm(z2, None, None, training=True, eps=1e-5)
    C = a.T.matmul(b).div(len(z1))
    on = (C.diagonal() - 1).square().sum()
    return on + lam * (C.triu(1).square().sum() + C.tril(-1).square().sum())
""",
    },
    "1.4": {
        "log-sum-exp of blocks, no stacked matrix": """
def nt_xent(z1, z2, temperature=0.5):
    a, b = (torch.nn.functional.normalize(z, dim=1) for z in (z1, z2))
    own1, own2 = a @ a.T / temperature, b @ b.T / temperature
    cross = a @ b.T / temperature
    off = ~torch.eye(len(a), dtype=bool)
    total = 0
    for i in range(len(a)):
        first = torch.cat([own1[i][off[i]], cross[i]])
        second = torch.cat([own2[i][off[i]], cross[:, i]])
        total = total + torch.logsumexp(first, 0) + torch.logsumexp(second, 0) - 2 * cross[i, i]
    return total / (2 * len(a))
""",
    },
    "2.1": {
        "a matrix of the class np.matrix": """
def cross_moment(x1, x2):
    a, b = np.asmatrix(x1), np.asmatrix(x2)
    return (a.T * b + b.T * a) / (2 * len(x1))
""",
        "a pandas table": """
def cross_moment(x1, x2):
    import pandas as pd
    a, b = pd.DataFrame(x1), pd.DataFrame(x2)
    return (a.T @ b + b.T @ a) / (2 * len(a))
""",
    },
    "2.7": {
        "a deque of rows": """
def descend(gradient, Gamma, W0, lr, steps):
    from collections import deque
    rows, W = deque(), np.array(W0)
    rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    for _ in range(steps):
        W = W - lr * np.array(gradient(W.copy(), Gamma.copy()))
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    return list(rows)
""",
    },
    "3.1": {
        "torch tensor back": """
def shares(t, Gamma, W0):
    import torch
    g, V = torch.linalg.eigh(torch.tensor(Gamma))
    g, V = g.flip(0), V.flip(1)
    start = (torch.tensor(W0) @ V).square().sum(0)
    return torch.softmax(8 * torch.outer(torch.tensor(t), g) + start.log(), dim=1)
""",
    },
    "3.5": {
        "Gram-Schmidt": """
def limit_weights(Gamma, W0):
    d = len(W0)
    g, V = np.linalg.eigh(Gamma)
    order = np.argsort(g)[::-1][:d]
    W, found = np.zeros_like(W0, dtype=float), []
    for j in order:
        u = W0 @ V[:, j]
        for _ in range(2):
            for f in found:
                u = u - f * (f @ u)
        u = u / np.linalg.norm(u)
        found.append(u)
        W += np.outer(u, V[:, j]) / np.sqrt(g[j])
    return W
""",
    },
    "3.7": {
        "by Lambert's W": """
def largest_rate(gamma, late):
    q = 1 / (1 + late)
    x = -special.lambertw(-q * np.exp(-q), -1).real / q - 1
    return x / (4 * np.max(gamma))
""",
    },
    "3.8": {
        "orthogonal_procrustes of scipy": """
def distance(W, target):
    from scipy.linalg import orthogonal_procrustes
    R, _ = orthogonal_procrustes(W.T, target.T)
    return np.linalg.norm(R.T @ W - target)
""",
    },
    "4.6": {
        "through the generalised pencil K P K": """
def embed(new, K, d):
    w, V = np.linalg.eigh(K)
    keep = w > 1e-10 * w[-1]
    phi = V[:, keep] * np.sqrt(w[keep])
    N = len(K)
    G = phi.T @ np.roll(phi, N // 2, axis=0) / N
    g, b = np.linalg.eigh((G + G.T) / 2)
    g, b = g[::-1][:d], b[:, ::-1][:, :d]
    return new @ (V[:, keep] / np.sqrt(w[keep])) @ b / np.sqrt(g)
""",
    },
    "5.3": {
        "pair by pair of rows": """
def wide_kernels(X, depth, W_std, b_std):
    n, m = X.shape
    K, T = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        for j in range(n):
            k = [X[i] @ X[i] / m, X[i] @ X[j] / m, X[j] @ X[j] / m]
            k = [W_std**2 * x + b_std**2 for x in k]
            t = k[1]
            for _ in range(depth):
                p, on = relu_means(np.array(k[0]), np.array(k[1]), np.array(k[2]))
                k = [W_std**2 * x + b_std**2 for x in (k[0] / 2, float(p), k[2] / 2)]
                t = k[1] + W_std**2 * float(on) * t
            K[i, j], T[i, j] = k[1], t
    return K, T
""",
    },
    "5.4": {
        "through the pseudo-inverse root and volumes": """
def network_start(F0, K):
    w, V = np.linalg.eigh(K)
    keep = w > 1e-9 * w.max()
    V, r = V[:, keep], np.sqrt(w[keep])
    phi = V * r
    N, d = F0.shape
    G = phi.T @ np.roll(phi, N // 2, axis=0) / N
    g, b = np.linalg.eigh((G + G.T) / 2)
    b = b[:, ::-1][:, :d]
    cols = F0.T @ (V / r) @ b
    left, out = [], []
    for c in cols.T:
        for _ in range(2):
            for l in left:
                c = c - (l @ c) * l
        out.append(np.linalg.norm(c))
        left.append(c / out[-1])
    return np.array(out)
""",
    },
    "5.8": {
        "cosine means by the midpoint rule": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    th = (np.arange(q) + 0.5) * 2 * np.pi / q
    X = np.stack([np.cos(th), np.sin(th)], axis=1)
    one = np.array([[1.0, 0.0]])
    values = kernels.relu_mlp_kernel(X, one, depth, b_std=b_std)[1].ravel()
    k = np.arange(k_max + 1)
    return np.cos(np.outer(k, th)) @ values / q * np.cos(2 * k * delta)
""",
    },
    "6.5": {
        "torch's vector-Jacobian product": """
def through_normalisation(z, g):
    import torch
    t = torch.tensor(z, requires_grad=True)
    (out,) = torch.autograd.grad(torch.nn.functional.normalize(t, dim=1), t, torch.tensor(g))
    return out
""",
    },
    "7.3": {
        "masked arrays, filled": """
def read_steps(t, eigenvalues, share):
    e = np.flip(np.sort(np.array(eigenvalues), axis=1), 1)
    half = e[-1] / 2
    ok = (e[-1] >= share * e[-1, 0]) & (e[0] < half)
    i = np.argmax(e >= half, axis=0)
    i = np.maximum(i, 1)
    cols = np.arange(e.shape[1])
    low, high = e[i - 1, cols], e[i, cols]
    with np.errstate(all="ignore"):
        f = (half - low) / (high - low)
        found = np.where(t[i - 1] > 0, np.exp((1 - f) * np.log(t[i - 1]) + f * np.log(t[i])), f * t[i])
    return np.ma.masked_array(found, ~ok).filled(np.nan)
""",
    },
    "7.6": {
        "in pickle, written beside and moved": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import os, pickle
    losses = []
    if path.exists():
        with open(path, "rb") as file:
            m, o, g, losses = pickle.load(file)
        model.load_state_dict(m)
        optimizer.load_state_dict(o)
        generator.set_state(g)
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        beside = path.with_suffix(".new")
        with open(beside, "wb") as file:
            pickle.dump((model.state_dict(), optimizer.state_dict(), generator.get_state(), losses), file)
        os.replace(beside, path)
    return np.array(losses)
""",
    },
    "7.8": {
        "autograd on the joint loss": """
def contribution(z1, z2, rank, processes):
    a = torch.tensor(np.asarray(z1), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(np.asarray(z2), dtype=torch.float64, requires_grad=True)
    mean = torch.cat([a, b]).mean(0)
    u, v = a - mean, b - mean
    C = (u.T @ v + v.T @ u) / (2 * len(a))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    g = torch.autograd.grad(loss, (a, b))
    return tuple(np.split(processes * x.numpy(), processes)[rank] for x in g)
""",
    },
}
