#!/usr/bin/env bash
# Run the test suite N times (default 10) on a machine that is loaded with LOAD busy processes (default 8).
# Prints one line a run and exits 1 at the first that fails. Needs `make setup`.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-10} load=${2:-8} log=$(mktemp)
make --silent setup
busy=()
trap 'kill "${busy[@]}" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq "$load"); do
    (while :; do :; done) &
    busy+=($!)
done
for run in $(seq "$runs"); do
    began=$SECONDS
    if ! make --silent test >"$log" 2>&1; then
        tail -60 "$log"
        echo "run $run of $runs failed after $((SECONDS - began)) s under a load of $load"
        exit 1
    fi
    echo "run $run of $runs: $(tail -1 "$log") in $((SECONDS - began)) s under a load of $load"
done
