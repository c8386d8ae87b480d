"""7.2: one step of training, against the gradient of a loss written as loops."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ... import losses
from ..asking import once_a_draw
from ..engine import Exercise, Part, Trial
from ..learner import LearnerError
from ..values import same_values
from . import own


def _network(seed: int, channels: int, pixels: int, d: int) -> nn.Module:
    """A small convolutional network with batch-norm, its last layer not too small to see."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(channels, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
            nn.Flatten(), nn.Linear(4 * pixels, d, bias=False),
        ).double()  # fmt: skip
        with torch.no_grad():
            model[1].bias.normal_()
            model[4].weight.mul_(2)
        return model


def _draw(trial: Trial, d: int) -> tuple[nn.Module, Tensor, Tensor, float]:
    """A network with d outputs, and two views; no two sizes are the same."""
    n, channels = int(trial.rng.integers(6, 9)), 1 if d == 2 else 2
    h, w = (3, 5) if d == 2 else (5, 3 if d == 4 else 4)
    x = trial.rng.normal(size=(n, channels, h, w))
    # The views differ in mean, so that it matters who is centred with whom.
    x1, x2 = (torch.tensor(x + 0.5 * trial.rng.normal(size=x.shape) + s) for s in (0.4, -0.3))
    seed = int(trial.rng.integers(1 << 30))
    return _network(seed, channels, h * w, d), x1, x2, trial.rng.uniform(0.01, 0.1)


def _flat(model: nn.Module) -> np.ndarray:
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


@once_a_draw
def _truth(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[float, list[np.ndarray]]:
    """‖C − I‖² pair by pair and entry by entry, and its gradient; the model stays as it is."""
    model = copy.deepcopy(model).train()
    z = model(torch.cat([x1, x2]))
    z = z - sum(z) / len(z)
    n, d = len(x1), z.shape[1]
    C = sum(torch.outer(z[i], z[n + i]) + torch.outer(z[n + i], z[i]) for i in range(n)) / (2 * n)
    loss = sum((C[j, k] - float(j == k)) ** 2 for j in range(d) for k in range(d))
    slopes = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), [s.numpy() for s in slopes]


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


def _standardised(z1: Tensor, z2: Tensor, lam: float, ddof: int, half: bool) -> Tensor:
    """Each view over its own deviation, with ddof in it; `half` makes C symmetric."""
    z1, z2 = ((z - z.mean(0)) / z.std(0, correction=ddof) for z in (z1, z2))
    C = z1.T @ z2 / len(z1)
    C = (C + C.T) / 2 if half else C
    identity = torch.eye(len(C), dtype=C.dtype)
    return ((identity + lam * (1 - identity)) * (C - identity) ** 2).sum()


def _jointly_standardised(z1: Tensor, z2: Tensor, ddof: int) -> tuple[Tensor, ...]:
    z = torch.cat([z1, z2])
    return ((z - z.mean(0)) / z.std(0, correction=ddof)).chunk(2)


def _mean(z1: Tensor, z2: Tensor) -> Tensor:
    return _theory(z1, z2) / z1.shape[1] ** 2


def _about_one_mean(z1: Tensor, z2: Tensor) -> Tensor:
    mean = (z1.mean() + z2.mean()) / 2
    return _theory(z1 - mean, z2 - mean)


ONE_MEAN = (
    "You subtract one mean, over all entries. Each dimension has its own, that of all 2n rows."
)
LOSSES = [
    (lambda m, a, b: _theory(*(z - z.mean(0) for z in _joint(m, a, b))),
     "You centre each view by its own mean. The theory has one mean, of all 2n embeddings."),
    (lambda m, a, b: _theory(*(z - z.mean() for z in _joint(m, a, b))), ONE_MEAN),
    (lambda m, a, b: _about_one_mean(*_joint(m, a, b)), ONE_MEAN),
    (lambda m, a, b: _theory(*(z - z.mean(1, keepdim=True) for z in _joint(m, a, b))),
     "You subtract from each embedding the mean of its own entries. Each dimension has a mean, "
     "that over all 2n rows."),
    (lambda m, a, b: _theory(*_joint(m, a, b)),
     "The embeddings are not centred: take their mean off first, that of all 2n rows."),
    (lambda m, a, b: _theory(*_centred(m(a), m(b))),
     "The two views go through the network one after the other. Batch-norm then has one mean for "
     "each; it should have one for both: torch.cat them first."),
    (lambda m, a, b: _theory(*(z - z.mean(0) for z in (m(a), m(b)))),
     "Two passes through the network, and two means of the embeddings: one batch and one mean are "
     "wanted, for the 2n rows together."),
    (lambda m, a, b: _theory(*_centred(*_joint(m.eval(), a, b))),
     "Your model is in evaluation mode: batch-norm takes its running statistics, and should take "
     "those of the batch."),
    *((lambda m, a, b, lam=lam, ddof=ddof, half=half:
        _standardised(*_joint(m, a, b), lam, ddof, half),
       "The embeddings are batch-normalised, each column divided by its standard deviation, as in "
       "most people's Barlow Twins. The theory's loss only centres them."
       + (" And off the diagonal you weigh with λ = 0.0051; here all entries count alike."
          if lam < 1 else ""))
      for lam in (1.0, 0.0051) for ddof in (0, 1) for half in (False, True)),
    *((lambda m, a, b, ddof=ddof: _theory(*_jointly_standardised(*_joint(m, a, b), ddof)),
       "The embeddings are divided by their standard deviation. The theory's loss only centres "
       "them.") for ddof in (0, 1)),
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
     "Your C is twice what it should be: 2n in the denominator, since two products are added."),
    (lambda m, a, b: _theory(*(_centred(*_joint(m, a, b))[k] * 0.5**0.5 for k in (0, 1))),
     "Your C is half of what it should be: n pairs, and each counts twice, over 2n."),
    (lambda m, a, b: _theory(*(z * (len(a) / (len(a) - 1)) ** 0.5
                               for z in _centred(*_joint(m, a, b)))),
     "Your C is larger by n/(n − 1), as a covariance has it. The theory's divides by n."),
    (lambda m, a, b: _mean(*_centred(*_joint(m, a, b))),
     "This is the mean of the squared entries of C − I. The loss is their sum."),
]  # fmt: skip


@once_a_draw
def _slips(model: nn.Module, x1: Tensor, x2: Tensor) -> list[tuple[float, np.ndarray, str]]:
    """Loss and gradient of each slip, on copies of the model, and its message."""
    found = []
    for slip, message in LOSSES:
        copied = copy.deepcopy(model).train()
        loss = slip(copied, x1, x2)
        slopes = torch.autograd.grad(loss, list(copied.parameters()))
        found.append((loss.item(), np.concatenate([s.numpy().ravel() for s in slopes]), message))
    return found


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
            "Your loss is a tensor that holds its graph. A number without one is wanted: return "
            "loss.item().",
            named=True,
        )
    return got


def _loss_before(trial: Trial) -> None:
    for d in (2, int(trial.rng.integers(3, 5))):
        model, x1, x2, lr = _draw(trial, d)
        start = copy.deepcopy(model)
        got = _ask(trial, model, x1, x2, lr)
        want = _truth(start, x1, x2)[0]
        # Slips take longer than the rest, and nobody asks for them where the answer is right.
        right = same_values(got, want, trial.rtol) and not trial.goes_on
        trial.slips(got, want, () if right else [
            *((loss, message) for loss, _, message in _slips(start, x1, x2)),
            (_truth(model, x1, x2)[0], "This is the loss after the step. The one before it is "
             "wanted: it comes for free."),
        ])  # fmt: skip
        trial.close(trial.array(got, shape=(), what="The loss"), want, "The loss", rtol=1e-6,
                    why="the entries of C one by one")  # fmt: skip


def _two_steps(trial: Trial) -> None:
    """The second step shows what the first one left behind."""
    model, x1, x2, lr = _draw(trial, int(trial.rng.integers(3, 5)))
    before = None
    for step in range(2):
        start, parameters = copy.deepcopy(model), list(model.parameters())
        _ask(trial, model, x1, x2, lr)
        _require_the_same(trial, parameters, model)
        moved = _flat(start) - _flat(model)
        if not moved.any():
            trial.fail(
                "The parameters are where they were. Change them in place, `parameter -= …`, under "
                "torch.no_grad().",
                named=True,
            )
        slopes = _truth(start, x1, x2)[1]
        right = lr * np.concatenate([s.ravel() for s in slopes])
        if not (start.training or same_values(moved, right, trial.rtol)):
            trial.fail(
                "Your function leaves the model in evaluation mode. In the next step batch-norm "
                "takes its running statistics and not those of the batch.",
                named=True,
            )
        is_right = same_values(moved, right, trial.rtol) and not trial.goes_on
        slips = [
            (lr * slope, message)
            for _, slope, message in ([] if is_right else _slips(start, x1, x2))
        ]
        head = np.where(np.arange(len(right)) >= len(right) - slopes[-1].size, right, 0)
        slips += [
            (-right, "You go uphill: the gradient is subtracted."),
            (head, "Only the last layer moves. model.parameters() has them all."),
            (right - head, "The last layer does not move."),
        ]  # fmt: skip
        slips += [(still, words) for still, words in _unmoved(start, moved, right)]
        decay = _decay(start, moved, right)
        if decay is not None:
            slips.append(
                (decay, "What is added to the right step is the parameters times a number: a "
                 "weight decay. The theory's gradient descent has none.")
            )  # fmt: skip
        if step == 1:
            slips += [
                (right + before, "In the second step the first one's gradient is still there: "
                 "backward() adds to it. Clear it, model.zero_grad()."),
                (right + 0.9 * before, "Your step has momentum. The theory's gradient descent has "
                 "none."),
            ]  # fmt: skip
        slips += [
            (wrong, "Each parameter moves by lr, whatever the size of its gradient, as in the "
             "first step of Adam. Gradient descent moves it by lr times the gradient.")
            for wrong in (lr * np.sign(right), lr * right / (np.abs(right) + lr * 1e-8))
        ]  # fmt: skip
        slips += [
            (2 * right, "Your step is twice as long as lr times the gradient."),
            (right / 2, "Your step is half as long as lr times the gradient."),
        ]
        with np.errstate(invalid="ignore"):  # the learner's step may be NaN
            length = moved @ right / (right @ right)
        words = (
            "You go uphill, and by another length than lr times the gradient's."
            if length < 0
            else "Your step goes down along the gradient, and its length is not lr times the "
            "gradient's. Nothing cuts it off or divides it here."
        )
        slips.append((length * right, words))
        trial.slips(moved, right, slips)
        done = 0
        for (name, _), slope in zip(model.named_parameters(), slopes, strict=True):
            got = moved[done : done + slope.size].reshape(slope.shape)
            done += slope.size
            trial.close(got, lr * slope, f"What step {step + 1} takes from {name}", rtol=1e-6,
                        why="the gradient of the loss written as loops, times lr",
                        otherwise=_passes(start, model))  # fmt: skip
        before = right


def _passes(start: nn.Module, model: nn.Module) -> str:
    """What batch-norm has counted, where it is more than one batch."""
    count = int(model[1].num_batches_tracked - start[1].num_batches_tracked)
    return (
        f"In one step {count} batches go through your network. It should be one, both views "
        "together."
        if count > 1
        else ""
    )


def _require_the_same(trial: Trial, parameters: list[nn.Parameter], model: nn.Module) -> None:
    """Refuse new parameters: an optimizer, or another name, would go on with the old ones."""
    now = list(model.parameters())
    if len(now) != len(parameters) or any(p is not q for p, q in zip(parameters, now, strict=True)):
        trial.fail(
            "The model has new parameters in the place of its own. Change those that it has, "
            "`parameter -= …`: whoever holds them, as an optimizer does, must see the step.",
            named=True,
        )


def _unmoved(
    start: nn.Module, moved: np.ndarray, right: np.ndarray
) -> list[tuple[np.ndarray, str]]:
    """The right step without what the answer leaves where it was, where that is some parameters."""
    flat = [p.ndim < 2 for p in start.parameters() for _ in range(p.numel())]
    still = np.where(flat, 0, right)
    bent = np.where(flat, right, 0)
    names, done, kept = [], 0, right.copy()
    for name, p in start.named_parameters():
        part = slice(done, done := done + p.numel())
        if not moved[part].any() and right[part].any():
            kept[part] = 0
            names.append(name)
    return [
        (still, "Only weights with two dimensions or more move. Batch-norm's weight and bias have "
         "one, and they are parameters too: model.parameters() has them all."),
        (bent, "Only parameters with one dimension move, those of batch-norm. model.parameters() "
         "has them all."),
        *([(kept, "Some parameters stay where they were, and the others move as they should. "
            "model.parameters() has them all.")] if names else []),
    ]  # fmt: skip


def _decay(start: nn.Module, moved: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """The right step and the parameters themselves times the number that fits best."""
    theta = _flat(start)
    with np.errstate(invalid="ignore"):  # the learner's step may be NaN
        number = (moved - right) @ theta / (theta @ theta)
    return right + number * theta if abs(number) > 1e-12 else None


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
