"""Every setting of the portal: its name, type, default and help, read once from the environment."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
CACHES = ("redis://", "rediss://", "unix://")
KEY_LENGTH = 32  # characters of SECRET_KEY at least
SEARCH_ENGINES = ("auto", "whoosh", "postgresql")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class WrongSetting(Exception):
    """A setting is missing or wrong; the message is one sentence which names it."""


def setting(default: Any, help: str) -> Any:
    """Declare a setting; the name of the environment variable is the field's in capitals."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings in force, one field an environment variable."""

    site_name: str = setting("Nexus", "The name of the site, shown in the header and in titles")
    site_url: str = setting(
        "",
        "The public address, such as `https://learn.example.org`, for feeds. Empty: from the request",
    )
    environment: str = setting("development", "`development` or `production`")
    secret_key: str = setting(
        "",
        "Signs cookies; at least 32 characters. Required in production; "
        "in development one is made and kept in the instance folder",
    )
    instance_dir: Path = setting(Path("instance"), "The folder of the SQLite file and of Whoosh's search index")
    content_dir: Path = setting(Path("content"), "The folder of the curated content")
    database_url: str = setting("", "`sqlite:///…` or `postgresql://…`. Empty: `portal.db` in the instance folder")
    search_engine: str = setting(
        "auto",
        "`whoosh` keeps the search index in the instance folder, `postgresql` in the database. "
        "`auto`: in the database where that is PostgreSQL",
    )
    redis_url: str = setting("", "`redis://…`; replicas count failed sign-ins there together. Empty: in the database")
    chat_url: str = setting("", "The address of the learners' chat, shown on the collaboration page. Empty: none")
    trusted_proxies: int = setting(
        0, "How many reverse proxies in front are trusted to tell the client's address and scheme"
    )
    log_level: str = setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`")
    host: str = setting("127.0.0.1", "The address to listen on")
    port: int = setting(8000, "The port to listen on")
    workers: int = setting(2, "The number of worker processes")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables.

        Raises WrongSetting with one sentence which names the first variable that is missing or wrong.
        """
        given = {}
        for declared in fields(cls):
            name = declared.name.upper()
            text = environment.get(name, "").strip()
            if text:
                given[declared.name] = _parse(name, text, type(declared.default))
        settings = cls(**given)
        settings._check()
        return settings

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def instance_path(self) -> Path:
        """The instance folder as an absolute path; a relative setting counts from the project's folder."""
        return (ROOT / self.instance_dir).resolve()

    @property
    def content_path(self) -> Path:
        """The content folder as an absolute path; a relative setting counts from the project's folder."""
        return (ROOT / self.content_dir).resolve()

    @property
    def sqlalchemy_url(self) -> str:
        """The address of the database with the driver that the portal brings."""
        if not self.database_url:
            return f"sqlite:///{self.instance_path / 'portal.db'}"
        scheme, rest = self.database_url.split("://", 1)
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg://{rest}"
        return self.database_url

    @property
    def searches_in_database(self) -> bool:
        """Whether the search index is kept in the database, for all replicas together."""
        return self.sqlalchemy_url.startswith("postgresql") and self.search_engine != "whoosh"

    def signing_key(self) -> str:
        """Return the key that signs cookies; in development, make one and keep it in the instance folder."""
        if self.secret_key:
            return self.secret_key
        kept = self.instance_path / "secret-key"
        try:
            with kept.open("x", encoding="ascii") as new:
                kept.chmod(0o600)
                new.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return kept.read_text(encoding="ascii")

    def _check(self) -> None:
        for is_wrong, message in self._complaints():
            if is_wrong:
                raise WrongSetting(message)

    def _complaints(self) -> Iterator[tuple[bool, str]]:
        """Yield each rule as whether it is broken and the sentence that says so."""
        yield (
            self.environment not in ENVIRONMENTS,
            f"ENVIRONMENT must be development or production, not {self.environment!r}.",
        )
        yield (
            self.log_level not in LOG_LEVELS,
            f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {self.log_level!r}.",
        )
        yield (
            self.is_production and not self.secret_key,
            f"SECRET_KEY is missing; production needs one of at least {KEY_LENGTH} characters.",
        )
        yield (
            0 < len(self.secret_key) < KEY_LENGTH,
            f"SECRET_KEY is too short; it needs at least {KEY_LENGTH} characters.",
        )
        yield _is_foreign(self.database_url, DATABASES), "DATABASE_URL must begin with sqlite:/// or postgresql://."
        yield (
            self.search_engine not in SEARCH_ENGINES,
            f"SEARCH_ENGINE must be one of {', '.join(SEARCH_ENGINES)}, not {self.search_engine!r}.",
        )
        yield (
            self.search_engine == "postgresql" and not self.searches_in_database,
            "SEARCH_ENGINE can be postgresql only where DATABASE_URL is an address of PostgreSQL.",
        )
        yield _is_foreign(self.redis_url, CACHES), "REDIS_URL must begin with redis://, rediss:// or unix://."
        for name, value in (("SITE_URL", self.site_url), ("CHAT_URL", self.chat_url)):
            yield (
                _is_no_address(value),
                f"{name} must be an address that begins with http:// or https://, not {value!r}.",
            )
        yield not 1 <= self.port <= 65535, f"PORT must be between 1 and 65535, not {self.port}."
        yield not 1 <= self.workers <= 256, f"WORKERS must be between 1 and 256, not {self.workers}."
        yield (
            not 0 <= self.trusted_proxies <= 10,
            f"TRUSTED_PROXIES must be between 0 and 10, not {self.trusted_proxies}.",
        )


def _is_foreign(address: str, schemes: tuple[str, ...]) -> bool:
    return bool(address) and not address.startswith(schemes)


def _is_no_address(value: str) -> bool:
    parts = urlsplit(value)
    return bool(value) and (parts.scheme not in ("http", "https") or not parts.netloc)


def _parse(name: str, text: str, kind: type) -> Any:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise WrongSetting(f"{name} must be a whole number, not {text!r}.") from None
    if issubclass(kind, Path):
        return Path(text)
    return text
