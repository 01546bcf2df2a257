import Billing
import Store
import TestSupport
import Units
import UsageLedger

@testable import Service

/// A small ledger with something in it for every report: two closed months, late events, an own price, a credit, tax on
/// top, anomalies, overlapping and open runs.
struct ReportLedger {
    let store: LedgerStore
    private let identifiers = CountedIdentifiers()

    /// - Parameter path: a file, or `:memory:`.
    init(path: String = ":memory:") throws { store = try LedgerStore(path: path) }

    static let now = instant("2017-12-10T12:00:00+09:00")

    static func instant(_ text: String) -> Instant { try! Instant(rfc3339: text) }

    func apply(_ setUpFile: String, at time: String) throws {
        let declaration = try SetUpFileReader.declaration(in: setUpFile)
        _ = try store.apply(by: identifiers.actor(now: Self.instant(time))) { current, use in
            try plannedChanges(from: current, to: declaration, use: use)
        }
    }

    /// Records one event.
    /// - Parameter data: members of `data`, as JSON text without the braces.
    func record(_ type: String, _ task: String, _ time: String, _ data: String = "") throws {
        let json = """
            {"specversion":"1.0","id":"\(identifiers.id())","source":"test","type":"\(type)","time":"\(time)",\
            "subject":"\(task)","data":{\(data)}}
            """
        let event = try EventDecoder().decode(Array(json.utf8)) { identifiers.salt() }.get()
        _ = try store.record([event], at: max(try store.head().recordedAt, event.fact.time))
    }

    /// Records a run from start to stop, in Japan time.
    func run(
        _ task: String, _ account: String, _ user: String, from: String, to: String?, plan: String = "v100",
        gpus: String = "1", outcome: String = "done"
    ) throws {
        try record(
            "task.started", task, from + "+09:00",
            #""account":"\#(account)","user":"\#(user)","plan":"\#(plan)","gpus":\#(gpus)"#)
        if let to { try record("task.stopped", task, to + "+09:00", #""outcome":"\#(outcome)""#) }
    }

    func issue(_ period: String, on day: String, at time: String) throws {
        let request = IssueRequest(
            period: try BillingPeriod(text: period), issueDay: try CivilDay(text: day), acceptEverything: "test")
        guard case .issued = try store.issue(request, by: identifiers.actor(now: Self.instant(time))) else {
            throw StoreError(.internal, "\(period) was closed before")
        }
    }

    func answer(_ report: String, _ parameters: [String: String] = [:]) throws -> ReportAnswer {
        try RunReport(store: store, now: Self.now).run(named: report, parameters: parameters)
    }

    /// The story up to the second issue.
    func fillAndClose() throws {
        try apply(Self.setUp, at: "2017-09-30T09:00:00+09:00")
        try run("o1", "acme", "alice", from: "2017-10-30T22:00:00", to: "2017-10-31T01:00:00.5", gpus: "2")
        try run("o2", "acme", "bob", from: "2017-10-31T23:59:00", to: "2017-11-01T00:01:00")
        try run("o3", "beta", "carol", from: "2017-10-05T10:00:00", to: "2017-10-05T10:00:10", outcome: "error")
        try run("o4", "tiny", "dave", from: "2017-10-06T10:00:00", to: "2017-10-06T10:00:02", plan: "slice")
        try run("n1", "acme", "alice", from: "2017-11-01T12:00:00", to: "2017-11-02T12:00:00", gpus: "4")
        try issue("2017-10", on: "2017-11-04", at: "2017-11-04T12:00:00+09:00")
        // Late, and a correction downward.
        try run("o5", "beta", "carol", from: "2017-10-07T10:00:00", to: "2017-10-07T12:00:00")
        try record(
            "usage.restated", "o1", "2017-11-05T10:00:00+09:00",
            #""attempt":1,"stopped_at":"2017-10-31T00:00:00+09:00","reason":"clock","who":"op""#)
        try run("n2", "acme", "alice", from: "2017-11-02T11:00:00", to: "2017-11-02T13:00:00")
        try run("n3", "beta", "carol", from: "2017-11-03T10:00:00", to: "2017-11-03T20:00:00", gpus: "0.5")
        try run("n4", "gone", "erin", from: "2017-11-04T10:00:00", to: "2017-11-04T11:00:00")
        try run("n5", "beta", "carol", from: "2017-11-08T10:00:00", to: "2017-11-08T11:00:00", plan: "unpriced")
        try run("n6", "acme", "bob", from: "2017-11-09T10:00:00", to: "2017-11-09T11:00:00", outcome: "aborted")
        try record("task.stopped", "n6", "2017-11-09T12:00:00+09:00", #""outcome":"done""#)
        try record("task.submitted", "n7", "2017-11-10T10:00:00+09:00", #""account":"acme","user":"bob","plan":"v100""#)
        try record("task.submitted", "n8", "2017-11-10T11:00:00+09:00", #""account":"acme","user":"bob","plan":"v100""#)
        try record("task.canceled", "n8", "2017-11-10T12:00:00+09:00")
        try run("n9", "beta", "frank", from: "2017-11-29T00:00:00", to: nil)
        try record("task.alive", "n9", "2017-11-30T12:00:00+09:00", #""attempt":1"#)
        try issue("2017-11", on: "2017-12-04", at: "2017-12-04T12:00:00+09:00")
    }

    /// The whole story: new prices and late use after the issue.
    func fill() throws {
        try fillAndClose()
        try apply(Self.laterPrices, at: "2017-12-05T09:00:00+09:00")
        try run("d1", "tiny", "dave", from: "2017-12-06T10:00:00", to: "2017-12-06T11:00:00")
        try run("d2", "beta", "carol", from: "2017-11-15T10:00:00", to: "2017-11-15T11:00:00")
    }

    private static let setUp = """
        issuer: {name: 株式会社計算, registration_number: T7000012050002}
        accounts:
          - {id: acme, name: 株式会社アクメ, users: [alice, bob]}
          - {id: beta, name: ベータ商会, users: [carol]}
          - {id: tiny, name: 小口, users: [dave]}
        plans:
          - {id: v100, name: V100 (32GB), gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 60}
          - {id: slice, name: A100 の 1/7, gpu_model: A100, gpu_count: 0.142, minimum_execution_seconds: 1}
          - {id: unpriced, name: 未定, gpu_model: X, gpu_count: 1, minimum_execution_seconds: 1}
        prices:
          - {plan: v100, yen_per_second: "0.016", basis: gpu, from: 2017-10-01, to: 2017-11-30}
          - {plan: slice, yen_per_second: "0.01", basis: plan, from: 2017-10-01}
          - {plan: slice, account: tiny, yen_per_second: "0.005", basis: plan, from: 2018-01-01}
          - {plan: v100, account: beta, yen_per_second: "0.0125", basis: gpu, tax: exclusive, from: 2017-10-01}
        credits:
          - {account: acme, yen: 300, from: 2017-10-01, to: 2017-10-31, plans: [v100], reason: trial}
          - {account: acme, yen: 100, from: 2017-11-01, to: 2017-11-30, reason: voucher}
        rules: {invoice_minimum_yen: 1, grace_hours: 72, runaway_silence_minutes: 60}
        """

    private static let laterPrices = """
        prices:
          - {plan: v100, yen_per_second: "0.02", basis: gpu, from: 2017-12-01}
          - {plan: slice, yen_per_second: "0.01", basis: plan, from: 2017-10-01, to: 2018-03-31}
          - {plan: slice, account: tiny, yen_per_second: "0.006", basis: plan, from: 2018-01-01}
        """
}
