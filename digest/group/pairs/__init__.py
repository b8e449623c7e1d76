"""Which entries may tell of one event, how probably, why, and what follows for all of them together."""
