"""How the inspecting child names a refusal to its parent: a code and its facts, nothing of the file's content."""


class Refusal(Exception):
    """This one file is refused; `code` is one of the codes in shared.uploads.errors."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
