# %% [markdown]
# # VICReg's later steps: a start
#
# The problem stands on the page *VICReg's later steps* of the course. This notebook has the runs that a formula has to predict, what is predicted now, and a function that says how far a prediction is from the runs. It takes less than a minute.
# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy import optimize

from stepwise_ssl import data, linear, plots, spectra, views

plots.set_style()

# %% [markdown]
# ## What is known
#
# The model is chapter 6's: $f(x) = Wx$ on 250 pairs of digits, five outputs, a start of size $10^{-6}$, gradient descent. A step is the moment at which the $j$-th eigenvalue of $W\Sigma W^{\top}$ passes 0.1. There are six runs: three draws of pairs, two starts each. The gradient is written out, because it is much faster than asking torch for it.
# %%
d, n, height = 5, 250, 0.1


class Lab:
    """Pairs of digits and the weights of VICReg: growth operator M, descent, steps."""

    def __init__(self, seed, invariance=10.0, variance=25.0, covariance=10.0, eps=0.01):
        x1, x2 = views.make_pairs(data.load_images("digits"), n=n, seed=seed)
        both = np.vstack([x1, x2])
        self.invariance, self.variance = invariance, variance
        self.covariance, self.eps = covariance, eps
        self.Sigma, self.Gamma = both.T @ both / (2 * n), linear.cross_moment(x1, x2)
        self.of_views = np.cov(x1.T), np.cov(x2.T)
        self.shrinking = 4 * invariance * (self.Sigma - self.Gamma) / d
        self.M = variance / np.sqrt(eps) * sum(self.of_views) / (2 * d) - self.shrinking
        self.kappa, self.V = linear.modes(self.M, d)  # growth rates of weights near zero, and where
        self.sigma = np.sum(self.V * (self.Sigma @ self.V), axis=0)
        self.rho = np.sum(self.V * (self.Gamma @ self.V), axis=0) / self.sigma
        self.lr = 0.08 / self.kappa[0]

    def downhill(self, W):
        """Minus the gradient of the loss at W (d, m)."""
        out = -W @ self.shrinking
        for S in self.of_views:
            C = W @ S @ W.T
            std = np.sqrt(np.diag(C) + self.eps)
            out = out + self.variance / (2 * d) * np.where(std < 1, 1 / std, 0)[:, None] * (W @ S)
            out = out - 4 * self.covariance / d * (C - np.diag(np.diag(C))) @ W @ S
        return out

    def run(self, W, steps=4400, every=5):
        """Times (T,) and eigenvalues of WΣWᵀ (T, d), largest first."""
        kept = []
        for k in range(steps + 1):
            if k % every == 0:
                kept.append(W)
            W = W + self.lr * self.downhill(W)
        kept = np.array(kept)
        eigenvalues = np.linalg.eigvalsh(kept @ self.Sigma @ kept.transpose(0, 2, 1))[:, ::-1]
        return np.arange(len(kept)) * every * self.lr, eigenvalues


labs = [Lab(seed) for seed in range(3)]
starts = [linear.random_init(d, 64, 1e-6, seed=start) for start in range(2)]
cases = [(lab, W0) for lab in labs for W0 in starts]
runs = [lab.run(W0) for lab, W0 in cases]
measured = np.array([spectra.find_steps(t, eigenvalues, height) for t, eigenvalues in runs])
print("step times, one run a row:\n", measured.round(2))

# %% [markdown]
# ## What is predicted now
#
# `straight` lets every mode grow at its rate near zero until it has the height 0.1. `equal_copies` is an attempt: until mode 1 is full all modes grow at the rates near zero; then all five outputs are equal copies of mode 1, and the others grow at the rates that these copies leave them.
# %%


def lag(rate, lr):
    """How much later λ ∝ e^(rate·t) comes by descent than by flow (chapter 3)."""
    return (rate * lr / 2) / np.log1p(rate * lr / 2)


def straight(lab, W0):
    """Times of steps 1 to d from the rates near zero, (d,)."""
    first = lab.sigma * linear.effective_init(W0, lab.V) ** 2
    rate = 2 * lab.kappa
    return np.sort(np.log(height / first) / rate * lag(rate, lab.lr))


def equal_copies(lab, W0):
    """The same, modes 2 to d at the rates beside d equal copies of mode 1, once these are full."""
    push, pull = 8 * lab.covariance, 4 * lab.invariance * (1 - lab.rho)

    def on_mode_1(q):
        """The force on mode 1 where each copy has the variance q."""
        return lab.variance / np.sqrt(q + lab.eps) - pull[0] - push * (d - 1) * q

    size = optimize.brentq(on_mode_1, 1e-9, 10)
    force = lab.variance / np.sqrt(size + lab.eps) - pull + push * size
    later = 2 * lab.sigma * force / d
    first = lab.sigma * linear.effective_init(W0, lab.V) ** 2
    near_zero = 2 * lab.kappa / lag(2 * lab.kappa, lab.lr)
    full = np.log(d * size / first[0]) / near_zero[0]
    times = full + (np.log(height / first) - near_zero * full) / later
    times[0] = np.log(height / first[0]) / near_zero[0]
    return np.sort(times)


theories = {"straight line": straight, "equal copies": equal_copies}
predicted = {name: np.array([theory(*case) for case in cases]) for name, theory in theories.items()}

# %% [markdown]
# ## The gap
# %%
figure, axis = plt.subplots(figsize=(6, 3.4))
for k, (name, times) in enumerate(predicted.items()):
    at = np.arange(2, d + 1) + 0.25 * (k - 0.5) + 0.02 * np.arange(6)[:, None]
    ratio = times[:, 1:] / measured[:, 1:]
    style = {"color": plots.SERIES[k], "markerfacecolor": "none"}
    axis.plot(at.ravel(), ratio.ravel(), "os"[k], label=name, **style)
axis.axhline(1, color=plots.GREY)
axis.set(xlabel="step", ylabel="predicted / measured time", xticks=range(2, d + 1))
axis.legend()
plt.show()

# %% [markdown]
# ## How far a prediction is
#
# The distance is $\lvert \log(\text{predicted}/\text{measured}) \rvert$, as a median over steps 2 to 5 of all runs. The null knows no theory at all: it predicts each run by the mean of the others.
# %%


def distance(times, found):
    """Median of |log(times / found)|, steps 2 to d of all runs; a missing one is infinitely far."""
    off = np.abs(np.log(np.asarray(times, float)[:, 1:] / found[:, 1:]))
    return float(np.median(np.where(np.isnan(off), np.inf, off)))


others = np.array([np.delete(measured, k, axis=0).mean(axis=0) for k in range(len(measured))])


def score(theory):
    """Print how far a theory (lab, W0) -> times (d,) is from the six runs, beside the null."""
    far = distance([theory(*case) for case in cases], measured)
    null = distance(others, measured)
    print(f"distance {far:.3f}; the mean of the other runs has {null:.3f}, solved is 0.05")
    return far


for name, theory in theories.items():
    print(f"{name}: ", end="")
    score(theory)

# %% [markdown]
# ## Your attempt
#
# `lab` has Σ, Γ, the weights of the loss, and the modes near zero: `lab.kappa`, `lab.V`, and along them `lab.sigma` and `lab.rho`. Nothing may be fitted to the runs.
# %%


def my_theory(lab, W0):
    """Times of steps 1 to d, (d,)."""
    return straight(lab, W0)  # Your attempt here


mine = score(my_theory)
