#!/bin/sh
# Sets up the environment in $1 from requirements.txt, or finds that it is there: `make` calls it.
set -eu
venv=$1
stamp=$venv/stepwise-stamp

fail() {
    echo "stepwise: $1" >&2
    exit 1
}

find_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    fail "no Python 3.11 or later found; install one, for example with your system's package manager"
}

# What is wanted, and where: an environment does not survive a move.
wanted="$(cat requirements.txt pyproject.toml | cksum) $PWD"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    echo "stepwise: making $venv with $($python --version)"
    if ! "$python" -m venv --clear "$venv" >/dev/null 2>&1; then
        fail "$python has no venv module; on Debian and Ubuntu: apt-get install python3-venv"
    fi
fi

echo "stepwise: installing requirements.txt into $venv (a few minutes the first time)"
log=$venv/install.log
pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet "$@" >>"$log" 2>&1
}
: >"$log"
if ! pip -r requirements.txt || ! pip --no-deps --no-build-isolation -e .; then
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError|SSLError' "$log"; then
        fail "no package index could be reached; connect to the network and run the command again"
    fi
    tail -n 1 "$log" >&2
    fail "requirements.txt could not be installed; all that pip said is in $log"
fi
echo "$wanted" >"$stamp"
