"""Open data: what anybody may know of funded projects, from the signature of their agreements on.

Words: funded project (a grant whose agreement came into force), public field (a fact that the call publishes, from a
moment that the call names). Nothing personal is read: organisations stand in it, people never.
It changes nothing and has no tables.
"""
