-- Which GPUs of its host a container has for itself, and how long outputs of tasks are kept. Like v0010: beside the log.

-- Numbers of GPUs, separated by spaces; empty where its host's aren't counted, and when it has ended.
ALTER TABLE container ADD COLUMN gpus TEXT NOT NULL DEFAULT '';

-- From here on an output is gone. Those that are there already have the 90 days that are standard.
ALTER TABLE task_output ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
UPDATE task_output SET expires_at = created_at + 7776000000000000;
CREATE INDEX task_output_expiry ON task_output (expires_at);
-- What the task's owner has to know of its files: why its artifact isn't kept.
ALTER TABLE task_output ADD COLUMN message TEXT NOT NULL DEFAULT '';
