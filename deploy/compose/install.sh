#!/bin/bash
# Builds the plugins compose and buildx of the docker command from the Go module proxy, for machines whose packages have
# none. Does nothing where they are there. Needs Go; takes some minutes. DOCKER_PLUGINS is another folder than Docker's.
set -euo pipefail
compose=${COMPOSE_VERSION:-v5.6.0}
buildx=${BUILDX_VERSION:-v0.38.2}
plugins=${DOCKER_PLUGINS:-/usr/local/lib/docker/cli-plugins}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$plugins"

if ! docker compose version > /dev/null 2>&1; then
  echo "building docker compose $compose"
  module=github.com/docker/compose/v${compose:1:1}
  # Its go.mod has lines that go install refuses: it is built in a copy.
  source=$(go mod download -json "$module@$compose" | sed -n 's/^\t"Dir": "\(.*\)",\?$/\1/p')
  cp -r "$source" "$work/compose"
  chmod -R u+w "$work/compose"
  (cd "$work/compose" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X $module/internal.Version=$compose" -o "$work/docker-compose" ./cmd)
  install -m 755 "$work/docker-compose" "$plugins/docker-compose"
fi

if ! docker buildx version > /dev/null 2>&1; then
  echo "building docker buildx $buildx"
  module=github.com/docker/buildx
  # Without a version compose refuses it.
  CGO_ENABLED=0 GOBIN=$work go install -trimpath -ldflags "-s -w -X $module/version.Version=$buildx" "$module/cmd/buildx@$buildx"
  install -m 755 "$work/buildx" "$plugins/docker-buildx"
fi
docker compose version
docker buildx version
