"""The command line: the only place that talks to a terminal. Each file holds one or a few commands."""
