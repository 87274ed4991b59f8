# Read by the scripts beside it: what they take from the machine, and lend to a build without leaving it in the image.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${FLOE_CACHE:-$HOME/.cache/floe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first address of the machine's own Debian sources.
debian_mirror() {
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ { print $2 }' || true
    awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) print $i }' /etc/apt/sources.list 2>/dev/null || true
  } | head -1
}

# The machine's sources and mirror settings of apt, as secrets of a RUN step: no layer holds them.
apt_secrets() {
  local file
  for file in /etc/apt/sources.list.d/*.sources /etc/apt/sources.list; do
    if [ -s "$file" ]; then echo "--secret=id=apt,src=$file"; break; fi
  done
  { grep -lsE '^ *Acquire::(http|https|Retries|Check)' /etc/apt/apt.conf.d/* || true; } | xargs -r cat > "$work/apt.conf"
  echo "--secret=id=aptconf,src=$work/apt.conf"
}

# Builds $work/context; further arguments go to docker build. The network is the machine's: it may know no other way out.
build_image() {
  # shellcheck disable=SC2046
  DOCKER_BUILDKIT=1 docker build -q --network=host $(apt_secrets) "$@" "$work/context"
}
