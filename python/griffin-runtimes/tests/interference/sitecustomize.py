"""Put on a child's path by a test: replaces the work of dataset generation by what the test asks for."""

import os
import signal
import sys
import time


def _interfere(*_: object) -> object:
    what = os.environ["INTERFERENCE"]
    print(f"interfering: {what}", flush=True)
    print("said on stderr", file=sys.stderr, flush=True)
    if what == "sleep":
        time.sleep(600)
    if what == "exit":
        os._exit(3)
    if what == "error":
        raise ZeroDivisionError("a bug of the runtime")
    os.kill(os.getpid(), getattr(signal, what))
    return None


if "INTERFERENCE" in os.environ and "griffin_runtimes.run" in sys.orig_argv:
    import griffin_runtimes.dataset.generate

    griffin_runtimes.dataset.generate.run = _interfere
