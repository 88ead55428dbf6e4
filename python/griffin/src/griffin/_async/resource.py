"""What the parts of a client have in common."""

from griffin._async.transport import AsyncTransport


class AsyncResource:
    """A part of a client: one noun of the API."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
