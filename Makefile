# `make app` opens the atelier, `make test` checks it; both set up all they need on a fresh machine.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
DENO   := DENO_NO_UPDATE_CHECK=1 $(VENV)/bin/deno
ARGS   ?=

.PHONY: app test setup setup-dev browser check types browser-half matrix matrix-lowest matrix-newest clean

app: setup
	$(PY) app.py $(ARGS)

# Tests that use real data where there are any find them here, unless GAN_DATA_DIR names another folder.
REAL_DATA := $(abspath ../shared/data)
ifneq ($(wildcard $(REAL_DATA)),)
test: export GAN_DATA_DIR ?= $(REAL_DATA)
endif

# Several processes on two cores: threads of one would wait for those of the other, and burn what they wait.
test: export OMP_NUM_THREADS ?= 1

# A hundred tests start a Python of their own, which would compile the package anew each time.
test: export PYTHONDONTWRITEBYTECODE :=

# Three processes begin with what drives the page, as tests/conftest.py says: where one waits for it, the others work.
# Status 5: ARGS chose no test.
test: check
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS) || [ $$? = 5 ]

# Style and types first: they answer in seconds. On a fresh checkout mypy takes half a minute, in which deno does the rest.
check: setup-dev browser
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@$(MAKE) --no-print-directory -j 2 types browser-half

types:
	$(PY) -m mypy

browser-half:
	$(DENO) check $(addprefix gan/ui/browser/,core engine page media) tests/browser/engine*_test.js
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

# The tests drive a real Chromium; where there is none, the system's package is installed, and the same without windows.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null 2>&1 && exit 0; done; \
	{ command -v apt-get >/dev/null 2>&1 && \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo) && \
	  $$SUDO apt-get update -qq && \
	  export DEBIAN_FRONTEND=noninteractive && INSTALL="$$SUDO apt-get install -y -qq --no-install-recommends" && \
	  $$INSTALL chromium fonts-noto-cjk && { $$INSTALL chromium-headless-shell || true; }; } || \
	{ echo "the browser tests need Chromium: install your system's chromium package"; exit 1; }

# The core's tests on the lowest and on the newest versions that requirements.txt allows. Each takes an environment of
# its own, of several GB with a GPU's libraries, so this is no part of `make test`.
CORE := tests/networks tests/recipe tests/metrics tests/models tests/data tests/test_api.py tests/test_files.py \
	tests/test_latents.py tests/test_numbers.py

matrix: matrix-lowest matrix-newest

matrix-lowest: RESOLUTION := lowest-direct
matrix-newest: RESOLUTION := highest
matrix-lowest matrix-newest: export OMP_NUM_THREADS ?= 1
matrix-lowest matrix-newest: matrix-%:
	$(PYTHON) -m venv .matrix/$*
	.matrix/$*/bin/python -m pip install --quiet uv
	.matrix/$*/bin/uv pip compile --quiet --upgrade --no-header --resolution $(RESOLUTION) \
	  --python .matrix/$*/bin/python requirements.txt -o .matrix/$*.txt
	.matrix/$*/bin/uv pip install --quiet --python .matrix/$*/bin/python -r .matrix/$*.txt -r requirements-dev.txt
	.matrix/$*/bin/python -m pytest -q $(CORE) $(ARGS)

clean:
	rm -rf $(VENV) .matrix .pytest_cache .mypy_cache .ruff_cache
