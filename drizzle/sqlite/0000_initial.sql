CREATE TABLE `access_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`resource_type` text NOT NULL,
	`resource_id` text NOT NULL,
	`grantee_kind` text NOT NULL,
	`grantee_key` text NOT NULL,
	`grantee_user_id` text,
	`level` integer NOT NULL,
	`granted_by` text,
	`granted_at` integer NOT NULL,
	FOREIGN KEY (`grantee_user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`granted_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "access_grants_level" CHECK("access_grants"."level" in (1, 2, 3)),
	CONSTRAINT "access_grants_grantee_kind" CHECK("access_grants"."grantee_kind" in ('USER', 'INVITEE', 'ROLE', 'EVERYONE')),
	CONSTRAINT "access_grants_user" CHECK(case when "access_grants"."grantee_kind" = 'USER' then "access_grants"."grantee_user_id" is not null and "access_grants"."grantee_user_id" = "access_grants"."grantee_key" else "access_grants"."grantee_user_id" is null end)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `access_grants_resource` ON `access_grants` (`resource_type`,`resource_id`,`grantee_kind`,`grantee_key`);--> statement-breakpoint
CREATE INDEX `access_grants_grantee` ON `access_grants` (`grantee_kind`,`grantee_key`,`resource_type`,`resource_id`,`level`);--> statement-breakpoint
CREATE INDEX `access_grants_grantee_user` ON `access_grants` (`grantee_user_id`);--> statement-breakpoint
CREATE INDEX `access_grants_granted_by` ON `access_grants` (`granted_by`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`action` text NOT NULL,
	`actor_id` text,
	`subject_type` text,
	`subject_id` text,
	`detail` text,
	`occurred_at` integer NOT NULL,
	CONSTRAINT "audit_events_subject_whole" CHECK(("audit_events"."subject_type" is null) = ("audit_events"."subject_id" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_events_action` ON `audit_events` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_actor` ON `audit_events` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_subject` ON `audit_events` (`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_occurred_at` ON `audit_events` (`occurred_at`);--> statement-breakpoint
CREATE TABLE `audit_origins` (
	`event_id` text PRIMARY KEY NOT NULL,
	`ip_address` text,
	`user_agent` text,
	FOREIGN KEY (`event_id`) REFERENCES `audit_events`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `credentials` (
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `kind`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `documents` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`published` integer NOT NULL,
	`owner_id` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "documents_version_from_1" CHECK("documents"."version" >= 1)
) STRICT;
--> statement-breakpoint
CREATE INDEX `documents_owner` ON `documents` (`owner_id`,`id`);--> statement-breakpoint
CREATE INDEX `documents_published` ON `documents` (`published`,`id`);--> statement-breakpoint
CREATE TABLE `role_assignments` (
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`assigned_by` text,
	`assigned_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `role`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`assigned_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
) STRICT;
--> statement-breakpoint
CREATE INDEX `role_assignments_role` ON `role_assignments` (`role`,`user_id`);--> statement-breakpoint
CREATE INDEX `role_assignments_assigned_by` ON `role_assignments` (`assigned_by`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`methods` text NOT NULL,
	`user_agent` text,
	`ip_address` text,
	`created_at` integer NOT NULL,
	`authenticated_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sessions_expires_by_its_end" CHECK("sessions"."expires_at" <= "sessions"."ends_at"),
	CONSTRAINT "sessions_ended_for_a_reason" CHECK(("sessions"."ended_at" is null) = ("sessions"."end_reason" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`,`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_expires_at` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_ended_at` ON `sessions` (`ended_at`);--> statement-breakpoint
CREATE TABLE `throttle_counters` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`kind`, `key`),
	CONSTRAINT "throttle_counters_kind" CHECK("throttle_counters"."kind" in ('WINDOW', 'BACKOFF'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `throttle_counters_until` ON `throttle_counters` (`kind`,`until`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`canonical_email` text NOT NULL,
	`email_verified_at` integer,
	`suspended_at` integer,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_canonical_email` ON `users` (`canonical_email`);