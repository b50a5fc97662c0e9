-- The audit is append-only, but for what is past the shortest retention that can be set. By the database's own clock:
-- whoever asks cannot make an event older than it is.
DROP TRIGGER `audit_events_refuse_delete`;
--> statement-breakpoint
CREATE TRIGGER `audit_events_refuse_delete` BEFORE DELETE ON `audit_events`
WHEN OLD.`occurred_at` > (unixepoch() - 90 * 86400) * 1000
BEGIN
	SELECT RAISE(ABORT, 'audit_events is append-only');
END;
