"""Writes the demo's feature tables and spine as Parquet: `prepare.py DATA_FOLDER OUTPUT_FOLDER`.

The output appears whole or not at all, and is the same for the same source and versions.
"""

import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tables import build_tables


def prepare(data: Path, output: Path) -> None:
    """Fills `output`, which must not exist, from the package's `data` folder."""
    unfinished = output.with_name(f"{output.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        for name, table in build_tables(data).items():
            arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
            pq.write_table(arrow, unfinished / f"{name}.parquet", coerce_timestamps="us")
        unfinished.rename(output)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(sys.argv[2]))
