"""A template and its data to the bytes of a PDF.

Data reach a template as JSON and nothing else: what a customer is called is never part of a template's source, so `#`
and `$` in it are two characters. The same template and data give the same bytes: fonts come from one wheel, and no
time but the data's own goes in. The PDF is PDF/UA-1: tagged, with language and title.

Typst remembers everything that it ever set, so papers are made in a process of their own, which this module is the
program of: `documents.typesetter` starts it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import typst

from reskontro.documents.typesetter import LENGTH, MADE, REFUSED, CompileError

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Final = "ua-1"


class Press:
    """Sets papers, with the fonts read once."""

    def __init__(self, fonts_folder: str) -> None:
        """Take the faces of a folder and no others."""
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_folder])

    def pdf(self, template: str, data: Mapping[str, Any]) -> bytes:
        """The PDF of a template, by its name without `.typ`, with data that JSON can hold. Raises CompileError."""
        assert template.isidentifier(), "a template's name"
        compiler = typst.Compiler(
            input=str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        try:
            content = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=0)
        except typst.TypstError as error:
            raise CompileError(f"{template}: {error.message}") from error
        assert isinstance(content, bytes)
        return content


def serve(press: Press, jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    while header := jobs.read(LENGTH.size):
        job = json.loads(jobs.read(LENGTH.unpack(header)[0]))
        try:
            answer = MADE + press.pdf(job["template"], job["data"])
        except CompileError as error:
            answer = REFUSED + str(error).encode()
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


if __name__ == "__main__":
    serve(Press(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
