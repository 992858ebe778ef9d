-- Why: lanes of codes have an index by channel, and one that nothing reads costs every change of a delivery.
-- Safe online: dropped concurrently, outside a transaction, once no old copy claims by it.
-- no transaction
DROP INDEX CONCURRENTLY IF EXISTS ix__delivery__codes_due;
