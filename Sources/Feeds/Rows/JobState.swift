import UsageLedger

/// What a scheduler's word for the state of an ended job means here. It changes no amount.
///
/// `error`: the job itself failed, and any word that isn't known. `aborted`: the cluster ended it.
func outcome(ofState state: String) -> Outcome {
    switch state.lowercased() {
    case "done", "completed", "success", "succeeded", "finished": .done
    case "canceled", "cancelled", "killed", "revoked": .canceled
    case "aborted", "timeout", "deadline", "node_fail", "boot_fail", "preempted", "requeued": .aborted
    // failed, error, out_of_memory …
    default: .error
    }
}
