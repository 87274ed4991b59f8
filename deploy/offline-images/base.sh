#!/bin/bash
# debian:bookworm-slim: a minimal Debian by debootstrap. Needs debootstrap.
. "$(dirname "$0")/machine.sh"
root=$work/root
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$(debian_mirror)" > "$work/debootstrap.log" 2>&1 \
  || { tail -5 "$work/debootstrap.log" >&2; exit 1; }
# What no image needs, and the name of the mirror.
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/* \
  "$root"/usr/share/{doc,man,locale,info}/* "$root"/usr/share/lintian "$root"/var/cache/debconf/*-old "$root"/var/cache/ldconfig/aux-cache \
  "$root"/etc/apt/sources.list.d/*
: > "$root/etc/apt/sources.list"
tar -C "$root" --numeric-owner -c . | docker import -c 'CMD ["bash"]' -c 'ENV LANG=C.UTF-8' - debian:bookworm-slim
