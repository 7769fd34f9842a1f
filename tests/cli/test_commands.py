"""Commands as a person and a program meet them."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reskontro import __version__
from reskontro.cli.main import COMMANDS, app
from reskontro.platform import migrations
from reskontro.platform.settings import settings

ORGANIZATION_NO = "984842252"
HELP_LIMIT_S = 1.0  # a machine under load is allowed several times what it takes


@pytest.fixture
def run(app_dsn: str, owner_dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs a command on the test's database."""
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    monkeypatch.setenv("RESKONTRO_OWNER_DATABASE_URL", owner_dsn)
    monkeypatch.setenv("RESKONTRO_DATA", str(tmp_path))
    settings.cache_clear()

    def command(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    yield command
    settings.cache_clear()


def succeeded(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    """The one line that a command says of what it did not do."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_help_appears_at_once_and_names_every_command():
    begin = time.perf_counter()
    shown = subprocess.run(
        [str(Path(sys.executable).parent / "reskontro"), "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert time.perf_counter() - begin < HELP_LIMIT_S
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_the_version_is_the_packages():
    assert CliRunner().invoke(app, ["--version"]).stdout == f"reskontro {__version__}\n"


def test_a_typing_error_is_told_what_was_meant():
    result = CliRunner().invoke(app, ["tenat", "list"])
    assert result.exit_code == 2
    assert "Did you mean 'tenant'?" in result.stderr


def test_a_tenant_is_made_shown_and_listed(run):
    succeeded(run("tenant", "create", 720_001, "--name", "Lys [AS]", "--organization-no", ORGANIZATION_NO))

    made = json.loads(succeeded(run("tenant", "show", 720_001, "--json")))
    assert (made["clientNo"], made["companyId"], made["legalName"]) == (720_001, 720_001, "Lys [AS]")
    assert made["nextNumbers"]["account"] == 500_001
    assert made["sandbox"], "an installation in sandbox mode makes tenants of the sandbox"

    listed = json.loads(succeeded(run("tenant", "list", "--after", 720_000, "--json")))["tenants"]
    assert listed[0]["organizationId"] == made["organizationId"]
    for_people = succeeded(run("tenant", "list", "--after", 720_000))
    assert "Lys [AS]" in for_people  # brackets are no markup


def test_numbers_start_where_they_are_told(run):
    names = ("--name", "Lys AS", "--organization-no", ORGANIZATION_NO)
    starts = ("--start", "account=500002", "--start", "voucher:2025=57869")

    made = json.loads(succeeded(run("tenant", "create", 720_002, *names, *starts, "--json")))

    assert made["nextNumbers"] | {"account": 500_002, "voucher:2025": 57869} == made["nextNumbers"]
    assert run("tenant", "create", 720_003, *names, "--start", "account").exit_code == 2
    assert "limit" not in refused(run("tenant", "create", 720_003, *names, "--start", "invoice=1"))


def test_a_wrong_organisation_number_is_refused_unless_forced(run):
    names = ("--name", "Lys AS", "--organization-no", "984842253")

    assert "check digit" in refused(run("tenant", "create", 720_004, *names))
    succeeded(run("tenant", "create", 720_004, *names, "--force"))
    assert "another tenant's" in refused(run("tenant", "create", 720_004, *names, "--force"))


def test_a_tenant_cannot_be_deleted(run):
    assert run("tenant", "delete", 720_001).exit_code == 2


def test_accounts_are_added_and_listed(run):
    succeeded(run("tenant", "create", 720_005, "--name", "Lys AS", "--organization-no", ORGANIZATION_NO))

    added = run("tenant", "account", "add", 720_005, "15030100007", "--kid-length", 7, "--modulus", "MOD11", "--json")

    assert json.loads(succeeded(added)) == json.loads(succeeded(run("tenant", "account", "list", 720_005, "--json")))
    assert json.loads(added.stdout)["accounts"][0]["kidRules"] == [{"length": 7, "modulus": "MOD11"}]
    assert "1503 01 00007" in succeeded(run("tenant", "account", "list", 720_005))
    assert "720005" in refused(run("tenant", "account", "add", 720_005, "15030100007"))
    assert "15030100008" not in refused(run("tenant", "account", "add", 720_005, "15030100008"))


def test_settings_are_listed_and_changed(run):
    succeeded(run("tenant", "create", 720_006, "--name", "Lys AS", "--organization-no", ORGANIZATION_NO))

    assert "MOD10-EXCL-PREFIX" in succeeded(run("tenant", "config", 720_006))
    changed = run("tenant", "config", 720_006, "files.uploadtypes", "ocr", "--add", "--from", "2025-01-01", "--json")
    values = [(row["value"], row["validFrom"]) for row in json.loads(succeeded(changed))["clientConfigs"]]

    assert values == [("ATTACHMENT", "2025-01-01"), ("OCR", "2025-01-01")]
    assert "whole number" in refused(run("tenant", "config", 720_006, "reminder.levels", "two"))
    assert "no setting" in refused(run("tenant", "config", 720_006, "no.such.key"))


def test_what_is_not_there_is_named(run):
    assert "729999" in refused(run("tenant", "show", 729_999))


def test_the_schema_is_up_to_date(run):
    assert json.loads(succeeded(run("db", "status", "--json")))["upToDate"]
    assert "up to date" in succeeded(run("db", "migrate"))


def test_the_sql_of_missing_revisions_is_printed(run):
    shown = succeeded(run("db", "sql", "--from", "base"))
    assert "create table client (" in shown
    assert "reskontro_test_app" in shown  # the role of DATABASE_URL
    assert "create table client (" not in succeeded(run("db", "sql", "--from", migrations.HEAD))


def test_a_database_that_does_not_answer_is_told_in_one_line(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:secret@127.0.0.1:1/reskontro")
    settings.cache_clear()
    said = refused(run("tenant", "list"))
    assert "cannot be reached" in said
    assert "secret" not in said


def test_a_folder_without_a_database_is_not_made_by_looking(run, monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL")
    settings.cache_clear()
    assert "reskontro db migrate" in refused(run("tenant", "list"))
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_cannot_be_is_named(run, monkeypatch):
    monkeypatch.setenv("RESKONTRO_PORT", "eighty")
    settings.cache_clear()
    assert "RESKONTRO_PORT" in refused(run("tenant", "list"))
