"""nginx with the configuration that docs/deploying.md recommends, on a port of its own."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.api import wait_for
from trackline_local import tools
from trackline_local.ports import free_port

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


@contextmanager
def nginx(folder: Path, gateway_port: int, change: Callable[[str], str] = str) -> Iterator[str]:
    """Yields the address of an nginx in front of the gateway. It has no certificate, and so speaks plain HTTP."""
    port = free_port()
    site = change(SITE.read_text()).replace("127.0.0.1:8000", f"127.0.0.1:{gateway_port}")
    site = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", site)
    (folder / "site.conf").write_text(re.sub(r"^\s*ssl_.*\n", "", site, flags=re.MULTILINE))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
    log = folder / "error.log"
    process = subprocess.Popen([tools.nginx(), "-e", str(log), "-c", str(folder / "nginx.conf")])
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: process.poll() is not None or _answers(address))
        assert process.poll() is None, log.read_text()
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.head(f"{address}/livez", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
