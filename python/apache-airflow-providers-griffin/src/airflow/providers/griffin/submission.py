"""How a try of a task comes by its run (docs/adr/0102)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import griffin
from airflow.providers.griffin.intent import Intent, TaskState, read_intent, write_intent
from griffin.bodies import OwnerRef

if TYPE_CHECKING:
    from airflow.sdk.types import Logger

# It ends, and cannot be gone on with. All else is decided by the booleans of a run.
_ENDING = "TERMINATING"


class Submission:
    """One try's submission of one run, under the key of an intent that was written down before."""

    def __init__(
        self,
        client: griffin.Client,
        store: TaskState,
        owner: OwnerRef,
        log: "Logger",
        *,
        max_tries: int,
        definition: str,
        fields: dict[str, Any],
        key: str | None = None,
    ) -> None:
        """`max_tries`: as Airflow has it. `key`: the idempotency key of the task's first submission, where it is not to
        be made here.
        """
        self._client = client
        self._store = store
        self._owner = owner
        self._log = log
        self._max_tries = max_tries
        self._definition = definition
        self._fields = fields
        self._key = key

    def run(self) -> griffin.Run:
        """The task's run: the one that an earlier try meant, if that is active or has succeeded, else a new one.

        An earlier try's request is sent again, which finds its run, or makes it if the request never arrived, and tells
        Griffin that a later try has the word. What failed under an earlier try never passes for this one's success.
        """
        intent = read_intent(self._store)
        if intent is None or intent.round != self._owner["round"]:
            return self._begin()
        try:
            run = self._send(intent)
        except griffin.IdempotencyKeyReusedError:
            return self._after_change(intent)
        except (griffin.NotFoundError, griffin.GoneError) as error:
            self._log.warning("The run of an earlier try is gone, and another is submitted: %s", error)
            return self._begin()
        if intent.epoch == self._owner["epoch"] or _is_of_use(run):
            self._log.info("Going on with run %s, which is %s", run.id, run.state)
            return run
        self._log.info("Run %s of an earlier try is %s, and another is submitted", run.id, run.state)
        return self._begin()

    def _begin(self) -> griffin.Run:
        owner = self._owner
        intent = Intent(self._new_key(), owner["epoch"], owner["round"], max_tries=self._max_tries)
        write_intent(self._store, intent)
        run = self._send(intent)
        self._log.info("Run %s (%s) is %s", run.id, run.name, run.state)
        return run

    def _after_change(self, intent: Intent) -> griffin.Run:
        """The task asks for something else than its earlier try did: its model counts, if there is one by now."""
        run = self._known(intent.run_id)
        if run is not None and run.is_successful:
            self._log.warning("The task has changed since run %s was submitted, which has succeeded", run.id)
            return run
        self._log.warning("The task has changed since an earlier try, and is submitted as it is now")
        return self._begin()

    def _known(self, run_id: str | None) -> griffin.Run | None:
        try:
            return self._client.workflows.get(run_id) if run_id else None
        except (griffin.NotFoundError, griffin.GoneError):
            return None

    def _send(self, intent: Intent) -> griffin.Run:
        run = self._client.workflows.submit(
            self._definition,
            idempotency_key=intent.key,
            owner_ref=self._owner,
            on_active_owner="attach",
            **self._fields,
        )
        if intent.run_id != run.id:
            write_intent(self._store, replace(intent, run_id=run.id))
        return run

    def _new_key(self) -> str:
        if self._key is None:
            return str(uuid4())
        return self._key if self._owner["epoch"] <= 1 else f"{self._key}.{self._owner['epoch']}"


def _is_of_use(run: griffin.Run) -> bool:
    return run.is_successful or not (run.is_terminal or run.state == _ENDING)
