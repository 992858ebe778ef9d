"""Which declarations a unit sees: those handed in to it last, from that moment on (section 2, rule 2)."""

from typing import Final

# After a rejection a record that begins anew elsewhere bears the new unit's name long before anything is handed in
# there, and may end like that. What somebody took back is the unit's to see while he or she is bound to it.
IN_SIGHT: Final = """
d.institution_id = $1 AND d.submission > 0 AND d.state <> 'draft'
  AND (d.state NOT IN ('lapsed', 'revoked') OR EXISTS (
        SELECT FROM declaration_snapshot h
        WHERE h.declaration_id = d.id AND h.submission = d.submission AND h.institution_id = $1))
  AND (d.state <> 'withdrawn' OR EXISTS (
        SELECT FROM known_binding b
        WHERE b.person_id = d.person_id AND b.institution_id = $1 AND b.state IN ('active', 'frozen')))
"""
"""A condition on `declaration d` where $1 is the unit."""
