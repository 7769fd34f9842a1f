"""Reading a bank's XML as a stream: expat, with a tree of the names that are wanted.

Nothing outside the file is ever fetched, and a document type declaration ends the reading before an entity could be
declared. Depth, the length of a text and of a tag, and the number of attributes are bounded; a file is never held as a
whole. What is not in the tree of names is skipped, whatever it is. Prefixes do not matter: names are compared with
their namespace.

The three handlers run a hundred times for each entry of a statement, so they do as little as can be done: the text
handler is a list's own `append`, the others are closures over one node of the tree.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.parsers import expat

from reskontro.formats.findings import BankFileRefused, Fault, Findings, shown
from reskontro.formats.iso20022.alike import AlikeReader

CHUNK_BYTES = 64 * 1024
MOST_DEPTH = 64
LONGEST_TEXT = 64 * 1024
LONGEST_TAG_BYTES = 256 * 1024
MOST_ATTRIBUTES = 32
LONGEST_NAME = 100
BETWEEN = " "
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
CONTROL_Z = b"\x1a"
AFTER_THE_END = b" \t\r\n" + CONTROL_Z


class Node(dict[str, "Node"]):
    """An element that is wanted, as a dictionary of those below it by their full names.

    `slot` names the value that its text becomes. `begins` and `ends` are called when it is met and left, without
    arguments. What stands `once` is not said twice with different texts; what is `full` has one of those below it.
    """

    __slots__ = ("begins", "ends", "full", "once", "repeats", "slot", "up")

    def __init__(self, up: "Node | None" = None) -> None:
        super().__init__()
        self.up: Node = self if up is None else up
        self.slot: str | None = None
        self.repeats = False
        self.once = False
        self.full = False
        self.begins: Callable[[], None] | None = None
        self.ends: Callable[[], None] | None = None

    def below(self, namespace: str, path: str) -> "Node":
        """The node at a path of local names, made where it is not there yet."""
        node = self
        for name in path.split("/"):
            full = namespace + BETWEEN + name
            if full not in node:
                node[full] = Node(node)
            node = node[full]
        return node


Message = Callable[[str], Node]
"""Gives the tree of a document's root element for its namespace, and asserts nothing: unknown namespaces raise."""


class XmlStream:
    """One document: `values` has the texts by slot since they were last taken, `currencies` the `Ccy` of some.

    A slot that repeats has a list, and its currencies with a space between them. `structure` are the full names that
    must not stand where they would be skipped: what carries money is not passed over because it is in the wrong place.
    `alike` is the full name of the elements that may be read by `formats.iso20022.alike`; `place` is where one of them
    is read, `outer` gives the node that is open.
    """

    def __init__(self, found: Findings[Any]) -> None:
        self.found = found
        self.values: dict[str, Any] = {}
        self.currencies: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=BETWEEN)
        self.parser.buffer_text = True
        self.parser.buffer_size = 8192
        self.structure: frozenset[str] = frozenset()
        self.alike = ""
        self.place: tuple[int, int] | None = None
        self.outer: Callable[[], Node] = Node
        self._fed = 0
        self._alike: AlikeReader | None = None
        self._text: list[str] = []

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self.parser.CurrentLineNumber if self.place is None else self.place[0]

    @property
    def position(self) -> int:
        """The column that is being read, from 1."""
        return self.parser.CurrentColumnNumber + 1 if self.place is None else self.place[1]

    def take(self, slot: str) -> str:
        """The text of a slot, stripped, and gone from the values; empty where there was none."""
        text: str = self.values.pop(slot, "")
        return text.strip()

    def give_up(self, code: str, message: str) -> None:
        """A fault where the reading stands, after which nothing can be made of the rest."""
        self.found.line = self.line
        self.found.give_up(self.position, code, message)

    def may_begin(self) -> bool:
        """Whether the parser has read all it was given, to where one of the elements that are alike may begin."""
        all_read = self.parser.CurrentByteIndex == self._fed
        return all_read and self.alike in self.outer() and not "".join(self._text).strip()

    def forget_text(self) -> None:
        """Let go of the white space between elements."""
        self._text.clear()

    def read(self, stream: BinaryIO, message: Message, *, alike: str = "") -> Iterator[None]:
        """Feed the file through; comes back after every piece of it. Raises `BankFileRefused`.

        Elements of the local name `alike` are read by their likeness where possible: faster, with the same outcome.
        """
        self._alike = AlikeReader(self, alike) if alike else None
        self._arm(message)
        for chunk in _chunks(stream):
            last = not chunk
            pieces = iter((chunk,)) if self._alike is None else self._alike.pieces(chunk, last=last)
            for piece in pieces:
                self._feed(piece, last=False)
            if last:
                self._feed(b"", last=True)
            yield

    def _feed(self, piece: bytes, *, last: bool) -> None:
        self._fed += len(piece)
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            self._refuse_malformed(error)
        except (ValueError, LookupError) as error:  # the encoding that the file names
            self.found.line = 1
            raise BankFileRefused([Fault(1, 1, "encoding", f"not readable as XML: {error}")], cut=True) from None
        if sum(map(len, self._text)) > LONGEST_TEXT:
            self.give_up("too-long", f"a text is longer than {LONGEST_TEXT} characters")
        if self._fed - max(self.parser.CurrentByteIndex, 0) > LONGEST_TAG_BYTES:
            self.give_up("too-long", f"a tag is longer than {LONGEST_TAG_BYTES} bytes")

    def _refuse_malformed(self, error: expat.ExpatError) -> None:
        fault = Fault(error.lineno, error.offset + 1, "not-well-formed", f"not XML: {expat.ErrorString(error.code)}")
        raise BankFileRefused([*self.found.faults, fault][-100:], cut=True) from None

    def _arm(self, message: Message) -> None:  # noqa: C901, PLR0915  closures over one node are what makes it fast
        parser, values, currencies, text = self.parser, self.values, self.currencies, self._text
        clear, joined = text.clear, "".join
        outside = Node()
        node = outside
        skipped = 0
        childless = False

        def root(name: str, _: Mapping[str, str]) -> None:
            nonlocal node
            node = message(name)
            node.up = outside
            parser.StartElementHandler = start
            if self._alike is not None:
                self._alike.rooted()

        self.outer = lambda: outside if skipped else node

        def start(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal node, skipped, childless
            if text and not joined(text).isspace():
                self._fault_text(joined(text))
            child = node.get(name)
            if child is None:
                if name in self.structure:
                    self._refuse_misplaced(name)
                skipped = 1
                parser.StartElementHandler = skip_start
                parser.EndElementHandler = skip_end
                parser.CharacterDataHandler = None
                return
            node = child
            childless = True
            clear()
            if attributes:
                if len(attributes) > MOST_ATTRIBUTES:
                    self.give_up("too-many", f"an element has more than {MOST_ATTRIBUTES} attributes")
                if node.slot is not None and "Ccy" in attributes:
                    currency, before = attributes["Ccy"], currencies.get(node.slot)
                    currencies[node.slot] = f"{before} {currency}" if node.repeats and before else currency
            if child.begins is not None:
                child.begins()

        def end(name: str) -> None:
            nonlocal node, childless
            left = node
            node = left.up
            slot = left.slot
            if slot is not None:
                if not left.repeats:
                    if left.once and slot in values and values[slot] != joined(text):
                        self._fault(name, "stands here a second time, with another content", code="repeated")
                    values[slot] = joined(text)
                elif slot in values:
                    values[slot].append(joined(text))
                else:
                    values[slot] = [joined(text)]
                clear()
            else:
                if childless and left.full:
                    self._fault(name, "is empty")
                if text and not joined(text).isspace():
                    self._fault_text(joined(text))
                if left.ends is not None:
                    left.ends()
            childless = False

        def skip_start(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal skipped
            skipped += 1
            if name in self.structure:
                self._refuse_misplaced(name)
            if skipped > MOST_DEPTH or len(attributes) > MOST_ATTRIBUTES:
                self.give_up(
                    "too-deep", f"elements are nested more than {MOST_DEPTH} deep, or have too many attributes"
                )

        def skip_end(_: str) -> None:
            nonlocal skipped
            skipped -= 1
            if not skipped:
                parser.StartElementHandler = start
                parser.EndElementHandler = end
                parser.CharacterDataHandler = text.append

        parser.StartElementHandler = root
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text.append
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype

    def _fault(self, full: str, what: str, *, code: str = "content") -> None:
        self.found.line = self.line
        self.found.fault(self.position, code, f"{names(full)[1]} {what}")

    def _fault_text(self, text: str) -> None:
        self._text.clear()
        self.found.line = self.line
        self.found.fault(self.position, "content", f"{shown(text.strip())} stands between elements")

    def _refuse_misplaced(self, name: str) -> None:
        self.give_up("misplaced", f"{described(name)} stands where it does not belong")

    def _refuse_doctype(self, *_: object) -> None:
        self.give_up("doctype", "a document type declaration was found; files with one are not read")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The pieces of a file, an empty one at last; a Control-Z at its end, which some programs leave, is not of it."""
    held = b""
    while read := stream.read(CHUNK_BYTES):
        chunk, held = held + read, b""
        end = len(chunk.rstrip(AFTER_THE_END))
        if CONTROL_Z in chunk[end:] and len(chunk) - end < LONGEST_TEXT:
            chunk, held = chunk[:end], chunk[end:]
        if chunk:
            yield chunk
    yield b""


def full_names(namespace: str, *local: str) -> frozenset[str]:
    """Names as the parser gives them."""
    return frozenset(namespace + BETWEEN + name for name in local)


def names(full: str) -> tuple[str, str]:
    """The namespace and the local name of an element."""
    namespace, _, local = full.rpartition(BETWEEN)
    return namespace, local


def described(full: str) -> str:
    """An element's name as it may stand in a message: the message and version where it is one of ISO 20022."""
    namespace, local = (part[:LONGEST_NAME] for part in names(full))
    if namespace.startswith(NAMESPACE):
        return f"{local} of {namespace.removeprefix(NAMESPACE)}"
    return f"{local!r} in the namespace {namespace!r}" if namespace else f"{local!r} without a namespace"
