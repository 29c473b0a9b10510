"""A call as its pages show it: the document's rules in plain words, with the source of each figure. Pure reading."""
