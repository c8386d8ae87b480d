"""Answers written from the notebooks and pages alone, a module a round.

Whoever wrote them knew neither the checks nor the solutions nor the answers in the folder above.
WRONG and RIGHT hold them by exercise and title.
"""
