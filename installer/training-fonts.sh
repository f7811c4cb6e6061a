#!/usr/bin/env bash
# Fetches the typefaces that the networks are trained with: Debian's packages, and npm's @fontsource into a folder.
#   installer/training-fonts.sh [FOLDER]     (default: build/fonts; then train with --fonts /usr/share/fonts --fonts FOLDER)
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
# shellcheck source=installer/setup.sh
. "$root/installer/setup.sh"
folder="${1:-$root/build/fonts}"

install_packages fonts
mkdir -p "$folder"
cd -- "$folder"
[ -f package.json ] || npm init -y >/dev/null
wanted=()
for name in alexandria almarai amiri aref-ruqaa arimo baloo-bhaijaan-2 beiruti cairo changa courier-prime cousine \
  el-messiri fustat harmattan ibm-plex-sans-arabic jomhuria katibeh kufam lalezar lateef lato lemonada lexend mada \
  marhey markazi-text merriweather mirza noto-kufi-arabic noto-naskh-arabic noto-sans noto-sans-arabic noto-serif \
  open-sans playpen-sans-arabic pt-serif rakkas readex-pro reem-kufi roboto rubik scheherazade-new tajawal tinos \
  vazirmatn zain; do
  wanted+=("@fontsource/$name@5.3.0")
done
wanted+=("@fontsource/ruwudu@5.0.3" "@fontsource/source-serif-4@5.3.1")
npm install --silent --no-audit --no-fund "${wanted[@]}"
say "Typefaces are in $folder"
