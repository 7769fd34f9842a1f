"""The pages, through the router, as a browser meets them."""

import json
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest

from reskontro import __version__
from reskontro.app import Application, families, routes
from reskontro.console.guides import find_guide, guides, rendered
from reskontro.console.home import SANDBOX_FILE, first_steps
from reskontro.http.call import Context
from reskontro.http.router import Router
from reskontro.platform.clock import StandingClock
from reskontro.platform.settings import Mode, Settings
from tests.answers import HOOKS

SECRET = "do-not-show-this"
NOW = datetime(2025, 3, 1, 9, tzinfo=UTC)
LOADING = {"src", "srcset", "href", "action", "data", "poster", "formaction"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "nb,en;q=0.5"}


class Addresses(HTMLParser):
    """The addresses of a page: those that a browser loads by itself, and those that it may be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.led_to: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "style"
        for name, value in attrs:
            assert not name.startswith("on"), f"a script in {name}"
            assert name != "style"
            if name in LOADING and value is not None:
                (self.led_to if tag in {"a", "form"} else self.loaded).append(value)


def sandbox(folder: Path, name: str = "arm-2218") -> None:
    credential = {"name": name, "client_id": "arm-2218", "client_secret": SECRET, "scopes": []}
    described = {"base_url": "http://127.0.0.1:8080", "client_no": 2218, "credentials": [credential]}
    (folder / SANDBOX_FILE).write_text(json.dumps(described))


@pytest.fixture(params=[Mode.SANDBOX, Mode.PRODUCTION])
def mode(request) -> Mode:
    return request.param


@pytest.fixture
async def browser(mode: Mode, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    sandbox(tmp_path)
    config = Settings(data=tmp_path, mode=mode, public_base_url="https://reskontro.example")
    context = Context(db=None, clock=StandingClock(NOW), authenticator=None, base_url=config.base_url)
    router = Router(routes(Application(config, families(mode))), lambda: context, SimpleNamespace())
    transport = httpx.ASGITransport(app=router)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers=BROWSER, event_hooks=HOOKS
    ) as client:
        yield client


def every_page(mode: Mode) -> list[str]:
    tools = ["/console/einvoice"] if mode is Mode.SANDBOX else []
    return ["/", *tools, *(guide.url for guide in guides()), *(f"{f.docs_path}/docs" for f in families(mode))]


async def test_no_page_loads_anything_from_another_host(browser, mode):
    for path in every_page(mode):
        page = await browser.get(path)
        assert page.status_code == 200, path
        addresses = Addresses(page.text)
        assert addresses.loaded, path
        for address in addresses.loaded:
            assert urlsplit(address).netloc == "", (path, address)
            loaded = await browser.get(address)
            assert loaded.status_code == 200, (path, address)
            assert "immutable" in loaded.headers["cache-control"]
            assert loaded.headers["x-content-type-options"] == "nosniff"


async def test_a_style_sheet_loads_nothing_either(browser, mode):
    page = await browser.get(f"{families(mode)[0].docs_path}/docs")
    for address in Addresses(page.text).loaded:
        if address.endswith(".css"):
            css = (await browser.get(address)).text
            assert re.findall(r"url\((?!['\"]?data:)|@import", css) == []


async def test_a_browser_is_told_to_load_nothing_from_elsewhere(browser, mode):
    for path in every_page(mode):
        policy = (await browser.get(path)).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
    assert "script-src" not in (await browser.get("/")).headers["content-security-policy"]


async def test_links_within_the_pages_lead_somewhere(browser, mode):
    for path in every_page(mode):
        page = await browser.get(path)
        for address in Addresses(page.text).led_to:
            parts = urlsplit(address)
            if parts.netloc:
                continue
            found = page if not parts.path else await browser.get(parts.path)
            assert found.status_code == 200, (path, address)
            if parts.fragment:
                assert f'id="{parts.fragment}"' in found.text, (path, address)


async def test_the_front_page_says_what_runs_here(browser, mode):
    page = await browser.get("/")
    assert __version__ in page.text
    assert f"<dd>{mode.value}</dd>" in page.text
    assert "2025-03-01 10:00" in page.text
    assert page.headers["content-language"] == "en"
    assert all(family.title in page.text for family in families(mode))


async def test_only_a_sandbox_shows_first_steps_and_nobody_its_secrets(browser, mode):
    page = await browser.get("/")
    assert ("First steps</h2>" in page.text) == (mode is Mode.SANDBOX)
    assert SECRET not in page.text


async def test_what_is_not_there_is_told_on_a_page(browser):
    for path in ("/nothing", "/guide/nothing", "/guide/..%2fREADME", "/guide/%2e%2e", "/static/console/0/console.css"):
        page = await browser.get(path)
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8"), path
        assert "content-security-policy" in page.headers
    assert (await browser.post("/")).status_code == 405


async def test_the_document_names_the_public_address(browser, mode):
    for family in families(mode):
        answer = await browser.get(f"{family.docs_path}/openapi.json", headers={"accept": "application/json"})
        assert answer.json()["servers"][0]["url"] == "https://reskontro.example" + family.base_path


def test_the_first_steps_find_the_secret(tmp_path):
    folder = tmp_path / "with a space; and more"
    folder.mkdir()
    sandbox(folder)
    steps = first_steps(folder / SANDBOX_FILE)
    assert steps is not None
    finding, _, _ = steps.token.partition("TOKEN=")

    found = subprocess.run(
        ["/bin/sh", "-c", f'{finding}printf %s "$SECRET"'], capture_output=True, text=True, check=True
    )

    assert found.stdout == SECRET


def test_a_sandbox_that_is_not_filled_has_no_first_steps(tmp_path):
    assert first_steps(tmp_path / SANDBOX_FILE) is None
    (tmp_path / SANDBOX_FILE).write_text("{")
    assert first_steps(tmp_path / SANDBOX_FILE) is None
    sandbox(tmp_path, name="another")
    assert first_steps(tmp_path / SANDBOX_FILE) is None


@pytest.fixture
def docs(tmp_path, monkeypatch) -> Path:
    for section in ("guide", "api", "decisions"):
        (tmp_path / section).mkdir()
    monkeypatch.setattr("reskontro.console.guides.root_of", lambda _: tmp_path)
    return tmp_path


def test_markup_in_a_guide_is_shown_and_not_obeyed(docs):
    text = "# A & B\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n```\n<b>\n```\n"
    (docs / "guide" / "hostile.md").write_text(text)

    guide = find_guide("guide", "hostile")

    assert guide is not None
    assert guide.title == "A & B"
    assert "<script" not in rendered(guide)
    assert "href" not in rendered(guide)
    assert "&lt;b&gt;" in rendered(guide)


def test_links_between_files_lead_to_their_pages(docs):
    (docs / "api" / "arm.md").write_text("# ARM\n")
    (docs / "guide" / "a.md").write_text("# A\n\n[arm](../api/arm.md#x) [gone](gone.md) [out](../../README.md)\n")

    guide = find_guide("guide", "a")

    assert guide is not None
    assert re.findall('href="([^"]+)"', rendered(guide)) == ["/guide/api/arm#x"]


def test_a_changed_guide_is_rendered_anew(docs):
    file = docs / "guide" / "a.md"
    file.write_text("# One\n")
    first = find_guide("guide", "a")
    assert first is not None
    assert "One" in rendered(first)
    file.write_text("# Two\n")
    assert "Two" in rendered(first)


@pytest.mark.parametrize("name", ["..", "../api/arm", "a.md", "", "/etc/passwd"])
def test_no_part_of_an_address_is_a_path(docs, name):
    (docs / "guide" / "a.md").write_text("# A\n")
    assert find_guide("guide", name) is None
    assert find_guide(name, "a") is None
