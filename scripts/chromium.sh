#!/usr/bin/env bash
# Installs Chromium for `make browser`, unless it is installed. It needs apt: Debian, or a distribution made from it.
set -euo pipefail
if command -v chromium >/dev/null; then exit 0; fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
again="$(dirname "$0")/again.sh"
"$again" $sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive "$again" $sudo apt-get install -y -qq --no-install-recommends chromium
