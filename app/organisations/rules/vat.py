"""Whether a VAT number can be one of its country: form and check digits, not whether it was given out."""

from __future__ import annotations

from stdnum.util import get_cc_module

from app.core.violations import Severity, Violation

_PREFIX = {"EL": "EL", "UK": "GB", "XI": "XI"}
_MODULE = {"EL": "gr", "UK": "gb"}


def compact_vat(vat: str) -> str:
    """The number in capitals without spaces, dots and dashes."""
    return "".join(sign for sign in vat.upper() if sign not in " .-/\u00a0")


def check_vat(country: str, vat: str, *, member_state: bool) -> tuple[Violation, ...]:
    """Whether ``vat`` can be a number of ``country`` (EU spelling), with or without its prefix.

    Blocking for a Member State, a warning elsewhere; nothing where the form of the country's numbers is not known.
    """
    number = compact_vat(vat)
    module = get_cc_module(_MODULE.get(country, country.lower()), "vat")
    if not number or module is None:
        return ()
    bare = number.removeprefix(_PREFIX.get(country, country))
    if module.is_valid(bare) or module.is_valid(number):
        return ()
    return (
        Violation(
            "organisation.vat_form",
            "{vat} does not have the form or the check digits of a VAT number of {country}.",
            "vat",
            {"vat": number, "country": country},
            severity=Severity.BLOCKING if member_state else Severity.WARNING,
            cure="Copy it from a VAT certificate or an invoice, or leave the field empty where there is none.",
        ),
    )
