# %% [markdown]
# # 1 · Two views, one embedding: exercises
#
# You write three losses, watch an embedding collapse in two different ways, learn to read its
# spectrum, and end with a figure that chapter 2 explains. Eight exercises, 115 minutes, 28 points;
# the whole notebook runs in well under a minute on one CPU core. The page of chapter 1 defines the
# terms; each exercise repeats what it needs. Do exercise 1.1 when the page sends you here: its next
# section gives the answer away.
#
# **The setting.** Each of $n$ handwritten digits is cropped twice at random. A crop, flattened to
# $m = 64$ numbers, is a *view*: row $i$ of `x1` and row $i$ of `x2` are two views of one digit. An
# *embedding* gives each view $d$ numbers. Here it is linear, `z = x @ W.T` with $W$ of shape
# $(d, m)$, because then every failure below can be understood to the end.
# %% tags=["setup"]
import functools

import matplotlib.pyplot as plt
import numpy as np
import torch

from stepwise_ssl import data, losses, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()
# The matrices here are small: threads would cost more than they bring.
torch.set_num_threads(1)
# %% mystnb={"image": {"classes": "photo", "alt": "Eight columns of two small grey pictures. Each column shows two crops of one handwritten digit: the same strokes, shifted and stretched differently."}}
images = data.load_images("digits")
pixels1, pixels2 = views.make_pairs(images, n=8, centre=False, scale=False)
plots.image_pairs(pixels1, pixels2, size=(8, 8))
# %%
first, second = views.make_pairs(images, n=1000)  # centred, then scaled
x1, x2 = torch.tensor(first), torch.tensor(second)


def train(loss, d=8, steps=1000, n=1000, seed=0):
    """Minimise loss(z1, z2) over W by Adam; return the embeddings of all views."""
    start = np.random.default_rng(seed).standard_normal((d, 64)) / 8
    W = torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([W], lr=0.01)
    for _ in range(steps):
        adam.zero_grad()
        loss(x1[:n] @ W.T, x2[:n] @ W.T).backward()
        adam.step()
    return torch.cat([x1 @ W.T, x2 @ W.T]).detach().numpy()


# %% [markdown]
# ## Exercise 1.1 · What is left when only agreement is paid?
# *Predict then run · 8 minutes · 1 point*
#
# Two views of one digit should get nearly the same embedding. So let us minimise just that, the
# mean squared distance $\frac1n\sum_i \lVert z_i - z'_i\rVert^2$, and look at the $d = 8$ eigenvalues
# of the embedding's covariance before and after.
# %%
def distance(z1, z2):
    return ((z1 - z2) ** 2).sum(dim=1).mean()


before = spectra.covariance_eigenvalues(train(distance, steps=0))
collapsed = spectra.covariance_eigenvalues(train(distance))
print("eigenvalues before:", before.round(4))
print("after 1000 steps:  ", collapsed.round(4))
# %% [markdown]
# All eight are gone: the cheapest way to agree is to send every view to one point. That is *complete
# collapse*. The obvious repair is to forbid it: before comparing, shift and divide each of the 8
# dimensions so that it has mean 0 and variance 1 over the batch. A point is now impossible. The loss
# becomes `distance(normalised(z1), normalised(z2))`, and nothing else changes.
#
# **Given:** the same data, the same random start, enough steps for the run to settle; after training,
# each dimension is normalised once more over all 2000 views, so the eigenvalues sum to 8.
#
# **Wanted:** how many of the 8 covariance eigenvalues are then above 1 % of their sum? One whole
# number. Decide before you run the next cell.
#
# **Why it matters:** what you find here is what Barlow Twins, SimCLR and VICReg are built to prevent.
#
# <details><summary>Hint 1: the idea</summary>
#
# Write the loss as a sum over the 8 dimensions. What does the term of dimension 3 know about
# dimension 5?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Each dimension is a direction $w$ in pixel space, and its term depends on one number: the
# correlation of $w^\top x$ with $w^\top x'$. Which $w$ does a single dimension want?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# For one normalised dimension the mean of $(a - b)^2$ is $2 - 2\rho(w)$, with $\rho(w)$ the
# correlation between the views along $w$. All 8 dimensions maximise the same function $\rho$, up to
# the sign of $w$. If $k$ linearly independent directions are in use, $k$ eigenvalues differ from 0.
#
# </details>
# %%
### BEGIN SOLUTION
eigenvalues_left = 1
### END SOLUTION
eigenvalues_left = check("1.1", eigenvalues_left)
# %% [markdown]
# Now the run, at four moments. The eight variances are 1 at each of them, by force. (`normalised` has no
# $\varepsilon$; the loss of exercise 1.2 has one.)
# %%
def normalised(z):  # variance with 1/n, for tensors and for arrays
    centred = z - z.mean(0)
    return centred / (centred**2).mean(0) ** 0.5


def normalised_distance(z1, z2):
    return distance(normalised(z1), normalised(z2))


for steps in (0, 30, 300, 1000):
    z = normalised(train(normalised_distance, steps=steps))
    print(f"{steps:4d} steps:", spectra.covariance_eigenvalues(z).round(2))
# %%
# NBVAL_CHECK_OUTPUT
final = spectra.covariance_eigenvalues(z)
print("above 1 % of the sum:", np.sum(final > 0.01 * final.sum()))
# %% [markdown]
# The sum stays 8 throughout. What moves is its share: the losing directions feed the winning one, and
# at the end eight dimensions of variance 1 are one direction of variance 8.
# %% [markdown] tags=["solution-only"]
# **Why.** The loss is a sum over dimensions, and no term mentions two of them. Each dimension
# therefore climbs the same hill, the correlation between the views, and ends on its one summit or
# that summit's mirror image. Variance 1 in each dimension is kept all the way, so the answer 8
# counts something true (eight living dimensions) and misses that they are one dimension eight times.
# This is *dimensional collapse*. With one summit for all, only terms in which dimensions meet can prevent
# it: two in an entry of a matrix (Barlow Twins, VICReg), or all of them in the scalar product of two
# embeddings (SimCLR).
# %% [markdown]
# ## Exercise 1.2 · Write Barlow Twins
# *Code · 15 minutes · 4 points*
#
# Barlow Twins puts both demands into one matrix. Normalise each dimension of each view over the
# batch, $\hat z = (z - \text{mean})/\sqrt{\text{variance} + \varepsilon}$ with $\varepsilon = 10^{-5}$
# and the variance that divides by $n$; then compare every dimension of view 1 with every dimension of
# view 2,
#
# $$\begin{aligned}
# C_{ij} &= \frac1n \sum_{b=1}^{n} \hat z_{b,i}\, \hat z'_{b,j}, \\
# \mathcal L &= \sum_i (1 - C_{ii})^2 + \lambda_{\text{BT}} \sum_{i \ne j} C_{ij}^2 .
# \end{aligned}$$
#
# The diagonal asks each dimension to agree with itself across views, the rest asks different
# dimensions to say different things.
#
# **Given:** tensors `z1`, `z2` of shape $(n, d)$, not normalised, in which a column may be constant; `lam`
# for $\lambda_{\text{BT}}$.
#
# **Wanted:** the loss, a tensor with one entry, through which gradients flow (stay in torch).
#
# **Why it matters:** chapter 2 takes this matrix, leaves out the normalisation, and solves the
# training.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three small tasks: two normalised arrays, one $(d, d)$ matrix, two sums.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The sum over $b$ is a matrix product with the transpose on the left. `z.var(0)` in torch divides by
# $n - 1$; its argument `correction` changes that. The off-diagonal sum is the sum over everything
# minus the sum over the diagonal.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $C = \hat Z^\top \hat Z'/n$, and
# $\mathcal L = \sum_i (1 - C_{ii})^2 + \lambda_{\text{BT}}\bigl(\sum_{ij} C_{ij}^2 - \sum_i C_{ii}^2\bigr)$,
# with $\hat Z$ and $\hat Z'$ divided column by column by $\sqrt{\text{variance} + 10^{-5}}$.
#
# </details>
# %%
def barlow_twins(z1, z2, lam=0.0051):
    """z1, z2: (n, d) tensors, two views. Returns the loss, a 0-d tensor."""
    ### BEGIN SOLUTION
    a = (z1 - z1.mean(0)) / torch.sqrt(z1.var(0, correction=0) + 1e-5)
    b = (z2 - z2.mean(0)) / torch.sqrt(z2.var(0, correction=0) + 1e-5)
    C = a.T @ b / len(a)
    diagonal = torch.diagonal(C)
    off_diagonal = (C**2).sum() - (diagonal**2).sum()
    return ((1 - diagonal) ** 2).sum() + lam * off_diagonal
    ### END SOLUTION

barlow_twins = check("1.2", barlow_twins)
# %% [markdown] tags=["solution-only"]
# **Why.** `z.var(0)` without `correction=0` is the usual slip: normalised by $n - 1$ and averaged with
# $1/n$, a dimension compared with itself gets $C_{ii} = (n-1)/n$, so even a perfect embedding pays.
# The next cell shows what $\varepsilon$ does: nothing, until the embedding is so small that its
# variance comes near $10^{-5}$.
# %% [markdown]
# The correlation of two dimensions does not change when the embedding is shrunk. Does the loss?
# %%
start = torch.tensor(np.random.default_rng(0).standard_normal((8, 64)))
for size in (1, 0.1, 0.01, 0.001):
    z1, z2 = size * x1 @ start.T, size * x2 @ start.T
    print(f"std {z1.std().item():.4f}: loss {barlow_twins(z1, z2).item():.3f}")
# %% [markdown]
# Down to a standard deviation of about 0.1 the loss ignores the scale. At 0.01 the variance is $10^{-4}$
# and $\varepsilon$ adds a tenth to it; at 0.001 $\varepsilon$ *is* the denominator. Keep this in mind for
# exercise 1.8, which starts from a very small embedding and leaves the normalisation out.
# %% [markdown]
# ## Exercise 1.3 · What do copies cost?
# *Derivation · 12 minutes · 3 points*
#
# In 1.1 all dimensions became copies of one. Price that with the Barlow Twins loss.
#
# **Given:** $d$ dimensions in $k$ equal groups ($k$ divides $d$). Within a group all $d/k$ dimensions
# are copies of one another, up to sign; dimensions of different groups are uncorrelated. The two views
# agree perfectly, and $\varepsilon$ is negligible.
#
# **Wanted:** the loss as a function of $d$, $k$ and $\lambda_{\text{BT}}$.
#
# **Why it matters:** the number is what a given $\lambda_{\text{BT}}$ charges for copies at a given
# $d$. The cell below tries whether that is enough.
#
# <details><summary>Hint 1: the idea</summary>
#
# Do not think about pictures. Draw $C$ for $d = 4$, $k = 2$ and write the value of each entry into it.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Every entry of $C$ is $0$, $1$ or $-1$. What does the diagonal cost? Then count the off-diagonal
# entries that are not 0: how many copies of itself does one dimension meet?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The diagonal is all ones and costs 0. A group of size $g$ has $g(g - 1)$ off-diagonal entries $1$ or $-1$
# (ordered pairs), there are $k$ groups of size $g = d/k$, and each entry costs $\lambda_{\text{BT}}$.
#
# </details>
# %%
def copies_loss(d, k, lam):
    """Barlow Twins loss of d dimensions in k groups of copies: a number."""
    ### BEGIN SOLUTION
    copies_met = d / k - 1
    return lam * d * copies_met
    ### END SOLUTION

copies_loss = check("1.3", copies_loss)
# %% [markdown]
# Your formula prices the outcome of 1.1 too. The figure sets it (crosses) against losses of embeddings
# that were built with $k$ groups.
#
# <!-- expected-figure: 1.3 -->
# %% mystnb={"image": {"alt": "Barlow Twins loss of 24 dimensions against the number of groups k from 1 to 12. It falls from 2.8 at k equal to 1 to 0.1 at k equal to 12, steeply at first. Each measured point lies on a cross, the theory."}} tags=["expected:1.3"]
d, groups = 24, [1, 2, 3, 4, 6, 8, 12]
noise = np.random.default_rng(0).standard_normal((200, d))
q = np.linalg.qr(noise - noise.mean(0))[0]
white = torch.tensor(q * np.sqrt(200))  # uncorrelated, variance 1
built = [torch.cat([white[:, :k]] * (d // k), dim=1) for k in groups]
measured = [float(losses.barlow_twins(z, z)) for z in built]
theory = [copies_loss(d, k, 0.0051) for k in groups]
plt.plot(groups, theory, "k+", markersize=16, label="theory")
plt.plot(groups, measured, "o", label="measured")
plt.xlabel("number of groups k")
plt.ylabel("Barlow Twins loss, d = 24")
plt.legend()
plt.show()
# %%
labels = [f"k = {k}" for k in groups]
comparison = plots.compare(theory, measured, labels, quantity="loss")
assert comparison.worst < 1e-4  # eps = 1e-5 in the normalisation
comparison
# %% [markdown]
# Now the live test. At $d = 8$ and the official code's $\lambda_{\text{BT}} = 0.0051$ (the paper has
# 0.005), eight copies of one dimension cost only $0.0051 \cdot 56$. Below, your loss trains the embedding
# with this weight and with $\lambda_{\text{BT}} = 1$. Before you run it: which of the two keeps all 8
# eigenvalues?
# %%
for lam in (0.0051, 1.0):
    z = normalised(train(functools.partial(barlow_twins, lam=lam)))
    print(f"lam = {lam}:", spectra.covariance_eigenvalues(z).round(2))
print(f"price of eight copies at lam = 0.0051: {copies_loss(8, 1, 0.0051):.2f}")
# %% [markdown]
# At $\lambda_{\text{BT}} = 1$ all eight stay. At 0.0051 three are left, about 4.1, 3.1 and 0.8: eight
# dimensions in three directions. They are mixtures of the three, no groups of copies as in your formula, which
# would give whole numbers. Each dimension minds its own agreement first, and to repeat a direction that
# agrees well is cheap. The same weight at another $d$ has another price: your formula grows with $d^2$.
# %% [markdown] tags=["solution-only"]
# **Why.** Counting pairs once gives half the price; counting the diagonal adds $\lambda_{\text{BT}} d$,
# although a one on the diagonal is what the loss wants. Why three directions? The reason is on the diagonal.
# The views agree less along each further direction, and a dimension that uses it pays
# $(1 - C_{ii})^2$; at $\lambda_{\text{BT}} = 0.0051$ and $d = 8$ it is cheaper to copy a direction that
# agrees well. (Four seeds and four times as many steps give nearly the same three eigenvalues.) The weight was
# chosen for $d = 8192$, where copies of one dimension would cost
# $0.0051 \cdot 8192 \cdot 8191 \approx 342{,}000$. A loss weight belongs to a dimension.
# %% [markdown]
# ## Exercise 1.4 · Write NT-Xent, the loss of SimCLR
# *Code · 18 minutes · 4 points*
#
# SimCLR charges for collapse by comparing pictures. Stack both views into $2n$ embeddings and scale each to
# length 1. Each one in turn is the *anchor*: among the $2n - 1$ others it must find its *partner*, the
# other view of its own picture. With $s_{ab}$ the scalar product of the unit vectors $a$ and $b$ and
# $\tau_{\text{temp}}$ the temperature, the anchor $a$ with partner $p(a)$ pays
#
# $$\ell_a = -\log \frac{e^{s_{a,p(a)}/\tau_{\text{temp}}}}{\sum_{b \ne a} e^{s_{ab}/\tau_{\text{temp}}}},
#   \qquad \mathcal L = \frac{1}{2n}\sum_{a=1}^{2n} \ell_a .$$
#
# **Given:** tensors `z1`, `z2` of shape $(n, d)$, of any length, and `temperature`.
#
# **Wanted:** the loss, a tensor with one entry, through which gradients flow.
#
# **Why it matters:** no term here says "keep the spectrum wide", yet a narrow one costs; the next
# exercise shows how much.
#
# <details><summary>Hint 1: the idea</summary>
#
# It is a classification with $2n$ examples and $2n$ classes: the class of an anchor is its partner's
# place in the stack, and its logits are similarities divided by the temperature.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Build the $(2n, 2n)$ matrix of similarities. Its diagonal must not take part: what logit has
# probability 0? With view 2 stacked below view 1, the partner of row $i$ is $n$ rows further, around the
# corner where needed. torch has the cross-entropy of logits and class numbers, and it takes the mean.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\mathcal L = \frac1{2n}\sum_a \bigl[\log \sum_{b \ne a} e^{s_{ab}/\tau_{\text{temp}}} -
# s_{a,p(a)}/\tau_{\text{temp}}\bigr]$ with $p(a) = (a + n) \bmod 2n$, counted from 0. A logit of $-\infty$
# at $b = a$ has the exponential 0 and leaves the anchor out.
#
# </details>
# %%
def nt_xent(z1, z2, temperature=0.5):
    """z1, z2: (n, d) tensors, two views. Returns the loss, a 0-d tensor."""
    ### BEGIN SOLUTION
    z = torch.cat([z1, z2])
    z = z / z.norm(dim=1, keepdim=True)
    logits = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    partner = torch.arange(len(z)).roll(len(z1))
    return torch.nn.functional.cross_entropy(logits, partner)
    ### END SOLUTION

nt_xent = check("1.4", nt_xent)
# %% [markdown] tags=["solution-only"]
# **Why.** Two slips give a loss that trains and is not NT-Xent. Leaving $s_{aa} = 1$ in the sum puts a
# rival into it that no embedding can beat. Using only the $n$ embeddings of view 1 as anchors, against
# view 2, drops the comparisons within a view and makes the value depend on which view comes first.
# %% [markdown]
# ## Exercise 1.5 · What does NT-Xent charge for k points?
# *Derivation · 12 minutes · 3 points*
#
# **Given:** $n$ pictures, embedded so that both views always agree, at $k$ points only: unit vectors
# orthogonal to each other, $n/k$ pictures at each ($k$ divides $n$). $k = 1$ is complete collapse.
#
# **Wanted:** the NT-Xent loss as a function of $n$, $k$ and the temperature.
#
# **Why it matters:** the difference between $k = 1$ and larger $k$ is what SimCLR earns by spreading
# out, and the temperature sets it.
#
# <details><summary>Hint 1: the idea</summary>
#
# By symmetry all $2n$ anchors pay the same. Take one, and sort the $2n - 1$ others into those at its own
# point and those elsewhere.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# At the anchor's point the similarity is 1, elsewhere 0. How many of each are there? (Two views of each
# picture, and the anchor itself does not count.) Begin with $k = 1$: every candidate looks like the
# partner.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The partner's share is
# $e^{1/\tau_{\text{temp}}} \big/ \bigl[A\, e^{1/\tau_{\text{temp}}} + B\, e^{0}\bigr]$, with $A$ candidates at
# the anchor's own point and $B$ elsewhere, $A + B = 2n - 1$. Divide by the numerator and take $-\log$.
#
# </details>
# %%
def cluster_loss(n, k, temperature):
    """NT-Xent of n pictures at k orthogonal points, n/k at each: a number."""
    ### BEGIN SOLUTION
    same_point = 2 * n / k - 1
    elsewhere = 2 * n - 1 - same_point
    return np.log(same_point + elsewhere * np.exp(-1 / temperature))
    ### END SOLUTION

cluster_loss = check("1.5", cluster_loss)
# %% [markdown]
# Your formula (crosses) for three temperatures, and losses of embeddings that were built with $k$ points.
#
# <!-- expected-figure: 1.5 -->
# %% mystnb={"image": {"alt": "NT-Xent loss against the number of points k from 1 to 24 for temperatures 0.1, 0.5 and 2. All three rows of points start at the same value, 3.85. The lower the temperature, the further they fall: to about 0 at 0.1, to 2.0 at 0.5 and to 3.4 at 2. Each measured point lies on a cross, the theory."}} tags=["expected:1.5"]
n, groups, temperatures = 24, [1, 2, 3, 4, 6, 8, 12, 24], [0.1, 0.5, 2.0]
points = [torch.eye(k, dtype=torch.float64)[torch.arange(n) % k] for k in groups]
measured = [[losses.nt_xent(z, z, temp).item() for z in points] for temp in temperatures]
theory = [[cluster_loss(n, k, temp) for k in groups] for temp in temperatures]
plt.plot(groups, np.transpose(theory), "k+", markersize=16)
for temp, found, colour in zip(temperatures, measured, plots.mode_colors(3), strict=True):
    plt.plot(groups, found, "o", color=colour, label=f"measured, temperature {temp}")
plt.xlabel("number of points k")
plt.ylabel("NT-Xent loss, n = 24")
plt.legend()
plt.show()
# %%
labels = [f"{temp}, k = {k}" for temp in temperatures for k in groups]
title = "loss at each temperature"
comparison = plots.compare(np.ravel(theory), np.ravel(measured), labels, title)
assert comparison.worst < 1e-9
comparison
# %% [markdown] tags=["solution-only"]
# **Why.** With $A = 2n/k - 1$ and $B = 2n - 2n/k$ the loss is
# $\log\bigl(A + B e^{-1/\tau_{\text{temp}}}\bigr)$. At $k = 1$, $B = 0$ and the temperature drops out: a
# guess among $2n - 1$ equal candidates costs $\log(2n - 1)$. The usual slip is $A = 2n/k$, which lets
# the anchor meet itself. A low temperature makes the second term vanish, and then only the embeddings
# at the anchor's own point count: the loss falls with every new point. At a high one, far and
# near weigh almost alike, and spreading out hardly pays.
# %% [markdown]
# ## Exercise 1.6 · Write the three terms of VICReg
# *Code · 15 minutes · 4 points*
#
# VICReg has a term for each thing that can go wrong, and its terms need not know of each other:
#
# - *invariance*: the mean of $(z - z')^2$ over all $n \cdot d$ entries;
# - *variance*: $\max(0,\, 1 - \sqrt{\text{variance} + \varepsilon})$, averaged over the $d$ dimensions and
#   over the two views;
# - *covariance*: $\frac1d \sum_{i \ne j} \text{Cov}_{ij}^2$ for each view, the two views added.
#
# Here variance and covariance are the unbiased ones, with $n - 1$. This is the form of the official code,
# which averages over the views in one term and adds in the next. (The paper's formula and solo-learn add
# in both; the paper also adds the squares of the $d$ dimensions in the first.)
#
# **Given:** tensors `z1`, `z2` of shape $(n, d)$ with $d \ge 2$, and `eps`.
#
# **Wanted:** the three terms without weights, in this order, each a tensor with one entry through which
# gradients flow.
#
# **Why it matters:** you will see which term a collapse offends, and chapter 6 asks what each does to a
# small embedding.
#
# <details><summary>Hint 1: the idea</summary>
#
# The first term compares the views. The other two look at one view at a time, through its $(d, d)$
# covariance matrix: the diagonal feeds the variance term, the rest the covariance term.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `torch.cov` wants the dimensions in rows and divides by $n - 1$. `torch.relu` is $\max(0, \cdot)$. Loop
# over the two views and add up.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $K$ and $K'$ the covariance matrices of the views,
# $\text{variance} = \frac1{2d}\sum_i \bigl[\max(0, 1 - \sqrt{K_{ii} + \varepsilon}) + \max(0, 1 - \sqrt{K'_{ii} + \varepsilon})\bigr]$
# and $\text{covariance} = \frac1d\bigl[\sum_{ij} K_{ij}^2 - \sum_i K_{ii}^2\bigr]$ plus the same of $K'$.
#
# </details>
# %%
def vicreg_terms(z1, z2, eps=1e-4):
    """z1, z2: (n, d) tensors. Returns three 0-d tensors, in the order above."""
    ### BEGIN SOLUTION
    invariance = ((z1 - z2) ** 2).mean()
    variance = covariance = 0.0
    for z in (z1, z2):
        K = torch.cov(z.T)
        variances = torch.diagonal(K)
        variance = variance + torch.relu(1 - torch.sqrt(variances + eps)).mean() / 2
        covariance = covariance + ((K**2).sum() - (variances**2).sum()) / len(K)
    return invariance, variance, covariance
    ### END SOLUTION

vicreg_terms = check("1.6", vicreg_terms)
# %% [markdown]
# Which term sees which failure? Three embeddings with perfect agreement: all views at one point, eight
# copies of one dimension, eight uncorrelated dimensions. Printed: invariance, variance, covariance.
# %%
# NBVAL_CHECK_OUTPUT
spread = white[:, :8]
copies = spread[:, :1].repeat(1, 8)
for name, z in {"point": 0 * spread, "copies": copies, "spread": spread}.items():
    print(f"{name:7s}", [abs(round(term.item(), 3)) for term in vicreg_terms(z, z)])
# %% [markdown]
# The point offends the variance term and the copies offend the covariance term, each of them alone. Perfect
# agreement offends nothing, so invariance sees neither collapse.
# %% [markdown] tags=["solution-only"]
# **Why.** At the point the variance term is $1 - \sqrt{10^{-4}} = 0.99$. $\varepsilon$ has to stand
# inside the root: the slope of $\sqrt v$ is infinite at $v = 0$, and a gradient through it would be NaN exactly where the
# term is needed. For the copies each of the 56 off-diagonal covariances is $n/(n-1)$, so the term is
# $2 \cdot 56/8 \cdot (200/199)^2$.
# %% [markdown]
# ## Exercise 1.7 · Read a spectrum
# *Code · 10 minutes · 4 points*
#
# A loss is one number and can look fine while dimensions die. The eigenvalues
# $\lambda_1 \ge \dots \ge \lambda_d$ of the covariance matrix show it: one for each direction in the
# embedding, the variance along it. How many of them count? The *effective rank* answers with one number:
# take the shares $p_j = \lambda_j / (\lambda_1 + \dots + \lambda_d)$, their entropy $-\sum_j p_j \log p_j$ (with
# $0 \log 0 = 0$), and its exponential.
#
# **Given:** `z`, a NumPy array of shape $(n, d)$ with $d \ge 2$, not centred, with more rows than columns.
#
# **Wanted:** the eigenvalues of its covariance (divide by $n$), shape $(d,)$, largest first; and the
# effective rank, one number.
#
# **Why it matters:** from here on, every chapter watches eigenvalues like these.
#
# <details><summary>Hint 1: the idea</summary>
#
# Centre, form a symmetric $(d, d)$ matrix, decompose it. Then treat the shares as probabilities.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix in *rising* order. A dead direction may
# come out as $-10^{-17}$ by rounding: leave out what is not positive before taking logarithms.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\text{Cov} = \frac1n (Z - \bar z)^\top (Z - \bar z)$; effective rank
# $= \exp\bigl(-\sum_{\lambda_j > 0} p_j \log p_j\bigr)$. Test: $k$ equal eigenvalues and zeros
# otherwise must give $k$.
#
# </details>
# %%
def spectrum(z):
    """z: (n, d) array. Returns eigenvalues (d,), descending, and effective rank."""
    ### BEGIN SOLUTION
    centred = z - z.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(z))[::-1]
    share = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return eigenvalues, np.exp(-np.sum(share * np.log(share)))
    ### END SOLUTION

spectrum = check("1.7", spectrum)
# %% [markdown]
# Five losses train the same eight dimensions from the same start. Look at where each line drops: all
# losses fall, and only the spectrum says how many dimensions are in use. (Eigenvalues are drawn as
# shares of the largest; what is below a millionth stands at a millionth.) SimCLR gets 250 pictures and
# 300 steps, since it compares all pairs of views: the work grows with $n^2$.
#
# <!-- expected-figure: 1.7 -->
# %%
def vicreg(a, b):
    invariance, variance, covariance = vicreg_terms(a, b)
    return 25 * invariance + 25 * variance + covariance


runs = {
    "distance alone, normalised": train(normalised_distance),
    "Barlow Twins, lam = 0.0051": train(barlow_twins),
    "Barlow Twins, lam = 1": train(functools.partial(barlow_twins, lam=1.0)),
    "SimCLR, 250 pictures": train(nt_xent, n=250, steps=300),
    "VICReg, 25 / 25 / 1": train(vicreg),
}
# %% mystnb={"image": {"alt": "Eight eigenvalues, as shares of the largest, on a logarithmic axis, for five losses. The normalised distance keeps one eigenvalue, Barlow Twins with weight 0.0051 three, VICReg five; the next is smaller by a factor of a thousand or more. Barlow Twins with weight 1 and SimCLR keep all eight within a factor of ten."}} tags=["expected:1.7"]
found = {name: spectrum(z) for name, z in runs.items()}
shares = {name: np.maximum(e / e[0], 1e-6) for name, (e, _) in found.items()}
axis = plots.spectrum(shares)
axis.set_ylabel("share of the largest eigenvalue")
plt.show()
# %%
for name, (_, rank) in found.items():
    print(f"{name:27s} effective rank {float(rank):.1f} of 8")
# %% [markdown]
# VICReg has a term against the point and a term against copies, and still keeps five of eight. A term does
# not forbid, it charges: five directions shared out over eight dimensions give each dimension its variance,
# the overlap is charged at weight 1, and a direction in which the crops disagree is charged at weight 25.
# SimCLR here saw fewer pictures and fewer steps, so its line is no match of equals.
# %% [markdown] tags=["solution-only"]
# **Why.** The effective rank of the covariance is one of several measures: RankMe takes the entropy of
# $\sqrt{\lambda_j}$ instead and is never smaller on the same centred data, the participation ratio
# $(\sum\lambda)^2/\sum\lambda^2$ is never larger; where all eigenvalues in use are equal, the three agree.
# Say which you use. The runs are one seed each, with a linear embedding of dimension 8: VICReg and Barlow
# Twins at the weights of their official codes keep fewer dimensions than SimCLR *here*, and those weights
# were chosen for $d = 8192$. This ranks no method.
# %% [markdown]
# ## Exercise 1.8 · One eigenvalue at a time
# *Stretch · 25 minutes · 5 points*
#
# Last, the loss without normalisation, from a very small start. With embeddings `z1 = x1 @ W.T` and
# `z2 = x2 @ W.T` take the symmetric matrix and the loss
#
# $$\begin{aligned}
# C &= \frac{1}{2n}\bigl(Z^\top Z' + Z'^\top Z\bigr), \\
# \mathcal L &= \lVert C - I \rVert_F^2 = \sum_{ij} (C_{ij} - I_{ij})^2 ,
# \end{aligned}$$
#
# and descend: $W \leftarrow W - \eta\, \partial\mathcal L/\partial W$. No centring is needed, the views are
# centred. Record what happens.
#
# **Given:** tensors `x1`, `x2` of shape $(n, m)$, the start `W` of shape $(d, m)$ (it must stay as it
# is), the learning rate `lr` for $\eta$ and the number of `steps`.
#
# **Wanted:** three NumPy arrays. The loss before the first step and after each step, shape
# $(\text{steps} + 1,)$; the eigenvalues of $C$ at the same moments, largest first, shape
# $(\text{steps} + 1, d)$; and for each of the $d$ columns the first step at which it is at least ½
# (step 0 is the start, `np.inf` if it never is), shape $(d,)$.
#
# **Why it matters:** what you record is the subject of the rest of the course.
#
# <details><summary>Hint 1: the idea</summary>
#
# A training loop of the usual kind that writes down two things before each update. It runs
# $\text{steps} + 1$ times, so that the last state is recorded too.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Work on a copy of `W` that requires a gradient. `torch.autograd.grad` returns the gradient and stores
# nothing, so nothing can add up. For the crossings, compare the whole record with ½: `argmax` along the
# steps finds the first True, and also answers 0 where there is none. Catch that case.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# For $k = 0, \dots, \text{steps}$: $C_k$ from $W_k$; $\mathcal L_k = \lVert C_k - I\rVert_F^2$; eigenvalues
# $\lambda_1(C_k) \ge \dots \ge \lambda_d(C_k)$; $W_{k+1} = W_k - \eta \nabla \mathcal L(W_k)$. Passed:
# $\min\{k : \lambda_j(C_k) \ge \tfrac12\}$, and $\infty$ for the empty set.
#
# </details>
# %%
def staircase(x1, x2, W, lr, steps):
    """x1, x2: (n, m), W: (d, m) tensors. Returns losses, eigenvalues, first steps."""
    ### BEGIN SOLUTION
    W = W.clone().requires_grad_()
    history, rows = [], []
    for _ in range(steps + 1):
        z1, z2 = x1 @ W.T, x2 @ W.T
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
        loss = ((C - torch.eye(len(W), dtype=W.dtype)) ** 2).sum()
        history.append(loss.item())
        rows.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        (gradient,) = torch.autograd.grad(loss, W)
        W = (W - lr * gradient).detach().requires_grad_()
    record = np.array(rows)
    reached = record >= 0.5
    first_step = np.where(reached.any(axis=0), reached.argmax(axis=0), np.inf)
    return np.array(history), record, first_step
    ### END SOLUTION

staircase = check("1.8", staircase)
# %% [markdown]
# Six dimensions on the digits, from weights of size $10^{-8}$. Thin lines mark where an eigenvalue
# passes ½; the numbers count them. (Chapter 2 says why they are called modes.)
#
# <!-- expected-figure: 1.8 -->
# %%
d, lr = 6, 0.25
small = 1e-8 * torch.tensor(np.random.default_rng(0).standard_normal((d, 64)))
loss, eigenvalues, passed = staircase(x1, x2, small, lr=lr, steps=1500)
# %% mystnb={"image": {"alt": "Two panels over a common logarithmic time axis. Above, the loss stays at 6 until time 45 and then falls to 0 in six steps of height one. Below, six eigenvalues of C rise from 0 to 1, one after another, each at the moment when the loss falls."}} tags=["expected:1.8"]
t = lr * np.arange(1501)
late = t >= 10  # before that nothing moves
plots.staircase(t[late], eigenvalues[late], loss[late], step_times=lr * passed)
# %%
# NBVAL_CHECK_OUTPUT
print("first step at or above one half:", passed.astype(int))
# %% [markdown]
# A guess to be tested: each eigenvalue that comes up lowers the loss by 1, so between the $k$-th and the
# next the loss rests at $d - k$. Measured half-way (on the logarithmic axis) between the two:
# %%
between = np.sqrt(passed[:-1] * passed[1:]).astype(int)
resting = np.arange(d - 1, 0, -1)
labels = [f"after {k + 1}" for k in range(d - 1)]
comparison = plots.compare(resting, loss[between], labels, quantity="loss at rest")
assert comparison.worst < 0.05
comparison
# %% [markdown] tags=["solution-only"]
# **Why.** The commonest slips are a record that starts after the first update, and gradients that pile up
# in `.grad`. The second is worth seeing: the loss falls sooner and then swings about instead of resting. The
# loss rests at $d - k$ because $\lVert C - I\rVert_F^2 = \sum_j (\lambda_j - 1)^2$: an eigenvalue at 0 costs
# 1, one at 1 costs nothing. The rest is not yet explained. Nothing in the loss puts one eigenvalue
# before another, and the starting weights are all of one size. Where does the order come from, and what sets
# the waiting times? The worst row of the table belongs to two eigenvalues that come close together.
# %% [markdown]
# **What you have now:** three losses that are in use, two kinds of collapse told apart by a spectrum, and a
# staircase without an explanation. Chapter 2 solves this last model with pencil and paper and predicts
# each of the steps before training begins.
