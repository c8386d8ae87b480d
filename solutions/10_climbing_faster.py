# %% [markdown]
# # 10 · Climbing faster: exercises
#
# Train the linear model on digits, and the first of ten modes is learned after some 25 steps of gradient descent. The tenth takes more than 300. Why not simply a larger learning rate? Here you change the update instead, so that the modes
# grow at more equal rates. Each time you predict how many steps are saved, then count them, and then look at what was paid.
#
# Seven exercises, 90 minutes, 18 points. Exercises 10.3, 10.4 and 10.7 need pencil and paper.
# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from stepwise_ssl import data, linear, optim, plots, spectra, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# The data are the digits of chapter 2, and the model is $f(x) = Wx$ with $W$ of shape $(d, m)$. The cross-moment $\Gamma$ of the pairs has the modes $v_j$ with eigenvalues $\gamma_j$, the largest first. $\Sigma$ is the second moment of all views, whether or
# not two of them belong together. The start $W(0)$ is random, and its entries have the standard deviation $\alpha = 10^{-4}$.
#
# Training starts there each time. Its learning rate is always the same share $c = 0.4$ of the largest that is stable.
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
print(f"γ_1/γ_10: {gamma[0] / gamma[-1]:.1f}")


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
# All that follows changes the rates in this formula, and nothing else.
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
# A larger $\eta$ helps little. At $c = 1$ the first mode is at its limit, and the formula still gives the last more than a hundred steps.


# %% [markdown]
# ## Exercise 10.2 · What does momentum buy?
# *Code · 12 minutes · 2 points*
#
# The oldest way to climb faster is momentum (Polyak 1964). A velocity $V$, which is 0 at first, remembers the gradients $G$:
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
# Near $\lambda_j = 1$ the same recursion, with $-8\gamma_j$ in the place of $4\gamma_j$, is stable for $\eta < (1 + \beta)/(4\gamma_j)$. So momentum may have a larger learning rate than descent, and gets the same share $c$ of its own limit. How early will the last mode be?
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
print(f"γ_1/γ_10: {gamma[0] / gamma[-1]:.1f}, its root: {np.sqrt(gamma[0] / gamma[-1]):.1f}")
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
print(f"β = 0.95, step 50: γ_10‖W v_10‖² is {gamma[-1] * np.sum((W @ modes[:, -1]) ** 2):.2f}, "
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
names = ["start 1e-4", "start 1e-8", "start 1e-16"]
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
# Its squared length is an eighth more than necessary, however tiny the start. From $10^{-4}$ it is more still. Why?
# %%
# NBVAL_CHECK_OUTPUT
more = optim.growth_rates(Gamma, d + 1, P)
print(f"γ'_11/γ'_10: {more[-1] / more[-2]:.2f}")
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
    rates = gamma / (gamma + rho)
    lr = c / (4 * rates[0])
    run = optim.descent(Gamma, W0, lr, 700, P)
    steps = spectra.find_steps(run.t, run.eigenvalues)[-1] / lr
    theory = steps_needed(rates, start, c)[-1]
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
comparison = plots.compare(theory, steps, [f"{q:g} γ_10" for q in ratios], "steps at each ρ")
assert comparison.worst < 0.15, "damping should gain what the formula says"
comparison
# %%
# NBVAL_CHECK_OUTPUT
for ratio in (0.1, 1, 10):
    gain = speed_of_damping(gamma, ratio * gamma[-1])
    here = np.flatnonzero(ratios == ratio)[0]
    print(f"ρ = {ratio:3} γ_10: gain {gain:.1f} for small c, {plain / steps[here]:.1f} at c = 0.4, "
          f"weights {excess[here]:.2f}")  # fmt: skip
# %% [markdown]
# At $c = 0.4$ the gain is less than your formula says, since the logarithm favours small rates. The curve above has it right.
#
# From right to left, speed is gained down to about a third of $\gamma_{10}$, and then there is little left to gain. The weights begin to grow just there. At $\rho = \gamma_{10}$ the last mode is about five times earlier than without $P$, and the squared length of the weights is 3 % above the smallest.
#
# Momentum was faster still, and costs no product of matrices. But its gain grows like the root of $\gamma_1/\gamma_d$, and that of damping at $\rho = \gamma_d$ like the half. The digits have a ratio of ten. Where it is a few times larger, damping gets ahead.
#
# At the far left the dots lie below the line. There the rates are so equal that other modes grow beside the tenth and in its direction of the embedding, and $\lambda$ is at $\frac12$ before the tenth mode alone would have brought it there. That is what the weights pay for.
