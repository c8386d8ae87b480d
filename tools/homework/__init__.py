"""Homework for instructors: what students get, and what marks it.

`assignment` draws what the grader keeps, `hand_out` makes the students' notebook, `private` the
solution and the rubric, `autograder` Gradescope's zip; `make` puts them into a folder. `grade`
marks a whole class.
"""
