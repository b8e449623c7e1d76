"""A fuzz target for parse, run on demand:

    pip install atheris          # not in the locked requirements: it has no wheel for every Python
    python -m tests.gather.fuzz_parse FOLDER -max_len=8000 -timeout=20 -max_total_time=600

No bytes may raise, hang, or break what `test_hostile.read` checks of every result; what is read again with every second
entry known must come out the same. FOLDER holds examples to start from, and what is found goes there.
"""

import sys
from importlib import import_module

TYPES = ("", "application/xml", "text/xml; charset=iso-8859-1", "text/html; charset=utf-16", "application/json")


def main() -> None:
    """Fuzz until stopped."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["digest", "feedparser"]):
        from tests.gather.test_hostile import read

    def once(data: bytes) -> None:
        content_type = TYPES[data[-1] % len(TYPES)] if data else ""
        whole = read(data, content_type)
        skip = frozenset(entry.content_hash for entry in whole.entries[::2])
        again = read(data, content_type, skip, whole.language)
        left = [entry for entry in whole.entries if entry.content_hash not in skip]
        assert [entry for entry in again.entries if entry.content_hash not in skip] == left

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
