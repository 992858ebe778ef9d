-- Why: an old process that closed an account, or forgot a phone, did not know of the hash beside it (V58).
-- Safe online: runs when no old process is left; touches the few rows that were emptied meanwhile.
UPDATE known_person SET number_index = NULL WHERE phone_event = '' AND number_index IS NOT NULL;
UPDATE known_staff SET number_index = NULL WHERE phone_event = '' AND number_index IS NOT NULL;
UPDATE delivery SET number_index = NULL WHERE phone_event = '' AND number_index IS NOT NULL;
