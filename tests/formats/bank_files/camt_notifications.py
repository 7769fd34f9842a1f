"""Notifications made for tests: one entry with a transaction for each payment that has a KID."""

from collections.abc import Sequence
from datetime import date


def notification(lines: Sequence[tuple[int, str]], *, account: str, day: date) -> bytes:
    """A camt.054 of some amounts in øre with their KIDs."""
    details = "".join(
        f"<TxDtls><Refs><AcctSvcrRef>A{n}</AcctSvcrRef></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="NOK">{minor // 100}.{minor % 100:02d}</Amt></TxAmt></AmtDtls>'
        "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
        for n, (minor, kid) in enumerate(lines)
    )
    total = sum(minor for minor, _ in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>K1</MsgId><CreDtTm>{day}T10:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N1</Id><CreDtTm>{day}T10:00:00</CreDtTm><Acct><Id><Othr><Id>{account}</Id>"
        "<SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id><Ccy>NOK</Ccy></Acct>"
        f'<Ntry><Amt Ccy="NOK">{total // 100}.{total % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><Btch><NbOfTxs>{len(lines)}</NbOfTxs></Btch>{details}</NtryDtls>"
        "</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()
