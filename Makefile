# Everything a person runs by hand. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
WITH_KEYS := set -a; . instance/forum.env; set +a;

# What is compiled is kept, whatever the environment says: every process of a test starts faster.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick test-faults mutants pictures check sure fix bench lock migration translations

# Runs one step of `make check`: its name, and what it says only when it fails.
step = @echo "$(1)"; said=$$($(2) 2>&1) || { echo "$$said"; exit 1; }

##@ Look around
help: ## list what can be made
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: export FORUM_ANSWERS_NEED_PASSKEY ?= off
run: .venv/.runtime instance/forum.env ## serve the demo programme, web and worker, and tell of each email; a change of the code restarts them
	@umask 077; $(WITH_KEYS) $(BIN)/python -m forum.port && \
	  $(FLASK) db upgrade && $(FLASK) demo load --if-empty && $(FLASK) demo welcome && \
	  PATH="$(CURDIR)/$(BIN):$$PATH" exec watchfiles --sigint-timeout 15 --sigkill-timeout 5 "honcho -f Procfile.demo start" forum wsgi.py

pictures: .venv/.dev ## every email as a picture, in pictures/
	@PICTURES=pictures $(BIN)/python -m pytest -q tests/mail/emails/test_pictures.py $(ARGS)

##@ Be sure
fix: .venv/.dev ## format and mend what tools can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: .venv/.dev ## format, lint, types, floors, words, documents, templates, requirements
	$(call step,format,$(BIN)/ruff format --check .)
	$(call step,lint,$(BIN)/ruff check .)
	$(call step,types,$(BIN)/mypy)
	$(call step,imports,$(BIN)/lint-imports --no-logo)
	$(call step,templates,$(BIN)/djlint forum/templates --lint --quiet)
	$(call step,requirements,$(BIN)/deptry --no-ansi .)
	$(call step,house,$(BIN)/python -m pytest -q -m static tests/house)
	@echo "All checks passed."

ON_ALL_CORES = $(if $(findstring .py,$(ARGS)),,-n auto --dist worksteal)

# Tests that mostly wait for real processes: three files at a time, on two cores.
IN_THREES = $(if $(findstring .py,$(ARGS)),,-n 3 --dist loadfile)

test: .venv/.dev ## the whole suite, on both database engines; ARGS=tests/… for a part
	@$(BIN)/python -m pytest $(ON_ALL_CORES) -m "not faults" $(ARGS)

quick: .venv/.dev ## on SQLite alone, without a browser
	@$(BIN)/python -m pytest $(ON_ALL_CORES) -m "not faults and not browser" --engines sqlite $(ARGS)

test-faults: .venv/.dev ## kill, starve and silence real processes
	@$(BIN)/python -m pytest $(IN_THREES) -m faults $(ARGS)

mutants: .venv/.dev ## change each pure rule a little, and see its own tests turn red
	@$(BIN)/python -m tests.mutants $(ARGS)

sure: check test ## everything that must hold before a change lands

bench: .venv/.dev ## measure speed and memory beside one-line Flask
	@$(BIN)/python -m benchmarks.run $(ONLY)

##@ Write
migration: .venv/.dev instance/forum.env ## write a migration: make migration NAME="what changes"
	@$(WITH_KEYS) $(FLASK) db upgrade && $(FLASK) db revision --autogenerate -m "$(NAME)" \
	  --rev-id $$(printf '%04d' $$(($$(ls migrations/versions | grep -c '^[0-9]') + 1)))

translations: .venv/.dev ## collect the sentences into the catalogs, for translating
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy -k kept --no-location --sort-output -o .venv/messages.pot forum
	@$(BIN)/pybabel -q update -i .venv/messages.pot -d forum/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@sed -i '/^"\(Report-Msgid\|POT-Creation\|PO-Revision\|Last-Translator\|Language-Team\)/d' forum/translations/*/LC_MESSAGES/messages.po

lock: ## pin the requirements anew, with hashes (needs uv)
	@for each in requirements requirements-dev; do \
	  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header $$each.in -o $$each.txt; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python lacks venv. On Debian: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the service runs on (half a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need (about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@ .venv/.runtime

instance/forum.env: | .venv/.runtime
	@umask 077; mkdir -p instance
	@$(BIN)/python -m forum.keys $@
