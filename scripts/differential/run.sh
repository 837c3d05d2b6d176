#!/bin/bash
# Builds ./app with another commit of Brio and with this checkout, and compares their answers. Flags are those of this program.
#   BASE=v0.1.0 ./run.sh -time 1h -seed 7
set -euo pipefail
cd "$(dirname "$0")"
BASE=${BASE:?the commit to compare with}
made=$(mktemp -d)
trap 'git worktree remove --force "$made/tree" 2>/dev/null; rm -rf "$made"' EXIT
git worktree add --quiet --detach "$made/tree" "$BASE"
cp go.mod "$made/base.mod"
go mod edit -replace "github.com/brio-go/brio=$made/tree" "$made/base.mod"
sort -u go.sum "$made/tree/go.sum" >"$made/base.sum"
go build -modfile="$made/base.mod" -o "$made/before" ./app
go build -o "$made/now" ./app
go build -o "$made/compare" .
"$made/compare" -before "$made/before" -now "$made/now" "$@"
