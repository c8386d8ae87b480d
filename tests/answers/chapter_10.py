"""Answers to the exercises of chapter 10: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

SPECTRAL = """
def spectral_end(Gamma, Sigma, d):
    value, vectors = np.linalg.eigh(Sigma)
    root = vectors / np.sqrt(value) @ vectors.T
    rho = {rho}
    return {heights}
"""
SPECTRAL_PARTS = {
    "rho": "np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d]",
    "heights": "np.maximum(rho, 0) ** 2",
}


def spectral(**changed):
    return SPECTRAL.format(**(SPECTRAL_PARTS | changed))


WRONG = {
    "10.8": {
        "as Barlow Twins": spectral(heights="np.ones(d)"),
        "of W Sigma W^T": spectral(heights="np.maximum(rho, 0)"),
        "a negative agreement squared": spectral(heights="rho**2"),
        "the largest in size": spectral(
            rho="np.linalg.eigvalsh(root @ Gamma @ root)",
            heights="np.sort(rho[np.argsort(-abs(rho))[:d]] ** 2)[::-1]",
        ),
        "along the modes of Gamma": """
def spectral_end(Gamma, Sigma, d):
    gamma, v = np.linalg.eigh(Gamma)
    gamma, v = gamma[::-1][:d], v[:, ::-1][:, :d]
    return np.maximum(gamma / np.diag(v.T @ Sigma @ v), 0) ** 2
""",
        "the eigenvalues of Gamma": spectral(
            rho="np.linalg.eigvalsh(Gamma)[::-1][:d]",
        ),
        "smallest first": spectral(heights="np.sort(np.maximum(rho, 0) ** 2)"),
        "half of the slope": spectral(heights="(np.maximum(rho, 0) / 2) ** 2"),
    },
}

RIGHT = {
    "10.8": {
        "a generalised eigenproblem": """
def spectral_end(Gamma, Sigma, d):
    import scipy.linalg
    rho = scipy.linalg.eigh(Gamma, Sigma, eigvals_only=True)
    return np.clip(rho[: -d - 1 : -1], 0, None) ** 2
""",
        "an eigenproblem that is not symmetric": """
def spectral_end(Gamma, Sigma, d):
    rho = sorted(np.linalg.eigvals(np.linalg.inv(Sigma) @ Gamma).real, reverse=True)[:d]
    return [r * max(r, 0.0) for r in rho]
""",
        "descent in the whitened inputs": """
def spectral_end(Gamma, Sigma, d):
    root = np.linalg.inv(np.linalg.cholesky(Sigma))
    K = root @ Gamma @ root.T
    V = 0.3 * np.random.default_rng(0).normal(size=(d, len(K)))
    for _ in range(20000):
        V = V + 0.05 * (V @ K - V @ V.T @ V)
    return np.linalg.eigvalsh(V @ K @ V.T)[::-1]
""",
    },
}

EQUIVALENT = {}
