#!/usr/bin/env bash
# Prepares a machine for Tiro: system packages, then .venv from the hashed lock. Does nothing, quickly, when nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

LOCK=requirements/dev.txt
INSTALLER=requirements/installer.txt
VENV=.venv
STAMP=$VENV/.tiro-stamp
LOGS=var/setup

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "no Python 3.11, 3.12 or 3.13 found: install one (Debian 12+, Ubuntu 24.04+: apt-get install python3 python3-venv)" \
         "or name it: make setup PYTHON=/path/to/python3"
}

# Prints the distribution packages that are still missing. A part replaced by an external URL needs no package.
missing_packages() {
    local python=$1
    [ -n "${TIRO_BROKER_URL:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || [ -n "${TIRO_RABBITMQ_BIN:-}" ] \
        || echo rabbitmq-server
    [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || [ -n "${TIRO_NGINX:-}" ] || echo nginx-light
    find /usr/share/fonts /usr/local/share/fonts -name 'NotoSansCJK*' -print -quit 2>/dev/null | grep -q . || echo fonts-noto-cjk
    [ -d "$VENV" ] || "$python" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

install_packages() {
    local packages="$*" policy=/usr/sbin/policy-rc.d added=""
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
        fail "these system packages are missing and this user may not install them: $packages. Ways out:" \
             "install them yourself (sudo apt-get install --no-install-recommends $packages)," \
             "or use Docker (docker compose -f deploy/compose.yaml up)," \
             "or point to running servers (TIRO_BROKER_URL, TIRO_POSTGRES_URL, TIRO_S3_URL)."
    fi
    say "installing system packages: $packages (log: $LOGS/apt.log)"
    # The distribution's own servers must not start: the stack runs private ones on ports of its own.
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        added=yes
    fi
    local ok="" attempt
    for attempt in install update; do
        [ "$attempt" = install ] || { say "refreshing the package lists"; as_root apt-get update >>"$LOGS/apt.log" 2>&1 || true; }
        # shellcheck disable=SC2086
        if as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages \
            >>"$LOGS/apt.log" 2>&1; then ok=yes; break; fi
    done
    [ -z "$added" ] || as_root rm -f "$policy"
    if [ -z "$ok" ]; then
        tail -n 5 "$LOGS/apt.log" >&2
        fail "apt-get could not install $packages (see $LOGS/apt.log). Try it by hand:" \
             "sudo apt-get update && sudo apt-get install --no-install-recommends $packages"
    fi
}

make_venv() {
    local python=$1
    if [ ! -x "$VENV/bin/python" ] || [ "$("$VENV/bin/python" -c 'import sys; print(sys.prefix)' 2>/dev/null)" != "$PWD/$VENV" ]; then
        say "creating $VENV with $("$python" --version)"
        "$python" -m venv --clear "$VENV" >"$LOGS/venv.log" 2>&1 \
            || fail "could not create $VENV: $(tail -n 2 "$LOGS/venv.log" | tr '\n' ' ')"
    fi
}

# uv needs a tenth of pip's time. It does not read pip's settings, so a mirror or certificate set there is passed on.
install_with_uv() {
    local index certificate
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --quiet --require-hashes \
        -r "$INSTALLER" 2>"$LOGS/pip.err" || return 1
    index=$("$VENV/bin/python" -m pip config get global.index-url 2>/dev/null || true)
    index=${PIP_INDEX_URL:-$index}
    certificate=${SSL_CERT_FILE:-${PIP_CERT:-}}
    env ${index:+UV_DEFAULT_INDEX="$index"} ${certificate:+SSL_CERT_FILE="$certificate"} \
        "$VENV/bin/uv" pip install --python "$VENV/bin/python" --no-deps --require-hashes --compile-bytecode -r "$LOCK" \
        2>&1 | tee "$LOGS/uv.log" | sed -u -n -E 's/^(Resolved|Prepared|Installed|Checked|Audited|Bytecode|error)/setup:   &/p'
}

install_with_pip() {
    local total=$1
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes \
        --progress-bar off -r "$LOCK" 2>"$LOGS/pip.err" | tee "$LOGS/pip.log" | awk -v total="$total" '
            /^Collecting/ { n++; if (n % 25 == 0) { printf "setup:   %d of about %d fetched\n", n, total; fflush() } }
            /^Installing collected/ { print "setup:   unpacking"; fflush() }'
}

install_python_packages() {
    local total
    total=$(grep -c '^[a-z0-9].*==' "$LOCK")
    say "installing $total pinned Python packages (about 300 MB, 1 GB unpacked; logs: $LOGS)"
    # Both with --no-deps: the lock is complete, and rapidocr's wish for the desktop OpenCV is overridden there.
    install_with_uv && return
    say "uv could not do it (see $LOGS/uv.log), trying pip, which is slower"
    if ! install_with_pip "$total"; then
        tail -n 6 "$LOGS/pip.err" >&2
        fail "pip could not install the lock (see $LOGS/pip.err). Check the network or your pip mirror, then run make setup again."
    fi
}

main() {
    local want python packages
    want="$(sha256sum "$LOCK" | cut -d' ' -f1) $PWD"
    if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$want" ] && [ -x "$VENV/bin/python" ] \
        && [ -z "$(missing_packages "$VENV/bin/python")" ]; then
        return
    fi
    mkdir -p "$LOGS"
    python=$(find_python)
    packages=$(missing_packages "$python" | tr '\n' ' ')
    # shellcheck disable=SC2086
    [ -z "$packages" ] || install_packages $packages
    if [ ! -f "$STAMP" ] || [ "$(cat "$STAMP")" != "$want" ]; then
        make_venv "$python"
        install_python_packages
        printf '%s\n' "$want" >"$STAMP"
    fi
    say "ready in ${SECONDS} s"
}

main
