"""Marks for homework: the grader and the student's notebook in two processes.

The student's process runs the notebook and answers calls by plain data; draws, truth, comparison
and totals stay with the grader. `session` starts and ends that process, `cage` is what it may do,
`student` is what runs in it, `remote` is how the grader calls it, `marking` gives the marks.
"""
