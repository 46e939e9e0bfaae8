#!/bin/sh
# Start over: delete what `make run` keeps under var/ (database, uploads, index, static files), after asking. YES=1 does not ask.
set -u
var=${PORTAL_VAR:-var}
die() { echo "reset: $*" >&2; exit 1; }
[ -e "$var" ] || { echo "There is nothing to reset: $var does not exist."; exit 0; }
[ -n "$(ls "$var"/ready-* "$var"/static-* "$var"/portal.sqlite3 2>/dev/null)" ] || die "$var holds no portal of 'make run'; nothing is deleted."
# A killed process may still be listed: what counts is that it runs a command of this portal.
runs() {
  if [ -d /proc/self ]; then grep -qsa manage.py "/proc/$1/cmdline"; else ps -o command= -p "$1" | grep -q manage.py; fi
}
for run in "$var"/serve-*.json; do
  [ -f "$run" ] || continue
  pid=$(sed 's/[^0-9]*\([0-9]*\).*/\1/' "$run")
  ! runs "$pid" || die "the portal is running (process $pid). Stop it first: kill $pid"
done
if [ "${YES:-}" != 1 ]; then
  echo "This deletes everything in $var: database, uploads, index. The demo content comes back at the next 'make run'; your own entries do not."
  [ -z "${PORTAL_DATABASE_URL:-}" ] || echo "The database of PORTAL_DATABASE_URL is left as it is."
  printf 'Type yes to go on: '
  read -r answer || answer=
  [ "$answer" = yes ] || { echo; echo "Nothing is deleted."; exit 1; }
fi
for one in portal.sqlite3 portal.sqlite3-wal portal.sqlite3-shm media private search search-notes static; do
  rm -rf "${var:?}/$one"
done
rm -f "$var"/ready-* "$var"/static-* "$var"/serve-*.json
echo "Reset. 'make run' sets everything up anew."
