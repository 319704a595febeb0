# Every target sets up .venv by itself; nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: venv demo test lint bench clean lock messages
.DEFAULT_GOAL := demo

venv: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "tinwatch needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12" % v[:2])'
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(READY)

demo: $(READY)
	@$(BIN)/tinwatch demo --home data/demo

test: $(READY) lint
	@tests/install_browser.sh
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

bench: $(READY)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Names, versions and hashes only, without any address.
lock: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --extra test --strip-extras --allow-unsafe --no-header \
	  --no-emit-options -o requirements.lock pyproject.toml

# Brings the message catalogues up to date with the source. Reasons of one domain have one file.
CATALOGUES := storage/messages/locales
DOMAINS := $(patsubst storage/messages/reasons_%.py,%,$(wildcard storage/messages/reasons_*.py))
DASHBOARD := tinwatch/web storage/messages/labels.py storage/messages/event_lines.py storage/events/atom.py storage/events/search_atom.py
POT := $(or $(TMPDIR),/tmp)/tinwatch-messages.pot
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-by-file -o $(POT) --project tinwatch --version main \
  -k gettext_noop -k ngettext_noop:1,2 -k pgettext_noop:1c,2
UPDATE := $(BIN)/pybabel -q update -d $(CATALOGUES) -l vi -i $(POT) --no-wrap \
  --no-fuzzy-matching --ignore-obsolete

messages: $(READY)
	@for domain in $(DOMAINS); do \
	  $(EXTRACT) storage/messages/reasons_$$domain.py && $(UPDATE) -D $$domain || exit 1; done
	@$(EXTRACT) --ignore-dirs web pipelines crawlers schedules tinwatch && $(UPDATE) -D tinwatch
	@$(EXTRACT) $(DASHBOARD) && $(UPDATE) -D dashboard
	@rm $(POT)

clean:
	rm -rf .venv build dist *.egg-info data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
