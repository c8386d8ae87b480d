"""``python -m stepwise_ssl.training`` is ``stepwise-train``."""

import sys

from ._command import main

sys.exit(main())
