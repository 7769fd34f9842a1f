"""What is found while a file is read: events, faults, warnings, and the line that is being read."""

from reskontro.formats.ocr_giro.records import (
    MOST_FAULTS,
    MOST_WARNINGS,
    Event,
    Fault,
    OcrFileRefused,
    ReadWarning,
)


class Findings:
    """The findings so far. From the first fault on, events are left out: nothing of the file will be used."""

    def __init__(self) -> None:
        self.line = 0
        self.events: list[Event] = []
        self.faults: list[Fault] = []
        self.warnings = 0

    def publish(self, event: Event) -> None:
        """Note an event."""
        if not self.faults:
            self.events.append(event)

    def fault(self, position: int | None, code: str, message: str) -> None:
        """Note a reason to refuse the file; the hundredth ends the reading."""
        self.faults.append(Fault(self.line, position, code, message))
        if len(self.faults) >= MOST_FAULTS:
            raise OcrFileRefused(self.faults, cut=True)

    def give_up(self, position: int | None, code: str, message: str) -> None:
        """Note a fault after which nothing can be made of the rest, and end the reading."""
        self.fault(position, code, message)
        raise OcrFileRefused(self.faults, cut=True)

    def warn(self, position: int | None, code: str, message: str) -> None:
        """Note something unusual; all are counted, a hundred are events."""
        self.warnings += 1
        if self.warnings <= MOST_WARNINGS:
            self.publish(ReadWarning(self.line, position, code, message))
