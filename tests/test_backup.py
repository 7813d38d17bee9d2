import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.domain import Role
from portal.backup import MANIFEST, BrokenBackup, read_backup, write_backup
from portal.contributions import operations as contributing
from portal.contributions.domain import Decision, Proposal
from portal.db import Base, db, transaction
from portal.moderation.operations import decide
from portal.progress.domain import Status
from portal.progress.operations import set_status
from tests.support.people import add_user

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def lived_in(app: Flask, library: Path) -> Flask:
    """A portal with something in every table."""
    ada, mona = add_user("ada"), add_user("mona", Role.MODERATOR)
    note = Proposal(
        "Line\u2028separators", "They are in texts — as are dashes.", "They break naive readers of lines.\n" * 3
    )
    with transaction() as session:
        set_status(session, user_id=ada, topic_slug="http", status=Status.DONE, now=NOW)
        sent = contributing.create_note(
            session, author_id=ada, topic_slug="http", proposal=note, submit=True, form_id="x", now=NOW
        )
        contributing.ask_for_note(session, wording="Sagas", now=NOW)
    with transaction() as session:
        decide(
            session,
            contribution_id=sent.id,
            moderator_id=mona,
            decision=Decision.APPROVE,
            comment="",
            version=1,
            now=NOW,
        )
    return app


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {
        table.name: [dict(row) for row in session.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
        for table in Base.metadata.sorted_tables
    }


def restore(file: Path) -> int:
    with transaction() as session:
        return read_backup(session, file)


def test_what_was_saved_comes_back_to_the_last_row(lived_in: Flask, session: Session, tmp_path: Path) -> None:
    before = everything(session)
    file = tmp_path / "portal.zip"
    rows = write_backup(session, file)
    with transaction() as writing:
        add_more(writing)
    assert restore(file) == rows == sum(map(len, before.values()))
    assert everything(session) == before


def add_more(session: Session) -> None:
    session.execute(sa.text("UPDATE users SET email = 'changed@example.org' WHERE username = 'ada'"))
    session.execute(sa.text("DELETE FROM topic_progress"))


def test_life_goes_on_after_a_restore(lived_in: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "portal.zip"
    write_backup(session, file)
    restore(file)
    assert add_user("bea") not in {row["id"] for row in everything(session)["users"] if row["username"] != "bea"}


def test_a_backup_of_one_database_restores_on_the_other(
    lived_in: Flask, session: Session, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = everything(session)
    file = tmp_path / "portal.zip"
    write_backup(session, file)
    other = "postgres_template" if db.engine.dialect.name == "sqlite" else "sqlite_template"
    template = request.getfixturevalue(other)
    (tmp_path / "other").mkdir()
    address = template.copy(tmp_path / "other")
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as elsewhere:
        read_backup(elsewhere, file)
        elsewhere.commit()
        assert everything(elsewhere) == before
    engine.dispose()
    template.drop(address)


def spoil(file: Path, name: str, content: bytes) -> None:
    """Replace one member of a backup."""
    with zipfile.ZipFile(file) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = content
    with zipfile.ZipFile(file, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("users.jsonl", b'{"id": 1}\n', "not as it was written"),
        (MANIFEST, json.dumps({"format": 1, "schema": "another", "tables": {}}).encode(), "has the schema another"),
        (MANIFEST, b"{", "damaged or no backup"),
    ],
)
def test_a_damaged_or_foreign_backup_changes_nothing(
    lived_in: Flask, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    session = db.session()
    before = everything(session)
    file = tmp_path / "portal.zip"
    write_backup(session, file)
    spoil(file, name, content)
    with pytest.raises(BrokenBackup, match=message):
        restore(file)
    assert everything(session) == before


def test_what_is_no_archive_at_all_is_refused(lived_in: Flask, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    with pytest.raises(BrokenBackup, match="damaged or no backup"):
        restore(file)


def test_a_backup_that_fails_leaves_no_half_file(lived_in: Flask, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "portal.zip").mkdir()
    with pytest.raises(OSError, match=r"portal\.zip"):
        write_backup(session, folder / "portal.zip")
    assert [entry.name for entry in folder.iterdir()] == ["portal.zip"]
