CREATE TABLE "access_grants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"resource_type" text collate "C" NOT NULL,
	"resource_id" text collate "C" NOT NULL,
	"grantee_kind" text collate "C" NOT NULL,
	"grantee_key" text collate "C" NOT NULL,
	"grantee_user_id" text collate "C",
	"level" integer NOT NULL,
	"granted_by" text collate "C",
	"granted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "access_grants_level" CHECK ("access_grants"."level" in (1, 2, 3)),
	CONSTRAINT "access_grants_grantee_kind" CHECK ("access_grants"."grantee_kind" in ('USER', 'INVITEE', 'ROLE', 'EVERYONE')),
	CONSTRAINT "access_grants_user" CHECK (case when "access_grants"."grantee_kind" = 'USER' then "access_grants"."grantee_user_id" is not null and "access_grants"."grantee_user_id" = "access_grants"."grantee_key" else "access_grants"."grantee_user_id" is null end)
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"action" text collate "C" NOT NULL,
	"actor_id" text collate "C",
	"subject_type" text collate "C",
	"subject_id" text collate "C",
	"detail" text collate "C",
	"occurred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_events_subject_whole" CHECK (("audit_events"."subject_type" is null) = ("audit_events"."subject_id" is null))
);
--> statement-breakpoint
CREATE TABLE "audit_origins" (
	"event_id" text collate "C" PRIMARY KEY NOT NULL,
	"ip_address" text collate "C",
	"user_agent" text collate "C"
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"user_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"secret" text collate "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credentials_user_id_kind_pk" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"title" text collate "C" NOT NULL,
	"body" text collate "C" NOT NULL,
	"published" boolean NOT NULL,
	"owner_id" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "documents_version_from_1" CHECK ("documents"."version" >= 1)
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"to_address" text collate "C" NOT NULL,
	"template" text collate "C" NOT NULL,
	"sealed_data" text collate "C",
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"leased_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	CONSTRAINT "mails_settled_once" CHECK ("mails"."sent_at" is null or "mails"."failed_at" is null),
	CONSTRAINT "mails_data_until_settled" CHECK (("mails"."sealed_data" is null) = ("mails"."sent_at" is not null or "mails"."failed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "one_time_secrets" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"purpose" text collate "C" NOT NULL,
	"user_id" text collate "C",
	"address" text collate "C",
	"secret_hash" text collate "C" NOT NULL,
	"binding_hash" text collate "C",
	"sealed_data" text collate "C",
	"attempts_left" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"consumed_at" timestamp (3) with time zone,
	CONSTRAINT "one_time_secrets_attempts" CHECK ("one_time_secrets"."attempts_left" >= 0)
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"credential_id" text collate "C" NOT NULL,
	"public_key" text collate "C" NOT NULL,
	"algorithm" integer NOT NULL,
	"counter" bigint NOT NULL,
	"transports" jsonb NOT NULL,
	"backed_up" boolean NOT NULL,
	"name" text collate "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "passkeys_counter" CHECK ("passkeys"."counter" >= 0)
);
--> statement-breakpoint
CREATE TABLE "provider_links" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"provider" text collate "C" NOT NULL,
	"issuer" text collate "C" NOT NULL,
	"subject" text collate "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"user_id" text collate "C" NOT NULL,
	"code_hash" text collate "C" NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "recovery_codes_user_id_code_hash_pk" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "role_assignments" (
	"user_id" text collate "C" NOT NULL,
	"role" text collate "C" NOT NULL,
	"assigned_by" text collate "C",
	"assigned_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "role_assignments_user_id_role_pk" PRIMARY KEY("user_id","role")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C",
	"permissions" jsonb,
	"methods" jsonb NOT NULL,
	"user_agent" text collate "C",
	"ip_address" text collate "C",
	"created_at" timestamp (3) with time zone NOT NULL,
	"authenticated_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"end_reason" text collate "C",
	CONSTRAINT "sessions_expires_by_its_end" CHECK ("sessions"."expires_at" <= "sessions"."ends_at"),
	CONSTRAINT "sessions_ended_for_a_reason" CHECK (("sessions"."ended_at" is null) = ("sessions"."end_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text collate "C" PRIMARY KEY NOT NULL,
	"algorithm" text collate "C" NOT NULL,
	"sealed_key" text collate "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "throttle_counters" (
	"kind" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "throttle_counters_kind_key_pk" PRIMARY KEY("kind","key"),
	CONSTRAINT "throttle_counters_kind" CHECK ("throttle_counters"."kind" in ('WINDOW', 'BACKOFF'))
);
--> statement-breakpoint
CREATE TABLE "totp_authenticators" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"user_id" text collate "C" NOT NULL,
	"sealed_secret" text collate "C" NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"last_time_step" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "totp_authenticators_step_once_confirmed" CHECK (("totp_authenticators"."confirmed_at" is null) = ("totp_authenticators"."last_time_step" is null))
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text collate "C" NOT NULL,
	"email" text collate "C" NOT NULL,
	"canonical_email" text collate "C" NOT NULL,
	"email_verified_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "access_grants" ADD CONSTRAINT "access_grants_grantee_user_id_users_id_fk" FOREIGN KEY ("grantee_user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_grants" ADD CONSTRAINT "access_grants_granted_by_users_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_origins" ADD CONSTRAINT "audit_origins_event_id_audit_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."audit_events"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_secrets" ADD CONSTRAINT "one_time_secrets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_links" ADD CONSTRAINT "provider_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_assignments" ADD CONSTRAINT "role_assignments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_assignments" ADD CONSTRAINT "role_assignments_assigned_by_users_id_fk" FOREIGN KEY ("assigned_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp_authenticators" ADD CONSTRAINT "totp_authenticators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "access_grants_resource" ON "access_grants" USING btree ("resource_type","resource_id","grantee_kind","grantee_key");--> statement-breakpoint
CREATE INDEX "access_grants_grantee" ON "access_grants" USING btree ("grantee_kind","grantee_key","resource_type","resource_id","level");--> statement-breakpoint
CREATE INDEX "access_grants_grantee_user" ON "access_grants" USING btree ("grantee_user_id");--> statement-breakpoint
CREATE INDEX "access_grants_granted_by" ON "access_grants" USING btree ("granted_by");--> statement-breakpoint
CREATE INDEX "audit_events_action" ON "audit_events" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_subject" ON "audit_events" USING btree ("subject_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_occurred_at" ON "audit_events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "documents_owner" ON "documents" USING btree ("owner_id","id");--> statement-breakpoint
CREATE INDEX "documents_published" ON "documents" USING btree ("published","id");--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("due_at") WHERE "mails"."sent_at" is null and "mails"."failed_at" is null;--> statement-breakpoint
CREATE INDEX "mails_sent_at" ON "mails" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "mails_failed_at" ON "mails" USING btree ("failed_at");--> statement-breakpoint
CREATE INDEX "one_time_secrets_hash" ON "one_time_secrets" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "one_time_secrets_user" ON "one_time_secrets" USING btree ("user_id","purpose");--> statement-breakpoint
CREATE INDEX "one_time_secrets_address" ON "one_time_secrets" USING btree ("address","purpose");--> statement-breakpoint
CREATE INDEX "one_time_secrets_expires_at" ON "one_time_secrets" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_credential" ON "passkeys" USING btree ("credential_id");--> statement-breakpoint
CREATE INDEX "passkeys_user" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "provider_links_identity" ON "provider_links" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "provider_links_user" ON "provider_links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "role_assignments_role" ON "role_assignments" USING btree ("role","user_id");--> statement-breakpoint
CREATE INDEX "role_assignments_assigned_by" ON "role_assignments" USING btree ("assigned_by");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id","ended_at","expires_at");--> statement-breakpoint
CREATE INDEX "sessions_expires_at" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_ended_at" ON "sessions" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "throttle_counters_until" ON "throttle_counters" USING btree ("kind","until");--> statement-breakpoint
CREATE INDEX "totp_authenticators_user" ON "totp_authenticators" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "totp_authenticators_confirmed" ON "totp_authenticators" USING btree ("user_id") WHERE "totp_authenticators"."confirmed_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_canonical_email" ON "users" USING btree ("canonical_email");