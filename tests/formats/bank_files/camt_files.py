"""Small camt and pain.002 files, each about one thing."""

MESSAGES = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}
HEADER = "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-23T10:00:00</CreDtTm></GrpHdr>"
ACCOUNT = "<Acct><Id><Othr><Id>12345678903</Id></Othr></Id><Ccy>NOK</Ccy></Acct>"
DAYS = "<BookgDt><Dt>2026-11-23</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt>"
SCOR = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"


def camt(*entries, message="054", version="02", header=HEADER, account=ACCOUNT, identity="<Id>N-1</Id>", more=""):
    """A file of one group: the group on line 4, each entry on a line of its own from line 5."""
    outer, inner = MESSAGES[message]
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<Document xmlns="{namespace}"><{outer}>',
            header,
            f"<{inner}>{identity}{account}",
            *entries,
            f"</{inner}>{more}",
            f"</{outer}></Document>",
        ]
    ).encode()


def entry(
    amount="100.00",
    *details,
    sign="CRDT",
    status="BOOK",
    currency="NOK",
    days=DAYS,
    before="",
    codes="",
    batch="",
    after="",
    version="02",
):
    """An entry; with `details`, in one `NtryDtls`."""
    status = f"<Sts>{status}</Sts>" if version == "02" else f"<Sts><Cd>{status}</Cd></Sts>"
    inside = f"<NtryDtls>{batch}{''.join(details)}</NtryDtls>" if details or batch else ""
    return (
        f'<Ntry>{before}<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}{days}'
        f"<AcctSvcrRef>A-1</AcctSvcrRef>{codes}{inside}{after}</Ntry>"
    )


def transaction(amount=None, *remittance, currency="NOK", refs="", amounts="", parties="", after=""):
    """A transaction of a .02 file, its amount as `TxAmt`."""
    if amount is not None:
        amounts = f'<TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt>'
    amounts = f"<AmtDtls>{amounts}</AmtDtls>" if amounts else ""
    remittance = f"<RmtInf>{''.join(remittance)}</RmtInf>" if remittance else ""
    return f"<TxDtls>{refs}{amounts}{parties}{remittance}{after}</TxDtls>"


def reference(text, *, kind=SCOR, amounts="", document=""):
    return f"<Strd>{document}{amounts}<CdtrRefInf>{kind}<Ref>{text}</Ref></CdtrRefInf></Strd>"


def document(number, code="CINV"):
    return f"<RfrdDocInf><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Nb>{number}</Nb></RfrdDocInf>"


def amounts(**named):
    """`RfrdDocAmt`, each amount as its text with its currency: `RmtdAmt="10.00 NOK"`."""
    inside = "".join(f'<{name} Ccy="{text.split()[1]}">{text.split()[0]}</{name}>' for name, text in named.items())
    return f"<RfrdDocAmt>{inside}</RfrdDocAmt>"


def invoice(number, code="CINV", *, amounts=""):
    return f"<Strd>{document(number, code)}{amounts}</Strd>"


def balance(code, amount, *, sign="CRDT", currency="NOK"):
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
    )


def summary(**named):
    """`TxsSummry` of a .02 file: `count`, `sum`, `net`, `sign` of all; `credits` and `debits` as their number."""
    all_of_it = "".join(
        f"<{element}>{named[name]}</{element}>"
        for name, element in (("count", "NbOfNtries"), ("sum", "Sum"), ("net", "TtlNetNtryAmt"), ("sign", "CdtDbtInd"))
        if name in named
    )
    parts = "".join(
        f"<{element}><NbOfNtries>{named[name]}</NbOfNtries></{element}>"
        for name, element in (("credits", "TtlCdtNtries"), ("debits", "TtlDbtNtries"))
        if name in named
    )
    return f"<TxsSummry><TtlNtries>{all_of_it}</TtlNtries>{parts}</TxsSummry>"


def pain_002(*batches, version="03", header=HEADER, group=None, status=""):
    """An answer: the header on line 2, the group on line 3, each batch on a line of its own from line 4."""
    if group is None:
        group = f"<OrgnlGrpInfAndSts><OrgnlMsgId>R-1</OrgnlMsgId>{status}</OrgnlGrpInfAndSts>"
    namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<Document xmlns="{namespace}"><CstmrPmtStsRpt>{header}',
            group,
            *batches,
            "</CstmrPmtStsRpt></Document>",
        ]
    ).encode()


def batch(*transactions, identity="R-1-1", status=""):
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{identity}</OrgnlPmtInfId>{status}"
        f"{''.join(transactions)}</OrgnlPmtInfAndSts>"
    )


def answer(original="E-1", status="ACCP", *, more=""):
    return f"<TxInfAndSts><OrgnlEndToEndId>{original}</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}</TxInfAndSts>"
