#!/usr/bin/env bash
# Sets the program up (first time) and opens it; without a display it shows the main job in the terminal.
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
# shellcheck source=installer/setup.sh
. "$root/installer/setup.sh"

install_packages run sane
make_environment ""

if [ "$#" -gt 0 ]; then exec "$root/.venv/bin/muni-archive" "$@"; fi
if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then exec "$root/.venv/bin/muni-archive"; fi
say "There is no display here, so this shows the main job in the terminal."
exec "$root/.venv/bin/muni-archive" demo
