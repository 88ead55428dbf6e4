"""Who waits for which run, and what they have seen of it."""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import griffin

Key = TypeVar("Key", bound=Hashable)


@dataclass(eq=False)
class _Watcher:
    poll_interval: float
    is_reached: Callable[[griffin.AsyncRun], bool]
    renews_lease: bool
    found: "asyncio.Future[griffin.AsyncRun]"


@dataclass
class _Watched:
    watchers: list[_Watcher] = field(default_factory=list)
    # Of the answer that all of them have seen.
    etag: str | None = None


class Watchers(Generic[Key]):
    """Those that wait for runs which somebody else looks at. `Key`: by what a run is asked for."""

    def __init__(self, joined: Callable[[], object]) -> None:
        """`joined`: called when somebody begins to wait, who has seen nothing yet."""
        self._watched: dict[Key, _Watched] = {}
        self._joined = joined

    def __bool__(self) -> bool:
        return bool(self._watched)

    async def wait(
        self,
        key: Key,
        poll_interval: float,
        is_reached: Callable[[griffin.AsyncRun], bool],
        renews_lease: bool = False,
    ) -> griffin.AsyncRun:
        """The run, once `is_reached` says so of what `tell` has of it. Raises what `fail` has."""
        watcher = _Watcher(poll_interval, is_reached, renews_lease, asyncio.get_running_loop().create_future())
        watched = self._watched.setdefault(key, _Watched())
        watched.watchers.append(watcher)
        # This one has seen nothing yet.
        watched.etag = None
        self._joined()
        try:
            return await watcher.found
        finally:
            watched.watchers.remove(watcher)
            if not watched.watchers and self._watched.get(key) is watched:
                del self._watched[key]

    def seen(self) -> list[tuple[Key, str | None]]:
        """What is waited for, and the ETag of what is known of it."""
        return [(key, watched.etag) for key, watched in self._watched.items()]

    def leased(self) -> set[Key]:
        """What somebody waits for in its owner's name."""
        return {key for key, watched in self._watched.items() if any(one.renews_lease for one in watched.watchers)}

    def intervals(self) -> list[float]:
        """How often each of them wishes to know."""
        return [one.poll_interval for watched in self._watched.values() for one in watched.watchers]

    def tell(self, key: Key, run: griffin.AsyncRun) -> None:
        """The run as it is now."""
        watched = self._watched.get(key)
        if watched is None:
            return
        watched.etag = run.etag
        for watcher in watched.watchers:
            if not watcher.found.done() and watcher.is_reached(run):
                watcher.found.set_result(run)

    def fail(self, keys: Iterable[Key], error: BaseException) -> None:
        """Nothing more can be known of these."""
        for key in keys:
            watched = self._watched.get(key)
            for watcher in watched.watchers if watched else ():
                if not watcher.found.done():
                    watcher.found.set_exception(error)

    def fail_all(self, error: BaseException) -> None:
        self.fail(list(self._watched), error)
