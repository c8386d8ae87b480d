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

# Indexes that the user has set, in the environment or in a file of pip's.
pip_is_set_up() {
    "$venv/bin/python" -m pip --disable-pip-version-check config list 2>/dev/null |
        grep -qE '(^|[.])(extra-)?index-url=|[.]no-index='
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

# PyTorch for Linux has two builds. pip takes the one for CPUs where it sees that index, because
# 2.13.0+cpu counts as a later version than 2.13.0.
choose_torch() {
    other="to have the other: rm -r $venv, then STEPWISE_TORCH"
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
pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet "$@" >>"$log" 2>&1
}
: >"$log"
if ! pip ${index:+--extra-index-url "$index"} -r requirements.txt ||
    ! pip --no-deps --no-build-isolation -e .; then
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError|SSLError' "$log"; then
        fail "no package index could be reached; connect to the network and run the command again"
    fi
    if grep -q 'No space left on device' "$log"; then
        fail "the disk is full: the environment takes about 2 GB, and about 7 GB with CUDA"
    fi
    tail -n 1 "$log" >&2
    fail "requirements.txt could not be installed; all that pip said is in $log"
fi
echo "$wanted" >"$stamp"
