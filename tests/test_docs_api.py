"""Every operation and every error code of an interface is named in its pages."""

import re

import pytest

from reskontro.app import families
from reskontro.identity.http import IDENTITY
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.http.family import ARM_FAMILY
from reskontro.own_family import OWN_FAMILY
from reskontro.platform.resources import root_of
from reskontro.platform.settings import Mode
from reskontro.sandbox.http import SANDBOX

DOCS = root_of("docs")
PAGES = {
    ARM_FAMILY.name: sorted((DOCS / "api").glob("arm*.md")),
    IDENTITY.name: [DOCS / "api" / "identity.md"],
    OWN_FAMILY.name: sorted((DOCS / "api").glob("reskontro*.md")),
    SANDBOX.name: [DOCS / "guide" / "sandbox.md"],
}


def described(name: str) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES[name])


@pytest.mark.parametrize(
    ("family", "operation"),
    [
        pytest.param(family, endpoint, id=f"{family.name} {endpoint.method} {endpoint.path}")
        for family in families(Mode.SANDBOX)
        for endpoint in family.endpoints
    ],
)
def test_every_operation_is_described(family, operation):
    page = described(family.name)
    paths = (operation.path, family.base_path + operation.path)
    assert any(re.search(rf"`(?:{operation.method} )?{re.escape(path)}[`?]", page) for path in paths)
    assert operation.method in page


def test_every_error_code_is_described():
    page = described(ARM_FAMILY.name)
    assert [code.value for code in Code if code.value not in page] == []
