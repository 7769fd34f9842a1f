"""A payer's standing permission, as it is told by files, and what each file changes.

| told | the mandate before | becomes |
| --- | --- | --- |
| in force, new, changed | any | ACTIVE |
| asked for in an internet bank | none, ENDED or REFUSED | REQUESTED until the payee's answer is sent, ANSWERED then |
| ended | any | ENDED, with why |
| refused | none, REQUESTED or ANSWERED | REFUSED, with why |
| refused | ACTIVE | stays ACTIVE: what was refused is another order |

Every change is a row of its own; a line that changes nothing leaves none. Source: payment-formats, 3.3, 6.2, 7.1.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reskontro.ledger.domain.direct_debits.reasons import of_mandate
from reskontro.ledger.domain.direct_debits.schemes import Scheme

INTERNET = "52"  # Autogiro's record of a mandate that waits for the payee's answer
UNKNOWN_AT_BANK = "04"  # Autogiro refuses something because the mandate is not there: so it is gone
NOT_LISTED = "not in the full list"


class Told(StrEnum):
    """What a file says of a mandate."""

    IN_FORCE = "in-force"
    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    REFUSED = "refused"


class MandateStatus(StrEnum):
    """Where a mandate stands. Claims are made under ACTIVE ones only."""

    REQUESTED = "REQUESTED"
    ANSWERED = "ANSWERED"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"
    REFUSED = "REFUSED"


OVER = frozenset({MandateStatus.ENDED, MandateStatus.REFUSED})


class MandateKey(NamedTuple):
    """What tells a client's mandates apart. `payer_no` is a KID, or the payee's number of the payer."""

    creditor_no: str
    debtor_group: str
    payer_no: str
    agreement_no: str


class MandateNews(NamedTuple):
    """One line about a mandate. `full_list` where the lines of its kind name all that are in force."""

    line_no: int
    scheme: Scheme
    key: MandateKey
    told: Told
    code: str
    sub_code: str
    payer_account_no: str  # personal
    first_day: date | None
    last_day: date | None
    notice: bool | None
    full_list: bool = False


class Mandate(NamedTuple):
    """A mandate as it stands. `account_no` is the customer's, None where nobody knows whose it is."""

    mandate_no: int
    scheme: Scheme
    key: MandateKey
    account_no: int | None
    payer_account_no: str
    notice: bool | None
    status: MandateStatus
    valid_from: date | None
    ended_on: date | None
    ended_why: str


class MandateChange(NamedTuple):
    """What one line, or one person, made of a mandate: the mandate after it, and what was said."""

    mandate: Mandate
    action: str
    code: str
    why: str
    line_no: int | None
    fingerprint: bytes | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a file comes to: changes in its order, and the mandates as they stand after all of them."""

    changes: tuple[MandateChange, ...]
    standing: Mapping[MandateKey, Mandate]


def apply(before: Mandate | None, news: MandateNews, today: date) -> Mandate:  # noqa: PLR0911 - the table above
    """The mandate after a line; the number of a new one is 0."""
    mandate = before or Mandate(
        0, news.scheme, news.key, None, "", None, MandateStatus.REQUESTED, None, None, ""
    )  # fmt: skip
    words = of_mandate(news.scheme, news.code)
    mandate = mandate._replace(
        payer_account_no=news.payer_account_no or mandate.payer_account_no,
        notice=mandate.notice if news.notice is None else news.notice,
    )
    match news.told:
        case Told.NEW if news.code == INTERNET and before is not None and before.status not in OVER:
            return mandate
        case Told.NEW if news.code == INTERNET:
            return mandate._replace(status=MandateStatus.REQUESTED, valid_from=None, ended_on=None, ended_why="")
        case Told.IN_FORCE | Told.NEW | Told.CHANGED:
            first = news.first_day or (mandate.valid_from if mandate.status is MandateStatus.ACTIVE else None)
            return mandate._replace(status=MandateStatus.ACTIVE, valid_from=first, ended_on=None, ended_why="")
        case Told.REFUSED if news.code != UNKNOWN_AT_BANK and mandate.status is MandateStatus.ACTIVE:
            return mandate
        case Told.REFUSED if news.code != UNKNOWN_AT_BANK:
            return mandate._replace(status=MandateStatus.REFUSED, ended_on=news.last_day or today, ended_why=words)
        case _ if mandate.status is MandateStatus.ENDED:
            return mandate
        case _:
            return mandate._replace(status=MandateStatus.ENDED, ended_on=news.last_day or today, ended_why=words)


def fingerprints(identity: str, news: Iterable[MandateNews]) -> list[bytes]:
    """What tells each line again when its file comes again; equal lines of one file are told apart by their count."""
    seen: dict[bytes, int] = {}
    found = []
    for one in news:
        fields = (identity, *one.key, one.told, one.code, one.sub_code, one.first_day, one.last_day, one.notice)
        base = hashlib.blake2b("|".join(map(str, fields)).encode(), digest_size=16).digest()
        count = seen.get(base, 0)
        seen[base] = count + 1
        found.append(base if not count else hashlib.blake2b(base + str(count).encode(), digest_size=16).digest())
    return found


def decide(
    standing: Mapping[MandateKey, Mandate],
    news: Sequence[MandateNews],
    prints: Sequence[bytes],
    known: frozenset[bytes] | set[bytes],
    today: date,
) -> Decided:
    """What a file's lines change, without those that have been taken before."""
    after = dict(standing)
    changes = []
    for one, fingerprint in zip(news, prints, strict=True):
        if fingerprint in known:
            continue
        before = after.get(one.key)
        mandate = apply(before, one, today)
        if mandate == before and one.told is not Told.REFUSED:
            continue
        after[one.key] = mandate
        words = of_mandate(one.scheme, one.code)
        changes.append(MandateChange(mandate, one.told.value.upper(), one.code, words, one.line_no, fingerprint))
    return Decided(tuple(changes), after)


def missing(active: Iterable[Mandate], news: Sequence[MandateNews], today: date) -> list[MandateChange]:
    """The mandates that a full list does not name: they are gone. Lists are whole for each creditor."""
    listed = {one.key.creditor_no for one in news if one.full_list}
    named = {one.key for one in news}
    gone = [
        mandate._replace(status=MandateStatus.ENDED, ended_on=today, ended_why=NOT_LISTED)
        for mandate in active
        if mandate.key.creditor_no in listed and mandate.key not in named
    ]
    return [MandateChange(mandate, "MISSING", "", NOT_LISTED, None, None) for mandate in gone]


def payer_forms(payer_no: str) -> list[str]:
    """How a customer number may be written that stands in a file with leading zeros: with fewer of them, or none."""
    bare = payer_no.strip().lstrip("0") or "0"
    return [bare.zfill(width) for width in range(len(bare), max(len(bare), PAYER_DIGITS) + 1)]


PAYER_DIGITS = 16
