"""Where the centre's data are: by option or by environment, and what is said of an address that is none."""

import pytest
from click.testing import CliRunner

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import commands
from muni_archive.domain.errors import WrongUse


@pytest.mark.parametrize(
    "address",
    ["nonsense", "postgres://a:geheim@h/x", "mysql://a:geheim@h/x", "postgresql+psycopg://a:geheim@h:far/x"],
)
def test_an_address_that_is_no_databases_is_refused_without_telling_its_password(tmp_path, address):
    with pytest.raises(WrongUse) as refused:
        open_centre(tmp_path, database=address)
    assert "postgresql+psycopg" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None  # which would be shown with it, password and all


def test_the_environment_says_where_the_data_are(tmp_path):
    """So that no password stands on a command line, where every user of the machine can read it."""
    places = {"MUNI_ARCHIVE_CENTRE": str(tmp_path / "data"), "MUNI_ARCHIVE_DATABASE": "mysql://a:geheim@h/x"}
    ran = CliRunner().invoke(commands, ["centre", "stations"], env=places)
    assert isinstance(ran.exception, WrongUse)
    del places["MUNI_ARCHIVE_DATABASE"]
    assert CliRunner().invoke(commands, ["centre", "stations"], env=places).exit_code == 0
    assert (tmp_path / "data" / "centre.sqlite3").is_file()
