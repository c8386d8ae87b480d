"""The benchmarks run, at a size at which their times mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import kernels, timing


def test_the_kernel_benchmark_at_a_tiny_size(capsys) -> None:
    kernels.main(sizes=(20, 40), d=3, repeats=1)
    said = capsys.readouterr().out
    for words in (*kernels.PLAIN, kernels.OURS, kernels.FULL, "time grows as n^"):
        assert words in said
    assert said.count("wanted") == 2
    gaps = [float(line.split()[-1]) for line in said.splitlines() if "off the full form" in line]
    assert len(gaps) == 2
    assert max(gaps) < 1e-13


def test_all_ways_compute_what_they_should() -> None:
    x = kernels.pairs(30)
    todo = kernels.tasks(x, 4)
    model = todo[kernels.OURS]()
    gamma, coefficients = todo[kernels.FULL]()
    np.testing.assert_allclose(gamma, model.eigenvalues_, atol=1e-14)
    K = np.exp(-todo["KernelPCA"]().gamma * ((x[:, None] - x) ** 2).sum(-1))
    np.testing.assert_allclose(np.abs(K @ coefficients), np.abs(model.transform(x)), atol=1e-10)
    assert kernels.pairs(1300).shape == (2600, 64)


def test_tasks_are_timed_in_turn() -> None:
    calls = []
    seconds = timing.medians({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)
    assert calls == ["a", "b"] * 3
    assert all(value >= 0 for value in seconds.values())


def test_measures() -> None:
    assert timing.growth([1, 2, 4], [3, 12, 48]) == pytest.approx(2)
    result, peak = timing.with_peak_memory(lambda: np.ones(1_000_000).sum())
    assert result == 1_000_000
    assert 8e6 <= peak < 8.1e6
    assert timing.target("x", 12.0, least=10) == "x: 12.00, wanted ≥ 10: ok"
    assert timing.target("x", 12.0, most=3) == "x: 12.00, wanted ≤ 3: missed"


def test_benchmarks_are_found_by_name(capsys) -> None:
    assert "kernels" in command.names()
    assert not command.TOOLS & set(command.names())
    with pytest.raises(SystemExit):
        command.main(["nothing"])
    assert "no benchmark is called 'nothing'" in capsys.readouterr().err
