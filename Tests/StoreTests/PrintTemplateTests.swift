import Billing
import Testing
import UsageLedger

@testable import Store

/// The look that a document was issued with stays known.
@Suite struct PrintTemplateTests {
    @Test func theEventOfAnIssueTellsTemplateAndFonts() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("job")
        try ledger.issue()
        let document = try #require(try ledger.store.documents(DocumentSearch()).first)
        let data = try JSONValue(parsing: try ledger.store.eventBody(at: document.position))["data"]
        #expect(data?["template"]?.integer == 1)
        #expect(data?["fonts"]?.array?.compactMap(\.string) == ["BIZ UDGothic 1.05", "IPAmjMincho 5.01"])
        #expect(try ledger.store.printTemplate(of: document) == .current)
        #expect(PrintTemplate(issued: nil) == .current, "what was issued before templates were told has the first")
    }
}
