#!/bin/sh
# Programs of others that the slow tests give our exports to: LibreOffice, newsboat, nginx, Caddy
# and R from Debian's packages, ReplayWeb.page from npm. What cannot be installed is skipped: exit 0.
set -u
cd "$(dirname "$0")" || exit 1

missing=""
for pair in soffice:libreoffice-calc newsboat:newsboat nginx:nginx-light caddy:caddy Rscript:r-base-core; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair##*:}"
done
case "$missing" in *r-base-core*) missing="$missing r-cran-readxl r-cran-jsonlite r-cran-rsqlite" ;; esac
if [ -n "$missing" ]; then
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    echo "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
      echo "not installed:$missing: their tests will be skipped" >&2
  else
    echo "not installed:$missing: their tests will be skipped (apt-get install$missing)" >&2
  fi
fi

if [ ! -d .programs/replaywebpage/package ]; then
  if command -v npm >/dev/null 2>&1; then
    echo "fetching ReplayWeb.page"
    mkdir -p .programs/replaywebpage
    # The package's files are built: no dependency is needed.
    (cd .programs/replaywebpage && npm pack --silent replaywebpage@2 >/dev/null && tar -xzf replaywebpage-*.tgz) ||
      { rm -rf .programs/replaywebpage; echo "ReplayWeb.page was not fetched: its test will be skipped" >&2; }
  else
    echo "no npm: the test of ReplayWeb.page will be skipped" >&2
  fi
fi
exit 0
