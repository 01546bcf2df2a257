import Crypto
import Foundation
import TestSupport
import Testing
import Units

/// What a stranger does with a proof, written from RFC 6962 with none of our own code.
@Suite struct ProofTests {
    @Test func aStrangerSeesThatADocumentHangsOnTheLog() async throws {
        let clock = TestClock(SampleLedger.december)
        try await TestServer.run(environment: clock.environment, preparing: SampleLedger.fill) { server in
            try await server.close("2017-10", issueDay: "2017-11-05")
            let own = try await server.key(.user, account: "vc-0e4a51")
            let document = try await server.ask(.get, "/invoices/201710-000001/", key: own)
            let answer = try await server.ask(.get, "/invoices/201710-000001.proof", key: own)
            #expect(answer.status == 200)
            let proof = try Stranger.object(answer.bytes)
            #expect(try Stranger.accepts(proof, document: document.bytes))
            // One byte of the document, another document, a bent path: none is accepted.
            var bent = document.bytes
            bent[bent.count / 2] ^= 1
            #expect(try !Stranger.accepts(proof, document: bent))
            let all = try await server.key(.auditor, account: "ops")
            let second = try await server.ask(.get, "/invoices/201710-000002/", key: all)
            #expect(try !Stranger.accepts(proof, document: second.bytes))
            var path = try #require(proof["inclusion"] as? [String: Any])
            var hashes = try #require(path["hashes"] as? [String])
            #expect(hashes.count > 2)
            hashes.swapAt(0, 1)
            path["hashes"] = hashes
            var wrong = proof
            wrong["inclusion"] = path
            #expect(try !Stranger.accepts(wrong, document: document.bytes))
            for number in ["201710-000002", "201710-999999"] {
                #expect(try await server.ask(.get, "/invoices/\(number).proof", key: own).status == 404)
            }
        }
    }

    @Test func everyEventOfATaskHangsOnTheSameCheckpoint() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.user, account: "acme")
            try await server.record("start 5T10:00 task=t1 account=acme user=mina plan=v100 id=start")
            for group in 0..<3 {
                let script = (0..<300).map { "alive 5T10:01 task=x\(group)-\($0) id=f\(group)-\($0)" }
                try await server.record(script.joined(separator: "\n"))
            }
            try await server.record("stop 5T10:10 task=t1 id=stop")
            let task = try Stranger.object(try await server.ask(.get, "/usage/tasks/t1/", key: key).bytes)
            let checkpoint = try #require(task["checkpoint"] as? [String: Any])
            let events = try #require(task["events"] as? [[String: Any]])
            #expect(events.count == 2)
            for event in events {
                // The leaf is the event itself, not something that is said of it.
                let body = Array(try #require(event["event"] as? String).utf8)
                let leaf = Array(SHA256.hash(data: [0] + body))
                #expect(leaf == Stranger.bytes(event["leaf_hash"] as? String))
                #expect(try Stranger.object(body)["id"] as? String == event["id"] as? String)
                let path = try #require(event["proof"] as? [String: Any])
                #expect(try Stranger.root(leaf, path) == Stranger.bytes(checkpoint["root"] as? String))
                #expect(path["index"] as? Int == (event["position"] as? Int).map { $0 - 1 })
            }
            let page = try Stranger.object(
                try await server.ask(.get, "/usage/tasks/t1/?page=2&page_size=1", key: key).bytes)
            #expect((page["events"] as? [[String: Any]])?.first?["id"] as? String == "stop")
            // What is stored for proofs is a projection like any other.
            try await server.ledger.writer.perform { service in
                #expect(try service.store.verify().isRight)
                try service.store.rebuild()
                #expect(try service.store.verify().isRight)
            }
        }
    }
}

private enum Stranger {
    struct Malformed: Error {}

    static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw Malformed()
        }
        return object
    }

    static func accepts(_ proof: [String: Any], document: [UInt8]) throws -> Bool {
        guard let event = proof["event"] as? String, let path = proof["inclusion"] as? [String: Any],
            let checkpoint = proof["checkpoint"] as? [String: Any],
            let data = try object(Array(event.utf8))["data"] as? [String: Any]
        else { throw Malformed() }
        let leaf = Array(SHA256.hash(data: [0] + Array(event.utf8)))
        let found = try root(leaf, path)
        return bytes(data["sha256"] as? String) == Array(SHA256.hash(data: document))
            && path["size"] as? Int == checkpoint["size"] as? Int && found == bytes(checkpoint["root"] as? String)
    }

    static func root(_ leaf: [UInt8], _ path: [String: Any]) throws -> [UInt8] {
        guard let index = path["index"] as? Int, let size = path["size"] as? Int,
            let hashes = path["hashes"] as? [String]
        else { throw Malformed() }
        return try root(leaf, index, size, hashes.map { bytes($0) }[...])
    }

    /// RFC 6962, 2.1.1, read backwards: the last hash is the one beside the topmost step.
    private static func root(
        _ leaf: [UInt8], _ index: Int, _ size: Int, _ path: ArraySlice<[UInt8]>
    ) throws -> [UInt8] {
        guard size > 1 else {
            guard path.isEmpty else { throw Malformed() }
            return leaf
        }
        guard let last = path.last else { throw Malformed() }
        var half = 1
        while half * 2 < size { half *= 2 }
        if index < half { return node(try root(leaf, index, half, path.dropLast()), last) }
        return node(last, try root(leaf, index - half, size - half, path.dropLast()))
    }

    private static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: [1] + left + right))
    }

    static func bytes(_ hexadecimal: String?) -> [UInt8] {
        let digits = (hexadecimal ?? "").compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
