#!/bin/bash
# Compares this checkout with another commit: both binaries run each workload in turn, so that what a ratio compares was
# measured within a second. Prints medians and the ratio of `brio` (this checkout) to `before` (the commit).
# The heap of a benchmark is 2 MB. With Go's default the collector marks for half of the time, on one processor, as soon as a
# workload allocates a few bytes, and what the ratio shows is the cost of write barriers. GOGC is set so that collections are
# as rare as with the 30 MB of a service. With GODEBUG and heap_test.go no benchmark pays for a heap that grows.
# Each round links both binaries with the functions in another order. One order is faster than another by up to a tenth, because
# of the processor's instruction cache, and a change anywhere in the program gives another order.
# A BASE that lacks a workload has no row for it. With SAME_BENCH=1 the core of BASE is measured by this checkout's bench directory.
#   BASE=v0.1.0 ROUNDS=10 BENCHTIME=200ms WORKLOADS='W1 W3' OUT=out/compare.txt ./compare.sh
set -euo pipefail
cd "$(dirname "$0")"
BASE=${BASE:?the commit to compare with}
OUT=${OUT:-out/compare.txt}
export GOGC=${GOGC:-1600} GODEBUG=${GODEBUG:-madvdontneed=0}
mkdir -p "$(dirname "$OUT")"
before=$(mktemp -d)
trap 'git worktree remove --force "$before/tree" 2>/dev/null; rm -rf "$before"' EXIT
git worktree add --quiet --detach "$before/tree" "$BASE"
if [[ ${SAME_BENCH:-} ]]; then # its go.mod replaces the core by the directory above, which is that of BASE
  rm -r "$before/tree/bench"
  cp -r . "$before/tree/bench"
fi
cp heap_test.go "$before/tree/bench"
: >"$OUT"
for ((i = 1; i <= ${ROUNDS:-10}; i++)); do
  (cd "$before/tree/bench" && go test -c -ldflags="-randlayout=$i" -o "$before/before" .)
  go test -c -ldflags="-randlayout=$i" -o "$before/now" .
  for workload in ${WORKLOADS:-W1 W2 W3 W4 W5 W6 W7 W8 W9}; do
    flags=(-test.run '^$' -test.bench "Peers/$workload/^brio\$" -test.benchtime "${BENCHTIME:-200ms}" -test.cpu 1)
    if ((i % 2)); then # the first of two is often the slower one
      (cd "$before/tree/bench" && "$before/before" "${flags[@]}") | sed 's|/brio |/before |' >>"$OUT"
      "$before/now" "${flags[@]}" >>"$OUT"
    else
      "$before/now" "${flags[@]}" >>"$OUT"
      (cd "$before/tree/bench" && "$before/before" "${flags[@]}") | sed 's|/brio |/before |' >>"$OUT"
    fi
  done
  echo "round $i done" >&2
done
go run ./cmd/table -base before "$OUT"
