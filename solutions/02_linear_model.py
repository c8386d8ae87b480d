# %% [markdown]
# # 2 · The linear model, solved: exercises
#
# A linear embedding $f(x) = Wx$ is trained until the cross-correlation $C$ of two views is the
# identity. Its loss stays flat, falls by one, and waits again. In eight exercises you find out why:
# from two matrices of views to a closed formula for every moment of training, and back to a
# gradient-descent loop that knows nothing of the formula and follows it.
#
# Eight exercises, 103 minutes, 22 points. Exercises 2.2 to 2.6 need pencil and paper. The page says
# where to stop reading and try first.
# %% tags=["setup"]
import numpy as np

from stepwise_ssl import data, linear, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# ## Exercise 2.1 · All that the loss sees of the data
# *Code · 8 minutes · 2 points*
#
# The loss sees the views only through one matrix, the **cross-moment**
#
# $$\Gamma = \frac{1}{2n} \sum_{i=1}^{n} \left( x_i x_i'^{\top} + x_i' x_i^{\top} \right),$$
#
# where $x_i$ and $x_i'$, two vectors of length $m$, are the two views of picture $i$.
#
# **Given:** `x1` and `x2`, each `(n, m)`; row $i$ of `x1` is $x_i$, row $i$ of `x2` is $x_i'$.
#
# **Wanted:** $\Gamma$, `(m, m)`. Subtract no mean: whether the views are centred is decided outside.
#
# Every rate of this chapter is a multiple of an eigenvalue of this matrix, and every step time comes from one.
#
# <details><summary>Hint 1: the idea</summary>
#
# $\Gamma$ is an average of $2n$ products of a column with a row. The second product of a pair is the
# transpose of the first.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# A sum over pictures of (column of view 1) times (row of view 2) is one matrix product: the entry
# $(a, b)$ is $\sum_i x_{ia} x'_{ib}$, so the sum must run over the rows of both arrays.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $X$ and $X'$ the two arrays, $\Gamma = \frac{1}{2n} (X^{\top} X' + X'^{\top} X)$.
#
# </details>
# %%
def cross_moment(x1, x2):
    """Average of x x'ᵀ and x' xᵀ over the pairs. x1, x2 (n, m) -> Gamma (m, m)."""
    ### BEGIN SOLUTION
    products = x1.T @ x2
    return (products + products.T) / (2 * len(x1))
    ### END SOLUTION


cross_moment = check("2.1", cross_moment)

# %% [markdown] tags=["solution-only"]
# **Why.** $v^{\top}\Gamma v$ is the average of $(v \cdot x)(v \cdot x')$: how much of direction $v$
# both views share. That number does not ask which view comes first, so the matrix is symmetric;
# `x1.T @ x2 / n` has the same $v^{\top} \Gamma v$ but is not symmetric, and `np.linalg.eigh` would
# quietly read one half of it. Dividing by $n$ instead of $2n$ doubles every growth rate.
# %% [markdown]
# ### The digits, and what the mean picture costs
#
# `views.make_pairs` crops each digit twice, subtracts the mean picture and scales. The eigenvectors
# of $\Gamma$ are the **modes** $v_j$, one a column of `modes`, in descending order of their
# eigenvalues $\gamma_j$.
# %%
images = data.load_images("digits")
x1, x2 = views.make_pairs(images, seed=0)
Gamma = cross_moment(x1, x2)
gamma, modes = linear.modes(Gamma, len(Gamma))
# %%
# NBVAL_CHECK_OUTPUT
print("the first five γ:", gamma[:5].round(3))
print("modes with γ < 0:", (gamma < 0).sum(), "of", len(gamma))

# %% [markdown]
# Now without centring. One mode takes most of $\Gamma$: it is nearly the mean picture, which every view shares.
# %%
# NBVAL_CHECK_OUTPUT
uncentred = cross_moment(*views.make_pairs(images, seed=0, centre=False))
largest = np.linalg.eigvalsh(uncentred)[::-1][:5]
print("the first five γ, uncentred:", largest.round(3))
print(f"the first is {largest[0] / largest[1]:.0f} times the second")

# %% [markdown]
# Gradient descent is stable only for learning rates below $1/(4\gamma_1)$ (the page derives it), so
# the mean picture would dictate the step size of all other modes. From here on the views are
# centred.

# %% [markdown]
# ## Exercise 2.2 · The gradient, with every factor
# *Derivation · 18 minutes · 3 points*
#
# With embeddings $Wx$, where $W$ has shape $(d, m)$, the cross-correlation of the embeddings is
# $C = W \Gamma W^{\top}$. The loss of Barlow Twins weighs the entries off the diagonal by
# $\lambda_{\text{BT}}$:
#
# $$\mathcal{L} = \sum_i (C_{ii} - 1)^2 + \lambda_{\text{BT}} \sum_{i \ne j} C_{ij}^2.$$
#
# At $\lambda_{\text{BT}} = 1$ it is $\lVert C - I \rVert_F^2$, the loss of the page.
#
# **Given:** `W` `(d, m)`, a symmetric `Gamma` `(m, m)` and the number $\lambda_{\text{BT}}$ as `lam`.
#
# **Wanted:** the gradient, `(d, m)`: entry $(a, i)$ is $\partial \mathcal{L} / \partial W_{ai}$.
# Derive it on paper first; the check compares with slopes of the loss, at a tiny $W$ too.
#
# A factor of 2 lost here is a clock that runs at half speed for the rest of the course. From 2.3 on
# the weight is 1.
#
# <details><summary>Hint 1: the idea</summary>
#
# Change $W$ by a small $dW$ and collect what is linear in $dW$. Each entry of $C$ gives its own term:
# $2\,(C_{ii} - 1)\, dC_{ii}$ on the diagonal, and off it $2\, C_{ij}\, dC_{ij}$ times the weight.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Collect the factors of $dC$ in one matrix $E$, so that $d\mathcal{L} = 2\, \mathrm{tr}(E\, dC)$. $W$
# stands twice in $W \Gamma W^{\top}$, so $dC = dW\, \Gamma W^{\top} + W \Gamma\, dW^{\top}$. The two
# terms are transposes of each other and $E$ is symmetric: against $E$ both have the same trace.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $d\mathcal{L} = 4\, \mathrm{tr}(\Gamma W^{\top} E\, dW)$, where $E$ has the diagonal of $C - I$ and,
# off it, the weighted entries of $C$. The gradient $G$ is the matrix with
# $d\mathcal{L} = \sum_{ai} G_{ai}\, dW_{ai} = \mathrm{tr}(G^{\top} dW)$. Read off $G^{\top}$.
#
# </details>
# %%
def gradient(W, Gamma, lam=1.0):
    """Gradient of the weighted loss with respect to W. W (d, m), Gamma (m, m) -> (d, m)."""
    ### BEGIN SOLUTION
    C = W @ Gamma @ W.T
    error = np.where(np.eye(len(W)) == 1, C - 1, lam * C)
    return 4 * error @ W @ Gamma
    ### END SOLUTION


gradient = check("2.2", gradient)

# %% [markdown] tags=["solution-only"]
# **Why.** $G^{\top} = 4\, \Gamma W^{\top} E$, so $G = 4\, E W \Gamma$. One 2 is the derivative of the
# square; the other counts the two places of $W$ in $C$. Forgetting the second is the usual slip: it
# would be right for $\lVert A W - I \rVert^2$, where $W$ stands once. The weight stands outside the
# square, so it enters $E$ to the first power, and $E$ stays symmetric.

# %% [markdown]
# ## Exercise 2.3 · One equation for each mode
# *Derivation · 12 minutes · 3 points*
#
# Gradient flow is $dW/dt = -\partial \mathcal{L} / \partial W$: gradient descent with steps so small
# that time is continuous. Start it **aligned** with the modes,
#
# $$W(0) = U S(0) V_d^{\top},$$
#
# with $U$ $(d, d)$ any orthogonal matrix, $S(0) = \mathrm{diag}(s_1(0), \ldots, s_d(0))$ and $V_d$
# $(m, d)$ the first $d$ modes as columns. Put $W = U S V_d^{\top}$ into the gradient: the right-hand
# side has the same form, so $W(t)$ keeps it and only the $s_j$ move.
#
# **Given:** `s` `(d,)` and the eigenvalues `gamma` `(d,)` of the same modes, of either sign. Entries of
# both may be 0.
#
# **Wanted:** $ds_j/dt$ for each mode, `(d,)`.
#
# This turns $d \times m$ coupled equations into $d$ separate ones.
#
# <details><summary>Hint 1: the idea</summary>
#
# $V_d$ has orthonormal columns and $\Gamma V_d = V_d \Lambda$ with
# $\Lambda = \mathrm{diag}(\gamma_1, \ldots, \gamma_d)$. The gradient becomes $U$, times diagonal
# matrices, times $V_d^{\top}$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# First $C = U S V_d^{\top} \Gamma V_d S U^{\top} = U (S \Lambda S) U^{\top}$, then
# $C - I = U (S \Lambda S - I) U^{\top}$, then $W \Gamma = U S \Lambda V_d^{\top}$. Multiply the last
# two, and compare both sides of $dW/dt = U (dS/dt) V_d^{\top}$ entry by entry.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $dS/dt = -4\, (S \Lambda S - I)\, S \Lambda$, and all of these matrices are diagonal.
#
# </details>
# %%
def ds_dt(s, gamma):
    """Gradient flow of aligned singular values. s (d,), gamma (d,) -> ds/dt (d,)."""
    ### BEGIN SOLUTION
    return 4 * gamma * s * (1 - gamma * s**2)
    ### END SOLUTION


ds_dt = check("2.3", ds_dt)

# %% [markdown] tags=["solution-only"]
# **Why.** The error of mode $j$ is $1 - \gamma_j s_j^2$, because $C$ has the eigenvalue
# $\lambda_j = \gamma_j s_j^2$, and not $1 - s_j^2$: growth stops at $s_j = \gamma_j^{-1/2}$. The
# $\gamma_j$ outside the bracket comes from the last $\Gamma$ of the gradient; while the $s_j$ are small,
# it alone makes the modes grow at different rates.
# %% [markdown]
# Does the full gradient keep the modes apart? Written in the basis of $U$ and of all $m$ modes it should
# be zero except for your $-ds_j/dt$ on the diagonal of its first $d$ columns.
# %%
d = 10
s = np.linspace(2.0, 0.2, d)
U = np.linalg.qr(np.random.default_rng(0).normal(size=(d, d)))[0]
W = U * s @ modes[:, :d].T

in_modes = -U.T @ gradient(W, Gamma) @ modes  # (d, m)
elsewhere = np.abs(in_modes[~np.eye(d, len(Gamma), dtype=bool)]).max()
assert elsewhere < 1e-5 * np.abs(in_modes).max(), f"elsewhere there is {elsewhere:.0e}, not 0"
comparison = plots.compare(ds_dt(s, gamma[:d]), np.diag(in_modes), quantity="rate ds/dt")
assert comparison.worst < 1e-3, "ds_dt and gradient do not belong to the same loss"
comparison

# %% [markdown]
# ## Exercise 2.4 · Solve the equation of one mode
# *Code · 15 minutes · 4 points*
#
# Multiply your equation by $2\gamma s$ and it becomes one for the embedding eigenvalue
# $\lambda = \gamma s^2$, the **logistic equation** $d\lambda/dt = 8 \gamma \lambda (1 - \lambda)$.
# Solve it, and turn $\lambda(t)$ back into $s(t)$.
#
# **Given:** times `t` `(T,)`, eigenvalues `gamma` `(d,)` of any sign, starting values `s0` `(d,)`,
# all above zero; $\lambda(0) = \gamma s_0^2$ may be above 1.
#
# **Wanted:** $s_j(t)$, `(T, d)`: a closed form, not steps in time. It must be a number at $t = 10^6$
# too, and at $\gamma = 0$.
#
# Exercises 2.5 and 2.6 ask this function for times and levels, and 2.7 puts it to the test.
#
# <details><summary>Hint 1: the idea</summary>
#
# Separate the variables: bring everything with $\lambda$ to the side of $d\lambda$. Since
# $\frac{1}{\lambda (1 - \lambda)} = \frac{1}{\lambda} + \frac{1}{1 - \lambda}$, that side is a sum of two
# integrals that you know.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The integral is $\log \frac{\lambda}{1 - \lambda}$, so $\frac{\lambda}{1 - \lambda}$ is
# $\frac{\lambda(0)}{1 - \lambda(0)}$ times an exponential. Solve for $\lambda$, and use
# $s = s_0 \sqrt{\lambda / \lambda(0)}$. For $\gamma > 0$ divide above and below by the exponential: then no
# exponent is positive. For $\gamma < 0$ none is positive as it stands.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $s = s_0 \big/ \sqrt{\lambda(0) + (1 - \lambda(0))\, e^{-8 \gamma t}}$ for $\gamma > 0$, and
# $s = s_0\, e^{4 \gamma t} \big/ \sqrt{1 + \lambda(0)\, (e^{8 \gamma t} - 1)}$ for $\gamma \le 0$.
#
# For all modes at once: with $e = e^{-8 |\gamma| t}$ the numerators are $s_0$ and $s_0 \sqrt{e}$, and
# under the roots stand $\lambda(0) + (1 - \lambda(0))\, e$ and $1 + \lambda(0)\, (e - 1)$. Let `np.where`
# choose before you take the root: the expression that is not chosen may be negative.
#
# </details>
# %%
def singular_values(t, gamma, s0):
    """Closed form of s_j(t). t (T,), gamma (d,), s0 (d,) -> (T, d)."""
    ### BEGIN SOLUTION
    start = gamma * s0**2
    e = np.exp(-8 * np.abs(gamma) * t[:, None])
    under_root = np.where(gamma > 0, start + (1 - start) * e, 1 + start * (e - 1))
    return s0 * np.where(gamma > 0, 1, np.sqrt(e)) / np.sqrt(under_root)
    ### END SOLUTION


singular_values = check("2.4", singular_values)

# %% [markdown] tags=["solution-only"]
# **Why.** The usual slip is $e^{4 \gamma t}$ inside the root. It is $s$ that grows as
# $e^{4\gamma t}$ at first; $\lambda$ goes with its square. The textbook form
# $e^{4 \gamma t} / \sqrt{s_0^{-2} + (e^{8 \gamma t} - 1) \gamma}$ is the same function, but for
# $\gamma > 0$ it is infinity over infinity at late times.

# %% [markdown]
# ## Exercise 2.5 · When does each step come?
# *Code · 12 minutes · 3 points*
#
# When does the eigenvalue $\lambda_j$ pass a given level, ½ or another? The moment when it passes ½ is
# the **step time** $\tau_j$ of mode $j$. A word that helps: $\lambda / (1 - \lambda)$ are the **odds** of
# $\lambda$.
#
# **Given:** `gamma` `(d,)` of any sign, `s0` `(d,)`, above zero, and a number `level` between 0 and 1.
#
# **Wanted:** the exact time at which $\lambda_j$ passes `level`, `(d,)`, one entry a mode: `inf` where
# it never does, `0` for a mode that starts at the level or above.
#
# Step times are what you will look for in trained networks. Two other levels say how long a step takes.
#
# <details><summary>Hint 1: the idea</summary>
#
# Exercise 2.4 says how the odds $\lambda / (1 - \lambda)$ change in the time $t$. What are they at the start,
# and what when $\lambda$ is at the level?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $q$ the level, the odds go from $\frac{\lambda(0)}{1 - \lambda(0)}$ to $\frac{q}{1 - q}$. Set the
# second equal to what the first have become by the time $t$, and solve for $t$. Then ask for which $\gamma$ and
# $\lambda(0)$ the answer is negative or no number, and choose by hand there.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $t = \frac{1}{8 \gamma} \log \frac{1/\lambda(0) - 1}{1/q - 1}$ with $\lambda(0) = \gamma s_0^2$, as long
# as $0 < \lambda(0) < q$. A $\lambda(0)$ outside can be moved to the nearer end of this interval: there the
# logarithm is $\infty$ or 0, and $|\gamma|$ below keeps the sign.
#
# </details>
# %%
def step_times(gamma, s0, level=0.5):
    """When γ s² passes level: 0 where it starts there, inf where it never does. -> (d,)."""
    ### BEGIN SOLUTION
    # A start moved to 0 gives log(1/0) = inf, one moved to the level gives log(1) = 0.
    start = np.clip(gamma * s0**2, 0, level)
    with np.errstate(divide="ignore"):
        return np.log((1 / start - 1) / (1 / level - 1)) / (8 * np.abs(gamma))
    ### END SOLUTION


step_times = check("2.5", step_times)

# %% [markdown] tags=["solution-only"]
# **Why.** The step is in $\lambda$, so $8\gamma$ and $\lambda(0) = \gamma s_0^2$ belong to the formula;
# with $4\gamma$ every step comes twice too late. When $s$ is at half its end, $\lambda$ is only ¼.
# %% [markdown]
# How long does a step take, from $\lambda = 0.1$ to $0.9$? A smaller start makes the wait longer. Does it
# stretch the step too?
# %%
# NBVAL_CHECK_OUTPUT
for start in (0.1, 0.01, 0.001):
    low, high = (step_times(gamma[:1], np.full(1, start), level)[0] for level in (0.1, 0.9))
    print(f"s(0) = {start:<5}  at 0.1: {low:5.2f}, at 0.9: {high:5.2f}, between: {high - low:.3f}")
print(f"log(81) / (8 γ₁) = {np.log(81) / (8 * gamma[0]):.3f}")

# %% [markdown]
# For a small start $1/\lambda(0) - 1 \approx 1/\lambda(0)$, which gives
# $\tau_j \approx -\log(\gamma_j s_j(0)^2) / (8 \gamma_j)$. How small must it be?
# %%
# NBVAL_CHECK_OUTPUT
for start in (1.0, 0.3, 0.1, 0.01):
    exact = step_times(gamma[:d], np.full(d, start))
    rough = -np.log(gamma[:d] * start**2) / (8 * gamma[:d])
    print(f"s(0) = {start:<4}  first step {exact[0]:6.2f}, roughly {rough[0]:6.2f}")

# %% [markdown]
# From $s(0) = 0.1$ down the two agree in every digit shown.

# %% [markdown]
# ## Exercise 2.6 · Draw the staircase before you run it
# *Predict then run · 8 minutes · 2 points*
#
# Five modes with $\gamma = (0.5,\ 0.5,\ 0.1,\ -0.1,\ -0.2)$, $d = 5$, all starting at $s(0) = 0.001$.
# Sketch the loss over time with pencil and paper. It makes two drops.
#
# **Wanted:** three numbers as a tuple `(start, middle, end)`: the loss at $t = 0$, between the two
# drops, and after the last one, each to one decimal. Write them down before you run the cells that
# follow: there your numbers stand beside those of the run.
#
# Whoever can read a staircase backwards sees from the loss alone how many modes have been learned.
#
# <details><summary>Hint 1: the idea</summary>
#
# The loss is a sum over modes, $\mathcal{L} = \sum_j (1 - \lambda_j)^2$. Follow each term.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# For each mode: its step time, and where $\lambda_j = \gamma_j s_j^2$ goes for $t \to \infty$. Which
# modes have the same step time? Which signs can $\lambda_j$ take?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# A mode with $\gamma_j > 0$ contributes 1 before its step and 0 after it. A mode with
# $\gamma_j < 0$ has $\lambda_j \le 0$ at all times and $\lambda_j \to 0$.
#
# </details>
# %%
### BEGIN SOLUTION
plateaus = (5.0, 3.0, 2.0)
### END SOLUTION
my_prediction = plateaus  # check puts the course's numbers in place of wrong ones
plateaus = check("2.6", plateaus)

# %% [markdown] tags=["solution-only"]
# **Why.** Equal $\gamma$ and equal start give equal step times, so the first drop is 2. The negative
# modes shrink to $\lambda = 0$ and keep their 1 each: the floor is $d$ minus the number of positive
# modes, here $5 - 3$. At $t = 0$ the loss is a hair below 5, by $2 \sum_j \lambda_j(0)$.
# %% [markdown]
# Now run it.
# %% mystnb={"image": {"alt": "Two panels over time on a log axis. Above, the loss starts at 5 and drops to 3 around t = 3.6, where it passes 3.5, and to 2 around t = 20, where it passes 2.25. Below, three eigenvalues rise from 0 to 1, two of them together; two stay at 0."}}
t = np.geomspace(0.3, 100, 300)
gamma5 = np.array([0.5, 0.5, 0.1, -0.1, -0.2])
start5 = np.full(5, 0.001)
eigenvalues = gamma5 * singular_values(t, gamma5, start5) ** 2
loss = np.sum((1 - eigenvalues) ** 2, axis=1)
plots.staircase(t, eigenvalues, loss, step_times=step_times(gamma5, start5))
# %%
run = np.interp([0.3, 9, 100], t, loss)
print("you predicted:", "nothing yet" if my_prediction is ... else my_prediction)
print("the run gives:", tuple(run.round(1).tolist()))
comparison = plots.compare(plateaus, run, ["start", "middle", "end"], quantity="loss")
assert comparison.worst < 0.01, "these are not the levels of the run"
comparison

# %% [markdown]
# ## Exercise 2.7 · Gradient descent on all weights
# *Code · 15 minutes · 3 points*
#
# The theory has $d$ numbers. The model has $d \times m$ weights, 640 for the digits, and the loop that
# moves them knows nothing of modes. Write it.
#
# **Given:** a function `gradient(W, Gamma)` -> `(d, m)`, `Gamma` `(m, m)`, the start `W0` `(d, m)`,
# the learning rate `lr` and the number of `steps`.
#
# **Wanted:** the eigenvalues of $C = W \Gamma W^{\top}$ before the first step and after each one,
# `(steps + 1, d)`, largest first in each row. `W0` must stay as it is.
#
# Such a test of the theory cannot be circular: the loop contains none of it.
#
# <details><summary>Hint 1: the idea</summary>
#
# Record, then step, and repeat. Row 0 belongs to `W0`, and the last row to the last $W$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $C$ is symmetric: `np.linalg.eigvalsh` gives its eigenvalues, in ascending order. A step makes a new
# array; an in-place `-=` on `W0` would change the caller's weights.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $W_{k+1} = W_k - \eta\, G(W_k)$ with $\eta$ the learning rate and $G$ the gradient; row $k$ holds the
# eigenvalues of $W_k \Gamma W_k^{\top}$, for $k = 0, \ldots,$ `steps`.
#
# </details>
#
# <!-- expected-figure: 2.7 -->
# %%
def descend(gradient, Gamma, W0, lr, steps):
    """Eigenvalues of WΓWᵀ along gradient descent from W0 (d, m), descending: (steps + 1, d)."""
    ### BEGIN SOLUTION
    W, rows = W0, []
    for _ in range(steps + 1):
        rows.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
        W = W - lr * gradient(W, Gamma)
    return np.array(rows)
    ### END SOLUTION


descend = check("2.7", descend)

# %% [markdown] tags=["solution-only"]
# **Why.** Stepping before recording shifts the curve by one step, which no figure shows and every
# later comparison pays for. `W -= …` saves one array and destroys `W0`.
# %% [markdown]
# On the digits, from an aligned start with $s_j(0) = 10^{-8}$ and at a fiftieth of the largest stable
# learning rate. After $k$ steps of descent the time of gradient flow is $t = k \eta$.
# %%
s0 = np.full(d, 1e-8)
W0 = U * s0 @ modes[:, :d].T
tau = step_times(gamma[:d], s0)
lr = 0.02 / (4 * gamma[0])
steps = int(1.3 * tau.max() / lr)

eigenvalues = descend(gradient, Gamma, W0, lr, steps)
t = lr * np.arange(steps + 1)
loss = np.sum((1 - eigenvalues) ** 2, axis=1)
# %% mystnb={"image": {"alt": "Two panels over time on a log axis. Above, the loss of gradient descent on digits falls from 10 to 0 in ten steps of one. Below, ten eigenvalues rise from 0 to 1 one after the other. Dashed theory lies on the solid curves and thin solid lines mark the step times."}} tags=["expected:2.7"]
shown = slice(int(20 / lr), None, 10)
theory = gamma[:d] * singular_values(t[shown], gamma[:d], s0) ** 2
plots.staircase(
    t[shown], eigenvalues[shown], loss[shown],
    theory_t=t[shown], theory_eigenvalues=theory,
    theory_loss=np.sum((1 - theory) ** 2, axis=1), step_times=tau,
)
# %%
measured = spectra.find_steps(t, eigenvalues)
comparison = plots.compare(tau, measured, quantity="step time")
assert comparison.worst < 0.015, "an aligned start steps within 1.5 % of theory: is W0 aligned?"
comparison

# %% [markdown]
# Gradient descent is a little late everywhere, the fast modes by the largest share of their wait: each
# of its steps uses the slope at the beginning of the step, while growth is exponential. Halve `lr` and
# the errors halve.

# %% [markdown]
# ## Exercise 2.8 · The shortest weights that solve the task
# *Stretch · 15 minutes · 2 points*
#
# Many $W$ have $W \Gamma W^{\top} = I$. Gradient flow from a vanishingly small start ends at the one
# with the smallest norm $\lVert W \rVert_F$. Where $\gamma_d > \gamma_{d+1}$ it is unique up to an orthogonal
# matrix from the left.
#
# **Given:** a symmetric `Gamma` `(m, m)` with eigenvalues of either sign, and `d`, at most the number
# of positive ones.
#
# **Wanted:** `W` `(d, m)` with $W \Gamma W^{\top} = I$ and no longer than any other such $W$. All such
# `W` are right.
#
# It says which solution gradient descent takes from a small start, among all that the loss cannot
# tell apart.
#
# <details><summary>Hint 1: the idea</summary>
#
# Where do the $s_j$ of your flow end? One mode of length $s$ brings $\lambda = \gamma s^2$: what length
# does $\lambda = 1$ cost?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $\lVert W \rVert_F^2 = \sum_j s_j^2$. Take the modes for which $\lambda = 1$ is cheapest.
# `np.linalg.eigh` sorts in ascending order, and an SVD would sort by $|\gamma|$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $W = U \Lambda_d^{-1/2} V_d^{\top}$ with $\Lambda_d$ and $V_d$ the $d$ largest eigenvalues and their
# eigenvectors, and any orthogonal $U$. Its norm is $\lVert W \rVert_F^2 = \sum_{j \le d} 1/\gamma_j$.
#
# </details>
# %%
def final_weights(Gamma, d):
    """The shortest W with WΓWᵀ = I. Gamma (m, m) with at least d positive modes -> (d, m)."""
    ### BEGIN SOLUTION
    gamma, modes = np.linalg.eigh(Gamma)
    top = np.argsort(gamma)[::-1][:d]
    return (modes[:, top] / np.sqrt(gamma[top])).T
    ### END SOLUTION


final_weights = check("2.8", final_weights)

# %% [markdown] tags=["solution-only"]
# **Why no other solution is shorter.** Let $\Gamma_+$ and $-\Gamma_-$ be the positive and the negative
# part of $\Gamma$. A solution has $W \Gamma_+ W^{\top} = I + W \Gamma_- W^{\top}$, so every singular
# value of $B = W \Gamma_+^{1/2}$ is at least 1. On the positive modes
# $\lVert W \rVert_F^2 \ge \mathrm{tr}(\Gamma_+^{-1} B^{\top} B)$, and the trace of a product of two
# positive matrices is at least the sum of the products of their eigenvalues, one list ascending and
# the other descending (von Neumann). That sum is at least $\sum_{j \le d} 1/\gamma_j$. A part of $W$ in a
# negative mode costs twice: its own length, and the length that makes up for it.
# %% [markdown]
# Does gradient descent end there? `linear.gradient_descent` is the package's version of your loop. And
# what would other sets of ten modes cost, which solve the task just as well?
# %%
run = linear.gradient_descent(Gamma, W0, lr, steps)
norms = np.sum(final_weights(Gamma, d) ** 2), np.sum(run.W**2)
comparison = plots.compare(norms[:1], norms[1:], ["after training"], quantity="‖W‖²")
assert comparison.worst < 0.001, "training from W0 does not end at the shortest weights"
comparison
# %%
# NBVAL_CHECK_OUTPUT
for first in (0, 1, 5, 20):
    print(f"modes {first + 1} to {first + d}: ‖W‖² = {np.sum(1 / gamma[first : first + d]):.0f}")

# %% [markdown]
# ## What you have now
#
# A closed formula for every weight at every time, checked against a loop that contains none of it.
# One assumption carries it: the start was aligned with the modes. Here is your loop from a random start,
# with the guess $s_j(0) = \lVert W(0) v_j \rVert$. Change the seed and run it again: which modes are
# late?
# %% mystnb={"image": {"alt": "Two panels over time on a log axis, from a random start. The loss falls from 10 to 0 in ten steps of one. The late eigenvalues rise after the thin lines that mark the guessed step times."}}
W_random = 1e-8 * np.random.default_rng(1).normal(size=(d, len(Gamma)))
guess = step_times(gamma[:d], np.linalg.norm(W_random @ modes[:, :d], axis=0))
eigenvalues = descend(gradient, Gamma, W_random, lr, int(1.4 * guess.max() / lr))
t = lr * np.arange(len(eigenvalues))
loss = np.sum((1 - eigenvalues) ** 2, axis=1)
plots.staircase(t[shown], eigenvalues[shown], loss[shown], step_times=guess)
# %%
plots.compare(np.sort(guess), spectra.find_steps(t, eigenvalues), quantity="step time, guessed")
# %% [markdown]
# The stairs are there, each of height one, and the late steps come at other times than guessed. Which
# times, chapter 3 says.
