"""python -m deploy.local.mailbox --port N --mail-port N --secrets FILE [--host ADDRESS]; loopback unless told
otherwise. The secrets come by file: the command line of a process can be read by everybody on the machine."""

import argparse
import json
from pathlib import Path

from aiohttp import web

from deploy.local.mailbox.aliyun import AliyunAccount
from deploy.local.mailbox.app import build_mailbox
from deploy.local.mailbox.letters import Letters
from deploy.local.mailbox.mail import taking_mail
from deploy.local.mailbox.tencent import FakeTencent
from deploy.local.mailbox.wechat import APPID, FakeWechat


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mail-port", type=int, required=True)
    parser.add_argument("--secrets", type=Path, required=True)
    arguments = parser.parse_args()
    told = json.loads(arguments.secrets.read_text(encoding="utf-8"))
    account = AliyunAccount(told["key_id"], told["secret"])
    # The second SMS provider knows the same key: this box has one set of secrets.
    tencent = FakeTencent(account.key_id, account.key_secret)
    letters = Letters()
    mailbox = build_mailbox(account, FakeWechat(APPID, told["wechat_secret"]), tencent, letters=letters)
    mailbox.cleanup_ctx.append(taking_mail(letters, arguments.host, arguments.mail_port))
    web.run_app(mailbox, host=arguments.host, port=arguments.port, print=None, access_log=None)


main()
