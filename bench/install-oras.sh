#!/bin/sh
# Builds oras from the Go module proxy into ${FLOE_CACHE:-$HOME/.cache/floe}/bin, once, for `npm run bench -- --only tools`.
set -eu

version=${ORAS_VERSION:-v1.3.6}
bin=${FLOE_CACHE:-$HOME/.cache/floe}/bin
[ -x "$bin/oras" ] || CGO_ENABLED=0 GOBIN=$bin go install -trimpath "oras.land/oras/cmd/oras@$version"
echo "$bin/oras"
