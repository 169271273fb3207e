"""axe-core over a page, as the tests see it: in place, under the page's own CSP."""

from functools import lru_cache
from importlib.resources import files

from playwright.sync_api import Page

_RUN = """async options => {
    if (typeof axe !== 'object') return null;
    const result = await axe.run(document, options);
    return result.violations.map(v => ({
        id: v.id, impact: v.impact, help: v.help,
        nodes: v.nodes.map(n => n.target.join(' ') + ' — ' + n.failureSummary),
    }));
}"""


# A page shows a dozen colours in a thousand places, and axe parses the colour of each place anew:
# a quarter of its time. The same text is the same colour, so it is read once for a page.
_COLOURS_READ_ONCE = """(() => {
    const colour = axe.commons.color.Color.prototype, read = colour.parseString, known = new Map();
    colour.parseString = function (text) {
        const found = known.get(text);
        if (found) [this.r, this.g, this.b, this.alpha] = found;
        else {
            read.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        return this;
    };
})();"""


def assert_axe_clean(page: Page, *, ignore: tuple[str, ...] = ()) -> None:
    """No violation of any of axe-core's rules, best practices included.

    The script is evaluated through the debugging protocol, which the CSP does not govern; a
    script tag would need `bypass_csp`, which hides the errors the CSP is there to show.
    A click on a link returns once the answer begins, so the page is waited for.
    """
    page.wait_for_load_state("load")
    options = {
        "resultTypes": ["violations"],
        # The style sheets are read for one rule alone (css-orientation-lock), which is not run.
        "preload": {"assets": ["media"]},
        "rules": {rule: {"enabled": False} for rule in ignore},
    }
    violations = page.evaluate(_RUN, options)
    if violations is None:
        page.evaluate(script())
        violations = page.evaluate(_RUN, options)
    assert not violations, f"{page.url}\n" + "\n".join(
        f"{v['id']} ({v['impact']}): {v['help']}\n  " + "\n  ".join(v["nodes"]) for v in violations
    )


def assert_no_sideways_scroll(page: Page) -> None:
    """Nothing sticks out to the right (WCAG 1.4.10 asks for this at 320 px)."""
    excess = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert excess <= 0, f"{page.url} is {excess} px too wide"


@lru_cache(maxsize=1)
def script() -> str:
    """axe-core itself; half a megabyte, so a context that checks every page is given it once
    (`context.add_init_script`).
    """
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    return axe + _COLOURS_READ_ONCE
