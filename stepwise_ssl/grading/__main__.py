"""`python -m stepwise_ssl.grading gradescope`: what an autograder's container runs."""

from __future__ import annotations

import argparse
import signal
import sys

from . import gradescope


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="grading", description=__doc__)
    parser.add_argument("where", choices=["gradescope"])
    parser.parse_args(arguments)
    # What is terminated still ends the student's process and removes its folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return gradescope.main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
