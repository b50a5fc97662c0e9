ALTER TABLE `mails` ADD `user_id` text REFERENCES users(id) ON DELETE cascade;--> statement-breakpoint
CREATE INDEX `mails_user` ON `mails` (`user_id`);