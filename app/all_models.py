"""Imports every models module, so that Alembic and the tests see all tables."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import app
from app.infra.db.base import Base

_ROOT = Path(app.__file__).parent

for _area in sorted(module.name for module in pkgutil.iter_modules([str(_ROOT)]) if module.ispkg):
    if (_ROOT / _area / "models.py").exists() or (_ROOT / _area / "models").is_dir():
        importlib.import_module(f"app.{_area}.models")
importlib.import_module("app.infra.queue")

metadata = Base.metadata
