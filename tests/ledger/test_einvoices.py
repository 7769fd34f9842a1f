"""A posted document written as UBL by the command, or the reasons why not."""

import asyncpg
import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from reskontro.formats.ubl.overview import overview
from reskontro.kernel.kid import Modulus
from reskontro.ledger.service.einvoices import account_for
from reskontro.platform.settings import settings
from reskontro.tenants.domain import AccountKidRule, ReceivingAccount

ACCOUNT = "86011117947"
ADDRESS = {"addressLine1": "Storgata 1", "postalCode": "3580", "cityName": "Geilo", "countryCode": "NO"}
FIRM = {"name": "Vidda Bygg AS", "organizationNo": "986252932", "postalAddress": ADDRESS, "customerCategory": "COMP"}
COMB = {
    "lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb",
    "quantityUnit": "stk", "quantity": 2, "price": 250, "currencyAmounts": {"exclVat": 500, "vat": 125, "inclVat": 625},
}  # fmt: skip
THANKS = {
    "lineNo": 2, "lineType": "TXT", "lineText": "Thank you",
    "currencyAmounts": {"exclVat": 0, "vat": 0, "inclVat": 0},
}  # fmt: skip
CLEAN = {
    "currencyAmounts": {"exclVat": 500, "vat": 125, "inclVat": 625},
    "documentLines": [COMB, THANKS],
    "buyerReference": "A1982",
}


@pytest.fixture
async def account(tenant, owner_dsn):
    """The client's receiving account; it takes KIDs of 21 digits."""
    number = f"{tenant:011d}"
    connection = await asyncpg.connect(owner_dsn)
    await connection.execute(
        "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, now())", number, tenant
    )
    await connection.execute(
        "insert into kid_rule (account_no, kid_length, modulus) values ($1, 21, 'MOD10-EXCL-PREFIX')", number
    )
    await connection.close()
    return number


@pytest.fixture
def write(application, app_dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    monkeypatch.setenv("RESKONTRO_DATA", str(application.settings.data_folder))
    settings.cache_clear()

    async def command(client_no, document_no, *more):
        import asyncio

        given = ["einvoice", "write", "--client", str(client_no), "--document", document_no, *map(str, more)]
        return await asyncio.to_thread(CliRunner().invoke, app, given)

    yield command
    settings.cache_clear()


async def test_a_posted_invoice_is_written(api, tenant, account, write, tmp_path):
    await api.customer(**FIRM)
    posted = await api.invoice("88776655", **CLEAN)

    result = await write(tenant, "88776655")
    assert result.exit_code == 0, result.output
    said = overview(result.stdout_bytes)
    assert (said.number, said.payable, said.currency) == ("88776655", "625.00", "NOK")
    assert (said.payments[0].reference, said.payments[0].account) == (posted["kid"], account)
    assert (said.seller.name, said.buyer.name) == ("Firma AS", "Vidda Bygg AS")
    assert said.buyer.address == "Storgata 1, 3580 Geilo, NO"

    to_file = await write(tenant, "88776655", "--out", tmp_path / "a.xml")
    assert (to_file.exit_code, to_file.stdout) == (0, "")
    assert (tmp_path / "a.xml").read_bytes() == result.stdout_bytes


async def test_attached_files_go_with_it(api, tenant, account, write):
    await api.customer(**FIRM)
    upload = {"fileType": "ATTACHMENT", "fileName": "terms.pdf", "content": "JVBERi0xLjQKJeLjz9MK"}
    files = await api.post("/files", {"metadata": {"userId": "T"}, "files": [upload]})
    await api.invoice("1", **CLEAN, attachmentFiles=[files.json()["files"][0]["fileUuid"]])
    result = await write(tenant, "1")
    assert [each.file for each in overview(result.stdout_bytes).attachments] == ["terms.pdf"]


async def test_why_a_document_is_none_is_told_on_standard_error(api, tenant, write):
    await api.customer()
    await api.invoice("2")
    result = await write(tenant, "2", "--language", "no")
    assert result.exit_code == 1
    assert result.stdout == ""
    for told in ("arm-buyer", "arm-account", "arm-vat", "arm-reference", "Kunden har ikke organisasjonsnummer"):
        assert told in result.stderr


async def test_an_unknown_document_or_client_is_told_in_one_line(api, tenant, write):
    for client_no, document_no in ((tenant, "nothing"), (999_997, "1")):
        result = await write(client_no, document_no)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1


def test_the_account_is_one_that_takes_the_kid():
    def account(number, currency="NOK", *lengths):
        rules = tuple(AccountKidRule(length, Modulus.MOD10) for length in lengths)
        return ReceivingAccount(account_no=number, client_no=1, agreement_no="", currency=currency, kid_rules=rules)

    kid = "2345676"
    accounts = [account("1", "EUR"), account("2", "NOK", 5), account("3", "NOK", 7)]
    assert account_for(kid, "NOK", accounts) == "3"
    assert account_for(kid, "NOK", accounts[:2]) == ""
    assert account_for(kid, "EUR", accounts) == "1"
    assert account_for("", "NOK", accounts) == "2"
