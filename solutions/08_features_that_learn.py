# %% [markdown]
# # 8 · Features that learn: exercises
#
# In chapter 2 one layer of weights was trained on inputs that stay as they are. Chapter 7's predictions
# treated a network in the same way, as if its features stayed what they are before training, and most
# steps came earlier than predicted. Here the layer that makes the features is trained as well. From an
# aligned start two such layers can still be solved: what training conserves, how fast a mode grows, how much of that
# is the features' doing, and how much time it saves.
#
# Eight exercises, 105 minutes, 20 points. Exercises 8.2 to 8.6 need pencil and paper.
# %% tags=["setup"]
import functools

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy import integrate, optimize
from torch import nn

from stepwise_ssl import data, deep_linear, linear, losses, plots, spectra, training, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data are the digits of chapter 2, now with $d = 6$. The **trunk** $A$, of shape $(h, m)$, makes $h$
# features $Ax$ of an input $x$ of length $m$, and the **head** $W$, of shape $(d, h)$, makes the
# embedding $f(x) = WAx$ of them.
#
# The start below is **aligned**. The columns of `A0` are orthonormal: the features are the inputs, only
# turned into a space of 80 dimensions, and all singular values of the trunk are 1. Row $j$ of `W0` reads
# mode $j$ alone, at the size $10^{-4}$. Where a start is drawn at random, the cell says so.
# %%
# NBVAL_CHECK_OUTPUT
d, h = 6, 80
x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
Gamma = linear.cross_moment(x1, x2)
gamma, modes = linear.modes(Gamma, d)
m = len(Gamma)

rng = np.random.default_rng(0)
A0 = np.linalg.qr(rng.normal(size=(h, m)))[0]
W0 = 1e-4 * (A0 @ modes).T
print("γ:", gamma.round(3))

# %% [markdown]
# ## Exercise 8.1 · Two layers, two gradients
# *Code · 12 minutes · 2 points*
#
# The loss is that of chapter 2, $\mathcal{L} = \lVert C - I \rVert_F^2$, with the cross-correlation of the new
# embedding, $C = W A \Gamma A^{\top} W^{\top}$. Both layers are trained.
#
# **Given:** the head `W` `(d, h)`, the trunk `A` `(h, m)` and a symmetric `Gamma` `(m, m)`.
#
# **Wanted:** a tuple of two gradients, $\partial \mathcal{L} / \partial W$ `(d, h)` and
# $\partial \mathcal{L} / \partial A$ `(h, m)`.
#
# Each gradient contains the other layer. All that follows comes from these two lines.
#
# <details><summary>Hint 1: the idea</summary>
#
# To the head, the features are inputs. What is their cross-moment? To the trunk, only the product $WA$
# counts, and chapter 2 knows the gradient for a matrix that stands where $WA$ stands.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Call the product $B = WA$. By chapter 2, $\partial \mathcal{L} / \partial B = 4\, (C - I)\, B\, \Gamma$. A
# change $dW$ changes the product by $dB = dW\, A$, and a change $dA$ by $dB = W\, dA$. With
# $d\mathcal{L} = \mathrm{tr}\big( (\partial \mathcal{L} / \partial B)^{\top} dB \big)$ read off what
# multiplies $dW$ and what multiplies $dA$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\partial \mathcal{L} / \partial W = (\partial \mathcal{L} / \partial B)\, A^{\top}$ and
# $\partial \mathcal{L} / \partial A = W^{\top} (\partial \mathcal{L} / \partial B)$.
#
# </details>
#
# <!-- expected-figure: 8.1 -->
# %%
def gradients(W, A, Gamma):
    """∂L/∂W (d, h) and ∂L/∂A (h, m). W (d, h), A (h, m), Gamma (m, m) -> tuple of two."""
    ### BEGIN SOLUTION
    product = W @ A
    error = product @ Gamma @ product.T - np.eye(len(W))
    for_product = 4 * error @ product @ Gamma
    return for_product @ A.T, W.T @ for_product
    ### END SOLUTION


gradients = check("8.1", gradients)

# %% [markdown] tags=["solution-only"]
# **Why.** The head's gradient is chapter 2's with $A \Gamma A^{\top}$, the features' cross-moment, in the
# place of $\Gamma$: for a frozen trunk nothing is new. The trunk's has $W^{\top}$ in front, so a head of size
# $10^{-4}$ leaves the trunk all but still at first. Two layers give no further factor 2, for while one
# moves the other is held.
# %% [markdown]
# Gradient descent with your gradients, on both layers. Every tenth moment is kept.
# %%
def both_layers(W, A, lr, end, keep=10):
    """Gradient descent on both layers up to the time `end`: times, heads and trunks."""
    t, heads, trunks = [], [], []
    for step in range(round(end / lr) + 1):
        if step % keep == 0:
            t.append(step * lr)
            heads.append(W)
            trunks.append(A)
        for_head, for_trunk = gradients(W, A, Gamma)
        W, A = W - lr * for_head, A - lr * for_trunk
    return np.array(t), np.array(heads), np.array(trunks)


lr = 0.01 / (4 * gamma[0])
t, heads, trunks = both_layers(W0, A0, lr, end=100)
products = heads @ trunks
lam = np.linalg.eigvalsh(products @ Gamma @ products.transpose(0, 2, 1))[:, ::-1]
features = np.linalg.eigvalsh(trunks @ Gamma @ trunks.transpose(0, 2, 1))[:, : -d - 1 : -1]
# %% mystnb={"image": {"alt": "Two panels over time, six coloured curves each. Above, the eigenvalues of C rise one after another from 0 to 1, the first at t = 23, the last at t = 76. Below, the features' eigenvalues are flat, and each rises by a factor between 3 and 7 at the moment when the eigenvalue of C of the same colour rises."}} tags=["expected:8.1"]
figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(6.4, 5.2))
for j, color in enumerate(plots.mode_colors(d)):
    above.plot(t, lam[:, j], color=color)
    below.plot(t, features[:, j], color=color, label=f"mode {j + 1}")
above.set(ylabel="eigenvalue of C")
below.legend(loc="upper left")
below.set(xlabel="time $t$ = learning rate × iterations", ylabel=r"eigenvalue of $AΓA^{\top}$")
below.set_ylim(bottom=0)
plt.show()
# %% [markdown]
# The features' eigenvalues, those of $A \Gamma A^{\top}$, wait as the modes do, and each rises when its
# mode is learned. By how much, exercise 8.5 will say. Here it is measured, after a comparison with the
# package's own descent in the middle of the third step.
# %%
# NBVAL_CHECK_OUTPUT
middle = int(np.argmin(np.abs(lam[:, 2] - 0.5)))
same = deep_linear.gradient_descent(Gamma, W0, A0, lr, 10 * middle)
assert np.allclose(same.A[-1], trunks[middle], atol=1e-3), "the two descents should go alike"
print("features, end over start:", (features[-1] / features[0]).round(2))

# %% [markdown]
# ## Exercise 8.2 · What training conserves
# *Derivation · 12 minutes · 2 points*
#
# In gradient flow both layers move at once, $dW/dt = -\partial \mathcal{L}/\partial W$ and
# $dA/dt = -\partial \mathcal{L}/\partial A$. Suppose that you know the start of both and, some time
# later, can look at the head and not at the trunk. The products of the features' weights, row $a$ of $A$
# with row $b$, are the entries of $A A^{\top}$. What is this matrix now?
#
# **Given:** the head `W` `(d, h)` at some moment, and the start, `W0` `(d, h)` and `A0` `(h, m)`. It may be
# any start; nothing is aligned.
#
# **Wanted:** $A A^{\top}$ `(h, h)` at the same moment. Neither $\Gamma$ nor the time is given, and neither
# is needed.
#
# Head and trunk are two unknowns for each mode. With what is conserved only one is left, and so
# exercises 8.3 to 8.6 can be solved.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two matrices of the same shape $(h, h)$ can be made of the layers: $W^{\top} W$ and $A A^{\top}$. How
# fast does each of them change?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\frac{d}{dt} W^{\top} W = W^{\top} \frac{dW}{dt} + \big( W^{\top} \frac{dW}{dt} \big)^{\top}$, and
# $\frac{d}{dt} A A^{\top} = \frac{dA}{dt} A^{\top} + \big( \frac{dA}{dt} A^{\top} \big)^{\top}$. Put the
# gradients of exercise 8.1 in and compare the two.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Both are $-4\, W^{\top} (C - I)\, W A \Gamma A^{\top}$ plus its transpose. So the difference
# $W^{\top} W - A A^{\top}$ stays what it was at the start.
#
# </details>
# %%
def trunk_square(W, W0, A0):
    """A Aᵀ when flow has brought the head to W. W, W0 (d, h), A0 (h, m) -> (h, h)."""
    ### BEGIN SOLUTION
    gained = W.T @ W - W0.T @ W0
    return A0 @ A0.T + gained
    ### END SOLUTION


trunk_square = check("8.2", trunk_square)

# %% [markdown] tags=["solution-only"]
# **Why.** $W^{\top}$ times the head's gradient and the trunk's gradient times $A^{\top}$ are the same
# matrix. The data enter both in the same way and drop out of the difference, whatever $\Gamma$ and the
# error are. The usual slip forgets $W_0^{\top} W_0$, which costs nothing from a small head and shows from a
# large one.
# %% [markdown]
# Now a start that is drawn at random, with a head that is not small. Flow trains both layers, and your
# function sees the head at the end.
# %%
W_drawn = 0.5 * rng.normal(size=(d, h)) / np.sqrt(h)
A_drawn = rng.normal(size=(h, m)) / np.sqrt(m)
run = deep_linear.gradient_flow(Gamma, W_drawn, A_drawn, np.linspace(0, 100, 11))
predicted = np.linalg.eigvalsh(trunk_square(run.W[-1], W_drawn, A_drawn))[::-1]
measured = np.linalg.eigvalsh(run.A[-1] @ run.A[-1].T)[::-1]
# %%
# NBVAL_CHECK_OUTPUT
before = np.linalg.eigvalsh(A_drawn @ A_drawn.T)[::-1]
print("largest eigenvalues of AAᵀ at the start:", before[:3].round(2))
print("and at the end:                         ", measured[:3].round(2))
# %%
names = [f"eigenvalue {j}" for j in (1, 2, 3, 10, 40)]
some = [0, 1, 2, 9, 39]
comparison = plots.compare(predicted[some], measured[some], names, "AAᵀ from the head alone")
assert comparison.worst < 1e-5, "in flow the difference of the squares should not move"
comparison

# %% [markdown]
# Flow conserves the difference; descent with a learning rate $\eta$ does so only nearly. In one step it
# moves by an amount of order $\eta^2$, and over the $t/\eta$ steps of a run that adds up to the order $\eta$.
# %%
# NBVAL_CHECK_OUTPUT
drift = []
for rate in (4 * lr, 2 * lr, lr):
    _, W_path, A_path = both_layers(W0, A0, rate, end=100, keep=round(100 / rate))
    difference = trunk_square(W_path[-1], W0, A0) - A_path[-1] @ A_path[-1].T
    drift.append(np.linalg.norm(difference, 2))
    print(f"η = {rate / lr:.0f} × {lr:.3f}: AAᵀ is off by {drift[-1]:.4f}")
assert np.allclose(drift, drift[-1] * np.array([4, 2, 1]), rtol=0.05), "the drift should go as η"

# %% [markdown]
# ## Exercise 8.3 · Whose work is it?
# *Derivation · 12 minutes · 2 points*
#
# From an aligned start the modes do not mix, as in chapter 2. Let $s$ be the head's singular value on one
# mode and $p$ the trunk's. With the gradients of 8.1 the flow becomes
#
# $$\begin{aligned}
# \frac{ds}{dt} &= 4 \gamma s\, p^2 (1 - \lambda), \\
# \frac{dp}{dt} &= 4 \gamma s^2 p\, (1 - \lambda), \\
# \lambda &= \gamma s^2 p^2.
# \end{aligned}$$
#
# The rate at which $\log \lambda$ grows has two parts, $\frac{2}{s} \frac{ds}{dt}$ from the head and
# $\frac{2}{p} \frac{dp}{dt}$ from the trunk. Which share of the rate is the head's when the mode has come to
# $\lambda$? The head starts at nearly nothing: take the limit $s(0) \to 0$.
#
# **Given:** values `lam` `(T,)`, $0 < \lambda \le 1$, in any order; two numbers above zero, `gamma` for
# $\gamma$ and `p0` for $p(0)$.
#
# **Wanted:** the head's share of the rate at each of these values, `(T,)`. At $\lambda = 1$, where the rate is 0, its
# limit.
#
# A prediction from the features as they are counts the head's part. The rest is what it misses.
#
# <details><summary>Hint 1: the idea</summary>
#
# The two parts are $8 \gamma p^2 (1 - \lambda)$ and $8 \gamma s^2 (1 - \lambda)$, so the share is
# $p^2 / (s^2 + p^2)$. What does 8.2 say about the $s^2$ and $p^2$ of one mode?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $p^2 - s^2 = p(0)^2$ at all times, and $s^2 p^2 = \lambda / \gamma$. That gives the sum
# $u = s^2 + p^2$, since $(s^2 + p^2)^2 = (p^2 - s^2)^2 + 4 s^2 p^2$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $u = \sqrt{p(0)^4 + 4 \lambda / \gamma}$. From $s^2 + p^2 = u$ and $p^2 - s^2 = p(0)^2$ comes
# $p^2 = (u + p(0)^2)/2$.
#
# </details>
#
# <!-- expected-figure: 8.3 -->
# %%
def head_share(lam, gamma, p0):
    """Share of the head in the rate of log λ. lam (T,), gamma and p0 numbers -> (T,)."""
    ### BEGIN SOLUTION
    u = np.sqrt(p0**4 + 4 * lam / gamma)
    return (u + p0**2) / (2 * u)
    ### END SOLUTION


head_share = check("8.3", head_share)

# %% [markdown] tags=["solution-only"]
# **Why.** The share begins at 1 and falls to $\frac12 \big( 1 + 1/\sqrt{1 + 4/(\gamma p(0)^4)} \big)$. It
# stays above one half, because $p^2$ stays ahead of $s^2$ by $p(0)^2$. The smaller $\gamma\, p(0)^4$, the
# nearer it comes. The usual slip holds $p^2$ at $p(0)^2$, takes $s^2 = \lambda / (\gamma\, p(0)^2)$, and
# gives the head too little: as $p^2$ grows, the same $\lambda$ needs less $s^2$.
# %% [markdown]
# To measure the share, move one layer at a time. From a moment of the run above take a small step with
# the head alone, then the same step with the trunk alone, and see by how much each raises
# $\log \lambda_j$. From this start $C$ is diagonal, with $\lambda_j$ in place $j$.
# %%
def measured_share(W, A, j, step=1e-5):
    """The head's part of a small step's gain in log λ_j, each layer moved alone."""
    for_head, for_trunk = gradients(W, A, Gamma)
    moved = [(W, A), (W - step * for_head, A), (W, A - step * for_trunk)]
    now, head, trunk = (np.log((W @ A @ Gamma @ A.T @ W.T)[j, j]) for W, A in moved)
    return (head - now) / (head + trunk - 2 * now)


# %% mystnb={"image": {"alt": "The head's share of the rate against λ on a log axis, for modes 1, 3 and 6. Circles, squares and diamonds, which are measured, lie on the curves of the formula. All begin near 1, fall most between λ = 0.001 and 0.1, and end between 0.54 and 0.58, above a grey line at one half. The mode with the smallest γ is lowest."}} tags=["expected:8.3"]
figure, axis = plt.subplots()
at = np.geomspace(1e-5, 1, 500)
for color, marker, j in zip(plots.SERIES, plots.MARKERS, (0, 2, 5), strict=False):
    on_the_way = np.flatnonzero((lam[:, j] > 1e-5) & (lam[:, j] < 0.98))[::3]
    shares = [measured_share(heads[k], trunks[k], j) for k in on_the_way]
    axis.semilogx(at, head_share(at, gamma[j], 1.0), color=color)
    axis.semilogx(lam[on_the_way, j], shares, marker, color=color, label=f"mode {j + 1}")
axis.axhline(0.5, color=plots.GREY)
axis.set(xlabel=r"eigenvalue $λ_j$ on its way", ylabel="head's share of the rate")
axis.set_ylim(0.45, 1.02)
axis.legend(loc="center left")
plt.show()
# %%
half = [np.argmin(np.abs(lam[:, j] - 0.5)) for j in range(d)]
theory = [head_share(lam[k, [j]], gamma[j], 1.0)[0] for j, k in enumerate(half)]
shares = [measured_share(heads[k], trunks[k], j) for j, k in enumerate(half)]
comparison = plots.compare(theory, shares, quantity="head's share at the moment nearest to λ = ½")
assert comparison.worst < 0.002, "the shares should be those of the two equations"
comparison

# %% [markdown]
# ## Exercise 8.4 · The clock of two layers
# *Derivation · 15 minutes · 3 points*
#
# Together the two parts of the rate give one equation for each mode,
#
# $$\begin{aligned}
# \frac{d\lambda}{dt} &= 8 \gamma\, u\, \lambda (1 - \lambda), \\
# u &= s^2 + p^2 = \sqrt{c^2 + 4 \lambda / \gamma}, \\
# c &= p(0)^2 - s(0)^2.
# \end{aligned}$$
#
# In chapter 2 the rate had no $u$. Here it grows while the mode is learned. When does $\lambda$ reach a
# given value?
#
# **Given:** values `lam` `(T,)` in any order, each above $\lambda(0) = \gamma\, s(0)^2 p(0)^2$ and below
# 1; three numbers above zero, `gamma`, `s0` and `p0`. The head may start above the trunk, `s0 > p0`,
# or below it, but not within a tenth of it. It may be tiny, `s0 = 1e-9`; the trunk may not, and `p0` is
# 0.1 or more.
#
# **Wanted:** for each value the time at which $\lambda$ is there, `(T,)`, to six digits. That holds for
# a tiny head too.
#
# At $\lambda = \frac12$ this is the step time of a mode whose features learn.
#
# <details><summary>Hint 1: the idea</summary>
#
# Separate the variables, as in chapter 2. The root is in the way: take $u$ as the variable instead of
# $\lambda$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $b^2 = c^2 + 4/\gamma$ you have $\lambda = \frac{\gamma}{4} (u^2 - c^2)$,
# $1 - \lambda = \frac{\gamma}{4} (b^2 - u^2)$ and $d\lambda = \frac{\gamma}{2} u\, du$. Then $u$ itself
# cancels, and partial fractions part what is left:
#
# $$\begin{aligned}
# dt &= \frac{1}{\gamma^2} \frac{du}{(u^2 - c^2)(b^2 - u^2)} \\
# &= \frac{1}{4\gamma} \left( \frac{1}{u^2 - c^2} + \frac{1}{b^2 - u^2} \right) du.
# \end{aligned}$$
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $t = \frac{1}{8 \gamma} \big( F(u) - F(u_0) \big)$ with
# $F(u) = \frac{1}{c} \log \frac{u - c}{u + c} + \frac{1}{b} \log \frac{b + u}{b - u}$ and
# $u_0 = s(0)^2 + p(0)^2$. With $-c$ in place of $c$ it is the same function, so take $|c|$.
#
# Where the head is small, $u - c$ is the difference of two nearly equal numbers. Their product
# $(u - c)(u + c) = 4 \lambda / \gamma$ is as exact as ever, and gives
# $\frac{u - c}{u + c} = \frac{4 \lambda / \gamma}{(u + c)^2}$.
#
# </details>
#
# <!-- expected-figure: 8.4 -->
# %%
def time_until(lam, gamma, s0, p0):
    """Times at which λ comes to lam. lam (T,), gamma, s0 and p0 numbers -> (T,)."""
    ### BEGIN SOLUTION
    c = np.abs(p0**2 - s0**2)
    b = np.sqrt(c**2 + 4 / gamma)

    def F(lam, u):  # the 4/γ in front of λ is the same at both ends
        growth = np.log(lam / (u + c) ** 2)
        return growth / c + np.log((b + u) / (b - u)) / b

    start = F(gamma * s0**2 * p0**2, s0**2 + p0**2)
    return (F(lam, np.sqrt(c**2 + 4 * lam / gamma)) - start) / (8 * gamma)
    ### END SOLUTION


time_until = check("8.4", time_until)

# %% [markdown] tags=["solution-only"]
# **Why.** The first logarithm is the wait: as long as $4 \lambda / \gamma$ is small beside $c^2$, the mode
# grows at the rate $8 \gamma\, (s(0)^2 + p(0)^2)$, as if the larger layer were held. The second is the end, at the
# rate $8 \gamma b$. Whoever takes $u$ out of the integral, with its value at the start or at the end, gets
# one of the two right and not the other.
# %% [markdown]
# The six modes of the digits: your clock, drawn as $\lambda$ over the time, and the descent of exercise
# 8.1 as dots. The dashed curves are chapter 2's, for a trunk that stays as it is.
# %% mystnb={"image": {"alt": "Eigenvalues of C over time for six modes. Dots of descent lie on the solid curves of the formula. Dashed curves of the same colours, for a frozen trunk, rise later and less steeply, by 3 units of time for mode 1 and 15 for mode 6."}} tags=["expected:8.4"]
figure, axis = plt.subplots()
levels = 1 / (1 + np.exp(-np.linspace(-14, 6, 300)))
times = np.linspace(0, 120, 500)
frozen = linear.embedding_eigenvalues(times, gamma, np.full(d, 1e-4))
for j, color in enumerate(plots.mode_colors(d)):
    axis.plot(time_until(levels, gamma[j], 1e-4, 1.0), levels, color=color, label=f"mode {j + 1}")
    stepping = (lam[:, j] > 0.01) & (lam[:, j] < 0.99)
    axis.plot(t[stepping], lam[stepping, j], "o", color=color)
    axis.plot(times, frozen[:, j], "--", color=color)
axis.set(xlabel="time $t$", ylabel="eigenvalue of C", xlim=(15, 120))
axis.legend(loc="lower right")
plt.show()
# %%
tau = np.array([time_until(np.array([0.5]), each, 1e-4, 1.0)[0] for each in gamma])
measured = spectra.find_steps(t, lam)
comparison = plots.compare(tau, measured, quantity="step time, both layers trained")
assert comparison.worst < 0.007, "the step times should be those of the clock"
comparison
# %% [markdown]
# And what a prediction from the features of the start would say of the same run:
# %%
# NBVAL_CHECK_OUTPUT
of_frozen = linear.step_times(gamma, np.full(d, 1e-4))
print("trained trunk over frozen trunk:", (tau / of_frozen).round(3))

# %% [markdown]
# ## Exercise 8.5 · How far do the features rise?
# *Derivation · 10 minutes · 2 points*
#
# The features of a trunk have an eigenvalue for each mode, $\varphi_j = \gamma_j p_j^2$. On a frozen trunk it stays, and sets the rate $8\varphi_j$ at which the
# head learns the mode. A trunk that learns raises it, until the mode is learned. The **raise** is the factor between the two,
#
# $$R_j = \frac{\varphi_j(\text{end})}{\varphi_j(0)} = \frac{p_j(\text{end})^2}{p_j(0)^2} .$$
#
# **Given:** `gamma` `(d,)`, all above 0, in any order, and `p0` `(d,)`, the $p_j(0) > 0$. The start is aligned and the head tiny, $s_j(0) \to 0$.
# **Wanted:** $R$, `(d,)`.
#
# The next exercise finds that the time which a mode saves depends on this number alone.
#
# <details><summary>Hint 1: the idea</summary>
#
# At the end you know two things of $s_j$ and $p_j$: what $\lambda_j = \gamma_j s_j^2 p_j^2$ has become, and what has not changed since the start.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $p_j^2 - s_j^2 = p_j(0)^2$ all along. Put $s_j^2 = x - p_j(0)^2$ with $x = p_j^2$ into $\lambda_j = 1$: a quadratic equation for $x$. Only one of its roots is above $p_j(0)^2$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\gamma x\,(x - p(0)^2) = 1$, so that $R = \frac{x}{p(0)^2} = \frac12 \left( 1 + \sqrt{1 + 4/(\gamma\, p(0)^4)} \right)$.
#
# </details>
# %%
def raise_of(gamma, p0):
    """Raise of the features of each learned mode, from a tiny head. (d,), (d,) -> (d,)."""
    ### BEGIN SOLUTION
    return (1 + np.sqrt(1 + 4 / (gamma * p0**4))) / 2
    ### END SOLUTION


raise_of = check("8.5", raise_of)

# %% [markdown] tags=["solution-only"]
# **Why not $1 + 1/(\gamma p(0)^4)$.** That is $p(0)^2 + s^2$ with the head of a frozen trunk, $s^2 = 1/(\gamma p(0)^2)$. A trunk that grows meets the head half-way, and $\lambda = 1$ comes at a
# smaller $s$. For a large trunk the two agree, and $R$ goes to 1: chapter 2. For a small one $R$ goes to $1/(\sqrt\gamma\, p(0)^2)$, where head and trunk end alike.
# %% [markdown]
# The digits, and a trunk with eight features of size 1, one for each of the first eight modes. The embedding has six dimensions. So six modes can be learned, and two wait for good.
# %%
gamma8, modes8 = linear.modes(Gamma, 8)
Q = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0]
run = deep_linear.gradient_flow(Gamma, 1e-4 * Q[:, :d].T, Q @ modes8.T, [0, 150])
phi = [np.linalg.eigvalsh(A @ Gamma @ A.T)[::-1] for A in run.A]
# %%
theory = np.append(raise_of(gamma, np.ones(d)), [1, 1])
comparison = plots.compare(theory, phi[1] / phi[0], quantity="raise of the features")
assert comparison.worst < 1e-4, "aligned features should rise as the formula says, and no others"
comparison
# %% [markdown]
# The later a mode, the larger its raise: a small $\gamma$ needs large weights, and the trunk takes its part of them. The two modes without a place keep their features as they were.

# %% [markdown]
# ## Exercise 8.6 · How much time do features save?
# *Derivation · 15 minutes · 3 points*
#
# Two trunks start alike: on one mode they have the same $p(0)$, so the same $\varphi_0 = \gamma p(0)^2$. One is frozen, and $d\lambda/dt = 8\varphi_0\, \lambda(1 - \lambda)$, as in chapter 2. The other learns:
#
# $$\begin{aligned}
# \frac{d\lambda}{dt} &= 8\gamma u\, \lambda(1 - \lambda), \\
# \gamma u &= \gamma \sqrt{p(0)^4 + 4\lambda/\gamma} = \varphi_0 \sqrt{1 + q\lambda}, \\
# q &= \frac{4}{\gamma\, p(0)^4} .
# \end{aligned}$$
#
# The smaller the head at the start, the longer both wait for $\lambda = \frac12$. But the difference of the two step times has a limit as $s(0) \to 0$, and in units of $1/8\varphi_0$ it is a function of the raise alone:
#
# $$\tau_{\text{frozen}} - \tau = \frac{S(R)}{8\varphi_0} .$$
#
# **Given:** `raised` `(d,)`, values of $R$ in any order, all at least 1. Some may be 1 exactly.
# **Wanted:** $S(R)$, `(d,)`, numbers everywhere.
#
# $R$ can be measured in any network. So you can ask of recorded ResNets whether what their features gain is what makes them early.
#
# <details><summary>Hint 1: the idea</summary>
#
# A time is an integral of $d\lambda$ over the rate. Write both step times as integrals from $\lambda(0)$ to $\frac12$ and subtract before you let $\lambda(0)$ go to 0. Then: what is $q$, if $R$ is known?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $S = \int_0^{1/2} \left( 1 - \frac{1}{\sqrt{1 + q\lambda}} \right) \frac{d\lambda}{\lambda(1 - \lambda)}$. By 8.5 $\sqrt{1 + q} = 2R - 1$; call it $B$. Either let `integrate.quad` do it, for one $R$ after the other. Or
# substitute $x = \sqrt{1 + q\lambda}$, from 1 to $v = \sqrt{(1 + B^2)/2}$. The integrand becomes $\frac{2(B^2 - 1)}{(x + 1)(B - x)(B + x)}$, which partial fractions take apart.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The fractions are $\frac{2}{x + 1} + \frac{1 - 1/B}{B - x} - \frac{1 + 1/B}{B + x}$. With $B^2 - v^2 = (B^2 - 1)/2$ their integral is
# $S = 2 \log \frac{1 + v}{2} + \left( 1 - \frac1B \right) \log 2 - \frac2B \log \frac{B + v}{B + 1}$, and that is 0 at $R = 1$ by itself.
#
# </details>
#
# <!-- expected-figure: 8.6 -->
# %%
def saved(raised):
    """S(R), the time saved in units of 1/8φ₀. raised (d,), each ≥ 1 -> (d,)."""
    ### BEGIN SOLUTION
    B = 2 * raised - 1
    v = np.sqrt((1 + B**2) / 2)
    turn = (1 - 1 / B) * np.log(2)
    return 2 * np.log((1 + v) / 2) + turn - 2 / B * np.log((B + v) / (B + 1))
    ### END SOLUTION


saved = check("8.6", saved)

# %% [markdown] tags=["solution-only"]
# **Why the start drops out.** While $\lambda$ is far below $1/q$ the features have not moved, and both trunks wait alike. What the head starts with is spent in that part, and the part is subtracted. For large $R$
# the time saved grows as $2 \log R$: from $\lambda \approx 1/q$ on a trunk that learns is soon done, while the frozen one has to multiply $\lambda$ by about $R^2$ at its old rate. **The usual slip** is to subtract rates, $\sqrt{1 + q\lambda} - 1$. Times are integrals of one over a rate.
# %% [markdown]
# Now real networks: the small ResNets of chapter 7, three seeds on digits and three on CIFAR-10. From few pairs the $\gamma_j$ of untrained features come out too large, so we take those of 12,800 pairs, which are recorded. They say when a *frozen* trunk would step. The trunk learned, and most
# steps came early. Its raise is the ratio of the features' eigenvalues, those of the last record over these, and with it your `saved` moves each prediction forward. (The last record has 500 pairs. Read off 5,120 after a second training of the six runs, the medians below are within 0.03 of the same.)
#
# Be clear about what this is. $R$ is read at the end of the very run whose steps it shall explain, so it is an **explanation and no prediction**. And it takes a formula for two linear layers and an aligned
# start to a trunk of convolutions, whose features turn.
# %%
def explain(name):
    """Of a recorded run: steps measured and predicted, what features should save, R and γ."""
    run = data.load_run(name)
    config = run.meta["config"]
    many = data.load_run(f"gamma_of_batches_{config['data']}").other["gamma"]
    gamma = many[config["seed"], -1]
    tau = np.sort(linear.step_times(gamma, training.predict_recorded(run).s0))
    raised = run.hidden_cross_eigenvalues[-1, : len(gamma)] / gamma
    if config["frozen_trunk"]:
        raised = np.ones(len(gamma))
    came = spectra.find_steps(run.t, run.cross_eigenvalues)
    return came, tau, saved(raised) / (8 * gamma), raised, gamma


# %%
kinds = {"digits": "digits_barlow_twins_s{}", "CIFAR-10": "cifar10_barlow_twins_s{}"}
recorded = {kind: [explain(name.format(k)) for k in range(3)] for kind, name in kinds.items()}
recorded["digits, frozen"] = [explain("digits_barlow_twins_frozen_trunk")]
held = explain("cifar10_barlow_twins_frozen_trunk")  # of a trunk that stays, on photographs
# %%
# NBVAL_CHECK_OUTPUT
print("median of measured / predicted       as frozen   with the raise")
for kind, explained in recorded.items():
    for came, tau, earlier, _, _ in explained:
        before, after = np.median(came / tau), np.median(came / (tau - earlier))
        print(f"{kind:36}   {before:.2f}        {after:.2f}")
ratio = np.where(np.isnan(held[0]), np.inf, held[0] / held[1])  # inf: did not come in the run
print(f"{'CIFAR-10, frozen':36}   {np.median(ratio):.2f}")
# %% [markdown]
# With the raise the medians on digits end 4 to 17 % too late, those of CIFAR-10 15 to 27 % too early. But is 1 the number to compare with? The last two rows are trunks that were *held* frozen. On digits the frozen trunk is late by about as much as the medians on the right, so there the raise accounts for most of what learning saves. On CIFAR-10 the frozen trunk is late by far more, and the raise accounts for a part of the way from there to the network. How large a part depends on where a step is read: its later eigenvalues of $C$ creep just below ½, and at ¼ it is less late. [The page of details](../book/features_details.md) finds that with the $\gamma_j$ of 500 pairs the median of CIFAR-10 comes nearly to 1, by luck.
#
# A median does not say that single steps follow the formula. Each step in the figure below is a dot: by how much it came earlier than predicted, in units of $1/8\gamma_j$, against the raise of its mode. ($\gamma_j$ of a network is that of its features, which is $\varphi_j$ here.)
# %% mystnb={"image": {"alt": "Time saved in units of one over eight gamma against the raise, on a log axis from 1 to 32. The dashed curve S of R rises from 0 to about 7. Most dots of CIFAR-10 lie on it or up to four units above it, from 2.6 at a raise of 4.5 to 10 at raises above 22, with one below zero. Most dots of digits lie at raises from 9 to 21, on the curve or up to two units below it. Ten dots of a frozen trunk stand at a raise of 1, from just below 0 down to minus 11."}} tags=["expected:8.6"]
figure, axis = plt.subplots()
R = np.geomspace(1, 32, 100)
axis.semilogx(R, saved(R), "--", color=plots.INK, label="$S(R)$")
for (kind, explained), marker in zip(recorded.items(), plots.MARKERS, strict=False):
    came, tau, _, ratio, rate = np.concatenate(explained, axis=1)
    axis.plot(ratio, 8 * rate * (tau - came), marker, alpha=0.7, label=kind)
axis.set(xlabel="raise $R$", ylabel=r"$8γ\,(τ_{\mathrm{predicted}} - τ_{\mathrm{measured}})$")
axis.set_xticks([1, 2, 5, 10, 20], labels=[1, 2, 5, 10, 20])
axis.minorticks_off()
axis.legend()
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
ratios, early = {}, {}
for kind in kinds:
    came, tau, _, ratios[kind], rate = np.concatenate(recorded[kind], axis=1)
    early[kind] = 8 * rate * (tau - came)
    theory = saved(ratios[kind])
    print(f"{kind}: {np.mean(early[kind] < theory):.0%} of the dots below the curve", end=", ")
    print(f"correlation with S(R) {np.corrcoef(theory, early[kind])[0, 1]:.1f}")
# %%
theory, measured = np.median(saved(ratios["digits"])), np.median(early["digits"])
comparison = plots.compare(theory, measured, ["median of 30 steps"], "time saved, digits")
assert comparison.worst < 0.2, "the median of the digits' steps should save most of what S says"
comparison
# %%
# NBVAL_CHECK_OUTPUT
def missing(R, saving):
    return saved(np.array([R]))[0] - saving


for kind in kinds:
    needed = optimize.brentq(missing, 1, 100, args=(np.median(early[kind]),))
    print(f"{kind}: median raise {np.median(ratios[kind]):.1f}", end=", ")
    print(f"and {needed:.1f} would save what the median step has saved")
# %% [markdown]
# So on CIFAR-10 modes with a larger raise save more of these units, and most save more than $S$ says: the median step saves what a raise nearly three times as large would. The raise is not all that makes these networks early. On digits the raises are too much alike to show a slope. The median saves about a sixth less than $S$ says there, and what makes a frozen trunk late is mixed into every dot.

# %% [markdown]
# ## Exercise 8.7 · Deeper networks
# *Predict then run · 12 minutes · 2 points*
#
# Now $L$ linear layers: the head, and $L - 1$ layers below it, which together make the features. On one mode each has a singular value, the head $a_1$ and the others $a_2, \ldots, a_L$, with
#
# $$\lambda = \gamma\, a_1^2 a_2^2 \cdots a_L^2, \qquad \frac{da_l}{dt} = 4\, \frac{\lambda}{a_l}\, (1 - \lambda) .$$
#
# ($\lambda/a_l$ has no $a_l$ below a line: one factor $a_l$ of $\lambda$ is left.) The head starts at nearly nothing, $a_1(0) \to 0$, and all others at 1.
#
# **Given:** `layers` $= L$, a whole number from 2 on, which counts the head; `gamma`, a number above 0.
# **Wanted:** the raise of the features once the mode is learned, $a_2^2 \cdots a_L^2$ at the end over the same at the start, a number.
#
# Before you compute anything, guess: with more layers, does a single one have to grow more or less? And the features, which are their product?
#
# <details><summary>Hint 1: the idea</summary>
#
# What is $d(a_l^2)/dt$? Does it depend on $l$?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# All squares grow by the same amount; call it $s^2$. So the head ends at $a_1^2 = s^2$ and each other layer at $1 + s^2$. At the end $\lambda = 1$: one equation for $s^2$, whose left side rises with it.
# `optimize.brentq(function, low, high)` finds the root; it is no larger than $1/\gamma$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Solve $\gamma\, s^2\, (1 + s^2)^{L-1} = 1$ for $s^2$ between 0 and $1/\gamma$. The raise is $(1 + s^2)^{L-1}$.
#
# </details>
#
# <!-- expected-figure: 8.7 -->
# %%
def deep_raise(layers, gamma):
    """Raise of the features with `layers` linear layers, the head included. -> number."""
    ### BEGIN SOLUTION
    below = layers - 1
    s2 = optimize.brentq(lambda s2: gamma * s2 * (1 + s2) ** below - 1, 0, 1.0 / gamma)
    return (1 + s2) ** below
    ### END SOLUTION


deep_raise = check("8.7", deep_raise)

# %% [markdown] tags=["solution-only"]
# **Why.** $d(a_l^2)/dt = 8\lambda(1 - \lambda)$ for every layer, and the $L$ squares differ by what they differed by at the start. Each layer grows less the more there are. Their product grows more: it is $1/(\gamma s^2)$, and
# $s^2$ falls. The usual slip is to raise the factor of two layers to the power $L - 1$, which lets each of many grow as if it were alone.
# %% [markdown]
# Run it: three modes of the digits, stacks of two to five layers, plain gradient descent on all entries of all matrices. The lowest layer begins as the modes themselves, those in between as rotations.
# %%
def product(stack):
    """The layers of a stack as one matrix, lowest layer first."""
    return functools.reduce(lambda below, layer: layer @ below, stack)


def make_stack(layers, seed=0):
    """Matrices of an aligned start, the lowest one first and the head last."""
    rng = np.random.default_rng(seed)
    between = [np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(layers - 2)]
    below = [modes[:, :3].T, *between]
    head = 1e-4 * (product(below) @ modes[:, :3]).T
    return [torch.tensor(M, requires_grad=True) for M in (*below, head)]


# %%
def train_stack(layers, lr=0.02, steps=3750):
    """λ over the steps, (steps + 1, 3), and the features' raises at the end, (3,)."""
    stack, moment, lam = make_stack(layers), torch.tensor(Gamma), []
    for _ in range(steps + 1):
        network = product(stack)
        C = network @ moment @ network.T
        lam.append(torch.linalg.eigvalsh(C.detach()).flip(0).numpy())
        loss = ((C - torch.eye(3, dtype=C.dtype)) ** 2).sum()
        slopes = torch.autograd.grad(loss, stack)
        with torch.no_grad():
            for M, slope in zip(stack, slopes, strict=True):
                M -= lr * slope
    F = product(stack[:-1]).detach().numpy()
    return np.array(lam), np.linalg.eigvalsh(F @ Gamma @ F.T)[::-1] / gamma[:3]


# %%
depths = (2, 3, 4, 5)
stacks = {layers: train_stack(layers) for layers in depths}
# %% mystnb={"image": {"alt": "Eigenvalue of mode 1 over time. With a frozen trunk it rises from near 0 to 1 around t = 26. With two, three, four and five layers the rise comes earlier and ever steeper, at 23.2, 22.1, 21.5 and 21.1."}} tags=["expected:8.7"]
figure, axis = plt.subplots()
t = 0.02 * np.arange(3751)
frozen = linear.embedding_eigenvalues(t, gamma[:1], [1e-4])[:, 0]
axis.plot(t, frozen, "--", color=plots.INK, label="frozen")
for color, marker, layers in zip(plots.SERIES, plots.MARKERS, depths, strict=False):
    rise = stacks[layers][0][:, 0]
    axis.plot(t, rise, color=color, marker=marker, markevery=0.1, label=f"{layers} layers")
axis.set(xlabel="time $t$ = learning rate × iterations", ylabel="$λ_1$", xlim=(15, 32))
axis.legend()
plt.show()
# %%
names = [f"{layers} layers, mode {j}" for layers in depths for j in (1, 3)]
# Python's own numbers: NumPy's times a polynomial of np.poly1d would be arrays.
theory = [deep_raise(layers, float(gamma[j])) for layers in depths for j in (0, 2)]
measured = np.concatenate([raised[[0, 2]] for _, raised in stacks.values()])
# %%
comparison = plots.compare(theory, measured, names, "raise of the features")
assert comparison.worst < 0.01, "descent should end within 1 % of the flow"
comparison
# %%
for layers, (_, raised) in stacks.items():
    each = raised[0] ** (1 / (layers - 1))  # all layers below the head start alike and gain alike
    print(f"{layers} layers, mode 1: each layer's square {each:.2f}, the features {raised[0]:.2f}")
# %% [markdown]
# That answers the guess. With more layers a single one has to grow less, and the features, which are their product, grow more.

# %% [markdown]
# ## Exercise 8.8 · A network's own rates
# *Code · 17 minutes · 4 points*
#
# No ResNet is aligned, and none is linear. Yet there is a rate that needs neither. On fixed pairs the eigenvalues $\lambda_j$ of $C$ are functions of all weights $\theta$ of a network, and the loss is
# $\sum_k (\lambda_k - 1)^2$. In gradient flow, $d\theta/dt = 2 \sum_k (1 - \lambda_k) \nabla\lambda_k$, they move by
#
# $$\frac{d\lambda_j}{dt} = 2 \sum_k (1 - \lambda_k)\, \nabla\lambda_j \cdot \nabla\lambda_k .$$
#
# The term $k = j$ is what the mode does for itself. Divided by $\lambda_j$ it is $8\gamma_j^{\text{own}} (1 - \lambda_j)$, as in chapter 2, with the network's **own rate**
#
# $$\gamma_j^{\text{own}} = \frac{\lVert \nabla\lambda_j \rVert^2}{4\lambda_j} .$$
#
# **Given:** a `model`, which turns inputs `(k, m)` into embeddings `(k, d)`; the pairs `x1`, `x2` `(n, m)`. All are PyTorch's, of one precision. As in exercise 7.2 both views go through the model *together* (a batch-norm has one mean for both), the embeddings are centred on the mean of all
# $2n$, and $C = (z_1^{\top} z_2 + z_2^{\top} z_1)/2n$. Its eigenvalues are above 0 and no two are equal.
# **Wanted:** a tuple `(lam, gamma)` of the $\lambda_j$, largest first, and the $\gamma_j^{\text{own}}$ in the same order, `(d,)` each, NumPy arrays or tensors without a graph. The gradient is by the weights that are trained, those with `requires_grad`. The model's weights stay as they are.
#
# It follows any network along its training, and says how much of the growth of a mode is its own.
#
# <details><summary>Hint 1: the idea</summary>
#
# Each $\lambda_j$ is a number that PyTorch can differentiate: $d$ numbers, $d$ backward passes.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `torch.linalg.eigvalsh(C)` has gradients; it gives the smallest eigenvalue first, and `.flip(0)` turns the order. `torch.autograd.grad(value, weights, retain_graph=True)` gives one gradient for each tensor of weights, adds
# nothing to `.grad`, and keeps the graph for the next eigenvalue.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\lVert \nabla\lambda_j \rVert^2$ is the sum of the squares of all entries of all these gradients. Divide by $4\lambda_j$. `.detach()` leaves the graph behind.
#
# </details>
#
# <!-- expected-figure: 8.8 -->
# %%
def own_rates(model, x1, x2):
    """Eigenvalues of C, descending, and the model's own rates. x1, x2 (n, m) -> (d,), (d,)."""
    ### BEGIN SOLUTION
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(x1))
    lam = torch.linalg.eigvalsh(C).flip(0)
    weights = [w for w in model.parameters() if w.requires_grad]
    squares = []
    for value in lam:
        slopes = torch.autograd.grad(value, weights, retain_graph=True)
        squares.append(sum((slope**2).sum() for slope in slopes))
    lam = lam.detach()
    return lam.numpy(), (torch.stack(squares) / (4 * lam)).numpy()
    ### END SOLUTION


own_rates = check("8.8", own_rates)

# %% [markdown] tags=["solution-only"]
# **Why the eigenvectors need no care.** $\lambda_j = u_j^{\top} C u_j$ with a unit vector $u_j$. As weights move, $u_j$ turns, and a unit vector turns at right angles to itself: $2 u_j^{\top} C\, du_j = 2\lambda_j u_j^{\top} du_j = 0$. So the
# gradient of $u_j^{\top} C u_j$ with $u_j$ held fixed is the same. **What is left out** are the terms $k \ne j$. The head's weights bring none: row $u_j^{\top} W$ of the head belongs to output $j$ alone. The trunk is shared.
# %% [markdown]
# First where the answer is known. Two aligned linear layers have $\gamma_j(s_j^2 + p_j^2)$, the head's part $\gamma_j p_j^2$ and the trunk's part $\gamma_j s_j^2$. The digits again, at $t = 28$: one mode is learned, the second
# is on its way, four wait. (Later two are learned, and both $\lambda_j$ are 1 up to rounding. Equal eigenvalues have no eigenvectors of their own, so the machine's rounding would decide which rates are found.)
# %%
run = deep_linear.gradient_flow(Gamma, 1e-4 * Q[:, :d].T, Q @ modes8.T, [0, 28])
W, A = run.W[-1], run.A[-1]
# %%
model = nn.Sequential(nn.Linear(64, 8, bias=False), nn.Linear(8, d, bias=False)).double()
for layer, weights in zip(model, (A, W), strict=True):
    layer.weight.data = torch.tensor(weights)
lam, rates = own_rates(model, torch.tensor(x1), torch.tensor(x2))
# %%
s2, p2 = np.sum(W**2, axis=1), np.sum((A @ modes) ** 2, axis=0)
comparison = plots.compare(gamma * (s2 + p2), rates, quantity="own rate of two linear layers")
assert comparison.worst < 1e-4, "own rates of aligned linear layers should be γ(s² + p²)"
comparison
# %% [markdown]
# Now a network that no formula of this book solves: 64 ReLU units on 200 pairs of digits, a small trunk and a small head, gradient descent on all weights. At every tenth step we ask it for its own rates.
# %%
a, b = (torch.tensor(x[:200]) for x in (x1, x2))


def make_network(size, seed=0):
    """64 ReLU units whose weights start at `size`, and a small head on them."""
    draws = torch.Generator().manual_seed(seed)
    trunk, head = nn.Linear(64, 64, bias=False), nn.Linear(64, d, bias=False)
    network = nn.Sequential(trunk, nn.ReLU(), head).double()
    trunk.weight.data.normal_(std=size, generator=draws)
    head.weight.data.normal_(std=0.01 / 8, generator=draws)
    return network


# %%
def features(network):
    """The γ of the trunk's features as they are, (d,), and their modes."""
    with torch.no_grad():
        h = network[:2](torch.cat([a, b]))
    h1, h2 = (h - h.mean(dim=0)).numpy().reshape(2, len(a), -1)
    return linear.modes(linear.cross_moment(h1, h2), d)


# %%
def follow(network, lr, steps=1500):
    """Train, and look at every tenth step: times (T,), λ (T, d) and own rates (T, d)."""
    records, weights = [], list(network.parameters())
    for step in range(steps + 1):
        if step % 10 == 0:
            lam, rates = own_rates(network, a, b)
            records.append((lr * step, np.asarray(lam), np.asarray(rates)))
        z = network(torch.cat([a, b]))
        pairs = (z - z.mean(dim=0)).chunk(2)
        loss = losses.barlow_twins(*pairs, lam=1.0, normalize=False)
        slopes = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, slope in zip(weights, slopes, strict=True):
                weight -= lr * slope
    return [np.array(column) for column in zip(*records, strict=True)]


# %%
network = make_network(size=0.25)
phi, v = features(network)
tau = linear.step_times(phi, linear.effective_init(network[2].weight.detach().numpy(), v))
times, lams, own = follow(network, lr=0.04)
# %% [markdown]
# If a mode grew by its own doing alone, then $\log \lambda_j(t)$ would be $\log \lambda_j(0) + \int_0^t 8\gamma_j^{\text{own}} (1 - \lambda_j)\, dt'$. Dashed is that sum. It takes all rates from the run itself, so it again predicts nothing. It
# tells what is *in* the growth. In the right panel, look at each rate up to its step: behind it several $\lambda_j$ are 1, and which of them is called $j$ changes.
# %%
grown = integrate.cumulative_trapezoid(8 * own * (1 - lams), times, axis=0, initial=0)
# %% mystnb={"image": {"alt": "Left: logarithms of six eigenvalues over time, from between minus 13 and minus 16 up to 0, each with a dashed line of its own doing that lies on it. Right: the six own rates over time on a log axis. They start between 0.03 and 0.1; the last first falls to 0.014. Each rises steeply while its mode is learned, the first at t = 11, the last at t = 52. Behind that some curves jump where they change places, and they end between 0.2 and 0.5."}} tags=["expected:8.8"]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for j, color in enumerate(plots.mode_colors(d)):
    left.plot(times, np.log(lams[:, j]), color=color)
    left.plot(times, np.log(lams[0, j]) + grown[:, j], "--", color=plots.INK, linewidth=1)
    right.semilogy(times, own[:, j], color=color)
left.set(xlabel="time $t$ = learning rate × iterations", ylabel=r"$\log λ_j$")
right.set(xlabel="time $t$", ylabel=r"$γ_j^{\mathrm{own}}$")
right.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], labels=[0.02, 0.05, 0.1, 0.2, 0.5])
right.minorticks_off()
left.plot([], [], "--", color=plots.INK, linewidth=1, label="own doing")
left.legend(loc="lower right")
plt.show()
# %%
steps = spectra.find_steps(times, lams)
measured, theory = ([np.interp(t, times, y) for t, y in zip(steps, curves.T, strict=True)]
                    for curves in (np.log(lams / lams[0]), grown))  # fmt: skip
# %%
title = "log of the growth up to the step, own doing as theory"
comparison = plots.compare(theory, measured, quantity=title)
assert comparison.worst < 0.015, "own doing should be all of the growth but for a per cent"
comparison
# %% [markdown]
# Now beside the same trunk held frozen, which the features of the start and chapter 3 answer for: `phi` are its $\gamma_j$, and `tau` its step times.
# %%
at_step = np.array([np.interp(t, times, rate) for t, rate in zip(steps, own.T, strict=True)])
raised = features(network)[0] / phi
moved = tau - saved(raised) / (8 * phi)
# %%
# NBVAL_CHECK_OUTPUT
print("own rate at the step / γ of the frozen trunk:", (at_step / phi).round(1))
print("steps, measured / trunk frozen:              ", (steps / np.sort(tau)).round(2))
print("steps, measured / with the raise (8.6):      ", (steps / np.sort(moved)).round(2))
# %% [markdown]
# By its step each mode has an own rate 1.8 to 3.9 times as large as the $\gamma_j$ of the features at the start, and comes earlier by 5 to 17 %. Followed along, the own rates account for the growth of every mode here to about one
# per cent; the rest is what modes do to each other, the finite steps, and the sum in place of the integral. And the raise of exercise 8.6, read at the end, moves all six steps to within 7 % of where they came.
#
# (What the curves on the right do at first, the last one for half of its wait, is no learning of features: on a frozen trunk they do the same. An eigenvalue of $C$ at a random start is a mix of modes, and so is its rate, until the
# fastest of them has taken over.) This is one network of one hidden
# layer, one seed, fixed pairs: the page asks the same of ResNets.

# %% [markdown]
# ## What you have now
#
# From an aligned start features that learn make every step come earlier than a frozen trunk, and you can say by how much. With the measured raise you can say it for a small ResNet on digits, in the median and against a trunk that is held frozen; on CIFAR-10 the raise is not all. And you can follow the rate of a
# mode in any network that you can differentiate. What you cannot do yet is say before training how far the features of a ResNet will rise.
#
# To try: a larger trunk, and a learning rate that is smaller by as much as its rates are larger. How much of all this is left?
# %%
network = make_network(size=1.0)
phi, v = features(network)
tau = linear.step_times(phi, linear.effective_init(network[2].weight.detach().numpy(), v))
times, lams, own = follow(network, lr=0.0025)
steps = spectra.find_steps(times, lams)
# %%
print("steps, measured / trunk frozen:", (steps / np.sort(tau)).round(2))
print("raise of the features:         ", (features(network)[0] / phi).round(2))
