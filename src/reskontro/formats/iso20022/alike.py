"""Reading elements that are alike without the parser: the faster way through a statement's entries.

The entries of a statement have the same elements in the same order, and differ in their texts. So each is cut into
its texts and what stands between them, the skeleton. The first entry with a skeleton is gone through by the parser,
with marks in the place of the texts; what it did becomes a plan. Each further one with the same skeleton is read by
the plan. The parser itself is given white space of the same lines in its place, so that it knows where it is.

An entry is read so only where the parser would read the same: its texts are printable, without references to
entities, and nothing in the file begins with `<!` or, after the declaration, `<?`. Everything else goes to the
parser; the two ways are tested to agree.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from reskontro.formats.iso20022.xml_stream import Node, XmlStream

TEXT = re.compile(r">([^<&\s][^<&\r\n]*)</")
LONE_RETURN = re.compile(rb"\r[^\n]")  # a line end to the parser, not counted here
MARK, MARK_END = "\ue000", "\ue001"
CODECS = {None: "utf-8", "utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "iso-8859-1"}
UTF_8_MARK = b"\xef\xbb\xbf"

DEFERRING = (2, 6, 0)
LONGEST = 16 * 1024
LONGEST_DECLARATION = 1024
MOST_PLANS = 512
FEWEST_TRIED = 200
MOST_DEPTH = 64
MOST_ATTRIBUTES = 32

Step = Callable[[list[str], int, int], None]
"""What is done for one element, given the texts of an entry and the line and column where it begins."""


class AlikeReader:
    """What stands between a file and the parser of an `XmlStream`. `on` until something speaks against it."""

    def __init__(self, stream: "XmlStream", local_name: str) -> None:
        self.on = True
        self._stream = stream
        self._tag = re.compile(b"<((?:[A-Za-z_][A-Za-z0-9_.-]*:)?" + local_name.encode() + b")>")
        self._opening = b""
        self._closing = b""
        self._codec = "utf-8"
        self._rooted = False
        self._begun = False
        self._prefixes: dict[str | None, str] = {}
        self._rest = b""
        self._filler = b""
        self._line = 1
        self._column = 0
        self._plans: dict[tuple[str, ...], list[Step] | None] = {}
        self._derived = 0
        self._replayed = 0
        parser = stream.parser
        parser.XmlDeclHandler = self._declaration
        parser.StartNamespaceDeclHandler = self._prefix
        if (
            expat.version_info >= DEFERRING
        ):  # it would put off reading what it was given, and not stand where it seems to
            defer = getattr(parser, "SetReparseDeferralEnabled", None)
            if defer is None:
                self.on = False
            else:
                defer(False)  # noqa: FBT003  the parser's own signature

    def rooted(self) -> None:
        """Told when the root element begins: prefixes that are declared later are inside."""
        self._rooted = True

    def pieces(self, chunk: bytes, *, last: bool) -> Iterator[bytes]:
        """What the parser is to be given for a chunk of the file, piece by piece, each fed before the next is asked."""
        buffer, self._rest = self._rest + chunk, b""
        if self.on and not self._may_be_read(buffer, last=last):
            return
        at = 0
        while self.on:
            start = self._find(buffer, at)
            if start < 0:
                keep = 0 if last else min(len(self._opening) or 64, len(buffer) - at)
                self._rest = buffer[len(buffer) - keep :]
                yield self._real(buffer[at : len(buffer) - keep])
                return
            end = buffer.find(self._closing, start)
            if end < 0:
                if last or len(buffer) - start > LONGEST:
                    yield self._real(buffer[at : start + len(self._opening)])
                    at = start + len(self._opening)
                    continue
                self._rest = buffer[start:]
                yield self._real(buffer[at:start])
                return
            end += len(self._closing)
            between = buffer[at:start]
            if self._filler and not between.strip():
                self._fill(between)
            else:
                yield self._real(between)
            if not (end - start <= LONGEST and self._stream.may_begin() and self._read(buffer[start:end])):
                yield self._real(buffer[start:end])
            at = end
        yield self._real(buffer[at:])

    def _may_be_read(self, buffer: bytes, *, last: bool) -> bool:
        """Whether there is enough to go on with; turns itself off for what only the parser understands."""
        begin = 0
        if not self._begun:
            head = buffer.removeprefix(UTF_8_MARK).lstrip()
            if (head.startswith(b"<?") or len(head) < 5) and not last and len(buffer) < LONGEST_DECLARATION:
                begin = buffer.find(b"?>")
                if begin < 0:
                    self._rest = buffer
                    return False
            elif head.startswith(b"<?"):
                begin = max(buffer.find(b"?>"), 0)
            self._begun = True
        foreign = b"<!" in buffer or buffer.find(b"<?", begin) >= 0
        if foreign or LONE_RETURN.search(buffer):
            self.on = False
        return True

    def _find(self, buffer: bytes, at: int) -> int:
        if self._opening:
            return buffer.find(self._opening, at)
        found = self._tag.search(buffer, at)
        if found is None:
            return -1
        self._opening, self._closing = found[0], b"</" + found[1] + b">"
        return found.start()

    def _real(self, piece: bytes) -> bytes:
        """Bytes of the file for the parser, behind the white space of what it was not given."""
        filler, self._filler = self._filler, b""
        self._move(piece)
        return filler + piece

    def _fill(self, piece: bytes) -> None:
        """Leave white space for bytes that the parser is not given."""
        before = self._column
        lines = self._move(piece)
        self._filler += b"\n" * lines + b" " * (self._column if lines else self._column - before)

    def _move(self, piece: bytes) -> int:
        """Go on behind a piece; comes back with the number of its line ends."""
        lines = piece.count(b"\n")
        if lines:
            self._line += lines
            self._column = self._tail(piece[piece.rfind(b"\n") + 1 :])
        else:
            self._column += self._tail(piece)
        return lines

    def _tail(self, piece: bytes) -> int:
        return len(piece.decode(self._codec, errors="replace"))

    def _read(self, piece: bytes) -> bool:
        """Read an element by the plan of its skeleton, unless the parser has to."""
        try:
            parts = TEXT.split(piece.decode(self._codec))
        except UnicodeDecodeError:
            return False
        texts = parts[1::2]
        together = "".join(texts)
        if not together.isprintable() or "]]>" in together or MARK in together:
            return False
        skeleton = tuple(parts[::2])
        try:
            plan = self._plans[skeleton]
        except KeyError:
            plan = self._new_plan(skeleton)
        if plan is None:
            return False
        self._replayed += 1
        line, column, stream = self._line, self._column, self._stream
        for step in plan:
            step(texts, line, column)
        stream.place = None
        stream.forget_text()
        self._fill(piece)
        return True

    def _new_plan(self, skeleton: tuple[str, ...]) -> "list[Step] | None":
        self._derived += 1
        if self._derived > FEWEST_TRIED and self._derived * 4 > self._replayed:
            self.on = False
        if len(self._plans) >= MOST_PLANS:
            self._plans.clear()
        plan = Derivation(self._stream, self._prefixes).plan(skeleton)
        self._plans[skeleton] = plan
        return plan

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        codec = CODECS.get(encoding if encoding is None else encoding.lower())
        if codec is None:
            self.on = False
        else:
            self._codec = codec

    def _prefix(self, prefix: str | None, uri: str) -> None:
        if self._rooted:
            self.on = False
        self._prefixes[prefix] = uri or ""


class Derivation:
    """What the parser does with one element, its texts replaced by marks, as steps to do for others like it."""

    def __init__(self, stream: "XmlStream", prefixes: dict[str | None, str]) -> None:
        self._stream = stream
        names = ((f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in prefixes.items())
        self._wrapper = "<w " + " ".join(f"{name}={quoteattr(uri)}" for name, uri in names) + ">"
        self._steps: list[Step] = []
        self._text: list[str] = []
        self._node: Node = stream.outer()
        self._depth = 0
        self._skipped = 0
        self._fits = True
        self._data = b""
        self._marks: list[int] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def plan(self, skeleton: tuple[str, ...]) -> list[Step] | None:
        """The steps for every element with this skeleton, or None where the parser has to read it."""
        document = [self._wrapper, skeleton[0]]
        length = len("".join(document).encode())
        for number, part in enumerate(skeleton[1:]):
            self._marks.append(length)
            document.append(f">{MARK}{number}{MARK_END}</{part}")
            length += len(document[-1].encode())
        self._data = "".join([*document, "</w>"]).encode()
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(self._data, True)  # noqa: FBT003  the parser's own signature
        except expat.ExpatError:
            return None
        return self._steps if self._fits else None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            return
        child = self._node.get(name)
        if len(attributes) > MOST_ATTRIBUTES or self._depth > MOST_DEPTH:
            self._fits = False
        if self._skipped or child is None:
            self._fits &= name not in self._stream.structure
            self._skipped += 1
            return
        self._node = child
        self._text.clear()
        if child.slot is not None and "Ccy" in attributes:
            self._steps.append(_sets_currency(self._stream.currencies, child.slot, attributes["Ccy"]))
        if child.begins is not None:
            self._steps.append(self._begins(child.begins))

    def _begins(self, called: Callable[[], None]) -> Step:
        """A step that calls, and says before where: the texts on the same line before it move the column."""
        at = self._parser.CurrentByteIndex
        line_start = self._data.rfind(b"\n", 0, at) + 1
        first, end = bisect_left(self._marks, line_start), bisect_left(self._marks, at)
        column = len(self._data[line_start:at].decode())
        column -= sum(len(f"{MARK}{number}{MARK_END}") for number in range(first, end))
        lines = self._data.count(b"\n", 0, at)
        if not lines:
            column -= len(self._wrapper)
        return _calls_at(self._stream, called, lines, column, first, end)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        if not self._depth:
            return
        left = self._node
        self._node = left.up
        if left.slot is None:
            if left.ends is not None:
                self._steps.append(_calls(left.ends))
            return
        text = "".join(self._text)
        self._text.clear()
        index = -1
        if MARK in text:
            inner = text.removeprefix(MARK).removesuffix(MARK_END)
            if text == f"{MARK}{inner}{MARK_END}" and inner.isdecimal():
                index = int(inner)
            else:
                self._fits = False
        self._steps.append(_sets(self._stream.values, left.slot, index, text, repeats=left.repeats))


def _sets(values: dict[str, Any], slot: str, index: int, text: str, *, repeats: bool) -> Step:
    if repeats:

        def append(texts: list[str], _: int, __: int) -> None:
            values.setdefault(slot, []).append(texts[index] if index >= 0 else text)

        return append
    if index < 0:

        def set_constant(_: list[str], __: int, ___: int) -> None:
            values[slot] = text

        return set_constant

    def set_text(texts: list[str], _: int, __: int) -> None:
        values[slot] = texts[index]

    return set_text


def _sets_currency(currencies: dict[str, str], slot: str, currency: str) -> Step:
    def step(_: list[str], __: int, ___: int) -> None:
        currencies[slot] = currency

    return step


def _calls(called: Callable[[], None]) -> Step:
    def step(_: list[str], __: int, ___: int) -> None:
        called()

    return step


def _calls_at(stream: "XmlStream", called: Callable[[], None], lines: int, column: int, first: int, end: int) -> Step:
    def step(texts: list[str], line: int, base: int) -> None:
        moved = sum(map(len, texts[first:end])) if end > first else 0
        stream.place = line + lines, column + moved + (0 if lines else base) + 1
        called()

    return step
