"""Where a recorded run is kept, and what it says of how it was made."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import scipy
import sklearn

from stepwise_ssl import runs

HOME = Path(runs.__file__).parent


def made_by(name: str) -> dict[str, object]:
    """Where and with what a run was made, and the command that makes it again."""
    return {
        "device": f"CPU, {platform.machine()}",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "sklearn": sklearn.__version__,
        },
        "command": f"python -m tools.make_runs {name}",
    }
