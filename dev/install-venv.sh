#!/usr/bin/env bash
# Makes a Python environment exactly as its lock says. Usage: dev/install-venv.sh <uv> <venv> <lock> [our own package ...]
set -euo pipefail
uv=$1 venv=$2 lock=$3
shift 3
"$uv" venv --quiet --allow-existing --python python3 "$venv"
"$uv" pip sync --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode "$lock"
for package; do
  "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable "$package"
done
