import Testing

@Suite struct FrameTests {
    private static let setUp = """
        accounts: [{id: acme, name: Acme}]
        plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
        """

    @Test func aHealthyServerSaysSo() async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(.get, "/healthz", root: true)
            #expect(answer.status == 200)
            #expect(try answer.json["status"]?.string == "ok")
        }
    }

    @Test func aKeyIsNeededAndErrorsHaveOneBody() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let right = try await server.ask(.get, "/plans/", key: key)
            #expect(right.status == 200)
            #expect(try right.json["results"]?.array?.first?["minimum_execution_seconds"]?.integer == 1)
            for path in ["/plans", "//plans//"] {
                #expect(try await server.ask(.get, path, key: key).status == 200)
            }
            let wrong = try await server.ask(.get, "/plans/", key: .init(token: key.token, secret: "no"))
            #expect(wrong.status == 401)
            let json = try wrong.json
            #expect(json["status"]?.string == "401 Unauthorized")
            #expect(json["error_code"]?.string == "unauthorized")
            #expect(json["serial"]?.string?.count == 32)
        }
    }
}
