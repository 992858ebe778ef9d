"""python -m deploy.local.mailbox --port N --sms-key-id ID --sms-key-secret SECRET"""

import argparse

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox


def main() -> None:
    """Serve on loopback until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sms-key-id", required=True)
    parser.add_argument("--sms-key-secret", required=True)
    arguments = parser.parse_args()
    account = AliyunAccount(arguments.sms_key_id, arguments.sms_key_secret)
    web.run_app(build_mailbox(account), host="127.0.0.1", port=arguments.port, print=None, access_log=None)


main()
