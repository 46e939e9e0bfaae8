# The commands a person types. `make run` and `make test` set up everything they need.
PORT ?= 8000
PYTHON ?=
PY := .venv/bin/python
# csh and others export HOST as this machine's name: only what is typed on the line counts.
ADDRESS := $(if $(filter command line,$(origin HOST)),$(HOST),127.0.0.1)
export PORT PYTHON

.PHONY: run setup reset test bench lint check messages lock help

run:  ## set up what is missing, then serve on http://localhost:8000 (PORT=8001 another port, HOST=0.0.0.0 for other machines too)
	@SERVE_ON="$(ADDRESS)" sh deploy/setup.sh
	@exec $(PY) -m portal.serve --host "$(ADDRESS)" --port "$(PORT)"

setup:  ## environment, packages, database, demo content (PYTHON=python3.12 another Python)
	@sh deploy/setup.sh

reset:  ## start over: delete database, uploads and index under var/, after asking
	@sh deploy/reset.sh

ARGS ?= -n auto -m "not long"

test: .venv/tests-ready  ## the suite on the embedded parts, some minutes (ARGS="tests/search -x" a part of it, ARGS="-n auto" the long ones too)
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) -m pytest $(ARGS)

.venv/tests-ready: requirements.txt tests/requirements.txt
	@sh deploy/venv.sh tests/requirements.txt
	@touch $@

bench: setup  ## every bench, small sizes
	@$(PY) manage.py bench_search --documents 2000
	@$(PY) manage.py bench_holds --clients 4 --rounds 3
	@$(PY) manage.py bench_statements --rows 2000
	@$(PY) manage.py bench_film_week --sessions 80 --registrations 4000
	@$(PY) manage.py bench_newsroom --articles 2000
	@$(PY) manage.py bench_directory --vendors 600 --rows 500
	@echo "full size: manage.py bench_search --documents 100000; manage.py bench_holds --clients 8 --rounds 200; manage.py bench_statements --rows 50000; manage.py bench_film_week; manage.py bench_newsroom --articles 10000; manage.py bench_directory"

lint: .venv/tests-ready  ## format, lint, imports, types
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/lint-imports && .venv/bin/mypy

check: lint test  ## lint, then test

messages:  ## collect texts and compile translations, app by app (needs gettext)
	@for d in $$(git ls-files '*/locale/zh_Hans/LC_MESSAGES/django.po' | sed 's|/locale/.*||' | sort -u); do \
	  (cd $$d && DJANGO_SETTINGS_MODULE=portal.settings.dev PYTHONPATH=$(CURDIR) $(CURDIR)/.venv/bin/django-admin makemessages -l zh_Hans --no-wrap --no-obsolete -v0 && \
	   msgfmt -o locale/zh_Hans/LC_MESSAGES/django.mo locale/zh_Hans/LC_MESSAGES/django.po); done

lock:  ## compile the locked package lists (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	@uv pip compile -q --universal --python-version 3.11 --no-emit-index-url tests/requirements.in -o tests/requirements.txt

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
