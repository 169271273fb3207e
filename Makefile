# The commands of this project. Each works on a fresh machine: what is missing is fetched first.
# Settings come from the environment or .env (see .env.example), e.g. `make demo PORT=8100`.

SHELL := /bin/sh
PYTHON := .venv/bin/python
RUNTIME := $(PYTHON) -m portal.runtime
# Containers often set it: then every process would compile the same three thousand files anew,
# which takes longer than all the rest of its start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint stop services shell bench bench-growth messages manual-pictures prepare

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Set up everything and run the portal with demonstration data; Ctrl-C stops it
	@deploy/prepare.sh 8
	@exec $(RUNTIME) demo

demo-reset: ## Throw the demonstration's data away and start it afresh
	@deploy/prepare.sh 8
	@exec $(RUNTIME) demo-reset

test: ## Run the whole check: style, layers, types, and every test against real services
	@deploy/prepare.sh 7
	@deploy/test-packages.sh 7
	@exec deploy/check.sh 7

lint: prepare ## Style, layers and types only
	@exec deploy/check.sh --lint

stop: prepare ## Stop the demonstration, its services and those of the tests
	@exec $(RUNTIME) stop

services: prepare ## Start the own PostgreSQL and Valkey alone and print their addresses
	@exec $(RUNTIME) services

shell: prepare ## A Django shell on the demonstration's data
	@exec $(RUNTIME) manage shell

bench: prepare ## Measure the served portal on 100,000 applications; writes bench/results.json
	@exec $(PYTHON) -m bench

bench-growth: prepare ## Time the queue's statements at 10,000, 100,000 and 1,000,000 applications
	@exec $(PYTHON) -m bench.growth

manual-pictures: prepare ## Draw the manuals' pictures anew from the stories in the browser
	@rm -rf var/manual-screens
	@MACHIKOBA_SCREENS=$(CURDIR)/var/manual-screens $(PYTHON) -m pytest -q tests/flows
	@exec $(PYTHON) -m tests.manuals.keep var/manual-screens

messages: prepare ## Collect texts from the sources into locale/ and compile the catalogues
	@deploy/test-packages.sh 3
	@env -u DJANGO_SETTINGS_MODULE $(PYTHON) -m django makemessages --locale=en --no-wrap \
		--no-obsolete --add-location=file --ignore=var --ignore=tests --ignore=bench --ignore=docs
	@exec $(RUNTIME) messages

prepare:
	@deploy/prepare.sh >/dev/null
