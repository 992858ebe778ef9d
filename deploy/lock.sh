#!/usr/bin/env bash
# Resolves requirements/*.in into hashed locks that name no registry host. Run after editing an .in file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
UV=${UV:-.venv/bin/uv}

compile() {
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --override requirements/overrides.txt "$@"
}

compile requirements/installer.in -o requirements/installer.txt
compile requirements/runtime.in -o requirements/runtime.txt
compile requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt
if grep -nE '://|file:' requirements/*.txt; then
    echo "lock: the lines above name a host or a path" >&2
    exit 1
fi
