"""Python imports this at its start: a run whose PYTHONPATH has this folder does nothing until a file is there."""

import os
import time
from pathlib import Path

gate = os.environ.get("HELD_UNTIL")
while gate and not Path(gate).exists():
    time.sleep(0.05)
