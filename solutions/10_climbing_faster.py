# %% [markdown]
# # 10 · Climbing faster: exercises
#
# Exercise 10.8 belongs to the page *Beyond the three losses*.
#
# One exercise, 15 minutes, 3 points. It needs pencil and paper.
# %% tags=["setup"]
import numpy as np
import torch

from stepwise_ssl import data, linear, losses, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# ## Exercise 10.8 · Where does a fourth loss stop?
# *Derivation · 15 minutes · 3 points*
#
# The spectral contrastive loss rewards partners for a large scalar product, and punishes the squared scalar product of views of different pictures. For the linear model $f(x) = Wx$ and many pairs it is
#
# $$\mathcal L = -2 \operatorname{tr}(W \Gamma W^{\top}) + \lVert W \Sigma W^{\top} \rVert_F^2 ,$$
#
# with the cross-moment $\Gamma$ and the second moment $\Sigma$ of chapter 6, each of shape $(m, m)$. Near zero the second term does not count, so the loss begins as Barlow Twins does, at the same rates. Where does it end?
#
# **Given:** `Gamma` `(m, m)`, symmetric, with eigenvalues of both signs; `Sigma` `(m, m)`, symmetric and positive definite, whose eigenvectors are others than those of $\Gamma$; `d` $< m$.
#
# **Wanted:** the $d$ eigenvalues of $C = W \Gamma W^{\top}$ at the $W$ of shape $(d, m)$ with the smallest loss, the largest first. If fewer than $d$ directions are worth learning, the rest are 0.
#
# The heights of a staircase say what a loss does to a mode once it is learned, and they need not follow the order of the steps.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two matrices stand in the way of each other. In which coordinates of the inputs does one of them disappear?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $V = W \Sigma^{1/2}$ the second term is $\lVert V V^{\top} \rVert_F^2 = \lVert V^{\top} V \rVert_F^2$, and the first $-2 \operatorname{tr}(V K V^{\top})$ with a symmetric $K$. Complete the square: which matrix does $V^{\top}V$ come as near as it can? Its rank is at most $d$, and it has no negative eigenvalue. At the end ask for $C$, not for $VV^{\top}$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $K = \Sigma^{-1/2} \Gamma \Sigma^{-1/2}$ has the eigenvalues $\rho_1 \ge \rho_2 \ge \dots$, and $C$ ends with $\max(\rho_j, 0)^2$.
#
# </details>
# %%
def spectral_end(Gamma, Sigma, d):
    """Eigenvalues of C at the smallest loss, largest first. (m, m), (m, m), number -> (d,)."""
    ### BEGIN SOLUTION
    value, vectors = np.linalg.eigh(Sigma)
    root = vectors / np.sqrt(value) @ vectors.T
    rho = np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d]
    return np.maximum(rho, 0) ** 2
    ### END SOLUTION


spectral_end = check("10.8", spectral_end)

# %% [markdown] tags=["solution-only"]
# **Why.** $\mathcal L = \lVert V^{\top}V - K \rVert_F^2 - \lVert K \rVert_F^2$. Among matrices of rank $d$ without negative eigenvalues the nearest to $K$ keeps its $d$ largest eigenvalues where they are positive (Eckart and Young), so $VV^{\top} = W\Sigma W^{\top}$ ends with the $\rho_j$, and
# $C = VKV^{\top}$ with $\rho_j \cdot \rho_j$. The $\rho_j$ are the canonical correlations of the two views. The usual slip is to forget one of the two factors, and the next one to square a negative $\rho_j$.
# %% [markdown]
# A run on digits, in their six directions of largest variance, with two outputs.
# %%
x1, x2 = views.make_pairs(data.load_images("digits"), n=500, seed=0)
both = np.vstack([x1, x2])
axes = linear.modes(both.T @ both / len(both), 6)[1]
p1, p2 = x1 @ axes, x2 @ axes
Gamma = linear.cross_moment(p1, p2)
Sigma = (p1.T @ p1 + p2.T @ p2) / (2 * len(p1))
W = linear.random_init(2, 6, 1e-4, seed=0)
lr, curves = 0.5, []
for _ in range(1500):
    curves.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    W = W + lr * 4 * (W @ Gamma - W @ Sigma @ W.T @ W @ Sigma)
curves = np.array(curves)
comparison = plots.compare(
    spectral_end(Gamma, Sigma, 2), curves[-1], ["mode 1", "mode 2"], "eigenvalue of C at the end"
)
assert comparison.worst < 0.01, "the loss has come to rest"
comparison

# %% [markdown]
# ### Your own prediction
#
# LeJEPA is the other loss of the page. Its directions are drawn anew in each step. The page has the matrix that drives it near zero,
#
# $$M = \frac1d \bigl[\, 2\omega n\, (g_0\Sigma - b\,\bar x\bar x^{\top}) - (1 - \omega)(\Sigma - \Gamma) \bigr] ,$$
#
# with the weight $\omega$ of SIGReg and the two numbers `g0` and `b` of the authors' 17 knots, and $\bar x \bar x^{\top}$ averaged over the first and the second views. **Write down a number before you run the second cell:** the time, learning rate × steps, at which the largest eigenvalue of $W \Sigma W^{\top}$ passes 0.1. Then write down whether the second comes earlier or later than its own rate near
# zero says, and why.
# %%
n, d, weight = 100, 3, 0.05
x1, x2 = views.make_pairs(data.load_images("digits"), n=n, seed=1)
both = np.vstack([x1, x2])
Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / (2 * n)
W0 = linear.random_init(d, 64, 1e-4, seed=1)
lr = 0.15
g0, b = 1.546, 2.432
predicted = None  # your number, or a line that computes it
# %%
rng = np.random.default_rng(0)
t1, t2 = torch.tensor(x1), torch.tensor(x2)
W = torch.tensor(W0, requires_grad=True)
curves = []
for _ in range(400):
    curves.append(np.linalg.eigvalsh((W @ torch.tensor(Sigma) @ W.T).detach().numpy())[::-1])
    directions = np.hstack([np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(4)])
    loss = losses.lejepa(t1 @ W.T, t2 @ W.T, torch.tensor(directions), weight)
    slope = torch.autograd.grad(loss, W)[0]
    with torch.no_grad():
        W -= lr * slope
passed = spectra.find_steps(lr * np.arange(len(curves)), np.array(curves), 0.1)
print("measured:", passed.round(1), " predicted:", predicted)
# %% [markdown]
# <details><summary>A way to predict it</summary>
#
# Take the first $d$ modes of $M$ with eigenvalues $\kappa_j$, the effective start $s_j(0)$ of chapter 3 along them, and the variance $\sigma_j$ along each. The eigenvalue is $\sigma_j s_j^2$ and grows as $e^{2\kappa_j t}$, so the time is $\log(0.1/\sigma_j s_j(0)^2)/2\kappa_j$, and by descent a little more. It holds for the first mode. A direction at random has most of its square
# elsewhere, so mode 1 goes on growing beyond 1 until all directions together have had enough, and what it leaves for the force on the others is little. So the second mode is late.
#
# </details>
