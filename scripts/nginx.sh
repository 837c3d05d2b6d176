#!/usr/bin/env bash
# Installs nginx for `make proxy`, unless it is installed. It needs apt: Debian, or a distribution made from it. Where the machine has
# an init, Debian starts nginx as a service on port 80; `make proxy` does not use it.
set -euo pipefail
if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then exit 0; fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
again="$(dirname "$0")/again.sh"
"$again" $sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive "$again" $sudo apt-get install -y -qq --no-install-recommends nginx
