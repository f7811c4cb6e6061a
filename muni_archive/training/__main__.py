"""`python -m muni_archive.training reader` (or `finder`) trains a network and writes it as an ONNX file.

Stopped, it goes on where it was when it is started again with the same `--work`.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

SYSTEM_FONTS = Path("/usr/share/fonts")


@click.group(help=__doc__)
def main() -> None:
    """See the module."""


_fonts = click.option(
    "--fonts", type=click.Path(path_type=Path, exists=True), multiple=True, default=(SYSTEM_FONTS,), show_default=True,
    help="Folder with typefaces; can be given more than once.",
)  # fmt: skip
_work = click.option("--work", type=click.Path(path_type=Path), default=Path("build/training"), show_default=True)
_to = click.option("--to", type=click.Path(path_type=Path), default=Path("resources/models"), show_default=True)
_seed = click.option("--seed", default=1, show_default=True)


@main.command()
@_fonts
@_work
@_to
@_seed
@click.option("--steps", default=30_000, show_default=True, help="Batches of 32 lines.")
@click.option("--cool-down", default=0, help="Steps over which the rate falls to nothing; by default a third of them.")
@click.option("--width", default=1.0, show_default=True, help="How wide the network is; less is faster and worse.")
@click.option(
    "--corrections", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="What clerks have corrected, as `muni-archive corrections` exports it; an eighth of the lines come of it.",
)  # fmt: skip
def reader(  # noqa: PLR0913 - one parameter an option
    fonts: tuple[Path, ...], work: Path, to: Path, seed: int, steps: int, cool_down: int, width: float,
    corrections: Path | None,
) -> None:  # fmt: skip
    """The network that reads lines."""
    from muni_archive.training.export import export_reader
    from muni_archive.training.loop import Plan, train

    plan = Plan(
        folders=fonts, folder=work, steps=steps, seed=seed, width=width, cool_down=cool_down or steps // 3,
        look_every=min(500, steps), corrections=corrections,
    )  # fmt: skip
    _say(f"written: {export_reader(train(plan, _say), to)}")


@main.command()
@_fonts
@_work
@_to
@_seed
@click.option("--steps", default=1600, show_default=True, help="Batches of four parts of sheets.")
def finder(fonts: tuple[Path, ...], work: Path, to: Path, seed: int, steps: int) -> None:
    """The network that finds lines."""
    from muni_archive.training.export import export_finder
    from muni_archive.training.finding import train_finder

    work.mkdir(parents=True, exist_ok=True)
    _say(f"written: {export_finder(train_finder(fonts, work, steps=steps, seed=seed, say=_say), to)}")


def _say(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {text}")


if __name__ == "__main__":
    main()
