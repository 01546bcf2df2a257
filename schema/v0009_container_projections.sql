-- What our own scheduler says of tasks: projections of the log, like v0002. A task that was given a machine shows as
-- running, although its container may still be pulled; one whose container never ran ends without a run.
ALTER TABLE compute_task ADD COLUMN placed_at INTEGER;
ALTER TABLE compute_task ADD COLUMN failed_at INTEGER;
ALTER TABLE compute_task ADD COLUMN failed_status TEXT CHECK (failed_status IN ('error', 'aborted'));
-- Position of the event that says why.
ALTER TABLE compute_task ADD COLUMN failure INTEGER;
