-- Why: the job that tells of ending licences finds them without reading the library (B15).
-- Safe online: the index is built beside the traffic.
-- no transaction

CREATE INDEX CONCURRENTLY ix__institution__licence_valid_to ON institution (licence_valid_to)
    WHERE state IN ('profile_incomplete', 'active', 'suspended');
