"""The log shipper against stores that refuse, and the tail of a log."""

import threading
import time
from pathlib import Path

import pytest

from attempts import eventually
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.logs import shipper as shipping
from griffin_runtimes.logs.shipper import CHUNK_BYTES, LogShipper
from griffin_runtimes.logs.tail import TAIL_BYTES, LogTail
from griffin_runtimes.store import open_store

STORE = open_store("file:///", S3Settings(None, None, None, None))


def chunks(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.log"))}


def test_chunks_are_named_by_their_offset_and_come_within_a_second(tmp_path: Path) -> None:
    shipper = LogShipper(STORE, tmp_path.as_uri(), flush_seconds=0.05)
    shipper.write(b"first\n")
    eventually(lambda: chunks(tmp_path), seconds=2)
    shipper.write(b"second\n")
    assert shipper.close()
    assert chunks(tmp_path) == {"00000000000000000000.log": b"first\n", "00000000000000000006.log": b"second\n"}


def test_much_output_is_cut_and_does_not_wait_for_the_next_flush(tmp_path: Path) -> None:
    shipper = LogShipper(STORE, tmp_path.as_uri(), flush_seconds=60)
    data = b"x" * (2 * CHUNK_BYTES + 10)
    shipper.write(data)
    eventually(lambda: len(chunks(tmp_path)) == 3, seconds=5)
    assert [int(name[:20]) for name in chunks(tmp_path)] == [0, CHUNK_BYTES, 2 * CHUNK_BYTES]
    assert shipper.close()
    assert b"".join(chunks(tmp_path).values()) == data


def test_a_chunk_that_was_refused_is_put_later_unchanged_and_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    shipper = LogShipper(STORE, folder.as_uri(), flush_seconds=60)
    shipper.write(b"one\n")
    with pytest.raises(ArtifactStoreUnavailable):
        shipper.flush()
    shipper.write(b"two\n")
    folder.unlink()
    assert shipper.close()
    assert chunks(folder) == {"00000000000000000000.log": b"one\n", "00000000000000000004.log": b"two\n"}


def test_a_store_that_stays_away_costs_bounded_memory_and_says_what_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "PENDING_BYTES", 10)
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    shipper = LogShipper(STORE, folder.as_uri(), flush_seconds=60)
    shipper.write(b"12345678")
    shipper.write(b"lost")
    folder.unlink()
    shipper.flush()
    shipper.write(b"after")
    assert shipper.close()
    assert b"".join(chunks(folder).values()) == (
        b"12345678[4 bytes of output were lost while the store was away]\nafter"
    )


def test_a_stream_that_cannot_be_kept_ends_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.write_text("in the way")
    shipper = LogShipper(STORE, folder.as_uri(), flush_seconds=0.05)
    shipper.write(b"one\n")
    began = time.monotonic()
    assert not shipper.close()
    assert time.monotonic() - began < 5
    assert not any(thread.name == "log-shipper" and thread.is_alive() for thread in threading.enumerate())


def test_the_tail_begins_at_a_line_and_fits_the_contract() -> None:
    tail = LogTail()
    for number in range(5000):
        tail.write(f"line {number}\n".encode())
    assert len(tail.text()) <= TAIL_BYTES
    assert tail.text().startswith("line ")
    assert tail.text().endswith("line 4999\n")


def test_the_tail_is_text_whatever_was_written() -> None:
    tail = LogTail()
    tail.write(b"a\x00b\xffc\xc3")
    assert tail.text() == "a\ufffdb\ufffdc\ufffd"
