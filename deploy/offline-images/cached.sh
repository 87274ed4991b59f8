#!/bin/bash
# As build.sh, for machines whose Docker Engine begins empty: keeps what was built in ${FLOE_CACHE:-$HOME/.cache/floe}/images
# and loads it from there as long as its recipes are the same.
#   cached.sh IMAGE…
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
images=${FLOE_CACHE:-$HOME/.cache/floe}/images
recipes=$(cd "$here/.." && find offline-images kafka minio -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
mkdir -p "$images"
for image in "$@"; do
  if docker image inspect "$image" > /dev/null 2>&1; then continue; fi
  file=$images/$(tr '/:' '__' <<< "$image")-$recipes.tar
  if [ -f "$file" ]; then
    docker load -q -i "$file"
    continue
  fi
  "$here/build.sh" "$image"
  rm -f "$images/$(tr '/:' '__' <<< "$image")"-*.tar
  # Beside its place and renamed: nobody ever loads half an image.
  docker save -o "$file.$$" "$image"
  mv "$file.$$" "$file"
done
