# Two commands on a fresh machine: `make serve` and `make test`. Only python3 >= 3.11 with venv, and make, are assumed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: serve test check lint types imports web vectors soak bench

serve: .venv/.product web vectors
	@$(BIN)/qifu serve --demo

test: .venv/.develop web vectors
	@$(BIN)/python -m tests.browser.install
	$(BIN)/python -m pytest

check: .venv/.develop lint types imports test

lint: .venv/.develop
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(BIN)/python -m tests.house.longest

types: .venv/.develop
	$(BIN)/mypy

imports: .venv/.develop
	$(BIN)/lint-imports

web: .venv/.product
	@$(BIN)/python -m api.web.build

vectors: knowledge/articles/vectors.npz

knowledge/articles/vectors.npz: .venv/.product $(wildcard knowledge/articles/*.md)
	@$(BIN)/python -m knowledge.ingest.prepared
	@touch $@

.venv/.python:
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --upgrade pip
	@touch $@

.venv/.product: .venv/.python pyproject.toml constraints.txt
	@echo "安装产品依赖（首次约两分钟）……"
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/.develop: .venv/.product
	@echo "安装开发与测试依赖（首次约三分钟）……"
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev,models,postgres]'
	@touch $@

# Spark's agreement is part of it: the extra `spark`, and Java 17 where there is one.
.venv/.soak: .venv/.develop
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev,models,postgres,spark]'
	@touch $@

soak: .venv/.soak
	$(BIN)/python -m pytest -m soak -n 1

# Other libraries live in an environment of their own: LlamaIndex brings a package `workflows`, and so have we.
.venv/.bench: .venv/.product
	@echo "安装并排比较的库（首次约五分钟）……"
	.venv/bin/python -m venv .venv/peers
	.venv/peers/bin/pip --disable-pip-version-check install --quiet --upgrade pip
	.venv/peers/bin/pip --disable-pip-version-check install --quiet --constraint constraints.txt --editable '.[models,peers]'
	@touch $@

bench:
	@test -n "$(CORPUS)" -a -n "$(QUERIES)" || { echo "用法：make bench CORPUS=条文.jsonl QUERIES=问题.jsonl [OPTIONS=--learn]"; exit 2; }
	@$(MAKE) --no-print-directory .venv/.bench
	@$(BIN)/qifu bench retrieval --corpus "$(CORPUS)" --queries "$(QUERIES)" --peers $(OPTIONS)
