CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`to_address` text NOT NULL,
	`template` text NOT NULL,
	`sealed_data` text,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`leased_until` integer,
	`sent_at` integer,
	`failed_at` integer,
	CONSTRAINT "mails_settled_once" CHECK("mails"."sent_at" is null or "mails"."failed_at" is null),
	CONSTRAINT "mails_data_until_settled" CHECK(("mails"."sealed_data" is null) = ("mails"."sent_at" is not null or "mails"."failed_at" is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `mails_due` ON `mails` (`due_at`) WHERE "mails"."sent_at" is null and "mails"."failed_at" is null;--> statement-breakpoint
CREATE INDEX `mails_sent_at` ON `mails` (`sent_at`);--> statement-breakpoint
CREATE INDEX `mails_failed_at` ON `mails` (`failed_at`);--> statement-breakpoint
CREATE TABLE `one_time_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text,
	`address` text,
	`secret_hash` text NOT NULL,
	`binding_hash` text,
	`sealed_data` text,
	`attempts_left` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "one_time_secrets_attempts" CHECK("one_time_secrets"."attempts_left" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `one_time_secrets_hash` ON `one_time_secrets` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `one_time_secrets_user` ON `one_time_secrets` (`user_id`,`purpose`);--> statement-breakpoint
CREATE INDEX `one_time_secrets_address` ON `one_time_secrets` (`address`,`purpose`);--> statement-breakpoint
CREATE INDEX `one_time_secrets_expires_at` ON `one_time_secrets` (`expires_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`algorithm` integer NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`backed_up` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "passkeys_counter" CHECK("passkeys"."counter" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `provider_links` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `provider_links_identity` ON `provider_links` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `provider_links_user` ON `provider_links` (`user_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`user_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`user_id`, `code_hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`algorithm` text NOT NULL,
	`sealed_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `totp_authenticators` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`confirmed_at` integer,
	`last_time_step` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "totp_authenticators_step_once_confirmed" CHECK(("totp_authenticators"."confirmed_at" is null) = ("totp_authenticators"."last_time_step" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `totp_authenticators_user` ON `totp_authenticators` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `totp_authenticators_confirmed` ON `totp_authenticators` (`user_id`) WHERE "totp_authenticators"."confirmed_at" is not null;--> statement-breakpoint
ALTER TABLE `sessions` ADD `name` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `permissions` text;