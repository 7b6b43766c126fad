"""The way back from an applied restructuring: what a document means by the keys of what it begins."""

from uuid import UUID

import pytest

from app.domain.restructuring.reversing import established_again, key_of

WAS = UUID("01a209af-ceb7-704d-a958-56a74ecd3f76")
NEW = UUID("01a209b2-22a2-7339-b102-cda175462cc3")


def test_what_is_established_again_is_found_by_its_key() -> None:
    assert established_again({key_of(WAS): NEW, "#land-office": NEW}) == {WAS: NEW}


@pytest.mark.parametrize("key", [f"#{WAS.hex}", f"#{WAS.hex[:4]}-{WAS.hex[4:]}", f"#urn-{WAS}"])
def test_a_key_that_only_reads_like_an_id_is_a_name_of_its_own(key: str) -> None:
    assert established_again({key: NEW}) == {}
