# Everything a developer does, one word each. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test plans slow lint bench screenshots lock translations clean
MAKEFLAGS += --no-print-directory

python := .venv/bin/python

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

setup: ## Build .venv from the lock file, when that changed
	@.ci/setup

run: setup ## Serve the site on http://127.0.0.1:8000 (PORT=8001 make run for another port)
	@.ci/serve

test: setup ## Run every test
	@$(python) -m pytest -n auto -p no:benchmark

plans: setup ## Hold every statement of every page to an index, on big data
	@FORUM_TEST_EXHAUSTIVE=1 $(python) -m pytest -q -p no:benchmark tests/benchmarks/test_plans.py

slow: setup ## Run the longest tests too, on big data and on several nodes
	@$(MAKE) plans
	@FORUM_TEST_EXHAUSTIVE=1 $(python) -m pytest -n auto -p no:benchmark -m "slow or one_database or exhaustive"
	@FORUM_TEST_EXHAUSTIVE=1 $(python) -m pytest -p no:benchmark tests/benchmarks/test_many_dues.py tests/nodes

lint: setup ## Check style, format and types
	@echo "Style"
	@$(python) -m ruff check --quiet
	@echo "Format"
	@$(python) -m ruff format --check --quiet || { echo "Some files are not formatted: run .venv/bin/ruff format." >&2; exit 1; }
	@echo "Types"
	@$(python) -m mypy

bench: setup ## Measure pages, writes and starts beside baselines (minutes; docs/performance.md says more)
	@$(python) -m tests.benchmarks --record
	@$(python) -m pytest tests/benchmarks/test_pages.py \
		tests/benchmarks/test_long_exports.py tests/benchmarks/test_search.py \
		tests/benchmarks/test_telling.py

screenshots: setup ## Take the pictures of the pages
	@echo "Taking pictures"
	@$(python) -m tests.browser.screenshots

lock: ## Resolve the dependencies anew and rewrite both lock files
	@.ci/lock

translations: setup ## Collect the strings, update and compile the catalogues
	@.ci/translations

clean: ## Remove what make built, never the data in instance/
	@rm -rf .venv build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Clean. The data in instance/ is untouched."
