# `make demo` shows the product, `make test` runs every check and test; the rest are parts of the two.
# The work is done by the scripts in scripts/, which say what they do.

.DEFAULT_GOAL := help
.PHONY: help demo test prepare build web lint fmt openapi bench clean \
        test-rust test-postgres test-sql test-openapi test-web e2e

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

demo: ## build, load the demo city and serve it on loopback (PORT=8123, DATA=folder)
	@PORT='$(PORT)' DATA='$(DATA)' scripts/demo

test: ## every check and test, PostgreSQL and browser included
	@scripts/test

prepare: ## install or name what is missing on this machine
	@scripts/prepare test

build: web ## build the web client and the program (debug)
	cargo build --workspace --locked

web: ## build the web client into web/dist
	@scripts/web

fmt: ## format the Rust code
	cargo fmt --all

lint: ## formatting, lints, licences
	@scripts/test lint

test-rust: ## the Rust suite on SQLite
	@scripts/test sqlite

test-postgres: ## the same suite on a temporary PostgreSQL
	@scripts/test postgres

test-sql: ## both Rust suites, then: was every SQL statement executed on both, and how does it come to its rows?
	@scripts/test sqlite postgres coverage

test-openapi: ## is openapi.json current, and the client's types?
	@scripts/test openapi

test-web: ## types and unit tests of the web client
	@scripts/test web

e2e: ## the browser journeys
	@scripts/test e2e

openapi: ## write openapi.json and the client's types from the code
	@scripts/packages web
	@scripts/openapi write

bench: ## measure and keep the figures; BENCH='lifecycles --concurrency 32' (BENCH=--help lists more)
	@scripts/bench $(BENCH)

clean: ## remove what was built (the demo's data stay)
	rm -rf target web/dist web/node_modules e2e/node_modules e2e/test-results
