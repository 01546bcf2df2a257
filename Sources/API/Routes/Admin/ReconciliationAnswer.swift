import Service
import Store
import UsageLedger

/// What a comparison found, as JSON.
enum ReconciliationAnswer {
    /// - Parameters:
    ///   - unused: rows and events of the list that couldn't be used.
    ///   - silent: engines that gave no list, and why.
    static func json(
        _ compared: ListComparison, unused: [IngestIssue] = [], silent: [(host: String, reason: String)] = []
    ) -> JSONValue {
        let found = compared.reconciliation
        return .object([
            .init("right", .bool(compared.isRight)),
            .init("compared_runs", .integer(Int64(found.comparedRuns))),
            .init("recorded_claims", .integer(Int64(found.recordedClaims))),
            .init("findings", .array(found.findings.map(finding))),
            .init("contradictions", .array(found.contradictions.map(contradiction))),
            .init("unused_rows", .array(unused.map(row))),
            .init(
                "silent_hosts",
                .array(silent.map { .object([.init("host", .string($0.host)), .init("reason", .string($0.reason))]) })),
            .init("unreadable_containers", .array(compared.unreadableContainers.map(JSONValue.string))),
        ])
    }

    private static func finding(_ finding: Reconciliation.Finding) -> JSONValue {
        .object([
            .init("task", .string(finding.claim.run.task.text)), .init("attempt", .integer(finding.claim.run.attempt)),
            .init("container", .text(finding.claim.container)), .init("accepted", .bool(finding.isAccepted)),
            .init("differences", .array(finding.differences.map(difference))),
            .init("proposal", finding.proposal ?? .null),
        ])
    }

    private static func difference(_ difference: RunDifference) -> JSONValue {
        .object([
            .init("kind", .string(difference.kind.rawValue)), .init("listed", .string(difference.listed)),
            .init("recorded", .string(difference.recorded)), .init("what_to_do", .string(difference.remedy)),
        ])
    }

    private static func contradiction(_ contradiction: SchedulerList.Contradiction) -> JSONValue {
        .object([
            .init("task", .string(contradiction.run.task.text)), .init("attempt", .integer(contradiction.run.attempt)),
            .init("kinds", .array(contradiction.kinds.map { .string($0.rawValue) })),
        ])
    }

    private static func row(_ issue: IngestIssue) -> JSONValue {
        .object([
            .init("line", .integer(Int64(issue.line))), .init("code", .string(issue.code)),
            .init("reason", .string(issue.reason)),
        ])
    }
}
