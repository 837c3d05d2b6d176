#!/usr/bin/env bash
# Installs Node.js 20.19 or later with npm, which `make openapi` needs, where they are not there yet. For Debian and what is
# made of it. Where Debian's own is older, npm brings a newer one, into the folder that is printed: put it first in PATH.
set -euo pipefail
new_enough() { command -v node >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; }
again="$(dirname "$0")/again.sh"
if ! command -v npm >/dev/null; then
  sudo=""
  if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
  "$again" $sudo apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "$again" $sudo apt-get install -y -qq --no-install-recommends nodejs npm >&2
fi
if new_enough; then exit 0; fi
folder="${XDG_CACHE_HOME:-$HOME/.cache}/brio-node"
"$again" npm install --silent --no-fund --no-audit --prefix "$folder" node@20.20.2 >&2
echo "$folder/node_modules/.bin"
