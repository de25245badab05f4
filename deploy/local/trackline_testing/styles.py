"""Which rules of Basecoat a page needs that set-up has cut away (gateway/purgecss.config.js)."""

from functools import cache

from trackline_local import styles

WHOLE = styles.PORTAL / "node_modules/basecoat-css/dist/basecoat.cdn.min.css"
# Returns the rules of the first style sheet that are for an element for which the second one has no such rule. What an
# element is only for a moment, such as `:hover`, is left out of the selectors. If there are rules for a new class,
# `.venv/bin/python -m trackline_local assets` brings them.
MISSING_RULES = r"""([whole, cut]) => {
    const moment = ":(?:hover|focus(?:-visible|-within)?|active|disabled|checked|indeterminate|open|popover-open)";
    const moments = new RegExp(`:not\\(${moment}\\)|${moment}(?![\\w-])|::[\\w-]+(?:\\([^()]*\\))?`, "g");
    const select = (selector) => [...document.querySelectorAll(selector.replace(moments, ":where(*)"))];
    const selectorsOf = (text) => {
        const found = new Map();
        const walk = (rules, place) => {
            for (const rule of rules) {
                if (!rule.selectorText) {
                    walk(rule.cssRules ?? [], place + rule.cssText.slice(0, rule.cssText.indexOf("{")));
                    continue;
                }
                const key = place + rule.style.cssText;
                found.set(key, [...(found.get(key) ?? []), rule.selectorText]);
            }
        };
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        walk(sheet.cssRules, "");
        return found;
    };
    const kept = selectorsOf(cut);
    return [...selectorsOf(whole)].flatMap(([key, selectors]) => {
        const left = kept.get(key) ?? [];
        const before = selectors.filter((one) => !left.includes(one)).flatMap(select);
        const after = before.length ? new Set(left.flatMap(select)) : new Set();
        const without = before.find((one) => !after.has(one));
        return without ? [`${selectors} for ${without.cloneNode().outerHTML}`] : [];
    });
}"""


@cache
def style_sheets() -> list[str]:
    """Returns what MISSING_RULES compares: the whole of Basecoat and what set-up has left of it."""
    return [WHOLE.read_text(), styles.TARGET.read_text()]
