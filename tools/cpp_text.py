"""Reading C++ as text: what the checks share."""
import re
from pathlib import Path

_LITERALS = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<tag>[^()\s\\"]*)\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|\b\d[\w.]*(?:'\w+)+"
    r"|'(?:\\.|[^'\\\n])*'",
    re.S)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def split(text):
    """The code with comments and literals blanked (same length and lines), and the comments alone."""
    comments = []

    def replace(match):
        token = match.group(0)
        if token.startswith(("//", "/*")):
            comments.append(token)
            return _blank(token)
        if token[0].isdigit():
            return token
        return _blank(token)

    return _LITERALS.sub(replace, text), comments


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def is_test(path):
    """Test code: a *_test.cpp, a port's contract suite, the rig that only tests include, or anything outside src/."""
    name = Path(path).name
    return not path.startswith("src/") or name.endswith(("_test.cpp", "_contract.h", "testing.h"))


class Source:
    """One C++ file: path from the root, text, code (blanked), includes as (line, form, name)."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.code, self.comments = split(text)
        self.lines = text.count("\n") + (0 if text.endswith("\n") or not text else 1)
        self.includes = []
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">\n]+)[">]', text, re.M):
            # A commented-out include has its '#' blanked.
            if self.code[match.start():match.end()].lstrip().startswith("#"):
                self.includes.append((line_of(text, match.start()), match.group(1), match.group(2)))


def read_sources(root, folders=("src",)):
    """Every .h and .cpp under the folders, by path."""
    sources = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".hpp", ".cpp", ".cc") and path.is_file():
                name = path.relative_to(root).as_posix()
                sources[name] = Source(name, path.read_text(encoding="utf-8", errors="replace"))
    return sources
