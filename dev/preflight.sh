#!/usr/bin/env bash
# Says what this machine lacks, and how to mend it, before anything is installed. Usage: dev/preflight.sh [port ...]
set -uo pipefail

for port in "$@"; do
  [[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] && continue
  echo "Griffin cannot start: GRIFFIN_PORT is '$port', and a port is a whole number from 1 to 65535." >&2
  exit 1
done

lacking=()
lacks() { lacking+=("$1"); }

[ "$(uname -s)" = Linux ] || lacks "Linux: this is $(uname -s). Use a Linux machine, a virtual machine or WSL 2."

if ! command -v node >/dev/null; then
  lacks "Node.js 20 or newer. Install it: 'apt-get install nodejs npm', or from your system's packages."
elif [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  lacks "Node.js 20 or newer: this is $(node --version). Install a newer one; Griffin brings its own Node 24 from there on."
fi
command -v npm >/dev/null || lacks "npm. It comes with Node.js: 'apt-get install npm'."

if ! command -v python3 >/dev/null; then
  lacks "python3 3.10 or newer. Install it: 'apt-get install python3 python3-venv'."
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  lacks "python3 3.10 or newer: this is $(python3 --version). Put a newer one first on the PATH."
elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  lacks "python3's venv module. Install it: 'apt-get install python3-venv'."
fi

free_gib=$(df -Pk . | awk 'NR == 2 { print int($4 / 1048576) }')
[ "${free_gib:-99}" -ge 5 ] || lacks "5 GiB of free disk here: there are ${free_gib}. Free some, or clone to another disk."

for port in "$@"; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    lacks "port $port: another program listens on it. End that program, or choose another: GRIFFIN_PORT=<port> make ..."
  fi
done

if [ ${#lacking[@]} -gt 0 ]; then
  echo "Griffin cannot start. This machine lacks:" >&2
  printf '  - %s\n' "${lacking[@]}" >&2
  exit 1
fi
