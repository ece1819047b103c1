"""Pictures: brought from the provider, looked at, kept on disk, and made to fit Discord's limits."""
