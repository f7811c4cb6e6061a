"""The program, whose centre lets one address knock as often as it likes: all stations of a test have the same one."""

from __future__ import annotations

import sys

from limits import parse

from muni_archive.__main__ import main
from muni_archive.server import speaking

if __name__ == "__main__":
    speaking.KNOCKING = parse("100000/second")
    sys.exit(main())
