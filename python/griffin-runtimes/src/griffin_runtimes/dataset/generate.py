"""Generates a training dataset: point-in-time join, splits, statistics and fingerprint."""

import json
import logging
from pathlib import Path

import duckdb

from griffin_runtimes.context import RunContext
from griffin_runtimes.dataset import sql
from griffin_runtimes.dataset.build import BuiltDataset, build
from griffin_runtimes.dataset.config import GenerateConfig
from griffin_runtimes.dataset.source import Source, open_source
from griffin_runtimes.report import Column, DatasetOutput, Result, Split

log = logging.getLogger(__name__)


def run(context: RunContext, config: GenerateConfig) -> Result:
    """Reads the sources, joins them and leaves one Parquet file per split."""
    context.progress.update("reading", 0.0, "reading the sources")
    with connect(context) as connection:
        spine = _open(context, connection, "The spine", config.spine.uri)
        views = [
            _open(context, connection, f"The feature view {view.name}@{view.version}", view.uri)
            for view in config.views
        ]
        context.progress.update("joining", 0.2, f"joining {len(views)} feature views")
        dataset = build(connection, config, spine, views)
        context.progress.update("writing", 0.8, f"writing {dataset.row_count} rows")
        return _write(context, connection, config, dataset)


def connect(context: RunContext) -> duckdb.DuckDBPyConnection:
    """An engine within the run's resources, which loads no extension from anywhere."""
    resources = context.spec.resources
    return duckdb.connect(
        config={
            "threads": max(1, int(resources.cpu)),
            "memory_limit": f"{int(resources.memory_gib * 0.8 * 1024)}MiB",
            "temp_directory": str(context.scratch / "spill"),
            "TimeZone": "UTC",
            "autoinstall_known_extensions": False,
        }
    )


def _open(context: RunContext, connection: duckdb.DuckDBPyConnection, label: str, uri: str) -> Source:
    return open_source(connection, label, uri, context.local_copies(uri))


def _write(
    context: RunContext, connection: duckdb.DuckDBPyConnection, config: GenerateConfig, dataset: BuiltDataset
) -> Result:
    files = [_write_split(context.scratch, connection, config, dataset, split) for split in dataset.splits]
    uri = context.output_uri("dataset")
    output = DatasetOutput(
        uri=uri,
        files=context.keep(uri, files),
        schema=[Column(name=column, type=column_type) for column, column_type in dataset.columns.items()],
        row_count=dataset.row_count,
        statistics=dataset.statistics,
        splits={
            split: Split(uri=f"{uri}/{split}.parquet", row_count=rows["count"]) for split, rows in dataset.rows.items()
        },
        label=config.spine.label,
        feature_columns=dataset.feature_columns,
        fingerprint=dataset.fingerprint,
        source_fingerprints=dataset.source_fingerprints,
    )
    log.info("%s@%d: %d rows, %s", config.dataset.name, config.dataset.version, output.row_count, output.fingerprint)
    return Result(metrics={f"{split}_rows": rows["count"] for split, rows in dataset.rows.items()}, outputs=[output])


def _write_split(
    folder: Path, connection: duckdb.DuckDBPyConnection, config: GenerateConfig, dataset: BuiltDataset, split: str
) -> Path:
    """Rows in order of event time and keys, so that the same dataset is the same file to whoever trains on it."""
    file = folder / f"{split}.parquet"
    about = {
        "dataset": f"{config.dataset.name}@{config.dataset.version}",
        "entity_keys": config.spine.entity_keys,
        "event_time": config.spine.event_time,
        "label": config.spine.label,
        "feature_columns": dataset.feature_columns,
    }
    order = sql.names([config.spine.event_time, *config.spine.entity_keys])
    connection.execute(
        f"COPY (SELECT * FROM dataset WHERE {dataset.splits[split]} ORDER BY {order}) TO {sql.text(str(file))} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{griffin: {sql.text(json.dumps(about))}}})"
    )
    return file
