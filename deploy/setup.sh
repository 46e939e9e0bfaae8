#!/bin/sh
# What `make run` needs before it serves: environment, packages, database, static files, demo content. Safe to repeat.
set -u
begin=$(date +%s)
step() { echo "$1 ($(($(date +%s) - begin)) s)"; }
die() { echo "setup: $*" >&2; exit 1; }
port=${PORT:-8000}
var=${PORTAL_VAR:-var}
step "1/4 environment"
sh deploy/venv.sh requirements.txt || exit 1
.venv/bin/python - "$port" <<'PY' || die "port $port is busy. Choose another: make run PORT=$((port + 1))"
import socket, sys
probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    probe.bind(("0.0.0.0", int(sys.argv[1])))
except OSError:
    sys.exit(1)
PY
mkdir -p "$var" 2>/dev/null && [ -w "$var" ] || die "the folder $var cannot be written to."
free=$(df -Pk "$var" | awk 'NR == 2 { print $4 }')
[ "${free:-0}" -ge 200000 ] || die "less than 200 MB are free on the disk of $var. Make room and try again."
mark="$var/ready-$(cat requirements.txt $(git ls-files 'demo/*' '*/migrations/*' 2>/dev/null) 2>/dev/null | cksum | cut -d' ' -f1)"
static="$var/static-$(cat requirements.txt $(git ls-files '*/static/*' 2>/dev/null) 2>/dev/null | cksum | cut -d' ' -f1)"
if [ ! -f "$static" ]; then
  step "2/4 static files"
  .venv/bin/python manage.py collectstatic --noinput --verbosity 0 || die "the static files could not be collected."
  rm -f "$var"/static-*; : > "$static"
fi
if [ ! -f "$mark" ]; then
  step "3/4 database"
  .venv/bin/python manage.py migrate --verbosity 0 || die "the database could not be prepared."
  step "4/4 demo content"
  .venv/bin/python manage.py load_demo || die "the demo content could not be loaded. A second 'make run' tries again."
  rm -f "$var"/ready-*; : > "$mark"
fi
echo "ready ($(($(date +%s) - begin)) s). Demo sign-ins, password guangying-demo: lin@demo.example (producer), mei@demo.example (stage manager), fang@demo.example (finance), gao@demo.example (editor), zhao@demo.example (another company)"
