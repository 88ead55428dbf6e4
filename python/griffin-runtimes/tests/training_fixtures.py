"""A small dataset to train on, and its run's input."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FEATURES = ["wind", "delay", "carrier", "weekend"]


def table(rows: int, seed: int) -> pa.Table:
    """The label follows from wind, delay and carrier, with noise; some values are missing."""
    random = np.random.default_rng(seed)
    wind, delay = random.normal(size=rows), random.normal(size=rows)
    carrier = random.choice(["AA", "UA", "WN"], size=rows)
    late = (wind + 0.5 * delay + (carrier == "UA") + random.normal(scale=0.5, size=rows) > 0.5).astype(np.int8)
    return pa.table(
        {
            "flight": pa.array(range(rows), pa.int64()),
            "wind": pa.array(wind, mask=random.random(rows) < 0.05),
            "delay": pa.array((delay * 10).round().astype(np.int32)),
            "carrier": pa.array(carrier, mask=random.random(rows) < 0.05),
            "weekend": pa.array(random.random(rows) < 0.3),
            "late": late,
        }
    )


def write_dataset(folder: Path, rows: dict[str, int]) -> dict[str, Any]:
    """Writes a file per split and returns the dataset as an input of a run."""
    folder.mkdir(parents=True)
    splits = {}
    for seed, (split, count) in enumerate(rows.items()):
        file = folder / f"{split}.parquet"
        pq.write_table(table(count, seed), file, row_group_size=997)
        splits[split] = {"uri": file.as_uri(), "row_count": count}
    return {
        "type": "dataset",
        "id": "00000000-0000-7000-8000-00000000000c",
        "name": "flights",
        "version": 1,
        "uri": folder.as_uri(),
        "fingerprint": "0" * 64,
        "splits": splits,
        "label": "late",
        "feature_columns": FEATURES,
        "features": [],
    }
