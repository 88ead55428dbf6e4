"""What the API published, and what came of what."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from griffin import models
from griffin._async.resource import AsyncResource
from griffin._request import get, path_of

_HELD_SECONDS = 25


class AsyncEvents(AsyncResource):
    """`client.events`: CloudEvents, as dictionaries, in the order in which they were published."""

    async def page(
        self,
        *,
        after: str | int | None = None,
        types: str | Sequence[str] | None = None,
        wait: int | None = None,
        limit: int | None = None,
    ) -> models.EventPage:
        """What follows `after`, the `next_cursor` of a page before; held back up to `wait` seconds for some."""
        request = get(path_of("events"), after=after, types=types, wait=wait, limit=limit)
        return await self._transport.ask(models.EventPage, request)

    async def list(self, *, types: str | Sequence[str] | None = None) -> AsyncIterator[dict[str, Any]]:
        """Everything so far."""
        after: str | None = None
        while (page := await self.page(after=after, types=types)).items:
            for event in page.items:
                yield event
            after = page.next_cursor

    async def follow(
        self, *, after: str | int | None = None, types: str | Sequence[str] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Everything after `after`, and whatever comes, for ever. The same id again is the same event."""
        while True:
            request = get(path_of("events"), after=after, types=types, wait=_HELD_SECONDS)
            page = await self._transport.ask(models.EventPage, request, waiting=True)
            for event in page.items:
                yield event
            after = page.next_cursor


class AsyncLineage(AsyncResource):
    """`client.lineage`: the graph of what came of what."""

    async def get(
        self,
        node: str,
        *,
        direction: Literal["upstream", "downstream", "both"] | None = None,
        depth: int | None = None,
        wait_for: str | None = None,
    ) -> models.Lineage:
        """What is connected with a node, written `type:id`, as `run:...` or `model-version:...`.

        `wait_for`: the id of an event that the answer must know of; up to 25 s are waited for it.
        """
        request = get(path_of("lineage"), node=node, direction=direction, depth=depth, wait_for=wait_for)
        return await self._transport.ask(models.Lineage, request)
