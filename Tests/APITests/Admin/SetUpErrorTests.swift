import Service
import TestSupport
import Testing
import UsageLedger

/// Wrong entries of the set-up: every member is named, by JSON's types, in words that need no file.
@Suite struct SetUpErrorTests {
    private static let setUp = """
        accounts: [{id: acme, name: Acme}, {id: ops, name: Operators}]
        plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 60}]
        prices: [{plan: v100, yen_per_second: "0.06", from: 2017-10-01}]
        """

    /// Asks with bodies; nothing of it is recorded.
    private static func run(
        _ cases: [(path: String, body: String, fields: [String])]
    ) async throws {
        try await TestServer.run { server in
            try await server.apply(setUp)
            let key = try await server.key(.admin, account: "ops")
            let head = try await server.ledger.readers.read { try $0.store.head().size }
            for (path, body, fields) in cases {
                let answer = try await server.ask(.post, "/admin/\(path)/", key: key, body: body)
                #expect(answer.status == 422, "\(body) \(answer.text)")
                let found = try answer.json["errors"]?.array?.compactMap { $0["field"]?.string }
                #expect(found == fields, "\(body) \(answer.text)")
                for word in ["line ", "declare", "under ", "set-up file", "kanjo ", "at the source"] {
                    #expect(!answer.text.contains(word), "\(word): \(answer.text)")
                }
            }
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == head)
        }
    }

    @Test func whatIsMissingIsNamedAllAtOnce() async throws {
        try await Self.run([
            ("prices", "{}", ["reason", "plan", "yen_per_second", "from"]),
            ("accounts", "{}", ["reason", "id", "name"]),
            ("credits", "{}", ["reason", "account", "yen", "from", "to"]),
            ("credits", "[]", [""]),
            ("accounts", #"{"id":"a b","name":" ","reason":"x","country":"jp"}"#, ["id", "name"]),
        ])
    }

    @Test func typesAreThoseOfTheDocument() async throws {
        let account = #"{"id":"neu","reason":"x","name":"#
        let credit = #"{"account":"acme","from":"2017-10-01","to":"2017-12-31","reason":"x","yen":"#
        try await Self.run([
            ("accounts", account + "5}", ["name"]), ("accounts", account + "true}", ["name"]),
            ("accounts", account + #""N","users":["a",5,null]}"#, ["users[1]", "users[2]"]),
            ("accounts", account + #""N","users":"a"}"#, ["users"]),
            ("accounts", account + #""N","users":["a",""]}"#, ["users[1]"]),
            ("accounts", account + "\"\(String(repeating: "n", count: 201))\"}", ["name"]),
            ("accounts", account + #""N","email":{"a":1}}"#, ["email"]),
            ("credits", credit + #""5"}"#, ["yen"]), ("credits", credit + "1.5}", ["yen"]),
            ("credits", credit + "0}", ["yen"]), ("credits", credit + "1000000000001}", ["yen"]),
            ("credits", credit + #"5,"plans":["v100",7]}"#, ["plans[1]"]),
            ("credits", credit + #"5,"plans":{}}"#, ["plans"]),
            ("prices", #"{"plan":"v100","from":"2018-10-01","yen_per_second":1,"reason":"x"}"#, ["yen_per_second"]),
            // Wrong types are told before wrong values.
            (
                "prices", #"{"plan":7,"from":2018,"yen_per_second":"10001","basis":true}"#,
                ["reason", "plan", "from", "basis", "yen_per_second"]
            ),
        ])
    }

    @Test func rulesNameTheirMembersToo() async throws {
        let price = #"{"yen_per_second":"1","reason":"x","#
        try await Self.run([
            ("prices", price + #""plan":"none","account":"nobody","from":"2017-10-01"}"#, ["plan", "account"]),
            ("prices", price + #""plan":"v100","from":"2017-12-01"}"#, ["from"]),
            ("prices", price + #""plan":"v100","from":"2017-12-01","to":"2017-11-30"}"#, ["to"]),
            (
                "credits",
                #"{"account":"nobody","yen":5,"from":"2017-12-01","to":"2017-11-01","plans":["none"],"reason":"x"}"#,
                ["account", "plans", "to"]
            ),
            ("accounts", #"{"id":"neu","name":"N","country":"ZZ","reason":"x"}"#, ["country"]),
            ("accounts", #"{"id":"neu","name":"N","country":"JPN","reason":"x"}"#, ["country"]),
        ])
    }
}
