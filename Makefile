# Everything from a bare python3.11 + pip + make; nothing is installed outside this folder; pip and uv keep their download caches.
#   make run [PORT=8600]   the app, with the starter workspace      make test    the suite, SQLite and PostgreSQL
#   make check             style, types, contracts, docs            make e2e     a real browser
#   make bench             figures with machine and commit          make soak    a hundred kills, a minute's read
#   make format, screenshots, lock

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

PORT ?= 8600
# More arguments for pytest: make test ARGS="-k sqlite tests/db"; ARGS="-n 0" runs in one process.
ARGS ?=
# Processes that share the suite, one more than cores, since tests wait for servers; each test file runs in one of them, in the order of tests/order.py.
TESTERS ?= 3
PYTHON311 ?= python3.11
UV_VERSION := 0.13.8

# The python on the path, never one that uv downloads; certificates of the system, for private authorities.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
export UV_PROJECT_ENVIRONMENT := .venv
# A shell with another environment switched on must not redirect ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
# What every process that a test starts would otherwise compile again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
GAINSAY := .venv/bin/gainsay
UV := .tools/bin/uv
LOCK := uv.lock pyproject.toml
# Stamps are touched last, so an interrupted step is done again.
UV_READY := .tools/uv-$(UV_VERSION).ready
RUN_READY := .venv/run.ready
DEV_READY := .venv/dev.ready

.PHONY: help run test check e2e bench soak screenshots format lock
help:
	@sed -n '2,6p' Makefile

run: $(RUN_READY)
	@exec $(GAINSAY) up --port $(PORT)

test: $(DEV_READY)
	$(PYTHON) -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder --ignore=tests/e2e --ignore=tests/checks $(ARGS)

check: $(DEV_READY)
	@$(UV) lock --check --offline --quiet || { echo "uv.lock does not fit pyproject.toml: run make lock" >&2; exit 1; }
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PYTHON) -m pytest tests/checks $(ARGS)

e2e: $(DEV_READY)
	$(PYTHON) -m pytest tests/e2e $(ARGS)

bench: $(DEV_READY)
	$(PYTHON) -m benchmarks $(ARGS)

soak: $(DEV_READY)
	$(PYTHON) -m pytest tests/reliability tests/runs -m soak -rP $(ARGS)

screenshots: $(DEV_READY)
	$(PYTHON) -m tests.e2e.screenshots $(ARGS)

format: $(DEV_READY)
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

lock: $(UV_READY)
	$(UV) lock $(ARGS)

# uv in an environment of its own. No ensurepip: Debian leaves it out of python3.11.
$(UV_READY):
	@command -v "$(PYTHON311)" >/dev/null || { \
	  echo "Python 3.11 is needed and '$(PYTHON311)' was not found; install it or name it: make run PYTHON311=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON311)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "Python 3.11 is needed and '$(PYTHON311)' is $$("$(PYTHON311)" -V 2>&1 || true); name another: make run PYTHON311=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON311)" -m pip --version >/dev/null 2>&1 || { \
	  echo "pip is needed and '$(PYTHON311) -m pip' does not work; install it, for example with apt-get install python3-pip" >&2; exit 1; }
	@echo "Fetching uv $(UV_VERSION)"
	@rm -rf .tools
	@"$(PYTHON311)" -m venv --without-pip .tools
	@PIP_USER=0 "$(PYTHON311)" -m pip --disable-pip-version-check --python .tools/bin/python install --quiet uv==$(UV_VERSION)
	@touch $@

# Without the developers' tools, and leaving them alone where they are already installed.
$(RUN_READY): $(LOCK) | $(UV_READY)
	@echo "Installing the locked packages"
	@$(UV) sync --quiet --frozen --inexact --python "$$(command -v "$(PYTHON311)")"
	@touch $@

$(DEV_READY): $(LOCK) | $(UV_READY)
	@echo "Installing the locked packages and the developers' tools"
	@$(UV) sync --quiet --frozen --group dev --python "$$(command -v "$(PYTHON311)")"
	@touch $(RUN_READY) $@
