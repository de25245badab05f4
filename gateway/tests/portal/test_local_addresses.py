"""Addresses of this site that a form or a query names."""

import pytest

from gateway.portal.kit.forms import local_address

ELSEWHERE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "", "evil.example",
    "/\t\\evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/%09%5Cevil.example",
    "/%5Cevil.example", "/%2Fevil.example", "/%2f%2fevil.example", "/%255Cevil.example", "/%25252Fevil.example",
    "/a\\..\\evil.example", "/desk\r\nSet-Cookie: a=b", "/desk?x=\0", "/desk\x7f", "/\x85/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_not_followed(address: str) -> None:
    assert local_address(address, "/desk") == "/desk"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/desk/open?state=new&q=100%25",
        "/search?q=C:\\temp",
        "/search?q=%2F%2Fserver",
        "/a/KB-1#part",
        "/t/INC-1?q=Büro 1",
    ],
)
def test_an_address_of_this_site_is_followed(address: str) -> None:
    assert local_address(address, "/elsewhere") == address
