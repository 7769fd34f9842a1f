"""Words for units, as people write them in Norway, Sweden, Denmark and in English, and their codes (UNECE rec. 20).

The code `STK` passes every rule and stands for another unit than the Norwegian word: words are always read first.
"""

from collections.abc import Mapping

from reskontro.formats.ubl.codes.units import UNITS

ONE = "EA"
_WORDS: Mapping[str, str] = {
    "EA": "stk stykk stykker styck pcs pc pce piece pieces each ea st enhet enheter unit units",
    "HUR": "time timer timme timmar tim hour hours hrs h",
    "MIN": "min minutt minutter minute minutes",
    "DAY": "dag dager dagar dage day days",
    "WEE": "uke uker vecka veckor uge uger week weeks",
    "MON": "mnd måned måneder månad månader md month months",
    "ANN": "år year years",
    "KWH": "kwh",
    "MWH": "mwh",
    "GRM": "g gram",
    "KGM": "kg kilo kilogram",
    "TNE": "tonn ton tonne tonnes",
    "LTR": "l liter litre litres ltr",
    "MTR": "m meter metre metres",
    "KMT": "km kilometer kilometre",
    "MTK": "m2 m² kvm",
    "MTQ": "m3 m³ kbm",
    "DZN": "dozen dusin",
    "PR": "par pair pairs",
    "SET": "sett set sets",
    "XPK": "pakke pakker pk pack packs",
}
UNIT_WORDS: Mapping[str, str] = {word: code for code, words in _WORDS.items() for word in words.split()}
assert set(_WORDS) <= UNITS, "the units are in the list that Peppol takes"


def code_of_word(word: str) -> str | None:
    """The code of a word for a unit, `EA` where there is none, None for a word that is not known."""
    plain = word.strip().casefold().removesuffix(".")
    return UNIT_WORDS.get(plain) if plain else ONE


def code_of_code(text: str) -> str | None:
    """The code that a text is, a word read as its unit; None for what is neither."""
    found = code_of_word(text)
    return found if found is not None else text if text in UNITS else None
