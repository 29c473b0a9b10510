"""The HTML routes of every audience, in one router."""

import importlib
import pkgutil

from fastapi import APIRouter
from fastapi.routing import APIRoute

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
        # The routes themselves: to include a router builds each of them anew, which takes longer than to define it.
        web_router.routes.extend(importlib.import_module(f"app.web.{_audience}.{_module}").router.routes)

for _route in web_router.routes:
    if isinstance(_route, APIRoute):
        _route.include_in_schema = False

__all__ = ["web_router"]
