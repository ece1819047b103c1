"""What members see of their own: history, queue, details, preferences, privacy, help."""
