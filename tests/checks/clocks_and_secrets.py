"""Time is aware and injected, randomness is for secrets, digests are compared in constant time, hashes are keyed."""

import ast
import re
from collections.abc import Iterator

from tests.checks.problem import Problem
from tests.checks.repository import CODE_FOLDERS, Repository
from tests.checks.source import Source, dotted

NAIVE = ("datetime.utcnow", "datetime.utcfromtimestamp", "datetime.today", "date.today")
TAKES_ZONE = {"datetime.now": 1, "datetime.fromtimestamp": 2}
CLOCKS = (*NAIVE, *TAKES_ZONE, "time.time")
MAC = re.compile(r"(^|_)(mac|hmac|signature|signatures)$|(code|token|secret|password|key)_(hash|digest)$")
PLAIN_HASH = re.compile(r"hashlib\.(md5|sha1|sha224|sha256|sha384|sha512|sha3_\d+|blake2[bs]|new)")
PERSONAL = re.compile(r"(document|id|certificate)_(no|number)|(^|_)(phone|mobile|openid|unionid|email)($|_)")
ENVIRONMENT = ("os.environ", "os.getenv", "os.environb")
MAY_READ_ENVIRONMENT = ("settings.py", "failpoints.py")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield naive or hidden clocks, `random`, plain comparison of MACs, unkeyed hashes and stray environment reads."""
    for source in repository.python(*CODE_FOLDERS):
        for line, rule, wrong, mend in _found(source):
            if not source.waived(rule, line):
                yield Problem(source.path, line, rule, wrong, mend)


Finding = tuple[int, str, str, str]


def _found(source: Source) -> Iterator[Finding]:
    for call in source.calls:
        yield from _clock(source, call)
        yield from _hash(call)
    yield from _random(source)
    for node in source.nodes[ast.Compare]:
        if isinstance(node, ast.Compare):
            yield from _comparison(node)
    if source.path.rsplit("/", 1)[-1] not in MAY_READ_ENVIRONMENT:
        yield from _environment(source)


def _environment(source: Source) -> Iterator[Finding]:
    stores = [one for one in source.nodes[ast.Subscript] if isinstance(one, ast.Subscript)]
    written = {id(one.value) for one in stores if isinstance(one.ctx, ast.Store)}
    for node in source.nodes[ast.Attribute]:
        if isinstance(node, ast.Attribute) and dotted(node) in ENVIRONMENT and id(node) not in written:
            mend = "take it from the frozen settings object: settings.py is the only reader of the environment"
            yield node.lineno, "stray-environment", f"reads {dotted(node)}", mend


def _clock(source: Source, call: ast.Call) -> Iterator[Finding]:
    name = ".".join(dotted(call.func).split(".")[-2:])
    parts = source.path.split("/")
    inner = len(parts) > 3 and parts[0] == "services" and parts[2] in ("domain", "use_cases")
    zoned = len(call.args) >= TAKES_ZONE.get(name, 9) or any(one.arg in ("tz", None) for one in call.keywords)
    if name in NAIVE or (name in TAKES_ZONE and not zoned):
        yield call.lineno, "naive-time", f"{name}() has no time zone", "ask the injected clock, or pass a zone"
    elif name in CLOCKS and inner:
        yield call.lineno, "hidden-clock", f"{name}() inside {parts[2]}", "take the time from the injected clock"


def _random(source: Source) -> Iterator[Finding]:
    mend = "use secrets; where chance is not a secret (back-off): # allow weak-random: <reason>"
    for node in source.nodes[ast.Import] + source.nodes[ast.ImportFrom]:
        modules: list[str | None] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module]
        if "random" in modules and isinstance(node, ast.stmt):
            yield node.lineno, "weak-random", "imports random, which can be predicted", mend


def _comparison(node: ast.Compare) -> Iterator[Finding]:
    sides = [node.left, *node.comparators]
    if not all(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops) or any(_is_plain(one) for one in sides):
        return
    if any(_is_mac(one) for one in sides):
        mend = "use hmac.compare_digest; for no secret: # allow plain-compare: <reason>"
        yield node.lineno, "plain-compare", "compares a MAC with ==, which leaks by timing", mend


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "", b"")


def _is_mac(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        digest = isinstance(node.func, ast.Attribute) and node.func.attr in ("digest", "hexdigest")
        return digest and "hmac" in ast.dump(node.func)
    return bool(MAC.search(dotted(node).rsplit(".", 1)[-1]))


def _hash(call: ast.Call) -> Iterator[Finding]:
    if PLAIN_HASH.fullmatch(dotted(call.func)):
        names = [dotted(one) for argument in call.args for one in ast.walk(argument)]
        if any(PERSONAL.search(name.rsplit(".", 1)[-1]) for name in names):
            mend = "use the keyed blind index: number spaces this small are tried out in minutes (V48)"
            yield call.lineno, "unkeyed-hash", "hashes a personal field without a key", mend
