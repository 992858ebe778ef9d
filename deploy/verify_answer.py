"""python -m deploy.verify_answer --keys FILE --body FILE --signature TEXT: checks a signed answer offline.

`--keys` is the answer of GET /api/declaration/v1/answer-keys, kept; `--body` the bytes of the answer as they came,
white space included; `--signature` its header Tiro-Signature. Prints what was signed; 0 when the answer is good."""

import argparse
import json
import sys
from pathlib import Path

from shared.security.signed_answers import SignatureWrong, check_answer


def main() -> int:
    """0 for a good answer, 1 for one that is not what was signed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--signature", required=True)
    arguments = parser.parse_args()
    keys = json.loads(arguments.keys.read_text(encoding="utf-8"))["keys"]
    try:
        header = check_answer(keys, arguments.signature.strip(), arguments.body.read_bytes())
    except SignatureWrong as error:
        sys.stdout.write(f"NOT GOOD: {error}\n")
        return 1
    sys.stdout.write(json.dumps({"good": True, **header}, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
