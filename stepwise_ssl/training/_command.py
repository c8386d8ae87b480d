"""The command ``stepwise-train``."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import difflib
import os
import sys
import textwrap
import warnings
from pathlib import Path

import numpy as np

from .. import _validate, spectra
from .._terminal import steadily
from ..runs import Run
from ._checkpoint import NotWritten
from ._config import ALSO_CALLED, TrainConfig
from ._divergence import Diverged
from ._recipes import RECIPES, of_loss, recipe
from ._store import CURVES
from ._train import train

_EPILOG = """\
A first run, one minute on two CPU cores, nothing to download:

  stepwise-train digits-vicreg --out runs/first

The loss falls in steps, and at each step one eigenvalue of the embedding's
covariance rises from almost 0 to about 1: one more dimension is learned. The
bar counts them. At the end the command prints at which step each came, and
how well a linear classifier reads the digits from what was learned.

What a name stands for, and what its settings are:

  stepwise-train digits-vicreg --show

Then change one thing and predict what will happen:

  stepwise-train digits-vicreg --init-scale 1        is there still a staircase?
  stepwise-train digits-barlow-twins --lr 0.1        which mode does not stand it?
  stepwise-train digits-barlow-twins --frozen-trunk  earlier or later?
  stepwise-train digits-vicreg --loss simclr         with the settings of that loss

Look at one run, or at several beside each other:

  stepwise-plot runs/first

Interrupt with Ctrl-C whenever you like: the run is saved, curves and all, and
goes on to the same numbers with

  stepwise-train --resume runs/first

With a constant learning rate a finished run can be made longer:

  stepwise-train --resume runs/first --steps 2000

Your own pictures lie in a folder (a name with a slash):

  stepwise-train digits-barlow-twins --data ./pictures --batch 10 --out runs/own

From Python: training.train(training.recipe("digits-vicreg"), out="runs/first"),
which also takes a network and a loss of your own.
On several GPUs, of one machine here, all else equal:

  torchrun --no-python --nproc-per-node 4 stepwise-train NAME --out runs/four
"""
_STATUS = """Exit status:

  0    all steps made, everything written
  1    settings, pictures, folder or memory at fault; the message says which
  2    an unknown option
  3    diverged: the curves until then are kept, and a learning rate is proposed
  4    all steps made, but a checkpoint, the curves or the output could not be
       written
  130  stopped by Ctrl-C; saved, if there is a folder. A second Ctrl-C stops at
       once, without saving
  129  the terminal was closed (SIGHUP); saved, if there is a folder
  143  stopped by SIGTERM; saved, if there is a folder
"""
_MISTAKE, _DIVERGED, _NOT_WRITTEN, _INTERRUPTED = 1, 3, 4, 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return steadily(_run, arguments, "stepwise-train", _NOT_WRITTEN)


def _run(arguments: list[str] | None) -> int:
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest:
        near = difflib.get_close_matches(rest[0], parser._option_string_actions, n=1)
        parser.error(f"{rest[0]} is unknown." + (f" Did you mean {near[0]}?" if near else ""))
    out, unwritten = None, []

    def say(message: Warning, kind: type[Warning], *_: object, **__: object) -> None:
        print(message, file=sys.stderr)
        if issubclass(kind, NotWritten):
            unwritten.append(message)

    try:
        config, out = _what(given)
        if given.show:
            print(config.to_json(), end="")
            return 0
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = say
            run = train(config, out)
    except Diverged as error:
        _complain(str(error))
        _say_where(out)
        return _DIVERGED
    except (MemoryError, OSError, TypeError, ValueError) as error:
        _complain(str(error))
        return _MISTAKE
    except KeyboardInterrupt:  # before the first step, or for the second time
        _complain("stopped at once")
        return _INTERRUPTED
    if run.meta["finished"] and _speaks():
        print(summary(run))
    _say_where(out)
    if not run.meta["finished"]:
        return _INTERRUPTED
    return _NOT_WRITTEN if unwritten else 0


def _speaks() -> bool:
    """Of several processes one."""
    return os.environ.get("RANK", "0") == "0"


def _complain(sentence: str) -> None:
    print(f"stepwise-train: {sentence}", file=sys.stderr)


def _say_where(out: str | None) -> None:
    """The last line: where the curves are, and what draws them."""
    if not _speaks():
        return
    if out is None:
        print("nothing was kept; with --out DIR curves and checkpoints are")
    elif os.path.lexists(file := Path(os.path.expanduser(out)) / f"{CURVES}.npz"):
        try:
            Run.load(out)
        except (OSError, ValueError) as error:
            print(f"no curves: {error}")
        else:
            print(f"curves: {file}; stepwise-plot {out} draws them")


def summary(run: Run) -> str:
    """What a run has learned, in a few lines."""
    steps = spectra.find_steps(run.steps, run.eigenvalues)
    learned = steps[np.isfinite(steps)]
    when = " ".join(f"{step:.0f}" for step in learned) or "none"
    lines = [
        f"{len(learned)} of {len(steps)} modes learned (eigenvalue above 1/2), at steps {when}",
        f"loss {run.loss[0]:.4g} -> {run.loss[-1]:.4g}, {run.meta['minutes']:.1f} minutes, "
        f"{run.metrics['images_per_second']:,.0f} images/s on {run.meta['device']}",
    ]
    if "linear_probe" in run.metrics:
        lines.append(
            "linear probe {linear_probe:.3f}, nearest neighbours {knn:.3f}; linear probe on raw "
            "pixels {linear_probe_raw_pixels:.3f}, on the untrained network "
            "{linear_probe_random_features:.3f}".format(**run.metrics)
        )
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stepwise-train",
        usage="stepwise-train NAME | --config FILE | --resume DIR  [--out DIR] [--show]\n"
        "                      [--SETTING VALUE ...]",
        allow_abbrev=False,
        description="Train a network with a self-supervised loss and watch its dimensions being "
        "learned, one at a time.",
        epilog=f"{_EPILOG}\n{_STATUS}\nNames of settings:\n\n{_names()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", help="settings to start from, see the end of this help")
    parser.add_argument("--config", metavar="FILE", help="settings from a JSON file instead")
    parser.add_argument("--resume", metavar="DIR", help="go on with the run in that folder")
    parser.add_argument("--out", metavar="DIR", help="folder for checkpoints and curves")
    parser.add_argument("--show", action="store_true", help="print the settings and stop")
    group = parser.add_argument_group("settings that can be changed")
    for field in _settings():
        name = "--" + field.name.replace("_", "-")
        help = field.metadata["help"]
        if field.type == "bool":
            group.add_argument(name, action="store_true", default=None, help=help)
        elif field.type == "dict":
            group.add_argument(name, nargs="+", metavar="KEY=VALUE", help=help)
        else:
            group.add_argument(name, metavar=field.type.split()[0].upper(), help=help)
    return parser


def _settings() -> list[dataclasses.Field]:
    """What the command line may change: all but what ``train`` fills in."""
    return [field for field in dataclasses.fields(TrainConfig) if field.name != "own"]


def _names() -> str:
    rows = []
    for name in RECIPES:
        config = recipe(name)
        rows.append(f"{name}: {config.network}, d = {config.d}, {config.steps} steps")
    return textwrap.indent("\n".join(rows), "  ")


def _what(given: argparse.Namespace) -> tuple[TrainConfig, str | None]:
    """The configuration and the folder that the arguments ask for."""
    changes = {
        field.name: _value(field, getattr(given, field.name))
        for field in _settings()
        if getattr(given, field.name) is not None
    }
    sources = [s for s in ("name", "config", "resume") if getattr(given, s) is not None]
    if len(sources) != 1:
        raise ValueError(
            "give one of: a name such as digits-vicreg, --config FILE, --resume DIR. "
            "stepwise-train --help lists the names."
        )
    for option, what in (("config", "file"), ("out", "folder"), ("resume", "folder")):
        path = getattr(given, option)
        if path == "":  # as from a variable that is not set
            raise ValueError(f"--{option} is ''; it must be the path of a {what}.")
        if path is not None:
            _validate.path(f"--{option}", path)
    if given.resume is not None and given.out not in (None, given.resume):
        raise ValueError(
            "--resume goes on in its own folder; leave --out away. A new run with the same "
            f"settings: --config {Path(given.resume) / 'config.json'} --out {given.out}"
        )
    if given.name is not None:
        config = _named(given.name, changes)
    else:
        file = Path(os.path.expanduser(given.config or Path(given.resume) / "config.json"))
        if given.resume is not None and not file.exists():
            raise ValueError(f"No such file: {file}. --resume takes a folder that --out has made.")
        config = TrainConfig.load(file)
    config = _with_loss(config, changes)
    for name in ("augment", "network_options", "loss_options"):
        if name in changes:  # added to those that are there
            changes[name] = getattr(config, name) | changes[name]
    return config.replace(**changes), given.out or given.resume


def _named(name: str, changes: dict) -> TrainConfig:
    """The settings of a name; another loss brings those that were tried with it."""
    config = recipe(name)
    if "loss" not in changes or "loss_options" in changes:
        return config
    other = of_loss(name, changes["loss"])
    if other != name and _speaks():
        print(f"--loss {changes['loss']} brings the settings of {other}", file=sys.stderr)
    return recipe(other)


def _with_loss(config: TrainConfig, changes: dict) -> TrainConfig:
    """Without the options of its loss, if that changes: another one has others."""
    loss = ALSO_CALLED.get(changes.get("loss"), changes.get("loss", config.loss))
    if loss == config.loss:
        return config
    if "loss_options" not in changes:
        raise ValueError(
            f"loss is {loss!r}, and the settings are those of {config.loss!r}: give "
            "--loss-options KEY=VALUE too, and --init-scale, --lr and --steps that suit it, or "
            "start from a name."
        )
    return dataclasses.replace(config, loss_options={})


def _value(field: dataclasses.Field, text: object) -> object:
    """The value that a text stands for, in the type of its field."""
    if field.type == "bool":
        return True
    if field.type == "dict":
        pairs = [part.partition("=") for part in text]
        return {key: _option(field.name, key, value) for key, _, value in pairs}
    if field.type.startswith("str"):
        return text
    value = _literal(field.name, text)
    return float(value) if field.type == "float" and isinstance(value, int) else value


def _literal(name: str, text: str, allowed: str = "a number") -> object:
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        raise ValueError(f"{name} is {text!r}; it must be {allowed}.") from None


def _option(name: str, key: str, text: str) -> object:
    """A value of a dict: like a number, but a word such as imagenet stands for itself."""
    if not text:
        raise ValueError(
            f"{name} has {key!r}; it must be KEY=VALUE. A name of settings goes before all options."
        )
    if text.isidentifier() and text.lower() not in ("true", "false", "none"):
        return text
    return _literal(f"{name} {key}", text, "a number, True, False, a word or numbers with commas")
