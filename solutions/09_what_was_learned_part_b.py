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
# **Given:** `modes` `(n, d)`, the values of $d$ modes on $n$ pictures; `regressors` `(n, k)`, what was measured on the same pictures. Neither has mean 0. The columns of `regressors` may be correlated, but none is a combination of the others and a constant.
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
learned = data.load_run("learned_digits")
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
# The last column is what is explained *on average* if the measured numbers are handed out to the pictures at random: $k/(n-1)$. Most numbers above are larger. But how much larger than that average can luck make one of ten?

# %% [markdown]
# ## Exercise 9.6 · One of ten fits by luck
# *Code · 12 minutes · 3 points*
#
# Take a number that has nothing to do with the pictures, one that is drawn at random for each of them. It explains a little of every mode, and of ten modes one is explained best. If that one is picked out and tested *by itself*, it looks better than chance far too often.
#
# Permutations set the standard. Hand out the rows of the regressors to the pictures anew, and look at the same ten modes. Whatever is explained now is luck, and the **largest** $R^2$ of all modes is the luck of somebody who picks the best of ten. A mode's p-value says how often that luck reaches its $R^2$ (Westfall and Young 1993):
#
# $$p_j = \frac{1 + \#\{\text{permutations whose largest } R^2 \text{ over all modes is at least } R^2_j\}}{1 + P} .$$
#
# The 1 above and below counts the arrangement that was observed: it is one of $1 + P$, and so no p-value is 0.
#
# **Given:** `modes` `(n, d)` and `regressors` `(n, k)` as in 9.5; `permutations` `(P, n)`, each row an order of the numbers 0 to $n-1$. Row $i$ of the permuted regressors is `regressors[permutation[i]]`, with all its columns; the modes stay. Some of the permutations may leave all rows in place.
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
# **Why the largest.** Say that none of the modes has to do with the regressors. Then the observed arrangement is one of $1 + P$ that are all alike, and the chance that its *best* mode is among the best 5 % of them is 5 %. So with probability 95 % no mode at all gets a $p$ below .05. A mode held against its own permutations has such a chance by itself, and ten modes have ten. **Why whole rows.** Cosine and sine of one picture belong together; permuted column by column they would no longer be an angle.
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
    axis.text(j, i, f"{share:.2f}{star}", ha="center", va="center", color=color, fontsize=8)
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
    """Accuracy from the first 1 … d columns of order. (n, d), (n,), (m, d), (m,), d numbers -> (d,)."""
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
# **Why one output a class.** A single regression on the label as a number would put class 3 between classes 2 and 4, and no mode is made so. **Why the constant.** In a training set with more ones than nines the targets do not have mean 0, and pictures of the test have the same constant, not a mean of their own. At $k = d$ all orders agree, for then all columns are in.
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
# The differences have both signs, and nearly all of them are within two standard deviations of what random orders do among themselves. So three seeds do not show that the early modes tell more of the class than the others. On 100 digits of one seed it looked otherwise, and that is what a standard error is for.

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
    """RankMe, effective rank, participation ratio: k eigenvalues 1, d - k of size delta -> 3 numbers."""
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
# In ten dimensions all three stay near $k$. With 128, of which ten are learned, RankMe counts 18: each of the 118 that wait adds little, and there are many of them.
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
for curve, name, color in zip(ranks.T, names, plots.SERIES, strict=False):
    axis.plot(film.t, curve, color=color, label=name)
axis.set(xlabel="time $t$ = learning rate × steps", ylabel="dimensions in use", ylim=(0, 10.5))
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
# Where the steps are well apart RankMe is what two kinds of eigenvalues make of it, to a few per cent. Where two come close together there is a third kind, the mode on its way, and the formula is further off.
#
# The figure has a warning on its left. Before training all three measures stand high: the embedding of a random head is small and spreads over all its directions evenly. The measures see the shape of a spectrum and not its size. A high rank says that many directions are about equally in use. It does not say that anything was learned.

# %% [markdown]
# ## What you have now
#
# You can say which functions a kernel predicts, how much of them an embedding holds, and how much it would hold by chance. You can number modes in the order in which they were learned, ask what explains them, and keep luck out of the answer.
#
# On 400 of the digits that it was trained on, and for the modes of one network, the class explains about half of each mode or more, and no property of the pixels comes near to that. In what order a linear classifier gets the modes makes no difference that three seeds would show. And a rank says how evenly an embedding is spread, not how much of it was learned: it is high before the first step.
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
