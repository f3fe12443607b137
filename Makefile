# Every target sets up what it needs; `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Each process of the suite has one core: numeric libraries that start a thread a core would only wait for each other.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: setup demo test fuzz mutants coverage docs wheel repeat check lint types layers bench bench-share bench-stress bench-evidence bench-service bench-throughput bench-memory bench-speed bench-fuzz e2e-bluesky lock model sample clean

setup: $(READY)

$(READY): requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("zombiescope needs Python 3.11 or newer: run make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup  ## audit the sample embassy offline and write report.html
	$(BIN)/zombiescope demo

test: setup  ## the whole test suite, on all cores; property tests try the same examples every time
	$(ONE_THREAD) $(BIN)/python -m pytest -n auto --dist worksteal

fuzz: setup  ## the property tests with other examples every time, fifty times as many
	HYPOTHESIS_PROFILE=fuzz $(ONE_THREAD) $(BIN)/python -m pytest -n auto --dist worksteal -m "not e2e" $$(grep -rlE "from hypothesis|examples import" tests --include='test_*.py')

coverage: setup  ## the suite with coverage of lines and branches; fails below the gate in pyproject.toml
	$(ONE_THREAD) $(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered

GROUPS ?=
mutants: setup  ## mutation testing, hours for all; some: make mutants GROUPS="silence sampling" (scripts/mutants.py)
	$(BIN)/python scripts/mutants.py $(GROUPS)

docs: setup  ## the documentation site, strictly, into site/
	$(BIN)/mkdocs build --quiet

wheel: setup  ## build the wheel, and run demo, audit and serve from it in an empty environment and folder
	$(BIN)/python -m pytest -m wheel tests/test_wheel.py

repeat: setup  ## ten runs of the suite under a load of eight busy processes
	scripts/repeat_tests.sh 10 8

check: lint types layers  ## what CI runs beside the tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

bench: setup  ## accuracy of the detector, coverage on real accounts, start-up times; writes benchmarks/results/
	$(BIN)/python -m benchmarks.detector
	$(BIN)/python -m benchmarks.coverage
	$(BIN)/python -m benchmarks.startup

bench-evidence: setup  ## recall and false alarms of the evidence
	$(BIN)/python -m benchmarks.evidence

bench-speed: setup  ## each stage's speed as ratios, growth with the rows, a Dask cluster; about five minutes
	$(BIN)/python -m benchmarks.speed

bench-service: setup  ## 64 clients, the cost of a bulk score, the API against its document; ten minutes
	$(BIN)/python -m benchmarks.service

bench-throughput: setup  ## requests a second of one service process; five minutes
	$(BIN)/python -m benchmarks.service_throughput

bench-memory: setup  ## memory under bombs and for a list of 200,000 followers; five minutes
	$(BIN)/python -m benchmarks.service_memory

bench-fuzz: setup  ## a million hurt inputs for the parsers; half an hour
	$(BIN)/python -m benchmarks.fuzz

e2e-bluesky: setup  ## audits on the real Bluesky servers and mastodon_mock (root; ten minutes cold)
	tests/e2e/bluesky/run.sh test

bench-stress: setup  ## goals S1-S4: every vendor and study left out together; an hour and a half on two cores
	$(BIN)/python -m benchmarks.stress

bench-share: setup  ## goals G1-G7 of the share estimate; takes about two hours on two cores
	$(BIN)/python -m benchmarks.share

model: setup  ## remake the shipped model from the published sets
	$(BIN)/python -m zombiescope_training.publish.ship

sample: setup  ## remake data/sample from its documented parameters
	$(BIN)/python -m zombiescope_training.simulate

lock: setup  ## renew the hash-locked requirements
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build dist site mutants
