"""Measurements of the real process between the wire stand-ins: `make bench`."""
