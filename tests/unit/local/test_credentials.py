"""The credentials that open the stack's own AWS services."""

from pathlib import Path

from local.aws.credentials import Credentials


def test_each_run_has_an_access_key_id_that_nobody_can_guess() -> None:
    ids = {Credentials.new().access_key_id for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) == 32 and each.isalnum() for each in ids), "DynamoDB Local takes letters and digits only"


def test_a_folder_of_tables_keeps_its_access_key_id_for_its_owner_alone(tmp_path: Path) -> None:
    made = Credentials.kept_in(tmp_path)
    assert Credentials.kept_in(tmp_path) == made
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
