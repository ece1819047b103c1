"""The use cases, one per file: what a command or a button does, without knowing Discord."""
