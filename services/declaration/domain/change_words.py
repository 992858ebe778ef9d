"""What happened to a declaration, in words: for the refusal of a step that was based on an older version."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.declaration.domain.declaration import Action
from services.declaration.domain.second_look import Opinion

ACTIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        Action.CREATE: ("创建", "created it"),
        Action.SUBMIT: ("提交", "submitted it"),
        Action.WITHDRAW: ("撤回", "withdrew it"),
        Action.CLAIM: ("领取审核", "claimed it for review"),
        Action.RELEASE: ("放回待审核队列", "put it back into the queue"),
        Action.APPROVE: ("审核通过", "approved it"),
        Action.RETURN: ("退回修改", "returned it"),
        Action.REJECT: ("审核不通过", "rejected it"),
        Action.ALLOW_MODIFICATION: ("设置允许修改", "allowed modification"),
        Action.RESTART: ("重新开始申报", "started it again"),
        Action.FILE: ("备案", "filed it"),
        Action.REOPEN: ("退出备案", "reopened it"),
        Action.LAPSE: ("使其失效", "let it lapse"),
        Action.REVOKE: ("撤销", "revoked it"),
        Opinion.APPROVE_FIRST: ("给出初审意见，待第二人复核", "approved it first; a second look is due"),
        Opinion.TAKE_BACK: ("撤回初审意见", "took the first approval back"),
        Opinion.OPPOSE: ("复核不同意初审意见", "disagreed with the first approval"),
        Action.REVOKE_WITH_IDENTITY: ("因实名撤销而撤销", "revoked it with the identity"),
    }
)
ROLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "candidate": ("考生", "the candidate"),
        "institution_business_admin": ("单位业务管理员", "a business administrator of the unit"),
        "institution_owner": ("单位主账号", "the owner of the unit"),
        "system": ("系统", "the system"),
    }
)
OTHERS: Final = ("考试管理机构", "the exam body")
EDITED: Final = ("更新内容或既往经历确认", "changed content or an earlier row's confirmation")
