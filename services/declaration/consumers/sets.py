"""What declaration tells and what it keeps, compared with its neighbours every minute (M11)."""

from typing import Final

from services.declaration.storage import (
    known_bindings,
    known_exam_bodies,
    known_institutions,
    known_people,
    known_revoked_people,
    known_staff,
    known_supervisors,
    told_declarations,
)
from services.declaration.use_cases.retelling.retell_declarations import retell_declarations
from shared.contracts.declaration import DeclarationSetDiffers, DeclarationSetsListed, DeclarationSubmitted
from shared.contracts.identity import IdentitySetsListed, PersonRevoked, PersonVerified
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
    service="declaration",
    differs=DeclarationSetDiffers,
    listed=DeclarationSetsListed,
    lists=(IdentitySetsListed, InstitutionSetsListed),
    askers=(InstitutionSetDiffers, NotificationSetDiffers),
    snapshots=(Snapshot(DeclarationSubmitted, told_declarations.TOLD, retell_declarations),),
    projections=(
        KNOWN_KEYS,
        Projection(PersonVerified, known_people.KNOWN),
        Projection(PersonRevoked, known_revoked_people.KNOWN),
        Projection(StaffChanged, known_staff.KNOWN),
        Projection(BindingChanged, known_bindings.KNOWN),
        Projection(InstitutionChanged, known_institutions.KNOWN),
        Projection(SupervisorChanged, known_supervisors.KNOWN),
        Projection(ExamBodyChanged, known_exam_bodies.KNOWN),
    ),
)
