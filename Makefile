# Every target sets up .venv by itself; nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
BIN := .venv/bin
BASE := .venv/.ready
TESTS := .venv/.ready-tests
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-annotate \
  --no-header --no-emit-options --no-emit-index-url --no-emit-find-links

EXTRAS := web alerts parquet backfill bulk s3 notebook tables test

.PHONY: demo venv test test-all lint bench lock messages clean
.DEFAULT_GOAL := demo

# What a crawl and the command line need, and no more.
$(BASE): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "tinwatch needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12" % v[:2])'
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps -e .
	@touch $(BASE)

$(TESTS): $(BASE) requirements-test.lock
	@echo "adding what the tests need (once)"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $(TESTS)

demo: $(BASE)
	@$(BIN)/tinwatch demo --home data/demo

venv: $(TESTS)

# All tests but the slow ones: about five minutes on two cores.
test: lint
	@tests/install_browser.sh
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-all: lint
	@tests/install_browser.sh
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(TESTS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

bench: $(TESTS)
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Names, versions and hashes only, without any address. pywb has an environment of its own.
lock: $(BASE)
	$(PIP) install pip-tools
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) $(EXTRAS:%=--extra %) --constraint requirements.lock -o requirements-test.lock pyproject.toml
	$(COMPILE) -o tests/pywb_server/requirements.lock tests/pywb_server/requirements.in

# Brings the message catalogues up to date with the source. Reasons of one domain have one file.
CATALOGUES := storage/messages/locales
DOMAINS := $(patsubst storage/messages/reasons_%.py,%,$(wildcard storage/messages/reasons_*.py))
DASHBOARD := tinwatch/web storage/messages/labels.py storage/messages/event_lines.py storage/events/atom.py storage/events/search_atom.py storage/exports/printed_citation.py
POT := $(or $(TMPDIR),/tmp)/tinwatch-messages.pot
HELP := $(POT:.pot=-help.py)
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-by-file -o $(POT) --project tinwatch --version main \
  -k gettext_noop -k ngettext_noop:1,2 -k pgettext_noop:1c,2
UPDATE := $(BIN)/pybabel -q update -d $(CATALOGUES) -l vi -i $(POT) --no-wrap \
  --no-fuzzy-matching --ignore-obsolete

messages: $(TESTS)
	@for domain in $(DOMAINS); do \
	  $(EXTRACT) storage/messages/reasons_$$domain.py && $(UPDATE) -D $$domain || exit 1; done
	@$(EXTRACT) --ignore-dirs web pipelines crawlers schedules tinwatch && $(UPDATE) -D tinwatch
	@$(EXTRACT) $(DASHBOARD) && $(UPDATE) -D dashboard
	@TINWATCH_LANGUAGE=en $(BIN)/python -m tinwatch.commands.help_messages > $(HELP)
	@$(EXTRACT) $(HELP) && $(UPDATE) -D help
	@rm $(POT) $(HELP)

clean:
	rm -rf .venv build dist *.egg-info data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
