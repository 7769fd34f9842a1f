"""Codes (2.7): every code list with its descriptions in the caller's language."""

from typing import Annotated

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.codes import canonical
from reskontro.ledger.domain.errors import Code, fault, invalid
from reskontro.ledger.http.described import one_of
from reskontro.ledger.http.filters import TEXT, codes_of, exact, many_of
from reskontro.ledger.http.parameters import FORBIDDEN, MALFORMED, UNAUTHORISED, USER_ID

ACTIVE = ("true", "all")


class CodeBody(msgspec.Struct, rename="camel"):
    """One code."""

    code: str
    description: str
    active: bool


class CodeTypeBody(msgspec.Struct, rename="camel"):
    """One list."""

    code_type: Annotated[str, one_of(*CODE_TYPES)]
    codes: list[CodeBody]


class CodesBody(msgspec.Struct, rename="camel"):
    """The lists that were asked for."""

    code_types: list[CodeTypeBody]


async def get_codes(call: Call) -> Reply:
    """The code lists. Every code of the tables is active."""
    wanted: list[str] = call.query.get("codetype", list(CODE_TYPES))
    code: str | None = call.query.get("code")
    if code is not None and len(set(wanted)) != 1:
        raise invalid(fault(Code.COMBINATION, "code needs one codetype", "code", code[:60]))
    types = []
    for name in CODE_TYPES:
        if name not in wanted:
            continue
        known = CODE_TYPES[name]
        only = None if code is None else canonical(code, tuple(known))
        bodies = [
            CodeBody(each, text.in_language(call.language), active=True)
            for each, text in known.items()
            if code is None or each == only
        ]
        types.append(CodeTypeBody(name, bodies))
    return Reply(200, CodesBody(types))


EXAMPLE = {
    "codeTypes": [
        {
            "codeType": "voucherType",
            "codes": [
                {"code": "3", "description": "Invoice", "active": True},
                {"code": "4", "description": "Credit note", "active": True},
            ],
        }
    ]
}


def _active(text: str) -> str:
    if text.casefold() not in ACTIVE:
        raise ValueError("true or all is wanted")
    return text.casefold()


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/codes",
        access=Scope("read:arm.config"),
        handler=get_codes,
        work=Work.NONE,
        summary="GET ARM system code values",
        tag="Codes",
        description="Codes are texts, also where they are numbers. All of them are active.",
        query=(
            Parameter(
                "codetype",
                codes_of("codetype", tuple(CODE_TYPES)),
                "Lists, separated by commas; all of them.",
                many_of(CODE_TYPES),
            ),
            Parameter("code", exact, "One code; needs one codetype.", TEXT),
            Parameter("active", _active, "true (default) or all.", {"type": "string", "enum": list(ACTIVE)}),
            USER_ID,
        ),
        answers={
            200: Answer("The code lists.", CodesBody, EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
        },
    ),
)
