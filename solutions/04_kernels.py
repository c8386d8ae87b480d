# %% [markdown]
# # 4 · Kernel PCA and the contrastive kernel: exercises
#
# The linear model multiplies pixels. Here it multiplies features that nobody can write down, and you
# compute with their products. You build kernels and kernel PCA, find the matrix that takes the place
# of $\Gamma$, predict the steps of a kernel machine, embed views that it has never seen, and ask what
# self-supervision adds.
#
# Eight exercises, 97 minutes, 20 points. Exercises 4.3, 4.5 and 4.7 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from stepwise_ssl import data, kernels, linear, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data: 120 pairs of digits to train on, and views of 1000 other digits, with labels, for later. `both` holds all
# $2n = 240$ training views, the $n$ first views above the $n$ second ones. `K` is $\tilde K$, the Gaussian
# kernel between them; its bandwidth is their median distance.
# %%
n, d = 120, 6
images = data.load_images("digits")
x1, x2 = views.make_pairs(images, seed=4)
both = np.vstack([x1[:n], x2[:n]])
others, labels = x1[n : n + 1000], images.y[n : n + 1000]
bandwidth = kernels.median_distance(both, both)
K = kernels.rbf(both, both, bandwidth)

# %% [markdown]
# ## Exercise 4.1 · A kernel from scratch
# *Code · 8 minutes · 2 points*
#
# The Gaussian kernel is $k(x, x') = e^{-r^2/2b^2}$ with $r = \lVert x - x' \rVert$ and the bandwidth $b$.
#
# **Given:** `x1` `(n1, m)`, `x2` `(n2, m)` and `b`, a number above 0.
# **Wanted:** the kernel of every row of `x1` with every row of `x2`, `(n1, n2)`. No entry may exceed 1,
# and for 300 rows of 64 numbers it should take less than a second.
#
# The rest of the notebook computes with such matrices.
#
# <details><summary>Hint 1: the idea</summary>
#
# All squared distances at once: $\lVert a - b \rVert^2 = \lVert a \rVert^2 + \lVert b \rVert^2 - 2\, a \cdot b$, and the
# products are one matrix product.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The squared lengths of the rows of `x1` belong in a column, those of `x2` in a row: broadcasting adds
# them to a matrix `(n1, n2)`. Rounding can make a squared distance slightly negative.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $r_{ij}^2 = \max(0,\ \lVert x_{1i} \rVert^2 + \lVert x_{2j} \rVert^2 - 2\, x_{1i} \cdot x_{2j})$, then
# $e^{-r_{ij}^2 / 2b^2}$. Or from the differences of all pairs of rows, `(n1, n2, m)`, if memory allows.
#
# </details>
# %%
def gaussian(x1, x2, b):
    """Gaussian kernel of bandwidth b between rows. (n1, m), (n2, m), number -> (n1, n2)."""
    ### BEGIN SOLUTION
    squared = np.sum(x1**2, axis=1)[:, None] + np.sum(x2**2, axis=1) - 2 * x1 @ x2.T
    return np.exp(-np.maximum(squared, 0) / (2 * b**2))
    ### END SOLUTION


gaussian = check("4.1", gaussian)

# %% [markdown] tags=["solution-only"]
# **Why the maximum.** For two equal rows the three terms cancel to about $10^{-16}$ of their size, with
# either sign. A kernel above 1 is no scalar product of unit vectors any more, and a matrix with ones on
# its diagonal and such an entry off it has a negative eigenvalue.
# %%
# NBVAL_CHECK_OUTPUT
eigenvalues = np.linalg.eigvalsh(gaussian(both, both, bandwidth))[::-1]
print("largest eigenvalues:", eigenvalues[:4].round(2))
print(f"smallest: {eigenvalues[-1]:.4f}, trace: {eigenvalues.sum():.0f} = number of views")

# %% [markdown]
# ## Exercise 4.2 · Kernel PCA
# *Code · 15 minutes · 3 points*
#
# PCA of features $\varphi(x)$ centres them, finds the directions of largest variance and gives each view
# its coordinates along them. With a kernel one has only products. Centring is still possible: with
# $\bar\varphi$ the mean feature of the $N$ training views,
#
# $$\begin{aligned}
# (\varphi(x) &- \bar\varphi) \cdot (\varphi(x') - \bar\varphi) \\
# &= k(x, x') - \text{mean}_i\, k(x, x_i) \\
# &\quad - \text{mean}_i\, k(x', x_i) + \text{mean}_{ij}\, k(x_i, x_j).
# \end{aligned}$$
#
# **Given:** `K` `(N, N)`, the kernel between the training views, and `d`, no more than there are directions with a
# variance above 0.
# **Wanted:** the coordinates of the training views along the first $d$ directions, `(N, d)`, largest variance
# first; signs are free.
#
# Self-supervision is compared with this method, on the page and at the end of this notebook. There neither is centred.
#
# <details><summary>Hint 1: the idea</summary>
#
# Let the columns of $\Phi_c$ be the centred features. Directions are eigenvectors of $\Phi_c\Phi_c^{\top}$, and you
# have $\Phi_c^{\top} \Phi_c$, the centred kernel. What does the singular value decomposition of $\Phi_c$ say
# of both?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $\Phi_c = U S V^{\top}$ the directions are the columns of $U$, the coordinates along them
# $\Phi_c^{\top} U = V S$, and $\Phi_c^{\top} \Phi_c = V S^2 V^{\top}$: eigenvectors and roots of eigenvalues of the centred
# kernel.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Subtract from $K$ the mean of each row and of each column and add the mean of all. Eigenvectors times
# the root of their eigenvalues, largest first. `np.linalg.eigh` sorts in ascending order.
#
# </details>
# %%
def kernel_pca(K, d):
    """Coordinates of the training views in centred kernel PCA. (N, N), d -> (N, d)."""
    ### BEGIN SOLUTION
    row = K.mean(axis=0)
    centred = K - row - row[:, None] + row.mean()
    values, vectors = np.linalg.eigh(centred)
    top = slice(None, -d - 1, -1)
    return vectors[:, top] * np.sqrt(values[top])
    ### END SOLUTION


kernel_pca = check("4.2", kernel_pca)

# %% [markdown] tags=["solution-only"]
# **Why the root.** The coordinates along direction $j$ have the mean square $S_j^2/N$, with $S_j$ the $j$-th singular value of the centred features, the variance along
# it. Bare eigenvectors have length 1 for every $j$ and forget which direction is the longest.
# %% [markdown]
# scikit-learn's own, on the same kernel:
# %%
from sklearn.decomposition import KernelPCA

theirs = KernelPCA(d, kernel="precomputed").fit_transform(K)
sizes, own_sizes = ((f**2).sum(axis=0) for f in (theirs, kernel_pca(K, d)))
comparison = plots.compare(sizes, own_sizes, quantity="Σ coordinate², KernelPCA (theory) and yours")
assert comparison.worst < 1e-5, "both solve the same eigenproblem"
comparison

# %% [markdown]
# ## Exercise 4.3 · The flow in the space of functions
# *Derivation · 12 minutes · 3 points*
#
# From here on features are not centred, and views come in pairs. The model is $f(x) = A\, k(x)$ with $A$
# `(d, 2n)` and $k(x)$ the kernel values of $x$ with all training views. The embeddings of the training views
# are the columns of $F = A\tilde K$. The loss is $\mathcal L = \lVert C - I \rVert_F^2$ with
# $C = \frac{1}{2n} \sum_i (f(x_i) f(x'_i)^{\top} + f(x'_i) f(x_i)^{\top})$.
#
# Gradient flow moves the weights $W$ on the features, $dW/dt = -\partial \mathcal L/\partial W$. What does it
# do to $F$? Derive it; the page's result for $A$ is a way to check yours.
#
# **Given:** `F` `(d, 2n)`, first views before second ones, and `K` `(2n, 2n)`.
# **Wanted:** $dF/dt$, `(d, 2n)`.
#
# A network of infinite width obeys this equation too (chapter 5).
#
# <details><summary>Hint 1: the idea</summary>
#
# $F = W\Phi$ with the features as columns of $\Phi$, so $dF/dt = (dW/dt)\, \Phi$. Chapter 2 has $dW/dt$ in terms of
# $\Gamma$. Write $\Gamma$ with $\Phi$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\Gamma = \Phi P \Phi^{\top} / 2n$, where $P$ swaps first and second views. Then $W\Gamma\Phi$ is $F P$ times a product of
# features. Columns are swapped by `np.roll(F, F.shape[1] // 2, axis=1)`.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\dfrac{dF}{dt} = \dfrac{4}{2n}\, (I - C)\, F P \tilde K$ with $C = F P F^{\top} / 2n$.
#
# </details>
#
# <!-- expected-figure: 4.3 -->
# %%
def velocity(F, K):
    """dF/dt of the embeddings of the training views. (d, 2n), (2n, 2n) -> (d, 2n)."""
    ### BEGIN SOLUTION
    N = len(K)
    swapped = np.roll(F, N // 2, axis=1)
    C = F @ swapped.T / N
    return 4 / N * (np.eye(len(F)) - C) @ swapped @ K
    ### END SOLUTION


velocity = check("4.3", velocity)

# %% [markdown] tags=["solution-only"]
# **Why $\tilde K$ stands at the end.** Views do not move one by one: a change of $W$ that helps one view moves
# every view whose features overlap with its own, and $\tilde K$ says by how much. Without it each
# view would follow its partner alone, but for $C$, and nothing could be said of a new view.
# %% [markdown]
# Your velocity, integrated in small steps from a random start of size $10^{-10}$.
# %%
A0 = 1e-10 * np.random.default_rng(0).normal(size=(d, 2 * n))
F, dt = A0 @ K, 0.1
path = [F]
for _ in range(6000):
    F = F + dt * velocity(F, K)
    path.append(F)
t = dt * np.arange(len(path))
C = np.array([f @ np.roll(f, n, axis=1).T / (2 * n) for f in path])
# %% mystnb={"image": {"alt": "Loss and six eigenvalues against time, both on a logarithmic time axis. The loss falls from 6 to 0 in six steps, the first near 9 and the last near 470."}} tags=["expected:4.3"]
flow_eigenvalues = np.linalg.eigvalsh((C + C.transpose(0, 2, 1)) / 2)[:, ::-1]
flow_loss = ((C - np.eye(d)) ** 2).sum(axis=(1, 2))
plots.staircase(t[30:], flow_eigenvalues[30:], flow_loss[30:])
# %% [markdown]
# ## Exercise 4.4 · The contrastive kernel
# *Code · 12 minutes · 3 points*
#
# $K_\Gamma = \tilde K^{1/2} P \tilde K^{1/2} / 2n$ takes the place of $\Gamma$. The root is the symmetric one, and
# $\tilde K$ may be singular: duplicated pairs make it so.
#
# **Given:** `K` `(2n, 2n)`, symmetric, with no negative eigenvalue but for rounding.
# **Wanted:** $K_\Gamma$, `(2n, 2n)`, free of NaN.
#
# Its eigenvalues, times 4, are the growth rates, so with it every formula of chapter 2 is at your disposal.
#
# <details><summary>Hint 1: the idea</summary>
#
# A symmetric matrix is $V \mathrm{diag}(\kappa) V^{\top}$. Its root has the same eigenvectors.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# An eigenvalue that should be 0 can come out as $-10^{-15}$, whose root is NaN. What is below zero by rounding
# is zero. Swapping the *rows* of a matrix is multiplying it by $P$ from the left.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\tilde K^{1/2} = V \mathrm{diag}(\sqrt{\max(\kappa, 0)})\, V^{\top}$. With `root` for it, `np.roll(root, len(K) // 2, axis=0)`
# is $P \tilde K^{1/2}$.
#
# </details>
# %%
def contrastive(K):
    """K_Γ from K, the kernel between all views, first before second ones. (2n, 2n) -> same."""
    ### BEGIN SOLUTION
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    return root @ np.roll(root, len(K) // 2, axis=0) / len(K)
    ### END SOLUTION


contrastive = check("4.4", contrastive)

# %% [markdown] tags=["solution-only"]
# **Why not $P\tilde K / 2n$?** It has the same eigenvalues, but it is not symmetric, and its eigenvectors are not
# orthogonal. `np.linalg.eigh` reads one triangle only and returns wrong numbers without a word.
# %% [markdown]
# Now predict the staircase of exercise 4.3, from $\tilde K$ and the start alone. The weights in an orthonormal basis
# are $\tilde W(0) = A(0) \tilde K^{1/2}$; its columns in the basis of the modes leave chapter 3's leftovers.
# %%
from scipy.linalg import sqrtm

gamma, modes = linear.modes(contrastive(K), d)
W0 = A0 @ sqrtm(K).real
tau = np.sort(linear.step_times(gamma, linear.effective_init(W0, modes)))
steps = spectra.find_steps(t[1:], flow_eigenvalues[1:])
# %%
# dt = 0.1 makes step 1 late, by a little less than 2γ₁·dt = 12 %, and the others by less than 1 %.
assert plots.compare(tau[1:], steps[1:]).worst < 0.01, "steps 2 to 6 should come as predicted"
plots.compare(tau, steps, quantity="step time")

# %% [markdown]
# ## Exercise 4.5 · How many steps can there be?
# *Predict then run · 8 minutes · 2 points*
#
# Ten pairs of digits. Three of them are copies: pairs 8, 9 and 10 are pairs 1, 2 and 3 again, both
# views. The kernel is Gaussian, the model has $d = 12$ dimensions and a small random start.
#
# **Wanted:** a tuple `(positive, negative, loss)`: how many eigenvalues of $K_\Gamma$ are positive, how many are
# negative, and the loss at the end.
#
# It says how many dimensions of an embedding such data can fill.
#
# <details><summary>Hint 1: the idea</summary>
#
# Copies bring no new direction in the space of features. Which rank has $\tilde K$, of $20 \times 20$?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Without its copies the data set has 7 pairs of 14 different views and a nonsingular kernel. How many modes of each sign has it? The copies
# change the weights of pairs in $\Gamma$, not the span.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With a Gaussian kernel, $n$ pairs of $2n$ different views give $n$ positive and $n$ negative eigenvalues; the others are 0. The loss ends at $d$ minus the
# number of modes learned.
#
# </details>
# %%
### BEGIN SOLUTION
ending = (7, 7, 5.0)
### END SOLUTION
my_ending = ending  # check puts the course's numbers in place of wrong ones
ending = check("4.5", ending)

# %% [markdown] tags=["solution-only"]
# **Why.** Fourteen different views span 14 dimensions. There $P$ swaps the two views of each picture, 7 sums with
# sign + and 7 differences with sign −, and no invertible change of basis alters the count. Six eigenvalues are 0.
# Of twelve dimensions seven are learned, and five stay at $\lambda = 0$ and cost 1 each.
# %%
chosen = np.array([0, 1, 2, 3, 4, 5, 6, 0, 1, 2])
ten = np.vstack([x1[chosen], x2[chosen]])
K_ten = kernels.rbf(ten, ten)
signs = np.linalg.eigvalsh(kernels.contrastive_kernel(K_ten))
start = 1e-3 * np.random.default_rng(0).normal(size=(12, 20))
rate = 0.5 / (4 * signs[-1])
run = kernels.gradient_descent(K_ten, start, rate, 20_000)
# %%
# NBVAL_CHECK_OUTPUT
print("predicted by you:", "nothing yet" if my_ending is ... else my_ending)
counted = np.sum(signs > 1e-10), np.sum(signs < -1e-10)
print(f"measured: ({counted[0]}, {counted[1]}, {run.loss[-1]:.1f})")
# %%
comparison = plots.compare(ending[2], run.loss[-1], ["loss at the end, d = 12"])
assert comparison.worst < 0.001, "the loss should have come to its end"
comparison

# %% [markdown]
# ## Exercise 4.6 · Embed views that training has not seen
# *Code · 15 minutes · 3 points*
#
# Up to a rotation, training from a vanishing start ends at $f_j(x) = \gamma_j^{-1/2}\, b_j^{\top} \tilde K^{-1/2} k(x)$, with $b_j$ the eigenvectors of
# $K_\Gamma$. The inverse root is poison as soon as $\tilde K$ is nearly singular, and it can be avoided.
#
# **Given:** `new` `(q, 2n)`, the kernel values of $q$ views with the training views; `K` `(2n, 2n)`, possibly
# singular; `d`, no more than there are positive $\gamma_j$.
# **Wanted:** $f(x)$ of the $q$ views, `(q, d)`, one column a mode, largest $\gamma$ first; signs are free. The training
# pairs must come out with $C = I$.
#
# It puts a formula in the place of a training run.
#
# <details><summary>Hint 1: the idea</summary>
#
# $\tilde K^{1/2} P \tilde K^{1/2} b_j = 2n\gamma_j b_j$. Multiply by $\tilde K^{-1/2}$, and the thing that you want to avoid stands
# alone on one side.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# So $\tilde K^{-1/2} b_j$ can be had from $P \tilde K^{1/2} b_j$ and a number. (If $\tilde K$ is singular, this holds but for a part that no
# $k(x)$ sees.) You have the root from exercise 4.4;
# get $b_j$ and $\gamma_j$ with `linear.modes`.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $f_j(x) = \dfrac{k(x)^{\top} P \tilde K^{1/2} b_j}{2n\, \gamma_j^{3/2}}$.
#
# </details>
#
# <!-- expected-figure: 4.6 -->
# %%
def embed(new, K, d):
    """Final embeddings of views with kernel values new. (q, 2n), (2n, 2n), d -> (q, d)."""
    ### BEGIN SOLUTION
    values, V = np.linalg.eigh(K)
    root = V * np.sqrt(np.maximum(values, 0)) @ V.T
    gamma, B = linear.modes(contrastive(K), d)
    swapped = np.roll(root @ B, len(K) // 2, axis=0)
    return new @ swapped / (len(K) * gamma**1.5)
    ### END SOLUTION


embed = check("4.6", embed)

# %% [markdown] tags=["solution-only"]
# **Why it is stable.** The naive form divides by the smallest eigenvalues of $\tilde K$, which are rounding errors if a
# view stands twice. This one divides by the first $\gamma_j$ of $K_\Gamma$, which are the largest there are, and by none of $\tilde K$.
# %% [markdown]
# Where does gradient descent end on 1000 views that it has not seen? One measures up to a rotation.
# %%
new = kernels.rbf(others, both, bandwidth)
run = kernels.gradient_descent(K, A0, 0.3 / (4 * gamma[0]), 6500)
trained, final = new @ run.W.T, embed(new, K, d)
U, _, Vt = np.linalg.svd(trained.T @ final)
error = np.linalg.norm(trained @ (U @ Vt) - final) / np.linalg.norm(final)
# %%
# NBVAL_CHECK_OUTPUT
print(f"loss at the end: {run.loss[-1]:.6f}")
print("unseen views: training and formula differ by less than 1 %:", error < 0.01)
# %% mystnb={"image": {"alt": "Scatter plot of two dimensions of the embeddings of 100 unseen digits, trained (open circles) and computed (dots). Each dot sits in its circle."}} tags=["expected:4.6"]
figure, axis = plt.subplots(figsize=(5.0, 4.4))
few = slice(0, 100)
turned = trained @ (U @ Vt)
axis.plot(turned[few, 1], turned[few, 2], "o", fillstyle="none", label="trained")
axis.plot(final[few, 1], final[few, 2], ".", label="formula")
axis.set(xlabel="mode 2", ylabel="mode 3")
axis.legend()
plt.show()

# %% [markdown]
# ## Exercise 4.7 · A kernel on the circle
# *Derivation · 12 minutes · 2 points*
#
# Pictures are angles $\theta$, evenly spread over the circle. Each of a picture's two views is turned by an angle of its own,
# drawn uniformly from $[-\delta, \delta]$. The kernel depends only on the angle between two views and has in this angle the
# Fourier series $c_0 + 2\sum_{k \ge 1} c_k \cos k\theta$. By symmetry the modes are waves with $k$ periods, and kernel PCA gives
# them the eigenvalue $c_k$. What does the contrastive kernel give them, in the limit of many pictures?
#
# The page has the case of two views that are always $2\delta$ apart: $c_k \cos 2k\delta$. Here the angle between the views
# is random.
#
# **Given:** `c` `(k_max + 1,)`, the coefficients $c_0, c_1, \ldots$; `delta` in radians, above 0.
# **Wanted:** $\gamma_k$ for $k = 0, 1, \ldots$, in the order of `c`, same shape.
#
# It says which features an augmentation erases, without any data.
#
# <details><summary>Hint 1: the idea</summary>
#
# $\gamma_k$ is variance times agreement. The agreement of the wave $\cos k\theta$ is the mean of $\cos k(u - u')$ over the two
# turns $u$ and $u'$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\cos k(u - u') = \cos ku \cos ku' + \sin ku \sin ku'$, and the two turns are independent: means of products are
# products of means. The mean of the sine is 0 by symmetry.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\gamma_k = c_k \left( \dfrac{\sin k\delta}{k\delta} \right)^2$, and $c_0$ for $k = 0$. `np.sinc(x)` is $\sin(\pi x)/(\pi x)$.
#
# </details>
# %%
def circle_gamma(c, delta):
    """γ_k of a kernel on the circle, views turned at random. (k_max + 1,), number -> same."""
    ### BEGIN SOLUTION
    k = np.arange(len(c))
    return c * np.sinc(k * delta / np.pi) ** 2
    ### END SOLUTION


circle_gamma = check("4.7", circle_gamma)

# %% [markdown] tags=["solution-only"]
# **What changed against the page.** There one turn follows from the other, which can turn a wave into its negative, and $\gamma < 0$.
# Here the turns are independent and drawn alike, so the agreement is the square of a mean, and $\gamma_k \ge 0$. It is so for every augmentation that
# draws the two views alike and independently, given the picture: the expected $\Gamma$ is then the mean of $m\, m^{\top}$ over pictures,
# with $m$ the mean feature of a picture's views, and has no negative eigenvalue. Where a finite data set of such views
# has negative ones, they are sampling noise, which shrinks with more pictures.
# %% [markdown]
# 500 pictures on the circle, views turned by up to 40°, four draws. A draw is a finite sample: in one of these the two eigenvalues for
# $k = 2$ are 15 % above $\gamma_2$ and 13 % below. So we compare the mean of all four draws, and of cosine and sine.
# %%
def drawn_gammas(seed, delta, size=500, b=0.5):
    turns = np.random.default_rng(seed).uniform(-delta, delta, size=(2, size))
    angle = (2 * np.pi * np.arange(size) / size + turns).ravel()
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    every = np.linalg.eigvalsh(kernels.contrastive_kernel(kernels.rbf(circle, circle, b)))
    return every[::-1][:5]


# %%
from scipy.special import ive

b, delta = 0.5, np.deg2rad(40)
c = ive(np.arange(7), 1 / b**2)
drawn = np.mean([drawn_gammas(seed, delta) for seed in range(4)], axis=0)
pair = [drawn[0], drawn[1:3].mean(), drawn[3:].mean()]  # chance parts cosine and sine
names = ["k = 0", "k = 1", "k = 2"]
comparison = plots.compare(circle_gamma(c, delta)[:3], pair, names, "γ on the circle")
assert comparison.worst < 0.03, "four samples of 500 should come within three per cent"
comparison
# %% mystnb={"image": {"alt": "Eigenvalues against number of periods k. Kernel PCA falls slowly; the contrastive kernel falls much faster and is nearly zero from k = 4 on."}}
figure, axis = plt.subplots()
waves = np.arange(7)
axis.plot(waves, c, "o-", color=plots.SERIES[0], label="kernel PCA, $c_k$")
axis.plot(waves, circle_gamma(c, delta), "s-", color=plots.SERIES[1], label="contrastive, $γ_k$")
axis.set(xlabel="periods $k$", ylabel="eigenvalue")
axis.legend()
plt.show()

# %% [markdown]
# ## Exercise 4.8 · Landmarks
# *Stretch · 15 minutes · 2 points*
#
# For a million views $\tilde K$ takes 8 terabytes. Choose $q$ of them as landmarks and approximate
# $k(x, x') \approx k_q(x)^{\top} K_{qq}^{-1} k_q(x')$, where $k_q(x)$ `(q,)` are the kernel values of $x$ with the landmarks
# and $K_{qq}$ `(q, q)` those among the landmarks. That is a kernel with $q$ features which one *can* write down.
#
# **Given:** `new` `(N, q)`, the kernel values of $N$ views with the landmarks; `Kqq` `(q, q)`, symmetric positive
# definite.
# **Wanted:** features `(N, q)` whose scalar products are the approximate kernel. They are free up to a rotation.
#
# With features at hand, chapter 2's linear model does the rest.
#
# <details><summary>Hint 1: the idea</summary>
#
# You need a matrix $M$ with $M M^{\top} = K_{qq}^{-1}$. Then $\varphi(x) = M^{\top} k_q(x)$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Two matrices will do: the symmetric inverse root, or one from the Cholesky decomposition. The second needs no
# inverse if you solve a triangular system.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $K_{qq} = R R^{\top}$: $\varphi(x) = R^{-1} k_q(x)$, for all views at once `np.linalg.solve(R, ...)` of the transposed
# kernel values.
#
# </details>
# %%
def landmark_features(new, Kqq):
    """Features whose products approximate the kernel. (N, q), (q, q) -> (N, q)."""
    ### BEGIN SOLUTION
    R = np.linalg.cholesky(Kqq)
    return np.linalg.solve(R, new.T).T
    ### END SOLUTION


landmark_features = check("4.8", landmark_features)

# %% [markdown] tags=["solution-only"]
# **Why γ comes out low.** The landmark features are the true ones, projected on the span of the landmarks. The largest
# eigenvalues of a projection of $\Gamma$ are no larger than those of $\Gamma$ (Cauchy's interlacing theorem). So for the same
# $s_j(0)$ no step is predicted early.
# %%
# NBVAL_CHECK_OUTPUT
order = np.random.default_rng(0).permutation(2 * n)
for q in (30, 80, 160, 240):
    mark = both[order[:q]]
    phi = landmark_features(kernels.rbf(both, mark, bandwidth), kernels.rbf(mark, mark, bandwidth))
    found = linear.modes(linear.cross_moment(phi[:n], phi[n:]), d)[0]
    worst = np.max(1 - found / gamma)
    print(f"{q:>3} landmarks of 240: γ too low by at most {abs(worst):.1%}")

# %% [markdown]
# ## What you have now
#
# Products of features are all that training sees. From them you get the growth rates, the step times from a small start, and
# the final embedding of any view up to a rotation, trained for no time at all. What does self-supervision add to kernel PCA? A linear probe, on
# views of 500 labelled digits and tested on 500 others. Neither method is centred, and the mean of five draws of the views counts:
# with one draw a gain of two points could be chance.
# %%
from sklearn.linear_model import RidgeClassifier


def score(f):
    f = f / f.std(axis=0)
    return RidgeClassifier().fit(f[:500], labels[:500]).score(f[500:], labels[500:])


gains, sizes = [], (5, 10, 30, 100)
for seed in range(5):
    y1, y2 = views.make_pairs(images, seed=seed)
    pairs, test = np.vstack([y1[:n], y2[:n]]), y1[n : n + 1000]
    model = kernels.ContrastiveKernelPCA(100, bandwidth=bandwidth).fit(y1[:n], y2[:n])
    ssl = model.transform(test)
    axes = linear.modes(kernels.rbf(pairs, pairs, bandwidth), 100)[1]
    pca = kernels.rbf(test, pairs, bandwidth) @ axes
    gains.append([score(ssl[:, :k]) - score(pca[:, :k]) for k in sizes])
for k, column in zip(sizes, 100 * np.array(gains).T, strict=True):
    print(f"d = {k:>3}: contrastive minus plain, {column.mean():+.1f} points", end="")
    print(f" ({column.min():+.1f} to {column.max():+.1f})")
# %% [markdown]
# The lead is largest at few dimensions and smallest at a hundred, and a single draw tells little. The page has a like comparison
# on photographs.
#
# To try: another kernel. `ContrastiveKernelPCA` takes any function of two matrices. With which one is it chapter 2 again? (With
# `a @ b.T`.)
# %%
def my_kernel(a, b):
    return (1 + a @ b.T) ** 2


my_model = kernels.ContrastiveKernelPCA(d, kernel=my_kernel).fit(*np.split(both, 2))
print("γ:", my_model.eigenvalues_.round(4))
