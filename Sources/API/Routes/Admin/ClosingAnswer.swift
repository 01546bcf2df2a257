import Billing
import Service
import Store
import UsageLedger
import Units

/// How far a month is, as JSON.
enum ClosingAnswer {
    /// Changed sums that an answer names at most.
    private static let greatestChanges = 1000

    static func json(_ state: ClosingState, _ period: BillingPeriod) -> JSONValue {
        switch state {
        case .closing(let progress):
            .object(
                members(period, "closing", logCut: nil, documents: 0, payable: .zero, tax: .zero) + [
                    .init(
                        "progress",
                        .object([
                            .init("done", .integer(Int64(progress.done))),
                            .init("total", .integer(Int64(progress.total))),
                        ]))
                ])
        case .closed(let closing, let tax): json(closing, tax: tax)
        case .closedWith(let closing):
            .object(
                members(period, "closed", logCut: closing.logCut, documents: 0, payable: .zero, tax: .zero) + [
                    .init("closed_with", .string(closing.period.description))
                ])
        case .open(let draft): json(draft)
        }
    }

    static func json(_ outcome: IssueOutcome, tax: Yen) -> JSONValue {
        switch outcome {
        case .issued(let closing), .alreadyClosed(let closing): json(closing, tax: tax)
        }
    }

    private static func json(_ closing: Closing, tax: Yen) -> JSONValue {
        .object(
            members(
                closing.period, "closed", logCut: closing.logCut, documents: closing.documents,
                payable: closing.payable, tax: tax) + [
                    .init("issue_day", .day(closing.issueDay)), .init("position", .integer(closing.position)),
                ])
    }

    private static func json(_ draft: CloseDraft) -> JSONValue {
        let coverage = CoverageClass.allCases.compactMap { found in
            draft.coverage[found].map { JSONValue.Member(found.rawValue, .count($0)) }
        }
        let changes = draft.changes.map { changes in
            JSONValue.array(changes.prefix(greatestChanges).map(change))
        }
        return .object(
            members(
                draft.period, "open", logCut: draft.logCut, documents: Int64(draft.documents), payable: draft.payable,
                tax: draft.tax, gate: draft.gate) + [
                    .init("usage_events", .count(draft.usageEvents)), .init("coverage", .object(coverage)),
                    .init("changes", changes ?? .null),
                ])
    }

    private static func members(
        _ period: BillingPeriod, _ state: String, logCut: Int64?, documents: Int64, payable: Yen, tax: Yen,
        gate: [GateItem] = []
    ) -> [JSONValue.Member] {
        [
            .init("period", .string(period.description)), .init("state", .string(state)),
            .init("log_cut", logCut.map(JSONValue.integer) ?? .null), .init("documents", .integer(documents)),
            .init("payable_yen", .yen(payable)), .init("tax_yen", .yen(tax)),
            .init("gate", .array(gate.map(\.jsonValue))),
        ]
    }

    private static func change(_ change: CloseDraft.Change) -> JSONValue {
        .object([
            .init("account", .string(change.account.text)),
            .init("before_yen", change.before.map(JSONValue.yen) ?? .null),
            .init("now_yen", change.now.map(JSONValue.yen) ?? .null),
        ])
    }
}

extension GateItem {
    /// A question that stops an issue.
    var jsonValue: JSONValue {
        .object([
            .init("name", .string(name)), .init("message", .string(message)),
            .init("can_be_accepted", .bool(canBeAccepted)), .init("events", .array(events.map { .integer($0) })),
        ])
    }
}
