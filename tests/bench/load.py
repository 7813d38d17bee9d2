"""A client that asks one address again and again over a few open connections."""

import socket
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 4


@dataclass
class Load:
    """What a number of connections got in a number of seconds."""

    seconds: float = 0
    times: list[float] = field(default_factory=list)
    """Seconds that each request took."""

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.times) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.times)


def ask(address: str, *, seconds: float, status: int = 200, headers: dict[str, str] | None = None) -> Load:
    """Ask an address for some seconds over CONNECTIONS connections. Raises ValueError for another status."""
    parts = urlsplit(address)
    lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Accept: text/html"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    load = Load()
    errors: list[BaseException] = []
    end = time.perf_counter() + seconds

    def run() -> None:
        try:
            while time.perf_counter() < end:
                ask_over_one_connection()
        except (OSError, ValueError) as error:
            errors.append(error)

    def ask_over_one_connection() -> None:
        """Ask until the time is over, or the server ends the connection, as it does when it replaces a worker."""
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
            reader = connection.makefile("rb")
            while (began := time.perf_counter()) < end:
                connection.sendall(request)
                if not read_answer(reader, status):
                    return
                load.times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=run) for _connection in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - began
    if errors:
        raise ValueError(f"{address}: {errors[0]}")
    return load


def read_answer(reader: socket.SocketIO, status: int) -> bool:
    """Read one answer to its end; tell whether there was one."""
    first = reader.readline()
    if not first:
        return False
    if int(first.split(b" ")[1]) != status:
        raise ValueError(f"expected {status}, got {first!r}")
    length = 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if status != 304:
        reader.read(length)
    return True
