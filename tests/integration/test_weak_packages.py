"""The audit of packages: a finding fails the run, that nobody can be asked does not, and they are told apart."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("package_audit", ROOT / "installer" / "audit.py")
package_audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(package_audit)

KNOWN = {"jinja2": ["CVE-1"], "urllib3": ["CVE-2"]}
SERVICE = """
import json, sys, time
from pathlib import Path

known = json.loads(sys.argv[1])
way = sys.argv[2]
at = sys.argv.index
asked = Path(sys.argv[at("--requirement") + 1]).read_text().split()
names = [line.partition("==")[0] for line in asked]
if way == "hangs":
    time.sleep(60)
if way == "away" or (way == "goes away" and "jinja2" not in names):
    sys.exit("ERROR: could not connect")
said = []
for name in names:
    if known.get(name, []) is None:
        said.append({"name": name, "skip_reason": "not found"})
    else:
        said.append({"name": name, "version": "1", "vulns": [{"id": each} for each in known.get(name, [])]})
Path(sys.argv[at("--output") + 1]).write_text(json.dumps({"dependencies": said, "fixes": []}))
sys.exit(any(each.get("vulns") for each in said))
"""


@pytest.fixture
def audited(tmp_path, capsys):
    """What the audit of two packages ends with and says, by a service that knows this, and answers in this way."""
    service, pins = tmp_path / "service.py", tmp_path / "pins.txt"
    service.write_text(SERVICE)
    pins.write_text("good==1\nother==2\n")

    def audit(known, way="answers"):
        code = package_audit.audit([sys.executable, str(service), json.dumps(known), way], pins)
        return code, capsys.readouterr().err.splitlines()

    return audit


def test_a_finding_fails_and_is_named(audited):
    code, said = audited(KNOWN | {"good": ["CVE-3", "CVE-4"]})
    assert code == package_audit.WEAK
    assert said[0] == "good: CVE-3, CVE-4"


def test_nothing_found_by_a_service_that_tells(audited):
    assert audited(KNOWN) == (0, ["No weakness is known of 2 pinned packages."])


def test_what_the_service_does_not_know_is_said(audited):
    code, said = audited(KNOWN | {"other": None})
    assert (code, len(said)) == (0, 2)
    assert said[0].endswith(": other")


@pytest.mark.parametrize("known", [{}, {"jinja2": None, "urllib3": None}])
def test_a_mirror_that_finds_nothing_in_anything_is_not_believed(audited, known):
    code, said = audited(known | {"good": ["CVE-3"]})
    assert (code, len(said)) == (0, 1)
    assert "NOT looked up" in said[0]


@pytest.mark.parametrize("way", ["away", "goes away", "hangs"])
def test_who_cannot_be_asked_is_said_in_one_line(audited, monkeypatch, way):
    monkeypatch.setattr(package_audit, "FIRST_S", 2.0 if way == "hangs" else 60.0)
    code, said = audited(KNOWN | {"good": ["CVE-3"]}, way)
    assert (code, len(said)) == (0, 1)
    assert "NOT looked up" in said[0]


def test_the_run_of_all_checks_asks():
    assert "installer/audit.py" in (ROOT / "installer" / "test.sh").read_text()
