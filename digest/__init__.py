"""digest: one good email in the morning from all your feeds."""

__version__ = "0.1.0"
