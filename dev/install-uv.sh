#!/usr/bin/env bash
# Installs uv, which installs everything else of Python. Usage: dev/install-uv.sh <folder>
set -euo pipefail
python3 -m venv "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
  --requirement "$(dirname "$0")/uv.lock.txt"
