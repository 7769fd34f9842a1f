"""Money as whole minor units of a currency, and its form on the wire.

Inside, 624.37 kroner are the whole number 62437 with the currency NOK. On the wire an amount is a JSON number with at
most two decimals and no trailing zeros: `625`, `124.37`, `0.5`. What comes in has been decoded to a `Decimal` of any
size and is bounded here, before anything is computed with it.
"""

from decimal import ROUND_HALF_UP, Decimal

LARGEST_MINOR = 10**15
"""The largest amount, either sign, that is booked: ten thousand billion kroner."""

TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"

# ISO 4217 minor units. Currencies with three or four (BHD, IQD, JOD, KWD, LYD, OMR, TND, CLF, UYW) are left out: an
# amount on the wire has two decimals at most. Metals, funds and test codes are no currencies anyone pays in.
EXPONENTS = dict.fromkeys(TWO_DECIMALS.split(), 2) | dict.fromkeys(NO_DECIMALS.split(), 0)

_SURELY_SMALL = 12  # digits before the point


class AmountNotFiniteError(ValueError):
    """The amount is not a finite number."""


class TooManyDecimalsError(ValueError):
    """The amount has more decimals than its currency."""


class AmountTooLargeError(ValueError):
    """The amount is larger than any that is booked."""


class UnknownCurrencyError(ValueError):
    """The code names no currency that amounts can be given in."""


def is_currency(code: str) -> bool:
    """Whether a code is an ISO 4217 currency, in capitals, with no more than two decimals."""
    return code in EXPONENTS


def exponent(currency: str) -> int:
    """How many decimals a currency has: 2 for NOK, 0 for JPY and ISK. Raises `UnknownCurrencyError`."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrencyError(f"{currency[:10]!r} is not a currency that amounts can be given in") from None


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in whole minor units: `Decimal("124.37")` of NOK is 12437.

    Trailing zeros are no decimals. Nothing is rounded: what does not fit raises one of this module's `ValueError`s.
    """
    places = exponent(currency)
    if amount.is_finite() and amount.adjusted() < _SURELY_SMALL:  # nearly every amount: no need to look at its digits
        minor = int(amount.scaleb(places))
        if Decimal(minor).scaleb(-places) == amount:
            return minor
    return _to_minor_by_digits(amount, currency, places)


def _to_minor_by_digits(amount: Decimal, currency: str, places: int) -> int:
    sign, digits, power = amount.as_tuple()
    if not isinstance(power, int):
        raise AmountNotFiniteError("an amount is a finite number")
    significant = "".join(map(str, digits)).rstrip("0")
    if not significant:
        return 0
    power += len(digits) - len(significant)
    if -power > places:
        raise TooManyDecimalsError(f"an amount in {currency} has at most {places} decimals, {-power} were found")
    # Counted before computed: 1e999999999 is a short text and a very long number.
    if len(significant) + power + places > len(str(LARGEST_MINOR)):
        raise AmountTooLargeError(f"an amount in {currency} is at most {LARGEST_MINOR} minor units")
    minor: int = int(significant) * 10 ** (power + places)
    if minor > LARGEST_MINOR:
        raise AmountTooLargeError(f"an amount in {currency} is at most {LARGEST_MINOR} minor units")
    return -minor if sign else minor


def to_wire(minor: int, currency: str) -> int | Decimal:
    """An amount as it goes out: an `int` when it is whole, else a `Decimal` without trailing zeros."""
    scale: int = 10 ** exponent(currency)
    whole, rest = divmod(abs(minor), scale)
    sign = -1 if minor < 0 else 1
    if not rest:
        return sign * whole
    decimals = f"{rest:0{len(str(scale)) - 1}d}".rstrip("0")
    return sign * Decimal(f"{whole}.{decimals}")


def round_half_up(amount: Decimal) -> int:
    """The nearest whole number; a half goes away from zero, in both directions. Raises `AmountNotFiniteError`."""
    if not amount.is_finite():
        raise AmountNotFiniteError("only a finite number can be rounded")
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))


def divide_half_up(numerator: int, denominator: int) -> int:
    """A quotient of whole numbers, rounded to the nearest one; a half goes away from zero. Exact at any size."""
    assert denominator > 0, "the sign stands in the numerator"
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -whole if numerator < 0 else whole
