"""Settings and setup, page by page, with the real people."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import escape

from gateway.people.usecases import password
from trackline_schemas.context import CallContext
from trackline_schemas.notifications import Delivery

from .house import House

PAGES = [
    "/settings",
    "/settings?q=csv",
    "/settings/people",
    "/settings/people?q=nobody",
    "/settings/people/new",
    "/settings/people/import",
    "/settings/teams",
    "/settings/categories",
    "/settings/categories/c1",
    "/settings/organisation",
    "/settings/mail",
    "/settings/api-keys",
    "/settings/changes",
    "/settings/changes?kind=team",
    "/settings/security-log",
    "/settings/security-log?event=export&person=nobody",
    "/settings/health",
    "/settings/health/mail/unknown",
    "/setup/organisation",
    "/setup/mail",
    "/setup/people",
    "/setup/teams",
    "/setup/done",
]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_renders_under_a_strict_policy_and_for_administrators_only(house: House, path: str) -> None:
    house.services.ticketing.add_category("c1", "Network")
    answer = await house.get(path)
    assert answer.status_code == 200, answer.text
    for forbidden in ("<script>", " style=", " onclick=", "hx-on"):
        assert forbidden not in answer.text
    await add(house, "Rita", "rita@example.org")
    await password.set_password(
        house.people, await id_of(house, "rita@example.org"), "four unrelated words", CallContext()
    )
    await house.sign_in("rita@example.org", "four unrelated words")
    assert (await house.get(path)).status_code == 403


async def test_a_number_of_mails_opens_them_with_their_reasons(house: House) -> None:
    healthy = (await house.get("/settings/health")).text
    assert 'href="/settings/health/mail/failed"' not in healthy
    # A tick beside "Failed" would say both.
    assert "No email has failed" in healthy
    assert "<span>Failed</span>" not in healthy
    at = datetime.now(UTC)
    failed = {"recipient_id": "r", "address": "rita@example.org", "state": "failed", "created_at": at, "updated_at": at}
    house.services.deliveries = [
        Delivery.model_validate(
            {"id": "1", "number": "INC-7", "subject": "[INC-7] VPN", "error": "550 no such user", **failed}
        ),
        Delivery.model_validate({"id": "2", "subject": "", **failed}),
    ]
    assert '<a class="number" href="/settings/health/mail/failed">2</a>' in (await house.get("/settings/health")).text
    page = (await house.get("/settings/health/mail/failed")).text
    for shown in (
        'href="/t/INC-7" dir="auto">[INC-7] VPN</a>',
        "rita@example.org",
        "550 no such user",
        "Invitation, password",
    ):
        assert shown in page
    assert "No email is in this state." in (await house.get("/settings/health/mail/queued")).text
    assert (await house.get("/settings/health/mail/sent")).status_code == 422


async def test_health_shows_how_far_a_new_index_is(house: House) -> None:
    page = (await house.get("/settings/health")).text
    assert "1234 of 5000 documents" in page
    assert '<progress class="progress" max="5000" value="1234"' in page


async def add(house: House, name: str, email: str, **fields: str) -> str:
    return await house.follow(await house.post("/settings/people/new", name=name, email=email, **fields))


async def id_of(house: House, email: str) -> str:
    found = await house.store.users.find_one({"emails": email})
    assert found is not None
    return str(found["_id"])


async def team(house: House, name: str, **fields: str) -> str:
    answer = await house.post("/settings/teams", name=name, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


async def test_pages_have_the_organisations_name_and_its_language_for_visitors(house: House) -> None:
    assert "<title>Help centre · Trackline</title>" in (await house.get("/")).text
    await house.post("/settings/organisation", name="Harbour & Sons", language="de", time_zone="Europe/Berlin")
    for address in ("/", "/desk/open"):
        page = (await house.get(address)).text
        assert "· Harbour &amp; Sons</title>" in page
        assert '<span dir="auto">Harbour &amp; Sons</span></a>' in page
    house.client.cookies.clear()
    spoken = {"": "Anmelden", "fr, it": "Anmelden", "fr, en;q=0.5": "Sign in", "de-AT": "Anmelden"}
    for wanted, title in spoken.items():
        page = (await house.client.get("/sign-in", headers={"accept-language": wanted})).text
        assert f"<title>{title} · Harbour &amp; Sons</title>" in page
        assert '<span dir="auto">Harbour &amp; Sons</span>' in page
    assert "Hier ist nichts" in (await house.client.get("/nowhere", headers={"accept": "text/html"})).text


async def test_the_first_sign_in_leads_to_setting_up_and_the_list_stays_until_it_is_done(house: House) -> None:
    house.client.cookies.clear()
    first = await house.post("/sign-in", email="admin@example.org", password="correct horse battery")
    assert first.headers["location"] == "/setup"
    assert (await house.get("/setup")).headers["location"] == "/setup/organisation"
    saved = await house.post(
        "/settings/organisation", "/setup/organisation", name="Harbour", language="de", time_zone="Europe/Berlin",
        next="/setup",
    )  # fmt: skip
    assert saved.headers["location"] == "/setup"
    assert (await house.get("/setup")).headers["location"] == "/setup/mail"
    skipped = await house.post("/setup/mail/skip", "/setup/mail")
    assert skipped.headers["location"] == "/setup/people"
    home = (await house.get("/")).text
    assert "Skipped for now" in home
    assert "Hide this list" in home
    await house.post("/setup/dismiss", "/")
    assert "Hide this list" not in (await house.get("/")).text


async def test_people_are_created_found_changed_and_deactivated(house: House) -> None:
    network = await team(house, "Network")
    assert "invitation is on its way to bea@example.org" in await add(house, "Bea", "bea@example.org", invite="1")
    assert await house.store.links.count_documents({}) == 1
    bea = f"/settings/people/{await id_of(house, 'bea@example.org')}"
    assert "No password yet" in (await house.get("/settings/people?q=BEA")).text
    page = (await house.get(bea)).text
    assert "Send an invitation" in page
    fields = {"name": "Bea Brown", "emails": "bea@example.org b@example.org", "language": "en", "time_zone": "UTC"}
    saved = await house.follow(await house.post(bea, base_version="1", **fields, **{f"team-{network}": "manage"}))
    assert "Bea Brown" in saved
    stale = await house.post(bea, base_version="1", **{**fields, "name": "Somebody else"})
    assert (stale.status_code, "changed this in the meantime" in stale.text) == (422, True)
    assert "Who gets the open tickets?" in (await house.get(bea)).text
    admin_id = await id_of(house, "admin@example.org")
    refused = await house.post(f"{bea}/active", bea, successor_id="nowhere")
    assert (refused.status_code, "Only another active agent" in refused.text) == (422, True)
    off = await house.follow(await house.post(f"{bea}/active", bea, successor_id=admin_id))
    assert "This account is inactive." in off
    assert f'<option value="{admin_id}" selected>' in off
    assert await successor(house) == admin_id
    await house.post(f"{bea}/active", bea, successor_id="")
    assert await successor(house) is None
    stored = await house.store.users.find_one({"emails": "b@example.org"})
    assert stored is not None
    assert (stored["active"], stored["teams"]) == (False, {network: "manage"})


async def successor(house: House) -> str | None:
    stored = await house.store.users.find_one({"emails": "b@example.org"})
    assert stored is not None
    found: str | None = stored["successor_id"]
    return found


async def test_errors_are_beside_the_field(house: House) -> None:
    taken = await house.post("/settings/people/new", name="Twin", email="admin@example.org")
    assert (taken.status_code, "This address is already in use." in taken.text) == (422, True)
    wrong = await house.post("/settings/people/new", name="Twin", email="nowhere")
    assert "This is not an email address." in wrong.text
    dots = await house.post("/settings/people/new", name="Twin", email="a..b@example.org")
    assert (dots.status_code, "no two dots in a row" in dots.text) == (422, True)
    admin = f"/settings/people/{await id_of(house, 'admin@example.org')}"
    last = await house.post(admin, name="A", emails="admin@example.org", language="en", time_zone="UTC")
    assert (last.status_code, "last active administrator" in last.text) == (422, True)


async def test_an_address_of_an_earlier_release_stays_until_somebody_changes_it(house: House) -> None:
    await add(house, "Bea", "bea@example.org")
    bea = f"/settings/people/{await id_of(house, 'bea@example.org')}"
    await house.store.users.update_one({"emails": "bea@example.org"}, {"$set": {"emails": ["b..a@example.org"]}})
    fields = {"name": "Bea", "language": "en", "time_zone": "UTC", "phone": "12"}
    saved = await house.post(bea, emails="b..a@example.org", **fields)
    assert saved.status_code == 303
    stored = await house.store.users.find_one({"emails": "b..a@example.org"})
    assert stored is not None
    assert stored["phone"] == "12"
    other = await house.post(bea, emails="b..b@example.org", **fields)
    assert (other.status_code, "no two dots in a row" in other.text) == (422, True)


async def test_a_complete_address_makes_nobody_else_a_member(house: House) -> None:
    network = f"/settings/teams/{await team(house, 'Network')}"
    await add(house, "Joan", "joan@example.org")
    for who in ('"An, Bob" <an@example.org>', "an@example.org", "joan@example.or"):
        answer = await house.post(f"{network}/members", network, who=who, role="manage")
        assert (answer.status_code, "Nobody matches" in answer.text) == (422, True)
    await add(house, "Bob An", "an@example.org")
    assert (await house.post(f"{network}/members", network, who="an@example.org", role="reply")).status_code == 303
    bob = await house.store.users.find_one({"_id": await id_of(house, "an@example.org")})
    assert bob is not None
    assert list(bob["teams"].values()) == ["reply"]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("bea@example.org; zoe@example.org", "No account matches <bdi>zoe@example.org</bdi>."),
        ("zoe@example.org bea@example.org", "No account matches <bdi>zoe@example.org</bdi>."),
        ("Zoe Zander, bea@example.org", "No account matches <bdi>Zoe Zander</bdi>."),
        (
            'Bea <bea@example.org>, Zoe <b@x.y>; "No" body',
            "<bdi>Zoe &lt;b@x.y&gt;</bdi>; <bdi>&#34;No&#34; body</bdi>.",
        ),
        ("bea@example.org; be", "It is not clear who is meant: <bdi>be</bdi>. Enter the full email address."),
        ("Bea <bea@example.org>, Be", "It is not clear who is meant: <bdi>Be</bdi>."),
        ("bea@example.org,Berg", "It is not clear who is meant: <bdi>Berg</bdi> (<bdi>Ben Berg</bdi>)."),
        ("Bea <bea@example.org> | er", "<bdi>| er</bdi> (<bdi>Ben Berg</bdi>)."),
        ("Bea <bea@example.org> - Berg", "<bdi>- Berg</bdi> (<bdi>Ben Berg</bdi>)."),
        ("Bea; be@example.org; berg", "<bdi>berg</bdi> (<bdi>Ben Berg</bdi>)."),
        ("Bea\nben @example", "<bdi>ben @example</bdi> (<bdi>Ben Berg</bdi>)."),
        ("bea@example.org; " + "x" * 300, "No account matches <bdi>" + "x" * 300),
        ("bea@example.org; " * 51, "These are too many people at once."),
    ],
)
async def test_nobody_is_added_unless_each_of_several_is_one_person(house: House, who: str, said: str) -> None:
    network = f"/settings/teams/{await team(house, 'Network')}"
    await add(house, "Bea", "bea@example.org")
    await add(house, "Ben Berg", "ben@example.org")
    answer = await house.post(f"{network}/members", network, who=who, role="manage")
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "too many" in said or "Nobody was added." in answer.text
    assert "This team has no members yet." in answer.text
    assert f'name="who" value="{escape(who.strip())}"' in answer.text
    assert '<option value="manage" selected>' in answer.text


@pytest.mark.parametrize(
    "who", ["bea@example.org; ben@example.org", "Bea, bea@example.org, ben@example.org", "Berg, Ben; Bea; bea"]
)
async def test_several_members_are_added_at_once(house: House, who: str) -> None:
    network = f"/settings/teams/{await team(house, 'Network')}"
    await add(house, "Bea", "bea@example.org")
    await add(house, "Ben Berg", "ben@example.org")
    answer = await house.post(f"{network}/members", network, who=who, role="manage")
    shown = await house.follow(answer)
    assert ("bea@example.org" in shown, "ben@example.org" in shown) == (True, True)


async def test_members_are_added_changed_and_removed(house: House) -> None:
    network = f"/settings/teams/{await team(house, 'Network', confidential='1')}"
    await add(house, "Bea", "bea@example.org")
    await add(house, "Ben", "ben@example.org")
    for who, said in (("b", "Several people match"), ("zoe", "Nobody matches")):
        answer = await house.post(f"{network}/members", network, who=who, role="reply")
        assert (answer.status_code, said in answer.text) == (422, True)
    await house.post(f"{network}/members", network, who="bea", role="reply")
    bea = await id_of(house, "bea@example.org")
    await house.post(f"{network}/members", network, user_id=bea, role="manage")
    stored = await house.store.users.find_one({"_id": bea})
    assert stored is not None
    assert list(stored["teams"].values()) == ["manage"]
    gone = await house.follow(await house.post(f"{network}/members", network, user_id=bea, role=""))
    assert "This team has no members yet." in gone
    assert "Confidential" in (await house.get("/settings/teams")).text
    again = await house.post("/settings/teams", name="network")
    assert "This is already in use by another Team." in again.text


async def test_a_team_says_whether_replies_assign(house: House) -> None:
    network = f"/settings/teams/{await team(house, 'Network')}"
    assert 'name="replies_assign" value="1" checked>' in (await house.get(network)).text
    saved = await house.follow(await house.post(network, network, name="Network", active="1"))
    assert 'name="replies_assign" value="1">' in saved
    stored = await house.store.teams.find_one({"name": "Network"})
    assert stored is not None
    assert stored["replies_assign"] is False


async def test_the_mail_server_is_set_and_tested_and_its_password_is_not_shown(house: House) -> None:
    wrong = await house.post("/settings/mail", smtp_url="http://mail", mail_from="x")
    assert (wrong.status_code, "It must look like smtp://" in wrong.text) == (422, True)
    saved = await house.follow(
        await house.post("/settings/mail", smtp_url="smtp://desk:s3cret@mail.example.org", mail_from="")
    )
    assert "smtp://desk@mail.example.org" in saved
    assert "s3cret" not in saved
    assert "on its way" in await house.follow(await house.post("/settings/mail/test", "/settings/mail"))


async def test_next_cannot_lead_to_another_site(house: House) -> None:
    answer = await house.post("/settings/organisation", name="H", language="en", time_zone="UTC", next="//evil.example")
    assert answer.headers["location"] == "/settings/organisation"


async def test_the_list_says_when_a_key_ends(house: House) -> None:
    for days in ("30", "365"):
        await house.post("/settings/api-keys", name=f"For {days}", scope="read", days=days)
    rows = await house.store.api_keys.find({}).sort("created_at", 1).to_list(None)
    assert [round((row["expires_at"] - datetime.now(UTC)) / timedelta(days=1)) for row in rows] == [30, 365]
    await house.store.api_keys.update_one({"_id": rows[0]["_id"]}, {"$set": {"expires_at": datetime.now(UTC)}})
    await house.store.api_keys.update_one({"_id": rows[1]["_id"]}, {"$unset": {"expires_at": ""}})
    page = (await house.get("/settings/api-keys")).text
    assert "Expired" in page
    assert "Never expires: replace it" in page


@pytest.mark.parametrize("days", ["0", "-5", "732", "9999", "99999999999", "soon", "1.5"])
async def test_days_of_a_key_out_of_range_are_refused_in_words(house: House, days: str) -> None:
    answer = await house.post("/settings/api-keys", name="Monitoring", scope="write", days=days)
    assert (answer.status_code, "A key works for 1 to 731 days." in answer.text) == (422, True)
    assert 'value="Monitoring"' in answer.text
    assert await house.store.api_keys.count_documents({}) == 0


@pytest.mark.parametrize(
    ("path", "form", "rows"),
    [
        ("/settings/people/new", {"name": "Bea", "email": "bea@example.org", "invite": "1"}, "users"),
        ("/settings/teams", {"name": "Network"}, "teams"),
    ],
)
async def test_a_form_sent_twice_creates_once(house: House, path: str, form: dict[str, str], rows: str) -> None:
    collection = getattr(house.store, rows)
    before = await collection.count_documents({})
    answers = [await house.post(path, **form, key="of one rendered form") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await collection.count_documents({}) == before + 1
    assert await house.store.links.count_documents({}) == ("invite" in form)


async def test_a_double_click_and_a_reload_make_one_key(house: House) -> None:
    form = {"name": "Monitoring", "scope": "read", "days": "30", "key": "of one rendered form"}
    pages = [(await house.post("/settings/api-keys", **form)).text for _ in range(2)]
    keys = [re.findall(r">(tlk_[^<]+)<", page) for page in pages]
    assert (keys[0], len(keys[0])) == (keys[1], 1)
    assert await house.store.api_keys.count_documents({}) == 1
    changed = await house.post("/settings/api-keys", **{**form, "name": "Another"})
    assert (changed.status_code, "You have sent this form before" in changed.text) == (422, True)


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(house: House) -> None:
    made = (await house.post("/settings/api-keys", name="Monitoring", scope="read")).text
    found = re.search(r">(tlk_[^<]+)<", made)
    assert found
    assert found[1] not in (await house.get("/settings/api-keys")).text
    house.client.cookies.clear()
    headers = {"Authorization": f"Bearer {found[1]}"}
    assert (await house.client.get("/api/v1/users/me", headers=headers)).status_code == 200
    await house.sign_in()
    page = (await house.get("/settings/api-keys")).text
    revoke = re.search(r'action="(/settings/api-keys/[^"]+/revoke)"', page)
    assert revoke
    assert "The key was revoked." in await house.follow(await house.post(revoke[1], "/settings/api-keys"))
    house.client.cookies.clear()
    assert (await house.client.get("/api/v1/users/me", headers=headers)).status_code == 401
