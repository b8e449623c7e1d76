"""config.yaml -> Settings, with file and line in every complaint.

`load(path)` reads YAML 1.2 (ruamel.yaml), expands `${VAR}` from the environment *after* parsing (a value can never
change the structure; `$$` is a dollar sign), and validates with pydantic. Every problem of the file is told at once, as
`config.yaml:14: feeds[3]: unknown key 'ulr'; did you mean 'url'?`. Raises `ConfigError`, nothing else.
"""

from digest.config.parts import GatherSettings, Llm, Recipient, Smtp
from digest.config.reading import load, parse
from digest.config.settings import Settings
from digest.config.values import ascii_domain, duration, mailbox, wire_address

__all__ = [
    "GatherSettings", "Llm", "Recipient", "Settings", "Smtp", "ascii_domain", "duration", "load", "mailbox", "parse",
    "wire_address",
]  # fmt: skip
