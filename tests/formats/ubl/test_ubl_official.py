"""The official artefacts beside our rules, on a small stylesheet of our own; skipped where `saxonche` is missing."""

import sys
from importlib.util import find_spec

import pytest

from reskontro.formats.ubl.official import Artefacts, ArtefactsUnusable, Comparison
from tests.formats.ubl.ubl_files import DAY, changed, own

needs_saxon = pytest.mark.skipif(find_spec("saxonche") is None, reason="the package saxonche is not installed")
SHEET = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
  <xsl:template match="/">
    <svrl:schematron-output>
      <xsl:if test="not(*/cbc:BuyerReference)"><svrl:failed-assert id="PEPPOL-EN16931-R003" flag="fatal"/></xsl:if>
      <xsl:if test="*/cbc:Note"><svrl:failed-assert id="BR-CO-15" flag="fatal"/></xsl:if>
      <xsl:if test="xs:decimal(*/cac:LegalMonetaryTotal/cbc:PayableAmount) lt 0" xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <svrl:failed-assert><xsl:attribute name="id">XX-R-001</xsl:attribute></svrl:failed-assert>
      </xsl:if>
      <xsl:if test="false()"><svrl:failed-assert id="BR-CO-16" flag="fatal"/></xsl:if>
    </svrl:schematron-output>
  </xsl:template>
</xsl:stylesheet>"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.xslt").write_text(SHEET, encoding="utf-8")
    return tmp_path


def test_without_the_package_it_is_said_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "saxonche", None)
    with pytest.raises(ArtefactsUnusable, match=r"pip install 'reskontro\[official\]'"):
        Artefacts.open(folder)


def test_what_only_one_side_tells_is_a_difference():
    assert Comparison(both=frozenset({"BR-01"}), not_known=frozenset({"IT-R-002"})).agrees
    assert not Comparison(only_official=frozenset({"BR-01"})).agrees
    assert not Comparison(only_ours=frozenset({"BR-01"})).agrees
    assert not Comparison(error="stopped").agrees


@needs_saxon
def test_both_sides_are_asked_and_what_differs_is_told(folder):
    official = Artefacts.open(folder)
    assert official.names == ["small.xslt"]
    assert official.rules == {"PEPPOL-EN16931-R003", "BR-CO-15", "XX-R-001", "BR-CO-16"}
    text = changed(own("everything-invoice"), ("1820.00", "1820.01"))
    assert official.compare(text.encode(), DAY) == Comparison(
        both=frozenset({"BR-CO-15"}), only_ours=frozenset({"BR-CO-16"})
    )
    assert official.compare(own("everything-invoice").encode(), DAY).only_official == {"BR-CO-15"}


@needs_saxon
def test_an_error_of_the_artefacts_is_told_with_its_reason(folder):
    official = Artefacts.open(folder)
    text = (
        own("everything-invoice")
        .replace("<cbc:PayableAmount", "<cbc:PayableAmount")
        .replace('currencyID="NOK">1020.00</cbc:PayableAmount>', 'currencyID="NOK">much</cbc:PayableAmount>')
    )
    compared = official.compare(text.encode(), DAY)
    assert "much" in compared.error
    assert not compared.agrees
    assert "not well-formed" in official.compare(b"<a", DAY).error


@needs_saxon
@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [("a.txt", "", "no stylesheet"), ("a.xslt", "<a", "is no stylesheet"), ("a.xslt", "<a/>", "cannot be compiled")],
)
def test_a_folder_that_is_of_no_use_is_refused(tmp_path, name, content, wanted):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ArtefactsUnusable, match=wanted):
        Artefacts.open(tmp_path)
