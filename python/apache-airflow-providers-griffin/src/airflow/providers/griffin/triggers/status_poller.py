"""One look at the status of all runs that the triggers of an event loop wait for."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import griffin
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.settings import Settings

# What one request may name, and for how many seconds its answer may be held back.
_LARGEST_BATCH = 500
_LONGEST_HOLD_SECONDS = 25


class RunVanishedError(griffin.GriffinError):
    """The project has no such run, or no longer. A retry of the task submits another."""

    retryable = True


@dataclass(eq=False)
class _Watcher:
    poll_interval: float
    is_reached: Callable[[griffin.AsyncRun], bool]
    found: "asyncio.Future[griffin.AsyncRun]"


@dataclass
class _Watched:
    watchers: list[_Watcher] = field(default_factory=list)
    # Of the answer that all of them have seen.
    etag: str | None = None


async def wait_for_run(
    griffin_conn_id: str, run_id: str, poll_interval: float, is_reached: Callable[[griffin.AsyncRun], bool]
) -> griffin.AsyncRun:
    """The run, once `is_reached` says so of it, which is seen `poll_interval` seconds later at most.

    Raises griffin.GriffinError where the run can no longer be looked at: the client's own retries are over by then.
    """
    pollers = _POLLERS.setdefault(asyncio.get_running_loop(), {})
    if griffin_conn_id not in pollers:
        hook = GriffinHook(griffin_conn_id)
        pollers[griffin_conn_id] = StatusPoller(hook, at_end=lambda: pollers.pop(griffin_conn_id))
    return await pollers[griffin_conn_id].wait(run_id, poll_interval, is_reached)


class StatusPoller:
    """Asks for all runs that somebody waits for, with one request for 500 of them, once per poll interval at most.

    The interval is the shortest that anybody wishes. An answer is held back until there is news, so that one run's end
    is seen at once; the next request still waits for the interval to pass. It ends when nobody has waited for an
    interval, and with its event loop.
    """

    def __init__(self, hook: GriffinHook, at_end: Callable[[], object]) -> None:
        """`at_end`: called when nobody may begin to wait any more."""
        self._hook = hook
        self._at_end = at_end
        self._watched: dict[str, _Watched] = {}
        self._settings: Settings | None = None
        self._client: griffin.AsyncClient | None = None
        self._task = asyncio.get_running_loop().create_task(self._poll())
        self._task.add_done_callback(self._let_go)

    async def wait(
        self, run_id: str, poll_interval: float, is_reached: Callable[[griffin.AsyncRun], bool]
    ) -> griffin.AsyncRun:
        watcher = _Watcher(poll_interval, is_reached, asyncio.get_running_loop().create_future())
        watched = self._watched.setdefault(run_id, _Watched())
        watched.watchers.append(watcher)
        # This one has seen nothing yet.
        watched.etag = None
        try:
            return await watcher.found
        finally:
            watched.watchers.remove(watcher)
            if not watched.watchers and self._watched.get(run_id) is watched:
                del self._watched[run_id]

    async def _poll(self) -> None:
        try:
            # All triggers that start together are to be in the first request.
            await asyncio.sleep(0)
            while self._watched:
                await self._look()
        finally:
            self._at_end()
            await self._disconnect()

    async def _look(self) -> None:
        """All requests of one interval, and the rest of it."""
        loop = asyncio.get_running_loop()
        client = await self._connected()
        begun = loop.time()
        seen = [(run_id, watched.etag) for run_id, watched in self._watched.items()]
        intervals = (one.poll_interval for watched in self._watched.values() for one in watched.watchers)
        interval = min(intervals, default=0.0)
        hold = int(min(interval, _LONGEST_HOLD_SECONDS))
        batches = [dict(seen[start : start + _LARGEST_BATCH]) for start in range(0, len(seen), _LARGEST_BATCH)]
        await asyncio.gather(*(self._ask(client, batch, hold) for batch in batches))
        await asyncio.sleep(max(0.0, begun + interval - loop.time()))

    async def _ask(self, client: griffin.AsyncClient, seen: dict[str, str | None], hold: int) -> None:
        try:
            news = await client.workflows.status(seen, wait=hold)
        except griffin.GriffinError as error:
            self._fail(seen, error)
            return
        for run in news:
            self._tell(run)
        # A run that was never seen is always news, if it is there.
        for run_id in {run_id for run_id, etag in seen.items() if etag is None} - {run.id for run in news}:
            self._fail([run_id], RunVanishedError(f"run {run_id}: Griffin has no such run in the connection's project"))

    def _tell(self, run: griffin.AsyncRun) -> None:
        watched = self._watched.get(run.id)
        if watched is None:
            return
        watched.etag = run.etag
        for watcher in watched.watchers:
            if not watcher.found.done() and watcher.is_reached(run):
                watcher.found.set_result(run)

    def _fail(self, ids: Iterable[str], error: BaseException) -> None:
        for run_id in ids:
            watched = self._watched.get(run_id)
            for watcher in watched.watchers if watched else ():
                if not watcher.found.done():
                    watcher.found.set_exception(error)

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
        self._fail(list(self._watched), error or RunVanishedError("the poller has ended"))


_POLLERS: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, StatusPoller]]" = WeakKeyDictionary()
