"""Starts a command as a child that does not outlive its parent.

Run as a script, so that nothing happens between fork and exec but this file: it takes on the identity that was asked
for, asks the kernel for a signal when the parent thread ends, and becomes the command. The order matters: a change of
identity makes the kernel forget the signal. Only the standard library's quick modules are imported.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

SAME_IDENTITY = "same"
NAMESPACE_IDENTITY = "namespace"  # a user namespace in which we are not root, and our files are still ours
IDENTITY_REFUSED = 125

_UNPRIVILEGED = 65534
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000


def child_command(
    command: Sequence[str], *, when_parent_ends: signal.Signals, identity: str = SAME_IDENTITY
) -> list[str]:
    """What to start instead of the command: it gets the signal when the thread that starts it ends.

    An identity is SAME_IDENTITY, NAMESPACE_IDENTITY or "uid:gid".
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(when_parent_ends)), identity, *command]


def _libc_call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _take_identity(identity: str) -> None:
    if identity == NAMESPACE_IDENTITY:
        uid, gid = os.geteuid(), os.getegid()
        _libc_call("unshare", _CLONE_NEWUSER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{_UNPRIVILEGED} {uid} 1")
        _write("/proc/self/gid_map", f"{_UNPRIVILEGED} {gid} 1")
    elif identity != SAME_IDENTITY:
        uid, gid = (int(number) for number in identity.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def main(arguments: Sequence[str]) -> None:
    """Become the command; comes back only by an exception or by SystemExit."""
    parent, death_signal, identity, *command = arguments
    try:
        _take_identity(identity)
    except OSError as error:
        sys.stderr.write(f"identity {identity} refused: {error.strerror}\n")
        raise SystemExit(IDENTITY_REFUSED) from None
    _libc_call("prctl", _PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit(1)  # the parent ended before the kernel was asked
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for ignored in (signal.SIGINT, signal.SIGHUP):  # inherited from "nohup" or a shell's "&"
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # noqa: S606 - becoming the command is what this file is for
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        raise SystemExit(126) from None


if __name__ == "__main__":
    main(sys.argv[1:])
