#!/usr/bin/env bash
# Runs a command, and up to twice more where it fails: for commands that fetch from a network.
for pause in 5 20; do
  "$@" && exit 0
  echo "once more in $pause seconds: $*" >&2
  sleep "$pause"
done
exec "$@"
