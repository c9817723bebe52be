# The few commands of this repository; each does all of its own set-up.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
# Tests of SQLite's files, of processes of their own, and of the practice Slack say nothing about PostgreSQL.
NOT_ABOUT_FILES := --ignore-glob "tests/test_sandbox*" $(foreach noun,doctor kills outbox_at_scale run schema store tick,--ignore tests/test_$(noun).py) \
	-W "ignore::pytest.PytestUnraisableExceptionWarning"
ON_POSTGRESQL := TOWN_ON=postgresql $(BIN)/pytest -n 2 -m "not (kills or soak or browser or postgres or year)" $(NOT_ABOUT_FILES)

unexport PYTHONDONTWRITEBYTECODE # the many processes that tests begin should not compile us each time

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-more check bench pictures soak lock

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv and install exactly what requirements.lock names

demo: $(READY) ## a practice Slack in the browser with the bot and an example collaborative in it
	$(BIN)/allteach demo $(WITH)

test: $(READY) ## every test but the long ones; says what it left out and why
	$(BIN)/pytest -n 2 -m "not (kills or soak or postgres or year)" --dist worksteal

test-more: $(READY) ## the tests that kill processes at random moments, a whole year, and every statement on PostgreSQL, by what `test` noted
	$(BIN)/pytest -n 2 -m "(kills or postgres or year) and not soak" --timeout 900
	$(ON_POSTGRESQL) --each-statement 2

check: $(READY) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## print the figures of the README for this machine
	$(BIN)/python -m tests.bench

pictures: $(READY) ## take the README's pictures anew, in a real browser
	TAKE_PICTURES=1 $(BIN)/pytest -q tests/test_demo_in_a_browser.py

soak: $(READY) ## the tests that run for many minutes, a thousand kills of each sort, and every conversation on PostgreSQL
	KILLS=1000 $(BIN)/pytest -m "kills or soak" --timeout 7200
	$(ON_POSTGRESQL)

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv
	$(VENV)/lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-config --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Allteach needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python comes without venv: install it (on Debian: apt-get install python3-venv)."; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
