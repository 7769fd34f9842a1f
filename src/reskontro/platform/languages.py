"""Texts in the reader's language.

English is the key; `locale/nb.po` holds the Norwegian, read by Babel. The wire's codes are `en` and `no`; `nb` and
`nn` are answered in Norwegian.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from babel.messages.pofile import read_po

DEFAULT = "en"
ACCEPTED = {"en": "en", "no": "no", "nb": "no", "nn": "no"}


@lru_cache(maxsize=1024)
def negotiate(header: str) -> str:
    """The language of an answer for an `Accept-Language` header: the heaviest supported one, else English."""
    best, best_weight = DEFAULT, 0.0
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        language = ACCEPTED.get(tag.strip().lower().partition("-")[0])
        try:
            weight = float(parameters.partition("q=")[2] or 1) if parameters else 1.0
        except ValueError:
            continue
        if language is not None and 0 < weight <= 1 and weight > best_weight:
            best, best_weight = language, weight
    return best


@lru_cache(maxsize=1)
def norwegian() -> Mapping[str, str]:
    """English to Norwegian."""
    with files("reskontro").joinpath("locale/nb.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="nb") if m.id and m.string}


def text(language: str, message: str, args: Mapping[str, object] | None = None) -> str:
    """The message in a language with its arguments filled in."""
    template = norwegian().get(message, message) if language == "no" else message
    return template.format(**args) if args else template
