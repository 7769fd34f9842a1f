"""The ceiling of reading an item: a bare ASGI handler with the same statement and the same encoding of the row.

No token, no routing, no limits, no problems, no metrics: what is left when everything is taken away that makes it a
product. Started by `item_read.py` with an inherited listening socket.
"""

import os
import socket
import sys
from typing import Any

import asyncpg
import uvicorn
from data import CLIENT_NO, act_for_client

from reskontro.http.wire import encode
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.http.items import item_body
from reskontro.ledger.store.items import ONE
from reskontro.platform.database import Connection


class Bare:
    """The handler."""

    def __init__(self, connections: int) -> None:
        self.connections = connections
        self.pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a call."""
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        item = parse_ar_item_id(scope["path"].rpartition("/")[2])
        assert item is not None
        async with self.pool.acquire() as connection:
            row = await connection.fetchrow(
                ONE, CLIENT_NO, item.reference_no, item.reference_sequence_no, item.account_no
            )
        body = encode(item_body(CLIENT_NO, "en", row))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def live(self, receive: Any, send: Any) -> None:
        """Hold the pool open while the server runs."""
        await receive()
        self.pool = await asyncpg.create_pool(
            os.environ["DATABASE_URL"],
            min_size=1,
            max_size=self.connections,
            connection_class=Connection,
            init=act_for_client,
            server_settings={"jit": "off"},
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        Bare(int(sys.argv[2])), loop="uvloop", http="httptools", ws="none", lifespan="on", log_config=None,
        access_log=False,
        server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])
