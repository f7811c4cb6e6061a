"""Errors as answers: the archive's own errors travel whole, so that a station can show them in its own language."""

from __future__ import annotations

import logging
import secrets

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from muni_archive.domain.centre_errors import CentreError, SessionUnknown, SignInRefused
from muni_archive.domain.errors import (
    ArchiveBusy,
    ArchiveError,
    DatabaseUnreachable,
    DiskFull,
    IndexUnavailable,
    NotFound,
    ObjectStoreFailed,
    QueryMalformed,
    WrongUse,
)
from muni_archive.server.careful import CAREFUL

_STATUS: dict[type[ArchiveError], int] = {
    NotFound: 404, QueryMalformed: 422, WrongUse: 422, DiskFull: 507, DatabaseUnreachable: 503, ObjectStoreFailed: 503,
    IndexUnavailable: 503, ArchiveBusy: 503,
}  # fmt: skip
_REFUSALS = (401, 403)
_TOLD_ELSEWHERE = {SessionUnknown.code, SignInRefused.code}
"""A session that is over is nothing to tell, one that somebody else tries to use is told where that is seen."""
_OF_THE_ASKER = {"sha", "key"}
"""Parameters of an error of the centre's own that are told: the asker named them."""
_FRAMEWORK = {404: "not-found", 405: "method-not-allowed"}
_log = logging.getLogger(__name__)


def answer_errors(app: FastAPI) -> None:
    """Teach the app to answer errors as `{code, message, params}`."""
    app.add_exception_handler(ArchiveError, _archive_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(ClientDisconnect, _broken_off)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: ArchiveError) -> int:
    if isinstance(error, CentreError):
        return error.status
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


async def _archive_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ArchiveError)
    status = status_of(error)
    if status in _REFUSALS and error.code not in _TOLD_ELSEWHERE:
        address = request.client.host if request.client else "-"
        _log.warning("%s %s of %s refused: %s", request.method, request.url.path, address, error)
    if status >= 500:
        number = _number()
        _log.error("%s %s: %s", number, error.code, error)
        error = _without_the_inside(error, number)
    params = {
        name: value for name, value in error.params.items() if isinstance(value, str | int | float | list | tuple)
    }
    return JSONResponse({"code": error.code, "message": str(error), "params": params}, status_code=status)


def _without_the_inside(error: ArchiveError, number: str) -> ArchiveError:
    """The same error for somebody outside: addresses, paths and what a database said are in the log, and only there."""
    said = f"{error.code} {number}"
    return type(error)(**{name: value if name in _OF_THE_ASKER else said for name, value in error.params.items()})


def _number() -> str:
    """Stands in the log and in the answer, so that an administrator finds what somebody tells of."""
    return secrets.token_hex(4)


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    places = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors()[:5])
    return JSONResponse({"code": "malformed", "message": places, "params": {"detail": places}}, status_code=422)


async def _of_the_framework(_request: Request, error: Exception) -> JSONResponse:
    """No such route, no such method, a body that is no JSON."""
    assert isinstance(error, HTTPException)
    code = _FRAMEWORK.get(error.status_code, "malformed")
    said = {"code": code, "message": str(error.detail), "params": {"key": "", "detail": str(error.detail)}}
    return JSONResponse(said, status_code=error.status_code, headers=error.headers)


async def _broken_off(request: Request, _error: Exception) -> JSONResponse:
    """Nobody is there to read the answer. It happens on every poor line, and the station goes on where it stands."""
    _log.info("%s %s was broken off", request.method, request.url.path)
    return JSONResponse({"code": "malformed", "message": "broken off", "params": {}}, status_code=400)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """The boundary of a request: what nobody foresaw is logged, and says nothing of the inside."""
    number = _number()
    _log.error("%s %s %s failed", number, request.method, request.url.path, exc_info=error)
    careful = {name.decode(): value.decode() for name, value in CAREFUL}  # it is made outside of all middleware
    said = {"code": "error", "message": f"internal error {number}", "params": {}}
    return JSONResponse(said, status_code=500, headers=careful)
