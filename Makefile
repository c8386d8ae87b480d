# `make book` and `make test` are all that a fresh clone needs: each sets up .venv by itself.

VENV   := .venv
PYTHON := $(VENV)/bin/python

# Matplotlib keeps a list of fonts, and says on standard error where it has to make it: on a page, in a
# test's output. In a folder of its own it also reads no settings of the user's.
export MPLCONFIGDIR := $(CURDIR)/_build/matplotlib

.DEFAULT_GOAL := book
.PHONY: book pdf epub publish serve slides test test-portable test-thorough notebooks homework grade class-test \
        runs bench clean environment

book: environment        ## build the site, print the path of its first page
	@$(PYTHON) -m tools.site.build

pdf: environment         ## the built site as one PDF with its solutions; needs a Chromium
	@$(PYTHON) -m tools.site.pdf

epub: environment        ## the built site as one EPUB with its solutions
	@$(PYTHON) -m tools.site.epub

serve: book              ## show the site on this machine
	@$(PYTHON) -m tools.site.serve

test: environment        ## everything that continuous integration runs
	@$(PYTHON) -m tools.test

test-portable: environment  ## numerical tests and notebooks as other processors would compute them
	@$(PYTHON) -m tools.portable

test-thorough: environment  ## right answers at 500 seeds, and each through its notebook
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/thorough

notebooks: environment   ## make all notebooks from solutions/*.py, and the table of mutation tests
	@$(PYTHON) -m tools.notebooks
	@$(PYTHON) -m tools.mutation

publish: environment     ## OWNER=name: the address of your copy of the course, everywhere
	@$(PYTHON) -m tools.publish "$(OWNER)"

slides: environment      ## a deck for each chapter, or for CHAPTER=2, in _build/slides/
	@$(PYTHON) -m tools.slides.build $(CHAPTER)

homework: environment    ## CHAPTER=2: a hand-out and its autograder, in homework/
	@$(PYTHON) -m tools.homework "$(CHAPTER)" \
	  $(if $(EXERCISES),--exercises "$(EXERCISES)") $(if $(POINTS),--points "$(POINTS)") \
	  $(if $(DUE),--due "$(DUE)") $(if $(COURSE),--course "$(COURSE)") \
	  $(if $(SEED),--seed $(SEED)) $(if $(ROSTER),--roster "$(ROSTER)")

grade: environment       ## CHAPTER=2 SUBMISSIONS=folder or zip: marks of a whole class
	@$(PYTHON) -m tools.homework.grade "$(CHAPTER)" "$(SUBMISSIONS)"

class-test: environment  ## a class of sixty, with every attack, graded: takes a while
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/homework/class_of_sixty.py

runs: environment        ## make the recorded runs again; takes a while
	@$(PYTHON) -m tools.make_runs

bench: environment       ## how fast the package is, beside other ways to the same result
	@$(PYTHON) -m benchmarks

clean:                   ## remove what was built; .venv stays
	@rm -rf _build build dist *.egg-info .pytest_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@tools/environment.sh $(VENV)
