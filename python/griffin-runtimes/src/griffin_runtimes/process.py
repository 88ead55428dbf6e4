"""What a process of an attempt owes to the process that started it."""

import ctypes
import os
import signal
from types import FrameType

_PR_SET_PDEATHSIG = 1

# Signals by which the system answers a fault of the program itself; the same work would meet them again.
_CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL})


class Terminated(BaseException):
    """Somebody asked this process to end. Not an Exception, so that no handler of failures takes it for one."""


def raise_when_terminated() -> None:
    """From now on the first SIGTERM or SIGINT raises Terminated in the main thread; later ones change nothing."""

    def handle(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise Terminated

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent ends, however that ends. Does nothing but on Linux."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except AttributeError:
        return
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def is_crash(number: int) -> bool:
    """Whether a process that this signal ended has its own fault to blame."""
    return number in _CRASHES
