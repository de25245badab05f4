"""Everything fits into its place, however long people's words are, and fingers find every control of a phone."""

import asyncio

import pytest

from ..test_pages import PAGES
from .site import Site

# So many windows at once load quickly enough, and a test stays short.
PARTS = 4
MORE = [
    (None, "/sign-in"), (None, "/forgotten"), ("maria", "/requests"), ("maria", "/?q=outlook"), ("maria", "/desk"),
    ("ines", "/requests?whose=team"), ("ines", "/new/call?caller=maria"), ("ines", "/new/call?caller=new&who=Zoe"),
    ("ines", "/desk/open?q=asignee:me"), ("admin", "/settings/people"), ("admin", "/settings/people/new"),
    ("admin", "/settings/people/maria"), ("admin", "/settings/teams"), ("admin", "/settings/categories"),
    ("admin", "/settings/changes"), ("admin", "/settings/reply-templates"),
]  # fmt: skip
SCREENS = [screen for screen in (*MORE, *PAGES) if "suggestions" not in screen[1]]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"

# Returns what is cut off without three dots, what its reader must scroll sideways to, and words beyond their place.
UNFIT = """() => {
    const name = one => `${one.localName}.${[...one.classList].join(".")} ${one.innerText.slice(0, 40)}`;
    const words = one => [...one.childNodes].filter(node => node.nodeType === 3 && node.data.trim());
    const cuts = one => getComputedStyle(one).overflowX !== "visible";
    const without = "pre, .visually-hidden, thead, svg, textarea, select, input, .chart";
    const scroller = ".facets, .bulk, .bulk-actions";
    // Blanks at the end of a line of such a text hang beyond it.
    const hangs = one => getComputedStyle(one).whiteSpaceCollapse === "preserve";
    const unfit = [];
    for (const one of document.querySelectorAll("body, body *")) {
        if (!one.checkVisibility() || one.closest(without)) continue;
        const wider = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
        const dots = getComputedStyle(one).textOverflow === "ellipsis";
        if (wider && cuts(one) && !dots && !one.matches(scroller)) unfit.push(`cut: ${name(one)}`);
        let place = one;
        while (/inline$|contents/.test(getComputedStyle(place).display)) place = place.parentElement;
        if (cuts(place) || hangs(one)) continue;
        const edges = [place, ...(one.closest(scroller) ? [] : [document.documentElement])];
        for (const node of words(one)) {
            const range = document.createRange();
            range.selectNodeContents(node);
            const told = range.getBoundingClientRect();
            const beyond = edges.some(edge => told.right > edge.getBoundingClientRect().right + 1);
            if (told.width && beyond) unfit.push(`beyond: ${name(one)}`);
        }
    }
    return [...new Set(unfit)];
}"""
# Returns the controls that are smaller than a finger, without links inside sentences. A link may cover its whole row.
SMALL = """() => {
    const controls = "a[href], button, select, summary, textarea, input:not([type=hidden]), [role=option]";
    const alone = ".visually-hidden, .skip, thead, .prose, .prose-rich, .chart, [popover]:not(:popover-open)";
    const sentence = one => getComputedStyle(one).display === "inline"
        && [...one.parentElement.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const small = [];
    for (const one of document.querySelectorAll(controls)) {
        if (!one.checkVisibility() || one.closest(alone) || sentence(one)) continue;
        const place = one.matches("[type=checkbox], [type=radio], [type=file]") ? one.closest("label") ?? one : one;
        const covers = ["::before", "::after"].some(part => getComputedStyle(one, part).position === "absolute");
        const { width, height } = place.getBoundingClientRect();
        if (!covers && width && Math.min(width, height) < 43.5)
            small.push(`${Math.round(width)} × ${Math.round(height)}: ${one.outerHTML.slice(0, 120)}`);
    }
    return small;
}"""
# Returns elements whose sentence would be torn apart: a flex box makes a box of each of its pieces.
TORN = """() => [...document.querySelectorAll("body *")].filter(one =>
    /flex|grid/.test(getComputedStyle(one).display) && one.querySelector(":scope > :is(bdi, a, b, strong, code)")
    && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
).map(one => one.outerHTML.slice(0, 200))"""
# Returns icons that stand alone in a line, because a sheet of others makes a block of each picture.
ALONE = """() => [...document.querySelectorAll(".icon")].filter(one =>
    one.checkVisibility() && getComputedStyle(one).display === "block" && !one.closest(".row-lock")
    && !/flex|grid/.test(getComputedStyle(one.parentElement).display) && one.parentElement.textContent.trim()
    && getComputedStyle(one).position === "static"
).map(one => one.parentElement.outerHTML.slice(0, 200))"""


async def found(site: Site, script: str, who: str | None, path: str, width: int) -> list[str]:
    page = await site.page(who, width, locale="de")
    await page.goto(path, wait_until="load")
    unfit: list[str] = await page.evaluate(script)
    await page.context.close()
    return unfit


async def everywhere(site: Site, script: str, part: int, width: int) -> dict[str, list[str]]:
    screens = SCREENS[part::PARTS]
    answers = await asyncio.gather(*(found(site, script, who, path, width) for who, path in screens))
    return {f"{who} {path}": one for (who, path), one in zip(screens, answers, strict=True) if one}


def speak(site: Site, language: str) -> None:
    for who in ("maria", "ines", "tom", "admin"):
        person = {**site.folk.users.documents[who], "language": language}
        site.folk.users.documents[who] = person
        site.folk.directory.put_user(person)


def be_long(site: Site) -> None:
    """Gives people, teams, tickets and articles names of sixty letters without a blank."""
    for who in ("maria", "ines", "tom"):
        named = {"name": LONG + who, "department": LONG, "location": LONG, "phone": "+49 (0)30 555 2217 12345678901"}
        person = {**site.folk.users.documents[who], **named, "emails": [f"{'donaudampf' * 6}@example.org"]}
        site.folk.users.documents[who] = person
        site.folk.directory.put_user(person)
    site.folk.add_team("desk", LONG + "desk")
    site.folk.add_team("network", LONG + "network")
    for number in ("INC-1001", "INC-1009", "INC-1010"):
        site.services.ticketing.update("ines", number, title=LONG + number, tags=[LONG[:40].lower(), "b"])
    for number, article in list(site.services.articles.items()):
        site.services.articles[number] = article.model_copy(update={"title": LONG + number, "tags": [LONG[:40]]})


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("part", range(PARTS))
async def test_long_words_fit(site: Site, part: int, width: int) -> None:
    be_long(site)
    assert await everywhere(site, UNFIT, part, width) == {}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("part", range(PARTS))
async def test_german_words_fit(site: Site, part: int, width: int) -> None:
    speak(site, "de")
    assert await everywhere(site, UNFIT, part, width) == {}


@pytest.mark.parametrize("part", range(PARTS))
async def test_fingers_find_every_control(site: Site, part: int) -> None:
    assert await everywhere(site, SMALL, part, 390) == {}


async def test_an_icon_stays_in_the_line_of_its_words(site: Site) -> None:
    page = await site.open("ines", "/desk/open")
    await page.locator("#rows tr", has_text="INC-1001").hover()
    await page.keyboard.press("j")
    await page.keyboard.press("Space")
    await page.get_by_text("Internal note").wait_for()
    assert await page.evaluate(ALONE) == []
    await page.goto("/settings/people/maria")
    assert await page.evaluate(ALONE) == []


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_sentence_is_torn_apart(site: Site, part: int) -> None:
    assert await everywhere(site, TORN, part, 1280) == {}


async def test_fields_beside_each_other_begin_at_one_line(site: Site) -> None:
    page = await site.open("admin", "/settings/people/maria")
    await page.locator(".mapping label").first.evaluate("one => { one.textContent = 'Long words. '.repeat(12) }")
    tops = "all => all.slice(0, 2).map(one => one.getBoundingClientRect().top)"
    first, second = await page.locator(".mapping :is(input, select)").evaluate_all(tops)
    assert first == second


async def test_the_bar_of_a_ticket_is_one_line_on_a_phone(site: Site) -> None:
    speak(site, "de")
    page = await site.open("ines", "/desk/open", 390)
    await page.goto("/t/INC-1001")
    await page.locator("[data-neighbours-place]", has_text="von").wait_for()
    assert await page.locator("[data-neighbours-place]").evaluate("one => one.clientHeight") < 2 * 20
    assert await page.locator(".ticket-meta").evaluate("one => one.clientHeight") < 2 * 44


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("who", "path"), [("maria", "/"), ("maria", "/requests"), ("ines", "/search")])
async def test_what_a_field_asks_for_is_not_cut_on_a_phone(site: Site, who: str, path: str, language: str) -> None:
    speak(site, language)
    page = await site.open(who, path, 390)
    # The first page may have a font of the system, which is wider.
    await page.reload()
    field = page.locator("main input[placeholder]").first
    width = await field.evaluate("""one => {
        const style = getComputedStyle(one), told = document.createElement("canvas").getContext("2d");
        told.font = style.font;
        // A field of a search keeps room for the button that empties it.
        const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
        return told.measureText(one.placeholder).width - room;
    }""")
    assert width <= 0
