# Two commands matter: `make demo` and `make test`. Both set up this checkout first (see .ci/setup).
# without cached bytecode every process of the tests would compile the libraries anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak bench screenshots lint check messages assets lock
.NOTPARALLEL:

PYTHON_BIN = .venv/bin/python

help: ## show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 14

setup: ## prepare this checkout to run
	@.ci/setup demo

demo: ## run the living demo on http://127.0.0.1:8000 (PORT=N for another port)
	@.ci/setup demo
	@.venv/bin/grappe demo $(if $(PORT),--port $(PORT))

test: ## run everything that CI runs
	@.ci/setup test
	@$(PYTHON_BIN) -m tests

soak: ## run the tests and the long proofs
	@.ci/setup test
	@$(PYTHON_BIN) -m tests --soak

bench: ## measure the ratios
	@.ci/setup test
	@$(PYTHON_BIN) -m benchmarks

screenshots: ## take the pictures of docs/screenshots (ALL=1: every page, every size)
	@.ci/setup test
	@ALL=$(ALL) $(PYTHON_BIN) -m tests.screenshots

lint: ## only the linters, types and import order
	@.ci/setup test
	@$(PYTHON_BIN) -m tests --only lint

check: ## the linters and the tests that need no database
	@.ci/setup test
	@$(PYTHON_BIN) -m tests --only lint --only pure

messages: ## bring the catalogues of French and German up to date and list what is not translated (ADD=file: take these along)
	@.ci/setup test
	@$(PYTHON_BIN) -m app.infra.extraction $(if $(ADD),--add $(ADD))

assets: ## fetch and copy the browser assets again
	@.ci/setup assets

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

lock: ## compile the hash-pinned requirements from pyproject.toml (UPGRADE=1: to the newest releases)
	@.ci/setup tools
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(PYTHON_BIN) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["node"])' \
		| $(COMPILE) $(if $(UPGRADE),--upgrade) - -o requirements-node.txt
	echo 'uv>=0.13,<1' | $(COMPILE) $(if $(UPGRADE),--upgrade) - -o requirements-uv.txt
