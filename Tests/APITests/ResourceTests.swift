import Foundation
import Service
import Testing
import UsageLedger

/// Registries and SSH keys: the page's statuses and shapes, secrets that stay in, and nobody else's rows.
@Suite struct ResourceTests {
    private static let setUp = "accounts: [{id: acme, name: Acme}, {id: beta, name: Beta}]"
    private static let registry =
        #"{"hostname": "registry.example.com", "username": "mina", "password": "correct-horse"}"#
    private static let publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdQ1NqvCgMEIG9mV0VVbXN0cmluZ09mMzJieXRlcw m@l"

    @Test func aRegistryIsKeptWithoutShowingItsPassword() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme", user: "mina")
            let made = try await server.ask(.post, "/registries/", key: key, body: Self.registry)
            #expect(made.status == 201)
            #expect(!made.text.contains("correct-horse"))
            let json = try made.json
            let id = try #require(json["id"]?.string)
            #expect(UUID(uuidString: id) != nil)
            #expect(json["created_at"]?.string?.hasSuffix("+09:00") == true)
            #expect(try await server.ask(.get, "/registries/\(id)/", key: key).json == json)
            let list = try await server.ask(.get, "/registries/", key: key).json
            #expect(list["results"] == .array([json]))
            #expect(list["meta"]?["count"]?.integer == 1)
            let stored = try await server.ledger.readers.read { service in
                try service.store.registry(id, of: .init("acme"))
            }
            let sealed = try #require(stored?.sealedPassword)
            #expect(!sealed.contains("correct-horse"))
            #expect(try server.ledger.secrets.open(sealed, for: "registry:\(id)") == "correct-horse")
            let next = #"{"hostname": "r.example.com:5000", "username": "m", "password": "new", "more": 1}"#
            let changed = try await server.ask(.put, "/registries/\(id)/", key: key, body: next)
            #expect(changed.status == 200)
            #expect(try changed.json["hostname"]?.string == "r.example.com:5000")
            #expect(try await server.ask(.delete, "/registries/\(id)/", key: key).status == 204)
            for method in [.get, .delete] as [TestMethod] {
                #expect(try await server.ask(method, "/registries/\(id)/", key: key).status == 404)
            }
        }
    }

    @Test func nobodySeesAnotherAccountsRows() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme"), other = try await server.key(.user, account: "beta")
            let made = try await server.ask(.post, "/registries/", key: key, body: Self.registry).json
            let path = "/registries/\(try #require(made["id"]?.string))/"
            let absent = "/registries/01928a5d-ac96-774b-bcce-b302099a8057/"
            for method in [.get, .put, .delete] as [TestMethod] {
                let body = method == .put ? Self.registry : nil
                let theirs = try await server.ask(method, path, key: other, body: body)
                let nobodys = try await server.ask(method, absent, key: other, body: body)
                #expect((theirs.status, nobodys.status) == (404, 404))
                #expect(try theirs.json["error_msg"] == nobodys.json["error_msg"])
            }
            #expect(try await server.ask(.get, "/registries/", key: other).json["results"] == .array([]))
            #expect(try await server.ask(.get, path, key: key).status == 200)
            let auditor = try await server.key(.auditor, account: "acme")
            #expect(try await server.ask(.get, path, key: auditor).status == 200)
            #expect(try await server.ask(.delete, path, key: auditor).status == 403)
            let scheduler = try await server.key(.scheduler, account: "acme")
            #expect(try await server.ask(.get, path, key: scheduler).status == 403)
        }
    }

    @Test func everythingWrongIsToldAtOnce() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let cases: [(body: String, fields: [String])] = [
                (#"{}"#, ["hostname", "username", "password"]), ("[]", [""]),
                (#"{"hostname": 1, "username": "", "password": null}"#, ["hostname", "username", "password"]),
                (
                    #"{"hostname": "169.254.169.254", "username": "a\u0000", "password": "p"}"#,
                    ["username", "hostname"]
                ),
                (#"{"hostname": "a.example.com/v2", "username": "a", "password": "p"}"#, ["hostname"]),
                (#"{"hostname": "localhost:5000", "username": "a", "password": "p"}"#, ["hostname"]),
            ]
            for (body, fields) in cases {
                let answer = try await server.ask(.post, "/registries/", key: key, body: body)
                #expect(answer.status == 422)
                #expect(try answer.json["errors"]?.array?.compactMap { $0["field"]?.string } == fields, "\(body)")
            }
            #expect(try await server.ask(.post, "/registries/", key: key, body: "{").status == 400)
            #expect(try await server.ask(.get, "/registries/?page=0&page_size=x", key: key).status == 400)
        }
    }

    @Test func theSameKeyIsTheSameRegistry() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let header = [("Idempotency-Key", "\"one\"")]
            let first = try await server.ask(.post, "/registries/", key: key, body: Self.registry, headers: header)
            for path in ["/registries/", "/registries", "//registries//"] {
                let again = try await server.ask(.post, path, key: key, body: Self.registry, headers: header)
                #expect((again.status, again.text) == (201, first.text))
            }
            let other = Self.registry.replacing("mina", with: "nami")
            let conflict = try await server.ask(.post, "/registries/", key: key, body: other, headers: header)
            #expect(conflict.status == 409)
            #expect(try conflict.json["error_code"]?.string == "idempotency_key_reused")
            let wrong = [("Idempotency-Key", "\"")]
            #expect(
                try await server.ask(.post, "/registries/", key: key, body: Self.registry, headers: wrong).status == 400
            )
            #expect(try await server.ask(.get, "/registries/", key: key).json["meta"]?["count"]?.integer == 1)
        }
    }

    @Test func anSSHKeyIsRenamedAndSwitchedOffButNeverChanged() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let body = #"{"name": "laptop", "pub_key": "\#(Self.publicKey)"}"#
            let made = try await server.ask(.post, "/ssh/keys/", key: key, body: body)
            #expect(made.status == 201)
            let json = try made.json
            #expect(json["is_active"] == .bool(true))
            #expect(json["pub_key"]?.string == Self.publicKey)
            let path = "/ssh/keys/\(try #require(json["id"]?.string))/"
            let off = try await server.ask(.put, path, key: key, body: #"{"name": "old", "is_active": false}"#)
            #expect(off.status == 200)
            #expect(try off.json["is_active"] == .bool(false))
            #expect(try off.json["pub_key"]?.string == Self.publicKey)
            let same = #"{"name": "old", "is_active": true, "pub_key": "\#(Self.publicKey)"}"#
            #expect(try await server.ask(.put, path, key: key, body: same).status == 200)
            let other = same.replacing(" m@l", with: " x")
            let refused = try await server.ask(.put, path, key: key, body: other)
            #expect(refused.status == 422)
            #expect(try refused.json["errors"]?.array?.first?["field"]?.string == "pub_key")
            #expect(try await server.ask(.get, "/ssh/keys/", key: key).json["meta"]?["count"]?.integer == 1)
            #expect(try await server.ask(.delete, path, key: key).status == 204)
            #expect(try await server.ask(.get, path, key: key).status == 404)
        }
    }

    @Test(arguments: [
        "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-dss AAAAB3NzaC1kc3M=", "AAAAC3NzaC1lZDI1NTE5AAAAIJdQ1NqvCgMEIG9m",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIJdQ1NqvCgMEIG9m", "-----BEGIN OPENSSH PRIVATE KEY-----",
        "command=\"sh\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdQ1NqvCgMEIG9m", "ssh-ed25519 AAAA\nssh-rsa AAAA",
    ])
    func whatIsNoPublicKeyIsRefused(_ text: String) { #expect(SSHPublicKey.fault(in: text) != nil) }
}
