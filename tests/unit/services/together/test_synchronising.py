"""What goes wrong while sending or following is told, whatever it is: a window shows what it heard last."""

import errno

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.messages import explain
from muni_archive.services.together.synchronising import Side, _patiently
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
