#!/bin/sh
# Make .venv where it is missing and install the locked packages of the file named. One clear line per failure.
set -u
want=${1:-requirements.txt}
python=${PYTHON:-python3}
die() { echo "setup: $*" >&2; exit 1; }
command -v "$python" >/dev/null 2>&1 || die "there is no $python here. Install Python 3.11 or newer, or name one: make run PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Name another: make run PYTHON=python3.12"
[ -w . ] || die "this folder cannot be written to. Clone it where you may write."
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  "$python" -c 'import venv, ensurepip' 2>/dev/null || die "this Python has no venv module. On Debian and Ubuntu: apt install python3-venv"
  rm -rf .venv
  "$python" -m venv .venv || die "the environment .venv could not be made (disk full, or no permission?)"
fi
stamp=.venv/installed-$(echo "$want" | tr '/' '-')
if [ ! -f "$stamp" ] || ! cmp -s "$want" "$stamp"; then
  echo "  packages of $want"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$want" || die "the packages could not be installed (no network, or the disk is full?). Try again: nothing is lost."
  cp "$want" "$stamp" || die "the disk is full."
fi
