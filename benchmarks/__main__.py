"""Run the benchmarks, all or some by name: `python -m benchmarks kernels`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil

import benchmarks

TOOLS = {"__main__", "timing"}


def names() -> list[str]:
    """Every module of this folder that has something to measure."""
    return sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - TOOLS)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    wanted = parser.parse_args(arguments).names or names()
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(names())}")
    for name in wanted:
        print(f"== {name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
