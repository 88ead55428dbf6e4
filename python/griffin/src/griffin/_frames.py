"""Tables out of what the API answers, and out of the files that it names."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from griffin import models
from griffin._extras import need
from griffin.errors import GriffinError, InvalidArgumentError


def metrics_frame(points: Iterable[models.MetricPoint]) -> Any:
    """A pandas DataFrame with a row per point; a value that was no finite number is NaN."""
    pandas = need("pandas", "pandas", "run.metrics()")
    rows = [(point.key, point.step, point.timestamp, point.value) for point in points]
    frame = pandas.DataFrame(rows, columns=["key", "step", "timestamp", "value"])
    types = {"key": "str", "step": "int64", "timestamp": "datetime64[ns, UTC]", "value": "float64"}
    return frame.astype(types)


def read_split(
    dataset: str, splits: Mapping[str, Any], split: str | None, columns: Sequence[str] | None, filesystem: Any
) -> Any:
    """A split of a dataset as a pyarrow Table; all splits, one after the other, when `split` is None.

    Raises InvalidArgumentError for a split or a column that there is not. `filesystem`: pyarrow's or fsspec's, for
    where it lies.
    """
    need("pyarrow", "arrow", "dataset.to_arrow()")
    import pyarrow as pa

    if split is not None and split not in splits:
        raise InvalidArgumentError(f"the dataset {dataset} has no split {split!r}; it has: {', '.join(splits)}")
    names = list(splits) if split is None else [split]
    return pa.concat_tables([_read(splits[name]["uri"], columns, filesystem) for name in names])


def write_split(table: Any, folder: Path, split: str) -> None:
    """Writes a split as a Parquet file of the folder, with what Griffin says about it."""
    import pyarrow.parquet as pq

    if Path(split).name != split:
        raise GriffinError(f"the split {split!r} cannot be a file's name")
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / f"{split}.parquet")


def as_pandas(table: Any) -> Any:
    """The same as a pandas DataFrame."""
    need("pandas", "pandas", "dataset.to_pandas()")
    return table.to_pandas()


def _read(uri: str, columns: Sequence[str] | None, filesystem: Any) -> Any:
    import pyarrow.parquet as pq

    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.scheme == "s3":
        path = parts.netloc + path
        filesystem = filesystem or _s3()
    elif parts.scheme != "file":
        raise GriffinError(f"The dataset lies at {uri}, which this version cannot read.")
    try:
        if columns is not None:
            _check(columns, pq.read_schema(path, filesystem=filesystem).names)
        return pq.read_table(path, columns=list(columns) if columns is not None else None, filesystem=filesystem)
    except FileNotFoundError as error:
        hint = "Files are read where they lie, so this machine must see that folder." if parts.scheme == "file" else ""
        raise GriffinError(f"There is no file {uri} as seen from here. {hint}".rstrip()) from error


def _check(columns: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [name for name in columns if name not in known]:
        raise InvalidArgumentError(f"columns: there is no {', '.join(unknown)}; there are: {', '.join(known)}")


def _s3() -> Any:
    """By GRIFFIN_S3_*, as Griffin's own processes; what is not said there is AWS's own way of finding it."""
    from pyarrow.fs import S3FileSystem

    endpoint = urlsplit(os.environ.get("GRIFFIN_S3_ENDPOINT", ""))
    given = {
        "access_key": os.environ.get("GRIFFIN_S3_ACCESS_KEY"),
        "secret_key": os.environ.get("GRIFFIN_S3_SECRET_KEY"),
        "region": os.environ.get("GRIFFIN_S3_REGION"),
        "scheme": endpoint.scheme or None,
        "endpoint_override": endpoint.netloc or None,
    }
    return S3FileSystem(**{name: value for name, value in given.items() if value})
