"""Charts: rows in, a PNG out. What they say is worked out in `bot/chat/usage/report_pictures.py`."""
