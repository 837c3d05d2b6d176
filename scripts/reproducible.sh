#!/usr/bin/env bash
# reproducible.sh builds cmd/brio in two folders, each with a build cache of its own, and compares the bytes. The same commit and version of Go
# give the same program anywhere: -trimpath leaves out folders, -buildvcs=false the state of the checkout, CGO_ENABLED=0 the C compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -r "$work"' EXIT
for folder in "$work/a" "$work/another/folder"; do
	mkdir -p "$folder/source"
	git ls-files -z | tar -c --null --files-from=- --ignore-failed-read 2>/dev/null | tar -x -C "$folder/source"
	(cd "$folder/source" && GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$folder/brio" ./cmd/brio)
done
sha256sum "$work/a/brio" "$work/another/folder/brio" | sed "s,$work/,,"
cmp "$work/a/brio" "$work/another/folder/brio" && echo "the same bytes"
