# Sourced by the other scripts: messages, paths and small checks they share.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # used by the scripts that source this file
target=${CARGO_TARGET_DIR:-$root/target}

say()  { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }

# A step line with its number: `step 3 7 "Building the web client"`.
step() { printf '\n==> %s/%s %s\n' "$1" "$2" "$3"; }

# One hash over file names and contents below the given paths, whatever the file times say.
fingerprint() {
    find "$@" \( -name node_modules -o -name dist \) -prune -o -type f -print0 \
        | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}
