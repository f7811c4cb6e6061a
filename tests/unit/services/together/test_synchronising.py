"""What goes wrong while sending or following is told, whatever it is: a window shows what it heard last."""

import errno
import threading
from types import SimpleNamespace

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.messages import explain
from muni_archive.services.together import synchronising
from muni_archive.services.together.synchronising import Side, _patiently, keep_synchronised
from muni_archive.services.together.telling import as_line, from_line


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CentreUnreachable(detail="cut"), "centre-unreachable", "cut"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk-full", "The disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "disk-full", "The disk is full"),
        (PermissionError(errno.EACCES, "denied", "centre.json"), "error", "centre.json"),
        (RuntimeError("nobody foresaw it"), "error", "RuntimeError: nobody foresaw it"),
    ],
)
def test_whatever_fails_is_told(side, error, code, words):
    cancel, told, tried = CancelToken(), [], []

    def fail():
        tried.append(side)
        if len(tried) == 1:
            raise error
        cancel.cancel()

    def tell(news):
        told.append(from_line(as_line(news)))
        cancel.cancel()

    _patiently(side, fail, cancel, tell)
    (news,) = told
    assert (news.side, news.error.code) == (side, code)
    assert words in explain(news.error)


def test_who_stops_the_sending_stops_the_following(monkeypatch):
    """Ctrl+C comes in the main thread alone; the other one went on, and the program did not end."""
    following = threading.Event()

    def stop(*_args):
        assert following.wait(10)
        raise KeyboardInterrupt

    def follow(_together, cancel, *_args, **_named):
        following.set()
        assert cancel.wait(10)

    monkeypatch.setattr(synchronising, "_send", stop)
    monkeypatch.setattr(synchronising, "_follow", follow)
    with pytest.raises(KeyboardInterrupt):
        keep_synchronised(SimpleNamespace(), cancel=CancelToken(), told=lambda _news: None)
    assert not any(thread.name == "following" for thread in threading.enumerate())
