"""A Discord bot that turns prompts into paid pictures: nothing lost, nothing paid twice."""

__version__ = "0.1.0"
