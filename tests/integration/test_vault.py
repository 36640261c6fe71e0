"""Secrets of connections are encrypted with the deployment's key, each bound to its connection."""

import pytest
from moto import mock_aws

import shared.infra.aws
from shared.infra.aws import AwsError
from shared.infra.vault import seal, unseal


def test_a_secret_can_be_read_for_its_connection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        shared.infra.aws.client.cache_clear()
        kms = shared.infra.aws.client("kms")
        monkeypatch.setenv("INTEGRATIONS_KEY_ID", kms.create_key()["KeyMetadata"]["KeyId"])
        sealed = seal("connection_1", "s3cr3t")
        assert b"s3cr3t" not in sealed
        assert unseal("connection_1", sealed) == "s3cr3t"
        with pytest.raises(AwsError):
            unseal("connection_2", sealed)
    shared.infra.aws.client.cache_clear()
