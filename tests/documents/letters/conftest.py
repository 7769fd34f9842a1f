"""Papers set in this process, and read back."""

import io

import pypdf
import pytest

from reskontro.documents.fonts import BREAK, faces_alone
from reskontro.documents.letters.layout import TEMPLATE, Paper
from reskontro.documents.press import Press


@pytest.fixture(scope="session")
def press():
    with faces_alone() as folder:
        yield Press(folder)


@pytest.fixture
def pdf_of(press):
    def make(paper: Paper) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(press.pdf(TEMPLATE, paper.data, paper.files)))

    return make


@pytest.fixture
def text_of(pdf_of):
    """Everything that stands on a paper, as one line."""

    def make(paper: Paper) -> str:
        text = " ".join(page.extract_text() for page in pdf_of(paper).pages)
        return " ".join(text.replace(BREAK, "").replace("\u00a0", " ").split())

    return make
