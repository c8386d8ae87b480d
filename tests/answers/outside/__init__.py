"""Answers written by people who had only the notebooks before them, a module a round.

None of them knew the checks, the solutions or the answers in the folder above. WRONG and RIGHT hold
them by exercise and title.
"""
