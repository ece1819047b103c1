"""Everything that speaks Discord, except the commands themselves (`cogs/`)."""
