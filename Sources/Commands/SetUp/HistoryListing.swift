import Documents
import Store

/// Recorded changes of the set-up as a list.
enum HistoryListing {
    static func listing(_ changes: [RecordedChange]) -> Listing {
        Listing(
            [.number("position"), .text("recorded_at"), .text("change"), .text("who"), .text("reason"), .text("type")],
            rows: changes.map { change in
                [
                    .integer(change.position), .text(change.recordedAt.tableText), .text(change.summary),
                    .text(change.who),
                    change.reason.cell, .text(change.type),
                ]
            })
    }
}
