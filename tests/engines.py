"""Real engines for tests: a PostgreSQL of their own on loopback, and Java for Spark.

Where one is not installed the test is skipped, or fails when ``THOR_ENGINES=all`` says that they
must be there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

PASSWORD = "geheim-wachtwoord"


def absent(what: str) -> NoReturn:
    """Skip for want of a program, or fail where it must be there."""
    if os.environ.get("THOR_ENGINES") == "all":
        pytest.fail(f"{what} is not installed, and THOR_ENGINES=all asks for it")
    pytest.skip(f"{what} is not installed")


def need_java() -> None:
    """Leave when there is no Java or no PySpark."""
    pytest.importorskip("pyspark") if os.environ.get("THOR_ENGINES") != "all" else None
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        absent("Java")


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL of our own; gives its URL."""
    programs = _programs()
    if programs is None:
        absent("PostgreSQL")
    # Not pytest's folder: PostgreSQL refuses to be root, and nobody else may look in there.
    folder = Path(tempfile.mkdtemp(prefix="thor-pg-"))
    who = _somebody(folder)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if who:
        shutil.chown(secret, who["user"], who["group"])
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "thor", "-A", "scram-sha-256", "-E", "UTF8",
         "--locale=C.UTF-8", f"--pwfile={secret}", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **who,
    )  # fmt: skip
    port = _free_port()
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder,
         "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_wal_size=4GB"],
        stdout=log, stderr=log, cwd=folder, **who,
    )  # fmt: skip
    try:
        _wait(port, server, folder)
        yield f"postgresql+psycopg://thor:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # its "fast": who is connected is sent away
        server.wait(30)
        log.close()
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """Folder of the newest PostgreSQL's programs."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def _somebody(folder: Path) -> dict[str, Any]:
    """As whom to run, when we are root; the folder becomes theirs."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid}


def _free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        return int(there.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="thor", password=PASSWORD, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail((folder / "log").read_text())
            time.sleep(0.1)
        else:
            return
