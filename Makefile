# Every target installs what it needs first, so that `make run` or `make test` works in a clean clone.
PYTHON3 := $(shell command -v python3.11 || command -v python3)
PYTHON := $(CURDIR)/.venv/bin/python
LOCAL := $(PYTHON) -m trackline_local
# Runs a script of gateway/package.json with the Node.js of .venv.
NPM_RUN := cd gateway && PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent

.PHONY: run demo demo-remove test test-long poisoned audit check lint format locks schemas bench bench-data bench-against search-quality mail-folding creation-files prove alarms attack storm clients pictures clean environment

run: environment
	@$(LOCAL) run

# The demonstration: a made-up company, for a running `make run`. Its people sign in with the administrator's password.
define DEMO
export TRACKLINE_URL="$${TRACKLINE_URL:-http://127.0.0.1:$${TRACKLINE_PORT:-8000}}"; \
export TRACKLINE_EMAIL="$${TRACKLINE_EMAIL:-$${TRACKLINE_ADMIN_EMAIL:-admin@example.org}}"; \
kept="$${TRACKLINE_STATE:-.trackline}/admin-password"; \
export TRACKLINE_PASSWORD="$${TRACKLINE_PASSWORD:-$${TRACKLINE_ADMIN_PASSWORD:-$$(cat "$$kept" 2>/dev/null)}}"; \
test -n "$$TRACKLINE_PASSWORD" || { echo "error: start Trackline first, by \`make run\` in another terminal"; exit 1; }
endef

demo: environment
	@$(DEMO); TRACKLINE_DEMO_PASSWORD="$$TRACKLINE_PASSWORD" .venv/bin/trackline demo --yes && \
		echo "Their password is the administrator's."

demo-remove: environment
	@$(DEMO); .venv/bin/trackline demo --yes --remove

# Runs `make check` beside the first suites.
test: environment
	@$(LOCAL) test

# Runs the same tests in their long forms, which takes hours (docs/testing.md).
test-long: environment
	@TRACKLINE_TEST_LONG=1 $(LOCAL) test

# Runs the same tests beside the state folder of another installation, with senseless settings, in another zone and
# language. Some of them: make poisoned TESTS="gateway/tests/portal services/tickets"
poisoned: environment
	@$(LOCAL) poisoned $(TESTS)

# Compares the locks with the published advisories. It is no part of `make check`, because a new advisory must not fail an
# unchanged tree.
audit: environment
	.venv/bin/uv tool run --from pip-audit==2.10.1 pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	cd gateway && ../.venv/bin/npm audit

# Tests are checked as strictly as the code. Those of the whole system are checked apart, since two conftest.py cannot
# have the same module name.
check: lint
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --explicit-package-bases --exclude standin services/*/tests gateway/tests gateway/cli/cli_tests deploy/local/tests deploy/tests shared-schemas/tests shared-csv/tests
	MYPYPATH=tests-integration $(PYTHON) -m mypy --explicit-package-bases tests-integration
	$(NPM_RUN) types
	$(NPM_RUN) test
	$(LOCAL) manifests
	$(LOCAL) check-schemas

lint: environment
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/lint-imports
	for package in $$($(PYTHON) -m trackline_local.packages); do (cd $$package && $(PYTHON) -m deptry .) || exit 1; done
	.venv/bin/djlint --quiet --lint gateway/gateway services
	$(NPM_RUN) lint

# Templates keep the form in which they were written: a formatter would change what a browser shows between two words.
format: environment
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format
	$(NPM_RUN) format

# Writes the part of requirements.lock that each image installs.
locks: environment
	$(LOCAL) locks

# Writes shared-schemas/schemas from the models of events. ACCEPT=breaking writes breaking changes too.
schemas: environment
	$(LOCAL) schemas $(if $(filter breaking,$(ACCEPT)),--accept-breaking)

bench: environment
	cd tests-integration && for part in bench bench.search bench.insights; do $(PYTHON) -m $$part || exit; done

# Makes the tickets for measurements once and keeps them in .bench: make bench-data BENCH_TICKETS=200000
bench-data: environment
	cd tests-integration && $(PYTHON) -m bench.data

# Compares this checkout with another revision: make bench-against REV=<commit>
bench-against: environment
	@test -n "$(REV)" || { echo "error: name a revision: make bench-against REV=<commit>"; exit 1; }
	cd tests-integration && $(LOCAL) with-servers --measured -- $(PYTHON) -m bench.against $(REV)

# Measures how well searches find real tickets: make search-quality FILE=<csv of tickets>
search-quality: environment
	cd tests-integration && $(LOCAL) with-servers -- $(PYTHON) -m bench.quality $(if $(FILE),$(abspath $(FILE)))

# Measures how well quotes of real replies are folded: make mail-folding FOLDER=<folder of mails>
mail-folding: environment
	cd tests-integration && $(PYTHON) -m bench.folding $(if $(FOLDER),$(abspath $(FOLDER)))

# which files one creation of a ticket passes; of another revision: make creation-files REV=<commit>
creation-files: environment
	cd tests-integration && $(LOCAL) with-servers -- $(PYTHON) -m bench.creation $(REV)

prove: environment
	$(LOCAL) with-servers -- $(PYTHON) tests-integration/mechanisms.py

# Makes each alert fire for its real cause, in a real Prometheus. Some of them: make alarms ALARMS_ONLY=TracklineNotReady
alarms: environment
	cd tests-integration && ALARMS_ONLY="$(ALARMS_ONLY)" $(PYTHON) -m alarms

# Attacks a throw-away system on this machine, and fails if a limit does not hold. ONLY=bodies runs one of the attacks.
attack: environment
	cd tests-integration && $(LOCAL) with-servers -- $(PYTHON) -m attack $(ONLY)

# Kills, freezes and fills processes and servers of a throw-away system with two of everything while people use it, and
# then counts everything again: make storm STORM_SEED=7 STORM_MINUTES=15
storm: environment
	cd tests-integration && STORM_SEED="$(STORM_SEED)" STORM_MINUTES="$(STORM_MINUTES)" $(PYTHON) -m storm

# Generates a client of the API in two languages, and uses each against a throw-away system. It downloads generators.
clients: environment
	cd tests-integration && TRACKLINE_TEST_CLIENTS=1 $(LOCAL) with-servers -- $(PYTHON) -m pytest test_generated_clients.py

pictures: environment
	@$(LOCAL) browser
	$(LOCAL) with-servers -- $(PYTHON) tests-integration/pictures.py

# Removes what was installed and built. The data of `make run` (.trackline) stays.
clean:
	rm -rf .venv .tools gateway/node_modules gateway/gateway/portal/static/vendor gateway/gateway/people/adapters/words
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# What everything else needs: Python's packages, and the scripts, styles, icons and lists of words of the gateway.
environment:
	@test -n "$(PYTHON3)" || { echo "error: Python 3.11 is needed: apt-get install python3 python3-venv"; exit 1; }
	@PYTHONPATH=deploy/local $(PYTHON3) -m trackline_local.environment
	@$(LOCAL) assets
