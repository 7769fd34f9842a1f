"""An export proves itself with no database, and an earlier one tells what a changed row was."""

import json
from datetime import timedelta

import pytest

from reskontro.ledger.service.seal_check import verify_client
from reskontro.ledger.service.seal_file import SealFileError, earlier_export, export_client, verify_file
from reskontro.platform.clock import real_now
from reskontro.platform.signatures import Signer


@pytest.fixture
async def export(db, sealed, sealer, tmp_path):
    """The export of a sealed client with a head."""
    await sealer.make_heads(real_now() + timedelta(days=1))
    path = tmp_path / "seals.jsonl"
    exported = await export_client(db, sealed, path, real_now())
    assert exported.size_bytes == path.stat().st_size
    return path


def lines_of(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def written(path, lines) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def found_in(path) -> list[str]:
    return [str(finding) for finding in verify_file(path).findings]


def row_of(lines: list[dict], table: str) -> list:
    return next(line["row"] for line in lines if line.get("table") == table)


async def test_an_export_holds(db, export, sealed):
    verified, live = verify_file(export), await verify_client(db, sealed)
    assert verified.findings == []
    assert (verified.client_no, verified.seals, verified.rows, verified.heads, verified.last_seal) == (
        sealed, live.seals, live.rows, live.heads, live.last_seal,
    )  # fmt: skip
    assert list(export.parent.glob(".seals*")) == []


async def test_its_values_are_as_people_read_them(export, sealed):
    lines = lines_of(export)
    assert lines[0]["clientNo"] == sealed
    assert lines[0]["forms"]["1"]["gl_lot"][0] == "client_no int"
    client_no, lot_no, origin, created, _ = row_of(lines, "gl_lot")
    assert (client_no, origin, created) == (sealed, "documents", "2025-02-27T16:03:36.176000+00:00"), lot_no
    assert {name for line in lines for name in line} >= {"kind", "table", "row", "seal", "head", "end"}


async def test_a_changed_value_is_found_and_named(export):
    lines = lines_of(export)
    for line in lines:
        if line.get("table") == "ar_item":
            key = f"reference_no {line['row'][1]}, reference_sequence_no {line['row'][2]}"
            was, line["row"][10] = line["row"][10], line["row"][10] * 10
            break
    written(export, lines)
    (found,) = verify_file(export).findings
    assert (found.table, found.key, found.column) == ("ar_item", key, "currency_minor")
    assert str(found).endswith(f"it was {was}, it is {was * 10}")


async def test_a_row_that_is_left_out_or_put_in_is_found(export):
    lines = lines_of(export)
    at = next(at for at, line in enumerate(lines) if line.get("table") == "payment")
    taken = lines.pop(at)
    written(export, lines)
    assert found_in(export)[0].startswith(f"payment payment_no {taken['row'][1]} was deleted")
    lines.insert(at, taken)
    lines.insert(at, {"table": "payment", "row": [taken["row"][0], 0, *taken["row"][2:]]})
    written(export, lines)
    assert found_in(export)[0] == "payment payment_no 0 was slipped in: no seal covers it"


async def test_the_order_of_rows_within_a_seal_says_nothing(export):
    lines = lines_of(export)
    rows = [line for line in lines if "row" in line]
    written(export, [lines[0], *reversed(rows), *[line for line in lines[1:] if "row" not in line]])
    assert found_in(export) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sealedTime", "2020-01-01T00:00:00+00:00"),
        ("rowsHash", "00" * 32),
        ("sealHash", "00" * 32),
        ("totalRows", 1),
        ("members", "0000"),
        ("form", 2),
    ],
)
async def test_a_changed_seal_is_found(export, name, value):
    lines = lines_of(export)
    seal = next(line["seal"] for line in lines if "seal" in line)
    seal[name] = value
    written(export, lines)
    assert found_in(export)[0].startswith("seal 1 was changed")


@pytest.mark.parametrize(
    ("name", "value"), [("signature", "00" * 64), ("sealNo", 2), ("totalRows", 1), ("headDate", "2020-01-01")]
)
async def test_a_changed_head_is_found(export, name, value):
    lines = lines_of(export)
    head = next(line["head"] for line in lines if "head" in line)
    head[name] = value
    written(export, lines)
    assert "is not what was signed" in found_in(export)[0]


async def test_somebody_elses_key_does_not_prove_it(export, signer):
    assert verify_file(export, trusted=signer.public_key).findings == []
    other = Signer.of(b"o" * 32).public_key
    assert "is not the one that was given" in str(verify_file(export, trusted=other).findings[0])
    lines = lines_of(export)
    lines[0]["keys"] = {signer.key_id: other.hex()}
    written(export, lines)
    assert "is not known" in found_in(export)[0]


async def test_a_file_that_was_cut_is_found(export):
    whole = export.read_bytes()
    export.write_bytes(whole[:-40])
    assert "ends before its last line" in found_in(export)[-1]
    export.write_bytes(whole[: len(whole) // 2])
    assert any("ends before its last line" in said for said in found_in(export))
    lines = whole.splitlines(keepends=True)
    export.write_bytes(b"".join(line for line in lines if not line.startswith(b'{"seal"')))
    assert any("was deleted: the head of" in said for said in found_in(export))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "this is no file of seals"),
        (b"{}\n", "this is no file of seals"),
        (b"\xff\xfe\n", "this is no file of seals"),
        (b'{"kind": "reskontro seals", "version": 2, "clientNo": 1, "keys": {}}\n', "reskontro seals 2 is found"),
        (b'{"kind": "reskontro seals", "version": 1, "clientNo": 1, "keys": {"a": "x"}}\n', "hexadecimal"),
        (b'{"kind": "reskontro seals", "version": 1, "clientNo": 1, "keys": {}}\nshoe\n', "line 2"),
        (b'{"kind": "reskontro seals", "version": 1, "clientNo": 1, "keys": {}}\n{"seal": {}}\n', "line 2"),
    ],
)
def test_what_is_no_export_is_refused_with_its_line(tmp_path, line, why):
    path = tmp_path / "file"
    path.write_bytes(line)
    with pytest.raises(SealFileError, match=why):
        verify_file(path)


@pytest.mark.parametrize("value", ["x", 1.5, True, [], {"bytes": "zz"}, {"other": 1}, 2**70])
async def test_a_value_of_the_wrong_kind_is_refused_with_its_line(export, value):
    lines = lines_of(export)
    at = next(at for at, line in enumerate(lines) if line.get("table") == "gl_item")
    lines[at]["row"][4] = value
    written(export, lines)
    with pytest.raises(SealFileError, match=f"line {at + 1}: currency_minor"):
        verify_file(export)


async def test_an_earlier_export_tells_what_a_row_was(db, export, sealed, superuser):
    await superuser.execute(
        "update gl_item set transaction_text = 'something else altogether' where client_no = $1 and line_no = 1 "
        "and gl_case_no = (select min(gl_case_no) from gl_item where client_no = $1)",
        sealed,
    )
    (without,) = (await verify_client(db, sealed)).findings
    assert without.column == ""
    (found,) = (await verify_client(db, sealed, earlier=earlier_export(export, sealed))).findings
    assert found.column == "transaction_text"
    assert str(found).endswith("transaction_text was 'Invoice', is 'something else altogether'")


async def test_a_chain_that_was_made_anew_after_an_export_is_found(db, export, sealed, sealer, superuser):
    await superuser.execute("delete from seal_head where client_no = $1", sealed)
    await superuser.execute("delete from seal where client_no = $1", sealed)
    await superuser.execute("update gl_item set gl_account_no = 1920 where client_no = $1", sealed)
    await sealer.seal_new()
    assert (await verify_client(db, sealed)).findings == []
    (found,) = (await verify_client(db, sealed, earlier=earlier_export(export, sealed))).findings
    assert str(found) == "seal 1 is not the one of the export: the chain was made anew after it"
    await superuser.execute("delete from seal where client_no = $1", sealed)
    (found,) = (await verify_client(db, sealed, earlier=earlier_export(export, sealed))).findings
    assert str(found) == "seal 1 was deleted: the export has them"


async def test_an_export_that_was_changed_or_is_anothers_is_not_compared_with(export, sealed):
    with pytest.raises(SealFileError, match=f"is of client {sealed}"):
        earlier_export(export, sealed + 1)
    lines = lines_of(export)
    row_of(lines, "gl_item")[4] += 1
    written(export, lines)
    with pytest.raises(SealFileError, match="was changed itself"):
        earlier_export(export, sealed)


async def test_a_seal_that_was_changed_is_exported_as_it_is(db, sealed, superuser, tmp_path):
    await superuser.execute("update seal set members = '\\x00' where client_no = $1", sealed)
    path = tmp_path / "seals.jsonl"
    await export_client(db, sealed, path, real_now())
    assert found_in(path)[0].startswith("seal 1 was changed")
