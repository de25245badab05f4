"""Which rules of Basecoat a page needs that set-up has cut away (gateway/purgecss.config.js)."""

from trackline_local import styles

WHOLE = styles.PORTAL / "node_modules/basecoat-css/dist/basecoat.cdn.min.css"
# Returns, for rules with the same declarations, the selectors that only the first style sheet has, and the others.
LEFT_OUT = """([whole, cut]) => {
    const read = (text) => {
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
    const kept = read(cut);
    return [...read(whole)].map(([key, selectors]) => {
        const others = kept.get(key) ?? [];
        return [selectors.filter((one) => !others.includes(one)), others];
    }).filter(([out]) => out.length);
}"""
# Returns the rules that are for an element for which the others are not. What an element is only for a moment, such as
# `:hover`, is left out of the selectors. `.venv/bin/python -m trackline_local assets` brings the rules of a new class.
MISSING_RULES = r"""(rules) => {
    const moment = ":(?:hover|focus(?:-visible|-within)?|active|disabled|checked|indeterminate|open|popover-open)";
    const moments = new RegExp(`:not\\(${moment}\\)|${moment}(?![\\w-])|::[\\w-]+(?:\\([^()]*\\))?`, "g");
    const select = (selector) => [...document.querySelectorAll(selector.replace(moments, ":where(*)"))];
    return rules.flatMap(([out, others]) => {
        const before = out.flatMap(select);
        const after = new Set(before.length ? others.flatMap(select) : []);
        const without = before.find((one) => !after.has(one));
        return without ? [`${out} for ${without.cloneNode().outerHTML}`] : [];
    });
}"""


def style_sheets() -> list[str]:
    """Returns what LEFT_OUT compares: the whole of Basecoat and what set-up has left of it."""
    return [WHOLE.read_text(), styles.TARGET.read_text()]
