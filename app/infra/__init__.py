"""What talks to the outside: database, mail, files, PDF, search, queue.

Every service has one file here, and only that file knows which library does the work.
"""
