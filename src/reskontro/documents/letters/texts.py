"""The texts of all papers, in one place: `texts.toml`, each key in each of six languages."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType

OWN = "own."


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Key to language to text."""
    with files("reskontro.documents.letters").joinpath("texts.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=8)
def texts(language: str) -> Mapping[str, str]:
    """Key to text of a language."""
    return MappingProxyType({key: by_language[language] for key, by_language in catalogue().items()})


def places(text: str) -> frozenset[str]:
    """The names of what is filled in to a text. Raises `ValueError` for stray braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


REWORDABLE = frozenset(key for key in catalogue() if key.startswith(OWN))
"""What a client may say in its own words; everything else says the same on every paper."""
