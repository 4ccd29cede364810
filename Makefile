# Everything there is to do here. Two commands are enough to begin with: `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8765
MINUTES ?= 60
DATABASE ?= sqlite
# Tests wait for servers more than they work: more of them at once than there are processors.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(2 * (os.cpu_count() or 1) + 1)")

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
PEERS := $(VENV)/peers.stamp
SENSE := $(VENV)/sense.stamp
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --upgrade

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

##@ To begin with
.PHONY: demo test
demo: $(RUN) ## The playground at http://127.0.0.1:8765/ (PORT=… for another port)
	@$(BIN)/python -m bot demo --port $(PORT)

test: $(DEV) ## All tests; what is skipped says what it needs
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal -r s $(ARGS)

##@ To work on it
.PHONY: install check format requirements clean
install: $(DEV) ## The command .venv/bin/porter and every tool, in .venv

check: $(DEV) ## Format, lint, types, who imports whom, unused packages
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry --no-ansi .

format: $(DEV) ## Put the code in shape
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

requirements: $(DEV) ## Pin the newest versions that pyproject.toml allows, with hashes
	@$(COMPILE) pyproject.toml --output-file requirements/run.txt
	@$(COMPILE) pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	@$(COMPILE) --group postgres --constraint requirements/dev.txt --output-file requirements/postgres.txt
	@$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt
	@$(COMPILE) --group peers --constraint requirements/dev.txt --output-file requirements/peers.txt
	@$(COMPILE) --group sense --constraint requirements/dev.txt --output-file requirements/sense.txt

clean: ## Remove what was made here; data/ stays
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ To see it work
.PHONY: tour bench bench-screening model soak
tour: $(DEV) ## The whole line on loopback Discord and Telegram; what people saw is in build/tour/
	@$(BIN)/python -m tests.tour

bench: $(DEV) ## Speed, start-up and memory; also in build/bench.json
	@$(BIN)/python -m bench

bench-screening: $(PEERS) ## Screening: speed and quality; also in build/bench-screening.json
	@$(BIN)/python -m bench.screening

model: $(SENSE) ## Learn all trained numbers again: half an hour, and gigabytes to install
	@$(BIN)/python -m bench.train_model
	@$(BIN)/python -m bench.train_sense

soak: $(DEV) ## Crash and restart for MINUTES=60 on DATABASE=sqlite or postgres, and count what was lost
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) --database $(DATABASE)

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# A virtual environment without a pip of its own: Debian's python3 comes without the parts that would put one there.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Porter needs Python 3.11 or newer. If you have one under another name: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
		{ echo "$(PYTHON) has no pip. On Debian and Ubuntu: apt install python3-pip"; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

# The tools bring everything that running needs, so a demo after them installs nothing.
ifeq ($(wildcard $(DEV)),)
$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Porter needs into $(VENV) …"
	@$(PIP) --require-hashes --requirement requirements/run.txt
	@touch $@
else
$(RUN): $(DEV)
	@touch $@
endif

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing Porter and its tools into $(VENV) …"
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(RUN) $@

# Others' work, only to be measured beside ours.
$(PEERS): requirements/peers.txt | $(DEV)
	@echo "Installing what the screening is measured beside into $(VENV) …"
	@$(PIP) --require-hashes --requirement requirements/peers.txt
	@touch $@

# To learn with, never to run with.
$(SENSE): requirements/sense.txt | $(DEV)
	@echo "Installing what numbers are learnt with into $(VENV) …"
	@$(PIP) --require-hashes --requirement requirements/sense.txt
	@touch $@
