# %% [markdown]
# # The trained trunk's clock: a start
#
# The problem stands on the page *The clock of a trained trunk* of the course. This notebook loads chapter 8's runs, predicts the raise before training and the lateness of frozen trunks, and says how far a prediction is from the runs. It takes less than a minute.
# %%
import matplotlib.pyplot as plt
import numpy as np

from stepwise_ssl import data, linear, plots, spectra

plots.set_style()
SETS = {"digits": "digits", "cifar10": "CIFAR\u201110"}

# %% [markdown]
# ## What is known: the raise
#
# Chapter 8's small ResNet with Barlow Twins, three seeds on each data set. The raise $R_j$ is the factor by which training raises the features' eigenvalue $j$. As in chapter 8 its start is read off 12,800 pairs, and its end off the 500 of the last record. On digits it accounts for most of what a trained trunk saves against a frozen one, on CIFAR-10 for a part: two fifths, or a half if steps are read where $C$ passes ¼. And it is read off the end of the same run.
# %%
raised, gamma, waits = {}, {}, {}
for name in SETS:
    runs = [data.load_run(f"{name}_barlow_twins_s{seed}") for seed in range(3)]
    gamma[name] = data.load_run(f"gamma_of_batches_{name}").other["gamma"][:, -1]
    raised[name] = np.array([run.hidden_cross_eigenvalues[-1, :10] for run in runs]) / gamma[name]
    own = data.load_run(f"own_kernel_{name}_fresh").other
    # Before training: the trunk's part of each mode's own rate over λ, which is 1/p² in two layers.
    # Some λ are below 0, where this has no meaning: we divide by their size and take the median.
    part = own["trunk"][:, 0] / np.abs(own["embedding"][:, 0])
    waits[name] = np.median(part, axis=1)


def from_two_layers(name):
    """Raise (3, 10) of eq-raise, with p² from the untrained network: 1/γp⁴ = (1/p²)/φ."""
    return (1 + np.sqrt(1 + 4 * waits[name][:, None] / gamma[name])) / 2


def other_seeds(name):
    """The null: the median raise of the other two seeds, for all modes alike."""
    return np.array([np.full(10, np.median(np.delete(raised[name], k, axis=0))) for k in range(3)])


# %% [markdown]
# ## What is known: frozen trunks are late
#
# A trunk that is held as it starts is late as well, on CIFAR‑10 by far, although $\gamma_j$ is read off 12,800 pairs. A part of it can be derived: batches are noisy. With $B$ pairs a batch, the mean loss of a batch is the loss plus what $C$ scatters, and a mode that waits beside learned modes scatters. This takes from its rate the share $\frac1B \sum_l \operatorname{Var}(g_{jl})/\gamma_j\gamma_l$, where the sum runs over the learned modes and $g_{jl} = (h_j h'_l + h'_j h_l)/2$ for the features $h$, $h'$ of a pair along the modes.
# %%
frozen = {}
for name in SETS:
    run = data.load_run(f"{name}_barlow_twins_frozen_trunk")
    noise = data.load_run(f"batch_noise_{name}")
    frozen[name] = {
        "measured": spectra.find_steps(run.t, run.cross_eigenvalues)[:10],
        "end": run.t[-1],
        "batch": noise.meta["config"]["batch"],
        **noise.other,
    }


def whole(case):
    """Step times (10,) of a frozen trunk as chapter 2 has them: without noise."""
    return np.sort(linear.step_times(case["gamma"], case["s0"]))


def noisy(case, level=0.5):
    """Times (10,) to a level ≤ ½: each learned mode takes its share from those that wait."""
    gamma, share = case["gamma"], case["scatter"] / case["batch"]
    goal = np.log(1 / (gamma * case["s0"] ** 2) - 1)
    grown, learned, times = np.zeros(10), np.zeros(10, bool), np.full(10, np.inf)
    now = 0.0
    while not learned.all():
        rate = 8 * gamma * (1 - share @ learned)
        left = np.full(10, np.inf)
        waiting = ~learned & (rate > 0)
        left[waiting] = (goal - grown)[waiting] / rate[waiting]
        j = left.argmin()
        if left[j] == np.inf:
            break  # what is left never comes
        at_level = left + np.log(level / (1 - level)) / rate
        passes = np.isinf(times) & (at_level <= left[j])
        times[passes] = now + at_level[passes]
        now, grown = now + left[j], grown + rate * left[j]
        learned[j] = True
    return np.sort(times)


# %% [markdown]
# ## The gaps
# %%
figure, axes = plt.subplots(1, 2, figsize=(7.4, 3.2), layout="constrained")
for name, color, marker in zip(SETS, plots.SERIES, plots.MARKERS, strict=False):
    style = {"color": color, "marker": marker, "linestyle": "none"}
    hollow = style | {"markerfacecolor": "none"}
    before, after = from_two_layers(name).ravel(), raised[name].ravel()
    axes[0].loglog(before, after, **hollow, label=SETS[name])
    case = frozen[name]
    axes[1].plot(range(1, 11), case["measured"] / whole(case), **hollow)
    axes[1].plot(range(1, 11), case["measured"] / noisy(case), **style)
axes[0].plot([4, 100], [4, 100], color=plots.GREY)
axes[0].set(xlabel="raise, from the untrained network", ylabel="raise in training")
axes[0].legend()
axes[1].axhline(1, color=plots.GREY)
axes[1].set(xlabel="step of a frozen trunk", ylabel="measured / predicted time")
axes[1].set_xticks(range(1, 11))
plt.show()

# %% [markdown]
# ## How far a prediction is
#
# For the raise the median of $\lvert\log(\text{predicted}/\text{measured})\rvert$ over modes and seeds, for frozen trunks the mean over the steps that came.
# %%


def off(predicted, found):
    """Distances |log(predicted / found)|."""
    return np.abs(np.log(predicted / found))


def score_raise(theory):
    """Print and return how far a theory name -> raise (3, 10) is from the runs of each data set."""
    far = {name: float(np.median(off(theory(name), raised[name]))) for name in SETS}
    for name, words in SETS.items():
        null = np.median(off(other_seeds(name), raised[name]))
        print(f"{words}: distance {far[name]:.2f}; other seeds have {null:.2f}, solved is 0.10")
    return far


def score_frozen(theory):
    """Print and return how far a theory case -> times (10,) is from the frozen trunks."""
    far = {}
    for name, case in frozen.items():
        times, found = theory(case), case["measured"]
        far[name], null = (float(np.nanmean(off(t, found))) for t in (times, whole(case)))
        late, missing = (times > case["end"]).sum(), np.isnan(found).sum()
        print(
            f"{SETS[name]}: {late} steps after the run's end, {missing} did not come; "
            f"distance {far[name]:.2f}, without noise {null:.2f}, solved is 0.05"
        )
    return far


print("raise, two layers:")
two_layers_off = score_raise(from_two_layers)
print("frozen trunks, with the noise of batches:")
noisy_off = score_frozen(noisy)

# %% [markdown]
# ## Your attempt
#
# Of a run only its start may be used: `gamma`, `waits`, the untrained network of `stepwise_ssl.training.predict`, the pictures.
# %%


def my_raise(name):
    """Raise (3, 10): seeds and modes."""
    return from_two_layers(name)  # Your attempt here


def my_frozen(case):
    """Step times (10,) of a frozen trunk."""
    return noisy(case)  # Your attempt here


mine = score_raise(my_raise), score_frozen(my_frozen)
