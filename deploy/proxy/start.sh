#!/bin/sh
# Runs nginx, and tells it the addresses of the replicas of upload as often as they change: a group of servers that
# nginx hashes to cannot be asked for by name while it runs.
set -eu
group=/tmp/upload-replicas.conf

# Without a replica: one that never answers, so that nginx starts and says 503.
servers() {
  found=$(getent ahostsv4 upload | awk '$2 == "STREAM" { print "server " $1 ":8080 fail_timeout=2s;" }' | sort -u)
  echo "${found:-server 127.0.0.1:1 down;}"
}

follow() {
  while sleep 2; do
    servers > "$group.next"
    cmp -s "$group" "$group.next" && continue
    mv "$group.next" "$group"
    kill -HUP "$(cat /tmp/nginx.pid)"
  done
}

servers > "$group"
follow &
exec nginx -g 'daemon off;'
