import Foundation
import GRDB
import Store
import Testing

/// `schema/schema.sql` is what the migrations make of an empty file. `KANJO_RECORD=1` writes it anew.
@Suite struct SchemaTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../schema/schema.sql").standardized

    @Test func theDumpOfAFreshDatabaseIsTheCommittedSchema() throws {
        let dump = try freshDump()
        if ProcessInfo.processInfo.environment["KANJO_RECORD"] == "1" {
            try Data(dump.utf8).write(to: Self.golden)
        }
        let committed = try String(contentsOf: Self.golden, encoding: .utf8)
        let difference = firstDifference(committed, dump)
        #expect(difference == nil, "\(difference ?? ""); KANJO_RECORD=1 writes schema/schema.sql anew")
    }

    /// Every statement of a fresh database: tables in the order of their names, each with its indexes and triggers.
    private func freshDump() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "fresh.db").path(percentEncoded: false)
        _ = try LedgerStore(path: path)
        var configuration = Configuration()
        configuration.readonly = true
        let statements = try DatabaseQueue(path: path, configuration: configuration).read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
                    ORDER BY tbl_name, instr('table index trigger', type), name
                    """)
        }
        let heading =
            "-- A fresh database, as the migrations v0001_… make it. A test compares; KANJO_RECORD=1 writes it anew.\n"
        return heading + statements.map { "\n\($0);\n" }.joined()
    }

    private func firstDifference(_ committed: String, _ dump: String) -> String? {
        let (old, new) = (committed.split(separator: "\n"), dump.split(separator: "\n"))
        let place = zip(old, new).firstIndex { $0 != $1 } ?? min(old.count, new.count)
        guard place < max(old.count, new.count) else { return nil }
        return
            "committed: \(old.dropFirst(place).first ?? "(end)"), migrations: \(new.dropFirst(place).first ?? "(end)")"
    }
}

extension Sequence {
    fileprivate func firstIndex(where matches: (Element) -> Bool) -> Int? {
        enumerated().first { matches($0.element) }?.offset
    }
}
