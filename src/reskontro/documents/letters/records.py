"""What every paper has: a language, who sends it, who gets it, and how the sender's papers look."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from struct import Struct

from reskontro.documents.letters.texts import REWORDABLE, places, texts

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5  # of text with its ground, WCAG 2.2, 1.4.3
LARGEST_LOGO_BYTES = 200_000
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


def _is_svg(logo: bytes) -> bool:
    try:
        text = logo.decode()
    except UnicodeDecodeError:
        return False
    return text.removeprefix("\ufeff").lstrip().startswith(("<svg", "<?xml")) and "<svg" in text


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _check_logo(logo: bytes) -> None:
    if len(logo) > LARGEST_LOGO_BYTES:
        raise BrandingError(f"the logo has {len(logo)} bytes, at most {LARGEST_LOGO_BYTES} are wanted")
    if _png_size(logo) is None and not _is_svg(logo):
        raise BrandingError("the logo is neither a whole PNG nor an SVG in UTF-8")


def _check_rewording(language: Language, key: str, text: str) -> None:
    if key not in REWORDABLE:
        raise BrandingError(f"{key[:40]!r} is no text of a client's own: {', '.join(sorted(REWORDABLE))} are")
    try:
        strange = places(text) - places(texts(language)[key])
    except ValueError:
        raise BrandingError(f"{key}: a brace that opens nothing; write {{{{ for one") from None
    if strange:
        raise BrandingError(f"{key}: nothing is filled in for {', '.join(sorted(strange))}")
