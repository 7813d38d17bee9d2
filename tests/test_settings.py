import dataclasses
import re
import stat
from pathlib import Path

import pytest

from portal.settings import ROOT, Settings, WrongSetting

LONG_KEY = "k" * 32


def test_without_any_variable_a_laptop_is_served() -> None:
    settings = Settings.from_environment({})
    assert settings.site_name == "Nexus"
    assert not settings.is_production
    assert settings.sqlalchemy_url == f"sqlite:///{ROOT / 'instance' / 'portal.db'}"


def test_variables_are_read_with_their_types() -> None:
    settings = Settings.from_environment({"PORT": "9000", "INSTANCE_DIR": "/var/lib/portal", "SITE_NAME": " Harbour "})
    assert settings.port == 9000
    assert settings.instance_path == Path("/var/lib/portal")
    assert settings.site_name == "Harbour"


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert Settings.from_environment({"PORT": "", "REDIS_URL": "  "}) == Settings()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_is_reached_by_the_driver_that_is_installed(scheme: str) -> None:
    settings = Settings.from_environment({"DATABASE_URL": f"{scheme}://portal@db/portal"})
    assert settings.sqlalchemy_url == "postgresql+psycopg://portal@db/portal"


def test_other_addresses_of_databases_are_taken_as_they_are() -> None:
    assert Settings(database_url="sqlite:////tmp/x.db").sqlalchemy_url == "sqlite:////tmp/x.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "loud"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://db/portal"),
        ("SITE_URL", "learn.example.org"),
        ("SITE_URL", "http://"),
        ("CHAT_URL", "javascript:alert(1)"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("WORKERS", "0"),
        ("SEARCH_ENGINE", "sphinx"),
        ("SEARCH_ENGINE", "postgresql"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name} [^\n]+\.$"):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("database", "engine", "is_in_database"),
    [
        ("", "", False),
        ("sqlite:////tmp/x.db", "whoosh", False),
        ("postgres://db/portal", "", True),
        ("postgresql://db/portal", "postgresql", True),
        ("postgresql://db/portal", "whoosh", False),
    ],
)
def test_the_search_index_lies_in_postgresql_where_there_is_one_and_nothing_else_is_set(
    database: str, engine: str, is_in_database: bool
) -> None:
    settings = Settings.from_environment({"DATABASE_URL": database, "SEARCH_ENGINE": engine})
    assert settings.searches_in_database is is_in_database


def test_production_needs_a_key() -> None:
    with pytest.raises(WrongSetting, match="SECRET_KEY is missing"):
        Settings.from_environment({"ENVIRONMENT": "production"})
    assert Settings.from_environment({"ENVIRONMENT": "production", "SECRET_KEY": LONG_KEY}).signing_key() == LONG_KEY


def test_development_makes_a_key_once_and_hides_it(tmp_path: Path) -> None:
    settings = Settings(instance_dir=tmp_path)
    key = settings.signing_key()
    assert len(key) >= 32
    assert settings.signing_key() == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_every_setting_stands_in_the_readme_with_its_default_and_help() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for declared in dataclasses.fields(Settings):
        row = re.search(rf"^\| `{declared.name.upper()}` \| (.+) \| (.+) \|$", readme, flags=re.MULTILINE)
        assert row is not None, f"{declared.name.upper()} is missing"
        default = str(declared.default)
        assert row[1] == (f"`{default}`" if default else "empty")
        assert row[2] == declared.metadata["help"]
