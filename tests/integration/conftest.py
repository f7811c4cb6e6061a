import pytest

from muni_archive.demonstration.seaweed import running_seaweed, weed


@pytest.fixture(scope="session")
def seaweed():
    if weed() is None:
        pytest.skip("SeaweedFS (weed) is not installed")
    with running_seaweed() as store:
        yield store
