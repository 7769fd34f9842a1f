"""The papers that people get: invoices, reminders, notices, demands, statements, settlements, letters.

Each is a function of a frozen record to a `Paper`, which a `Typesetter` sets. Amounts, days and legal texts are in the
record; nothing is computed here.
"""
