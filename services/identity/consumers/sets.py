"""What identity tells and what it keeps, compared with its neighbours every minute (M11)."""

from typing import Final

from services.identity.storage import known_scopes, told_people
from services.identity.use_cases.retelling.retell_people import (
    retell_keys,
    retell_reachable,
    retell_revoked,
    retell_staff,
    retell_verified,
)
from shared.contracts.declaration import DeclarationSetDiffers
from shared.contracts.identity import (
    IdentitySetDiffers,
    IdentitySetsListed,
    PersonContactChanged,
    PersonRevoked,
    PersonVerified,
    SigningKeyPublished,
)
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.institution import (
    ExamBodyChanged,
    InstitutionChanged,
    InstitutionSetDiffers,
    InstitutionSetsListed,
)
from shared.contracts.notification import NotificationSetDiffers
from shared.reconciling.service_sets import ServiceSets
from shared.reconciling.sets import Projection, Snapshot
from shared.security.known_keys import KNOWN_KEYS

SETS: Final = ServiceSets(
    service="identity",
    differs=IdentitySetDiffers,
    listed=IdentitySetsListed,
    lists=(IdentitySetsListed, InstitutionSetsListed),
    askers=(IdentitySetDiffers, InstitutionSetDiffers, DeclarationSetDiffers, NotificationSetDiffers),
    snapshots=(
        Snapshot(SigningKeyPublished, told_people.KEYS, retell_keys),
        Snapshot(PersonVerified, told_people.VERIFIED, retell_verified),
        Snapshot(PersonRevoked, told_people.REVOKED, retell_revoked),
        Snapshot(PersonContactChanged, told_people.REACHABLE, retell_reachable),
        Snapshot(StaffChanged, told_people.STAFF, retell_staff),
    ),
    projections=(
        KNOWN_KEYS,
        Projection(ExamBodyChanged, known_scopes.KNOWN_EXAM_BODIES),
        Projection(InstitutionChanged, known_scopes.KNOWN_INSTITUTIONS),
    ),
)
