#!/usr/bin/env bash
# Installs the browser that `make browser` tests with, where it is not there yet. For Debian and what is made of it.
set -euo pipefail
if command -v chromium >/dev/null; then exit 0; fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
again="$(dirname "$0")/again.sh"
"$again" $sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive "$again" $sudo apt-get install -y -qq --no-install-recommends chromium
