"""An Elasticsearch whose certificate comes from an authority of the operator's own."""

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from elasticsearch import ConnectionError as NotConnected
from elasticsearch import Elasticsearch
from pydantic import ValidationError

from knowledge.bootstrap import client_of
from knowledge.settings import Settings
from trackline_testing.certificates import certificate, key_in_pem, new_key


class Answers(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Does not log."""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of the authority. Its folder has the certificate and the key of the server, too."""
    ours, servers = new_key(), new_key()
    (tmp_path / "ca.crt").write_bytes(certificate("our authority", ours, "our authority", ours))
    (tmp_path / "server.crt").write_bytes(certificate("elasticsearch", servers, "our authority", ours))
    (tmp_path / "server.key").write_bytes(key_in_pem(servers))
    return tmp_path / "ca.crt"


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.with_name("server.crt"), authority.with_name("server.key"))
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(url: str, authority: Path | None) -> Elasticsearch:
    made = client_of(Settings(elasticsearch_url=url, elasticsearch_ca=authority))
    assert made is not None
    return made


def test_a_server_of_an_authority_of_our_own_is_trusted(url: str, authority: Path) -> None:
    assert client(url, authority).ping()


def test_without_the_authority_it_is_not_trusted(url: str) -> None:
    with pytest.raises(NotConnected, match="TLS error"):
        client(url, None).perform_request("HEAD", "/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", None])
def test_an_authority_for_an_address_without_tls_is_refused(url: str | None) -> None:
    with pytest.raises(ValidationError, match="TRACKLINE_ELASTICSEARCH_URL that begins with https"):
        Settings(elasticsearch_url=url, elasticsearch_ca=Path(__file__))
