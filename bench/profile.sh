#!/bin/bash
# Shows where a workload of a peer spends its CPU time, in process.
#   WORKLOAD=W2_params PEER=brio BENCHTIME=3s ./profile.sh [pprof flags]
set -euo pipefail
cd "$(dirname "$0")"
WORKLOAD=${WORKLOAD:-W2_params}
mkdir -p out
go test -c -o out/bench.test .
run() { out/bench.test -test.run '^$' -test.bench "Peers/^${WORKLOAD}\$/^${PEER:-brio}\$" -test.benchtime "${BENCHTIME:-3s}" -test.cpu 1 "$@"; }
run -test.cpuprofile out/cpu.prof
go tool pprof "${@:--top}" -nodecount 45 out/bench.test out/cpu.prof
run -test.memprofile out/mem.prof -test.memprofilerate 512 >/dev/null
go tool pprof -sample_index alloc_objects -top -nodecount 25 out/bench.test out/mem.prof
