"""python -m deploy.local.mailbox --port N --sms-key-id ID --sms-key-secret SECRET --wechat-secret SECRET"""

import argparse

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox
from deploy.local.mailbox.wechat import APPID, FakeWechat


def main() -> None:
    """Serve on loopback until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sms-key-id", required=True)
    parser.add_argument("--sms-key-secret", required=True)
    parser.add_argument("--wechat-secret", required=True)
    arguments = parser.parse_args()
    account = AliyunAccount(arguments.sms_key_id, arguments.sms_key_secret)
    mailbox = build_mailbox(account, FakeWechat(APPID, arguments.wechat_secret))
    web.run_app(mailbox, host="127.0.0.1", port=arguments.port, print=None, access_log=None)


main()
