"""Grappe runs the grant programmes of a public body for business clusters, from the call to the last euro.

Each folder is an area and imports only areas below it; the order stands in app/README.md.
"""

__version__ = "0.1.0"
