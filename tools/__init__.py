"""How the course is made and tested; nothing here is installed with the package.

Each file in this folder is a command: `python -m tools.NAME`, most of them behind a target of the
Makefile. What a command is made of has a folder: `runs`, `homework`, `site`.
"""
