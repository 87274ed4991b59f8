#!/bin/bash
# registry:3: CNCF distribution from the Go module proxy. Needs Go and debian:bookworm-slim.
. "$(dirname "$0")/machine.sh"
version=${REGISTRY_VERSION:-v3.1.2}
cp -r "$here/registry" "$work/context"
module=github.com/distribution/distribution/v3
CGO_ENABLED=0 GOBIN=$work/context go install -trimpath -ldflags "-s -w -X $module/version.version=$version" "$module/cmd/registry@$version"
build_image -t registry:3
