"""The parameters of a token request, and who sends it: a form or JSON, a secret in it or HTTP Basic."""

import base64
import binascii
import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl, unquote_plus

from reskontro.http.call import CallHead
from reskontro.http.decoding import BodyRefused, parse_tree
from reskontro.identity.domain.refusals import UNKNOWN_CLIENT, refused
from reskontro.identity.service import Offered

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST_FIELDS = 50


def body_parameters(head: CallHead, body: bytes) -> dict[str, str]:
    """The names and values of a form or a JSON object; an empty value counts as absent. Raises Refused."""
    media_type, _, rest = head.headers.get("content-type", "").lower().partition(";")
    charset = rest.partition("charset=")[2].partition(";")[0].strip(' "')
    if media_type.strip() not in {FORM, JSON} or charset not in {"", "utf-8", "utf8"}:
        raise refused("invalid_request", f"The media type is {FORM} or {JSON}, in UTF-8.")
    return _form(body) if media_type.strip() == FORM else _json(body)


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS, separator="&"
        )
    except ValueError:
        raise refused("invalid_request", "The form cannot be read.") from None
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise refused("invalid_request", "A parameter stands twice.")
        parameters[name] = value
    return {name: value for name, value in parameters.items() if value != ""}


def _json(body: bytes) -> dict[str, str]:
    try:
        tree = parse_tree(body)
    except BodyRefused:
        raise refused("invalid_request", "The body is not a JSON object, or a name stands twice in it.") from None
    if not isinstance(tree, dict) or len(tree) > MOST_FIELDS:
        raise refused("invalid_request", "The body is not a JSON object.")
    if not all(value is None or isinstance(value, str) for value in tree.values()):
        raise refused("invalid_request", "Every parameter is a string.")
    return {name: value for name, value in tree.items() if value}


def needed(parameters: Mapping[str, str], name: str) -> str:
    """The value of a parameter; raises Refused where it is missing."""
    if name not in parameters:
        raise refused("invalid_request", f"The parameter {name} is missing.")
    return parameters[name]


def offered_client(head: CallHead, parameters: Mapping[str, str], trusted_proxies: Collection[str]) -> Offered:
    """Who the caller says it is, by HTTP Basic or in the body but not both; raises Refused."""
    address = caller_address(head, trusted_proxies)
    authorization = head.headers.get("authorization", "")
    if not authorization:
        return Offered(needed(parameters, "client_id"), needed(parameters, "client_secret"), address)
    if "client_secret" in parameters:
        raise refused("invalid_request", "The client authenticates in the header or in the body, not in both.")
    client_id, client_secret = _basic(authorization)
    if parameters.get("client_id", client_id) != client_id:
        raise refused("invalid_request", "The client in the body is another than the one in the header.")
    return Offered(client_id, client_secret, address)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(" "), validate=True).decode("utf-8")
        client_id, colon, client_secret = pair.partition(":")
        pair_is_good = bool(colon) and scheme.lower() == "basic"
        client_id, client_secret = (
            unquote_plus(client_id, errors="strict"),
            unquote_plus(client_secret, errors="strict"),
        )
    except (binascii.Error, ValueError):
        pair_is_good = False
    if not pair_is_good:
        raise refused("invalid_client", UNKNOWN_CLIENT)
    return client_id, client_secret


def caller_address(head: CallHead, trusted_proxies: Collection[str]) -> str:
    """The address that failures count for: the last one in `X-Forwarded-For` that is not a proxy of ours.

    An IPv6 caller has a whole network of 64 bits, so that is what counts.
    """
    address = head.peer
    hops = [hop.strip() for hop in head.headers.get("x-forwarded-for", "").split(",")]
    while address in trusted_proxies and hops and _is_address(hops[-1]):
        address = hops.pop()
    if not _is_address(address):
        return "unknown"
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    assert isinstance(parsed, ipaddress.IPv6Address)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
