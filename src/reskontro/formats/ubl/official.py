"""The official artefacts beside the rules of our own: the same document judged by both, and where they differ.

The artefacts are stylesheets (XSLT 2.0, made from Schematron) that whoever runs this puts into a folder; Peppol's may
not be shipped. They need the package `saxonche`, which is an extra (`reskontro[official]`): nothing else asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from reskontro.formats.ubl.judge import judge
from reskontro.formats.ubl.rules.releases import release_on

EXTRA = "reskontro[official]"
STYLESHEETS = ("*.xslt", "*.xsl")
MOST_STYLESHEETS = 20
OUTCOMES = frozenset({"failed-assert", "successful-report"})
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


class ArtefactsUnusable(Exception):  # noqa: N818 - what was found
    """The artefacts cannot be asked; the message says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One document judged twice: ids of rules that both found, that only they found, that only we found.

    `not_known` are rules that they found and that are none of ours, such as those of other countries. `error` is what
    stopped the artefacts, empty where nothing did; there is nothing to compare then.
    """

    both: frozenset[str] = frozenset()
    only_official: frozenset[str] = frozenset()
    only_ours: frozenset[str] = frozenset()
    not_known: frozenset[str] = frozenset()
    error: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing is told by one side only."""
        return not (self.only_official or self.only_ours or self.error)


class Artefacts:
    """The stylesheets of a folder, compiled; `names` are their files, `rules` the ids that stand in them."""

    def __init__(self, names: Sequence[str], rules: frozenset[str], processor: Any, compiled: Sequence[Any]) -> None:
        self.names = names
        self.rules = rules
        self._processor = processor
        self._compiled = compiled

    @classmethod
    def open(cls, folder: Path) -> "Artefacts":
        """The artefacts of a folder. Raises `ArtefactsUnusable`."""
        saxon = _saxon()
        paths = sorted({path for pattern in STYLESHEETS for path in folder.glob(pattern)})
        if not paths:
            raise ArtefactsUnusable(f"{folder} has no stylesheet ({', '.join(STYLESHEETS)})")
        if len(paths) > MOST_STYLESHEETS:
            raise ArtefactsUnusable(f"{folder} has {len(paths)} stylesheets; {MOST_STYLESHEETS} are read at most")
        rules = frozenset(rule for path in paths for rule in _rules_in(path))
        processor = saxon.PySaxonProcessor(license=False)
        compiled = []
        for path in paths:
            try:
                compiled.append(processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path)))
            except saxon.PySaxonApiError as error:
                raise ArtefactsUnusable(f"{path} cannot be compiled: {_one_line(error)}") from None
        return cls([path.name for path in paths], rules, processor, compiled)

    def found(self, data: bytes) -> frozenset[str]:
        """The ids of the rules that the artefacts find broken. Raises `ArtefactsUnusable` where they stop."""
        saxon = _saxon()
        found: set[str] = set()
        try:
            document = self._processor.parse_xml(xml_text=data.decode("utf-8-sig"))
            for stylesheet in self._compiled:
                report = stylesheet.transform_to_string(xdm_node=document)
                found |= _broken_in(report)
        except (saxon.PySaxonApiError, UnicodeDecodeError) as error:
            raise ArtefactsUnusable(_one_line(error)) from None
        return frozenset(found)

    def compare(self, data: bytes, on: date) -> Comparison:
        """A document judged by the artefacts and by our rules of a day.

        What is none of either side's rules is left out: the schema, the bounds, rules of other countries.
        """
        verdict = judge(data, on)
        if any(finding.rule.startswith(("xml-", "not-ubl", "attachment-")) for finding in verdict.findings):
            return Comparison(error=verdict.findings[0].en)
        try:
            official = self.found(data)
        except ArtefactsUnusable as stopped:
            return Comparison(error=str(stopped))
        known = {rule.id for rule in release_on(on).rules()}
        ours = {finding.rule for finding in verdict.findings} & known & self.rules
        return Comparison(
            frozenset(official & ours),
            frozenset((official & known) - ours),
            frozenset(ours - official),
            frozenset(official - known),
        )


def _saxon() -> Any:
    try:
        import saxonche  # noqa: PLC0415 - an extra
    except ImportError:
        raise ArtefactsUnusable(
            f"the official artefacts need the package saxonche: pip install '{EXTRA}', or pip install saxonche"
        ) from None
    return saxonche


def _rules_in(path: Path) -> set[str]:
    """The ids that a stylesheet can tell."""
    try:
        sheet = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    except (OSError, etree.XMLSyntaxError) as error:
        raise ArtefactsUnusable(f"{path} is no stylesheet: {_one_line(error)}") from None
    written = "//*[local-name() = 'failed-assert' or local-name() = 'successful-report']"
    as_elements = sheet.xpath(f"{written}/*[local-name() = 'attribute'][@name = 'id']/text()")
    return {str(rule).strip() for rule in (*as_elements, *sheet.xpath(f"{written}/@id"))}


def _broken_in(report: str) -> set[str]:
    tree = etree.fromstring(report.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    return {str(each.get("id")) for outcome in OUTCOMES for each in tree.iter(f"{_SVRL}{outcome}")}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
