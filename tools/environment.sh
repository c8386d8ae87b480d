#!/bin/sh
# Sets up the environment in $1 from requirements.txt, or finds that it is there: `make` calls it.
# STEPWISE_TORCH=cpu or =cuda chooses PyTorch's build, =default leaves it to pip's own settings.
set -eu
venv=$1
stamp=$venv/stepwise-stamp
cpu_index=https://download.pytorch.org/whl/cpu

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

has_nvidia_gpu() {
    [ -e /proc/driver/nvidia ] || nvidia-smi >/dev/null 2>&1
}

# Indexes that the user has set, in the environment or in a file of pip's. pip takes an empty
# setting for none, and no-index for a truth value.
pip_is_set_up() {
    "$venv/bin/python" -m pip --disable-pip-version-check config list 2>/dev/null |
        grep -qiE "(^|[.])(extra-)?index-url=.[^'\"]|[.]no-index='(1|y|yes|t|true|on)'"
}

# In a thread, since looking up the host's name knows no time limit.
cpu_index_answers() {
    "$venv/bin/python" - "$cpu_index/torch/" <<'END' 2>/dev/null
import os, sys, threading, urllib.request

def ask():
    with urllib.request.urlopen(sys.argv[1], timeout=4):
        os._exit(0)

asking = threading.Thread(target=ask, daemon=True)
asking.start()
asking.join(4.5)
os._exit(1)
END
}

# The folder's name as a shell reads it back.
quoted() {
    case $1 in
        *[!A-Za-z0-9_./-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
        *) printf %s "$1" ;;
    esac
}

# PyTorch for Linux has two builds. pip takes the one for CPUs where it sees that index, because
# 2.13.0+cpu counts as a later version than 2.13.0.
choose_torch() {
    other="to have the other: rm -r $(quoted "$venv"), then STEPWISE_TORCH"
    cpu="PyTorch for CPUs (about 200 MB to download); $other=cuda make"
    cuda="PyTorch with CUDA (about 3 GB to download); $other=cpu make"
    index=
    case ${STEPWISE_TORCH:-} in
        cpu) index=$cpu_index said=$cpu ;;
        cuda) said=$cuda ;;
        default) said="PyTorch as pip's own settings have it" ;;
        '')
            if [ "$(uname -s)" != Linux ]; then
                return
            elif pip_is_set_up; then
                said="PyTorch from the index that pip is set to use; STEPWISE_TORCH=cpu make adds the one for CPUs"
            elif has_nvidia_gpu; then
                said=$cuda
            elif cpu_index_answers; then
                index=$cpu_index said=$cpu
            else
                said="PyTorch as pip finds it, since $cpu_index does not answer: perhaps with CUDA (about 3 GB)"
            fi
            ;;
        *) fail "STEPWISE_TORCH is '$STEPWISE_TORCH'; it must be cpu, cuda or default" ;;
    esac
    echo "stepwise: $said"
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
choose_torch
log=$venv/install.log
pip_said() {
    grep -qE "$1" "$log"
}

# All connections go to it then: one that is not made is its fault, also where pip does not say so.
has_proxy() {
    [ -n "${HTTPS_PROXY:-}${https_proxy:-}${ALL_PROXY:-}${all_proxy:-}" ]
}

# What pip's words mean, where they are known. The disk first: pip also notes what it got over.
explain() {
    again="and run the command again; all that pip said is in $log"
    if pip_said 'No space left on device|Disk quota exceeded'; then
        fail "the disk is full: the environment takes about 2 GB, and about 7 GB with CUDA"
    elif pip_said '407 Proxy|HTTP error 407|407 Client Error'; then
        fail "the proxy wants a user and a password: set HTTPS_PROXY=http://user:password@host:port $again"
    elif pip_said 'suitable TLS CA certificate bundle|NO_CERTIFICATE_OR_CRL_FOUND'; then
        fail "the file of certificates cannot be read: correct REQUESTS_CA_BUNDLE (or PIP_CERT), or unset it, $again"
    elif pip_said 'CERTIFICATE_VERIFY_FAILED|CertVerification|certificate verify failed|ssl certificate'; then
        fail "the package index's certificate was refused: if your network or a virus scanner inspects connections, set REQUESTS_CA_BUNDLE (or PIP_CERT) to the file of its certificates; if this machine's date, $(date +%Y-%m-%d), is wrong, correct it; $again"
    elif pip_said 'ProxyError|ProxyConnection|[Tt]unnel connection failed|to (the )?proxy|proxy URL|InvalidURL|Failed to parse: |Invalid IPv6 URL|Port could not be cast' ||
        { has_proxy && pip_said 'NewConnectionError|NameResolutionError|ConnectionFailedError'; }; then
        fail "the proxy in between gave no way: correct HTTPS_PROXY and HTTP_PROXY, or unset them if there is no proxy, $again"
    elif pip_said 'SSLError|SSLVerificationError'; then
        fail "no encrypted connection to the package index came about: check HTTPS_PROXY, or try another network, $again"
    elif pip_said 'NewConnectionError|NameResolutionError|ConnectionFailedError'; then
        fail "no package index could be reached; connect to the network $again"
    elif pip_said 'ConnectTimeout|ReadTimeout|ConnectionTimeout|timed out'; then
        fail "the package index did not answer in time: it is busy, or a firewall drops what is sent to it; wait, or try another network, $again"
    fi
}

pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet "$@" >>"$log" 2>&1
}
: >"$log"
if ! pip ${index:+--extra-index-url "$index"} -r requirements.txt ||
    ! pip --no-deps --no-build-isolation -e .; then
    explain
    tail -n 1 "$log" | sed 's|//.*@|//|' >&2 # a proxy's or an index's password is not for the screen
    fail "requirements.txt could not be installed; all that pip said is in $log"
fi
echo "$wanted" >"$stamp"
