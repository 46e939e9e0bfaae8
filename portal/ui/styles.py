"""The style sheets of every page, in order. The first declares the layers; each file stands in one of them.

Links, not `@import`: the browser asks for all of them at once, and tools that read style sheets under a strict
policy (axe among them) can.
"""

STYLE_SHEETS = tuple(
    f"ui/css/{name}.css"
    for name in (
        "tokens",
        "base",
        "chrome",
        "slate",
        "picture",
        "forms",
        "state",
        "table",
        "calendar",
        "home",
        "places",
        "place",
        "stage",
        "staff",
        "booking",
        "week",
        "feedback",
        "services",
        "boards",
        "account",
        "money",
        "article",
        "gallery",
        "print",
    )
)
