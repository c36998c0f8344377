"""Tools that turn words into commands, markup or objects are not used; where one must be, it is named here."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_CALLS = {
    "eval", "exec", "compile", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load",
    "yaml.unsafe_load", "random.random", "random.choice", "random.randint", "random.randrange", "tempfile.mktemp",
    "hashlib.md5", "ElementTree.parse", "ElementTree.fromstring", "render_template_string",
}  # fmt: skip

#: Queries with a name in them that the database takes as no value: each a constant of ours, and how many there are.
_OUR_OWN_NAMES = {
    "eservices/records/retention.py": 1,  # VACUUM of a table of ours
    "eservices/schema/upgrade.py": 3,  # LOCK of tables of ours, and how long to wait for them, in numbers of ours
    "eservices/storage/database.py": 3,  # PRAGMA and SHOW
}

#: Markup that is given out as it is: drawings of the municipality's own file, and what our own templates have drawn.
_OUR_OWN_MARKUP = {"location.html": 1, "top.html": 1, "bottom.html": 1, "keying_step.html": 1}


def _found(text: str, file: str = "x.py") -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name in _CALLS:
            yield f"{file}:{node.lineno}: {name}"
        if any(word.arg == "shell" and getattr(word.value, "value", None) is True for word in node.keywords):
            yield f"{file}:{node.lineno}: a shell"
        if any(word.arg == "verify" and getattr(word.value, "value", None) is False for word in node.keywords):
            yield f"{file}:{node.lineno}: a certificate that nobody looks at"
        if name in {"text", "sqlalchemy.text", "Markup"} and node.args and isinstance(node.args[0], ast.JoinedStr):
            yield f"{file}:{node.lineno}: {name} put together from parts"
        if name.endswith(".execute") and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            yield f"{file}:{node.lineno}: a query put together from parts"


def test_no_words_become_code_queries_or_markup() -> None:
    found = [
        line
        for path in sorted((ROOT / "eservices").rglob("*.py"))
        if "migrations" not in path.parts
        for line in _found(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    ]
    assert [line for line in found if "put together" not in line] == []
    assert Counter(line.partition(":")[0] for line in found if "put together" in line) == _OUR_OWN_NAMES


def test_no_template_gives_out_markup_that_it_was_given() -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    found = [
        path.name
        for path in templates
        if path.suffix in {".html", ".txt", ".css"}
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\|\s*safe\b|autoescape false|href=\"javascript:", line)
    ]
    assert len(templates) > 50
    assert Counter(found) == _OUR_OWN_MARKUP


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "subprocess.run(x, shell=True)",
        "text(f'SELECT {x}')",
        "Markup(f'<b>{x}</b>')",
        "c.execute('SELECT ' + x)",
        "requests.get(x, verify=False)",
        "pickle.loads(x)",
    ],
)
def test_one_that_is_used_would_be_seen(text: str) -> None:
    assert list(_found(text))
