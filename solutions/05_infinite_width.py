# %% [markdown]
# # 5 · Infinitely wide networks: exercises
#
# A network of one hidden layer moves its features while it learns, and no chapter so far can say where to.
# But make it wider and wider, and they stand still: training becomes that of chapter 4, with a kernel that
# you compute in a few lines. You compute it in three ways, predict the steps of real networks, and
# find out why wide is not wide enough when the start is too small.
#
# Nine exercises, 130 minutes, 22 points. Exercises 5.2, 5.4, 5.5, 5.7 and 5.9 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
from scipy import integrate

from stepwise_ssl import data, kernels, linear, ntk, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data are 100 pairs of digits, 64 pixels of mean square 1. `both` holds all 200 views, the first
# views above the second ones. `few` are six of them, for kernels that one can print.
# %%
n, d, m = 100, 5, 64
x1, x2 = (8 * x for x in views.make_pairs(data.load_images("digits"), n=n, seed=0))
both = np.vstack([x1, x2])
few = both[:6]


# %% [markdown]
# ## Exercise 5.1 · The tangent kernel of any function
# *Code · 8 minutes · 2 points*
#
# A function $f_\theta(x)$ with $d$ outputs has $M$ parameters, $\theta$ $(M,)$. Its **neural tangent kernel** is the
# product of two gradients, here as a mean over the outputs:
#
# $$\Theta(x, x') = \frac1d \sum_{a=1}^{d} \sum_{p=1}^{M}
# \frac{\partial f_a(x)}{\partial \theta_p}\, \frac{\partial f_a(x')}{\partial \theta_p} .$$
#
# **Given:** `f`, a function: `f(theta, X)` is `(n, d)` for `theta` `(M,)` and `X` `(n, m)`. You see no formula of it.
# **Wanted:** $\Theta$ between all rows of `X`, `(n, n)`, to four digits. Nothing but calls of `f`.
#
# Slow, and free of any theory: the kernels derived later can be checked against it.
#
# <details><summary>Hint 1: the idea</summary>
#
# Move one parameter by a little, see how all outputs at all inputs move.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# For each $p$ the difference quotient is an array `(n, d)`: the derivatives of all outputs at all inputs by $\theta_p$.
# Its product with its own transpose, `(n, n)`, sums over the outputs. Add these up over $p$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $J_p = [f(\theta + h e_p, X) - f(\theta - h e_p, X)]/2h$ with $e_p$ the $p$-th unit vector and $h = 10^{-5}$;
# $\Theta = \frac1d \sum_p J_p J_p^{\top}$.
#
# </details>
# %%
def tangent_kernel(f, theta, X):
    """Θ by finite differences. f(theta, X) is (n, d); theta (M,), X (n, m) -> (n, n)."""
    ### BEGIN SOLUTION
    h, kernel = 1e-5, 0
    for p in range(len(theta)):
        step = np.zeros(len(theta))
        step[p] = h
        J = (f(theta + step, X) - f(theta - step, X)) / (2 * h)
        kernel = kernel + J @ J.T
    return kernel / J.shape[1]
    ### END SOLUTION


tangent_kernel = check("5.1", tangent_kernel)

# %% [markdown] tags=["solution-only"]
# **Why the mean.** Each output has a kernel of its own, $\Theta_{aa}$. In a wide network they are nearly equal, and
# their mean is the estimate with the least noise. What lies between two outputs, $\Theta_{ab}$, is left out here and
# comes back in exercise 5.6.
# %% [markdown]
# Three ways to one kernel, for a network with one hidden layer of 64 ReLU units: your differences, exact
# gradients by `torch.func`, and the formula for infinitely many units, which exercises 5.2 and 5.3 derive. The network is in **NTK parametrisation**: all weights are drawn from
# $\mathcal N(0, 1)$, and a layer multiplies by $\sqrt 2 / \sqrt{\text{inputs}}$.
# %%
network = ntk.MLP((m, 64, d), seed=0)
W, V = (w.detach().numpy() for w in network.weights)
theta0 = np.concatenate([W.ravel(), V.ravel()])


def one_layer(theta, X):
    W, V = theta[: 64 * m].reshape(64, m), theta[64 * m :].reshape(d, 64)
    hidden = np.maximum(X @ W.T * np.sqrt(2 / m), 0)
    return hidden @ V.T * np.sqrt(2 / 64)


# %%
by_differences = tangent_kernel(one_layer, theta0, few)
by_gradients = ntk.empirical_ntk(network, few)
limit = kernels.relu_mlp_kernel(few, few, depth=1)[1]
size = np.linalg.norm(by_gradients)
apart = np.linalg.norm(by_differences - by_gradients) / size
assert apart < 1e-5, "differences and gradients should agree to five digits"
# %%
# NBVAL_CHECK_OUTPUT
print(f"differences and gradients agree to five digits: {apart < 1e-5}")
print(f"infinite width is {np.linalg.norm(limit - by_gradients) / size:.0%} away")


# %% [markdown]
# ## Exercise 5.2 · Two means
# *Derivation · 22 minutes · 3 points*
#
# A hidden unit sees input $x$ as $u = w \cdot x$ and input $x'$ as $v = w \cdot x'$, with normal random weights $w$.
# So $(u, v)$ is a normal pair with mean 0 and the covariance $\begin{pmatrix} k_{11} & k_{12} \\ k_{12} & k_{22} \end{pmatrix}$. A mean over
# very many units is an expectation of this pair. The page has the two means for the ReLU. Many networks let a little through below zero: the **leaky** ReLU with slope $a$,
#
# $$\sigma(u) = \begin{cases} u & u > 0 \\ a u & u < 0 \end{cases} ,$$
#
# has the means $\mathbb E[\sigma(u) \sigma(v)]$ and $\mathbb E[\sigma'(u) \sigma'(v)]$.
#
# **Given:** `k11`, `k12`, `k22`, arrays of one shape, and `a`, a number from 0 to 1. **Wanted:** a tuple of the two means, arrays of that shape. Parallel
# inputs, $k_{12}^2 = k_{11} k_{22}$ up to rounding, and zero vectors, $k_{12} = 0$ with $k_{11} = 0$ or $k_{22} = 0$ or both, must give numbers.
#
# All of infinite width rests on these two.
#
# <details><summary>Hint 1: the idea</summary>
#
# A leaky ReLU is a part of the identity and a part of the ReLU. What are the means of the parts?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\sigma(u) = a u + (1 - a) \max(u, 0)$. Multiply out. By symmetry $\mathbb E[u \max(v, 0)] = k_{12}/2$, and $\mathbb E[\max(u, 0)\max(v, 0)]$ is on the page. For the angle
# use `np.arctan2`, which needs no division.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $r = \sqrt{\max(k_{11}k_{22} - k_{12}^2,\, 0)}$, $\theta = \mathrm{atan2}(r, k_{12})$, $p = \frac12 - \frac{\theta}{2\pi}$. Then
# $\mathbb E[\sigma'\sigma'] = a + (1 - a)^2\, p$ and $\mathbb E[\sigma\sigma] = a\, k_{12} + (1 - a)^2 \left(\frac{r}{2\pi} + p\, k_{12}\right)$.
#
# </details>
# %%
def relu_means(k11, k12, k22, a=0.0):
    """(E[σ(u)σ(v)], E[σ'(u)σ'(v)]), σ with slope a below 0. Arrays of one shape -> two of it."""
    ### BEGIN SOLUTION
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    both_on = 0.5 - np.arctan2(r, k12) / (2 * np.pi)
    product = r / (2 * np.pi) + both_on * k12
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * both_on
    ### END SOLUTION


relu_means = check("5.2", relu_means)

# %% [markdown] tags=["solution-only"]
# **Why it is so simple.** The squares of the identity's part and the two mixed products add up: $a^2 k_{12} + 2a(1 - a)\, k_{12}/2 = a k_{12}$. At $a = 1$ the network is linear.
#
# **Why atan2.** $\theta = \arccos(k_{12}/\sqrt{k_{11}k_{22}})$ is the same angle. But rounding can make its argument
# $1 + 2 \cdot 10^{-16}$, which has no arc cosine, and a zero vector gives $0/0$.
# %% [markdown]
# What they are means of: a million random leaky units with $a = 0.2$, at two of the digits.
# %%
rng = np.random.default_rng(0)
k = 2 * few[:2] @ few[:2].T / m
u, v = np.linalg.cholesky(k) @ rng.normal(size=(2, 1_000_000))
# %%
want = np.ravel(relu_means(k[:1, 0], k[:1, 1], k[1:, 1], 0.2))
slopes = np.where(u > 0, 1, 0.2) * np.where(v > 0, 1, 0.2)
got = (np.mean(slopes * u * v), np.mean(slopes))
comparison = plots.compare(want, got, ["E[σσ]", "E[σ'σ']"], "a million units")
assert comparison.worst < 0.01, "a million draws should come within a per cent"
comparison


# %% [markdown]
# ## Exercise 5.3 · The recursion
# *Code · 15 minutes · 3 points*
#
# Two kernels go through the layers together. $K$ is the mean product of what a layer hands on for two inputs: at the end, the
# covariance of an output over random weights (**NNGP**, the neural network Gaussian process). $\Theta$ is the tangent kernel. Both start from the inputs, $K = x \cdot x'/m$ and $\Theta = 0$.
#
# $$\begin{aligned}
# \text{dense:} \quad K &\leftarrow \sigma_w^2 K + \sigma_b^2, \\
# \Theta &\leftarrow K + \sigma_w^2 \Theta \ \ (\text{the new } K), \\
# \text{ReLU:} \quad K &\leftarrow \mathbb E[\sigma(u)\sigma(v)], \\
# \Theta &\leftarrow \mathbb E[\sigma'(u)\sigma'(v)]\, \Theta .
# \end{aligned}$$
#
# From here on $\sigma$ is the ReLU, $a = 0$. The new $K$ in a dense layer's $\Theta$ comes from the gradient by its own weights and biases; the rest is the gradient by what lies
# before, carried through.
#
# **Given:** `X` `(n, m)`, `depth` hidden layers, `W_std` $= \sigma_w$ and `b_std` $= \sigma_b$. The network is dense, then `depth` times ReLU and
# dense. **Wanted:** the tuple `(K, Theta)` between all rows, `(n, n)` each.
#
# With it every experiment below has its theory.
#
# <details><summary>Hint 1: the idea</summary>
#
# Your `relu_means` needs $k_{11}$ and $k_{22}$ beside $K$, as arrays of $K$'s shape: the diagonal of $K$ as a column, repeated to the
# right, and as a row, repeated downwards. `np.broadcast_arrays` does that.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# First dense layer: $K = \sigma_w^2 XX^{\top}/m + \sigma_b^2$ and $\Theta = K$. Then a loop of `depth` rounds: both means from the
# present $K$, then the ReLU line, then the dense line.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# In a round: `product, both_on = relu_means(...)`; $K \leftarrow \sigma_w^2\, \text{product} + \sigma_b^2$;
# $\Theta \leftarrow K + \sigma_w^2\, \text{both\_on} \cdot \Theta$, entry by entry, with the new $K$.
#
# </details>
# %%
def wide_kernels(X, depth, W_std, b_std):
    """(NNGP, NTK) of an infinitely wide ReLU network. X (n, m) -> (n, n), (n, n)."""
    ### BEGIN SOLUTION
    K = W_std**2 * X @ X.T / X.shape[1] + b_std**2
    Theta = K
    for _ in range(depth):
        k = np.broadcast_to(np.diag(K), K.shape)
        product, both_on = relu_means(k.T, K, k)
        K = W_std**2 * product + b_std**2
        Theta = K + W_std**2 * both_on * Theta
    return K, Theta
    ### END SOLUTION


wide_kernels = check("5.3", wide_kernels)

# %% [markdown] tags=["solution-only"]
# **What to see in it.** At $x = x'$, with $\sigma_w = \sqrt 2$ and no bias, a ReLU halves both kernels and the next $\sigma_w^2 = 2$ doubles them: $K$ keeps its
# value $k$ behind all dense layers, and $\Theta = (\text{depth} + 1)\, k$. Every layer adds the same share to the kernel.
# %% [markdown]
# Random networks of growing width against your limit, two hidden layers, six draws each. How fast does
# the distance fall?
# %%
widths = np.array([32, 128, 512])
limit = wide_kernels(few, 2, 2**0.5, 0.1)[1]
error = []
for N in widths:
    networks = [ntk.MLP((m, N, N, d), b_std=0.1, seed=seed) for seed in range(6)]
    off = [np.linalg.norm(ntk.empirical_ntk(net, few) - limit) for net in networks]
    error.append(np.sqrt(np.mean(np.square(off))) / np.linalg.norm(limit))
# %%
slope = np.polyfit(np.log(widths), np.log(error), 1)[0]
comparison = plots.compare(-0.5, slope, ["slope"], "log error against log width")
assert comparison.worst < 0.2, "the distance should fall about as 1/√N"
comparison


# %% [markdown]
# ## Exercise 5.4 · Where a network starts
# *Derivation · 20 minutes · 3 points*
#
# In the limit the network is the kernel machine of chapter 4 with $\tilde K = \Theta$ $(2n, 2n)$ between all training views, and
# $\gamma_j$, $b_j$ the eigenvalues and eigenvectors of $K_\Gamma = \tilde K^{1/2} P \tilde K^{1/2}/2n$; $P$ swaps first and second views. But its start is no small random matrix $A$. It is what the
# random network happens to say of the views: embeddings $F_0$.
#
# Here a row of $F_0$ is a view; on the page a column is one, so the page's $F_0$ is our $F_0^{\top}$.
# The weights in the span of the training views are $\tilde W$ with $F_0^{\top} = \tilde W(0) \tilde K^{1/2}$. Chapter 3 then takes the QR decomposition of the
# columns $\tilde W(0) b_j$.
#
# **Given:** `F0` `(2n, d)`, a row a view, first views above second ones, and `K` `(2n, 2n)`, which is $\tilde K$ (the NTK, not the $K$ of exercise 5.3) and may be singular. **Wanted:** the effective $s_j(0)$ of the first $d$ modes, `(d,)`.
#
# It turns a network before training into a list of step times.
#
# <details><summary>Hint 1: the idea</summary>
#
# $\tilde W(0) b_j = F_0^{\top} \tilde K^{-1/2} b_j$. The inverse root is a bad idea where $\tilde K$ is nearly singular. What
# does the eigenvector equation of $K_\Gamma$ say of $\tilde K^{-1/2} b_j$?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\tilde K^{1/2} P \tilde K^{1/2} b_j = 2n\gamma_j b_j$, multiplied by $\tilde K^{-1/2}$ from the left, has what you need on its right side.
# (If $\tilde K$ is singular, this holds but for a vector that $\tilde K^{1/2}$ maps to 0. $F_0^{\top} = \tilde W(0) \tilde K^{1/2}$ does not see it.)
# Then proceed as in chapter 3. `np.roll(M, n, axis=0)` is $PM$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\tilde W(0) b_j = F_0^{\top} P \tilde K^{1/2} b_j/(2n\gamma_j)$; with these as columns, `np.linalg.qr(columns, mode="r")` has $\pm s_j(0)$ on its
# diagonal. $\tilde K^{1/2}$ from `np.linalg.eigh(K)`, eigenvalues below zero set to zero.
#
# </details>
# %%
def network_start(F0, K):
    """Effective s_j(0) of the first d modes. F0 (2n, d), K (2n, 2n) -> (d,)."""
    ### BEGIN SOLUTION
    views, d = F0.shape
    value, vectors = np.linalg.eigh(K)
    root = vectors * np.sqrt(np.maximum(value, 0)) @ vectors.T
    swapped = np.roll(root, views // 2, axis=0)
    gamma, B = np.linalg.eigh(root @ swapped / views)
    gamma, B = gamma[::-1][:d], B[:, ::-1][:, :d]
    columns = F0.T @ swapped @ B / (views * gamma)
    return np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    ### END SOLUTION


network_start = check("5.4", network_start)

# %% [markdown] tags=["solution-only"]
# **What is new against chapter 4.** Nothing but the start: there you chose $A$, and $\tilde W(0) = A \tilde K^{1/2}$. Here $F_0$ is given, and $A$ would be
# $F_0^{\top} \tilde K^{-1}$, which one would rather not compute, and which a singular $\tilde K$ does not have.
# %% [markdown]
# Now real networks. They are trained as $f = \varepsilon\, g_0 + (g - g_0)$, with $g$ the network, $g_0$ the network before training, and $\varepsilon = 0.01$:
# a small start that leaves the gradients of $g$ as they are. The theory sees the kernel of infinite width, in which no $N$ stands, and $F_0 = \varepsilon g_0$.
# %%
K = wide_kernels(both, 1, 2**0.5, 0.0)[1]
gamma = kernels.ContrastiveKernelPCA(d, "precomputed").fit(K).eigenvalues_
lr = 0.1 / (4 * gamma[0])
late = 4 * gamma * lr / np.log1p(4 * gamma * lr)  # descent is later than flow: exercise 3.7


def network_run(N, epsilon, seed=0, beyond=1.4):
    """A trained network of N hidden units: its record, and its embeddings before training."""
    network = ntk.MLP((m, N, d), seed=seed)
    F0 = epsilon * ntk.embed(network, x1, x2)
    steps = int(beyond * np.max(late * linear.step_times(gamma, network_start(F0, K))) / lr)
    return ntk.train(network, x1, x2, epsilon, lr, steps), F0


# %% tags=["remove-stderr"]
runs = {N: network_run(N, 0.01, seed=1) for N in (64, 256, 1024)}
# %% mystnb={"image": {"alt": "Loss and five eigenvalues of a network with 1024 hidden units over time. The loss falls from 5 to 0 in rounded steps, the third and fourth of them together; dashed theory lies near the solid curves, a few per cent to one side or the other."}}
run, F0 = runs[1024]
s0 = network_start(F0, K)
t = np.geomspace(run.t[5], run.t[-1], 300)
curves = np.column_stack(  # each mode by its own clock
    [linear.embedding_eigenvalues(t / late[j], gamma, s0)[:, j] for j in range(d)]
)
plots.staircase(
    run.t[5:],
    run.eigenvalues[5:],
    run.loss[5:],
    theory_t=t,
    theory_eigenvalues=curves,
    theory_loss=np.sum((1 - curves) ** 2, axis=1),
    step_times=late * linear.step_times(gamma, s0),
)
# %%
predicted = np.sort(late * linear.step_times(gamma, s0))
found = spectra.find_steps(run.t, run.eigenvalues)
comparison = plots.compare(predicted, found, quantity="step time, 1024 units, seed 1")
assert comparison.worst < 0.15, "a network of 1024 units should step within 15 % of the limit"
comparison
# %%
# NBVAL_CHECK_OUTPUT
for N, (run, F0) in runs.items():
    tau = np.sort(late * linear.step_times(gamma, network_start(F0, K)))
    ratio = spectra.find_steps(run.t, run.eigenvalues) / tau
    print(f"N = {N:>4}: found / predicted", ratio.round(1))


# %% [markdown]
# ## Exercise 5.5 · How wide for one per cent?
# *Derivation · 10 minutes · 2 points*
#
# Train the last layer alone, and the kernel of $N$ random units is a plain mean. With $u_q$, $v_q$ what unit $q$ sees of $x$ and $x'$,
#
# $$H_N(x, x') = \frac1N \sum_{q=1}^{N} 2\, \sigma(u_q)\, \sigma(v_q) .$$
#
# How far from its limit $H$ is it, on average over draws? Beside $\mathbb E[\sigma\sigma]$ you need one more mean, here given:
# $\mathbb E[\sigma(u)^2 \sigma(v)^2] = \left[ 3 r k_{12} + (\pi - \theta)\,(k_{11}k_{22} + 2 k_{12}^2) \right] / 2\pi$ with $r = \sqrt{k_{11}k_{22} - k_{12}^2}$
# and $\theta$ the angle of the page's two means.
#
# **Given:** `k` `(n, n)`, the covariances of what the units see, all variances above 0 (inputs may be parallel, as in exercise 5.2), and `error`, above 0. **Wanted:** the width $N$, a number, at which the root of
# $\mathbb E \lVert H_N - H \rVert_F^2$ is `error` times $\lVert H \rVert_F$. Do not round it.
#
# It says what "wide" means, before any network is drawn.
#
# <details><summary>Hint 1: the idea</summary>
#
# The $N$ terms are independent and alike. What is the variance of their mean?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\mathbb E \lVert H_N - H \rVert_F^2$ is the sum over all entries of the variance of $H_N$, and that is $1/N$ times the variance of one term,
# $4\,(\mathbb E[\sigma^2\sigma^2] - \mathbb E[\sigma\sigma]^2)$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $N = \dfrac{\sum_{ij} (\mathbb E[\sigma^2\sigma^2] - \mathbb E[\sigma\sigma]^2)_{ij}}{\text{error}^2 \sum_{ij} \mathbb E[\sigma\sigma]_{ij}^2}$.
#
# </details>
#
# <!-- expected-figure: 5.5 -->
# %%
def width_needed(k, error):
    """Width for the last layer's kernel to be `error` off its limit. (n, n), number -> number."""
    ### BEGIN SOLUTION
    k11, k22 = np.broadcast_arrays(np.diag(k)[:, None], np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    squares = (3 * r * k + (np.pi - theta) * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    mean = relu_means(k11, k, k22)[0]
    return np.sum(squares - mean**2) / (error**2 * np.sum(mean**2))
    ### END SOLUTION


width_needed = check("5.5", width_needed)

# %% [markdown] tags=["solution-only"]
# **Why the square.** A tenth of the error costs a hundred times the width: that is all that $N^{-1/2}$ says. The factor before it
# is a property of the data. The less alike two inputs, the fewer units are on for both, and the larger the scatter beside the mean: its square is
# $5/N$ for equal inputs and $(\pi^2 - 1)/N$ for orthogonal ones.
# %%
# NBVAL_CHECK_OUTPUT
k = 2 * both @ both.T / m
for error in (0.1, 0.03, 0.01):
    print(f"{error:.0%}: N = {width_needed(k, error):,.0f}")
# %% [markdown]
# The last layer's kernels of random networks, twenty draws each, against the law.
# %%
rng = np.random.default_rng(0)
limit = 2 * relu_means(*np.broadcast_arrays(np.diag(k)[:, None], k, np.diag(k)))[0]
widths, measured = np.array([64, 256, 1024, 4096]), []
for N in widths:
    hidden = (np.maximum(both @ rng.normal(size=(m, N)) * np.sqrt(2 / m), 0) for _ in range(20))
    off = [np.linalg.norm(2 / N * h @ h.T - limit) for h in hidden]
    measured.append(np.sqrt(np.mean(np.square(off))) / np.linalg.norm(limit))
# %% mystnb={"image": {"alt": "Error of the kernel against width from 64 to 4096 on two log axes: four measured points on a straight line of slope minus one half, from about 0.35 to about 0.04."}} tags=["expected:5.5"]
figure, axis = plt.subplots()
law = np.sqrt(width_needed(k, 1.0) / widths)
axis.loglog(widths, law, "--", color=plots.INK, label="law")
axis.loglog(widths, measured, "o", color=plots.SERIES[0], label="20 draws")
axis.set(xlabel="width $N$", ylabel="relative error of the kernel")
axis.legend()
plt.show()
# %%
names = [f"N = {N}" for N in widths]
comparison = plots.compare(law, measured, names, "relative error of the kernel")
assert comparison.worst < 0.3, "twenty draws give a root mean square to about 20 %"
comparison

# %% [markdown]
# ## Exercise 5.6 · What lies between two outputs?
# *Predict then run · 10 minutes · 2 points*
#
# The full tangent kernel of a network with $d$ outputs has a block for each pair of outputs,
# $\Theta_{ab}(x, x') = \nabla f_a(x) \cdot \nabla f_b(x')$. Theory has only $\Theta_{aa} = \Theta$, the same for every $a$, and $\Theta_{ab} = 0$ for $a \ne b$. For one hidden layer of $N$ units,
# $\sigma_w = \sqrt 2$ and no biases, with weights $V$ $(d, N)$ in the last layer:
#
# $$\begin{aligned}
# \Theta_{ab}(x, x') &= \delta_{ab}\, \frac2N \sum_q \sigma(u_q) \sigma(v_q) \\
# &\quad + \frac2N\, \frac{2\, x \cdot x'}{m} \sum_q V_{aq} V_{bq}\, \sigma'(u_q) \sigma'(v_q) .
# \end{aligned}$$
#
# **Wanted:** a tuple of three numbers.
# 1. Which share of $\Theta_{aa}(x, x)$, for $N \to \infty$, belongs to the last layer's weights, the first of the two sums?
# 2. Go from $N = 64$ to $N = 4096$. By which factor do the blocks $a \ne b$ shrink (root mean square over draws)?
# 3. How large are these blocks when only the last layer is trained?
#
# Exercise 5.7 shows what the blocks $a \ne b$ do, small as they are.
#
# <details><summary>Hint 1: the idea</summary>
#
# For $a \ne b$ a term has the factor $V_{aq}V_{bq}$, with mean 0 and mean square 1. How does a mean of $N$ such terms scale?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The last layer's weights of output $a$ do not occur in output $b$: what is the product of the gradients by them?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# 1: at $x = x'$, with $K$ and $\Theta$ of exercise 5.3, $\sigma_w = \sqrt 2$ and no biases, the share is $K/\Theta$ after one hidden layer. 2: $\sqrt{4096/64}$.
#
# </details>
# %%
### BEGIN SOLUTION
blocks = (0.5, 8, 0)
### END SOLUTION
my_blocks = blocks  # check puts the course's numbers in place of wrong ones
blocks = check("5.6", blocks)


# %% [markdown] tags=["solution-only"]
# **Why.** At $x = x'$ each of the two layers brings the same: $\Theta = 2K$. A mean of 64 times as many independent terms is $\sqrt{64} = 8$ times as small. And the last layer
# has a row of weights for each output and shares none.
# %%
def between_outputs(N, head_only=False):
    """Root mean square of the blocks a ≠ b, over five draws."""
    squares = []
    for seed in range(5):
        network = ntk.MLP((m, N, d), seed=seed)
        Theta = ntk.output_blocks(network.train_head_only() if head_only else network, few)
        squares.append(np.mean(Theta[~np.eye(d, dtype=bool)] ** 2))
    return np.sqrt(np.mean(squares))


nngp, tangent = kernels.relu_mlp_kernel(few, few, 1)
share = np.diag(nngp / tangent)
# %%
factor = between_outputs(64) / between_outputs(4096)
ran = (share.mean(), factor, between_outputs(64, head_only=True))
# %%
# NBVAL_CHECK_OUTPUT
print("predicted by you:", "nothing yet" if my_blocks is ... else my_blocks)
print(f"run: ({ran[0]:.1f}, {ran[1]:.0f}, {ran[2]:.0f})")
# %%
assert plots.compare(blocks[:2], ran[:2]).worst < 0.15, "five draws should give 10 % or so"
assert ran[2] == 0, "two outputs share no weight of the last layer"
plots.compare(blocks, ran, ["share of the last layer", "factor", "last layer alone"])


# %% [markdown]
# ## Exercise 5.7 · The seed
# *Derivation · 23 minutes · 3 points*
#
# The blocks $a \ne b$, and what the blocks $a = b$ differ by, carry a little of what mode 1 learns into mode 2, in another direction of the embedding, where mode 2 will grow. In the notation of
# chapter 2, with $s_1$ and $s_2$ along their two directions and a coupling $\chi$ that falls as $N^{-1/2}$:
#
# $$\begin{aligned}
# \dot s_1 &= 4\gamma_1 s_1 (1 - \lambda_1), \\
# \dot s_2 &= 4\gamma_2 s_2 (1 - \lambda_2) + 4\chi\, s_1 (1 - \lambda_1), \\
# \lambda_j &= \gamma_j s_j^2 .
# \end{aligned}$$
#
# While $\lambda_2$ is small the second equation is linear, and its solution is $s_2(t) = e^{4\gamma_2 t}\, [s_2(0) + \Delta(t)]$ with a **seed** $\Delta(t)$.
#
# **Given:** `gamma` `(2,)`, descending and above 0; `s0` `(2,)`, small and above 0; `coupling` $= \chi$, a small number $\ge 0$.
# **Wanted:** the step time of mode 2, a number.
#
# It says why a start can be too small for a network of a given width.
#
# <details><summary>Hint 1: the idea</summary>
#
# Put $s_2 = e^{4\gamma_2 t} y$ into the equation without the factor $1 - \lambda_2$. What is $\dot y$? Mode 1 is known from chapter 2, whatever mode 2 does.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\Delta = 4\chi \int_0^\infty s_1 (1 - \lambda_1)\, e^{-4\gamma_2 t}\, dt$: nearly all of it has come when mode 1 is learned. `linear.singular_values` gives $s_1(t)$; a fine grid of times up to
# five times $\tau_1$ and `integrate.trapezoid`, or `integrate.quad`, gives the integral.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\tau_2 = \log(1/\lambda - 1)/(8\gamma_2)$ with $\lambda = \gamma_2\, (s_2(0) + \Delta)^2$, that is `linear.step_times` with the start $s_2(0) + \Delta$.
#
# </details>
#
# <!-- expected-figure: 5.7 -->
# %%
def seeded_step(gamma, s0, coupling):
    """Step time of mode 2 with a coupling from mode 1. (2,), (2,), number -> number."""
    ### BEGIN SOLUTION
    end = 5 * linear.step_times(gamma[:1], s0[:1])[0]
    t = np.linspace(0, end, 20_000)
    s1 = linear.singular_values(t, gamma[:1], s0[:1])[:, 0]
    force = s1 * (1 - gamma[0] * s1**2) * np.exp(-4 * gamma[1] * t)
    seed = 4 * coupling * integrate.trapezoid(force, t)
    return linear.step_times(gamma[1:], [s0[1] + seed])[0]
    ### END SOLUTION


seeded_step = check("5.7", seeded_step)

# %% [markdown] tags=["solution-only"]
# **What it means.** The integrand rises as $e^{4(\gamma_1 - \gamma_2)t}$ and breaks off at $\tau_1$: the seed is about $\chi\, \varepsilon^{\gamma_2/\gamma_1}$, times a number. The own start is $\varepsilon$. As
# $\varepsilon \to 0$ the power with the smaller exponent wins, however small $\chi$: mode 2 then follows mode 1 after a fixed time, and no longer waits for $\log(1/\varepsilon)$.
# %% [markdown]
# Mode 2 at three couplings, as the start shrinks. For a kernel machine the dashed line is all there is.
# %%
pair, starts = np.array([0.5, 0.2]), np.geomspace(1e-8, 0.3, 60)
couplings = (0.0, 0.001, 0.01, 0.1)
times = {c: [seeded_step(pair, np.full(2, s), c) for s in starts] for c in couplings}
# %% mystnb={"image": {"alt": "Step time of mode 2 against the size of the start, from 0.3 down to 1e-8. Without coupling a dashed straight line rises to 24. With coupling the curves leave it, the earlier the larger the coupling, and rise with a smaller slope."}} tags=["expected:5.7"]
figure, axis = plt.subplots()
axis.semilogx(starts, times[0.0], "--", color=plots.INK, label="no coupling")
for color, style, c in zip(plots.SERIES, (":", "-.", "-"), couplings[1:], strict=False):
    axis.semilogx(starts, times[c], style, color=color, label=f"χ = {c:g}")
axis.invert_xaxis()
axis.set(xlabel="size of the start ε", ylabel="step time of mode 2")
axis.legend()
plt.show()


# %% [markdown]
# Your formula leaves out the factor $1 - \lambda_2$ while mode 1 is being learned. The two equations as they stand, integrated, from $\varepsilon = 10^{-5}$:
# %%
def coupled(t, s, c):
    free = 1 - pair * s**2
    return 4 * pair * s * free + np.array([0.0, 4 * c * s[0] * free[0]])


measured = []
for c in couplings[1:]:
    accuracy = {"rtol": 1e-9, "atol": 1e-14, "max_step": 0.1}
    run = integrate.solve_ivp(coupled, (0, 25), [1e-5, 1e-5], args=(c,), **accuracy)
    measured.append(np.interp(0.5, pair[1] * run.y[1] ** 2, run.t))
# %%
names = [f"χ = {c:g}" for c in couplings[1:]]
theory = [seeded_step(pair, np.full(2, 1e-5), c) for c in couplings[1:]]
comparison = plots.compare(theory, measured, names, "step time of mode 2")
assert comparison.worst < 0.01, "the seed should give the step time to one per cent"
comparison
# %% [markdown]
# The real thing: 256 units and a start of $10^{-4}$. `ntk.seeded_start` adds the seeds of all modes, from the network's own blocks before training.
# %% tags=["remove-stderr"]
seeded, plain = [], []
for seed in (1, 2):
    run, F0 = network_run(256, 1e-4, seed, beyond=1.3)
    Theta = ntk.output_blocks(ntk.MLP((m, 256, d), seed=seed), both)
    with_seeds = late * linear.step_times(*ntk.seeded_start(F0, K, Theta))
    found = spectra.find_steps(run.t, run.eigenvalues)
    plain.append(found / np.sort(late * linear.step_times(gamma, network_start(F0, K))))
    seeded.append(found / np.sort(with_seeds))
# %%
# NBVAL_CHECK_OUTPUT
print("found / predicted, two networks")
print("without seeds:", np.round(plain, 1).tolist())
print("with seeds:   ", np.round(seeded, 1).tolist())
# %%
off = [np.abs(np.array(ratio) - 1).mean() for ratio in (plain, seeded)]
assert off[1] < 0.5 * off[0], "the seeds should explain most of the distance"
names = ["without seeds", "with seeds"]
title = "mean of found / predicted, ten steps, where errors of both signs cancel"
plots.compare(np.ones(2), [np.mean(plain), np.mean(seeded)], names, title)
# %% [markdown]
# And the last layer alone, which has no coupling: same width, same start. Its theory is the kernel $K$ of exercise 5.3 in place of $\Theta$.
# %% tags=["remove-stderr"]
network = ntk.MLP((m, 256, d), seed=1).train_head_only()
F0 = 1e-4 * ntk.embed(network, x1, x2)


def head_times(kernel):
    """Step times under gradient descent with this kernel, in order."""
    g = kernels.ContrastiveKernelPCA(d, "precomputed").fit(kernel).eigenvalues_
    slow = 4 * g * rate / np.log1p(4 * g * rate)
    return np.sort(slow * linear.step_times(g, network_start(F0, kernel)))


nngp, own = wide_kernels(both, 1, 2**0.5, 0.0)[0], ntk.empirical_ntk(network, both)
top = kernels.ContrastiveKernelPCA(6, "precomputed").fit(own).eigenvalues_
rate = 0.05 / (4 * top[0])
tau = head_times(nngp)
run = ntk.train(network, x1, x2, 1e-4, rate, int(1.3 * tau[-1] / rate))
# %%
found = spectra.find_steps(run.t, run.eigenvalues)
comparison = plots.compare(tau, found, quantity="step time, last layer alone")
assert comparison.worst < 0.2, "without coupling a small start should do no harm"
comparison
# %% [markdown]
# What is left is the scatter of the kernel at 256 units: step 3 comes early, step 4 late. With the network's own kernel $H_N$ of exercise 5.5 in place of its limit the first four
# steps come on time. The fifth does not: in $H_N$ the rates $\gamma_5$ and $\gamma_6$ are nearly equal, and two modes compete for the last dimension.
# %%
assert top[5] > 0.9 * top[4], "the fifth and the sixth rate should be within a tenth"
names = [f"step {j}" for j in range(1, 5)]
comparison = plots.compare(head_times(own)[:4], found[:4], names, "step time, own kernel")
assert comparison.worst < 0.01, "a kernel machine with its own kernel should step on time"
comparison


# %% [markdown]
# ## Exercise 5.8 · Networks on a circle
# *Stretch · 10 minutes · 2 points*
#
# Inputs are points $(\cos\theta, \sin\theta)$, and the two views of a picture are turned by $+\delta$ and $-\delta$. Chapter 4 has shown what any kernel that depends on the
# angle makes of that: the modes are waves, and $\gamma_k = c_k \cos 2k\delta$, with the Fourier series $\Theta(\theta) = c_0 + 2 \sum_{k \ge 1} c_k \cos k\theta$. A network's kernel is such a kernel.
#
# **Given:** `depth`, `b_std` (and $\sigma_w = \sqrt 2$), `delta` in radians, `k_max`. **Wanted:** $\gamma_0, \ldots, \gamma_{k_{\max}}$ of the tangent kernel, `(k_max + 1,)`, to $10^{-5}$ of the largest. `kernels.relu_mlp_kernel` is there for you.
#
# It shows something that a network of one hidden layer without biases cannot learn.
#
# <details><summary>Hint 1: the idea</summary>
#
# Compute the kernel of the point at angle 0 with points all around the circle; then its Fourier coefficients.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $q$ equally spaced angles, $c_k \approx \frac1q \sum_i \Theta(\theta_i) \cos k\theta_i$. The kernel has a kink at 0, so take a few thousand.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# `np.fft.rfft(values).real / q` holds $c_0, c_1, \ldots$ Multiply by $\cos 2k\delta$.
#
# </details>
#
# <!-- expected-figure: 5.8 -->
# %%
def circle_gammas(depth, b_std, delta, k_max):
    """γ_k of a wide network on the circle, k = 0 … k_max. -> (k_max + 1,)."""
    ### BEGIN SOLUTION
    q = 4096
    angle = 2 * np.pi * np.arange(q) / q
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    first = np.array([[1.0, 0.0]])
    values = kernels.relu_mlp_kernel(first, circle, depth, 2**0.5, b_std)[1][0]
    k = np.arange(k_max + 1)
    return np.fft.rfft(values).real[: k_max + 1] / q * np.cos(2 * k * delta)
    ### END SOLUTION


circle_gammas = check("5.8", circle_gammas)

# %% [markdown] tags=["solution-only"]
# **What it cannot learn.** Without biases and with one hidden layer $c_3 = c_5 = \ldots = 0$: the mean over a circle of ReLU units has, beside $\cos\theta$, only even waves. Such a network of any width has $\gamma = 0$ there.
# A bias changes that, and so does a second layer.
# %%
shift, waves = np.deg2rad(4), np.arange(10)
spectrum = {
    "depth 1, no bias": circle_gammas(1, 0.0, shift, 9),
    "depth 1, bias 0.5": circle_gammas(1, 0.5, shift, 9),
    "depth 4, no bias": circle_gammas(4, 0.0, shift, 9),
}
# %% mystnb={"image": {"alt": "Growth rates against the number of periods on a log axis for three networks. The one of depth 1 without bias has points at 0, 1 and even numbers only; with a bias, and at depth 4, odd waves are there too, and depth 4 falls most slowly."}} tags=["expected:5.8"]
figure, axis = plt.subplots()
for (name, values), marker in zip(spectrum.items(), plots.MARKERS, strict=False):
    seen = values > 1e-6 * values.max()
    axis.semilogy(waves[seen], values[seen], marker, label=name)
axis.set(xlabel="periods $k$", ylabel="growth rate $γ_k$")
axis.legend()
plt.show()
# %% [markdown]
# Against the eigenvalues of $K_\Gamma$ for 128 pictures on the circle, each twice but for $k = 0$. So many are not quite a circle: the kink leaves a per mille or two.
# %%
angle = 2 * np.pi * np.arange(128) / 128
turned = np.concatenate([angle + shift, angle - shift])
circle = np.column_stack([np.cos(turned), np.sin(turned)])
K_circle = kernels.relu_mlp_kernel(circle, circle, 4)[1]
top = kernels.ContrastiveKernelPCA(9, "precomputed").fit(K_circle).eigenvalues_[[0, 1, 3, 5, 7]]
names = [f"k = {k}" for k in range(5)]
want = spectrum["depth 4, no bias"][:5]
comparison = plots.compare(want, top, names, "γ of a network on the circle")
assert comparison.worst < 0.01, "128 pictures should come within one per cent"
comparison

# %% [markdown]
# ## Exercise 5.9 · How far does a weight move?
# *Derivation · 12 minutes · 2 points*
#
# The kernel of the theory stands still, while a network's weights move. The theory holds because each of them moves only a little. How little?
#
# Take one hidden layer of $N$ units, with $m$ inputs and $d$ outputs and no biases. All its $M$ weights are one vector $\theta$ $(M,)$. Let $N$ be so large that the gradients stay as
# they are before training. Then a move $\Delta\theta$ of the weights changes output $a$ at the $2n$ training views by $\Delta F_a$ $(2n,)$,
#
# $$\Delta F_a = J_a\, \Delta\theta \qquad\text{with}\qquad J_a J_b^{\top} = \delta_{ab}\, \tilde K ,$$
#
# where row $i$ of $J_a$ $(2n, M)$ is the gradient of output $a$ at view $i$. As in exercise 5.4, $\Delta F_a = \tilde K^{1/2} \Delta\tilde W_a$ with row $a$ of $\tilde W$. Let the start be aligned as in chapter 2: each mode $j$ has a
# direction $u_j$ $(d,)$ of the embedding to itself, $\tilde W = \sum_j s_j u_j b_j^{\top}$, and training takes $s_j$ from $s_j(0)$ to where $\lambda_j = \gamma_j s_j^2 = 1$.
#
# **Given:** `gamma` `(d,)` and `s0` `(d,)`, the $\gamma_j$ and $s_j(0)$, all above 0; the sizes `m` and `N`. **Wanted:** the root mean square of the $M$ entries of $\Delta\theta$ from the start of training
# to its end, a number.
#
# This chapter takes the gradients of an untrained network for those with which it learns. It may do so only where the answer is small.
#
# <details><summary>Hint 1: the idea</summary>
#
# Gradient descent moves weights along gradients only: $\Delta\theta = \sum_a J_a^{\top} c_a$ with some $c_a$ $(2n,)$. How long is that?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\lVert\Delta\theta\rVert^2 = \sum_a c_a^{\top} \tilde K c_a$, and $\Delta F_a = \tilde K c_a$. Put in $\Delta F_a = \tilde K^{1/2} \Delta\tilde W_a$: what is left is the squared length of a matrix that you know
# at the start and at the end. How many weights share it?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\lVert\Delta\theta\rVert^2 = \lVert\Delta\tilde W\rVert_F^2 = \sum_j \left(\gamma_j^{-1/2} - s_j(0)\right)^2$, and $M = Nm + dN$. A mean square is the first divided by the second.
#
# </details>
# %%
def weight_move(gamma, s0, m, N):
    """Root mean square move of a weight in training. (d,), (d,), two sizes -> number."""
    ### BEGIN SOLUTION
    weights = N * (m + len(gamma))
    return np.sqrt(np.sum((gamma**-0.5 - s0) ** 2) / weights)
    ### END SOLUTION


weight_move = check("5.9", weight_move)

# %% [markdown] tags=["solution-only"]
# **Why.** With $\Delta\theta = \sum_a J_a^{\top} c_a$ the change of output $a$ is $J_a \Delta\theta = \tilde K c_a$, for $J_a J_b^{\top}$ is 0 for $a \ne b$. It is $\tilde K^{1/2} \Delta\tilde W_a$ too, so that
# $\tilde K^{1/2} c_a = \Delta\tilde W_a$. The squared length is $\sum_{ab} c_a^{\top} J_a J_b^{\top} c_b = \sum_a c_a^{\top} \tilde K c_a = \sum_a \lVert\Delta\tilde W_a\rVert^2$. The $u_j$ are orthonormal and so are
# the $b_j$, hence the squares of the modes' moves add up. From a small start that is $\sum_j 1/\gamma_j$: the modes that are learned last move the weights most.
# %% [markdown]
# Your function has $N$ in it. Before you run the next cells, write down four powers of $N$: with which power does each of these move? All weights together; a single weight; the output of
# a hidden unit; the last layer's kernel $H_N$ of exercise 5.5, which is a mean over units.
#
# The networks are those of exercise 5.4, trained from $\varepsilon = 0.01$. `no_signs` is the move that the kernel would make, to first order, if all units' outputs moved upwards.
# %%
widths, theory, together, single, unit, kernel, no_signs = [], [], [], [], [], [], []
for N, (run, F0) in runs.items():
    W, V = (w.detach().numpy() for w in ntk.MLP((m, N, d), seed=1).weights)  # before training
    moved = run.W - np.concatenate([W.ravel(), V.ravel()])
    h0 = np.maximum(both @ W.T * np.sqrt(2 / m), 0)
    h = np.maximum(both @ run.W[: N * m].reshape(N, m).T * np.sqrt(2 / m), 0)
    size = np.linalg.norm(h0 @ h0.T)
    widths.append(N)
    theory.append(weight_move(gamma, network_start(F0, K), m, N))
    together.append(np.linalg.norm(moved))
    single.append(np.sqrt(np.mean(moved**2)))
    unit.append(np.sqrt(np.mean((h - h0) ** 2)))
    kernel.append(np.linalg.norm(h @ h.T - h0 @ h0.T) / size)
    upwards = h0 @ np.abs(h - h0).T
    no_signs.append(np.linalg.norm(upwards + upwards.T) / size)
# %% mystnb={"image": {"alt": "Moves during training against width from 64 to 1024 on two log axes. The points of a single weight lie on the dashed line of the theory, which falls with slope minus one half. The line of a hidden unit and that of the kernel without signs run parallel to it, above. The kernel's line begins between a weight and a hidden unit and falls about twice as steeply."}}
figure, axis = plt.subplots()
axis.loglog(widths, theory, "--", color=plots.INK, label="a weight, theory")
axis.loglog(widths, single, "o", color=plots.SERIES[0], label="a weight")
axis.loglog(widths, unit, "s-", color=plots.SERIES[1], label="a unit's output")
axis.loglog(widths, kernel, "^-", color=plots.SERIES[2], label="kernel")
axis.loglog(widths, no_signs, "^:", color=plots.SERIES[2], label="kernel, no signs")
axis.set(xlabel="width $N$", ylabel="move in training", xticks=widths)
axis.set_xticklabels(widths)
axis.minorticks_off()
axis.legend()
plt.show()
# %%
names = [f"N = {N}" for N in widths]
comparison = plots.compare(theory, single, names, "root mean square move of a weight")
assert comparison.worst < 0.05, "a weight should move as far as the limit says"
comparison
# %%
names = ["all weights", "a weight", "a unit's output", "kernel, no signs", "kernel"]
want, powers = np.array([0, -0.5, -0.5, -0.5, -1]), []
for move in (together, single, unit, no_signs, kernel):
    powers.append(np.polyfit(np.log(widths), np.log(move), 1)[0])
assert np.abs(powers - want).max() < 0.2, "three widths should give the powers to 0.2 or better"
plots.compare(want, powers, names, "power of N")
# %% [markdown]
# <details><summary>Why the kernel moves less than the units of which it is the mean</summary>
#
# All weights together go equally far at every width, and the number of those that share it grows as $N$. A unit sees its $m$ weights through a factor $1/\sqrt m$ without $N$, so its output moves as they do.
# Each term of $H_N$ then moves by about $1/\sqrt N$, and if all these moves had one sign, so would their mean: the line without signs. To first order it cannot be more than that. But a unit is moved through its weights
# $V_{aq}$ in the last layer, whose signs are random: about half of the units move one way and the others the other way. A mean of $N$ terms with random signs is smaller by another $1/\sqrt N$. What keeps one sign are the squares of the moves,
# and these are about $1/N$ as well. So a lazy network has a kernel that is lazier than its weights. That is an estimate of sizes and no proof, and at these widths the power is not quite −1.
#
# </details>

# %% [markdown]
# ## What you have now
#
# A network of infinite width is a kernel machine, and you can write its kernel down. Real ones follow it at widths that fit a laptop, and where they
# do not, you know the reasons: the scatter of their kernel, seeds where it is not alike for all outputs or not 0 between two, a start that is not small enough, and features that move.
#
# To try: the last reason. With `scale` $\kappa < 1$, $f = \varepsilon g_0 + \kappa (g - g_0)$, the weights would have to go $1/\kappa$ times as far as in exercise 5.9 if the kernel stood still. `ntk.train` divides the learning rate by $\kappa^2$ itself,
# so theory expects the same steps at the same times. What
# do they do at $\kappa = 0.05$, and how much does the kernel change?
# %% tags=["remove-stderr"]
moving = ntk.MLP((m, 512, d), seed=0)
before = ntk.empirical_ntk(moving, few)
F0 = 0.01 * ntk.embed(moving, x1, x2)
tau = np.sort(late * linear.step_times(gamma, network_start(F0, K)))
run = ntk.train(moving, x1, x2, 0.01, lr, int(1.2 * tau[-1] / lr), scale=1.0)
change = np.linalg.norm(ntk.empirical_ntk(moving, few) - before) / np.linalg.norm(before)
print("found / predicted:", (spectra.find_steps(run.t, run.eigenvalues) / tau).round(2))
print(f"the kernel has changed by {change:.0%}")
