"""Every regular expression of the code costs in step with the text it reads, however hostile the text is.

Patterns are found in the source (`re.…("…")` with a literal) and in the modules (compiled ones). Each reads a text of n
and of 4n signs, of many shapes built from its own characters; the quadratic ones cost sixteen times as much.
"""

import ast
import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("portal", "media", "locations", "studios", "services", "bookings", "cms", "demo")
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
FIRST, AGAIN = 4_000, 16_000
FREE = 0.03
"""Seconds of processor time under which a cost is noise."""
GROWTH = 9
"""Four times the text may cost this much more: linear is 4, quadratic 16."""


def in_source():
    """Yield (where, pattern, flags) of each literal given to `re`."""
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                called = node.func if isinstance(node, ast.Call) else None
                if (
                    isinstance(called, ast.Attribute)
                    and called.attr in CALLS
                    and isinstance(called.value, ast.Name)
                    and called.value.id == "re"
                    and node.args
                ):
                    literal = node.args[0]
                    if isinstance(literal, ast.Constant) and isinstance(literal.value, str | bytes):
                        yield f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}", literal.value, 0


def in_modules():
    """Yield (where, pattern, flags) of each compiled pattern that a module or a class of it holds."""
    for app in APPS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if (
                ".migrations" in found.name
                or ".settings" in found.name
                or found.name.endswith(("__main__", "wsgi", "asgi"))
            ):
                continue
            module = importlib.import_module(found.name)
            for name, value in list(vars(module).items()):
                if isinstance(value, re.Pattern):
                    yield f"{found.name}.{name}", value.pattern, value.flags & ~re.UNICODE


def patterns():
    seen = {}
    for where, pattern, flags in [*in_source(), *in_modules()]:
        seen.setdefault((pattern, flags), where)
    return [(where, pattern, flags) for (pattern, flags), where in seen.items()]


def shapes(pattern):
    """Return beginnings to repeat: the pattern's own literals, alone and in pairs, and the usual culprits."""
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    plain = re.sub(r"\\[a-zA-Z]|[\\^$.|?*+()\[\]{}]", " ", text)
    words = [word for word in plain.split() if word][:6]
    signs = [sign for sign in dict.fromkeys(re.sub(r"\\[a-zA-Z]", "", text)) if not sign.isalnum()][:16]
    usual = [
        "a",
        "0",
        " ",
        "\n",
        "a ",
        "0.",
        "-",
        "a-",
        "((",
        "（",
        "中",
        "é",
        "\\",
        '"',
        "<a ",
        "=",
        "a.",
        "@a",
        "1,",
        "/",
        "\t ",
        "[",
        "{",
    ]
    return list(
        dict.fromkeys([*words, *(word + " " for word in words), *signs, *(sign + "a" for sign in signs), *usual])
    )


def cost(compiled, text):
    data = text if isinstance(compiled.pattern, str) else text.encode("utf-8")
    begin = time.process_time()
    compiled.search(data)
    compiled.match(data)
    compiled.fullmatch(data)
    for _found in compiled.finditer(data):
        pass
    return time.process_time() - begin


def text_of(shape, length):
    return (shape * (length // len(shape) + 1))[:length] + "\x01"


@pytest.mark.parametrize(("where", "pattern", "flags"), [pytest.param(*one, id=one[0]) for one in patterns()])
def test_a_pattern_costs_in_step_with_its_text(where, pattern, flags):
    compiled = re.compile(pattern, flags)
    for shape in shapes(pattern):
        far = cost(compiled, text_of(shape, AGAIN))
        if far < FREE:
            continue
        near = max(min(cost(compiled, text_of(shape, FIRST)) for _twice in range(2)), 1e-5)
        far = min(far, cost(compiled, text_of(shape, AGAIN)))
        assert far < FREE or far / near < GROWTH, (
            f"{where}: {pattern!r} against {shape!r}: {near:.3f} s, then {far:.3f} s"
        )


def test_the_walk_sees_patterns_and_the_measure_sees_slow_ones():
    assert len(patterns()) > 30
    with pytest.raises(AssertionError):
        test_a_pattern_costs_in_step_with_its_text("example", r"[(].*?[)]", 0)
