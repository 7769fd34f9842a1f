"""`openapi.json` of a family, and the page that renders it for reading and trying.

The page is Swagger UI from the files of an installed package, served from our own origin under a strict policy.
"""

import html
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from reskontro.http.access import Public
from reskontro.http.assets import Assets
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.family import Family
from reskontro.http.openapi import openapi_document
from reskontro.http.wire import encode

SWAGGER_FILES = ("swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-ui.css")
OWN_FILES = ("reference.css", "reference.js", "icon.svg")
# Swagger UI shows pictures that lie in its style sheet; nothing comes from elsewhere.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
WHY_PUBLIC = "What an interface offers is no secret."
HTML = "text/html; charset=utf-8"


def _swagger_folder() -> Path:
    """The folder of the installed package, which is not imported."""
    found = find_spec("swagger_ui")
    assert found is not None, "the package swagger-ui-py is installed"
    assert found.submodule_search_locations, "it is a package"
    return Path(next(iter(found.submodule_search_locations))) / "static"


@lru_cache(maxsize=1)
def swagger_assets() -> Assets:
    """Swagger UI's own files."""
    return Assets("swagger-ui", _swagger_folder(), SWAGGER_FILES)


@lru_cache(maxsize=1)
def reference_assets() -> Assets:
    """What starts Swagger UI and fits it to our pages."""
    return Assets("reference", Path(__file__).parent / "static", OWN_FILES)


def documentation_assets() -> tuple[Endpoint, ...]:
    """What serves the files that the pages load; paths are below the origin, so once for all families."""
    return (swagger_assets().endpoint(), reference_assets().endpoint())


def documentation_endpoints(family: Family, scope_meanings: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """`openapi.json` and `docs` of a family, to be registered beside its own endpoints."""
    documents: dict[str, bytes] = {}

    async def get_document(call: Call) -> Reply:
        base_url = call.context.base_url
        if base_url not in documents:
            documents[base_url] = encode(openapi_document(family, base_url, scope_meanings))
        return Reply(200, documents[base_url], {"Cache-Control": "no-cache"})

    async def get_page(_: Call) -> Reply:
        return Reply(200, reference_page(family).encode(), {**PAGE_HEADERS, "Cache-Control": "no-cache"}, HTML)

    below = family.docs_path.removeprefix(family.base_path)
    return (
        Endpoint(
            method="GET",
            path=f"{below}/openapi.json",
            access=Public(WHY_PUBLIC),
            handler=get_document,
            work=Work.NONE,
            summary="The OpenAPI document",
            tag="Documentation",
            answers={200: Answer("The OpenAPI 3.1 document of this interface.", dict)},
            ready_on=("application/json", "text/html"),
        ),
        Endpoint(
            method="GET",
            path=f"{below}/docs",
            access=Public(WHY_PUBLIC),
            handler=get_page,
            work=Work.NONE,
            summary="The interface for reading",
            tag="Documentation",
            answers={200: Answer("A page.", media_type="text/html")},
            ready_on=("text/html",),
        ),
    )


def reference_page(family: Family) -> str:
    """The page that renders a family's document."""
    swagger, own = swagger_assets(), reference_assets()
    title = html.escape(family.title)
    document = f"{html.escape(family.docs_path)}/openapi.json"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Reskontro</title>
<link rel="icon" href="{own.url("icon.svg")}">
<link rel="stylesheet" href="{swagger.url("swagger-ui.css")}">
<link rel="stylesheet" href="{own.url("reference.css")}">
<script src="{swagger.url("swagger-ui-bundle.js")}" defer></script>
<script src="{own.url("reference.js")}" defer></script>
</head>
<body>
<header><a href="/">Reskontro</a> <span>{title}</span></header>
<main id="reference" data-document="{document}">
<noscript><p>This page needs a script. The same is in <a href="{document}">openapi.json</a>.</p></noscript>
</main>
</body>
</html>
"""
