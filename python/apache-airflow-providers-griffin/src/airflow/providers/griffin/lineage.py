"""What OpenLineage is told of a run, where its provider is installed (the extra `openlineage`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import DatasetFacet, RunFacet

    import griffin

    Lineage = OperatorLineage[Dataset, RunFacet]


def lineage_before(inputs: Iterable[Mapping[str, Any]]) -> Lineage:
    """What a run is going to read: the inputs of its spec."""
    from airflow.providers.openlineage.extractors import OperatorLineage

    return OperatorLineage(inputs=[_input(given) for given in inputs])


def lineage_of(api_url: str, run: griffin.Run) -> Lineage:
    """The run's data by where they are stored, each with its name and version in Griffin, and the run's id."""
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.facet_v2 import external_query_run

    made = {"model": run.model_version, "dataset": run.dataset_version}
    outputs = [(output, made.get(output["type"])) for output in run.outputs]
    return OperatorLineage(
        inputs=[_input(given) for given in run.inputs],
        outputs=[
            _dataset(output["uri"], *((version.name, version.version) if version else (None, None)))
            for output, version in outputs
        ],
        run_facets={"externalQuery": external_query_run.ExternalQueryRunFacet(externalQueryId=run.id, source=api_url)},
    )


def _input(given: Mapping[str, Any]) -> Dataset:
    return _dataset(given["uri"], given["name"], given["version"])


def _dataset(uri: str, name: str | None, version: Any) -> Dataset:
    """By OpenLineage's names: of a bucket `s3://bucket` and the key, of a file `file` and the path."""
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import dataset_version_dataset

    parts = urlsplit(uri)
    is_file = parts.scheme in ("", "file")
    facets: dict[str, DatasetFacet] = {}
    if name is not None:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=f"{name}@{version}")
    return Dataset(
        namespace="file" if is_file else f"{parts.scheme}://{parts.netloc}",
        name=parts.path if is_file else parts.path.lstrip("/"),
        facets=facets,
    )
