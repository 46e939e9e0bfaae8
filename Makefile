# The commands a person types. `make run` and `make test` set up everything they need.
PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python
export DJANGO_SETTINGS_MODULE ?= portal.settings.dev

.PHONY: run setup test bench lint check messages lock

run: setup  ## set up what is missing, then serve on http://localhost:$(PORT)
	@$(PY) manage.py serve --port $(PORT)

setup:  ## environment, packages, database, demo content
	@PYTHON="$(PYTHON)" PORT="$(PORT)" sh deploy/setup.sh

ARGS ?= -n auto

test: .venv/tests-ready  ## the suite on the embedded parts
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) -m pytest $(ARGS)

.venv/tests-ready: requirements.txt tests/requirements.txt
	@PYTHON="$(PYTHON)" sh deploy/venv.sh tests/requirements.txt
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

check: lint test

messages:  ## collect texts and compile translations, app by app
	@for d in $$(git ls-files '*/locale/zh_Hans/LC_MESSAGES/django.po' | sed 's|/locale/.*||' | sort -u); do \
	  (cd $$d && PYTHONPATH=$(CURDIR) $(CURDIR)/.venv/bin/django-admin makemessages -l zh_Hans --no-wrap --no-obsolete -v0 && \
	   msgfmt -o locale/zh_Hans/LC_MESSAGES/django.mo locale/zh_Hans/LC_MESSAGES/django.po); done

lock:  ## compile the locked package lists (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	@uv pip compile -q --universal --python-version 3.11 --no-emit-index-url tests/requirements.in -o tests/requirements.txt
