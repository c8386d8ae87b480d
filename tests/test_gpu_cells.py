"""Chapter 7's live cells as they run on a GPU: other data, another network, the same code."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
import torch

from stepwise_ssl import training
from tools.notebooks import ROOT, read_source, tags
from tools.runs.training import CONFIGS

SMALL = {
    "data": "patches", "n": 32, "size": 8, "batch": 8, "steps": 3, "probe_pairs": 8,
    "device": "cpu", "lr": 1e-4,
}  # fmt: skip


@pytest.fixture(scope="module")
def live() -> dict:
    """What the cells define that come before the one that looks for a GPU, and the drawing."""
    cells = read_source(ROOT / "solutions" / "07_resnets.py").cells
    wanted = ("def draw_modes", "RECORDED = {", "def settings", "def draw_losses")
    code = [c.source for c in cells if c.cell_type == "code"
            and ("setup" in tags(c) or any(name in c.source for name in wanted))]  # fmt: skip
    namespace: dict = {}
    for part in code:
        exec(compile(part, "<07_resnets>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("native, precision", [(True, "bf16"), (False, "float32")])
def test_a_gpu_trains_resnet18_on_cifar10(live, monkeypatch, native, precision) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native)
    configs = live["settings"]("cuda")
    assert list(configs) == ["Barlow Twins", "SimCLR", "VICReg"]
    for config in configs.values():
        assert (config.data, config.network, config.size) == ("cifar10", "resnet18", 32)
        assert (config.precision, config.batch, config.evaluations) == (precision, 256, 0)
    assert len({config.loss for config in configs.values()}) == 3


def test_the_three_losses_are_trained_and_drawn(live, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    configs = live["settings"]("cuda")
    runs = {
        loss: training.train(config.replace(**SMALL), progress=False)
        for loss, config in configs.items()
    }
    figure = live["draw_losses"](runs, "cuda")
    for (loss, run), row in zip(runs.items(), figure.axes[::2], strict=True):
        assert run.eigenvalues.shape[1] == 10
        assert len(row.lines) == 10 * (1 + len(live["RECORDED"]["cuda"][loss]))
    plt.close(figure)


def test_what_it_draws_over_has_the_same_settings(live, monkeypatch) -> None:
    """Recorded runs differ from the reader's in seed, length and what is kept, and in no more."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    free = {
        "seed": 0, "steps": 1, "log_points": 2, "evaluations": 0, "keep_embeddings": 0,
        "device": "cpu", "precision": "float32", "compile": None, "probe_pairs": 2,
    }  # fmt: skip
    compared = 0
    for device, names in live["RECORDED"].items():
        for loss, config in live["settings"](device).items():
            for name in names[loss]:
                assert CONFIGS[name].replace(**free) == config.replace(**free)
                compared += 1
    assert compared >= 9
