"""The portal as it is really run: gunicorn, several workers, its own instance folder."""

import os
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from portal.settings import ROOT
from tests.support.people import PASSWORD
from tests.support.servers import free_port, wait_until

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


@dataclass
class Site:
    """A running portal that can be killed and started again on what it has stored."""

    folder: Path
    content: Path = ROOT / "content"
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "INSTANCE_DIR": str(self.folder / "instance"),
            "CONTENT_DIR": str(self.content),
            "SECRET_KEY": "the journeys of the tests sign with this key",
            "PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            **self.settings,
        }

    def command(self, *words: str, given: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the portal, such as `content import`."""
        return subprocess.run(
            [*FLASK, *words], cwd=ROOT, env=self.environment, input=given, text=True, check=check, capture_output=True
        )

    def run(self, code: str) -> None:
        """Run Python in a process of the portal's, as somebody at the machine would."""
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment, check=True)

    def prepare(self) -> None:
        """Make the database and import the content."""
        self.command("db", "upgrade")
        self.command("content", "import")

    def add_user(self, name: str, role: str = "learner") -> None:
        """Add a person with the password of all tests."""
        self.command(
            "user", "create", name, f"{name}@example.org", "--role", role, "--password-stdin", given=PASSWORD + "\n"
        )

    def start(self) -> None:
        """Serve, and wait until the portal answers."""
        self.server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:portal.server", "wsgi:app"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )
        wait_until(self.answers, seconds=30, what="The portal")

    def answers(self) -> bool:
        """Tell whether the portal answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                return True
        except (URLError, OSError):
            return False

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        if self.server is None:
            return []
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def kill(self) -> None:
        """Kill every process of the portal at once, as a power cut would."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def stop(self) -> None:
        """Stop in good order."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)
            self.server = None
