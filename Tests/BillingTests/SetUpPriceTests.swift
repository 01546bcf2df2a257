import Testing
import Units

@testable import Billing

/// What a set-up file may do to price rows (§6), one line per case.
@Suite struct SetUpPriceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Positions 1, 2, 3 …
        var recorded: [String] = []
        /// Position → last day on an issued line.
        var used: [Int64: String] = [:]
        /// Lines 1, 2, 3 …
        var declared: [String]
        var expected: [String]
    }

    static let allowed: [Case] = [
        Case(
            testDescription: "a first row", declared: ["v100 0.016 gpu 2017-10-01 -"],
            expected: ["price v100 0.016 yen per GPU second from 2017-10-01: new"]),
        Case(
            testDescription: "the same number written otherwise is no change",
            recorded: ["v100 0.016 gpu 2017-10-01 -"],
            declared: ["v100 0.0160 gpu 2017-10-01 -"], expected: []),
        Case(
            testDescription: "no gap between neighbours",
            declared: ["v100 2 plan 2017-10-01 2017-11-17", "v100 3 plan 2017-11-18 - exclusive"],
            expected: [
                "price v100 2 yen per second from 2017-10-01 to 2017-11-17: new",
                "price v100 3 yen per second, tax exclusive from 2017-11-18: new",
            ]),
        Case(
            testDescription: "list, own row and another plan share days",
            declared: ["v100 2 plan 2017-10-01 -", "v100 1 plan 2017-10-01 - acme", "a100 4 plan 2017-10-01 -"],
            expected: [
                "price v100 2 yen per second from 2017-10-01: new",
                "price v100 for acme 1 yen per second from 2017-10-01: new",
                "price a100 4 yen per second from 2017-10-01: new",
            ]),
        Case(
            testDescription: "an end for a used row and the next row, in any order of the file",
            recorded: ["v100 2 plan 2017-10-01 -"], used: [1: "2017-10-31"],
            declared: ["v100 3 plan 2017-11-18 -", "v100 2 plan 2017-10-01 2017-11-17"],
            expected: [
                "price v100 2 yen per second from 2017-10-01: ends 2017-11-17",
                "price v100 3 yen per second from 2017-11-18: new",
            ]),
        Case(
            testDescription: "a used row may end on its last day of use", recorded: ["v100 2 plan 2017-10-01 -"],
            used: [1: "2017-10-31"], declared: ["v100 2 plan 2017-10-01 2017-10-31"],
            expected: ["price v100 2 yen per second from 2017-10-01: ends 2017-10-31"]),
        Case(
            testDescription: "an unused row is replaced", recorded: ["v100 2 plan 2017-10-01 -"],
            declared: ["v100 3 plan 2017-10-01 -"],
            expected: [
                "price v100 2 yen per second from 2017-10-01: withdrawn",
                "price v100 3 yen per second from 2017-10-01: new",
            ]),
        Case(
            testDescription: "an unused row gets any other end", recorded: ["v100 2 plan 2017-10-01 2017-11-17"],
            declared: ["v100 2 plan 2017-10-01 -"],
            expected: ["price v100 2 yen per second from 2017-10-01 to 2017-11-17: no longer ends"]),
        Case(
            testDescription: "a row before an open one", recorded: ["v100 2 plan 2017-10-01 -"],
            declared: ["v100 1 plan 2017-09-01 2017-09-30"],
            expected: ["price v100 1 yen per second from 2017-09-01 to 2017-09-30: new"]),
    ]

    static let refused: [Case] = [
        Case(
            testDescription: "another price for a used row", recorded: ["v100 2 plan 2017-10-01 -"],
            used: [1: "2017-10-31"],
            declared: ["v100 3 plan 2017-10-01 -"],
            expected: [
                "price_is_used line 1: price v100 from 2017-10-01 is used by issued invoices up to 2017-10-31: it "
                    + "can't become 3 yen "
                    + "per second; set an end on it and add a new row from the day after"
            ]),
        Case(
            testDescription: "an end before the last day of use", recorded: ["v100 2 plan 2017-10-01 -"],
            used: [1: "2017-10-31"], declared: ["v100 2 plan 2017-10-01 2017-10-30", "v100 3 plan 2017-10-31 -"],
            expected: [
                "price_is_used line 1: price v100 from 2017-10-01 is used by issued invoices up to 2017-10-31: it "
                    + "can't end on "
                    + "2017-10-30; 2017-10-31 is the earliest end"
            ]),
        Case(
            testDescription: "the end of a used row moved", recorded: ["v100 2 plan 2017-10-01 2017-11-17"],
            used: [1: "2017-10-31"], declared: ["v100 2 plan 2017-10-01 2017-11-18"],
            expected: [
                "price_is_used line 1: price v100 from 2017-10-01 is used by issued invoices up to 2017-10-31: "
                    + "its end 2017-11-17 "
                    + "can't move to 2017-11-18; add a new row instead"
            ]),
        Case(
            testDescription: "the end of a used row taken away",
            recorded: ["v100 2 plan 2017-10-01 2017-11-17", "v100 3 plan 2017-11-18 -"], used: [1: "2017-10-31"],
            declared: ["v100 2 plan 2017-10-01 -"],
            expected: [
                "price_is_used line 1: price v100 from 2017-10-01 is used by issued invoices up to 2017-10-31: "
                    + "its end 2017-11-17 "
                    + "can't be taken away; add a new row instead"
            ]),
        Case(
            testDescription: "an open row over an open one", recorded: ["v100 2 plan 2017-10-01 -"],
            declared: ["v100 3 plan 2017-11-18 -"],
            expected: [
                "prices_share_a_day line 1: price v100 from 2017-11-18 (line 1) shares days with price v100 from "
                    + "2017-10-01 "
                    + "(recorded), which has no end; set to: 2017-11-17 on the row from 2017-10-01"
            ]),
        Case(
            testDescription: "one shared day",
            declared: ["v100 2 plan 2017-10-01 2017-11-18", "v100 3 plan 2017-11-18 -"],
            expected: [
                "prices_share_a_day line 2: price v100 from 2017-11-18 (line 2) shares days with price v100 from "
                    + "2017-10-01 "
                    + "(line 1): 2017-11-18; give every day one price"
            ]),
        Case(
            testDescription: "a short row far inside a long one, another between",
            declared: [
                "v100 2 plan 2017-01-01 2017-12-31", "v100 3 plan 2017-02-01 2017-02-02",
                "v100 4 plan 2017-03-01 2017-03-05",
            ],
            expected: [
                "prices_share_a_day line 2: price v100 from 2017-02-01 (line 2) shares days with price v100 from "
                    + "2017-01-01 "
                    + "(line 1): 2017-02-01 … 2017-02-02; give every day one price",
                "prices_share_a_day line 3: price v100 from 2017-03-01 (line 3) shares days with price v100 from "
                    + "2017-01-01 "
                    + "(line 1): 2017-03-01 … 2017-03-05; give every day one price",
            ]),
        Case(
            testDescription: "one row twice", declared: ["v100 2 plan 2017-10-01 -", "v100 2 plan 2017-10-01 -"],
            expected: ["prices_share_a_day line 2: price v100 from 2017-10-01 is declared twice, first on line 1"]),
        Case(
            testDescription: "everything at once, by line",
            declared: [
                "h100 2 plan 2017-10-01 -", "v100 2 plan 2017-10-02 2017-10-01", "v100 2 plan 2017-10-01 - gamma",
            ],
            expected: [
                "unknown_reference line 1: price h100 from 2017-10-01 names the plan 'h100', which is unknown; "
                    + "declare it under "
                    + "plans",
                "invalid_value line 2: price v100 from 2017-10-02: from 2017-10-02 is after to 2017-10-01",
                "unknown_reference line 3: price v100 for gamma from 2017-10-01 names the account 'gamma', which "
                    + "is unknown; declare "
                    + "it under accounts",
            ]),
    ]

    @Test(arguments: allowed + refused) func rowsChangeOnlyAsTheRuleAllows(_ test: Case) throws {
        let current = SetUpFixtures.recorded(prices: test.recorded)
        var declaration = SetUpDeclaration()
        declaration.prices = SetUpFixtures.entries(test.declared.map { SetUpFixtures.row($0) })
        let use = SetUpUse(lastDayOfRow: test.used.mapValues(SetUpFixtures.day))
        #expect(SetUpFixtures.outcome(current, declaration, use) == test.expected)
    }

    @Test(arguments: allowed) func applyingTwiceChangesNothing(_ test: Case) throws {
        let current = SetUpFixtures.recorded(prices: test.recorded)
        var declaration = SetUpDeclaration()
        declaration.prices = SetUpFixtures.entries(test.declared.map { SetUpFixtures.row($0) })
        let use = SetUpUse(lastDayOfRow: test.used.mapValues(SetUpFixtures.day))
        let changes = try plannedChanges(from: current, to: declaration, use: use).changes
        let next = SetUpFixtures.recording(changes, in: current)
        #expect(try plannedChanges(from: next, to: declaration, use: use).changes == [])
    }

    /// October is closed; acme's use of v100 was priced by its own row on 10-10, everybody's by the list on 10-05 and
    /// 10-06.
    @Test(arguments: [
        ("v100 2 plan 2017-10-07 -", []),
        ("v100 2 plan 2017-11-01 -", []),
        ("v100 2 plan 2017-10-06 -", ["2017-10-06", "2017-10-07"]),
        ("v100 2 plan 2017-09-01 2017-10-31", ["2017-10-05 … 2017-10-06", "2017-10-07"]),
        ("v100 2 plan 2017-10-07 2017-10-09 acme", []),
        ("v100 2 plan 2017-10-10 2017-10-10 acme", ["2017-10-10", "2017-10-11"]),
        ("a100 2 plan 2017-01-01 -", []),
    ]) func newRowsKeepOffInvoicedDays(_ row: String, _ refusal: [String]) throws {
        let use = SetUpUse(closedThrough: try BillingPeriod(text: "2017-10")) { plan, account in
            guard plan.text == "v100" else { return [] }
            return (account == nil ? ["2017-10-06", "2017-10-05"] : ["2017-10-10"]).map(SetUpFixtures.day)
        }
        var declaration = SetUpDeclaration()
        declaration.prices = SetUpFixtures.entries([SetUpFixtures.row(row)])
        let outcome = SetUpFixtures.outcome(SetUpFixtures.recorded(), declaration, use)
        guard !refusal.isEmpty else {
            #expect(outcome.first?.hasSuffix(": new") == true)
            return
        }
        #expect(outcome.count == 1)
        #expect(outcome[0].hasPrefix("days_are_invoiced line 1: \(SetUpFixtures.row(row).name) covers days"))
        #expect(outcome[0].contains("(\(refusal[0]))"))
        #expect(outcome[0].contains("start the row on \(refusal[1]) or later"))
    }
}
