"""Promises 1 to 4 and 7, shown: every crash, at every point, in a world that counts charges and messages."""
