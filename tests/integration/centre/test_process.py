"""What is in a serving process, and what it writes down: no code that opens pictures, and no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.domain.centre_errors import SignInRefused
from muni_archive.services.centre.people import add_person
from muni_archive.sync.keys import find_key
from tests.helpers.centres import PlainStation
from tests.helpers.serving import served

ROOT = Path(__file__).parents[3]
DECODERS = (
    "PIL", "cv2", "numpy", "onnxruntime", "pikepdf", "pypdfium2", "pdf2image", "img2pdf", "pytesseract", "zxingcpp",
    "fontTools", "PySide6", "muni_archive.ocr.pool", "muni_archive.ocr.own", "muni_archive.imaging",
    "muni_archive.intake", "muni_archive.rendition",
)  # fmt: skip
"""What opens pictures or PDFs, reads pages, or draws."""

SERVE = """
import hashlib, sys, threading, time
from pathlib import Path
import httpx, uvicorn
from muni_archive.bootstrap import open_centre
from muni_archive.server.app import create_app
from muni_archive.server.serving import configured
from tests.helpers.asking import enrolled
from tests.helpers.centres import PlainStation
from tests.helpers.serving import free_port

folder = Path(sys.argv[1])
with open_centre(folder / "centre") as opened:
    port, app = free_port(), create_app(opened.centre)
    server = uvicorn.Server(configured(app, host="127.0.0.1", port=port))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        asker = enrolled(opened, http, "A1", "station-a")
        data = b"%PDF-1.7 not really a PDF"
        sha = hashlib.sha256(data).hexdigest()
        sent = asker.ask("PUT", f"/v1/files/{sha}/parts/0?size={len(data)}", data)
        assert sent.json()["stored"], sent.text
        plain = PlainStation(folder / "P5", "P5")
        plain.enrol(opened)
        document_id = plain.add_document("x")
        plain.send(opened)
        plain.close()
        ends = time.monotonic() + 30
        while opened.centre.place.index.cursor < 6 and time.monotonic() < ends:
            time.sleep(0.1)
        assert opened.centre.place.index.cursor >= 6
        assert asker.ask("GET", f"/v1/documents/{document_id}").status_code == 200
        assert asker.ask("POST", "/v1/search", {"query": "x"}).status_code == 200
        assert http.get("/health").status_code == 200
    server.should_exit = True
    thread.join()
print("\\n".join(sorted(sys.modules)))
"""


def test_a_serving_process_has_no_code_that_opens_what_it_is_sent(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", SERVE, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, env=environment,
        timeout=200, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    loaded = set(ran.stdout.split())
    assert "muni_archive.server.routes" in loaded
    assert loaded.isdisjoint(DECODERS), sorted(loaded & set(DECODERS))


def test_neither_has_the_command_that_serves(tmp_path):
    """What is served above is served by a command line that knows many other commands."""
    code = f"import sys; from muni_archive.cli import main; main({['centre', '--data', str(tmp_path), 'stations']!r})"
    code += "; from muni_archive.cli.centre_commands import serve; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert set(ran.stdout.split()).isdisjoint(DECODERS), sorted(set(ran.stdout.split()) & set(DECODERS))


def test_every_command_is_found_where_it_is_said_to_be():
    from muni_archive.cli.main import COMMANDS, commands

    context = click.Context(commands)
    assert [commands.get_command(context, name).name for name in COMMANDS] == list(COMMANDS)
    assert commands.get_command(context, "nothing") is None


def test_the_log_tells_what_happened_and_no_secret(tmp_path):
    password, wrong = "four words and a river", "not the right password"
    PlainStation(tmp_path / "A1", "A1").close()
    with served(tmp_path / "centre", "--access-log") as centre:
        code = centre.invite()
        enrol_archive(tmp_path / "A1", url=centre.url, code=code)
        with open_centre(centre.folder, beside=True) as opened:
            person = add_person(opened.centre, "مريم", password)
        with (
            open_workplace(tmp_path / "A1", read_only=True) as own,
            open_together(tmp_path / "A1", own.place) as line,
        ):
            client = line.together.line
            with pytest.raises(SignInRefused):
                client.sign_in("مريم", wrong)
            client.sign_in("مريم", password)
            client.search({"query": "رخصة سرية"})
            session, token = client._session[0], client._person
            key = find_key(tmp_path / "A1", client._station_id)
        centre.stop()
    log = (tmp_path / "serve.log").read_text(encoding="utf-8")
    assert "/v1/sign-in" in log
    assert person.id in log
    assert "sign-in-refused" in log
    for secret in (code, password, wrong, session, token, key, "رخصة سرية", "argon2", "muni-signature"):
        assert secret
        assert secret not in log
        assert ascii(secret)[1:-1] not in log
