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

from .. import spectra
from ..runs import Run
from ._config import TrainConfig
from ._divergence import Diverged
from ._recipes import RECIPES, recipe
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

Interrupt with Ctrl-C whenever you like: the run is saved, and goes on to the
same numbers with

  stepwise-train --resume runs/first

From Python: training.train(training.recipe("digits-vicreg"), out="runs/first").
On several GPUs, of one machine here, all else equal:

  torchrun --no-python --nproc-per-node 4 stepwise-train NAME --out runs/four
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest:
        near = difflib.get_close_matches(rest[0], parser._option_string_actions, n=1)
        parser.error(f"{rest[0]} is unknown." + (f" Did you mean {near[0]}?" if near else ""))
    try:
        config, out = _what(given)
        if given.show:
            print(config.to_json(), end="")
            return 0
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: print(message, file=sys.stderr)
            run = train(config, out)
    except (Diverged, OSError, TypeError, ValueError) as error:
        print(f"stepwise-train: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the first step, or for the second time
        print("stepwise-train: stopped at once", file=sys.stderr)
        return 130
    if not run.meta["finished"]:
        return 130  # what a shell expects of a program that Ctrl-C has stopped
    if os.environ.get("RANK", "0") == "0":  # of several processes one speaks
        print(summary(run))
    return 0


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
        epilog=_EPILOG + "\nNames of settings:\n\n" + _names(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", help="settings to start from, see the end of this help")
    parser.add_argument("--config", metavar="FILE", help="settings from a JSON file instead")
    parser.add_argument("--resume", metavar="DIR", help="go on with the run in that folder")
    parser.add_argument("--out", metavar="DIR", help="folder for checkpoints and curves")
    parser.add_argument("--show", action="store_true", help="print the settings and stop")
    group = parser.add_argument_group("settings that can be changed")
    for field in dataclasses.fields(TrainConfig):
        name = "--" + field.name.replace("_", "-")
        help = field.metadata["help"]
        if field.type == "bool":
            group.add_argument(name, action="store_true", default=None, help=help)
        elif field.type == "dict":
            group.add_argument(name, nargs="+", metavar="KEY=VALUE", help=help)
        else:
            group.add_argument(name, metavar=field.type.split()[0].upper(), help=help)
    return parser


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
        for field in dataclasses.fields(TrainConfig)
        if getattr(given, field.name) is not None
    }
    sources = [s for s in ("name", "config", "resume") if getattr(given, s) is not None]
    if len(sources) != 1:
        raise ValueError(
            "give one of: a name such as digits-vicreg, --config FILE, --resume DIR. "
            "stepwise-train --help lists the names."
        )
    if given.resume is not None and given.out not in (None, given.resume):
        raise ValueError(
            "--resume goes on in its own folder; leave --out away. A new run with the same "
            f"settings: --config {Path(given.resume) / 'config.json'} --out {given.out}"
        )
    if given.name is not None:
        config = recipe(given.name)
    else:
        file = Path(given.config or Path(given.resume) / "config.json")
        if given.resume is not None and not file.exists():
            raise ValueError(f"No such file: {file}. --resume takes a folder that --out has made.")
        config = TrainConfig.load(file)
    if changes.get("loss", config.loss) != config.loss:  # another loss has other options
        changes.setdefault("loss_options", {})
        config = dataclasses.replace(config, loss_options={})
    for name in ("augment", "network_options", "loss_options"):
        if name in changes:  # added to those that are there
            changes[name] = getattr(config, name) | changes[name]
    return config.replace(**changes), given.out or given.resume


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
