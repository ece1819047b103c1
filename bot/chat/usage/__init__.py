"""Use and costs, as text and as pictures."""
