"""`make homework CHAPTER=4`, or `python -m tools.homework 4 --exercises 4.1,4.3 --seed 7`."""

import sys

from tools.homework.make import main

sys.exit(main(sys.argv[1:]))
