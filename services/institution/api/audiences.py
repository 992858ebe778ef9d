"""Who may call: the groups of roles that the route table names. Jurisdiction is in the SQL, not here."""

from shared.web.routing import ALL_STAFF, AnyOf, Candidates, Staff

EXAM_BODIES = Staff("zone_admin", "site_admin", "point_admin")
OVERSEERS = Staff("zone_admin", "site_admin", "point_admin", "auditor")
OWNER = Staff("institution_owner")
OWN_STAFF = Staff("institution_owner", "institution_business_admin")
ANYBODY = AnyOf(Candidates(), ALL_STAFF)
