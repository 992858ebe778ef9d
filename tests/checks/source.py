"""One file of the project, read and parsed once for all checks."""

import ast
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

WAIVER = re.compile(r"#\s*allow (?P<rule>[a-z-]+): (?P<reason>\S.{7,})")
LARGEST_TEXT = 2_000_000

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """A file below the project root; `path` is relative, with forward slashes."""

    def __init__(self, root: Path, path: str) -> None:
        self.root = root
        self.path = path

    def __repr__(self) -> str:
        return f"Source({self.path})"

    @cached_property
    def text(self) -> str:
        """The file as text; empty when it is binary, gone, or larger than two million bytes."""
        file = self.root / self.path
        if not file.is_file() or file.is_symlink() or file.stat().st_size > LARGEST_TEXT:
            return ""
        content = file.read_bytes()
        return "" if b"\x00" in content[:4096] else content.decode("utf-8", errors="replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.splitlines()

    @cached_property
    def syntax_error(self) -> SyntaxError | None:
        """What keeps the file from being parsed."""
        try:
            _ = self.tree
        except SyntaxError as error:
            return error
        return None

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raises SyntaxError."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> dict[type[ast.AST], list[ast.AST]]:
        """Every node of the tree by its exact type: one walk serves all rules."""
        found: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            found[type(node)].append(node)
            waiting.extend(ast.iter_child_nodes(node))
        return found

    @property
    def calls(self) -> list[ast.Call]:
        """Every call, in no particular order."""
        return [node for node in self.nodes[ast.Call] if isinstance(node, ast.Call)]

    @property
    def functions(self) -> list[FunctionNode]:
        """Every function, nested ones and methods included."""
        found = self.nodes[ast.FunctionDef] + self.nodes[ast.AsyncFunctionDef]
        return [node for node in found if isinstance(node, FunctionNode)]

    def waived(self, rule: str, line: int) -> bool:
        """Whether `# allow <rule>: <reason>` stands on the line or on the comment line above it."""
        for number in (line, line - 1):
            if 1 <= number <= len(self.lines):
                match = WAIVER.search(self.lines[number - 1])
                own_line = self.lines[number - 1].lstrip().startswith("#")
                if match and match["rule"] == rule and (number == line or own_line):
                    return True
        return False


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, `?.c` when the chain starts with something else, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value) or '?'}.{node.attr}"
    return ""
