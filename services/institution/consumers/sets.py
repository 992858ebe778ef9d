"""What institution tells and what it keeps, compared with its neighbours every minute (M11)."""

from typing import Final

from services.institution.storage import (
    bindings,
    exam_bodies,
    institutions,
    known_declarations,
    known_people,
    known_revoked_people,
    known_staff,
    supervisors,
)
from services.institution.use_cases.retelling.retell_library import (
    retell_bindings,
    retell_exam_bodies,
    retell_institutions,
    retell_supervisors,
)
from shared.contracts.declaration import DeclarationSetDiffers, DeclarationSetsListed, DeclarationSubmitted
from shared.contracts.identity import IdentitySetDiffers, IdentitySetsListed, PersonRevoked, PersonVerified
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.institution import (
    BindingChanged,
    ExamBodyChanged,
    InstitutionChanged,
    InstitutionSetDiffers,
    InstitutionSetsListed,
    SupervisorChanged,
)
from shared.contracts.notification import NotificationSetDiffers
from shared.reconciling.service_sets import ServiceSets
from shared.reconciling.sets import Projection, Snapshot
from shared.security.known_keys import KNOWN_KEYS

SETS: Final = ServiceSets(
    service="institution",
    differs=InstitutionSetDiffers,
    listed=InstitutionSetsListed,
    lists=(IdentitySetsListed, DeclarationSetsListed),
    askers=(IdentitySetDiffers, DeclarationSetDiffers, NotificationSetDiffers),
    snapshots=(
        Snapshot(ExamBodyChanged, exam_bodies.TOLD, retell_exam_bodies),
        Snapshot(InstitutionChanged, institutions.TOLD, retell_institutions),
        Snapshot(BindingChanged, bindings.TOLD, retell_bindings),
        Snapshot(SupervisorChanged, supervisors.TOLD, retell_supervisors),
    ),
    projections=(
        KNOWN_KEYS,
        Projection(PersonVerified, known_people.KNOWN),
        Projection(PersonRevoked, known_revoked_people.KNOWN),
        Projection(StaffChanged, known_staff.KNOWN),
        Projection(DeclarationSubmitted, known_declarations.KNOWN),
    ),
)
