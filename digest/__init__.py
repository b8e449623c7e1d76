"""digest: one good email in the morning from all your feeds."""

__version__ = "0.1.0"
HOME = "https://pypi.org/project/morning-digest/"  # who asks, for publishers who look into their logs
