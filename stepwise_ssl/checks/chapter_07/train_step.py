"""7.2: one step of training, against difference quotients of a loss written as loops."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ... import losses
from ..engine import Exercise, Part, Trial
from ..learner import LearnerError
from . import own

DIRECTIONS = 4


def _network(seed: int) -> nn.Module:
    """A small convolutional network with batch-norm, its last layer not too small to see."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
            nn.Flatten(), nn.Linear(36, 3, bias=False),
        ).double()  # fmt: skip
        with torch.no_grad():
            model[1].bias.normal_()
        return model


def _draw(trial: Trial) -> tuple[nn.Module, Tensor, Tensor, float]:
    x = trial.rng.normal(size=(6, 1, 3, 3))
    # The views differ in mean, so that it matters who is centred with whom.
    x1, x2 = (torch.tensor(x + 0.5 * trial.rng.normal(size=x.shape) + s) for s in (0.4, -0.3))
    return _network(int(trial.rng.integers(1 << 30))), x1, x2, trial.rng.uniform(0.01, 0.1)


def _flat(model: nn.Module) -> np.ndarray:
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def _loss(model: nn.Module, theta: np.ndarray, x1: Tensor, x2: Tensor) -> float:
    """‖C − I‖² pair by pair, for parameters theta; the model stays as it is."""
    model = copy.deepcopy(model).train()
    with torch.no_grad():
        nn.utils.vector_to_parameters(torch.tensor(theta), model.parameters())
        z = model(torch.cat([x1, x2])).numpy()
    z = z - sum(z) / len(z)
    n = len(x1)
    C = np.zeros((z.shape[1],) * 2)
    for i in range(n):
        C += (np.outer(z[i], z[n + i]) + np.outer(z[n + i], z[i])) / (2 * n)
    return sum((C[j, k] - (j == k)) ** 2 for j in range(len(C)) for k in range(len(C)))


def _slopes(model: nn.Module, x1: Tensor, x2: Tensor, directions: np.ndarray) -> np.ndarray:
    theta, h = _flat(model), 1e-5
    return np.array([
        (_loss(model, theta + h * v, x1, x2) - _loss(model, theta - h * v, x1, x2)) / (2 * h)
        for v in directions
    ])  # fmt: skip


def _centred(z1: Tensor, z2: Tensor) -> tuple[Tensor, Tensor]:
    mean = (z1.mean(0) + z2.mean(0)) / 2
    return z1 - mean, z2 - mean


def _theory(z1: Tensor, z2: Tensor) -> Tensor:
    return losses.barlow_twins(z1, z2, lam=1.0, normalize=False)


def _joint(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[Tensor, ...]:
    return model(torch.cat([x1, x2])).chunk(2)


def _unsymmetric(z1: Tensor, z2: Tensor) -> Tensor:
    z1, z2 = _centred(z1, z2)
    return ((z1.T @ z2 / len(z1) - torch.eye(z1.shape[1])) ** 2).sum()


def _unrooted(z1: Tensor, z2: Tensor) -> Tensor:
    return _theory(*_centred(z1, z2)).sqrt()


LOSSES = [
    (lambda m, a, b: _theory(*(z - z.mean(0) for z in _joint(m, a, b))),
     "You centre each view by its own mean. The theory has one mean, of all 2n embeddings."),
    (lambda m, a, b: _theory(*_joint(m, a, b)),
     "The embeddings are not centred: take their mean off first, that of all 2n rows."),
    (lambda m, a, b: _theory(*_centred(m(a), m(b))),
     "You send the two views through the network one after the other. Batch-norm then has one mean "
     "for each; it should have one for both: torch.cat them first."),
    (lambda m, a, b: _theory(*(z - z.mean(0) for z in (m(a), m(b)))),
     "Two passes through the network, and two means of the embeddings: one batch and one mean are "
     "wanted, for the 2n rows together."),
    (lambda m, a, b: _theory(*_centred(*_joint(m.eval(), a, b))),
     "Your model is in evaluation mode: batch-norm takes its running statistics, and should take "
     "those of the batch."),
    (lambda m, a, b: losses.barlow_twins(*_joint(m, a, b)),
     "This is the published Barlow Twins loss, with a batch-norm of its own and λ = 0.0051. The "
     "theory's is ‖C − I‖² of centred embeddings."),
    (lambda m, a, b: losses.barlow_twins(*_joint(m, a, b), lam=1.0),
     "You normalise the embeddings' variance (normalize=True). The theory's loss only centres."),
    (lambda m, a, b: losses.barlow_twins(*_centred(*_joint(m, a, b)), normalize=False),
     "Off the diagonal you weigh with λ = 0.0051. The theory has λ = 1."),
    (lambda m, a, b: _unsymmetric(*_joint(m, a, b)),
     "Your C is z₁ᵀz₂/n alone, which is not symmetric. Add its transpose and halve: C = (z₁ᵀz₂ + "
     "z₂ᵀz₁)/2n."),
    (lambda m, a, b: _unrooted(*_joint(m, a, b)),
     "This is ‖C − I‖. The loss is its square."),
    (lambda m, a, b: _theory(*(_centred(*_joint(m, a, b))[k] * 2**0.5 for k in (0, 1))),
     "Your C is twice too large: 2n in the denominator, since two products are added."),
    (lambda m, a, b: _theory(*_centred(*_joint(m, a, b))) / 9,
     "You take the mean over the entries of C − I. The loss is their sum."),
]  # fmt: skip


def _stepped(slip: Any, model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[float, np.ndarray]:
    """A slip's loss and gradient, on a copy of the model."""
    model = copy.deepcopy(model).train()
    loss = slip(model, x1, x2)
    slopes = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), np.concatenate([s.numpy().ravel() for s in slopes])


def _ask(trial: Trial, model: nn.Module, *given: Any) -> float:
    """Call the answer, which steps `model`; return the loss as it came."""
    try:
        got = trial.call(model, *given)
    except LearnerError as error:
        if "leaf Variable that requires grad" in error.message:
            trial.fail(
                "PyTorch refuses to change a parameter in place while it records operations for "
                "gradients. Make the step inside `with torch.no_grad():`.\n"
                f"{error.message.splitlines()[-1]}",
                named=True,
            )
        raise
    if isinstance(got, Tensor) and got.requires_grad:
        trial.fail(
            "Your loss still holds its graph, and with it all activations of the step: a list of a "
            "thousand fills the memory. Return loss.item().",
            named=True,
        )
    return got


def _loss_before(trial: Trial) -> None:
    model, x1, x2, lr = _draw(trial)
    start = copy.deepcopy(model)
    got = _ask(trial, model, x1, x2, lr)
    want = _loss(start, _flat(start), x1, x2)
    after = _loss(start, _flat(model), x1, x2)
    trial.slips(got, want, [
        *((_stepped(slip, start, x1, x2)[0], message) for slip, message in LOSSES),
        (after, "This is the loss after the step. The one before it is wanted: it comes for "
         "free."),
    ])  # fmt: skip
    trial.close(trial.array(got, shape=(), what="The loss"), want, "The loss", rtol=1e-6,
                why="the entries of C one by one")  # fmt: skip


def _two_steps(trial: Trial) -> None:
    """The second step shows what the first one left behind."""
    model, x1, x2, lr = _draw(trial)
    directions = trial.rng.normal(size=(DIRECTIONS, len(_flat(model))))
    before = None
    for step in range(2):
        start = copy.deepcopy(model)
        _ask(trial, model, x1, x2, lr)
        moved = (_flat(start) - _flat(model)) / lr
        want = _slopes(start, x1, x2, directions)
        slips = [(_stepped(slip, start, x1, x2)[1], message) for slip, message in LOSSES]
        right = _stepped(lambda m, a, b: _theory(*_centred(*_joint(m, a, b))), start, x1, x2)[1]
        head = np.where(np.arange(len(right)) >= len(right) - 108, right, 0)
        slips += [
            (-right, "You go uphill: the gradient is subtracted."),
            (0 * right, "The parameters are where they were. Change them in place, `parameter -= "
             "…`, under torch.no_grad()."),
            (right / lr, "The learning rate is missing from your step."),
            (head, "Only the last layer moves. model.parameters() has them all."),
            (right - head, "The last layer does not move."),
        ]  # fmt: skip
        if step == 1:
            slips += [
                (right + before, "In the second step the first one's gradient is still there: "
                 "backward() adds to it. Clear it, model.zero_grad()."),
                (right + 0.9 * before, "Your step has momentum. The theory's gradient descent has "
                 "none."),
            ]  # fmt: skip
        trial.slips(moved, right, slips)
        trial.close(directions @ moved, want, f"The slope along your step {step + 1}", rtol=1e-4,
                    why="difference quotients of the loss")  # fmt: skip
        before = right


TRAIN_STEP = Exercise(
    id="7.2",
    title="One step, by hand",
    own=own.train_step,
    right="Right. The rest of training is a loop around this, with records and checkpoints.",
    hint="x1 and x2 are (n, c, h, w), the model makes (2n, d) of both; C is (d, d).",
    parts=(
        Part("the loss", 1, _loss_before),
        Part("two steps", 2, _two_steps),
    ),
)
