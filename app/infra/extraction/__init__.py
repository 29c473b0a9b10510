"""Keeps the catalogues in step with the texts of pages, mails and rules: ``make messages``.

Texts are found where they stand (``from_templates``, ``from_python``, ``from_lists``), sorted, and written into the file of each
language with the translations that it has. A text that is gone takes its translation along; nothing is guessed from a
similar one, because a wrong sentence in an official letter is worse than an English one.
"""
