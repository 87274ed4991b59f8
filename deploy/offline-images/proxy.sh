#!/bin/bash
# nginx:stable: Debian's nginx. Needs debian:bookworm-slim.
. "$(dirname "$0")/machine.sh"
cp -r "$here/proxy" "$work/context"
build_image -t nginx:stable
