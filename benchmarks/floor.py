"""The floor: inflate every sheet and let expat scan it with no handlers; no reader of the forms can do with less.

Usage: python benchmarks/floor.py INBOX
"""

import sys
import zipfile
from pathlib import Path
from xml.parsers import expat


def scan(path: Path) -> int:
    """The number of bytes of XML that were scanned."""
    total = 0
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".xml") and name.startswith("xl/"):
                content = package.read(name)
                expat.ParserCreate().Parse(content, True)  # noqa: FBT003  # expat takes it by position only
                total += len(content)
    return total


def main(inbox: Path) -> None:
    """Scans every form once."""
    scanned = sum(scan(path) for path in sorted(inbox.rglob("*.xlsx")) if not path.name.startswith("~$"))
    print(f"{scanned / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
