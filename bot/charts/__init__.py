"""Charts: rows in, a PNG out. What they say is worked out in `bot/chat/report_pictures.py`."""
