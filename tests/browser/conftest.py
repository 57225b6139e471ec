"""A real server over a tenth of the made-up city, and a real Chromium in front of it."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.settings import load_settings
from thor_metrics.store import Store

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=dt.date(2026, 10, 31), scale=0.1)
    return folder


@pytest.fixture(scope="session")
def start_server():
    """Start the app over a folder of tables; gives its address."""
    running = []

    def start(folder, **variables):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = (folder / "server.log").open("wb")
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "serve.py", "--server.port", str(port),
             "--server.address", "127.0.0.1"],
            cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            env=os.environ
            | {"THOR_DATA_DIR": str(folder), "THOR_GEODATA_TILES": "", **variables},
        )  # fmt: skip
        running.append((server, log))
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/_stcore/health", server)
        return address

    yield start
    for server, log in running:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_for(address, server, *, seconds=60):
    for _ in range(seconds * 5):
        assert server.poll() is None, "the server stopped; see server.log"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")


@pytest.fixture(scope="session")
def address(city, start_server):
    return start_server(city)


@pytest.fixture(scope="session")
def chromium():
    """The machine's own Chromium where there is one, else the one Playwright installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


class Visitor:
    """A page in a Dutch browser, with what an observer would note."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.outside = []
        self.failures = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.failures.append(str(error)))

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def go(self, path):
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1", timeout=60_000)
        self.settle()
        return self

    def settle(self):
        """Wait until the script, and any run it asked for, is done and has been drawn."""
        self.page.wait_for_timeout(300)
        while True:
            self.page.wait_for_selector(SETTLED, timeout=60_000)
            self.page.wait_for_timeout(500)
            if self.page.locator(SETTLED).count():
                return self

    def map_drawn(self):
        self.page.wait_for_selector(
            '[data-testid="stDeckGlJsonChart"] canvas', state="attached", timeout=30_000
        )
        self.page.wait_for_timeout(1_500)
        return self

    @property
    def headline(self):
        return self.page.locator("h2").first.inner_text()

    @property
    def query(self):
        return self.page.url.partition("?")[2]


@pytest.fixture
def visit(chromium, address):
    """Open pages of the filled app; nothing of one visitor is left for the next."""
    contexts = []

    def visitor(path="/", *, at=address, width=1920, height=1080, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="nl-NL", color_scheme=scheme
        )
        contexts.append(context)
        return Visitor(context.new_page(), at).go(path)

    yield visitor
    for context in contexts:
        context.close()
