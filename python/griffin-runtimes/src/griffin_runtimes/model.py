"""A model that a training left: loads it from wherever it was fetched to, and scores rows with it."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import xgboost
from pydantic import BaseModel, ConfigDict

from griffin_runtimes.errors import column_missing
from griffin_runtimes.report import Column, Signature
from griffin_runtimes.xgboost.features import Feature, columns_of, matrix

BOOSTER_FILE = "model.ubj"
FEATURES_FILE = "features.json"
SIGNATURE_FILE = "signature.json"
MANIFEST_FILE = "manifest.json"

FRAMEWORK = "xgboost"
SCORE = Column(name="score", type="double")


class Manifest(BaseModel):
    """What a reader needs to know before it opens the rest. `format` grows when an old reader would go wrong."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = 1
    framework: str = FRAMEWORK
    framework_version: str
    objective: str
    rounds: int
    label: str
    run_id: str
    files: list[str]


class Model:
    """A trained model with its own account of its inputs."""

    def __init__(self, booster: xgboost.Booster, features: list[Feature], manifest: Manifest) -> None:
        self._booster = booster
        self.features = features
        self.manifest = manifest

    def score(self, rows: pa.Table, threads: int = 1) -> np.ndarray:
        """The probability of the label per row. Columns are found by name; raises column_missing."""
        for feature in self.features:
            if feature.name not in rows.column_names:
                raise column_missing("The table to score", feature.name, "the model's features", rows.column_names)
        return self._booster.predict(matrix(rows.select(columns_of(self.features)), self.features, threads=threads))


def signature_of(features: list[Feature]) -> Signature:
    """What the model takes, in order, and what it gives."""
    return Signature(inputs=[Column(name=f.name, type=f.type) for f in features], outputs=[SCORE])


def save(folder: Path, booster: xgboost.Booster, features: list[Feature], manifest: Manifest) -> list[Path]:
    """Writes the model's files into a folder and returns them; `load` reads them."""
    booster.save_model(folder / BOOSTER_FILE)
    _write(folder / FEATURES_FILE, [feature.model_dump(exclude_none=True) for feature in features])
    _write(folder / SIGNATURE_FILE, signature_of(features).model_dump())
    _write(folder / MANIFEST_FILE, manifest.model_dump())
    return [folder / name for name in (BOOSTER_FILE, FEATURES_FILE, SIGNATURE_FILE, MANIFEST_FILE)]


def load(folder: str | Path) -> Model:
    """Reads a model from the folder that holds its files."""
    folder = Path(folder)
    manifest = Manifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    if manifest.format != 1:
        raise ValueError(f"The model has format {manifest.format}, which this version of griffin-runtimes cannot read.")
    booster = xgboost.Booster(model_file=str(folder / BOOSTER_FILE))
    features = [Feature.model_validate(one) for one in json.loads((folder / FEATURES_FILE).read_bytes())]
    return Model(booster, features, manifest)


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n")
