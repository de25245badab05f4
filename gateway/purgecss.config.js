// Which rules of Basecoat stay: those whose classes, elements and attributes are words of the following files. A class
// that is put together from parts is not a word: name it in `safelist`.
export default {
  css: ["node_modules/basecoat-css/dist/basecoat.cdn.min.css"],
  content: ["gateway/portal/**/*.{html,js,py}", "gateway/markdown/*.py", "gateway/kit/safe_html.py"],
  skippedContentGlobs: ["gateway/portal/static/**"],
  // Pseudo-classes and pseudo-elements are no words of a template.
  safelist: { standard: [/^:/] },
  // Parts of Basecoat that no page uses, although their names are words of our files. Take a name away to use the part.
  blocklist: ["alert", "combobox", "command", "dialog", "empty", "field", "fieldset", "item", "popover", "tabs"],
};
