"""The sensor that waits for a run that somebody else submitted."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import BaseSensorOperator, Context, PokeReturnValue
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.triggers.base import BaseTrigger

import griffin
from airflow.providers.griffin.failures import airflow_failures, failure
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.owner import another_owner, may_submit_another
from airflow.providers.griffin.results import result_of, why_failed
from airflow.providers.griffin.settings import DEFAULT_CONNECTION
from airflow.providers.griffin.triggers.griffin import GriffinOwnerTrigger, GriffinRunTrigger


class GriffinWorkflowRunSensor(BaseSensorOperator):
    """Waits until a run is in one of some states. Neither submits nor cancels anything.

    The run is named by its id, or by the task that submits it, of which the newest run counts. One that has ended
    otherwise fails the sensor for good, as it will not change; but of a task it is waited for the next one where a
    retry or a clear may bring it. Returns `run_id`, `state`, `model_uri` and `metrics`.
    """

    template_fields: Sequence[str] = ("run_id", "owner_ref", "target_states", "griffin_conn_id")
    template_fields_renderers = {"owner_ref": "json"}
    ui_color = "#e8f3ec"

    def __init__(
        self,
        *,
        run_id: str | None = None,
        owner_ref: Mapping[str, Any] | None = None,
        target_states: Sequence[str] = ("SUCCEEDED",),
        griffin_conn_id: str = DEFAULT_CONNECTION,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        """Either `run_id` or `owner_ref`: the `dag_id` and `task_id` of the task that submits the run.

        `owner_ref` may have `run_id`, of the task's DAG run, which is the sensor's own without it, as it is of DAGs
        with the same schedule; `map_index` of a mapped task; and `deployment`, which is the connection's without it.
        `target_states`: name also those that a run may be in by the next look.

        `deferrable`: wait in the triggerer, whatever the mode. `poke_interval` is then how late a state may be noticed.
        """
        super().__init__(**kwargs)
        if (run_id is None) == (owner_ref is None):
            raise ValueError("name the run by either run_id or owner_ref")
        if deferrable and self.poke_interval <= 0:
            raise ValueError("poke_interval is a number of seconds above 0 where the sensor is deferrable")
        self.run_id = run_id
        self.owner_ref = owner_ref
        self.target_states = target_states
        self.griffin_conn_id = griffin_conn_id
        self.deferrable = deferrable

    def poke(self, context: Context) -> PokeReturnValue:
        """Looks once. Raises AirflowFailException for a run that will not come to a state that is waited for."""
        run = self._look(context)
        if run is None:
            self.log.info("There is no run of the task yet")
            return PokeReturnValue(False)
        return PokeReturnValue(self._is_reached(run), result_of(run))

    def execute(self, context: Context) -> Any:
        """Waits here, or in the triggerer after a first look."""
        if not self.deferrable:
            return super().execute(context)
        try:
            seen = self.poke(context)
        except AirflowFailException as error:
            if self.soft_fail or self.never_fail:
                raise AirflowSkipException(str(error)) from error
            raise
        return seen.xcom_value if seen.is_done else self._defer(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Goes on when the trigger has seen the state, or cannot."""
        if "error" in event:
            raise failure(event["error"], event["retryable"])
        with airflow_failures(), self._hook().client() as client:
            run = client.workflows.get(event["run_id"])
        # What was waited for was seen, wherever the run is by now.
        if event["state"] not in self.target_states:
            raise self._bad_end(run)
        return result_of(run)

    def _hook(self) -> GriffinHook:
        return GriffinHook(self.griffin_conn_id)

    def _look(self, context: Context) -> griffin.Run | None:
        hook = self._hook()
        with airflow_failures(), hook.client() as client:
            if self.owner_ref is None:
                return client.workflows.get(str(self.run_id))
            return client.workflows.list(owner=another_owner(self.owner_ref, context, hook.settings.deployment)).first()

    def _defer(self, context: Context) -> None:
        self.defer(trigger=self._trigger(context), method_name="execute_complete", timeout=self.timeout)

    def _trigger(self, context: Context) -> BaseTrigger:
        target_states = list(self.target_states)
        if self.owner_ref is None:
            return GriffinRunTrigger(str(self.run_id), self.griffin_conn_id, self.poke_interval, target_states)
        owner = another_owner(self.owner_ref, context, self._hook().settings.deployment)
        return GriffinOwnerTrigger(owner, target_states, self.griffin_conn_id, self.poke_interval)

    def _is_reached(self, run: griffin.Run) -> bool:
        if run.state in self.target_states:
            return True
        if run.is_terminal and not (self.owner_ref is not None and may_submit_another(run)):
            raise self._bad_end(run)
        self.log.info("Run %s is %s", run.id, run.state)
        return False

    def _bad_end(self, run: griffin.Run) -> AirflowFailException:
        return AirflowFailException(f"{why_failed(run)}; waited for {', '.join(self.target_states)}")
