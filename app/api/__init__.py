"""The JSON door: the same use cases, RFC 9457 problems, OpenAPI 3.1."""
