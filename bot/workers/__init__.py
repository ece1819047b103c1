"""The two loops behind every job: one speaks to the provider, the other to Discord."""
