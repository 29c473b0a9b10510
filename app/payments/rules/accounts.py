"""Is this a bank account that can be paid to in euro? All findings, each at its field."""

from __future__ import annotations

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

from app.core.latin import carried
from app.core.violations import Figure, Violation

MOST_HOLDER = 70
"""Characters of a name that a payment file carries, in Latin letters."""
_WHY = {
    "InvalidLength": "This IBAN is not right: it has {length} characters, which no IBAN of {country} has.",
    "InvalidStructure": "This IBAN is not right: letters and digits do not stand as in an IBAN of {country}.",
    "InvalidChecksumDigits": (
        "This IBAN is not right: its check digits {digits} do not fit the rest. A digit is wrong or two are swapped."
    ),
    "InvalidCountryCode": "This IBAN is not right: it does not begin with the code of a country that has IBANs.",
}
_OTHERWISE = "This IBAN is not right: its account number has wrong check digits. A digit is wrong or two are swapped."


@dataclass(frozen=True, slots=True)
class AccountRead:
    """An account as it is stored: without spaces, in capitals; ``bank`` is empty where it is not known."""

    holder: str
    iban: str
    bic: str
    bank: str


def tidy(text: str) -> str:
    """An IBAN or BIC without spaces and in capitals."""
    return "".join(text.split()).upper()


def grouped(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def masked(iban: str) -> str:
    """An IBAN of which only the country and the last four signs can be read."""
    return f"{iban[:2]}.. {iban[-4:]}" if iban else ""


def differing(old: str, new: str) -> tuple[tuple[str, bool], ...]:
    """The signs of the new number in groups of four, and whether each differs from the old one at its place."""
    shown = []
    for at, sign in enumerate(new):
        if at and at % 4 == 0:
            shown.append((" ", False))
        shown.append((sign, bool(old) and old[at : at + 1] != sign))
    return tuple(shown)


def read_account(holder: str, iban: str, bic: str) -> tuple[AccountRead, tuple[Violation, ...]]:
    """The account, and everything that speaks against it; a BIC that is not given is taken from the IBAN if it says."""
    from schwifty import BIC, IBAN
    from schwifty.exceptions import NationalChecksumNotVerified, SchwiftyException

    name, number, code = " ".join(holder.split()), tidy(iban), tidy(bic)
    found = [*_holder_findings(name)]
    known: IBAN | None = None
    if not number:
        found.append(Violation("payments.iban_missing", "Enter the IBAN of the account.", "iban"))
    else:
        try:
            with catch_warnings():  # where a country's own check digits are unknown, those of the IBAN must do
                simplefilter("ignore", NationalChecksumNotVerified)
                known = IBAN(number, validate_bban=True)
        except SchwiftyException as error:
            found.append(_iban_finding(number, type(error).__name__))
    if known is not None and not known.in_sepa_zone:
        words = "Accounts in {country} cannot receive euro by SEPA transfer. Give an account in a SEPA country."
        found.append(Violation("payments.iban_not_sepa", words, "iban", {"country": number[:2]}))
    bank = (known.bank_name or "") if known is not None else ""
    if not code and known is not None and known.bic is not None:
        code = known.bic.compact
    if not code:
        if known is not None:
            words = "Enter the BIC of the bank: the IBAN does not tell which it is."
            found.append(Violation("payments.bic_missing", words, "bic"))
        return AccountRead(name, number, code, bank), tuple(found)
    try:
        given = BIC(code)
    except SchwiftyException:
        words = "{bic} is not a BIC: it has 8 or 11 signs, such as GKCCBEBB, with the country in the fifth and sixth."
        found.append(Violation("payments.bic_wrong", words, "bic", {"bic": code}))
        return AccountRead(name, number, code, bank), tuple(found)
    if known is not None:
        found += _disagreement(number, code, known.bic.compact if known.bic is not None else "")
    return AccountRead(name, number, code, bank or next(iter(given.bank_names), "")), tuple(found)


def _holder_findings(name: str) -> list[Violation]:
    if not name:
        return [Violation("payments.holder_missing", "Enter the name in which the bank keeps the account.", "holder")]
    if len(name) > MOST_HOLDER:
        words = "Shorten the name of the holder to {most} characters: the bank's files carry no more."
        return [Violation("payments.holder_too_long", words, "holder", {"most": MOST_HOLDER})]
    if (length := len(carried(name))) > MOST_HOLDER:
        words = (
            "Shorten the name of the holder: in the Latin letters of the bank's files it has {length} characters, "
            "and they carry {most}."
        )
        return [
            Violation("payments.holder_too_long_in_latin", words, "holder", {"length": length, "most": MOST_HOLDER})
        ]
    return []


def _iban_finding(number: str, kind: str) -> Violation:
    words = _WHY.get(kind, _OTHERWISE)
    figures: dict[str, Figure] = {"country": number[:2], "length": len(number), "digits": number[2:4]}
    used = {name: figure for name, figure in figures.items() if f"{{{name}}}" in words}
    return Violation("payments.iban_wrong", words, "iban", used)


def _disagreement(number: str, code: str, expected: str) -> list[Violation]:
    """IBAN and BIC name different countries, or different banks where the IBAN tells its own."""
    if code[4:6] != number[:2] and expected[:8] != code[:8]:
        words = "The BIC {bic} is of {theirs}, the IBAN of {ours}: one of the two is wrong."
        figures: dict[str, Figure] = {"bic": code, "theirs": code[4:6], "ours": number[:2]}
        return [Violation("payments.bic_other_country", words, "bic", figures)]
    if expected and expected[:4] != code[:4]:
        words = "The BIC {bic} is of another bank than the IBAN, whose bank has {expected}."
        return [Violation("payments.bic_other_bank", words, "bic", {"bic": code, "expected": expected})]
    return []
