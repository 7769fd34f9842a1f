"""A client's look: kept, refused with every reason, seen on a made-up paper, and on the papers that are made."""

import io
from base64 import b64encode

import pypdf
import pytest

from reskontro.documents.letters.preview import LOGO
from reskontro.ledger.http.branding import LOOK_EXAMPLE

pytestmark = pytest.mark.anyio


@pytest.fixture
def call(http, api):
    async def send(method: str, path: str, body=None):
        url = f"/reskontro/v1/clients/{api.client_no}/branding{path}"
        return await http.request(method, url, json=body, headers={"Authorization": f"Bearer {api.token}"})

    return send


def shown(content: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


async def test_a_client_that_never_said_one_has_the_plain_look(call):
    answer = await call("GET", "")
    assert (answer.status_code, answer.json()) == (200, {"colour": "#0b5563", "foot": [], "texts": {}})


async def test_a_look_is_kept_and_is_on_the_preview(call):
    look = LOOK_EXAMPLE | {"colour": "#7a1f5c", "logo": b64encode(LOGO).decode(), "foot": ["Vår egen bunnlinje"]}
    answer = await call("PUT", "", look)
    assert (answer.status_code, answer.json()) == (200, look)
    assert (await call("GET", "")).json() == look
    seen = await call("POST", "/preview", {"kind": "invoice", "language": "nb"})
    assert seen.headers["content-type"] == "application/pdf"
    text = shown(seen.content)
    assert "Vår egen bunnlinje" in text
    assert "Takk for at du er kunde hos oss." in text
    other = await call(
        "POST",
        "/preview",
        {"kind": "reminder", "language": "sv", "branding": {"colour": "#0b5563", "foot": ["En annan"]}},
    )
    assert "En annan" in shown(other.content)
    assert (await call("GET", "")).json() == look, "a preview keeps nothing"


async def test_everything_that_is_wrong_is_told_at_once(call):
    bad = {
        "colour": "#f2b134",
        "logo": b64encode(b"GIF89a").decode(),
        "texts": {"nb": {"title.invoice": "Regning", "own.closing": "Hei {navn}"}},
    }
    for path, method, body in (
        ("", "PUT", bad),
        ("/preview", "POST", {"kind": "invoice", "language": "nb", "branding": bad}),
    ):
        answer = await call(method, path, body)
        assert answer.status_code == 400
        told = {fault["field"]: fault for fault in answer.json()["errors"]}
        assert set(told) == {"colour", "logo", "texts.nb.title.invoice", "texts.nb.own.closing"}
        assert "too light to read" in told["colour"]["detail"]
        assert all(fault["type"].endswith("branding-refused") for fault in told.values())
    assert (await call("GET", "")).json()["colour"] == "#0b5563"


async def test_a_damaged_logo_is_refused(call):
    broken = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10rubbishIEND\xaeB`\x82"
    answer = await call("PUT", "", {"colour": "#0b5563", "logo": b64encode(broken).decode()})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "logo"
