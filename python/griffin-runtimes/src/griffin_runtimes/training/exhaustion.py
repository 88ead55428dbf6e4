"""Whether a node of the attempt's own Ray cluster ran out of memory."""

import logging

import ray
from ray.exceptions import GetTimeoutError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from griffin_runtimes.memory import ContainerMemory, container_memory

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 15.0


def exhausted_node() -> ContainerMemory | None:
    """The memory of a node where the kernel ended a process for want of it; None where no node that answers had that.

    Only for a Ray cluster of the attempt's own: on another one, the process may have been anybody's.
    """
    try:
        asked = [_ask(node["NodeID"]) for node in ray.nodes() if node["Alive"]]
        answered, _ = ray.wait(asked, num_returns=len(asked), timeout=_PATIENCE_SECONDS) if asked else ([], [])
    except (RayError, ConnectionError) as error:
        log.warning("the Ray cluster does not say how much memory its nodes have: %s", error)
        return None
    return next((memory for memory in map(_answer, answered) if memory is not None and memory.kills > 0), None)


def _ask(node_id: str) -> ray.ObjectRef:
    there = NodeAffinitySchedulingStrategy(node_id, soft=False)
    return ray.remote(container_memory).options(num_cpus=0, max_retries=0, scheduling_strategy=there).remote()


def _answer(asked: ray.ObjectRef) -> ContainerMemory | None:
    try:
        return ray.get(asked, timeout=0)
    except (RayError, GetTimeoutError) as error:
        log.warning("a Ray node does not say how much memory it has: %s", error)
        return None
