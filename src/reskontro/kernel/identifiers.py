"""What every identifier parser raises when a text is not what it should be.

An identifier that a person types has one parser in the kernel. The parser gives the value or raises
`InvalidIdentifier`, whose message can be shown to the caller and written to a log: values that point at a person
(accounts, national identity numbers) are described by their length and never repeated.
"""

PERSONAL_KINDS = frozenset({"account number", "IBAN", "national identity number"})
LONGEST_SHOWN = 40


class InvalidIdentifier(ValueError):  # noqa: N818  the name is the finding
    """A text that is not a valid identifier of its kind: `found` is what may be shown of it, `wanted` the rule."""

    def __init__(self, kind: str, found: str, wanted: str) -> None:
        self.kind = kind
        self.found = shown_identifier(kind, found)
        self.wanted = wanted
        super().__init__(f"{self.found} is not a valid {kind}: {wanted}")


def shown_identifier(kind: str, text: str) -> str:
    """What may be shown of an identifier: quoted and bounded, or only its length when it points at a person."""
    if kind in PERSONAL_KINDS:
        return f"a text of {len(text)} characters"
    if len(text) > LONGEST_SHOWN:
        return f"{text[:LONGEST_SHOWN]!r}… ({len(text)} characters)"
    return repr(text)
