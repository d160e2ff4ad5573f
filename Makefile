.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := shared services/auth-gateway services/node-proxy services/ptr-worker services/dhcp-tokens deploy/sandbox deploy/local
EDITABLE := $(foreach member,$(MEMBERS),-e ./$(member))
INSTALL := $(BIN)/python -m pip --require-virtualenv --disable-pip-version-check install --quiet
# One made by another Python, or left half-made, would fail later with words that help nobody.
USABLE := $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)' 2> /dev/null \
	|| { echo "The virtual environment in $(VENV) is of another Python or not whole. Run 'make clean', then this again."; exit 1; }

.PHONY: help install run test bench check format lint types imports deps spelling lock clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/.run ## Start the whole stack on this machine
	@$(BIN)/python -m companion_local

test: $(VENV)/.dev ## Run every test
	@$(BIN)/python -m pytest

bench: $(VENV)/.dev ## Measure, beside nginx (needs nginx and wrk)
	@$(BIN)/python -m benchmarks.forwarding
	@$(BIN)/python -m benchmarks.logs
	@$(BIN)/python -m benchmarks.log_pages
	@$(BIN)/python -m benchmarks.tail --seconds 60
	@$(BIN)/python -m benchmarks.storm
	@$(BIN)/python -m benchmarks.start_up
	@$(BIN)/python -m benchmarks.sandbox

install: $(VENV)/.dev ## Install everything, the tools for development too

check: lint types imports deps spelling ## Run every static check

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

deps: $(VENV)/.dev
	@for member in $(MEMBERS); do (cd $$member && $(CURDIR)/$(BIN)/deptry src) || exit 1; done
	@$(BIN)/vulture

spelling: $(VENV)/.dev
	@$(BIN)/codespell

lock: $(VENV)/.dev ## Resolve the dependencies anew
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --no-emit-workspace --no-header --no-annotate --no-dev --output-file requirements.lock > /dev/null
	@$(BIN)/uv export --quiet --no-emit-workspace --no-header --no-annotate --output-file requirements-dev.lock > /dev/null

clean: ## Remove the virtual environment and what tools left
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(BIN)/python:
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 or newer is needed; '$(PYTHON)' was not found. Debian: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo "This Python cannot make virtual environments. Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock $(MEMBERS:%=%/pyproject.toml) | $(BIN)/python
	@$(USABLE)
	@echo "Installing (the first time takes about half a minute) …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation $(EDITABLE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(MEMBERS:%=%/pyproject.toml) | $(BIN)/python
	@$(USABLE)
	@echo "Installing what development needs …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation $(EDITABLE)
	@touch $@ $(VENV)/.run
