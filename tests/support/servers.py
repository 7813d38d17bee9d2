"""Real servers on loopback for the length of a test run, each with its own data folder and port."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes; the databases of a test process take a tenth of that


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for a condition; fail with the name of what did not come."""
    end = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come up within {seconds} seconds")
        time.sleep(0.05)


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if shutil.which("initdb"):
        return Path(str(shutil.which("initdb"))).resolve().parent
    raise FileNotFoundError("PostgreSQL is missing: `make services` installs it")


def roomy_memory() -> Path | None:
    """Return the folder whose files lie in memory, where there is one with room; containers often have little."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return None


@contextmanager
def run_postgres() -> Iterator[str]:
    """Run a PostgreSQL server; yield its address without a database name.

    It refuses to run as root, so root hands it over to the user `nobody`; and its folder is not one of pytest's, whose
    next run would take away the right to look into it. Nearly every test makes a database, hundreds of files, which
    takes a tenth of the time where they never touch a disk.
    """
    programs, port = find_postgres(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-", dir=roomy_memory()))
    data = folder / "data"
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N"],
        check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
    )
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options.split(" ")], user=user, cwd=folder,
            stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
    address = f"postgresql://portal@127.0.0.1:{port}"

    def answers() -> bool:
        try:
            psycopg.connect(f"{address}/postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    try:
        wait_until(answers, seconds=30, what="PostgreSQL")
        yield address
    finally:
        server.send_signal(signal.SIGQUIT)  # at once; nothing in it is worth a checkpoint
        server.wait(20)
        shutil.rmtree(folder)


@contextmanager
def run_redis(folder: Path) -> Iterator[str]:
    """Run a Redis server; yield its address."""
    program = shutil.which("redis-server")
    if program is None:
        raise FileNotFoundError("Redis is missing: `make services` installs it")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        wait_until(answers, seconds=10, what="Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        client.close()
        server.terminate()
        server.wait(10)
