"""The body's own account, from the settings, and where files for the bank are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.payments.schemas import Bank, Payer
from app.settings import Mode

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

DEMO_PAYER = Payer("Demo managing body", "BE39103123456719", "NICABEBB")
"""An example number that no bank has given to anybody."""


def bank_of(runtime: Runtime) -> Bank:
    """The account that is set; outside production an example where none is."""
    settings = runtime.settings
    payer = Payer(settings.payer_name, settings.payer_iban.replace(" ", ""), settings.payer_bic)
    if not payer.iban and settings.mode is not Mode.PRODUCTION:
        payer = DEMO_PAYER
    return Bank(payer, runtime.files)
