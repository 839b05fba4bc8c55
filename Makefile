# `make help` lists the targets. Everything is set up in .venv by itself.

PYTHON ?= python3
BIN := .venv/bin
ROOMS := bot consultations conversations delivery flows mail outcomes service simulator sms storage webhooks
CAMERA := chromium 2>/dev/null --headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars
DEMO_OPTIONS := $(if $(ONCE),--once)

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/ready ## See the whole thing work with pretend tenants (ONCE=1: exit when the digest is out)
	$(BIN)/sowhat demo $(DEMO_OPTIONS)

# Two at a time for each processor: much of the time is spent waiting for processes and networks.
.PHONY: test
test: lint ## Check style, types and walls between rooms, and run the tests
	$(BIN)/pytest --numprocesses $$((2 * $$(getconf _NPROCESSORS_ONLN))) --dist worksteal

.PHONY: lint
lint: .venv/ready-for-development ## Check style, types and walls between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(ROOMS) tests benchmarks
	$(BIN)/lint-imports

.PHONY: format
format: .venv/ready-for-development ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: .venv/ready-for-development ## Measure speed and size, as ratios in one run (BIG=1: over ten million answers too)
	$(BIN)/python -m benchmarks $(if $(BIG),big)

.PHONY: chaos
chaos: .venv/ready-for-development ## Kill everything again and again, and count what was lost (SEED=7 TENANTS=2000)
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(TENANTS),--tenants $(TENANTS))

.PHONY: run
run: .venv/ready ## Run everything in one process, with the settings in .env
	$(BIN)/sowhat db upgrade
	$(BIN)/sowhat run

.PHONY: pictures
pictures: .venv/ready ## Take the README's pictures anew from a demo (needs chromium)
	$(BIN)/sowhat demo --once
	$(CAMERA) --window-size=420,1010 --screenshot=docs/pictures/conversation.png demo/conversation.html
	$(CAMERA) --window-size=420,2070 --screenshot=docs/pictures/chat.png demo/chat.html
	$(CAMERA) --window-size=640,2150 --screenshot=docs/pictures/digest.png demo/mail/*-digest.html

.PHONY: pins
pins: .venv/ready-for-development ## Pin the newest versions that pyproject.toml allows
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --upgrade --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --upgrade --no-emit-index-url --no-annotate --no-header --quiet --extra dev pyproject.toml -o requirements-dev.txt

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "sowhat needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/ready: .venv/made requirements.txt pyproject.toml
	$(BIN)/pip install --quiet --requirement requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

.venv/ready-for-development: .venv/ready requirements-dev.txt
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	@touch $@
