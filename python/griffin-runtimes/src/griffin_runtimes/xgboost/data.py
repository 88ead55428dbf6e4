"""Reads a dataset's split, whole or one worker's share of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import FileSystem

from griffin_runtimes.environment import S3Settings
from griffin_runtimes.store import open_store


@dataclass(frozen=True)
class SplitFile:
    """The Parquet file of a split. It can be sent to workers."""

    uri: str
    s3: S3Settings

    def schema(self) -> pa.Schema:
        with self._open() as file:
            return file.schema_arrow

    def row_count(self) -> int:
        with self._open() as file:
            return file.metadata.num_rows

    def read(self, columns: list[str]) -> pa.Table:
        """All rows of the columns."""
        with self._open() as file:
            return file.read(columns=columns)

    def batches(self, columns: list[str], rows: int) -> Iterator[pa.Table]:
        """All rows of the columns, at most so many at a time."""
        with self._open() as file:
            for batch in file.iter_batches(batch_size=rows, columns=columns):
                yield pa.Table.from_batches([batch])

    def share(self, columns: list[str], rank: int, workers: int) -> pa.Table:
        """The rows of one worker of several: a contiguous run of rows, the same for the same file and rank."""
        with self._open() as file:
            total = file.metadata.num_rows
            first, end = total * rank // workers, total * (rank + 1) // workers
            groups, skipped = _groups_with(file.metadata, first, end)
            return file.read_row_groups(groups, columns=columns).slice(first - skipped, end - first)

    def _open(self) -> pq.ParquetFile:
        filesystem, path = self._where()
        return pq.ParquetFile(path, filesystem=filesystem)

    def _where(self) -> tuple[FileSystem, str]:
        return open_store(self.uri, self.s3).filesystem(self.uri)


def _groups_with(metadata: pq.FileMetaData, first: int, end: int) -> tuple[list[int], int]:
    """The row groups that hold the rows [first, end), and the number of rows before them."""
    groups: list[int] = []
    start = skipped = 0
    for group in range(metadata.num_row_groups):
        stop = start + metadata.row_group(group).num_rows
        if stop <= first:
            skipped = stop
        elif start < end:
            groups.append(group)
        start = stop
    return groups, skipped
