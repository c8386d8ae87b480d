# %% [markdown]
# # 9 · What was learned, and in what order: exercises
#
# Chapters 7 and 8 asked when a network learns its modes. Here the question is what they are. The kernel of the untrained features predicts ten functions of the views, in order. Has the trained network
# learned the same ten, or others? What do they measure in a picture, and which of them say what digit it is?
#
# Eight exercises, 105 minutes, 20 points. Exercises 9.3 and 9.8 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from stepwise_ssl import data, kernels, linear, meaning, plots, spectra
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# A **mode** is a direction of the embedding, and the modes are numbered in the order in which they were learned. Its **function** is the embedding along it: a value for each view, or for each picture.
#
# The film is a recorded run of chapter 7's small ResNet on digits: Barlow Twins from a small start. The same $n = 150$ pairs of views were embedded at 20 moments of its training, and 120 whole digits beside them. In tables of
# views the 150 first views stand above the 150 second ones.
# %%
# NBVAL_CHECK_OUTPUT
d = 10
film = data.load_run("learned_digits_film")
digits = data.load_images("digits")
h1, h2 = np.split(film.other["features"].astype(float), 2)
z = film.other["z"].astype(float)
print("features of the first views, before training:", h1.shape)
print("embeddings of all views at all moments:      ", z.shape)

# %% [markdown]
# ## Exercise 9.1 · What does the kernel predict?
# *Code · 15 minutes · 3 points*
#
# Suppose the trunk is frozen as it was before training. Then the embedding is $z = hW^{\top}$ with the features $h$ of a view and a head $W$ without bias, and only $W$ is trained. The loss is that of chapter 2 on centred
# embeddings. From a small start the head learns one function of the views after another, and on each of them it stops growing when the cross-moment $C$ of chapter 2 has come to 1.
#
# **Given:** `h1`, `h2` `(n, h)`, features of the first and of the second views, not centred; `d`. At least $d$ functions can grow.
#
# **Wanted:** the values `(2n, d)` of the $d$ functions that are learned first, in their order, on all views, those of `h1` above those of `h2`. Each function has the mean 0 over the $2n$ views, and their cross-moment is $I$. The sign of
# a column is free.
#
# With them the trained network can be asked whether it learned what the kernel of its start predicts.
#
# <details><summary>Hint 1: the idea</summary>
#
# To the head, features are what views were in chapter 2. Which matrix of the features decides what grows, and how fast?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Centre the features on one mean of all $2n$ views, for then the embedding is centred too. Their cross-moment $\Gamma = (h_1^{\top} h_2 + h_2^{\top} h_1)/2n$ has eigenvectors $v_j$ with eigenvalues $\gamma_j$, the largest of which is learned
# first. Function $j$ is $h v_j$ times a number. With which number is its cross-moment 1?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The cross-moment of $h v_j$ is $v_j^{\top} \Gamma v_j = \gamma_j$, so function $j$ is $h v_j / \sqrt{\gamma_j}$. `np.linalg.eigh` has the smallest eigenvalue first.
#
# </details>
#
# <!-- expected-figure: 9.1 -->
# %%
def predicted_functions(h1, h2, d):
    """The first d functions that a head on these features learns. (n, h), (n, h), d -> (2n, d)."""
    ### BEGIN SOLUTION
    h = np.concatenate([h1, h2])
    h = h - h.mean(axis=0)
    first, second = h[: len(h1)], h[len(h1) :]
    Gamma = (first.T @ second + second.T @ first) / len(h)
    gamma, modes = np.linalg.eigh(Gamma)
    top = slice(None, -d - 1, -1)
    return h @ modes[:, top] / np.sqrt(gamma[top])
    ### END SOLUTION


predicted_functions = check("9.1", predicted_functions)

# %% [markdown] tags=["solution-only"]
# **Why the cross-moment is set to 1 and not the variance.** What stops a mode is $C = I$. A function on which the two views of a picture agree to $\rho$ of its variance ends with the variance $1/\rho$. **Why the order is that of $\gamma$** and not that of the
# features' variance: a feature that is large and differs between the views of a picture adds to the variance and not to $\Gamma$.
# %% [markdown]
# Chapter 4 had the same from the kernel alone. Its `ContrastiveKernelPCA` gets the products of the centred features and never sees a feature.
# %%
predicted = predicted_functions(h1, h2, d)
both = np.vstack([h1, h2])
h = both - both.mean(axis=0)
by_kernel = kernels.ContrastiveKernelPCA(d, kernel="precomputed").fit(h @ h.T).transform(h @ h.T)
variances = (f.var(axis=0) for f in (predicted, by_kernel))
comparison = plots.compare(*variances, quantity="variance of a function, yours and the kernel's")
assert comparison.worst < 1e-5, "features and their kernel should predict the same functions"
comparison
# %% mystnb={"image": {"alt": "The views as points, the first predicted function across and the second up. Lines join the two views of each digit. Zeros lie in one corner, ones and fours toward the opposite side, sevens spread over much of the cloud. Most lines are shorter across than up."}} tags=["expected:9.1"]
labels = digits.y[film.other["pictures"]]
figure, axis = plt.subplots(figsize=(6.4, 4.6))
for first, second in zip(*np.split(predicted[:, :2], 2), strict=True):
    axis.plot(*np.transpose([first, second]), color=plots.GUIDE, linewidth=1, zorder=1)
for color, marker, digit in zip(plots.SERIES, plots.MARKERS, (0, 1, 4, 7), strict=False):
    here = np.tile(labels == digit, 2)
    axis.plot(*predicted[here, :2].T, marker, color=color, label=str(digit))
others = np.tile(~np.isin(labels, (0, 1, 4, 7)), 2)
axis.plot(*predicted[others, :2].T, ".", color=plots.GREY, markersize=4, label="others")
axis.set(xlabel="first predicted function", ylabel="second")
axis.legend(title="digit")
plt.show()
# %% [markdown]
# Each line joins the two views of a digit. Signs are free, so your figure may be mirrored. No label went in, and yet zeros and ones lie at different ends: what two views of a digit have in common has to do with which digit it is, even to
# features that nobody has trained.

# %% [markdown]
# ## Exercise 9.2 · How much of it is in the embedding?
# *Code · 12 minutes · 2 points*
#
# An embedding may hold a function without having it in any one of its columns: it may be a sum of several. So ask which part of the function a linear readout with a constant could get.
#
# **Given:** `functions` `(n, k)`, a function's values in each column, and an embedding `z` `(n, d)`. Nothing is centred, and $n > d + 1$. The columns of `z` are linearly independent but may be correlated, and those of waiting modes may
# be ten thousand times smaller than the others. A small column counts as much as a large one.
#
# **Wanted:** for each function the share of its variance that lies in the span of the centred columns of `z`, `(k,)`, between 0 and 1.
#
# With it you can follow whether what the kernel predicts comes in, and whether it stays.
#
# <details><summary>Hint 1: the idea</summary>
#
# Centre everything: then variances are squared lengths. A function has a part in the span and a part at right angles to it, and their squared lengths add up.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With an orthonormal basis $Q$ of the span, $Q^{\top} f$ are the coordinates of $f$'s part in it. `np.linalg.qr` makes one of the centred columns of `z`, whatever their sizes.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\lVert Q^{\top} f \rVert^2 / \lVert f \rVert^2$, for each centred function $f$.
#
# </details>
#
# <!-- expected-figure: 9.2 -->
# %%
def mode_alignment(functions, z):
    """Share of each function in the span of z. functions (n, k), z (n, d) -> (k,)."""
    ### BEGIN SOLUTION
    functions = functions - functions.mean(axis=0)
    Q = np.linalg.qr(z - z.mean(axis=0))[0]
    return np.sum((Q.T @ functions) ** 2, axis=0) / np.sum(functions**2, axis=0)
    ### END SOLUTION


mode_alignment = check("9.2", mode_alignment)

# %% [markdown] tags=["solution-only"]
# **Why a basis is needed.** Columns that are only brought to length 1 count twice what two of them share, and the "share" can be above 1. Columns left at their sizes let the largest speak for all. **By chance** the share is $d/(n - 1)$: a
# function drawn at random has each of the $n - 1$ directions of centred space in it alike, and $d$ of them are inside.
# %% [markdown]
# First a head on frozen features. It starts at random with small weights and follows gradient flow, so it should learn what the kernel predicts. Then the film, whose trunk was trained as well.
# %%
Gamma = linear.cross_moment(*np.split(h, 2))
W0 = 0.01 / 8 * np.random.default_rng(0).normal(size=(d, h.shape[1]))
times = np.linspace(0, 20, 21)
heads = [W0, *(linear.gradient_flow(Gamma, W0, [0, t]).W for t in times[1:])]
of_frozen = np.array([mode_alignment(predicted, h @ W.T) for W in heads])
of_film = np.array([mode_alignment(predicted, each) for each in z])
chance = d / (len(h) - 1)
# %% mystnb={"image": {"alt": "Shares of ten functions over time in two panels. Left, frozen trunk: all begin between 0.2 and 0.6; eight rise to nearly 1 and one to 0.95, and the ninth falls to 0.1. Right, film: the first two rise to 0.9 and 0.8 by t = 2 and fall to one half; the others end between 0.1 and 0.3. A dotted line lies at 0.03."}} tags=["expected:9.2"]
figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), sharey=True, layout="constrained")
for axis, title, t, shares in (
    (axes[0], "frozen trunk", times, of_frozen), (axes[1], "film", film.t, of_film),
):  # fmt: skip
    for j, color in enumerate(plots.mode_colors(d)):
        axis.plot(t, shares[:, j], color=color, label=f"{j + 1}")
    axis.axhline(chance, color=plots.INK, linestyle=":")
    axis.set(title=title, xlabel="time $t$ = learning rate × iterations", ylim=(0, 1.03))
axes[0].set_ylabel("share in the embedding")
figure.legend(*axes[1].get_legend_handles_labels(), title="function", loc="outside right upper")
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
print("frozen, at the end:", of_frozen[-1].round(2))
print("film, at the start:", of_film[0].round(2))
print("film, at the end:  ", of_film[-1].round(2))
print("by chance:         ", round(chance, 3))
# %% [markdown]
# On the left nine of ten predictions come true. The ninth is missing: from this start another function came before it, and the embedding has ten places. Chapter 3 calls that an overtaken mode. Which one was it?
# %%
one_more = predicted_functions(h1, h2, d + 1)[:, -1:]
taken = mode_alignment(one_more, h @ heads[-1].T)[0]
assert of_frozen[-1, 8] < 0.2 and taken > 0.95, "function 11 should have come in place of the 9th"
# %% [markdown]
# It was the eleventh. On the right the trunk was trained as well. The first two functions come in with the first two steps, and then they fade. At the end the embedding has about half of each and between 0.14 and 0.28 of the eight others. By
# chance it would have 0.03 of a function, or a little more, since the two views of a digit are alike and 300 views count for fewer. So this is not chance. But the network began with a random head on the very features that the prediction is made
# of, and that random embedding had more of eight of the ten than the finished one has. What the kernel of the start predicts is in the network early, not at the end.

# %% [markdown]
# ## Exercise 9.3 · How alike by chance?
# *Derivation · 15 minutes · 3 points*
#
# Two embeddings of the same pictures can be compared as a whole. **Linear CKA** takes the Gram matrices of the centred rows, $K = xx^{\top}$ and $L = yy^{\top}$, and is
#
# $$\begin{aligned}
# \mathrm{CKA}(x, y) &= \frac{\langle K, L \rangle}{\lVert K \rVert\, \lVert L \rVert}, \\
# \langle K, L \rangle &= \sum_{ij} K_{ij} L_{ij}, \\
# \lVert K \rVert &= \sqrt{\langle K, K \rangle} .
# \end{aligned}$$
#
# It is 1 for equal ones and never below 0. How large is it for two that have nothing to do with each other? Hand the rows of $y$ out to the pictures anew, in each of the $n!$ possible ways, and take the mean.
#
# **Given:** `x` `(n, p)` and `y` `(n, q)`, not centred, $n \ge 4$ and $p, q \ge 2$. There may be more columns than rows.
#
# **Wanted:** the mean of the CKA over all $n!$ ways to hand out the rows of $y$, a number. It is exact, not an estimate, and $n$ may be 400.
#
# A CKA of 0.2 may be much or nothing. This is the number to hold it against.
#
# <details><summary>Hint 1: the idea</summary>
#
# A permutation $\pi$ of the rows makes $L_{\pi(i)\pi(j)}$ of $L_{ij}$. The norms stay. Which entries of $L$ can come to a given place $(i, j)$, and how often does each?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# To a place on the diagonal come the $n$ entries of the diagonal, equally often. To a place off it come the $n(n - 1)$ others. So $\langle K, L \rangle$ is on average
# $\mathrm{tr} K \cdot \frac{\mathrm{tr} L}{n} + \big( \sum_{i \ne j} K_{ij} \big) \cdot \frac{1}{n(n - 1)} \sum_{i \ne j} L_{ij}$. Centred rows add up to 0. What does that say of the sum of all entries of $K$, and so of those off the diagonal?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The entries off the diagonal add up to $-\mathrm{tr} K$ and $-\mathrm{tr} L$. So $\langle K, L \rangle$ is on average $\mathrm{tr} K\, \mathrm{tr} L \left( \frac1n + \frac{1}{n(n - 1)} \right) = \frac{\mathrm{tr} K\, \mathrm{tr} L}{n - 1}$. Divide by $\lVert K \rVert\, \lVert L \rVert$.
#
# </details>
#
# <!-- expected-figure: 9.3 -->
# %%
def cka_by_chance(x, y):
    """Mean linear CKA over all orders of the rows of y. x (n, p), y (n, q) -> number."""
    ### BEGIN SOLUTION
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    K, L = x @ x.T, y @ y.T
    traces = np.trace(K) * np.trace(L)
    return traces / ((len(x) - 1) * np.linalg.norm(K) * np.linalg.norm(L))
    ### END SOLUTION


cka_by_chance = check("9.3", cka_by_chance)

# %% [markdown] tags=["solution-only"]
# **Why the participation ratio.** $(\mathrm{tr} K)^2 / \lVert K \rVert^2$ is the participation ratio of the covariance's eigenvalues, the effective number of dimensions (chapter 1). So the mean is $\sqrt{\mathrm{PR}_x\, \mathrm{PR}_y}/(n - 1)$: about the number
# of dimensions in use over the number of pictures. Ten columns of which one is large count as one. The usual slip puts $n$ in the place of $n - 1$, as if the entries off the diagonal had the mean 0.
# %% [markdown]
# The film again. Three questions of each moment: how like is the embedding to what it will be at the end, how like to the ten predicted functions, and how like would it be by chance?
# %%
to_end = np.array([spectra.linear_cka(each, z[-1]) for each in z])
to_predicted = np.array([spectra.linear_cka(each, predicted) for each in z])
by_chance = np.array([cka_by_chance(each, predicted) for each in z])
# %% [markdown]
# Two hundred random orders should have nearly this mean. In another two hundred the two views of a digit stay together: they are alike, and an order that parts them destroys more than it should.
# %%
rng = np.random.default_rng(0)
of_views = [rng.permutation(len(predicted)) for _ in range(200)]
of_digits = [rng.permutation(len(h1)) for _ in range(200)]
of_pairs = [np.concatenate([order, order + len(h1)]) for order in of_digits]
views, pairs = (
    np.array([[spectra.linear_cka(each, predicted[order]) for order in orders] for each in z])
    for orders in (of_views, of_pairs)
)
assert np.allclose(views.mean(axis=1), by_chance, rtol=0.1), "random orders should have the mean"
assert (pairs.max(axis=1) < to_predicted / 2).all(), "no order of the pairs should come near"
# %%
# NBVAL_CHECK_OUTPUT
print("CKA with the prediction at the end: ", round(to_predicted[-1], 2))
print("by chance, all orders of the views: ", round(by_chance[-1], 2))
print("by chance, 200 orders of the pairs: ", round(pairs[-1].mean(), 2))
# %% mystnb={"image": {"alt": "CKA of the embedding over time. With the end it rises, with one small dip, from 0.15 to 1. With the prediction it begins at 0.43, drops to 0.2 at t = 2, and stays between 0.2 and 0.3. The dotted line of chance lies between 0.01 and 0.03."}} tags=["expected:9.3"]
figure, axis = plt.subplots()
axis.plot(film.t, to_end, "o-", color=plots.SERIES[0], label="with the end")
axis.plot(film.t, to_predicted, "s-", color=plots.SERIES[1], label="with the prediction")
axis.plot(film.t, by_chance, ":", color=plots.INK, label="by chance")
axis.set(xlabel="time $t$ = learning rate × iterations", ylabel="CKA of the embedding")
axis.set_ylim(0, 1.03)
axis.legend(loc="upper left")
plt.show()
# %% [markdown]
# A CKA of 0.25 sounds like little, and it is several times what chance gives. It is also less than the 0.43 of the start, when the head was random and nothing was learned. With its own end the embedding has more and more in common, but for one small dip. So the network leaves
# what the kernel of its start predicts, and does not come back to it.

# %% [markdown]
# Other losses, other seeds. A recorded run has the modes of fifteen networks on the same 400 digits: three losses, then Barlow Twins with a frozen trunk and from a standard start, three seeds each.
# %%
learned = data.load_run("learned_digits")
kinds = ("barlow_twins", "simclr_dot", "vicreg", "frozen", "standard")
networks = [run for kind in kinds for run in learned.other[f"{kind}_modes"].astype(float)]
alike = np.array([[spectra.linear_cka(a, b) for b in networks] for a in networks])
luck = np.array([[cka_by_chance(a, b) for b in networks] for a in networks])
# Means over pairs of seeds; a network is not held against itself.
counted = (1 - np.eye(len(networks))).reshape(5, 3, 5, 3)
between = (alike.reshape(5, 3, 5, 3) * counted).sum(axis=(1, 3)) / counted.sum(axis=(1, 3))
# %%
# NBVAL_CHECK_OUTPUT
print(between.round(2))
print("by chance:", luck.mean().round(3))
# %% [markdown]
# Two trained networks, of any two of these kinds, are far more alike than chance would make them. Look at the fourth row and column: networks of which only the head was trained are less alike to each other than networks of different losses are, if all their weights were trained.

# %% [markdown]
# ## Exercise 9.4 · Which came first?
# *Code · 15 minutes · 3 points*
#
# On digits, with Barlow Twins, all modes have similar variances once they are learned. Then principal axes are nearly arbitrary, and the finished embedding does not tell which of its directions came first. The film does: between step $j$ and step $j + 1$ there
# are $j$ large directions, and all others wait.
#
# **Given:** `Z` `(d, n, d)`, the embedding of $n$ views at $d \ge 2$ moments. `Z[0]` lies between steps 1 and 2, `Z[1]` between steps 2 and 3, and so on; `Z[-1]` is the end. Nothing is centred.
#
# **Wanted:** directions `(d, d)`, of length 1 and orthogonal, one a column. The first is that of largest variance in `Z[0]`, the second that of largest variance in `Z[1]` among all that are orthogonal to the first, and so on: each is sought among those orthogonal to all columns before it. The sign of a
# column is free.
#
# The modes of this chapter are the embedding along these directions.
#
# <details><summary>Hint 1: the idea</summary>
#
# At the first moment the first principal axis is what you want. At the second, take out of the embedding what lies along it. What is then the direction of largest variance?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With the columns so far in $V$, the rows $z - zVV^{\top}$ have no part along them. Centre, take that part out, and find the principal axis of the largest variance. Append it, and go on to the next moment.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The axis is the last column of `np.linalg.eigh(left.T @ left)[1]`, with the rows `left` that are left, or the first row of the third result of `np.linalg.svd(left)`.
#
# </details>
#
# <!-- expected-figure: 9.4 -->
# %%
def learned_order(Z):
    """Directions in the order in which they were learned, as columns. Z (d, n, d) -> (d, d)."""
    ### BEGIN SOLUTION
    V = np.zeros((Z.shape[2], 0))
    for z in Z:
        left = z - z.mean(axis=0)
        left = left - left @ V @ V.T
        axis = np.linalg.eigh(left.T @ left)[1][:, -1]
        V = np.column_stack([V, axis])
    return V
    ### END SOLUTION


learned_order = check("9.4", learned_order)

# %% [markdown] tags=["solution-only"]
# **Why not axis $j$ at moment $j$.** Of the $j$ large directions any may have the largest variance, and with variances near each other the axes are mixtures of them. What is fixed is the space that they span. The direction that is new in it is the one
# orthogonal to those found before.
# %% [markdown]
# The film has a record between each two of its steps. Your directions, and the modes as they are at the end:
# %%
steps = spectra.find_steps(film.t, film.eigenvalues)
middle = np.sqrt(steps[1:] * steps[:-1])
moments = [*(int(np.argmin(np.abs(film.t - t))) for t in middle), len(film.t) - 1]
V = learned_order(z[moments])
same = np.abs(np.sum(V * spectra.learned_directions(film.t, z, d), axis=0))
assert np.allclose(same, 1, atol=1e-4), "the package's directions should be the same but for signs"
modes = (z[-1] - z[-1].mean(axis=0)) @ V
# %% [markdown]
# Is mode $j$ the predicted function $j$? A squared correlation says how much of one the other explains. Each mode is asked twice: at the moment at which it had just been learned, and at the end.
# %%
when_learned = np.column_stack([z[k] @ v for k, v in zip(moments, V.T, strict=True)])
squares = [np.corrcoef(f.T, predicted.T)[:d, d:] ** 2 for f in (when_learned, modes)]
inside = [mode_alignment(f, predicted) for f in (when_learned, modes)]
# %% mystnb={"image": {"alt": "Two tables of ten by ten squares, a row for each learned mode and a column for each predicted function. Left, when learned: mode 1 has 0.59 with function 2, mode 2 has 0.48 with function 1, and all other squares are below 0.2. Right, at the end: mode 2 still has 0.25 with function 1, and all others are below 0.15."}} tags=["expected:9.4"]
figure, axes = plt.subplots(1, 2, figsize=(9, 4.6), sharey=True, layout="constrained")
for axis, title, table in zip(axes, ("when learned", "at the end"), squares, strict=True):
    picture = axis.imshow(table, vmin=0, vmax=0.6, cmap="gray_r")
    for (row, column), value in np.ndenumerate(table):
        if value > 0.2:
            ink = "white" if value > 0.3 else plots.INK
            axis.text(column, row, f"{value:.2f}", color=ink, ha="center", va="center", fontsize=10)
    axis.set(title=title, xlabel="predicted function")
    axis.set(xticks=range(d), xticklabels=range(1, d + 1))
    axis.set(yticks=range(d), yticklabels=range(1, d + 1))
axes[0].set_ylabel("learned mode")
figure.colorbar(picture, ax=axes, label="squared correlation")
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
print("share of each mode that the ten predicted functions hold")
print("when learned:", inside[0].round(2))
print("at the end:  ", inside[1].round(2))
# %% [markdown]
# The first two modes are largely predicted ones, in the other order. When they have just been learned, the ten predicted functions hold three quarters of them. They hold about half of the third, and of the last five no more than 0.28: these grow on features that have been
# trained in the meantime. And none of the first nine stays what it was: while others are learned the trunk goes on changing, and at the end the predicted functions hold between 0.18 and 0.47 of a mode. (The tenth is read at the end both times.) This is one run; the page asks others.
#
# What the modes see can be looked at. Here are the whole digits at both ends of the first five.
# %%
def ends(values, count=7):
    """The digits with the lowest values, then those with the highest, as one strip of pixels."""
    order = np.argsort(values)
    chosen = film.other["whole_pictures"][[*order[:count], *order[-count:]]]
    strip = np.pad(digits.x[chosen, :, :, 0], ((0, 0), (1, 1), (1, 1)))
    strip = np.concatenate(strip, axis=1)
    return np.insert(strip, [strip.shape[1] // 2] * 8, 0, axis=1)


# %% mystnb={"image": {"alt": "Whole digits at the two ends of five predicted functions and of five learned modes, seven at each end. The second predicted function has threes and sevens at one end, zeros at the other. The first learned mode has fours at one end and ones at the other, the third ones and zeros against sixes, the fourth ones with a flag and sevens with a bar, the fifth nines and fives against threes."}}
whole = film.other["whole"][-1].astype(float) @ V
whole_predicted = film.other["whole_predicted"].astype(float)
figure, columns = plt.subplots(5, 2, figsize=(9, 3.2), layout="constrained")
figure.get_layout_engine().set(wspace=0.08)
for (left, right), j in zip(columns, range(5), strict=True):
    left.imshow(ends(whole_predicted[:, j]), cmap="gray_r")
    right.imshow(ends(whole[:, j]), cmap="gray_r")
    left.set_ylabel(f"{j + 1}", rotation=0, va="center", labelpad=14)
    for axis in (left, right):
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
columns[0, 0].set_title("predicted")
columns[0, 1].set_title("learned")
plt.show()
# %% [markdown]
# Learned mode 4 tells ones with a flag from sevens with a bar, and mode 3 ones and zeros from what is mostly sixes. Nobody has told the network that there are digits. Which properties of a picture a mode measures is the question of the next exercises.
# %% [markdown]
# ## Exercise 9.5 · What explains a mode?
# *Code · 12 minutes · 2 points*
#
# Pictures at both ends of a mode suggest a meaning, and eyes are quick to find one. A number is slower. Measure some property of each picture, its brightness say, and ask which share of a mode's variance a linear regression on it explains:
#
# $$R^2 = 1 - \frac{\text{variance of what the regression leaves}}{\text{variance of the mode}} .$$
#
# One property may need several columns. The direction of the strokes in a picture is an angle, and its cosine and sine enter together.
#
# **Given:** `modes` `(n, d)`, the values of $d$ modes on $n$ pictures; `regressors` `(n, k)`, what was measured on the same pictures. Neither has mean 0. The columns of `regressors` may be correlated, and one may be ten thousand times as large as another, but none is a combination of the others and a constant.
#
# **Wanted:** `(d,)`, for each mode the $R^2$ of the least-squares regression with a constant on all columns of `regressors` together.
#
# The next exercise asks which of these numbers are luck.
#
# <details><summary>Hint 1: the idea</summary>
#
# All modes have the same regressors, so one call to a least-squares solver fits them all. What does it lack that a regression with a constant has?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Put a column of ones beside the regressors. `np.linalg.lstsq(x, modes, rcond=None)[0]` then holds the coefficients, a column for each mode. Subtract what they fit.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $X = (\mathbf 1, \text{regressors})$ and the fit $\hat y = X X^{+} y$ of a mode $y$, $R^2 = 1 - \lVert y - \hat y \rVert^2 / \lVert y - \bar y \rVert^2$, where $\bar y$ is the mode's mean.
#
# </details>
# %%
def r_squared(modes, regressors):
    """R² of each mode's regression with a constant. (n, d), (n, k) -> (d,)."""
    ### BEGIN SOLUTION
    x = np.column_stack([np.ones(len(modes)), regressors])
    left = modes - x @ np.linalg.lstsq(x, modes, rcond=None)[0]
    return 1 - left.var(axis=0) / modes.var(axis=0)
    ### END SOLUTION


r_squared = check("9.5", r_squared)

# %% [markdown] tags=["solution-only"]
# **Why together.** Two regressors that are correlated explain part of the same variance. Adding the $R^2$ of each counts that part twice, and the sum may exceed 1. **Why a constant.** Without one the regression spends its coefficients on the means, and what it leaves may have more variance than the mode itself. A negative $R^2$ is the sign of it.
# %% [markdown]
# Now the ten modes of a trained network, on 400 whole digits. `meaning.factors` measures five properties of each picture from its pixels. A sixth is no property of pixels: which of the ten digits it is, as nine columns of zeros and ones. (The tenth would follow from the others.) Training saw no labels.
# %%
modes = learned.other["barlow_twins_modes"][0].astype(float)
pictures = data.load_images("digits", n=len(modes))
properties = meaning.factors(pictures)
properties["class"] = 1.0 * (pictures.y[:, None] == np.arange(9))
explained = {name: r_squared(modes, x) for name, x in properties.items()}
# %%
# NBVAL_CHECK_OUTPUT
print("columns      mode" + "".join(f"{j:5d}" for j in range(1, 11)) + "   by chance")
for name, share in explained.items():
    columns = properties[name].shape[1]
    row = "".join(f"{value:5.2f}" for value in share)
    print(f"{columns}  {name:13} {row}        {columns / (len(modes) - 1):.3f}")
for name, share in explained.items():
    package = meaning.explained(modes, properties[name])
    assert np.allclose(share, package), "yours should be what the package computes"
# %% [markdown]
# Read the table row by row. Stroke width explains a third of mode 2 and next to nothing of mode 5; orientation a little of most modes. No property of the pixels explains half of any mode, and the class explains about half of each or more. Half of most modes' variance lies between the classes, of which training knew nothing.
#
# But is the comparison fair? The class has nine columns, and brightness has one. Let the pixels have nine as well: their nine largest principal axes.
# %%
# NBVAL_CHECK_OUTPUT
pixels = pictures.x.reshape(len(modes), -1) / 255
axes_of_pixels = np.linalg.svd(pixels - pixels.mean(axis=0), full_matrices=False)[0][:, :9]
print("9  axes         " + "".join(f"{value:5.2f}" for value in r_squared(modes, axes_of_pixels)))
print("9  class        " + "".join(f"{value:5.2f}" for value in explained["class"]))
# %% [markdown]
# Nine axes of the pixels explain between 0.38 and 0.75 of a mode, of some modes as much as the class does and of others far less. No *single* property comes near to that in the same mode. Digits that look alike are mostly the same digit: what a mode has to do with the class it may have by following shapes.
#
# The last column of the first table is what is explained *on average* if the measured numbers are handed out to the pictures at random: $k/(n-1)$. Most numbers above are larger. But how much larger than that average can luck make one of ten?

# %% [markdown]
# ## Exercise 9.6 · One of ten fits by luck
# *Code · 12 minutes · 3 points*
#
# Take a number that has nothing to do with the pictures, one that is drawn at random for each of them. It explains a little of every mode, and of ten modes one is explained best. If that one is picked out and tested *by itself*, it looks better than chance far too often.
#
# Permutations set the standard. Hand out the rows of the regressors to the pictures anew, and look at the same ten modes. Whatever is explained now is luck, and the **largest** $R^2$ of all modes is the luck of somebody who picks the best of ten. A mode's p-value says how often that luck reaches its $R^2$ (Westfall and Young 1993):
#
# $$p_j = \frac{1 + M_j}{1 + P} ,$$
#
# where $M_j$ counts the permutations whose largest $R^2$ over all modes is at least $R^2_j$. The 1 above and below counts the arrangement that was observed: it is one of $1 + P$, and so no p-value is 0.
#
# **Given:** `modes` `(n, d)` and `regressors` `(n, k)` as in 9.5; `permutations` `(P, n)`, each row an order of the numbers 0 to $n-1$. Row $i$ of the permuted regressors is `regressors[permutation[i]]`, with all its columns; the modes stay. Some of the permutations may leave all rows in place, and some pictures may have the same modes.
#
# **Wanted:** the p-values $p_j$ `(d,)`. Two $R^2$ that differ by less than $10^{-9}$ are equal: that much is rounding.
#
# <details><summary>Hint 1: the idea</summary>
#
# A permutation gives one number, however many modes there are. To which modes is it compared?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `r_squared(modes, regressors[rows])` for one permutation `rows` gives $d$ numbers; keep the largest. After all permutations compare the $P$ numbers with each of the $d$ observed ones. `largest[:, None]` makes a column of them, and a comparison of a column with a row is a table.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $m_i = \max_j R^2_j(\text{permutation } i)$: $p_j = \big( 1 + \sum_i [\, m_i \ge R^2_j - 10^{-9} \,] \big) / (1 + P)$, where a bracket is 1 if it holds and 0 if not.
#
# </details>
#
# <!-- expected-figure: 9.6 -->
# %%
def p_values(modes, regressors, permutations):
    """p of each mode against the best of all modes. (n, d), (n, k), (P, n) -> (d,)."""
    ### BEGIN SOLUTION
    observed = r_squared(modes, regressors)
    largest = np.array([r_squared(modes, regressors[rows]).max() for rows in permutations])
    reached = largest[:, None] >= observed - 1e-9
    return (1 + reached.sum(axis=0)) / (1 + len(permutations))
    ### END SOLUTION


p_values = check("9.6", p_values)

# %% [markdown] tags=["solution-only"]
# **Why the largest.** Say that none of the modes has to do with the regressors. Then the observed arrangement is one of $1 + P$ that are all alike, and the chance that its *best* mode is among the best 5 % of them is 5 %. So with probability 95 % or a little more no mode at all gets a $p$ below .05. A mode held against its own permutations has such a chance by itself, and ten modes have ten. **Why whole rows.** Cosine and sine of one picture belong together; permuted column by column they would no longer be an angle.
# %% [markdown]
# First where the answer is known: 200 such draws of noise, ten modes on 100 pictures, 99 permutations. How often is some mode called significant at .05, if each mode is held against itself, and if it is held against the best?
# %%
rng = np.random.default_rng(0)
few = modes[:100]
alone, best = [], []
for _ in range(200):
    noise = rng.normal(size=(len(few), 1))
    orders = np.array([rng.permutation(len(few)) for _ in range(99)])
    null = np.array([r_squared(few, noise[rows]) for rows in orders])
    itself = (1 + (null >= r_squared(few, noise) - 1e-9).sum(axis=0)) / (1 + len(orders))
    alone.append(itself.min() <= 0.05)
    best.append(p_values(few, noise, orders).min() <= 0.05)
# %%
names = ["each by itself", "against the best"]
measured = [np.mean(alone), np.mean(best)]
comparison = plots.compare([1 - 0.95**10, 0.05], measured, names, "share of false alarms")
# Three standard errors of a share of 200.
assert abs(measured[0] - (1 - 0.95**10)) < 0.104 and abs(measured[1] - 0.05) < 0.046
comparison
# %% [markdown]
# Tested one by one, noise is found to mean something in about four of ten cases, as it should for ten independent modes. With your p-values it happens about one time in twenty.
#
# Now the table again, with 999 permutations. A star marks $p \le .01$.
# %%
permutations = np.array([rng.permutation(len(modes)) for _ in range(999)])
p = np.array([p_values(modes, x, permutations) for x in properties.values()])
# %% mystnb={"image": {"alt": "A table of six rows and ten columns, one row a property and one column a mode, coloured by R squared from 0 to 0.8. The row of the class is dark throughout, from 0.45 to 0.78, and starred throughout. Of the others the darkest cell is stroke width in mode 2, at 0.34; orientation has eight stars in pale cells, brightness one."}} tags=["expected:9.6"]
figure, axis = plt.subplots(figsize=(7.2, 3.2))
table = np.array(list(explained.values()))
axis.imshow(table, cmap="Greys", vmin=0, vmax=1, aspect="auto")
for (i, j), share in np.ndenumerate(table):
    star = "*" if p[i, j] <= 0.01 else ""
    color = "white" if share > 0.5 else "black"
    number = f"{share:.2f}".removeprefix("0")
    axis.text(j, i, number + star, ha="center", va="center", color=color, fontsize=9.5)
axis.set_xticks(range(10), labels=range(1, 11))
axis.set_yticks(range(len(properties)), labels=list(properties))
axis.set(xlabel="mode, in the order of learning", title="$R^2$; a star where $p ≤ .01$")
axis.grid(False)
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
for name, row in zip(properties, p, strict=True):
    stars = [j + 1 for j in range(10) if row[j] <= 0.01]
    print(f"{name:13} p ≤ .01 for modes {stars}")
# %% [markdown]
# Many of the stars stand beside small numbers. On 400 pictures an $R^2$ of .05 is no luck, and yet 95 % of that mode is something else. A p-value says that a link is there, and only $R^2$ says how strong it is.
#
# Two limits. The p-values account for ten modes and not for six properties: with more properties some star would come by luck after all. And a link is no cause: width of the stroke differs from digit to digit, so what it explains may be the class.

# %% [markdown]
# ## Exercise 9.7 · How many modes does a classifier need?
# *Code · 12 minutes · 2 points*
#
# If the modes are mostly about the class, do the first ones tell more of it than the last? Let a linear classifier see $k$ modes of a given order, for each $k$ from 1 on, and count how often it is right on pictures that it was not fitted to.
#
# The classifier is the plainest there is. For each class there is an output, and least squares with a constant fits it to 1 on pictures of that class and to 0 on all others. A new picture gets the class with the largest output.
#
# **Given:** `modes` `(n, d)` and their labels `y` `(n,)`, to fit to; `modes_test` `(m, d)` and `y_test` `(m,)`, to count on; `order`, a sequence of all $d$ column numbers, counted from 0. Labels are any whole numbers. A class of `y` may be missing in `y_test`, but not the other way round.
#
# **Wanted:** `(d,)`, the accuracy on the test with the columns `order[:k]`, for $k = 1, \ldots, d$.
#
# <details><summary>Hint 1: the idea</summary>
#
# One-hot targets make it $c$ regressions at once, as in 9.5 the modes were $d$ of them. What of the fit is used on the test, and what is computed there again?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `np.unique(y)` gives the labels that occur, and `y[:, None]` compared with them is the table of targets. Fit with `np.linalg.lstsq`, apply the coefficients to the test's modes beside a column of ones, and take `argmax` along the classes. It gives places, and `classes[...]` turns places into labels.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $X_k = (\mathbf 1, \text{first } k \text{ modes of the order})$ and targets $T$: $B = X_k^{+} T$. Picture $i$ of the test gets the class whose output in row $i$ of $X_k^{\text{test}} B$ is largest.
#
# </details>
#
# <!-- expected-figure: 9.7 -->
# %%
def probe_curve(modes, y, modes_test, y_test, order):
    """Accuracy from the first 1 … d columns of order; modes (n, d), y (n,), order (d,) -> (d,)."""
    ### BEGIN SOLUTION
    classes = np.unique(y)
    targets = (y[:, None] == classes).astype(float)
    curve = []
    for k in range(1, len(order) + 1):
        both = (m[:, order[:k]] for m in (modes, modes_test))
        x, x_test = (np.column_stack([np.ones(len(m)), m]) for m in both)
        weights = np.linalg.lstsq(x, targets, rcond=None)[0]
        guesses = classes[np.argmax(x_test @ weights, axis=1)]
        curve.append(np.mean(guesses == y_test))
    return np.array(curve)
    ### END SOLUTION


probe_curve = check("9.7", probe_curve)

# %% [markdown] tags=["solution-only"]
# **Why one output a class.** A single regression on the label as a number would put class 3 between classes 2 and 4, and no mode is made so. **Why the constant.** The targets are 0 or 1 and do not have mean 0, and pictures of the test have the same constant, not a mean of their own. At $k = d$ all orders agree, for then all columns are in.
# %% [markdown]
# We fit to 300 of the 400 digits and count on the other 100. Three kinds of order: as the modes were learned, the reverse, and 50 at random.
# %%
half = (modes[:300], pictures.y[:300], modes[300:], pictures.y[300:])
forward = probe_curve(*half, np.arange(10))
backward = probe_curve(*half, np.arange(10)[::-1])
random = np.array([probe_curve(*half, rng.permutation(10)) for _ in range(50)])
# %% mystnb={"image": {"alt": "Accuracy on 100 digits against the number of modes, 1 to 10. The modes as learned rise from 0.19 to 0.68 at four modes and then slowly to 0.78. In reverse they start at 0.22, reach 0.49 at four, and end at the same 0.78. A grey band shows random orders. The order of learning is above it at three and four modes, the reverse along its lower edge up to six."}} tags=["expected:9.7"]
figure, axis = plt.subplots()
k = np.arange(1, 11)
low, high = random.mean(axis=0) - random.std(axis=0), random.mean(axis=0) + random.std(axis=0)
axis.fill_between(k, low, high, color=plots.GREY, alpha=0.3, label="random orders, ± one s.d.")
axis.plot(k, forward, "o-", color=plots.SERIES[0], label="as learned")
axis.plot(k, backward, "s--", color=plots.SERIES[1], label="in reverse")
axis.axhline(0.1, color=plots.GREY, linestyle=":")
axis.set(xlabel="modes that the classifier sees", ylabel="accuracy on 100 digits", ylim=(0, 1))
axis.legend(loc="lower right")
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
print("as learned: ", forward.round(2))
print("in reverse: ", backward.round(2))
print("random mean:", random.mean(axis=0).round(2))
error = np.sqrt(0.5 * 0.5 / 100)
print(f"standard error of an accuracy near one half, on 100 digits: {error:.2f}")
# %% [markdown]
# At four modes the order of learning seems to be worth something. But an accuracy on 100 pictures has a standard error of 5 %, and these are the modes of one seed. The recorded run has more: three seeds, all 1297 training digits and 500 others, and 20 random orders for each seed. The last number of a row is the standard deviation of these orders.
# %%
# NBVAL_CHECK_OUTPUT
recorded = learned.other["barlow_twins_probe"]  # (seed, as learned / in reverse / random, k)
spread = learned.other["barlow_twins_probe_random"].std(axis=1)
for k in (2, 3, 4, 6):
    ahead = recorded[:, 0, k - 1] - recorded[:, 2, k - 1]
    shown = " ".join(f"{a:+.2f}" for a in ahead)
    print(f"{k} modes, as learned minus random: {shown}, s.d. {spread[:, k - 1].mean():.2f}")
# %% [markdown]
# The differences have both signs, and nearly all of them are within two standard deviations of what random orders do among themselves. So three seeds do not show that the early modes tell more of the class than modes taken at random. On 100 digits of one seed it looked otherwise, and that is what a standard error is for.

# %% [markdown]
# ## Exercise 9.8 · How many dimensions are in use?
# *Derivation · 12 minutes · 2 points*
#
# The staircase counts: after $k$ steps $k$ directions of the embedding are in use, and $d - k$ wait. Three measures in the literature count without looking for steps. All three take a set of values above 0, call their shares of the sum $p_1, \ldots, p_d$, and say how many equal values would be as evenly spread.
#
# - **RankMe** (Garrido et al. 2023): $\exp\big( -\sum_j p_j \log p_j \big)$, of the singular values of the embedding.
# - The **effective rank** of the covariance: the same of its eigenvalues.
# - The **participation ratio**: $\big( \sum_j \lambda_j \big)^2 / \sum_j \lambda_j^2$, of its eigenvalues.
#
# Between two steps an embedding of mean 0 looks roughly so: its covariance has $k$ eigenvalues 1 and $d - k$ eigenvalues $\delta$. What do the three say?
#
# **Given:** whole numbers `d` and `k`, $1 \le k \le d$, and `delta`, a number from 0 to 1.
#
# **Wanted:** a tuple of three numbers: RankMe, the effective rank and the participation ratio. At $\delta = 0$ the terms $0 \log 0$ count as 0, their limit.
#
# Before you compute: which of the three is furthest from $k$ at $\delta = 10^{-4}$?
#
# <details><summary>Hint 1: the idea</summary>
#
# The covariance is $Z^{\top} Z / n$. If its eigenvalues are $\lambda_j$, what are the singular values of $Z$, up to a factor that the shares do not see?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Singular values are as $\sqrt{\lambda_j}$: $k$ of them 1 and $d - k$ of them $\sqrt\delta$. Divide by the sum before the logarithm, and leave out the terms that are 0.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $s(x) = k + (d - k)\, x$ the entropy of $k$ values 1 and $d - k$ values $x$ is $\log s(x) - (d - k)\, x \log x / s(x)$. RankMe has $x = \sqrt\delta$ and the effective rank $x = \delta$. The participation ratio is $s(\delta)^2 / s(\delta^2)$.
#
# </details>
#
# <!-- expected-figure: 9.8 -->
# %%
def three_ranks(d, k, delta):
    """RankMe, effective rank, participation ratio: k eigenvalues 1, d - k of delta -> 3 numbers."""
    ### BEGIN SOLUTION
    lam = np.repeat([1.0, delta], [k, d - k])

    def exp_entropy(values):
        shares = values[values > 0] / values.sum()
        return np.exp(-np.sum(shares * np.log(shares)))

    return exp_entropy(np.sqrt(lam)), exp_entropy(lam), lam.sum() ** 2 / np.sum(lam**2)
    ### END SOLUTION


three_ranks = check("9.8", three_ranks)

# %% [markdown] tags=["solution-only"]
# **Why RankMe counts what waits.** A mode that waits with an eigenvalue of $10^{-4}$ has a singular value of $10^{-2}$, a hundred times larger, and $-p \log p$ weighs small shares up once more. The participation ratio squares the eigenvalues, so it sees the waiting modes least. None of the three is wrong: they answer how evenly the variance is spread, and each has its own idea of evenly.
# %%
# NBVAL_CHECK_OUTPUT
print("             RankMe   effective rank   participation ratio")
for width, used in ((10, 2), (10, 8), (128, 10)):
    counts = three_ranks(width, used, 1e-4)
    print(f"{used:2d} of {width:3d}:" + "".join(f"{count:11.2f}" for count in counts))
# %% [markdown]
# In both rows of ten dimensions all three stay within one half of $k$. With 128, of which ten are learned, RankMe counts 18: each of the 118 that wait adds little, and there are many of them.
#
# Now along the film, beside the steps themselves. The embeddings are centred first, so that RankMe sees no mean.
# %%
Z = film.other["z"].astype(float)
Z = Z - Z.mean(axis=1, keepdims=True)
spectrum = np.array([spectra.covariance_eigenvalues(z) for z in Z])
ranks = np.array([
    [spectra.rankme(z), spectra.effective_rank(lam), spectra.participation_ratio(lam)]
    for z, lam in zip(Z, spectrum, strict=True)
])
steps = spectra.find_steps(film.t, spectrum)
# %% mystnb={"image": {"alt": "Three counts of dimensions over time and a grey staircase from 0 to 10. At t = 0, before any step, all three stand between 7 and 9.5. They fall to between 1 and 2 at the first step, then climb with the staircase: participation ratio and effective rank close to it, RankMe up to one above."}} tags=["expected:9.8"]
figure, axis = plt.subplots()
t, count = np.hstack([0, steps, film.t[-1]]), np.append(np.arange(11), 10)
axis.step(t, count, where="post", color=plots.GREY, label="steps so far")
names = ("RankMe", "effective rank", "participation ratio")
for curve, name, color, marker in zip(ranks.T, names, plots.SERIES, plots.MARKERS, strict=False):
    axis.plot(film.t, curve, color=color, marker=marker, markevery=2, label=name)
axis.set(xlabel="time $t$ = learning rate × iterations", ylabel="dimensions in use")
axis.set_ylim(0, 10.5)
axis.legend(loc="lower right")
plt.show()
# %% [markdown]
# Between steps $k$ and $k + 1$ your formula can be put beside the film. For $\delta$ it gets the squared ratio of two means: of the roots $\sqrt{\lambda_j}$ of the modes that wait, and of those that are learned.
# %%
theory, measured = [], []
for k in range(1, 10):
    middle = np.argmin(np.abs(film.t - np.sqrt(steps[k - 1] * steps[k])))
    root = np.sqrt(spectrum[middle])
    theory.append(three_ranks(10, k, (root[k:].mean() / root[:k].mean()) ** 2)[0])
    measured.append(ranks[middle, 0])
names = [f"after step {k}" for k in range(1, 10)]
# %%
comparison = plots.compare(theory, measured, names, "RankMe between steps")
assert comparison.worst < 0.2, "two kinds of eigenvalues should be nearly all there is"
comparison
# %% [markdown]
# RankMe is what two kinds of eigenvalues make of it to 8 per cent or better, but for the first row. The formula takes the modes that wait to be alike, and after step 1 they are not: there the second, which comes next, is far larger than the others, and RankMe counts fewer than the formula.
#
# The figure has a warning on its left. Before training all three measures stand high: the embedding of a random head is small and spreads over all its directions evenly. The measures see the shape of a spectrum and not its size. A high rank says that many directions are about equally in use. It does not say that anything was learned.

# %% [markdown]
# ## What you have now
#
# You can say which functions a kernel predicts, how much of them an embedding holds, and how much it would hold by chance. You can number modes in the order in which they were learned, ask what explains them, and keep luck out of the answer.
#
# On 400 of the digits that it was trained on, and for the modes of one network, the class explains about half of each mode or more, and no single property of the pixels comes near to that. Nine axes of them explain as much of some modes and less of others. The first modes tell a linear classifier no more than random ones, as far as three seeds show. And a rank says how evenly an embedding is spread, not how much of it was learned: it is high before the first step.
#
# What you cannot do yet is name a mode. $R^2$ holds each of them against what somebody thought of measuring, and what nobody measured explains nothing.
#
# To try: the same network with its trunk held frozen learned modes as well. What explains them, and how many does a classifier need? Write a guess down, then run the next cell. `"simclr_dot_modes"`, `"vicreg_modes"` and `"standard_modes"` are there too.
# %%
others = learned.other["frozen_modes"][0].astype(float)
for name, x in properties.items():
    print(f"{name:13}", r_squared(others, x).round(2))
print("accuracy:    ", probe_curve(others[:300], pictures.y[:300], others[300:], pictures.y[300:],
                                   np.arange(10)).round(2))  # fmt: skip
