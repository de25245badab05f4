"""Mail addresses of accounts over the API: which are taken, and that one mailbox belongs to one account."""

import pytest

from gateway.people.adapters.store import Store

from .conftest import PASSWORD, Gateway

Headers = dict[str, str]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("a..b@example.org", "email_dots_not_valid"),
        ("jörg@example.org", "email_mailbox_not_ascii"),
        ("a b@example.org", "email_mailbox_not_valid"),
        ("a@my_firm.example", "email_domain_not_valid"),
        ("nobody", "email_not_valid"),
    ],
)
async def test_an_address_that_gets_no_mail_is_refused_wherever_somebody_types_it(
    gateway: Gateway, admin: Headers, address: str, reason: str
) -> None:
    bea = await gateway.make_user(admin)
    answers = [
        await gateway.client.post("/api/v1/users", json={"name": "Bo", "emails": [address]}, headers=admin),
        await gateway.client.patch(f"/api/v1/users/{bea['id']}", json={"emails": [address]}, headers=admin),
        await gateway.client.post("/api/v1/auth/forgotten-password", json={"email": address}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert {answer.json()["errors"][0]["reason"] for answer in answers} == {reason}


async def test_both_forms_of_a_domain_are_one_address(gateway: Gateway, admin: Headers) -> None:
    made = await gateway.make_user(admin, emails=["Anna@MÜLLER.example"], password=PASSWORD)
    assert made["emails"] == ["anna@müller.example"]
    twin = {"name": "Twin", "emails": ["anna@xn--mller-kva.example"]}
    assert (await gateway.client.post("/api/v1/users", json=twin, headers=admin)).status_code == 409
    # Chromium sends the ASCII form of what somebody types into a field for addresses.
    for typed in ("anna@müller.example", "anna@xn--mller-kva.example", " ANNA@Müller.example "):
        await gateway.sign_in(typed, PASSWORD)


@pytest.mark.parametrize("stored", ["a..b@example.org", "jörg@example.org", "anna@xn--mller-kva.example"])
async def test_an_address_of_an_earlier_release_still_signs_in(
    gateway: Gateway, admin: Headers, store: Store, stored: str
) -> None:
    made = await gateway.make_user(admin, password=PASSWORD)
    await store.users.update_one({"_id": made["id"]}, {"$set": {"emails": [stored]}})
    await gateway.sign_in(stored, PASSWORD)
    changed = await gateway.client.patch(f"/api/v1/users/{made['id']}", json={"phone": "1"}, headers=admin)
    assert (changed.status_code, changed.json()["emails"]) == (200, [stored])
