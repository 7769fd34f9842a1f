"""`reskontro papers`: a look is kept and seen."""

import asyncio

import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from reskontro.documents.letters.preview import LOGO
from reskontro.ledger.service.branding import look_of
from reskontro.platform.settings import settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def command(application, app_dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    settings.cache_clear()

    async def run(*given):
        return await asyncio.to_thread(CliRunner().invoke, app, ["papers", *map(str, given)])

    yield run
    settings.cache_clear()


def test_a_made_up_paper_needs_no_database(tmp_path):
    out = tmp_path / "paper.pdf"
    result = CliRunner().invoke(
        app, ["papers", "preview", "--out", str(out), "--kind", "reminder", "--language", "sv", "--colour", "#7a1f5c"]
    )
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert "reminder in sv" in result.stdout


def test_a_colour_that_cannot_be_read_is_refused_with_its_reason(tmp_path):
    out = tmp_path / "paper.pdf"
    result = CliRunner().invoke(app, ["papers", "preview", "--out", str(out), "--colour", "#f2b134"])
    assert result.exit_code == 1
    assert "too light to read" in " ".join(result.stderr.split())
    assert not out.exists()


async def test_a_look_is_kept_and_changed_bit_by_bit(command, tenant, db, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(LOGO)
    first = await command("look", "--client", tenant, "--logo", logo, "--foot", "One", "--foot", "Two")
    assert first.exit_code == 0, first.output
    assert (await command("look", "--client", tenant, "--colour", "#7a1f5c")).exit_code == 0
    async with db.reading(tenant) as tx:
        kept = await look_of(tx)
    assert (kept.colour, kept.logo, kept.foot) == ("#7a1f5c", LOGO, ("One", "Two"))
    assert (await command("preview", "--client", tenant, "--out", tmp_path / "a.pdf")).exit_code == 0
    logo.write_bytes(b"GIF89a")
    refused = await command("look", "--client", tenant, "--logo", logo)
    assert refused.exit_code == 1
    assert "neither a whole PNG nor an SVG" in " ".join(refused.stderr.split())
    async with db.reading(tenant) as tx:
        assert (await look_of(tx)).logo == LOGO
