"""The development mailbox on a container's own address (the local stack keeps it on loopback)."""

import json

from aiohttp import web

from deploy.containers.prepare import PLACE
from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox


def main() -> None:
    """Serves until stopped."""
    key = json.loads((PLACE / "sms.json").read_text(encoding="utf-8"))
    web.run_app(build_mailbox(AliyunAccount(key["key_id"], key["secret"])), host="0.0.0.0", port=8080, access_log=None)


if __name__ == "__main__":
    main()
