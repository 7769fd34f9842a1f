"""A letter of any content: a subject and paragraphs, with a payment part where something is to be paid."""

from dataclasses import dataclass

from reskontro.documents.letters.layout import Draft, Paper, Voice, paper, references
from reskontro.documents.letters.records import Branding, Cover
from reskontro.documents.letters.slips import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter: each line of the body is a paragraph."""

    cover: Cover
    subject: str
    body: str
    case_no: str = ""
    payment: Payment | None = None


def letter_paper(letter: Letter, branding: Branding) -> Paper:
    """The paper of a letter."""
    voice = Voice.of(letter.cover, branding)
    facts = [
        (voice.say("label.case_no"), letter.case_no),
        (voice.say("label.customer_no"), letter.cover.customer_no),
        (voice.say("label.date"), voice.day(letter.cover.day)),
        *references(letter.cover, voice),
    ]
    draft = Draft(title=letter.subject, facts=facts, lead=letter.body, blocks=(), payment=letter.payment)
    return paper(letter.cover, branding, voice, draft)
