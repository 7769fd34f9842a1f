"""Code lists: the values only, one module a subject, each with its source and date."""


def codes(text: str) -> frozenset[str]:
    """The codes in a text, parted by blanks."""
    return frozenset(text.split())
