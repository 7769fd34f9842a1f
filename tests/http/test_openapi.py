"""The documents of every family, as a reader of OpenAPI meets them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import jsonschema_rs
import msgspec
import pytest
import schemathesis

from reskontro import __version__
from reskontro.app import families
from reskontro.http.access import Scope
from reskontro.http.openapi import conditions_of, openapi_document, operation_id
from reskontro.http.wire import Amount, ClearableDay, Day, Quantity, encode
from reskontro.platform.settings import Mode

BASE_URL = "https://reskontro.example"
FAMILIES = families(Mode.SANDBOX)
every_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def document_of(family) -> dict:
    return json.loads(encode(openapi_document(family, BASE_URL, {"read:arm.ledger": "read the ledger"})))


def contents(document: dict) -> Iterator[tuple[str, dict]]:
    """Every body that the document describes, with the place where."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = {"request": operation.get("requestBody", {})} | operation["responses"]
            for name, body in bodies.items():
                for media_type, content in body.get("content", {}).items():
                    yield f"{method} {path} {name} {media_type}", content


# Published examples of large bodies are shortened; what they do show has to fit.
SHORTENED = {
    "get /clients/{clientno}/documents 200 application/json",
}


@every_family
def test_every_answer_has_a_type_with_its_fields_and_an_example(family):
    document = document_of(family)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                assert response["content"], f"{method} {path} {status}"
                for media_type, content in response["content"].items():
                    where = f"{method} {path} {status} {media_type}"
                    if media_type == "*/*":
                        continue
                    assert content["schema"].keys() & {"$ref", "anyOf"}, f"{where} has no type"
                    assert content.keys() & {"example", "examples"} or int(status) >= 400, f"{where} has no example"


@every_family
def test_no_schema_leaves_its_fields_open(family):
    open_objects = [
        f"{name}.{field}"
        for name, schema in document_of(family)["components"]["schemas"].items()
        for field, member in {"": schema, **schema.get("properties", {})}.items()
        if not member
        or (member.get("type") == "object" and not member.keys() & {"properties", "additionalProperties", "anyOf"})
    ]
    assert open_objects == []


@every_family
def test_a_document_is_valid(family):
    document = document_of(family)
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


@every_family
def test_a_document_says_what_and_where_it_is(family):
    document = document_of(family)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == __version__
    assert document["servers"] == [{"url": BASE_URL + family.base_path}]


@every_family
def test_every_operation_is_there_under_a_name_of_its_own(family):
    document = document_of(family)
    documented = {(m.upper(), path) for path, operations in document["paths"].items() for m in operations}
    assert documented == {(e.method, e.path or "/") for e in family.endpoints}
    names = [operation_id(endpoint) for endpoint in family.endpoints]
    assert len(set(names)) == len(names)


@every_family
def test_every_reference_leads_somewhere(family):
    document = document_of(family)
    for reference in re.findall(r'"\$ref": ?"(#[^"]+)"', json.dumps(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@every_family
def test_every_example_fits_its_schema(family):
    document = document_of(family)
    faults = []
    for where, content in contents(document):
        if "example" in content:
            validator = jsonschema_rs.Draft202012Validator({**content["schema"], "components": document["components"]})
            found = [error.message for error in validator.iter_errors(content["example"])]
            faults += [f"{where}: {said}" for said in found if not (where in SHORTENED and "is a required" in said)]
    assert faults == []


@every_family
def test_a_scope_is_asked_for_where_an_endpoint_has_one_and_nowhere_else(family):
    document = document_of(family)
    for endpoint in family.endpoints:
        operation = document["paths"][endpoint.path or "/"][endpoint.method.lower()]
        asked = [scope for alternative in operation["security"] for scope in alternative["oauth2"]]
        if isinstance(endpoint.access, Scope):
            assert asked == [endpoint.access.name]
            flow = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
            assert flow["tokenUrl"] == f"{BASE_URL}/token"
            assert endpoint.access.name in flow["scopes"]
            assert {"401", "403"} <= operation["responses"].keys()


@every_family
def test_what_any_call_can_meet_is_documented(family):
    document = document_of(family)
    for endpoint in family.endpoints:
        responses = document["paths"][endpoint.path or "/"][endpoint.method.lower()]["responses"]
        assert {str(status) for status in endpoint.answers} <= responses.keys()
        assert {str(family.meanings[condition].status) for condition in conditions_of(endpoint)} <= responses.keys()


def test_types_of_the_wire_are_described_as_they_are_read():
    class Body(msgspec.Struct):
        amount: Amount
        quantity: Quantity
        day: Day
        until: ClearableDay

    family = FAMILIES[0]
    borrowed = next(endpoint for endpoint in family.endpoints if endpoint.body is not None)
    one_endpoint = replace(family, endpoints=(replace(borrowed, body=Body, body_example=None),))
    document = document_of(one_endpoint)
    schema = {**document["components"]["schemas"]["Body"], "components": document["components"]}
    good = {"amount": 124.37, "quantity": 1.2345, "day": "2025-03-01", "until": ""}
    assert jsonschema_rs.is_valid(schema, good)
    for wrong in ({"amount": "1"}, {"amount": 0.001}, {"amount": 10**13}, {"until": "soon"}, {"quantity": True}):
        assert not jsonschema_rs.is_valid(schema, good | wrong), wrong


def test_amounts_in_answers_are_numbers():
    assert '"format": "decimal"' not in json.dumps([document_of(family) for family in FAMILIES])


# Section 2 of arm-api, as far as it names the codes of an operation's 422, and what its fields can be wrong in.
RULES = {
    ("POST", "/actions"): "2001 2002 2003 2005 2006 2008 2010 2012 2013 2015",
    ("POST", "/actions/reports"): "2001 2002 2006 2010 2013",
    ("PUT", "/aritems"): "2001 2002 2004 2006 2008 2009 2010 2012 2013",
    ("POST", "/autopostings/{autopostingmethod}"): "2001 2002 2003 2004 2005 2006 2008 2009 2010 2011 2012 2013 2015",
    ("POST", "/customers"): "2001 2002 2009 2010",
    ("PUT", "/customers"): "2001 2002 2009 2010",
    ("DELETE", "/customers/{customerno}"): "2007 2013",
    ("POST", "/customers/batches"): "2002",
    ("PUT", "/customers/batches"): "2002",
    ("POST", "/documents"): "2001 2002 2003 2004 2005 2006 2009 2010 2011 2012",
    ("POST", "/documents/batches"): "2002",
    ("POST", "/files"): "2001 2002 2014",
    ("POST", "/paymentreservations"): "2001 2002 2003 2004 2005 2008 2009 2010 2012 2015",
}


def test_an_operation_names_the_rules_that_it_can_tell_of_and_no_other():
    arm = next(family for family in families(Mode.SANDBOX) if family.name == "arm")
    document = openapi_document(arm, "http://testserver", {})
    found = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rules = operation["responses"].get("422", {}).get("x-error-codes", ())
            rules = [code for code in rules if code >= "ARM-2"]
            if rules:
                found[method.upper(), path.removeprefix("/clients/{clientno}")] = rules
    assert {
        key: " ".join(sorted(code[4:] for code in rules if code < "ARM-9")) for key, rules in found.items()
    } == RULES


def test_an_operation_names_the_refusals_that_it_can_give_and_no_other():
    arm = next(family for family in families(Mode.SANDBOX) if family.name == "arm")
    codes = {
        (endpoint.method, endpoint.path): {code for answer in endpoint.answers.values() for code in answer.codes}
        for endpoint in arm.endpoints
    }
    paged = {e.path for e in arm.endpoints if any(p.name == "pageno" for p in e.query)}
    for (method, path), named in codes.items():
        body = method in {"POST", "PUT"}
        assert ("ARM-1000" in named) == ("ARM-1003" in named) == body, path
        assert ("ARM-1303" in named) == ("ARM-1005" in named) == (method == "GET" and path in paged), path
    enabled = {path.split("/")[3] for (_, path), named in codes.items() if "ARM-1203" in named}
    assert enabled == {"actions", "autopostings", "files"}
    assert "ARM-1203" not in codes["POST", "/clients/{clientno}/actions/reports"]
