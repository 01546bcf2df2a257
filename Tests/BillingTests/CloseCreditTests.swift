import Testing

@testable import Billing

/// What credits pay, what corrections give back, and months that mix tax bases, worked by hand (§8, §9). Credits are
/// 7, 8, 9 …
@Suite struct CloseCreditTests {
    typealias Case = CloseLineTests.Case

    @Test(arguments: payments + giveBacks + bases)
    func close(_ row: Case) {
        #expect(CloseStory.told(row.usage, issued: row.issued, credits: row.credits, minimum: row.minimum) == row.told)
    }

    static let payments = [
        Case(
            testDescription: "a credit pays up to its balance", usage: ["2017-11 v100 1 gpu 1000"],
            credits: ["acme 300 2017-11-01 2017-11-30 - trial"],
            told: ["usage 2017-11 v100 1 gpu 1000 1000", "credit 2017-11 v100 7 -300", "700 64 700"]),
        Case(
            testDescription: "and up to the sum", usage: ["2017-11 v100 1 gpu 200"],
            credits: ["acme 300 2017-11-01 2017-11-30 - trial"],
            told: ["usage 2017-11 v100 1 gpu 200 200", "credit 2017-11 v100 7 -200", "0 0 0"]),
        Case(
            testDescription: "what was used before is gone", usage: ["2017-11 v100 1 gpu 200"],
            issued: ["credit 2017-10 v100 7 -250"], credits: ["acme 300 2017-10-01 2017-11-30 - trial"],
            told: ["usage 2017-11 v100 1 gpu 200 200", "credit 2017-11 v100 7 -50", "150 14 150"]),
        Case(
            testDescription: "the soonest-ending first, then the lowest position", usage: ["2017-11 v100 1 gpu 60"],
            credits: [
                "acme 100 2017-11-01 2018-01-31 - a", "acme 20 2017-11-01 2017-12-31 - b",
                "acme 30 2017-11-01 2017-12-31 - c",
            ],
            told: [
                "usage 2017-11 v100 1 gpu 60 60", "credit 2017-11 v100 8 -20", "credit 2017-11 v100 9 -30",
                "credit 2017-11 v100 7 -10", "0 0 0",
            ]),
        Case(
            testDescription: "only plans it may pay for, over the lines in order, one line for each month and plan",
            usage: [
                "2017-11 a100 1 gpu 10", "2017-11 v100 1 gpu 20", "2017-11 v100 2 gpu 20", "2017-11 z9 1 gpu 40",
            ], credits: ["acme 95 2017-11-30 2017-12-31 v100,z9 trial"],
            told: [
                "usage 2017-11 a100 1 gpu 10 10", "usage 2017-11 v100 1 gpu 20 20", "usage 2017-11 v100 2 gpu 20 40",
                "usage 2017-11 z9 1 gpu 40 40", "credit 2017-11 v100 7 -60", "credit 2017-11 z9 7 -35", "15 1 15",
            ]),
        Case(
            testDescription: "a credit that is over still pays late lines of its months",
            usage: ["2017-10 v100 1 gpu 50", "2017-11 v100 1 gpu 50"],
            credits: ["acme 500 2017-09-01 2017-10-31 - trial"],
            told: [
                "carried 2017-10 v100 1 gpu 50 50", "usage 2017-11 v100 1 gpu 50 50", "credit 2017-10 v100 7 -50",
                "50 5 50",
            ]),
        Case(
            testDescription: "one day of the month is enough", usage: ["2017-11 v100 1 gpu 50"],
            credits: [
                "acme 10 2017-10-01 2017-11-01 - a", "acme 10 2017-11-30 2017-12-31 - b",
                "acme 10 2017-12-01 2017-12-31 - c",
            ],
            told: [
                "usage 2017-11 v100 1 gpu 50 50", "credit 2017-11 v100 7 -10", "credit 2017-11 v100 8 -10", "30 3 30",
            ]),
        Case(
            testDescription: "below the minimum no credit is used", usage: ["2017-11 v100 1 gpu 50"],
            credits: ["acme 10 2017-11-01 2017-11-30 - a"], minimum: 51, told: ["nothing", "waits 2017-11"]),
        Case(
            testDescription: "the minimum looks at the sum before credits", usage: ["2017-11 v100 1 gpu 50"],
            credits: ["acme 50 2017-11-01 2017-11-30 - a"], minimum: 50,
            told: ["usage 2017-11 v100 1 gpu 50 50", "credit 2017-11 v100 7 -50", "0 0 0"]),
        Case(
            testDescription: "a negative line leaves less for credits",
            usage: ["2017-11 v100 1 gpu 100"], issued: ["usage 2017-10 v100 1 gpu 70 70"],
            credits: ["acme 500 2017-11-01 2017-11-30 - a"],
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -70 -70",
                "credit 2017-11 v100 7 -30", "0 0 0",
            ]),
        Case(
            testDescription: "a credit on tax-exclusive lines", usage: ["2017-11 v100 1 gpu 100 exclusive"],
            credits: ["acme 45 2017-11-01 2017-11-30 - a"],
            told: ["usage 2017-11 v100 1 gpu 100 100", "credit 2017-11 v100 7 -45", "55 5 60"]),
    ]

    static let giveBacks = [
        Case(
            testDescription: "a correction first gives back what credits paid, newest use first",
            usage: ["2017-11 v100 1 gpu 100", "2017-10 v100 1 gpu 50"],
            issued: ["usage 2017-10 v100 1 gpu 100 100", "credit 2017-10 v100 7 -20", "credit 2017-10 v100 8 -15"],
            credits: ["acme 20 2017-10-01 2017-10-31 - a", "acme 15 2017-10-01 2017-10-31 - b"],
            // 50 too much: 15 and 20 go back to the credits, 15 come off the sum.
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -50 -50", "credit 2017-10 v100 8 15",
                "credit 2017-10 v100 7 20", "85 8 85",
            ]),
        Case(
            testDescription: "the pair may stand where nothing is left of the sum",
            usage: ["2017-10 v100 1 gpu 60"],
            issued: ["usage 2017-10 v100 1 gpu 100 100", "credit 2017-10 v100 7 -70"],
            credits: ["acme 70 2017-10-01 2017-10-31 - a"], minimum: 0,
            told: ["correction 2017-10 v100 1 gpu -40 -40", "credit 2017-10 v100 7 40", "0 0 0"]),
        Case(
            testDescription: "but not below the minimum", usage: ["2017-10 v100 1 gpu 60"],
            issued: ["usage 2017-10 v100 1 gpu 100 100", "credit 2017-10 v100 7 -70"],
            credits: ["acme 70 2017-10-01 2017-10-31 - a"], told: ["nothing", "waits 2017-10"]),
        Case(
            testDescription: "what was given back isn't given back again",
            usage: ["2017-11 v100 1 gpu 100", "2017-10 v100 1 gpu 20"],
            issued: [
                "usage 2017-10 v100 1 gpu 100 100", "credit 2017-10 v100 7 -40",
                "correction 2017-10 v100 1 gpu -30 -30",
                "credit 2017-10 v100 7 30",
            ], credits: ["acme 40 2017-10-01 2017-10-31 - a"],
            // 50 too much, of which credit 7 still paid 10.
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -50 -50", "credit 2017-10 v100 7 10",
                "60 5 60",
            ]),
        Case(
            testDescription: "what is given back may be used again by its own rule",
            usage: ["2017-11 v100 1 gpu 100", "2017-10 v100 1 gpu 60"],
            issued: ["usage 2017-10 v100 1 gpu 100 100", "credit 2017-10 v100 7 -40"],
            credits: ["acme 40 2017-10-01 2017-11-30 - a"],
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -40 -40", "credit 2017-10 v100 7 40",
                "credit 2017-11 v100 7 -40", "60 5 60",
            ]),
        Case(
            testDescription: "another plan's credit use stays", usage: ["2017-11 v100 1 gpu 100"],
            issued: [
                "usage 2017-10 v100 1 gpu 40 40", "usage 2017-10 a100 1 gpu 40 40", "credit 2017-10 a100 7 -40",
                "correction 2017-10 a100 1 gpu -40 -40", "credit 2017-10 a100 7 40",
            ],
            credits: ["acme 40 2017-10-01 2017-10-31 a100 a"],
            told: ["usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -40 -40", "60 5 60"]),
    ]

    static let bases = [
        Case(
            testDescription: "a month that mixes bases bills nothing",
            usage: ["2017-11 v100 1 gpu 100", "2017-11 a100 1 gpu 100 exclusive"],
            told: ["nothing", "mixed 2017-11", "waits 2017-11"]),
        Case(
            testDescription: "a closed month keeps the basis of its lines; the rest of it waits",
            usage: ["2017-11 v100 1 gpu 9", "2017-10 v100 1 gpu 100", "2017-10 a100 1 gpu 100 exclusive"],
            issued: ["usage 2017-10 v100 1 gpu 90 90"],
            told: [
                "correction 2017-10 v100 1 gpu 10 10", "usage 2017-11 v100 1 gpu 9 9", "19 2 19", "mixed 2017-10",
                "waits 2017-10",
            ]),
        Case(
            testDescription: "a difference of another basis than the invoice's waits",
            usage: ["2017-11 v100 1 gpu 100 exclusive", "2017-10 v100 1 gpu 50"],
            told: ["usage 2017-11 v100 1 gpu 100 100", "100 10 110", "mixed 2017-10", "waits 2017-10"]),
        Case(
            testDescription: "without use of the month the first difference decides",
            usage: ["2017-09 v100 1 gpu 50 exclusive", "2017-10 v100 1 gpu 50"],
            told: ["carried 2017-09 v100 1 gpu 50 50", "50 5 55", "mixed 2017-10", "waits 2017-10"]),
    ]
}
