"""Scores the held-out month with a model out of the registry: `score_held_out.py NAME@ALIAS`.

Knows nothing but the API's address and a token (GRIFFIN_API_URL, GRIFFIN_TOKEN), and the keys to where datasets lie
(GRIFFIN_S3_*, unless that is a folder): the model, and where the held-out rows lie, come from the API. Every file of
the model is checked against the digest that the registry holds.
Prints one line of JSON.
"""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xgboost as xgb
from pyarrow.fs import S3FileSystem
from sklearn.metrics import roc_auc_score

TRAINED_ON = "train"
HELD_OUT = "test"


def main(reference: str) -> dict[str, Any]:
    """The quality of the model on the rows that it never saw, beside that of the base rate."""
    name, alias = reference.split("@")
    headers = {"Authorization": f"Bearer {os.environ['GRIFFIN_TOKEN']}"}
    with httpx.Client(base_url=os.environ["GRIFFIN_API_URL"], headers=headers, timeout=60) as api:
        version = fetch(api, f"/api/registry/models/{name}/versions/{alias}")
        path = f"/api/registry/models/{name}/versions/{version['version']}/artifacts"
        dataset = dataset_of(api, version["run_id"])
        with tempfile.TemporaryDirectory() as folder:
            files = download(api, path, Path(folder))
            model = load(files)
    columns = [column["name"] for column in version["signature"]["inputs"]]
    held_out = read_rows(dataset["splits"][HELD_OUT]["uri"]).to_pandas()
    trained_on = read_rows(dataset["splits"][TRAINED_ON]["uri"], [dataset["label"]])
    labels = held_out[dataset["label"]].to_numpy()
    base_rate = float(np.mean(trained_on[dataset["label"]].to_numpy()))
    predicted = model.predict(xgb.DMatrix(held_out[columns].astype("float64")))
    return {
        "model": f"{name}@{version['version']}",
        "rows": len(held_out),
        "files": len(files),
        "roc_auc": float(roc_auc_score(labels, predicted)),
        "base_rate": base_rate,
        "base_rate_roc_auc": float(roc_auc_score(labels, np.full(len(labels), base_rate))),
    }


def fetch(api: httpx.Client, path: str) -> dict[str, Any]:
    return api.get(path).raise_for_status().json()


def dataset_of(api: httpx.Client, run_id: str) -> dict[str, Any]:
    """The dataset version that the run was trained on."""
    run = fetch(api, f"/api/workflows/{run_id}")
    used = next(given for given in run["inputs"] if given["type"] == "dataset")
    return fetch(api, f"/api/training/dataset/{used['name']}/versions/{used['version']}")


def download(api: httpx.Client, path: str, folder: Path) -> list[Path]:
    """All files of the version; one that is not what the registry says stops everything."""
    files = []
    for artifact in fetch(api, path)["items"]:
        content = api.get(f"{path}/{quote(artifact['path'])}").raise_for_status().content
        digest = hashlib.sha256(content).hexdigest()
        if digest != artifact["sha256"]:
            sys.exit(f"{artifact['path']} has the digest {digest}, the registry says {artifact['sha256']}")
        file = folder / artifact["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        files.append(file)
    return files


def load(files: list[Path]) -> xgb.Booster:
    """The booster, which XGBoost keeps in its own binary format."""
    booster = xgb.Booster()
    booster.load_model(next(file for file in files if file.suffix == ".ubj"))
    return booster


def read_rows(uri: str, columns: list[str] | None = None) -> pa.Table:
    parts = urlsplit(uri)
    if parts.scheme != "s3":
        return pq.read_table(unquote(parts.path), columns=columns)
    endpoint = urlsplit(os.environ["GRIFFIN_S3_ENDPOINT"])
    bucket = S3FileSystem(
        access_key=os.environ["GRIFFIN_S3_ACCESS_KEY"],
        secret_key=os.environ["GRIFFIN_S3_SECRET_KEY"],
        region=os.environ["GRIFFIN_S3_REGION"],
        scheme=endpoint.scheme,
        endpoint_override=endpoint.netloc,
    )
    return pq.read_table(parts.netloc + unquote(parts.path), columns=columns, filesystem=bucket)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
