"""A stack whose engines run elsewhere: here, in another stack."""

from pathlib import Path

import asyncpg
import pytest
from minio import Minio

from deploy.local.stack import Stack


async def test_engines_of_another_place_are_prepared_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the three URLs given, nothing is started; databases, roles and buckets are made where the URLs point."""
    async with Stack(tmp_path / "elsewhere", durable=False, erase=True) as elsewhere:
        await elsewhere.start_part("postgres", elsewhere.postgres.launch)
        await elsewhere.start_part("objectstore", elsewhere.objectstore.launch)
        key, secret = elsewhere.objectstore.access_key("identity"), elsewhere.objectstore.secret_key("identity")
        monkeypatch.setenv("TIRO_POSTGRES_URL", elsewhere.admin_dsn)
        monkeypatch.setenv("TIRO_S3_URL", f"http://{key}:{secret}@{elsewhere.objectstore.endpoint}")
        monkeypatch.setenv("TIRO_BROKER_URL", "amqp://somebody:word@mq.example/tiro")
        async with Stack(tmp_path / "here", erase=True) as here:
            await here.start_engines()
            assert here.processes.names() == []
            told = here.environment("declaration")
            connection = await asyncpg.connect(here.around.dsn("declaration"))
            assert (
                await connection.fetchval("SELECT current_user || '/' || current_schema()") == "declaration/declaration"
            )
            await connection.close()
            client = Minio(
                endpoint=told["DECLARATION_BUCKET__ENDPOINT"],
                access_key=told["DECLARATION_BUCKET__ACCESS_KEY"],
                secret_key=Path(told["DECLARATION_BUCKET__SECRET_KEY_FILE"]).read_text(encoding="utf-8"),
                secure=False,
                region="us-east-1",
            )
            assert client.bucket_exists(bucket_name=told["DECLARATION_BUCKET__NAME"])
