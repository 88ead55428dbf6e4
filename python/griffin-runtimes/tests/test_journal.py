"""Where the figures of a training are kept, on a real Ray."""

import ray
from ray.util.state import list_actors

from attempts import eventually
from griffin_runtimes.training.journal import Entry, Journal


def test_figures_are_kept_where_the_driver_is_for_a_training_outlives_every_other_node(ray_address: str) -> None:
    journal = Journal()
    journal.append(Entry(1, {"loss": 0.5}))
    assert journal.after(0) == [Entry(1, {"loss": 0.5})]
    here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
    eventually(lambda: placements(ray_address) == [here], seconds=20)


def placements(ray_address: str) -> list[dict[str, str] | None]:
    alive = [("class_name", "=", "_Journal"), ("state", "=", "ALIVE")]
    return [actor.label_selector for actor in list_actors(ray_address, filters=alive, detail=True)]
