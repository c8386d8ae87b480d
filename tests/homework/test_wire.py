"""Plain data between grader and student arrive as sent; what is no message is refused."""

from __future__ import annotations

import json
import socket
import struct
from fractions import Fraction

import numpy as np
import pytest
import torch

from stepwise_ssl.grading import wire


@pytest.fixture
def pair():
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


def over(pair, message):
    wire.send(pair[0], message)
    return wire.receive(pair[1], 5)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, 1 << 900, -0.5, "é\0", [], (1, [2.0, None]), {"a": {"b": (1,)}}, b"\0\xff",
        Fraction(1, 3), 1 + 2j,
    ],
)  # fmt: skip
def test_plain_values_arrive_as_they_are(pair, value):
    got = over(pair, value)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "u1", "?", "c16"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_arrays_arrive_with_type_and_shape(pair, dtype, shape):
    value = np.ones(shape, dtype)
    got = over(pair, value)
    assert got.dtype == value.dtype
    np.testing.assert_array_equal(got, value)


def test_numbers_that_are_none_arrive_and_a_tensor_says_whether_it_wants_gradients(pair):
    got = over(pair, [np.float32("nan"), float("inf"), torch.ones(2, requires_grad=True)])
    assert isinstance(got[0], np.float32)
    assert np.isnan(got[0])
    assert got[1] == float("inf")
    assert got[2].requires_grad


def test_what_is_no_plain_data_arrives_as_its_name(pair):
    class Odd:
        def __repr__(self):
            raise SystemExit

    got = over(pair, [Odd(), print, np.array([Odd()], dtype=object), {1: 2}])
    assert [type(g) for g in got] == [wire.Foreign] * 4
    assert repr(got[0]) == "a Odd"


def test_no_pickle_is_made_or_read(pair):
    class Evil:
        def __reduce__(self):
            raise AssertionError("pickled")

    assert over(pair, Evil()).kind == "Evil"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[1]", b"{}", b'{"a": 1}', b'{"array": ["|O", [1], "AAAA"]}', b"\xff",
        b'{"array": ["<f8", [1000000000000], "AAAAAAAAAAA="]}', b'{"fraction": [1, 0]}',
        b'{"tensor": 3}', b'{"dict": [1]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_message_is_unfit(pair, data):
    pair[0].sendall(struct.pack(">Q", len(data)) + data)
    with pytest.raises(wire.Unfit):
        wire.receive(pair[1], 5)


def test_a_message_that_is_too_large_silence_and_an_end_are_told_apart(pair):
    pair[0].sendall(struct.pack(">Q", 1 << 60))
    with pytest.raises(wire.Unfit, match="allowed"):
        wire.receive(pair[1], 5)
    with pytest.raises(wire.Silent):
        wire.receive(pair[1], 0.01)
    pair[0].close()
    with pytest.raises(wire.Ended):
        wire.receive(pair[1], 5)


def test_json_of_the_wire_holds_no_bare_list():
    assert json.loads(json.dumps(wire.to_json([1]))) == {"list": [1]}
