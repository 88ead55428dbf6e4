"""Plans a training: rows, features and parameters. What is wrong with them is found here, before Ray starts."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from griffin_runtimes.context import RunContext
from griffin_runtimes.errors import column_missing, config_invalid, data_invalid
from griffin_runtimes.spec import DatasetInput
from griffin_runtimes.xgboost.config import TrainConfig
from griffin_runtimes.xgboost.data import SplitFile
from griffin_runtimes.xgboost.features import Feature, describe, is_text

# Fields of TrainConfig that are XGBoost's own parameters.
_PARAMETERS = (
    "objective",
    "learning_rate",
    "max_depth",
    "max_bin",
    "min_child_weight",
    "subsample",
    "colsample_bytree",
    "gamma",
    "reg_alpha",
    "reg_lambda",
    "scale_pos_weight",
)


@dataclass(frozen=True)
class TrainPlan:
    """What each training worker is told. `splits` by role: `train`, and `validation` and `test` where there are."""

    splits: dict[str, SplitFile]
    features: list[Feature]
    label: str
    parameters: dict[str, Any]
    config: TrainConfig
    workers: int
    threads: int

    def watched(self) -> dict[str, SplitFile]:
        """The splits that are looked at while training."""
        return {role: split for role, split in self.splits.items() if role in ("train", "validation")}


def plan_training(context: RunContext, config: TrainConfig) -> TrainPlan:
    """Raises column_missing, config_invalid or data_invalid."""
    dataset = context.spec.one_input(DatasetInput)
    resources = context.spec.resources
    splits = _splits(context, dataset, config)
    names = config.features or dataset.feature_columns
    schema = splits["train"].schema()
    _check_columns(dataset, schema, names)
    features = _features(splits["train"], schema, names)
    for split in splits.values():
        _check_label(split, dataset.label, resources.workers)
    threads = max(1, int(resources.cpu))
    return TrainPlan(
        splits=splits,
        features=features,
        label=dataset.label,
        parameters={
            **{name: getattr(config, name) for name in _PARAMETERS},
            "tree_method": "hist",
            "eval_metric": ["logloss", "auc"],
            "seed": context.spec.seed % 2**31,
            # A round's random choices follow from its number, so that an attempt that goes on makes the same ones.
            "seed_per_iteration": True,
            "nthread": threads,
        },
        config=config,
        workers=max(1, resources.workers),
        threads=threads,
    )


def _splits(context: RunContext, dataset: DatasetInput, config: TrainConfig) -> dict[str, SplitFile]:
    named = {
        "train": config.train_split,
        "validation": config.validation_split or ("validation" if "validation" in dataset.splits else None),
        "test": config.test_split or ("test" if "test" in dataset.splits else None),
    }
    if config.early_stopping_rounds and not named["validation"]:
        raise config_invalid(
            f"/config/early_stopping_rounds needs a validation split, and the dataset {dataset.ref} has none."
        )
    return {
        role: SplitFile(dataset.split(name, f"/config/{role}_split").uri, context.environment.s3)
        for role, name in named.items()
        if name
    }


def _check_columns(dataset: DatasetInput, schema: pa.Schema, names: list[str]) -> None:
    where = f"The dataset {dataset.ref}"
    for at, name in enumerate(names):
        if name not in schema.names:
            raise column_missing(where, name, f"/config/features/{at}", schema.names)
        if name == dataset.label:
            raise config_invalid(f"/config/features/{at}: `{name}` is the label; a model must not learn from it.")
    if len(set(names)) < len(names):
        raise config_invalid("/config/features names a column twice.")
    if dataset.label not in schema.names:
        raise column_missing(where, dataset.label, "its label", schema.names)


def _features(train: SplitFile, schema: pa.Schema, names: list[str]) -> list[Feature]:
    texts = train.read([name for name in names if is_text(schema.field(name).type)])
    return [describe(texts, name, schema.field(name).type) for name in names]


def _check_label(split: SplitFile, label: str, workers: int) -> None:
    column = split.read([label]).column(label)
    if len(column) < max(1, workers):
        raise data_invalid(f"{split.uri} has {len(column)} rows: too few for {workers} workers.")
    if column.null_count:
        raise data_invalid(f"{split.uri}: {column.null_count} rows have no `{label}`; a label is needed to learn from.")
    values = pc.unique(column).to_pylist()
    if not set(values) <= {0, 1}:
        raise data_invalid(f"{split.uri}: the label `{label}` must be 0 or 1; it has {sorted(values, key=str)[:5]}.")
