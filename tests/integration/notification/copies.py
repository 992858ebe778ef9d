"""Another copy of the notification service on the same database: it has read nothing of the rule table yet."""

from dataclasses import replace

from services.notification.storage.catalogue import Catalogue
from tests.support.service_under_test import ServiceUnderTest


def another_copy(service: ServiceUnderTest) -> ServiceUnderTest:
    """It takes events and sends with a catalogue of its own; the API is answered by the first one."""
    return replace(service, deps=replace(service.deps, catalogue=Catalogue(service.database)))
