# %% [markdown]
# # 10 · Climbing faster: exercises
#
# Train the linear model on digits, and the first of ten modes is learned after some 25 steps of gradient descent. The tenth takes more than 300. Why not simply a larger learning rate? Here you change the update instead, so that the modes
# grow at more equal rates. Each time you predict how many steps are saved, then count them, and then look at what was paid.
#
# Eight exercises, 105 minutes, 21 points. Exercises 10.3, 10.4, 10.5, 10.7 and 10.8 need pencil and paper. The last belongs to the page *Beyond the three losses*.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import brentq
from scipy.special import logsumexp

from stepwise_ssl import data, linear, losses, networks, optim, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data are the digits of chapter 2, and the model is $f(x) = Wx$ with $W$ of shape $(d, m)$. The cross-moment $\Gamma$ of the pairs has the modes $v_j$ with eigenvalues $\gamma_j$, the largest first. $\Sigma$ is the second moment of all views, whether or
# not two of them belong together. The start $W(0)$ is random, and its entries have the standard deviation $\alpha = 10^{-4}$.
#
# Training starts there unless a cell says otherwise, and descent has the share $c = 0.4$ of its largest stable learning rate.
# %%
# NBVAL_CHECK_OUTPUT
d, c, alpha = 10, 0.4, 1e-4
x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
Gamma = linear.cross_moment(x1, x2)
both = np.vstack([x1, x2])
Sigma = both.T @ both / len(both)
gamma, modes = linear.modes(Gamma, d)
W0 = linear.random_init(d, len(Gamma), alpha)
start = gamma * linear.effective_init(W0, modes) ** 2  # λ_j(0)
print("γ:", gamma.round(3))
print(f"γ₁/γ₁₀: {gamma[0] / gamma[-1]:.1f}")


# %% [markdown]
# ## Exercise 10.1 · Why is the last mode late?
# *Code · 12 minutes · 3 points*
#
# Mode $j$ has an eigenvalue $\lambda_j = \gamma_j s_j^2$ of $C = W \Gamma W^{\top}$. While it is small, a step of gradient descent with the learning rate $\eta$ multiplies $s_j$ by $1 + 4\eta\gamma_j$. So a large $\eta$ would be good for all modes. But near
# $\lambda_j = 1$ mode $j$ is stable only for $\eta < 1/(4\gamma_j)$, as chapter 2 has it, and there is one $\eta$ for all modes.
#
# **Given:** `gamma` `(d,)`, the $\gamma_j > 0$ in descending order, of which some may be equal; `start` `(d,)`, the $\lambda_j(0)$, each above 0 and below $\frac12$; `share`, the learning rate as a share of the largest below which all modes are
# stable, between 0 and 1.
#
# **Wanted:** for each mode the number of steps until $\lambda_j = \frac12$, `(d,)`, as a real number that is not rounded. Near $\frac12$ a mode slows down as it does under flow, where the odds $\lambda_j/(1 - \lambda_j)$ grow by one and the same
# factor throughout. So let each step multiply the odds by what it multiplies a small $\lambda_j$ by.
#
# Most updates that follow change what a step multiplies a small mode by, and with it this number.
#
# <details><summary>Hint 1: the idea</summary>
#
# Which mode is the first to become unstable as $\eta$ grows? It sets $\eta$ for all others.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# In $n$ steps the odds are multiplied $n$ times by the same factor, from $\lambda_j(0)/(1 - \lambda_j(0))$ to 1. Take logarithms on both sides. The factor is that of $\lambda_j$ and not that of $s_j$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $n_j = \dfrac{\log(1/\lambda_j(0) - 1)}{2 \log(1 + 4\eta\gamma_j)}$, where $\eta$ is `share` times $1/(4\gamma_1)$.
#
# </details>
# %%
def steps_needed(gamma, start, share):
    """Steps of gradient descent until λ_j = ½. gamma (d,), start (d,), share -> (d,)."""
    ### BEGIN SOLUTION
    eta = share / (4 * gamma[0])
    return np.log(1 / start - 1) / (2 * np.log(1 + 4 * eta * gamma))
    ### END SOLUTION


steps_needed = check("10.1", steps_needed)

# %% [markdown] tags=["solution-only"]
# **Why no $\gamma_j$ stands alone.** With $\eta = c/(4\gamma_1)$ the factor is $1 + c\,\gamma_j/\gamma_1$. If all $\gamma_j$ were ten times as large, the learning rate would be a tenth, and every mode would take as many steps as before. The usual slip is the square: a step multiplies $s_j$ by $1 + 4\eta\gamma_j$ and
# $\lambda_j$ by the square of that.
# %% [markdown]
# Predict first: the last mode has a rate about ten times below that of the first. Does it take ten times as many steps, fewer or more? Then count.
# %%
predicted = steps_needed(gamma, start, c)
lr = c / (4 * gamma[0])
run = linear.gradient_descent(Gamma, W0, lr, 400)
counted = spectra.find_steps(run.t, run.eigenvalues) / lr
comparison = plots.compare(predicted, counted, quantity="steps of descent until λ = ½")
assert comparison.worst < 0.03, "every mode should take the predicted number of steps"
comparison
# %%
# NBVAL_CHECK_OUTPUT
plain = counted[-1]
print(f"the last takes {plain / counted[0]:.1f} times as many steps as the first")
print(f"the last at the limit itself, c = 1: {steps_needed(gamma, start, 1.0)[-1]:.0f} steps")
# %% [markdown]
# It takes more than ten times as many. The logarithm makes it a little less than that, since a step of the first mode multiplies by 1.4 and not by $e^{0.4}$. The start makes it more: the last of ten modes has the least left to begin with, as in chapter 3.
#
# A larger $\eta$ helps only so far. At $c = 1$ the first mode is at its limit, and the formula still gives the last more than a hundred steps.


# %% [markdown]
# ## Exercise 10.2 · What does momentum buy?
# *Code · 12 minutes · 2 points*
#
# An old way to climb faster is momentum (Polyak 1964). A velocity $V$, which is 0 at first, remembers the gradients $G$:
#
# $$V \leftarrow \beta V + G, \qquad W \leftarrow W - \eta V .$$
#
# Take one mode that is still small. Its gradient is $-4\gamma_j s_j$. After many steps every further step multiplies $s_j$ by the same factor $z_j$. What is it?
#
# **Given:** `gamma` `(d,)`, the $\gamma_j > 0$ in any order; `lr`, the learning rate $\eta > 0$; `beta`, a number $\beta$ from 0 to below 1.
#
# **Wanted:** the factors $z_j$, `(d,)`. Whether training is stable at this $\eta$ when $\lambda_j$ comes near 1 is not asked.
#
# With it momentum has a number of steps, too, and every update that follows can be held against it.
#
# <details><summary>Hint 1: the idea</summary>
#
# The velocity is what the last step took away: $s_j$ after a step, less $s_j$ before it, is $-\eta V$. So $V$ can be left out, and three values of $s_j$ that follow each other remain.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $s_{n+1} = s_n + \beta (s_n - s_{n-1}) + 4\eta\gamma s_n$. Put $s_n = z^n$ and divide by $z^{n-1}$: a quadratic equation in $z$. Which of its two roots is left after many steps?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# The larger root of $z^2 - (1 + \beta + 4\eta\gamma)\, z + \beta = 0$. At $\beta = 0$ it is $1 + 4\eta\gamma$.
#
# </details>
# %%
def momentum_factor(gamma, lr, beta):
    """Factor of a small s in a step with momentum. gamma (d,), lr, beta numbers -> (d,)."""
    ### BEGIN SOLUTION
    b = 1 + beta + 4 * lr * gamma
    return (b + np.sqrt(b**2 - 4 * beta)) / 2
    ### END SOLUTION


momentum_factor = check("10.2", momentum_factor)

# %% [markdown] tags=["solution-only"]
# **Why not $\eta/(1 - \beta)$.** If the gradient stayed as it is, the velocity would come to $G/(1 - \beta)$, and $z$ would be $1 + 4\eta\gamma/(1 - \beta)$. That is so for modes with $4\eta\gamma$ far below $(1 - \sqrt\beta)^2$. The gradient of a faster mode has grown before the velocity has gathered
# it. For $4\eta\gamma$ far above $(1 - \sqrt\beta)^2$, and below 1, $z$ is about $1 + \sqrt{4\eta\gamma}$.
# %% [markdown]
# Near $\lambda_j = 1$ the same recursion, with $-8\gamma_j$ in the place of $4\gamma_j$, is stable for $\eta < (1 + \beta)/(4\gamma_j)$. So momentum may have a larger learning rate than descent, and gets the same share $c$ of its own limit. That is nearly all it bears, since a mode arrives with a velocity: at a share of 0.55 training from this start diverges. How early will the last mode be?
# %%
beta = 0.9
lr = c * (1 + beta) / (4 * gamma[0])
z = momentum_factor(gamma, lr, beta)
predicted = np.log(1 / start[-1] - 1) / (2 * np.log(z[-1]))
run = optim.descent(Gamma, W0, lr, 150, momentum=beta)
with_momentum = spectra.find_steps(run.t, run.eigenvalues)[-1] / lr
comparison = plots.compare(predicted, with_momentum, ["β = 0.9"], "steps until the last mode")
assert comparison.worst < 0.05, "momentum should take the predicted number of steps"
comparison
# %%
# NBVAL_CHECK_OUTPUT
print(f"{plain / with_momentum:.1f} times fewer steps than descent")
print("log growth of the first mode in a step, over that of the last:")
for name, factor in (("descent", 1 + c * gamma / gamma[0]), ("momentum", z)):
    print(f"  {name}: {np.log(factor[0]) / np.log(factor[-1]):.1f}")
print(f"γ₁/γ₁₀: {gamma[0] / gamma[-1]:.1f}, its root: {np.sqrt(gamma[0] / gamma[-1]):.1f}")
# %% [markdown]
# Momentum takes the root, nearly. As long as $4\eta\gamma_j$ is well above $(1 - \sqrt\beta)^2$ and well below 1, a step multiplies a small mode by about $1 + \sqrt{4\eta\gamma_j}$. So a mode whose $\gamma_j$ is ten times smaller is held back by the root of ten. And momentum is free: a step needs one more table of the size of $W$, and
# no further product of matrices. A comparison that leaves it out of its baseline is unfair to descent.
#
# By the theory of small modes more momentum is always better. But it says nothing of a mode that comes to its end with a large velocity.
# %%
# NBVAL_CHECK_OUTPUT
for beta in (0.5, 0.8, 0.9, 0.95):
    lr = c * (1 + beta) / (4 * gamma[0])
    predicted = np.log(1 / start[-1] - 1) / (2 * np.log(momentum_factor(gamma, lr, beta)[-1]))
    run = optim.descent(Gamma, W0, lr, 150, momentum=beta)
    counted = spectra.find_steps(run.t, run.eigenvalues)[-1] / lr
    print(f"β = {beta:4}: {predicted:4.0f} steps predicted, {counted:4.0f} counted")
W = optim.descent(Gamma, W0, lr, 50, momentum=beta).W
print(f"β = 0.95, step 50: γ₁₀‖W v₁₀‖² is {gamma[-1] * np.sum((W @ modes[:, -1]) ** 2):.2f}, "
      f"the smallest eigenvalue of C {np.linalg.eigvalsh(W @ Gamma @ W.T)[0]:.2f}")  # fmt: skip
# %% [markdown]
# At 0.95 the tenth mode itself is nearly in time: after 50 steps its part of $C$ is above $\frac12$. But modes that were learned before have overshot and swing back below $\frac12$, so it takes longer until all ten are there at once.


# %% [markdown]
# ## Exercise 10.3 · Where does it end?
# *Derivation · 15 minutes · 3 points*
#
# A **preconditioner** is a fixed matrix $P$ `(m, m)`, symmetric and with all eigenvalues above 0, that the gradient is multiplied by from the right:
#
# $$W \leftarrow W - \eta\, G P .$$
#
# If $P$ is large where $\Gamma$ is small, slow modes become faster. But descent did not only find a $W$ with $C = I$. From a tiny start it found the shortest one, by learning the $d$ modes of $\Gamma$ with the largest $\gamma_j$ and no others. Which $W$ does it find with $P$?
#
# **Given:** a symmetric `Gamma` `(m, m)`, at least $d$ of whose eigenvalues are above 0, while others may be below; `P` `(m, m)`, which in general does not commute with `Gamma`; `d`.
#
# **Wanted:** the `W` `(d, m)` where $W \leftarrow W - \eta G P$ ends from a tiny random start, with a small $\eta$. For any rotation $U$ `(d, d)`, $UW$ is as good.
#
# Whatever training has learned, it has learned in this $W$. If it differs from the shortest, speed has cost something.
#
# <details><summary>Hint 1: the idea</summary>
#
# Look for coordinates in which this is plain descent. Put $W = W'M$ with a fixed matrix $M$. Which loss does $W'$ see, and which $M$ makes its update $W' \leftarrow W' - \eta G'$, with its own gradient $G'$?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $C = W \Gamma W^{\top} = W' (M \Gamma M^{\top}) W'^{\top}$, and by the chain rule $G' = G M^{\top}$. Multiply the update of $W$ by $M^{-1}$ from the right: it is plain descent of $W'$ if $P M^{-1} = M^{\top}$. The symmetric root of $P$ will do. From chapter 2 you know where plain descent ends.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With $P^{1/2}$, which has the eigenvectors of $P$ and the roots of its eigenvalues, let $\gamma'_j$ and $v'_j$ be the eigenvalues and eigenvectors of $P^{1/2} \Gamma P^{1/2}$, the largest first. $W'$ has the rows $v'^{\top}_j / \sqrt{\gamma'_j}$ for $j \le d$, and $W = W' P^{1/2}$.
#
# </details>
# %%
def final_weights(Gamma, P, d):
    """Where descent times P ends from a tiny start. Gamma (m, m), P (m, m), d -> W (d, m)."""
    ### BEGIN SOLUTION
    sizes, vectors = np.linalg.eigh(P)
    root = vectors * np.sqrt(sizes) @ vectors.T
    of_primed, primed = np.linalg.eigh(root @ Gamma @ root)
    return (primed[:, -d:] / np.sqrt(of_primed[-d:])).T @ root
    ### END SOLUTION


final_weights = check("10.3", final_weights)

# %% [markdown] tags=["solution-only"]
# **Why it is not the shortest $W$.** It is the shortest $W' = W P^{-1/2}$, so the smallest $\mathrm{tr}(W P^{-1} W^{\top})$ of all $W$ with $C = I$. If $P$ commutes with $\Gamma$, the modes are those of $\Gamma$ and the two are the same as long as $P$ leaves the first $d$ in front. Otherwise the rows of $W$ span a space that no $d$
# eigenvectors of $\Gamma$ span. Any $M$ with $M^{\top} M = P$ serves as well as the root, for example the transpose of the Cholesky factor.
# %% [markdown]
# A preconditioner that needs no pairs is $P = (\Sigma + \gamma_{10} I)^{-1}$. Only the views themselves have to be known. Its $W$ has $C = I$, as the shortest has. By how much is it longer? And does it matter how tiny the start is?
# %%
P = optim.inverse_power(Sigma, rho=gamma[-1])
rates = optim.growth_rates(Gamma, d, P)
lr = c / (4 * rates[0])
names = ["start 10⁻⁴", "start 10⁻⁸", "start 10⁻¹⁶"]
excess, lateness = [], []
for size in (1e-4, 1e-8, 1e-16):
    run = optim.descent(Gamma, size / alpha * W0, lr, 600, P)
    excess.append(optim.weight_excess(run.W, Gamma))
    lateness.append(spectra.find_steps(run.t, run.eigenvalues)[-1] / lr)
expected = optim.weight_excess(final_weights(Gamma, P, d), Gamma)
comparison = plots.compare([expected] * 3, excess, names, "‖W‖² over that of the shortest")
assert comparison.worst < 0.05, "the end should be that of a tiny start, nearly"
assert comparison.rows[-1].error < 0.01, "from a tiny enough start it should be"
comparison
# %% [markdown]
# Its squared length is an eighth more than necessary, even from a start that tends to 0. From $10^{-4}$ it is more still. Why?
# %%
# NBVAL_CHECK_OUTPUT
more = optim.growth_rates(Gamma, d + 1, P)
print(f"γ'₁₁/γ'₁₀: {more[-1] / more[-2]:.2f}")
print(f"from 1e-4: {plain:.1f} steps by descent, {lateness[0]:.1f} with P")
# %% [markdown]
# The eleventh mode of $P^{1/2} \Gamma P^{1/2}$ has nearly the rate of the tenth. While the tenth grows by a factor $g$, the eleventh grows in the same direction of the embedding by $g$ to the power $\gamma'_{11}/\gamma'_{10}$, which is not much less. Training stops both when the tenth is learned, and what the eleventh has become is left in $W$. The tinier the
# start, the larger is $g$, and the further ahead is the tenth.
#
# So this is a trade: between three and four times fewer steps than descent, for weights that are longer than necessary.


# %% [markdown]
# ## Exercise 10.4 · What does damping gain?
# *Derivation · 8 minutes · 2 points*
#
# $P = \Gamma^{-1}$ would make all rates equal. With **damping**, a number $\rho \ge 0$, it is $P = (\Gamma + \rho I)^{-1}$, and equalises only what is well above $\rho$. Take a $\Gamma$ whose eigenvalues are all above 0. By what factor is the last mode learned earlier with $P$ than without?
#
# Both have the same start, and each has the same share $c$ of its own largest stable learning rate. Let $c$ be so small that $\log(1 + x)$ is $x$ in the formula of exercise 10.1.
#
# **Given:** `gamma` `(d,)`, the eigenvalues of $\Gamma$ in descending order, all above 0; `rho`, a number $\rho \ge 0$.
#
# **Wanted:** the number of steps of the last mode without $P$ over that with $P$, a number.
#
# It says what each $\rho$ buys. What it costs comes after it.
#
# <details><summary>Hint 1: the idea</summary>
#
# $P$ commutes with $\Gamma$ here, so $P^{1/2} \Gamma P^{1/2} = P\Gamma$, and the modes are those of $\Gamma$. Which rates $\gamma'_j$ do they have? Two of them count.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# In exercise 10.1 only $\gamma_d/\gamma_1$ enters, and now it is $\gamma'_d/\gamma'_1$. The $\lambda_d(0)$ is the same in both. For small $c$ the number of steps is one over that ratio, times what is the same in both.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\gamma'_j = \gamma_j/(\gamma_j + \rho)$, and the gain is $\dfrac{\gamma'_d/\gamma'_1}{\gamma_d/\gamma_1} = \dfrac{\gamma_1 + \rho}{\gamma_d + \rho}$.
#
# </details>
#
# <!-- expected-figure: 10.4 -->
# %%
def speed_of_damping(gamma, rho):
    """How many times earlier the last mode is with (Γ + ρI)^(−1). gamma (d,), rho -> number."""
    ### BEGIN SOLUTION
    return (gamma[0] + rho) / (gamma[-1] + rho)
    ### END SOLUTION


speed_of_damping = check("10.4", speed_of_damping)


# %% [markdown] tags=["solution-only"]
# **Why $\rho = \gamma_d$ is half way.** There the gain is $(\gamma_1 + \gamma_d)/(2\gamma_d)$, a little more than half of $\gamma_1/\gamma_d$. **The usual slip** compares the last mode's rates alone: $\gamma'_d/\gamma_d = 1/(\gamma_d + \rho)$. But with $P$ the largest stable learning rate is $1/(4\gamma'_1)$ and not $1/(4\gamma_1)$.
# %% [markdown]
# The digits' $\Gamma$ has eigenvalues below 0 as well, so $P$ is $(|\Gamma| + \rho I)^{-1}$, where $|\Gamma|$ has their absolute values. For the ten modes nothing changes. With your `steps_needed` the number of steps can be predicted at $c = 0.4$, where the logarithm counts. Below it stands what each $\rho$ costs: the squared length of $W$ over that of the
# shortest. Sketch the two curves first, from $\rho$ far below $\gamma_{10}$ to far above.
# %%
def damped(ratio):
    """Steps predicted and counted, and the weights' excess, at ρ = ratio · γ_10."""
    rho = ratio * gamma[-1]
    P = optim.inverse_power(Gamma, rho=rho)
    damped_rates = optim.growth_rates(Gamma, d, P)
    lr = c / (4 * damped_rates[0])
    run = optim.descent(Gamma, W0, lr, 700, P)
    steps = spectra.find_steps(run.t, run.eigenvalues)[-1] / lr
    theory = steps_needed(damped_rates, start, c)[-1]
    return theory, steps, optim.weight_excess(run.W, Gamma)


ratios = np.array([0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1000])
theory, steps, excess = np.transpose([damped(ratio) for ratio in ratios])
# %% mystnb={"image": {"alt": "Two panels over ρ/γ_10 from 0.01 to 1000. Above, steps until the last mode: a line rises from 37 on the left through 62 at 1 to 320 on the right, and dots lie on it, a little below at the far left. Below, squared length of the weights over the shortest: 2.6 at 0.01, 1.2 at 0.1, then flat just above 1."}} tags=["expected:10.4"]
figure, axes = plt.subplots(2, 1, figsize=(6.4, 5.6), sharex=True, layout="constrained")
line = np.geomspace(0.01, 1000, 100)
curve = [steps_needed(gamma / (gamma + q * gamma[-1]), start, c)[-1] for q in line]
axes[0].plot(line, curve, color=plots.SERIES[0], label="predicted")
axes[0].plot(ratios, steps, "o", color=plots.SERIES[1], label="counted")
axes[0].set(xscale="log", ylabel="steps until the last mode", ylim=(0, None))
axes[0].legend()
axes[1].plot(ratios, excess, "o-", color=plots.SERIES[1])
axes[1].axhline(1, color=plots.GREY, linestyle=":")
axes[1].set(xlabel=r"damping $\rho/\gamma_{10}$", ylabel=r"$‖W‖^2$ over the shortest")
plt.show()
# %%
comparison = plots.compare(theory, steps, [f"{q:g} γ₁₀" for q in ratios], "steps at each ρ")
assert comparison.worst < 0.15, "damping should gain what the formula says"
comparison
# %%
# NBVAL_CHECK_OUTPUT
for ratio in (0.1, 1, 10):
    gain = speed_of_damping(gamma, ratio * gamma[-1])
    here = np.flatnonzero(ratios == ratio)[0]
    print(f"ρ = {ratio:3} γ₁₀: gain {gain:.1f} for small c, {plain / steps[here]:.1f} at c = 0.4, "
          f"weights {excess[here]:.2f}")  # fmt: skip
# %% [markdown]
# At $c = 0.4$ the gain is less than your formula says, since the logarithm favours small rates. The curve above has it right.
#
# From right to left, speed is gained down to about a third of $\gamma_{10}$, and then there is little left to gain. The weights begin to grow just there. At $\rho = \gamma_{10}$ the last mode is about five times earlier than without $P$, and the squared length of the weights is 3 % above the smallest.
#
# Momentum was faster still, and costs no product of matrices. But its gain grows like the root of $\gamma_1/\gamma_d$, and that of damping at $\rho = \gamma_d$ like half of $\gamma_1/\gamma_d$ itself. The digits have a ratio of ten. Where it is a few times larger, damping gets ahead.
#
# At the far left the dots lie below the line. There the rates are so equal that other modes grow beside the tenth and in its direction of the embedding, and $\lambda$ is at $\frac12$ before the tenth mode alone would have brought it there. That is what the weights pay for.

# %% [markdown]
# Two functions of SciPy for the next exercise. `logsumexp` takes the logarithm of a sum of exponentials, of which each by itself may be too large for a float,
# and its argument `b` holds factors in front of them. `brentq` finds where a function is 0, between two points at which its signs differ. Here is the $T$ at which $2 e^{T} + e^{3T} = 10$.
# %%
T = brentq(lambda T: logsumexp([T, 3 * T], b=[2, 1]) - np.log(10), -1000, 1000)
assert np.isclose(2 * np.exp(T) + np.exp(3 * T), 10)


# %% [markdown]
# ## Exercise 10.5 · Which modes are in it at the end?
# *Derivation · 15 minutes · 3 points*
#
# Damping brings the last of $d$ modes sooner. It also brings others that nobody asked for. With a single output
# the whole price can be computed. The weights are then one vector, and $w_j$ is its entry along mode $j$ of
# $\Gamma$, so that $\lambda = \sum_j \gamma_j w_j^2$ and the loss is $(1 - \lambda)^2$. Follow its gradient,
# multiplied by $P = (|\Gamma| + \rho I)^{-1}$, at a vanishing learning rate until it rests.
#
# **Given:** `gamma` `(m,)`, all eigenvalues of $\Gamma$, above 0 and in any order; the start `w0` `(m,)`, whose
# entries may be negative, but none of them is 0; the damping `rho`, a number $\ge 0$. The start may be small, or so
# large that $\lambda$ is above 1.
#
# **Wanted:** the weights `(m,)` at which the flow rests.
#
# At the end $\lambda$ is 1, and $\gamma_j w_j^2$ is the part of mode $j$ in it: what a smaller $\rho$ costs can
# be read off.
#
# <details><summary>Hint 1: the idea</summary>
#
# Write down $dw_j/dt$ for one mode. What in it is the same for all modes? However it goes up and down with time,
# its integral from the start to the end is one number.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $dw_j/dt = 4(1 - \lambda)\, \gamma'_j w_j$ with $\gamma'_j = \gamma_j/(\gamma_j + \rho)$. So
# $\log (w_j / w_j(0))$ is $\gamma'_j$ times a number that all modes share; call it $4T$. What has to hold at the
# end decides $T$: the larger $T$ is, the larger is $\lambda$, and `brentq` finds the one at which it is right. It is below 0
# if the start was too large.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $w_j = w_j(0)\, e^{4\gamma'_j T}$ with $\sum_j \gamma_j w_j(0)^2\, e^{8\gamma'_j T} = 1$. The size of $T$ is at most
# $|\log \lambda(0)| / (8 \min_j \gamma'_j)$; twice that on both sides of 0 is a safe interval. Its ends may overflow: solve
# for $\log \lambda = 0$, and let `logsumexp` take the logarithm of the sum.
#
# </details>
#
# <!-- expected-figure: 10.5 -->
# %%
def end_of_one(gamma, w0, rho):
    """Where one output's weights rest, along the modes. (m,), (m,), number -> (m,)."""
    ### BEGIN SOLUTION
    rates = gamma / (gamma + rho)

    def log_lam(T):
        return logsumexp(8 * rates * T, b=gamma * w0**2)

    far = abs(log_lam(0)) / rates.min()
    T = brentq(log_lam, -far, far)
    return w0 * np.exp(4 * rates * T)
    ### END SOLUTION


end_of_one = check("10.5", end_of_one)

# %% [markdown] tags=["solution-only"]
# **Why not the largest mode alone.** From a start of size $\alpha$ mode $k$ has grown by the power $\gamma'_k/\gamma'_j$ of what
# mode $j$ has grown by. If that power is below 1, mode $k$ is left behind as $\alpha$ goes to 0, and at $\alpha = 10^{-4}$ it is left
# behind only as far as the power says. **Why $\rho = 0$ is another case.** All powers are 1 then, and the end is $w(0)/\sqrt{\lambda(0)}$:
# the start itself, made larger.
# %% [markdown]
# Predict before you run the next cells. The start is the first row of `W0`. With $\rho$ far above all $\gamma_j$ the flow is nearly that of
# plain descent, and mode 1 should be nearly all of the end. How much of it is left at $\rho = \gamma_{10}$, and how much at $\rho = 0$?
#
# The cell below computes the end by your function, and trains as well, at a twentieth of the largest stable learning rate. The training has the modes with $\gamma_j < 0$ too; they shrink.
# %%
every, V = linear.modes(Gamma, len(Gamma))
positive = every > 0
start = (W0[0] @ V)[positive]
cases = {"1000 γ₁₀": 1000 * gamma[-1], "γ₁₀": gamma[-1], "0": 0.0}
# %%
yours, trained = {}, {}
for name, rho in cases.items():
    yours[name] = every[positive] * end_of_one(every[positive], start, rho) ** 2
    P = optim.inverse_power(Gamma, rho=rho)
    lr = 0.05 / (4 * optim.growth_rates(Gamma, 1, P)[0])
    run = optim.descent(Gamma, W0[:1], lr, 1200, P)
    trained[name] = every[positive] * (run.W @ V)[0, positive] ** 2
# %% mystnb={"image": {"alt": "Parts of the first 30 modes at the end, on a log axis, for three dampings. With the largest, mode 1 has nearly all, mode 2 less than a hundredth and mode 4 a millionth. With damping at γ₁₀ modes 1 and 3 have nearly half each, mode 10 one part in 100,000, and all behind it less than one in a million. Without damping the parts go up and down between one half and one in 100,000, and half of those behind mode 10 are near a hundredth. Dots lie on the lines."}} tags=["expected:10.5"]
figure, axis = plt.subplots()
numbers = np.arange(1, 31)
for name, color, marker in zip(cases, plots.SERIES, plots.MARKERS, strict=False):
    axis.semilogy(numbers, yours[name][:30], color=color)
    axis.semilogy(
        numbers, trained[name][:30], marker, color=color, markersize=5, label=f"ρ = {name}"
    )
axis.set(xlabel="mode", ylabel="part of the mode in the end", ylim=(1e-9, 2))
axis.legend(title="lines: yours, dots: trained")
plt.show()
# %%
# NBVAL_CHECK_OUTPUT
print("               mode 1   modes 1 to 10")
for name, part in yours.items():
    print(f"ρ = {name:10} {part[0]:.2f}        {part[:d].sum():.2f}")
# %%
comparison = plots.compare(
    [part[0] for part in yours.values()], [part[0] for part in trained.values()],
    [f"ρ = {name}" for name in cases], "part of mode 1",
)  # fmt: skip
assert comparison.worst < 0.04, "a twentieth of the learning rate is nearly the flow"
comparison
# %% [markdown]
# With a large $\rho$ the flow selects: from a small start that has something of the first mode, the end is that mode, nearly. At $\rho = \gamma_{10}$ it still keeps to the first ten,
# but the largest part of it depends on the start as much as on $\gamma$. At $\rho = 0$ nothing is selected among the modes with $\gamma_j > 0$. Their parts at the end are in the ratios of the start.


# %% [markdown]
# ## Exercise 10.6 · A preconditioner for a head
# *Code · 12 minutes · 2 points*
#
# A network's last layer without a bias, its **head**, is a linear model of the features $h$ that reach it. So what sped up the linear model should
# speed up the head. Here $\Gamma$ of the features is not at hand, but a batch of features has a covariance,
#
# $$\Sigma = \frac1n \sum_{i=1}^n (h_i - \bar h)(h_i - \bar h)^{\top}, \qquad \bar h = \frac1n \sum_{i=1}^n h_i .$$
#
# The features are centred because the loss centres the embedding: their mean is in none of its numbers. K-FAC (Martens and Grosse 2015) has such a factor for every layer, not centred, and a second one on the left.
#
# **Given:** the `gradient` $G$ of the head's weights, `(d, h)`; the `features` of one batch, `(n, h)`, a view in each row and not centred; the damping `rho`, above 0. There may be
# fewer views than features.
#
# **Wanted:** $G\, (\Sigma + \rho I)^{-1}$, `(d, h)`.
#
# In the cells below a network's head takes such steps.
#
# <details><summary>Hint 1: the idea</summary>
#
# Which axis of `features` counts the views, and which mean is taken off each column? `(h, h)` is the shape of $\Sigma$, so on which side of $G$ does it fit?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Centre, multiply the centred table by its own transpose so that `(h, h)` is left, divide by the number of views, and add $\rho$ to the diagonal. `np.linalg.inv` is enough here;
# `np.linalg.solve(A, B)` gives $A^{-1}B$ without it.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# With the centred features $X$ `(n, h)`, $\Sigma = X^{\top}X/n$. It is symmetric, so $G(\Sigma + \rho I)^{-1}$ is the transpose of $(\Sigma + \rho I)^{-1} G^{\top}$, and `solve` gets $G^{\top}$.
#
# </details>
#
# <!-- expected-figure: 10.6 -->
# %%
def preconditioned_gradient(gradient, features, rho):
    """G (Σ + ρI)^(−1), Σ the covariance of the features. (d, h), (n, h), number -> (d, h)."""
    ### BEGIN SOLUTION
    centred = features - features.mean(axis=0)
    Sigma = centred.T @ centred / len(features)
    return gradient @ np.linalg.inv(Sigma + rho * np.eye(len(Sigma)))
    ### END SOLUTION


preconditioned_gradient = check("10.6", preconditioned_gradient)

# %% [markdown] tags=["solution-only"]
# **Why the mean is taken off.** Behind a ReLU all features are $\ge 0$, so that $\bar h$ is by far the largest direction of their second moment $\Sigma + \bar h \bar h^{\top}$. The damped inverse of that is $(\Sigma + \rho I)^{-1}$ less a matrix of rank one, made of the
# direction $(\Sigma + \rho I)^{-1} \bar h$. In this one direction steps become short, for the sake of a mean that the loss does not see. **What $\rho$ is for.** In directions in which a batch varies little, $\Sigma^{-1}$ is large and
# mostly noise; with fewer views than features it does not even exist. With $\rho$ no direction takes a step more than $1/\rho$ times as long as plain descent's.
# %% [markdown]
# `optim.PreconditionedSGD` does the same inside PyTorch, with a running mean of $\Sigma$ over the batches in place of one batch's. With no memory, on one batch, its step should be yours.
# %%
pictures = torch.from_numpy(data.load_images("digits").x).permute(0, 3, 1, 2)
augment = views.Augment(size=16, crop=(0.6, 1.0), flip=0, jitter=(0.2, 0.2, 0.2, 0), grey=0)
draws = torch.Generator().manual_seed(0)


def two_views(x, generator):
    """Two random views of each picture, standardised, the first views above. (2n, 1, 16, 16)."""
    tables = augment.draw(2 * len(x), generator).chunk(2)
    pixels = x.float() / 255
    seen = torch.cat([augment.apply(x, table) for table in tables])
    return (seen - pixels.mean()) / pixels.std()


def loss_of(model, x):
    z = model(x)
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    return losses.barlow_twins(z1, z2, lam=1.0, normalize=False)


# %%
model = networks.small_resnet(d, channels=1, init_scale=0.01)
layer = model.head[-1]
batch = two_views(pictures[:64], draws)
features, before = model.trunk(batch).detach().numpy(), layer.weight.detach().numpy().copy()
# %%
once = optim.PreconditionedSGD(layer, lr=1.0, rho=0.1, memory=0.0)
loss_of(model, batch).backward()
once.step()
once.detach()
# %%
step = before - layer.weight.detach().numpy()
by_you = preconditioned_gradient(
    layer.weight.grad.numpy().astype(float), features.astype(float), 0.1
)
assert np.allclose(step, by_you, rtol=1e-2, atol=1e-3 * np.abs(by_you).max()), "should be your step"
# %% [markdown]
# Now 150 steps of a small ResNet from a small start. The trunk takes plain steps at the rate 0.02, and the head steps like yours at the rate 0.05. Every ten steps the eigenvalues of $C$ are measured on 250 fixed pairs.
# %%
model = networks.small_resnet(d, channels=1, init_scale=0.01)
head = optim.PreconditionedSGD(model.head[-1], lr=0.05, rho=0.1)
trunk = torch.optim.SGD(model.trunk.parameters(), lr=0.02)
fixed = two_views(pictures[:250], draws)
# %%
steps, eigenvalues = np.arange(0, 151, 10), []
for step in range(151):
    if step in steps:
        with torch.no_grad():
            z = model(fixed).double().numpy()
        eigenvalues.append(
            linear.modes(linear.cross_moment(*np.split(z - z.mean(axis=0), 2)), d)[0]
        )
    batch = pictures[torch.randint(len(pictures), (128,), generator=draws)]
    for optimizer in (trunk, head):
        optimizer.zero_grad()
    loss_of(model, two_views(batch, draws)).backward()
    for optimizer in (trunk, head):
        optimizer.step()
# %%
came = np.sort(spectra.find_steps(steps, np.array(eigenvalues)))
# %% [markdown]
# What is it held against? A recorded grid has settings of several kinds for the same network, with three seeds of 500 steps each, among them plain SGD; SGD with momentum 0.9; SGD with another rate for the
# head than for the trunk; the same with momentum 0.9; and the preconditioned head. Of each kind we take the setting whose ninth mode comes first in the mean over the seeds. Every kind has been tuned in six settings, and two rates with momentum, the strongest baseline, in ten.
# %%
grid = data.load_run("faster_digits").other
kinds = ("plain", "momentum", "two rates", "two rates, momentum", "preconditioned")
best = {}
for kind in kinds:
    rows = np.flatnonzero(grid["setting"] == kind)
    best[kind] = rows[np.argmin(grid["passed"][rows, :, 8].mean(axis=1))]
# %%
# NBVAL_CHECK_OUTPUT
print("                     trunk   head    ninth mode, three seeds    mean")
for kind, row in best.items():
    ninth = grid["passed"][row, :, 8]
    rates = f"{grid['trunk_lr'][row]:.3f}   {grid['head_lr'][row]:.3f}"
    print(f"{kind:20} {rates}    {np.sort(ninth).round()}      {ninth.mean():7.0f}")
# %% mystnb={"image": {"alt": "Number of modes learned over steps, as stairs up to 10 for five kinds of training, three thin stairs each, and one thick stair of this run up to 150 steps. The thin preconditioned stairs reach 9 near step 145, those with two rates and momentum near 175, those with two rates near 240, those with momentum near 330, plain ones near 460. The thick stair runs along the thin preconditioned ones."}} tags=["expected:10.6"]
figure, axis = plt.subplots(figsize=(7.2, 4.2))
count = np.arange(1, d + 1)
for kind, color in zip(kinds, plots.SERIES, strict=False):
    for seed in range(3):
        name = kind if seed == 0 else None
        passed = grid["passed"][best[kind], seed]
        axis.step(passed, count, where="post", color=color, linewidth=1, label=name)
axis.step(came, count, where="post", color=plots.INK, linewidth=2.6, label="this run")
axis.set(xlabel="step", ylabel="modes learned", xlim=(0, 500), ylim=(0, d + 0.3))
axis.legend(loc="lower right", handlelength=1, handletextpad=0.5, borderaxespad=0)
plt.show()
# %%
learned = np.sum(came <= 150)
plain = np.sum(grid["passed"][best["plain"]] <= 150, axis=1)
print(f"after 150 steps: {learned} modes in this run, {plain} with plain SGD, recorded")
assert learned >= 7 > plain.max(), "a head of more equal rates should be ahead"
# %% [markdown]
# The first row of the table is the wrong one to compare with. A head may take a larger rate than its trunk, and that alone, without any $\Sigma$, brings the ninth mode almost twice as early as plain SGD. With momentum as well it is two and a half times as early. Against that
# the preconditioner saves about a fifth of the steps, in the mean over three seeds. This is one data set, one network and 500 steps, and $\rho$ was not tuned. With momentum 0.9 as well the preconditioned head learns nine modes no earlier, as the page says.


# %% [markdown]
# ## Exercise 10.7 · A staircase of straight lines
# *Derivation · 16 minutes · 3 points*
#
# Muon (Jordan et al. 2024) goes further than any $P$. It takes the singular value decomposition of the gradient, $G = \sum_j \sigma_j a_j b_j^{\top}$ with $\sigma_j > 0$, and makes every singular value 1:
#
# $$\begin{aligned}
# W &\leftarrow W - \eta\, \mathrm{msign}(G), \\
# \mathrm{msign}(G) &= \sum_j a_j b_j^{\top}, \\
# G &= 4(C - I)\, W \Gamma .
# \end{aligned}$$
#
# So every direction in which there is a gradient gets a step of the same length, however small the gradient is. Start aligned: $W = \sum_j s_j u_j v_j^{\top}$ with the modes $v_j$ of $\Gamma$ and orthonormal $u_j$, so that $C$ has the eigenvalues
# $\lambda_j = \gamma_j s_j^2$. After how many steps is mode $j$ learned?
#
# **Given:** `gamma` `(d,)`, of any sign and in any order; the singular values at the start, `s0` `(d,)`, all above 0; the learning rate `lr` $= \eta$, small beside $(2\gamma_j)^{-1/2}$.
#
# **Wanted:** for each mode the number of steps until $\lambda_j = \frac12$, `(d,)`, a real number: between two steps $s_j$ is on a line. It is 0 for a mode that starts at $\frac12$ or above, and
# `np.inf` for one that never gets there.
#
# Before you derive it: the first of our ten modes has $\gamma_1$ ten times as large as $\gamma_{10}$. Descent makes the tenth wait about 12 times as long as the first. And Muon?
#
# <details><summary>Hint 1: the idea</summary>
#
# Put the aligned $W$ into $G$. It is a sum over modes again: what number stands in front of $u_j v_j^{\top}$, and what is left of that number in $\mathrm{msign}(G)$?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# $G = \sum_j 4(\lambda_j - 1)\, \gamma_j s_j\, u_j v_j^{\top}$. A singular value is the size of a number, and $a_j b_j^{\top}$ takes its sign. While $0 < \lambda_j < 1$ that sign is minus, so each step adds $\eta$ to $s_j$,
# whatever $\gamma_j$ is. How far has $s_j$ to go? What is the sign of $\lambda_j$ if $\gamma_j < 0$?
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $s_j(n) = s_j(0) + n\eta$, and $\lambda_j = \gamma_j s_j^2 = \frac12$ at $s_j = (2\gamma_j)^{-1/2}$. So $n_j = \big( (2\gamma_j)^{-1/2} - s_j(0) \big)/\eta$ where that is above 0. With $\gamma_j \le 0$ it is never.
#
# </details>
#
# <!-- expected-figure: 10.7 -->
# %%
def muon_steps(gamma, s0, lr):
    """Steps of Muon until each mode of an aligned start is at 1/2. (d,), (d,), number -> (d,)."""
    ### BEGIN SOLUTION
    steps = np.full(len(gamma), np.inf)
    grows = gamma > 0
    far = (2 * gamma[grows]) ** -0.5 - s0[grows]
    steps[grows] = np.maximum(far, 0) / lr
    return steps
    ### END SOLUTION


muon_steps = check("10.7", muon_steps)


# %% [markdown] tags=["solution-only"]
# **Where the logarithm went.** Descent multiplies $s_j$ by the same factor in each step, and the number of steps to a given size is the logarithm of the way. Muon adds the same length in each step. A start that is ten times smaller costs descent
# the same number of steps again and again, and Muon nothing. **Where the rates went.** $\gamma_j$ is left in the distance alone, as $\gamma_j^{-1/2}$, and no longer in the speed.
# %% [markdown]
# A singular value decomposition at every step is expensive. Muon approximates msign by five iterations that need products of matrices only, so its singular values come out near 1 and not at 1, and such as are far below the largest stay behind. PyTorch has it from version 2.9 on.
# %%
def msign(G):
    """All singular values of G (d, m) made 1."""
    left, _, right = np.linalg.svd(G, full_matrices=False)
    return left @ right


G = 4 * (W0 @ Gamma @ W0.T - np.eye(d)) @ W0 @ Gamma
assert np.allclose(np.linalg.svd(msign(G), compute_uv=False), 1)
if hasattr(torch.optim, "Muon"):
    weight = torch.nn.Parameter(torch.zeros(G.shape))
    weight.grad = torch.tensor(G, dtype=torch.float32)
    torch.optim.Muon([weight], lr=1, weight_decay=0, momentum=0, nesterov=False).step()
    sizes = np.linalg.svd(weight.detach().numpy(), compute_uv=False)
    print("Muon's singular values:", sizes.round(2))
else:
    print("this version of PyTorch has no Muon")
# %% [markdown]
# Now train, from two random starts: one of size $10^{-4}$, and the same one a million times smaller. A random start is not aligned, so your formula is not exact for it. Beside it are the steps that descent would take from both.
# %%
lr = 0.1
starts = {"1e-4": W0, "1e-10": 1e-6 * W0}
muon = {alpha: optim.muon_descent(Gamma, W, lr, 120) for alpha, W in starts.items()}
counted = {alpha: np.argmax(run.eigenvalues >= 0.5, axis=0) for alpha, run in muon.items()}
s0 = linear.effective_init(W0, modes)
# %%
# NBVAL_CHECK_OUTPUT
print("steps until each of ten modes is learned")
print("Muon, yours:     ", muon_steps(gamma, s0, lr).round().astype(int))
for alpha, W in starts.items():
    print(f"α = {alpha:5}  Muon:   ", counted[alpha])
    plainly = optim.step_counts(Gamma, W, c / (4 * gamma[0]))
    print("           descent:", plainly.round().astype(int))
# %% mystnb={"image": {"alt": "Roots of ten eigenvalues over steps of Muon. All ten start at 0 and climb along straight dashed lines, the first most steeply. Each bends at 1 and wobbles there a little. They pass the dotted line at √½ one after another, the first near step 23, the tenth near step 77, the later ones a little behind their dashed lines."}} tags=["expected:10.7"]
figure, axis = plt.subplots()
run = muon["1e-4"]
n = np.round(run.t / lr)
for j, color in enumerate(plots.mode_colors(d)):
    axis.plot(n, np.sqrt(np.maximum(run.eigenvalues[:, j], 0)), color=color)
    line = np.sqrt(gamma[j]) * (s0[j] + lr * n)
    axis.plot(n[line <= 1], line[line <= 1], "--", color=color, linewidth=1)
axis.axhline(np.sqrt(0.5), color=plots.GREY, linestyle=":")
axis.set(xlabel="step", ylabel="$\\sqrt{λ_j}$", ylim=(0, 1.1))
plt.show()
# %%
comparison = plots.compare(muon_steps(gamma, s0, lr), counted["1e-4"], quantity="steps of Muon")
assert comparison.worst < 0.1, "a random start is nearly aligned soon"
assert np.abs(counted["1e-4"] - counted["1e-10"]).max() <= 1, (
    "the size of the start should not count"
)
comparison
# %% [markdown]
# Ten straight lines. The tenth mode waits about three times as long as the first, the root of $\gamma_1/\gamma_{10}$, and the start does not matter: one that is a million times smaller costs Muon no further step, and descent more than twice as many as before. The price comes at the end. A step is as long
# there as it was at the start, so $W$ swings about its goal by about $\eta$ until the learning rate is lowered.

# %% [markdown]
# ## Nine updates, one table
#
# `optim.compare` trains the linear model by nine updates from the same start, all but Muon at the same share $c$ of their own largest stable rate, and puts theory beside each. The columns: steps until all ten modes are learned, predicted and measured; $\lVert W \rVert^2$ at the end over
# the smallest that solves the task; the part of the embedding that is in the first ten modes; and the multiplications that a step takes beyond those of the gradient.
# %%
climbs = optim.compare(Gamma, Sigma, W0, share=c)
# %%
# NBVAL_CHECK_OUTPUT
print("update              predicted measured  ‖W‖²/min  first ten   extra")
for climb in climbs:
    numbers = (
        f"{climb.predicted:9.1f} {climb.measured:8.0f} {climb.excess:9.2f} {climb.share:10.2f}"
    )
    print(f"{climb.name:19} {numbers} {climb.extra:7d}")
    assert abs(climb.measured / climb.predicted - 1) < 0.1, climb.name
# %% [markdown]
# Read it by columns. Descent takes more than 300 steps, and each of the others about 100 or fewer. Momentum takes 54 steps, without a further product of matrices and with weights that are hardly longer. Whoever compares an update with plain descent alone compares it with a baseline that nobody
# has to use. The two inverses of $\Gamma$ without damping are the fastest, and their weights are 7 to 12 times longer in the square than need be. $\Sigma^{-1}$ has a price of the same kind and is no faster than momentum. Damping at $\gamma_{10}$ has most of the speed and almost none
# of that price. On digits $\gamma_1/\gamma_{10}$ is 10. The page has pictures on which it is nearly four times that, and there damping leaves momentum behind.

# %% [markdown]
# ## Your own update
#
# Theory needs no new idea for yours: with any symmetric $P$ that has no negative eigenvalue, the modes are those of $P^{1/2} \Gamma P^{1/2}$. Change the line with `P`, write down what you expect, and run the cell. What you report of an update is what is printed here: what it is,
# the steps that were predicted, those that were measured, what it costs, and whether the run has settled: one that swings can be above one half at some step, too.
#
# A learning rate that changes is no $P$. Train in pieces, each by `optim.descent` from the last `W` of the piece before.
# %%
P = optim.inverse_power(Sigma, power=0.5, rho=gamma[-1])  # yours, from Γ, Σ or anything else

lr = c / (4 * optim.growth_rates(Gamma, 1, P)[0])
predicted = optim.step_counts(Gamma, W0, lr, P).max()
run = optim.descent(Gamma, W0, lr, int(2 * predicted) + 10, P)
learned = np.flatnonzero((run.eigenvalues >= 0.5).all(axis=1))[0]
# %%
# NBVAL_CHECK_OUTPUT
print(f"steps: {predicted:.1f} predicted, {run.t[learned] / lr:.0f} measured")
for name, measure in (("‖W‖²/min", optim.weight_excess), ("first ten", optim.top_share)):
    end = measure(optim.final_weights(Gamma, W0, P), Gamma)
    print(f"{name}: {end:.2f} predicted, {measure(run.W, Gamma):.2f} measured")
print(f"largest |λ − 1| at the end: {np.abs(run.eigenvalues[-1] - 1).max():.2f}")


# %% [markdown]
# ## Exercise 10.8 · Where does a fourth loss stop?
# *Derivation · 15 minutes · 3 points*
#
# The spectral contrastive loss rewards partners for a large scalar product, and punishes the squared scalar product of views of different pictures. For the linear model $f(x) = Wx$ and many pairs it is
#
# $$\mathcal L = -2 \operatorname{tr}(W \Gamma W^{\top}) + \lVert W \Sigma W^{\top} \rVert_F^2 ,$$
#
# with the cross-moment $\Gamma$ and the second moment $\Sigma$ of chapter 6, each of shape $(m, m)$. Near zero the second term does not count, so the loss begins as Barlow Twins does, at the same rates. Where does it end?
#
# **Given:** `Gamma` `(m, m)`, symmetric, with eigenvalues of both signs; `Sigma` `(m, m)`, symmetric and positive definite, whose eigenvectors are others than those of $\Gamma$; `d` $< m$.
#
# **Wanted:** the $d$ eigenvalues of $C = W \Gamma W^{\top}$ at the $W$ of shape $(d, m)$ with the smallest loss, the largest first. If fewer than $d$ directions are worth learning, the rest are 0.
#
# The heights of a staircase say what a loss does to a mode once it is learned, and they need not follow the order of the steps.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two matrices stand in the way of each other. In which coordinates of the inputs does one of them disappear?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $V = W \Sigma^{1/2}$ the second term is $\lVert V V^{\top} \rVert_F^2 = \lVert V^{\top} V \rVert_F^2$, and the first $-2 \operatorname{tr}(V K V^{\top})$ with a symmetric $K$. Complete the square: which matrix does $V^{\top}V$ come as near as it can? Its rank is at most $d$, and it has no negative eigenvalue. At the end ask for $C$, not for $VV^{\top}$.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $K = \Sigma^{-1/2} \Gamma \Sigma^{-1/2}$ has the eigenvalues $\rho_1 \ge \rho_2 \ge \dots$, and $C$ ends with $\max(\rho_j, 0)^2$.
#
# </details>
# %%
def spectral_end(Gamma, Sigma, d):
    """Eigenvalues of C at the smallest loss, largest first. (m, m), (m, m), number -> (d,)."""
    ### BEGIN SOLUTION
    value, vectors = np.linalg.eigh(Sigma)
    root = vectors / np.sqrt(value) @ vectors.T
    rho = np.linalg.eigvalsh(root @ Gamma @ root)[::-1][:d]
    return np.maximum(rho, 0) ** 2
    ### END SOLUTION


spectral_end = check("10.8", spectral_end)

# %% [markdown] tags=["solution-only"]
# **Why.** $\mathcal L = \lVert V^{\top}V - K \rVert_F^2 - \lVert K \rVert_F^2$. Among matrices of rank $d$ without negative eigenvalues the nearest to $K$ keeps its $d$ largest eigenvalues where they are positive (Eckart and Young), so $VV^{\top} = W\Sigma W^{\top}$ ends with the $\rho_j$, and
# $C = VKV^{\top}$ with $\rho_j \cdot \rho_j$. The $\rho_j$ are the canonical correlations of the two views. The usual slip is to forget one of the two factors, and the next one to square a negative $\rho_j$.
# %% [markdown]
# A run on digits, in their six directions of largest variance, with two outputs.
# %%
x1, x2 = views.make_pairs(data.load_images("digits"), n=500, seed=0)
both = np.vstack([x1, x2])
axes = linear.modes(both.T @ both / len(both), 6)[1]
p1, p2 = x1 @ axes, x2 @ axes
Gamma = linear.cross_moment(p1, p2)
Sigma = (p1.T @ p1 + p2.T @ p2) / (2 * len(p1))
W = linear.random_init(2, 6, 1e-4, seed=0)
lr, curves = 0.5, []
for _ in range(1500):
    curves.append(np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1])
    W = W + lr * 4 * (W @ Gamma - W @ Sigma @ W.T @ W @ Sigma)
curves = np.array(curves)
comparison = plots.compare(
    spectral_end(Gamma, Sigma, 2), curves[-1], ["mode 1", "mode 2"], "eigenvalue of C at the end"
)
assert comparison.worst < 0.01, "the loss has come to rest"
comparison

# %% [markdown]
# ### Your own prediction
#
# LeJEPA is the other loss of the page. Its directions are drawn anew in each step. The page has the matrix that drives it near zero,
#
# $$M = \frac1d \bigl[\, 2\omega n\, (g_0\Sigma - b\,\bar x\bar x^{\top}) - (1 - \omega)(\Sigma - \Gamma) \bigr] ,$$
#
# with the weight $\omega$ of SIGReg and the two numbers `g0` and `b` of the authors' 17 knots, and with $\bar x \bar x^{\top} = (\bar x_1 \bar x_1^{\top} + \bar x_2 \bar x_2^{\top})/2$, where $\bar x_1$ is the mean of the first views and $\bar x_2$ that of the second. **Write down a number before you run the second cell:** the time, learning rate × steps, at which the largest eigenvalue of $W \Sigma W^{\top}$ passes 0.1. Then write down whether the second comes earlier or later than its own rate near
# zero says, and why.
# %%
n, d, weight = 100, 3, 0.05
x1, x2 = views.make_pairs(data.load_images("digits"), n=n, seed=1)
both = np.vstack([x1, x2])
Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / (2 * n)
W0 = linear.random_init(d, 64, 1e-4, seed=1)
lr = 0.15
g0, b = 1.546, 2.432
predicted = None  # your number, or a line that computes it
# %%
rng = np.random.default_rng(0)
t1, t2 = torch.tensor(x1), torch.tensor(x2)
W = torch.tensor(W0, requires_grad=True)
curves = []
for _ in range(400):
    curves.append(np.linalg.eigvalsh((W @ torch.tensor(Sigma) @ W.T).detach().numpy())[::-1])
    directions = np.hstack([np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(4)])
    loss = losses.lejepa(t1 @ W.T, t2 @ W.T, torch.tensor(directions), weight)
    slope = torch.autograd.grad(loss, W)[0]
    with torch.no_grad():
        W -= lr * slope
passed = spectra.find_steps(lr * np.arange(len(curves)), np.array(curves), 0.1)
print("measured:", passed.round(1), " predicted:", predicted)
# %% [markdown]
# <details><summary>A way to predict it</summary>
#
# Take the first $d$ modes of $M$ with eigenvalues $\kappa_j$, the effective start $s_j(0)$ of chapter 3 along them, and the variance $\sigma_j$ along each. The eigenvalue is $\sigma_j s_j^2$ and grows as $e^{2\kappa_j t}$, so the time is $\log(0.1/\sigma_j s_j(0)^2)/2\kappa_j$, and by descent a little more. It holds for the first mode. A direction at random has most of its square
# elsewhere, so mode 1 goes on growing beyond 1 until all directions together have had enough, and what it leaves for the force on the others is little. So the second mode is late.
#
# </details>

# %% [markdown]
# ## What you have now
#
# You can say what an update does to the modes before it is run: how long the last one takes, which modes are in the weights at the end, and what the start has to do with it. Speed is bought from selection. A descent that treats all modes alike is fast, and ends at whatever its start
# happened to hold; damping leaves the choice to $\Gamma$ down to the mode at which it is set. And a speed-up is worth what is left of it against the best that the old update can do.
#
# Here the exercises end. The page *Open problems* has three questions that the course did not answer, what makes a good one of your own, and a form in which to report it.
