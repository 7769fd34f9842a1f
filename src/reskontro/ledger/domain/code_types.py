"""Every code list of the interface with what its codes mean, in the order of the contract.

Source: arm-api, section 3.
"""

from collections.abc import Mapping

from reskontro.ledger.domain.codes import DOCUMENT_TYPES, VOUCHER_TYPES, Description

Codes = Mapping[str, Description]


def _codes(*rows: tuple[str, str, str]) -> Codes:
    return {code: Description(en, no) for code, en, no in rows}


RESERVED_STATUS = _codes(
    ("", "Not reserved", "Ikke reservert"),
    ("PARTLY-RESERVED", "Part of the balance is reserved", "En del av saldoen er reservert"),
    ("RESERVED", "The whole balance is reserved", "Hele saldoen er reservert"),
)
BATCH_STATUS = _codes(
    ("RECEIVED", "Received, waiting", "Mottatt, venter"),
    ("PROCESSING", "In process", "Under behandling"),
    ("COMPLETED", "Finished, every element is done", "Ferdig, alle elementer er utført"),
    ("COMPLETED-WITH-ERRORS", "Finished, some elements failed", "Ferdig, noen elementer feilet"),
    ("REJECTED", "Refused, or every element failed", "Avvist, eller alle elementer feilet"),
)
LINE_TYPES = _codes(("PLH", "Priced line", "Linje med pris"), ("TXT", "Text line", "Tekstlinje"))
DISTRIBUTION_TYPES = _codes(
    ("M", "E-mail", "E-post"),
    ("H", "Electronic invoice", "Elektronisk faktura"),
    ("P", "Paper mail", "Papirpost"),
    ("S", "Link in a text message", "Lenke i tekstmelding"),
    ("D", "Digipost", "Digipost"),
    ("N", "Not distributed", "Distribueres ikke"),
)
EINVOICE_CODES = _codes(
    ("0", "None", "Ingen"),
    ("10", "eFaktura", "eFaktura"),
    ("20", "AvtaleGiro without notice", "AvtaleGiro uten varsel"),
    ("30", "AvtaleGiro with notice", "AvtaleGiro med varsel"),
    ("90", "Peppol/EHF", "Peppol/EHF"),
)
CUSTOMER_CATEGORIES = _codes(
    ("CONS", "Consumer", "Forbruker"),
    ("COMP", "Company", "Bedrift"),
    ("PUBL", "Public sector", "Offentlig sektor"),
    ("ORG", "Association", "Forening"),
)
PRICE_NET_OR_GROSS = _codes(
    ("B", "Gross, VAT included", "Brutto, med merverdiavgift"), ("N", "Net", "Netto, uten merverdiavgift")
)
ACTIVE_STATUS_WEB = _codes(
    ("Passive", "Passive", "Passiv"), ("Active", "Active", "Aktiv"), ("Blocked", "Blocked", "Sperret")
)
REGISTRATION_STATUS = _codes(
    ("FICTITIOUS", "Fictitious", "Fiktiv"),
    ("RESIDENT", "Resident", "Bosatt"),
    ("EMIGRATED", "Emigrated", "Utflyttet"),
    ("DISAPPEARED", "Disappeared", "Forsvunnet"),
    ("DECEASED", "Deceased", "Død"),
    ("NON-RESIDENT", "Not resident", "Ikke bosatt"),
    ("TEMPORARY", "Temporary", "Midlertidig"),
    ("INACTIVE", "Inactive", "Inaktiv"),
    ("CEASED", "Ceased", "Opphørt"),
)
RESULT_TYPES = _codes(
    ("OK", "Done", "Utført"),
    ("FAILED", "Failed", "Feilet"),
    ("BATCH-REJECTED", "Correct, not done because another one failed", "Riktig, ikke utført fordi en annen feilet"),
    ("VALIDATED", "Correct, only validated", "Riktig, bare kontrollert"),
)
POSTAL_RETURN_STATUS = _codes(
    ("0", "None", "Ingen"),
    ("100", "Returned, unknown at the address", "Returnert, ukjent på adressen"),
    ("110", "Returned, moved without a new address", "Returnert, flyttet uten ny adresse"),
    ("120", "Returned, deceased", "Returnert, død"),
    ("130", "Returned for another reason", "Returnert av annen grunn"),
)
PAYMENT_METHODS = _codes(
    ("BANK", "Bank transfer", "Bankoverføring"),
    ("OCR", "OCR giro", "OCR giro"),
    ("AVTALEGIRO", "AvtaleGiro", "AvtaleGiro"),
    ("EFAKTURA", "eFaktura", "eFaktura"),
    ("CARD", "Card", "Kort"),
    ("VIPPS", "Vipps", "Vipps"),
    ("CASH", "Cash", "Kontant"),
    ("OTHER", "Other", "Annet"),
)
ACTION_TYPES = _codes(
    ("STOP-REMINDER", "Stop reminders", "Stopp purring"),
    ("RESUME-REMINDER", "Resume reminders", "Gjenoppta purring"),
    ("STOP-DEBT-COLLECTION", "Stop debt collection", "Stopp inkasso"),
    ("RESUME-DEBT-COLLECTION", "Resume debt collection", "Gjenoppta inkasso"),
    ("STOP-INTEREST", "Stop interest", "Stopp renter"),
    ("RESUME-INTEREST", "Resume interest", "Gjenoppta renter"),
    ("DEFER-DUE-DATE", "Defer the due date", "Utsett forfall"),
    ("SEND-COPY", "Send the document again", "Send dokumentet på nytt"),
    ("SEND-REMINDER", "Send a reminder", "Send purring"),
    ("SEND-STATEMENT", "Send an account statement", "Send kontoutskrift"),
    ("TRANSFER-TO-DEBT-COLLECTION", "Hand over to debt collection", "Overfør til inkasso"),
    ("WITHDRAW-FROM-DEBT-COLLECTION", "Take back from debt collection", "Trekk tilbake fra inkasso"),
    ("CANCEL-RESERVATION", "Cancel a payment reservation", "Kanseller en betalingsreservasjon"),
    ("CLOSE-PERIOD", "Close a period", "Lukk en periode"),
)
REASON_CODES = _codes(
    ("DISPUTE", "Dispute", "Tvist"),
    ("AGREEMENT", "Agreement", "Avtale"),
    ("GOODWILL", "Goodwill", "Kulanse"),
    ("WRONG-PRICE", "Wrong price", "Feil pris"),
    ("WRONG-QUANTITY", "Wrong quantity", "Feil antall"),
    ("RETURN", "Returned goods", "Retur av varer"),
    ("DUPLICATE", "Duplicate", "Duplikat"),
    ("DECEASED", "Deceased", "Død"),
    ("BANKRUPTCY", "Bankruptcy", "Konkurs"),
    ("UNCOLLECTABLE", "Uncollectable", "Uinndrivelig"),
    ("OTHER", "Other", "Annet"),
)
REPORT_TYPES = _codes(
    ("LEDGER-PERIOD", "Reconciliation of a closed period", "Avstemming av en lukket periode"),
    ("OPEN-ITEMS", "Open items", "Åpne poster"),
    ("ADB", "Age-distributed balance", "Aldersfordelt saldo"),
    ("ACCOUNT-STATEMENT", "Account statement", "Kontoutskrift"),
    ("GL-TRANSACTIONS", "GL transactions", "Hovedbokstransaksjoner"),
    ("GL-BALANCE", "GL balance", "Hovedbokssaldo"),
    ("CUSTOMER-LIST", "Customer list", "Kundeliste"),
    ("UNPLACED-PAYMENTS", "Payments without a place", "Uplasserte innbetalinger"),
)
FILE_TYPES = _codes(
    ("ATTACHMENT", "Attachment", "Vedlegg"),
    ("CUSTOMER-IMPORT", "Customers to import", "Kundeimport"),
    ("DOCUMENT-IMPORT", "Documents to import", "Dokumentimport"),
    ("OCR", "OCR giro file", "OCR giro-fil"),
    ("CAMT054", "Bank statement of credits and debits (camt.054)", "Bankmelding om bevegelser (camt.054)"),
    ("CAMT053", "Bank statement (camt.053)", "Kontoutskrift fra bank (camt.053)"),
    ("PAIN002", "Bank's answer to payments (pain.002)", "Bankens svar på betalinger (pain.002)"),
    ("AVTALEGIRO-MANDATES", "AvtaleGiro mandates", "AvtaleGiro-fullmakter"),
    ("BGMAX", "Bankgiro payments (Bg Max)", "Bankgiroinnbetalinger (Bg Max)"),
    ("AUTOGIRO", "Autogiro from Bankgirot", "Autogiro fra Bankgirot"),
    ("BS602", "Betalingsservice payments (0602)", "Betalingsservice-betalinger (0602)"),
    ("BS603", "Betalingsservice mandates (0603)", "Betalingsservice-avtaler (0603)"),
    ("DOCUMENT-PDF", "Document as PDF", "Dokument som PDF"),
    ("DOCUMENT-UBL", "Document as e-invoice (UBL)", "Dokument som e-faktura (UBL)"),
    ("REPORT", "Report", "Rapport"),
    ("LEDGER-PERIOD-REPORT", "Ledger period report", "Periodens avstemmingsrapport"),
    ("GL-EXPORT", "GL export", "Hovedbokseksport"),
    ("IMPORT-RECEIPT", "Receipt of an import", "Kvittering for import"),
    ("PAIN001", "Refunds to the bank (pain.001)", "Tilbakebetalinger til bank (pain.001)"),
    ("AVTALEGIRO-CLAIMS", "AvtaleGiro claims for the bank", "AvtaleGiro-krav til banken"),
    ("AUTOGIRO-OUT", "Autogiro file for Bankgirot", "Autogiro-fil til Bankgirot"),
    ("BS601", "Betalingsservice collections (0601)", "Betalingsservice-krav (0601)"),
)
AUTO_POSTING_METHODS = _codes(
    ("payment", "Payment", "Innbetaling"),
    ("refund", "Refund", "Utbetaling"),
    ("writeoff", "Write-off", "Tapsføring"),
    ("smalldifference", "Rounding difference", "Øredifferanse"),
    ("creditadjustment", "Credit adjustment", "Kreditering uten dokument"),
    ("interest", "Interest", "Renter"),
    ("fee", "Fee", "Gebyr"),
    ("transfer", "Transfer", "Overføring"),
    ("match", "Matching of open items", "Utligning av åpne poster"),
    ("reversal", "Reversal", "Tilbakeføring"),
)
BUNDLE_STATUS = _codes(
    ("OPEN", "Open", "Åpen"),
    ("PRODUCED", "Produced", "Produsert"),
    ("DISTRIBUTED", "Distributed", "Distribuert"),
    ("PARTLY-DISTRIBUTED", "Partly distributed", "Delvis distribuert"),
)
DOCUMENT_STATUS = _codes(
    ("POSTED", "Posted", "Bokført"),
    ("PRODUCED", "Produced", "Produsert"),
    ("DISTRIBUTED", "Distributed", "Distribuert"),
    ("DISTRIBUTION-FAILED", "Distribution failed", "Distribusjon feilet"),
)

CODE_TYPES: Mapping[str, Codes] = {
    "voucherType": {str(code): text for code, text in VOUCHER_TYPES.items()},
    "reservedStatus": RESERVED_STATUS,
    "batchStatus": BATCH_STATUS,
    "documentType": DOCUMENT_TYPES,
    "lineType": LINE_TYPES,
    "distributionType": DISTRIBUTION_TYPES,
    "einvoiceCode": EINVOICE_CODES,
    "customerCategory": CUSTOMER_CATEGORIES,
    "priceNetOrGross": PRICE_NET_OR_GROSS,
    "activeStatusWeb": ACTIVE_STATUS_WEB,
    "registrationStatusCode": REGISTRATION_STATUS,
    "resultType": RESULT_TYPES,
    "postalReturnStatus": POSTAL_RETURN_STATUS,
    "paymentMethod": PAYMENT_METHODS,
    "actionType": ACTION_TYPES,
    "reasonCode": REASON_CODES,
    "reportType": REPORT_TYPES,
    "fileType": FILE_TYPES,
    "autoPostingMethod": AUTO_POSTING_METHODS,
    "bundleStatus": BUNDLE_STATUS,
    "documentStatus": DOCUMENT_STATUS,
}
