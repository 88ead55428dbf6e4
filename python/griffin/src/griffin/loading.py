"""Models of the registry, made usable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from griffin import models
from griffin._extras import need
from griffin.errors import GriffinError


class LoadedModel:
    """A model in memory. `version`: which one it is; `native`: the object of the package that trained it."""

    def __init__(self, version: models.ModelVersion, native: Any, predict: Callable[[Any], Any]) -> None:
        self.version = version
        self.native = native
        self._predict = predict

    @property
    def signature(self) -> models.Signature:
        """The columns that it takes and gives."""
        return self.version.signature

    def predict(self, rows: Any) -> Any:
        """A NumPy array with a prediction for each row: of a binary classifier, the probability of the label.

        `rows` is a pandas DataFrame or a pyarrow Table. Columns are found by name, whatever else there is; raises
        ValueError for one that is missing.
        """
        table = _as_table(rows)
        missing = [column.name for column in self.signature.inputs if column.name not in table.column_names]
        if missing:
            raise ValueError(f"{self!r} needs the columns {', '.join(missing)}, which the rows do not have")
        return self._predict(table)

    def __repr__(self) -> str:
        return f"<LoadedModel {self.version.name}@{self.version.version} {self.version.framework}>"


def load_model(version: models.ModelVersion, folder: Path) -> LoadedModel:
    """The model whose files are in the folder. Raises GriffinError for a framework that this version does not know."""
    loader = _LOADERS.get(version.framework)
    if loader is None:
        known = ", ".join(_LOADERS)
        raise GriffinError(
            f"{version.name}@{version.version} is a model of {version.framework}; this version loads: {known}. "
            "registry.download() gives its files."
        )
    return loader(version, folder)


def _load_xgboost(version: models.ModelVersion, folder: Path) -> LoadedModel:
    reader = need("griffin_runtimes.model", "models", "registry.load() of an XGBoost model")
    model = reader.load(folder)
    return LoadedModel(version, model, model.score)


_LOADERS: dict[str, Callable[[models.ModelVersion, Path], LoadedModel]] = {"xgboost": _load_xgboost}


def _as_table(rows: Any) -> Any:
    import pyarrow as pa

    if isinstance(rows, pa.Table):
        return rows
    if hasattr(rows, "columns") and hasattr(rows, "dtypes"):
        return pa.Table.from_pandas(rows, preserve_index=False)
    raise TypeError(f"rows are a pandas DataFrame or a pyarrow Table, not a {type(rows).__name__}")
