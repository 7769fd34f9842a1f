"""Files from Bankgirot and Betalingsservice, as small as can be."""

from collections.abc import Sequence

BANKGIRO = "0009912346"
CREDITOR, GROUP = "00123456", "00001"


def _file(records: Sequence[str], width: int = 80) -> bytes:
    return b"".join(record.ljust(width).encode("iso-8859-1") + b"\r\n" for record in records)


def _opening(name: str, day: str) -> str:
    return f"01{'AUTOGIRO':22}{day}{'':12}{name:20}471117{BANKGIRO}"


def advice(mandates: Sequence[tuple[str, str]], day: str = "20261123") -> bytes:
    """Mandate advice: payer's number, status."""
    records = [_opening("AG-MEDAVI", day)]
    records += [
        f"73{BANKGIRO}{payer:0>16}{'5001000001000020'}{'196803050000'}{'':5}04{status}{day}"
        for payer, status in mandates
    ]
    return _file([*records, f"09{day}9900{len(mandates):07d}"])


def internet_mandate(payer: str, day: str = "20261123") -> bytes:
    """A mandate that was given in an internet bank."""
    records = [f"51{day}9900{BANKGIRO}AG-EMEDGIV", f"52{BANKGIRO}{payer:0>16}8901003232323232005556000521{'':5}0"]
    return _file([*records, f"59{day}9900{1:07d}"])


def specification(lines: Sequence[tuple[str, int, str, str]], due: str, day: str) -> bytes:
    """Payments: payer's number, öre, reference, status."""
    paid = [minor for _, minor, _, status in lines if status == "0"]
    records = [
        _opening("BET. SPEC & STOPP TK", day),
        f"15{'0' * 19}8901003232323232{day}00001{sum(paid):018d}{'':3}{len(paid):08d}",
        *(
            f"82{due}0{'':4}{payer:0>16}{minor:012d}{BANKGIRO}{text:>016}{'':10}{status}"
            for payer, minor, text, status in lines
        ),
        f"09{day}9900{1:06d}{len(paid):012d}{0:06d}{0:012d}{0:06d}{0:012d}",
    ]
    return _file(records)


def refund(payer: str, minor: int, text: str, due: str, day: str, reason: str) -> bytes:
    """A payment that the payer's bank takes back."""
    records = [
        _opening("BET. SPEC & STOPP TK", day),
        f"17{'0' * 19}8901003232323232{day}00001{minor:018d}{'':3}{1:08d}",
        f"77{due}0{'':4}{payer:0>16}{minor:012d}{BANKGIRO}{text:16}{day}{reason}",
        f"09{day}9900{0:06d}{0:012d}{0:06d}{0:012d}{1:06d}{1:012d}",
    ]
    return _file(records)


def refused_orders(lines: Sequence[tuple[str, int, str, str]], due: str, day: str) -> bytes:
    """Orders that Bankgirot did not take: payer's number, öre, reference, reason."""
    total = sum(minor for _, minor, _, _ in lines)
    records = [
        _opening("AVVISADE BET UPPDR", day),
        *(f"82{due}0{'':3}{payer:0>16}{minor:012d}{text:16}{reason}" for payer, minor, text, reason in lines),
        f"09{day}9900{0:06d}{0:012d}{len(lines):06d}{total:012d}",
    ]
    return _file(records)


def changed_orders(
    record: str, lines: Sequence[tuple[str, int, str, str]], due: str, day: str, new_day: str = "00000000"
) -> bytes:
    """A list of changes: payer's number, öre, reference, comment (12 cancelled, 14 moved, any other not done)."""
    done = [minor for _, minor, _, comment in lines if comment in {"12", "14"}]
    records = [
        _opening("MAKULERING/ÄNDRING", day),
        *(
            f"{record}{due}{payer:0>16}82{minor:012d}REFERENS{new_day}{text:0>16}{comment}"
            for payer, minor, text, comment in lines
        ),
        f"09{day}9900{'':14}{0:012d}{0:06d}{len(done):06d}0000{sum(done):012d}{0:012d}",
    ]
    return _file(records)


def bgmax(payments: Sequence[tuple[str, int, str]], day: str) -> bytes:
    """A Bg Max file with one deposit: reference, öre, code of the reference."""
    net = sum(minor for _, minor, _ in payments)
    records = [
        f"01{'BGMAX':20}01{day}173035010331P",
        f"05{BANKGIRO}{'':10}SEK",
        *(f"20{'0' * 10}{text:25}{minor:018d}{code}1{'':12}0" for text, minor, code in payments),
        f"15{'8901003232323232':0>35}{day}00001{net:018d}SEK{len(payments):08d} ",
        f"70{len(payments):08d}{0:08d}{0:08d}{1:08d}",
    ]
    return _file(records)


def delivery(kind: str, section: str, lines: Sequence[str], number: str, net: int = 0) -> bytes:
    """A delivery of Betalingsservice."""
    counts = f"{len(lines):011d}{net:015d}{0:011d}"
    records = [
        f"BS00212345678BS1{kind}{number:0>10}{'':19}231126",
        f"BS012{CREDITOR}{section}{'':3}{GROUP}{'LEV1':15}{'':9}231126",
        *lines,
        f"BS092{CREDITOR}{section}000{GROUP}{'':6}{counts}{'':15}{0:011d}",
        f"BS99212345678BS1{kind}{1:011d}{counts}{0:015d}{0:011d}".ljust(128, "0"),
    ]
    return _file(records, 128)


def danish_mandate(code: str, customer: str, mandate: str, start: str = "011126", end: str = "000000") -> str:
    return f"BS042{CREDITOR}{code}000{GROUP}{customer:0>15}{mandate:0>9}{start}{end}"


def danish_payment(code: str, customer: str, mandate: str, due: str, minor: int, text: str, paid: str) -> str:
    sign = {"0236": "1", "0237": "0", "0238": "0", "0239": "2"}[code]
    moved = code in {"0236", "0239"}
    day = paid if moved else "000000"
    return (
        f"BS042{CREDITOR}{code}000{GROUP}{customer:0>15}{mandate:0>9}{due}{sign}{minor:013d}{text:30}{'':4}{day}{day}"
        f"{minor if moved else 0:013d}"
    )
