"""The triggers that wait for a run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from airflow.triggers.base import BaseTrigger, TriggerEvent

import griffin
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.owner import OwnerParts, may_submit_another
from airflow.providers.griffin.settings import DEFAULT_CONNECTION
from airflow.providers.griffin.triggers.status_poller import find_run, wait_for_run
from griffin.bodies import OwnerRef

# An event loop holds its tasks but weakly.
_CANCELLING: "set[asyncio.Task[None]]" = set()

# Airflow takes a task for lost, and tries it again, that goes on before its scheduler has seen the worker exit.
_DEFERRAL_KNOWN_SECONDS = 10


class _WaitingTrigger(BaseTrigger):
    """Fires once, with what `_outcome` returns, not before its poll interval (of ten seconds at most) is over.

    Nothing is kept between two lives, so it may run twice, or elsewhere.
    """

    _arguments: ClassVar[tuple[str, ...]]
    poll_interval: float

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.{type(self).__name__}", {name: getattr(self, name) for name in self._arguments}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        now = asyncio.get_running_loop().time
        begun = now()
        outcome = await self._outcome()
        await asyncio.sleep(begun + min(self.poll_interval, _DEFERRAL_KNOWN_SECONDS) - now())
        yield TriggerEvent(outcome)

    async def _outcome(self) -> dict[str, Any]:
        raise NotImplementedError


class GriffinRunTrigger(_WaitingTrigger):
    """Fires once: when the run has ended or is in one of `target_states`, or when that can no longer be seen.

    The event has `run_id` and `state`, or `run_id`, `error` and `retryable`. All triggers of one event loop and
    connection ask together.
    """

    _arguments = ("run_id", "griffin_conn_id", "poll_interval", "target_states", "cancel_as", "renews_lease")

    def __init__(
        self,
        run_id: str,
        griffin_conn_id: str = DEFAULT_CONNECTION,
        poll_interval: float = 30,
        target_states: list[str] | None = None,
        cancel_as: OwnerRef | None = None,
        renews_lease: bool = False,
    ) -> None:
        """`cancel_as`: the owner, with its try, in whose name the run is cancelled when a user kills the task.

        `renews_lease`: it waits in the name of the run's owner, whose lease goes on for as long.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.run_id = run_id
        self.griffin_conn_id = griffin_conn_id
        self.poll_interval = poll_interval
        self.target_states = target_states
        self.cancel_as = cancel_as
        self.renews_lease = renews_lease

    async def _outcome(self) -> dict[str, Any]:
        try:
            run = await wait_for_run(
                self.griffin_conn_id, self.run_id, self.poll_interval, self._is_reached, self.renews_lease
            )
        except griffin.GriffinError as error:
            return {"run_id": self.run_id, "error": str(error), "retryable": error.retryable}
        return {"run_id": run.id, "state": run.state}

    async def on_kill(self) -> None:
        """Cancels the run, once, unless a later try of the task has spoken.

        Never done in `cleanup`, which Airflow also calls when the triggerer restarts.
        """
        if self.cancel_as is None:
            return
        # Airflow cancels it again with each look, about once a second, for as long as it takes.
        cancelling = asyncio.create_task(self._cancel())
        _CANCELLING.add(cancelling)
        cancelling.add_done_callback(_CANCELLING.discard)
        await asyncio.shield(cancelling)

    async def _cancel(self) -> None:
        try:
            async with await GriffinHook(self.griffin_conn_id).async_client() as client:
                run = await client.workflows.get(self.run_id)
                await run.terminate("The deferred Airflow task was killed.", owner_ref=self.cancel_as)
            self.log.info("Run %s is being cancelled", self.run_id)
        except griffin.OwnerSupersededError:
            self.log.info("Run %s is left to a later try of the task", self.run_id)
        except griffin.GriffinError as error:
            self.log.warning("Run %s could not be cancelled: %s", self.run_id, error)

    def _is_reached(self, run: griffin.AsyncRun) -> bool:
        return run.is_terminal or run.state in (self.target_states or ())


class GriffinOwnerTrigger(_WaitingTrigger):
    """Fires once: when the newest run of an owner has ended for good or is in one of `target_states`.

    There may be none yet, and another may take its place. The event is that of GriffinRunTrigger, and runs are looked
    at in the same requests.
    """

    _arguments = ("owner", "target_states", "griffin_conn_id", "poll_interval")

    def __init__(
        self,
        owner: OwnerParts,
        target_states: list[str],
        griffin_conn_id: str = DEFAULT_CONNECTION,
        poll_interval: float = 30,
    ) -> None:
        """`owner`: `deployment`, `dag_id`, `run_id`, `task_id` and `map_index`."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.owner = owner
        self.target_states = target_states
        self.griffin_conn_id = griffin_conn_id
        self.poll_interval = poll_interval

    async def _outcome(self) -> dict[str, Any]:
        passed: str | None = None
        try:
            while True:
                newest = await find_run(self.griffin_conn_id, self.owner, self.poll_interval, passed)
                run = await wait_for_run(self.griffin_conn_id, newest.id, self.poll_interval, self._is_reached)
                if run.state in self.target_states or not may_submit_another(run):
                    break
                self.log.info("Run %s ended %s, and its owner may submit another", run.id, run.state)
                passed = run.id
        except griffin.GriffinError as error:
            return {"run_id": passed, "error": str(error), "retryable": error.retryable}
        return {"run_id": run.id, "state": run.state}

    def _is_reached(self, run: griffin.AsyncRun) -> bool:
        return run.is_terminal or run.state in self.target_states
