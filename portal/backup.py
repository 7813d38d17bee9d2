"""A backup: every table as JSON lines in one ZIP file, the same on SQLite and PostgreSQL."""

import base64
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Base

FORMAT = 1
MANIFEST = "manifest.json"


class BrokenBackup(Exception):
    """The file is not a backup that this portal can restore; the message says why."""


def write_backup(session: Session, file: Path) -> int:
    """Write all tables into a file, as one consistent state; return the number of rows.

    The file appears whole or not at all: it is written under a passing name beside its place and then moved there.
    """
    session.rollback()  # ends a read under way, so that all tables are read in one of our own
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    manifest: dict[str, Any] = {"format": FORMAT, "schema": _schema_version(session), "tables": {}}
    handle, passing = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in Base.metadata.sorted_tables:
                manifest["tables"][table.name] = _write_table(session, table, archive)
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        Path(passing).replace(file)
    except BaseException:
        Path(passing).unlink(missing_ok=True)
        raise
    finally:
        session.rollback()
    return sum(entry["rows"] for entry in manifest["tables"].values())


def read_backup(session: Session, file: Path) -> int:
    """Replace all rows with those of a backup; return their number. The caller's transaction makes it all or nothing.

    Raises BrokenBackup for a damaged or foreign file, or one from another version of the schema.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _restore(session, archive)
    except (zipfile.BadZipFile, KeyError, ValueError, sa.exc.SQLAlchemyError) as problem:
        raise BrokenBackup(f"{file} is damaged or no backup of this portal: {problem}") from problem


def _restore(session: Session, archive: zipfile.ZipFile) -> int:
    manifest = json.loads(archive.read(MANIFEST))
    present = _schema_version(session)
    if manifest.get("format") != FORMAT or manifest.get("schema") != present:
        raise BrokenBackup(
            f"The backup has the schema {manifest.get('schema')}, the database {present}; "
            "restore it with the version of the portal which wrote it, then upgrade."
        )
    tables = Base.metadata.sorted_tables
    later = _columns_filled_later()
    for table, name in later:
        session.execute(table.update().values({name: None}))
    for table in reversed(tables):
        session.execute(table.delete())
    for table in tables:
        rows = list(_read_table(table, archive, manifest["tables"][table.name]))
        postponed = {name: None for owner, name in later if owner is table}
        _insert(session, table, [{**row, **postponed} for row in rows])
        manifest["tables"][table.name]["restored"] = rows
    for table, name in later:
        _fill(session, table, name, manifest["tables"][table.name]["restored"])
    _set_sequences(session)
    return sum(len(entry["restored"]) for entry in manifest["tables"].values())


def _schema_version(session: Session) -> str:
    return str(session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _write_table(session: Session, table: sa.Table, archive: zipfile.ZipFile) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    order = list(table.primary_key.columns)
    with archive.open(f"{table.name}.jsonl", "w") as stream:
        for row in session.execute(sa.select(table).order_by(*order)).mappings():
            line = json.dumps({column: _to_json(value) for column, value in row.items()}, ensure_ascii=False) + "\n"
            stream.write(line.encode())
            digest.update(line.encode())
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _read_table(table: sa.Table, archive: zipfile.ZipFile, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    content = archive.read(f"{table.name}.jsonl")
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise BrokenBackup(f"The table {table.name} is not as it was written.")
    for line in content.decode().split("\n")[:-1]:
        row = json.loads(line)
        yield {column.name: _from_json(column, row[column.name]) for column in table.columns}


def _insert(session: Session, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(table.insert(), rows)


def _columns_filled_later() -> list[tuple[sa.Table, str]]:
    """Return the columns that close a circle between tables: rows go in without them, and get them at the end."""
    return [
        (table, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.use_alter for key in column.foreign_keys)
    ]


def _fill(session: Session, table: sa.Table, name: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row[name] is not None:
            session.execute(table.update().where(table.c.id == row["id"]).values({name: row[name]}))


def _set_sequences(session: Session) -> None:
    """Let PostgreSQL go on counting after the largest id; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            largest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            session.execute(sa.select(sa.func.setval(sequence, largest, False)))


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return value


def _from_json(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, dict) and not isinstance(column.type, sa.JSON):
        if "time" in value:
            return datetime.fromisoformat(value["time"])
        return base64.b64decode(value["bytes"])
    return value
