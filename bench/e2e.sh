#!/bin/bash
# End to end with wrk on 127.0.0.1: every server is up and pinned to core 0 with
# GOMAXPROCS=1, one at a time is loaded from core 1, in interleaved rounds.
#   ROUNDS=3 SECONDS_EACH=5 PEERS="limit gin fastapi-1w" WORKLOADS="W3_body" ./e2e.sh
# fastapi-2w has two workers, which need both cores: its wrk shares core 1 with one.
set -euo pipefail
cd "$(dirname "$0")"
OUT=${OUT:-out/e2e.txt}
PYTHON=${PYTHON:-/usr/bin/python3} # the one that has Debian's python3-fastapi
WORK=$(mktemp -d)
mkdir -p "$(dirname "$OUT")"
go build -o "$WORK/" ./cmd/serve ./cmd/check ./cmd/wrkscripts ./cmd/table
ALL_WORKLOADS=$("$WORK/wrkscripts" "$WORK")
WORKLOADS=${WORKLOADS:-$ALL_WORKLOADS}
PEERS=${PEERS:-$("$WORK/serve" -list)}

declare -A PID PORT
stop() {
  for p in "${!PID[@]}"; do kill "${PID[$p]}" 2>/dev/null || true; done
  rm -rf "$WORK"
}
trap stop EXIT

port=${FIRST_PORT:-18100}
for p in $PEERS; do
  PORT[$p]=$((port++))
  case $p in
  fastapi-*)
    cores=0 && [[ $p == fastapi-2w ]] && cores=0,1
    taskset -c $cores "$PYTHON" -m uvicorn app:app --app-dir fastapi --host 127.0.0.1 --port "${PORT[$p]}" \
      --workers "${p//[!0-9]/}" --loop uvloop --http httptools --no-access-log --log-level warning &
    ;;
  *) GOMAXPROCS=1 taskset -c 0 "$WORK/serve" -peer "$p" -addr "127.0.0.1:${PORT[$p]}" & ;;
  esac
  PID[$p]=$!
  "$WORK/check" -url "http://127.0.0.1:${PORT[$p]}" # a peer that falls short of the contract ends the run
done

# ticks prints the CPU time of a server and its workers, in 1/100 s.
ticks() {
  local sum=0 pid
  for pid in "$1" $(pgrep -P "$1" || true); do
    set -- $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null || true)
    sum=$((sum + ${12:-0} + ${13:-0}))
  done
  echo $sum
}

# resident prints the resident set of a server, in MB.
resident() { awk '/VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$1/status"; }

# settle waits until a server has done with the requests that wrk gave up on.
settle() {
  local before after=-9 n
  for ((n = 0; n < 50; n++)); do
    before=$after after=$(ticks "$1")
    ((after - before <= 1)) && return
    sleep 0.2
  done
}

load() { # peer workload seconds → "requests rate"
  taskset -c 1 wrk -t1 -c64 -d"$3s" --timeout 10s -s "$WORK/$2.lua" "http://127.0.0.1:${PORT[$1]}/" >"$WORK/wrk.out"
  grep -q 'Socket errors' "$WORK/wrk.out" && { echo "$1 $2:" && grep 'Socket errors' "$WORK/wrk.out"; } >&2
  awk '/requests in/ {n = $1} /Requests\/sec/ {print n, $2}' "$WORK/wrk.out"
}

: >"$OUT"
for p in $PEERS; do
  for w in $WORKLOADS; do load "$p" "$w" 1 >/dev/null && settle "${PID[$p]}"; done
done
for ((i = 1; i <= ${ROUNDS:-3}; i++)); do
  for w in $WORKLOADS; do
    for p in $PEERS; do
      before=$(ticks "${PID[$p]}")
      read -r n rate <<<"$(load "$p" "$w" "${SECONDS_EACH:-5}")"
      after=$(ticks "${PID[$p]}")
      rss=$(resident "${PID[$p]}")
      awk -v w="$w" -v p="$p" -v n="$n" -v r="$rate" -v t=$((after - before)) -v m="$rss" \
        'BEGIN {printf "BenchmarkE2E/%s/%s %d %.0f req/s %.2f cpu-us/req %.1f rss-MB\n", w, p, n, r, (n ? t * 10000 / n : 0), m}' >>"$OUT"
      settle "${PID[$p]}"
    done
  done
  echo "round $i done" >&2
done
"$WORK/table" "$OUT"
