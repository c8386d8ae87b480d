# %% [markdown]
# # 10 · Climbing faster: exercises
#
# The last mode of ten is learned long after the first, because one learning rate has to suit both. Multiply
# the gradient by a matrix $P$ from the right, and the modes grow at more equal rates. What is in the weights
# then, how is it done in a network, and what does an update do that has no rates at all?
#
# Three exercises, 43 minutes, 8 points. Exercises 10.5 and 10.7 need pencil and paper.
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
# The data are the digits of chapter 2, with $d = 10$. $\Gamma$ is the cross-moment of the pairs with
# eigenvalues $\gamma_j$, and $\Sigma$ the second moment of the views. The start is random and of size
# $\alpha = 10^{-4}$. Every learning rate is the same share $c = 0.4$ of the largest stable one.
# %%
d, c = 10, 0.4
x1, x2 = views.make_pairs(data.load_images("digits"))
both = np.vstack([x1, x2])
Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / len(both)
gamma, modes = linear.modes(Gamma, d)
# %%
W0 = linear.random_init(d, len(Gamma), 1e-4)


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
# entries may be negative, and some of them 0; the damping `rho`, a number $\ge 0$. The start may be small, or so
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
# With a large $\rho$ the flow selects: whatever the start holds, the end is the first mode. At $\rho = \gamma_{10}$ it still keeps to the first ten,
# but the largest part of it depends on the start as much as on $\gamma$. At $\rho = 0$ nothing is selected at all. The parts at the end are those of the start.


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
# In the next cell it takes the gradient's place.
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
# **Why the mean is taken off.** Behind a ReLU all features are $\ge 0$, so that their mean is the largest direction by far. An inverse that knows of it shortens the steps along that
# direction, in which the centred embedding does not move, and all others stay as unequal as they were. **What $\rho$ is for.** In directions in which a batch varies little, $\Sigma^{-1}$ is large and
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
# What is it held against? A recorded grid has 24 settings of the same network, six of each of four kinds, with three seeds of 500 steps each: plain SGD; SGD with momentum 0.9; SGD with another rate for the
# head than for the trunk; and the preconditioned head. Of each kind we take the setting whose ninth mode comes first in the mean over the seeds. Every kind has been tuned, and tuned equally long.
# %%
grid = data.load_run("faster_digits").other
kinds = ("plain", "momentum", "two rates", "preconditioned")
best = {}
for kind in kinds:
    rows = np.flatnonzero(grid["setting"] == kind)
    best[kind] = rows[np.argmin(grid["passed"][rows, :, 8].mean(axis=1))]
# %%
# NBVAL_CHECK_OUTPUT
print("                trunk   head    ninth mode, three seeds    mean")
for kind, row in best.items():
    ninth = grid["passed"][row, :, 8]
    rates = f"{grid['trunk_lr'][row]:.3f}   {grid['head_lr'][row]:.3f}"
    print(f"{kind:15} {rates}    {np.sort(ninth).round()}      {ninth.mean():7.0f}")
# %% mystnb={"image": {"alt": "Number of modes learned over steps, as stairs up to 10 for four kinds of training, three thin stairs each, and one thick stair of this run up to 150 steps. The thin preconditioned stairs reach 9 near step 145, those with two rates near 240, those with momentum near 330, plain ones near 460. The thick stair runs along the thin preconditioned ones."}} tags=["expected:10.6"]
figure, axis = plt.subplots(figsize=(7.2, 4.2))
count = np.arange(1, d + 1)
for kind, color in zip(kinds, plots.SERIES, strict=False):
    for seed in range(3):
        name = kind if seed == 0 else None
        passed = grid["passed"][best[kind], seed]
        axis.step(passed, count, where="post", color=color, linewidth=1, label=name)
axis.step(came, count, where="post", color=plots.INK, linewidth=2.6, label="this run")
axis.set(xlabel="step", ylabel="modes learned", xlim=(0, 500), ylim=(0, d + 0.3))
axis.legend()
plt.show()
# %%
learned = np.sum(came <= 150)
plain = np.sum(grid["passed"][best["plain"]] <= 150, axis=1)
print(f"after 150 steps: {learned} modes in this run, {plain} with plain SGD, recorded")
assert learned >= 7 > plain.max(), "a head of more equal rates should be ahead"
# %% [markdown]
# The first row of the table is the wrong one to compare with. A head may take a larger rate than its trunk, and that alone, without any $\Sigma$, brings the ninth mode almost twice as early as plain SGD. Against that
# the preconditioner saves two fifths of the steps, in the mean over three seeds. This is one data set, one network and 500 steps, and $\rho$ was not tuned.


# %% [markdown]
# ## Exercise 10.7 · A staircase of straight lines
# *Derivation · 16 minutes · 3 points*
#
# Muon (Jordan et al. 2024) goes further than any $P$. It takes the singular value decomposition of the gradient, $G = \sum_j \sigma_j a_j b_j^{\top}$ with $\sigma_j > 0$, and makes every singular value 1:
#
# $$W \leftarrow W - \eta\, \mathrm{msign}(G), \qquad \mathrm{msign}(G) = \sum_j a_j b_j^{\top}, \qquad G = 4(C - I)\, W \Gamma .$$
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
# A singular value decomposition at every step is expensive. Muon approximates msign by five iterations that need products of matrices only, so its singular values come out near 1 and not at 1. PyTorch has it from version 2.9 on.
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
    print("torch.optim.Muon, singular values of a step:", sizes.round(2))
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
# `optim.compare` trains the linear model by nine updates from the same start, each at the same share $c$ of its own largest stable rate, and puts theory beside each. The columns: steps until all ten modes are learned, predicted and measured; $\lVert W \rVert^2$ at the end over
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
# Read it by columns. Descent takes more than 300 steps, and each of the others about 100 or fewer. Momentum takes 54 of them, and it costs nothing: no multiplication, hardly any weight. Whoever compares an update with plain descent alone compares it with a baseline that nobody
# has to use. The two inverses of $\Gamma$ without damping are the fastest, and their weights are 7 to 12 times longer in the square than need be. $\Sigma^{-1}$ has a price of the same kind and is no faster than momentum. Damping at $\gamma_{10}$ has most of the speed and almost none
# of that price. On digits $\gamma_1/\gamma_{10}$ is 10. The page has pictures on which it is nearly four times that, and there damping leaves momentum behind.

# %% [markdown]
# ## Your own update
#
# Theory needs no new idea for yours: with any symmetric $P$ that has no negative eigenvalue, the modes are those of $P^{1/2} \Gamma P^{1/2}$. Change the line with `P`, write down what you expect, and run the cell. What you report of an update is what is printed here: what it is,
# the steps that were predicted, those that were measured, and what it costs.
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
# %% [markdown]
# ## What you have now
#
# You can say what an update does to the modes before it is run: how long the last one takes, which modes are in the weights at the end, and what the start has to do with it. Speed is bought from selection. A descent that treats all modes alike is fast, and ends at whatever its start
# happened to hold; damping leaves the choice to $\Gamma$ down to the mode at which it is set. And a speed-up is worth what is left of it against the best that the old update can do.
