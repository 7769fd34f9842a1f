"""One AR item read over HTTP: 32 connections, one token, items picked at random from 200,000.

    python bench/item_read.py [--items 200000] [--seconds 8] [--rounds 5] [--json FILE]

The ceiling is a bare ASGI handler on the same server with the same statement and the same encoding of the row.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import data
import http_load
from harness import WEB_WORKERS, Product, Row, free_port, in_turns, main, median, options, running_product, say

CUSTOMERS = 20_000
POOL = 16  # connections of a web process, as the product has them at most
SCRIPT = """
local path, items, customers = os.getenv("BENCH_PATH"), %(items)d, %(customers)d
wrk.headers["Authorization"] = os.getenv("BENCH_TOKEN")
function init() math.randomseed(2026) end
function request()
    local n = math.random(0, items - 1)
    return wrk.format("GET", string.format("%%s/2218-%%d-%%d-0", path, %(account)d + n %% customers, %(reference)d + n))
end
"""
PATH = f"/arm/v1/clients/{data.CLIENT_NO}/aritems"


async def load(product: Product, count: int) -> None:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    await data.add_customers(connection, CUSTOMERS)
    await data.add_items(connection, list(data.items(data.FIRST_REFERENCE, count, CUSTOMERS)))
    await connection.close()
    await data.settle_down(product.database.superuser)


@contextmanager
def bare_handler(product: Product) -> Iterator[str]:
    """The ceiling's server, as many processes as the product has, and its address."""
    port = free_port()
    with socket.create_server(("127.0.0.1", port), backlog=2048) as listening:
        descriptor = listening.fileno()
        environment = os.environ | {"DATABASE_URL": product.database.app}
        command = [sys.executable, Path(__file__).with_name("bare_read.py"), str(descriptor), str(POOL)]
        processes = [subprocess.Popen(command, env=environment, pass_fds=[descriptor]) for _ in range(WEB_WORKERS)]
        try:
            time.sleep(3)
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product, tempfile.TemporaryDirectory() as folder:
        say(f"loading {chosen.items:,} items")
        asyncio.run(load(product, chosen.items))
        script = SCRIPT % {
            "items": chosen.items,
            "customers": CUSTOMERS,
            "account": data.FIRST_ACCOUNT,
            "reference": data.FIRST_REFERENCE,
        }
        environment: Mapping[str, str] = os.environ | {
            "BENCH_PATH": PATH,
            "BENCH_TOKEN": f"Bearer {product.token('arm-2218')}",
        }
        ours: list[http_load.Load] = []
        ceiling: list[http_load.Load] = []

        def rate(base_url: str, into: list[http_load.Load]) -> float:
            into.append(http_load.run(base_url, script, Path(folder), chosen.seconds, environment))
            return into[-1].per_s

        with bare_handler(product) as bare_url:
            rates = in_turns(lambda _: rate(product.base_url, ours), lambda _: rate(bare_url, ceiling), chosen.rounds)
    return Row(
        measured="item_read",
        title="Read one AR item, calls a second",
        unit="calls a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=5_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "p50_ms": round(median([one.p50_ms for one in ours[1:]]), 1),
            "p99_ms": round(median([one.p99_ms for one in ours[1:]]), 1),
            "ceiling_p99_ms": round(median([one.p99_ms for one in ceiling[1:]]), 1),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--items", type=int, default=200_000)
    wanted.add_argument("--seconds", type=int, default=8, help="of a round (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
