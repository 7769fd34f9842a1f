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
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from reskontro.formats.iso20022.xml_stream import Node, XmlStream

TEXT = re.compile(r">( *[^<&\s][^<&\r\n]*)</")
ANY_TEXT = rb">( *+[^<&\s][^<&\r\n]*+)</"
LONE_RETURN = rb"\r(?!\n)"  # a line end to the parser, not counted here
FOREIGN = re.compile(rb"<[!?]|" + LONE_RETURN)
WHITE_SPACE = b" \t\r\n"  # `bytes.strip` takes off more than is white space to the parser
MARK, MARK_END = "\ue000", "\ue001"
CODECS = {None: "utf-8", "utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "iso-8859-1"}
UTF_8_MARK = b"\xef\xbb\xbf"

DEFERRING = (2, 6, 0)
KEPT = 64
LONGEST = 16 * 1024
LONGEST_BETWEEN = 256
LONGEST_DECLARATION = 1024
MOST_PLANS = 512
FEWEST_TRIED = 200
WORTH = 6  # elements read by a plan that make good what making one takes
MOST_DEPTH = 64
MOST_ATTRIBUTES = 32
USED_BEFORE_PATTERN = 8
MOST_PATTERNS = 64  # made for a file: making one takes as long as reading a hundred elements
MOST_LIKELY = 4

Step = Callable[[list[str], int, int], None]
"""What is done for one element, given the texts of an entry and the line and column where it begins."""


@dataclass(slots=True)
class Plan:
    """What is done for an entry of one skeleton, and how far it moves: line ends, and characters after the last.

    `texts_from` is the first text on its last line. `pattern` matches such an entry behind `between`, which has
    `lines_before` and, after them, `column_before`.
    """

    steps: list[Step]
    lines: int
    column: int
    texts_from: int
    used: int = 0
    pattern: re.Pattern[bytes] | None = None
    lines_before: int = 0
    column_before: int = 0

    @classmethod
    def of(cls, skeleton: tuple[str, ...], steps: list[Step]) -> "Plan":
        """The plan of a skeleton with these steps."""
        lines = sum(part.count("\n") for part in skeleton)
        last = max((number for number, part in enumerate(skeleton) if "\n" in part), default=0)
        column = sum(map(len, skeleton)) + len(">" + "</") * (len(skeleton) - 1)
        if lines:
            tail = skeleton[last:]
            column = len(tail[0]) - tail[0].rfind("\n") - 1 + sum(map(len, tail[1:])) + len(">" + "</") * len(tail[1:])
        return cls(steps, lines, column, last)

    def look_for(self, skeleton: tuple[str, ...], between: bytes, codec: str) -> None:
        """Make the pattern."""
        parts = (re.escape(part.encode(codec)) for part in skeleton)
        self.pattern = re.compile(re.escape(between) + ANY_TEXT.join(parts))
        self.lines_before = between.count(b"\n")
        self.column_before = len(between) - between.rfind(b"\n") - 1


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
        self._begin = 0
        self._prefixes: dict[str | None, str] = {}
        self._rest = b""
        self._standing = False
        self._line = self._line_given = 1
        self._column = self._column_given = 0
        self._plans: dict[tuple[str, ...], Plan | None] = {}
        self._likely: list[Plan] = []
        self._patterns = 0
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
        if self.on and not self._has_begun(buffer, last=last):
            return
        at, size = 0, len(buffer)
        while self.on and at < size:
            if self._standing:
                at = self._go_on(buffer, at)
            start, end = self._cut(buffer, at, last=last)
            if end == at:
                self._rest, at = buffer[at:], size
                break
            if not self._read(buffer, at, start, end):
                yield from self._real(buffer, at, end)
            at = end
        if self.on:
            yield from self._fill()
        elif at < size:
            yield from self._real(buffer, at, size)
        self._begin = 0

    def _has_begun(self, buffer: bytes, *, last: bool) -> bool:
        """Whether the declaration is there, if the file has one."""
        if not self._begun:
            head = buffer.removeprefix(UTF_8_MARK).lstrip()
            if (head.startswith(b"<?") or len(head) < 5) and not last and len(buffer) < LONGEST_DECLARATION:
                self._begin = buffer.find(b"?>")
                if self._begin < 0:
                    self._rest = buffer
                    return False
            elif head.startswith(b"<?"):
                self._begin = max(buffer.find(b"?>"), 0)
            if re.search(LONE_RETURN, buffer[: self._begin]):
                self.on = False
            self._begun = True
        return True

    def _cut(self, buffer: bytes, at: int, *, last: bool) -> tuple[int, int]:
        """Where the next element begins and ends; the end twice where none begins here, `at` twice to wait for more."""
        size = len(buffer)
        if not last and size - at <= KEPT:
            return at, at
        start = self._find(buffer, at)
        if start < 0:
            end = size if last else size - KEPT
            return end, end
        if start > at and not (self._standing and self._is_blank(buffer, at, start)):
            return start, start
        closing = buffer.find(self._closing, start)
        if closing >= 0:
            return start, closing + len(self._closing)
        if last or size - start > LONGEST:
            end = start + len(self._opening)
            return end, end
        return at, at

    def _is_blank(self, buffer: bytes, at: int, end: int) -> bool:
        """Whether there is nothing but white space of XML, with line ends that are counted here."""
        if end - at > LONGEST_BETWEEN or buffer[at:end].strip(WHITE_SPACE):
            return False
        return FOREIGN.search(buffer, at, end) is None

    def _find(self, buffer: bytes, at: int) -> int:
        if self._opening:
            return buffer.find(self._opening, at)
        found = self._tag.search(buffer, at)
        if found is None:
            return -1
        self._opening, self._closing = found[0], b"</" + found[1] + b">"
        return found.start()

    def _real(self, buffer: bytes, at: int, end: int) -> Iterator[bytes]:
        """Bytes of the file for the parser, behind the white space of what it was not given.

        Turns reading by likeness off for what only the parser understands.
        """
        yield from self._fill()
        self._standing = False
        if self.on:
            foreign = FOREIGN.search(buffer, max(at, self._begin), end + 1)
            if foreign is not None and foreign.start() < end:
                self.on = False
            self._move(buffer[at:end])
            self._line_given, self._column_given = self._line, self._column
        yield buffer[at:end]

    def _fill(self) -> Iterator[bytes]:
        """White space for bytes that the parser was not given: as many line ends, and the column after them."""
        if not self._standing:
            return
        lines = self._line - self._line_given
        columns = self._column if lines else self._column - self._column_given
        self._line_given, self._column_given = self._line, self._column
        for space, count in ((b"\n", lines), (b" ", columns)):
            for filled in range(0, count, LONGEST):
                yield space * min(LONGEST, count - filled)
                self._stream.forget_text()

    def _move(self, piece: bytes) -> None:
        """Go on behind a piece."""
        lines = piece.count(b"\n")
        if lines:
            self._line += lines
            self._column = self._width(piece[piece.rfind(b"\n") + 1 :])
        else:
            self._column += self._width(piece)

    def _width(self, piece: bytes) -> int:
        return len(piece.decode(self._codec, errors="replace"))

    def _go_on(self, buffer: bytes, at: int) -> int:
        """Read the entries that are most likely from here on; comes back with where the first other thing begins."""
        codec, stream = self._codec, self._stream
        line, column, done = self._line, self._column, 0
        likely = self._likely
        while True:
            for plan in likely:
                assert plan.pattern is not None, "a likely plan has one"
                found = plan.pattern.match(buffer, at)
                if found is not None:
                    break
            else:
                break
            try:
                together = b"<".join(found.groups()).decode(codec)
            except UnicodeDecodeError:
                break
            if not together.isprintable() or "]]>" in together:
                break
            at = found.end()
            texts = together.split("<")
            if plan.lines_before:
                line, column = line + plan.lines_before, plan.column_before
            else:
                column += plan.column_before
            for step in plan.steps:
                step(texts, line, column)
            if plan.lines:
                line, column = line + plan.lines, plan.column
            else:
                column += plan.column
            column += sum(map(len, texts[plan.texts_from :]))
            done += 1
        if done:
            self._replayed += done
            self._line, self._column = line, column
            stream.place = None
            stream.forget_text()
        return at

    def _read(self, buffer: bytes, at: int, start: int, end: int) -> bool:
        """Read an element by the plan of its skeleton, unless the parser has to."""
        if start == end or end - start > LONGEST or not (self._standing or self._stream.may_begin()):
            return False
        try:
            parts = TEXT.split(buffer[start:end].decode(self._codec))
        except UnicodeDecodeError:
            return False
        texts = parts[1::2]
        together = "".join(texts)
        if not together.isprintable() or "]]>" in together:
            return False
        skeleton = tuple(parts[::2])
        try:
            plan = self._plans[skeleton]
        except KeyError:
            plan = None if FOREIGN.search(buffer, start, end) else self._new_plan(skeleton)
        if plan is None:
            return False
        self._replayed += 1
        between = buffer[at:start]
        plan.used += 1
        if plan.used == USED_BEFORE_PATTERN and self._patterns < MOST_PATTERNS:
            self._patterns += 1
            plan.look_for(skeleton, between, self._codec)
            self._likely = [*self._likely, plan][-MOST_LIKELY:]
        self._move(between)
        line, column, stream = self._line, self._column, self._stream
        for step in plan.steps:
            step(texts, line, column)
        stream.place = None
        stream.forget_text()
        self._standing = True
        self._line += plan.lines
        self._column = plan.column + (0 if plan.lines else column) + sum(map(len, texts[plan.texts_from :]))
        return True

    def _new_plan(self, skeleton: tuple[str, ...]) -> Plan | None:
        self._derived += 1
        if self._derived > FEWEST_TRIED and self._derived * WORTH > self._replayed:
            self.on = False
        if len(self._plans) >= MOST_PLANS:
            self._plans.clear()
        steps = Derivation(self._stream, self._prefixes).plan(skeleton)
        self._plans[skeleton] = plan = None if steps is None else Plan.of(skeleton, steps)
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
        self._seen: list[set[str]] = [set()]
        self._holes: dict[str, int] = {}
        self._constants: dict[str, str] = {}
        self._currencies: dict[str, str] = {}
        self._text: list[str] = []
        self._node: Node = stream.outer()
        self._depth = 0
        self._skipped = 0
        self._childless = False
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
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(self._data, True)  # noqa: FBT003  the parser's own signature
        except expat.ExpatError:
            return None
        self._set()
        return self._steps if self._fits else None

    def _characters(self, text: str) -> None:
        if not self._skipped:
            self._text.append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            return
        if not self._skipped:
            self._look_at_text()
        child = self._node.get(name)
        if len(attributes) > MOST_ATTRIBUTES or self._depth > MOST_DEPTH:
            self._fits = False
        if self._skipped or child is None:
            self._fits &= name not in self._stream.structure
            self._skipped += 1
            return
        self._node = child
        self._childless = True
        self._text.clear()
        if child.slot is not None and "Ccy" in attributes:
            if child.repeats and child.slot in self._seen[-1]:
                self._fits = False
            self._currencies[child.slot] = attributes["Ccy"]
        if child.begins is not None or child.ends is not None:
            self._seen.append(set())
        if child.begins is not None:
            self._set()
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
        childless, self._childless = self._childless, False
        if not self._depth:
            return
        left = self._node
        self._node = left.up
        if left.slot is None:
            self._look_at_text()
            if childless and left.full:
                self._fits = False
            if left.ends is not None:
                self._set()
                self._steps.append(_calls(left.ends))
            if left.begins is not None or left.ends is not None:
                self._seen.pop()
            return
        self._value(left, left.slot)

    def _look_at_text(self) -> None:
        """Nothing but white space between elements: what is wrong is for the parser to say."""
        text = "".join(self._text)
        if text and not text.isspace():
            self._fits = False
        self._text.clear()

    def _value(self, left: "Node", slot: str) -> None:
        """An element's text becomes a value."""
        text = "".join(self._text)
        self._text.clear()
        index = -1
        if MARK in text:
            inner = text.removeprefix(MARK).removesuffix(MARK_END)
            if text == f"{MARK}{inner}{MARK_END}" and inner.isdecimal():
                index = int(inner)
            else:
                self._fits = False
        if left.once and slot in self._seen[-1]:
            self._fits = False  # whether it says the same is for the parser to see
        self._seen[-1].add(slot)
        if left.repeats:
            self._steps.append(_appends(self._stream.values, slot, index, text))
        elif index >= 0:
            self._holes[slot] = index
            self._constants.pop(slot, None)
        else:
            self._constants[slot] = text
            self._holes.pop(slot, None)

    def _set(self) -> None:
        """Steps that set what was met since the last call."""
        stream = self._stream
        if self._holes:
            self._steps.append(_sets(stream.values, tuple(self._holes), tuple(self._holes.values())))
        for target, constants in ((stream.values, self._constants), (stream.currencies, self._currencies)):
            if constants:
                self._steps.append(_updates(target, dict(constants)))
                constants.clear()
        self._holes.clear()


def _sets(values: dict[str, Any], slots: tuple[str, ...], indexes: tuple[int, ...]) -> Step:
    if len(slots) == 1:
        (slot,), (index,) = slots, indexes

        def set_one(texts: list[str], _: int, __: int) -> None:
            values[slot] = texts[index]

        return set_one
    chosen = itemgetter(*indexes)

    def set_all(texts: list[str], _: int, __: int) -> None:
        values.update(zip(slots, chosen(texts), strict=True))

    return set_all


def _appends(values: dict[str, Any], slot: str, index: int, text: str) -> Step:
    def append(texts: list[str], _: int, __: int) -> None:
        values.setdefault(slot, []).append(texts[index] if index >= 0 else text)

    return append


def _updates(target: dict[str, str], constants: dict[str, str]) -> Step:
    def update(_: list[str], __: int, ___: int) -> None:
        target.update(constants)

    return update


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
