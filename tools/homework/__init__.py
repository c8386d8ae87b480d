"""Homework for instructors: the hand-out, and the autograder that marks it.

`make homework CHAPTER=2`, or `python -m tools.homework 2 --seed 7`.
"""
