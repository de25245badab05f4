# Every target sets up what it needs, so the first one to type is `make run` or `make test`.
PYTHON3 := $(shell command -v python3.11 || command -v python3)
PYTHON := $(CURDIR)/.venv/bin/python
LOCAL := $(PYTHON) -m trackline_local

.PHONY: run demo demo-remove test test-long check lint fmt locks schemas bench bench-against creation-files prove pictures clean environment

run: environment
	@$(LOCAL) run

# A firm that does not exist, for a running `make run`; its people sign in with the administrator's password.
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

# with `make check`, which runs beside the first suites
test: environment
	@$(LOCAL) test

# the same tests in their long forms (docs/testing.md): hours
test-long: environment
	@TRACKLINE_TEST_LONG=1 $(LOCAL) test

# The tests as strictly as the code; those of the whole system apart, since two conftest.py cannot share a module name.
check: lint
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy --explicit-package-bases --exclude standin services/*/tests gateway/tests gateway/cli/cli_tests deploy/local/tests deploy/tests shared-schemas/tests
	MYPYPATH=tests-integration $(PYTHON) -m mypy --explicit-package-bases tests-integration
	$(LOCAL) manifests
	$(LOCAL) check-schemas

lint: environment
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/lint-imports
	for package in $$($(PYTHON) -m trackline_local.packages); do (cd $$package && $(PYTHON) -m deptry .) || exit 1; done

fmt: environment
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

# the part of requirements.lock that each image installs
locks: environment
	$(LOCAL) locks

# shared-schemas/schemas from the models of events; ACCEPT=breaking writes breaking changes, too
schemas: environment
	$(LOCAL) schemas $(if $(filter breaking,$(ACCEPT)),--accept-breaking)

bench: environment
	cd tests-integration && for part in bench bench.search bench.insights; do $(LOCAL) with-servers -- $(PYTHON) -m $$part || exit; done

# this checkout beside another revision: make bench-against REV=<commit>
bench-against: environment
	@test -n "$(REV)" || { echo "error: name a revision: make bench-against REV=<commit>"; exit 1; }
	cd tests-integration && $(LOCAL) with-servers -- $(PYTHON) -m bench.against $(REV)

# which files one creation of a ticket passes; of another revision: make creation-files REV=<commit>
creation-files: environment
	cd tests-integration && $(LOCAL) with-servers -- $(PYTHON) -m bench.creation $(REV)

prove: environment
	$(LOCAL) with-servers -- $(PYTHON) tests-integration/mechanisms.py

pictures: environment
	@$(LOCAL) browser
	$(LOCAL) with-servers -- $(PYTHON) tests-integration/pictures.py

# what was installed and built; the data of `make run` (.trackline) stays
clean:
	rm -rf .venv .tools gateway/node_modules gateway/gateway/portal/static/vendor
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

environment:
	@test -n "$(PYTHON3)" || { echo "error: Python 3.11 is needed: apt-get install python3 python3-venv"; exit 1; }
	@PYTHONPATH=deploy/local $(PYTHON3) -m trackline_local.environment
