# Thin on purpose: the work is in Python (`local/`), which says what it does. Only python3 is needed to begin;
# everything else is set up on the first call.
PYTHON ?= python3
RUN := $(PYTHON) -m scripts.bootstrap
# One more than there are cores: a case waits a sixth of its time for the engine and for servers.
WORKERS := -n $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)") --dist worksteal
# A `pulumi` command starts four Pythons: compiling our modules anew in each is a quarter of what it costs.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup program local local-destroy local-env local-stop test test-official test-all lint format bench-preview bench-cpu \
	bench-calls bench-local bench-concurrency bench-dex-objects bench-policies bench-runbook bench-air-gap lock generate

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make the virtual environment with all requirements
	@$(RUN)

program: ## Make it with requirements.txt alone: the program, workspacectl, the policy pack
	@$(RUN) --program

local: ## Set up what is missing, start the local platform, make the `local` workspace on it, log in as its user
	@$(RUN) local up

local-destroy: ## Destroy the `local` workspace, show that nothing is left, stop the local platform
	@$(RUN) local destroy

local-env: ## Print what plain `pulumi` commands need: eval "$$(make -s local-env)"
	@$(RUN) local env

local-stop: ## Stop the local platform without destroying the workspace on it
	@$(RUN) local stop

test: ## Prove what the product promises, with the real engine on the local platform
	@$(RUN) local tools
	@$(RUN) pytest $(WORKERS) -m "not thorough" $(ARGS)

test-official: ## Prove the core once more with Pulumi's own Kubernetes plugin, which is built the first time
	@$(RUN) local tools --official
	@$(RUN) pytest $(WORKERS) -m "official and not thorough" --kubernetes-plugin official $(ARGS)

test-all: ## Prove the equipment too, and everything under every fault
	@$(RUN) local tools
	@$(RUN) pytest $(WORKERS) $(ARGS)

lint: ## Check format, style, types and layers
	@$(RUN)
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/basedpyright
	@PYTHONPATH=.:policy .venv/bin/lint-imports --no-logo --no-cache

format: ## Format the code
	@$(RUN)
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock: ## Lock all packages from pyproject.toml's ranges: ARGS=--upgrade takes the newest
	@$(RUN)
	@PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python -m scripts.lock $(ARGS)

generate: ## Write everything anew that is generated
	@$(RUN) codegen

bench-preview: ## Measure a preview without changes against a floor program
	@$(RUN) bench.preview

bench-cpu: ## Measure the CPU of a complete `up`, by process
	@$(RUN) bench.cpu

bench-calls: ## Count the calls of a complete `up` and of a preview without changes
	@$(RUN) bench.calls

bench-local: ## Measure `make local` when everything is installed
	@$(RUN) bench.local

bench-policies: ## Measure a preview with the policy pack against one without
	@$(RUN) bench.policies

bench-concurrency: ## Measure 16 workspaces at once against one, and an edit of dex with 10 and 1,000 entries
	@$(RUN) bench.concurrency
	@$(RUN) bench.dex_size

bench-dex-objects: ## Measure one more user of dex beside 1,000 objects against the first
	@$(RUN) bench.dex_objects

bench-runbook: ## Count what 16 people lose who follow the runbook at the same time
	@$(RUN) bench.runbook

bench-air-gap: ## Set everything up without the internet, from mirrors on this machine: ARGS=--all-tools builds the servers too
	@$(RUN) bench.air_gap $(ARGS)
