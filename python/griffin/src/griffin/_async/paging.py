"""Lists, whose pages are asked for as they are needed."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from griffin._async.transport import AsyncTransport
from griffin._request import Request

Item = TypeVar("Item")


class AsyncPager(Generic[Item]):
    """All items of a list, in the API's order. It may be iterated over more than once, and asks anew each time."""

    def __init__(
        self, transport: AsyncTransport, page: Any, request: Request, item: Callable[[Any], Item] = lambda item: item
    ) -> None:
        """`page`: the model of a page, with `items` and `next_cursor`. `item`: makes what is given out of an item."""
        self._transport = transport
        self._page = page
        self._request = request
        self._item = item

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in page:
                yield item

    async def pages(self) -> AsyncIterator[list[Item]]:
        """Page by page, as the API answers."""
        cursor: str | None = None
        while True:
            query = {**self._request.query, **({"cursor": cursor} if cursor else {})}
            page = await self._transport.ask(self._page, replace(self._request, query=query))
            yield [self._item(item) for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return

    async def all(self) -> list[Item]:
        """Every item."""
        return [item async for item in self]

    async def first(self) -> Item | None:
        """The first item, or None where there is none. Asks for that one only."""
        request = replace(self._request, query={**self._request.query, "limit": 1})
        page = await self._transport.ask(self._page, request)
        return self._item(page.items[0]) if page.items else None
