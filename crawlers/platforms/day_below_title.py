"""A rule for platforms whose date has no known class: the first day printed below the title.

Only between the title and the text: above stands the page's clock, below stand lists of other
articles, and both print days of the same form.
"""

_PRINTS_A_DAY = "text()[contains(translate(., '0123456789', '##########'), '##/##/####')]"


def day_below_title(title: str, body: str) -> str:
    """The XPath of the date's element; `title` and `body` are XPath steps: h1, *[@id='text']."""
    return f"//{title}/following::*[{_PRINTS_A_DAY}][following::{body}][1]"


def with_class(name: str) -> str:
    """The XPath step of any element that carries the class."""
    return f"*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
