"""Documents and single-rule cases from outside, each with the verdict that the official artefacts gave."""

import json
from pathlib import Path

import pytest

from reskontro.formats.ubl import Severity
from tests.formats.ubl.ubl_files import verdict_on

SHARED = Path(__file__).resolve().parents[4] / "shared" / "samples" / "peppol"
MANIFEST = SHARED / "manifest.jsonl"
ROWS = [json.loads(row) for row in MANIFEST.read_text().splitlines()] if MANIFEST.exists() else []
DOCUMENTS = [row for row in ROWS if row["kind"] == "document"] or [{"file": "documents"}]
UNITS = [row for row in ROWS if row["kind"] == "unit"] or [{"file": "unit cases"}]


def file(row):
    if not ROWS:
        pytest.skip(f"{row['file']}: the folder of shared samples is not here")
    return (SHARED / row["file"]).read_bytes()


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: row["file"])
def test_a_document_gets_its_verdict_and_its_rules(row):
    verdict = verdict_on(file(row))
    found = {severity: {f.rule for f in verdict.findings if f.severity is severity} for severity in Severity}
    assert verdict.valid == row["valid"]
    assert found[Severity.FATAL] == set(row["fatal"])
    assert found[Severity.WARNING] == set(row["warning"])


@pytest.mark.parametrize("row", UNITS, ids=lambda row: row["file"])
def test_a_rule_fires_or_stays_silent(row):
    found = {finding.rule: finding.severity for finding in verdict_on(file(row)).findings}
    assert set(row["fires"]) <= set(found)
    assert not set(row["not_fires"]) & set(found)
    assert {rule: found[rule] for rule in row["severity"]} == row["severity"]
