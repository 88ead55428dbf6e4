"""Runs: submitted, found, and looked at many at a time."""

import builtins
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from typing_extensions import Unpack

from griffin import bodies, models
from griffin._async.paging import AsyncPager
from griffin._async.resource import AsyncResource
from griffin._async.run import AsyncRun
from griffin._body import body_of, seen_run
from griffin._owner import owner_query
from griffin._request import Request, get, parse, path_of, post


class AsyncWorkflows(AsyncResource):
    """`client.workflows`: the runs of workflow definitions."""

    async def submit(
        self, definition: str, *, idempotency_key: str | None = None, **fields: Unpack[bodies.SubmitRun]
    ) -> AsyncRun:
        """Submits a run of a definition, `name@version` or `name` for the newest.

        The request has an idempotency key, made here unless one is given, so that however often it has to be sent there
        is one run. Raises InvalidInputError, whose `errors` name the fields at fault, and NotFoundError.
        """
        body = {"definition": definition, **body_of(fields)}
        return await self._run(post(path_of("workflows"), body, key=idempotency_key or str(uuid4())))

    async def dry_run(self, definition: str, **fields: Unpack[bodies.SubmitRun]) -> dict[str, Any]:
        """The spec that such a run would be frozen to. Nothing runs."""
        body = {"definition": definition, **body_of(fields)}
        request = post(path_of("workflows"), body, repeatable=True, dry_run=True)
        return (await self._transport.ask(models.DryRun, request)).spec

    async def get(self, run_id: str) -> AsyncRun:
        """Raises NotFoundError."""
        return await self._run(get(path_of("workflows", run_id)))

    def list(
        self,
        *,
        state: str | Sequence[str] | None = None,
        definition: str | None = None,
        kind: str | None = None,
        name: str | None = None,
        owner: Mapping[str, Any] | None = None,
        page_size: int | None = None,
    ) -> AsyncPager[AsyncRun]:
        """The project's runs, the newest first; `state` is one or several.

        `owner` is a run's `owner_ref`, or the parts of one that all the runs are to have: `dag_id`, and as many of
        `deployment`, `run_id`, `task_id` and `map_index` (-1 of a task that is not mapped) as are to tell them apart.
        """
        path = path_of("workflows")
        named: dict[str, Any] = {"definition": definition, "kind": kind, "name": name, **owner_query(owner)}
        request = get(path, state=state, limit=page_size, **named)
        return AsyncPager(self._transport, models.RunPage, request, lambda run: AsyncRun.bound(self._transport, run))

    async def status(
        self, seen: Mapping[str, str | None], *, wait: int = 0, renew: Collection[str] = ()
    ) -> builtins.list[AsyncRun]:
        """Of up to 500 runs, those that are not as the caller has seen them: run id -> ETag, or None for never.

        Held back up to `wait` seconds (60 at most) until there is one. The runs that are given have their `etag`.
        `renew`: the ids of those that the caller waits for in their owner's name, which begins their lease anew
        (`owner_lease_seconds` of their submission).
        """
        runs = [seen_run(run_id, etag, run_id in renew) for run_id, etag in seen.items()]
        request = post(path_of("workflows", "status"), {"runs": runs, "wait": wait}, repeatable=True)
        news = await self._transport.ask(models.RunNewsPage, request, waiting=wait > 0)
        return [AsyncRun.bound(self._transport, run, run.etag) for run in news.items]

    async def _run(self, request: Request) -> AsyncRun:
        response = await self._transport.send(request)
        return AsyncRun.bound(self._transport, parse(models.Run, response), response.headers.get("etag"))
