"""The process that synchronises beside a window ends when nobody hears it any more."""

from __future__ import annotations

import errno
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from muni_archive.bootstrap import open_workplace
from muni_archive.cli import together_commands
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.services.together.synchronising import News, Side


@pytest.mark.parametrize("broken", [BrokenPipeError(errno.EPIPE, "POSIX"), OSError(errno.EINVAL, "Windows")])
@pytest.mark.parametrize("error", [None, CentreUnreachable(detail="away")])
def test_it_ends_with_the_window_that_heard_it(tmp_path, monkeypatch, broken, error):
    with open_workplace(tmp_path):
        pass
    cancelled = []

    def say(*_args, **_named):
        raise broken

    def keep(_together, *, cancel, told):
        told(News(side=Side.SENDING, error=error))
        cancelled.append(cancel.cancelled)

    line = SimpleNamespace(together=None)
    monkeypatch.setattr("click.echo", say)
    monkeypatch.setattr("os.nice", lambda _by: 0)
    monkeypatch.setattr(together_commands, "open_together", lambda *_args, **_named: nullcontext(line))
    monkeypatch.setattr(together_commands, "keep_synchronised", keep)
    assert together_commands._watch(tmp_path, 0) == 0
    assert cancelled == [True]
