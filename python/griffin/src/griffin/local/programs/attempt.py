"""`attempt.py PARENT`: griffin-runtimes' launcher, which ends with the process that started it."""

import sys

from griffin_runtimes.launch import main
from griffin_runtimes.process import die_with_parent

if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    sys.exit(main())
