"""What `installer/centre` says fits the program: commands, options, names in the environment; and it can be parsed."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from muni_archive.cli.main import COMMANDS, commands
from muni_archive.store.s3_address import KEY_NAMES, S3Address

ROOT = Path(__file__).resolve().parents[3]
CENTRE = ROOT / "installer" / "centre"
OF_OTHERS = {"PGPASSFILE", "SSL_CERT_FILE", "AWS_CA_BUNDLE", "FORWARDED_ALLOW_IPS", *KEY_NAMES}
"""Read by the database's driver, the TLS libraries, uvicorn, and `S3Address`."""
OF_THE_UNIT = {"MUNI_ARCHIVE_SERVE"}


def command(name):
    found = commands.get_command(click.Context(commands), name)
    assert found is not None, name
    return found


def known_names():
    """Names in the environment that the commands of the centre read."""
    serve = command("serve")
    return {option.envvar for option in serve.params if option.envvar} | OF_OTHERS | OF_THE_UNIT


def settings():
    """Every setting of the example, also those that are commented out."""
    lines = re.findall(r"^#?([A-Z_]+)='([^']*)'$", (CENTRE / "environment.example").read_text(), re.MULTILINE)
    return dict(lines)


def unit(name="muni-archive-centre.service"):
    parser = configparser.RawConfigParser(strict=False, comment_prefixes="#")
    parser.optionxform = str
    parser.read(CENTRE / name)
    return parser


def compose():
    return yaml.safe_load((CENTRE / "compose.yaml").read_text())


def parsed(words):
    """What click makes of the words after the program's name; raises for a command or an option that is not there."""
    name, *rest = words
    found = command(name)
    options = {option for param in found.params for option in param.opts}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert given <= options, given - options
    return found


def test_the_unit_serves_with_the_settings_of_the_example():
    service = unit()["Service"]
    program, *words = service["ExecStart"].split()
    assert Path(program).name == "muni-archive"
    assert words == ["serve", "$MUNI_ARCHIVE_SERVE"]
    made = parsed(["serve", *shlex.split(settings()["MUNI_ARCHIVE_SERVE"])])
    context = made.make_context("serve", shlex.split(settings()["MUNI_ARCHIVE_SERVE"]))
    assert context.params["host"] == "127.0.0.1"
    assert service["EnvironmentFile"] == "/etc/muni-archive/centre.environment"
    assert settings()["MUNI_ARCHIVE_CENTRE"].startswith(f"/var/lib/{service['StateDirectory']}/")


def test_the_unit_waits_longer_than_the_server_does():
    from muni_archive.server.serving import GRACE_S

    assert int(unit()["Service"]["TimeoutStopSec"]) > GRACE_S
    assert compose()["services"]["centre"]["stop_grace_period"] == "30s"


def test_every_setting_is_one_that_something_reads():
    assert set(settings()) <= known_names()
    assert {"MUNI_ARCHIVE_CENTRE", "MUNI_ARCHIVE_DATABASE", "MUNI_ARCHIVE_OBJECTS", *KEY_NAMES} <= set(settings())
    assert set(compose()["services"]["centre"]["environment"]) <= known_names()


def test_the_examples_addresses_are_read():
    found = S3Address.parse(settings()["MUNI_ARCHIVE_OBJECTS"], settings())
    assert (found.bucket, found.prefix, found.endpoint) == ("archive", "centre", "https://objects.example:8333")
    in_compose = compose()["services"]["centre"]["environment"]["MUNI_ARCHIVE_OBJECTS"]
    assert S3Address.parse(in_compose.replace("${OBJECTS_NAME:?}", "o"), settings()).endpoint == "https://o:8333"


def test_compose_names_commands_images_and_places_that_are_there():
    said = compose()
    services = said["services"]
    parsed(services["centre"]["command"])
    build = services["centre"]["build"]
    assert (CENTRE / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    for service in services.values():
        name, _, tag = service["image"].partition(":")
        assert tag, service["image"]
        assert "." not in name.partition("/")[0], "no address of a registry"
        for volume in service["volumes"]:
            place = volume.partition(":")[0]
            assert place in said["volumes"] or place.startswith("./")
    wanted = set(re.findall(r"\$\{([A-Z_]+):\?\}", (CENTRE / "compose.yaml").read_text()))
    example = (CENTRE / "compose.environment.example").read_text()
    assert wanted == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_the_store_has_room_for_volumes_of_every_collection():
    """Of the default's 30 GB each, a disk of some hundreds of GB has few, and the bucket got none."""
    said = compose()["services"]["objects"]["command"]
    (limit,) = [int(each.partition("=")[2]) for each in said if each.startswith("-master.volumeSizeLimitMB=")]
    assert limit <= 1024
    assert "-volume.max=0" in said


def test_the_image_is_made_of_what_is_there():
    text = (CENTRE / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE):
        for place in line.split()[:-1]:
            assert (ROOT / place).exists(), place
    (words,) = re.findall(r"^CMD \[(.+)\]$", text, re.MULTILINE)
    parsed([word.strip(' "') for word in words.split(",")])


def test_the_manual_names_commands_and_options_that_are_there():
    """Every `muni-archive …` in its blocks and tables."""
    text = (ROOT / "docs" / "operating.md").read_text()
    group = command("centre")
    assert isinstance(group, click.Group)
    named = re.findall(r"muni-archive-centre ([a-z][a-z-]*)", text)
    assert {"invite", "revoke", "verify", "reindex"} <= set(named)
    assert set(named) <= set(group.commands)
    called = re.findall(r"^muni-archive ([a-z][a-z-]*)", text, re.MULTILINE)
    assert {"serve", "enrol", "sync", "rejoin"} <= set(called) <= set(COMMANDS)


def test_the_store_reads_a_key_of_its_own():
    services = compose()["services"]
    places = {name: services[name]["volumes"][-1].partition(":")[0] for name in ("objects", "centre")}
    assert places == {"objects": "./tls-objects", "centre": "./tls"}
    text = (ROOT / "docs" / "operating.md").read_text()
    assert "2.23.1" in text
    assert "tls-objects/objects.key" in text


@pytest.mark.parametrize("name", ["muni-archive-centre", "muni-archive-backup"])
def test_the_scripts_are_whole(name):
    script = CENTRE / name
    assert script.stat().st_mode & 0o111
    subprocess.run(["/bin/sh", "-n", script], check=True)


UNITS = sorted(place.name for place in CENTRE.iterdir() if place.suffix in (".service", ".timer"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_the_units(tmp_path, name):
    for each in UNITS:
        text = (CENTRE / each).read_text()
        (tmp_path / each).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--no-pager", tmp_path / name],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")


def test_each_timer_has_its_service_and_the_manual_turns_it_on():
    text = (ROOT / "docs" / "operating.md").read_text()
    timers = [name for name in UNITS if name.endswith(".timer")]
    assert len(timers) == 2
    for name in timers:
        assert name.replace(".timer", ".service") in UNITS
        assert name in text
    assert unit("muni-archive-verify.service")["Service"]["ExecStart"].split()[1:] == ["centre", "verify"]
    assert unit("muni-archive-backup.service")["Service"]["ExecStart"].endswith("/muni-archive-backup")


FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLED"
for word in "$@"; do
  case "$word" in
    --file=*) echo dump >"${word#--file=}" ;;
    VACUUM*) quoted="${word#VACUUM INTO ?}"; echo dump >"${quoted%?}" ;;
    SELECT*) echo 7 ;;
    --list) echo "7; 0 1 TABLE DATA public journal owner" ;;
  esac
done
[ "$FAILS" != "$(basename "$0")" ]
"""


def backed_up(tmp_path, fails="", **settings):
    """What the backup calls, in order, with programs that only say so; its exit code; and the dumps that it left."""
    programs, called, dumps = tmp_path / "bin", tmp_path / "called", tmp_path / "dumps"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore", "rclone", "sqlite3"):
        (programs / name).write_text(FAKE)
        (programs / name).chmod(0o755)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin", "CALLED": str(called), "FAILS": fails, "BACKUP_DUMPS": str(dumps),
        "BACKUP_FILES": "centre:archive/centre", "BACKUP_COPY": "copy:copy/centre", **settings,
    }  # fmt: skip
    ran = subprocess.run([CENTRE / "muni-archive-backup"], env=environment, capture_output=True, check=False)
    return called.read_text().splitlines(), ran.returncode, [place.name for place in dumps.glob("centre-*")]


def test_a_backup_takes_the_database_first_then_the_marks_then_the_bytes(tmp_path):
    called, code, dumps = backed_up(tmp_path)
    assert code == 0
    assert [line.split()[0] for line in called] == ["pg_dump", "pg_restore", "rclone", "rclone", "rclone"]
    assert [line.split()[-1] for line in called[2:]] == [
        f"copy:copy/centre/{each}" for each in ("verified", "blobs", "dumps")
    ]
    assert all("--immutable --no-update-modtime --metadata" in line for line in called[2:4])
    assert "search_*" in called[0]
    assert len(dumps) == 1
    assert dumps[0] in called[4]


def test_a_backup_of_a_centre_in_a_folder(tmp_path):
    settings = {"BACKUP_SQLITE": "/data/centre.sqlite3", "BACKUP_FILES": "/data/vault"}
    called, code, dumps = backed_up(tmp_path, **settings)
    assert (code, len(called), len(dumps)) == (0, 4, 1)
    assert called[0].startswith("sqlite3 -readonly /data/centre.sqlite3 VACUUM INTO ")
    assert called[2].endswith(" /data/vault copy:copy/centre/vault")
    assert called[3].endswith(f"{dumps[0]} copy:copy/centre/dumps")


def test_a_dump_that_fails_is_no_backup(tmp_path):
    called, code, dumps = backed_up(tmp_path, fails="pg_dump")
    assert (code, len(called), dumps) == (1, 1, [])


def test_every_setting_of_the_backup_is_one_that_something_reads():
    named = re.findall(r"^#?([A-Z_]+)='", (CENTRE / "backup.environment.example").read_text(), re.MULTILINE)
    used = set(re.findall(r"BACKUP_[A-Z]+", (CENTRE / "muni-archive-backup").read_text()))
    assert {name for name in named if name.startswith("BACKUP_")} == used
    assert {name.partition("_")[0] for name in named} == {
        "BACKUP",
        "RCLONE",
        "PGHOST",
        "PGUSER",
        "PGDATABASE",
        "PGPASSFILE",
    }


def test_the_proxy_lets_pass_what_the_centre_takes():
    from muni_archive.server import bodies
    from muni_archive.server.routes import LONGEST_WAIT
    from muni_archive.server.serving import KEEP_ALIVE_S
    from muni_archive.sync.client import LONG_S

    text = (CENTRE / "nginx.conf").read_text()

    def number(name, unit):
        return int(re.findall(rf"^\s*{name} (\d+){unit};", text, re.MULTILINE)[0])

    assert number("client_max_body_size", "m") * 2**20 > bodies.LARGEST
    assert number("proxy_read_timeout", "s") > max(LONG_S, LONGEST_WAIT)
    assert number("keepalive_timeout", "s") < KEEP_ALIVE_S
    assert text.count("{") == text.count("}")
