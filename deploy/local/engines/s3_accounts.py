"""Run by rclone for a key it has not seen: {"user": key id} on standard input, the folder and secret of that key out.

Standard library only: it is started by rclone for every new key and must be quick.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    """Exits with 1 for an unknown key, which refuses the request."""
    request = json.load(sys.stdin)
    account = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).get(request.get("user"))
    if account is None:
        sys.exit(1)
    json.dump({"type": "local", "_root": account["root"], "_secret_access_key": account["secret"]}, sys.stdout)


main()
