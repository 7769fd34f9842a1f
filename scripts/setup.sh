# Sourced by serve and check, with $root set: afterwards $root/.venv holds what requirements.lock says, and Reskontro.
#
# What was done is noted in .venv/.done, so that the next start only compares. An interrupted set-up leaves .venv/.busy and
# is begun anew; two at a time wait for each other.

venv=$root/.venv

say() {
    printf '%s\n' "$*" >&2
}

# The state that .venv must have: where it is (its scripts name the path) and what it was made from.
wanted_state() {
    printf '%s\n' "$root"
    cat "$root/requirements.lock" "$root/pyproject.toml" "$root/scripts/setup.sh" "$root/scripts/uv.txt" | cksum
}

is_set_up() {
    [ -x "$venv/bin/reskontro" ] && [ -x "$venv/bin/python" ] && [ ! -e "$venv/.busy" ] &&
        [ "$(cat "$venv/.done" 2>/dev/null)" = "$(wanted_state)" ]
}

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
    done
    if command -v python3 >/dev/null 2>&1; then
        say "Python 3.11 or newer is needed; this is $(python3 --version 2>&1). Install a newer one (Debian 12 has python3)."
    else
        say "Python 3.11 or newer is needed and there is no python3. Install it (Debian: apt-get install python3 python3-venv)."
    fi
    exit 1
}

make_venv() {
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Python's venv module is missing. Install it (Debian: apt-get install python3-venv)."
        exit 1
    fi
    rm -rf "$venv"
    mkdir "$venv"
    : >"$venv/.busy"
    "$python" -m venv "$venv"
}

set_up() {
    find_python
    exec 9<"$root/scripts/setup.sh"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' # the lock stays with this shell's descriptor
    if ! is_set_up; then
        say "Setting up $venv"
        if [ -e "$venv/.busy" ] || ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
            make_venv
        fi
        : >"$venv/.busy"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/scripts/uv.txt"
        in_venv pip sync --require-hashes "$root/requirements.lock"
        in_venv pip install --quiet --no-deps --no-build-isolation --editable "$root"
        wanted_state >"$venv/.done"
        rm "$venv/.busy"
    fi
    exec 9<&-
}

in_venv() {
    UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$venv "$venv/bin/uv" "$@" --python "$venv/bin/python"
}

is_set_up || set_up
