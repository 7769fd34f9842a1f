"""What every paper has: a language, who sends it, who gets it, and how the sender's papers look."""

import re
import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from struct import Struct
from typing import Any

from lxml import etree

from reskontro.documents.letters.texts import REWORDABLE, places, texts

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5  # of text with its ground, WCAG 2.2, 1.4.3
LARGEST_LOGO_BYTES = 200_000
MOST_LOGO_PIXELS = 4_000  # of a PNG, in either direction
MOST_LOGO_ELEMENTS = 5_000
SVG = "{http://www.w3.org/2000/svg}"
# What an SVG must not hold: programs, pages of others, and texts whose face papers do not have.
NOT_IN_A_LOGO = frozenset({"script", "foreignObject", "iframe", "image", "use", "text", "style", "animate", "set", "a"})
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
PNG_SIZE = Struct(">LL")
DEFAULT_COLOUR = "#0b5563"


class Language(StrEnum):
    """The languages that papers are written in."""

    BOKMAAL = "nb"
    NYNORSK = "nn"
    SWEDISH = "sv"
    DANISH = "da"
    FINNISH = "fi"
    ENGLISH = "en"


class BrandingError(ValueError):
    """A client's look that no paper can be set with: what was found and what is wanted."""


@dataclass(frozen=True, slots=True)
class Party:
    """A firm or a person: the name, the lines of the address as on an envelope, and how to reach them."""

    name: str
    lines: tuple[str, ...] = ()
    organization_no: str = ""  # as people write it: `974 760 673 MVA`
    phone: str = ""
    email: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Branding:
    """How a client's papers look: the logo, the colour of titles and rules, the texts of its own.

    `texts` rewords what may be reworded (`own.*` of the catalogue), for a language and key. `foot` stands at the bottom
    of each page instead of what is known of the sender. Raises `BrandingError`.
    """

    logo: bytes | None = None
    colour: str = DEFAULT_COLOUR
    foot: tuple[str, ...] = ()
    texts: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if COLOUR.fullmatch(self.colour) is None:
            raise BrandingError(f"{self.colour[:20]!r} is not a colour: '#' and six hexadecimal digits are wanted")
        if (found := contrast_with_white(self.colour)) < LEAST_CONTRAST:
            wanted = f"a contrast with white of {LEAST_CONTRAST} or more is wanted, it has {found:.1f}"
            raise BrandingError(f"{self.colour} is too light to read: {wanted}")
        if self.logo is not None:
            _check_logo(self.logo)
        for language, reworded in self.texts.items():
            for key, text in reworded.items():
                _check_rewording(Language(language), key, text)


@dataclass(frozen=True, slots=True)
class Cover:
    """Whose paper it is, to whom, of which day, in which language; references where there are any."""

    language: Language
    sender: Party
    receiver: Party
    day: date
    customer_no: str = ""
    our_reference: str = ""
    your_reference: str = ""
    message: str = ""  # what the sender adds; lines are kept


def logo_picture(logo: bytes) -> bytes:
    """A logo as SVG: templates read text alone, so a PNG is put into an SVG of its size."""
    size = _png_size(logo)
    if size is None:
        return logo
    width, height = size
    picture = f'<image width="{width}" height="{height}" href="data:image/png;base64,{b64encode(logo).decode()}"/>'
    box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{picture}</svg>'.encode()


def _png_size(logo: bytes) -> tuple[int, int] | None:
    """Width and height of a whole PNG; None for anything else."""
    if not (logo.startswith(PNG_START) and logo[12:16] == b"IHDR" and logo.endswith(PNG_END)):
        return None
    width, height = PNG_SIZE.unpack_from(logo, 16)
    return width, height


def _png_is_whole(logo: bytes) -> bool:
    """Whether every chunk of a PNG has its checksum and its picture unpacks, to no more than it says."""
    at, packed, width, height, most_bytes = len(PNG_START), b"", 0, 0, 0
    while at + 12 <= len(logo):
        length = int.from_bytes(logo[at : at + 4])
        kind, content = logo[at + 4 : at + 8], logo[at + 8 : at + 8 + length]
        if zlib.crc32(kind + content) != int.from_bytes(logo[at + 8 + length : at + 12 + length]):
            return False
        if kind == b"IHDR":
            width, height = PNG_SIZE.unpack_from(content)
            most_bytes = (8 * width + 8) * (height + 16)  # four channels of two bytes, and what interlacing adds
        elif kind == b"IDAT":
            packed += content
        at += 12 + length
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed, most_bytes)
    except zlib.error:
        return False
    return at == len(logo) and unpacking.eof


def _svg_fault(logo: bytes) -> str | None:
    """What is wrong with an SVG as a logo; None where nothing is."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(logo.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except etree.XMLSyntaxError:
        return "the logo is neither a whole PNG nor an SVG in UTF-8"
    if root.getroottree().docinfo.doctype:
        return "the logo declares a document type"
    if root.tag != f"{SVG}svg":
        return "the logo is XML, but no SVG"
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    if len(elements) > MOST_LOGO_ELEMENTS:
        return f"the logo has {len(elements)} elements, at most {MOST_LOGO_ELEMENTS} are wanted"
    return next(filter(None, map(_element_fault, elements)), None)


def _element_fault(element: Any) -> str | None:
    name = etree.QName(element).localname
    if name in NOT_IN_A_LOGO:
        return f"the logo has an element <{name}>: only drawn shapes are wanted"
    for attribute, value in element.attrib.items():
        if attribute.startswith("on") or "url(" in value.replace("url(#", "") or attribute.endswith("href"):
            return f"the logo refers to something outside it, or runs a program ({attribute} of <{name}>)"
    return None


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _check_logo(logo: bytes) -> None:
    if len(logo) > LARGEST_LOGO_BYTES:
        raise BrandingError(f"the logo has {len(logo)} bytes, at most {LARGEST_LOGO_BYTES} are wanted")
    size = _png_size(logo)
    if size is not None:
        if not all(1 <= pixels <= MOST_LOGO_PIXELS for pixels in size):
            width, height = size
            raise BrandingError(f"the logo is {width} × {height} pixels, 1 to {MOST_LOGO_PIXELS} each way are wanted")
        if not _png_is_whole(logo):
            raise BrandingError("the logo is a damaged PNG")
    elif (fault := _svg_fault(logo)) is not None:
        raise BrandingError(fault)


def _check_rewording(language: Language, key: str, text: str) -> None:
    if key not in REWORDABLE:
        raise BrandingError(f"{key[:40]!r} is no text of a client's own: {', '.join(sorted(REWORDABLE))} are")
    try:
        strange = places(text) - places(texts(language)[key])
    except ValueError:
        raise BrandingError(f"{key}: a brace that opens nothing; write {{{{ for one") from None
    if strange:
        raise BrandingError(f"{key}: nothing is filled in for {', '.join(sorted(strange))}")
