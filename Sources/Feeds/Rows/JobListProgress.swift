import UsageLedger

/// How far the reading of a job list has come: the part that both kinds have in common.
struct JobListProgress {
    /// Nothing more is to be read: the header can't be used.
    var isOver = false
    /// The last step gave a row; otherwise it gave an item.
    private(set) var isRow = false
    private var isEmpty = true

    /// Takes one step. False: the input has ended. An input without a header ends with an item that says so.
    mutating func hasNext(_ rows: RowReader, _ items: inout [FeedItem]) -> Bool {
        guard !isOver else { return false }
        isRow = false
        switch rows.next() {
        case .row: isRow = true
        case .fault(let item): items.append(item)
        case .end:
            isOver = true
            guard isEmpty else { return false }
            let error = EventError(
                .invalidRow, "line 1: the input is empty; a header with the names of the columns is needed")
            items.append(FeedItem(line: 1, content: .failure(error), original: []))
        }
        isEmpty = false
        return true
    }
}
