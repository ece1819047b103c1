"""The word filters of servers: texts folded to what a reader sees in them, and terms found in them."""
