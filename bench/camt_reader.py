"""How fast camt.053 statements are read, with every check, beside a parser that does nothing but count.

    python bench/camt_reader.py [--entries 500000] [--rounds 5] [--json FILE]

The ceiling is expat over the same bytes with three handlers, for the start and the end of an element and for text,
which only count. A made statement of realistic shape (one transaction with a KID, payer and bank references in each
entry, indented as banks do) is written to a temporary folder first. Medians of five after a warm-up; the memory is the
process's peak, before and after.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from harness import Row, in_turns, main, median, options

from reskontro.formats.iso20022.camt_reader import iter_camt
from reskontro.formats.payments import FileEnd

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
  <BkToCstmrStmt>
    <GrpHdr>
      <MsgId>S1</MsgId>
      <CreDtTm>2026-11-24T05:00:00+01:00</CreDtTm>
    </GrpHdr>
    <Stmt>
      <Id>1</Id>
      <CreDtTm>2026-11-24T05:00:00+01:00</CreDtTm>
      <Acct>
        <Id>
          <Othr>
            <Id>12345678903</Id>
          </Othr>
        </Id>
        <Ccy>NOK</Ccy>
      </Acct>
      <Bal>
        <Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="NOK">0.00</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Dt><Dt>2026-11-23</Dt></Dt>
      </Bal>
      <Bal>
        <Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="NOK">{closing}</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Dt><Dt>2026-11-23</Dt></Dt>
      </Bal>
"""
ENTRY = """      <Ntry>
        <NtryRef>{no}</NtryRef>
        <Amt Ccy="NOK">{amount}</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts>BOOK</Sts>
        <BookgDt>
          <Dt>2026-11-23</Dt>
        </BookgDt>
        <ValDt>
          <Dt>2026-11-23</Dt>
        </ValDt>
        <AcctSvcrRef>{archive}</AcctSvcrRef>
        <BkTxCd>
          <Domn>
            <Cd>PMNT</Cd>
            <Fmly>
              <Cd>RCDT</Cd>
              <SubFmlyCd>VCOM</SubFmlyCd>
            </Fmly>
          </Domn>
        </BkTxCd>
        <NtryDtls>
          <TxDtls>
            <Refs>
              <AcctSvcrRef>{archive}</AcctSvcrRef>
              <EndToEndId>NOTPROVIDED</EndToEndId>
            </Refs>
            <AmtDtls>
              <TxAmt>
                <Amt Ccy="NOK">{amount}</Amt>
              </TxAmt>
            </AmtDtls>
            <RltdPties>
              <Dbtr>
                <Nm>Kari Nordmann</Nm>
              </Dbtr>
              <DbtrAcct>
                <Id>
                  <Othr>
                    <Id>86011117947</Id>
                  </Othr>
                </Id>
              </DbtrAcct>
            </RltdPties>
            <RmtInf>
              <Strd>
                <CdtrRefInf>
                  <Tp>
                    <CdOrPrtry>
                      <Cd>SCOR</Cd>
                    </CdOrPrtry>
                  </Tp>
                  <Ref>{kid}</Ref>
                </CdtrRefInf>
              </Strd>
            </RmtInf>
          </TxDtls>
        </NtryDtls>
      </Ntry>
"""
TAIL = """    </Stmt>
  </BkToCstmrStmt>
</Document>
"""
MIB = 1024


def write_file(path: Path, entries: int) -> None:
    chance = random.Random(2026)
    amounts = [chance.randrange(100, 2_000_00) for _ in range(entries)]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.format(closing=decimal(sum(amounts))))
        for no, amount in enumerate(amounts, 1):
            kid = chance.randrange(10**13, 10**14)
            file.write(ENTRY.format(no=no, amount=decimal(amount), archive=chance.randrange(10**9), kid=kid))
        file.write(TAIL)


def decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def read_with_all_checks(path: Path) -> int:
    for event in iter_camt(path):
        if isinstance(event, FileEnd):
            return event.totals.lines
    raise AssertionError("a file that is in order has an end")


def count_only(path: Path) -> int:
    starts = ends = texts = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal starts
        starts += name == "Ntry"

    def end(_: str) -> None:
        nonlocal ends
        ends += 1

    def text(_: str) -> None:
        nonlocal texts
        texts += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    with path.open("rb") as file:
        parser.ParseFile(file)
    return starts


def rate(read: Callable[[Path], int], path: Path, entries: int) -> float:
    start = time.perf_counter()
    assert read(path) == entries
    return entries / (time.perf_counter() - start)


def measure(chosen: argparse.Namespace) -> Row:
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        path = Path(folder) / "statement.xml"
        write_file(path, chosen.entries)
        size_mib = path.stat().st_size / 2**20
        before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        rates = in_turns(
            lambda _: rate(read_with_all_checks, path, chosen.entries),
            lambda _: rate(count_only, path, chosen.entries),
            chosen.rounds,
        )
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return Row(
        measured="camt_reader",
        title="Read camt.053, entries a second",
        unit="entries a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=35_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "entries": chosen.entries,
            "file_mib": round(size_mib),
            "peak_mib": round(peak_mib),
            "before_mib": round(before_mib),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--entries", type=int, default=500_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
