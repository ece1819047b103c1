# What you can do here. Each target installs what it needs into .venv; a second run starts at once.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
AUDIT := $(VENV)/audit
SHIPPED := $(VENV)/shipped
INSTALL := -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:
PIP := $(VENV)/bin/python $(INSTALL)
ARGS ?=
MINUTES ?= 10

.PHONY: help setup run demo pictures test soak check format catalogues bench audit lock clean

help: ## show this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(RUN) ## install what the bot needs, and do nothing else

run: $(RUN) ## run the bot with the settings in .env
	@$(VENV)/bin/python -m bot run $(ARGS)

demo: $(DEV) ## the whole bot in a browser: no account, no token, no network
	@$(VENV)/bin/python -m bot demo $(ARGS)

pictures: $(DEV) ## take all pictures of the docs anew, of the demo in Chromium
	@$(VENV)/bin/python -m sandbox.demo.photos

test: $(DEV) ## the whole test suite
	@$(VENV)/bin/python -m pytest -n 3 --dist worksteal $(ARGS)

soak: $(DEV) ## kill the bot again and again for MINUTES=10, and look what breaks
	@$(VENV)/bin/python -m tests.reliability.soak --minutes $(MINUTES) $(ARGS)

check: $(DEV) ## format, lint, types, and the fast tests
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/python -m pytest -n 2 --dist worksteal -m "not e2e" tests/domain tests/storage tests/modellix tests/test_layout.py tests/settings

format: $(DEV) ## put the code into form
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

catalogues: $(DEV) ## collect the sentences that members read, and compile their translations
	@$(VENV)/bin/python -m tests.support.catalogues

bench: $(DEV) ## measure; prints a table
	@$(VENV)/bin/python -m benchmarks $(ARGS)

audit: $(AUDIT)/.installed $(SHIPPED)/.installed ## known holes and licences of what the bot brings along, and their list in dist/
	@mkdir -p dist
	@$(AUDIT)/bin/cyclonedx-py environment $(SHIPPED)/bin/python --pyproject pyproject.toml --output-reproducible -o dist/parts.cdx.json
	@$(AUDIT)/bin/pip-licenses --python $(SHIPPED)/bin/python --order license --format markdown --with-urls --output-file dist/licences.md \
		--partial-match --allow-only "Apache;BSD;ISC;MIT;PSF;Python Software Foundation" >/dev/null
	@if $(AUDIT)/bin/python -c "import urllib.request as u; u.urlopen('https://api.osv.dev/v1/vulns/PYSEC-2021-142', timeout=20)" 2>/dev/null; then \
		$(AUDIT)/bin/pip-audit --vulnerability-service osv --strict --progress-spinner off --disable-pip --require-hashes -r requirements.lock; \
	else \
		echo "Skipped: known holes. osv.dev, which lists them, does not answer from here." >&2; \
		test -z "$$GITHUB_ACTIONS"; \
	fi

lock: ## write the lock files anew (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q --group pyproject.toml:audit -o requirements-audit.lock

clean: ## take away everything that was made here, except data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN): requirements.lock | $(VENV)/bin/python
	@echo "Installing …" >&2
	@$(PIP) -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing …" >&2
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(AUDIT)/.installed: requirements-audit.lock | $(VENV)/bin/python
	@$(VENV)/bin/python -m venv $(AUDIT)
	@$(AUDIT)/bin/python $(INSTALL) -r requirements-audit.lock
	@touch $@

$(SHIPPED)/.installed: requirements.lock | $(VENV)/bin/python
	@$(VENV)/bin/python -m venv --clear $(SHIPPED)
	@$(SHIPPED)/bin/python $(INSTALL) -r requirements.lock
	@touch $@
