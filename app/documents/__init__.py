"""Documents: uploaded files, rendered documents and their seals.

Words: stored file (bytes by content hash, never changed), document (a PDF that the
platform makes), verification code (printed on the document; anyone may check it).
A sealed document is made once and never rendered again. This area has no public page
but verification: a file is served by a route of the area that owns it.

    stateDiagram-v2
        [*] --> requested
        requested --> sealed: seal
        requested --> failed: fail
        failed --> requested: retry

Use cases: store_file, request_document, seal_document, fail_document, forget_files.
"""
