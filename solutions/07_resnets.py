# %% [markdown]
# # 7 · ResNets on a GPU: exercises
#
# A residual network is no linear model, and it climbs the same stairs. You write its training step, read the steps off its
# curves, predict what a setting does to them, ask whether a difference is one, bring a killed run back to the same bits, and count what a
# GPU can do at most.
#
# Eight exercises, 105 minutes, 21 points. Exercises 7.1 and 7.7 need pencil and paper. On two CPU cores the cells between them train for about
# a minute and a half in all, on digits. Where there is a GPU, the three cells of *Three losses, live* train ResNet-18 on CIFAR-10 in place of that; all others are the same.
# %% tags=["setup"]
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy import stats
from torch import nn

from stepwise_ssl import data, losses, networks, plots, spectra, training, views
from stepwise_ssl.checks import check

plots.set_style()

# %% [markdown]
# ## Exercise 7.1 · Weights without a size
# *Derivation · 13 minutes · 3 points*
#
# Behind a convolution with weights $w$ `(m,)` stands a batch-norm, which divides by the standard deviation of what it gets. So the loss does not see the length of $w$: $f(cw) = f(w)$
# for every number $c > 0$. Let $g$ `(m,)` be the gradient of $f$ at $w$.
#
# **Given:** `g`, not 0; `length` $= \lVert w \rVert$; a learning rate `lr` $= \eta$; the number `c`.
# **Wanted:** a tuple of three:
#
# 1. the gradient of $f$ at $cw$, `(m,)`;
# 2. the learning rate with which one step of gradient descent from $cw$ ends at $c\,(w - \eta g)$, a number;
# 3. the number of steps with the learning rate $\eta$, from $w$, until $\lVert w \rVert^2$ has doubled. Take the steps as small. While $w$ grows, its gradient changes in size as number 1 says; suppose that nothing else changes
# its size, so that $\lVert g \rVert \lVert w \rVert$ is the same all along.
#
# It says which weights of a network can be small at the start, and which only seem so.
#
# <details><summary>Hint 1: the idea</summary>
#
# Differentiate $f(cw) = f(w)$ twice: once by $w$, once by $c$ at $c = 1$. One says how large the gradient is, the other in which direction it does not point.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# From the second: $g \cdot w = 0$, so Pythagoras gives the length after a step. With $u = \lVert w \rVert^2$ and the constant $G = \lVert g \rVert \lVert w \rVert$ a step
# adds $\eta^2 G^2/u$ to $u$. For small steps that is a differential equation for $u$ over the number of steps.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $g/c$, then $c^2\eta$. And $u^2$ grows by $2\eta^2 G^2$ a step, so $u$ doubles after $3u^2/(2\eta^2 G^2)$ steps, where $u^2/G^2 = \lVert w \rVert^2/\lVert g \rVert^2$.
#
# </details>
# %%
def scale_free(g, length, lr, c):
    """Gradient at cw, matching learning rate, steps to double ‖w‖². -> ((m,), number, number)."""
    ### BEGIN SOLUTION
    steps = 3 * length**2 / (2 * lr**2 * np.sum(g**2))
    return g / c, lr * c**2, steps
    ### END SOLUTION


scale_free = check("7.1", scale_free)

# %% [markdown] tags=["solution-only"]
# **Why.** By $w$: $c\,\nabla f(cw) = \nabla f(w)$. By $c$: $w \cdot \nabla f(w) = 0$. A step across $w$ makes it longer whatever the loss does, and what turns the direction is $\eta/\lVert w \rVert^2$. So under
# batch-norm the learning rate would fall by itself if the gradient kept its size otherwise; behind a small head it grows with the head. A start that is 10 times smaller is a learning rate that is 100 times larger, no small start.
# %% [markdown]
# Which weights of a ResNet set the size of the embedding? Multiply either all convolutions or the last layer by a number $c$.
# %%
network = networks.small_resnet(10, channels=1, init_scale=0.01)
noise = torch.rand(64, 1, 16, 16, generator=torch.Generator().manual_seed(0))
before = network(noise).norm()
factors = {}
for part, kind in (("convolutions", nn.Conv2d), ("last layer", nn.Linear)):
    layers = [layer for layer in network.modules() if isinstance(layer, kind)]
    for c in (10, 0.1, 0.01):
        for layer in layers:
            layer.weight.data *= c
        factors[part, c] = (network(noise).norm() / before).item()
        for layer in layers:
            layer.weight.data /= c
# %%
# NBVAL_CHECK_OUTPUT
for (part, c), factor in factors.items():
    print(f"{part} × {c:g}: embedding × {factor:.2f}")
# %% [markdown]
# Of the two only the last layer has no batch-norm behind it. That is where "small initialisation" acts. And $f(cw) = f(w)$ has an end: batch-norm divides by $\sqrt{\text{variance} + 10^{-5}}$, so it holds as long as the variance is far above $10^{-5}$. At $c = 0.01$ it is no longer.

# %% [markdown]
# ## Exercise 7.2 · One step, by hand
# *Code · 15 minutes · 3 points*
#
# The theory's loss on a network: both views of a batch go through it *together*, so that batch-norm takes one mean over all $2n$ pictures. The embeddings, $z_1$ and $z_2$ `(n, d)`, are centred on the mean of
# all their $2n$ rows. Then $C = (z_1^{\top} z_2 + z_2^{\top} z_1)/2n$, and the loss is $\lVert C - I \rVert_F^2$.
#
# **Given:** a `model` in training mode, that turns pictures `(k, c, h, w)` into embeddings `(k, d)`; views `x1`, `x2` `(n, c, h, w)`, row $i$ of the two a pair; a learning rate `lr`.
# **Wanted:** the model's parameters after one step of plain gradient descent (changed in place), and, returned, the loss *before* the step, a number without a graph.
#
# With it you train a ResNet in the next cell.
#
# <details><summary>Hint 1: the idea</summary>
#
# Stack, embed, centre, split, loss; then the gradient; then each parameter goes downhill.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# `torch.cat` stacks, `.chunk(2)` splits. PyTorch *adds* to the gradients that are there: clear them with `model.zero_grad()`, or take them from `torch.autograd.grad(loss, parameters)`, which adds nothing.
# Change parameters under `torch.no_grad()`.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $z \leftarrow z - \bar z$ with $\bar z$ the mean of all $2n$ rows; $\theta \leftarrow \theta - \eta\, \partial\mathcal L/\partial\theta$ for each parameter $\theta$. `loss.item()` leaves the graph behind.
#
# </details>
#
# <!-- expected-figure: 7.2 -->
# %%
def train_step(model, x1, x2, lr):
    """One step of gradient descent on ‖C − I‖², in place; returns the loss before it."""
    ### BEGIN SOLUTION
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= lr * gradient
    return loss.item()
    ### END SOLUTION


train_step = check("7.2", train_step)

# %% [markdown] tags=["solution-only"]
# **Why one batch.** Two passes have two batch-norm means, and of what differs between the views' means little is left for the loss to see. **Why one mean.** Each view centred by its own makes $C$ a cross-covariance,
# another matrix wherever the two means differ. In both cases the loss falls in steps all the same, so no curve shows the slip.
# %% [markdown]
# A ResNet with three blocks on digits, 300 steps of yours: random crops of 128 digits a step, the last layer small. Eigenvalues are those of the covariance of 1000 fixed views.
# %%
pictures = torch.from_numpy(data.load_images("digits").x).permute(0, 3, 1, 2)
augment = views.Augment(size=16, crop=(0.6, 1.0), flip=0, jitter=(0.2, 0.2, 0.2, 0), grey=0)
draws = torch.Generator().manual_seed(0)


def two_views(x, generator):
    """Two random views of each picture, standardised. (n, 1, 8, 8) -> two of (n, 1, 16, 16)."""
    tables = augment.draw(2 * len(x), generator).chunk(2)
    pixels = x.float() / 255
    return [(augment.apply(x, table) - pixels.mean()) / pixels.std() for table in tables]


model = networks.small_resnet(10, channels=1, init_scale=0.01)
probe = torch.cat(two_views(pictures[:500], draws))
steps, loss, eigenvalues = np.arange(0, 301, 5), [], []
for step in range(301):
    if step in steps:
        eigenvalues.append(spectra.covariance_eigenvalues(model(probe).detach()))
    batch = pictures[torch.randint(len(pictures), (128,), generator=draws)]
    now = train_step(model, *two_views(batch, draws), lr=0.02)
    if step in steps:
        loss.append(now)
# %%
def draw_modes(left, right, steps, eigenvalues, loss, **style):
    """Eigenvalues on two log axes, one colour a mode, and the loss beside them."""
    seen = np.asarray(steps) > 0
    for curve, color in zip(np.transpose(eigenvalues), plots.mode_colors(10), strict=True):
        left.loglog(steps[seen], curve[seen], color=color, **style)
    right.semilogx(steps[seen], np.asarray(loss)[seen], color=plots.INK, **style)
    left.set(xlabel="iteration", ylabel=r"eigenvalue $λ_j$")
    right.set(xlabel="iteration", ylabel="loss")


# %% mystnb={"image": {"alt": "Left: ten eigenvalues from about 0.00001 up on two log axes. They lie close together at first; then one after another leaves the others, climbs steeply and bends at about 1, five of them within 300 iterations. Beyond its bend a curve flickers, and some dip. Right: the loss stays at 10, then falls by about 1 for each, and in between it jumps back up, by as much at most."}} tags=["expected:7.2"]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
draw_modes(left, right, steps, eigenvalues, loss)
left.axhline(0.5, color=plots.GREY, linewidth=0.8)
plt.show()
# %%
print("passing ½ at iterations", spectra.find_steps(steps, eigenvalues).round())

# %% [markdown]
# ## Exercise 7.3 · Where is a step?
# *Code · 12 minutes · 3 points*
#
# `spectra.find_steps` calls a mode learned when its eigenvalue passes ½. That suits a loss whose plateau is 1. SimCLR's eigenvalues on digits end far from 1, and at different heights. Here is a rule for any loss.
#
# **Given:** times `t` `(T,)`, increasing; `eigenvalues` `(T, d)`, at each time in *any* order; a number `share` between 0 and 1.
# **Wanted:** step times `(d,)`. Curve $j$ is the $j$-th largest eigenvalue at every time. It is *learned* if its last value is at least `share` times the last value of curve 1, and its first value is below
# half of its own last. Its step time is when it *first* reaches half of its own last value, whatever it does afterwards; `nan` for a curve that is not learned. Between the two records around it, interpolate as `spectra.find_steps` does: the eigenvalue is linear in $\log t$ (in $t$, if the
# earlier record is at $t = 0$).
#
# Read with one rule, three losses can be compared.
#
# <details><summary>Hint 1: the idea</summary>
#
# Every curve gets a threshold of its own. `spectra.find_steps(t, eigenvalues, threshold)` takes one threshold, and any number of curves, one too.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Sort each row in descending order first. Call `find_steps` for one column at a time, `curves[:, [j]]`, `(T, 1)`, with half of its last entry. Then `np.where(learned, times, np.nan)`.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Learned: $\lambda_j(T) \ge \text{share} \cdot \lambda_1(T)$ and $\lambda_j(0) < \frac12 \lambda_j(T)$.
#
# </details>
# %%
def read_steps(t, eigenvalues, share):
    """When each mode passes half of its own last value. (T,), (T, d), number -> (d,)."""
    ### BEGIN SOLUTION
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    first, last = curves[0], curves[-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (last >= share * last[0]) & (first < last / 2)
    return np.where(learned, times, np.nan)
    ### END SOLUTION


read_steps = check("7.3", read_steps)

# %% [markdown] tags=["solution-only"]
# **Why both conditions.** Half of its own last value is passed by every curve that more than doubles, also by one that has come from $10^{-5}$ to $10^{-3}$ when the run ends. And a curve that
# begins at half of its end or above has waited for nothing. That tells no standard start from a small one: of the 180 curves of the recorded standard starts of this network it leaves out two.
# %%
# NBVAL_CHECK_OUTPUT
simclr = data.load_run("digits_simclr_s0")
print("last values      ", *(f"{value:.3f}" for value in simclr.eigenvalues[-1]))
print("passing ½        ", spectra.find_steps(simclr.steps, simclr.eigenvalues).round())
print("passing half     ", read_steps(simclr.steps, simclr.eigenvalues, 0.0).round())
print("… where learned  ", read_steps(simclr.steps, simclr.eigenvalues, 0.05).round())
# %% [markdown]
# The two rules name the same five modes, and not the same times: SimCLR's eigenvalues go on growing after they have left the floor, and a later end moves the half. Say which rule you used, and when the run ended.

# %% [markdown]
# ## Three losses, live
#
# Now the course's engine trains the same network with three losses and draws what happens over recorded runs of other seeds. On a CPU: digits, `small_resnet`, shortened runs, over the full recorded ones of
# three seeds. On a GPU: ResNet-18 on CIFAR-10, 1500 or 3000 steps a loss at batch 256, after a download of 170 MB, over runs that were recorded on an H200 (two seeds; none of SimCLR: it diverged
# there in attempts that we kept no record of, and if it does so here its cell stops and proposes another learning rate).
#
# On a T4, the usual GPU of a free Colab, expect a lunch break. We have not measured one: exercise 7.7 has an estimate from its data sheet.
# %%
# loss: (its name in recorded runs, steps on a CPU, steps on a GPU)
LOSSES = {
    "Barlow Twins": ("barlow_twins", 500, 1500),
    "SimCLR": ("simclr", 800, 3000),
    "VICReg": ("vicreg", 400, 1500),
}
RECORDED = {
    "cpu": {loss: [f"digits_{key}_s{seed}" for seed in range(3)]
            for loss, (key, *_) in LOSSES.items()},
    "cuda": {
        "Barlow Twins": ["gpu_resnet18_barlow_twins", "gpu_resnet18_barlow_twins_s1"],
        "SimCLR": [],
        "VICReg": ["gpu_resnet18_vicreg", "gpu_resnet18_vicreg_s1"],
    },
}  # fmt: skip


# %%
def settings(device):
    """The configuration of each loss, for what this machine has."""
    recipes = ("digits-barlow-twins", "digits-simclr-dot", "digits-vicreg")
    changes = {"log_points": 60, "evaluations": 0, "seed": 3}  # a seed that was not recorded
    if device == "cuda":
        kinds = ("barlow-twins", "simclr", "vicreg")
        recipes = [f"cifar10-resnet18-stairs-{kind}" for kind in kinds]
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
        changes["precision"] = "bf16" if fast else "float32"
    configs = {}
    for (loss, (_, few, many)), name in zip(LOSSES.items(), recipes, strict=True):
        steps = many if device == "cuda" else few
        configs[loss] = training.recipe(name, steps=steps, **changes)
    return configs


# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
configs = settings(device)
live = {"Barlow Twins": training.train(configs["Barlow Twins"])}
# %%
live["SimCLR"] = training.train(configs["SimCLR"])
# %%
live["VICReg"] = training.train(configs["VICReg"])
# %%
def draw_losses(live, device):
    """A row for each loss: these runs thick, the recorded ones thin."""
    size = (8, 2.6 * len(live))  # one that diverged is not among them
    figure, rows = plt.subplots(len(live), 2, figsize=size, layout="constrained")
    for (loss, run), row in zip(live.items(), rows, strict=True):
        for name in RECORDED[device][loss]:
            old = data.load_run(name)
            draw_modes(*row, old.steps, old.eigenvalues, old.loss, linewidth=0.7, alpha=0.6)
        draw_modes(*row, run.steps, run.eigenvalues, run.loss, linewidth=2.2)
        row[0].set_title(loss)
    return figure


# %% [markdown]
# Thick is this run, thin are recorded ones of other seeds. Compare the *order* of events, and what happens to the loss at each.
# %% mystnb={"image": {"alt": "Three rows, Barlow Twins, SimCLR and VICReg; eigenvalues on log axes left, loss right. Thick curves of this run lie among thin ones of three recorded seeds. In each row the eigenvalues leave the floor one after another, and the loss falls with each. With Barlow Twins and VICReg the first curve dips soon after its rise, and the loss jumps up there. With Barlow Twins and VICReg what is learned ends near 1; with SimCLR the first modes go on to about 10 and half of the modes or more stay on the floor."}}
draw_losses(live, device)
plt.show()
# %%
for loss, run in live.items():
    print(f"{loss:12}", read_steps(run.steps, run.eigenvalues, 0.05).round())
# %% [markdown]
# A curve that dips after its rise, while the loss jumps up, need not have been unlearned. It flickers: at this learning rate an iteration overshoots and the next ones bring it back. That is why a step is the *first* crossing.

# %% [markdown]
# ## Where theory is exact
#
# Freeze the trunk *and* fix the pairs, all of them in each batch, and the network is chapter 3's linear model on random features: `training.predict` says when its five steps come, before anything is trained. Then let the trunk learn too.
# %%
config = training.recipe(
    "digits-barlow-twins", n=128, batch=128, probe_pairs=128, fixed_views=True,
    frozen_trunk=True, d=5, steps=500, evaluations=0, device="cpu",
)  # fmt: skip
prediction = training.predict(config)
frozen = training.train(config)
trained = training.train(config.replace(frozen_trunk=False, steps=300))
# %%
came = {name: spectra.find_steps(run.t, run.cross_eigenvalues)
        for name, run in (("frozen", frozen), ("trained", trained))}  # fmt: skip
# %%
comparison = plots.compare(prediction.step_times, came["frozen"], quantity="step time t, frozen")
assert comparison.worst < 0.05, "random features are a linear model, up to finite steps and starts"
comparison
# %% mystnb={"image": {"alt": "Two panels of five eigenvalues over time on a log axis, with dashed vertical lines at the five predicted times. Left, trunk frozen: each curve passes one half at its line. Right, trunk trained: every curve passes one half before its line, at about two thirds of the time."}}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True, layout="constrained")
for axis, (name, run) in zip(axes, (("frozen", frozen), ("trained", trained)), strict=True):
    for j, color in enumerate(plots.mode_colors(5)):
        axis.semilogx(run.t[1:], run.cross_eigenvalues[1:, j], color=color)
        axis.axvline(prediction.step_times[j], color=color, linewidth=1, linestyle="--")
    axis.axhline(0.5, color=plots.GREY, linewidth=0.8)
    axis.set(title=f"trunk {name}", xlabel="time $t$ = learning rate × iterations", xlim=(1, 10))
    ticks = (1, 2, 3, 4, 5, 6, 8, 10)
    axis.set_xticks(ticks, labels=ticks)
    axis.minorticks_off()
axes[0].plot([], [], color=plots.GREY, linestyle="--", label="predicted")
axes[0].legend(loc="upper left")
axes[0].set_ylabel("eigenvalue of $C$")
plt.show()
# %%
ratio = came["trained"] / prediction.step_times
assert (ratio < 0.95).all()
print("trunk trained, measured / predicted:", ratio.round(2))
# %% [markdown]
# The same order, earlier: learning raises the $\gamma$ of the features. For a ResNet the course has no formula; chapter 8 has one for two linear layers. And exact is the frozen trunk only with fixed pairs. Here is a recorded one that saw fresh views, 128 pictures at a time:
# %%
# NBVAL_CHECK_OUTPUT
held = data.load_run("digits_barlow_twins_frozen_trunk")
untrained = training.predict(training.recipe("digits-barlow-twins"))
late = spectra.find_steps(held.t, held.cross_eigenvalues) / untrained.step_times
print("measured / predicted:", late.round(2))
# %% [markdown]
# Mostly late. One reason is that the prediction is read off 500 pairs, from which the later $\gamma$ come out too large; another is probably that $C$ of a batch is noisy. Do not read the right panel as features that keep still until it is their turn. Of those that wait, $\gamma$ lasts about as it was on digits; the functions behind it turn, probably since the first modes move weights that all share. [The page](../book/07_resnets.md) follows them.

# %% [markdown]
# ## Exercise 7.4 · Five predictions
# *Predict then run · 10 minutes · 2 points*
#
# Do this before you read *What the settings change* on [the page](../book/07_resnets.md).
#
# A ResNet on digits, the theory's Barlow Twins loss, the last layer's start of size 0.01, learning rate $\eta = 0.02$, 1000 iterations. Step times on a log axis, and time $t = \eta \times$ iterations, as always.
#
# **Wanted:** a tuple of five.
# 1. The learning rate is halved. By which factor does the number of *iterations* until step 5 change?
# 2. By which factor does the *time* $t$ of step 5 change?
# 3. The start of the last layer is 100 times smaller. For a frozen trunk step $j$ comes later by $k/\gamma_j$ in time $t$. Which number is $k$?
# 4. The start of the last layer has the standard size, 1 in place of 0.01. Measure a staircase by this: when eigenvalue $j$ passes ½, is eigenvalue $j + 1$ still below 0.05, for most $j$? `"yes"` or `"no"`.
# 5. After the run a linear probe reads digits from the trunk's features, in 3 seeds. With the standard start its mean accuracy is, compared with the small start, `"better"` or `"worse"` by more than 0.02, or
# the `"same"` to within that?
#
# The check says nothing before all five are in. Then the cells below look at recorded runs.
#
# <details><summary>Hint 1: the idea</summary>
#
# For 1 to 3 chapter 3 has all there is. 4: how far is the floor from ½ at the start? 5: who is the probe reading, the head or the trunk?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The step time is $\log(1/\lambda_j(0) - 1)/8\gamma_j$. With a start 100 times smaller, by which factor is $\lambda_j(0)$ smaller? After all ten steps the small start has learned all ten dimensions too.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $k = \log(100^2)/8$. The trunk feels a small head only by small gradients, until the head's steps come; by the end both starts have had all of them.
#
# </details>
# %%
### BEGIN SOLUTION
predictions = (2, 1, float(np.log(100**2)) / 8, "no", "same")
### END SOLUTION
my_predictions = predictions  # check puts the course's answers in place of wrong ones
predictions = check("7.4", predictions)

# %% [markdown] tags=["solution-only"]
# **Why.** Gradient descent follows the flow, whose clock is $t$. A start smaller by $c$ puts $\log c^2$ before every step, at the mode's own rate: late modes wait longest. A standard start has $\lambda_j(0)$ $10^4$ times as large
# as the small one, on digits 0.04 to 0.8 in the covariance, so nobody waits for long and all rise nearly together. And the probe reads the trunk, which both starts train with the same loss, to nearly the same end. (If anything, the standard start is ahead. The next exercise asks whether that is more
# than luck.)
# %%
base, half = data.load_run("digits_barlow_twins_s0"), data.load_run("digits_barlow_twins_lr_1e-02")
tiny = data.load_run("digits_barlow_twins_init_1e-04")
came = {run: spectra.find_steps(runs.t, runs.eigenvalues)
        for run, runs in (("base", base), ("half", half), ("tiny", tiny))}  # fmt: skip
in_time = came["half"][4] / came["base"][4]


def next_one(run):
    """Eigenvalue j + 1 at the moment when eigenvalue j passes ½; the median over j."""
    times, curves = spectra.find_steps(run.steps, run.eigenvalues), run.eigenvalues.T
    pairs = zip(times, curves[1:], strict=False)
    return np.median([np.interp(t, run.steps, c) for t, c in pairs if np.isfinite(t)])


standard = data.load_run("digits_barlow_twins_standard_s0")
gamma = untrained.gamma[:5]
later = (came["tiny"] - came["base"])[:5]
# %%
# NBVAL_CHECK_OUTPUT
print("predicted by you:", "nothing yet" if my_predictions is ... else my_predictions)
print(f"learning rate halved, step 5: iterations × {2 * in_time:.2f}, time × {in_time:.2f}")
print("start 100 times smaller, steps 1 to 5, later by", (later * gamma).round(2), "/ γ")
print("step times over those predicted for a frozen trunk:",
      (came["base"] / untrained.step_times)[:5].round(2))  # fmt: skip
print(f"next eigenvalue at a step: {next_one(base):.4f}; standard start: {next_one(standard):.2f}")
# %%
comparison = plots.compare(predictions[2] / gamma, later, quantity="how much later, in time t")
assert comparison.worst < 0.2, "a smaller head waits longer, at the γ of the untrained trunk"
comparison
# %% [markdown]
# The $\gamma$ are those of the *random* trunk, the runs train it, and the step times themselves are well before those of a frozen one. Yet the extra delay is nearly that of a frozen trunk. So on digits $\gamma_1$ to $\gamma_5$ last roughly while their modes wait. As far as the delay can tell, the one that rises most is about a fifth higher if $\gamma_j$ is read off 500 pairs, and two fifths if it is read off thousands. Whether the features behind them last a delay cannot tell,
# and they do not.

# %% [markdown]
# ## Exercise 7.5 · Is the difference real?
# *Code · 10 minutes · 2 points*
#
# Two ways of training, a few seeds each. Seed $k$ fixes the trunk's first weights and the order of the pictures in both, so that its two numbers belong together.
#
# **Given:** `a`, `b` `(n,)`, a measure of seed $k$ in way a and in way b; a significance `level`, such as 0.05. The differences may all be equal:
# then their scatter is 0, and any mean but 0 is refused.
# **Wanted:** a tuple `(mean, error, real)`: the mean of $b - a$; its standard error, estimated from the seeds alone; and `True` if a mean of 0 is refused by the two-sided $t$-test at that level, else `False`.
#
# With three seeds the last one is a different number from what one is used to.
#
# <details><summary>Hint 1: the idea</summary>
#
# What the two runs of a seed share, as the luck of a start, drops out of their difference. So take differences first, statistics second.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# The scatter of $n$ differences is estimated around their own mean: $n - 1$. The mean of $n$ scatters less by $\sqrt n$. The estimate of the scatter is itself uncertain, which is why the bound is a quantile of Student's $t$ with
# $n - 1$ degrees of freedom: `stats.t.ppf`.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $|\text{mean}| > t_{1 - \text{level}/2,\, n - 1} \cdot s/\sqrt n$, with $s$ from `np.std(..., ddof=1)`. At level 0.05 and $n = 3$ the quantile is 4.30, not 1.96.
#
# </details>
# %%
def paired(a, b, level):
    """Mean of b − a, its standard error, and the verdict. (n,), (n,), number -> tuple."""
    ### BEGIN SOLUTION
    difference = np.asarray(b) - np.asarray(a)
    n = len(difference)
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(n)
    real = abs(mean) > stats.t.ppf(1 - level / 2, n - 1) * error
    return mean, error, bool(real)
    ### END SOLUTION


paired = check("7.5", paired)

# %% [markdown] tags=["solution-only"]
# **Why not 1.96.** That is the bound for a known scatter. From three differences the scatter comes out far too small now and then, and the difference looks large beside it: with 1.96 about one in five would be called real
# where there is nothing.
# %% [markdown]
# Standard start less small start, linear probe, three seeds, two data sets, three losses:
# %%
# NBVAL_CHECK_OUTPUT
pairs = []
for name in ("digits", "cifar10"):
    for loss, (key, *_) in LOSSES.items():
        small, standard = (
            np.array([data.load_run(f"{name}_{key}{way}_s{seed}").metrics["linear_probe"]
                      for seed in range(3)])
            for way in ("", "_standard")
        )  # fmt: skip
        pairs.append((small, standard))
        mean, error, real = paired(small, standard, 0.05)
        verdict = "real" if real else "not seen"
        print(f"{name:8}{loss:13} {small.mean():.3f}, standard {standard.mean():.3f}: "
              f"{mean:+.3f} ± {error:.3f} {verdict}")  # fmt: skip
# %%
# NBVAL_CHECK_OUTPUT
print(f"bound for three seeds: {stats.t.ppf(0.975, 2):.2f} standard errors")
print(f"with 1.96 in its place, false alarms where nothing is: {2 * stats.t.sf(1.96, 2):.0%}")
print(f"six independent tests at 0.05, at least one false alarm: {1 - 0.95**6:.0%}")
# %% [markdown]
# *Not seen* is not *not there*. Three seeds show a difference only where it is more than 4.3 of its standard errors, and none of the six is. But all six point the same way. Average them within each seed, then ask once:
# %%
# NBVAL_CHECK_OUTPUT
small, standard = np.mean(pairs, axis=0)
mean, error, real = paired(small, standard, 0.05)
print(f"all six together: {mean:+.3f} ± {error:.3f}", "real" if real else "not seen")
assert real and all(b.mean() > a.mean() for a, b in pairs)
# %% [markdown]
# The standard start is ahead, by little. So a small start shows the mechanism; it does not improve the features, and in a given time $t$ it costs something. In one of the six, VICReg on CIFAR-10, it had half the learning rate and twice the iterations, since at the full rate a seed diverges, and at that rate the other two are not ahead on average.
# That the small start has waited for part of its time may be the reason: on digits with Barlow Twins most of the lead goes when the small start gets 700 iterations more. And the question was
# asked after looking at the six signs, so a fourth seed should be asked, too.

# %% [markdown]
# ## Exercise 7.6 · Killed and resumed
# *Code · 17 minutes · 3 points*
#
# A run can die at any step: the time is up, the machine is wanted, the cable is out. Then the same program is started again.
#
# **Given:** `one_step(model, optimizer, generator)`, which makes one step of training in place, draws its views with the generator, and returns the loss, a float; a `model` with batch-norm, an `optimizer` with momentum, a `generator` (a
# `torch.Generator`), all as a program has them when it starts; the number of `steps`; a `path` (a `pathlib.Path`).
# **Wanted:** the losses of all steps, `(steps,)`. After each step all that is needed to go on lies in the file at `path`. If it is there at the start, the run goes on from it: killed at any step (for good: no `finally` runs) and started again, it
# returns the losses of an undisturbed run, bit for bit, and leaves the model that it was given (changed in place) as an undisturbed run leaves it.
#
# At a restart the model, the optimizer and the generator are new ones, with other numbers in them.
#
# <details><summary>Hint 1: the idea</summary>
#
# What would differ between the step that was about to come and the same step in a new process? List everything that `one_step` reads.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# Four things, and one of them says how far the run has come. `torch.save` writes a dict of them to a file, `torch.load` reads it. Save at the end of the loop's body.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# `model.state_dict()` (running statistics included), `optimizer.state_dict()` (momentum included), `generator.get_state()`, and the losses so far, whose number is the step. Back: `load_state_dict` twice, `set_state`.
#
# </details>
# %%
def resumable(one_step, model, optimizer, generator, steps, path):
    """Train, or go on with what is at path; saves after each step. Returns losses (steps,)."""
    ### BEGIN SOLUTION
    curve = []
    if path.exists():
        found = torch.load(path)
        model.load_state_dict(found["model"])
        optimizer.load_state_dict(found["optimizer"])
        generator.set_state(found["generator"])
        curve = found["curve"]
    for _ in range(len(curve), steps):
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
    ### END SOLUTION


resumable = check("7.6", resumable)

# %% [markdown] tags=["solution-only"]
# **Why all four.** Without the optimizer the momentum starts at zero: a kink of a few steps that nobody sees. Without the generator the run sees other views than it would have, or, from the same seed, once more those that it began with. Without the buffers it trains on as if
# nothing had happened, and an *evaluation* is wrong until the running statistics have been renewed, about a hundred steps later. What this function does not survive is a kill *while* the file is written: the engine writes under another name, then renames.
# %% [markdown]
# The engine does the same. Here it trains in a process of its own, by the command that a shell would use. As soon as there are two checkpoints the process is killed without notice. Then the run is taken up in this notebook.
# %%
config = training.recipe("digits-barlow-twins", n=256, batch=64, probe_pairs=64, steps=300,
                         evaluations=0, checkpoint_seconds=0.2, device="cpu")  # fmt: skip
scratch = tempfile.TemporaryDirectory()
settings_file, folder = Path(scratch.name) / "settings.json", Path(scratch.name) / "run"
settings_file.write_text(config.to_json())
command = [sys.executable, "-m", "stepwise_ssl.training", "--config", settings_file]
command += ["--out", folder]
process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while process.poll() is None and len(list(folder.glob("step-*.pt"))) < 2:
    time.sleep(0.05)
process.kill()
process.wait()
print("left behind:", *sorted(path.name for path in folder.iterdir()), sep="\n")
# %%
resumed = training.train(config, out=folder)
undisturbed = training.train(config, progress=False)
scratch.cleanup()
# %%
# NBVAL_CHECK_OUTPUT
equal = all(np.array_equal(getattr(resumed, name), getattr(undisturbed, name))
            for name in ("loss", "eigenvalues", "hidden_eigenvalues"))  # fmt: skip
assert equal and resumed.meta["finished"]
print("curves equal to the last bit:", equal)
# %% [markdown]
# From a shell it is `stepwise-train digits-barlow-twins --out runs/first`, and after a kill `stepwise-train --resume runs/first`, which reads the settings from the folder and goes on from its newest whole checkpoint. Otherwise there is one a minute: a kill
# without notice costs what came after it, and Ctrl-C nothing, since it saves first. The engine draws the views of step $k$ from the seed and $k$, so it has no generator to save. On a GPU sums come in no fixed order: it goes on from the same weights, but not to the
# same bits.

# %% [markdown]
# ## Exercise 7.7 · The shortest possible epoch
# *Derivation · 14 minutes · 2 points*
#
# A GPU calculates while it fetches, so a layer takes as long as the slower of the two. Take the convolutions alone. A layer with `inputs` and `outputs` channels and a `kernel` of $k \times k$ turns pictures of `size_in` $\times$ `size_in` into
# `size_out` $\times$ `size_out`. Training passes each layer three times: forward, the gradient of its input, the gradient of its weights. Each of the three does the same number of floating-point operations (FLOP), a multiplication and an
# addition counted as two, and moves the layer's input and its output (or the gradients of both) once between memory and chip, two bytes a number. Weights are few and not counted. This is a model; the first layer has three passes in it, too.
#
# **Given:** `layers` `(L, 5)`, a row for each layer as `(inputs, outputs, kernel, size_in, size_out)`; the number of `pictures` of an epoch, each of which goes through in two views; the `peak` rate, in FLOP a second; the memory's `bandwidth`, in
# bytes a second.
# **Wanted:** a tuple: the least time for an epoch, in seconds, layer after layer; and the share of that time, from 0 to 1, which goes to layers that wait for memory.
#
# It says about what to hope for before you rent anything.
#
# <details><summary>Hint 1: the idea</summary>
#
# How many numbers does the output have, and how many products go into each of them?
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# One pass of one layer on one view: $2k^2 \cdot \text{inputs} \cdot \text{outputs} \cdot \text{size}_\text{out}^2$ FLOP. Its bytes: twice the numbers in input and output. Take the maximum of the two times *for each layer*, then the sum.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# Three passes and two views: $6 \cdot \text{pictures} \cdot \sum_l \max(\text{FLOP}_l/\text{peak},\ \text{bytes}_l/\text{bandwidth})$. A layer waits for memory if its second time is the larger.
#
# </details>
#
# <!-- expected-figure: 7.7 -->
# %%
def shortest_epoch(layers, pictures, peak, bandwidth):
    """Least seconds, and the share of them that waits for memory. (L, 5) and three numbers."""
    ### BEGIN SOLUTION
    seconds, waiting = 0.0, 0.0
    for inputs, outputs, kernel, size_in, size_out in layers:
        flop = 2 * kernel**2 * inputs * outputs * size_out**2
        moved = 2 * (inputs * size_in**2 + outputs * size_out**2)
        slower = max(flop / peak, moved / bandwidth)
        seconds += 6 * pictures * slower
        waiting += 6 * pictures * slower * (moved / bandwidth > flop / peak)
    return seconds, waiting / seconds
    ### END SOLUTION


shortest_epoch = check("7.7", shortest_epoch)

# %% [markdown] tags=["solution-only"]
# **Why layer by layer.** The sum of all FLOP over the peak, the last column below, supposes that one layer's fetching hides behind another's calculating. They come one after the other. Batch-norm and ReLU calculate nearly nothing and
# move as much as the convolutions: an epoch takes well above this bound. It is a bound in this model, and no law: fused layers move less, Winograd's way of convolving multiplies less, fp8 calculates faster, and the first layer needs no gradient of its input.
# %% [markdown]
# The layers of ResNet-18 for CIFAR-10, read off the network, and three machines by their data sheets: dense bf16 (fp16 on the T4, which has no bf16), memory bandwidth. An epoch is 50,000 pictures. The notebook's own run on a T4 is in `float32`, the last line.
# %%
layers = []


def note(layer, given, result):
    layers.append((layer.in_channels, layer.out_channels, layer.kernel_size[0],
                   given[0].shape[-1], result.shape[-1]))  # fmt: skip


resnet = networks.resnet18(10).eval()
for layer in resnet.modules():
    if isinstance(layer, nn.Conv2d):
        layer.register_forward_hook(note)
resnet(torch.zeros(1, 3, 32, 32))
layers = np.array(layers)
MACHINES = {
    "H200": (989e12, 4.8e12),
    "H100": (989e12, 3.35e12),
    "T4": (65e12, 0.32e12),
    "T4, float32": (8.1e12, 0.16e12),  # four bytes a number: half as many numbers a second
}
# %%
# NBVAL_CHECK_OUTPUT
flop = sum(2 * i * o * k**2 * size**2 for i, o, k, _, size in layers)
print(f"{len(layers)} convolutions, {flop / 1e9:.2f} GFLOP for one view forward")
for name, (peak, bandwidth) in MACHINES.items():
    seconds, share = shortest_epoch(layers, 50_000, peak, bandwidth)
    bare = 6 * 50_000 * flop / peak
    print(f"{name:12}{seconds:6.2f} s an epoch, {100 * share:2.0f} % waits for memory; "
          f"at peak rate: {bare:.2f} s")  # fmt: skip
steps = sum(on_gpu for _, _, on_gpu in LOSSES.values())
seconds, _ = shortest_epoch(layers, steps * 256, *MACHINES["T4, float32"])
print(f"the three live runs, {steps} steps, on a T4: {seconds / 60:.0f} minutes in this model")
# %% mystnb={"image": {"alt": "Roofline of an H200 on log axes: the attainable rate rises with FLOP per byte up to a ridge near 200 and is flat at 989 TFLOP/s beyond. The twenty convolutions of ResNet-18 are eleven dots, with the number of those that lie on each other. On the slope lie the first layer, the three shortcuts and, just before the ridge, the 3 × 3 from 64 to 128 channels. All others lie on the roof."}} tags=["expected:7.7"]
peak, bandwidth = MACHINES["H200"]
i, o, k, before, after = np.array(layers, dtype=float).T
intensity = 2 * k**2 * i * o * after**2 / (2 * (i * before**2 + o * after**2))
figure, axis = plt.subplots()
x = np.geomspace(5, 3000, 200)
axis.loglog(x, np.minimum(peak, x * bandwidth) / 1e12, color=plots.INK)
axis.axvline(peak / bandwidth, color=plots.GREY, linewidth=0.8)
for place in np.unique(intensity):
    here = np.flatnonzero(intensity == place)
    best = min(peak, place * bandwidth) / 1e12
    axis.plot(place, best, "o", color=plots.SERIES[0])
    if place > peak / bandwidth:
        count = f"{len(here)}×" if len(here) > 1 else ""
        axis.annotate(count, (place, best), (0, 8), textcoords="offset points", fontsize=10,
                      ha="center")  # fmt: skip
    else:
        inputs, outputs, kernel, *_ = layers[here[0]]
        kind = "shortcut" if kernel == 1 else f"{inputs} → {outputs}"
        axis.annotate("first layer" if 0 in here else kind, (place, best), (-8, 0),
                      textcoords="offset points", fontsize=10, ha="right", va="bottom")  # fmt: skip
axis.set(xlabel="FLOP per byte moved", ylabel="TFLOP/s at best, H200", ylim=(20, 1600))
plt.show()
# %% [markdown]
# And what was measured, on an H200, with the course's engine: both views, the loss and the update included, and with ResNet-18 a projector.
# %%
# NBVAL_CHECK_OUTPUT
measured = data.load_run("gpu_speed").meta
print(f"{measured['device']}; bf16 peak measured with large matrices: "
      f"{measured['speed']['peak_tflops']:.0f} TFLOP/s")  # fmt: skip
print("seconds for 50,000 pictures, and the rate in per cent of the measured bf16 peak:")
for name, row in measured["speed"]["ways"].items():
    print(f"{name:56}{row['epoch_seconds']:5.2f} s {100 * row['share']:4.0f} %")
least, _ = shortest_epoch(layers, 50_000, *MACHINES["H200"])
best = measured["speed"]["ways"]["ResNet-18, 32 px, batch 512, compiled"]["epoch_seconds"]
print(f"compiled, over the least time in the model: {best / least:.1f}")
assert best > least
# %% [markdown]
# The `float32` line is a run with PyTorch's defaults, which do convolutions in TF32, a format of 19 bits; true 32-bit arithmetic would be slower. It, too, is given as a share of the bf16 peak. Between the model's bound and the best lie batch-norm and ReLU, views and loss, and convolutions that do not reach the peak. With a DataLoader the CPU makes the views, and the GPU waits for it. One epoch of ResNet-50 has other pictures, 64 pixels wide.

# %% [markdown]
# ## Exercise 7.8 · Half of the batch each
# *Stretch · 14 minutes · 3 points*
#
# $P$ processes hold the same network and $n/P$ pairs each. They gather all embeddings, so that each of them knows $z_1$ and $z_2$ `(n, d)` and can compute the loss of the joint batch, that of exercise 7.2: centred on the joint mean, $\lVert C - I \rVert_F^2$. Then each sends a
# gradient back through the network, *from its own rows only*, since it holds the activations of no others. At last DistributedDataParallel replaces the parameters' gradients in each process by their *average* over the $P$ processes.
#
# **Given:** `z1`, `z2` `(n, d)`, gathered in the order of the ranks and not centred; `rank` $= 0, \dots, P - 1$ of this process, which has rows $\text{rank}\cdot n/P$ up to $(\text{rank} + 1)\, n/P$ of both; `processes` $= P$, a divisor of $n$.
# **Wanted:** a tuple of the two gradients, with respect to its rows of $z_1$ and of $z_2$, each `(n/P, d)`, that it must send back, so that the average is the gradient of the joint loss.
#
# Without this, more GPUs mean another loss, or another learning rate.
#
# <details><summary>Hint 1: the idea</summary>
#
# The gradient of a parameter is a sum over rows. Each process has a part of that sum, and the average divides the whole by $P$.
#
# </details>
# <details><summary>Hint 2: the method</summary>
#
# With $a$, $b$ the centred $z_1$, $z_2$: $d\mathcal L = 2 \operatorname{tr}\left[(C - I)\, dC\right]$ and $C = (a^{\top} b + b^{\top} a)/2n$. Only the other view's rows stand before $da$. Centring changes nothing in the result, since the gradients of all $2n$ rows add up to zero.
#
# </details>
# <details><summary>Hint 3: the formula</summary>
#
# $\dfrac{\partial \mathcal L}{\partial z_1} = \dfrac2n\, b\,(C - I)$ and the same with $a$ for $z_2$; times $P$; own rows.
#
# </details>
# %%
def contribution(z1, z2, rank, processes):
    """What one process sends back from its rows. (n, d), (n, d), two numbers -> two (n/P, d)."""
    ### BEGIN SOLUTION
    n = len(z1)
    centre = np.concatenate([z1, z2]).mean(axis=0)
    a, b = z1 - centre, z2 - centre
    error = (a.T @ b + b.T @ a) / (2 * n) - np.eye(z1.shape[1])
    own = slice(rank * n // processes, (rank + 1) * n // processes)
    return processes * 2 / n * b[own] @ error, processes * 2 / n * a[own] @ error
    ### END SOLUTION


contribution = check("7.8", contribution)

# %% [markdown] tags=["solution-only"]
# **Where $P$ comes from in practice.** If each process differentiates its copy of the joint loss through a gathering that carries gradients, every row gets the gradients of all $P$ copies, which is $P\, \partial\mathcal L/\partial z$: the factor comes by itself. If the gathering cuts
# the graph, as `torch.distributed.all_gather` does, and each process puts its own rows back, it is missing: the run has a learning rate $P$ times too small.
# %% [markdown]
# A linear network, 32 pairs, and one, two, four or eight processes. First what they would do with the losses of their own parts, then with yours.
# %%
def joint_loss(z1, z2):
    mean = (z1.mean(0) + z2.mean(0)) / 2
    return losses.barlow_twins(z1 - mean, z2 - mean, lam=1.0, normalize=False)


rng = np.random.default_rng(0)
x = rng.normal(size=(32, 6))
x1, x2 = (torch.tensor(x + 0.5 * rng.normal(size=x.shape)) for _ in range(2))
W = torch.tensor(0.5 * rng.normal(size=(4, 6)), requires_grad=True)
z1, z2 = x1 @ W.T, x2 @ W.T
(want,) = torch.autograd.grad(joint_loss(z1, z2), W, retain_graph=True)
gathered = [z.detach().numpy() for z in (z1, z2)]
# %%
parts, errors = {}, {}
for P in (1, 2, 4, 8):
    split = zip(z1.chunk(P), z2.chunk(P), strict=True)
    parts[P] = np.mean([joint_loss(*pair).item() for pair in split])
    average = 0
    for rank in range(P):
        first, second = contribution(*gathered, rank, P)
        average += (first.T @ x1.chunk(P)[rank].numpy() + second.T @ x2.chunk(P)[rank].numpy()) / P
    errors[P] = np.abs(average - want.numpy()).max()
# %%
# NBVAL_CHECK_OUTPUT
for P in parts:
    print(f"P = {P}: mean loss of the parts {parts[P]:.3f}; "
          f"yours is the joint gradient to 1e-5: {errors[P] < 1e-5}")  # fmt: skip
assert max(errors.values()) < 1e-5
# %% [markdown]
# The mean of the parts' losses grows with $P$: in a part of four pairs $C$ is far from what it is in all 32, and the loss is charged for that scatter. SimCLR's loss falls short in another way: its pictures have fewer others to be told apart from. The engine gathers
# with gradients ([Scaling out](../book/scaling_out.md)), and its tests compare two processes with one.

# %% [markdown]
# ## What you have now
#
# A training step whose every line you know, a rule for reading steps, a sense of what a setting will do, and doubts about differences of three seeds. What remains open: why a trained trunk comes *so much* earlier, and no earlier.
#
# To try: another setting, predicted first. `training.recipe("digits-vicreg", lr=…, batch=…, init_scale=…)`.
# %%
my_config = training.recipe("digits-barlow-twins", steps=200, init_scale=0.1, evaluations=0)
my_run = training.train(my_config)
print("steps found:", read_steps(my_run.steps, my_run.eigenvalues, 0.05).round())
