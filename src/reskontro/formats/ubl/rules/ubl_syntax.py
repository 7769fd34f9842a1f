"""The UBL syntax rules of EN 16931 that refuse a document: how many of each element, and what attributes must be there.

Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours.
"""

from reskontro.formats.ubl.rules.ask import LINES, at_most_one, is_allowance, is_charge
from reskontro.formats.ubl.rules.rule import Context, Rule, Test
from reskontro.formats.ubl.tree import BUYER, SELLER, Node, UblDocument
from reskontro.formats.ubl.values import has_two_decimals_at_most

Path = tuple[str, ...]
LEGAL, TAX, NAME = "cac:PartyLegalEntity", "cac:PartyTaxScheme", ("cac:PartyName", "cbc:Name")


def _one(rule_id: str, path: Path, en: str, nb: str) -> Rule:
    return Rule(rule_id, at_most_one(*path), f"There is at most one {en}.", f"Det finnes høyst én {nb}.")


def _tax_ids(party: Path, *, of_vat: bool) -> Test:
    def holds(root: Node, _: UblDocument) -> bool:
        found = 0
        for scheme in root.all(*party, TAX):
            ids = {tax_scheme.raw("cbc:ID").upper() for tax_scheme in scheme.all("cac:TaxScheme")}
            if ("VAT" in ids) if of_vat else bool(ids - {"VAT"}):
                found += scheme.count("cbc:CompanyID")
        return found <= 1

    return holds


def _one_sepa_id(_: Node, document: UblDocument) -> bool:
    ids = [i for p in document.everywhere("cac:PartyIdentification") for i in p.all("cbc:ID")]
    return sum(i.attributes.get("schemeID", "").upper() == "SEPA" for i in ids) <= 1


def _one_object(root: Node, _: UblDocument) -> bool:
    references = [r for r in root.all("cac:AdditionalDocumentReference") if "130" in r.texts("cbc:DocumentTypeCode")]
    return sum(r.count("cbc:ID") for r in references) <= 1


def _one_value(name: str) -> Test:
    return lambda _, document: len({node.text for node in document.everywhere(name)}) <= 1


def _reference_kind(reference: Node, document: UblDocument) -> bool:
    kinds = reference.texts("cbc:DocumentTypeCode")
    if "130" in kinds or (document.is_credit_note and "50" in kinds):
        return True
    return not kinds and not any("schemeID" in i.attributes for i in reference.all("cbc:ID"))


def _named_unlike_the_seller(payee: Node) -> bool:
    names = payee.texts(*NAME)
    registered = payee.parent.texts(*SELLER, LEGAL, "cbc:RegistrationName") if payee.parent is not None else set()
    return any(name != other for name in names for other in registered)


def _payee_ids(payee: Node) -> int:
    ids = payee.all("cac:PartyIdentification", "cbc:ID")
    return sum(i.attributes.get("schemeID", "").upper() != "SEPA" for i in ids)


def _no_price(amount: Node, _: UblDocument) -> bool:
    if amount.name.endswith("PriceAmount"):
        return False
    above = amount.parent
    while above is not None:
        if above.name == "cac:Price" and above.has("cac:AllowanceCharge"):
            return False
        above = above.parent
    return True


DOCUMENT = (
    _one("UBL-SR-01", ("cac:ContractDocumentReference", "cbc:ID"), "contract (BT-12)", "kontrakt (BT-12)"),
    _one(
        "UBL-SR-02",
        ("cac:ReceiptDocumentReference", "cbc:ID"),
        "receiving advice (BT-15)",
        "varemottaksmelding (BT-15)",
    ),
    _one("UBL-SR-03", ("cac:DespatchDocumentReference", "cbc:ID"), "despatch advice (BT-16)", "pakkseddel (BT-16)"),
    Rule(
        "UBL-SR-04",
        _one_object,
        "There is at most one invoiced object (BT-18).",
        "Det finnes høyst ett fakturert objekt (BT-18).",
    ),
    _one(
        "UBL-SR-05",
        ("cac:PaymentTerms", "cbc:Note"),
        "text of payment terms (BT-20)",
        "tekst om betalingsvilkår (BT-20)",
    ),
    _one("UBL-SR-08", ("cac:InvoicePeriod",), "invoicing period (BG-14)", "faktureringsperiode (BG-14)"),
    _one(
        "UBL-SR-09",
        (*SELLER, LEGAL, "cbc:RegistrationName"),
        "registered name of the seller (BT-27)",
        "registrert form av selgers navn (BT-27)",
    ),
    _one(
        "UBL-SR-10", (*SELLER, *NAME), "trading name of the seller (BT-28)", "forretningsbetegnelse for selger (BT-28)"
    ),
    _one(
        "UBL-SR-11",
        (*SELLER, LEGAL, "cbc:CompanyID"),
        "registration number of the seller (BT-30)",
        "registrering av selger (BT-30)",
    ),
    Rule(
        "UBL-SR-12",
        _tax_ids(SELLER, of_vat=True),
        "The seller has at most one VAT number (BT-31).",
        "Selger har høyst ett mva-nummer (BT-31).",
    ),
    Rule(
        "UBL-SR-13",
        _tax_ids(SELLER, of_vat=False),
        "The seller has at most one tax registration besides VAT (BT-32).",
        "Selger har høyst én skatteregistrering utenom mva (BT-32).",
    ),
    _one(
        "UBL-SR-14",
        (*SELLER, LEGAL, "cbc:CompanyLegalForm"),
        "legal form of the seller (BT-33)",
        "selskapsform for selger (BT-33)",
    ),
    _one(
        "UBL-SR-15",
        (*BUYER, LEGAL, "cbc:RegistrationName"),
        "registered name of the buyer (BT-44)",
        "registrert form av kjøpers navn (BT-44)",
    ),
    _one(
        "UBL-SR-16",
        (*BUYER, "cac:PartyIdentification", "cbc:ID"),
        "identifier of the buyer (BT-46)",
        "identifikator for kjøper (BT-46)",
    ),
    _one(
        "UBL-SR-17",
        (*BUYER, LEGAL, "cbc:CompanyID"),
        "registration number of the buyer (BT-47)",
        "registrering av kjøper (BT-47)",
    ),
    Rule(
        "UBL-SR-18",
        _tax_ids(BUYER, of_vat=True),
        "The buyer has at most one VAT number (BT-48).",
        "Kjøper har høyst ett mva-nummer (BT-48).",
    ),
    _one("UBL-SR-24", ("cac:Delivery",), "delivery (BG-13)", "levering (BG-13)"),
    Rule(
        "UBL-SR-29",
        _one_sepa_id,
        "There is at most one creditor identifier for direct debit (BT-90).",
        "Det finnes høyst én kreditoridentifikator for direktebelastning (BT-90).",
    ),
    _one("UBL-SR-39", ("cac:ProjectReference", "cbc:ID"), "project (BT-11)", "prosjektreferanse (BT-11)"),
    _one("UBL-SR-40", (*BUYER, *NAME), "trading name of the buyer (BT-45)", "forretningsbetegnelse for kjøper (BT-45)"),
    Rule(
        "UBL-SR-44",
        _one_value("cbc:PaymentID"),
        "All payment instructions carry the same payment reference (BT-83).",
        "Alle betalingsopplysninger har samme betalingsreferanse (BT-83).",
    ),
    _one("UBL-SR-45", ("cac:PaymentMeans", "cbc:PaymentDueDate"), "due date (BT-9)", "forfallsdato (BT-9)"),
    Rule(
        "UBL-SR-46",
        lambda d, _: sum("name" in c.attributes for c in d.all("cac:PaymentMeans", "cbc:PaymentMeansCode")) <= 1,
        "There is at most one text of the means of payment (BT-82).",
        "Det finnes høyst én tekst for betalingsmåten (BT-82).",
    ),
    Rule(
        "UBL-SR-47",
        _one_value("cbc:PaymentMeansCode"),
        "All payment instructions carry the same code (BT-81).",
        "Alle betalingsopplysninger har samme kode (BT-81).",
    ),
    _one(
        "UBL-SR-49",
        ("cac:InvoicePeriod", "cbc:DescriptionCode"),
        "code of the tax point (BT-8)",
        "kode for avgiftstidspunktet (BT-8)",
    ),
    _one(
        "UBL-SR-54", ("cac:PaymentMeans", "cac:CardAccount"), "payment card (BG-18)", "betalingskortopplysning (BG-18)"
    ),
    _one(
        "UBL-SR-55",
        ("cac:PaymentMeans", "cac:PaymentMandate"),
        "mandate of direct debit (BG-19)",
        "fullmakt til direktebelastning (BG-19)",
    ),
    _one(
        "UBL-SR-56", ("cac:OriginatorDocumentReference", "cbc:ID"), "tender or lot (BT-17)", "anbudsreferanse (BT-17)"
    ),
)

LINE = (
    _one("UBL-SR-34", ("cbc:Note",), "note on a line (BT-127)", "merknad på en linje (BT-127)"),
    _one(
        "UBL-SR-35",
        ("cac:OrderLineReference", "cbc:LineID"),
        "order line on a line (BT-132)",
        "ordrelinje på en linje (BT-132)",
    ),
    _one("UBL-SR-36", ("cac:InvoicePeriod",), "period on a line (BG-26)", "periode på en linje (BG-26)"),
    _one(
        "UBL-SR-37",
        ("cac:Price", "cac:AllowanceCharge", "cbc:Amount"),
        "discount on a price (BT-147)",
        "rabatt på en pris (BT-147)",
    ),
    Rule(
        "UBL-SR-48",
        lambda n, _: n.count("cac:Item", "cac:ClassifiedTaxCategory") == 1,
        "A line has exactly one VAT category (BG-30).",
        "En linje har nøyaktig én avgiftskategori (BG-30).",
    ),
    _one(
        "UBL-SR-50",
        ("cac:Item", "cbc:Description"),
        "description of an item (BT-154)",
        "beskrivelse av en vare (BT-154)",
    ),
    _one(
        "UBL-SR-52",
        ("cac:DocumentReference",),
        "invoiced object on a line (BT-128)",
        "objektreferanse på en linje (BT-128)",
    ),
)

CONTEXTS = (
    Context(
        "cac:PostalAddress | cac:Address",
        (
            Rule(
                "UBL-SR-51",
                lambda a, _: a.count("cac:AddressLine") <= 1,
                "An address has at most one further line.",
                "En adresse har høyst én ekstra linje.",
            ),
        ),
    ),
    Context(
        "cac:AccountingSupplierParty/cac:Party",
        (
            Rule(
                "UBL-SR-42",
                lambda p, _: p.count(TAX) <= 2,
                "The seller has at most two tax registrations.",
                "Selger har høyst to skatteregistreringer.",
            ),
        ),
    ),
    Context(
        "cac:AdditionalDocumentReference",
        (
            Rule(
                "UBL-SR-33",
                at_most_one("cbc:DocumentDescription"),
                "An additional document has at most one description (BT-123).",
                "Et tilleggsdokument har høyst én beskrivelse (BT-123).",
            ),
            Rule(
                "UBL-SR-43",
                _reference_kind,
                "An additional document has a scheme only as an invoiced object (type 130), and on a credit note the "
                "type 50 for a project.",
                "Et tilleggsdokument har en ordning bare som fakturert objekt (type 130), og på en kreditnota typen "
                "50 for et prosjekt.",
            ),
        ),
    ),
    Context(
        "cac:Delivery",
        (
            _one(
                "UBL-SR-25",
                ("cac:DeliveryParty", *NAME),
                "name to deliver to (BT-70)",
                "mottaker av leveringen (BT-70)",
            ),
        ),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            _one(
                "UBL-SR-30", ("cbc:AllowanceChargeReason",), "reason text of an allowance", "begrunnelse for et fradrag"
            ),
        ),
        is_allowance,
    ),
    Context(
        "cac:AllowanceCharge",
        (_one("UBL-SR-31", ("cbc:AllowanceChargeReason",), "reason text of a charge", "begrunnelse for et tillegg"),),
        is_charge,
    ),
    Context(
        TAX,
        (
            Rule(
                "UBL-SR-53",
                lambda s, _: s.has("cac:TaxScheme", "cbc:ID") and s.has("cbc:CompanyID"),
                "A tax registration has its number and its scheme.",
                "En skatteregistrering har nummeret sitt og ordningen sin.",
            ),
        ),
    ),
    Context("/", DOCUMENT),
    Context(LINES, LINE),
    Context(
        "cac:PayeeParty",
        (
            Rule(
                "UBL-SR-19",
                lambda p, _: p.count(*NAME) <= 1 and _named_unlike_the_seller(p),
                "A payee has one name, and not the seller's (BT-59).",
                "En betalingsmottaker har ett navn, og ikke selgers (BT-59).",
            ),
            Rule(
                "UBL-SR-20",
                lambda p, _: _payee_ids(p) <= 1 and _named_unlike_the_seller(p),
                "A payee has at most one identifier, and not the seller's name (BT-60).",
                "En betalingsmottaker har høyst én identifikator, og ikke selgers navn (BT-60).",
            ),
            Rule(
                "UBL-SR-21",
                lambda p, _: p.count(LEGAL, "cbc:CompanyID") <= 1 and _named_unlike_the_seller(p),
                "A payee has at most one registration number, and not the seller's name (BT-61).",
                "En betalingsmottaker har høyst ett organisasjonsnummer, og ikke selgers navn (BT-61).",
            ),
        ),
    ),
    Context(
        "cac:PaymentMeans",
        (
            _one(
                "UBL-SR-26",
                ("cbc:PaymentID",),
                "payment reference in payment instructions (BT-83)",
                "betalingsreferanse i betalingsopplysningene (BT-83)",
            ),
            _one(
                "UBL-SR-27",
                ("cbc:PaymentMeansCode",),
                "code in payment instructions (BT-81)",
                "kode i betalingsopplysningene (BT-81)",
            ),
            _one(
                "UBL-SR-28",
                ("cac:PaymentMandate", "cbc:ID"),
                "mandate in payment instructions (BT-89)",
                "fullmakt i betalingsopplysningene (BT-89)",
            ),
        ),
    ),
    Context(
        "cac:BillingReference",
        (
            _one(
                "UBL-SR-06",
                ("cac:InvoiceDocumentReference",),
                "invoice in each reference to earlier ones (BG-3)",
                "faktura i hver henvisning til tidligere (BG-3)",
            ),
            Rule(
                "UBL-SR-07",
                lambda r, _: r.has("cac:InvoiceDocumentReference", "cbc:ID"),
                "A reference to an earlier invoice has its number (BT-25).",
                "En henvisning til en tidligere faktura har nummeret på den (BT-25).",
            ),
        ),
    ),
    Context(
        "cac:TaxRepresentativeParty",
        (
            _one(
                "UBL-SR-22",
                NAME,
                "name of the tax representative (BT-62)",
                "navneform for avgiftsrepresentanten (BT-62)",
            ),
            _one(
                "UBL-SR-23",
                (TAX, "cbc:CompanyID"),
                "VAT number of the tax representative (BT-63)",
                "skatteregistrering av avgiftsrepresentanten (BT-63)",
            ),
        ),
    ),
    Context(
        "cac:TaxSubtotal",
        (
            _one(
                "UBL-SR-32",
                ("cac:TaxCategory", "cbc:TaxExemptionReason"),
                "text of an exemption (BT-120)",
                "tekst om et fritak (BT-120)",
            ),
        ),
    ),
)

# By the ending of an element's name, whatever it is called.
AMOUNT = Context(
    "*Amount",
    (
        Rule(
            "UBL-DT-01",
            lambda amount, _: has_two_decimals_at_most(amount.text),
            "An amount has two decimals at most; only prices may have more.",
            "Et beløp har høyst to desimaler; bare priser kan ha flere.",
        ),
    ),
    _no_price,
)
BINARY_OBJECT = Context(
    "*BinaryObject",
    (
        Rule(
            "UBL-DT-06",
            lambda attached, _: "mimeCode" in attached.attributes,
            "An attached file says what kind it is (BT-125).",
            "Et vedlegg sier hvilken filtype det er (BT-125).",
        ),
        Rule(
            "UBL-DT-07",
            lambda attached, _: "filename" in attached.attributes,
            "An attached file has a file name (BT-125).",
            "Et vedlegg har et filnavn (BT-125).",
        ),
    ),
)
