"""nginx with the configuration that docs/deploying.md recommends, on a port of its own."""

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.api import wait_for
from trackline_local import tools
from trackline_local.ports import free_port
from trackline_testing.certificates import certificate, key_in_pem, new_key

SITE = Path(__file__).resolve().parents[2] / "deploy/nginx/trackline.conf"
_MAIN = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


_NO_OFFERS = 'proxy_set_header Connection "";'
_OFFERS = "proxy_set_header Connection $connection_upgrade; proxy_set_header Upgrade $http_upgrade;"
_MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n"


def with_web_sockets(site: str) -> str:
    """Returns the configuration with what guides for WebSockets advise, and with one connection for all clients."""
    assert _NO_OFFERS in site
    assert "keepalive 32;" in site
    return _MAP + site.replace(_NO_OFFERS, _OFFERS).replace("keepalive 32;", "keepalive 1;")


def _without_certificate(site: str) -> str:
    return re.sub(r"^\s*ssl_.*\n", "", site.replace(" ssl http2;", ";"), flags=re.MULTILINE)


@contextmanager
def nginx_with_certificate(folder: Path, host: str) -> Iterator[int]:
    """Yields the port of an nginx as it is recommended, without a gateway behind it. Nobody trusts its certificate."""
    key = new_key()
    (folder / "site.pem").write_bytes(certificate(host, key, host, key))
    (folder / "site.key").write_bytes(key_in_pem(key))
    site = re.sub(r"ssl_certificate .*;", f"ssl_certificate {folder}/site.pem;", SITE.read_text())
    site = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/site.key;", site)
    with _running(folder, site, _accepts) as port:
        yield port


@contextmanager
def nginx(folder: Path, gateway_port: int, change: Callable[[str], str] = str) -> Iterator[str]:
    """Yields the address of an nginx in front of the gateway. It has no certificate, and so speaks plain HTTP."""
    site = change(SITE.read_text()).replace("127.0.0.1:8000", f"127.0.0.1:{gateway_port}")
    with _running(folder, _without_certificate(site), lambda port: _answers(_address(port))) as port:
        yield _address(port)


@contextmanager
def _running(folder: Path, site: str, ready: Callable[[int], bool]) -> Iterator[int]:
    port = free_port()
    (folder / "site.conf").write_text(site.replace("listen 443", f"listen 127.0.0.1:{port}"))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
    log = folder / "error.log"
    process = subprocess.Popen([tools.nginx(), "-e", str(log), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(lambda: process.poll() is not None or ready(port))
        assert process.poll() is None, log.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _answers(address: str) -> bool:
    try:
        return httpx.head(f"{address}/livez", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
