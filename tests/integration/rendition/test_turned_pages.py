"""A sheet that went through the feeder sideways: its words are found in the access copy as on any other."""

from datetime import UTC, datetime

import pytest

from muni_archive.rendition import AccessPage, make_access_copy
from muni_archive.rendition.extraction import extracted_pages
from tests.helpers.redactable import CIVIL_ID, drawn, saved, turned


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_lying_pages_have_their_text(tmp_path, degrees):
    image, reading = turned(*drawn(), degrees)
    master = tmp_path / "master"
    master.write_bytes(saved(image, "JPEG"))
    page = AccessPage(path=master, media_type="image/jpeg", rotation=degrees, dpi=200, reading=reading)
    copy = make_access_copy([page], title="x", language="ar", created=datetime.now(UTC), metadata={})
    assert CIVIL_ID in extracted_pages(copy)[0]
