import Documents
import Service
import Store

/// A comparison as people and programs read it: one row for each thing that differs.
enum ReconciliationListing {
    /// - Parameter hasProposals: with the event that would make each run what the list says; too wide for a terminal.
    static func listing(_ found: Reconciliation, hasProposals: Bool) -> Listing {
        Listing(
            [
                .text("task"), .number("attempt"), .text("difference"), .text("listed"), .text("recorded"),
                .text("accepted"), .text("what_to_do"),
            ] + (hasProposals ? [.text("proposal")] : []),
            rows: found.findings.flatMap { finding in
                let proposal = finding.proposal?.canonicalText
                return finding.differences.map { difference in
                    [
                        .text(finding.claim.run.task.text), .integer(finding.claim.run.attempt),
                        .text(difference.kind.rawValue), .text(difference.listed), .text(difference.recorded),
                        .flag(finding.isAccepted), .text(difference.remedy),
                    ] + (hasProposals ? [proposal.cell] : [])
                }
            },
            facts: [
                .init("compared_runs", .integer(Int64(found.comparedRuns))),
                .init("differing_runs", .integer(Int64(found.findings.count))),
                .init("recorded_claims", .integer(Int64(found.recordedClaims))),
            ])
    }

    static func summary(_ found: Reconciliation) -> String {
        func count(_ value: Int, _ one: String, _ many: String) -> String {
            "\(Digits.grouped(Int64(value))) \(value == 1 ? one : many)"
        }
        let accepted = found.findings.count(where: \.isAccepted)
        return count(found.comparedRuns, "run", "runs") + " compared, "
            + count(found.findings.count, "differs", "differ")
            + (accepted > 0 ? " (\(Digits.grouped(Int64(accepted))) accepted)" : "") + "; "
            + count(found.recordedClaims, "claim", "claims") + " recorded"
    }
}
