"""How a client's papers look: said once, seen before anything is sent, used for every paper from then on."""

from collections.abc import Callable, Mapping
from datetime import datetime

from reskontro.documents.letters.layout import set_paper
from reskontro.documents.letters.preview import Kind, preview
from reskontro.documents.letters.records import DEFAULT_COLOUR, Branding, BrandingError, Language
from reskontro.documents.typesetter import Typesetter
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.store import branding as store
from reskontro.ledger.store.branding import StoredLook
from reskontro.platform.database import Transaction

REFUSED = "branding-refused"
PLAIN = StoredLook(colour=DEFAULT_COLOUR, logo=None, foot=(), texts={})


async def branding_of(tx: Transaction) -> Branding:
    """How the client's papers look, the plain look where it never said one."""
    return branding(await look_of(tx))


async def look_of(tx: Transaction) -> StoredLook:
    """The same as it is kept."""
    return await store.get(tx) or PLAIN


def branding(look: StoredLook) -> Branding:
    """A look as papers take it. Raises `Refused` with everything that is wrong with it."""
    faults: list[Fault] = []

    def tried(field: str, value: str, make: Callable[[], Branding]) -> None:
        try:
            make()
        except BrandingError as reason:
            message = "This look is not taken: {reason}"
            faults.append(Fault(REFUSED, message, field, value[:100], {"reason": str(reason)}))

    tried("colour", look.colour, lambda: Branding(colour=look.colour))
    if look.logo is not None:
        tried("logo", f"{len(look.logo)} bytes", lambda: Branding(logo=look.logo))
    known: dict[Language, Mapping[str, str]] = {}
    for name, texts in look.texts.items():
        language = Language(name)
        known[language] = texts
        for key, text in texts.items():
            tried(f"texts.{name}.{key}", text, lambda: Branding(texts={language: {key: text}}))  # noqa: B023
    if faults:
        raise Refused(400, faults)
    return Branding(look.logo, look.colour, look.foot, known)


async def set_look(tx: Transaction, look: StoredLook, user_id: str, now: datetime) -> None:
    """Keep how the client's papers look from now on. Raises `Refused`."""
    branding(look)
    await store.put(tx, look, user_id, now)


async def preview_of(look: Branding, kind: Kind, language: Language) -> bytes:
    """The PDF of a made-up paper of a kind in a look."""
    async with Typesetter.open() as typesetter:
        return await set_paper(typesetter, preview(kind, language, look))
