#!/bin/sh
# What `make run` needs before it serves: environment, packages, database, static files, demo content. Safe to repeat.
set -u
begin=$(date +%s)
step() { echo "$1 ($(($(date +%s) - begin)) s)"; }
die() { echo "setup: $*" >&2; exit 1; }
var=${PORTAL_VAR:-var}
port=${PORT:-8000}
wrong="PORT=$port is no port. Name a whole number from 1 to 65535: make run PORT=8001"
case $port in *[!0-9]*|'') die "$wrong" ;; esac
[ "${#port}" -le 5 ] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || die "$wrong"
step "1/4 environment"
sh deploy/venv.sh requirements.txt || exit 1
if [ -n "${SERVE_ON:-}" ]; then  # a taken port is said before minutes of setting up
  .venv/bin/python -m portal.serve --check --host "$SERVE_ON" --port "$port" || exit 1
fi
mkdir -p "$var" 2>/dev/null && [ -w "$var" ] || die "the folder $var cannot be written to."
free=$(df -Pk "$var" | awk 'NR == 2 { print $4 }')
[ "${free:-0}" -ge 200000 ] || die "less than 200 MB are free on the disk of $var. Make room and try again."
# A sum over names and contents of files; git is not asked, since an unpacked archive has none.
sum() { { cat requirements.txt; echo "$where"; find . \( -path ./.venv -o -path ./var -o -name __pycache__ -o -name .git \) -prune -o -type f "$@" -exec cksum {} + | sort; } | cksum | cut -d' ' -f1; }
where=
if [ -n "${PORTAL_DATABASE_URL:-}" ]; then
  where=$(echo "$PORTAL_DATABASE_URL" | sed 's|//[^/@]*@|//|')
fi
[ -z "${DATABASE_URL:-}" ] || [ "${DJANGO_SETTINGS_MODULE:-}" = portal.settings.production ] ||
  echo "  DATABASE_URL is another project's and is ignored; PORTAL_DATABASE_URL would choose a database."
mark="$var/ready-$(sum \( -path './demo/*' -o -path '*/migrations/*.py' \))"
static="$var/static-$(sum -path '*/static/*')"
if [ ! -f "$static" ]; then
  step "2/4 static files"
  .venv/bin/python manage.py collectstatic --noinput --verbosity 0 || die "the static files could not be collected."
  rm -f "$var"/static-*; : > "$static"
fi
if [ ! -f "$mark" ]; then
  step "3/4 database ${where:-$var/portal.sqlite3}"
  .venv/bin/python manage.py migrate --verbosity 0 || die "the database could not be prepared."
  step "4/4 demo content"
  .venv/bin/python manage.py load_demo || die "the demo content could not be loaded. A second 'make run' tries again."
  rm -f "$var"/ready-*; : > "$mark"
fi
echo "ready ($(($(date +%s) - begin)) s), database ${where:-$var/portal.sqlite3}. Demo sign-ins, password guangying-demo:"
echo "  lin@demo.example (producer), bo@demo.example (her colleague), zhao@demo.example, he@demo.example,"
echo "  tang@demo.example (other companies), wei@demo.example (vendor), mei@demo.example (stage manager), fang@demo.example (finance),"
echo "  gao@demo.example (editor), director@demo.example (approves pages), admin@demo.example (administrator)"
