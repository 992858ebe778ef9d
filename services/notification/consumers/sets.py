"""What notification keeps, compared with those who told it every minute (M11). It tells nothing itself."""

from typing import Final

from services.notification.storage import known_people
from shared.contracts.declaration import DeclarationSetsListed
from shared.contracts.identity import IdentitySetsListed, PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.contracts.institution import InstitutionSetsListed
from shared.contracts.notification import NotificationSetDiffers
from shared.reconciling.service_sets import ServiceSets
from shared.reconciling.sets import Projection
from shared.security.known_keys import KNOWN_KEYS

SETS: Final = ServiceSets(
    service="notification",
    differs=NotificationSetDiffers,
    lists=(IdentitySetsListed, InstitutionSetsListed, DeclarationSetsListed),
    projections=(
        KNOWN_KEYS,
        Projection(PersonContactChanged, known_people.KNOWN_PEOPLE),
        Projection(StaffChanged, known_people.KNOWN_STAFF),
    ),
)
