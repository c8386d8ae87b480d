# %% [markdown]
# # 8 · Features that learn: exercises
#
# In chapter 2 one layer of weights was trained on inputs that stay as they are. Chapter 7's predictions
# treated a network so: they took its features from the start of training, and most steps came earlier
# than predicted. Here a second layer is trained as well, the one that makes the features. From an
# aligned start it can still be solved: what training conserves, how fast a mode grows, how much of that
# is the features' doing, and how much time it saves.
#
# Eight exercises, 105 minutes, 20 points. Exercises 8.2 to 8.6 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch

from stepwise_ssl import data, deep_linear, linear, plots, spectra, views
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
# place of $\Gamma$: for a held trunk nothing is new. The trunk's has $W^{\top}$ in front, so a head of size
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
# %% mystnb={"image": {"alt": "Two panels over time, six coloured curves each. Above, the eigenvalues of C rise one after another from 0 to 1, the first at t = 23, the last at t = 77. Below, the features' eigenvalues are flat, and each rises by a factor between 3 and 7 at the moment when the eigenvalue of C of the same colour rises."}} tags=["expected:8.1"]
figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(6.4, 5.2))
for j, color in enumerate(plots.mode_colors(d)):
    above.plot(t, lam[:, j], color=color)
    below.plot(t, features[:, j], color=color, label=f"mode {j + 1}")
above.set(ylabel="eigenvalue of C")
below.legend(loc="upper left")
below.set(xlabel="time $t$ = learning rate × steps", ylabel=r"eigenvalue of $AΓA^{\top}$")
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
# It leaves one unknown a mode where two layers move, and with one unknown exercises 8.3 to 8.6 can be
# solved.
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
# $$\frac{ds}{dt} = 4 \gamma s\, p^2 (1 - \lambda), \qquad \frac{dp}{dt} = 4 \gamma s^2 p\, (1 - \lambda), \qquad
# \lambda = \gamma s^2 p^2.$$
#
# The rate at which $\log \lambda$ grows has two parts, $\frac{2}{s} \frac{ds}{dt}$ from the head and
# $\frac{2}{p} \frac{dp}{dt}$ from the trunk. Which share of the rate is the head's when the mode has come to
# $\lambda$? The head starts at nearly nothing: take the limit $s(0) \to 0$.
#
# **Given:** values `lam` `(T,)`, $0 < \lambda \le 1$, in any order; two numbers above zero, `gamma` for
# $\gamma$ and `p0` for $p(0)$.
#
# **Wanted:** the head's share of the rate at each of these values, `(T,)`.
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


# %% mystnb={"image": {"alt": "The head's share of the rate against λ on a log axis, for modes 1, 3 and 6. Dots measured lie on the curves of the formula. All begin near 1, fall most between λ = 0.001 and 0.1, and end between 0.54 and 0.58, above a grey line at one half. The mode with the smallest γ is lowest."}} tags=["expected:8.3"]
figure, axis = plt.subplots()
at = np.geomspace(1e-5, 1, 500)
for color, j in zip(plots.SERIES, (0, 2, 5), strict=False):
    on_the_way = np.flatnonzero((lam[:, j] > 1e-5) & (lam[:, j] < 0.98))[::3]
    shares = [measured_share(heads[k], trunks[k], j) for k in on_the_way]
    axis.semilogx(at, head_share(at, gamma[j], 1.0), color=color, label=f"mode {j + 1}")
    axis.semilogx(lam[on_the_way, j], shares, "o", color=color)
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
# $$\frac{d\lambda}{dt} = 8 \gamma\, u\, \lambda (1 - \lambda), \qquad
# u = s^2 + p^2 = \sqrt{c^2 + 4 \lambda / \gamma}, \qquad c = p(0)^2 - s(0)^2.$$
#
# In chapter 2 the rate had no $u$. Here it grows while the mode is learned. When does $\lambda$ reach a
# given value?
#
# **Given:** values `lam` `(T,)` in any order, each above $\lambda(0) = \gamma\, s(0)^2 p(0)^2$ and below
# 1; three numbers above zero, `gamma`, `s0` and `p0`. The head may start above the trunk, `s0 > p0`,
# or below it, but not equal to it.
#
# **Wanted:** for each value the time at which $\lambda$ is there, `(T,)`. It must be a number for
# `s0 = 1e-9` too.
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
# $$dt = \frac{1}{\gamma^2} \frac{du}{(u^2 - c^2)(b^2 - u^2)}, \qquad
# \frac{1}{(u^2 - c^2)(b^2 - u^2)} = \frac{\gamma}{4} \left( \frac{1}{u^2 - c^2} + \frac{1}{b^2 - u^2} \right).$$
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
# grows at the rate $8 \gamma\, (s(0)^2 + p(0)^2)$, as if the trunk were held. The second is the end, at the
# rate $8 \gamma b$. Whoever takes $u$ out of the integral, with its value at the start or at the end, gets
# one of the two right and not the other.
# %% [markdown]
# The six modes of the digits: your clock, drawn as $\lambda$ over the time, and the descent of exercise
# 8.1 as dots. The dashed curves are chapter 2's, for a trunk that stays as it is.
# %% mystnb={"image": {"alt": "Eigenvalues of C over time for six modes. Dots of descent lie on the solid curves of the formula. Dashed curves of the same colours, for a held trunk, rise later and less steeply, by 3 units of time for mode 1 and 15 for mode 6."}} tags=["expected:8.4"]
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
held = linear.step_times(gamma, np.full(d, 1e-4))
print("trained trunk over held trunk:", (tau / held).round(3))
