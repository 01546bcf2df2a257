import Billing
import Testing

@testable import Service

/// Set-up files that are wrong, and exactly what is said about them.
@Suite struct SetUpFileErrorTests {
    private static let empty =
        "invalid_set_up_file the set-up file is empty; declare some of issuer, accounts, plans, prices, credits, rules"

    static let broken: [(String, String)] = [
        ("", empty),
        ("# nothing\n", empty),
        ("accounts", "invalid_value line 1: set-up file: keys and values are needed, not the value 'accounts'"),
        ("- a\n- b\n", "invalid_value line 1: set-up file: keys and values are needed, not a list"),
        ("null\n", "invalid_value line 1: set-up file: keys and values are needed, not nothing"),
        (
            "accounts: [",
            "invalid_set_up_file line 2: column 1: this is no valid YAML: did not find expected node content, "
                + "while parsing a flow "
                + "node from line 2"
        ),
        (
            "rules: {}\nplans: a: b\n",
            "invalid_set_up_file line 2: column 9: this is no valid YAML: mapping values are not allowed in this "
                + "context"
        ),
        (
            "rules: {}\n---\nrules: {}\n",
            "invalid_set_up_file line 2: column 1: this is no valid YAML: but found another document, expected a "
                + "single document in "
                + "the stream from line 1"
        ),
        (
            "rules: {}\nplans: \u{0}\n",
            "invalid_set_up_file line 2: this is no valid YAML: control characters are not allowed"
        ),
        (
            "rules: {}\nplans: []\nrules: {}\n",
            "invalid_set_up_file line 1: the key 'rules' is given twice in one entry, first here; keep one of them"
        ),
        (
            "accounts:\n  - {id: a, name: A, id: b}\n",
            "invalid_set_up_file line 2: the key 'id' is given twice in one entry, first here; keep one of them"
        ),
        ("plans: *v\n", "invalid_set_up_file line 1: column 8: this is no valid YAML: found undefined alias"),
    ]

    @Test(arguments: broken) func filesThatArentSetUpFiles(_ text: String, _ message: String) {
        expect(text, [message])
    }

    @Test func bytesThatArentTextAndFilesThatAreTooLarge() {
        #expect(messages([0x61, 0xFF]) == ["invalid_set_up_file the set-up file isn't UTF-8; save it as UTF-8"])
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: SetUpFileReader.maximumBytes + 1)
        #expect(
            messages(large) == [
                "invalid_set_up_file the set-up file has 16777217 bytes; at most 16777216 are read, so split it"
            ])
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(messages(Array(deep.utf8)).count == 1)
    }

    /// One wrong entry under a key, and what is said.
    static let wrong: [(String, String)] = [
        ("issuer: {name: A}", "issuer: 'registration_number' is missing"),
        ("issuer: {name: ' ', registration_number: T1}", "issuer.name is empty"),
        ("issuer: [a]", "issuer: keys and values are needed, not a list"),
        ("accounts: {id: a, name: A}", "accounts: a list of entries is needed, not keys and values"),
        ("accounts:", "accounts: a list of entries is needed, not nothing; leave the key out when there is none"),
        ("accounts: [acme]", "accounts: keys and values are needed, not the value 'acme'"),
        ("accounts: [{name: A}]", "accounts: 'id' is missing"),
        ("accounts: [{id: a, name: }]", "accounts: 'name' is missing"),
        (
            "accounts: [{id: a b, name: A}]",
            "accounts.id: account 'a b' is not 1–64 characters of A–Z a–z 0–9 . _ -; choose another id"
        ),
        ("accounts: [{id: a, name: [A]}]", "accounts.name: one value is needed, not a list"),
        (
            "accounts: [{id: a, name: A, users: bob}]",
            "accounts.users: a list of user ids is needed, not the value 'bob'"
        ),
        ("accounts: [{id: a, name: A, users: [[b]]}]", "accounts.users: a list of user ids can't hold a list"),
        ("accounts: [{id: a, name: A, users: ['']}]", "accounts.users: a list of user ids can't hold the value ''"),
        (
            "accounts: [{id: a, name: A, payment: cash}]",
            "accounts.payment: 'cash' is unknown; write card or bank_transfer"
        ),
        ("accounts: [{id: a, name: \"A\\tB\"}]", "accounts.name: the text holds the control character U+0009"),
        (
            "accounts: [{id: a, name: !!binary QQ==}]",
            "accounts.name: the tag tag:yaml.org,2002:binary isn't read; write the plain value"
        ),
        ("plans: [{id: p, name: P}]", "plans: 'gpu_count' is missing"),
        ("plans: [{id: p, name: P, gpu_count: 0}]", "plans.gpu_count: gpus '0' is outside 0.001 … 65535"),
        ("plans: [{id: p, name: P, gpu_count: 1e3}]", "plans.gpu_count: gpus '1e3' is no plain decimal such as 0.016"),
        (
            "plans: [{id: p, name: P, gpu_count: 1, minimum_execution_seconds: 1.0}]",
            "plans.minimum_execution_seconds: '1.0' is no whole number such as 60"
        ),
        ("prices: [{yen_per_second: 1, from: 2017-10-01}]", "prices: 'plan' is missing"),
        ("prices: [{plan: p, from: 2017-10-01}]", "prices: 'yen_per_second' is missing"),
        ("prices: [{plan: p, yen_per_second: 1}]", "prices: 'from' is missing"),
        (
            "prices: [{plan: p, yen_per_second: 1.6e-2, from: 2017-10-01}]",
            "prices.yen_per_second: price '1.6e-2' is no plain decimal such as 0.016"
        ),
        (
            "prices: [{plan: p, yen_per_second: 0.0000000001, from: 2017-10-01}]",
            "prices.yen_per_second: price '0.0000000001' has more than 9 decimal places"
        ),
        (
            "prices: [{plan: p, yen_per_second: -1, from: 2017-10-01}]",
            "prices.yen_per_second: price '-1' is no plain decimal such as 0.016"
        ),
        (
            "prices: [{plan: p, yen_per_second: 1, from: 2017-02-29}]",
            "prices.from: '2017-02-29' is no day from 1970-01-01 to 2199-12-31; write YYYY-MM-DD"
        ),
        (
            "prices: [{plan: p, yen_per_second: 1, from: 2017-10-01, to: 20171031}]",
            "prices.to: '20171031' is no day from 1970-01-01 to 2199-12-31; write YYYY-MM-DD"
        ),
        (
            "prices: [{plan: p, yen_per_second: 1, from: 2017-10-01, basis: GPU}]",
            "prices.basis: 'GPU' is unknown; write gpu or plan"
        ),
        (
            "prices: [{plan: p, yen_per_second: 1, from: 2017-10-01, tax: none}]",
            "prices.tax: 'none' is unknown; write inclusive or exclusive"
        ),
        ("credits: [{account: a, yen: 1, from: 2017-10-01}]", "credits: 'to' is missing"),
        (
            "credits: [{account: a, yen: 1_000, from: 2017-10-01, to: 2017-10-01}]",
            "credits.yen: '1_000' is no whole number such as 60"
        ),
        (
            "credits: [{account: a, yen: 010, from: 2017-10-01, to: 2017-10-01}]",
            "credits.yen: '010' is no whole number such as 60"
        ),
        (
            "credits: [{account: a, yen: 1, from: 2017-10-01, to: 2017-10-01, plans: [~]}]",
            "credits.plans: a list of plan ids can't hold nothing"
        ),
        (
            "rules: {grace_hours: 99999999999999999999}",
            "rules.grace_hours: '99999999999999999999' is no whole number such as 60"
        ),
        ("rules: {runaway_silence_minutes: }", "rules.runaway_silence_minutes: write a number of minutes, or none"),
        (
            "rules: {runaway_silence_minutes: never}",
            "rules.runaway_silence_minutes: 'never' is no whole number such as 60"
        ),
    ]

    @Test(arguments: wrong) func wrongEntries(_ text: String, _ message: String) {
        expect(text, ["invalid_value line 1: \(message)"])
    }

    @Test func unknownKeysNameThemselvesTheirLineAndTheKnownOnes() {
        let text = """
            issuers: {}
            accounts:
              - id: acme
                name: A
                nmae: B
                <<: {x: 1}
              - [a]
            rules:
              grace: 3
              ? [1]
              : 2
            """
        let keys = "id, name, users, postal_code, address, department, registration_number, email, payment, country"
        expect(
            text,
            [
                "unknown_key line 1: set-up file: unknown key 'issuers'; known keys: issuer, accounts, plans, "
                    + "prices, credits, rules",
                "unknown_key line 5: accounts: unknown key 'nmae'; known keys: \(keys)",
                "unknown_key line 6: accounts: unknown key '<<'; known keys: \(keys)",
                "invalid_value line 7: accounts: keys and values are needed, not a list",
                "unknown_key line 9: rules: unknown key 'grace'; known keys: invoice_minimum_yen, grace_hours, "
                    + "runaway_silence_minutes",
                "unknown_key line 10: rules: unknown key that is a list; known keys: invoice_minimum_yen, grace_hours, "
                    + "runaway_silence_minutes",
            ])
    }

    @Test func everyFieldOfAnEntryIsTold() {
        let text = """
            prices:
              - plan: a b
                yen_per_second: x
                from: y
                to: z
                account: ""
                basis: q
            """
        expect(
            text,
            [
                "invalid_value line 2: prices.plan: plan 'a b' is not 1–64 characters of A–Z a–z 0–9 . _ -; "
                    + "choose another id",
                "invalid_value line 3: prices.yen_per_second: price 'x' is no plain decimal such as 0.016",
                "invalid_value line 4: prices.from: 'y' is no day from 1970-01-01 to 2199-12-31; write YYYY-MM-DD",
                "invalid_value line 5: prices.to: 'z' is no day from 1970-01-01 to 2199-12-31; write YYYY-MM-DD",
                "invalid_value line 6: prices.account: account '' is not 1–64 characters of A–Z a–z 0–9 . _ -; "
                    + "choose another id",
                "invalid_value line 7: prices.basis: 'q' is unknown; write gpu or plan",
            ])
    }

    private func expect(_ text: String, _ expected: [String]) {
        #expect(messages(Array(text.utf8)) == expected)
    }

    private func messages(_ bytes: [UInt8]) -> [String] {
        do throws(SetUpErrors) {
            _ = try SetUpFileReader.declaration(in: bytes)
            return []
        } catch {
            return error.errors.map { "\($0.code.rawValue) \($0)" }
        }
    }
}
