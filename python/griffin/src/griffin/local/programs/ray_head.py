"""`ray_head.py CPUS`: a Ray on this machine, for as long as its input is open. Says its port when it is up."""

import os
import sys

import ray


def main(cpus: int) -> None:
    """One line on the output."""
    ray.init(
        address="local",
        num_cpus=cpus,
        include_dashboard=True,  # Ray Train's own clean-up needs it.
        dashboard_host="127.0.0.1",
        log_to_driver=False,
        logging_level="ERROR",
    )
    print("ray", ray.get_runtime_context().gcs_address.rsplit(":", 1)[1], flush=True)  # noqa: T201
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # Nobody reads on.
    sys.stdin.read()
    ray.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
