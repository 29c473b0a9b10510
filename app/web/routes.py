"""The HTML routers of every audience, in one list."""

import importlib
import pkgutil

from fastapi import APIRouter

web_router = APIRouter()

_AUDIENCES = (
    "public",
    "account",
    "applicant",
    "beneficiary",
    "expert",
    "officer",
    "finance",
    "panel",
    "auditor",
    "admin",
)

for _audience in _AUDIENCES:
    _package = importlib.import_module(f"app.web.{_audience}")
    for _module in sorted(found.name for found in pkgutil.iter_modules(_package.__path__)):
        web_router.include_router(importlib.import_module(f"app.web.{_audience}.{_module}").router)

__all__ = ["web_router"]
