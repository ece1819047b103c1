"""Modellix, the paid service that renders: its wire format, its HTTP, and one budget for every request."""
