"""8.8: a network's own rates, against each weight moved by a little."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from ..asking import once_a_draw
from ..engine import Exercise, Part, Trial
from ..learner import LearnerError
from ..values import same_values
from . import own
from .depth import rates_by_differences, spectrum

FEWER = 3  # pairs, in a second call
STILL_THERE = (
    "From the second λ on, your gradient holds those of the λ before too: they have been added "
    "up, as backward() does. Clear them in between; with backward() that is model.zero_grad()."
)


class _BatchNorm(nn.Module):
    """Batch-norm as in training mode, for who counts the outputs by a single row as well.

    PyTorch's own takes no single row. Nor may torch.func.jacrev meet its running statistics.
    """

    def __init__(self, size: int):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(size)), nn.Parameter(torch.zeros(size))

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.mean(0)
        return self.weight * x / (x.square().mean(0) + 1e-5).sqrt() + self.bias


def _network(seed: int, kind: str, m: int, h: int, d: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if kind == "linear":
            model = nn.Sequential(nn.Linear(m, h, bias=False), nn.Linear(h, d, bias=False))
        elif kind == "tied":
            model = nn.Sequential(
                nn.Linear(m, h, bias=False), nn.Tanh(), nn.Linear(h, h), nn.Tanh(),
                nn.Linear(h, h), nn.Tanh(), nn.Linear(h, d, bias=False),
            )  # fmt: skip
            model[4].weight = model[2].weight
        elif kind == "batch-norm":
            model = nn.Sequential(
                nn.Linear(m, h, bias=False), _BatchNorm(h), nn.Tanh(), nn.Linear(h, d)
            )
        elif kind == "deep":
            model = nn.Sequential(
                nn.Linear(m, h), nn.Tanh(), nn.Linear(h, h + 1, bias=False), nn.Softplus(),
                nn.Linear(h + 1, d),
            )  # fmt: skip
        else:
            model = nn.Sequential(nn.Linear(m, h), nn.Tanh(), nn.Linear(h, d))
        model = model.double()
        with torch.no_grad():
            for weight in model.parameters():
                weight.normal_(std=0.6)
        if kind == "frozen":
            model[0].weight.requires_grad_(False)
            model[2].bias.requires_grad_(False)
        return model


def _draw(trial: Trial, kind: str, d: int) -> tuple[nn.Module, Tensor, Tensor]:
    """A network whose C has d eigenvalues above 0, well apart, and pairs whose views differ.

    The same holds with FEWER pairs.
    """
    m, h, n = (int(size) for size in trial.rng.permutation([5, 6, 7]) + [0, 0, 6])
    for _ in range(200):
        model = _network(int(trial.rng.integers(1 << 30)), kind, m, h, d)
        x = trial.rng.normal(size=(n, m))
        # The two views differ in mean, so that it matters who is centred with whom.
        x1, x2 = (torch.tensor(x + 0.15 * trial.rng.normal(size=x.shape) + s) for s in (0.3, -0.2))
        spectra = (spectrum(model, x1[:k], x2[:k]) for k in (n, n - FEWER))
        if all(lam[-1] > 0.02 * lam[0] and (lam[:-1] > 1.15 * lam[1:]).all() for lam in spectra):
            return model, x1, x2
    raise RuntimeError(f"no network of the kind {kind} has eigenvalues that are well apart")


def _pair(trial: Trial, got: object) -> tuple[object, object]:
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail(
            "Return a tuple of two, (lam, gamma), each (d,); yours is of type "
            f"{type(got).__name__}.",
            named=True,
        )
    for name, part in zip(("lam", "gamma"), got, strict=True):
        if isinstance(part, Tensor) and part.requires_grad:
            trial.fail(
                f"Your {name} still holds its graph, and with it all that the network has "
                "computed. Return it with .detach().",
                named=True,
            )
    return got[0], got[1]


def _ask(trial: Trial, model: nn.Module, x1: Tensor, x2: Tensor, rtol: float = 1e-5) -> None:
    before = [weight.detach().clone() for weight in model.parameters()]
    start = copy.deepcopy(model)
    try:
        result = trial.call(model, x1, x2)
    except LearnerError as error:
        if "second time" in error.message:
            trial.fail(
                "PyTorch frees the graph of C after the first backward pass. It is needed once "
                "for each eigenvalue: retain_graph=True.\n"
                f"{error.message.splitlines()[-1]}",
                named=True,
            )
        without = "NoneType" in error.message or "does not require grad" in error.message
        if without and not all(weight.requires_grad for weight in start.parameters()):
            trial.fail(
                "Some weights of this network are frozen: their requires_grad is False, and "
                "autograd has no gradient for them. Leave them out.\n"
                f"{error.message}",
                named=True,
            )
        raise
    after = list(model.parameters())
    if [w.dtype for w in before] != [w.dtype for w in after]:
        trial.fail(
            f"Your function leaves the weights in {after[0].dtype}; they came in "
            f"{before[0].dtype}. .double() and .float() change the model that they are called on, "
            "and a copy may be changed: copy.deepcopy(model).",
            named=True,
        )
    if not all(map(torch.equal, before, after)):
        trial.fail("Your function changes the weights of the model. It should only look.", True)
    lam, gamma = _pair(trial, result)
    want_lam, want_gamma = rates_by_differences(start, x1, x2)
    d = len(want_lam)
    trial.slips(lam, want_lam, _slips_of_lam(lam, start, x1, x2, want_lam))
    lam = trial.array(lam, shape=(d,), what="lam")
    trial.close(lam, want_lam, "λ", rtol=rtol, why="C summed pair by pair", floor=0.05)
    trial.slips(gamma, want_gamma, _slips_of_gamma(gamma, start, x1, x2, want_gamma))
    gamma = trial.array(gamma, shape=(d,), what="gamma")
    trial.close(gamma, want_gamma, "γ", rtol=rtol, floor=0.05,
                why="each weight moved by itself, and λ computed again")  # fmt: skip


def _of_networks_without_a_catch(trial: Trial) -> None:
    for kind, d in zip(("linear", "biases"), trial.rng.permutation([2, 3, 4]), strict=False):
        _ask(trial, *_draw(trial, kind, int(d)))


def _of_any_depth(trial: Trial) -> None:
    model, x1, x2 = _draw(trial, "deep", int(trial.rng.integers(2, 4)))
    _ask(trial, model, x1, x2)
    # The same network with fewer pairs: what a first call leaves behind would show.
    _ask(trial, model, x1[:-FEWER], x2[:-FEWER])
    model, x1, x2 = _draw(trial, "linear", int(trial.rng.integers(2, 5)))
    _ask(trial, model.float(), x1.float(), x2.float(), rtol=2e-3)
    _ask(trial, *_draw(trial, "batch-norm", int(trial.rng.integers(2, 4))))


def _of_some_of_the_weights(trial: Trial) -> None:
    for kind, d in zip(("frozen", "tied"), trial.rng.permutation([2, 3]), strict=True):
        _ask(trial, *_draw(trial, kind, int(d)))


def _moment(z1: Tensor, z2: Tensor) -> Tensor:
    return (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))


def _views(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[Tensor, ...]:
    return model(torch.cat([x1, x2])).chunk(2)


def _joint(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[Tensor, ...]:
    z = model(torch.cat([x1, x2]))
    return (z - z.mean(0)).chunk(2)


def _about_one_mean(z: Tensor) -> tuple[Tensor, ...]:
    return (z - z.mean()).chunk(2)


def _one_by_one(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[Tensor, ...]:
    z = torch.cat([model(x1), model(x2)])
    return (z - z.mean(0)).chunk(2)


ONE_MEAN = (
    "You subtract one mean, over all entries. Each dimension has its own, that of all 2n rows."
)
OTHER_MOMENTS: list[tuple[Callable, str]] = [
    (lambda m, a, b: _moment(*_views(m, a, b)),
     "The embeddings are not centred: take the mean of all 2n rows off first."),
    (lambda m, a, b: _moment(*(z - z.mean(0) for z in _views(m, a, b))),
     "You centre each view by its own mean. Here there is one mean, of all 2n embeddings."),
    (lambda m, a, b: _moment(*_one_by_one(m, a, b)),
     "The two views go through the model one after the other. Batch-norm then has one mean for "
     "each; it should have one for both: torch.cat them first."),
    (lambda m, a, b: _moment(*(z - z.mean() for z in _views(m, a, b))), ONE_MEAN),
    (lambda m, a, b: _moment(*_about_one_mean(m(torch.cat([a, b])))), ONE_MEAN),
    (lambda m, a, b: _moment(*(z - z.mean(1, keepdim=True) for z in _views(m, a, b))),
     "You subtract from each embedding the mean of its own entries. Each dimension has a mean, "
     "that over all 2n rows."),
    (lambda m, a, b: 2 * _moment(*_joint(m, a, b)),
     "Your C is twice what it should be: two products are added, so divide by 2n."),
    (lambda m, a, b: _moment(*_joint(m, a, b)) / 2,
     "Your C is half of what it should be: n pairs, and each counts twice, over 2n."),
    (lambda m, a, b: len(a) * _moment(*_joint(m, a, b)),
     "Your C is a sum over the pairs. It is their mean."),
    (lambda m, a, b: len(a) / (len(a) - 1) * _moment(*_joint(m, a, b)),
     "Your C is larger by n/(n − 1), as a covariance has it. This one divides by n."),
    (lambda m, a, b: torch.cat(_joint(m, a, b)).T @ torch.cat(_joint(m, a, b)) / (2 * len(a)),
     "This is the covariance of all views, not the cross-moment of the pairs."),
    (lambda m, a, b: torch.cov(m(torch.cat([a, b])).T),
     "This is the covariance of all views, not the cross-moment of the pairs."),
]  # fmt: skip

ONE_ORDER = "Your C has one order of the views alone and is not symmetric. Add the other order."


@once_a_draw
def _other_spectra(model: nn.Module, x1: Tensor, x2: Tensor) -> list[tuple[np.ndarray, str]]:
    with torch.no_grad():
        z1, z2 = _joint(model, x1, x2)
        one = z1.T @ z2 / len(x1)
        of_one = [
            torch.linalg.eigvalsh(one).flip(0),
            torch.linalg.eigvalsh(one.T).flip(0),  # which reads the other half
            torch.linalg.eigvals(one).real.sort(descending=True).values,
            torch.linalg.svdvals(one),
        ]
        others = [
            (torch.linalg.eigvalsh(moment(model, x1, x2)).flip(0), words)
            for moment, words in OTHER_MOMENTS
        ]
    others += [(values, ONE_ORDER) for values in of_one]
    return [(values.numpy(), words) for values, words in others]


def _slips_of_lam(
    lam: object, model: nn.Module, x1: Tensor, x2: Tensor, right: np.ndarray
) -> list[tuple[np.ndarray, str]]:
    if same_values(lam, right, 1e-5):
        return []
    return [
        (right[::-1], "The order: `eigh` gives the smallest first. The largest λ comes first."),
        *_other_spectra(model, x1, x2),
    ]


@once_a_draw
def _slopes(model: nn.Module, x1: Tensor, x2: Tensor) -> list[np.ndarray]:
    """∇λ_j by each tensor of weights that is there, frozen or not: (d, size) each."""
    model = copy.deepcopy(model).requires_grad_(True)
    lam = torch.linalg.eigvalsh(_moment(*_joint(model, x1, x2))).flip(0)
    rows = [torch.autograd.grad(v, list(model.parameters()), retain_graph=True) for v in lam]
    return [np.stack([g.numpy().ravel() for g in column]) for column in zip(*rows, strict=True)]


def _slips_of_gamma(
    gamma: object, model: nn.Module, x1: Tensor, x2: Tensor, right: np.ndarray
) -> list[tuple[np.ndarray, str]]:
    if same_values(gamma, right, 1e-5):
        return []
    lam = rates_by_differences(model, x1, x2)[0]
    weights, slopes = list(model.parameters()), _slopes(model, x1, x2)
    trained = [s for w, s in zip(weights, slopes, strict=True) if w.requires_grad]

    def over(chosen: list[np.ndarray], power: float = 2) -> np.ndarray:
        return sum((np.abs(s) ** power).sum(axis=1) for s in chosen) / (4 * lam)

    matrices = [s for w, s in zip(weights, slopes, strict=True)
                if w.requires_grad and w.ndim > 1]  # fmt: skip
    places = {id(w): s for w, s in zip(weights, slopes, strict=True)}
    of_layers = [places[id(w)] for layer in model for w in layer.parameters() if w.requires_grad]
    last = {id(w) for w in model[-1].parameters()}
    trained_ids = [id(w) for w in weights if w.requires_grad]
    of_head = [places[i] for i in trained_ids if i in last]
    of_trunk = [places[i] for i in trained_ids if i not in last]
    together = np.concatenate(trained, axis=1)
    added = np.cumsum(together, axis=0)
    added_backwards = np.cumsum(together[::-1], axis=0)[::-1]
    size = sum(s.shape[1] for s in trained)
    largest = sum(
        np.array([np.linalg.norm(g.reshape(w.shape), 2) ** 2 for g in s])
        for w, s in zip(weights, slopes, strict=True)
        if w.requires_grad
    )
    with np.errstate(all="ignore"):
        return [
            (over(slopes), "You take the frozen weights too. Those that training leaves alone, "
             "without requires_grad, move nothing."),
            (over(matrices), "You leave the biases out. They are trained, and λ depends on those "
             "below a bend of the network."),
            (over(trained[-1:]), "You take the last tensor of weights alone. All that are trained "
             "count."),
            (over(trained[:1]), "You take the first tensor of weights alone. All that are trained "
             "count."),
            (over(trained[:-1]), "The last tensor of weights is missing. All that are trained "
             "count."),
            (over(of_head), "You take the weights of the last layer alone. All that are trained "
             "count."),
            (over(of_trunk), "The weights of the last layer are missing. All that are trained "
             "count."),
            (over(of_layers), "Weights that two layers share are counted twice. "
             "model.parameters() has them once."),
            ((together.sum(axis=0) ** 2).sum() / (4 * lam), "You take the gradient of the sum of "
             "all λ. Each λ has a gradient of its own."),
            ((((lam - 1) @ together) ** 2).sum() / lam, "You take the gradient of the loss. Each λ "
             "has a gradient of its own."),
            ((added**2).sum(axis=1) / (4 * lam), STILL_THERE),
            ((added_backwards**2).sum(axis=1) / (4 * lam), STILL_THERE),
            (4 * lam * over(trained), "This is |∇λ|². Divide by 4λ."),
            (np.sqrt(4 * lam * over(trained)), "This is |∇λ|. Square it and divide by 4λ."),
            (np.sqrt(4 * lam * over(trained)) / (4 * lam), "The gradient's length is not squared."),
            (over(trained) * 4, "You divide by λ. Divide by 4λ."),
            (over(trained) * 4 / lam, "This is |∇ log λ|². γ is that times λ/4."),
            (over(trained) / lam, "You divide by λ twice: this is |∇λ|²/4λ²."),
            (together @ (together.T @ (1 - lam)) / (4 * lam * (1 - lam)), "The other modes' terms "
             "are in it too. γ has the term k = j alone."),
            (sum(np.sqrt((s**2).sum(axis=1)) for s in trained) ** 2 / (4 * lam), "You add the "
             "lengths of the tensors before you square. Their squares add up."),
            (largest / (4 * lam), "Of a matrix you take the largest singular value, which is what "
             "linalg.norm(…, 2) is. The squares of all entries add up."),
            (over(trained) / size, "You take the mean over the weights. Their squares add up."),
            (over(trained, 1), "You add absolute values. The length of a gradient has squares in "
             "it."),
            (sum(s.sum(axis=1) for s in trained) ** 2 / (4 * lam), "You add the entries of the "
             "gradient before you square. Square each one."),
            (over(trained)[::-1], "Your γ are in the order of growing λ. They belong to the λ, "
             "and the largest λ comes first."),
            (over(trained) * (lam / lam[::-1]), "Each |∇λ|² is divided by the λ of another mode: "
             "one of the two is in the order of growing λ."),
            ((over(trained) * 4 * lam)[::-1] / (4 * lam), "Each |∇λ|² is divided by the λ of "
             "another mode: one of the two is in the order of growing λ."),
        ]  # fmt: skip


OWN_RATES = Exercise(
    id="8.8",
    title="A network's own rates",
    own=own.own_rates,
    right="Right. d backward passes are enough. The network's whole tangent kernel is not needed: "
    "the eigenvalues feel only a few of its numbers.",
    hint="x1 and x2 are (n, m), the model makes (2n, d) of both; C is (d, d). Return the tuple "
    "(lam, gamma), (d,) each.",
    parts=(
        Part("two layers", 1, _of_networks_without_a_catch),
        Part("any depth, again and again", 2, _of_any_depth),
        Part("the weights that are trained", 1, _of_some_of_the_weights),
    ),
)
