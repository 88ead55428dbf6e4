#!/usr/bin/env bash
# The first process of a cluster's box: its end is the end of every daemon, container and mount of the cluster.
# The box has a root of its own, so that what containerd and the kubelet write to /run and /var is never this machine's.
# Usage: nsenter --net=<namespace> unshare --mount --pid --fork --kill-child box.sh <cluster folder> <cgroup> <node> <folder to show> ...
set -euo pipefail
cluster=$1 cgroup=$2 node=$3
shift 3

mount --make-rprivate /
root=$cluster/root
mkdir -p "$root"
mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
for name in bin lib lib32 lib64 libx32 sbin usr; do
  if [ -L "/$name" ]; then
    cp --archive "/$name" "$name"
  elif [ -d "/$name" ]; then
    mkdir "$name"
    mount --bind "/$name" "$name"
    mount -o remount,bind,ro "$name"
  fi
done
mkdir -p dev etc sys proc run tmp old
for name in group hosts ld.so.cache localtime nsswitch.conf passwd ssl; do
  [ ! -e "/etc/$name" ] || cp --recursive --dereference "/etc/$name" etc/
done
cp "$cluster/configuration/resolv.conf" etc/
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
mount --rbind /dev dev
mount --rbind /sys sys
mount -t proc proc proc
for folder in "$@"; do
  mkdir -p ".$folder"
  mount --bind "$folder" ".$folder"
done
for kept in containerd:var/lib/containerd throwaway/kubelet:var/lib/kubelet throwaway/pods:var/log/pods throwaway/etcd:var/lib/etcd; do
  mkdir -p "$cluster/${kept%%:*}" "${kept#*:}"
  mount --bind "$cluster/${kept%%:*}" "${kept#*:}"
done

# The kubelet insists on these for the whole machine. Here it finds files with the values it wants, and changes nothing.
for wanted in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=run/sysctl/${wanted%=*}
  mkdir -p "${file%/*}"
  echo "${wanted#*=}" >"$file"
  mount --bind "$file" "proc/sys/${wanted%=*}"
done

# Pods go below a group of the cluster's own, or two clusters would take each other's for orphans.
for hierarchy in sys/fs/cgroup sys/fs/cgroup/*; do
  if [ -f "$hierarchy/cgroup.procs" ] && [ "$(stat -f -c %T "$hierarchy")" != cgroup2fs -o "$hierarchy" = sys/fs/cgroup ]; then
    mkdir -p "$hierarchy/$cgroup"
    # A new cpuset is empty, and nothing can run in it.
    for list in cpuset.cpus cpuset.mems; do
      if [ -f "$hierarchy/$list" ] && [ ! -s "$hierarchy/$cgroup/$list" ]; then cat "$hierarchy/$list" >"$hierarchy/$cgroup/$list"; fi
    done
  fi
done

pivot_root . old
umount -l /old
rmdir /old
# Bash, because shims hand their containers' processes to the first one, and it buries them when they end.
"$node" "$(dirname "$0")/main.ts" "$cluster" &
wait $!
