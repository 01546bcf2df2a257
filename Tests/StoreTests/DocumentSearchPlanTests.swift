import Billing
import Foundation
import GRDB
import Testing
import Units

@testable import Store

/// Every search for documents goes by an index, whatever is asked together.
@Suite struct DocumentSearchPlanTests {
    @Test func noCombinationWalksTheTable() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-plan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "plan.db").path(percentEncoded: false)
        _ = try LedgerStore(path: path)
        let queue = try DatabaseQueue(path: path)
        for search in try Self.combinations() {
            for sql in [search.countSQL, search.pageSQL] {
                let steps = try queue.read { database in
                    try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql.replacing(/\?[0-9]+/, with: "1")).map {
                        $0["detail"] as String
                    }
                }
                let walks = steps.filter { $0.contains(" document") && !$0.contains("INDEX") }
                #expect(walks.isEmpty, "\(sql): \(steps)")
            }
        }
    }

    /// Every subset of the six conditions.
    private static func combinations() throws -> [DocumentSearch] {
        let day = try CivilDay(text: "2017-11-05"), account = try AccountID("acme")
        return (0..<64).map { bits in
            var search = DocumentSearch()
            if bits & 1 != 0 { (search.issuedFrom, search.issuedTo) = (day, day) }
            if bits & 2 != 0 { (search.minimum, search.maximum) = (Yen(1), Yen(2)) }
            if bits & 4 != 0 { search.account = account }
            if bits & 8 != 0 { search.period = day.period }
            if bits & 16 != 0 { search.number = "201710" }
            if bits & 32 != 0 { search.counterparty = "Acme" }
            return search
        }
    }
}
