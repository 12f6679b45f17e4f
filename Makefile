# Every target sets up what it needs in .venv; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench format shots pictures browser schema docs clean

PY := .venv/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --no-input --disable-pip-version-check

# The first Python that is new enough and can make a virtual environment. Looked for only when one is made.
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c '$(SUITABLE)' 2>/dev/null && echo "$$python" && break; done)

# A virtual environment knows its absolute path: one that was copied or moved is made anew.
ifneq ($(shell cat .venv/.home 2>/dev/null),$(CURDIR))
.PHONY: $(PY) .venv/.demo .venv/.ready .venv/.browser
endif

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/.demo ## Render every sample issue into build/
	@.venv/bin/lpdownload render --all --out build
	@printf '\nRendered into build/NEWSLETTER/ISSUE/\nOpen build/lpny/2024-09/email.html in a browser; beside it are the plain text, the message, the web page and the card.\n'

test: .venv/.browser ## Run all tests
	$(PY) -m pytest -n auto --dist worksteal

check: .venv/.browser ## Run the full gate: format, lint, types, layers, tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -n auto --dist worksteal

bench: .venv/.browser ## Print the timings of DESIGN's budgets on this machine
	$(PY) benchmarks/run.py

format: .venv/.ready ## Format, and fix what the linter can fix
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

shots: .venv/.browser ## Take pictures of every sample as mail programs show it, into build/shots/
	.venv/bin/lpdownload shots --all --out build/shots

pictures: .venv/.browser ## Renew the reference pictures that tests compare with; look at their diff
	LPDOWNLOAD_RENEW_PICTURES=1 $(PY) -m pytest -q tests/check/browser/test_pictures.py

browser: .venv/.ready ## Set up a Chromium, if none starts yet
	$(PY) tools/set_up_browser.py
	@touch .venv/.browser

schema: .venv/.ready ## Write the JSON Schemas that editors complete YAML with
	.venv/bin/lpdownload schema

docs: .venv/.ready ## Refresh what README.md, docs/ and .env.example say about the code
	$(PY) tools/docs.py

clean: ## Remove what was built; .venv stays
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(PY):
	@python='$(PYTHON)'; \
	if [ -z "$$python" ] || ! "$$python" -c '$(SUITABLE)' 2>/dev/null; then \
		echo 'lpdownload needs Python 3.11 or newer with its venv module.' >&2; \
		echo 'Debian, Ubuntu: apt-get install python3 python3-venv. Others: https://www.python.org/downloads/' >&2; \
		echo 'A Python elsewhere: make PYTHON=/path/to/python3 …' >&2; \
		exit 1; \
	fi; \
	echo 'Setting up .venv, once: about a minute.' && \
	"$$python" -m venv --clear .venv && \
	printf '%s\n' '$(CURDIR)' > .venv/.home

.venv/.demo: pyproject.toml | $(PY)
	$(PIP_INSTALL) --editable .
	@touch $@

.venv/.ready: pyproject.toml | $(PY)
	$(PIP_INSTALL) --editable '.[dev]'
	@touch .venv/.demo $@

.venv/.browser: tools/set_up_browser.py .venv/.ready
	$(PY) tools/set_up_browser.py
	@touch $@
