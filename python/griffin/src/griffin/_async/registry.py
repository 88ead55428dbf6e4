"""Registered models: their versions, aliases and files."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path

from griffin import models, references
from griffin._async.download import fetch
from griffin._async.paging import AsyncPager
from griffin._async.resource import AsyncResource
from griffin._request import delete, get, path_of, put
from griffin.errors import NotFoundError
from griffin.loading import LoadedModel, load_model


class AsyncRegistry(AsyncResource):
    """`client.registry`. A model's version is named `name@version`, `name@alias`, or `name` for the newest."""

    def list(self, *, page_size: int | None = None) -> AsyncPager[models.Model]:
        """The project's registered models, with their aliases."""
        return AsyncPager(self._transport, models.ModelPage, get(path_of("registry", "models"), limit=page_size))

    async def get(self, name: str) -> models.Model:
        """A registered model and its aliases. Raises NotFoundError."""
        return await self._transport.ask(models.Model, get(path_of("registry", "models", name)))

    def versions(self, name: str, *, page_size: int | None = None) -> AsyncPager[models.ModelVersion]:
        """The newest first."""
        request = get(path_of("registry", "models", name, "versions"), limit=page_size)
        return AsyncPager(self._transport, models.ModelVersionPage, request)

    async def version(self, reference: str, *, at: datetime | str | None = None) -> models.ModelVersion:
        """A version; an alias's as of the moment `at`, or now. Raises NotFoundError."""
        name, version = references.split(reference)
        if version is not None:
            path = path_of("registry", "models", name, "versions", version)
            return await self._transport.ask(models.ModelVersion, get(path, at=at))
        newest = await self.versions(name).first()
        if newest is None:
            raise NotFoundError(404, {"code": "model_version_unknown", "detail": f"{name} has no version"}, "registry")
        return newest

    def aliases(
        self, name: str, *, at: datetime | str | None = None, page_size: int | None = None
    ) -> AsyncPager[models.Alias]:
        """A model's aliases, as of the moment `at`, or now."""
        request = get(path_of("registry", "models", name, "aliases"), at=at, limit=page_size)
        return AsyncPager(self._transport, models.AliasPage, request)

    def alias_history(self, name: str, alias: str, *, page_size: int | None = None) -> AsyncPager[models.AliasMove]:
        """Where an alias pointed, and who moved it when: the newest first."""
        request = get(path_of("registry", "models", name, "aliases", alias, "history"), limit=page_size)
        return AsyncPager(self._transport, models.AliasMovePage, request)

    async def set_alias(self, name: str, alias: str, version: int) -> models.ModelVersion:
        """Has an alias point to a version from now on. Raises NotFoundError."""
        path = path_of("registry", "models", name, "aliases", alias)
        return await self._transport.ask(models.ModelVersion, put(path, {"version": version}))

    async def delete_alias(self, name: str, alias: str) -> None:
        """Has an alias point nowhere from now on; its history stays. Raises NotFoundError."""
        await self._transport.send(delete(path_of("registry", "models", name, "aliases", alias)))

    async def download(self, reference: str, folder: str | Path) -> models.ModelVersion:
        """Puts the files of a version into a folder, and returns which version it was.

        Each is checked against the registry's digest: raises IntegrityError. What breaks off is gone on with.
        """
        version = await self.version(reference)
        await self._fetch(version, Path(folder))
        return version

    async def load(self, reference: str) -> LoadedModel:
        """The model, ready to predict. Needs the extra `models`. Raises NotFoundError and IntegrityError.

        What trained it loads it, so it reads rows just as it did in training.
        """
        version = await self.version(reference)
        with tempfile.TemporaryDirectory(prefix="griffin-model-") as folder:
            await self._fetch(version, Path(folder))
            return await asyncio.to_thread(load_model, version, Path(folder))

    async def _fetch(self, version: models.ModelVersion, folder: Path) -> None:
        root = ("registry", "models", version.name, "versions", version.version, "artifacts")
        for artifact in version.artifacts:
            await fetch(self._transport, path_of(*root, *artifact.path.split("/")), artifact, folder)
