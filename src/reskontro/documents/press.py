"""A template and its data to the bytes of a PDF.

Data reach a template as JSON and nothing else: what a customer is called is never part of a template's source, so `#`
and `$` in it are two characters. The same template and data give the same bytes: fonts come from one wheel, and no
time but the data's own goes in. The PDF is PDF/UA-1: tagged, with language and title; papers that people get are
PDF/A-3a as well, to be kept, and may have an e-invoice inside. Files of a paper (logo, e-invoice) lie beside the
template in memory and never on the disk.

Typst remembers everything that it ever set, so papers are made in a process of their own, which this module is the
program of: `documents.typesetter` starts it.
"""

import json
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import typst

from reskontro.documents.typesetter import LENGTH, MADE, NOTHING, REFUSED, CompileError

if TYPE_CHECKING:
    from typst import PDFStandard  # of the stubs alone

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: Final[Mapping[str, "list[PDFStandard]"]] = {"report": ["ua-1"], "letter": ["a-3a", "ua-1"]}
MAIN = "main.typ"


class Press:
    """Sets papers, with the fonts read once."""

    def __init__(self, fonts_folder: str) -> None:
        """Take the faces of a folder and no others."""
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_folder])
        self._root = fonts_folder
        self._sources = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}

    def pdf(self, template: str, data: Mapping[str, Any], files: Mapping[str, bytes] = NOTHING) -> bytes:
        """The PDF of a template, by its name without `.typ`, with data that JSON can hold and files beside it.

        Files are texts in UTF-8, such as SVG and XML. Raises CompileError.
        """
        assert not files.keys() & self._sources.keys(), "a file of a paper is no template"
        beside: Any = {**self._sources, MAIN: self._sources[f"{template}.typ"], **files}  # the stubs lack dictionaries
        compiler = typst.Compiler(
            input=beside,
            root=self._root,  # what is not beside the template is looked for here, where the faces are and nothing else
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        try:
            content = compiler.compile(format="pdf", pdf_standards=STANDARDS[template], timestamp=0)
        except typst.TypstError as error:
            raise CompileError(f"{template}: {error.message}") from error
        assert isinstance(content, bytes)
        return content


def serve(press: Press, jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    while header := jobs.read(LENGTH.size):
        job = json.loads(jobs.read(LENGTH.unpack(header)[0]))
        try:
            files = {name: b64decode(content) for name, content in job["files"].items()}
            answer = MADE + press.pdf(job["template"], job["data"], files)
        except CompileError as error:
            answer = REFUSED + str(error).encode()
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


if __name__ == "__main__":
    serve(Press(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
