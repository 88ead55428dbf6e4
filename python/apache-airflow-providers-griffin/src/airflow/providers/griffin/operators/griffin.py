"""The operator that has a workflow run on Griffin."""

import math
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from airflow.sdk import BaseOperator, Context
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowException

import griffin
from airflow.providers.griffin.failures import airflow_failures, failure
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.intent import read_intent
from airflow.providers.griffin.lineage import lineage_before, lineage_of
from airflow.providers.griffin.links.griffin import ALL_LINKS, links_of
from airflow.providers.griffin.owner import owner_of
from airflow.providers.griffin.results import result_of, tell_assets, why_failed
from airflow.providers.griffin.settings import DEFAULT_CONNECTION
from airflow.providers.griffin.submission import Submission
from airflow.providers.griffin.triggers.griffin import GriffinRunTrigger
from griffin.bodies import OwnerRef
from griffin.terminal import plain

if TYPE_CHECKING:
    from airflow.providers.griffin.lineage import Lineage

# A task that is killed has some seconds, and one that waits notices it between two answers.
_LONGEST_HOLD_SECONDS = 10

# For what Airflow waits for, and not long.
_BRIEF: dict[str, Any] = {"timeout": 3, "retries": griffin.RetryPolicy(patience_seconds=3)}

# What the operator says of a submission, and `spec` cannot.
_RESERVED = ("definition", "owner_ref", "on_active_owner", "owner_lease_seconds", "idempotency_key")

# One that Griffin takes, and that a few lost requests do not end.
_SHORTEST_LEASE_SECONDS, _POLL_INTERVALS_OF_A_LEASE = 60, 5


class GriffinRunWorkflowOperator(BaseOperator):
    """Runs a workflow definition on Griffin, and waits for its end.

    However often the task is tried there is one run: a retry goes on with the run that is active, and takes the result
    of one that has succeeded. It is trained anew after a run that failed, and when the task is cleared.

    Returns `run_id`, `state`, `model_uri` and `metrics`. `griffin_run_id` and `griffin_run_url` are XComs as soon as
    the run exists. Events of the assets among the outlets have the model version in their `extra`.
    """

    template_fields: Sequence[str] = (
        "workflow",
        "definition_version",
        "config",
        "run_resources",
        "runtime",
        "tags",
        "spec",
        "idempotency_key",
        "griffin_conn_id",
    )
    template_fields_renderers = {"config": "json", "run_resources": "json", "spec": "json"}
    operator_extra_links = ALL_LINKS
    ui_color = "#e8f3ec"

    def __init__(
        self,
        *,
        workflow: str,
        definition_version: int | str | None = None,
        config: dict[str, Any] | None = None,
        run_resources: dict[str, Any] | None = None,
        runtime: str | None = None,
        tags: list[str] | None = None,
        spec: dict[str, Any] | None = None,
        griffin_conn_id: str = DEFAULT_CONNECTION,
        wait_for_completion: bool = True,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        poll_interval: float = 30,
        run_timeout: timedelta | float | None = None,
        owner_lease: timedelta | float | None = None,
        on_kill_action: Literal["cancel", "detach"] = "cancel",
        idempotency_key: str | None = None,
        **kwargs: Any,
    ) -> None:
        """`workflow` names the definition, `definition_version` its version: the newest when None.

        `config`, `run_resources`, `runtime` and `tags` are those of a submission, and `spec` has all else of it:
        `inputs`, `outputs`, `env`, `limits`, `seed`, `name`.
        `wait_for_completion`: otherwise the task succeeds when the run is submitted.
        `deferrable`: wait in the triggerer. `poll_interval`: in seconds, how late an end may be noticed.
        `run_timeout`: Griffin ends the run after it, also when nobody looks; `execution_timeout` ends the task only.
        `owner_lease`: Griffin ends the run when the task has not waited for it for so long. It is to be longer than a
        triggerer may be away, a lost worker goes unnoticed and `retry_delay` lasts; at least a minute and five poll
        intervals.
        `on_kill_action`: whether the run is cancelled with the task, or goes on.
        `idempotency_key`: of the first submission; must not be that of another task.
        """
        super().__init__(**kwargs)
        if on_kill_action not in ("cancel", "detach"):
            raise ValueError(f"on_kill_action is 'cancel' or 'detach', unlike {on_kill_action!r}")
        if poll_interval <= 0:
            raise ValueError(f"poll_interval is a number of seconds above 0, unlike {poll_interval!r}")
        if owner_lease is not None:
            _check_lease(_seconds(owner_lease), poll_interval, wait_for_completion)
        self.workflow = workflow
        self.definition_version = definition_version
        self.config = config
        self.run_resources = run_resources
        self.runtime = runtime
        self.tags = tags
        self.spec = spec
        self.griffin_conn_id = griffin_conn_id
        self.wait_for_completion = wait_for_completion
        self.deferrable = deferrable
        self.poll_interval = poll_interval
        self.run_timeout = run_timeout
        self.owner_lease = owner_lease
        self.on_kill_action = on_kill_action
        self.idempotency_key = idempotency_key
        self.run_links: dict[str, str] = {}
        # What a kill needs: it cannot look anything up.
        self._kept: tuple[GriffinHook, str, OwnerRef] | None = None
        self._cached_hook: GriffinHook | None = None
        self._is_killed = False
        self._ended: griffin.Run | None = None

    def execute(self, context: Context) -> dict[str, Any]:
        """Submits, and waits or defers. Raises AirflowFailException for what no retry would mend."""
        hook = self._hook()
        with airflow_failures(), hook.client() as client:
            noted = read_intent(context["task_state_store"])
            owner = owner_of(context, hook.settings.deployment, noted)
            run = self._submission(client, context, owner).run()
            self._kept = (hook, run.id, owner)
            self._show(context, run)
            if self._is_killed:
                # There was no run yet when the signal came.
                self._cancel()
            self._raise_if_killed()
            if not self.wait_for_completion:
                return result_of(run)
            if self.deferrable and not run.is_terminal:
                self._defer(run, owner)
            return self._finish(context, self._wait(client, context, run))

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Goes on when the trigger has seen the end, or cannot."""
        self._recall_links(context)
        if "error" in event:
            raise failure(event["error"], event["retryable"])
        with airflow_failures(), self._hook().client() as client:
            run = client.workflows.get(event["run_id"])
            self._show(context, run)
            return self._finish(context, run)

    def on_kill(self) -> None:
        """Cancels the run once, or leaves it; the wait then raises.

        It runs in the middle of whatever the task does: so it has a client of its own, and asks Airflow nothing.
        """
        is_first, self._is_killed = not self._is_killed, True
        if is_first:
            self._cancel()

    def get_openlineage_facets_on_start(self) -> "Lineage | None":
        """What the run is going to read, as Griffin resolves it now."""
        with self._hook().client(**_BRIEF) as client:
            spec = client.workflows.dry_run(self._definition(), **self._fields())
        return lineage_before(spec["inputs"])

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> "Lineage | None":
        """What the run has read and made. Before its end there is nothing to say."""
        return lineage_of(self._hook().settings.api_url, self._ended) if self._ended else None

    def get_openlineage_facets_on_failure(self, task_instance: Any) -> "Lineage | None":
        """What it has read, and which run it was."""
        return self.get_openlineage_facets_on_complete(task_instance)

    def _hook(self) -> GriffinHook:
        """Made when the template of its connection is rendered, and kept: it looks its connection up once."""
        if self._cached_hook is None:
            self._cached_hook = GriffinHook(self.griffin_conn_id)
        return self._cached_hook

    def _submission(self, client: griffin.Client, context: Context, owner: OwnerRef) -> Submission:
        return Submission(
            client,
            context["task_state_store"],
            owner,
            self.log,
            max_tries=context["ti"].max_tries,
            definition=self._definition(),
            fields={**self._fields(), **self._lease()},
            key=self.idempotency_key,
        )

    def _definition(self) -> str:
        version = self.definition_version
        return self.workflow if version in (None, "") else f"{self.workflow}@{version}"

    def _fields(self) -> dict[str, Any]:
        spec = dict(self.spec or {})
        if wrong := [name for name in _RESERVED if name in spec]:
            raise griffin.InvalidArgumentError(f"spec: leave out {', '.join(wrong)}, which the operator says itself")
        said = {"config": self.config, "resources": self.run_resources, "runtime": self.runtime, "tags": self.tags}
        fields = {**spec, **{name: value for name, value in said.items() if value is not None}}
        if self.run_timeout is not None:
            fields["limits"] = {**spec.get("limits", {}), "run_timeout_seconds": _seconds(self.run_timeout)}
        return fields

    def _lease(self) -> dict[str, Any]:
        return {} if self.owner_lease is None else {"owner_lease_seconds": _seconds(self.owner_lease)}

    def _defer(self, run: griffin.Run, owner: OwnerRef) -> None:
        trigger = GriffinRunTrigger(
            run_id=run.id,
            griffin_conn_id=self.griffin_conn_id,
            poll_interval=self.poll_interval,
            cancel_as=owner if self.on_kill_action == "cancel" else None,
            renews_lease=run.owner_lease_seconds is not None,
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=self.execution_timeout)

    def _wait(self, client: griffin.Client, context: Context, run: griffin.Run) -> griffin.Run:
        """The run at its end. Raises where the task is killed, as Airflow would let it go on."""
        hold = int(min(self.poll_interval, _LONGEST_HOLD_SECONDS))
        # By the run's own word: the task may be another one by now than the one that submitted it.
        leased = () if run.owner_lease_seconds is None else (run.id,)
        while not run.is_terminal:
            for run in client.workflows.status({run.id: run.etag}, wait=hold, renew=leased):  # noqa: B020
                self.log.info("Run %s is %s", run.id, run.state)
                self._show(context, run)
            self._raise_if_killed()
            if hold == 0 and not run.is_terminal:
                time.sleep(self.poll_interval)
        return run

    def _finish(self, context: Context, run: griffin.Run) -> dict[str, Any]:
        self._ended = run
        if not run.is_successful:
            if run.log_tail:
                self.log.error("The end of the log of run %s:\n%s", run.id, plain(run.log_tail.rstrip()))
            raise failure(why_failed(run), run.retryable)
        tell_assets(context, self.outlets, run)
        return result_of(run)

    def _show(self, context: Context, run: griffin.Run) -> None:
        """Has Airflow's pages show where the run is, as soon as that is known."""
        links = links_of(self._hook().settings.api_url, run)
        if links == self.run_links:
            return
        self.run_links = links
        ti = context["ti"]
        ti.xcom_push("griffin_run_id", run.id)
        ti.xcom_push("griffin_run_url", links["run"])
        for link in ALL_LINKS:
            ti.xcom_push(link.xcom_key, link.get_link(self, ti_key=ti))

    def _recall_links(self, context: Context) -> None:
        """What was known before the task was deferred still holds, and Airflow asks for the links again."""
        ti = context["ti"]
        for link in ALL_LINKS:
            known = ti.xcom_pull(task_ids=ti.task_id, key=link.xcom_key, map_indexes=ti.map_index)
            self.run_links[link.target] = known or ""

    def _raise_if_killed(self) -> None:
        if self._is_killed:
            does = "is being cancelled" if self.on_kill_action == "cancel" else "goes on"
            raise AirflowException(f"The task was killed. Its run {does}.")

    def _cancel(self) -> None:
        if self.on_kill_action != "cancel" or self._kept is None:
            return
        hook, run_id, owner = self._kept
        try:
            with hook.client(**_BRIEF) as client:
                client.workflows.get(run_id).terminate("The Airflow task was killed.", owner_ref=owner)
            self.log.info("Run %s is being cancelled", run_id)
        except griffin.OwnerSupersededError:
            self.log.info("Run %s is left to a later try of the task", run_id)
        except griffin.GriffinError as error:
            self.log.warning("Run %s could not be cancelled: %s", run_id, error)


def _seconds(duration: timedelta | float) -> int:
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    return math.ceil(seconds)


def _check_lease(seconds: int, poll_interval: float, is_waited_for: bool) -> None:
    if not is_waited_for:
        raise ValueError("owner_lease needs wait_for_completion: nobody else renews it, and the run would be ended")
    shortest = max(_SHORTEST_LEASE_SECONDS, math.ceil(_POLL_INTERVALS_OF_A_LEASE * poll_interval))
    if seconds < shortest:
        raise ValueError(
            f"owner_lease is at least {_SHORTEST_LEASE_SECONDS} seconds and {_POLL_INTERVALS_OF_A_LEASE} times "
            f"poll_interval, here {shortest} seconds, unlike {seconds}: the run is asked for once per poll_interval"
        )
