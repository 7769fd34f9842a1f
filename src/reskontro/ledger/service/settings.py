"""Settings that what is posted rests on: they cannot change once something is posted."""

from datetime import date

from reskontro.ledger.store import book as store
from reskontro.platform.database import BookLock, Transaction
from reskontro.tenants.config import ConfigRefused, Guard, StoredValue

FIXED_BY_POSTINGS = frozenset({"gl.baseCurrency"})


def guard_of_postings(today: date) -> Guard:
    """What refuses another GL currency to a client that has posted, and a change of it that is only planned.

    Every `glAmount` is in the currency that held when it was posted, and nothing converts a book. The book is taken
    alone, so that nothing is posted in the old currency meanwhile.
    """

    async def guard(tx: Transaction, key: str, before: tuple[str, ...], wanted: StoredValue) -> None:
        if key not in FIXED_BY_POSTINGS or before == (wanted.value,):
            return
        if wanted.valid_from > today:
            raise ConfigRefused(key, "another GL currency cannot be planned: set it before the first posting")
        await tx.hold_book(BookLock.EXCLUSIVE)
        if await store.has_cases(tx):
            held = ", ".join(before)
            raise ConfigRefused(
                key, "{value} cannot be set: the client's postings are in {before}", value=wanted.value, before=held
            )

    return guard
