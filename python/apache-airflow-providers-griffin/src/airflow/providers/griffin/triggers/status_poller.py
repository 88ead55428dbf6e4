"""One look at the status of all runs that the triggers of an event loop wait for."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import griffin
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.owner import OwnerParts
from airflow.providers.griffin.settings import Settings
from airflow.providers.griffin.triggers.watchers import Watchers

# What one request may name, and for how many seconds its answer may be held back.
_LARGEST_BATCH = 500
_LONGEST_HOLD_SECONDS = 25

# An owner that has no run yet is asked for alone: so many at once.
_SEARCHES_AT_ONCE = 10

# An owner's parts, so that all who look for it ask once.
_Owner = tuple[tuple[str, str | int], ...]


class RunVanishedError(griffin.GriffinError):
    """The project has no such run, or no longer. A retry of the task submits another."""

    retryable = True


async def wait_for_run(
    griffin_conn_id: str,
    run_id: str,
    poll_interval: float,
    is_reached: Callable[[griffin.AsyncRun], bool],
    renews_lease: bool = False,
) -> griffin.AsyncRun:
    """The run, once `is_reached` says so of it, which is seen `poll_interval` seconds later at most.

    `renews_lease`: it is waited for in its owner's name, which each request says.
    Raises griffin.GriffinError where the run can no longer be looked at: the client's own retries are over by then.
    """
    return await _poller(griffin_conn_id).runs.wait(run_id, poll_interval, is_reached, renews_lease)


async def find_run(
    griffin_conn_id: str, owner: OwnerParts, poll_interval: float, passed: str | None
) -> griffin.AsyncRun:
    """The owner's newest run, once it has one other than `passed`. Raises as `wait_for_run`."""
    key = tuple(sorted(owner.items()))
    return await _poller(griffin_conn_id).owners.wait(key, poll_interval, lambda run: run.id != passed)


def _poller(griffin_conn_id: str) -> "StatusPoller":
    pollers = _POLLERS.setdefault(asyncio.get_running_loop(), {})
    if griffin_conn_id not in pollers:
        hook = GriffinHook(griffin_conn_id)
        pollers[griffin_conn_id] = StatusPoller(hook, at_end=lambda: pollers.pop(griffin_conn_id))
    return pollers[griffin_conn_id]


class StatusPoller:
    """Asks for all runs that somebody waits for, with one request for 500 of them, once per poll interval at most.

    The interval is the shortest that anybody wishes, also of those who come while it passes. An answer is held back
    until there is news, so that one run's end is seen at once; the next request still waits for the interval to pass.
    It ends when nobody has waited for an interval, and with its event loop.
    """

    def __init__(self, hook: GriffinHook, at_end: Callable[[], object]) -> None:
        """`at_end`: called when nobody may begin to wait any more."""
        self._joined = asyncio.Event()
        self.runs: Watchers[str] = Watchers(self._joined.set)
        # These look for a run of which they do not know the id.
        self.owners: Watchers[_Owner] = Watchers(self._joined.set)
        self._hook = hook
        self._at_end = at_end
        self._settings: Settings | None = None
        self._client: griffin.AsyncClient | None = None
        self._task = asyncio.get_running_loop().create_task(self._poll())
        self._task.add_done_callback(self._let_go)

    async def _poll(self) -> None:
        try:
            # All triggers that start together are to be in the first request.
            await asyncio.sleep(0)
            while self.runs or self.owners:
                await self._look()
        finally:
            self._at_end()
            await self._disconnect()

    async def _look(self) -> None:
        """All requests of one interval, and the rest of it."""
        client = await self._connected()
        begun = asyncio.get_running_loop().time()
        self._joined.clear()
        asking = asyncio.ensure_future(self._ask_all(client))
        try:
            while not asking.done() or self._rest(begun) > 0:
                if self._joined.is_set() and self._rest(begun) <= 0:
                    return  # Who came meanwhile does not wait until the others have an answer.
                await self._pause(asking, begun)
            await asking
        finally:
            asking.cancel()
            await asyncio.wait([asking])

    async def _pause(self, asking: "asyncio.Future[None]", begun: float) -> None:
        """Until the answers are there, somebody comes or the interval is over, whichever there is to wait for."""
        has_come = self._joined.is_set()
        rest = max(0.0, self._rest(begun)) if asking.done() or has_come else None
        # Who has come is not waited for again.
        joined = asyncio.ensure_future(asyncio.Event().wait() if has_come else self._joined.wait())
        try:
            pending: list[asyncio.Future[Any]] = [joined] if asking.done() else [asking, joined]
            await asyncio.wait(pending, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            joined.cancel()

    def _interval(self) -> float:
        return min([*self.runs.intervals(), *self.owners.intervals()], default=0.0)

    def _rest(self, begun: float) -> float:
        return begun + self._interval() - asyncio.get_running_loop().time()

    async def _ask_all(self, client: griffin.AsyncClient) -> None:
        seen = self.runs.seen()
        hold = int(min(self._interval(), _LONGEST_HOLD_SECONDS))
        batches = [dict(seen[start : start + _LARGEST_BATCH]) for start in range(0, len(seen), _LARGEST_BATCH)]
        await asyncio.gather(*(self._ask(client, batch, hold) for batch in batches), self._search(client))

    async def _ask(self, client: griffin.AsyncClient, seen: dict[str, str | None], hold: int) -> None:
        try:
            news = await client.workflows.status(seen, wait=hold, renew=self.runs.leased())
        except griffin.GriffinError as error:
            self.runs.fail(seen, error)
            return
        for run in news:
            self.runs.tell(run.id, run)
        # A run that was never seen is always news, if it is there.
        for run_id in {run_id for run_id, etag in seen.items() if etag is None} - {run.id for run in news}:
            vanished = RunVanishedError(f"run {run_id}: Griffin has no such run in the connection's project")
            self.runs.fail([run_id], vanished)

    async def _search(self, client: griffin.AsyncClient) -> None:
        owners = [owner for owner, _ in self.owners.seen()]
        for start in range(0, len(owners), _SEARCHES_AT_ONCE):
            await asyncio.gather(*(self._find(client, owner) for owner in owners[start : start + _SEARCHES_AT_ONCE]))

    async def _find(self, client: griffin.AsyncClient, owner: _Owner) -> None:
        try:
            newest = await client.workflows.list(owner=dict(owner)).first()
        except griffin.GriffinError as error:
            self.owners.fail([owner], error)
            return
        if newest is not None:
            self.owners.tell(owner, newest)

    async def _connected(self) -> griffin.AsyncClient:
        """The client, another one where the connection was changed meanwhile."""
        settings = await self._hook.async_settings()
        if self._client is None or settings != self._settings:
            await self._disconnect()
            self._client, self._settings = await self._hook.async_client(settings), settings
        return self._client

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _let_go(self, task: "asyncio.Task[None]") -> None:
        """Whatever ended the task: nobody waits for an answer that does not come."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        for watchers in (self.runs, self.owners):
            watchers.fail_all(error or RunVanishedError("the poller has ended"))


_POLLERS: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, StatusPoller]]" = WeakKeyDictionary()
