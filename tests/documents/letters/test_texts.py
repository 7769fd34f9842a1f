"""The texts of papers: six languages, every key in each, the same places to fill in."""

import ast
import re
from pathlib import Path

import pytest

from reskontro.documents import letters
from reskontro.documents.fonts import settable
from reskontro.documents.letters.demands import AdditionKind, Form
from reskontro.documents.letters.invoices import InvoiceKind
from reskontro.documents.letters.layout import LOGO_NAME
from reskontro.documents.letters.records import Language
from reskontro.documents.letters.slips import QR_NAME
from reskontro.documents.letters.texts import REWORDABLE, catalogue, places, texts

KEYS = sorted(catalogue())
SOURCES = Path(letters.__file__).parent
USED = re.compile(r"(age|column|heading|interest|label|logo|own|page|qr|slip|sum|title)\.[a-z0-9_]+")


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_there_in_every_language(key):
    by_language = catalogue()[key]
    assert set(by_language) == set(Language)
    empty = {language for language, text in by_language.items() if not text.strip()}
    assert not empty or (empty == set(Language) and key in REWORDABLE)


@pytest.mark.parametrize("key", KEYS)
def test_every_language_fills_in_the_same(key):
    assert len({places(text) for text in catalogue()[key].values()}) == 1


@pytest.mark.parametrize("language", Language)
def test_the_typeface_shows_every_letter_of_every_text(language):
    assert [text for text in texts(language).values() if settable(text).replace("\u200b", "") != text] == []


def used() -> set[str]:
    found = set()
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and USED.fullmatch(node.value):
                found.add(node.value)
    computed = [f"title.{kind}" for kind in (*Form, *InvoiceKind)]
    computed += [f"{part}.{kind}" for kind in InvoiceKind for part in ("own",)]
    computed += [f"label.{kind}_no" for kind in InvoiceKind]
    return (found - {QR_NAME, LOGO_NAME}) | {*computed, *(f"sum.{kind}" for kind in AdditionKind)}


def test_every_text_is_used_and_every_used_text_is_there():
    assert used() == set(KEYS)
