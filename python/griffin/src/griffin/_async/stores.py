"""What trainings are described with: runtimes, model architectures, features, workflow definitions."""

from typing_extensions import Unpack

from griffin import bodies, models, references
from griffin._async.paging import AsyncPager
from griffin._async.resource import AsyncResource
from griffin._body import body_of
from griffin._request import delete, get, path_of, post


class AsyncRuntimes(AsyncResource):
    """`client.runtimes`: the standard ML builds of the installation."""

    def list(self, *, page_size: int | None = None) -> AsyncPager[models.Runtime]:
        """By name."""
        return AsyncPager(self._transport, models.RuntimePage, get(path_of("runtimes"), limit=page_size))

    async def get(self, name: str) -> models.Runtime:
        """What it can do, with which configuration. Raises NotFoundError."""
        return await self._transport.ask(models.Runtime, get(path_of("runtimes", name)))


class AsyncArchitectures(AsyncResource):
    """`client.architectures`: model architectures, which are versioned and not trained."""

    async def create(self, **fields: Unpack[bodies.CreateArchitecture]) -> models.Architecture:
        """The next version; the newest one where that says the same already."""
        return await self._transport.ask(models.Architecture, post(path_of("training", "models"), body_of(fields)))

    def list(self, *, page_size: int | None = None) -> AsyncPager[models.Architecture]:
        """The newest version of each."""
        return AsyncPager(self._transport, models.ArchitecturePage, get(path_of("training", "models"), limit=page_size))

    async def get(self, reference: str) -> models.Architecture:
        """`name@version`, or `name` for the newest. Raises NotFoundError."""
        return await self._transport.ask(models.Architecture, get(_version_path("training", "models", of=reference)))


class AsyncFeatures(AsyncResource):
    """`client.features`: feature views, which say where features are and when they were known."""

    async def create(self, **fields: Unpack[bodies.IndexFeatureView]) -> models.FeatureView:
        """The next version; the newest one where that says the same already."""
        return await self._transport.ask(models.FeatureView, post(path_of("features"), body_of(fields)))

    def list(
        self, *, q: str | None = None, tag: str | None = None, page_size: int | None = None
    ) -> AsyncPager[models.FeatureView]:
        """The newest version of each view. `q` searches names and descriptions, of views and of their features."""
        return AsyncPager(
            self._transport, models.FeatureViewPage, get(path_of("features"), q=q, tag=tag, limit=page_size)
        )

    async def get(self, reference: str) -> models.FeatureView:
        """`name@version`, or `name` for the newest. Raises NotFoundError."""
        return await self._transport.ask(models.FeatureView, get(_version_path("features", of=reference)))


class AsyncDefinitions(AsyncResource):
    """`client.definitions`: workflow definitions, what runs have in common."""

    async def create(self, **fields: Unpack[bodies.CreateDefinition]) -> models.DefinitionVersion:
        """The next version; the newest one where that says the same already."""
        request = post(path_of("workflow-definitions"), body_of(fields))
        return await self._transport.ask(models.DefinitionVersion, request)

    def list(self, *, page_size: int | None = None) -> AsyncPager[models.Definition]:
        """Those that were not deleted."""
        return AsyncPager(self._transport, models.DefinitionPage, get(path_of("workflow-definitions"), limit=page_size))

    async def get(self, reference: str, *, id: str | None = None) -> models.DefinitionVersion:
        """`name@version`, or `name` for the newest. With its `id` also one that was deleted. Raises NotFoundError."""
        path = _version_path("workflow-definitions", of=reference)
        return await self._transport.ask(models.DefinitionVersion, get(path, id=id))

    def versions(
        self, name: str, *, id: str | None = None, page_size: int | None = None
    ) -> AsyncPager[models.DefinitionVersion]:
        """The newest first."""
        request = get(path_of("workflow-definitions", name, "versions"), id=id, limit=page_size)
        return AsyncPager(self._transport, models.DefinitionVersionPage, request)

    async def delete(self, name: str, *, id: str | None = None) -> None:
        """No run can be of it from then on. Raises ConflictError while runs of it are active.

        With `id` it is that very definition which goes, so the request can be sent again; without it, it is sent once.
        """
        await self._transport.send(delete(path_of("workflow-definitions", name), repeatable=id is not None, id=id))


def _version_path(*segments: str, of: str) -> str:
    name, version = references.numbered(of)
    return path_of(*segments, name) if version is None else path_of(*segments, name, "versions", version)
