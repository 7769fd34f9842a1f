"""How fast invoices are set, from record to PDF, beside typst alone with the same template and data.

    python bench/papers.py [--invoices 300] [--rounds 5] [--json FILE]

Ours is the whole way: a record to data, data to the child process, the tagged archival PDF (PDF/A-3a, PDF/UA-1) with
logo and e-invoice back. The ceiling is typst in this process with the data ready, without tags, archive rules, logo or
e-invoice. Each invoice has its own number, customer and amounts, so that nothing set before helps; the next comes when
one is back, so that one core is busy at a time. Medians of five after a warm-up.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import typst
from harness import Row, in_turns, main, median, options

from reskontro.documents.fonts import faces_alone
from reskontro.documents.letters.invoices import Invoice, invoice_paper
from reskontro.documents.letters.layout import TEMPLATE, Paper, set_paper
from reskontro.documents.letters.preview import LOGO, invoice
from reskontro.documents.letters.records import Branding, Language, Party
from reskontro.documents.press import TEMPLATES
from reskontro.documents.typesetter import Typesetter

UBL = b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice>' + b"<Line>0123456789</Line>" * 400 + b"</Invoice>\n"
LINES = 4
AIM_PER_SECOND = 40  # 25 ms each


def invoices(count: int, turn: int) -> Iterator[Invoice]:
    """One page each, every one another."""
    sample = invoice(Language.BOKMAAL)
    for number in range(turn * count, (turn + 1) * count):
        receiver = Party(f"Kunde {number}", (f"Fjellveien {number}", "5019 Bergen"))
        lines = tuple(replace(line, amount_minor=(line.amount_minor or 0) + number) for line in sample.lines)
        cover = replace(sample.cover, receiver=receiver, customer_no=str(500_000 + number))
        yield replace(sample, cover=cover, number=str(88_000_000 + number), lines=lines, ubl=UBL)


async def set_all(count: int, turn: int) -> tuple[float, bytes]:
    """Invoices a second, and the last one."""
    async with Typesetter.open() as typesetter:
        look = Branding(logo=LOGO)
        for record in invoices(3, -9):  # the child has started
            content = await set_paper(typesetter, invoice_paper(record, look))
        start = time.perf_counter()
        for record in invoices(count, turn):
            content = await set_paper(typesetter, invoice_paper(record, look))
        return count / (time.perf_counter() - start), content


def bare(papers: list[Paper]) -> float:
    """Invoices a second by typst alone."""
    with faces_alone() as folder:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(str(TEMPLATES / f"{TEMPLATE}.typ"), root=str(TEMPLATES), font_paths=fonts)
        plain = [json.dumps({**paper.data, "ubl": None, "logo": None}) for paper in papers]
        start = time.perf_counter()
        for data in plain:
            compiler.compile(format="pdf", pdf_tags=False, sys_inputs={"data": data})
        return len(papers) / (time.perf_counter() - start)


def processor_ms(count: int) -> float:
    """Processor time of an invoice in both processes, without what a child costs to start."""

    def taken(invoices_set: int, turn: int) -> float:
        before = sum(os.times()[:4])
        asyncio.run(set_all(invoices_set, turn))
        return sum(os.times()[:4]) - before

    return (taken(count, -5) - taken(1, -4)) * 1000 / (count - 1)


def measure(chosen: argparse.Namespace) -> Row:
    look = Branding()
    rates = in_turns(
        lambda turn: asyncio.run(set_all(chosen.invoices, 2 * turn))[0],
        lambda turn: bare([invoice_paper(record, look) for record in invoices(chosen.invoices, 2 * turn + 1)]),
        chosen.rounds,
    )
    _, content = asyncio.run(set_all(1, -3))
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    document.close()
    return Row(
        measured="papers",
        title="Set invoices of one page, invoices a second",
        unit="invoices a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=AIM_PER_SECOND,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "invoices": chosen.invoices,
            "lines": LINES,
            "ms_each": round(1000 / median(rates[0]), 1),
            "processor_ms_each": round(processor_ms(chosen.invoices), 1),
            "kib_each": round(len(content) / 1024),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--invoices", type=int, default=300)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
