"""How a page is made: templates, the policy under which a browser shows it, pages for what went wrong."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reskontro.http.assets import Assets
from reskontro.http.call import CallHead
from reskontro.http.endpoint import Reply
from reskontro.http.family import Condition, Meaning
from reskontro.kernel.problems import Refused
from reskontro.platform.languages import DEFAULT, text

HERE = Path(__file__).parent
HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FORM_POLICY = POLICY.replace("form-action 'none'", "form-action 'self'")
HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STYLES = Assets("console", HERE / "static", ("console.css", "icon.svg"))

MEANINGS: Mapping[Condition, Meaning] = {
    condition: Meaning(400, condition.value, "The request cannot be understood") for condition in Condition
} | {
    Condition.PATH_UNKNOWN: Meaning(404, "path_unknown", "There is no such page"),
    Condition.METHOD_UNKNOWN: Meaning(405, "method_unknown", "The method is not allowed here"),
    Condition.NOT_ACCEPTABLE: Meaning(406, "not_acceptable", "None of the accepted media types can be given"),
    Condition.BODY_TOO_LARGE: Meaning(413, "body_too_large", "The file is larger than {limit} KiB"),
    Condition.WRONG_CONTENT_TYPE: Meaning(415, "content_type", "A form with a file is wanted here"),
    Condition.INTERNAL: Meaning(500, "internal", "Internal error"),
    Condition.UNAVAILABLE: Meaning(503, "unavailable", "Temporarily unavailable"),
}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(head: CallHead, template: str, status: int = 200, *, policy: str = POLICY, **values: Any) -> Reply:
    """A page from a template, with `FORM_POLICY` where it has a form.

    The pages are in English, whatever the reader would like best.
    """
    head.language = DEFAULT
    shown = (
        _templates()
        .get_template(template)
        .render(style=STYLES.url("console.css"), icon=STYLES.url("icon.svg"), **values)
    )
    return Reply(status, shown.encode(), {**HEADERS, "Content-Security-Policy": policy}, HTML)


def refusal_page(head: CallHead, refused: Refused) -> Reply:
    """The page for a refusal."""
    head.language = DEFAULT
    first = refused.faults[0]
    reply = page(
        head,
        "refusal.html",
        refused.status,
        title=HTTPStatus(refused.status).phrase,
        sentence=text(DEFAULT, first.message, first.args),
        request_id=head.request_id,
    )
    return Reply(reply.status, reply.body, {**refused.headers, **reply.headers}, reply.media_type)
