-- The audit is append-only, but for what is past the shortest retention that can be set. By the database's own clock:
-- whoever asks cannot make an event older than it is.
DROP TRIGGER "audit_events_refuse_change" ON "audit_events";
--> statement-breakpoint
CREATE TRIGGER "audit_events_refuse_update" BEFORE UPDATE ON "audit_events"
FOR EACH ROW EXECUTE FUNCTION "audit_events_refuse"();
--> statement-breakpoint
CREATE TRIGGER "audit_events_refuse_delete" BEFORE DELETE ON "audit_events"
FOR EACH ROW WHEN (OLD."occurred_at" > CURRENT_TIMESTAMP - interval '2160 hours')
EXECUTE FUNCTION "audit_events_refuse"();
