"""`muni-archive`: without a command the window opens, with one the command line answers."""

from __future__ import annotations

import sys

from muni_archive.messages import language_of_locale, use_language


def main() -> int:
    """The program's entry; returns its exit code."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0] == "--archive" and len(arguments) == 2):
        from ui.app import main as open_window

        return open_window(arguments)
    use_language(language_of_locale())
    from muni_archive.cli import main as run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
