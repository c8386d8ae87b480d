# %% [markdown]
# # 3 · From small random initialisation: exercises
#
# Chapter 2 chose its start: aligned with the modes, one $s_j(0)$ for each. Here all weights are drawn
# at random, and the same formulas hold once you know which $s_j(0)$ to put in. You find them, predict
# the step times of a random start to a fraction of a percent, and then look for the limits: which
# start is small enough, which learning rate, and where the weights themselves end.
#
# Eight exercises, 107 minutes, 20 points. Exercises 3.1, 3.3, 3.4 and 3.6 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
from scipy import optimize, special

from stepwise_ssl import data, linear, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data are the digits of chapter 2, with $d = 10$: `Gamma` is their cross-moment, `gamma` and
# `modes` its ten largest eigenvalues and their eigenvectors.
# %%
# NBVAL_CHECK_OUTPUT
d = 10
x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
Gamma = linear.cross_moment(x1, x2)
gamma, modes = linear.modes(Gamma, d)
print("γ:", gamma.round(3))

# %% [markdown]
# ## Exercise 3.1 · What a random start turns into before anything is learned
# *Derivation · 12 minutes · 2 points*
#
# While $W$ is tiny, $C - I$ is nearly $-I$ and the flow $dW/dt = -4 (W \Gamma W^{\top} - I) W \Gamma$
# becomes $dW/dt = 4 W \Gamma$. Which part of the weights lies in which mode? Call
#
# $$\text{share}_j(t) = \frac{\lVert W(t) v_j \rVert^2}{\lVert W(t) \rVert_F^2}$$
#
# the **share** of mode $j$; the shares of all $m$ modes add up to 1.
#
# **Given:** times `t` `(T,)`, `Gamma` `(m, m)` with eigenvalues of either sign, a start `W0` `(d, m)` that has
# something of every mode, as a random one has.
# **Wanted:** the shares of all $m$ modes at all times under $dW/dt = 4 W \Gamma$, `(T, m)`, column $j$
# for mode $j$, largest $\gamma$ first. They must be numbers at $t = 10^5$ too.
#
# It is one half of why nobody has to align a start. Exercise 3.2 has the other.
#
# <details><summary>Hint 1: the idea</summary>
#
# Multiply $dW/dt = 4 W \Gamma$ by $v_j$ from the right. What equation does the column $W v_j$ obey?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Each column keeps its direction and grows as an exponential of its own. The share has its square
# above and the sum of all squares below. A common factor cancels: choose it so that no exponent is
# positive.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\text{share}_j \propto e^{8 (\gamma_j - \gamma_1) t}\, \lVert W(0) v_j \rVert^2$. Divide by the sum over
# $j$. `linear.modes(Gamma, len(Gamma))` gives all eigenvalues in descending order and all modes.
#
# </details>
#
# <!-- expected-figure: 3.1 -->
# %%
def shares(t, Gamma, W0):
    """Shares of ‖W‖² while W is small. t (T,), Gamma (m, m), W0 (d, m) -> (T, m)."""
    ### BEGIN SOLUTION
    every, all_modes = linear.modes(Gamma, len(Gamma))
    start = np.sum((W0 @ all_modes) ** 2, axis=0)
    grown = start * np.exp(8 * np.outer(t, every - every[0]))
    return grown / grown.sum(axis=1, keepdims=True)
    ### END SOLUTION


shares = check("3.1", shares)

# %% [markdown] tags=["solution-only"]
# **Why.** $d(W v_j)/dt = 4 \gamma_j W v_j$, so the column grows as $e^{4 \gamma_j t}$ and its square as
# $e^{8 \gamma_j t}$. The shares are a softmax of $8 \gamma_j t + \log \lVert W(0) v_j \rVert^2$: time is an
# inverse temperature. At $t = 10^5$ the factor $e^{8 \gamma_1 t}$ is infinite for a computer; dividing
# by it first leaves the same fraction.
# %% [markdown]
# Against the full flow, from a random start of size $10^{-8}$. Your shares are right until mode 1 is
# learned. Then it stops growing and the others catch up.
# %%
W0 = linear.random_init(d, len(Gamma), 1e-8, seed=0)
t = np.linspace(1, 90, 90)
path = [linear.gradient_flow(Gamma, W0, [now]).W for now in t[::5]]
squares = [np.sum((W @ modes[:, :3]) ** 2, axis=0) / np.sum(W**2) for W in path]
measured = np.array(squares)
predicted = shares(t, Gamma, W0)[:, :3]
# %% mystnb={"image": {"alt": "Shares of modes 1, 2 and 3 over time. Share 1 rises from near 0 towards 1 and the measured dots follow the curve up to t = 46, when mode 1 is learned. Then the dots of mode 1 fall and those of modes 2 and 3 rise, away from the curves."}} tags=["expected:3.1"]
figure, axis = plt.subplots()
for j, color in enumerate(plots.SERIES[:3]):
    axis.plot(t, predicted[:, j], color=color, label=f"mode {j + 1}")
    axis.plot(t[::5], measured[:, j], "o", color=color)
first_step = linear.step_times(gamma, linear.effective_init(W0, modes))[0]
axis.axvline(first_step, color=plots.GREY)
axis.set(xlabel="time $t$ = learning rate × iterations", ylabel="share of ‖W‖²")
axis.legend(loc="center left", bbox_to_anchor=(0.15, 0.5))
plt.show()
# %%
early = t[::5] < 20
names = [f"t = {now:g}" for now in t[::5][early]]
theory = predicted[::5, 0][early]
comparison = plots.compare(theory, measured[early, 0], names, "share of mode 1")
assert comparison.worst < 0.001, "before mode 1 is learned the shares should be those of flow"
comparison

# %% [markdown]
# ## Exercise 3.2 · What the earlier modes leave
# *Code · 15 minutes · 3 points*
#
# Mode 1 grows in the direction $W(0) v_1$ of the embedding space and takes it for itself. Mode 2 gets
# what is left of $W(0) v_2$ after its part along $W(0) v_1$ is taken away, mode 3 what the first two
# have left, and so on. The length of the leftover is the **effective start** $s_j(0)$.
#
# The page reads it off the columns $W(0) v_j$. Suppose that you know only their products: in a kernel
# machine (chapter 4) $W$ can have infinitely many entries, and then products are all that you can have.
#
# **Given:** `products` `(d, d)`, entry $(i, j)$ is $(W(0) v_i) \cdot (W(0) v_j)$, modes in order. No leftover
# is 0.
# **Wanted:** $s_j(0)$, `(d,)`. The entries may be as small as $10^{-16}$.
#
# With it chapter 2's step times hold for a start that nobody has aligned.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two columns: of $b$, the part along $a$ has the squared length $(a \cdot b)^2 / (a \cdot a)$. Pythagoras
# gives the rest, and only products enter.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $A = W(0) V_d$ the products are $A^{\top} A$. Put $A = QR$ in: $Q$ disappears. Which
# decomposition of a positive definite matrix into a triangular one and its transpose does NumPy have?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $A^{\top} A = R^{\top} R$, the Cholesky decomposition with $L = R^{\top}$; $s_j(0) = L_{jj}$. Or by
# volumes: $s_j(0)^2$ is the determinant of the first $j$ rows and columns of the products over that of
# the first $j - 1$ (over 1 for $j = 1$). A determinant of $j$ columns is of size $\alpha^{2j}$. For $\alpha = 10^{-8}$ and
# 25 columns that is less than a computer can hold, so take differences of logarithms: `np.linalg.slogdet`.
#
# </details>
# %%
def starts(products):
    """Effective s_j(0) from the products of the columns W0 v_j. (d, d) -> (d,)."""
    ### BEGIN SOLUTION
    lower = np.linalg.cholesky(products)
    return np.diag(lower)
    ### END SOLUTION


starts = check("3.2", starts)

# %% [markdown] tags=["solution-only"]
# **Why.** $R^{\top} R$ is what remains of $A^{\top} A$ when $Q^{\top} Q = I$ falls out, so the products
# know the leftovers and not the directions. The eigenvalues of the products, the usual wrong answer,
# come from directions that are best for all columns at once; the flow serves them one after another.
# %% [markdown]
# Does it predict a training run? All 640 weights are drawn from $\mathcal N(0, \alpha^2)$ with
# $\alpha = 10^{-8}$. Ten crossings of ½ are compared with ten predictions, both in order of time.
# %%
columns = W0 @ modes
tau = np.sort(linear.step_times(gamma, starts(columns.T @ columns)))
t = np.geomspace(tau[0] / 2, 1.3 * tau[-1], 500)
run = linear.gradient_flow(Gamma, W0, t)
crossed = spectra.find_steps(t, run.eigenvalues)
# %%
assert plots.compare(tau, crossed).worst < 0.002, "all ten steps should come as predicted"
four = [f"step {j}" for j in (1, 4, 7, 10)]
plots.compare(tau[::3], crossed[::3], four, "step time from a random start")
# %% [markdown]
# The lengths $\lVert W(0) v_j \rVert$ are the guess that one makes first. How wrong are they?
# %%
# NBVAL_CHECK_OUTPUT
guess = np.sort(linear.step_times(gamma, np.linalg.norm(columns, axis=0)))
print(f"leftovers: mean error {100 * np.mean(np.abs(crossed / tau - 1)):.3f} %")
print(f"lengths:   mean error {100 * np.mean(np.abs(crossed / guess - 1)):.1f} %")
print("later than the lengths say:", np.sum(crossed > 1.0001 * guess), "of", d)

# %% [markdown]
# ## Exercise 3.3 · When do steps come, on average over seeds?
# *Derivation · 15 minutes · 3 points*
#
# Before $W(0)$ is drawn you know only $\alpha$. A leftover is then a random number, and the step time
# $\tau_j \approx -\log(\gamma_j s_j(0)^2) / (8 \gamma_j)$ is one too. What is its mean over all starts?
#
# Two facts. The columns $W(0) v_j$ have independent entries from $\mathcal N(0, \alpha^2)$, and so has a
# column seen in any other orthonormal basis of $\mathbb R^d$. And for a sum $x$ of $k$ squares of
# independent $\mathcal N(0, 1)$ numbers the mean of $\log x$ is $\psi(k/2) + \log 2$, where $\psi$ is the
# digamma function, `special.digamma`.
#
# **Given:** `gamma` `(d,)`, all above zero, descending, for the $d$ modes, and `alpha`, a number.
# **Wanted:** the mean of $\tau_j$ over random starts, `(d,)`.
#
# It shows why even the best of the naive guesses is too early on average.
#
# <details><summary>Hint 1: the idea</summary>
#
# Take a basis of $\mathbb R^d$ whose first $j - 1$ vectors span what the earlier modes have used. In how
# many coordinates does the leftover of column $j$ live?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $s_j(0)^2 / \alpha^2$ is a sum of $k_j$ squares of $\mathcal N(0, 1)$ numbers. Take the mean of the
# formula for $\tau_j$: it is linear in $\log s_j(0)^2$, so the mean of the logarithm is all that is needed.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Mean of $\tau_j = -\left[ \log(\gamma_j \alpha^2) + \psi(k_j / 2) + \log 2 \right] / (8 \gamma_j)$ with
# $k_j = d - j + 1$ for $j = 1, \ldots, d$.
#
# </details>
#
# <!-- expected-figure: 3.3 -->
# %%
def mean_step_times(gamma, alpha):
    """Mean step times over starts of size alpha. gamma (d,) > 0, alpha number -> (d,)."""
    ### BEGIN SOLUTION
    free = len(gamma) - np.arange(len(gamma))
    mean_log = special.digamma(free / 2) + np.log(2)
    return -(np.log(gamma * alpha**2) + mean_log) / (8 * gamma)
    ### END SOLUTION


mean_step_times = check("3.3", mean_step_times)

# %% [markdown] tags=["solution-only"]
# **Why.** The mean of $s_j(0)^2$ is $\alpha^2 (d - j + 1)$, and putting that into the logarithm is the
# usual slip. A logarithm punishes small values more than it rewards large ones, so its mean is
# smaller, and most for the last mode, which has one dimension left.
# %% [markdown]
# Two thousand starts, and no training: exercise 3.2 has shown that the leftovers give the step times.
# %%
draws = [linear.random_init(d, 64, 1e-8, seed=k) for k in range(2000)]
leftovers = [linear.effective_init(draw, modes) for draw in draws]
times = np.array([linear.step_times(gamma, s0) for s0 in leftovers])
mean = mean_step_times(gamma, 1e-8)
naive = linear.step_times(gamma, 1e-8 * np.sqrt(d - np.arange(d)))
# %% mystnb={"image": {"alt": "Histogram of 2000 step times of the last mode, with a long tail to the right. A dashed line, the guess without the mean of the logarithm, stands at its peak; a line at the mean predicted stands to the right of it."}} tags=["expected:3.3"]
figure, axis = plt.subplots()
axis.hist(times[:, -1], bins=60, color=plots.GUIDE)
axis.axvline(mean[-1], color=plots.INK, label="mean, predicted")
axis.axvline(naive[-1], color=plots.SERIES[1], linestyle="--", label=r"$s_{10}(0) = α$")
axis.set(xlabel="step time of mode 10", ylabel="starts", xlim=(500, 680))
axis.legend()
plt.show()
# %%
drawn = times.mean(axis=0)
assert plots.compare(mean, drawn).worst < 0.01, "all ten means should agree to 1 %"
modes_shown = [f"mode {j}" for j in (1, 4, 7, 10)]
plots.compare(mean[::3], drawn[::3], modes_shown, "mean step time")
# %% [markdown]
# How much too early is the guess $s_j(0) = \alpha \sqrt{d - j + 1}$, which has the right mean square?
# And how far do seeds scatter? The variance of the same logarithm is $\psi'(k/2)$, the trigamma
# function.
# %%
# NBVAL_CHECK_OUTPUT
spread = np.sqrt(special.polygamma(1, (d - np.arange(d)) / 2)) / (8 * gamma)
for j in (0, 4, 9):
    print(f"mode {j + 1:>2}: guess {naive[j]:5.1f}, mean {mean[j]:5.1f}", end=", ")
    print(f"spread {times[:, j].std():4.1f}, predicted {spread[j]:4.1f}")

# %% [markdown]
# ## Exercise 3.4 · A start that is not generic
# *Predict then run · 10 minutes · 2 points*
#
# Two dimensions, three modes with $\gamma = (0.5,\ 0.25,\ 0.1)$, and a start that chance would never
# draw. In the basis of the modes its columns are, with $\varepsilon = 10^{-6}$,
#
# $$W(0) v_1 = W(0) v_2 = \binom{\varepsilon}{0}, \quad W(0) v_3 = \binom{0}{\varepsilon}.$$
#
# **Wanted:** a tuple `(second, loss, norm)`: the number of the mode that takes the second step, the
# loss at the end, and $\lVert W \rVert_F^2$ at the end to the nearest whole number.
#
# A start is called **generic** if each of the first $d$ columns has a leftover, $s_j(0) > 0$. A draw of all weights from
# $\mathcal N(0, \alpha^2)$ is generic with probability 1. This exercise shows what can happen to a start that is not.
#
# <details><summary>Hint 1: the idea</summary>
#
# Mode 1 takes the direction of its column. What is left of the second column, and what of the third?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# These columns lie along two axes, at right angles, so none of them is turned. Go through the modes in
# order of $\gamma$. A mode with nothing left is then passed over, and the next one is asked. With $d = 2$
# two modes can be learned.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Each learned mode takes 1 from the loss and adds $s_j^2 = 1/\gamma_j$ to $\lVert W \rVert_F^2$.
#
# </details>
# %%
### BEGIN SOLUTION
ending = (3, 0.0, 12.0)
### END SOLUTION
my_ending = ending  # check puts the course's numbers in place of wrong ones
ending = check("3.4", ending)

# %% [markdown] tags=["solution-only"]
# **Why.** $s_2(0) = 0$: the second column is parallel to the first, and mode 1 has used that direction.
# The free dimension goes to mode 3, with $\gamma_3 = 0.1$. The loss cannot tell: $C = I$. The norm can,
# $1/0.5 + 1/0.1 = 12$ where $1/0.5 + 1/0.25 = 6$ would do.
# Only from a generic start is the minimum sure as $\varepsilon \to 0$.
#
# Mode 2 stays out because column 3 stands at right angles to the other two. Suppose that it had a part along them,
# $W(0) v_3 = (\varepsilon, \varepsilon)$. The entry of $C$ between the two directions would then not be zero, and it would
# turn column 2 a little. From this tiny leftover mode 2 would grow: with $\gamma_3 = 0.05$ in place of 0.1 it
# takes the second step after all, though late, and $\lVert W \rVert_F^2$ ends at 6.
# %% [markdown]
# Now run it. `gamma3` is the diagonal of $\Gamma$ in the basis of the modes. The figure numbers the
# eigenvalues by size; which mode the second one belongs to stands in `run.W`.
# %% mystnb={"image": {"alt": "Two panels over time on a log axis. The loss falls from 2 to 1 at t = 7 and to 0 near t = 37; two eigenvalues rise from 0 to 1 at these times."}}
gamma3 = np.array([0.5, 0.25, 0.1])
start3 = 1e-6 * np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
run = linear.gradient_flow(np.diag(gamma3), start3, np.geomspace(2, 150, 300))
plots.staircase(run.t, run.eigenvalues, run.loss)
# %%
# NBVAL_CHECK_OUTPUT
second = 1 + np.argmax(np.abs(run.W[1]))
print("predicted by you:", "nothing yet" if my_ending is ... else my_ending)
print(f"measured: ({second}, {run.loss[-1]:.1f}, {np.sum(run.W**2):.1f})")
# %%
comparison = plots.compare(ending[2], np.sum(run.W**2), ["‖W‖² at the end"])
assert comparison.worst < 0.001, "the norm should be that of modes 1 and 3"
comparison

# %% [markdown]
# ## Exercise 3.5 · The weights in the limit of a vanishing start
# *Code · 15 minutes · 3 points*
#
# Let $\alpha$ go to zero. From a generic start $W$ at the end of training then tends to one definite
# matrix, $W^{*} = U \Lambda^{-1/2} V_d^{\top}$. The data give $\Lambda = \mathrm{diag}(\gamma_1, \ldots, \gamma_d)$
# and $V_d$; the start gives the orthogonal matrix $U$, the directions of the embedding space that the
# modes have taken.
#
# **Given:** `Gamma` `(m, m)` with at least $d$ positive eigenvalues, all of them distinct, and a generic `W0` `(d, m)`. Only its
# direction counts: the start is $\varepsilon\, W_0$ with $\varepsilon \to 0$.
# **Wanted:** $W^{*}$, `(d, m)`. Not up to rotation: this very matrix.
#
# All randomness of the start that survives training is in $U$.
#
# <details><summary>Hint 1: the idea</summary>
#
# While it grows, what is left of column $j$ keeps its direction. That unit vector is column $j$ of $U$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `np.linalg.qr` of $W_0 V_d$ finds those unit vectors up to a sign, and NumPy promises nothing about
# the sign. The column must point along the leftover: $U^{\top} W_0 V_d$ must have a positive diagonal.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $W_0 V_d = QR$, column $j$ of $U$ is column $j$ of $Q$ times the sign of $R_{jj}$, and
# $W^{*} = U \Lambda^{-1/2} V_d^{\top}$.
#
# </details>
# %%
def limit_weights(Gamma, W0):
    """Where flow from ε·W0 ends as ε -> 0. Gamma (m, m), W0 (d, m) -> (d, m)."""
    ### BEGIN SOLUTION
    top, V = linear.modes(Gamma, len(W0))
    Q, R = np.linalg.qr(W0 @ V)
    U = Q * np.sign(np.diag(R))
    return U / np.sqrt(top) @ V.T
    ### END SOLUTION


limit_weights = check("3.5", limit_weights)

# %% [markdown] tags=["solution-only"]
# **Why the sign matters.** The sign of $v_j$ is arbitrary, and cancels: turning $v_j$ round turns
# column $j$ of $U$ round too. The sign of $Q$ is not: with the wrong one the weights would have to
# pass through zero, and a mode that grows exponentially never does.
# %% [markdown]
# How fast does training come there as the start shrinks? The digits, one draw at three sizes, each
# trained to three times the last step time. The norm arrives long before the matrix does.
# %%
# NBVAL_CHECK_OUTPUT
target = limit_weights(Gamma, W0)
for alpha in (1e-2, 1e-4, 1e-8):
    start = linear.random_init(d, len(Gamma), alpha, seed=0)
    last = linear.step_times(gamma, linear.effective_init(start, modes)).max()
    W = linear.gradient_flow(Gamma, start, [3 * last]).W
    away = np.linalg.norm(W - target) / np.linalg.norm(target)
    norm = np.sum(W**2) / np.sum(1 / gamma)
    print(f"α = {alpha:g}: ‖W‖² / minimum = {norm:.4f}, W is {away:.1%} away")

# %% [markdown]
# ## Exercise 3.6 · How small is small?
# *Code · 15 minutes · 3 points*
#
# A staircase has stairs only if one mode is done before the next begins. Say that mode $j$ is done when
# $\lambda_j = 0.9$, and that mode $j + 1$ begins when $\lambda_{j+1} = 0.1$. All modes start at the same
# $s_j(0) = \alpha$.
#
# **Given:** `gamma` `(d,)`, all above zero and strictly descending.
# **Wanted:** the largest $\alpha$, a number, for which every mode is done before the next one begins.
# Use the step time of a small start, $\tau_j = -\log(\gamma_j \alpha^2)/(8\gamma_j)$. So the number means
# something only if it comes out small, with $\gamma_1 \alpha^2 \ll 1$; for neighbours that lie far apart it does not.
#
# It turns "take a small start" into a number that the spectrum dictates.
#
# <details><summary>Hint 1: the idea</summary>
#
# By chapter 2 each mode obeys $d\lambda/dt = 8\gamma\lambda(1 - \lambda)$. Call $\lambda / (1 - \lambda)$, what is
# learned over what is missing, the odds. Their logarithm has the derivative $8\gamma$, since
# $d\lambda / (\lambda(1 - \lambda)) = 8\gamma\, dt$. From ½ to 0.9 the odds go from 1 to 9, and from 0.1 to ½ they
# go from 1/9 to 1. How long does each take?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# For one pair the condition is
# $\tau_j + \frac{\log 9}{8 \gamma_j} \le \tau_{j+1} - \frac{\log 9}{8 \gamma_{j+1}}$. It is linear in
# $\ell = \log(1/\alpha^2)$. Solve it for $\ell$, pair by pair; every pair must be satisfied.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $r_j = 1/\gamma_j$ each pair asks for
# $\ell \ge \dfrac{\log 9\, (r_j + r_{j+1}) - r_{j+1} \log r_{j+1} + r_j \log r_j}{r_{j+1} - r_j}$, and
# $\alpha = e^{-\ell/2}$ with the largest of these $\ell$.
#
# </details>
#
# <!-- expected-figure: 3.6 -->
# %%
def largest_start(gamma):
    """Largest s_j(0) with separate steps. gamma (d,) > 0, descending -> number."""
    ### BEGIN SOLUTION
    r = 1 / gamma
    needed = np.log(9) * (r[1:] + r[:-1]) - np.diff(r * np.log(r))
    ell = np.max(needed / np.diff(r))
    return np.exp(-ell / 2)
    ### END SOLUTION


largest_start = check("3.6", largest_start)

# %% [markdown] tags=["solution-only"]
# **Why.** The start puts $\log(1/\alpha^2)/(8\gamma_j)$ into each $\tau_j$, more for the slower
# mode, and leaves the steps as long as they are. So the gap between neighbours opens as
# $\log(1/\alpha^2)\, (1/\gamma_{j+1} - 1/\gamma_j) / 8$. For a ratio near 1 that is tiny beside the length of a step,
# $\log(81)/(8\gamma_{j+1})$, and $\alpha$ pays for it in the exponent. For $\gamma = (1, 0.01)$ the formula gives $\alpha = 3.3$ and with it $\lambda_1(0) = 11$: such
# a start is past the step of mode 1 before training, and the formula for small starts has nothing to say.
# %%
# NBVAL_CHECK_OUTPUT
print(f"digits, ten modes: α = {largest_start(gamma):.1e}")
for j in range(3):
    print(f"modes {j + 1} and {j + 2} alone: α = {largest_start(gamma[j : j + 2]):.1e}")
# %% [markdown]
# Your formula takes the step time of a small start. With the exact one of chapter 2 no formula is left,
# and a program looks for the root. For modes 2 and 3:
# %%
def room(log_alpha, pair):
    half = np.log(9) / (8 * pair)
    tau = linear.step_times(pair, np.exp(log_alpha) * np.ones(2))
    return (tau[1] - half[1]) - (tau[0] + half[0])


exact = np.exp(optimize.brentq(room, -30, -2, args=(gamma[1:3],)))
comparison = plots.compare(exact, largest_start(gamma[1:3]), ["α for modes 2 and 3"])
assert comparison.worst < 0.001, "the small-start form should be good to 0.1 % here"
comparison

# %% [markdown]
# They agree far beyond what was asked: the neglected part of $\tau_j$ is $-\alpha^2/8$ for every mode, to
# first order, and cancels between two.
#
# Among all ten, modes 5 and 6 decide: the ratio of their $\gamma$ is nearest to 1, though those of modes 8 and 9 or 9 and 10 differ by less. Your
# number is for an aligned start, and a random one shifts each mode by its leftover. Does the order of size hold? One draw, at three sizes.
# %%
runs = {}
for alpha in (1e-1, 1e-3, 1e-7):
    start = linear.random_init(d, len(Gamma), alpha, seed=3)
    tau = linear.step_times(gamma, linear.effective_init(start, modes))
    runs[alpha] = linear.gradient_flow(Gamma, start, np.geomspace(0.1, 1.2 * tau.max(), 600))
# %% mystnb={"image": {"alt": "Three losses against time as a share of the run, on a log axis. At α = 0.1 a smooth slope with hardly a stair, at 0.001 stairs with rounded edges, at 1e-7 ten stairs; between most of them the loss is flat or nearly so, between steps 5 and 6 it goes on falling."}} tags=["expected:3.6"]
figure, axis = plt.subplots()
for color, (alpha, run) in zip(plots.SERIES, runs.items(), strict=False):
    axis.semilogx(run.t / run.t[-1], run.loss, color=color, label=f"α = {alpha:g}")
axis.set(xlabel="time, as a share of the run", ylabel="loss", xlim=(0.02, 1))
axis.grid(axis="y")
axis.legend()
plt.show()
# %% [markdown]
# To count stairs: of nine pairs of neighbours, how many are separate, one past 0.9 before the next
# passes 0.1?
# %%
# NBVAL_CHECK_OUTPUT
for alpha, run in runs.items():
    done = spectra.find_steps(run.t, run.eigenvalues, 0.9)
    begun = spectra.find_steps(run.t, run.eigenvalues, 0.1)
    print(f"α = {alpha:g}: {np.sum(done[:-1] < begun[1:])} of 9 pairs are separate")

# %% [markdown]
# ## Exercise 3.7 · How large may the learning rate be?
# *Code · 10 minutes · 2 points*
#
# Gradient descent with learning rate $\eta$ multiplies a small $s_j$ by $1 + 4\gamma_j\eta$ in each
# step. Flow multiplies it by $e^{4\gamma_j\eta}$ in the same time. So descent is late, by the factor
# $4\gamma_j\eta / \log(1 + 4\gamma_j\eta)$.
#
# **Given:** `gamma` `(d,)`, in any order and of any sign, also 0, at least one above zero; `late`, the
# lateness that you accept, between 0 and 0.4 (0.05 means 5 %).
# **Wanted:** the largest $\eta$, a number, at which no mode is later than that. Whether descent is stable at this $\eta$
# is not asked. The modes with $\gamma_j > 0$ are, but by chapter 2 one with $\gamma_j < -2\gamma_1$ can need a smaller $\eta$.
#
# Every run of gradient descent has some $\eta$. The lateness says by how much its step times differ from
# those of flow, for a linear model with a small start.
#
# <details><summary>Hint 1: the idea</summary>
#
# The factor grows with $\gamma_j$. Which mode decides?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $x = 4\gamma\eta$ there is one unknown, and $x / \log(1 + x)$ rises with $x$. No formula gives
# its root; `optimize.brentq(function, low, high)` finds it if the function changes sign in between.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Solve $x / \log(1 + x) = 1 + \text{late}$ for $x$ between a tiny number and 1, then
# $\eta = x / (4\gamma_1)$ with $\gamma_1$ the largest. `np.log1p(x)` is $\log(1 + x)$.
#
# </details>
# %%
def largest_rate(gamma, late):
    """Largest learning rate at which no step is later than the fraction `late`. -> number."""
    ### BEGIN SOLUTION
    x = optimize.brentq(lambda x: x / np.log1p(x) - 1 - late, 1e-9, 1.0)
    return x / (4 * np.max(gamma))
    ### END SOLUTION


largest_rate = check("3.7", largest_rate)

# %% [markdown] tags=["solution-only"]
# **Why.** $k$ steps multiply by $(1 + x)^k$, so a growth that takes flow the time $t$ takes descent
# $4\gamma t / \log(1 + x)$ steps of $\eta$ each. For small $x$ the factor is $1 + x/2$, which gives
# $\eta \approx \text{late}/(2\gamma_1)$, too small by the amount printed below.
# %%
# NBVAL_CHECK_OUTPUT
for late in (0.01, 0.1, 0.3):
    exact, rough = largest_rate(gamma, late), late / (2 * gamma[0])
    print(f"{late:.0%} late: η = {exact:.3g}, without the logarithm {rough:.3g}")
# %% [markdown]
# A run that should be 20 % late in mode 1, from an aligned start of size $10^{-8}$. The lag stops
# adding up as $\lambda_1$ rises and its growth slows, so the run is a little less late than the formula says.
# %%
rate = largest_rate(gamma, 0.2)
aligned = 1e-8 * modes.T
tau = linear.step_times(gamma, np.full(d, 1e-8))
run = linear.gradient_descent(Gamma, aligned, rate, int(1.3 * tau.max() / rate))
# %%
x = 4 * gamma * rate
factor = spectra.find_steps(run.t, run.eigenvalues) / tau
theory = x / np.log1p(x)
assert plots.compare(theory, factor).worst < 0.01, "the factor should hold to 1 %"
plots.compare(theory[::3], factor[::3], modes_shown, "τ of descent / τ of flow")

# %% [markdown]
# ## Exercise 3.8 · The distance that a rotation cannot change
# *Stretch · 15 minutes · 2 points*
#
# The matrix of exercise 3.5 is approached slowly. How much of the distance is only a rotation of the
# embedding, which neither the loss nor a linear classifier sees?
#
# **Given:** `W` and `target`, both `(d, m)`, whose product $W\,\text{target}^{\top}$ has an inverse.
# **Wanted:** the smallest $\lVert O W - \text{target} \rVert_F$ over all orthogonal $O$ `(d, d)`,
# rotations and reflections, as a number.
#
# With it you compare embeddings that may be turned against each other, as chapter 4 compares a trained
# kernel machine with its closed form.
#
# <details><summary>Hint 1: the idea</summary>
#
# $\lVert O W - Y \rVert_F^2 = \lVert W \rVert_F^2 + \lVert Y \rVert_F^2 - 2\, \mathrm{tr}(O W Y^{\top})$, with $Y$ the
# target. Only the last term knows $O$: make the trace as large as possible.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Take the SVD $Y W^{\top} = P \Sigma N^{\top}$. Then
# $\mathrm{tr}(O W Y^{\top}) = \mathrm{tr}(P^{\top} O N\, \Sigma)$, where $P^{\top} O N$ is orthogonal, so that
# no diagonal entry of it exceeds 1.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $O = P N^{\top}$. `np.linalg.svd` returns $N^{\top}$ as its third result.
#
# </details>
# %%
def distance(W, target):
    """Smallest ‖OW − target‖ over orthogonal O. Both (d, m) -> number."""
    ### BEGIN SOLUTION
    P, _, Nt = np.linalg.svd(target @ W.T)
    return np.linalg.norm(P @ Nt @ W - target)
    ### END SOLUTION


distance = check("3.8", distance)

# %% [markdown] tags=["solution-only"]
# **Why.** With $P^{\top} O N = I$ the trace is the sum of the singular values of $Y W^{\top}$, and no
# orthogonal matrix gives more. Reflections are allowed: the loss sees $W$ through $C = W \Gamma W^{\top}$, and
# $\lVert O C O^{\top} - I \rVert = \lVert C - I \rVert$ for them too.
# %% [markdown]
# Now the two speeds. The page predicts that the plain distance falls as
# $\alpha^{\min_j (1 - \gamma_{j+1}/\gamma_j)}$ and the distance up to rotation as
# $\alpha^{1 - \gamma_{d+1}/\gamma_d}$, if $\gamma_{d+1} \ge 0$. The spectrum below has $d = 3$ and $1 - \gamma_{j+1}/\gamma_j = 0.3,\ 0.5,\ 0.7$
# for $j = 1, 2, 3$. No two are alike, so a slope tells to which pair of modes it belongs.
# %%
small = np.array([1.0, 0.7, 0.35, 0.105, 0.03])
sizes = np.array([1e-6, 1e-7, 1e-8])
direction = np.random.default_rng(1).normal(size=(3, 5))
goal = limit_weights(np.diag(small), direction)
ends = [linear.gradient_flow(np.diag(small), size * direction, [250.0]).W for size in sizes]
# %%
plain = np.polyfit(np.log(sizes), np.log([np.linalg.norm(W - goal) for W in ends]), 1)[0]
turned = np.polyfit(np.log(sizes), np.log([distance(W, goal) for W in ends]), 1)[0]
ratios = 1 - small[1:4] / small[:3]
comparison = plots.compare(
    [ratios.min(), ratios[-1]], [plain, turned], ["plain", "up to rotation"], "exponent of α"
)
assert comparison.worst < 0.01, "the slopes should be the exponents of the page"
comparison

# %% [markdown]
# ## What you have now
#
# A random start is an aligned start in disguise: project it, take the leftovers, and every formula of
# chapter 2 holds, the better the smaller the start. You can say which start is small enough for a
# spectrum, and up to which learning rate gradient descent from a small start is late by no more than the
# percentage that you accept. The weights come to their limit far more slowly than
# the step times to their predictions, and the nearer the ratio of two neighbouring $\gamma$ is to 1, the more slowly.
#
# To try: another seed and another size, below. Where do the leftovers stop predicting?
# %%
my_start = linear.random_init(d, len(Gamma), alpha=1e-2, seed=11)
my_tau = np.sort(linear.step_times(gamma, linear.effective_init(my_start, modes)))
t = np.geomspace(0.05, 2 * my_tau.max() + 1, 800)
my_run = linear.gradient_flow(Gamma, my_start, t)
my_steps = spectra.find_steps(t, my_run.eigenvalues)
plots.compare(my_tau, my_steps, quantity="step time")
