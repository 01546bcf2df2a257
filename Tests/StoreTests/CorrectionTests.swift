import Billing
import Store
import TestSupport
import Testing
import Units

/// Returns, reissues and voids of issued documents (decisions 20 and 21), step by step.
@Suite struct CorrectionTests {
    private let ledger: SmallLedger
    private static let november = try! BillingPeriod(text: "2017-11")
    private static let first = DocumentNumber(text: "201710-000001")
    private static let november6 = try! CivilDay(text: "2017-11-06")

    /// October is issued: 7,200 s at 0.5 yen are 3,600 yen.
    init() throws {
        ledger = try SmallLedger()
        try ledger.recordJob("a")
        try ledger.recordJob("b")
        try ledger.issue()
    }

    @Test func aReturnGivesBackWhatWasWaivedOnce() throws {
        try waive("b")
        let made = try giveBack()
        #expect(made.number.text == "201710-000002")
        #expect(made.kind == .returned)
        #expect(made.receivable == Yen(-1_800))
        let document = try invoice(made.number)
        #expect(document.original == OriginalDocument(number: Self.first, issueDay: CivilDay(SmallLedger.november5)))
        #expect(document.lines.map(\.amount) == [Yen(-1_800)])
        #expect(document.lines.map(\.usage.seconds) == [-3_600])
        #expect(document.totals.tax == Yen(-164))
        #expect(document.totals.payable == Yen(-1_800))
        refused(.nothingToReturn) { try giveBack() }
        refused(.refused) { try giveBack(made.number) }
        try expectSettled(Yen(1_800))
        // The next close finds nothing more.
        try ledger.recordJob("c", day: "11-02")
        try closeNovember()
        #expect(try ledger.store.documents(DocumentSearch(period: Self.november)).map(\.payable) == [Yen(1_800)])
        try expectSettled(Yen(3_600))
    }

    @Test func nothingIsReturnedOfAnInvoiceThatIsRight() throws {
        let head = try ledger.store.head()
        refused(.nothingToReturn) { try giveBack() }
        refused(.refused) {
            try ledger.store.returnInvoice(Self.first, day: Self.november6, by: ledger.actor(SmallLedger.november5))
        }
        refused(.notFound) { try giveBack(DocumentNumber(text: "201710-000009")) }
        #expect(try ledger.store.head() == head)
    }

    @Test func aVoidReturnIsReturnedAgain() throws {
        try waive("b")
        let made = try giveBack()
        refused(.refused) { try void(Self.first) }
        #expect(try void(made.number).receivable == .zero)
        refused(.refused) { try void(made.number) }
        let again = try giveBack()
        #expect(again.number.text == "201710-000003")
        #expect(again.revision == 2)
        #expect(again.receivable == Yen(-1_800))
        try expectSettled(Yen(1_800))
    }

    @Test func aVoidInvoicesUseComesOnTheNextOneOnce() throws {
        #expect(try void(Self.first).state == .void)
        try expectSettled(.zero)
        refused(.refused) { try giveBack() }
        try ledger.recordJob("c", day: "11-02")
        try closeNovember()
        let next = try invoice(DocumentNumber(text: "201711-000001"))
        #expect(next.lines.map(\.lineClass) == [.carried, .usage])
        #expect(next.lines.map(\.amount) == [Yen(3_600), Yen(1_800)])
        try expectSettled(Yen(5_400))
    }

    @Test func whatAnEarlierDocumentSaidIsExplainedAfterItIsVoid() throws {
        try ledger.record("restate 5T11:00 id=more task=b attempt=1 stopped=10-10T12:00 reason=clock who=ops")
        try ledger.recordJob("c", day: "11-02")
        try closeNovember()
        let number = "201711-000001"
        let before = try ledger.store.explain(number: number).lines.map(\.earlier)
        #expect(before.first?.map(\.amount) == [Yen(3_600)])
        try void(Self.first)
        let after = try ledger.store.explain(number: number).lines.map(\.earlier)
        #expect(after.map { $0.map(\.amount) } == before.map { $0.map(\.amount) })
        #expect(after.map { $0.map(\.number) } == before.map { $0.map(\.number) })
        let told = try ledger.store.documentHistory(Self.first).map { "\($0.summary), \($0.who), \($0.reason ?? "-")" }
        #expect(told == ["201710-000001 issued: 3600 yen, tester, -", "201710-000001 void, tester, tested"])
        #expect(throws: StoreError.self) { try ledger.store.documentHistory(DocumentNumber(text: "201710-000009")) }
    }

    @Test func aReturnGivesNoMoreThanItsInvoiceCharged() throws {
        try ledger.record("restate 5T11:00 id=more task=b attempt=1 stopped=10-10T12:00 reason=clock who=ops")
        try ledger.recordJob("c", day: "11-02")
        try closeNovember()
        let november = DocumentNumber(text: "201711-000001")
        try waive("a")
        let first = try giveBack()
        #expect(first.receivable == Yen(-1_800))
        try waive("b")
        // 3,600 yen are too much now; 1,800 of them stand on October's invoice, the rest on November's.
        let second = try giveBack()
        #expect(second.receivable == Yen(-1_800))
        #expect(try invoice(second.number).lines.map(\.usage.seconds) == [0])
        #expect(throws: StoreError.self) { try giveBack() }
        #expect(try giveBack(november, on: CivilDay(text: "2017-12-05")).receivable == Yen(-1_800))
        try expectSettled(Yen(1_800))
        // The second one is rebuilt as it was when the first one stood.
        try void(first.number)
        try expectSettled(Yen(3_600))
        #expect(try giveBack().receivable == Yen(-1_800))
        try expectSettled(Yen(1_800))
    }

    @Test func aReissueReplacesWhatIsOwed() throws {
        refused(.nothingToCorrect) { try reissue() }
        try ledger.store.record(
            [.account(Account(id: SmallLedger.acme, name: "株式会社アクメ新社"))], by: ledger.actor(SmallLedger.november5))
        let made = try reissue()
        #expect(made.number.text == "201710-000002")
        #expect(made.revision == 2)
        let (old, new) = (try invoice(Self.first), try invoice(made.number))
        #expect(new.recipient.name == "株式会社アクメ新社")
        #expect(new.lines == old.lines)
        #expect(new.totals == old.totals)
        #expect(new.original?.number == Self.first)
        #expect(try ledger.store.document(Self.first).document.state == .replaced)
        try expectSettled(Yen(3_600))
        refused(.refused) { try reissue() }
        refused(.nothingToCorrect) { try reissue(made.number) }
        // A return names the invoice that stands.
        try waive("b")
        refused(.refused) { try giveBack() }
        let given = try giveBack(made.number)
        #expect(try invoice(given.number).original?.number == made.number)
        try expectSettled(Yen(1_800))
        try void(given.number)
        try void(made.number)
        try expectSettled(.zero)
        try ledger.recordJob("c", day: "11-02")
        try closeNovember()
        try expectSettled(Yen(3_600))
    }

    @Test func creditsAreGivenBackFirst() throws {
        let ledger = try SmallLedger()
        try ledger.store.record(
            [
                .credit(
                    GrantedCredit(
                        credit: Credit(
                            position: 0, account: SmallLedger.acme, yen: Yen(3_000),
                            from: try CivilDay(text: "2017-10-01"), to: try CivilDay(text: "2017-11-30"), plans: []),
                        reason: "trial"))
            ], by: ledger.actor(SmallLedger.november5))
        try ledger.recordJob("a")
        try ledger.recordJob("b")
        try ledger.issue()
        try waive("b", ledger)
        let made = try ledger.store.returnInvoice(Self.first, day: Self.november6, by: actor(ledger))
        let document = try invoice(made.number, ledger)
        #expect(document.lines.map(\.amount) == [Yen(-1_800), Yen(1_800)])
        #expect(try ledger.store.credits().map(\.left) == [Yen(1_800)])
        // The credit is used again, so the return can't be voided before that use is.
        try ledger.recordJob("c", day: "11-02")
        try closeNovember(ledger)
        #expect(try ledger.store.credits().map(\.left) == [.zero])
        refused(.refused) { try ledger.store.voidDocument(made.number, by: actor(ledger)) }
        #expect(try ledger.store.verify().isRight)
        _ = try ledger.store.voidDocument(DocumentNumber(text: "201711-000001"), by: actor(ledger))
        _ = try ledger.store.voidDocument(made.number, by: actor(ledger))
        #expect(try ledger.store.credits().map(\.left) == [.zero])
        _ = try ledger.store.voidDocument(Self.first, by: actor(ledger))
        #expect(try ledger.store.credits().map(\.left) == [Yen(3_000)])
        #expect(try ledger.store.verify().isRight)
    }

    // MARK: Steps

    private func waive(_ task: String, _ other: SmallLedger? = nil) throws {
        try (other ?? ledger).record(
            "waive 5T11:00 id=\(task)-w task=\(task) attempt=1 from=10-01T00:00 to=11-01T00:00 reason=broken who=ops")
    }

    private func actor(_ ledger: SmallLedger) -> Actor {
        ledger.identifiers.actor(reason: "tested", now: EventScript.instant("6T12:00"))
    }

    @discardableResult
    private func giveBack(
        _ number: DocumentNumber = first, on day: CivilDay = november6
    ) throws -> IssuedDocument {
        try ledger.store.returnInvoice(
            number, day: day, by: ledger.identifiers.actor(reason: "tested", now: day.start))
    }

    private func reissue(_ number: DocumentNumber = first) throws -> IssuedDocument {
        try ledger.store.reissueInvoice(number, day: Self.november6, by: actor(ledger))
    }

    @discardableResult
    private func void(_ number: DocumentNumber) throws -> IssuedDocument {
        try ledger.store.voidDocument(number, by: actor(ledger))
    }

    private func closeNovember(_ other: SmallLedger? = nil) throws {
        let ledger = other ?? ledger
        _ = try ledger.store.issue(
            IssueRequest(
                period: Self.november, issueDay: try CivilDay(text: "2017-12-05"), acceptEverything: "tested"),
            by: ledger.actor(try Instant(rfc3339: "2017-12-05T00:00:00+09:00")))
    }

    private func invoice(_ number: DocumentNumber, _ other: SmallLedger? = nil) throws -> Invoice {
        try #require(Invoice(bytes: try (other ?? ledger).store.document(number).bytes))
    }

    /// What is owed in all; every document of every kind follows from the log, also after a rebuild.
    private func expectSettled(_ owed: Yen, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let documents = try ledger.store.documents(DocumentSearch())
        #expect(documents.reduce(.zero) { $0 + $1.receivable } == owed, sourceLocation: sourceLocation)
        let faults = try ledger.store.verify().checks.compactMap { check in check.fault.map { "\(check.name): \($0)" } }
        #expect(faults == [], sourceLocation: sourceLocation)
        try ledger.store.rebuild()
        #expect(try ledger.store.documents(DocumentSearch()) == documents, sourceLocation: sourceLocation)
    }

    private func refused(
        _ code: StoreError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Any
    ) {
        #expect(sourceLocation: sourceLocation) {
            _ = try body()
        } throws: {
            ($0 as? StoreError)?.code == code
        }
    }
}
