import UsageLedger

/// A job list: a line that names the columns, then a row a job. Each kind says how it reads these two.
protocol JobListFeed: Feed {
    associatedtype Columns

    var rows: RowReader { get }
    var progress: JobListProgress { get set }
    /// `nil` until the header was read.
    var columns: Columns? { get set }
    var header: [UInt8]? { get set }

    /// Finds the columns in the header, the present row. Error: `invalid_row`.
    func readHeader() throws(EventError) -> Columns
    /// Appends what the present row gives, or throws why it gives nothing.
    func readRow(_ columns: Columns, _ original: [UInt8], _ items: inout [FeedItem]) throws(EventError)
}

extension JobListFeed {
    func read(into items: inout [FeedItem]) -> Bool {
        guard progress.hasNext(rows, &items) else { return false }
        guard progress.isRow else { return true }
        let original = rows.original
        do throws(EventError) {
            if let columns {
                try readRow(columns, original, &items)
            } else {
                columns = try readHeader()
                header = original
            }
        } catch {
            items.append(FeedItem(line: rows.line, content: .failure(error), original: original))
            progress.isOver = columns == nil
        }
        return true
    }
}
