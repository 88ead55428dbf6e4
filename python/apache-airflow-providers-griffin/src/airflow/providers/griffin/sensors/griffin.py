"""The sensor that waits for a run that somebody else submitted."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseSensorOperator, Context, PokeReturnValue
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

import griffin
from airflow.providers.griffin.failures import airflow_failures, failure
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.results import result_of, why_failed
from airflow.providers.griffin.settings import DEFAULT_CONNECTION
from airflow.providers.griffin.triggers.griffin import GriffinRunTrigger


class GriffinWorkflowRunSensor(BaseSensorOperator):
    """Waits until a run is in one of some states. Neither submits nor cancels anything.

    A run that has ended otherwise fails the task for good, as it will not change. Returns `run_id`, `state`,
    `model_uri` and `metrics`.
    """

    template_fields: Sequence[str] = ("run_id", "target_states", "griffin_conn_id")
    ui_color = "#e8f3ec"

    def __init__(
        self,
        *,
        run_id: str,
        target_states: Sequence[str] = ("SUCCEEDED",),
        griffin_conn_id: str = DEFAULT_CONNECTION,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        """`target_states`: name also those that a run may be in by the next look.

        `deferrable`: wait in the triggerer, whatever the mode. `poke_interval` is then how late a state may be noticed.
        """
        super().__init__(**kwargs)
        if deferrable and self.poke_interval <= 0:
            raise ValueError("poke_interval is a number of seconds above 0 where the sensor is deferrable")
        self.run_id = run_id
        self.target_states = target_states
        self.griffin_conn_id = griffin_conn_id
        self.deferrable = deferrable

    def poke(self, context: Context) -> PokeReturnValue:
        """Looks once. Raises AirflowFailException for a run that will not come to a state that is waited for."""
        run = self._look()
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
        return seen.xcom_value if seen.is_done else self._defer()

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Goes on when the trigger has seen the state, or cannot."""
        if "error" in event:
            raise failure(event["error"], event["retryable"])
        # What was waited for was seen, wherever the run is by now.
        return result_of(self._look()) if event["state"] in self.target_states else self.poke(context).xcom_value

    def _look(self) -> griffin.Run:
        with airflow_failures(), GriffinHook(self.griffin_conn_id).client() as client:
            return client.workflows.get(self.run_id)

    def _defer(self) -> None:
        trigger = GriffinRunTrigger(
            run_id=self.run_id,
            griffin_conn_id=self.griffin_conn_id,
            poll_interval=self.poke_interval,
            target_states=list(self.target_states),
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=self.timeout)

    def _is_reached(self, run: griffin.Run) -> bool:
        if run.state in self.target_states:
            return True
        if run.is_terminal:
            raise AirflowFailException(f"{why_failed(run)}; waited for {', '.join(self.target_states)}")
        self.log.info("Run %s is %s", run.id, run.state)
        return False
