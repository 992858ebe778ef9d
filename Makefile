# Tiro: everyday commands. `make` alone lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python
# On two cores: tests of one service wait half their time, so three go on; whole stacks fill both.
WORKERS ?= 3
STACK_WORKERS ?= 2
# Whole stacks first, in a run of their own: what runs until the end of a run takes time from all that follows.
STACKS := tests/chaos tests/e2e
SUITES := tests/integration tests/contract tests/unit
# What measures, by file: reading all the others only to leave them out takes half a minute.
ALONE = $(shell grep -rl --include='test_*.py' 'pytest.mark.alone' $(wildcard $(STACKS) $(SUITES)))
# Images of Python set this; each of some hundred processes would compile our modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup bill audit scan-history lock up down erase status logs demo test test-unit check format gateway requirements

help: ## list the commands
	@awk -F':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## system packages and the Python environment (nothing when nothing changed)
	@deploy/setup.sh

up: setup ## start the whole stack on this machine, without containers
	@$(PY) -m deploy.local up

down: ## stop exactly what `make up` started; data stays in var/stack
	@if [ -x $(PY) ]; then $(PY) -m deploy.local down; else echo "nothing was set up here"; fi

erase: setup ## stop the stack and delete its data
	@$(PY) -m deploy.local down --erase

status: setup ## what runs, where, since when
	@$(PY) -m deploy.local status

logs: setup ## the logs of all parts, merged and followed
	@$(PY) -m deploy.local logs --follow

demo: setup ## start the stack and play one probation year through it
	@$(PY) -m deploy.demo

test: setup ## all tests: unit, contract, integration, e2e, chaos
	@status=0; \
	$(PY) -m pytest -n $(STACK_WORKERS) --no-loadscope-reorder -m "not alone" $(wildcard $(STACKS)) || status=1; \
	$(PY) -m pytest -n $(WORKERS) --no-loadscope-reorder -m "not alone" $(wildcard $(SUITES)) || status=1; \
	$(PY) -m pytest -m alone $(ALONE) || status=1; \
	exit $$status

test-unit: setup ## only the tests without sockets
	@$(PY) -m pytest tests/unit

check: setup ## linters, types, layers and the project's own rules
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m deploy.gateway --check
	$(PY) -m tests.checks

format: setup ## rewrite the code in the house format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench-%: setup ## one benchmark of tests/bench, for example `make bench-submission`
	@$(PY) -m tests.bench.$*

gateway: setup ## regenerate what is generated from deploy/gateway/routes.toml
	@$(PY) -m deploy.gateway

requirements: setup ## requirement id -> tests -> result
	@$(PY) -m tests.checks.requirements

bill: setup ## the bill of materials of the runtime, as CycloneDX, into var
	@mkdir -p var && $(PY) -m deploy.dependencies.bill_of_materials > var/bill-of-materials.json && echo var/bill-of-materials.json

audit: setup ## known advisories against the locks; status 75 in .ci/run when they could not be asked for
	@$(PY) -m deploy.dependencies.audit

scan-history: setup ## secrets in any version of any file, as far back as the clone goes
	@$(PY) -m tests.checks.committed_secrets

lock: setup ## resolve requirements/*.in again into the hashed locks
	@deploy/lock.sh
