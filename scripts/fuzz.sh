#!/bin/sh
# Runs each fuzz target of the core, of tests/ and of docs/ for FUZZTIME, and prints how often each was executed. FUZZ is a pattern of the
# targets to run, as in FUZZ='Cookie|Query'; WORKERS is how many processes fuzz at a time. A package's targets are built once. It goes on
# after a finding, and fails at the end; go test has then written the input to testdata/fuzz.
set -eu
cd "$(dirname "$0")/.."
root=$PWD built=$(mktemp) log=$(mktemp)
trap 'rm -f "$built" "$log"' EXIT
total=0 targets=0 failed=""
for dir in $(go list -f '{{.Dir}}' ./...; go list -C tests -f '{{.Dir}}' ./...; go list -C docs -f '{{.Dir}}' ./...); do
	names=$(cat "$dir"/*_test.go 2>/dev/null | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' | grep -E "${FUZZ:-.}" || true)
	if [ -z "$names" ]; then continue; fi
	cd "$dir"
	go test -c -fuzz . -o "$built" .
	for name in $names; do
		result=ok
		"$built" -test.run '^$' -test.fuzz "^$name\$" -test.fuzztime "${FUZZTIME:-10s}" -test.fuzzminimizetime 5x -test.parallel "${WORKERS:-$(getconf _NPROCESSORS_ONLN)}" \
			-test.fuzzcachedir "$(go env GOCACHE)/fuzz/$name" >"$log" 2>&1 || result=FAILED
		# Before Go 1.27 a target may end so at the end of its time, without a finding (go.dev/issue/75804).
		if [ $result = FAILED ] && ! grep -q 'Failing input\|panic:\|fatal error' "$log" && [ "$(sed -n '/^--- FAIL/,/^FAIL/p' "$log" | sed '1d;$d' | tr -d ' ')" = contextdeadlineexceeded ]; then
			result=ok
		fi
		n=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$log" | tail -1)
		n=${n:-0}
		printf '%12d %-6s %s %s\n' "$n" "$result" "${dir#"$root"/}" "$name"
		if [ $result = FAILED ]; then
			cat "$log"
			failed="$failed $name"
		fi
		total=$((total + n)) targets=$((targets + 1))
	done
	cd "$root"
done
printf '%12d executions of %d targets\n' "$total" "$targets"
if [ -n "$failed" ]; then
	echo "found:$failed"
	exit 1
fi
