#!/usr/bin/env bash
# Runs a command in the root of an image that is being made, as RUN does, in a mount namespace of its own.
# Usage: unshare --mount --pid --fork --kill-child in-root.sh <root> <folder> <command> [<cache on this machine>:<folder in the root> ...]
set -euo pipefail
root=$1 folder=$2 command=$3
shift 3

mount --make-rprivate /
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
for empty in run tmp; do mount -t tmpfs -o mode=1777 tmpfs "$root/$empty"; done
for cache in "$@"; do
  mkdir -p "${cache%%:*}" "$root${cache#*:}"
  mount --bind "${cache%%:*}" "$root${cache#*:}"
done

# Names are resolved and certificates trusted as on this machine, but only here: none of it is left in the image.
touch "$root/etc/resolv.conf"
mount --bind "$(readlink -f /etc/resolv.conf)" "$root/etc/resolv.conf"
authorities=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
if [ -f "$authorities" ]; then
  cp "$authorities" "$root/run/authorities.crt"
  export SSL_CERT_FILE=/run/authorities.crt PIP_CERT=/run/authorities.crt
fi
exec chroot "$root" /bin/sh -c "cd '$folder' && $command"
