"""How applications are judged: pure rules over facts that callers bring."""
