"""The commands and buttons, one file per family. Each handler is three steps: read, call a service, answer.

They are made by functions that take the services they call, because some of what they show (prices)
is only known at start.
"""
