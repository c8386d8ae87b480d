"""Answers to the exercises of chapter 1: typical wrong ones, and right ones of an unusual form.

Each is source text, executed among the imports of the chapter's notebook.
"""

BARLOW = """
def barlow_twins(z1, z2, lam=0.0051):
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    C = a.T @ b / len(a)
    on = torch.diagonal(C)
    off = C - torch.diag(on)
    return ((1 - on) ** 2).sum() + lam * (off**2).sum()
"""

NT_XENT = """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    n = len(z1)
    s = z @ z.T / temperature
    own = torch.cat([torch.diagonal(s, n), torch.diagonal(s, -n)])
    s = s - torch.diag(torch.full((2 * n,), float("inf")))
    return (torch.logsumexp(s, 1) - own).mean()
"""

VICREG = """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    invariance = ((z1 - z2) ** 2).mean()
    stds = [torch.sqrt(z.var(0) + eps) for z in (z1, z2)]
    variance = sum(torch.relu(1 - s).mean() for s in stds) / 2
    covariance = 0
    for z in (z1, z2):
        c = torch.cov(z.T)
        covariance = covariance + ((c - torch.diag(torch.diagonal(c))) ** 2).sum() / d
    return invariance, variance, covariance
"""

SPECTRUM = """
def spectrum(z):
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    p = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
"""

STAIRCASE = """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    eye = torch.eye(len(W), dtype=W.dtype)
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - eye) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C).flip(0).detach().numpy())
        (g,) = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_()
    E = np.array(eigenvalues)
    passed = np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
    return np.array(losses), E, passed
"""


def _change(source: str, *changes: tuple[str, str]) -> str:
    """The right answer with the named places changed: each must be there."""
    for old, new in changes:
        if old not in source:
            raise ValueError(f"{old!r} does not stand in the answer")
        source = source.replace(old, new)
    return source


WRONG = {
    "1.1": {
        "more than there are": "eigenvalues_left = 9",
        "a half": "eigenvalues_left = 0.5",
        "a word": "eigenvalues_left = 'one'",
        "all eight stay alive": "eigenvalues_left = 8",
        "complete collapse again": "eigenvalues_left = 0",
        "only the best half": "eigenvalues_left = 4",
        "one is lost": "eigenvalues_left = 7",
        "two": "eigenvalues_left = 2",
    },
    "1.2": {
        "eps of 1e-8": _change(BARLOW, ("1e-5", "1e-8")),
        "no eps": _change(BARLOW, (" + 1e-5", "")),
        "normalised by the variance": _change(
            BARLOW,
            ("torch.sqrt(z1.var(0, correction=0) + 1e-5)", "(z1.var(0, correction=0) + 1e-5)"),
            ("torch.sqrt(z2.var(0, correction=0) + 1e-5)", "(z2.var(0, correction=0) + 1e-5)"),
        ),
        "one mean over all entries": _change(
            BARLOW, ("z1.mean(0)", "z1.mean()"), ("z2.mean(0)", "z2.mean()")
        ),
        "a vector taken from each row": _change(BARLOW, ("C - torch.diag(on)", "C - on")),
        "opposite views cost nothing": _change(BARLOW, ("(1 - on)", "(1 - on.abs())")),
        "the square inside": _change(BARLOW, ("((1 - on) ** 2)", "(1 - on**2)")),
        "lam of the function": _change(BARLOW, ("+ lam *", "+ 0.005 *")),
        "the second view detached": _change(BARLOW, ("a.T @ b", "a.T @ b.detach()")),
        "the mean of the loss over d": _change(
            BARLOW,
            ("return ((1", "return (((1"),
            ("lam * (off**2).sum()", "lam * (off**2).sum()) / len(C)"),
        ),
        "unbiased variance": _change(BARLOW, (", correction=0", "")),
        "C not divided by n": _change(BARLOW, (" / len(a)", "")),
        "off-diagonal not squared": _change(BARLOW, ("(off**2).sum()", "off.sum()")),
        "diagonal in the second sum": _change(BARLOW, ("(off**2)", "(C**2)")),
        "C compares pictures": _change(BARLOW, ("a.T @ b", "a @ b.T")),
        "lambda on the diagonal": _change(
            BARLOW, ("((1 - on)", "lam * ((1 - on)"), ("+ lam *", "+")
        ),
        "eps outside the root": _change(
            BARLOW,
            ("torch.sqrt(z1.var(0, correction=0) + 1e-5)", "(z1.std(0, correction=0) + 1e-5)"),
            ("torch.sqrt(z2.var(0, correction=0) + 1e-5)", "(z2.std(0, correction=0) + 1e-5)"),
        ),
        "returns a Python float": _change(
            BARLOW, ("return (", "return float(("), ("(off**2).sum()", "(off**2).sum())")
        ),
        "d taken out of the sum over all of C": """
def barlow_twins(z1, z2, lam=0.0051):
    n, d = z1.shape
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / n
    return ((1 - c.diagonal()) ** 2).sum() + lam * ((c ** 2).sum() - len(c))
""",
        "square of the off-diagonal sum": """
def barlow_twins(z1, z2, lam=0.0051):
    n, d = z1.shape
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    c = a.T @ b / n
    e = c - torch.eye(d, dtype=c.dtype)
    return (e.diagonal() ** 2).sum() + lam * (e - torch.diag(e.diagonal())).sum() ** 2
""",
        "the root of the variance, squared again": """
def barlow_twins(z1, z2, lam=0.0051):
    def hat(z):
        return (z - z.mean(0)) / (torch.sqrt(z.var(0, correction=0)) ** 2 + 1e-5).sqrt()

    C = hat(z1).T @ hat(z2) / len(z1)
    on = torch.diagonal(C)
    return ((1 - on) ** 2).sum() + lam * ((C**2).sum() - (on**2).sum())
""",
    },
    "1.3": {
        "right at one group by accident": (
            "def copies_loss(d, k, lam):\n    return lam * d * (d - 1) / (k + 1)"
        ),
        "pairs of different groups": (
            "def copies_loss(d, k, lam):\n    return lam * d * (d - d / k) / 2"
        ),
        "times k": "def copies_loss(d, k, lam):\n    return lam * d * (d - k)",
        "a dimension lost pays too": (
            "def copies_loss(d, k, lam):\n    return d - k + lam * d * (d / k - 1)"
        ),
        "the mean": "def copies_loss(d, k, lam):\n    return lam * (d / k - 1) / (d - 1)",
        "diagonal counted": "def copies_loss(d, k, lam):\n    return lam * d * d / k",
        "the other groups": "def copies_loss(d, k, lam):\n    return lam * d * (d - d / k)",
        "pairs counted once": "def copies_loss(d, k, lam):\n    return lam * d * (d / k - 1) / 2",
        "always one group": "def copies_loss(d, k, lam):\n    return lam * d * (d - 1)",
        "one group's share": "def copies_loss(d, k, lam):\n    return lam * d / k * (d / k - 1)",
        "one dimension's share": "def copies_loss(d, k, lam):\n    return lam * (d / k - 1)",
        "k as the size of a group": "def copies_loss(d, k, lam):\n    return lam * k * (k - 1)",
        "one for each dimension lost": "def copies_loss(d, k, lam):\n    return d - k",
        "one entry left out for each group": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * k * (g**2 - 1)
""",
        "(g − 1)² entries a group": """
def copies_loss(d, k, lam):
    g = d / k
    return lam * k * (g - 1)**2
""",
    },
    "1.4": {
        "a temperature of 1 where none is given": """
def nt_xent(z1, z2, temperature=1.0):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -1e9)
    return torch.nn.functional.cross_entropy(s, torch.arange(2 * n).roll(n))
""",
        "a similarity of -1 with itself": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T).fill_diagonal_(-1) / temperature
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)).roll(len(z1)))
""",
        "the views take turns": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.stack([z1, z2], 1).reshape(-1, z1.shape[1])
    z = torch.nn.functional.normalize(z, dim=1)
    s = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)).roll(len(z1)))
""",
        "a softmax too many": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T / temperature).fill_diagonal_(-torch.inf).softmax(1)
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)).roll(len(z1)))
""",
        "each view against the other": """
def nt_xent(z1, z2, temperature=0.5):
    a, b = (z / z.norm(dim=1, keepdim=True) for z in (z1, z2))
    s, own = a @ b.T / temperature, torch.arange(len(a))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(s, own) + entropy(s.T, own)) / 2
""",
        "distances": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (-(torch.cdist(z, z) ** 2) / temperature).fill_diagonal_(-torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)).roll(len(z1)))
""",
        "the loss over the temperature": _change(
            NT_XENT, (" / temperature", ""), (".mean()", ".mean() / temperature")
        ),
        "one length for all": _change(NT_XENT, ("z.norm(dim=1, keepdim=True)", "z.norm()")),
        "centred": _change(NT_XENT, ("    z = z / z", "    z = z - z.mean(0)\n    z = z / z")),
        "its own class": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    s = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(len(z)))
""",
        "itself among the candidates": _change(
            NT_XENT, ('    s = s - torch.diag(torch.full((2 * n,), float("inf")))\n', "")
        ),
        "one-sided, n against n": """
def nt_xent(z1, z2, temperature=0.5):
    a, b = (z / z.norm(dim=1, keepdim=True) for z in (z1, z2))
    s = a @ b.T / temperature
    return torch.nn.functional.cross_entropy(s, torch.arange(len(s)))
""",
        "n anchors among 2n - 1": _change(
            NT_XENT,
            ("(torch.logsumexp(s, 1) - own).mean()", "(torch.logsumexp(s, 1) - own)[:n].mean()"),
        ),
        "temperature multiplies": _change(NT_XENT, ("/ temperature", "* temperature")),
        "diagonal at zero": _change(
            NT_XENT,
            ('torch.diag(torch.full((2 * n,), float("inf")))', "torch.diag(torch.diagonal(s))"),
        ),
        "the next row as the partner": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    s = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    labels = (torch.arange(len(z)) + 1) % len(z)
    return torch.nn.functional.cross_entropy(s, labels)
""",
        "minus infinity times the identity": _change(
            NT_XENT,
            ('torch.diag(torch.full((2 * n,), float("inf")))', "torch.inf * torch.eye(2 * n)"),
        ),
        "dot products": _change(NT_XENT, ("    z = z / z.norm(dim=1, keepdim=True)\n", "")),
    },
    "1.5": {
        "points and not embeddings": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1 + (k - 1) * np.exp(-1 / temperature))
""",
        "k as the size of a group": """
def cluster_loss(n, k, temperature):
    return np.log(2 * k - 1 + (2 * n - 2 * k) * np.exp(-1 / temperature))
""",
        "the weights exchanged": """
def cluster_loss(n, k, temperature):
    return np.log((2 * n / k - 1) * np.exp(-1 / temperature) + 2 * n - 2 * n / k)
""",
        "the whole divided by the temperature": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature)) / temperature
""",
        "base 10": """
def cluster_loss(n, k, temperature):
    return np.log10(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1 / temperature))
""",
        "the anchor counted too": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k + (2 * n - 2 * n / k) * np.exp(-1 / temperature))
""",
        "one view only": """
def cluster_loss(n, k, temperature):
    return np.log(n / k - 1 + (n - n / k) * np.exp(-1 / temperature))
""",
        "temperature ignored": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-1))
""",
        "opposite points": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(-2 / temperature))
""",
        "sign of the exponent": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1 + (2 * n - 2 * n / k) * np.exp(1 / temperature))
""",
        "the numerator forgotten": """
def cluster_loss(n, k, temperature):
    return np.log((2 * n / k - 1) * np.exp(1 / temperature) + 2 * n - 2 * n / k)
""",
        "far points forgotten": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n / k - 1)
""",
        "divided by the temperature": """
def cluster_loss(n, k, temperature):
    return np.log(2 * n - 1) / temperature
""",
    },
    "1.6": {
        "eps as a floor": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    variance, covariance = 0, 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        s = torch.sqrt(K.diagonal().clamp(min=eps))
        variance = variance + torch.relu(1 - s).mean() / 2
        covariance = covariance + ((K**2).sum() - (K.diagonal() ** 2).sum()) / d
    return ((z1 - z2) ** 2).mean(), variance, covariance
""",
        "distances of pairs": _change(
            VICREG, ("((z1 - z2) ** 2).mean()", "(z1 - z2).norm(dim=1).mean()")
        ),
        "half the invariance": _change(
            VICREG, ("((z1 - z2) ** 2).mean()", "((z1 - z2) ** 2).mean() / 2")
        ),
        "the hinge after the mean": _change(
            VICREG, ("torch.relu(1 - s).mean()", "torch.relu(1 - s.mean())")
        ),
        "an absolute value for the hinge": _change(VICREG, ("torch.relu(1 - s)", "(1 - s).abs()")),
        "the spread of each row": _change(VICREG, ("z.var(0)", "z.var(1)")),
        "the covariance of the pictures": _change(VICREG, ("torch.cov(z.T)", "torch.cov(z)")),
        "correlations": _change(VICREG, ("torch.cov(z.T)", "torch.corrcoef(z.T)")),
        "a vector taken from each row": _change(
            VICREG, ("(c - torch.diag(torch.diagonal(c)))", "(c - torch.diagonal(c))")
        ),
        "divided by n": _change(VICREG, (".sum() / d", ".sum() / n")),
        "the covariance detached": _change(VICREG, ("torch.cov(z.T)", "torch.cov(z.T).detach()")),
        "biased variance": _change(VICREG, ("z.var(0)", "z.var(0, correction=0)")),
        "eps outside the root": _change(VICREG, ("torch.sqrt(z.var(0) + eps)", "z.std(0) + eps")),
        "eps fixed in the function": _change(VICREG, ("z.var(0) + eps", "z.var(0) + 1e-4")),
        "variance summed over views": _change(VICREG, ("stds) / 2", "stds)")),
        "covariance not divided by d": _change(VICREG, (".sum() / d", ".sum()")),
        "diagonal in the covariance term": _change(
            VICREG, ("(c - torch.diag(torch.diagonal(c)))", "c")
        ),
        "variance and covariance swapped": _change(
            VICREG,
            ("return invariance, variance, covariance", "return invariance, covariance, variance"),
        ),
        "one weighted number": _change(
            VICREG,
            (
                "return invariance, variance, covariance",
                "return invariance + variance + covariance",
            ),
        ),
    },
    "1.7": {
        "a floor under the eigenvalues": _change(SPECTRUM, ("[::-1]", "[::-1].clip(1e-6)")),
        "a floor under the shares' eigenvalues": """
def spectrum(z):
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    floored = np.maximum(eigenvalues, 1e-12)
    p = floored / floored.sum()
    return eigenvalues, np.exp(-np.sum(p * np.log(p)))
""",
        "in no order": _change(
            SPECTRUM,
            (
                "np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]",
                "np.linalg.eigvalsh(centred.T @ centred / len(z))[np.arange(z.shape[1]) - 2]",
            ),
        ),
        "correlations": _change(SPECTRUM, ("centred.T @ centred / len(z)", "np.corrcoef(z.T)")),
        "one mean over all entries": _change(SPECTRUM, ("z.mean(axis=0)", "z.mean()")),
        "the mean of each row": _change(
            SPECTRUM, ("z.mean(axis=0)", "z.mean(axis=1, keepdims=True)")
        ),
        "a fixed level": _change(SPECTRUM, ("eigenvalues > 0", "eigenvalues > 1e-3")),
        "divided by the largest": _change(SPECTRUM, ("/ eigenvalues.sum()", "/ eigenvalues.max()")),
        "a power of 2": _change(
            SPECTRUM, ("np.exp(-np.sum(p * np.log(p)))", "2 ** -np.sum(p * np.log(p))")
        ),
        "centred in place": _change(
            SPECTRUM, ("centred = z - z.mean(axis=0)", "z -= z.mean(axis=0)\n    centred = z")
        ),
        "ascending": _change(SPECTRUM, ("[::-1]", "")),
        "not centred": _change(SPECTRUM, ("z - z.mean(axis=0)", "z")),
        "unbiased": _change(SPECTRUM, ("/ len(z)", "/ (len(z) - 1)")),
        "singular values of z": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)
    p = s**2 / np.sum(s**2)
    return s, np.exp(-np.sum(p * np.log(p)))
""",
        "entropy, not its exponential": _change(
            SPECTRUM, ("np.exp(-np.sum(p * np.log(p)))", "-np.sum(p * np.log(p))")
        ),
        "RankMe": _change(
            SPECTRUM,
            ("/ eigenvalues.sum()", "** 0"),
            ("** 0\n", "\n    p = np.sqrt(p) / np.sum(np.sqrt(p))\n"),
        ),
        "results swapped": _change(
            SPECTRUM,
            (
                "return eigenvalues, np.exp(-np.sum(p * np.log(p)))",
                "return np.exp(-np.sum(p * np.log(p))), eigenvalues",
            ),
        ),
        "logarithm of zero": _change(
            SPECTRUM, ("eigenvalues[eigenvalues > 0]", "eigenvalues.round(12)")
        ),
        "shares of the squares": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = e**2 / (e**2).sum()
    p = p[p > 0]
    return e, np.exp(-(p * np.log(p)).sum())
""",
        "effective rank plus one": """
def spectrum(z):
    c = z - z.mean(0)
    e = np.linalg.eigvalsh(c.T @ c / len(z))[::-1]
    p = e / e.sum()
    p = p[p > 0]
    return e, np.exp(-(p * np.log(p)).sum()) + 1
""",
    },
    "1.8": {
        "C not divided at all": _change(STAIRCASE, (" / (2 * len(x1))", "")),
        "C not symmetrised": _change(
            STAIRCASE, ("(z1.T @ z2 + z2.T @ z1) / (2 * len(x1))", "z1.T @ z2 / len(x1)")
        ),
        "one product over 2n": _change(
            STAIRCASE, ("(z1.T @ z2 + z2.T @ z1) / (2 * len(x1))", "z1.T @ z2 / (2 * len(x1))")
        ),
        "the mean of the squares": _change(STAIRCASE, ("** 2).sum()", "** 2).mean()")),
        "the norm": _change(STAIRCASE, ("((C - eye) ** 2).sum()", "(C - eye).norm()")),
        "uphill": _change(STAIRCASE, ("W - lr * g", "W + lr * g")),
        "a step size of its own": _change(STAIRCASE, ("lr * g", "0.25 * g")),
        "singular values": _change(
            STAIRCASE, ("torch.linalg.eigvalsh(C).flip(0)", "torch.linalg.svdvals(C)")
        ),
        "half of the last row": _change(STAIRCASE, ("E >= 0.5", "E >= E[-1] / 2")),
        "more than one half": _change(STAIRCASE, ("E >= 0.5", "E > 0.5")),
        "from where it stays": _change(
            STAIRCASE, ("(E >= 0.5).argmax(0)", "len(E) - (E < 0.5)[::-1].argmax(0)")
        ),
        "times and not steps": _change(
            STAIRCASE, ("(E >= 0.5).argmax(0)", "lr * (E >= 0.5).argmax(0)")
        ),
        "normalised as in 1.2": _change(
            STAIRCASE,
            ("((C - eye) ** 2).sum()", "losses_of.barlow_twins(z1, z2, lam=1.0)"),
            (
                "    W = W.clone()",
                "    from stepwise_ssl import losses as losses_of\n\n    W = W.clone()",
            ),
        ),
        "Adam": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    descent = torch.optim.Adam([W], lr=lr)
    losses, rows = [], []
    for _ in range(steps + 1):
        C = (x1 @ W.T).T @ (x2 @ W.T) / len(x1)
        C = (C + C.T) / 2
        loss = ((C - torch.eye(len(W))) ** 2).sum()
        losses.append(loss.item())
        rows.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        descent.zero_grad()
        loss.backward()
        descent.step()
    E = np.array(rows)
    return np.array(losses), E, np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
""",
        "C divided by n": _change(STAIRCASE, ("(2 * len(x1))", "len(x1)")),
        "gradients add up": """
def staircase(x1, x2, W, lr, steps):
    W = W.clone().requires_grad_()
    losses, eigenvalues = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(W), dtype=W.dtype)) ** 2).sum()
        losses.append(loss.item())
        eigenvalues.append(torch.linalg.eigvalsh(C).flip(0).detach().numpy())
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
    E = np.array(eigenvalues)
    return np.array(losses), E, np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
""",
        "half the gradient": _change(STAIRCASE, ("W - lr * g", "W - lr * g / 2")),
        "the start is not recorded": _change(STAIRCASE, ("range(steps + 1)", "range(steps)")),
        "ascending": _change(STAIRCASE, (".flip(0)", "")),
        "the diagonal of C": _change(
            STAIRCASE, ("torch.linalg.eigvalsh(C).flip(0)", "torch.diagonal(C).clone()")
        ),
        "never passed counts as step 0": _change(
            STAIRCASE,
            ("np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)", "(E >= 0.5).argmax(0)"),
        ),
        "rows below one half are counted": _change(
            STAIRCASE,
            (
                "np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)",
                "np.where(E[-1] >= 0.5, (E < 0.5).sum(0), np.inf)",
            ),
        ),
        "changes W in place": _change(
            STAIRCASE,
            ("W = W.clone().requires_grad_()", "start = W\n    W = W.clone().requires_grad_()"),
            ("    E = np.array", "    start.copy_(W.detach())\n    E = np.array"),
        ),
        "first row left out of the search for ½": """
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
    first = [next((k for k in range(1, steps + 1) if E[k, j] >= 0.5), np.inf) for j in range(d)]
    return np.array(L), E, np.array(first)
""",
        "number of rows above ½, inf for none": """
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
    first = np.where((E >= 0.5).any(0), (E >= 0.5).sum(0), np.inf)
    return np.array(L), E, first
""",
        "eigenvalues squared": """
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
        E.append(torch.linalg.eigvalsh(c).detach().numpy()[::-1] ** 2)
        g, = torch.autograd.grad(loss, W)
        W = (W - lr * g).detach().requires_grad_(True)
    E = np.array(E)
    first = np.where((E >= 0.5).any(0), (E >= 0.5).argmax(0), np.inf)
    return np.array(L), E, first
""",
    },
}

RIGHT = {
    "1.1": {
        "as a float": "eigenvalues_left = 1.0",
        "as a NumPy integer": "eigenvalues_left = np.int64(1)",
    },
    "1.2": {
        # A constant in one view changes nothing where the other is centred.
        "the mean of view 1 for both": _change(BARLOW, ("z2.mean(0)", "z1.mean(0)")),
        "the official code's way": """
def barlow_twins(z1, z2, lam=0.0051):
    norm = torch.nn.BatchNorm1d(z1.shape[1], affine=False).double()
    C = norm(z1).T @ norm(z2) / len(z1)
    n = len(C)
    off = C.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()
    return torch.diagonal(C).add(-1).pow(2).sum() + lam * off.pow(2).sum()
""",
        "einsum and float32": """
def barlow_twins(z1, z2, lam=0.0051):
    norm = torch.nn.functional.batch_norm
    a, b = (norm(z.float(), None, None, training=True, eps=1e-5) for z in (z1, z2))
    C = torch.einsum("ni,nj->ij", a, b) / a.shape[0]
    weight = torch.where(torch.eye(C.shape[0]) > 0, 1.0, lam)
    return (weight * (C - torch.eye(C.shape[0])).square()).sum()
""",
        "loops": """
def barlow_twins(z1, z2, lam=0.0051):
    total = 0.0
    for i in range(z1.shape[1]):
        for j in range(z1.shape[1]):
            a, b = z1[:, i] - z1[:, i].mean(), z2[:, j] - z2[:, j].mean()
            c = (a * b).mean() / torch.sqrt(((a * a).mean() + 1e-5) * ((b * b).mean() + 1e-5))
            total = total + ((1 - c) ** 2 if i == j else lam * c**2)
    return total
""",
    },
    "1.3": {
        "C built": """
def copies_loss(d, k, lam):
    return lam * (np.kron(np.eye(k), np.ones((d // k, d // k))) - np.eye(d)).sum()
""",
        "entries counted one by one": """
def copies_loss(d, k, lam):
    return sum(lam for i in range(d) for j in range(d) if i != j and i % k == j % k)
""",
        "integer division": "def copies_loss(d, k, lam):\n    return k * (d // k) * (d // k - 1) * lam",
    },
    "1.4": {
        "cosines, in float32": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.cat([z1, z2]).float()
    s = torch.nn.functional.cosine_similarity(z[:, None], z[None], dim=2) / temperature
    s = s.masked_fill(torch.eye(len(z), dtype=torch.bool), -1e9)
    row = torch.arange(len(z))
    return -torch.log_softmax(s, 1)[row, (row + len(z1)) % len(z)].mean()
""",
        "cross-entropy with a mask": """
def nt_xent(z1, z2, temperature=0.5):
    z = torch.nn.functional.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    s = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -1e9)
    return torch.nn.functional.cross_entropy(s, torch.arange(2 * n).roll(n))
""",
        "a loop over anchors": """
def nt_xent(z1, z2, temperature=0.5):
    z = [v / torch.sqrt((v**2).sum()) for v in torch.cat([z1, z2])]
    n, total = len(z1), 0.0
    for a in range(2 * n):
        e = [torch.exp(z[a] @ z[b] / temperature) for b in range(2 * n) if b != a]
        total = total - torch.log(torch.exp(z[a] @ z[(a + n) % (2 * n)] / temperature) / sum(e))
    return total / (2 * n)
""",
    },
    "1.5": {
        "built": """
def cluster_loss(n, k, temperature):
    z = torch.eye(k, dtype=torch.float64)[torch.arange(n) % k].repeat(2, 1)
    s = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    return torch.nn.functional.cross_entropy(s, torch.arange(2 * n).roll(n)).item()
""",
        "positive and negatives apart": """
def cluster_loss(n, k, temperature):
    near = 2 * n / k - 1
    far = 2 * n - 1 - near
    return -np.log(np.exp(1 / temperature) / (near * np.exp(1 / temperature) + far))
""",
        "as a torch tensor": """
def cluster_loss(n, k, temperature):
    far = torch.tensor(2 * n * (1 - 1 / k), dtype=torch.float64)
    return torch.log(2 * n / k - 1 + far * np.exp(-1 / temperature))
""",
    },
    "1.6": {
        "one tensor of three": _change(
            VICREG,
            (
                "return invariance, variance, covariance",
                "return torch.stack([invariance, variance, covariance])",
            ),
        ),
        "a list, in float32": """
def vicreg_terms(z1, z2, eps=1e-4):
    z = torch.stack([z1, z2]).float()
    z = z - z.mean(1, keepdim=True)
    C = z.transpose(1, 2) @ z / (z.shape[1] - 1)
    on = torch.diagonal(C, dim1=1, dim2=2)
    invariance = torch.nn.functional.mse_loss(z1.float(), z2.float())
    return [invariance, (1 - (on + eps).sqrt()).clamp(min=0).mean(),
            ((C**2).sum() - (on**2).sum()) / z.shape[2]]
""",
        "a mask and einsum": """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    mask = ~torch.eye(d, dtype=torch.bool)
    pieces = [torch.einsum("ni,nj->ij", z - z.mean(0), z) / (len(z) - 1) for z in (z1, z2)]
    covariance = sum(c[mask].pow(2).sum() for c in pieces) / d
    variance = sum((1 - torch.sqrt(z.var(0) + eps)).clamp(min=0).sum() for z in (z1, z2)) / (2 * d)
    return (z1 - z2).pow(2).mean(), variance, covariance
""",
    },
    "1.7": {
        "a product of powers": """
def spectrum(z):
    s = np.linalg.svd((z - z.mean(axis=0)) / np.sqrt(len(z)), compute_uv=False) ** 2
    p = s / s.sum()
    return s.tolist(), float(np.prod(p**-p))
""",
        "from singular values": """
def spectrum(z):
    s = np.linalg.svd(z - z.mean(axis=0), compute_uv=False) ** 2 / len(z)
    p = np.maximum(s / s.sum(), 1e-300)
    return s, float(np.exp(-(p * np.log(p)).sum()))
""",
        "torch, in float32": """
def spectrum(z):
    z = torch.tensor(z, dtype=torch.float32)
    e = torch.linalg.eigvalsh(torch.cov(z.T, correction=0)).flip(0).clamp(min=0)
    return e.numpy(), torch.exp(torch.special.entr(e / e.sum()).sum())
""",
    },
    "1.8": {
        "float32, without .grad": """
def staircase(x1, x2, W, lr, steps):
    x1, x2, W = (x.float() for x in (x1, x2, W))
    losses, rows = [], []
    first = [np.inf] * len(W)
    for step in range(steps + 1):
        y, z = x1 @ W.T, x2 @ W.T
        C = torch.einsum("bi,bj->ij", y, z) / len(x1)
        R = (C + C.T) / 2 - torch.eye(len(W))
        losses.append((R**2).sum().item())
        rows.append(sorted((torch.linalg.eigvalsh(R) + 1).tolist(), reverse=True))
        first = [step if f == np.inf and v >= 0.5 else f for f, v in zip(first, rows[-1])]
        W = W - lr * 2 * (R @ y.T @ x2 + R @ z.T @ x1) / len(x1)
    return losses, rows, first
""",
        "an optimiser": """
def staircase(x1, x2, W, lr, steps):
    weights = torch.nn.Parameter(W.clone())
    descent = torch.optim.SGD([weights], lr=lr)
    losses, rows = np.zeros(steps + 1), np.zeros((steps + 1, len(W)))
    for step in range(steps + 1):
        C = (x1 @ weights.T).T @ (x2 @ weights.T) / len(x1)
        C = (C + C.T) / 2
        loss = torch.sum(C**2) - 2 * torch.trace(C) + len(W)
        losses[step] = loss.item()
        rows[step] = sorted(np.linalg.eigvalsh(C.detach().numpy()), reverse=True)
        descent.zero_grad()
        loss.backward()
        descent.step()
    passed = [next((k for k, v in enumerate(c) if v >= 0.5), np.inf) for c in rows.T]
    return losses, rows, np.array(passed)
""",
        "the gradient by hand": """
def staircase(x1, x2, W, lr, steps):
    W, n = W.numpy().copy(), len(x1)
    G = (x1.T @ x2 + x2.T @ x1).numpy() / (2 * n)
    losses, rows = [], []
    for _ in range(steps + 1):
        C = W @ G @ W.T
        losses.append(np.linalg.norm(C - np.eye(len(W))) ** 2)
        rows.append(np.linalg.eigvalsh(C)[::-1])
        W = W - lr * 4 * (C - np.eye(len(W))) @ W @ G
    rows = np.array(rows)
    steps_of = np.where(rows >= 0.5, np.arange(len(rows))[:, None], np.inf)
    return np.array(losses), rows, steps_of.min(axis=0)
""",
    },
}

# Centring one of the two views is enough: against a centred view a constant sums to zero. So
# what is done to the other view's mean changes neither C nor its gradient.
EQUIVALENT = {
    "1.2": {
        "z1 - z1.mean(0)  →  z1 + z1.mean(0)",
        "z2 - z2.mean(0)  →  z2 + z2.mean(0)",
    },
}
