"""An application as its pages show it: the call's form as fields, answers in words, meters as cards. Pure reading."""
