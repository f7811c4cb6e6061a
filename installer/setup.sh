# Shared by run.sh and test.sh: system packages and the virtual environment .venv at the root.
# Sourced with $root set; it makes `$python`, the environment's interpreter. It changes nothing else on the machine.
# shellcheck shell=bash
: "${root:?}"

say() { printf '%s\n' "$*" >&2; }

# The packages of the named parts of system-packages.txt that are not installed.
missing_packages() {
  local part="" line wanted
  while IFS= read -r line; do
    case "$line" in
      "" | "# "*" "*) continue ;;
      "# "*) part="${line#\# }" ;;
      *)
        for wanted in "$@"; do
          if [ "$part" = "$wanted" ] && ! is_installed "$line"; then printf '%s\n' "$line"; fi
        done
        ;;
    esac
  done <"$root/installer/system-packages.txt"
}

# Newer releases renamed some libraries (libglib2.0-0 became libglib2.0-0t64).
is_installed() {
  local name
  for name in "$1" "$1t64"; do
    if [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | cut -c1-2)" = "ii" ]; then return 0; fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    say "Packages have to be installed, which needs root: run this as root, or install sudo."
    return 1
  fi
}

install_packages() {
  local missing name known=()
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" = 0 ]; then return 0; fi
  if ! command -v apt-get >/dev/null; then
    say "This is no Debian or Ubuntu. Please install what corresponds to: ${missing[*]}"
    return 0
  fi
  say "Installing system packages: ${missing[*]}"
  as_root apt-get -q update >&2
  for name in "${missing[@]}"; do
    if apt-cache show "$name" >/dev/null 2>&1; then known+=("$name")
    elif apt-cache show "${name}t64" >/dev/null 2>&1; then known+=("${name}t64")
    else say "This release has no package $name; going on without it."; fi
  done
  if [ "${#known[@]}" = 0 ]; then return 0; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${known[@]}" >&2
}

# A Python of 3.11 or newer that can make virtual environments.
find_python() {
  local name
  for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  say "No Python 3.11 or newer with venv was found. Install one (python3.11 and python3.11-venv), then run this again."
  return 1
}

# make_environment [dev]: .venv with the pinned packages; installs again only when the pins or the project changed.
make_environment() {
  local extra="$1" wanted base stamp
  python="$root/.venv/bin/python"
  wanted="$(cat "$root/pyproject.toml" "$root/installer/constraints.txt" | sha256sum) $root"
  for stamp in "$root/.venv/.installed-$extra" "$root/.venv/.installed-dev"; do
    if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
  done
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    base="$(find_python)" || return 1
    say "Making the virtual environment .venv with $base"
    "$base" -m venv --clear "$root/.venv" || return 1
  fi
  say "Installing the pinned Python packages"
  if ! pip_install "${extra:+$extra,}sane"; then
    say "Trying again without python-sane, which needs gcc and libsane-dev."
    pip_install "$extra" || return 1
    say "Scanners behind SANE are not available; network scanners are."
  fi
  printf '%s' "$wanted" >"$root/.venv/.installed-$extra"
}

pip_install() {
  local project="$root"
  if [ -n "$1" ]; then project="${root}[$1]"; fi
  "$python" -m pip install -q --disable-pip-version-check -e "$project" -c "$root/installer/constraints.txt" >&2
}
