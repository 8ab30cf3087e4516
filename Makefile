# Everything a person runs by hand. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
WITH_KEYS := set -a; . instance/forum.env; set +a;

.DEFAULT_GOAL := help
.PHONY: help run test test-faults mutants pictures check sure fix bench lock migration translations

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: .venv/.runtime instance/forum.env ## serve the demo programme, web and worker
	@umask 077; $(WITH_KEYS) $(FLASK) db upgrade && $(FLASK) demo load --if-empty && $(FLASK) demo welcome && PATH="$(CURDIR)/$(BIN):$$PATH" exec honcho start

test: .venv/.dev ## the whole suite, on both database engines
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not faults" $(ARGS)

test-faults: .venv/.dev ## kill, starve and silence real processes
	@$(BIN)/python -m pytest -m faults $(ARGS)

mutants: .venv/.dev ## change each pure rule a little, and see its own tests turn red
	@$(BIN)/python -m tests.mutants $(ARGS)

pictures: .venv/.dev ## every email as a picture, in pictures/
	@PICTURES=pictures $(BIN)/python -m pytest -q tests/mail/test_pictures.py $(ARGS)

sure: check test ## everything that must hold before a change lands

check: .venv/.dev ## format, lint, types, floors, templates, requirements
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint forum/templates --lint --quiet
	@$(BIN)/deptry .

fix: .venv/.dev ## format and mend what tools can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.dev ## measure speed and memory beside one-line Flask
	@$(BIN)/python -m benchmarks.run $(ONLY)

migration: .venv/.dev instance/forum.env ## write a migration: make migration NAME="what changes"
	@$(WITH_KEYS) $(FLASK) db upgrade && $(FLASK) db revision --autogenerate -m "$(NAME)" \
	  --rev-id $$(printf '%04d' $$(($$(ls migrations/versions | grep -c '^[0-9]') + 1)))

translations: .venv/.dev ## collect the strings, then compile the catalogs
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy --no-location --sort-output -o .venv/messages.pot forum
	@$(BIN)/pybabel -q update -i .venv/messages.pot -d forum/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@sed -i '/^"\(Report-Msgid\|POT-Creation\|PO-Revision\|Last-Translator\|Language-Team\)/d' forum/translations/*/LC_MESSAGES/messages.po
	@$(BIN)/pybabel -q compile -d forum/translations

lock: ## pin the requirements anew, with hashes (needs uv)
	@for each in requirements requirements-dev; do \
	  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header $$each.in -o $$each.txt; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python lacks venv. On Debian: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the service runs on (about 20 seconds) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need (about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@ .venv/.runtime

instance/forum.env: | .venv/.runtime
	@mkdir -p instance
	@umask 077; $(BIN)/python -m forum.keys > $@
