import Documents
import Store

/// Issued documents as a list.
enum DocumentListing {
    /// - Parameter isShort: only the first digits of each hash, for a terminal.
    static func listing(_ documents: [IssuedDocument], isShort: Bool) -> Listing {
        Listing(
            [
                .text("number"), .text("account"), .text("period"), .text("issue_day"),
                .number("payable_yen", "payable (yen)"),
                .number("receivable_yen", "owed (yen)"), .text("kind"), .text("state"), .text("sha256"),
            ],
            rows: documents.map { document in
                let digits = Digits.hexadecimal(document.sha256)
                return [
                    .text(document.number.text), .text(document.account.text), .text(document.period.description),
                    .text(document.issueDay.description), .integer(document.amount.amount),
                    .integer(document.receivable.amount), .text(document.kind.rawValue),
                    .text(document.state.rawValue), .text(isShort ? digits.prefix(12) + "…" : digits),
                ]
            },
            total: [
                .text("\(documents.count) documents"), .none, .none, .none,
                .integer(documents.reduce(0) { $0 + $1.amount.amount }),
                .integer(documents.reduce(0) { $0 + $1.receivable.amount }), .none, .none, .none,
            ])
    }
}
