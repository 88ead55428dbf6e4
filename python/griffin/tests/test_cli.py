"""The command line: what it writes where, and how it exits."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from griffin.cli.app import app
from samples import RUN_ID, a_log, a_run
from server import TOKEN, Answer, Server, problem
from test_training_file import FILLING

PATH = f"/api/workflows/{RUN_ID}"


@pytest.fixture
def at_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("GRIFFIN_API_URL", server.url)
    monkeypatch.setenv("GRIFFIN_TOKEN", TOKEN)
    return server


def griffin(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def test_a_list_for_people_and_one_for_programs(at_server: Server) -> None:
    page = {"items": [a_run(), a_run(name="\x1b[31mevil", state="FAILED")], "next_cursor": None}
    at_server.answers = [Answer(200, page)] * 2
    table = griffin("runs", "list", "--state", "RUNNING", "--state", "FAILED", "--limit", "2")
    assert table.exit_code == 0
    head, first, second = table.stdout.splitlines()
    assert head.split() == ["ID", "NAME", "KIND", "STATE", "CREATED", "REASON"]
    assert first.split() == [RUN_ID, "train-flights", "train", "RUNNING", "2026-01-01", "00:00:00Z", "-"]
    assert " evil " in second
    assert "\x1b" not in second
    listed = json.loads(griffin("runs", "list", "-o", "json").stdout)
    assert listed[0] == a_run() | {"created_at": "2026-01-01T00:00:00Z", "observation": listed[0]["observation"]}
    assert at_server.asked[0].query == {"state": "RUNNING,FAILED", "limit": "2"}


def test_a_list_ends_at_its_limit(at_server: Server) -> None:
    at_server.answers = [Answer(200, {"items": [a_run(), a_run()], "next_cursor": "more"})]
    assert len(json.loads(griffin("runs", "list", "--limit", "1", "-o", "json").stdout)) == 1
    assert len(at_server.asked) == 1


def test_what_answers_and_is_not_griffin_says_nothing_of_what_there_is(at_server: Server) -> None:
    at_server.answers = [Answer(404, b"<html>no</html>", {"content-type": "text/html"})]
    shown = griffin("runs", "get", RUN_ID)
    assert (shown.exit_code, "GRIFFIN_API_URL" in shown.stderr) == (2, True)


def test_a_place_that_cannot_be_written_is_named(at_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    project = {"id": RUN_ID, "name": "default", "created_at": "2026-01-01T00:00:00Z"}
    at_server.answers = [Answer(200, project)]
    monkeypatch.setenv("GRIFFIN_CONFIG_FILE", "/proc/griffin/config.ini")
    shown = griffin("login", "--api-url", at_server.url, "--token-stdin", given=TOKEN)
    assert (shown.exit_code, "/proc/griffin" in shown.stderr, "Traceback" in shown.stderr) == (2, True, False)


def test_a_list_by_owner(at_server: Server) -> None:
    at_server.answers = [Answer(200, {"items": [], "next_cursor": None})]
    assert griffin("runs", "list", "--owner", "dag_id=nightly", "--owner", "task_id=a=b").exit_code == 0
    assert at_server.asked[0].query == {"owner_dag_id": "nightly", "owner_task_id": "a=b", "limit": "20"}
    for wrong, says in (("nightly", "write it as dag_id=nightly"), ("dag=nightly", "an owner has no dag; it has")):
        shown = griffin("runs", "list", "--owner", wrong)
        assert shown.exit_code == 2
        assert says in shown.stderr
    assert len(at_server.asked) == 1


def test_a_run_for_people(at_server: Server) -> None:
    model = {"id": RUN_ID, "name": "late", "version": 3}
    run = a_run(state="SUCCEEDED", model_version=model, metrics={"test_auc": 0.71}, links={"mlflow": "http://m"})
    at_server.answers = [Answer(200, run)]
    said = griffin("runs", "get", RUN_ID).stdout
    assert [line.split() for line in said.splitlines()[3:4]] == [["model", "late@3"]]
    assert "test_auc  0.71" in said
    assert "mlflow    http://m" in said


def test_a_log(at_server: Server) -> None:
    at_server.answers = [Answer(200, a_run()), Answer(200, a_log("one\n\x1b[2Jtwo"))]
    shown = griffin("runs", "logs", RUN_ID, "--tail", "2")
    assert (shown.exit_code, shown.stdout) == (0, "one\ntwo\n")


def test_terminating_waits_only_when_asked(at_server: Server) -> None:
    at_server.answers = [Answer(200, a_run()), Answer(202, a_run(state="TERMINATING"))]
    assert "TERMINATING" in griffin("runs", "terminate", RUN_ID, "--reason", "enough").stdout
    assert at_server.asked[-1].body == {"reason": "enough"}
    at_server.answers = [Answer(200, a_run()), Answer(202, a_run(state="TERMINATING"))]
    at_server.answers += [Answer(200, a_run(state="TERMINATING")), Answer(200, a_run(state="TERMINATED"))]
    ended = griffin("runs", "terminate", RUN_ID, "--wait")
    assert (ended.exit_code, "TERMINATED" in ended.stdout) == (0, True)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (problem(401, "token_invalid"), 3),
        (problem(404, "run_unknown"), 4),
        (problem(422, "input_invalid"), 3),
        (problem(500, "internal", False), 3),
        (Answer(200, b"<html>"), 3),
    ],
)
def test_a_refusal_has_its_exit_code_and_no_output(at_server: Server, answer: Answer, code: int) -> None:
    at_server.answers = [answer] * 2
    shown = griffin("runs", "get", RUN_ID)
    assert (shown.exit_code, shown.stdout) == (code, "")
    assert shown.stderr.startswith("error: ")
    assert json.loads(griffin("runs", "get", RUN_ID, "-o", "json").stderr)["error"]["code"]


def test_settings_that_are_missing_are_said() -> None:
    shown = griffin("runs", "list")
    assert shown.exit_code == 2
    assert "GRIFFIN_API_URL" in shown.stderr


def test_a_refused_field_is_named_for_programs_too(at_server: Server, tmp_path: Path) -> None:
    (tmp_path / "train.yaml").write_text("name: train\nruntime: xgboost\n")
    errors = [{"pointer": "/inputs/dataset", "code": "required", "message": "is required of a run of the kind train"}]
    at_server.answers = [problem(422, "input_invalid", errors=errors)] * 2
    shown = griffin("run", str(tmp_path / "train.yaml"))
    assert shown.exit_code == 3
    assert "inputs.dataset: is required of a run of the kind train" in shown.stderr
    shown = griffin("run", str(tmp_path / "train.yaml"), "--output", "json")
    assert json.loads(shown.stderr)["error"]["errors"] == [{"field": "inputs.dataset", **without_pointer(errors[0])}]


def without_pointer(error: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in error.items() if name != "pointer"}


@pytest.fixture
def a_submitted_file(at_server: Server, tmp_path: Path) -> str:
    (tmp_path / "train.yaml").write_text("name: train\nruntime: xgboost\n")
    filling = FILLING["/api/workflow-definitions"]
    version = {"id": RUN_ID, "name": "train", "version": 1, "created_at": "2026-01-01T00:00:00Z", **filling}
    at_server.answers = [Answer(201, version), Answer(201, a_run(state="REQUESTED"))]
    return str(tmp_path / "train.yaml")


@pytest.mark.parametrize(("state", "code"), [("SUCCEEDED", 0), ("FAILED", 1), ("TERMINATED", 1)])
def test_the_exit_code_is_the_runs_end(at_server: Server, a_submitted_file: str, state: str, code: int) -> None:
    reason = {"code": "out_of_memory", "message": "4 GiB were not enough"} if state == "FAILED" else None
    end = a_run(state=state, reason=reason, log_tail="last \x1b[2Jline")
    at_server.answers += [Answer(200, a_run()), Answer(200, end)]
    shown = griffin("run", a_submitted_file, "--seed", "7", "--dataset", "flights@3", "-o", "json")
    assert shown.exit_code == code
    assert json.loads(shown.stdout)["state"] == state
    assert shown.stderr == ""
    definition, run = (asked.body for asked in at_server.asked if asked.method == "POST")
    assert "inputs" not in definition
    assert run == {"definition": "train@1", "seed": 7, "inputs": {"dataset": "flights@3"}}


def test_how_a_run_goes_is_shown_beside_the_result(at_server: Server, a_submitted_file: str) -> None:
    at_server.answers += [Answer(200, a_run()), Answer(200, a_run(state="SUCCEEDED"))]
    shown = griffin("run", a_submitted_file)
    assert shown.stderr.splitlines()[0] == "train-flights · RUNNING"
    assert "SUCCEEDED" in shown.stdout


def test_a_detached_run_is_not_waited_for(at_server: Server, a_submitted_file: str) -> None:
    shown = griffin("run", a_submitted_file, "--detach")
    assert shown.exit_code == 0
    assert "REQUESTED" in shown.stdout
    assert [asked.method for asked in at_server.asked] == ["POST", "POST"]


def test_a_wait_that_takes_too_long_is_told_apart_from_a_failure(at_server: Server, a_submitted_file: str) -> None:
    at_server.routes[f"GET {PATH}"] = lambda _: Answer(200, a_run())
    shown = griffin("run", a_submitted_file, "--timeout", "0.2")
    assert shown.exit_code == 5
    assert f"({RUN_ID}) is still RUNNING after 0.2 s, and goes on" in shown.stderr


def test_wrong_usage_is_2(at_server: Server, tmp_path: Path) -> None:
    (tmp_path / "train.yaml").write_text("name: train\nruntme: xgboost\n")
    assert griffin("runs", "list", "--output", "xml").exit_code == 2
    assert griffin("runs", "get", "..").exit_code == 2
    assert griffin("run", str(tmp_path / "train.yaml"), "--local", "--detach").exit_code == 2
    shown = griffin("run", str(tmp_path / "train.yaml"))
    assert shown.exit_code == 2
    assert "runtme: is not a field that is known here" in shown.stderr
    assert at_server.asked == []


def test_login_keeps_what_works(at_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIFFIN_TOKEN")
    project = {"id": RUN_ID, "name": "default", "created_at": "2026-01-01T00:00:00Z"}
    at_server.answers = [problem(401, "token_invalid"), Answer(200, project), Answer(200, a_run())]
    file = tmp_path / "nobody/griffin/config.ini"
    refused = griffin("login", "--token-stdin", given=f"{TOKEN}\n")
    assert (refused.exit_code, file.exists()) == (3, False)
    kept = griffin("--profile", "work", "login", "--token-stdin", given=f"{TOKEN}\n")
    assert kept.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in kept.output + refused.output
    assert griffin("--profile", "work", "runs", "get", RUN_ID).exit_code == 0
    assert at_server.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_it_is_a_program(at_server: Server) -> None:
    program = Path(sys.executable).with_name("griffin")
    at_server.answers = [problem(404, "run_unknown")]
    done = subprocess.run([program, "runs", "get", RUN_ID], capture_output=True, text=True, env=os.environ, timeout=60)
    assert (done.returncode, done.stdout) == (4, "")
    assert "what run_unknown means" in done.stderr
    assert "Traceback" not in done.stderr
