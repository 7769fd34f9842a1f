"""PDFs as they come out: what stands in them, how they are built, that they look like something."""

import asyncio
import io
import os
import signal
import subprocess
import sys

import pypdf
import pypdfium2
import pytest

from reskontro.documents.fonts import faces_alone
from reskontro.documents.press import Press
from reskontro.documents.report_pdf import pdf_data
from reskontro.documents.typesetter import CompileError, Typesetter, TypesetterEndedError
from reskontro.kernel.report import Filled, Money, Row, Words
from tests.documents.conftest import SUMMARY, row

pytestmark = pytest.mark.anyio
SPECIAL = '#let x = $ 1 $ *bold* _it_ \\ @ <a> `b` // /* [c] "q" = - +'


async def paper(report) -> bytes:
    data = await pdf_data(report)
    async with Typesetter.open() as typesetter:
        return await typesetter.pdf("report", data)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def fonts_of(reader: pypdf.PdfReader) -> dict[str, bool]:
    """Each font with whether its file is in the PDF."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            found[font["/BaseFont"]] = bool({"/FontFile2", "/FontFile3"} & set(descriptor))
    return found


@pytest.mark.parametrize(("language", "tag"), [("no", "nb"), ("en", "en")])
async def test_a_paper_is_tagged_and_says_its_language_and_title(report_of, language, tag):
    reader = read(await paper(report_of(row("1", "Åse", 100), language=language)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == {"no": "Åpne poster", "en": "Open items"}[language]
    assert reader.metadata.author == "Fjordlys AS"
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()


async def test_one_typeface_is_in_it_and_no_other(report_of):
    fonts = fonts_of(read(await paper(report_of(row("1", "Åse", 100)))))
    assert all(fonts.values())
    assert {name.partition("+")[2].partition("-")[0] for name in fonts} == {"SourceSansPro"}


async def test_a_name_is_never_source(report_of):
    content = await paper(report_of(row("#1", SPECIAL, 100), client_name="#panic() $x$"))
    shown = text_of(content).replace("\n", " ")
    assert SPECIAL in shown
    assert "#panic() $x$" in shown


async def test_the_same_data_are_the_same_bytes(report_of):
    first = await paper(report_of(row("1", "Åse", 100)))
    assert await paper(report_of(row("1", "Åse", 100))) == first
    assert await paper(report_of(row("1", "Åse", 101))) != first


async def test_a_long_table_repeats_its_heads_and_numbers_its_pages(report_of):
    rows = [row("1", "Åse Ødegård", n) for n in range(150)]
    reader = read(await paper(report_of(*rows)))
    count = len(reader.pages)
    assert count > 2
    for number, page in enumerate(reader.pages, 1):
        shown = page.extract_text()
        assert f"Side {number} av {count}" in shown
        assert "Dokumentnr." in shown
        assert "Åse Ødegård" in shown, "the group's heading is repeated"
        assert "Fjordlys AS" in shown
    assert "Totalt" in reader.pages[-1].extract_text()


async def test_an_empty_paper_says_so(report_of):
    assert "Nothing to report." in text_of(await paper(report_of(language="en")))


async def test_letters_that_the_typeface_lacks_do_not_spoil_a_paper(report_of):
    assert "??? 😀"[:3] in text_of(await paper(report_of(row("1", "王小明 عمر 😀", 100))))


def ink(content: bytes, page: int = 0) -> tuple[int, int, int, int]:
    """What of a page is not white, in percent of its width and height: left, top, right, bottom."""
    document = pypdfium2.PdfDocument(content)
    try:
        picture = document[page].render(scale=0.5).to_pil().convert("L").point(lambda v: 255 if v < 250 else 0)
        left, top, right, bottom = picture.getbbox()
        width, height = picture.size
    finally:
        document.close()
    return 100 * left // width, 100 * top // height, 100 * right // width, 100 * bottom // height


async def test_nothing_stands_in_the_margins(report_of):
    long = "Nordisk " + "Samarbeidsorganisasjonsutvalgsformann" * 3
    summary = Filled(SUMMARY, [Row((Words("Not due"), Money(10**15, "NOK")))])
    content = await paper(report_of(row("9" * 20, long, -(10**15)), client_name=long[:100], summaries=[summary]))
    left, top, right, bottom = ink(content)
    assert (left >= 5, top >= 5, right <= 95, bottom <= 98) == (True,) * 4


async def test_a_template_that_cannot_be_set_is_our_mistake_and_the_press_goes_on(report_of):
    data = await pdf_data(report_of(row("1", "Åse", 100)))
    async with Typesetter.open() as typesetter:
        with pytest.raises(CompileError, match="report"):
            await typesetter.pdf("report", data | {"tables": [{}]})
        assert (await typesetter.pdf("report", data)).startswith(b"%PDF-")
    with faces_alone() as folder:
        assert Press(folder).pdf("report", data).startswith(b"%PDF-")


async def test_a_typesetter_that_is_killed_says_so(report_of):
    data = await pdf_data(report_of(row("1", "Åse", 100)))
    async with Typesetter.open() as typesetter:
        await typesetter.pdf("report", data)
        os.kill(typesetter._process.pid, signal.SIGKILL)
        with pytest.raises(TypesetterEndedError):
            await typesetter.pdf("report", data)


async def test_a_typesetter_ends_with_its_block(report_of):
    async with Typesetter.open() as typesetter:
        await typesetter.pdf("report", await pdf_data(report_of()))
        process = typesetter._process
    assert process.returncode is not None


async def test_a_cancelled_paper_leaves_no_process(report_of):
    data = await pdf_data(report_of(*[row("1", "A", n) for n in range(3000)]))
    started = asyncio.Event()
    processes = []

    async def long() -> None:
        async with Typesetter.open() as typesetter:
            processes.append(typesetter._process)
            started.set()
            await typesetter.pdf("report", data)

    task = asyncio.create_task(long())
    await started.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert processes[0].returncode is not None


def test_a_web_process_does_not_import_what_sets_papers():
    code = "import sys, reskontro.app; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
