"""One document posted over HTTP, one durable commit each: 32 connections, one tenant, 1,000 customers.

    python bench/document_post.py [--seconds 10] [--rounds 5] [--json FILE]

A document has three lines and VAT. Everything is on that a call has: token, scope, row-level security, every check, the
audit row, the unique keys. The ceiling is the same rows written by plain SQL through the same driver, one transaction
each, on as many connections.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import asyncpg
import data
import http_load
from harness import CONNECTIONS, WEB_WORKERS, Product, Row, in_turns, main, median, options, running_product

CUSTOMERS = 1_000
MOST_A_ROUND = 500_000
SCRIPT = """
wrk.method = "POST"
wrk.headers["Authorization"] = os.getenv("BENCH_TOKEN")
wrk.headers["Content-Type"] = "application/json"
local number, customers = 0, %(customers)d
local body = [[{"metadata": {"userId": "bench"}, "document": {"documentType": "IN", "customerNo": "B%%d",
"documentNo": "%(round)s-%%d",
"documentDate": "%(day)s", "dueDate": "%(due)s", "currency": "NOK", "language": "no", "salesOrderId": "B-%%d",
"sellerReference": "C333", "buyerReference": "A1982", "externalId1": "ord-%%d", "ledgerNote": "",
"currencyAmounts": {"exclVat": 600, "vat": 150, "inclVat": 750}, "distribution": {"type": "M", "einvoiceCode": 0},
"emailAddress": ["owe@example.no"], "attachmentFiles": [], "attachmentCodes": [], "customCodes": [], "documentLines": [
{"lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb",
"quantityUnit": "pcs",
"quantity": 2, "volumeUnit": "", "volume": 0, "price": 250, "itemGroup1": "500", "itemGroup2": "", "itemGroup3": "",
"currencyAmounts": {"exclVat": 500, "vat": 125, "inclVat": 625}},
{"lineNo": 2, "lineType": "PLH", "articleNo": "1500", "articleName": "Brush", "lineText": "Brush",
"quantityUnit": "pcs",
"quantity": 1, "volumeUnit": "", "volume": 0, "price": 100, "itemGroup1": "600", "itemGroup2": "", "itemGroup3": "",
"currencyAmounts": {"exclVat": 100, "vat": 25, "inclVat": 125}},
{"lineNo": 3, "lineType": "TXT", "articleNo": "", "articleName": "", "lineText": "Thank you", "quantityUnit": "",
"quantity": 0, "volumeUnit": "", "volume": 0, "price": 0, "itemGroup1": "", "itemGroup2": "", "itemGroup3": "",
"currencyAmounts": {"exclVat": 0, "vat": 0, "inclVat": 0}}]}}]]
function init() math.randomseed(2026) end
function request()
    number = number + 1
    local customer = %(account)d + math.random(0, customers - 1)
    return wrk.format(nil, nil, nil, string.format(body, customer, number, number, number))
end
"""
PATH = f"/arm/v1/clients/{data.CLIENT_NO}/documents"


async def load(product: Product) -> None:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    await data.add_customers(connection, CUSTOMERS)
    await connection.close()
    await data.settle_down(product.database.superuser)


def script(number: int) -> str:
    day = data.invoice_day()
    return SCRIPT % {
        "customers": CUSTOMERS,
        "round": f"R{number}",
        "day": day,
        "due": day + timedelta(days=data.DUE_DAYS),
        "account": data.FIRST_ACCOUNT,
    }


def plain(product: Product, number: int, seconds: int) -> float:
    """Documents a second by plain SQL, in as many processes as the product has."""
    environment = os.environ | {"DATABASE_URL": product.database.app}
    program = str(Path(__file__).with_name("plain_posting.py"))
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                program,
                str((number * WEB_WORKERS + worker) * MOST_A_ROUND),
                str(seconds),
                str(CONNECTIONS // WEB_WORKERS),
                str(CUSTOMERS),
            ],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for worker in range(WEB_WORKERS)
    ]
    told = [process.communicate()[0] for process in processes]
    assert all(process.returncode == 0 for process in processes), "the ceiling was measured"
    return sum(float(json.loads(text)["per_s"]) for text in told)


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product, tempfile.TemporaryDirectory() as folder:
        asyncio.run(load(product))
        environment: Mapping[str, str] = os.environ | {"BENCH_TOKEN": f"Bearer {product.token('arm-2218')}"}
        ours: list[http_load.Load] = []

        def posted(number: int) -> float:
            asyncio.run(data.settle_down(product.database.superuser))
            url = product.base_url + PATH
            ours.append(http_load.run(url, script(number), Path(folder), chosen.seconds, environment))
            return ours[-1].per_s

        rates = in_turns(posted, lambda number: plain(product, number, chosen.seconds), chosen.rounds)
    return Row(
        measured="document_post",
        title="Post one document, calls a second",
        unit="calls a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=1_200,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "p50_ms": round(median([one.p50_ms for one in ours[1:]]), 1),
            "p99_ms": round(median([one.p99_ms for one in ours[1:]]), 1),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--seconds", type=int, default=10, help="of a round (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
