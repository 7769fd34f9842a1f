"""How a client's papers look, `/reskontro/v1`: kept, and seen on a made-up paper before anything is sent."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.documents.letters.preview import Kind
from reskontro.documents.letters.records import LARGEST_LOGO_BYTES, Language
from reskontro.documents.typesetter import CompileError
from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.problem_body import PROBLEM_JSON, ProblemBody
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.http.patterns import ONE_LINE
from reskontro.ledger.service import branding as service
from reskontro.ledger.store.branding import StoredLook

PDF = "application/pdf"
BODY_LIMIT_BYTES = 2 * LARGEST_LOGO_BYTES
TEXT_MOST, FOOT_MOST, FOOT_LINES = 2_000, 200, 4

LanguageCode = Literal["nb", "nn", "sv", "da", "fi", "en"]
KindCode = Literal[
    "invoice",
    "credit-note",
    "interest-note",
    "reminder",
    "collection-notice",
    "payment-demand",
    "statement",
    "settlement",
    "letter",
]
FootLine = Annotated[str, msgspec.Meta(max_length=FOOT_MOST, pattern=ONE_LINE)]
OwnText = Annotated[str, msgspec.Meta(max_length=TEXT_MOST)]
TYPESETTING = asyncio.Semaphore(1)


class LookBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """How papers look. What is left out is plain: no logo, the texts of the catalogue."""

    colour: Annotated[str, msgspec.Meta(max_length=7)]
    logo: bytes | UnsetType = UNSET
    foot: Annotated[tuple[FootLine, ...], msgspec.Meta(max_length=FOOT_LINES)] = ()
    texts: dict[LanguageCode, dict[str, OwnText]] = {}

    def look(self) -> StoredLook:
        """As it is kept."""
        logo = None if self.logo is UNSET else self.logo
        texts: Mapping[str, Mapping[str, str]] = {str(language): own for language, own in self.texts.items()}
        return StoredLook(colour=self.colour, logo=logo, foot=self.foot, texts=texts)


class LookShown(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """How papers look; the logo in base64."""

    colour: str
    logo: str | UnsetType = UNSET
    foot: list[str]
    texts: dict[str, dict[str, str]]

    @classmethod
    def of(cls, look: StoredLook) -> "LookShown":
        """On the wire."""
        return cls(
            colour=look.colour,
            logo=UNSET if look.logo is None else b64encode(look.logo).decode(),
            foot=list(look.foot),
            texts={language: dict(texts) for language, texts in look.texts.items()},
        )


class PreviewBody(msgspec.Struct, rename="camel", kw_only=True):
    """Which made-up paper to show, in the client's look or in one that is not kept yet."""

    kind: KindCode
    language: LanguageCode
    branding: LookBody | None = None


async def get_branding(call: Call) -> Reply:
    """200 with the client's look."""
    return Reply(200, LookShown.of(await service.look_of(call.tx)))


async def put_branding(call: Call) -> Reply:
    """200 with the look that is kept now; 400 with every reason why it is not taken."""
    body: LookBody = call.body
    look = body.look()
    if look.logo is not None:
        await _seen(call, PreviewBody(kind="invoice", language="nb", branding=body))
    await service.set_look(call.tx, look, call.who.client_id, call.now)
    return Reply(200, LookShown.of(look))


async def preview_branding(call: Call) -> Reply:
    """200 with the PDF."""
    pdf = await _seen(call, call.body)
    return Reply(200, pdf, {"Cache-Control": "no-store"}, PDF)


async def _seen(call: Call, wanted: PreviewBody) -> bytes:
    """The paper, which is also the proof that a logo can be drawn."""
    kept = wanted.branding.look() if wanted.branding is not None else await service.look_of(call.tx)
    look = service.branding(kept)
    try:
        async with TYPESETTING:
            return await service.preview_of(look, Kind(wanted.kind), Language(wanted.language))
    except CompileError:
        message = "The logo cannot be drawn"
        raise Refused(400, [Fault(service.REFUSED, message, "logo", f"{len(kept.logo or b'')} bytes")]) from None


LOOK_EXAMPLE = {
    "colour": "#0b5563",
    "foot": ["Fjordlys AS  ·  Strandgata 14, 5013 Bergen"],
    "texts": {"nb": {"own.closing": "Takk for at du er kunde hos oss."}},
}
PREVIEW_EXAMPLE = {"kind": "invoice", "language": "nb", "branding": LOOK_EXAMPLE}
REFUSALS = {
    401: Answer("The token.", ProblemBody),
    403: Answer("The client or the scope.", ProblemBody),
    404: Answer("No such client.", ProblemBody),
}
NOT_TAKEN = Answer("A wrong value, or a look that no paper can be set with.", ProblemBody, codes=(service.REFUSED,))

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/branding",
        access=Scope("read:arm.document"),
        handler=get_branding,
        work=Work.READ,
        summary="How papers look",
        tag="Papers",
        description="The client's logo, colour, foot and own texts; the plain look where it never said one.",
        path_parameters=(CLIENT_NO,),
        answers={200: Answer("The look.", LookShown, LOOK_EXAMPLE), **REFUSALS},
    ),
    Endpoint(
        method="PUT",
        path="/clients/{clientno}/branding",
        access=Scope("write:arm.document"),
        handler=put_branding,
        work=Work.WRITE,
        summary="Say how papers look",
        tag="Papers",
        description=(
            "The whole look, in place of the one before. A logo is a PNG or an SVG in base64, drawn once before it is "
            "taken. Papers made from now on have it; those that were made keep theirs."
        ),
        path_parameters=(CLIENT_NO,),
        body=LookBody,
        body_example=LOOK_EXAMPLE,
        body_limit_bytes=BODY_LIMIT_BYTES,
        answers={200: Answer("The look that is kept.", LookShown, LOOK_EXAMPLE), 400: NOT_TAKEN, **REFUSALS},
    ),
    Endpoint(
        method="POST",
        path="/clients/{clientno}/branding/preview",
        access=Scope("read:arm.document"),
        handler=preview_branding,
        work=Work.READ,
        summary="See how papers look",
        tag="Papers",
        description=(
            "The PDF of a made-up paper of a kind, in the client's look or in the one of the body, which is not kept. "
            "The firm and the people on it do not exist."
        ),
        path_parameters=(CLIENT_NO,),
        body=PreviewBody,
        body_example=PREVIEW_EXAMPLE,
        body_limit_bytes=BODY_LIMIT_BYTES,
        ready_on=(PDF, "application/json", PROBLEM_JSON),
        answers={200: Answer("The paper, as PDF.", media_type="*/*"), 400: NOT_TAKEN, **REFUSALS},
    ),
)
