"""Discord's own OpenAPI document: what the bot sends is held against it, where it is."""

import pytest

from sandbox.program import ROOT

OPENAPI = ROOT.parent / "shared" / "discord-openapi.json"
"""No part of the repository. Where it is absent, the stand-in of Discord knows its own rules only."""
needs_document = pytest.mark.skipif(
    not OPENAPI.exists(),
    reason="Discord's document is not here; nothing was checked against it (see CONTRIBUTING.md)",
)
"""What shows that a run of the tests was checked less."""
