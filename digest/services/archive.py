"""The archive's folder on disk: a static site that any web host can serve."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the archive's files stand. Names are plain file names; `OSError` where the folder cannot be used."""

    folder: Path

    def holds(self, name: str) -> bool:
        """Is there such a file?"""
        return (self.folder / name).is_file()

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Those of the files that are there."""
        return {name: (self.folder / name).read_bytes() for name in names if self.holds(name)}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Each file whole or not at all, readable by a web server; the index comes last, so it names no missing page."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda one: (one == "index.html", one)):
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(files[name])
                Path(part).chmod(0o644)
                Path(part).replace(self.folder / name)
            finally:
                Path(part).unlink(missing_ok=True)
