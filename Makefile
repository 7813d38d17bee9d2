# Two commands do everything on a fresh machine: `make run` and `make test`.
# Everything installed lies in .venv; everything stored, in the instance folder.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
TEST_FLAGS ?= -n 2 --dist loadgroup
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: .venv/run.stamp  ## Serve the portal on http://127.0.0.1:8000 (PORT, HOST, WORKERS)
	@$(FLASK) prepare
	@exec $(BIN)/gunicorn --config python:portal.server wsgi:app

.PHONY: test
test: .venv/dev.stamp services  ## Run every test
	@$(BIN)/pytest $(TEST_FLAGS) --cov

.PHONY: lint
lint: .venv/dev.stamp  ## Check format, style, types, imports, templates, spelling and content
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/codespell
	$(FLASK) content check

.PHONY: bench
bench: .venv/dev.stamp  ## Measure, and print ratios taken in one run
	@$(BIN)/python -m tests.bench

.PHONY: format
format: .venv/dev.stamp  ## Put code and templates into their form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: services
services:  ## Install what the tests need beside Python, where it is missing and may be installed
	@.ci/services

.PHONY: lock
lock:  ## Lock the newest allowed versions (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra dev --extra examples --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

.PHONY: clean
clean:  ## Remove the environment and all caches; the instance folder stays
	rm -rf .venv .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed.") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	@test -e .venv/dev.stamp || $(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@ .venv/run.stamp
