"""Messages between grader and student: JSON of plain data, and nothing that could run.

Each message is its length in eight bytes, then JSON. Arrays and tensors are their type, shape and
bytes. What is no plain data arrives as a `Foreign`, its type and how it looks.
"""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
import torch

LARGEST = 1 << 26  # bytes of a message
DEEPEST = 20  # lists in lists
_MOST = 1 << 20  # values of a message: a list without numbers takes twenty times its bytes
_LENGTH = struct.Struct(">Q")
_KINDS = "fiubc"  # of NumPy's types: floats, integers, booleans, complex numbers


class Ended(Exception):
    """The other side has closed the channel."""


class Silent(Exception):
    """Nothing came in time."""


class Unfit(Exception):
    """What came is no message, or too large."""


@dataclass(frozen=True)
class Foreign:
    """Stands for an object that is no plain data."""

    kind: str
    words: str

    def __repr__(self) -> str:
        return self.words


def send(channel: socket.socket, message: Any, seconds: float | None = None) -> None:
    """Send plain data. Raises Ended, Silent after `seconds`, or Unfit where it is too large."""
    data = json.dumps(to_json(message)).encode()
    if len(data) > LARGEST:
        raise Unfit(f"a message of {len(data)} bytes; {LARGEST} are allowed")
    _refuse_many(data)
    channel.settimeout(seconds)
    try:
        channel.sendall(_LENGTH.pack(len(data)) + data)
    except TimeoutError:
        raise Silent from None
    except OSError:
        raise Ended from None


def receive(channel: socket.socket, seconds: float | None = None) -> Any:
    """The next message. Raises Ended, Silent after `seconds`, or Unfit."""
    end = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_bytes(channel, _LENGTH.size, end))
    if length > LARGEST:
        raise Unfit(f"a message of {length} bytes; {LARGEST} are allowed")
    data = _bytes(channel, length, end)
    _refuse_many(data)
    try:
        return from_json(json.loads(data))
    except Exception as error:  # noqa: BLE001 whatever a malformed message comes to
        raise Unfit(f"{type(error).__name__} in a message") from None


def _refuse_many(data: bytes) -> None:
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST:
        raise Unfit(f"a message of more than {_MOST} values; arrays may hold more")


def _bytes(channel: socket.socket, count: int, end: float | None) -> bytes:
    parts, left = [], count
    while left:
        rest = None if end is None else end - time.monotonic()
        if rest is not None and rest <= 0:
            raise Silent
        channel.settimeout(rest)
        try:
            part = channel.recv(min(left, 1 << 20))
        except TimeoutError:
            raise Silent from None
        except OSError:
            raise Ended from None
        if not part:
            raise Ended
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def to_json(value: Any, depth: int = 0) -> Any:
    """`value` as JSON can hold it; what is no plain data as a Foreign."""
    if value is None or isinstance(value, bool | str | float) and not isinstance(value, np.generic):
        return value
    if isinstance(value, int) and type(value) is int and abs(value) < 1 << 1000:
        return value
    if depth > DEEPEST:
        return to_json(foreign(value))
    if isinstance(value, list | tuple):  # with names too, as NumPy's and PyTorch's `eigh` return
        kind = list if isinstance(value, list) else tuple
        entries = kind.__iter__(value)  # a class of the student's may have another, without end
        return {kind.__name__: [to_json(v, depth + 1) for v in entries]}
    if type(value) is dict and all(isinstance(k, str) for k in value):
        return {"dict": {k: to_json(v, depth + 1) for k, v in value.items()}}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, Rational) and type(value) is not int:  # of SymPy, too
        value = Fraction(int(value.numerator), int(value.denominator))
        long = max(abs(value.numerator), value.denominator) >= 1 << 1000
        return _near(value) if long else {"fraction": [value.numerator, value.denominator]}
    if isinstance(value, bytes):
        return {"bytes": _text(value)}
    if isinstance(value, Foreign):
        return {"foreign": [value.kind, value.words]}
    if isinstance(value, torch.Tensor) and value.layout == torch.strided:
        try:
            plain = value.detach().cpu().resolve_conj().numpy()
        except Exception:  # noqa: BLE001 on the device "meta", in bfloat16: no plain numbers
            return to_json(foreign(value))
        return {"tensor": [*_parts(plain), value.requires_grad]}
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in _KINDS:
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        return {kind: _parts(np.asarray(value))}
    if _is_exact(value):
        return to_json(value.tolist(), depth)
    return to_json(foreign(value))


def _is_exact(value: Any) -> bool:
    """Whether it is an array of fractions, or of integers of any length."""
    exact = isinstance(value, np.ndarray) and value.dtype == object and value.size <= _MOST
    return exact and all(isinstance(v, Rational) for v in value.flat)


def from_json(value: Any) -> Any:
    """What `to_json` was given. Raises what a malformed message makes of it."""
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise ValueError("a bare list")
        return value
    ((kind, content),) = value.items()
    if kind == "dict":
        return {k: from_json(v) for k, v in content.items()}
    return _READERS[kind](content)


def _near(value: Fraction) -> float | Any:
    """A fraction of more digits than JSON takes, as the float that a comparison makes of it."""
    try:
        return float(value)
    except OverflowError:
        return to_json(foreign(value))


def foreign(value: Any) -> Foreign:
    """The type of an object, and how it looks, whatever its __repr__ does."""
    name = type(value).__name__
    try:
        return Foreign(name, repr(value)[:60])
    except BaseException:  # noqa: BLE001 a class of the student's
        return Foreign(name, f"a {name}")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _parts(array: np.ndarray) -> list:
    return [array.dtype.str, list(array.shape), _text(np.ascontiguousarray(array).tobytes())]


def _array(content: list) -> np.ndarray:
    kind, shape, text = content[:3]
    dtype = np.dtype(kind)
    if dtype.kind not in _KINDS:
        raise ValueError("a type that is not of numbers")
    return np.frombuffer(base64.b64decode(text), dtype).reshape(shape).copy()


def _fraction(content: list) -> Fraction:
    if [type(number) for number in content] != [int, int]:
        raise ValueError("no two integers")  # of text, such as 1e999999999, it would write out all
    return Fraction(*content)


def _tensor(content: list) -> torch.Tensor:
    return torch.from_numpy(_array(content)).requires_grad_(bool(content[3]))


_READERS = {
    "list": lambda content: [from_json(v) for v in content],
    "tuple": lambda content: tuple(from_json(v) for v in content),
    "complex": lambda content: complex(*content),
    "fraction": _fraction,
    "bytes": base64.b64decode,
    "foreign": lambda content: Foreign(str(content[0])[:60], str(content[1])[:60]),
    "array": _array,
    "scalar": lambda content: _array(content)[()],
    "tensor": _tensor,
}
