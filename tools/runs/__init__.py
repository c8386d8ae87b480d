"""The recorded runs that the package carries: one module for each thing that was measured.

`python -m tools.make_runs NAME` makes one of them again; `tools.runs.gpu` those that need a GPU.
"""
