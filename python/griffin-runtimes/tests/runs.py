"""Specs of small runs."""

from pathlib import Path
from typing import Any

import xgboost

from attempts import AttemptFolder
from dataset_fixtures import SPINE_SCHEMA, VIEW_SCHEMA, spine_row, trips, view_row, weather, write
from griffin_runtimes import model
from griffin_runtimes.xgboost.features import describe, matrix
from training_fixtures import FEATURES, table, write_dataset

INTERFERENCE = str(Path(__file__).parent / "interference")
MODEL = {"type": "model", "id": "00000000-0000-7000-8000-00000000000d", "name": "late", "version": 3}


def generation(attempt: AttemptFolder, interference: str | None = None, **view: Any) -> dict[str, Any]:
    """The spec of a run that generates a tiny dataset, unless something interferes."""
    spine = write(attempt.folder / "spine.parquet", [spine_row("Oslo", 3), spine_row("Lima", 4)], SPINE_SCHEMA)
    rows = write(attempt.folder / "weather.parquet", [view_row("Oslo", 1, 1, 0, 2.5)], VIEW_SCHEMA)
    config = trips([weather(uri=rows.as_uri(), **view)], uri=spine.as_uri())
    spec = attempt.spec("dataset-generation", "generate-dataset", config.model_dump(mode="json", by_alias=True))
    if interference:
        spec["env"] = {"PYTHONPATH": INTERFERENCE, "INTERFERENCE": interference, "GRIFFIN_RUN_TOKEN": "of the user"}
    return spec


def scoring(attempt: AttemptFolder, given_model: dict[str, Any], **config: Any) -> dict[str, Any]:
    dataset = write_dataset(attempt.folder / "data", {"test": 1000})
    return attempt.spec("xgboost-scoring", "batch-infer", config, inputs=[dataset, given_model])


def save_model(attempt: AttemptFolder) -> dict[str, Any]:
    """A model trained in this process, as an input of a run."""
    rows = table(500, seed=1)
    features = [describe(rows, name, rows.schema.field(name).type) for name in FEATURES]
    data = matrix(rows, features, "late")
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, data, num_boost_round=5)
    folder = attempt.folder / "model"
    folder.mkdir()
    about = {"framework_version": xgboost.__version__, "objective": "binary:logistic", "rounds": 5, "label": "late"}
    model.save(folder, booster, features, model.Manifest(run_id="r", files=["model.ubj"], **about))
    return {**MODEL, "uri": folder.as_uri()}
