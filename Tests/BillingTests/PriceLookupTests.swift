import Testing
import Units

@testable import Billing

/// Which row prices a day (A1): the account's own, else the list; one row, or nothing is guessed.
@Suite struct PriceLookupTests {
    /// Positions 1 … 7.
    static let book = PriceBook(
        [
            "v100 2 plan 2017-10-01 2017-11-17", "v100 3 plan 2017-11-18 2017-11-30", "v100 9 plan 2017-12-10 -",
            "v100 1 gpu 2017-11-10 2017-11-20 acme", "a100 4 plan 2017-10-01 -", "a100 5 plan 2017-11-01 2017-11-02",
            "a100 6 plan 2017-11-02 2017-11-02 acme",
        ].enumerated().map { SetUpFixtures.row($0.element, position: Int64($0.offset + 1)) })

    @Test(arguments: [
        ("beta", "v100", "2017-09-30", nil), ("beta", "v100", "2017-10-01", "1"), ("beta", "v100", "2017-11-17", "1"),
        // "To 17, next from 18" is no gap; both ends belong to the row.
        ("beta", "v100", "2017-11-18", "2"), ("beta", "v100", "2017-11-30", "2"), ("beta", "v100", "2017-12-01", nil),
        ("beta", "v100", "2017-12-09", nil), ("beta", "v100", "2017-12-10", "3"), ("beta", "v100", "2199-12-31", "3"),
        // The account's own row wins on its days only.
        ("acme", "v100", "2017-11-09", "1"), ("acme", "v100", "2017-11-10", "4"), ("acme", "v100", "2017-11-20", "4"),
        ("acme", "v100", "2017-11-21", "2"), ("acme", "v100", "2017-12-05", nil),
        // Two rows at the level that counts are ambiguous; at the level that doesn't, they aren't.
        ("beta", "a100", "2017-10-31", "5"), ("beta", "a100", "2017-11-01", "two"),
        ("acme", "a100", "2017-11-01", "two"),
        ("acme", "a100", "2017-11-02", "7"), ("beta", "a100", "2017-11-03", "5"),
        ("beta", "h100", "2017-11-01", nil),
    ])
    func lookup(account: String, plan: String, day: String, row: String?) throws {
        let found = Self.book.lookup(
            account: try AccountID(account), plan: try PlanID(plan), day: try CivilDay(text: day))
        let told: String? =
            switch found {
            case .row(let row): "\(row.position)"
            case .ambiguous: "two"
            case .missing: nil
            }
        #expect(told == row)
    }

    @Test func twoOwnRowsAreAmbiguous() throws {
        let book = PriceBook(
            ["v100 1 gpu 2017-10-01 - acme", "v100 2 gpu 2017-10-05 - acme", "v100 3 gpu 2017-10-01 -"].map {
                SetUpFixtures.row($0)
            })
        let (acme, v100) = (try AccountID("acme"), try PlanID("v100"))
        #expect(book.lookup(account: acme, plan: v100, day: SetUpFixtures.day("2017-10-06")) == .ambiguous)
    }

    @Test(arguments: [
        ("v100 1 gpu 2017-10-01 2017-10-31", "v100 2 gpu 2017-11-01 -", false),
        ("v100 1 gpu 2017-10-01 2017-11-01", "v100 2 gpu 2017-11-01 -", true),
        ("v100 1 gpu 2017-10-01 -", "v100 2 gpu 2017-11-01 -", true),
        ("v100 1 gpu 2017-10-01 -", "a100 2 gpu 2017-10-01 -", false),
        ("v100 1 gpu 2017-10-01 -", "v100 2 gpu 2017-10-01 - acme", false),
        ("v100 1 gpu 2017-10-01 - acme", "v100 2 gpu 2017-10-01 - beta", false),
    ])
    func sharedDays(left: String, right: String, share: Bool) {
        let (left, right) = (SetUpFixtures.row(left), SetUpFixtures.row(right))
        #expect(left.sharesDay(with: right) == share && right.sharesDay(with: left) == share)
    }
}
