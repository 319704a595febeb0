#!/bin/sh
# A Chromium for the browser tests, where it can be had. Without one they are skipped: exit 0.
set -u
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "no chromium, and no apt-get to install it: the browser tests will be skipped" >&2
  exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
  root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  root="sudo -n"
else
  echo "no chromium: install it (apt-get install chromium), or the browser tests will be skipped" >&2
  exit 0
fi
echo "installing chromium for the browser tests (once)"
export DEBIAN_FRONTEND=noninteractive
install="$root apt-get install -y -qq --no-install-recommends chromium"
if ! $install >/dev/null 2>&1; then
  $root apt-get update -qq >/dev/null 2>&1
  $install >/dev/null || echo "chromium was not installed: the browser tests will be skipped" >&2
fi
exit 0
