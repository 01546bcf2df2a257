import Testing
import Units

@testable import Billing

/// Issuer, rules, plans, accounts, users and credits of a set-up file.
@Suite struct SetUpPlanningTests {
    private let current = SetUpFixtures.recorded()

    @Test func changesComeInOneOrderAndTheSecondTimeThereAreNone() throws {
        let declaration = try whole()
        #expect(
            SetUpFixtures.outcome(current, declaration) == [
                "issuer 株式会社計算: new",
                "rules: invoice_minimum_yen 1 → 100, runaway_silence_minutes 60 → none",
                "plan h100 H100 (80GB), 8 × H100, minimum 0 s: new",
                "account gamma Gamma: new",
                "account acme: name 株式会社アクメ → 株式会社アクメGPU",
                "account gamma: user alice: new",
                "account gamma: user bob: new",
                "price h100 0.5 yen per second from 2017-10-01: new",
                "credit gamma 3000 yen from 2017-10-01 to 2017-12-31 for a100, h100 (trial): new",
            ])
        let changes = try plannedChanges(from: current, to: declaration, use: SetUpUse()).changes
        let next = SetUpFixtures.recording(changes, in: current)
        #expect(SetUpFixtures.outcome(next, declaration) == [])
    }

    private func whole() throws -> SetUpDeclaration {
        var declaration = SetUpDeclaration()
        declaration.credits = SetUpFixtures.entries([
            SetUpFixtures.credit("gamma 3000 2017-10-01 2017-12-31 h100,a100,h100 trial")
        ])
        declaration.prices = SetUpFixtures.entries([SetUpFixtures.row("h100 0.5 plan 2017-10-01 -")])
        declaration.accounts = SetUpFixtures.entries([
            .init(
                id: try AccountID("gamma"), name: "Gamma",
                users: [try UserID("alice"), try UserID("bob"), try UserID("alice")]),
            .init(id: try AccountID("acme"), name: "株式会社アクメGPU"),
            .init(id: try AccountID("beta"), name: "Beta", email: ""),
        ])
        declaration.plans = SetUpFixtures.entries([
            .init(
                id: try PlanID("h100"), name: "H100 (80GB)", gpuModel: "H100", gpuCount: try GPUQuantity(decimal: "8"))
        ])
        declaration.rules = .init(
            line: 9, value: .init(invoiceMinimumYen: 100, runawaySilence: SetUpDeclaration.DeclaredSilence.none))
        declaration.issuer = .init(
            line: 10, value: .init(name: "株式会社計算", registrationNumber: SetUpFixtures.registrationNumber))
        return declaration
    }

    @Test func whatAnEntryLeavesOutStays() throws {
        var recorded = current
        let acme = try AccountID("acme")
        recorded.accounts[acme]?.address = "東京都千代田区1-1"
        recorded.accounts[acme]?.payment = .bankTransfer
        recorded.users[acme] = [try UserID("alice")]
        var declaration = SetUpDeclaration()
        declaration.accounts = SetUpFixtures.entries([
            .init(id: acme, name: "株式会社アクメ", department: "研究部", users: [try UserID("bob")])
        ])
        declaration.plans = SetUpFixtures.entries([
            .init(id: try PlanID("v100"), name: "V100", gpuCount: try GPUQuantity(decimal: "1.000"))
        ])
        #expect(
            SetUpFixtures.outcome(recorded, declaration) == [
                "account acme: department (none) → 研究部", "account acme: user bob: new",
            ])
        declaration.accounts = SetUpFixtures.entries([.init(id: acme, name: "株式会社アクメ", address: "")])
        #expect(SetUpFixtures.outcome(recorded, declaration) == ["account acme: address 東京都千代田区1-1 → (none)"])
    }

    /// A name is what its bytes are: が as one character or as two is another version of the account.
    @Test func namesAreComparedAsBytes() throws {
        var recorded = current
        recorded.accounts[try AccountID("acme")]?.name = "\u{304C}"
        var declaration = SetUpDeclaration()
        declaration.accounts = SetUpFixtures.entries([.init(id: try AccountID("acme"), name: "\u{304B}\u{3099}")])
        #expect(SetUpFixtures.outcome(recorded, declaration).count == 1)
    }

    @Test func aUsedPlanKeepsItsTerms() throws {
        let use = SetUpUse(plans: [try PlanID("v100")])
        var declaration = SetUpDeclaration()
        declaration.plans = SetUpFixtures.entries([
            .init(
                id: try PlanID("v100"), name: "V100 SXM2", gpuModel: "V100-SXM2",
                gpuCount: try GPUQuantity(decimal: "1"),
                minimumExecutionSeconds: 1),
            .init(
                id: try PlanID("a100"), name: "A100", gpuCount: try GPUQuantity(decimal: "2"),
                minimumExecutionSeconds: 60),
        ])
        #expect(
            SetUpFixtures.outcome(current, declaration, use) == [
                "plan v100: name V100 → V100 SXM2, gpu_model V100 → V100-SXM2",
                "plan a100: gpu_count 1 → 2, minimum_execution_seconds 1 → 60",
            ])
        declaration.plans = SetUpFixtures.entries([
            .init(
                id: try PlanID("v100"), name: "V100", gpuCount: try GPUQuantity(decimal: "0.5"),
                minimumExecutionSeconds: 2)
        ])
        #expect(
            SetUpFixtures.outcome(current, declaration, use) == [
                "plan_is_used line 1: plan 'v100' is used by issued invoices and can't change gpu_count 1 → 0.5, "
                    + "minimum_execution_seconds 1 → 2; make a new plan with another id"
            ])
    }

    @Test func boundsDuplicatesAndRegistrationNumbersAreToldAtOnce() throws {
        var declaration = SetUpDeclaration()
        declaration.issuer = .init(line: 1, value: .init(name: "株式会社計算", registrationNumber: "T1234567890123"))
        declaration.rules = .init(
            line: 2, value: .init(invoiceMinimumYen: -1, graceHours: 8_761, runawaySilence: .minutes(-1)))
        let acme = SetUpDeclaration.DeclaredAccount(id: try AccountID("acme"), name: "A")
        declaration.accounts = [.init(line: 3, value: acme), .init(line: 4, value: acme)]
        let plan = SetUpDeclaration.DeclaredPlan(
            id: try PlanID("p"), name: "P", gpuCount: try GPUQuantity(decimal: "1"), minimumExecutionSeconds: 86_401)
        declaration.plans = [.init(line: 5, value: plan), .init(line: 6, value: plan)]
        #expect(
            SetUpFixtures.outcome(current, declaration) == [
                "invalid_value line 1: issuer: registration number 'T1234567890123' has check digit 1 where 9 is "
                    + "right; look for a "
                    + "mistyped digit",
                "invalid_value line 2: rules: invoice_minimum_yen -1 is outside 0 … 1000000000000",
                "invalid_value line 2: rules: grace_hours 8761 is outside 0 … 8760",
                "invalid_value line 2: rules: runaway_silence_minutes -1 is outside 0 … 525600",
                "invalid_value line 4: account 'acme' is declared twice, first on line 3",
                "invalid_value line 5: plan 'p': minimum_execution_seconds 86401 is outside 0 … 86400",
                "invalid_value line 6: plan 'p' is declared twice, first on line 5",
            ])
    }

    @Test func aCustomersRegistrationNumberOnlyWarns() throws {
        var declaration = SetUpDeclaration()
        declaration.accounts = SetUpFixtures.entries([
            .init(id: try AccountID("acme"), name: "株式会社アクメ", registrationNumber: "T123"),
            .init(id: try AccountID("beta"), name: "Beta", registrationNumber: SetUpFixtures.registrationNumber),
        ])
        let planned = try plannedChanges(from: current, to: declaration, use: SetUpUse())
        #expect(planned.changes.count == 2)
        #expect(
            planned.warnings.map(\.description) == [
                "line 1: account 'acme': registration number 'T123' is not T and 13 digits"
            ])
    }

    /// Recorded credits, declared ones, and what comes of it.
    @Test(arguments: [
        ([], ["acme 1 2017-10-01 2017-10-01 - a", "acme 1 2017-10-01 2017-10-01 - a"], 2),
        (
            ["acme 1 2017-10-01 2017-10-01 - a"],
            ["acme 1 2017-10-01 2017-10-01 - a", "acme 1 2017-10-01 2017-10-01 - a"], 1
        ),
        (
            ["acme 1 2017-10-01 2017-10-01 - a", "acme 1 2017-10-01 2017-10-01 - a"],
            ["acme 1 2017-10-01 2017-10-01 - a"], 0
        ),
        (["acme 1 2017-10-01 2017-10-01 v100,a100 a"], ["acme 1 2017-10-01 2017-10-01 a100,v100 a"], 0),
        (["acme 1 2017-10-01 2017-10-01 - a"], ["acme 1 2017-10-01 2017-10-01 - b"], 1),
        (["acme 1 2017-10-01 2017-10-01 - a"], ["beta 1 2017-10-01 2017-10-01 - a"], 1),
        (["acme 1 2017-10-01 2017-10-01 - a"], ["acme 2 2017-10-01 2017-10-02 v100 a"], 1),
    ]) func asManyCreditsAsTheFileLists(_ recorded: [String], _ declared: [String], _ new: Int) {
        var declaration = SetUpDeclaration()
        declaration.credits = SetUpFixtures.entries(declared.map { SetUpFixtures.credit($0) })
        let outcome = SetUpFixtures.outcome(SetUpFixtures.recorded(credits: recorded), declaration)
        #expect(outcome.count == new)
        #expect(outcome.allSatisfy { $0.hasSuffix(": new") })
    }

    static let refused: [(String, String)] = [
        (
            "gamma 1 2017-10-01 2017-10-01 -",
            "unknown_reference line 1: credit of 1 yen for 'gamma' names the account 'gamma', which is unknown; "
                + "declare it under "
                + "accounts"
        ),
        (
            "acme 1 2017-10-01 2017-10-01 h100",
            "unknown_reference line 1: credit of 1 yen for 'acme' names the plan 'h100', which is unknown; "
                + "declare it under plans"
        ),
        (
            "acme 0 2017-10-01 2017-10-01 -",
            "invalid_value line 1: credit for 'acme': yen 0 is outside 1 … 1000000000000"
        ),
        (
            "acme 1000000000001 2017-10-01 2017-10-01 -",
            "invalid_value line 1: credit for 'acme': yen 1000000000001 is outside 1 … 1000000000000"
        ),
        (
            "acme 1 2017-10-02 2017-10-01 -",
            "invalid_value line 1: credit of 1 yen for 'acme': from 2017-10-02 is after to 2017-10-01"
        ),
    ]

    @Test(arguments: refused) func refusedCredits(_ declared: String, _ message: String) {
        var declaration = SetUpDeclaration()
        declaration.credits = SetUpFixtures.entries([SetUpFixtures.credit(declared)])
        #expect(SetUpFixtures.outcome(current, declaration) == [message])
    }

    @Test(arguments: [
        ("株式会社アクメ", nil), ("", nil), (String(repeating: "あ", count: 200), nil), ("café – “x”", nil),
        (String(repeating: "a", count: 201), "the text has 201 characters; 200 are allowed"),
        ("a\nb", "the text holds the control character U+000A"),
        ("a\u{7F}", "the text holds the control character U+007F"),
        ("a\u{85}b", "the text holds the control character U+0085"),
        ("a\u{2028}b", "the text holds the control character U+2028"),
    ]) func textsThatCanBePrinted(_ text: String, _ fault: String?) { #expect(SetUpText.fault(text) == fault) }

    @Test func whatNoFontCanDrawIsRefusedWhereItIsNew() throws {
        var declaration = SetUpDeclaration()
        declaration.accounts = SetUpFixtures.entries([
            .init(id: try AccountID("acme"), name: "株式会社アクメ", address: "東京都☃1-1☃"),
            .init(id: try AccountID("beta"), name: "Beta"),
            .init(id: try AccountID("gamma"), name: "☃", department: "👨‍👩‍👧課"),
        ])
        declaration.plans = SetUpFixtures.entries([
            .init(id: try PlanID("v100"), name: "V100 ☃", gpuModel: "V100", gpuCount: try GPUQuantity(decimal: "1"))
        ])
        declaration.issuer = .init(
            line: 9, value: .init(name: "☃計算", registrationNumber: SetUpFixtures.registrationNumber))
        func messages(_ current: SetUp) -> [String] {
            do {
                _ = try plannedChanges(from: current, to: declaration, use: SetUpUse()) { text in
                    text.contains("👨‍👩‍👧") ? ["👨‍👩‍👧"] : text.contains("☃") ? ["☃"] : []
                }
                return []
            } catch {
                return error.errors.map { "\($0.line) \($0.code.rawValue) \($0.message.prefix { $0 != "," })" }
            }
        }
        #expect(
            messages(current) == [
                "1 invalid_value plan 'v100': name has '☃' (U+2603)",
                "1 invalid_value account 'acme': address has '☃' (U+2603)",
                "3 invalid_value account 'gamma': name has '☃' (U+2603)",
                "3 invalid_value account 'gamma': department has '👨‍👩‍👧' (U+1F468 U+200D U+1F469 U+200D U+1F467)",
                "9 invalid_value issuer: name has '☃' (U+2603)",
            ])
        var recorded = current
        recorded.accounts[try AccountID("acme")]?.address = "東京都☃1-1☃"
        #expect(messages(recorded).count == 4)
    }

    @Test(arguments: ["jp", "JPN", "J", "日本", "J1"]) func countriesAreCodes(country: String) throws {
        var declaration = SetUpDeclaration()
        declaration.accounts = SetUpFixtures.entries([
            .init(id: try AccountID("acme"), name: "株式会社アクメ", country: country)
        ])
        #expect(
            SetUpFixtures.outcome(current, declaration) == [
                "invalid_value line 1: account 'acme': country '\(country)' is no code of ISO 3166-1; write two "
                    + "capital letters, for example JP"
            ])
        declaration.accounts = SetUpFixtures.entries([
            .init(id: try AccountID("acme"), name: "株式会社アクメ", country: "US")
        ])
        #expect(SetUpFixtures.outcome(current, declaration) == ["account acme: country JP → US"])
    }
}
