"""The audiences: one fixed identifier a product, named as `resource` in a token's answer and as `aud` in the token."""

from collections.abc import Mapping
from typing import Final

ARM: Final = "3d0c8f52-6b1e-4f0c-9a57-5c1f2e7a9b10"
COLLECTION: Final = "7a4e19c6-0d35-4b8f-8f21-9e6b3d5c4a21"
DISTRIBUTION: Final = "c2b7d6e4-58f9-4a13-b0c6-1d8e7f2a3b32"
PARTNER: Final = "5e9a3c71-2f84-4d6b-a7d8-0b4c6e1f5d43"
RESKONTRO: Final = "91f6b2d8-c47a-4e05-9c3e-6a2d8b7f0e54"

RESOURCES: Final[Mapping[str, str]] = {
    "arm": ARM,
    "collection": COLLECTION,
    "distribution": DISTRIBUTION,
    "partner": PARTNER,
    "reskontro": RESKONTRO,
}


def resource_of(text: str) -> str | None:
    """The audience for a product's name or its identifier; None where there is no such product."""
    folded = text.strip().lower()
    if folded in RESOURCES:
        return RESOURCES[folded]
    return folded if folded in RESOURCES.values() else None


def product_of(resource: str) -> str:
    """The product's name for an audience."""
    return next(name for name, known in RESOURCES.items() if known == resource)
