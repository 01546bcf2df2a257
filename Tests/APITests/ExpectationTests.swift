import Service
import Testing

@testable import API

/// Clients that ask before they send a body, and hosts that are none.
@Suite struct ExpectationTests {
    private static func head(_ length: Int, authorization: String? = nil) -> String {
        "POST /cloud/zone/is1a/api/managed-container/1.0/tasks/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            + (authorization.map { "Authorization: \($0)\r\n" } ?? "") + "Content-Length: \(length)\r\n\r\n"
    }

    @Test func aClientThatWaitsIsToldToGoOn() async throws {
        try await TestServer.run { server in
            try await server.apply(TaskTests.setUp)
            let key = try await server.key(.user, account: "acme"), body = TaskTests.bare
            let connection = try await RawConnection.open(server)
            await connection.send(Self.head(body.utf8.count, authorization: key.header))
            #expect(await connection.text(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            await connection.send(body)
            #expect(await connection.text(until: "\"waiting\"").contains("HTTP/1.1 201 Created\r\n"))
        }
    }

    @Test func aBodyThatNobodyTakesIsRefusedInstead() async throws {
        try await TestServer.run { server in
            try await server.apply(TaskTests.setUp)
            let key = try await server.key(.user, account: "acme")
            let connection = try await RawConnection.open(server)
            await connection.send(Self.head(1 << 30, authorization: key.header))
            #expect(await connection.text(until: "too_large").hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test(arguments: ["evil\"<x>", "a/b", "a b", "user@host", "a?b"])
    func whatIsNoHostIsRefused(host: String) async throws {
        try await TestServer.run { server in
            let connection = try await RawConnection.open(server)
            await connection.send("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(await connection.text(until: "}").hasPrefix("HTTP/1.1 400 "))
        }
    }
}
