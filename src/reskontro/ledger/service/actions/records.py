"""What an action is before it is done, and the ground that it is judged and done on."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.actions import Action
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.follow_up import FollowedCustomer, FollowedItem
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.secrets import FieldCipher


@dataclass(frozen=True, slots=True)
class Means:
    """The parts that actions work with: a customer's stops are written as any other write of a customer."""

    numbers: Numbers
    cipher: FieldCipher


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """An action as it was sent; texts that were not given are empty. `sent` are the published names of what was."""

    action_id: str
    action_type: str
    identifiers: Identifiers
    from_date: date | None
    to_date: date | None
    reason_code: str
    text: str
    distribution: tuple[str, int] | None
    sent: frozenset[str]
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class CustomerGround:
    """A customer as actions see it."""

    customer_no: str
    stops: FollowedCustomer
    distribution_type: str


@dataclass(frozen=True, slots=True)
class ItemGround:
    """A locked item as actions see it."""

    ar_item_id: ArItemId
    currency: str
    voucher_date: date
    state: FollowedItem


@dataclass(frozen=True, slots=True)
class DocumentGround:
    """An item's document as actions see it."""

    document_no: str
    document_uuid: UUID
    distribution_type: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What an action's target looks like; a part is None where the target has none."""

    config: Config
    customer: CustomerGround | None = None
    item: ItemGround | None = None
    document: DocumentGround | None = None

    @property
    def the_customer(self) -> CustomerGround:
        """The customer of a target that has one."""
        assert self.customer is not None, "the target is a customer's"
        return self.customer

    @property
    def the_item(self) -> ItemGround:
        """The item of a target that is one."""
        assert self.item is not None, "the target is an item"
        return self.item


@dataclass(frozen=True, slots=True)
class Deed:
    """An action on its ground, now, on somebody's behalf."""

    action: Action
    ground: Ground
    means: Means
    now: datetime
    today: date
    actor: Actor
