"""Files from the API to this machine."""

import asyncio
import time
from pathlib import Path

from griffin import models
from griffin._async.transport import AsyncTransport
from griffin._download import Download
from griffin._request import get
from griffin.errors import GriffinError


async def fetch(transport: AsyncTransport, path: str, artifact: models.Artifact, folder: Path) -> None:
    """Puts a file into a folder, under its own path. One that breaks off is gone on with from there.

    Raises IntegrityError for a file that is not what its digest says.
    """
    with Download(artifact, folder) as download:
        begun, retries = time.monotonic(), 0
        while True:
            try:
                async with transport.stream(get(path, download.range_header())) as response:
                    download.begin(response)
                    async for data in response.aiter_bytes():
                        download.write(data)
                return
            except GriffinError as error:
                pause = transport.retries.pause(error, retries, time.monotonic() - begun)
                if pause is None:
                    raise
            await asyncio.sleep(pause)
            retries += 1
