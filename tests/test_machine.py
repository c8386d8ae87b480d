"""What a machine has or lacks: Apple's GPU, bfloat16, a compiler; the process's settings."""

from __future__ import annotations

import shutil
import warnings

import numpy as np
import pytest
import torch

from stepwise_ssl.training import predict, train
from stepwise_ssl.training._machine import check_machine, device_of
from tools.faults import TINY, same

SHORT = TINY.replace(steps=6)


@pytest.fixture
def apple(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)


def test_an_apple_gpu_is_taken_where_it_is_named(apple) -> None:
    assert device_of(TINY.replace(device="mps")).type == "mps"
    check_machine(TINY.replace(device="mps"))
    with pytest.raises(ValueError, match="precision is 'float64', which Apple's GPUs lack"):
        check_machine(TINY.replace(device="mps", precision="float64"))


def test_auto_says_that_it_leaves_an_apple_gpu_aside(apple) -> None:
    with pytest.warns(UserWarning, match="there is an Apple GPU too: device='mps'"):
        assert device_of(TINY.replace(device="auto")).type == "cpu"


def test_without_an_apple_gpu_it_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match="device is 'mps', but PyTorch sees no Apple GPU"):
        train(SHORT.replace(device="mps"), progress=False)


@pytest.mark.parametrize(("capability", "warns"), [((7, 5), True), ((8, 0), False)])
def test_emulated_bfloat16_is_said(monkeypatch, capability, warns) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Tesla T4")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check_machine(TINY.replace(device="cuda", precision="bf16"))
    assert bool(said) == warns
    if warns:
        assert "Tesla T4 (compute capability 7.5) has to emulate" in str(said[0].message)


def test_without_a_compiler_inductor_is_refused_in_one_line(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for name in ("CC", "CXX"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match=r"needs a C\+\+ compiler such as g\+\+") as refused:
        train(SHORT.replace(compile="inductor"), progress=False)
    assert "\n" not in str(refused.value)


def test_what_a_compiler_cannot_do_is_said_in_one_line(monkeypatch) -> None:
    from torch._dynamo.exc import BackendCompilerFailed

    def broken(function: object, backend: str) -> object:
        def fail(*_: object) -> None:
            raise BackendCompilerFailed(lambda: None, RuntimeError("no such tool\nmore"), None)

        return fail

    monkeypatch.setattr(torch, "compile", broken)
    with pytest.raises(ValueError, match="compile is 'eager', which fails here") as refused:
        train(SHORT.replace(compile="eager"), progress=False)
    assert "\n" not in str(refused.value)


# --- global settings ---------------------------------------------------------------------------


@pytest.fixture
def plain():
    return train(SHORT, progress=False)


def test_a_run_does_not_depend_on_the_default_type(plain) -> None:
    torch.set_default_dtype(torch.float64)
    try:
        same(train(SHORT, progress=False), plain)
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_run_does_not_depend_on_the_default_device(plain) -> None:
    with torch.device("meta"):
        same(train(SHORT, progress=False), plain)
        assert torch.empty(0).device.type == "meta"


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_a_run_does_not_depend_on_whether_gradients_are_off(plain, mode) -> None:
    with mode():
        same(train(SHORT, progress=False), plain)
        assert not torch.is_grad_enabled()


def test_a_run_does_not_depend_on_autocast_around_it(plain) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        same(train(SHORT, progress=False), plain)
        assert torch.is_autocast_enabled("cpu")


def test_a_run_does_not_depend_on_numpys_error_settings(plain) -> None:
    with np.errstate(all="raise"):
        same(train(SHORT, progress=False), plain)
        assert np.geterr()["under"] == "raise"
        assert predict(SHORT).gamma.shape == (4,)


def test_cudnn_is_left_as_it_was() -> None:
    for before in (False, True):
        torch.backends.cudnn.benchmark = before
        train(SHORT, progress=False)
        assert torch.backends.cudnn.benchmark == before
    torch.backends.cudnn.benchmark = False


def test_a_seed_may_have_any_size() -> None:
    large = SHORT.replace(seed=np.random.SeedSequence(1).entropy + 2**127)
    same(train(large, progress=False), train(large, progress=False))
    assert train(large, progress=False).loss[0] != train(SHORT, progress=False).loss[0]
