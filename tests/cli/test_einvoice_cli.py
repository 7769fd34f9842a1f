"""`reskontro einvoice check` as a person and a program meet it."""

import json
import os
import sys

import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from reskontro.formats.ubl import judge
from reskontro.formats.ubl.official import Artefacts, Comparison
from tests.formats.ubl.ubl_files import OWN, changed, own

GOOD = OWN / "everything-invoice.xml"


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.xml"
    path.write_text(changed(own("everything-invoice"), ("1820.00", "1820.01")), encoding="utf-8")
    return path


def run(*arguments, command="check"):
    return CliRunner().invoke(app, ["einvoice", command, *map(str, arguments)])


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_valid_document_is_valid_and_the_status_is_0():
    result = run(GOOD, "--jsonl")
    assert result.exit_code == 0
    assert lines(result) == [{"file": str(GOOD), "valid": True, "findings": []}]


def test_all_that_is_wrong_is_told_and_the_status_is_1(bad):
    result = run(bad, GOOD, "--jsonl")
    assert result.exit_code == 1
    first, second = lines(result)
    assert second["valid"]
    assert not first["valid"]
    assert first["findings"] == [
        {
            "rule": "BR-CO-15",
            "severity": "fatal",
            "location": "/Invoice",
            "text": "The total with VAT is the total without VAT and the one VAT total in the document's currency "
            "(BT-112).",
        },
        {
            "rule": "BR-CO-16",
            "severity": "fatal",
            "location": "/Invoice/cac:LegalMonetaryTotal",
            "text": "The amount to pay (BT-115) is the total with VAT less what is prepaid plus the rounding.",
        },
    ]


def test_the_sentences_are_norwegian_on_demand(bad):
    result = run(bad, "--jsonl", "--language", "no")
    assert lines(result)[0]["findings"][1]["text"].startswith("Beløpet å betale")


def test_a_list_names_files_a_line_each(bad, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text(f"{GOOD}\n\n{bad}\r\n", encoding="utf-8")
    result = run("--list", listed, "--jsonl")
    assert [(line["file"], line["valid"]) for line in lines(result)] == [(str(GOOD), True), (str(bad), False)]


def test_people_get_a_table(bad):
    result = run(bad, GOOD)
    assert f"{bad}: not valid, 2 fatal" in result.stdout
    assert "BR-CO-16" in result.stdout
    assert f"{GOOD}: valid" in result.stdout


@pytest.mark.parametrize("what", ["missing", "folder", "pipe", "zero"])
def test_what_cannot_be_read_is_a_finding(what, tmp_path):
    path = tmp_path / what
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "zero":
        path = "/dev/zero"
    result = run(path, "--jsonl")
    assert result.exit_code == 1
    assert [finding["rule"] for finding in lines(result)[0]["findings"]] == ["file-unreadable"]


def test_without_a_file_the_usage_is_told():
    assert run().exit_code == 2


def test_a_document_is_shown_with_its_parties_lines_sums_and_verdict(bad):
    result = run(bad, command="show")
    assert result.exit_code == 1
    for told in ("Invoice 2026-1001", "Fjord Handel AS", "Vare 3", "S 25 %", "1020.00", "not valid, 2 fatal"):
        assert told in result.stdout


def test_what_a_document_says_is_json_for_programs():
    result = run(GOOD, "--json", command="show")
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert (shown["valid"], shown["findings"]) == (True, [])
    document = shown["document"]
    assert (document["kind"], document["payable"], document["buyer"]["name"]) == ("invoice", "1020.00", "Vidda Bygg AS")
    assert document["references"][0] == {"to": "the buyer's reference", "number": "Ola Nordmann"}
    assert len(document["lines"]) == 4
    assert run(OWN / "everything-credit-note.xml", "--json", command="show").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"noise", b"<a/>"])
def test_what_is_no_document_is_shown_by_its_verdict_alone(content, tmp_path):
    path = tmp_path / "noise"
    path.write_bytes(content)
    result = run(path, "--json", command="show")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["document"] is None
    assert "not valid" in run(path, command="show").stdout
    assert run(tmp_path / "missing", command="show").exit_code == 1


def test_what_a_terminal_would_obey_is_not_shown(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(own("everything-invoice").replace("Ola Nordmann", "Ola \u009b31m"), encoding="utf-8")
    assert "\u009b" not in run(path, command="show").stdout


def test_a_comparison_says_what_to_install_where_the_package_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "saxonche", None)
    result = run(GOOD, "--artefacts", tmp_path, command="compare")
    assert result.exit_code == 1
    assert "pip install 'reskontro[official]'" in result.stderr


class Stand:
    """Artefacts that find one rule broken in every document."""

    names = ("small.xslt",)
    rules = frozenset({"BR-CO-15", "BR-CO-16"})

    def compare(self, data, on):
        ours = frozenset(f.rule for f in judge(data, on).findings)
        official = frozenset({"BR-CO-15"})
        return Comparison(official & ours, official - ours, ours - official, frozenset({"IT-R-002"}))


def test_a_comparison_shows_where_both_differ(bad, monkeypatch):
    monkeypatch.setattr(Artefacts, "open", lambda _: Stand())
    result = run(bad, GOOD, "--artefacts", bad.parent, "--jsonl", command="compare")
    assert result.exit_code == 1
    first, second = lines(result)
    assert first == {
        "file": str(bad),
        "agrees": False,
        "both": ["BR-CO-15"],
        "onlyOfficial": [],
        "onlyOurs": ["BR-CO-16"],
        "notOurs": ["IT-R-002"],
        "error": "",
    }
    assert second["onlyOfficial"] == ["BR-CO-15"]
    table = run(bad, "--artefacts", bad.parent, command="compare").stdout
    assert "they differ" in table
    assert "Ours only" in table
