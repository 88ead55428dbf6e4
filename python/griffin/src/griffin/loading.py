"""Models of the registry, made usable."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from griffin import models
from griffin._extras import need
from griffin.errors import GriffinError, InvalidArgumentError


class LoadedModel:
    """A model in memory. `native` is the object of the package that trained it; `version` what the registry says of it,
    where it came from there."""

    def __init__(
        self,
        name: str,
        signature: models.Signature,
        native: Any,
        predict: Callable[[Any], Any],
        version: models.ModelVersion | None = None,
    ) -> None:
        self.name = name
        self.signature = signature
        self.native = native
        self.version = version
        self._predict = predict

    def predict(self, rows: Any) -> Any:
        """A NumPy array with a prediction for each row: of a binary classifier, the probability of the label.

        `rows` is a pandas DataFrame or a pyarrow Table. Columns are found by name, whatever else there is; raises
        InvalidArgumentError for one that is missing.
        """
        table = _as_table(rows)
        missing = [column.name for column in self.signature.inputs if column.name not in table.column_names]
        if missing:
            raise InvalidArgumentError(
                f"the model {self.name} needs the columns {', '.join(missing)}, which the rows lack"
            )
        return self._predict(table)

    def __repr__(self) -> str:
        return f"<LoadedModel {self.name}>"


def load_model(version: models.ModelVersion, folder: Path) -> LoadedModel:
    """The registered model whose files are in the folder. Raises GriffinError where its framework is not known here."""
    name = f"{version.name}@{version.version}"
    loader = _LOADERS.get(version.framework)
    if loader is None:
        raise GriffinError(
            f"{name} is a model of {version.framework}; this version loads: {', '.join(_LOADERS)}. "
            "registry.download() gives its files."
        )
    native, predict = loader(folder)
    return LoadedModel(name, version.signature, native, predict, version)


def load_folder(name: str, folder: Path) -> LoadedModel:
    """A model that a training left in a folder."""
    manifest = json.loads((folder / "manifest.json").read_text())
    signature = models.Signature.model_validate_json((folder / "signature.json").read_bytes())
    native, predict = _LOADERS[manifest["framework"]](folder)
    return LoadedModel(name, signature, native, predict)


def _load_xgboost(folder: Path) -> tuple[Any, Callable[[Any], Any]]:
    reader = need("griffin_runtimes.model", "models", "an XGBoost model")
    model = reader.load(folder)
    return model, model.score


_LOADERS: dict[str, Callable[[Path], tuple[Any, Callable[[Any], Any]]]] = {"xgboost": _load_xgboost}


def _as_table(rows: Any) -> Any:
    import pyarrow as pa

    if isinstance(rows, pa.Table):
        return rows
    if hasattr(rows, "columns") and hasattr(rows, "dtypes"):
        return pa.Table.from_pandas(rows, preserve_index=False)
    raise TypeError(f"rows are a pandas DataFrame or a pyarrow Table, not a {type(rows).__name__}")
