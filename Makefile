# Each target installs what it needs. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := bash

# uv makes the environment from uv.lock: the one on PATH, else one of the project's own.
UV ?= $(shell command -v uv || echo .tools/bin/uv)
# Needed behind a company's proxy in front of PyPI.
export UV_SYSTEM_CERTS := true
PY := .venv/bin/python
READY := .venv/.ready
# Compiled modules are always kept: compiling all of them takes longer than many test runs.
unexport PYTHONDONTWRITEBYTECODE
# The tests of a file stay in one process, because they share its fixtures.
IN_PARALLEL = --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: help serve test test-fast test-slow coverage eval export renormalize-companies release-large-companies lint format types check clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.tools/bin/uv:
	@echo "installing uv ..."
	@python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv

$(READY): pyproject.toml uv.lock $(filter .tools/bin/uv,$(UV))
	@echo "installing the packages of uv.lock ..."
	@$(UV) sync --frozen --quiet && touch $@

serve: $(READY) ## Run the whole API with demo data on http://127.0.0.1:8000 (PORT, DATA=folder, STORE=moto, ANTHROPIC_API_KEY)
	@exec $(PY) -m local

test: $(READY) ## Run the tests (on DynamoDB Local, in process; no AWS account, no Docker)
	@$(PY) -m pytest -m "not packaging and not slow and not clients" $(IN_PARALLEL)

test-fast: $(READY) ## Run the tests of rules, documents and template: no database, no server
	@$(PY) -m pytest tests/unit -q -m "not packaging and not slow and not clients" $(IN_PARALLEL)

coverage: $(READY) ## Run the tests and report which branches they take in their own processes
	@$(PY) -m pytest -q -m "not packaging and not slow and not clients" $(IN_PARALLEL) --cov=functions --cov=shared --cov=local --cov-branch

test-slow: $(READY) ## Run the tests that walk whole tables, on tables of their own
	@$(PY) -m pytest tests/integration -m slow

eval: $(READY) ## Score job fit on labelled cases and attacks: the stand-in, or Claude with ANTHROPIC_API_KEY
	@$(PY) -m benchmarks.job_fit_eval

export: $(READY) ## Print everything held about one person as JSON: USER=id, of the running local stack (PORT) or a deployed FUNCTION
	@$(if $(filter command line,$(origin USER)),,$(error say whose: make export USER=user_1))$(PY) -m local.jobs export "$(USER)"

renormalize-companies: $(READY) ## Count messages under the names a changed normaliser gives: in the running local stack (PORT) or by a deployed FUNCTION
	@$(PY) -m local.jobs renormalize-companies

release-large-companies: $(READY) ## Release large companies where it is due, as the schedule does on AWS: in the running local stack (PORT)
	@$(PY) -m local.jobs release-large-companies

lint: $(READY) ## Lint and check the formatting
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

format: $(READY) ## Format, and fix what ruff can fix
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

types: $(READY) ## Check the types
	@.venv/bin/mypy

check: lint types test ## Lint, types and tests

clean: ## Remove everything that was downloaded or built
	rm -rf .venv .tools .cache .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis

-include containers.mk
-include packaging.mk
-include quality.mk
-include clients.mk
-include bench.mk
