"""The API routers, in one list."""

import importlib
import pkgutil

from fastapi import APIRouter

import app.api.v1
from app.api.problems import PROBLEMS

api_router = APIRouter(responses=PROBLEMS)

for _module in sorted(found.name for found in pkgutil.iter_modules(app.api.v1.__path__)):
    api_router.include_router(importlib.import_module(f"app.api.v1.{_module}").router)
