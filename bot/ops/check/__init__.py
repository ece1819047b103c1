"""`python -m bot check`: what is missing or wrong, in plain words, before the bot is started."""
