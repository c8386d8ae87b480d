"""Solutions of chapter 1's variants, as the notebook would have them."""

_LOSS = """
def other_loss(z1, z2, lam):
    a, b = ((z - z.mean(0)) / torch.sqrt({variance} + 1e-5) for z in (z1, z2))
    C = a.T @ b / len(a)
    {more}
    return ((1 - torch.diagonal(C)) ** 2).sum() + {term}
"""
_EACH = "z.var(0, correction=0)"

_TERMS = """
def other_terms(z1, z2, eps):
    variance = covariance = 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variances = torch.diagonal(K)
        off = K - torch.diag(variances)
        variance = variance + {variance} / 2
        covariance = covariance + {covariance} / len(K)
    return variance, covariance
"""

_SPECTRUM = """
def other_spectrum(z, a):
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    {more}
    share = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return eigenvalues, {count}
"""
_RANK = "np.exp(-np.sum(share * np.log(share)))"

SOLUTIONS = {
    "1.2v0": _LOSS.format(
        variance=_EACH,
        more="A, B = a.T @ a / len(a), b.T @ b / len(b)",
        term="lam / 2 * sum((M**2).sum() - (torch.diagonal(M) ** 2).sum() for M in (A, B))",
    ),
    "1.2v1": _LOSS.format(
        variance="z.var(0, correction=0).mean()",
        more="diagonal = torch.diagonal(C)",
        term="lam * ((C**2).sum() - (diagonal**2).sum())",
    ),
    "1.2v2": _LOSS.format(
        variance=_EACH,
        more="i = torch.arange(len(C))\n    away = (i[:, None] - i).abs()",
        term="((away > 0) * lam**away * C**2).sum()",
    ),
    "1.6v0": _TERMS.format(
        variance="torch.relu(1 - torch.sqrt(torch.linalg.eigvalsh(K) + eps)).mean()",
        covariance="(off**2 / ((variances[:, None] + eps) * (variances + eps))).sum()",
    ),
    "1.6v1": """
def other_terms(z1, z2, eps):
    first, second = torch.cov(z1.T), torch.cov(z2.T)
    means = torch.stack([torch.diagonal(K).mean() for K in (first, second)])
    variance = torch.relu(1 - torch.sqrt(means + eps)).mean()
    K = (first + second) / 2
    covariance = 2 * ((K**2).sum() - (torch.diagonal(K) ** 2).sum()) / len(K)
    return variance, covariance
""",
    "1.6v2": _TERMS.format(
        variance="-torch.log(torch.sqrt(variances + eps)).mean()",
        covariance="(off**2).amax(dim=1).sum()",
    ),
    "1.7v0": _SPECTRUM.format(more="", count="np.sum(share**a) ** (1 / (1 - a))"),
    "1.7v1": _SPECTRUM.format(
        more="eigenvalues = (1 - a) * eigenvalues + a * eigenvalues.mean()", count=_RANK
    ),
    "1.7v2": """
def other_spectrum(z, a):
    w = a ** np.arange(len(z))
    w = w / w.sum()
    centred = z - w @ z
    eigenvalues = np.linalg.eigvalsh(centred.T @ (w[:, None] * centred))[::-1]
    share = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(share * np.log(share)))
""",
}
