"""The Ray cluster of the attempt."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import ray
from ray.data._internal.cluster_autoscaler.default_autoscaling_coordinator import _AutoscalingCoordinatorActor

from griffin_runtimes.context import RunContext

# Ray Train's controller looks at its workers this often; a report waits for it. Two seconds is Ray's own value.
_LOOKS_PER_SECOND_AND_WORKER = 20
_LONGEST_INTERVAL_SECONDS = 2.0

# By these every process of an attempt can be found on a machine. Nothing secret: Ray's dashboard shows them.
_INSTALLATION = "GRIFFIN_INSTALLATION_DIR"
_IDENTITY = ("GRIFFIN_RUN_ID", "GRIFFIN_ATTEMPT", "GRIFFIN_PROJECT_ID", _INSTALLATION)


@contextmanager
def attached(context: RunContext) -> Iterator[None]:
    """Attaches to the cluster that the attempt was given; what Ray starts for it carries the attempt's identity."""
    interval = min(_LONGEST_INTERVAL_SECONDS, context.spec.resources.workers / _LOOKS_PER_SECOND_AND_WORKER)
    os.environ.setdefault("RAY_TRAIN_HEALTH_CHECK_INTERVAL_S", str(interval))
    ray.init(
        address=context.environment.ray_address or "auto",
        runtime_env={"env_vars": worker_variables(context)},
        log_to_driver=True,
        logging_level="WARNING",
    )
    try:
        _make_shared_actor()
        yield
    finally:
        ray.shutdown()


def worker_variables(context: RunContext) -> dict[str, str]:
    """The environment of the attempt's Ray workers, beyond the cluster's own."""
    own = {name: value for name, value in context.spec.env.items() if not name.startswith("GRIFFIN_")}
    cluster = {"RAY_ADDRESS": context.environment.ray_address} if context.environment.ray_address else {}
    return {**own, **cluster, **{name: os.environ[name] for name in _IDENTITY if name in os.environ}}


def _make_shared_actor() -> None:
    """Makes the one actor that all trainings of a cluster share, where it is not there yet.

    Ray Train would make it within the first run, with that run's environment. As it outlives the run and comes back
    when it is killed, the run would seem never to end, and its token would stay around. The name is Ray Train's.
    """
    ours = [name for name in os.environ if name.startswith("GRIFFIN_") and name != _INSTALLATION]
    ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(_AutoscalingCoordinatorActor).options(
        name="AutoscalingCoordinator",
        namespace="AutoscalingCoordinator",
        get_if_exists=True,
        lifetime="detached",
        runtime_env={"env_vars": dict.fromkeys(ours, "")},
    ).remote()
