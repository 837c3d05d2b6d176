#!/usr/bin/env bash
# Installs nats-server, redis-server and PostgreSQL for the tests of contrib/nats, contrib/redis, contrib/sql, examples/chat, docs/howto/libraries
# and cmd/brio, unless they are installed. It needs apt: Debian, or a distribution made from it. Where the machine has an init, Debian starts them as
# services; the tests do not use these, but start their own on free ports of the loopback.
set -euo pipefail
PATH="$PATH:/usr/sbin" # Debian's folder of nats-server, which only root has in PATH
missing=()
for server in nats-server redis-server; do
  command -v "$server" >/dev/null || missing+=("$server")
done
compgen -G "/usr/lib/postgresql/*/bin/postgres" >/dev/null || missing+=(postgresql) # Debian's folder of its programs
if [ ${#missing[@]} = 0 ]; then exit 0; fi
sudo=""
if [ "$(id -u)" != 0 ]; then sudo="sudo"; fi
again="$(dirname "$0")/again.sh"
"$again" $sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive "$again" $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
