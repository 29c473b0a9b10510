"""The kind of the document that holds a signed amendment; like the agreement it is about its grant."""

from __future__ import annotations

ADDENDUM = "grant_amendment"
