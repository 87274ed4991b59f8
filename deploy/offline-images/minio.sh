#!/bin/bash
# minio/minio: server and mc from the Go module proxy. Needs Go and debian:bookworm-slim; the first time takes minutes.
. "$(dirname "$0")/machine.sh"
"$here/../minio/install.sh"
if [ ! -x "$cache/bin/mc" ]; then
  CGO_ENABLED=0 GOBIN=$work go install -trimpath -tags kqueue -ldflags '-s -w' "github.com/minio/mc@${MC_VERSION:-latest}"
  mv "$work/mc" "$cache/bin/mc"
fi
cp -r "$here/minio" "$work/context"
cp "$cache/bin/minio" "$cache/bin/mc" "$work/context"
build_image -t minio/minio:latest
