"""Scores a dataset's split with a registered model, a batch at a time."""

import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from griffin_runtimes import model
from griffin_runtimes.context import RunContext
from griffin_runtimes.errors import column_missing
from griffin_runtimes.report import PredictionsOutput, Result
from griffin_runtimes.spec import DatasetInput, ModelInput
from griffin_runtimes.store import open_store
from griffin_runtimes.xgboost.config import ScoreConfig
from griffin_runtimes.xgboost.data import SplitFile

_MODEL_FILES = (model.BOOSTER_FILE, model.FEATURES_FILE, model.MANIFEST_FILE)


def run(context: RunContext, config: ScoreConfig) -> Result:
    """Leaves one Parquet file: the rows' keys and event time, and their score."""
    dataset = context.spec.one_input(DatasetInput)
    split = SplitFile(dataset.split(config.split, "/config/split").uri, context.environment.s3)
    scorer = _fetch(context, context.spec.one_input(ModelInput))
    schema, total = split.schema(), split.row_count()
    for feature in scorer.features:
        if feature.name not in schema.names:
            raise column_missing(f"The dataset {dataset.ref}", feature.name, "the model's features", schema.names)
    keys = key_columns(schema, dataset)
    file = context.scratch / "predictions.parquet"
    out = pa.schema([*(schema.field(key) for key in keys), pa.field(config.score_column, pa.float32(), nullable=False)])
    scored = 0
    with pq.ParquetWriter(file, out, compression="zstd") as writer:
        for batch in _scored(context, config, split, scorer, keys, out):
            writer.write_table(batch)
            scored += batch.num_rows
            context.progress.update("scoring", scored / max(1, total), f"{scored} of {total} rows")
    uri = context.output_uri("predictions")
    output = PredictionsOutput(uri=uri, files=context.keep(uri, [file]), row_count=scored)
    return Result(metrics={"rows": scored}, outputs=[output])


def key_columns(schema: pa.Schema, dataset: DatasetInput) -> list[str]:
    """What names a row: the file says it where Griffin made it; else all that is neither feature nor label."""
    about = (schema.metadata or {}).get(b"griffin")
    if about:
        made = json.loads(about)
        return list(dict.fromkeys([*made["entity_keys"], made["event_time"]]))
    return [name for name in schema.names if name not in {*dataset.feature_columns, dataset.label}]


def _scored(
    context: RunContext, config: ScoreConfig, split: SplitFile, scorer: model.Model, keys: list[str], out: pa.Schema
) -> Iterator[pa.Table]:
    threads = max(1, int(context.spec.resources.cpu))
    columns = list(dict.fromkeys([*keys, *(feature.name for feature in scorer.features)]))
    for rows in split.batches(columns, config.batch_rows):
        score = pa.array(scorer.score(rows, threads), pa.float32())
        yield pa.Table.from_arrays([*rows.select(keys).columns, score], schema=out)


def _fetch(context: RunContext, given: ModelInput) -> model.Model:
    store = open_store(given.uri, context.environment.s3)
    folder = context.scratch / "model"
    folder.mkdir()
    for name in _MODEL_FILES:
        copy = store.fetch(f"{given.uri}/{name}", context.scratch)
        (folder / name).write_bytes(copy.read_bytes())
    return model.load(folder)
