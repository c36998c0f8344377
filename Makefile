# Two commands matter: `make run` serves the demo municipality, `make test` proves the house.
PORT ?= 8000
HOST ?= 127.0.0.1
CASES ?= 100000
export PORT HOST CASES

.PHONY: release-check run test test-orders bench bench-serving bench-growth torture rolling recovery fuzz access check format

run:
	@.ci/prepare run
	@ESERVICES_DEMO=$${ESERVICES_DEMO-1} exec .venv/bin/eservices serve --host "$(HOST)" --port "$(PORT)"

test:
	@.ci/prepare test
	@.ci/suite

# Every number that is held, beside its yardstick, in one run of at most six minutes on a quiet machine.
# BENCH_CONTROL=all plants faults and wants to see each row turn red; QUICK=1 measures a third as often.
bench:
	@.ci/prepare test
	@.venv/bin/python -m tests.bench

# Which of gunicorn's settings suit: workers, threads, garbage, preloading, in turn. ROUNDS, JOURNEYS.
bench-serving:
	@.ci/prepare test
	@.venv/bin/python -m tests.bench.serving

# Whether lists, search and handing-in stay as quick with CASES cases as with 1,000 (a million take half an hour to make).
bench-growth:
	@.ci/prepare test
	@.venv/bin/python -m tests.bench.growth

# Break whatever can break while people hand in, and see that nothing acknowledged is lost or doubled: KILLS, SEED,
# DATABASE, NODES, AWAY.
torture:
	@.ci/prepare test
	@.venv/bin/python -m tests.torture

# Whether the suite passes in any order, without anybody outside, and leaves nothing: ORDER, SEED, FOLDERS.
test-orders:
	@.ci/prepare test
	@.venv/bin/python -m tests.orders

# Throw broken definitions, answers, files and requests at what reads them: SECONDS, SEED, TARGET.
fuzz:
	@.ci/prepare test
	@.venv/bin/python -m tests.fuzz

# Take a backup and a base while people hand in, and come back to each of them.
recovery:
	@.ci/prepare test
	@.venv/bin/python -m tests.torture.recovering

# Bring a newer version in while people hand in, two nodes behind nginx: no request may fail. BACK, FROM.
rolling:
	@.ci/prepare rolling
	@.venv/bin/python -m tests.torture.rolling

# Every page, language, theme and width under every accessibility engine, and every paper form: the suite holds a cover
# of them, this all. What it found stands in build/access.json (`eservices statement` takes it from there); PART=… runs
# what is called so, and puts it in its place there.
access:
	@.ci/prepare access
	@ACCESS=all .venv/bin/python -m pytest tests/browser tests/documents -q -p no:randomly -p tests.browser.results \
	  -n 2 --dist loadgroup $(if $(PART),-k "$(PART)")

# Before a release: the code by bandit, a list of all parts (build/sbom.cdx.json), known faults of the dependencies.
release-check:
	@.ci/prepare run
	@.venv/bin/python .ci/release_check.py

# What an editor wants at hand.
format:
	@.venv/bin/ruff format eservices tests wsgi.py
	@.venv/bin/ruff check --fix eservices tests wsgi.py
