# %% [markdown]
# # 9 · What was learned, and in what order: exercises
#
# Chapters 7 and 8 asked when a network learns its modes. Here the question is what they are. The kernel of the untrained features predicts ten functions of the views, in order. The trained network has
# learned ten others, or the same? What do they measure in a picture, and which of them say what digit it is?
#
# Eight exercises, 105 minutes, 20 points. Exercises 9.3 and 9.8 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from stepwise_ssl import data, kernels, linear, plots, spectra
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
# be ten thousand times smaller than the others. However small a column is, it counts.
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
    axis.set(title=title, xlabel="time $t$ = learning rate × steps", ylim=(0, 1.03))
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
# $$\mathrm{CKA}(x, y) = \frac{\langle K, L \rangle}{\lVert K \rVert\, \lVert L \rVert}, \qquad \langle K, L \rangle = \sum_{ij} K_{ij} L_{ij}, \qquad \lVert K \rVert = \sqrt{\langle K, K \rangle} .$$
#
# It is 1 for equal ones and never below 0. How large is it for two that have nothing to do with each other? Hand the rows of $y$ out to the pictures anew, in each of the $n!$ possible ways, and take the mean.
#
# **Given:** `x` `(n, p)` and `y` `(n, q)`, not centred, $n \ge 4$. There may be more columns than rows.
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
# %% mystnb={"image": {"alt": "CKA of the embedding over time. With the end it rises steadily from 0.15 to 1. With the prediction it begins at 0.43, drops to 0.2 at t = 2, and stays between 0.2 and 0.3. The dotted line of chance lies between 0.01 and 0.03."}} tags=["expected:9.3"]
figure, axis = plt.subplots()
axis.plot(film.t, to_end, "o-", color=plots.SERIES[0], label="with the end")
axis.plot(film.t, to_predicted, "s-", color=plots.SERIES[1], label="with the prediction")
axis.plot(film.t, by_chance, ":", color=plots.INK, label="by chance")
axis.set(xlabel="time $t$ = learning rate × steps", ylabel="CKA of the embedding", ylim=(0, 1.03))
axis.legend(loc="upper left")
plt.show()
# %% [markdown]
# A CKA of 0.25 sounds like little, and it is several times what chance gives. It is also less than the 0.43 of the start, when the head was random and nothing was learned. With its own end the embedding has more in common at each step. So the network leaves
# what the kernel of its start predicts, and does not come back to it.

# %% [markdown]
# ## Exercise 9.4 · Which came first?
# *Code · 15 minutes · 3 points*
#
# When all modes are learned their variances are nearly alike. Then principal axes are arbitrary, and the finished embedding does not tell which of its directions came first. The film does: between step $j$ and step $j + 1$ there
# are $j$ large directions, and all others wait.
#
# **Given:** `Z` `(d, n, d)`, the embedding of $n$ views at $d$ moments. `Z[0]` lies between steps 1 and 2, `Z[1]` between steps 2 and 3, and so on; `Z[-1]` is the end. Nothing is centred.
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
            axis.text(column, row, f"{value:.2f}", color=ink, ha="center", va="center", fontsize=9)
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
# The first two modes are predicted ones, in the other order. When they have just been learned, the ten predicted functions hold three quarters of them. They hold about half of the third, and ever less of the later ones, which grow on features that have been
# trained in the meantime. And no mode stays what it was: while others are learned the trunk goes on changing, and at the end the predicted functions hold between 0.18 and 0.47 of a mode. This is one run; the page asks others.
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
# Learned mode 4 tells ones with a flag from sevens with a bar, and mode 3 ones and zeros from sixes. Nobody has told the network that there are digits. Which properties of a picture a mode measures is the question of the next exercises.
