"""Code lists: the values only, one module a subject, each with its source and date."""
