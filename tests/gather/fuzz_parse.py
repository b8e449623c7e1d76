"""A fuzz target for parse, run on demand: `pip install atheris`, then `python -m tests.gather.fuzz_parse [CORPUS FOLDER]`.

No bytes may raise, and what comes out must keep what `test_hostile.read` checks of every result.
"""

import sys
from importlib import import_module


def main() -> None:
    """Fuzz until stopped."""
    atheris = import_module("atheris")  # not in the locked requirements: it has no wheel for every Python
    with atheris.instrument_imports():
        from tests.gather.test_hostile import read

    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
