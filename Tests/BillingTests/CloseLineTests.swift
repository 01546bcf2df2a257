import Testing

@testable import Billing

/// Lines of a close, worked by hand: floors, differences, order and cuts (§6–§8).
@Suite struct CloseLineTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var usage: [String] = []
        var issued: [String] = []
        var credits: [String] = []
        var minimum: Int64 = 1
        let told: [String]
    }

    @Test(arguments: floors + differences + orders + cuts)
    func close(_ row: Case) {
        #expect(CloseStory.told(row.usage, issued: row.issued, credits: row.credits, minimum: row.minimum) == row.told)
    }

    static let floors = [
        Case(
            testDescription: "one floor for the sum of the month, not for each part",
            usage: ["2017-11 v100 0.016 gpu 50", "2017-11 v100 0.016 gpu 50", "2017-11 v100 0.016 gpu 50"],
            // 150 × 0.016 = 2.4; each part alone would be 0.
            told: ["usage 2017-11 v100 0.016 gpu 150 2", "2 0 2"]),
        Case(
            testDescription: "two rows of one price are one line",
            usage: [
                "2017-11 v100 0.5 gpu 3 row=1", "2017-11 v100 0.5 gpu 3 row=2",
            ], told: ["usage 2017-11 v100 0.5 gpu 6 3", "3 0 3"]),
        Case(
            testDescription: "GPU seconds and plan seconds",
            usage: [
                "2017-11 duo 0.5 gpu 100 gpus=2", "2017-11 duo 0.5 plan 100 gpus=2",
            ], told: ["usage 2017-11 duo 0.5 gpu 200 100", "usage 2017-11 duo 0.5 plan 100 50", "150 14 150"]),
        Case(
            testDescription: "an eighth of a GPU, with the shortfall stated apart",
            usage: ["2017-11 v100 10 gpu 60 gpus=0.125 short=30"],
            told: ["usage 2017-11 v100 10 gpu 7.5 75 short=30", "75 7 75"]),
        Case(
            testDescription: "a line of 0 yen stays", usage: ["2017-11 a100 9 plan 10", "2017-11 v100 0.016 gpu 50"],
            told: ["usage 2017-11 a100 9 plan 10 90", "usage 2017-11 v100 0.016 gpu 50 0", "90 8 90"]),
        Case(
            testDescription: "tax exclusive: cut down and added", usage: ["2017-11 v100 1 gpu 119 exclusive"],
            told: ["usage 2017-11 v100 1 gpu 119 119", "119 11 130"]),
        Case(testDescription: "nothing used", told: ["nothing"]),
    ]

    static let differences = [
        Case(
            testDescription: "a closed month that is settled has no line",
            usage: ["2017-11 v100 1 gpu 10", "2017-10 v100 1 gpu 100"], issued: ["usage 2017-10 v100 1 gpu 100 100"],
            told: ["usage 2017-11 v100 1 gpu 10 10", "10 1 10"]),
        Case(
            testDescription: "more use than was billed", usage: ["2017-10 v100 1 gpu 150"],
            issued: ["usage 2017-10 v100 1 gpu 100 100"], told: ["correction 2017-10 v100 1 gpu 50 50", "50 5 50"]),
        Case(
            testDescription: "seconds alone make no line",
            usage: ["2017-10 v100 0.016 gpu 160"], issued: ["usage 2017-10 v100 0.016 gpu 130 2"], told: ["nothing"]),
        Case(
            testDescription: "seconds wait and come with the yen",
            usage: ["2017-10 v100 0.016 gpu 190"], issued: ["usage 2017-10 v100 0.016 gpu 130 2"],
            told: ["correction 2017-10 v100 0.016 gpu 60 1", "1 0 1"]),
        Case(
            testDescription: "a month without a line of that rate is carried",
            usage: ["2017-10 v100 1 gpu 100", "2017-10 v100 2 gpu 5"], issued: ["usage 2017-10 v100 1 gpu 100 100"],
            told: ["carried 2017-10 v100 2 gpu 5 10", "10 1 10"]),
        Case(
            testDescription: "what was carried and corrected counts as billed",
            usage: ["2017-09 v100 1 gpu 100"],
            issued: ["carried 2017-09 v100 1 gpu 80 80", "correction 2017-09 v100 1 gpu 10 10"],
            told: ["correction 2017-09 v100 1 gpu 10 10", "10 1 10"]),
        Case(
            testDescription: "less use is taken off",
            usage: ["2017-11 v100 1 gpu 100", "2017-10 v100 1 gpu 40"], issued: ["usage 2017-10 v100 1 gpu 100 100"],
            told: ["usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -60 -60", "40 4 40"]),
        Case(
            testDescription: "no use at all any more",
            usage: ["2017-11 v100 1 gpu 200"], issued: ["usage 2017-10 a100 2 plan 30 60"],
            told: ["usage 2017-11 v100 1 gpu 200 200", "correction 2017-10 a100 2 plan -30 -60", "140 13 140"]),
    ]

    static let orders = [
        Case(
            testDescription: "charge month, plan as bytes, price as a number, basis, class; then the negative ones",
            usage: [
                "2017-11 v100 9 gpu 1", "2017-11 v100 10 gpu 1", "2017-11 v100 10 plan 1", "2017-11 V100 9 gpu 1",
                "2017-10 z 1 plan 5", "2017-09 z 1 plan 5", "2017-10 a 1 plan 3",
            ], issued: ["usage 2017-10 a 1 plan 5 5", "usage 2017-10 z 1 plan 4 4"],
            told: [
                "carried 2017-09 z 1 plan 5 5", "correction 2017-10 z 1 plan 1 1", "usage 2017-11 V100 9 gpu 1 9",
                "usage 2017-11 v100 9 gpu 1 9", "usage 2017-11 v100 10 gpu 1 10", "usage 2017-11 v100 10 plan 1 10",
                "correction 2017-10 a 1 plan -2 -2", "42 4 42",
            ])
    ]

    static let cuts = [
        Case(
            testDescription: "never below zero: the last line is cut and bears no units",
            usage: ["2017-11 v100 1 gpu 100"],
            issued: ["usage 2017-09 v100 1 gpu 60 60", "usage 2017-10 v100 1 gpu 90 90"], minimum: 0,
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-09 v100 1 gpu -60 -60",
                "correction 2017-10 v100 1 gpu 0 -40", "0 0 0", "waits 2017-10",
            ]),
        Case(
            testDescription: "the line that completes a cut one bears all its units",
            usage: ["2017-11 v100 1 gpu 100"],
            issued: ["usage 2017-10 v100 1 gpu 90 90", "correction 2017-10 v100 1 gpu 0 -40"],
            told: [
                "usage 2017-11 v100 1 gpu 100 100", "correction 2017-10 v100 1 gpu -90 -50", "50 5 50",
            ]),
        Case(
            testDescription: "a line that finds nothing left is dropped", usage: ["2017-11 v100 1 gpu 60"],
            issued: ["usage 2017-09 v100 1 gpu 60 60", "usage 2017-10 v100 1 gpu 90 90"], minimum: 0,
            told: [
                "usage 2017-11 v100 1 gpu 60 60", "correction 2017-09 v100 1 gpu -60 -60", "0 0 0", "waits 2017-10",
            ]),
        Case(
            testDescription: "below the minimum all waits", usage: ["2017-11 v100 1 gpu 99", "2017-10 v100 1 gpu 200"],
            issued: ["usage 2017-10 v100 1 gpu 200 200"], minimum: 100, told: ["nothing", "waits 2017-11"]),
        Case(
            testDescription: "at the minimum it is billed", usage: ["2017-11 v100 1 gpu 100"], minimum: 100,
            told: ["usage 2017-11 v100 1 gpu 100 100", "100 9 100"]),
        Case(
            testDescription: "a sum of 0 yen is below a minimum of 1", usage: ["2017-11 v100 0.001 gpu 10"],
            told: ["nothing", "waits 2017-11"]),
        Case(
            testDescription: "and has a document without one", usage: ["2017-11 v100 0.001 gpu 10"], minimum: 0,
            told: ["usage 2017-11 v100 0.001 gpu 10 0", "0 0 0"]),
    ]
}
