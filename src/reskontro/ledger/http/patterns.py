"""Patterns of texts. The database cannot keep NUL; the other control characters have no business on a document."""

END = r"(?![\s\S])"  # the end of the text in every dialect of patterns; a line break before it is not the end
NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*" + END  # tabs and line breaks are text
ONE_LINE = r"^[^\x00-\x1f\x7f]*" + END
# Of keys and names: something that can be seen stands in them.
SEEN = r"^(?=[\s\S]*\S)"
SEEN_TEXT = SEEN + NO_CONTROLS[1:]
SEEN_LINE = SEEN + ONE_LINE[1:]
