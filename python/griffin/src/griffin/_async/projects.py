"""The project that the token opens, and its tokens."""

from typing_extensions import Unpack

from griffin import bodies, models
from griffin._async.paging import AsyncPager
from griffin._async.resource import AsyncResource
from griffin._body import body_of
from griffin._request import delete, get, path_of, post


class AsyncProjects(AsyncResource):
    """`client.projects`"""

    async def current(self) -> models.Project:
        """The project that the client's token opens."""
        return await self._transport.ask(models.Project, get(path_of("projects")))


class AsyncTokens(AsyncResource):
    """`client.tokens`: those of the project."""

    async def create(self, **fields: Unpack[bodies.CreateToken]) -> models.CreatedToken:
        """Makes a token. It is in the answer and nowhere else: `created.token.get_secret_value()`."""
        return await self._transport.ask(models.CreatedToken, post(path_of("projects", "tokens"), body_of(fields)))

    def list(self, *, page_size: int | None = None) -> AsyncPager[models.Token]:
        """The project's tokens, without what they are."""
        return AsyncPager(self._transport, models.TokenPage, get(path_of("projects", "tokens"), limit=page_size))

    async def revoke(self, token_id: str) -> None:
        """Ends a token at once. Raises NotFoundError for one that is not there."""
        await self._transport.send(delete(path_of("projects", "tokens", token_id)))
