"""A run, and what can be asked of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from pydantic import PrivateAttr
from typing_extensions import Self

from griffin import bodies, models
from griffin._async.paging import AsyncPager
from griffin._async.transport import AsyncTransport
from griffin._body import body_of
from griffin._deadline import Deadline
from griffin._frames import metrics_frame
from griffin._lines import Lines
from griffin._request import Request, get, parse, path_of, post
from griffin.errors import RunNotSuccessfulError
from griffin.progress import as_html, display_for

# News ends a held answer at once. Figures of progress are no news: who shows them asks more often.
_HELD_SECONDS, _HELD_SECONDS_WITH_PROGRESS = 25, 2
_LOG_PAUSE_SECONDS = 1.0


class AsyncRun(models.Run):
    """A run as it was when it was last asked for: `refresh`, `wait` and `terminate` bring it up to date."""

    _transport: AsyncTransport = PrivateAttr()
    _etag: str | None = PrivateAttr(default=None)

    @classmethod
    def bound(
        cls, transport: AsyncTransport, answer: models.Run | models.RunNews, etag: str | None = None
    ) -> "AsyncRun":
        """The run of an answer, which can be asked more of through `transport`."""
        run = cls.model_construct(**{name: getattr(answer, name) for name in models.Run.model_fields})
        run._transport, run._etag = transport, etag
        return run

    @property
    def etag(self) -> str | None:
        """Of the answer this is; None where it came in a list. For `client.workflows.status`."""
        return self._etag

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.id} {self.state}>"

    def _repr_html_(self) -> str:
        return as_html(self)

    async def refresh(self) -> Self:
        """Asks for the run as it is now."""
        await self._update(get(self._path()))
        return self

    async def wait(self, timeout: float | None = None, *, check: bool = True, progress: bool | None = None) -> Self:
        """Waits for the run's end, and returns it.

        `progress` shows how it goes: on a terminal and in a notebook when None. Raises RunNotSuccessfulError for an end
        without success unless `check` is False, and WaitTimeoutError after `timeout` seconds: the run then goes on.
        """
        with display_for(progress) as display:
            async for run in self.watch(timeout, with_progress=display.is_shown):
                display.show(run)
        if check and not self.is_successful:
            raise RunNotSuccessfulError(_explain(self), self, self.reason.code if self.reason else None)
        return self

    async def watch(self, timeout: float | None = None, *, with_progress: bool = False) -> AsyncIterator[Self]:
        """The run as it is, then whenever it has changed, until its end. Each time it is this very object.

        With `with_progress` also every two seconds, as figures of progress alone do not count as a change.
        """
        deadline = Deadline(timeout)
        await self.refresh()
        yield self
        while not self.is_terminal:
            longest = _HELD_SECONDS_WITH_PROGRESS if with_progress else _HELD_SECONDS
            held = deadline.hold(longest, f"run {self.name} ({self.id}) is still {self.state}")
            seen = None if with_progress or self._etag is None else {"if-none-match": self._etag}
            if await self._update(get(self._path(), seen, wait=held), waiting=True):
                yield self

    async def logs(
        self, *, follow: bool = False, tail: int | None = None, attempt: int | None = None, stream: str = "driver"
    ) -> AsyncIterator[str]:
        """The lines of the log: of the newest attempt, or of `attempt`; the last `tail` ones, or all.

        With `follow` also what comes, until the attempt is over; of all attempts from the newest on when none is named.
        They are what a program wrote: `griffin.terminal.plain` takes out what a terminal would act on.
        """
        path, lines, is_over = self._path("logs"), Lines(), False
        request = get(path, attempt=attempt, stream=stream, tail=tail)
        while True:
            page = await self._transport.ask(models.LogPage, request, waiting=follow)
            for line in lines.feed(page.text):
                yield line
            if page.complete or (not page.text and (is_over or not follow)):
                for line in lines.rest():
                    yield line
                if not follow or attempt is not None or not await self._has_attempt_after(page.attempt):
                    return
                request = get(path, attempt=self.attempt, stream=stream)
                continue
            if not page.text:
                # What was written before the end may come just after it: it is over when nothing comes once more.
                await self.refresh()
                is_over = self.is_terminal
                await asyncio.sleep(_LOG_PAUSE_SECONDS)
            request = get(path, cursor=page.next_cursor)

    async def log_streams(self, attempt: int | None = None) -> list[str]:
        """The names of an attempt's log streams; of the newest one when None."""
        request = get(self._path("logs", "streams"), attempt=attempt)
        return (await self._transport.ask(models.LogStreams, request)).items

    async def metrics(self, *keys: str, attempt: int | None = None) -> Any:
        """The history of the metrics as a pandas DataFrame: `key`, `step`, `timestamp`, `value`, as logged.

        All metrics when no key is named; of the newest attempt unless another one is. Needs the extra `pandas`.
        """
        names = keys or [point.key async for point in self.metric_points(attempt=attempt)]
        points = [point for key in names async for point in self.metric_points(key, attempt=attempt)]
        return metrics_frame(points)

    def metric_points(self, key: str | None = None, *, attempt: int | None = None) -> AsyncPager[models.MetricPoint]:
        """All values of a metric as they were logged; without `key`, the last value of each."""
        return AsyncPager(self._transport, models.MetricPage, get(self._path("metrics"), key=key, attempt=attempt))

    async def attempts(self) -> list[models.Attempt]:
        """All attempts so far."""
        return (await self._transport.ask(models.Attempts, get(self._path("attempts")))).items

    async def history(self) -> list[models.HistoryEntry]:
        """Every change of the run's state, with what caused it."""
        return (await self._transport.ask(models.History, get(self._path("history")))).items

    async def terminate(self, reason: str | None = None, *, owner_ref: bodies.OwnerRef | None = None) -> Self:
        """Asks the run to end, and does not wait for it. One that is over stays as it is.

        Raises OwnerSupersededError where `owner_ref` has an epoch lower than one that was seen.
        """
        body = body_of({"reason": reason, "owner_ref": owner_ref})
        await self._update(post(self._path("terminate"), body, repeatable=True))
        return self

    def _path(self, *segments: str) -> str:
        return path_of("workflows", self.id, *segments)

    async def _has_attempt_after(self, attempt: int) -> bool:
        async for run in self.watch():
            if run.attempt > attempt:
                return True
        return False

    async def _update(self, request: Request, waiting: bool = False) -> bool:
        """Whether there was news."""
        response = await self._transport.send(request, waiting=waiting)
        if not response.content:
            return False
        self.__dict__.update(parse(models.Run, response).__dict__)
        self._etag = response.headers.get("etag")
        return True


def _explain(run: models.Run) -> str:
    reason = f"{run.reason.code}: {run.reason.message}" if run.reason else "without a reason"
    log = f"\n{run.log_tail.rstrip()}" if run.log_tail else ""
    return f"run {run.name} ({run.id}) ended {run.state}, {reason}{log}"
