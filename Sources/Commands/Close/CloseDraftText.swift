import Billing
import Documents
import Store
import UsageLedger
import Units

/// A draft as people and programs read it: totals, open questions, changes, the count of events by class.
struct CloseDraftText {
    private let draft: CloseDraft

    init(_ draft: CloseDraft) { self.draft = draft }

    func print(_ form: OutputOptions.Form, to stream: TextStream) {
        switch form {
        case .table: stream.write(text)
        case .csv: stream.write(accounts.csv)
        case .json: stream.write(IndentedJSON.text(json))
        }
    }

    /// One line about an open question.
    static func line(_ item: GateItem) -> String {
        "  \(item.name.printable)\(item.canBeAccepted ? "" : " (can't be accepted)")\n    \(item.message.printable)"
    }

    private var accounts: Listing {
        Listing(
            [
                .text("account"), .number("lines"), .number("total_yen", "total (yen)"),
                .number("tax_yen", "tax (yen)"),
                .number("payable_yen", "payable (yen)"),
            ],
            rows: draft.accounts.map { account in
                let yen = [account.totals?.total, account.totals?.tax, account.totals?.payable]
                return [.text(account.account.text), .integer(Int64(account.lineCount))]
                    + yen.map { $0.map { .integer($0.amount) } ?? .none }
            },
            total: [
                .text("total"), .integer(Int64(draft.accounts.reduce(0) { $0 + $1.lineCount })),
                .integer(draft.accounts.reduce(0) { $0 + ($1.totals?.total.amount ?? 0) }), .integer(draft.tax.amount),
                .integer(draft.payable.amount),
            ])
    }

    private var text: String {
        var text = "Draft of \(draft.period) as known at position \(Digits.grouped(draft.logCut))\n\n" + accounts.table
        text += "\n\(Digits.grouped(Int64(draft.documents))) documents, \(Digits.grouped(draft.payable)) yen payable\n"
        let classes = CoverageClass.allCases.compactMap { found in
            draft.coverage[found].map { "\(found.rawValue.replacing("_", with: " ")) \(Digits.grouped($0))" }
        }
        text +=
            "\(Digits.grouped(draft.usageEvents)) usage events"
            + (classes.isEmpty ? "" : ": " + classes.joined(separator: ", ")) + "\n"
        text += draft.gate.isEmpty ? "\nNothing is open.\n" : "\nOpen, and stopping an issue:\n"
        for item in draft.gate { text += Self.line(item) + "\n" }
        if let changes = draft.changes {
            text +=
                changes.isEmpty ? "\nNo sum has changed since the last draft.\n" : "\nChanged since the last draft:\n"
            for change in changes {
                text += "  \(change.account): \(yen(change.before)) → \(yen(change.now))\n"
            }
        }
        return text
    }

    private func yen(_ yen: Yen?) -> String { yen.map { Digits.grouped($0) + " yen" } ?? "no document" }

    private var json: JSONValue {
        func optional(_ yen: Yen?) -> JSONValue { yen.map { .integer($0.amount) } ?? .null }
        return .object([
            .init("period", .string(draft.period.description)), .init("log_cut", .integer(draft.logCut)),
            .init("documents", .integer(Int64(draft.documents))), .init("payable_yen", .integer(draft.payable.amount)),
            .init("tax_yen", .integer(draft.tax.amount)), .init("usage_events", .integer(draft.usageEvents)),
            .init(
                "coverage",
                .object(
                    CoverageClass.allCases.compactMap { found in
                        draft.coverage[found].map { .init(found.rawValue, .integer($0)) }
                    })),
            .init(
                "gate",
                .array(
                    draft.gate.map {
                        .object([
                            .init("name", .string($0.name)), .init("message", .string($0.message)),
                            .init("can_be_accepted", .bool($0.canBeAccepted)),
                            .init("events", .array($0.events.map { .integer($0) })),
                        ])
                    })),
            .init(
                "changes",
                draft.changes.map { changes in
                    .array(
                        changes.map {
                            .object([
                                .init("account", .string($0.account.text)), .init("before_yen", optional($0.before)),
                                .init("now_yen", optional($0.now)),
                            ])
                        })
                } ?? .null),
            .init("accounts", accounts.json["rows"] ?? .array([])),
        ])
    }
}
