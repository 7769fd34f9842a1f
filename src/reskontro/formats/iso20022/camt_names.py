"""The elements of camt.053 and camt.054 that are read, by version, as slots of values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reskontro.formats.iso20022.xml_stream import NAMESPACE, Node, names

VERSIONS = ("camt.053.001.02", "camt.053.001.08", "camt.054.001.02", "camt.054.001.08")

IN_THEIR_PLACE = (
    *("Stmt", "Ntfctn", "Bal", "TxsSummry", "Ntry", "NtryDtls", "Btch", "TxDtls", "Refs", "RltdPties", "RmtInf"),
    *(
        "Ref",
        "Ustrd",
        "Strd",
        "RfrdDocInf",
        "RfrdDocAmt",
        "CdtrRefInf",
        "RtrInf",
        "NtryRef",
        "RvslInd",
        "Sts",
        "BookgDt",
    ),
    *("ValDt", "AcctSvcrRef", "EndToEndId", "AddtlNtryInf", "AddtlTxInf", "NbOfTxs", "CpyDplctInd", "PgNb"),
    *("LastPgInd", "TtlNtries", "TtlCdtNtries", "TtlDbtNtries"),
)
"""Elements that are nowhere else than where they are read: one that would be skipped was put there by damage."""

MESSAGE = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}

GROUP = {
    "Id": "id",
    "CpyDplctInd": "copy",
    "StmtPgntn/PgNb": "page",
    "StmtPgntn/LastPgInd": "last_page",
    "NtfctnPgntn/PgNb": "page",
    "NtfctnPgntn/LastPgInd": "last_page",
    "Acct/Id/IBAN": "iban",
    "Acct/Id/Othr/Id": "account",
    "Acct/Ccy": "account_currency",
    "TxsSummry/TtlNtries/NbOfNtries": "all_count",
    "TxsSummry/TtlNtries/Sum": "all_sum",
    "TxsSummry/TtlCdtNtries/NbOfNtries": "credit_count",
    "TxsSummry/TtlCdtNtries/Sum": "credit_sum",
    "TxsSummry/TtlDbtNtries/NbOfNtries": "debit_count",
    "TxsSummry/TtlDbtNtries/Sum": "debit_sum",
}
NET = {
    "02": {"TxsSummry/TtlNtries/TtlNetNtryAmt": "net", "TxsSummry/TtlNtries/CdtDbtInd": "net_sign"},
    "08": {
        "TxsSummry/TtlNtries/TtlNetNtry/Amt": "net",
        "TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd": "net_sign",
    },
}
BALANCE = {
    "Tp/CdOrPrtry/Cd": "balance_code",
    "Tp/CdOrPrtry/Prtry": "balance_own_code",
    "Amt": "balance",
    "CdtDbtInd": "balance_sign",
    "Dt/Dt": "balance_day",
    "Dt/DtTm": "balance_day",
}
ENTRY = {
    "NtryRef": "entry_reference",
    "Amt": "amount",
    "CdtDbtInd": "sign",
    "RvslInd": "reversal",
    "BookgDt/Dt": "booked",
    "BookgDt/DtTm": "booked",
    "ValDt/Dt": "valued",
    "ValDt/DtTm": "valued",
    "AcctSvcrRef": "servicer_reference",
    "BkTxCd/Domn/Cd": "domain",
    "BkTxCd/Domn/Fmly/Cd": "family",
    "BkTxCd/Domn/Fmly/SubFmlyCd": "sub_family",
    "BkTxCd/Prtry/Cd": "proprietary",
    "BkTxCd/Prtry/Issr": "issuer",
    "AddtlNtryInf": "entry_text",
}
STATUS = {"02": {"Sts": "status"}, "08": {"Sts/Cd": "status"}}
BATCH = {"NbOfTxs": "batch_count", "TtlAmt": "batch_total", "CdtDbtInd": "batch_sign"}
PARTY = {"02": "Nm", "08": "Pty/Nm"}
PARTY_ID = {"02": "Id/", "08": "Pty/Id/"}
TRANSACTION = {
    "Refs/AcctSvcrRef": "t_servicer_reference",
    "Refs/EndToEndId": "t_end_to_end",
    "Refs/InstrId": "t_instruction",
    "Refs/TxId": "t_id",
    "AmtDtls/TxAmt/Amt": "t_amount",
    "AmtDtls/CntrValAmt/Amt": "t_counter",
    "AmtDtls/InstdAmt/Amt": "t_instructed",
    "BkTxCd/Domn/Fmly/SubFmlyCd": "t_sub_family",
    "RltdPties/DbtrAcct/Id/IBAN": "t_debtor_account",
    "RltdPties/DbtrAcct/Id/Othr/Id": "t_debtor_account",
    "RltdPties/CdtrAcct/Id/IBAN": "t_creditor_account",
    "RltdPties/CdtrAcct/Id/Othr/Id": "t_creditor_account",
    "RltdDts/AccptncDtTm": "t_accepted",
    "RtrInf/Rsn/Cd": "t_reason",
    "RtrInf/Rsn/Prtry": "t_reason",
    "AddtlTxInf": "t_text",
}
OWN_AMOUNT = {"02": {}, "08": {"Amt": "t_own_amount", "CdtDbtInd": "t_sign"}}
NEVER_EMPTY = frozenset(
    {"BookgDt", "CdOrPrtry", "CntrValAmt", "Domn", "Dt", "EqvtAmt", "Fmly", "Id", "InstdAmt", "Othr", "Rsn"}
    | {"TtlNetNtry", "TxAmt", "ValDt"}
)
"""What holds an element that is read, whatever the message says, unless it is a value itself."""

CHARGES = {"Chrgs/TtlChrgsAndTaxAmt": "charges_total", "Chrgs/Amt": "charges", "Chrgs/Rcrd/Amt": "charges"}
DOCUMENT = {"Tp/CdOrPrtry/Cd": "s_document", "Tp/CdOrPrtry/Prtry": "s_own_document", "Nb": "s_number"}
STRUCTURED = {
    "RfrdDocAmt/RmtdAmt": "s_remitted",
    "RfrdDocAmt/CdtNoteAmt": "s_credit_note",
    "CdtrRefInf/Tp/CdOrPrtry/Cd": "s_code",
    "CdtrRefInf/Tp/CdOrPrtry/Prtry": "s_own_code",
    "CdtrRefInf/Tp/Issr": "s_issuer",
    "CdtrRefInf/Ref": "s_reference",
}

Calls = Mapping[str, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is called when an element is met or left."""

    header_ends: Callable[[], None]
    group_begins: Callable[[], None]
    summary_begins: Callable[[], None]
    balance_begins: Callable[[], None]
    balance_ends: Callable[[], None]
    entry_begins: Callable[[], None]
    details_begin: Callable[[], None]
    details_end: Callable[[], None]
    transaction_begins: Callable[[], None]
    document_ends: Callable[[], None]
    structured_ends: Callable[[], None]
    transaction_ends: Callable[[], None]
    entry_ends: Callable[[], None]
    group_ends: Callable[[], None]


def names_of(version: str, hooks: Hooks) -> Node:
    """The names of one version of one message, as a tree below its root element."""
    namespace, years = NAMESPACE + version, version[-2:]
    message_name, group_name = MESSAGE[version[:8]]
    document = Node()

    def slots(below: Node, named: Mapping[str, str], *, repeats: bool = False) -> None:
        for path, slot in named.items():
            node = below.below(namespace, path)
            node.slot, node.repeats, node.once = slot, repeats, not repeats

    message = document.below(namespace, message_name)
    header = message.below(namespace, "GrpHdr")
    slots(header, {"MsgId": "message_id", "CreDtTm": "created"})
    slots(header, {"MsgPgntn/PgNb": "message_page", "MsgPgntn/LastPgInd": "message_last_page"})
    header.ends = hooks.header_ends
    group = message.below(namespace, group_name)
    group.begins, group.ends = hooks.group_begins, hooks.group_ends
    slots(group, GROUP | NET[years])
    group.below(namespace, "TxsSummry").begins = hooks.summary_begins
    balance = group.below(namespace, "Bal")
    balance.begins, balance.ends = hooks.balance_begins, hooks.balance_ends
    slots(balance, BALANCE)
    entry = group.below(namespace, "Ntry")
    entry.begins, entry.ends = hooks.entry_begins, hooks.entry_ends
    slots(entry, ENTRY | STATUS[years])
    slots(entry, CHARGES, repeats=True)
    details = entry.below(namespace, "NtryDtls")
    details.begins, details.ends = hooks.details_begin, hooks.details_end
    slots(details.below(namespace, "Btch"), BATCH)
    transaction = details.below(namespace, "TxDtls")
    transaction.begins, transaction.ends = hooks.transaction_begins, hooks.transaction_ends
    slots(transaction, TRANSACTION | OWN_AMOUNT[years])
    for party, slot in (("Dbtr", "t_debtor"), ("UltmtDbtr", "t_ultimate_debtor"), ("Cdtr", "t_creditor")):
        slots(transaction, {f"RltdPties/{party}/{PARTY[years]}": slot})
        if years != "02":
            slots(transaction, {f"RltdPties/{party}/Agt/FinInstnId/Nm": slot})
    for kind in ("OrgId", "PrvtId"):
        slots(transaction, {f"RltdPties/Dbtr/{PARTY_ID[years]}{kind}/Othr/Id": "t_debtor_ids"}, repeats=True)
    slots(transaction, {path: f"t_{slot}" for path, slot in CHARGES.items()}, repeats=True)
    slots(transaction, {"RmtInf/Ustrd": "t_texts", "Refs/Prtry/Ref": "t_own_references"}, repeats=True)
    structured = transaction.below(namespace, "RmtInf/Strd")
    structured.ends = hooks.structured_ends
    slots(structured, STRUCTURED)
    slots(structured, {"AddtlRmtInf": "s_texts"}, repeats=True)
    named = structured.below(namespace, "RfrdDocInf")
    named.ends = hooks.document_ends
    slots(named, DOCUMENT)
    _mark_full(document)
    return document


def _mark_full(node: Node) -> None:
    for name, below in node.items():
        below.full = names(name)[1] in NEVER_EMPTY
        _mark_full(below)
