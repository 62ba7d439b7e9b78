# Everything a newcomer needs: a Python 3.11 or later and make.
#   make demo     set up, then watch the radar find leads in a small made-up web
#   make test     set up, then run the tests
#   make check    tests, lint, types, import contracts, documentation, builds: what CI runs
#   make bench    every benchmark, one table each

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-live test-tune check lint build bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	$(BIN)/radar demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

test-live: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m live tests/live

test-tune: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[tune]'
	$(BIN)/python -m pytest tests/unit/classify/test_training.py

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint build

build: $(VENV)/.installed-dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python tests/wheel.py dist

bench: $(VENV)/.installed-dev
	for each in benchmarks/[a-z]*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "My Business Radar needs Python 3.11 or later; say which with: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train,scrapyd,browser]'
	touch $(VENV)/.installed $@
