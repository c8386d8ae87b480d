"""A private name is flagged where a library's thing has it, though the notebook makes one too."""

from __future__ import annotations

import time

import pytest

from stepwise_ssl.grading import flags
from stepwise_ssl.grading.submission import Submission

MADE = "class Mine:\n    _core = 1\n"
PEEK = "def f(x):\n    return x._core\n"
OF_LIBRARIES = [
    PEEK + "f(np.linalg.norm)",
    "def f(a, *, x):\n    return x._core\nf(1, x=linear.modes)",
    "def f(*x):\n    return x[0]._core\nf(linear.modes)",
    "def f(**x):\n    return x['a']._core\nf(a=linear.modes)",
    "def f(x=linear.modes):\n    return x._core",
    "def f(x):\n    y = x\n    return y._core\nf(linear.modes)",
    "def g(x):\n    return f(x)\n" + PEEK + "g(linear.modes)",
    "list(map(lambda x: x._core, [linear.modes]))",
    "peek = lambda x: x._core\npeek(linear.modes)",
    "(lambda x: x._core)(linear.modes)",
    PEEK + "list(map(f, [linear.modes]))",
    PEEK + "x = f\nx(linear.modes)",
    PEEK + "[f][0](linear.modes)",
    "thing = np.random.default_rng()\nthing._core",
    "things = {'a': linear.modes}\nthings['a']._core",
    "things = []\nthings.append(linear.modes)\nthings[0]._core",
    "box = [None]\nbox[0] = linear.modes\nbox[0]._core",
    "def get():\n    return linear.modes\nget()._core",
    "def get():\n    yield linear.modes\nfor x in get():\n    x._core",
    "class B:\n    def f(self, x):\n        return x._core\nB().f(linear.modes)",
    "class B:\n    def f(self):\n        return self._core\nB.f(linear.modes)",
    "class B(np.ndarray):\n    def f(self):\n        return self._core",
    "class B(np.ndarray):\n    def f(self):\n        return super()._core",
    "class B:\n    pass\nB.x = linear.modes\nB.x._core",
    "[x._core for x in [linear.modes]]",
    "with linear.modes as x:\n    x._core",
    "match linear.modes:\n    case x: x._core",
    "next(iter([linear.modes]))._core",
    "(y := linear.modes)._core",
]
OF_ONES_OWN = [
    "m = Mine()\nm._core",
    PEEK + "f(Mine())",
    "def f(m, x):\n    return m._core * x\nf(Mine(), np.ones(3))",
    "class B:\n    def __init__(self, w):\n        self._w = w\n    def f(self, x):\n"
    "        return self._w @ x\n    def __eq__(self, o):\n        return self._w == o._w\n"
    "b = B(np.ones((3, 3)))\nb.f(np.ones(3))\nb._w",
    "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n"
    "        super().__init__()\n        self._w = torch.nn.Linear(3, 3)\n"
    "    def forward(self, x):\n        return self._w(x)\nnet = Net()\nnet._w\nnet(torch.ones(3))",
    "ms = [Mine() for g in np.arange(3)]\nfor m in ms: m._core\nsorted(ms, key=lambda m: m._core)\n"
    "for m, x in zip(ms, np.ones(3)): m._core\nfor k, m in enumerate(ms): m._core\n"
    "m, x = Mine(), np.ones(3)\nm._core",
    "class B:\n    def __init__(self): self._kept = {}\n    def get(self, k):\n"
    "        self._kept[k] = np.exp(k)\n        return self._kept[k]\nB()._kept",
    "import functools\ndef once(f):\n    f._seen = {}\n    return f\n@once\n"
    "def g(n): return g._seen\ng(np.int64(3))",
]  # fmt: skip


def flagged(assignment, *codes):
    handed_in = Submission(tuple(enumerate(codes, 1)), (), {})
    return [flag.line for flag in flags.flags_of(assignment, handed_in)]


@pytest.mark.parametrize("code", OF_LIBRARIES)
def test_a_private_name_of_a_library_is_flagged_though_the_notebook_makes_it(assignment, code):
    assert any("._core" in line for line in flagged(assignment, MADE, code))


@pytest.mark.parametrize("code", OF_ONES_OWN)
def test_a_private_name_of_ones_own_is_not_flagged(assignment, code):
    assert flagged(assignment, MADE, code) == []


@pytest.mark.parametrize(
    "code",
    [
        "x = linear" + ".a()" * 1400 + "\nx._core",
        "x = 1" + " + 1" * 900 + "\nx._core",
        "\n".join(f"def f{k}(x):\n    return f{k + 1}(x)._core" for k in range(800)),
    ],
)  # fmt: skip
def test_code_of_any_shape_is_read_in_time(assignment, code):
    start = time.process_time()
    flagged(assignment, MADE, code)
    assert time.process_time() - start < 5
