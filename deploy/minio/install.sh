#!/bin/sh
# Builds the MinIO server from the Go module proxy into ${FLOE_CACHE:-$HOME/.cache/floe}/bin, once, and prints its path.
# Needs Go; takes some minutes. The version is the last public state of the server.
set -eu

version=${MINIO_VERSION:-v0.0.0-20260212201848-7aac2a2c5b7c}
bin=${FLOE_CACHE:-$HOME/.cache/floe}/bin
minio=$bin/minio

if [ ! -x "$minio" ]; then
  # Built beside its place and renamed: another process never sees half a program.
  unfinished=$(mktemp -d)
  trap 'rm -rf "$unfinished"' EXIT
  CGO_ENABLED=0 GOBIN=$unfinished go install -trimpath -tags kqueue -ldflags '-s -w' "github.com/minio/minio@$version" >&2
  mkdir -p "$bin"
  mv "$unfinished/minio" "$minio.$$"
  mv "$minio.$$" "$minio"
fi
echo "$minio"
