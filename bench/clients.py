"""Clients of a measurement's own, made as an operator makes them, with customers and a credential that acts for all."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from typing import Any

import asyncpg
import data
from harness import BIN, Product

CUSTOMERS = 1_000
CREDENTIAL = "bench-clients"
SCOPES = ("write:arm.document", "write:arm.ledger", "read:arm.ledger", "read:arm.document", "write:arm.customer")


def command(product: Product, *arguments: str) -> Any:
    """What a command of the product prints for programs."""
    done = subprocess.run(
        [BIN / "reskontro", *arguments, "--json"], env=dict(product.environment), capture_output=True, check=True
    )
    return json.loads(done.stdout)


def make(product: Product, client_nos: Sequence[int], customers: int = CUSTOMERS) -> str:
    """Make the clients, each with its customers; an access token for all of them comes back."""
    for client_no in client_nos:
        command(
            product, "tenant", "create", str(client_no), "--name", f"Client {client_no} AS", "--organization-no",
            "984842252", "--start", f"account={data.FIRST_ACCOUNT + 250_000}", "--start", "reference=1000000",
        )  # fmt: skip
        asyncio.run(_add_customers(product, client_no, customers))
    wanted = [part for scope in SCOPES for part in ("--scope", scope)]
    wanted += [part for client_no in client_nos for part in ("--client", str(client_no))]
    made = command(product, "credential", "create", CREDENTIAL, *wanted, "--lifetime", "86400")
    return product.token_of(CREDENTIAL, made["clientSecret"])


async def _add_customers(product: Product, client_no: int, customers: int) -> None:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection, client_no)
    await data.add_customers(connection, customers, client_no=client_no)
    await connection.close()
