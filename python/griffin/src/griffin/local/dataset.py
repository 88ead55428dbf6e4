"""A folder of Parquet files as the input of a run."""

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from griffin._extras import need
from griffin.errors import FieldError
from griffin.training_file import FileInvalidError, TrainingFile


def dataset_input(file: TrainingFile, folder: str | None) -> dict[str, Any]:
    """The dataset of a run on this machine: `folder`, or what the file says under `local`.

    A file for each split, `<split>.parquet`; or one file, which is the split `train`. Raises FileInvalidError.
    """
    splits = _splits(file, folder)
    metadata = {name: _metadata(file, path) for name, path in splits.items()}
    schema = next(iter(metadata.values())).schema.to_arrow_schema()
    about = json.loads((schema.metadata or {}).get(b"griffin", b"{}"))
    label = file.local.label or about.get("label")
    if label is None:
        raise _wrong(file, "/local/label", f"is required: which column is to be predicted? {_columns(schema)}")
    if label not in schema.names:
        raise _wrong(file, "/local/label", f"there is no column {label!r}. {_columns(schema)}")
    features = file.local.features or about.get("feature_columns") or [name for name in schema.names if name != label]
    where = next(iter(splits.values())).parent
    name, _, version = str(about.get("dataset", where.name)).partition("@")
    return {
        "type": "dataset",
        "id": str(uuid5(NAMESPACE_URL, where.as_uri())),
        "name": name,
        "version": int(version) if version.isdigit() else 1,
        "uri": where.as_uri(),
        "splits": {
            split: {"uri": path.as_uri(), "row_count": metadata[split].num_rows} for split, path in splits.items()
        },
        "label": label,
        "feature_columns": features,
    }


def _splits(file: TrainingFile, folder: str | None) -> dict[str, Path]:
    if folder is None and file.local.dataset is None:
        raise _wrong(
            file,
            "/local/dataset",
            "is required to run on this machine: the path of a folder with a Parquet file for each split, "
            "here or by --dataset",
        )
    given = Path(folder) if folder is not None else file.source.parent / str(file.local.dataset)
    path = given.expanduser().resolve()
    found = [path] if path.is_file() else sorted(path.glob("*.parquet"))
    if not found:
        raise _wrong(file, "/local/dataset", f"there is no Parquet file at {path}: is the path right?")
    return {"train": path} if path.is_file() else {one.stem: one for one in found}


def _metadata(file: TrainingFile, path: Path) -> Any:
    need("pyarrow", "local", "a run on this machine")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _wrong(file, "/local/dataset", f"{path} is no Parquet file that can be read ({error})") from None


def _columns(schema: Any) -> str:
    return f"The columns are: {', '.join(schema.names)}."


def _wrong(file: TrainingFile, pointer: str, message: str) -> FileInvalidError:
    return FileInvalidError(file.source, [FieldError(pointer, "local", message)])
