"""Answers to the exercises of chapter 5: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

DIFFERENCES = """
def tangent_kernel(f, theta, X):
    h, J = 1e-5, []
    for p in range(len(theta)):
        e = np.zeros(len(theta))
        e[p] = h
        J.append((f(theta + e, X) - f(theta - e, X)) / (2 * h))
    J = np.array(J)
    return {}
"""

MEANS = """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    on = 0.5 - theta / (2 * np.pi)
    product = r / (2 * np.pi) + on * k12
    return {}
"""

RECURSION = """
def wide_kernels(X, depth, W_std, b_std):
    K = {first}
    Theta = {theta}
    for _ in range({rounds}):
        k = np.tile(np.diag(K), (len(K), 1))
        product, both_on = relu_means(k.T, K, k)
        K = {K}
        Theta = {line}
    return K, Theta
"""

DENSE = {
    "first": "W_std**2 * X @ X.T / X.shape[1] + b_std**2",
    "theta": "K",
    "rounds": "depth",
    "K": "W_std**2 * product + b_std**2",
    "line": "K + W_std**2 * both_on * Theta",
}

START = """
def network_start(F0, K):
    N, d = F0.shape
    w, Q = np.linalg.eigh(K)
    root = Q * np.sqrt(np.maximum(w, 0)) @ Q.T
    swapped = np.roll(root, N // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / N)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    columns = {}
    return {}
"""
LEFT = "np.abs(np.diag(np.linalg.qr(columns)[1]))"

WIDTH = """
def width_needed(k, error):
    k11, k22 = np.broadcast_arrays(np.diag(k)[:, None], np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    squares = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    mean = relu_means(k11, k, k22)[0]
    return {}
"""

SEED = """
def seeded_step(gamma, s0, coupling):
    t = np.linspace(0, 5 * linear.step_times(gamma[:1], s0[:1])[0], 40_000)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = {}
    start = {}
    return {}
"""
FORCE = "s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)"
SUM = "s0[1] + 4 * coupling * integrate.trapezoid(force, t)"
CLOCK = "linear.step_times(gamma[1:], [start])[0]"

CIRCLE = """
def circle_gammas(depth, b_std, delta, k_max):
    q, k = 8192, np.arange(k_max + 1)
    a = 2 * np.pi * np.arange(q) / q
    points = np.column_stack([np.cos(a), np.sin(a)])
    nngp, tangent = kernels.relu_mlp_kernel(points[:1], points, depth, 2**0.5, b_std)
    c = np.fft.rfft(tangent[0]).real[: k_max + 1] / q
    return {}
"""

MOVE = """
def weight_move(gamma, s0, m, N):
    d, end = len(gamma), 1 / np.sqrt(gamma)
    M = {}
    return {}
"""
ALL = "m * N + N * d"
SHARE = "np.linalg.norm(end - s0) / M**0.5"


def recursion(**changed):
    return RECURSION.format(**(DENSE | changed))


WRONG = {
    "5.1": {
        "sum over outputs": DIFFERENCES.format("np.einsum('pia,pja->ij', J, J)"),
        "mean over inputs": DIFFERENCES.format("np.einsum('pia,pja->ij', J, J) / len(X)"),
        "mean over parameters": DIFFERENCES.format(
            "np.einsum('pia,pja->ij', J, J) / J.shape[2] / len(theta)"
        ),
        "outputs added first": DIFFERENCES.format(
            "np.einsum('pi,pj->ij', J.sum(2), J.sum(2)) / J.shape[2]"
        ),
        "mean of outputs first": DIFFERENCES.format("np.einsum('pi,pj->ij', J.mean(2), J.mean(2))"),
        "first output only": DIFFERENCES.format("J[:, :, 0].T @ J[:, :, 0]"),
        "divided by h, not 2h": DIFFERENCES.format(
            "np.einsum('pia,pja->ij', 2 * J, 2 * J) / J.shape[2]"
        ),
        "step too small": DIFFERENCES.replace("1e-5", "1e-12").format(
            "np.einsum('pia,pja->ij', J, J) / J.shape[2]"
        ),
    },
    "5.2": {
        "only the first input may be zero": """
def relu_means(k11, k12, k22, a=0.0):
    ratio = np.where(k11 > 0, k12 / np.sqrt(np.where(k11 > 0, k11, 1) * k22), 0)
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    on = 0.5 - np.arctan2(np.sqrt(np.maximum(1 - ratio**2, 0)), ratio) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + on * k12), a + (1 - a) ** 2 * on
""",
        "what is below 1e-9 taken for a zero vector": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    cosine = np.where(size > 1e-9, k12 / np.maximum(size, 1e-9), 0)
    theta = np.arccos(np.clip(cosine, -1, 1))
    both = (size * np.sin(theta) + (np.pi - theta) * k12) / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * both, a + (1 - a) ** 2 * (0.5 - theta / 2 / np.pi)
""",
        "slope ignored": MEANS.format("product, on"),
        "mixed cases forgotten": MEANS.format("(1 + a**2) * product, (1 + a**2) * on"),
        "1 - a not squared": MEANS.format("a * k12 + (1 - a) * product, a + (1 - a) * on"),
        "mixed products lost": MEANS.format(
            "a**2 * k12 + (1 - a) ** 2 * product, a**2 + (1 - a) ** 2 * on"
        ),
        "r left out": MEANS.format("a * k12 + (1 - a) ** 2 * on * k12, a + (1 - a) ** 2 * on"),
        "one array of both": MEANS.format(
            "np.array((a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * on))"
        ),
        "arccos": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    theta = np.arccos(k12 / size)
    on = 0.5 - theta / (2 * np.pi)
    product = size * np.sin(theta) / (2 * np.pi) + on * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * on
""",
        "root of a negative number": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(k11 * k22 - k12**2)
    on = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = r / (2 * np.pi) + on * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * on
""",
        "a guard for the first zero vector alone": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    some = k11 > 0
    ratio = np.divide(k12, k11, out=np.zeros(k12.shape), where=some)
    length = np.where(some, np.sqrt(k11 / k22), 0)
    theta = np.arccos(np.clip(ratio * length, -1, 1))
    both = 0.5 - theta / (2 * np.pi)
    return (1 - a) ** 2 * (r / (2 * np.pi) + both * k12) + a * k12, (1 - a) ** 2 * both + a
""",
    },
    "5.3": {
        "Theta starts at zero": recursion(theta="np.zeros_like(K)"),
        "W_std missing in Theta": recursion(line="K + both_on * Theta"),
        "new K missing": recursion(line="W_std**2 * both_on * Theta"),
        "first mean carries Theta": recursion(line="K + W_std**2 * product * Theta"),
        "nothing squared": recursion(
            first="W_std * X @ X.T / X.shape[1] + b_std",
            K="W_std * product + b_std",
            line="K + W_std * both_on * Theta",
        ),
        "Theta starts as the inputs": recursion(theta="X @ X.T / X.shape[1]"),
        "one layer too few": recursion(rounds="depth - 1"),
        "other order": recursion().replace("return K, Theta", "return Theta, K"),
        "Θ starts without the biases": """
def wide_kernels(X, depth, W_std, b_std):
    Theta = W_std**2 * X @ X.T / X.shape[1]
    K = Theta + b_std**2
    for _ in range(depth):
        k = np.broadcast_to(np.diag(K), K.shape)
        product, both_on = relu_means(k.T, K, k)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
""",
    },
    "5.4": {
        "inverse root": """
def network_start(F0, K):
    N, d = F0.shape
    w, Q = np.linalg.eigh(K)
    root = Q * np.sqrt(np.maximum(w, 0)) @ Q.T
    B = np.linalg.eigh(root @ np.roll(root, N // 2, axis=0) / N)[1][:, ::-1][:, :d]
    columns = F0.T @ (Q / np.sqrt(w) @ Q.T) @ B
    return np.abs(np.diag(np.linalg.qr(columns)[1]))
""",
        "lengths": START.format(
            "F0.T @ swapped @ B / (N * gamma)", "np.linalg.norm(columns, axis=0)"
        ),
        "no swap": START.format("F0.T @ root @ B / (N * gamma)", LEFT),
        "no gamma": START.format("F0.T @ swapped @ B / N", LEFT),
        "no 2n": START.format("F0.T @ swapped @ B / gamma", LEFT),
        "sorted by size": START.replace(
            "gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]",
            "order = np.argsort(-abs(gamma))[:d]; gamma, B = gamma[order], B[:, order]",
        ).format("F0.T @ swapped @ B / (N * gamma)", LEFT),
        "multiplied by the root": START.format("F0.T @ root @ B", LEFT),
        "signs left": START.format(
            "F0.T @ swapped @ B / (N * gamma)", "np.diag(np.linalg.qr(columns)[1])"
        ),
    },
    "5.5": {
        "a floor under the variances": """
def width_needed(k, error):
    own = np.maximum(np.diag(k), 1e-6)
    ab = np.outer(own, own)
    r = np.sqrt(np.maximum(ab - k**2, 0))
    theta = np.arctan2(r, k)
    mean = (r + (np.pi - theta) * k) / (2 * np.pi)
    square = (3 * r * k + (np.pi - theta) * (ab + 2 * k**2)) / (2 * np.pi)
    return np.sum(square - mean**2) / (error**2 * np.sum(mean**2))
""",
        "error not squared": WIDTH.format("np.sum(squares - mean**2) / (error * np.sum(mean**2))"),
        "root of the width": WIDTH.format(
            "np.sqrt(np.sum(squares - mean**2) / np.sum(mean**2)) / error"
        ),
        "mean square for variance": WIDTH.format("np.sum(squares) / (error**2 * np.sum(mean**2))"),
        "entry by entry": WIDTH.format("np.mean((squares - mean**2) / mean**2) / error**2"),
        "compared with mean squares": WIDTH.format(
            "np.sum(squares - mean**2) / (error**2 * np.sum(squares))"
        ),
        "compared with k": WIDTH.format("np.sum(squares - mean**2) / (error**2 * np.sum(k**2))"),
        "diagonal only": WIDTH.format(
            "np.trace(squares - mean**2) / (error**2 * np.trace(mean**2))"
        ),
        "rounded up": WIDTH.format(
            "np.ceil(np.sum(squares - mean**2) / (error**2 * np.sum(mean**2)))"
        ),
    },
    "5.6": {
        "falls as 1/N": "blocks = (0.5, 64, 0)",
        "does not fall": "blocks = (0.5, 1, 0)",
        "factor upside down": "blocks = (0.5, 0.125, 0)",
        "head has blocks of size one": "blocks = (0.5, 8, 1)",
        "head's blocks are small": "blocks = (0.5, 8, 0.125)",
        "all is the head's": "blocks = (1, 8, 0)",
        "nothing is the head's": "blocks = (0, 8, 0)",
        "two slips": "blocks = (0.5, 64, 1)",
    },
    "5.7": {
        "coupling ignored": SEED.format(FORCE, "s0[1]", CLOCK),
        "the coupling itself": SEED.format(FORCE, "s0[1] + coupling", CLOCK),
        "no decay factor": SEED.format("s1 * (1 - gamma[0] * s1**2)", SUM, CLOCK),
        "decay of lambda": SEED.format(
            "s1 * (1 - gamma[0] * s1**2) * np.exp(-8 * gamma[1] * t)", SUM, CLOCK
        ),
        "decay of mode 1": SEED.format(
            "s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[0] * t)", SUM, CLOCK
        ),
        "4 missing": SEED.format(FORCE, "s0[1] + coupling * integrate.trapezoid(force, t)", CLOCK),
        "scaling for size": SEED.format(
            FORCE, "s0[1] + coupling * s0[0] ** (gamma[1] / gamma[0])", CLOCK
        ),
        "clock of s": SEED.format(FORCE, SUM, "-np.log(gamma[1] * start**2) / (4 * gamma[1])"),
    },
    "5.8": {
        "turn missing": CIRCLE.format("c"),
        "delta for 2 delta": CIRCLE.format("c * np.cos(k * delta)"),
        "points of length √2": CIRCLE.replace("column_stack(", "sqrt(2) * np.column_stack(").format(
            "c * np.cos(2 * k * delta)"
        ),
        "absolute values": CIRCLE.format("np.abs(c * np.cos(2 * k * delta))"),
        "doubled but for 0": CIRCLE.format("c * np.cos(2 * k * delta) * np.where(k > 0, 2, 1)"),
        "not divided by q": CIRCLE.format("q * c * np.cos(2 * k * delta)"),
        "complex": CIRCLE.replace(".real", "").format("c * np.cos(2 * k * delta)"),
        "bias ignored": CIRCLE.replace(", 2**0.5, b_std)", ")").format("c * np.cos(2 * k * delta)"),
    },
    "5.9": {
        "all weights together": MOVE.format(ALL, "np.linalg.norm(end - s0)"),
        "divided by M": MOVE.format(ALL, "np.linalg.norm(end - s0) / M"),
        "mean square": MOVE.format(ALL, "np.sum((end - s0) ** 2) / M"),
        "a share for each unit": MOVE.format("N", SHARE),
        "last layer forgotten": MOVE.format("m * N", SHARE),
        "hidden layer forgotten": MOVE.format("d * N", SHARE),
        "layers multiplied": MOVE.format("m * N * d", SHARE),
        "biases counted": MOVE.format("N * (m + 1) + d * (N + 1)", SHARE),
        "mean over the modes": MOVE.format("d", SHARE),
        "mean over modes and weights": MOVE.format(ALL, "np.sqrt(np.mean((end - s0) ** 2) / M)"),
        "start left out": MOVE.format(ALL, "np.sqrt(np.sum(1 / gamma) / M)"),
        "difference of squares": MOVE.format(
            ALL, "np.sqrt(np.abs(np.sum(end**2) - np.sum(s0**2)) / M)"
        ),
        "difference of lengths": MOVE.format(
            ALL, "np.abs(np.linalg.norm(end) - np.linalg.norm(s0)) / M**0.5"
        ),
        "moves added": MOVE.format(ALL, "np.sum(np.abs(end - s0)) / M**0.5"),
        "end at 1": MOVE.format(ALL, "np.linalg.norm(1 - s0) / M**0.5"),
        "end at 1/gamma": MOVE.format(ALL, "np.linalg.norm(end**2 - s0) / M**0.5"),
        "move of the eigenvalues": MOVE.format(ALL, "np.linalg.norm(1 - gamma * s0**2) / M**0.5"),
        "move of the embeddings": MOVE.format(ALL, "np.linalg.norm(1 - gamma**0.5 * s0) / M**0.5"),
        "largest mode": MOVE.format(ALL, "np.max(np.abs(end - s0)) / M**0.5"),
        "scaling for size": MOVE.format(ALL, "N**-0.5"),
        "divided by N": MOVE.format(ALL, "np.linalg.norm(end - s0) / N"),
        "the notebook's d": "d = 5"
        + MOVE.replace("d, end = len(gamma),", "end =").format(ALL, SHARE),
        "ends and starts not paired": MOVE.format(ALL, "np.linalg.norm(end - s0[::-1]) / M**0.5"),
    },
}

LEAKY = "a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * on"
RIGHT_COLUMNS = "F0.T @ swapped @ B / (N * gamma)"
TURNED = "c * np.cos(2 * k * delta)"
SUM_OF_PRODUCTS = "np.einsum('pia,pja->ij', J, J)"

MORE_WRONG = {
    "5.1": {
        "divided by 2": DIFFERENCES.format(f"{SUM_OF_PRODUCTS} / 2"),
        "first parameter left out": DIFFERENCES.replace("range(", "range(1, ").format(
            f"{SUM_OF_PRODUCTS} / J.shape[2]"
        ),
        "step too large": DIFFERENCES.replace("1e-5", "0.1").format(
            f"{SUM_OF_PRODUCTS} / J.shape[2]"
        ),
        "rounded": DIFFERENCES.format(f"np.round({SUM_OF_PRODUCTS} / J.shape[2], 2)"),
        "nothing put back": """
def tangent_kernel(f, theta, X):
    h, kernel, moved, before = 1e-5, 0, theta.copy(), f(theta, X)
    for p in range(len(theta)):
        moved[p] += h
        J = (f(moved, X) - before) / h
        kernel = kernel + J @ J.T
    return kernel / J.shape[1]
""",
    },
    "5.2": {
        "second mean of the ReLU": MEANS.format("a * k12 + (1 - a) ** 2 * product, on"),
        "1 for one half": MEANS.replace("0.5 - theta", "1 - theta").format(LEAKY),
        "sign of r": MEANS.replace("product = r", "product = -r").format(LEAKY),
        "arccos with a guard": MEANS.replace(
            "np.arctan2(r, k12)", "np.arccos(np.clip(k12 / np.sqrt(k11 * k22 + 1e-12), -1, 1))"
        ).format(LEAKY),
    },
    "5.3": {
        "not divided by m": recursion(first="W_std**2 * X @ X.T + b_std**2"),
        "divided by n": recursion(first="W_std**2 * X @ X.T / len(X) + b_std**2"),
        "matrix product": recursion(line="K + W_std**2 * both_on @ Theta"),
        "no biases behind the first layer": recursion(K="W_std**2 * product"),
        "diagonal as a row twice": recursion().replace("(k.T, K, k)", "(k, K, k)"),
    },
    "5.4": {
        "the notebook's d": "d = 5"
        + START.replace("N, d = F0.shape", "N = len(F0)").format(RIGHT_COLUMNS, LEFT),
        "power 3/2": START.format("F0.T @ swapped @ B / (N * gamma**1.5)", LEFT),
        "diagonal of the columns": START.format(RIGHT_COLUMNS, "np.abs(np.diag(columns))"),
        "kernel PCA": START.format("F0.T @ Q[:, ::-1][:, :d] / np.sqrt(w[::-1][:d])", LEFT),
    },
    "5.5": {
        "per input": WIDTH.format(
            "np.sum(squares - mean**2) / (error**2 * np.sum(mean**2)) / len(k)"
        ),
        "per cent": WIDTH.format(
            "np.sum(squares - mean**2) / ((error / 100) ** 2 * np.sum(mean**2))"
        ),
        "each pair once": WIDTH.format(
            "np.triu(squares - mean**2).sum() / (error**2 * np.triu(mean**2).sum())"
        ),
        "mean not squared": WIDTH.format("np.sum(squares - mean) / (error**2 * np.sum(mean**2))"),
    },
    "5.6": {
        "a third": "blocks = (0.33, 8, 0)",
        "per cent": "blocks = (50, 8, 0)",
        "negative": "blocks = (0.5, -8, 0)",
        "1/64": "blocks = (0.5, 0.0156, 0)",
    },
    "5.7": {
        "8 for 4": SEED.format(
            FORCE, "s0[1] + 8 * coupling * integrate.trapezoid(force, t)", CLOCK
        ),
        "start of mode 1": SEED.format(
            FORCE, "s0[0] + 4 * coupling * integrate.trapezoid(force, t)", CLOCK
        ),
        "no square": SEED.format(FORCE, SUM, "-np.log(gamma[1] * start) / (8 * gamma[1])"),
        "logarithm to base 10": SEED.format(
            FORCE, SUM, "np.log10(1 / (gamma[1] * start**2) - 1) / (8 * gamma[1])"
        ),
    },
    "5.8": {
        "4 delta": CIRCLE.format("c * np.cos(4 * k * delta)"),
        "half of the circle": CIRCLE.replace("2 * np.pi * np", "np.pi * np").format(TURNED),
        "end point twice": CIRCLE.replace(
            "2 * np.pi * np.arange(q) / q", "np.linspace(0, 2 * np.pi, q)"
        ).format(TURNED),
        "one layer whatever depth": CIRCLE.replace("depth, 2", "1, 2").format(TURNED),
    },
}
for _exercise, _answers in MORE_WRONG.items():
    WRONG[_exercise] |= _answers

RIGHT = {
    "5.1": {
        "one-sided differences": """
def tangent_kernel(f, theta, X):
    base, h = f(theta, X), 1e-7
    J = [(f(theta + h * e, X) - base) / h for e in np.eye(theta.size)]
    return np.mean([j @ j.T for j in np.moveaxis(J, 0, -1).transpose(1, 0, 2)], axis=0)
""",
        "entry by entry, single precision": """
def tangent_kernel(f, theta, X):
    K = np.zeros((len(X), len(X)))
    for p in range(theta.size):
        up, down = theta.copy(), theta.copy()
        up[p] += 1e-4
        down[p] -= 1e-4
        J = (f(up, X) - f(down, X)) / 2e-4
        for i in range(len(X)):
            for j in range(len(X)):
                K[i, j] += np.mean(J[i] * J[j])
    return K.astype(np.float32)
""",
    },
    "5.2": {
        "four quadrants, complex angle": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.clip(k11 * k22 - k12**2, 0, None))
    p = (np.pi - np.angle(k12 + 1j * r)) / (2 * np.pi)
    same = p * k12 + r / 2 / np.pi
    apart = (0.5 - p) * k12 - r / 2 / np.pi
    return (1 + a * a) * same + 2 * a * apart, (1 + a * a) * p + 2 * a * (0.5 - p)
""",
        "the arc-cosine kernel with its cases caught": """
def relu_means(k11, k12, k22, a=0.0):
    size = np.sqrt(k11 * k22)
    cosine = np.clip(k12 / np.where(size > 0, size, 1), -1, 1)
    t = np.arccos(cosine)
    product = size * (np.sin(t) + (np.pi - t) * cosine) / (2 * np.pi)
    leak = (1 - a) ** 2
    return a * size * cosine + leak * product, a + leak * (np.pi - t) / (2 * np.pi)
""",
    },
    "5.3": {
        "sum over layers": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    parts = [K]
    for _ in range(depth):
        k = np.diag(K)
        product, on = relu_means(np.outer(k, np.ones(len(k))), K, np.outer(np.ones(len(k)), k))
        K = W_std**2 * product + b_std**2
        parts = [W_std**2 * on * p for p in parts] + [K]
    return K, sum(parts)
""",
        "from the library": """
def wide_kernels(X, depth, W_std, b_std):
    return kernels.relu_mlp_kernel(X, X, depth, W_std, b_std)
""",
    },
    "5.4": {
        "from the library": """
def network_start(F0, K):
    model = kernels.ContrastiveKernelPCA(F0.shape[1], "precomputed").fit(K)
    return model.effective_init(F0)
""",
        "features from the kernel, then a linear model": """
def network_start(F0, K):
    w, Q = np.linalg.eigh(K)
    seen = w > 1e-10 * w[-1]
    phi = Q[:, seen] * np.sqrt(w[seen])
    n = len(K) // 2
    modes = linear.modes(linear.cross_moment(phi[:n], phi[n:]), F0.shape[1])[1]
    return linear.effective_init(np.linalg.lstsq(phi, F0, rcond=None)[0].T, modes)
""",
    },
    "5.5": {
        "a loop over pairs": """
def width_needed(k, error):
    above = below = 0.0
    for i in range(len(k)):
        for j in range(len(k)):
            r = np.sqrt(max(k[i, i] * k[j, j] - k[i, j] ** 2, 0))
            t = np.arctan2(r, k[i, j])
            mean = (r + (np.pi - t) * k[i, j]) / (2 * np.pi)
            square = 3 * r * k[i, j] + (np.pi - t) * (k[i, i] * k[j, j] + 2 * k[i, j] ** 2)
            above += square / (2 * np.pi) - mean**2
            below += mean**2
    return np.array(above / below / error**2)
""",
        "from correlations": """
def width_needed(k, error):
    size = np.sqrt(np.outer(np.diag(k), np.diag(k)))
    c = np.clip(k / size, -1, 1)
    t = np.arccos(c)
    mean = size * (np.sin(t) + (np.pi - t) * c)
    square = 2 * np.pi * size**2 * (3 * np.sin(t) * c + (np.pi - t) * (1 + 2 * c**2))
    return float(((square - mean**2).sum() / (mean**2).sum()) / error**2)
""",
    },
    "5.6": {
        "a list": "blocks = [0.5, 8.0, 0.0]",
        "measured": "blocks = np.array([0.5, 7.9, 1e-12])",
    },
    "5.7": {
        "quad": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    def force(t):
        s1 = linear.singular_values([t], gamma[:1], s0[:1])[0, 0]
        return s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.quad(force, 0, 6 * tau, points=[tau], limit=200)[0]
    return -np.log(gamma[1] * (s0[1] + seed) ** 2) / (8 * gamma[1])
""",
        "the coupled equations, integrated": """
def seeded_step(gamma, s0, coupling):
    def velocity(t, s):
        s1, s2 = s
        free = 1 - gamma[0] * s1**2
        return [4 * gamma[0] * s1 * free,
                4 * gamma[1] * s2 * (1 - gamma[1] * s2**2) + 4 * coupling * s1 * free]
    def half(t, s):
        return gamma[1] * s[1] ** 2 - 0.5
    half.terminal = True
    end = 2 * linear.step_times(gamma, s0)[1]
    run = integrate.solve_ivp(velocity, (0, end), s0, events=half, rtol=1e-9, atol=1e-14)
    return run.t_events[0][0]
""",
    },
    "5.8": {
        "cosine sums": """
def circle_gammas(depth, b_std, delta, k_max):
    a = 2 * np.pi * (np.arange(3000) + 0.5) / 3000
    X = np.stack([np.cos(a), np.sin(a)], axis=1)
    tangent = kernels.relu_mlp_kernel(np.array([[1.0, 0.0]]), X, depth, np.sqrt(2), b_std)[1][0]
    waves = [np.mean(tangent * np.cos(k * a)) * np.cos(2 * k * delta) for k in range(k_max + 1)]
    return np.array(waves)
""",
        "half of the circle by a quadrature": """
def circle_gammas(depth, b_std, delta, k_max):
    x, w = np.polynomial.legendre.leggauss(300)
    a, k = np.pi * (x + 1) / 2, np.arange(k_max + 1)
    X = np.stack([np.cos(a), np.sin(a)], axis=1)
    tangent = kernels.relu_mlp_kernel(np.array([[1.0, 0.0]]), X, depth, np.sqrt(2), b_std)[1][0]
    return np.cos(np.outer(k, a)) @ (w * tangent) / 2 * np.cos(2 * delta * k)
""",
    },
    "5.9": {
        "two layers of moves, filled in": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    hidden, last = np.zeros((N, m)), np.zeros((d, N))
    last.flat[:d] = 1 / np.sqrt(gamma) - s0
    return np.sqrt(np.mean(np.concatenate([hidden.ravel(), last.ravel()]) ** 2))
""",
        "a network counts its own weights, the flow goes on until it ends": """
def weight_move(gamma, s0, m, N):
    network = ntk.MLP((int(m), int(N), len(gamma)))
    count = sum(w.numel() for w in network.parameters())
    late = linear.singular_values([200 / gamma.min()], gamma, s0)[0]
    return float(sum((late - s0) ** 2) / count) ** 0.5
""",
        "matrices from random bases": """
def weight_move(gamma, s0, m, N):
    d = len(gamma)
    draw = np.random.default_rng(1).normal(size=(2, d + 3, d + 3))
    B, U = np.linalg.qr(draw[0])[0][:, :d], np.linalg.qr(draw[1][:d, :d])[0]
    move = U @ np.diag(gamma**-0.5) @ B.T - (U * s0) @ B.T
    return np.linalg.norm(move) / np.sqrt(m * N + N * d)
""",
        "a loop, single precision": """
def weight_move(gamma, s0, m, N):
    total = 0.0
    for g, s in zip(gamma, s0):
        total += 1 / g - 2 * s / g**0.5 + s * s
    return np.float32((total / (N * m + N * len(s0))) ** 0.5)
""",
    },
}

MORE_RIGHT = {
    "5.1": {
        "complex steps": """
def tangent_kernel(f, theta, X):
    kernel = 0
    for p in range(len(theta)):
        step = np.zeros(len(theta), dtype=complex)
        step[p] = 1e-30j
        J = f(theta + step, X).imag / 1e-30
        kernel = kernel + J @ J.T
    return kernel / J.shape[1]
""",
        "four points": """
def tangent_kernel(f, theta, X):
    h, kernel = 1e-3, 0
    for e in np.eye(len(theta)):
        near, far = (f(theta + k * h * e, X) - f(theta - k * h * e, X) for k in (1, 2))
        J = (8 * near - far) / (12 * h)
        kernel = kernel + np.einsum("ia,ja->ij", J, J)
    return kernel / J.shape[1]
""",
    },
    "5.2": {
        "entry by entry": """
def relu_means(k11, k12, k22, a=0.0):
    products, slopes = np.zeros(k12.shape), np.zeros(k12.shape)
    for i in np.ndindex(k12.shape):
        squared = k11[i] * k22[i] - k12[i] ** 2
        r = squared**0.5 if squared > 0 else 0.0
        p = 0.5 - np.arctan2(r, k12[i]) / (2 * np.pi)
        products[i] = a * k12[i] + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12[i])
        slopes[i] = a + (1 - a) ** 2 * p
    return products, slopes
""",
        "masks": """
def relu_means(k11, k12, k22, a=0.0):
    squared = k11 * k22 - k12**2
    squared[squared < 0] = 0
    r, theta = np.sqrt(squared), np.full(k12.shape, np.pi / 2)
    theta[k12 > 0] = np.arctan(r[k12 > 0] / k12[k12 > 0])
    theta[k12 < 0] = np.pi + np.arctan(r[k12 < 0] / k12[k12 < 0])
    p = 0.5 - theta / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p
""",
    },
    "5.3": {
        "pair by pair, a list": """
def wide_kernels(X, depth, W_std, b_std):
    n, m = X.shape
    K = np.array([[W_std**2 * (x @ y) / m + b_std**2 for y in X] for x in X])
    Theta = K.copy()
    for _ in range(depth):
        product, both_on = relu_means(*np.broadcast_arrays(np.diag(K)[:, None], K, np.diag(K)))
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return [K, Theta]
""",
    },
    "5.4": {
        "Gram and Cholesky": START.format(
            RIGHT_COLUMNS, "np.diag(np.linalg.cholesky(columns.T @ columns))"
        ),
        "one leftover after the other": START.format(RIGHT_COLUMNS, "leftovers(columns)").replace(
            "def network_start",
            """def leftovers(A):
    lengths, axes = [], np.zeros((len(A), 0))
    for a in A.T:
        for _ in range(2):
            a = a - axes @ (axes.T @ a)
        lengths.append(np.linalg.norm(a))
        axes = np.column_stack([axes, a / lengths[-1]])
    return lengths

def network_start""",
        ),
    },
    "5.5": {
        "einsum, single precision": WIDTH.format(
            "np.float32(np.einsum('ij->', squares - mean**2)"
            " / np.einsum('ij,ij->', mean, mean) / error**2)"
        ),
    },
    "5.7": {
        "an integral over s": """
def seeded_step(gamma, s0, coupling):
    s = np.geomspace(s0[0], (1 - 1e-9) / gamma[0] ** 0.5, 200_001)
    odds = gamma[0] * s**2 / (1 - gamma[0] * s**2)
    t = np.log(odds / odds[0]) / (8 * gamma[0])
    seed = coupling / gamma[0] * integrate.trapezoid(np.exp(-4 * gamma[1] * t), s)
    return np.log(1 / (gamma[1] * (s0[1] + seed) ** 2) - 1) / (8 * gamma[1])
""",
    },
    "5.8": {
        "a cosine transform": """
def circle_gammas(depth, b_std, delta, k_max):
    from scipy.fft import dct
    q, k = 4096, np.arange(k_max + 1)
    a = np.pi * (np.arange(q) + 0.5) / q
    points = np.stack([np.cos(a), np.sin(a)], axis=1)
    first = np.array([[1.0, 0.0]])
    values = kernels.relu_mlp_kernel(first, points, depth, 2**0.5, b_std)[1][0]
    return dct(values)[: k_max + 1] / (2 * q) * np.cos(2 * k * delta)
""",
    },
}
for _exercise, _answers in MORE_RIGHT.items():
    RIGHT[_exercise] |= _answers

EQUIVALENT = {
    # How far and how finely the integral is taken, once far and fine enough.
    "5.7": {"5  →  10", "20000  →  40000"},
    "5.8": {"4096  →  8192"},
}

FURTHER_WRONG = {
    "5.2": {
        "arctan of the quotient": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    with np.errstate(all="ignore"):
        theta = np.where(k12 == 0, np.pi / 2, np.arctan(r / k12))
    p = 0.5 - theta / (2 * np.pi)
    return a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p
""",
        "means of twenty thousand draws": """
def relu_means(k11, k12, k22, a=0.0):
    g = np.random.default_rng(0).normal(size=(2, 20000))
    out = []
    for x, y, z in zip(np.ravel(k11), np.ravel(k12), np.ravel(k22)):
        s = np.sqrt(x)
        u = s * g[0]
        v = (y / s if s > 0 else 0) * g[0] + np.sqrt(max(z - (y * y / x if x > 0 else 0), 0)) * g[1]
        m = np.where(u > 0, 1, a) * np.where(v > 0, 1, a)
        out.append((np.mean(m * u * v), np.mean(m)))
    out = np.array(out)
    return out[:, 0].reshape(np.shape(k12)), out[:, 1].reshape(np.shape(k12))
""",
        "slope a in one factor only": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    J = r / (2 * np.pi) + p * k12
    return a * k12 / 2 + (1 - a) * J, a / 2 + (1 - a) * p
""",
    },
    "5.3": {
        "Theta before K, one layer late": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        product, on = relu_means(*np.broadcast_arrays(q[:, None], K, q[None, :]))
        Theta = K + W_std**2 * on * Theta
        K = W_std**2 * product + b_std**2
    return K, Theta
""",
        "rows of X brought to length 1": """
def wide_kernels(X, depth, W_std, b_std):
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        product, on = relu_means(*np.broadcast_arrays(q[:, None], K, q[None, :]))
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
        "bias counted as a weight": """
def wide_kernels(X, depth, W_std, b_std):
    K = W_std**2 * (X @ X.T / X.shape[1] + b_std**2)
    Theta = K
    for _ in range(depth):
        q = np.diag(K)
        product, on = relu_means(*np.broadcast_arrays(q[:, None], K, q[None, :]))
        K = W_std**2 * (product + b_std**2)
        Theta = K + W_std**2 * on * Theta
    return K, Theta
""",
    },
    "5.4": {
        "centred embeddings": """
def network_start(F0, K):
    F0 = F0 - F0.mean(0)
    d, N = F0.shape[1], len(K)
    gamma, b = linear.modes(kernels.contrastive_kernel(K), d)
    w, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(w, 0)) @ V.T
    return np.abs(np.diag(np.linalg.qr(F0.T @ np.roll(root, N // 2, axis=0) @ b / (N * gamma), mode="r")))
""",
        "embedding eigenvalues": """
def network_start(F0, K):
    n = len(F0) // 2
    C = F0[:n].T @ F0[n:] / n
    lam = np.linalg.eigvalsh((C + C.T) / 2)[::-1]
    gamma, b = linear.modes(kernels.contrastive_kernel(K), F0.shape[1])
    return np.sqrt(np.abs(lam) / gamma)
""",
    },
    "5.5": {
        "rounded up": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0)); th = np.arctan2(r, k12)
    e4 = (3 * r * k12 + (np.pi - th) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    m = relu_means(k11, k12, k22)[0]
    return int(np.ceil(np.sum(e4 - m**2) / (error**2 * np.sum(m**2))))
""",
        "diagonal only": """
def width_needed(k, error):
    q = np.diag(k)
    m = q / 2
    e4 = 3 * q**2 / 2
    return np.sum(e4 - m**2) / (error**2 * np.sum(m**2))
""",
        "mean error of entries": """
def width_needed(k, error):
    k11, k12, k22 = np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0)); th = np.arctan2(r, k12)
    e4 = (3 * r * k12 + (np.pi - th) * (k11 * k22 + 2 * k12**2)) / (2 * np.pi)
    m = relu_means(k11, k12, k22)[0]
    return np.mean(np.sqrt(e4 - m**2) / m) ** 2 / error**2
""",
    },
    "5.6": {
        "as measured with one draw": "blocks = (0.47, 7.1, 0.0)",
        "per cent": "blocks = (50, 8, 0)",
        "variance": "blocks = (0.5, 64.0, 0)",
    },
    "5.7": {
        "the brake of mode 1 squared": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * max(tau, 1.0), 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(s1 * (1 - gamma[0] * s1**2) ** 2 * np.exp(-4 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
        "the integral ends at t = 2": """
def seeded_step(gamma, s0, coupling):
    t = np.linspace(0, 2, 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 4 * coupling * integrate.trapezoid(s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
        "rates 2 in place of 4": """
def seeded_step(gamma, s0, coupling):
    tau = linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, 5 * max(tau, 1.0), 20001)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    seed = 2 * coupling * integrate.trapezoid(s1 * (1 - gamma[0] * s1**2) * np.exp(-2 * gamma[1] * t), t)
    return linear.step_times(gamma[1:], np.array([s0[1] + seed]))[0]
""",
    },
    "5.8": {
        "only the waves of each sign": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    a = 2 * np.pi * np.arange(q) / q
    P = np.column_stack([np.cos(a), np.sin(a)])
    row = kernels.relu_mlp_kernel(P[:1], P, depth, b_std=b_std)[1][0]
    c = np.fft.rfft(row).real / q
    return np.sort(c * np.cos(2 * np.arange(len(c)) * delta))[::-1][: k_max + 1]
""",
        "sigma_w 1": """
def circle_gammas(depth, b_std, delta, k_max):
    q = 4096
    a = 2 * np.pi * np.arange(q) / q
    P = np.column_stack([np.cos(a), np.sin(a)])
    row = kernels.relu_mlp_kernel(P[:1], P, depth, 1.0, b_std)[1][0]
    c = np.fft.rfft(row).real[: k_max + 1] / q
    return c * np.cos(2 * np.arange(k_max + 1) * delta)
""",
    },
}
for _exercise, _answers in FURTHER_WRONG.items():
    WRONG[_exercise] |= _answers

FURTHER_RIGHT = {
    "5.2": {
        "a list of both means": """
def relu_means(k11, k12, k22, a=0.0):
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    p = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    return [a * k12 + (1 - a) ** 2 * (r / (2 * np.pi) + p * k12), a + (1 - a) ** 2 * p]
""",
    },
    "5.7": {
        "the equations integrated as they stand": """
def seeded_step(gamma, s0, coupling):
    def flow(t, y):
        s = np.exp(y)
        free = 1 - gamma * s**2
        v = 4 * gamma * free
        v[1] += 4 * coupling * s[0] * free[0] / s[1]
        return v
    def hit(t, y):
        return np.log(gamma[1]) + 2 * y[1] - np.log(0.5)
    hit.terminal = True
    end = 3 * linear.step_times(gamma, s0)[1]
    run = integrate.solve_ivp(flow, (0, end), np.log(s0), events=hit, rtol=1e-8, atol=1e-9, method="LSODA")
    return run.t_events[0][0]
""",
    },
}
for _exercise, _answers in FURTHER_RIGHT.items():
    RIGHT[_exercise] |= _answers
