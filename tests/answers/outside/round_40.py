"""Round 40: 30 wrong and 8 right answers to chapters 6 to 10, three exercises a chapter."""

WRONG = {
    "6.3": {
        "the hinge squared, so that the slope has a 2(1 - root of eps) in it": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    S = (np.cov(x1.T) + np.cov(x2.T)) / 2
    D = (x1 - x2).T @ (x1 - x2) / len(x1)
    slope = 2 * (1 - np.sqrt(eps)) / np.sqrt(eps)
    return (variance * slope * S - 2 * invariance * D) / d
""",
        "np.cov of both views has four blocks, and the off-diagonal ones are taken": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    m = x1.shape[1]
    K = np.cov(x1.T, x2.T)
    S = (K[:m, m:] + K[m:, :m]) / 2
    D = np.einsum("ni,nj->ij", x1 - x2, x1 - x2) / len(x1)
    return (variance / np.sqrt(eps) * S - 2 * invariance * D) / d
""",
    },
    "6.4": {
        "the slope of the root at eps forgotten: 25 in place of 2500": """
winners = (2, 3, 3)
""",
        "the directions counted from 0": """
winners = (1, 0, 2)
""",
    },
    "6.7": {
        "whether it starts there is asked of s squared, not of the eigenvalue": """
def updates(gamma, s0, lr, eps, level):
    goal = level * eps
    if s0**2 >= goal:
        return 0.0
    factor = (1 + 4 * gamma * lr / eps) ** 2
    return np.log(goal / (gamma * s0**2)) / np.log(factor)
""",
        "update after update, and between the last two the eigenvalue on a straight line": """
def updates(gamma, s0, lr, eps, level):
    goal, lam, k = level * eps, gamma * s0**2, 0
    if lam >= goal:
        return 0.0
    factor = (1 + 4 * gamma * lr / eps) ** 2
    while lam * factor < goal:
        lam *= factor
        k += 1
    return k + (goal - lam) / (lam * factor - lam)
""",
    },
    "7.2": {
        "SGD with a weight decay of 1e-4, as in all recipes": """
def train_step(model, x1, x2, lr):
    optimiser = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=1e-4)
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()
""",
        "one mean of all entries: dim=0 forgotten": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean()).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
    loss = ((C - torch.eye(len(C), dtype=C.dtype)) ** 2).sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= lr * p.grad
    return loss.item()
""",
    },
    "7.4": {
        "half the rate taken as half the time, and the staircase as better features' price": """
predictions = (2, 0.5, float(np.log(100**2)) / 8, "no", "better")
""",
        "the logarithm to the base 10": """
predictions = (2, 1, np.log10(100**2) / 8, "no", "same")
""",
    },
    "7.7": {
        "the share of the time in which the chip stands idle, not of the layers that wait": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 2 * (i * a**2 + o * b**2) / bandwidth
    time = np.maximum(work, move)
    idle = np.maximum(move - work, 0)
    return 6 * pictures * time.sum(), idle.sum() / time.sum()
""",
        "two passes for the first layer, whose input needs no gradient": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    seconds = waiting = 0.0
    for index, (i, o, k, a, b) in enumerate(layers):
        passes = 2 if index == 0 else 3
        work = 2 * k**2 * i * o * b**2 / peak
        move = 2 * (i * a**2 + o * b**2) / bandwidth
        each = 2 * pictures * passes * max(work, move)
        seconds += each
        if move > work:
            waiting += each
    return seconds, waiting / seconds
""",
    },
    "8.1": {
        "forward differences with a step of a thousandth": """
def gradients(W, A, Gamma):
    def loss(W, A):
        C = W @ A @ Gamma @ A.T @ W.T
        return np.sum((C - np.eye(len(C))) ** 2)

    step, now = 1e-3, loss(W, A)
    for_head, for_trunk = np.zeros(W.shape), np.zeros(A.shape)
    for place in np.ndindex(W.shape):
        moved = np.array(W, dtype=float)
        moved[place] += step
        for_head[place] = (loss(moved, A) - now) / step
    for place in np.ndindex(A.shape):
        moved = np.array(A, dtype=float)
        moved[place] += step
        for_trunk[place] = (loss(W, moved) - now) / step
    return for_head, for_trunk
""",
        "the gradients of the norm, not of its square": """
def gradients(W, A, Gamma):
    B = W @ A
    E = B @ Gamma @ B.T - np.eye(len(W))
    G = 2 * E @ B @ Gamma / np.linalg.norm(E)
    return G @ A.T, W.T @ G
""",
    },
    "8.2": {
        "the square of the head's change for the change of its square": """
def trunk_square(W, W0, A0):
    change = W - W0
    return A0 @ A0.T + change.T @ change
""",
        "the trunk keeps its left singular vectors, as from an aligned start": """
def trunk_square(W, W0, A0):
    U, p, _ = np.linalg.svd(A0)
    p2 = np.zeros(len(U))
    p2[: len(p)] = p**2
    gained = np.diag(U.T @ (W.T @ W - W0.T @ W0) @ U)
    return U @ np.diag(p2 + gained) @ U.T
""",
    },
    "8.5": {
        "read at the step, where the eigenvalue is one half, not at the end": """
def raise_of(gamma, p0):
    return (1 + np.sqrt(1 + 2 / (gamma * p0**4))) / 2
""",
        "x = p(0)^2 + 1/(gamma x) put in twenty times": """
def raise_of(gamma, p0):
    x = p0**2
    for _ in range(20):
        x = p0**2 + 1 / (gamma * x)
    return x / p0**2
""",
    },
    "9.1": {
        "left singular vectors of the first views with the second, not symmetrised": """
def predicted_functions(h1, h2, d):
    mean = np.vstack([h1, h2]).mean(axis=0)
    a, b = h1 - mean, h2 - mean
    U, size, _ = np.linalg.svd(a.T @ b / len(a))
    return np.vstack([a, b]) @ U[:, :d] / np.sqrt(size[:d])
""",
        "the first d that np.linalg.eig happens to give": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(axis=0)
    a, b = np.split(h, 2)
    gamma, v = np.linalg.eig((a.T @ b + b.T @ a) / len(h))
    return h @ v[:, :d].real / np.sqrt(np.abs(gamma[:d].real))
""",
    },
    "9.5": {
        "rcond=1e-4 cuts a column that is ten thousand times smaller": """
def r_squared(modes, regressors):
    x = np.column_stack([np.ones(len(modes)), regressors])
    fit = x @ np.linalg.lstsq(x, modes, rcond=1e-4)[0]
    return 1 - np.var(modes - fit, axis=0) / np.var(modes, axis=0)
""",
        "fitted to every other picture and counted on the rest": """
def r_squared(modes, regressors):
    x = np.column_stack([np.ones(len(modes)), regressors])
    weights = np.linalg.lstsq(x[::2], modes[::2], rcond=None)[0]
    y = modes[1::2]
    left = y - x[1::2] @ weights
    return 1 - np.sum(left**2, axis=0) / np.sum((y - y.mean(axis=0)) ** 2, axis=0)
""",
    },
    "9.8": {
        "divided by the sum of the learned ones, so that the shares exceed 1": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))

    def entropy(values):
        p = values / k
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    ratio = lam.sum() ** 2 / (lam**2).sum()
    return np.exp(entropy(np.sqrt(lam))), np.exp(entropy(lam)), ratio
""",
        "the root of the shares for RankMe, which no longer add up to 1": """
def three_ranks(d, k, delta):
    lam = np.array([1.0] * k + [delta] * (d - k))
    p = lam / lam.sum()
    p = p[p > 0]
    r = np.sqrt(p)
    return np.exp(-np.sum(r * np.log(r))), np.exp(-np.sum(p * np.log(p))), 1 / np.sum(p**2)
""",
    },
    "10.2": {
        "a hundred steps run, and the last of them over the one before": """
def momentum_factor(gamma, lr, beta):
    s, v = np.ones(len(gamma)), np.zeros(len(gamma))
    for _ in range(100):
        v = beta * v - 4 * gamma * s
        before, s = s, s - lr * v
    return s / before
""",
        "Nesterov's momentum, whose gradient is taken ahead": """
def momentum_factor(gamma, lr, beta):
    g = 1 + 4 * lr * gamma
    b = (1 + beta) * g
    return (b + np.sqrt(b**2 - 4 * beta * g)) / 2
""",
    },
    "10.4": {
        "with the notebook's share of 0.4, for which the logarithm is not small": """
def speed_of_damping(gamma, rho):
    share = 0.4
    damped = gamma / (gamma + rho)
    plain = np.log1p(share * gamma[-1] / gamma[0])
    return np.log1p(share * damped[-1] / damped[0]) / plain
""",
        "the damping added to the inverse, not to Gamma": """
def speed_of_damping(gamma, rho):
    rates = gamma * (1 / gamma + rho)
    return (rates[-1] / rates[0]) / (gamma[-1] / gamma[0])
""",
    },
    "10.7": {
        "0 for a mode whose s, not whose eigenvalue, starts at one half": """
def muon_steps(gamma, s0, lr):
    with np.errstate(all="ignore"):
        steps = (1 / np.sqrt(2 * gamma) - s0) / lr
    steps = np.where(s0 >= 0.5, 0, steps)
    return np.where(gamma > 0, steps, np.inf)
""",
        "a step of the length lr in all, so lr over the root of d for each mode": """
def muon_steps(gamma, s0, lr):
    steps = np.full(len(gamma), np.inf)
    each = lr / np.sqrt(len(gamma))
    for j, (g, s) in enumerate(zip(gamma, s0)):
        if g > 0:
            steps[j] = max(0.0, (1 / np.sqrt(2 * g) - s) / each)
    return steps
""",
    },
}

RIGHT = {
    "6.3": {
        "the gradient of the loss itself, one tiny row after the other": """
def vicreg_operator(x1, x2, d, invariance, variance, eps):
    a, b = torch.tensor(x1), torch.tensor(x2)
    m = a.shape[1]
    size = 1e-7 * eps**0.5 / (1 + max(a.abs().max(), b.abs().max()).item())
    rows = []
    for i in range(m):
        W = torch.zeros(d, m, dtype=a.dtype)
        W[0, i] = size
        W.requires_grad_()
        loss = losses.vicreg(a @ W.T, b @ W.T, invariance, variance, 1.0, eps)
        rows.append(-torch.autograd.grad(loss, W)[0][0] / size)
    return torch.stack(rows).numpy()
""",
    },
    "6.7": {
        "logarithms to the base 10, each by itself": """
def updates(gamma, s0, lr, eps, level):
    from math import log10

    way = log10(level) + log10(eps) - log10(gamma) - 2 * log10(s0)
    return max(way / log10(1 + 4 * gamma * lr / eps) / 2, 0)
""",
    },
    "7.2": {
        "the views of a pair one behind the other, and a mean without a gradient": """
def train_step(model, x1, x2, lr):
    z = model(torch.stack([x1, x2], dim=1).flatten(0, 1))
    z = z - z.detach().mean(dim=0)
    cross = torch.einsum("ni,nj->ij", z[0::2], z[1::2]) / len(x1)
    C = (cross + cross.T) / 2
    loss = C.square().sum() - 2 * C.trace() + len(C)
    for p in model.parameters():
        p.grad = None
    loss.backward()
    for p in model.parameters():
        p.data.add_(p.grad, alpha=-lr)
        p.grad = None
    return float(loss.detach())
""",
    },
    "8.2": {
        "the difference of two squares as difference times sum": """
def trunk_square(W, W0, A0):
    half = (W - W0).T @ (W + W0) / 2
    return np.einsum("ik,jk->ij", A0, A0) + half + half.T
""",
    },
    "8.5": {
        "hyperbolic functions: p = p(0) cosh u and s = p(0) sinh u": """
def raise_of(gamma, p0):
    u = np.arcsinh(2 / (np.sqrt(gamma) * p0**2)) / 2
    return np.cosh(u) ** 2
""",
    },
    "9.1": {
        "in the principal axes of the features": """
def predicted_functions(h1, h2, d):
    h = np.vstack([h1, h2])
    h = h - h.mean(0)
    U, S, _ = np.linalg.svd(h, full_matrices=False)
    scores = U * S
    a, b = np.split(scores, 2)
    gamma, v = np.linalg.eigh((a.T @ b + b.T @ a) / len(h))
    first = np.argsort(-gamma)[:d]
    return scores @ (v[:, first] * gamma[first] ** -0.5)
""",
    },
    "9.8": {
        "a product of powers for the exponential of the entropy, 0 to the 0 being 1": """
def three_ranks(d, k, delta):
    def spread(waiting):
        total = k + (d - k) * waiting
        p = [1 / total] * k + [waiting / total] * (d - k)
        return np.prod([share**-share for share in p])

    s = k + (d - k) * delta
    return [spread(delta**0.5), spread(delta), s * s / (k + (d - k) * delta**2)]
""",
    },
    "10.2": {
        "eigenvalues of the step of velocity and weight, a matrix for each mode": """
def momentum_factor(gamma, lr, beta):
    found = []
    for g in gamma:
        step = np.array([[beta, -4 * g], [-lr * beta, 1 + 4 * lr * g]])
        found.append(max(np.linalg.eigvals(step).real))
    return found
""",
    },
}
