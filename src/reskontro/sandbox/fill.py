"""The first fill of a sandbox: its tenants, its credentials, its story, and the file that tells where everything is."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import structlog

from reskontro.identity.domain.credentials import NewCredential
from reskontro.identity.domain.resources import ARM, COLLECTION, DISTRIBUTION, RESKONTRO
from reskontro.identity.domain.scopes import CATALOGUE
from reskontro.identity.service import Identity
from reskontro.kernel.kid import Modulus
from reskontro.ledger.domain.codes import BANK_FILE_TYPES, OUTPUT_FILE_TYPES
from reskontro.ledger.domain.config import KNOWN_VALUES, describe_key
from reskontro.ledger.service import follow_up
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database
from reskontro.platform.files import FileStore
from reskontro.platform.secrets import FieldCipher
from reskontro.platform.settings import Settings
from reskontro.sandbox import rates, story
from reskontro.sandbox.filled import CREDENTIAL_NAMES, FILE, replace
from reskontro.tenants import service as tenants
from reskontro.tenants.config import How, KeyRule, Wanted
from reskontro.tenants.domain import AccountKidRule, Address, NewTenant

log = structlog.get_logger(__name__)

SECOND_CLIENT_NO = 9001
CONNECTIONS = 4
FROM = date(2020, 1, 1)

OWN_KIDS = AccountKidRule(21, Modulus.MOD10_EXCL_PREFIX)
ACCOUNTS = (
    (story.ACCOUNT_NO, story.AGREEMENT_NO, (OWN_KIDS, AccountKidRule(14, Modulus.MOD10))),
    (
        "97104133219",
        "001234568",
        (
            OWN_KIDS,
            AccountKidRule(7, Modulus.MOD11),
            AccountKidRule(8, Modulus.MOD10),
            AccountKidRule(25, Modulus.MOD10),
        ),
    ),
)
TENANTS = (
    NewTenant(
        client_no=story.CLIENT_NO,
        legal_name="Kam og Børste AS",
        organization_no="310022144",
        address=Address("Kamgata 22", "", "0182", "Oslo", "NO"),
        counters=story.COUNTERS,
        sandbox=True,
    ),
    NewTenant(
        client_no=SECOND_CLIENT_NO,
        legal_name="Nabofirma AS",
        organization_no="310900109",
        address=Address("Nabogata 9", "", "5003", "Bergen", "NO"),
        sandbox=True,
    ),
)


def _of(resource: str) -> tuple[str, ...]:
    return tuple(scope for scope, meaning in CATALOGUE.items() if meaning.resource == resource)


CREDENTIALS = (
    NewCredential("arm-2218", _of(ARM), "Everything of client 2218", ARM, (story.CLIENT_NO,)),
    NewCredential("arm-9001", _of(ARM), "A second client, which does not see the first", ARM, (SECOND_CLIENT_NO,)),
    NewCredential("collection", _of(COLLECTION), "Debt collection of client 2218", COLLECTION, (story.CLIENT_NO,)),
    NewCredential("distribution", _of(DISTRIBUTION), "Distribution of client 2218", DISTRIBUTION, (story.CLIENT_NO,)),
    NewCredential("operator", _of(RESKONTRO), "The installation's operator", RESKONTRO, None),
)


assert tuple(new.client_id for new in CREDENTIALS) == CREDENTIAL_NAMES


async def fill(owner_dsn: str, app_dsn: str, config: Settings) -> None:
    """Fill the sandbox; what is there of it already is left as it is, but for the credentials' secrets."""
    db = await Database.connect(app_dsn, connections=CONNECTIONS)
    identity = Identity.from_settings(db, config)
    try:
        log.info("filling the sandbox")
        for tenant in TENANTS:
            await _tenant(db, tenant)
            await follow_up.schedule(db, tenant.client_no, real_now())
        cipher = FieldCipher.from_settings(config)
        await rates.fill(db, real_now())
        await story.Story(db, owner_dsn, cipher, FileStore.open(config.data_folder, config.files_url)).tell()
        secrets = {new.client_id: await _credential(identity, new) for new in CREDENTIALS}
        await _write(db, config.data_folder / FILE, config, secrets)
    finally:
        identity.close()
        await db.close()


def config_of(key: str) -> KeyRule | None:
    """What is known of a setting, in the words of the tenants' register."""
    known = describe_key(key)
    if known is None:
        return None
    return KeyRule(key, known.value_type.value, known.default, known.multi, KNOWN_VALUES.get(key, ()))


async def _tenant(db: Database, new: NewTenant) -> None:
    now = story.CUSTOMERS_AT
    if new.client_no not in {tenant.client_no for tenant in await tenants.list_tenants(db)}:
        await tenants.create_tenant(db, new, now)
    if new.client_no != story.CLIENT_NO:
        return
    there = {account.account_no for account in await tenants.list_accounts(db, new.client_no)}
    for account_no, agreement_no, rules in ACCOUNTS:
        if account_no not in there:
            await tenants.add_account(db, new.client_no, account_no, now, agreement_no=agreement_no, kid_rules=rules)
    for value in ("ATTACHMENT", *BANK_FILE_TYPES):
        wanted = Wanted("files.uploadTypes", value, FROM, How.BESIDE)
        await tenants.change_config(db, new.client_no, wanted, config_of)
    for value in ("ATTACHMENT", "OCR", *OUTPUT_FILE_TYPES):
        wanted = Wanted("files.readTypes", value, FROM, How.BESIDE)
        await tenants.change_config(db, new.client_no, wanted, config_of)


async def _credential(identity: Identity, new: NewCredential) -> str:
    """The secret of a credential, which is made, or given a new secret where it is there."""
    known = {credential.client_id for credential in await identity.registry.list()}
    if new.client_id in known:
        _, secret = await identity.registry.rotate(new.client_id, end_old=True)
        return secret
    _, secret = await identity.registry.create(new)
    return secret


async def _write(db: Database, path: Path, config: Settings, secrets: Mapping[str, str]) -> None:
    tenant = await tenants.get_tenant(db, story.CLIENT_NO)
    body = {
        "base_url": config.base_url,
        "client_no": tenant.client_no,
        "organization_id": str(tenant.organization_id),
        "company_id": tenant.company_id,
        "credentials": [
            {
                "name": new.client_id,
                "client_id": new.client_id,
                "client_secret": secrets[new.client_id],
                "scopes": list(new.scopes),
            }
            for new in CREDENTIALS
        ],
        "console": None,
        "filled": real_now().isoformat(timespec="seconds"),
    }
    replace(path, body)
