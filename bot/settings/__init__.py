"""What the operator decides: read once, checked all at once, and handed on as one frozen value."""

from bot.settings.fields import ENV_FILE, Settings
from bot.settings.reading import MISSING, exposed_files, load, misspelt

__all__ = ["ENV_FILE", "MISSING", "Settings", "exposed_files", "load", "misspelt"]
