"""What Airflow does to a task, and what must come of its run: the rows of the table in docs/adr/0102."""

import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import TaskDeferralTimeout
from server import problem

from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow.providers.griffin.triggers.griffin import GriffinRunTrigger
from airflow_runs import Ran, run_dag
from conftest import connect
from platform_server import Platform
from test_trigger import in_a_loop

BOTH = pytest.mark.parametrize("deferrable", [False, True], ids=["sync", "deferrable"])
FAILED = {"state": "FAILED", "retryable": True}


def train(**fields: Any) -> Ran:
    fields = {"task_id": "train", "workflow": "train-flights", "poll_interval": 1, "retries": 1, **fields}
    return run_dag(lambda: GriffinRunWorkflowOperator(**fields))


@pytest.fixture
def impatient(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try ends with its first lost answer, as it does with its worker."""
    connect(monkeypatch, host=platform.url, extra={"retry_seconds": 0})


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """The task runner leaves its handler behind."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def terminate_this_process() -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGTERM)


def keys(platform: Platform) -> list[str]:
    return [one.headers["idempotency-key"] for one in platform.submissions]


def marks(platform: Platform) -> list[tuple[int, int]]:
    return [(one.body["owner_ref"]["epoch"], one.body["owner_ref"]["round"]) for one in platform.submissions]


@BOTH
@pytest.mark.usefixtures("impatient")
def test_a_worker_that_dies_between_submission_and_answer_leaves_one_run(platform: Platform, deferrable: bool) -> None:
    platform.lost_answers = 1
    ran = train(deferrable=deferrable)
    assert (ran.state, ran.task().try_number) == ("success", 2)
    assert len(platform.runs) == 1
    assert len(set(keys(platform))) == 1
    assert marks(platform) == [(1, 0), (2, 0)]


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_dies_before_the_submission_arrives_leaves_one_run(platform: Platform) -> None:
    platform.answers = [problem(503, "away", retryable=True)]
    ran = train()
    assert (ran.state, len(platform.runs), len(set(keys(platform)))) == ("success", 1, 1)


@BOTH
def test_a_worker_that_dies_while_the_run_is_active_attaches(platform: Platform, deferrable: bool) -> None:
    platform.endless = True

    class Dies(GriffinRunWorkflowOperator):
        def _show(self, context: Context, run: Any) -> None:
            super()._show(context, run)
            if context["ti"].try_number == 1:
                raise SystemExit(1)
            platform.endless = False

    ran = run_dag(
        lambda: Dies(task_id="train", workflow="w", poll_interval=0.05, retries=1, deferrable=deferrable),
    )
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)
    assert marks(platform) == [(1, 0), (2, 0)]


def edited_after(platform: Platform, lost_try: int, **change: Any) -> Any:
    """An operator whose worker is lost in that try, and whose DAG says something else from then on."""

    class Edited(GriffinRunWorkflowOperator):
        def execute(self, context: Context) -> Any:
            if context["ti"].try_number > lost_try:
                for name, value in change.items():
                    setattr(self, name, value)
            return super().execute(context)

        def _show(self, context: Context, run: Any) -> None:
            super()._show(context, run)
            if context["ti"].try_number == lost_try:
                raise SystemExit(1)
            platform.endless = False

    return lambda **fields: Edited(task_id="train", workflow="w", poll_interval=0.05, **fields)


def test_a_retry_goes_on_with_the_run_though_the_dag_now_wishes_for_fewer_retries(platform: Platform) -> None:
    platform.endless = True
    operator = edited_after(platform, 1, retries=1)
    ran = run_dag(lambda: operator(retries=3))
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)
    assert marks(platform) == [(1, 0), (2, 0)]


def test_a_retry_after_a_clear_goes_on_with_the_run_though_the_dag_now_wishes_for_more_retries(
    platform: Platform,
) -> None:
    operator = edited_after(platform, 2, retries=2)
    ran = run_dag(lambda: operator(retries=1))
    ran.clear()
    assert ran.task().state == "success"
    assert [run["state"] for run in platform.runs.values()] == ["SUCCEEDED", "SUCCEEDED"]
    assert marks(platform) == [(1, 0), (2, 1), (3, 1)]


def test_a_retry_renews_the_lease_that_its_run_has_though_the_dag_wishes_for_none_now(platform: Platform) -> None:
    platform.endless = True
    operator = edited_after(platform, 1, owner_lease=None)
    ran = run_dag(lambda: operator(retries=1, deferrable=True, owner_lease=60))
    assert (ran.state, len(platform.runs)) == ("success", 1)
    assert platform.renewed == list(platform.runs) * len(platform.looked_at)


def test_a_worker_that_dies_after_the_success_has_the_result_at_once(platform: Platform) -> None:
    platform.ends = [{"state": "SUCCEEDED", "metrics": {"auc": 0.9}}, FAILED]

    def die_once(context: Context, result: Any = None) -> None:
        if context["ti"].try_number == 1:
            raise SystemExit(1)

    ran = train(post_execute=die_once)
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)
    assert ran.xcom()["metrics"] == {"auc": 0.9}
    # The first try asked for the status, the second did not.
    assert len(platform.requests("POST", "/status")) == 1


def test_a_sigterm_cancels_once_and_the_task_does_not_go_on(platform: Platform) -> None:
    platform.endless = True
    platform.meanwhile["POST status"] = terminate_this_process
    # Whoever sends one signal may send another.
    platform.meanwhile["POST terminate"] = terminate_this_process
    ran = train(retries=0)
    assert ran.state == "failed"
    (asked,) = platform.requests("POST", "/terminate")
    assert asked.body["owner_ref"]["epoch"] == 1
    assert [run["state"] for run in platform.runs.values()] == ["TERMINATING"]


def test_what_was_cancelled_by_a_sigterm_is_tried_anew(platform: Platform) -> None:
    platform.endless = True
    platform.meanwhile["POST status"] = terminate_this_process
    platform.meanwhile["POST terminate"] = lambda: setattr(platform, "endless", False)
    ran = train()
    assert (ran.state, ran.task().try_number) == ("success", 2)
    assert [run["state"] for run in platform.runs.values()] == ["TERMINATED", "SUCCEEDED"]


def test_a_sigterm_with_detach_leaves_the_run_and_the_retry_attaches(platform: Platform) -> None:
    platform.endless = True

    def terminate() -> None:
        terminate_this_process()
        platform.endless = False

    platform.meanwhile["POST status"] = terminate
    ran = train(on_kill_action="detach")
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)
    assert platform.requests("POST", "/terminate") == []


def test_a_sigterm_while_submitting_cancels_what_comes_of_it(platform: Platform) -> None:
    platform.endless = True
    platform.meanwhile["POST workflows"] = terminate_this_process
    ran = train(retries=0)
    assert ran.state == "failed"
    assert len(platform.requests("POST", "/terminate")) == 1
    assert [run["state"] for run in platform.runs.values()] == ["TERMINATING"]


def test_a_task_that_takes_too_long_cancels_its_run(platform: Platform) -> None:
    platform.endless = True
    ran = train(retries=0, execution_timeout=timedelta(seconds=1))
    assert ran.state == "failed"
    assert len(platform.requests("POST", "/terminate")) == 1


def test_a_deferred_task_that_takes_too_long_leaves_its_run_to_griffin(platform: Platform) -> None:
    task = GriffinRunWorkflowOperator(task_id="train", workflow="train-flights", run_timeout=60)
    with pytest.raises(TaskDeferralTimeout):
        task.resume_execution("__fail__", {"error": "Trigger timeout"}, {})
    assert platform.asked == []


@BOTH
def test_what_the_lease_ended_is_tried_anew(platform: Platform, deferrable: bool) -> None:
    reason = {"code": "owner_lost", "message": "Nobody has asked for the run in its owner's name."}
    platform.ends = [{"state": "TERMINATED", "retryable": True, "reason": reason}]
    ran = train(deferrable=deferrable, owner_lease=60)
    assert (ran.state, ran.task().try_number) == ("success", 2)
    assert [run["state"] for run in platform.runs.values()] == ["TERMINATED", "SUCCEEDED"]
    assert len(set(keys(platform))) == 2


def test_a_trigger_that_cannot_see_the_run_has_the_retry_attach(platform: Platform) -> None:
    platform.refusals["POST status"] = problem(503, "away", retryable=True, retry_after="3600")
    ran = train(deferrable=True)
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)


def test_a_trigger_that_may_not_see_the_run_fails_the_task_which_keeps_its_links(platform: Platform) -> None:
    platform.refusals["POST status"] = problem(403, "forbidden")
    ran = train(deferrable=True)
    assert (ran.state, ran.task().try_number) == ("failed", 1)
    assert ran.xcom("_link_GriffinRunLink") == ran.xcom("griffin_run_url") != ""


def test_a_cleared_task_trains_again(platform: Platform) -> None:
    ran = train()
    assert ran.clear().task().state == "success"
    assert len(platform.runs) == 2
    assert marks(platform) == [(1, 0), (2, 1)]
    assert len(set(keys(platform))) == 2


def test_a_cleared_task_ends_what_its_earlier_round_left_running(platform: Platform) -> None:
    platform.endless = True
    ran = train(wait_for_completion=False)
    assert ran.clear().task().state == "success"
    assert [run["state"] for run in platform.runs.values()] == ["TERMINATED", "RUNNING"]


@pytest.mark.usefixtures("impatient")
def test_a_retry_after_a_clear_goes_on_with_the_round_of_the_clear(platform: Platform) -> None:
    ran = train()
    platform.lost_answers = 1
    assert ran.clear().task().state == "success"
    assert marks(platform) == [(1, 0), (2, 1), (3, 1)]
    assert len(platform.runs) == 2


def test_the_kill_of_an_earlier_try_that_comes_late_does_not_reach_the_run(platform: Platform) -> None:
    """The trigger of a cleared deferred task is told to kill after the new try has attached."""
    platform.endless = True
    first = {"wait_for_completion": False, "task_id": "train", "workflow": "w", "retries": 1}

    def fail_once(context: Context, result: Any = None) -> None:
        if context["ti"].try_number == 1:
            raise SystemExit(1)

    run_dag(lambda: GriffinRunWorkflowOperator(post_execute=fail_once, **first))
    (run_id,) = platform.runs
    earlier, later = (one.body["owner_ref"] for one in platform.submissions)
    in_a_loop(GriffinRunTrigger(run_id, cancel_as=earlier).on_kill)
    assert platform.runs[run_id]["state"] == "RUNNING"
    in_a_loop(GriffinRunTrigger(run_id, cancel_as=later).on_kill)
    assert platform.runs[run_id]["state"] == "TERMINATING"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("status", [404, 410])
def test_a_run_that_is_gone_is_replaced_with_a_warning(
    platform: Platform, capfd: pytest.CaptureFixture[str], status: int
) -> None:
    platform.lost_answers = 1

    def purge(context: Context) -> None:
        if context["ti"].try_number == 2:
            platform.runs.clear()
            platform.gone_status = status

    ran = train(pre_execute=purge)
    assert (ran.state, len(platform.runs), len(set(keys(platform)))) == ("success", 1, 2)
    assert "The run of an earlier try is gone" in "".join(capfd.readouterr())


@pytest.mark.usefixtures("impatient")
def test_a_task_that_was_changed_since_attaches_to_what_is_active(platform: Platform) -> None:
    platform.lost_answers = 1
    ran = train(config={"depth": "{{ ti.try_number }}"})
    assert (ran.state, len(platform.runs), len(set(keys(platform)))) == ("success", 1, 2)


def test_a_task_that_was_changed_since_takes_the_result_there_is(platform: Platform) -> None:
    def die_once(context: Context, result: Any = None) -> None:
        if context["ti"].try_number == 1:
            raise SystemExit(1)

    ran = train(config={"depth": "{{ ti.try_number }}"}, post_execute=die_once)
    assert (ran.state, ran.task().try_number, len(platform.runs)) == ("success", 2, 1)


def test_a_key_of_ones_own_is_that_of_the_first_submission(platform: Platform) -> None:
    platform.ends = [FAILED]
    ran = train(idempotency_key="mine")
    assert (ran.state, keys(platform)) == ("success", ["mine", "mine", "mine.2"])


def test_the_intent_is_written_before_the_submission(platform: Platform) -> None:
    from airflow.models.task_state_store import TaskStateStoreModel
    from airflow.utils.session import create_session

    def intents() -> list[Any]:
        with create_session() as session:
            return [str(row.value) for row in session.query(TaskStateStoreModel)]

    seen: list[Any] = []
    platform.meanwhile["POST workflows"] = lambda: seen.extend(intents())
    ran = train()
    assert any(keys(platform)[0] in one for one in seen)
    assert ran.state == "success"
