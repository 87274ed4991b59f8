#!/bin/bash
# Builds images without pulling any, under the public names that docker-compose.yml and the Dockerfile use:
#   build.sh IMAGE…    those of these names that are missing, and what they are made of
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
has() { docker image inspect "$1" > /dev/null 2>&1; }
build() {
  if has "$1"; then return; fi
  local script
  case $1 in
    debian:bookworm-slim) script=base ;;
    node:24-*) script=node ;;
    apache/kafka:*) script=kafka ;;
    minio/minio:*) script=minio ;;
    postgres:18) script=postgres ;;
    registry:3) script=registry ;;
    nginx:*) script=proxy ;;
    *) echo "there is no recipe for $1" >&2; exit 1 ;;
  esac
  if [ "$script" != base ]; then build debian:bookworm-slim; fi
  echo "building $1 (deploy/offline-images/$script.sh)"
  "$here/$script.sh"
}
for image in "$@"; do build "$image"; done
