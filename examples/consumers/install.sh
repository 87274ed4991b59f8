#!/bin/sh
# Puts what builds_ended.py needs (PyPI) where the tests look for it. Does nothing when it is there.
# Needs: Python 3 with venv. FLOE_CACHE is another folder than ~/.cache/floe.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
wanted=$here/requirements.txt
target=${FLOE_CACHE:-$HOME/.cache/floe}/python-consumers

if cmp -s "$wanted" "$target/requirements.txt"; then
  echo "the Python consumer's packages are in $target"
  exit 0
fi
command -v python3 > /dev/null || { echo "python3 is missing: install Python 3 with its venv module" >&2; exit 1; }

echo "fetching confluent-kafka and protobuf"
rm -rf "$target"
python3 -m venv "$target"
"$target/bin/pip" install -q --disable-pip-version-check -r "$wanted"
# Whoever finds the list finds all of it.
cp "$wanted" "$target/requirements.txt"
echo "the Python consumer's packages are in $target"
