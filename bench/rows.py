"""All rows, or those that are named, one after the other; each result is kept in `bench/results`.

`large_stock` takes an hour and much disk, and is measured only where it is named.

bench/run [ROW ...] [--keep FOLDER]
"""

import argparse
from pathlib import Path

import auto_postings
import camt_reader
import document_batches
import document_post
import einvoice_judge
import gl_account
import insight
import item_read
import large_stock
import list_pages
import ocr_import
import ocr_reader
import papers
import placement_year
import seal
import security_cost
import suggestions
from harness import RESULTS, end_in_order, keep, machine, say, table

SCRIPTS = (
    item_read,
    document_post,
    document_batches,
    auto_postings,
    ocr_import,
    ocr_reader,
    camt_reader,
    insight,
    list_pages,
    seal,
    einvoice_judge,
    suggestions,
    placement_year,
    papers,
    security_cost,
    gl_account,
    large_stock,
)
ROWS = {script.__name__: script for script in SCRIPTS}
ONLY_NAMED = {"large_stock"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all by default but large_stock")
    options.add_argument("--keep", type=Path, default=RESULTS, metavar="FOLDER", help="where the results are kept")
    chosen = options.parse_args()
    unknown = [name for name in chosen.rows if name not in ROWS]
    if unknown:
        options.error(f"no such row: {', '.join(unknown)}")
    end_in_order()
    measured = []
    for name in chosen.rows or [name for name in ROWS if name not in ONLY_NAMED]:
        say(name)
        about = machine()
        row = ROWS[name].measure(ROWS[name].parser().parse_args([]))
        keep(row, about, chosen.keep / f"{name}.json")
        measured.append(row)
    print(table(measured))


if __name__ == "__main__":
    main()
