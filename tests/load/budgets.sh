#!/bin/sh
# Queries per page drawn anew on the demo content of PORTAL_VAR, in this process: sh tests/load/budgets.sh
# Fails where a page needs more than the number before it, sends one query twice or makes a picture.
set -eu
cd "$(dirname "$0")/../.."
DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-portal.settings.dev}
export DJANGO_SETTINGS_MODULE
exec .venv/bin/python tests/load/page_profile.py --budget dup=0,gen=0 \
  12:/zh-hans/ 12:/en/ \
  10:/zh-hans/locations/ 10:/en/locations/ "10:/zh-hans/locations/?q=竹海" \
  10:/zh-hans/locations/songji-old-town/ 10:/en/locations/songji-old-town/ \
  12:/zh-hans/stages/led-1/ 12:/en/stages/led-1/
