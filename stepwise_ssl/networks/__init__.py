"""Networks that turn pictures into embeddings: a trunk, and a head on top of it.

``resnet18``, ``resnet50``, ``small_resnet`` and ``mlp`` build an ``Encoder``. Its trunk gives the
hidden representation (n, h), its head the embedding (n, d). The argument ``seed`` fixes the first
weights.

Batch-norm makes every weight before it free of scale, so the size of the embedding at the start is
set by the last linear layer alone, which has none behind it: ``init_scale`` is that layer's.
"""

from __future__ import annotations

from ._encoder import Encoder
from ._mlp import mlp
from ._resnet import resnet18, resnet50, small_resnet

__all__ = ["Encoder", "mlp", "resnet18", "resnet50", "small_resnet"]
