"""The launcher's protocol, with real processes and a real HTTP server."""

import os
import signal
from pathlib import Path

import pytest

from attempts import RUN_ID, AttemptFolder, eventually
from fake_api import FakeApi
from runs import generation

TIMEOUT = 60


def test_claims_works_ships_its_log_and_reports(attempt: AttemptFolder, api: FakeApi) -> None:
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == 0
    (claim,), (report,) = api.bodies("start"), api.bodies("report")
    assert report == attempt.stored_report()
    assert report["outcome"] == "succeeded"
    assert (report["run_id"], report["attempt"], report["boot_id"]) == (RUN_ID, 1, claim["boot_id"])
    assert (report["reason"], report["log_tail"]) == (None, None)
    (output,) = report["outputs"]
    assert output["uri"] == f"{attempt.root.as_uri()}/attempts/1/dataset"
    assert (attempt.root / "attempts/1/dataset/all.parquet").stat().st_size == output["files"][0]["size"]
    assert f"attempt 1 of run {RUN_ID} starts" in attempt.log()
    _, _, headers = api.calls[0]
    assert headers["path"] == f"/api/workflows/{RUN_ID}/attempts/1/start"
    assert headers["authorization"] == "Bearer a-token"
    assert headers["traceparent"].startswith("00-0af7651916cd43dd")


@pytest.mark.parametrize(("code", "exit_code"), [("attempt_claimed", 76), ("attempt_superseded", 0)])
def test_an_attempt_that_is_not_ours_is_left_alone(
    attempt: AttemptFolder, api: FakeApi, code: str, exit_code: int
) -> None:
    api.answers["start"] = [(409, {"code": code, "detail": "Another process has it."})]
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == exit_code
    assert [route for route, _, _ in api.calls] == ["start"]
    assert not attempt.root.exists()
    assert "Another process has it." in (attempt.folder / "launcher-1.txt").read_text()


def test_a_failure_is_reported_with_reason_and_log_tail(attempt: AttemptFolder, api: FakeApi) -> None:
    spec = generation(attempt, features=[{"name": "rain", "column": "rain"}])
    assert attempt.launch(spec).wait(TIMEOUT) == 1
    (report,) = api.bodies("report")
    assert (report["outcome"], report["reason"]["code"], report["outputs"]) == ("failed", "column_missing", [])
    assert "no column `rain`" in report["reason"]["message"]
    assert "failed with column_missing" in report["log_tail"]


@pytest.mark.parametrize(
    ("interference", "code", "message"),
    [
        (
            "SIGKILL",
            "process_killed",
            "The run's process was killed with SIGKILL. The machine may have run out of memory.",
        ),
        ("SIGSEGV", "runtime_error", "The run's process crashed with SIGSEGV."),
        ("exit", "runtime_error", "The run's process ended with exit code 3 and no result."),
        ("error", "runtime_error", "ZeroDivisionError: a bug of the runtime"),
    ],
)
def test_how_a_child_ends_decides_the_reason(
    attempt: AttemptFolder, api: FakeApi, interference: str, code: str, message: str
) -> None:
    assert attempt.launch(generation(attempt, interference)).wait(TIMEOUT) == 1
    (report,) = api.bodies("report")
    assert report["reason"] == {"code": code, "message": message}
    assert f"interfering: {interference}\nsaid on stderr\n" in report["log_tail"]
    assert attempt.log().startswith(report["log_tail"][:20])


def test_a_terminated_attempt_ends_its_child_and_reports_nothing(attempt: AttemptFolder, api: FakeApi) -> None:
    launcher = attempt.launch(generation(attempt, "sleep"))
    child = eventually(lambda: "interfering" in attempt.log() and children_of(launcher.pid))[0]
    launcher.terminate()
    assert launcher.wait(TIMEOUT) == 143
    assert not is_alive(child)
    assert api.bodies("report") == []
    assert not (attempt.root / "attempts/1/report.json").exists()
    assert "said on stderr" in attempt.log()


def test_a_child_does_not_outlive_its_launcher(attempt: AttemptFolder) -> None:
    launcher = attempt.launch(generation(attempt, "sleep"))
    child = eventually(lambda: "interfering" in attempt.log() and children_of(launcher.pid))[0]
    launcher.send_signal(signal.SIGKILL)
    launcher.wait(TIMEOUT)
    eventually(lambda: not is_alive(child), seconds=5)


def test_the_platforms_variables_are_not_the_definitions_to_set(attempt: AttemptFolder) -> None:
    launcher = attempt.launch(generation(attempt, "sleep"))
    child = eventually(lambda: "interfering" in attempt.log() and children_of(launcher.pid))[0]
    environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
    assert b"GRIFFIN_RUN_TOKEN=a-token" in environment
    assert b"INTERFERENCE=sleep" in environment


def test_a_store_that_refuses_is_found_out_before_the_work(attempt: AttemptFolder, api: FakeApi) -> None:
    attempt.root.parent.mkdir(parents=True)
    attempt.root.write_text("a file where the run's folder should be")
    assert attempt.launch(generation(attempt, "sleep")).wait(TIMEOUT) == 1
    (report,) = api.bodies("report")
    assert report["reason"]["code"] == "artifact_store_unavailable"
    assert "refused to write" in report["reason"]["message"]
    assert "attempt 1 of run" in report["log_tail"]


def test_a_success_that_cannot_be_kept_is_a_failure(attempt: AttemptFolder, api: FakeApi) -> None:
    (attempt.root / "attempts/1/report.json").mkdir(parents=True)
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == 1
    (report,) = api.bodies("report")
    assert (report["outcome"], report["outputs"]) == ("failed", [])
    assert report["reason"]["code"] == "artifact_store_unavailable"


def test_an_output_that_cannot_be_kept_is_a_failure(attempt: AttemptFolder, api: FakeApi) -> None:
    attempt.root.mkdir(parents=True)
    (attempt.root / "attempts").mkdir()
    (attempt.root / "attempts/1").mkdir()
    (attempt.root / "attempts/1/dataset").write_text("in the way")
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == 1
    assert attempt.stored_report()["reason"]["code"] == "artifact_store_unavailable"


def test_api_may_be_away_for_a_while(attempt: AttemptFolder, api: FakeApi) -> None:
    api.answers = {"start": [(503, {})], "progress": [(503, {})] * 9, "report": [(502, {}), (429, {}), (200, {})]}
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == 0
    assert len(api.bodies("start")) == 2
    first, *others = api.bodies("report")
    assert len(others) == 2
    assert all(report == first for report in others)


@pytest.mark.parametrize(("status", "exit_code"), [(409, 0), (422, 1)])
def test_what_api_says_of_the_report_is_final(
    attempt: AttemptFolder, api: FakeApi, status: int, exit_code: int
) -> None:
    api.answers["report"] = [(status, {"code": "run_over", "detail": "It is over."})]
    assert attempt.launch(generation(attempt)).wait(TIMEOUT) == exit_code
    assert len(api.bodies("report")) == 1


def test_says_which_variables_are_missing(attempt: AttemptFolder, api: FakeApi) -> None:
    assert attempt.launch(generation(attempt), GRIFFIN_RUN_TOKEN="", GRIFFIN_API_URL="").wait(TIMEOUT) == 64
    said = (attempt.folder / "launcher-1.txt").read_text()
    assert "Missing environment variables: GRIFFIN_API_URL, GRIFFIN_RUN_TOKEN." in said
    assert api.calls == []


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
