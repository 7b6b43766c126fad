# Everything a newcomer and the machines do with this project; `make help` lists it.
# Libraries are installed into .venv from the lock files, by hash, whenever a lock file has changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8000
export PORT
export PYTHONPATH := $(CURDIR):$(CURDIR)/clients/python

ARGS ?=
ROLE ?= provincial_organizing_board
ORGANIZATION ?=
NAME :=

# The first Python of 3.11 or newer that this machine has.
PYTHON ?= $(firstword $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python; done))

VENV := .venv
RUN := $(VENV)/bin/python

# One stamp for each content of the lock files: another content asks for another installation.
RUNTIME := $(VENV)/.runtime-$(shell cksum < requirements.lock | tr -s ' \t' -)
DEVELOPMENT := $(VENV)/.development-$(shell cat requirements.lock requirements-dev.lock | cksum | tr -s ' \t' -)

.PHONY: help install demo run test check format openapi migration verify bench token lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(DEVELOPMENT) ## Install everything, for development

demo: $(RUNTIME) ## Load an example through the API and serve it on PORT (ARGS: --once, --example haiduong-2025)
	@exec $(RUN) -m app.cli demo $(ARGS)

run: $(RUNTIME) ## Serve on PORT, on the embedded database
	@exec $(RUN) -m app.cli run $(ARGS)

test: $(DEVELOPMENT) ## Run all tests (ARGS for pytest; DATABASE_URL for a server of your own)
	@exec $(RUN) -m pytest -n auto --dist worksteal $(ARGS)

check: $(DEVELOPMENT) ## Lint, format, types, layers, contract in sync, policies readable
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(RUN) -m app.cli openapi --check
	@$(RUN) -m pytest tests/domain/test_shipped_policies.py

format: $(DEVELOPMENT) ## Bring the code into its shape
	@$(RUN) -m ruff check --fix-only .
	@$(RUN) -m ruff format .

openapi: $(RUNTIME) ## Write the contract to openapi/openapi.json
	@$(RUN) -m app.cli openapi

migration: $(DEVELOPMENT) ## Draft a migration to what the tables declare (NAME="what it does"); read it
	@test -n '$(NAME)' || { echo 'make migration NAME="what it does"' >&2; exit 1; }
	@$(RUN) -m app.cli migration '$(NAME)'
	@$(RUN) -m ruff check --fix-only --quiet alembic/versions
	@$(RUN) -m ruff format --quiet alembic/versions

verify: $(RUNTIME) ## Check the data of the embedded database; ends with 1 if anything is wrong
	@exec $(RUN) -m app.cli verify $(ARGS)

bench: $(DEVELOPMENT) ## Measure what was promised
	@exec $(RUN) -m benchmarks $(ARGS)

token: $(RUNTIME) ## Print a token for trying things out (ROLE=… ORGANIZATION=…)
	@$(RUN) -m app.cli token --role '$(ROLE)' $(if $(ORGANIZATION),--organization '$(ORGANIZATION)') $(ARGS)

lock: ## Choose the newest allowed libraries anew (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv: pip install uv' >&2; exit 1; }
	uv pip compile pyproject.toml --extra embedded $(LOCKING) --output-file requirements.lock
	uv pip compile pyproject.toml --extra embedded --group dev --constraint requirements.lock $(LOCKING) \
		--output-file requirements-dev.lock

LOCKING := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'

clean: ## Remove what was installed and cached; data stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define install_from
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed' >&2; exit 1; }
	@echo 'Installing the libraries of $(1) into $(VENV) …' >&2
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --require-hashes --no-deps --quiet --disable-pip-version-check -r $(1) >&2
endef

$(RUNTIME):
	$(call install_from,requirements.lock)
	@touch $@

$(DEVELOPMENT):
	$(call install_from,requirements-dev.lock)
	@touch $(RUNTIME) $@
