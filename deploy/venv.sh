#!/bin/sh
# Make .venv where it is missing and install the locked packages of the file named. One clear line per failure.
# PYTHON names another Python; without it a .venv that works is kept, whatever python3 is now.
set -u
want=${1:-requirements.txt}
named=${PYTHON:-}
python=${named:-python3}
die() { echo "setup: $*" >&2; exit 1; }
version='import sys; print("%d.%d" % sys.version_info[:2])'
enough='import sys; sys.exit(sys.version_info < (3, 11))'
[ -w . ] || die "this folder cannot be written to. Clone it where you may write."
good=
.venv/bin/python -c "$enough" 2>/dev/null && .venv/bin/python -c 'import pip' 2>/dev/null && good=yes
if [ -z "$good" ] || [ -n "$named" ]; then
  command -v "$python" >/dev/null 2>&1 || die "there is no $python here. Install Python 3.11 or newer, or name one: make run PYTHON=/path/to/python3"
  "$python" -c "$enough" || die "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Name another: make run PYTHON=python3.12"
fi
if [ -n "$good" ] && [ -n "$named" ] && [ "$("$python" -c "$version")" != "$(.venv/bin/python -c "$version")" ]; then
  echo "  .venv is Python $(.venv/bin/python -c "$version"), $named is $("$python" -c "$version"): made anew"
  good=
fi
if [ -z "$good" ]; then
  "$python" -c 'import venv, ensurepip' 2>/dev/null || die "this Python has no venv module. On Debian and Ubuntu: apt install python3-venv"
  rm -rf .venv
  "$python" -m venv .venv || die "the environment .venv could not be made (disk full, or no permission?)"
fi
stamp=.venv/installed-$(echo "$want" | tr '/' '-')
if [ ! -f "$stamp" ] || ! cmp -s "$want" "$stamp"; then
  echo "  packages of $want"
  # Somebody's own pip settings are kept (index, proxy), but the packages belong into .venv.
  unset PIP_TARGET PIP_PREFIX PIP_ROOT
  said=.venv/pip-said
  PIP_USER=0 .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$want" 2>"$said" || {
    last=$(grep -v '^[[:space:]]*$' "$said" | grep -i 'error' | tail -n 1)
    [ -n "$last" ] || last=$(grep -v '^[[:space:]]*$' "$said" | tail -n 1)
    die "the packages could not be installed (no network, or the disk is full?). Try again: nothing is lost. pip said: $last"
  }
  cp "$want" "$stamp" || die "the disk is full."
fi
