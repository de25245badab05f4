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
    const select = (selector) => document.querySelectorAll(selector.replace(moments, ":where(*)"));
    const read = (text) => {
        const found = new Map();
        const walk = (rules, place) => {
            for (const rule of rules) {
                if (!rule.selectorText) {
                    walk(rule.cssRules ?? [], place + rule.cssText.slice(0, rule.cssText.indexOf("{")));
                    continue;
                }
                const key = place + rule.style.cssText;
                const known = found.get(key) ?? { selectors: [], elements: new Set() };
                known.selectors.push(rule.selectorText);
                for (const element of select(rule.selectorText)) known.elements.add(element);
                found.set(key, known);
            }
        };
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        walk(sheet.cssRules, "");
        return found;
    };
    const kept = read(cut);
    return [...read(whole)].flatMap(([key, rule]) => {
        const without = [...rule.elements].filter((one) => !kept.get(key)?.elements.has(one));
        return without.length ? [`${rule.selectors} for ${without[0].cloneNode().outerHTML}`] : [];
    });
}"""


@cache
def style_sheets() -> list[str]:
    """Returns what MISSING_RULES compares: the whole of Basecoat and what set-up has left of it."""
    return [WHOLE.read_text(), styles.TARGET.read_text()]
