"""A model's inputs: how the columns of a dataset become the numbers that XGBoost sees."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xgboost
from pydantic import BaseModel, ConfigDict

from griffin_runtimes.errors import data_invalid


class Feature(BaseModel):
    """One input. Text is a category: its code is its place in `categories`; a text that is not there is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: str
    categories: list[str] | None = None


def is_text(column_type: pa.DataType) -> bool:
    """Whether a column of this type is a category."""
    return any(is_it(column_type) for is_it in (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary))


def describe(table: pa.Table, name: str, column_type: pa.DataType) -> Feature:
    """The feature of a column; `table` holds the training rows of the text columns. Raises data_invalid otherwise."""
    if is_text(column_type):
        values = pc.unique(_as_text(table.column(name)).drop_null())
        return Feature(name=name, type="string", categories=sorted(values.to_pylist()))
    if _is_number(column_type) or pa.types.is_boolean(column_type):
        return Feature(name=name, type=str(column_type))
    raise data_invalid(
        f"The feature column `{name}` has the type {column_type}; XGBoost learns from numbers, booleans and text."
    )


def matrix(table: pa.Table, features: list[Feature], label: str | None = None, threads: int = 1) -> xgboost.DMatrix:
    """The table's rows as XGBoost's input, the features in the model's order, with the label where one is named."""
    data = np.empty((table.num_rows, len(features)), dtype=np.float32, order="F")
    for at, feature in enumerate(features):
        data[:, at] = _numbers(table.column(feature.name), feature)
    return xgboost.DMatrix(
        data,
        label=None if label is None else _as_floats(table.column(label)),
        feature_names=[feature.name for feature in features],
        feature_types=["q" if feature.categories is None else "c" for feature in features],
        enable_categorical=True,
        nthread=threads,
    )


def columns_of(features: Iterable[Feature], label: str | None = None) -> list[str]:
    """The columns to read."""
    return [*(feature.name for feature in features), *([label] if label else [])]


def _numbers(column: pa.ChunkedArray, feature: Feature) -> np.ndarray:
    if feature.categories is None:
        return _as_floats(column)
    codes = pc.index_in(_as_text(column), value_set=pa.array(feature.categories, pa.string()))
    return codes.cast(pa.float32()).to_numpy()


def _as_floats(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    return column.cast(pa.float64()).cast(pa.float32(), safe=False).to_numpy()


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _is_number(column_type: pa.DataType) -> bool:
    return pa.types.is_integer(column_type) or pa.types.is_floating(column_type) or pa.types.is_decimal(column_type)
