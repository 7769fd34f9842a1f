"""A template and its data to the bytes of a PDF.

Data reach a template as JSON and nothing else: what a customer is called is never part of a template's source, so `#`
and `$` in it are two characters. The same template and data give the same bytes: fonts come from one wheel, and no
time but the data's own goes in. The PDF is PDF/UA-1: tagged, with language and title.

Typst remembers everything that it ever set, so papers are made in a process of their own: `documents.typesetter`.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typst

from reskontro.documents.fonts import face_files

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Final = "ua-1"


class CompileError(RuntimeError):
    """The template cannot be set with these data: a mistake of ours."""


class Press:
    """Sets papers, with the fonts read once."""

    def __init__(self, fonts: typst.Fonts) -> None:
        self._fonts = fonts

    @classmethod
    @contextmanager
    def open(cls) -> "Iterator[Press]":
        """A press for the time of the block. Its fonts are these faces and no others, in one order on every machine."""
        with tempfile.TemporaryDirectory(prefix="reskontro-fonts-") as folder:
            for face in face_files():
                (Path(folder) / face.name).symlink_to(face)
            yield cls(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]))

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
