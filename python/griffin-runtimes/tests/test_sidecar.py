"""The sidecar on folders like Ray's: what it ships, in which chunks, and what it does when it is disturbed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from attempts import PROJECT_ID, RUN_ID, eventually
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.logs import session_shipper as shipping
from griffin_runtimes.logs.followed import LATEST_SECONDS, SOONEST_SECONDS
from griffin_runtimes.logs.session_shipper import NOTES, SessionShipper
from griffin_runtimes.logs.shipper import CHUNK_BYTES
from griffin_runtimes.logs.sidecar import Node
from griffin_runtimes.store import open_store
from s3_server import S3Server

STORE = open_store("file:///", S3Settings(None, None, None, None))


class RayNode:
    """A node's folder, and the streams that came of it."""

    def __init__(self, folder: Path) -> None:
        self.ray = folder / "ray"
        self.logs = self.ray / "session_2026-01-01_00-00-00_000000_1" / "logs"
        self.logs.mkdir(parents=True)
        (self.ray / "session_latest").symlink_to(self.logs.parent)
        self.state = folder / "state"
        self.state.mkdir()
        self.streams = folder / "artifacts" / "run" / "attempts" / "1" / "logs" / "ray" / "head-abcde"
        self.now = 0.0

    def shipper(self) -> SessionShipper:
        """As the sidecar begins, each time that it does."""
        return SessionShipper(STORE, self.streams.as_uri(), self.ray, self.state, clock=lambda: self.now)

    def write(self, name: str, text: str) -> None:
        path = self.logs / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(text)

    def chunks(self, name: str) -> list[tuple[int, str]]:
        files = sorted((self.streams / name).glob("*.log"))
        return [(int(file.stem), file.read_text()) for file in files if file.is_file()]

    def shipped(self, name: str) -> str:
        chunks = self.chunks(name)
        ends = [offset + len(text) for offset, text in chunks]
        assert [offset for offset, _ in chunks] == [0, *ends][: len(chunks)], "the chunks leave no gap"
        return "".join(text for _, text in chunks)

    def names(self) -> set[str]:
        return {str(file.parent.relative_to(self.streams)) for file in self.streams.rglob("*.log") if file.is_file()}


@pytest.fixture
def node(tmp_path: Path) -> RayNode:
    return RayNode(tmp_path)


def ship_all(shipper: SessionShipper) -> None:
    while shipper.ship(everything=True):
        pass


def test_each_log_is_a_stream_and_nothing_else_is_one(node: RayNode) -> None:
    shipped = [
        "raylet.out",
        "gcs_server.err",
        "dashboard_JobHead.log",
        "job-driver-run-1-1.log",
        "worker-0a1b-01000000-77.out",
        "runtime_env_setup-01000000.log",
        "train/ray-train-app-controller-0a.log",
        "ray-data/ray-data.log",
    ]
    for name in [*shipped, "debug_state.txt", "events/event_GCS.log", "with blank.log", "a" * 125 + ".log"]:
        node.write(name, f"{name}\n")
    node.write("raylet.err", "")
    (node.logs / "link.log").symlink_to("/etc/hostname")
    (node.logs / "folder.log").mkdir()
    os.mkfifo(node.logs / "pipe.log")
    ship_all(node.shipper())
    assert node.names() == set(shipped)
    assert all(node.shipped(name) == f"{name}\n" for name in shipped)


def test_what_grows_waits_for_more_but_not_for_long(node: RayNode) -> None:
    shipper = node.shipper()
    node.write("raylet.out", "one\n")
    assert not shipper.ship()
    node.now = SOONEST_SECONDS
    node.write("raylet.out", "two\n")
    assert shipper.ship()
    node.now += 3600
    node.write("raylet.out", "three\n")
    assert not shipper.ship()
    node.now += LATEST_SECONDS - 1
    assert not shipper.ship()
    node.now += 1
    assert shipper.ship()
    assert node.chunks("raylet.out") == [(0, "one\ntwo\n"), (8, "three\n")]


def test_much_is_shipped_at_once_in_chunks_of_one_size(node: RayNode) -> None:
    text = "0123456789abcde\n" * (2 * CHUNK_BYTES // 16) + "rest"
    node.write("worker-1.out", text)
    shipper = node.shipper()
    while shipper.ship():
        pass
    assert [offset for offset, _ in node.chunks("worker-1.out")] == [0, CHUNK_BYTES]
    ship_all(shipper)
    assert node.shipped("worker-1.out") == text


@pytest.mark.parametrize("rotated", ["dashboard.log.{}", "dashboard.{}.log"])
def test_a_rotated_log_is_one_stream(node: RayNode, rotated: str) -> None:
    shipper = node.shipper()
    node.write("dashboard.log", "1 first\n")
    ship_all(shipper)
    node.write("dashboard.log", "1 last\n")
    (node.logs / "dashboard.log").rename(node.logs / rotated.format(1))
    node.write("dashboard.log", "2 all\n")
    (node.logs / rotated.format(1)).rename(node.logs / rotated.format(2))
    (node.logs / "dashboard.log").rename(node.logs / rotated.format(1))
    node.write("dashboard.log", "3 first\n")
    ship_all(shipper)
    assert node.shipped("dashboard.log") == "1 first\n1 last\n2 all\n3 first\n"
    assert node.names() == {"dashboard.log"}


def test_a_log_that_was_rotated_while_nobody_looked_is_whole(node: RayNode) -> None:
    node.write("dashboard.log.2", "1\n")
    node.write("dashboard.log.1", "2\n")
    node.write("dashboard.log", "3\n")
    ship_all(node.shipper())
    assert node.shipped("dashboard.log") == "1\n2\n3\n"


def test_a_log_that_one_look_misses_does_not_begin_again(node: RayNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is listed while a file in it is renamed may show neither name."""
    shipper = node.shipper()
    node.write("raylet.out", "one\n")
    ship_all(shipper)
    with monkeypatch.context() as patch:
        patch.setattr(shipping, "find_streams", lambda _folder: {})
        assert not shipper.ship(everything=True)
    node.write("raylet.out", "two\n")
    ship_all(shipper)
    assert node.shipped("raylet.out") == "one\ntwo\n"


def test_a_log_that_is_emptied_or_written_anew_goes_on(node: RayNode) -> None:
    shipper = node.shipper()
    node.write("monitor.log", "before\n")
    ship_all(shipper)
    (node.logs / "monitor.log").write_text("after\n")
    ship_all(shipper)
    (node.logs / "monitor.log").unlink()
    for _ in range(3):
        ship_all(shipper)
    node.write("monitor.log", "anew\n")
    ship_all(shipper)
    assert node.shipped("monitor.log") == "before\nafter\nanew\n"


def test_a_second_session_goes_on_in_the_same_streams(node: RayNode) -> None:
    node.write("raylet.out", "first session\n")
    shipper = node.shipper()
    ship_all(shipper)
    node.write("raylet.out", "its end\n")
    node.logs = node.ray / "session_2026-01-01_00-05-00_000000_2" / "logs"
    node.logs.mkdir(parents=True)
    node.write("raylet.out", "second session\n")
    ship_all(shipper)
    assert node.shipped("raylet.out") == "first session\nits end\nsecond session\n"


def test_a_second_start_goes_on_where_the_first_ended(node: RayNode) -> None:
    node.write("raylet.out", "one\n")
    ship_all(node.shipper())
    node.write("raylet.out", "two\n")
    ship_all(node.shipper())
    assert node.chunks("raylet.out") == [(0, "one\n"), (4, "two\n")]


@pytest.mark.parametrize("put", [True, False])
def test_a_chunk_is_the_same_after_a_crash_whether_or_not_it_was_put(
    node: RayNode, monkeypatch: pytest.MonkeyPatch, put: bool
) -> None:
    class Crash(Exception):
        pass

    def crash(uri: str, data: bytes) -> None:
        if put:
            type(STORE).put(STORE, uri, data)
        raise Crash

    node.write("raylet.out", "one\n")
    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(STORE, "put", crash)
        node.shipper().ship(everything=True)
    node.write("raylet.out", "two\n")
    (node.logs / "raylet.out").rename(node.logs / "raylet.1.out")
    node.write("raylet.out", "three\n")
    ship_all(node.shipper())
    assert node.chunks("raylet.out") == [(0, "one\n"), (4, "two\n"), (8, "three\n")]


def test_what_went_away_after_a_crash_leaves_a_gap_and_a_note(node: RayNode, monkeypatch: pytest.MonkeyPatch) -> None:
    node.write("raylet.out", "may have been put\n")
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(STORE, "put", lambda _uri, _data: 1 / 0)
        node.shipper().ship(everything=True)
    (node.logs / "raylet.out").write_text("anew\n")
    ship_all(node.shipper())
    assert node.chunks("raylet.out") == [(18, "anew\n")]
    assert "raylet.out: 18 bytes went away" in node.shipped(NOTES)


def test_a_store_that_is_away_gets_all_of_it_later_unchanged(node: RayNode) -> None:
    shipper = node.shipper()
    node.streams.parent.parent.mkdir(parents=True)
    node.streams.parent.write_text("in the way")
    node.write("raylet.out", "one\n")
    node.write("raylet.err", "error\n")
    for _ in range(2):
        with pytest.raises(ArtifactStoreUnavailable):
            shipper.ship(everything=True)
    node.write("raylet.out", "two\n")
    node.streams.parent.unlink()
    ship_all(shipper)
    assert node.chunks("raylet.out") == [(0, "one\n"), (4, "two\n")]
    assert node.shipped("raylet.err") == "error\n"


def test_of_many_logs_the_first_are_kept_and_the_others_counted(node: RayNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "MOST_STREAMS", 3)
    for number in range(3):
        node.write(f"worker-{number}.out", "kept\n")
    shipper = node.shipper()
    ship_all(shipper)
    for number in range(3, 7):
        node.write(f"worker-{number}.out", "left out\n")
    ship_all(shipper)
    shipper.note_what_was_left_out()
    ship_all(shipper)
    assert node.names() == {"worker-0.out", "worker-1.out", "worker-2.out", NOTES}
    first, last = node.shipped(NOTES).splitlines()
    assert "and further logs are left out: 3 of a node are kept" in first
    assert "4 logs were left out" in last


def test_of_a_long_log_the_beginning_is_kept(node: RayNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "STREAM_BYTES", 10)
    monkeypatch.setattr(shipping, "NODE_BYTES", 15)
    node.write("worker-1.out", "0123456789 too much")
    shipper = node.shipper()
    ship_all(shipper)
    node.write("worker-2.out", "0123456789")
    ship_all(shipper)
    assert node.shipped("worker-1.out") == "0123456789"
    assert node.shipped("worker-2.out") == "01234"
    assert "worker-1.out: the rest is left out: 10 bytes" in node.shipped(NOTES)
    assert "Everything further is left out: 15 bytes" in node.shipped(NOTES)


def test_a_log_that_cannot_be_read_keeps_none_of_the_others(node: RayNode, monkeypatch: pytest.MonkeyPatch) -> None:
    node.write("raylet.out", "one\n")
    node.write("secret.log", "not for us\n")
    actual = os.open

    def refuse(path: Path, flags: int) -> int:
        if path.name == "secret.log":
            raise PermissionError(13, "Permission denied")
        return actual(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    ship_all(node.shipper())
    assert node.shipped("raylet.out") == "one\n"
    assert "secret.log cannot be read and is left out: Permission denied." in node.shipped(NOTES)


@pytest.mark.parametrize(
    ("pod", "name"),
    [
        ("run-0a-1-x7k2p-head-9vbtd", "head-9vbtd"),
        ("run-0a-1-x7k2p-head", "head-01234567"),
    ],
)
def test_a_node_is_called_as_no_other_pod_is(pod: str, name: str) -> None:
    variables = {"GRIFFIN_POD_ROLE": "head", "GRIFFIN_POD_NAME": pod, "GRIFFIN_POD_UID": "01234567-89ab-cdef"}
    assert Node.parse({**variables, "GRIFFIN_RAY_FOLDER": "/tmp/ray", "GRIFFIN_LOG_STATE": "/state"}).name == name


class Sidecar:
    """The real process."""

    def __init__(self, node: RayNode, run_root: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "griffin_runtimes.logs.sidecar"],
            env={
                **os.environ,
                "GRIFFIN_RUN_ID": RUN_ID,
                "GRIFFIN_ATTEMPT": "1",
                "GRIFFIN_PROJECT_ID": PROJECT_ID,
                "GRIFFIN_API_URL": "http://127.0.0.1:9",
                "GRIFFIN_RUN_TOKEN": "a-token",
                "GRIFFIN_ARTIFACT_ROOT": run_root,
                "GRIFFIN_RAY_FOLDER": str(node.ray),
                "GRIFFIN_LOG_STATE": str(node.state),
                "GRIFFIN_POD_ROLE": "head",
                "GRIFFIN_POD_NAME": "run-1-head-abcde",
                "GRIFFIN_POD_UID": "01234567-89ab-cdef",
                **variables,
            },
        )

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=20)


@pytest.fixture
def sidecars() -> Iterator[list[Sidecar]]:
    started: list[Sidecar] = []
    yield started
    for sidecar in started:
        sidecar.process.kill()
        sidecar.process.wait()


def test_the_process_ships_what_comes_and_after_sigterm_the_rest(node: RayNode, sidecars: list[Sidecar]) -> None:
    node.write("raylet.out", "x" * CHUNK_BYTES)
    sidecar = Sidecar(node, node.streams.parents[4].as_uri())
    sidecars.append(sidecar)
    eventually(lambda: node.chunks("raylet.out"), seconds=20)
    node.write("raylet.out", "the end\n")
    node.write("gcs_server.out", "another end\n")
    began = time.monotonic()
    assert sidecar.end() == 0
    assert time.monotonic() - began < 5
    assert node.shipped("raylet.out") == "x" * CHUNK_BYTES + "the end\n"
    assert node.shipped("gcs_server.out") == "another end\n"


def test_the_process_ends_in_time_though_the_store_stays_away(node: RayNode, sidecars: list[Sidecar]) -> None:
    node.streams.parents[4].parent.mkdir(parents=True)
    node.streams.parents[4].write_text("in the way")
    node.write("raylet.out", "x" * CHUNK_BYTES)
    sidecar = Sidecar(node, node.streams.parents[4].as_uri())
    sidecars.append(sidecar)
    eventually(lambda: (node.state / "state.json").exists(), seconds=20)
    began = time.monotonic()
    assert sidecar.end() == 0
    assert 5 < time.monotonic() - began < 10


def test_the_process_that_was_killed_goes_on_when_it_is_started_again(node: RayNode, sidecars: list[Sidecar]) -> None:
    written = ""
    for round_ in range(3):
        sidecar = Sidecar(node, node.streams.parents[4].as_uri())
        sidecars.append(sidecar)
        text = f"{round_}" * CHUNK_BYTES + "and more\n"
        node.write("worker-1.out", text)
        written += text
        expected = round_
        eventually(lambda expected=expected: len(node.chunks("worker-1.out")) > expected, seconds=20)
        if round_ < 2:
            sidecar.process.send_signal(signal.SIGKILL)
            sidecar.process.wait()
    assert sidecars[-1].end() == 0
    assert node.shipped("worker-1.out") == written


def test_the_process_ships_to_s3(node: RayNode, sidecars: list[Sidecar], s3: S3Server) -> None:
    root = s3.fresh_root()
    node.write("raylet.out", "to a bucket\n")
    sidecar = Sidecar(node, root, **s3.variables())
    sidecars.append(sidecar)
    eventually(lambda: "raylet.out" in _kept(node), seconds=30)
    assert sidecar.end() == 0
    filesystem, path = open_store(root, s3.settings).filesystem(f"{root}/attempts/1/logs/ray/head-abcde/raylet.out")
    assert filesystem.open_input_file(f"{path}/{0:020d}.log").read() == b"to a bucket\n"


def _kept(node: RayNode) -> str:
    state = node.state / "state.json"
    return state.read_text() if state.exists() else ""


def test_the_process_says_what_it_lacks(node: RayNode, sidecars: list[Sidecar]) -> None:
    sidecar = Sidecar(node, node.streams.parents[4].as_uri(), GRIFFIN_POD_UID="")
    sidecars.append(sidecar)
    assert sidecar.process.wait(timeout=20) == 64
