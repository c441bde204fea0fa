# `make app` opens the atelier, `make test` checks it; both set up all they need on a fresh machine.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
DENO   := DENO_NO_UPDATE_CHECK=1 $(VENV)/bin/deno
ARGS   ?=

.PHONY: app test setup setup-dev browser check types browser-half clean

app: setup
	$(PY) app.py $(ARGS)

# Tests that use real data where there are any find them here, unless GAN_DATA_DIR names another folder.
REAL_DATA := $(abspath ../shared/data)
ifneq ($(wildcard $(REAL_DATA)),)
test: export GAN_DATA_DIR ?= $(REAL_DATA)
endif

# Two processes on two cores: threads of one would wait for those of the other, and burn what they wait.
test: export OMP_NUM_THREADS ?= 1

# One of two processes begins with all that drives the page, as tests/conftest.py says; the other files are each in one.
# Status 5: ARGS chose no test.
test: check
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS) || [ $$? = 5 ]

# Style and types first: they answer in seconds. On a fresh checkout mypy takes half a minute, in which deno does the rest.
check: setup-dev browser
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@$(MAKE) --no-print-directory -j 2 types browser-half

types:
	$(PY) -m mypy

browser-half:
	$(DENO) check gan/ui/browser/core gan/ui/browser/engine tests/browser/engine*_test.js
	$(DENO) lint --quiet
	$(DENO) fmt --check --quiet
	$(DENO) test --quiet --no-check --no-prompt

# LOCKED=1 installs the very files that constraints.txt names: nothing newer, and nothing whose hash differs.
ifdef LOCKED
APP := $(VENV)/.locked
$(APP): WANTED := --require-hashes --only-binary :all: -r constraints.txt
$(APP): constraints.txt
else
APP := $(VENV)/.app
$(APP): WANTED := -r requirements.txt
endif

setup: $(APP)

setup-dev: $(VENV)/.dev

$(APP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 app" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet $(WANTED)
	@touch $@

$(VENV)/.dev: $(APP) requirements-dev.txt
	$(PY) -m pip install --quiet -r requirements-dev.txt
	@touch $@

# The tests drive a real Chromium; where there is none, the system's package is installed.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null 2>&1 && exit 0; done; \
	{ command -v apt-get >/dev/null 2>&1 && \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo) && \
	  $$SUDO apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } || \
	{ echo "the browser tests need Chromium: install your system's chromium package"; exit 1; }

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
