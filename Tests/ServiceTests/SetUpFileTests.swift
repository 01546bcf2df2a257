import Billing
import Testing
import Units

@testable import Service

/// Set-up files that are right.
@Suite struct SetUpFileTests {
    private static let example = """
        # Kanjo's example
        issuer: {name: 株式会社計算, registration_number: T7000012050002, postal_code: 100-0001, phone: 0312345678}
        accounts:
          - {id: acme, name: 株式会社アクメ, users: [alice, bob]}
          - id: "1002"
            name: no
            email: billing@example.jp
            payment: bank_transfer
            department: ~
        plans:
          - {id: v100, name: V100 (32GB), gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}
          - {id: slice, name: A100 の 1/7, gpu_count: 0.142}
        prices:
          - {plan: v100, yen_per_second: "0.016", basis: gpu, from: 2017-10-01}
          - {plan: v100, yen_per_second: 0.100000000000000000, from: "2017-10-01", to: 2017-10-31, account: acme,
             tax: exclusive}
        credits:
          - {account: acme, yen: 3000, from: 2017-10-01, to: 2017-12-31, plans: [v100], reason: trial}
          - {account: acme, yen: 3000, from: 2017-10-01, to: 2017-12-31}
        rules: {invoice_minimum_yen: 1, grace_hours: 72, runaway_silence_minutes: none}
        """

    @Test func everySectionIsReadFromItsText() throws {
        let file = try SetUpFileReader.declaration(in: Self.example)
        #expect(file.issuer?.line == 2)
        #expect(file.issuer?.value.phone == "0312345678")
        #expect(file.issuer?.value.postalCode == "100-0001")
        #expect(file.issuer?.value.bankAccount == nil)
        #expect(file.accounts.map(\.line) == [4, 5])
        #expect(file.accounts.map(\.value.id.text) == ["acme", "1002"])
        #expect(file.accounts.map(\.value.name) == ["株式会社アクメ", "no"])
        #expect(file.accounts[0].value.users.map(\.text) == ["alice", "bob"])
        #expect(file.accounts[1].value.payment == .bankTransfer)
        #expect(file.accounts[1].value.department == nil)
        #expect(file.plans.map(\.value.gpuCount.thousandths) == [1000, 142])
        #expect(file.plans.map(\.value.minimumExecutionSeconds) == [1, nil])
        #expect(file.plans.map(\.value.gpuModel) == ["V100", nil])
        #expect(file.prices.map(\.value.price.billionths) == [16_000_000, 100_000_000])
        #expect(file.prices.map(\.value.basis) == [.gpu, .plan])
        #expect(file.prices.map(\.value.tax) == [.inclusive, .exclusive])
        #expect(file.prices.map(\.value.account?.text) == [nil, "acme"])
        #expect(file.prices.map(\.value.to?.description) == [nil, "2017-10-31"])
        #expect(file.prices.map(\.value.from.description) == ["2017-10-01", "2017-10-01"])
        #expect(file.credits.map(\.value.credit.plans.count) == [1, 0])
        #expect(file.credits.map(\.value.reason) == ["trial", ""])
        #expect(file.rules?.value.invoiceMinimumYen == 1)
        #expect(file.rules?.value.graceHours == 72)
        guard case .some(.none) = file.rules?.value.runawaySilence else {
            Issue.record("an open run counts as alive")
            return
        }
    }

    @Test func jsonIsReadToo() throws {
        let json = """
            {"accounts": [{"id": "acme", "name": "A\\u30AF\\/\\"", "users": []}],
             "plans": [{"id": "v100", "name": "V", "gpu_count": 0.5, "gpu_model": null}],
             "prices": [{"plan": "v100", "yen_per_second": 0.016, "from": "2017-10-01", "to": null}],
             "rules": {"runaway_silence_minutes": 90}}
            """
        let file = try SetUpFileReader.declaration(in: Array(json.utf8))
        #expect(file.accounts.map(\.value.name) == ["Aク/\""])
        #expect(file.plans.map(\.value.gpuCount.thousandths) == [500])
        #expect(file.prices.map(\.value.price.billionths) == [16_000_000])
        #expect(file.prices.map(\.line) == [3])
    }

    @Test func otherLineEndsByteOrderMarkAndAliases() throws {
        let text =
            "\u{FEFF}accounts:\r\n  - &a {id: acme, name: A, users: &u [x]}\r\n  - {id: beta, name: B, users: "
            + "*u}\r\nrules: {}\r\n"
        let file = try SetUpFileReader.declaration(in: Array(text.utf8))
        #expect(file.accounts.map(\.line) == [2, 3])
        #expect(file.accounts.map { $0.value.users.map(\.text) } == [["x"], ["x"]])
        #expect(file.rules?.value.graceHours == nil)
    }

    @Test func anEmptyMappingDeclaresNothing() throws {
        let file = try SetUpFileReader.declaration(in: "{}\n")
        #expect(file.accounts.isEmpty && file.issuer == nil)
    }

    @Test func aHundredThousandAccountsTakeSeconds() throws {
        var text = "accounts:\n"
        for number in 1...100_000 { text += "  - {id: a\(number), name: 株式会社\(number), users: [alice, bob]}\n" }
        let clock = ContinuousClock()
        let start = clock.now
        let file = try SetUpFileReader.declaration(in: Array(text.utf8))
        let planned = try plannedChanges(from: SetUp(), to: file, use: SetUpUse())
        #expect(planned.changes.count == 300_000)
        #expect(summaries(of: planned.changes, from: SetUp()).last == "account a100000: user bob: new")
        // A debug build on a busy machine stays far below; a quadratic reader doesn't.
        #expect(clock.now - start < .seconds(60))
    }
}
