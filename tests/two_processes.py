"""What one process, or one of two, computes; ``test_processes.py`` starts it under torchrun.

Under ``torchrun`` process r writes OUT/r.pt, and both then run the command with the configuration
in OUT/config.json.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from stepwise_ssl.training import TrainConfig, train
from stepwise_ssl.training._collectives import JointBatchNorm
from stepwise_ssl.training._command import main
from stepwise_ssl.training._model import build
from stepwise_ssl.training._objective import objective
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import Team, join

LOSSES = {
    "Barlow Twins": {"loss": "barlow_twins"},
    "Barlow Twins, theory": {
        "loss": "barlow_twins", "loss_options": {"lam": 1.0, "normalize": False},
    },
    "SimCLR": {"loss": "nt_xent"},
    "VICReg": {"loss": "vicreg"},
}  # fmt: skip


def config(name: str, **changes: object) -> TrainConfig:
    """A ResNet in float64 with a projector, so that both kinds of batch-norm are there."""
    settings = {
        "n": 48, "size": 8, "batch": 24, "steps": 12, "lr": 0.01, "init_scale": 0.5, "d": 6,
        "network_options": {"projector": [12]}, "precision": "float64", "device": "cpu",
        "log_points": 6, "probe_pairs": 16, "evaluations": 0,
    } | LOSSES[name] | changes  # fmt: skip
    return TrainConfig(**settings)


def loss_and_gradients(name: str, members: Team) -> tuple[float, dict[str, torch.Tensor]]:
    """Loss, gradients and running statistics after the first step's two passes."""
    settings = config(name)
    pictures = Pictures(settings, members.device)
    model = members.join_batch_norm(build(settings, pictures.channels)).train()
    learner = members.average_gradients(model)
    z1, z2 = learner(pictures.views(*pictures.batch(0, members.part(24)))).chunk(2)
    loss = objective(settings)(members.gather(z1), members.gather(z2))
    loss.backward()
    found = {key: p.grad for key, p in model.named_parameters()}
    found |= {key: b.clone() for key, b in model.named_buffers()}
    return loss.item(), found


def measure() -> dict:
    """Everything that must not depend on how many processes there are."""
    found, members = {}, join(config("VICReg"))
    for name in LOSSES:
        loss, gradients = loss_and_gradients(name, members)
        run = train(config(name), progress=False)
        found[name] = {"loss": loss, **gradients}
        for curve in ("loss", "eigenvalues", "cross_eigenvalues", "hidden_eigenvalues"):
            found[name][f"curve of {curve}"] = torch.from_numpy(getattr(run, curve))
    model = members.join_batch_norm(build(config("VICReg"), 1))
    found["joint"] = sum(isinstance(m, JointBatchNorm) for m in model.modules())
    found["processes"], found["rank"] = members.size, members.rank
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    result = measure()
    torch.save(result, folder / f"{result['rank']}.pt")
    sys.exit(main(["--config", str(folder / "config.json"), "--out", str(folder / "out")]))
