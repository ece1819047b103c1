"""What moderators read, choose and press."""
