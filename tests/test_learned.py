"""The tools that record what was learned."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl import data, linear
from stepwise_ssl.training import recipe
from tools.runs import learned, learned_early


def test_the_kernels_prediction_is_the_features_modes() -> None:
    rng = np.random.default_rng(0)
    first = rng.normal(size=(40, 12)) * np.arange(1, 13)
    both = learned.centred(np.vstack([first, first + 0.2 * rng.normal(size=(40, 12))]))
    got = learned.predicted(both @ both.T)
    gamma, modes = linear.modes(linear.cross_moment(*np.split(both, 2)), learned.D)
    np.testing.assert_allclose(np.abs(got), np.abs(both @ modes / np.sqrt(gamma)), rtol=1e-6)


def test_a_short_run_tells_all_that_is_kept(monkeypatch) -> None:
    few = {"PAIRS": 15, "TRAIN": 120, "TEST": 40, "KEPT": 50, "ORDERS": 2, "HEADS": 2}
    for name, number in few.items():
        monkeypatch.setattr(learned, name, number)
    config = recipe("digits-barlow-twins", device="cpu", steps=3)
    found = learned.learn(config, learned.Scene(config))
    assert set(learned.MEANING) <= set(found)
    assert found["modes"].shape == (learned.KEPT, learned.D)
    assert found["spans"][0] == pytest.approx(found["along_start"][-1].mean())
    assert ((found["spans"] >= 0) & (found["spans"] <= 1)).all()


def test_without_leaves_out_one_augmentation() -> None:
    for name_of_set in learned.WITHOUT:
        whole = recipe(f"{name_of_set}-barlow-twins").augment
        for name, config in learned.without(name_of_set).items():
            changed = {key for key in config.augment if config.augment[key] != whole.get(key)}
            assert changed == {name}


def test_the_early_modes_are_those_of_the_recorded_trainings() -> None:
    early, whole = data.load_run(learned_early.NAME), data.load_run("learned_digits").other
    np.testing.assert_allclose(early.eigenvalues, whole["barlow_twins_embedding"][0], rtol=1e-3)
    for k in learned_early.FIRST:
        for kind in ("barlow_twins", "vicreg"):
            assert early.other[f"{kind}_first_{k}"].shape == (3, learned.KEPT, k)
            # All of them have been learned at that moment.
            assert (early.other[f"{kind}_first_{k}"].astype(float).var(axis=1) > 0.25).all()
