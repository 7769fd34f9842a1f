"""Actions: instructions to do something with what is there. Source: arm-api, sections 2.2.1 and 3.9."""

from reskontro.ledger.service.actions.records import Means, NewAction
from reskontro.ledger.service.actions.run import ActionTakenError, act, do_next_due

__all__ = ["ActionTakenError", "Means", "NewAction", "act", "do_next_due"]
