"""Bodies: fast for good ones, patient with bad ones.

msgspec decodes. Only when it refuses, the body is walked a second time against the same types and every fault is
collected with its path. Duplicate keys, which JSON parsers pass over, are looked for in every body: with one, the text
has more keys than the tree, and than the tree written down again.
"""

import base64
import json
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from msgspec import inspect

from reskontro.http.wire import WireError, dec_hook, encode

T = TypeVar("T")

MOST_FAULTS = 200  # more than a person reads; the bound of one answer
SHOWN_CHARACTERS = 60
LONGEST_WHOLE = 19  # digits
SECRET_FIELDS = frozenset({"ssn", "bankAccountNo", "content", "client_secret"})


class BodyFault(NamedTuple):
    """One fault of a body. `kind` is json, type, missing or count."""

    kind: str
    path: str | None
    value: str | None
    message: str
    args: dict[str, object] = {}  # noqa: RUF012 - never changed


class BodyRefused(Exception):  # noqa: N818 - it says what happened
    """The body cannot be understood; carries every fault found."""

    def __init__(self, faults: Sequence[BodyFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind, float_hook=Decimal, dec_hook=dec_hook)


def decode(kind: type[T], body: bytes) -> T:
    """The body as `kind`; raises BodyRefused with all its faults."""
    decoder: msgspec.json.Decoder[T] = _decoder(cast("Hashable", kind))
    try:
        decoded = decoder.decode(body)
        tree = _tree_decoder.decode(body)
        if _has_as_many_keys(body, tree):
            return decoded
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation, RecursionError):
        return _patiently(kind, _parse(body), "")
    return _patiently(kind, _parse(body), "")  # which key stands twice, is found there


def _has_as_many_keys(body: bytes, tree: object) -> bool:
    """Whether a text that is JSON has the keys of its tree and none twice."""
    # Without escapes a string stands in the tree's text as it stands in the body, one that begins with a colon too.
    if b"\\" not in body and not _SPACED_KEY.search(body) and body.count(b'":') == encode(tree).count(b'":'):
        return True
    return _keys_in_text(body) == _keys_in_tree(tree)


def _keys_in_text(body: bytes) -> int:
    """How many keys stand in a text that is JSON: outside of strings, a colon follows each key and nothing else."""
    if b"\\" in body:  # quotation marks that end no string
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(body.split(b'"')[::2]).count(b":")


def _keys_in_tree(tree: object) -> int:
    """How many keys the objects of a tree have."""
    keys = 0
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            keys += len(value)
            waiting.extend(value.values())
        elif type(value) is list:
            waiting.extend(value)
    return keys


def decode_part(kind: type[T], part: "bytes | msgspec.Raw", path: str) -> T:
    """A part of a body that was accepted before, as `kind`; raises BodyRefused with all its faults below `path`."""
    decoder: msgspec.json.Decoder[T] = _decoder(cast("Hashable", kind))
    try:
        return decoder.decode(part)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation, RecursionError):
        return _patiently(kind, _parse(bytes(part)), path)


def convert(kind: type[T], tree: object, path: str) -> T:
    """A part of a body that was parsed before, as `kind`; raises BodyRefused with all its faults below `path`."""
    try:
        return msgspec.convert(tree, kind, dec_hook=dec_hook)
    except (msgspec.ValidationError, InvalidOperation):
        return _patiently(kind, tree, path)


def _patiently(kind: type[T], tree: object, path: str) -> T:
    """The tree as `kind` where only whole numbers are written `1.0`; raises BodyRefused with all its faults."""
    faults = list(_bounded(_walk(inspect.type_info(kind), tree, path)))
    if not faults:
        try:
            # msgspec's decoder refuses half a surrogate pair anywhere, its converter nowhere.
            json.dumps(tree, default=str, ensure_ascii=False).encode()
            return msgspec.convert(_with_whole_numbers(tree), kind, dec_hook=dec_hook)
        except (msgspec.ValidationError, InvalidOperation, RecursionError, UnicodeEncodeError):
            faults = [BodyFault("type", path or None, None, "The body does not have the documented form")]
    raise BodyRefused(faults) from None


def _with_whole_numbers(tree: object) -> object:
    """The tree with `1.0` as 1, which is the same number in JSON."""
    match tree:
        case dict():
            return {key: _with_whole_numbers(value) for key, value in tree.items()}
        case list():
            return [_with_whole_numbers(value) for value in tree]
        case Decimal() if tree.is_finite() and tree.adjusted() < LONGEST_WHOLE and tree == tree.to_integral_value():
            return int(tree)
        case _:
            return tree


class _DuplicateKey(Exception):  # noqa: N818 - internal
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKey(key)
            seen.add(key)
    return tree


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _float(text: str) -> Decimal:
    return Decimal(text)


def _int(text: str) -> int | Decimal:
    return int(text) if len(text) <= 40 else Decimal(text)


_tree_decoder = msgspec.json.Decoder(float_hook=Decimal)
_SPACED_KEY = re.compile(rb'"[ \t\r\n]+:')
_json = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_int)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _parse(body: bytes) -> Any:
    """The tree of a JSON body, numbers as int or Decimal; raises BodyRefused."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        where: dict[str, object] = {"line": line, "byte": error.start + 1}
        raise BodyRefused(
            [BodyFault("json", None, None, "The body is not UTF-8: byte {byte} on line {line}", where)]
        ) from None
    try:
        tree, end = _json.raw_decode(text, len(text) - len(text.lstrip(" \t\r\n")))
    except _DuplicateKey as error:
        key: dict[str, object] = {"key": _shown(error.args[0])}
        raise BodyRefused([BodyFault("json", None, None, "The key {key} stands twice in one object", key)]) from None
    except json.JSONDecodeError as error:
        at: dict[str, object] = {"line": error.lineno, "column": error.colno}
        raise BodyRefused(
            [BodyFault("json", None, None, "The body is not JSON: line {line}, column {column}", at)]
        ) from None
    except RecursionError:
        raise BodyRefused([BodyFault("json", None, None, "The body is nested too deeply")]) from None
    except (ValueError, InvalidOperation):
        raise BodyRefused([BodyFault("json", None, None, "The body holds a number that JSON does not have")]) from None
    if text[end:].strip(" \t\r\n"):
        raise BodyRefused([BodyFault("json", None, None, "Something follows after the JSON value")])
    return tree


def parse_tree(body: bytes) -> Any:
    """The body as plain dicts, lists, strings, int and Decimal; raises BodyRefused."""
    return _parse(body)


def _bounded(faults: Iterator[BodyFault]) -> Iterator[BodyFault]:
    for number, fault in enumerate(faults):
        if number == MOST_FAULTS:
            return
        yield fault


def _shown(found: object, path: str = "") -> str:
    if path.rsplit(".", 1)[-1] in SECRET_FIELDS:
        return "…"
    try:
        text = str(found) if isinstance(found, str | Decimal) else json.dumps(found, default=str, ensure_ascii=False)
    except RecursionError:
        return "…"
    text = "".join(c if c.isprintable() else "�" for c in text[: SHOWN_CHARACTERS + 1])
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _wrong(path: str, found: object, message: str, **args: object) -> BodyFault:
    return BodyFault("type", path or None, _shown(found, path), message, args)


def _walk(kind: inspect.Type, found: Any, path: str) -> Iterator[BodyFault]:
    """Every fault of `found` against a type, depth first."""
    if isinstance(kind, inspect.Metadata):  # what the OpenAPI document says besides
        kind = kind.type
    check = _CHECKS.get(type(kind))
    assert check is not None, f"no walk for {type(kind).__name__}"
    yield from check(kind, found, path)


def _struct(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, dict):
        yield _wrong(path, found, "An object is wanted")
        return
    for member in kind.fields:
        below = f"{path}.{member.encode_name}" if path else member.encode_name
        value = found.get(member.encode_name)
        if value is not None or (member.encode_name in found and not member.required):
            yield from _walk(member.type, value, below)
        elif member.required:  # null is no value
            yield BodyFault("missing", below, None, "{field} is required", {"field": below})


def _array(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, list):
        yield _wrong(path, found, "An array is wanted")
        return
    if kind.max_length is not None and len(found) > kind.max_length:
        yield BodyFault(
            "count", path, str(len(found)), "At most {most} elements are allowed", {"most": kind.max_length}
        )
        return
    if kind.min_length is not None and len(found) < kind.min_length:
        yield BodyFault("missing", path, None, "At least {least} element is wanted", {"least": kind.min_length})
    for index, element in enumerate(found):
        yield from _walk(kind.item_type, element, f"{path}[{index}]")


def _string(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, str):
        yield _wrong(path, found, "A string is wanted")
        return
    if kind.min_length is not None and len(found) < kind.min_length:
        yield _wrong(path, found, "At least {least} characters are wanted", least=kind.min_length)
    elif kind.max_length is not None and len(found) > kind.max_length:
        yield _wrong(path, found, "At most {most} characters are allowed", most=kind.max_length)
    elif _SURROGATE.search(found) or (kind.pattern is not None and not re.search(kind.pattern, found)):
        yield _wrong(path, found, "A character is not allowed here, or the form is wrong")


def _bytes(_: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, str):
        yield _wrong(path, found, "A string is wanted")
        return
    try:
        base64.b64decode(found, validate=True)
    except ValueError:
        yield _wrong(path, found, "The content is not base64")


def _integer(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    whole = isinstance(found, int) and not isinstance(found, bool)
    whole = whole or (
        isinstance(found, Decimal) and found.adjusted() < LONGEST_WHOLE and found == found.to_integral_value()
    )
    if not whole:
        yield _wrong(path, found, "A whole number is wanted")
        return
    least = kind.ge if kind.ge is not None else -(2**63)
    most = kind.le if kind.le is not None else 2**63 - 1
    if not least <= found <= most:
        yield _wrong(path, found, "A number from {least} to {most} is wanted", least=least, most=most)


def _boolean(_: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, bool):
        yield _wrong(path, found, "true or false is wanted")


def _custom(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    try:
        dec_hook(kind.cls, found)
    except WireError as error:
        yield _wrong(path, found, str(error)[0].upper() + str(error)[1:])


def _union(kind: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if found is None and any(isinstance(choice, inspect.NoneType) for choice in kind.types):
        return
    others = [choice for choice in kind.types if not isinstance(choice, inspect.NoneType)]
    assert len(others) == 1, "a wire type is one kind of value, or null"
    yield from _walk(others[0], found, path)


def _dict(_: Any, found: Any, path: str) -> Iterator[BodyFault]:
    if not isinstance(found, dict):
        yield _wrong(path, found, "An object is wanted")


def _anything(_: Any, __: Any, ___: str) -> Iterator[BodyFault]:
    yield from ()


_CHECKS: dict[type, Callable[[Any, Any, str], Iterator[BodyFault]]] = {
    inspect.StructType: _struct,
    inspect.ListType: _array,
    inspect.VarTupleType: _array,
    inspect.StrType: _string,
    inspect.BytesType: _bytes,
    inspect.IntType: _integer,
    inspect.BoolType: _boolean,
    inspect.CustomType: _custom,
    inspect.UnionType: _union,
    inspect.DictType: _dict,
    inspect.RawType: _dict,
    inspect.AnyType: _anything,
}
