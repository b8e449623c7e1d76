# One page of commands. `make install` needs Python 3.11+ with venv, and nothing else.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP     = $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:

.PHONY: install install-dev demo test check acceptance bench lock clean

install: $(VENV)/.run
install-dev: $(VENV)/.dev

$(VENV)/.run: constraints.txt pyproject.toml
	@echo "Installing into $(VENV) (the first time takes a minute) …"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r constraints.txt
	@$(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@$(PY) -m compileall -q digest    # as pip does with the rest: a job that may not write bytecode would compile at each start
	@touch $@

$(VENV)/.dev: $(VENV)/.run constraints-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) --no-binary dkimpy -r constraints-dev.txt    # dkimpy has no wheel: pure Python, built here
	@touch $@

demo: install
	@$(PY) -m digest demo

test: install-dev
	$(PY) -m pytest -q -n 2 -m "not acceptance"

check: install-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m pytest -q -n 2 -m "not acceptance"

acceptance: install-dev
	bash tests/acceptance/prepare.sh
	$(PY) -m pytest -q -m acceptance

bench: install-dev
	$(PY) -m benchmarks

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --group build -o constraints.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --all-extras --group build --group dev -o constraints-dev.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
