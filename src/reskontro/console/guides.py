"""The documentation as pages: the Markdown files of the folder `docs`, and nothing else.

A page is found by its name in a list of the files that are there; no part of an address is ever used as a path.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from reskontro.http.assets import Assets
from reskontro.platform.resources import root_of

SECTIONS: Mapping[str, str] = {"guide": "/guide/", "api": "/guide/api/", "decisions": "/guide/decisions/"}
OTHER_SECTIONS = ("api", "decisions")
BEGINNING = "README"  # of a section: what it holds
FIRST_GUIDES = (
    "first-steps",
    "running",
    "settings",
    "tenants",
    "credentials",
    "commands",
)  # the others follow by their titles
LONGEST_GUIDE_BYTES = 1024 * 1024
_TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)
_NOT_IN_A_SLUG = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Guide:
    """One file of the documentation."""

    section: str
    name: str
    title: str
    file: Path

    @property
    def url(self) -> str:
        """Where its page is."""
        return SECTIONS[self.section] + self.name


def guides() -> list[Guide]:
    """The guides in the order in which they are read, then where the other sections begin."""
    found = [guide for guide in _files("guide") if guide.name != BEGINNING]
    order = {name: place for place, name in enumerate(FIRST_GUIDES)}
    found.sort(key=lambda guide: (order.get(guide.name, len(order)), guide.title.casefold()))
    return found + [guide for section in OTHER_SECTIONS for guide in _files(section) if guide.name == BEGINNING]


def find_guide(section: str, name: str) -> Guide | None:
    """The file of that name, None where there is none."""
    if section not in SECTIONS:
        return None
    return next((guide for guide in _files(section) if guide.name == name), None)


def rendered(guide: Guide) -> Markup:
    """The guide as HTML. Markup in the Markdown is shown, not obeyed."""
    return _rendered(guide.section, guide.file, guide.file.stat().st_mtime_ns)


def _files(section: str) -> list[Guide]:
    folder = root_of("docs") / section
    return [Guide(section, file.stem, _title(file), file) for file in folder.glob("*.md") if file.is_file()]


def _title(file: Path) -> str:
    found = _TITLE.search(_text(file))
    return found[1] if found else file.stem


def _text(file: Path) -> str:
    with file.open(encoding="utf-8") as opened:
        return opened.read(LONGEST_GUIDE_BYTES)


@lru_cache(maxsize=64)
def _rendered(section: str, file: Path, _modified: int) -> Markup:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("fence", _code)
    tokens = parser.parse(_text(file))
    _name_headings(tokens)
    for token in tokens:
        for inner in token.children or ():
            if inner.type == "link_open":
                _lead_to_pages(section, inner)
            elif inner.type == "image":
                inner.attrSet("src", _picture(str(inner.attrGet("src"))) or "")
                inner.attrSet("loading", "lazy")
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - made with html off, so escaped


@lru_cache(maxsize=1)
def pictures() -> Assets:
    """The pictures of the guides."""
    folder = root_of("docs") / "guide"
    return Assets("guide", folder, tuple(sorted(file.name for file in folder.glob("*.png"))))


def _picture(name: str) -> str | None:
    """Where a picture is served, None for what is none of ours."""
    return pictures().url(name) if name in pictures().files else None


def _name_headings(tokens: Sequence[Token]) -> None:
    """Give headings the names that links with `#` use."""
    taken: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            slug = _NOT_IN_A_SLUG.sub("", inline.content.lower()).replace(" ", "-")
            times = taken.get(slug, 0)
            taken[slug] = times + 1
            opening.attrSet("id", f"{slug}-{times}" if times else slug)


def _lead_to_pages(section: str, link: Token) -> None:
    """Let a link to another file of the documentation lead to its page; links to other files lead nowhere."""
    href = str(link.attrGet("href") or "")
    if href.startswith(("https://", "http://")):
        link.attrSet("rel", "noreferrer")
    elif not href.startswith(("#", "/")):
        path, _, fragment = href.partition("#")
        folder, name = posixpath.split(posixpath.normpath(posixpath.join(section, path)))
        guide = find_guide(folder, name.removesuffix(".md")) if name.endswith(".md") else None
        if guide is None and (picture := _picture(name)) is not None:
            link.attrSet("href", picture)
        elif guide is None:
            del link.attrs["href"]
        else:
            link.attrSet("href", f"{guide.url}#{fragment}" if fragment else guide.url)


def _table_open(*_: Any) -> str:
    return '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _code(_renderer: object, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return str(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(tokens[index].content))
