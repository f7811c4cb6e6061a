#!/usr/bin/env bash
# Sets the program up and runs everything that CI runs. All checks run; the first failure's code is the exit code.
set -uo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
# shellcheck source=installer/setup.sh
. "$root/installer/setup.sh"

install_packages run sane test || exit
make_environment dev || exit
cd -- "$root" || exit
bin="$root/.venv/bin"
code=0

check() {
  local name="$1" result=0
  shift
  say "— $name"
  "$@" || result=$?
  if [ "$result" != 0 ]; then
    say "✗ $name failed ($result)"
    if [ "$code" = 0 ]; then code="$result"; fi
  fi
}

check "style" "$bin/ruff" check .
check "format" "$bin/ruff" format --check .
check "types" "$bin/mypy" -p muni_archive -p ui -p scanners
check "imports" "$bin/lint-imports"
check "packages" "$python" -m pip check --disable-pip-version-check
check "weak packages" "$python" installer/audit.py
check "catalogue" "$python" installer/catalogue.py check

# pytest comes last, and its closing line is the last that is printed.
export QT_QPA_PLATFORM=offscreen OMP_THREAD_LIMIT=1
result=0
"$bin/pytest" -n 2 --dist loadgroup --durations 12 "$@" || result=$?
if [ "$code" = 0 ]; then code="$result"; fi
exit "$code"
