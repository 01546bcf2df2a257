import CSQLite
import Foundation

/// Writes the rows of the tables `event` and `task` of a ledger to a file, ready to be bound again: the baseline's
/// input.
enum EventRows {
    /// Step `rows database=… file=…`. Form, little-endian: name length (4), name of the source; then for each usage
    /// event position, recorded_at, occurred_at, type and task (8 each), lengths of new task's name (0: task is known),
    /// id and body (4 each), leaf hash (32), name, id, body.
    static func step(_ arguments: Arguments) throws {
        let database = try SQLite(path: arguments.text("database"))
        guard let file = fopen(try arguments.text("file"), "w") else { throw BenchmarkError("can't write the rows") }
        defer { fclose(file) }
        let source = try database.pairs("SELECT source, name FROM event_source ORDER BY source").last?.1 ?? ""
        write(file, Int32(source.utf8.count))
        fputs(source, file)
        let row = try database.prepare(
            """
            SELECT e.position, e.recorded_at, e.occurred_at, e.type, e.task, t.name, e.id, e.body, e.leaf_hash
            FROM event e JOIN task t USING (task) ORDER BY e.position
            """)
        defer { sqlite3_finalize(row) }
        var lastTask: Int64 = 0
        while sqlite3_step(row) == SQLITE_ROW {
            for column in 0..<5 { write(file, sqlite3_column_int64(row, Int32(column))) }
            // Task numbers are given in the order of first events.
            let isNew = sqlite3_column_int64(row, 4) > lastTask
            lastTask = max(lastTask, sqlite3_column_int64(row, 4))
            let columns: [Int32] = isNew ? [5, 6, 7] : [6, 7]
            if !isNew { write(file, Int32(0)) }
            // Asking for a column's bytes as they are stored fixes their count.
            let bytes = columns.map { (sqlite3_column_blob(row, $0), Int(sqlite3_column_bytes(row, $0))) }
            for (_, count) in bytes { write(file, Int32(count)) }
            fwrite(sqlite3_column_blob(row, 8), 1, 32, file)
            for (start, count) in bytes { fwrite(start, 1, count, file) }
        }
    }

    private static func write(_ file: UnsafeMutablePointer<FILE>, _ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    }
}
