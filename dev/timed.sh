#!/usr/bin/env bash
# Runs a step of the installation: one line when it starts, one with its duration when it is done. Its output is shown
# only when it fails. Usage: dev/timed.sh <name> <command> [argument ...]
set -uo pipefail
name=$1
shift
output=$(mktemp)
trap 'rm -f "$output"' EXIT
echo "  … $name"
start=$SECONDS
if "$@" >"$output" 2>&1; then
  echo "  ✓ $name ($((SECONDS - start)) s)"
else
  code=$?
  cat "$output" >&2
  echo "  ✗ $name failed with exit code $code: $*" >&2
  exit "$code"
fi
